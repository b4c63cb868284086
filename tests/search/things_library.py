"""Things of the library and webinars, for the random worlds of test_no_leak.py."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.test import TestCase
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from events import actions as events
from events.models import Session, WebinarPage
from files.models import DocumentText, Passage, SiteDocument
from knowledge.actions import lists, withdrawal
from knowledge.models import ReadingList, ResourceDocument, ResourcePage
from search.models import PromotedPhrase, PromotedResult
from tests import factories
from tests.search.community import announce, restrict
from tests.search.things import WORD, Reader, Thing

PRIVACY = ("close", "close_group")
SPOKEN = "WEBVTT\n\n00:00:04.000 --> 00:00:16.000\n<v Hannah>{}\n"


class Resource(Thing):
    kind = "resource"
    changes: ClassVar[tuple[str, ...]] = ("unpublish", "withdraw", *PRIVACY)

    def make(self, drawn: dict) -> None:
        topic = factories.make_topic(slug=f"of-{self.name}")
        self.page = factories.make_resource(
            title=f"{self.name} {WORD}", summary=self._summary(), topics=[topic], first_published_at=timezone.now()
        )
        self._hang()
        announce(ResourcePage, self.page)
        PromotedResult(page=self.page, phrases=[PromotedPhrase(text=WORD)]).save()

    def _summary(self) -> str:
        return f"{WORD} about {self.part}"

    def _hang(self) -> None:
        """Files on it."""

    def change(self, what: str) -> None:
        if what == "unpublish":
            self.page.unpublish()
        elif what == "withdraw":
            withdrawal.withdraw(page=self.page, actor=self.world.editor, reason="It is out of date.")
        else:
            restrict(self.page, PageViewRestriction.LOGIN if what == "close" else PageViewRestriction.GROUPS)

    @property
    def keys(self) -> list[str]:
        return [f"resource:{self.page.pk}"]

    def seen_by(self, user: Reader) -> set[str]:
        is_seen = ResourcePage.objects.visible_to(user).filter(pk=self.page.pk).exists()
        return {self.name, self.part} if is_seen else set()


class Attached(Resource):
    """A resource with a file, in a collection inside another. The part is in the file and in its name."""

    kind = "file"
    changes = ("unpublish", *PRIVACY, "close_files", "close_above", "move_file", "move_files", "take_off", "delete")

    def _summary(self) -> str:
        return f"About {WORD}"

    def _hang(self) -> None:
        above = Collection.get_first_root_node().add_child(name="Papers")
        collection = above.add_child(name="Minutes")
        file = ContentFile(b"%PDF-1.7", f"{self.part}.pdf")
        self.document = SiteDocument(title=f"Plan {self.part}", file=file, collection=collection)
        self.document._set_document_file_metadata()
        self.document.save()
        self.document.file.close()
        # As if it had been read: that takes a process of its own.
        Passage.objects.create(document=self.document, number=0, page=1, text=f"{WORD} stands here with {self.part}")
        read = DocumentText.Outcome.READ
        DocumentText.objects.create(document=self.document, outcome=read, version=self.document.version, pages=1)
        self.number = self.document.pk
        ResourceDocument.objects.create(page=self.page, document=self.document)

    def change(self, what: str) -> None:
        if what in ("close_files", "close_above"):
            # Its siblings stand by name: where it is may have changed.
            shut = Collection.objects.get(pk=self.document.collection_id)
            shut = shut if what == "close_files" else shut.get_parent()
            CollectionViewRestriction.objects.create(collection=shut, restriction_type="login")
        elif what == "move_file":
            self.document.collection = self._closed()
            self.document.save()
        elif what == "move_files":
            self._move_under(self._closed())
        elif what == "take_off":
            page = ResourcePage.objects.get(pk=self.page.pk)
            page.documents.set([])
            page.save_revision().publish()
        elif what == "delete":
            self.document.delete()
        else:
            super().change(what)

    def _closed(self) -> Collection:
        closed = Collection.get_first_root_node().add_child(name="Closed")
        CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
        return Collection.objects.get(pk=closed.pk)

    def _move_under(self, closed: Collection) -> None:
        """As the CMS does it: saved first, then moved, and told of when both are done."""
        with TestCase.captureOnCommitCallbacks(execute=True):
            moved = Collection.objects.get(pk=self.document.collection_id)
            moved.save()
            moved.move(closed, pos="sorted-child")

    @property
    def keys(self) -> list[str]:
        passages = Passage.objects.filter(document=self.number).values_list("pk", flat=True)
        return [f"resource:{self.page.pk}", *(f"document:{self.page.pk}:{pk}" for pk in passages)]

    def seen_by(self, user: Reader) -> set[str]:
        """What a closed collection holds is not in search at all."""
        if not super().seen_by(user):
            return set()
        is_offered = ResourceDocument.objects.filter(page=self.page.pk, document=self.number).exists()
        return {self.name, self.part} if is_offered and self._is_open() else {self.name}

    def left_to(self, user: Reader) -> set[str]:
        """That the file hangs here no more is for the index alone to know."""
        seen = self.seen_by(user)
        return seen | {self.part} if seen and self._is_open() else seen

    def _is_open(self) -> bool:
        document = SiteDocument.objects.filter(pk=self.number).first()
        return document is not None and not document.collection.get_view_restrictions()


class Webinar(Thing):
    """The part is what was said in its recording."""

    kind = "webinar"
    changes = ("unpublish", *PRIVACY, "hide", "cancel", "unsay")

    def make(self, drawn: dict) -> None:
        self.page = factories.make_webinar(title=f"{self.name} {WORD}", first_published_at=timezone.now())
        self.page.topics.set([factories.make_topic(slug=f"of-{self.name}")])
        self.page.save()
        self.session = factories.make_session(self.page, transcript=SPOKEN.format(f"{WORD} and {self.part}"))
        announce(WebinarPage, self.page)
        PromotedResult(page=self.page, phrases=[PromotedPhrase(text=WORD)]).save()

    def change(self, what: str) -> None:
        page = WebinarPage.objects.get(pk=self.page.pk)
        if what == "unpublish":
            page.unpublish()
        elif what == "hide":
            events.hide_webinar(page=page, actor=None)
        elif what in PRIVACY:
            restrict(page, PageViewRestriction.LOGIN if what == "close" else PageViewRestriction.GROUPS)
        else:
            self._publish(page, **({"is_cancelled": True} if what == "cancel" else {"transcript": ""}))

    def _publish(self, page: WebinarPage, **changes: Any) -> None:
        (session,) = page.sessions.all()
        for name, value in changes.items():
            setattr(session, name, value)
        page.sessions.set([session])
        page.save_revision().publish()

    @property
    def keys(self) -> list[str]:
        return [f"webinar:{self.page.pk}", f"session:{self.session.pk}:4"]

    def seen_by(self, user: Reader) -> set[str]:
        if not WebinarPage.objects.visible_to(user).filter(pk=self.page.pk).exists():
            return set()
        said = Session.objects.visible_to(user).filter(pk=self.session.pk, transcript__contains=self.part)
        return {self.name, self.part} if said.exists() else {self.name}

    @property
    def is_to_come(self) -> bool:
        return Session.objects.coming().filter(page=self.page.pk, is_cancelled=False).exists()


class Gathered(Thing):
    """A collection of the library's, with every resource in it. The part is its note."""

    kind = "collection"
    changes = ("private", "hide", "delete")

    def make(self, drawn: dict) -> None:
        self.kept = lists.make_list(
            keeper=self.world.editor, title=f"{self.name} {WORD}", note=f"{WORD} for {self.part}",
            visibility=ReadingList.Visibility.PUBLIC, is_collection=True,
        )  # fmt: skip
        self.number = self.kept.pk
        for thing in self.world.things:
            if isinstance(thing, Resource):
                lists.save_to(reading_list=self.kept, page=thing.page, actor=self.world.editor)

    def change(self, what: str) -> None:
        if what == "private":
            private = ReadingList.Visibility.PRIVATE
            lists.change_list(
                reading_list=self.kept, title=self.kept.title, note=self.kept.note, visibility=private
            )  # fmt: skip
        elif what == "hide":
            lists.hide(reading_list=self.kept)
        else:
            lists.delete_list(reading_list=self.kept)

    @property
    def keys(self) -> list[str]:
        return [f"collection:{self.number}"]

    def seen_by(self, user: Reader) -> set[str]:
        """What is not for everybody is not in search at all."""
        is_seen = ReadingList.objects.visible_to(AnonymousUser()).filter(pk=self.number).exists()
        return {self.name, self.part} if is_seen else set()
