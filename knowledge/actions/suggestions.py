"""Suggesting a resource, and what moderators do with it. Each step is kept, and told to whom it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from accounts.standing import by_active
from audit.actions import record
from files.actions import store_document
from files.models import library_collection
from knowledge.models import LibraryPage, ResourceDocument, ResourcePage, Suggestion, SuggestionStep
from notifications.actions import announce, settle
from outbox.actions import enqueue

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User
    from moderation.actions import Hold

MADE, ANSWERED = "suggestion_made", "suggestion_answered"
LOOK_UP = "look-up-doi"
Verb = SuggestionStep.Verb
State = Suggestion.State
FIELDS = ("title", "kind", "doi", "address", "authors", "publisher", "year", "summary", "reason")
TAKEN_OVER = ("title", "doi", "authors", "publisher", "year", "summary")


class AlreadyDecidedError(Exception):
    """What was wanted is not possible any more: somebody was quicker. `suggestion` is as it is now."""

    def __init__(self, suggestion: Suggestion) -> None:
        super().__init__(suggestion.state)
        self.suggestion = suggestion


@by_active("person")
def suggest(
    *, person: User, fields: dict[str, Any], upload: UploadedFile | None = None, hold: Hold | None = None
) -> Suggestion:
    """Keep it and tell the moderators. Raises UploadRefused for a file that is not taken."""
    suggestion = Suggestion(person=person, **{name: fields[name] for name in FIELDS})
    _attach(suggestion, person, upload)
    suggestion.save()
    step = _step(suggestion, Verb.SUGGESTED, person)
    _note_hold(suggestion, hold)
    announce(kind=MADE, actor=person, subject=step)
    if suggestion.doi:
        enqueue(LOOK_UP, payload={"suggestion": suggestion.pk}, subject=f"suggestion:{suggestion.pk}")
    return suggestion


@by_active("actor")
def change(
    *,
    suggestion: Suggestion,
    fields: dict[str, Any],
    actor: User | None = None,
    answer: str = "",
    upload: UploadedFile | None = None,
    hold: Hold | None = None,
) -> None:
    """New words by whoever suggested it; a moderator looks again. Raises AlreadyDecidedError, UploadRefused."""
    suggestion = _open(suggestion, State.WAITING, State.CHANGES)
    for name in FIELDS:
        setattr(suggestion, name, fields[name])
    if suggestion.person is not None:
        _attach(suggestion, suggestion.person, upload)
    was_asked = suggestion.state == State.CHANGES
    _move(suggestion, State.WAITING)
    step = _step(suggestion, Verb.CHANGED, suggestion.person, answer)
    _note_hold(suggestion, hold)
    if was_asked:
        settle(*suggestion.steps.filter(verb=Verb.ASKED))
        announce(kind=MADE, actor=suggestion.person, subject=step)


@transaction.atomic
def take_back(*, suggestion: Suggestion) -> None:
    suggestion = _open(suggestion, State.WAITING, State.CHANGES)
    _move(suggestion, State.TAKEN_BACK)
    _step(suggestion, Verb.TAKEN_BACK, suggestion.person)
    settle(*suggestion.steps.all())


@by_active("actor")
def note(*, suggestion: Suggestion, actor: User, text: str) -> None:
    """A word among those who look after the library; nobody else reads it."""
    suggestion = _open(suggestion, *State)
    _step(suggestion, Verb.NOTED, actor, text, is_internal=True)


@by_active("actor")
def ask(*, suggestion: Suggestion, actor: User, text: str) -> None:
    """Ask whoever suggested it for something."""
    suggestion = _open(suggestion, State.WAITING)
    _decide(suggestion, State.CHANGES, Verb.ASKED, actor, text)


@by_active("actor")
def decline(*, suggestion: Suggestion, actor: User, text: str) -> None:
    """It does not come into the library; the text says why, and what would."""
    suggestion = _open(suggestion, State.WAITING, State.CHANGES)
    _decide(suggestion, State.DECLINED, Verb.DECLINED, actor, text)


@by_active("actor")
def accept(*, suggestion: Suggestion, actor: User, kind: str, text: str = "") -> ResourcePage:
    """Make the draft of its page, looked after by the actor, and start Wagtail's workflow with it.

    Raises AlreadyDecidedError; LibraryPage.DoesNotExist on a site without a library.
    """
    suggestion = _open(suggestion, State.WAITING, State.CHANGES)
    page = _draft(suggestion, actor, kind)
    suggestion.page, suggestion.kind = page, kind
    _decide(suggestion, State.ACCEPTED, Verb.ACCEPTED, actor, text)
    workflow = page.get_workflow()
    if workflow is not None:
        workflow.start(page, actor)
    return page


@transaction.atomic
def page_published(*, page: ResourcePage, actor: User | None) -> None:
    """Called when a page comes into the library: whoever suggested it is told. Does nothing for any other page."""
    suggestion = Suggestion.objects.select_for_update(of=("self",)).filter(page=page, state=State.ACCEPTED).first()
    if suggestion is not None:
        _decide(suggestion, State.PUBLISHED, Verb.PUBLISHED, actor, "")


def _draft(suggestion: Suggestion, actor: User, kind: str) -> ResourcePage:
    fields = {name: getattr(suggestion, name) for name in TAKEN_OVER}
    page = ResourcePage(
        **fields,
        kind=kind,
        source_url=suggestion.address,
        issued=str(suggestion.year or ""),
        csl=suggestion.found,
        owner=actor,
        live=False,
    )
    LibraryPage.objects.get().add_child(instance=page)
    if suggestion.document is not None:
        suggestion.document.collection = library_collection()
        suggestion.document.save(update_fields=["collection"])
        page.documents.add(ResourceDocument(document=suggestion.document))
    # What is missing is asked for when it is published.
    page.save_revision(user=actor, log_action=True, clean=False)
    return page


def _attach(suggestion: Suggestion, person: User, upload: UploadedFile | None) -> None:
    if upload is not None:
        before, suggestion.document = (
            suggestion.document,
            store_document(uploader=person, upload=upload, title=suggestion.title),
        )
        if before is not None:
            before.delete()


def _open(suggestion: Suggestion, *states: State) -> Suggestion:
    """Its row, locked, if it is in one of these states."""
    rows = Suggestion.objects.select_for_update(of=("self",)).select_related("person", "document")
    found = rows.get(pk=suggestion.pk)
    if found.state not in states:
        raise AlreadyDecidedError(found)
    return found


def _decide(suggestion: Suggestion, state: State, verb: Verb, actor: User | None, text: str) -> None:
    _move(suggestion, state)
    settle(*suggestion.steps.all())
    step = _step(suggestion, verb, actor, text)
    record(actor=actor, verb=f"suggestion.{verb.value}", subject=suggestion)
    announce(kind=ANSWERED, actor=actor, subject=step)


def _move(suggestion: Suggestion, state: State) -> None:
    suggestion.state, suggestion.changed_at = state, timezone.now()
    suggestion.save()


def _note_hold(suggestion: Suggestion, hold: Hold | None) -> None:
    """What screening found and why it had to stay, for those who decide."""
    if hold is not None:
        found = ", ".join(str(kind.label) for kind in hold.found)
        _step(suggestion, Verb.NOTED, None, f"{found}\n{hold.why}", is_internal=True)


def _step(
    suggestion: Suggestion, verb: Verb, actor: User | None, text: str = "", *, is_internal: bool = False
) -> SuggestionStep:
    return SuggestionStep.objects.create(
        suggestion=suggestion, verb=verb, actor=actor, text=text, is_internal=is_internal
    )
