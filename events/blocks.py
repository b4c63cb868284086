from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class SpeakerBlock(blocks.StructBlock):
    name = blocks.CharBlock(label=_("Name"), max_length=80)
    job = blocks.CharBlock(label=_("Job or task"), max_length=120, required=False)

    class Meta:
        icon = "user"
        label = _("Speaker")
