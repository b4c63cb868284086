"""Beginning a topic's page in the CMS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from knowledge.models import HomePage, TopicIndexPage, TopicPage

if TYPE_CHECKING:
    from accounts.models import User
    from vocabulary.models import Topic


@transaction.atomic
def compose(*, topic: Topic, editor: User | None) -> TopicPage:
    """The topic's page, made as a draft where there is none yet. Errors: HomePage.DoesNotExist on an empty site."""
    found = TopicPage.objects.filter(topic=topic).order_by("pk").first()
    if found:
        return found
    page = TopicPage(title=topic.name, slug=topic.slug, topic=topic, owner=editor, live=False)
    topic_index().add_child(instance=page)
    page.save_revision(user=editor, log_action=True)
    return page


def topic_index() -> TopicIndexPage:
    """The folder of composed topics; made where the site has none yet."""
    found = TopicIndexPage.objects.first()
    if found:
        return found
    index = TopicIndexPage(title=_("Topics"), slug="topics", show_in_menus=True)
    return HomePage.objects.get().add_child(instance=index)
