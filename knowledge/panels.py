"""What an editor fills in of a resource, in the order in which readers meet it."""

from __future__ import annotations

from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel

CONTENT = [
    FieldPanel("kind"),
    MultiFieldPanel(
        [
            FieldPanel("bottom_line"),
            FieldPanel("summary"),
            FieldPanel("practice"),
            InlinePanel("practice_notes", label=_("Note for one sector")),
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
    InlinePanel("steps", heading=_("Steps, recommendations or things to do"), label=_("Step")),
    FieldPanel("make_it_yours"),
    FieldPanel("body"),
    InlinePanel("documents", heading=_("Downloads"), label=_("Document")),
    FieldPanel("families"),
    InlinePanel("evidence", heading=_("Evidence, cost and impact"), label=_("Rating")),
    MultiFieldPanel(
        [
            FieldPanel("topics", widget=CheckboxSelectMultiple),
            FieldPanel("sectors", widget=CheckboxSelectMultiple),
            FieldPanel("place"),
            FieldRowPanel([FieldPanel("age_from_months"), FieldPanel("age_to_months")]),
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
            FieldPanel("source_url"),
            FieldRowPanel([FieldPanel("study_design"), FieldPanel("country"), FieldPanel("language")]),
            FieldPanel("funding"),
            FieldPanel("conflicts"),
            FieldPanel("subject_headings"),
            FieldPanel("licence"),
            FieldPanel("credit"),
        ],
        heading=_("Where it comes from"),
    ),
    InlinePanel("relations", heading=_("Related, by your choice"), label=_("Resource")),
    MultiFieldPanel(
        [FieldPanel("owner"), FieldPanel("review_by"), FieldPanel("replaced_by")], heading=_("Looking after it")
    ),
]
