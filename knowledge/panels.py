"""What an editor fills in of a resource, in the order in which readers meet it."""

from __future__ import annotations

from typing import Any

from django.forms import CheckboxSelectMultiple
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel, Panel

from knowledge.models.kinds import SUITS

SCALES_IN_SHORT = _(
    "In the body’s own words. EIF: NE, NL2, 2, 2+, 3, 3+, 4, 4+; its cost 1 to 5. EEF: 0 to 5 padlocks, £ to £££££, "
    "+4 months. Nesta: 1 to 5. GRADE: high, moderate, low, very low."
)


class RowsPanel(InlinePanel):
    """Rows that some kinds have and others have not: left out with the form's rows, under the kind's own name."""

    class BoundPanel(InlinePanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            form, panel = kwargs["form"], kwargs["panel"]
            self.is_asked = form is None or panel.relation_name in form.formsets
            if self.is_asked:
                super().__init__(**kwargs)
            else:
                Panel.BoundPanel.__init__(self, **kwargs)
                self.children: list[Panel.BoundPanel] = []
            if panel.relation_name == "steps" and self.instance is not None and self.instance.kind in SUITS:
                self.heading = SUITS[self.instance.kind].steps or panel.heading

        def is_shown(self) -> bool:
            return self.is_asked


class KindPanel(HelpPanel):
    """What the chosen kind is for."""

    class BoundPanel(HelpPanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            kind = self.instance.kind if self.instance is not None else ""
            self.content = SUITS[kind].purpose if kind in SUITS else ""

        def is_shown(self) -> bool:
            return bool(self.content)


class ExperiencePanel(HelpPanel):
    """The way to what is written down of lived experience: it stands in no draft, so it is not edited here."""

    class BoundPanel(HelpPanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            pk = self.instance.pk if self.instance is not None else None
            words = _("Contributors approve the words before anybody sees them, and may withdraw them at any time.")
            way = (
                format_html('<a href="{}">{}</a>', reverse("resource_experience", args=[pk]), _("Write it down"))
                if pk
                else _("Save this page first.")
            )
            self.content = format_html("<p>{}</p><p>{}</p>", words, way)


CONTENT = [
    KindPanel(),
    FieldPanel("kind", help_text=_("When you choose another and save, what belongs to that kind is asked for.")),
    MultiFieldPanel(
        [
            FieldPanel("bottom_line"),
            FieldPanel("summary", help_text=_("About three sentences that somebody outside your field understands.")),
            FieldPanel("practice", help_text=_("What somebody would do differently tomorrow.")),
            InlinePanel(
                "practice_notes",
                label=_("Note for one sector"),
                help_text=_("Where it means something else for one sector. Its people see their note first."),
            ),
        ],
        heading=_("In short"),
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("jurisdiction"), FieldPanel("in_force_from")]),
            FieldPanel("challenge"),
            FieldPanel("approach"),
            FieldPanel("result"),
            FieldPanel("lessons"),
            FieldPanel("contact"),
            FieldPanel("delivered_by"),
            FieldPanel("delivery"),
            FieldPanel("video_url"),
            FieldPanel("transcript"),
            FieldPanel("minutes"),
        ],
        heading=_("What belongs to this kind"),
    ),
    RowsPanel("steps", heading=_("Steps, recommendations or things to do"), label=_("Step")),
    FieldPanel("make_it_yours"),
    FieldPanel("body", help_text=_("Press + for headings, text, key findings, figures, tables, films and more.")),
    InlinePanel(
        "documents",
        heading=_("Downloads"),
        label=_("Document"),
        help_text=_("Readers see type and size. Search looks inside. Leave out what you may not pass on."),
    ),
    FieldPanel("families"),
    RowsPanel(
        "evidence",
        panels=[
            FieldRowPanel([FieldPanel("measure"), FieldPanel("scheme")]),
            FieldPanel("value", help_text=SCALES_IN_SHORT),
            FieldPanel("outcome"),
            FieldPanel("about"),
            FieldRowPanel([FieldPanel("assessed_by"), FieldPanel("assessed_on")]),
            FieldPanel("url"),
            FieldPanel("note"),
        ],
        heading=_("Evidence, cost and impact"),
        label=_("Rating"),
    ),
    MultiFieldPanel(
        [
            FieldPanel(
                "topics", widget=CheckboxSelectMultiple, help_text=_("One to three: readers browse and follow them.")
            ),
            FieldPanel("sectors", widget=CheckboxSelectMultiple, help_text=_("None, where it is for everybody.")),
            FieldPanel("place", help_text=_("Only where it is about one area.")),
            FieldRowPanel(
                [FieldPanel("age_from_months"), FieldPanel("age_to_months")],
                help_text=_("Of the children: 0 is birth, 24 the second birthday. Open where age is no matter."),
            ),
        ],
        heading=_("Who and what it is about"),
    ),
    MultiFieldPanel(
        [
            InlinePanel("people", label=_("Person or organisation")),
            FieldPanel("authors"),
            FieldRowPanel([FieldPanel("publisher"), FieldPanel("issued"), FieldPanel("year")]),
            FieldPanel("citation"),
            FieldRowPanel([FieldPanel("doi"), FieldPanel("isbn"), FieldPanel("pmid")]),
            FieldPanel("source_url", help_text=_("Where the original can be read. It is checked now and then.")),
            FieldRowPanel([FieldPanel("study_design"), FieldPanel("country"), FieldPanel("language")]),
            FieldPanel("funding"),
            FieldPanel("conflicts"),
            FieldPanel("subject_headings"),
            FieldPanel("licence"),
            FieldPanel("credit"),
        ],
        heading=_("Where it comes from"),
    ),
    ExperiencePanel(heading=_("Lived experience")),
    InlinePanel(
        "relations",
        heading=_("Related, by your choice"),
        label=_("Resource"),
        help_text=_("They come first; what is found by itself stands below."),
    ),
    MultiFieldPanel(
        [
            FieldPanel("owner", help_text=_("Who reads it again in time, and is reminded of it.")),
            FieldPanel(
                "review_by",
                help_text=_("Left empty, it is set when you publish: half a year ahead for the law, else a year."),
            ),
            FieldPanel("replaced_by"),
            FieldPanel("change_note"),
        ],
        heading=_("Looking after it"),
    ),
]
