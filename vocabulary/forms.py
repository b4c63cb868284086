from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField
from django.db.models.functions import Cast
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from vocabulary import checking, folding
from vocabulary.models import Concept, Label


class PermanentAddressForm(WagtailAdminModelForm):
    """The slug stands in addresses that people keep, and beside whatever is indexed: it is chosen once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["slug"].disabled = True


class ConceptForm(PermanentAddressForm):
    """A concept with its labels: one of them preferred, none twice, and nothing broader than itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        for name in ("broader", "related"):
            field = self.fields[name]
            field.widget = forms.SelectMultiple(attrs={"size": 12})
            field.queryset = Concept.objects.exclude(pk=self.instance.pk)
            field.help_text = _("Hold Ctrl (on a Mac, Cmd) to choose several.")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        labels = self._labels()
        preferred = [label["text"] for label in labels if label["kind"] == Label.Kind.PREFERRED]
        if len(preferred) != 1:
            raise ValidationError(_("Give exactly one preferred label: the words that most people understand."))
        spelt = Counter(" ".join(folding.split(label["text"])) for label in labels)
        if "" in spelt:
            raise ValidationError(_("A label needs at least one letter or digit."))
        if max(spelt.values()) > 1:
            raise ValidationError(_("A label is there twice; capitals, hyphens and accents make no difference."))
        self._clean_name(preferred[0], data)
        if self.instance.pk and checking.would_circle(self.instance, data.get("broader", ())):
            self.add_error("broader", _("These words would be broader than themselves. Take out one of the links."))
        return data

    def _labels(self) -> list[dict[str, Any]]:
        formset = self.formsets["labels"]
        formset.is_valid()
        rows = [getattr(form, "cleaned_data", {}) for form in formset.forms]
        return [row for row in rows if row.get("text") and row.get("kind") and not row.get("DELETE")]

    def _clean_name(self, name: str, data: dict[str, Any]) -> None:
        others = Concept.objects.exclude(pk=self.instance.pk)
        if others.filter(name__iexact=name).exists():
            raise ValidationError(_("There is a concept with this preferred label. Add your words to it instead."))
        if not self.instance.pk:
            data["slug"] = data.get("slug") or slugify(name)[:80].strip("-")
            if others.filter(slug=data["slug"]).exists() or not data["slug"]:
                self.add_error("slug", _("This address is taken or empty. Choose another."))
        self.instance.name = name

    @transaction.atomic
    def save(self, commit: bool = True) -> Concept:
        if commit:
            # Rows are saved one by one: no two may be preferred, or the same, on the way.
            changed = [form.instance.pk for form in self.formsets["labels"].forms if form.has_changed()]
            Label.objects.filter(pk__in=[pk for pk in changed if pk]).update(
                kind=Label.Kind.ALTERNATIVE, folded=Cast("pk", CharField())
            )
        return super().save(commit)
