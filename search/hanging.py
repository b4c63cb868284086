"""What hangs on posts and is read with them: polls, photos, files. Of photos what they show, of files their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from forum.models import Attachment, PollOption, Post


def words_with(posts: Iterable[Post]) -> dict[int, str]:
    """By post, the words that its readers find beneath it. Two queries at most; none where nothing hangs on any."""
    posts = list(posts)
    found: dict[int, list[str]] = defaultdict(list)
    if asking := [post.pk for post in posts if post.has_poll]:
        options = PollOption.objects.filter(poll__post__in=asking).order_by("poll", "position")
        for post, question, answer in options.values_list("poll__post", "poll__question", "text"):
            found[post] += [answer] if found[post] else [question, answer]
    if carrying := [post.pk for post in posts if post.attachment_count]:
        shown = Attachment.objects.filter(post__in=carrying, hidden_at=None, waits_for="", removed_at=None)
        for post, text in shown.order_by("position", "pk").values_list("post", "text"):
            found[post].append(text)
    return {post: "\n".join(words) for post, words in found.items()}
