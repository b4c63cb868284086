"""What the living style guide shows: every component in every state. Wired in development only."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.views.generic import TemplateView

SHAPES = ("circle", "square", "triangle", "diamond", "hexagon", "cross", "drop", "half", "bar", "ring")
# fmt: off
ICONS = (
    "search", "menu", "close", "home", "chat", "book", "calendar", "bell", "user", "people", "reply",
    "quote", "flag", "edit", "pin", "lock", "check", "clock", "place", "link", "download", "print",
    "arrow-left", "arrow-right", "globe", "plus", "info", "alert", "filter",
)
# fmt: on


class SampleForm(forms.Form):
    name = forms.CharField(label="Your name", help_text="As you would say it in a meeting. Members see it.")
    email = forms.EmailField(label="E-mail")
    place = forms.ChoiceField(
        label="Where?", choices=[("", "Choose a place"), ("s", "Southend-on-Sea")], required=False
    )
    role = forms.ChoiceField(
        label="What brings you here?",
        help_text="You can change this later.",
        choices=[("work", "I work with families"), ("help", "I volunteer")],
        widget=forms.RadioSelect,
    )
    mail = forms.MultipleChoiceField(
        label="Send me",
        choices=[("replies", "Replies to what I wrote"), ("weekly", "A weekly round-up")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    about = forms.CharField(label="About you", widget=forms.Textarea, required=False, help_text="Two or three lines.")
    photo = forms.FileField(label="Photo", required=False)
    agree = forms.BooleanField(label="I agree to the privacy notice")


class StyleguideView(TemplateView):
    template_name = "web/styleguide.html"

    def get_context_data(self, **kwargs) -> dict:
        now = timezone.now()
        ages = (
            {"seconds": 5},
            {"minutes": 3},
            {"hours": 30},
            {"days": 6},
            {"days": 500},
            {"hours": -20},
            {"days": -9},
        )
        return super().get_context_data(
            shapes=SHAPES,
            icons=ICONS,
            names=("Asha Patel", "Tom Okafor", "Mel", "Grace Lindqvist-Brown", "Darren Hughes", "Yusuf Ali"),
            dates=[now - dt.timedelta(**age) for age in ages],
            rating={"label": "3", "last": "4", "steps": [("NL2", False), ("2", False), ("3", True), ("4", False)]},
            file={"url": "#file", "file_extension": "pdf", "file_size": 84_000, "reading": {"pages": 2}},
            empty_form=SampleForm(auto_id="good_%s"),
            wrong_form=SampleForm({"email": "asha@"}, auto_id="bad_%s"),
            kinds=("info", "success", "warning", "important"),
            **kwargs,
        )
