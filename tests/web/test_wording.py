from django import forms

from vocabulary.models import Topic


class Wide(forms.Form):
    name = forms.CharField()
    own = forms.CharField(error_messages={"required": "Say who you are."})
    kind = forms.ChoiceField(choices=[("a", "A")])
    several = forms.MultipleChoiceField(choices=[("a", "A")])
    topic = forms.ModelChoiceField(Topic.objects.none())
    topics = forms.ModelMultipleChoiceField(Topic.objects.none())
    agree = forms.BooleanField()
    file = forms.FileField()


def test_what_was_left_empty_is_told_as_what_to_do():
    form = Wide({})
    assert {name: errors[0] for name, errors in form.errors.items()} == {
        "name": "Please fill this in.",
        "own": "Say who you are.",
        "kind": "Please choose one.",
        "several": "Please choose at least one.",
        "topic": "Please choose one.",
        "topics": "Please choose at least one.",
        "agree": "Please tick this to go on.",
        "file": "Please choose a file.",
    }
