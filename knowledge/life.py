"""What a resource needs from suggestion to withdrawal, made known to the rooms below when the site is ready."""

from __future__ import annotations


def register_all() -> None:
    from files import uses
    from knowledge import looking_up
    from knowledge.actions import links, reviews, suggestions
    from knowledge.models.suggestion import is_suggested
    from knowledge.moderation import reviews as reviews_on_desk
    from knowledge.moderation import suggestions as suggestions_on_desk
    from knowledge.notifications import reviews as news_of_reviews
    from knowledge.notifications import suggestions as news_of_suggestions
    from knowledge.privacy import suggestions as held
    from outbox import handlers, schedule

    news_of_suggestions.register_all()
    news_of_reviews.register_all()
    suggestions_on_desk.register_all()
    reviews_on_desk.register_all()
    held.register_all()
    uses.register("suggestion", is_suggested, can_be_public=False)
    handlers.register(suggestions.LOOK_UP, looking_up.look_up, repeat_safe=True)
    handlers.register(links.CHECK, links.check, repeat_safe=True)
    schedule.every(60, "review-reminders", reviews.remind)
    schedule.every(60, "check-links", links.look_round)
