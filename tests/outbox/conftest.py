import pytest

from outbox import handlers


@pytest.fixture
def handle(monkeypatch):
    """Registers handlers for this test only; those of the rooms stay out of the way."""
    monkeypatch.setattr(handlers, "handlers", {})
    monkeypatch.setattr("outbox.actions.handlers", handlers.handlers)
    return handlers.register


@pytest.fixture
def seen(handle):
    """The payloads that a handler of the kind "note" was given, batch by batch; "bad" ones fail."""
    batches = []

    def note(jobs):
        batches.append([job.payload["n"] for job in jobs])
        if any(job.payload.get("bad") for job in jobs):
            raise KeyError("anna@example.org said something private")

    handle("note", note, repeat_safe=True, batch=3)
    return batches
