"""Pages on which people write: a new thread, a reply, an edit. Each can show a preview without JavaScript."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.models import Page

from accounts.decorators import MemberRequest, member_required
from forum import actions, calling, permissions
from forum.forms import Attaching, AttachingForm, OpeningEditForm, PostForm, ReplyForm, ThreadForm, waiting_with
from forum.models import Attachment, Draft, Post, PostRevision, Space, Thread
from forum.nameless import byline, is_nameless_in, name_of
from forum.views.drafts import draft_fields, keep
from forum.views.loading import for_robots, load_post, load_thread
from forum.views.rows import mentioned_people
from markup.characters import clean_characters
from markup.render import render as render_text
from markup.templatetags.markup import member_html
from moderation.models import Decision
from moderation.watching import replies_of
from web.kept import take_typed
from web.limits import limited
from web.privacy import pages_visible_to

POST, PREVIEW, DRAFT = "post", "preview", "draft"


def _attached(request: MemberRequest, post: Post | None = None) -> Attaching:
    """The photos and files of the form that this POST sends, or of the post that is to be edited."""
    if request.method != "POST":
        return Attaching(request.user, None, post=post)
    files = request.FILES.getlist("files")
    token = request.POST.get("form_token")
    return Attaching(request.user, _as_uuid(token), post=post, data=request.POST, files=files)


def _added(form: AttachingForm) -> list[Attachment]:
    return form.attached.added if form.attached else []


def _typed(request: MemberRequest) -> dict[str, Any]:
    """What was typed on this page before the session ended, said to be still here."""
    typed = take_typed(request, request.path)
    if typed:
        messages.warning(request, _("What you wrote is still here. It is not posted yet."))
    return typed


class Preview(NamedTuple):
    """How a text will look, under which name, and whom it calls in vain."""

    html: SafeString
    unknown: list[calling.Unknown]
    name: str


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("thread", account=(30, 600), address=(300, 600))
def start(request: MemberRequest) -> HttpResponse:
    """The one page that starts everything. `?space=`, `?page=` and `?draft=` fill it in."""
    if request.method != "POST":
        initial = _start_initial(request)
        attached = waiting_with(request.user, initial)
        form = ThreadForm(person=request.user, initial=initial, attached=attached)
        return _start_page(request, form)
    form = ThreadForm(request.POST, person=request.user, attached=_attached(request))
    wish = request.POST.get("wish", POST)
    if wish == DRAFT:
        return _keep_and_go(request, form, f"thread:{_token(request.POST).hex}", reverse("forum:drafts"))
    if form.is_valid() and wish == POST:
        return _start(request, form)
    return _start_page(request, form, preview=_preview(request, form) if wish == PREVIEW else None)


def _start(request: MemberRequest, form: ThreadForm) -> HttpResponse:
    data = form.cleaned_data
    if not permissions.can_start_thread(request.user, data["space"]):
        raise PermissionDenied
    thread = actions.start_thread(
        space=data["space"],
        author=request.user,
        kind=data["kind"],
        title=data["title"],
        source=data["text"],
        page=_visible_page(request, data["page"]),
        topics=data["topics"],
        sectors=data["sectors"],
        form_token=data["form_token"],
        hold=form.hold,
        is_locked=data["no_replies"],
        is_nameless=data["nameless"],
        poll=data["poll"],
        attachments=_added(form),
    )
    if form.hold:
        return held(request, thread)
    messages.success(request, _("It is posted. You will hear when somebody replies."))
    _tell_of_unknown(request, data["text"])
    return redirect(thread)


def held(request: MemberRequest, subject: Thread | Post) -> HttpResponse:
    """To the page that says what becomes of a post that waits for a moderator.

    The same form sent twice gives back what stands already, though the second one looked like a repetition.
    """
    decision = Decision.objects.about(subject).order_by("-pk").first()
    if decision is None:
        return redirect(subject)
    messages.success(request, _("It is kept, and nobody else reads it yet. You will hear what a moderator decides."))
    return redirect(decision)


def _start_initial(request: MemberRequest) -> dict[str, Any]:
    typed = _typed(request)
    if typed:
        return typed
    draft = request.GET.get("draft", "")
    if draft.isdecimal() and len(draft) < 19:
        found = Draft.objects.filter(person=request.user, pk=int(draft), key__startswith="thread:").first()
        if found is not None:
            return {**found.fields, "form_token": uuid.UUID(found.key.removeprefix("thread:"))}
    page = request.GET.get("page", "")
    return {
        "space": request.GET.get("space", ""),
        # What somebody searched for and did not find.
        "title": request.GET.get("title", "")[:160],
        "page": int(page) if page.isdecimal() and len(page) < 10 else None,
    }


def _start_page(request: MemberRequest, form: ThreadForm, preview: Preview | None = None) -> HttpResponse:
    slug = clean_characters(str(form["space"].value() or ""))
    space = Space.objects.writable_by(request.user).filter(slug=slug).first() if slug else None
    context = {
        "form": form,
        "preview": preview,
        "space": space,
        "about": _visible_page(request, form["page"].value()),
        "draft_key": f"thread:{_as_uuid(form['form_token'].value()).hex}",
    }
    return for_robots(render(request, "forum/start.html", context))


def _visible_page(request: MemberRequest, pk: Any) -> Page | None:
    """The resource or webinar to talk about; one that this person may not see does not exist for them."""
    text = str(pk or "")
    if not (text.isdecimal() and len(text) < 10):
        return None
    return pages_visible_to(Page.objects.filter(pk=int(text), depth__gt=1), request.user).first()


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("reply", account=replies_of, address=(200, 600))
def reply(request: MemberRequest, pk: int) -> HttpResponse:
    """Takes the reply box's POST; its own page is for previews and for mistakes."""
    thread = load_thread(request, pk)
    if not permissions.can_reply(request.user, thread):
        raise PermissionDenied
    if request.method != "POST":
        return _reply_page(request, thread, _reply_form(request, thread))
    nameless_as = _nameless_as(request, thread.space)
    form = ReplyForm(request.POST, writer=request.user, nameless_as=nameless_as, attached=_attached(request))
    wish = request.POST.get("wish", POST)
    if wish == DRAFT:
        return _keep_and_go(request, form, f"reply:{thread.pk}", f"{thread.page_url(thread.pages)}#reply")
    is_for_others = request.POST.get("readers", thread.space.readers) != thread.space.readers
    if is_for_others:
        told = _(
            "Others can read this conversation now than when you began to write. See who, and post it if you like."
        )
        messages.warning(request, told)
    if form.is_valid() and wish == POST and not is_for_others:
        try:
            post = _post_reply(request, thread, form)
        except Thread.DoesNotExist:
            return _reply_elsewhere(request, pk, form)
        if form.hold:
            return held(request, post)
        _tell_of_unknown(request, form.cleaned_data["text"], thread)
        return redirect(post)
    return _reply_page(request, thread, form, preview=_preview(request, form, thread) if wish == PREVIEW else None)


def _post_reply(request: MemberRequest, thread: Thread, form: ReplyForm) -> Post:
    return actions.post_reply(
        thread=thread,
        author=request.user,
        source=form.cleaned_data["text"],
        form_token=form.cleaned_data["form_token"],
        hold=form.hold,
        is_nameless=form.cleaned_data.get("nameless", False),
        attachments=_added(form),
    )


def _reply_elsewhere(request: MemberRequest, pk: int, form: ReplyForm) -> HttpResponse:
    """The thread has just gone into another one, which others may read: whoever wrote decides anew."""
    thread = load_thread(request, pk)
    if not permissions.can_reply(request.user, thread):
        raise PermissionDenied
    form.add_error(None, _("This conversation has just become part of another one. Look who reads it, then post."))
    return _reply_page(request, thread, form)


def _reply_form(request: MemberRequest, thread: Thread) -> ReplyForm:
    typed = _typed(request)
    if not typed:
        draft = Draft.objects.filter(person=request.user, key=f"reply:{thread.pk}").first()
        typed = draft.fields if draft else {}
    is_chosen = bool(typed.get("nameless")) or is_nameless_in(request.user, thread)
    initial = {"text": typed.get("text", ""), "nameless": is_chosen}
    nameless_as, attached = _nameless_as(request, thread.space), waiting_with(request.user, typed)
    return ReplyForm(initial=initial, nameless_as=nameless_as, attached=attached)


def _nameless_as(request: MemberRequest, space: Space) -> str:
    """What others would read in place of the writer's name; empty where posts carry names."""
    return byline(request.user, space) if permissions.can_be_nameless(request.user, space) else ""


def _reply_page(
    request: MemberRequest, thread: Thread, form: ReplyForm, preview: Preview | None = None
) -> HttpResponse:
    context = {"thread": thread, "space": thread.space, "form": form, "preview": preview, "attached": form.attached}
    return for_robots(render(request, "forum/reply.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
@limited("edit", account=(30, 600))
def edit(request: MemberRequest, pk: int) -> HttpResponse:
    """One's own post; with the first one also what the thread is called and about."""
    post = load_post(request, pk)
    if not permissions.can_edit(request.user, post):
        raise PermissionDenied
    is_opening = post.number == 1
    make_form: Callable[..., PostForm | OpeningEditForm] = (
        _opening_form(request, post.thread) if is_opening else PostForm
    )
    if request.method != "POST":
        initial = _typed(request) or _as_written(post) | _earlier_words(request, post)
        return _edit_page(request, post, make_form(initial=initial, attached=_attached(request, post)))
    known = f"{post.thread.title}\n{post.source}"
    form = make_form(request.POST, known=known, writer=request.user, attached=_attached(request, post))
    wish = request.POST.get("wish", POST)
    if not form.is_valid() or wish == PREVIEW:
        preview = _preview(request, form, post.thread, post) if wish == PREVIEW else None
        return _edit_page(request, post, form, preview=preview)
    fields = {"source" if name == "text" else name: value for name, value in form.cleaned_data.items()}
    change = actions.edit_opening if is_opening else actions.edit_post
    is_open = not fields.pop("for_moderators")
    del fields["form_token"]
    changes = form.attached.changes() if form.attached else actions.NOTHING_CHANGES
    change(post=post, editor=request.user, hold=form.hold, is_open=is_open, changes=changes, **fields)
    if form.hold:
        return held(request, post.thread if is_opening else post)
    _tell_of_unknown(request, fields["source"], post.thread)
    return redirect(reverse("forum:post", args=[post.pk]))


def _opening_form(request: MemberRequest, thread: Thread) -> Callable[..., OpeningEditForm]:
    """What once was an announcement may stay one."""
    can_announce = thread.kind == Thread.Kind.ANNOUNCEMENT or permissions.can_announce(request.user, thread.space)
    return partial(OpeningEditForm, can_announce=can_announce)


def _as_written(post: Post) -> dict[str, Any]:
    if post.number > 1:
        return {"text": post.source}
    thread = post.thread
    return {
        "text": post.source,
        "kind": thread.kind,
        "title": thread.title,
        "topics": list(thread.topics.values_list("pk", flat=True)),
        "sectors": list(thread.sectors.values_list("pk", flat=True)),
    }


def _earlier_words(request: MemberRequest, post: Post) -> dict[str, Any]:
    """Of the version that somebody would like to go back to: they see it in the form, and change or save it."""
    number = request.GET.get("version", "")
    if not (number.isdecimal() and len(number) < 19):
        return {}
    found = PostRevision.objects.visible_to(request.user).filter(post=post, pk=int(number), removed_at=None).first()
    if found is None:
        return {}
    return {"text": found.source} | ({"title": found.title} if found.title and post.number == 1 else {})


def _edit_page(request: MemberRequest, post: Post, form: Form, preview: Preview | None = None) -> HttpResponse:
    context = {"post": post, "thread": post.thread, "space": post.thread.space, "form": form, "preview": preview}
    return for_robots(render(request, "forum/edit.html", context))


def _preview(
    request: MemberRequest, form: Form, thread: Thread | None = None, post: Post | None = None
) -> Preview | None:
    """The text as it would look, of `post` when that is edited; None while it cannot be posted."""
    form.is_valid()
    text = form.cleaned_data.get("text")
    if not text:
        return None
    html = render_text(text)
    people = mentioned_people([{"html": html}], request.user)
    if post is not None:
        name = name_of(post)
    else:
        space = thread.space if thread else form.cleaned_data.get("space")
        name = request.user.display_name
        if space and form.cleaned_data.get("nameless"):
            name = byline(request.user, space)
    return Preview(member_html(html, people), calling.unknown(text, request.user, thread), name)


def _tell_of_unknown(request: MemberRequest, source: str, thread: Thread | None = None) -> None:
    """A call that reaches nobody looks just like one that does."""
    for name, handles in calling.unknown(source, request.user, thread):
        meant = _(" Did you mean %(handles)s?") % {"handles": ", ".join(f"@{handle}" for handle in handles)}
        nobody = _("Nobody here is called @%(name)s, so nobody was told.") % {"name": name}
        messages.warning(request, nobody + (meant if handles else ""))


def _keep_and_go(request: MemberRequest, form: AttachingForm, key: str, url: str) -> HttpResponse:
    fields = draft_fields(request.POST)
    if form.attached:
        fields["form_token"] = str(form.attached.token)
    if keep(request, key, fields):
        messages.success(request, _("Your draft is kept. You find it here and under “Your drafts”."))
    else:
        messages.error(request, _("You have 100 drafts already. Delete one that you do not need, then save again."))
    return redirect(url)


def _token(data: QueryDict) -> uuid.UUID:
    return _as_uuid(data.get("form_token"))


def _as_uuid(value: Any) -> uuid.UUID:
    """The form's token; a new one where somebody has tampered with it."""
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return uuid.uuid4()
