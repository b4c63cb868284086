"""Content blocks that resources, webinars and plain pages share. There is no block for raw HTML."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks import PageChooserBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]


class FigureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Picture"))
    alternative = blocks.CharBlock(
        label=_("What the picture shows"), max_length=250, help_text=_("For people who cannot see it.")
    )
    caption = blocks.CharBlock(label=_("Caption"), max_length=250, required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "web/blocks/figure.html"


class QuotationBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Words"))
    who = blocks.CharBlock(label=_("Who said it"), max_length=120, required=False)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "web/blocks/quotation.html"


class CallOutBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=100, required=False)
    text = blocks.RichTextBlock(label=_("Text"), features=FEATURES)

    class Meta:
        icon = "warning"
        label = _("Call-out")
        template = "web/blocks/call_out.html"


class KeyFindingsBlock(blocks.StructBlock):
    findings = blocks.ListBlock(blocks.CharBlock(label=_("Finding"), max_length=300), label=_("Findings"), min_num=1)

    class Meta:
        icon = "list-ul"
        label = _("Key findings")
        template = "web/blocks/key_findings.html"


class StepsBlock(blocks.StructBlock):
    steps = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("title", blocks.CharBlock(label=_("What to do"), max_length=120)),
                ("text", blocks.RichTextBlock(label=_("How"), features=FEATURES, required=False)),
            ]
        ),
        label=_("Steps"),
        min_num=1,
    )

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        template = "web/blocks/steps.html"


class TableBlock(blocks.StructBlock):
    caption = blocks.CharBlock(label=_("What the table shows"), max_length=200)
    head = blocks.ListBlock(blocks.CharBlock(label=_("Column"), max_length=120), label=_("Columns"), min_num=1)
    rows = blocks.ListBlock(
        blocks.ListBlock(blocks.CharBlock(label=_("Cell"), max_length=500, required=False), label=_("Row")),
        label=_("Rows"),
    )

    class Meta:
        icon = "table"
        label = _("Table")
        template = "web/blocks/table.html"


class DownloadBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("Document"))
    text = blocks.CharBlock(label=_("What it is"), max_length=150, required=False)

    class Meta:
        icon = "download"
        label = _("Download")
        template = "web/blocks/download.html"


class VideoBlock(blocks.StructBlock):
    """Shown as a link until the reader agrees: nothing is fetched from the video's own site before."""

    title = blocks.CharBlock(label=_("What it shows"), max_length=150)
    url = blocks.URLBlock(
        label=_("Address"), max_length=500, help_text=_("On YouTube or Vimeo: the address of the page that shows it.")
    )
    transcript = blocks.RichTextBlock(
        label=_("Transcript"), features=FEATURES, help_text=_("Everything that is said, for people who cannot hear it.")
    )

    class Meta:
        icon = "media"
        label = _("Video")
        template = "web/blocks/video.html"


class RelatedBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=120, default=_("See also"))
    pages = blocks.ListBlock(
        PageChooserBlock(label=_("Page")),
        label=_("Pages"),
        min_num=1,
        help_text=_("Readers see those of them that are open to everybody."),
    )

    class Meta:
        icon = "link"
        label = _("Related pages")
        template = "web/blocks/related.html"


class BodyBlock(blocks.StreamBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=120, icon="title", template="web/blocks/heading.html")
    text = blocks.RichTextBlock(label=_("Text"), features=["h3", *FEATURES], template="web/blocks/text.html")
    key_findings = KeyFindingsBlock()
    quotation = QuotationBlock()
    figure = FigureBlock()
    table = TableBlock()
    steps = StepsBlock()
    call_out = CallOutBlock()
    download = DownloadBlock()
    video = VideoBlock()
    related = RelatedBlock()
