"""What a reader is shown of a community on every surface, beside what `community` says that they may see."""

from django.core import mail
from django.test import Client

from accounts import privacy
from forum.models import Post
from outbox.actions import drain
from tests.conftest import signed_in
from tests.forum import community as told
from tests.forum.community import ARTICLE, TITLE, WORD, Rows


def look_around(community, number):
    reader = None if number is None else community.person(number)
    if reader is not None and not reader.is_active:
        return
    rows, client = Rows(), signed_in(reader) if reader else Client()
    told.check_sight(rows, reader)
    for pk in list(rows.threads)[-6:]:
        _look_at_thread(community, client, reader, rows, pk)
    _look_at_lists(community, client, reader, rows)
    if reader:
        _look_at_own(community, client, reader, rows)


def _look_at_thread(community, client, reader, rows, pk):
    thread = rows.threads[pk]
    answer = client.get(thread.get_absolute_url())
    sees = rows.sees_thread(reader, pk)
    if thread.merged_into_id is None:
        assert (answer.status_code == 200) == sees, f"{answer.status_code} for thread {pk}"
    if answer.status_code != 200:
        assert not WORD.search(answer.content.decode())
        return
    text = answer.content.decode()
    seen = {community.wrote[post][1] for post in rows.posts if rows.sees_post(reader, post)}
    here = {community.wrote[post.pk][1] for post in rows.by_thread[pk] if rows.sees_post(reader, post.pk)}
    shown = set(WORD.findall(text))
    assert here - {""} <= shown, f"{reader} misses {here - shown} of {len(rows.by_thread[pk])} posts in {pk}"
    assert shown <= seen, f"{reader} reads {shown - seen}"
    for number, article in ARTICLE.findall(text):
        _look_at_post(community, reader, rows.by_thread[pk][int(number) - 1], article)
    for post in rows.by_thread[pk][-3:]:
        there = client.get(f"/community/post/{post.pk}/")
        if rows.sees_post(reader, post.pk):
            assert there.status_code == 302 and there["Location"].endswith(f"#post-{post.number}")
        else:
            assert there.status_code == 404


def _look_at_post(community, reader, post, article):
    if post.is_nameless:
        assert not any(person.display_name in article for person in community.people)
    if "What helped" in article.partition("post-actions")[0]:
        assert post.hidden_at is None or told.is_moderator(reader)


def _look_at_lists(community, client, reader, rows):
    listed = {pk for pk, thread in rows.threads.items() if not thread.hidden_at}
    seen = {community.titles[pk] for pk in listed if rows.sees_thread(reader, pk)}
    outside = {pk for pk in listed if rows.threads[pk].space_id != community.spaces[4].pk}
    public = {pk for pk in listed if rows.spaces[rows.threads[pk].space_id].visibility == "public"}
    open_words = {
        community.wrote[pk][1]
        for pk in rows.posts
        if rows.is_in_the_open(pk) and rows.posts[pk].thread_id in outside and rows.sees_post(reader, pk)
    }
    for space in community.spaces:
        answer = client.get(space.get_absolute_url())
        titles = set(TITLE.findall(answer.content.decode()))
        mine = {community.titles[pk] for pk in listed if rows.threads[pk].space_id == space.pk}
        assert titles == (_titles(mine) if rows.may_read(reader, space.pk) else set())
    feed = client.get("/community/feed/").content.decode()
    assert set(TITLE.findall(feed)) == _titles({community.titles[pk] for pk in public})
    for url in ("/search/?q=marmalade", "/search/complete/?q=titl", "/", "/search/similar/?title=marmalade"):
        text = client.get(url).content.decode().replace("<mark>", "").replace("</mark>", "")
        assert set(WORD.findall(text)) <= open_words, url
        assert set(TITLE.findall(text)) <= {community.titles[pk] for pk in outside} & seen, url
    if reader:
        text = client.get("/community/new/").content.decode()
        assert set(TITLE.findall(text)) == _titles(seen)


def _look_at_own(community, client, reader, rows):
    exported = str(privacy.everything_about(reader)["posts"])
    mine = {pk: word for pk, (person, word) in community.wrote.items() if person == reader.pk and word}
    still = {
        word for pk, word in mine.items() if pk in set(Post.objects.written_by(reader).values_list("pk", flat=True))
    }
    assert set(WORD.findall(exported)) == still
    drain()
    seen = {community.wrote[pk][1] for pk in rows.posts if rows.sees_post(reader, pk)}
    titles = {community.titles[pk] for pk in rows.threads if rows.sees_thread(reader, pk)}
    for url in ("/inbox/", "/me/saved/", f"/people/{reader.handle}/", "/me/following/"):
        text = client.get(url).content.decode()
        assert set(WORD.findall(text)) <= seen, url
        assert set(TITLE.findall(text)) <= titles, url
    mail.outbox.clear()


def _titles(titles):
    return {title for title in titles if TITLE.fullmatch(title)}
