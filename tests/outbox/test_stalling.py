"""A mail server that is slow, rude or gone at any moment of the conversation: over a real connection."""

import contextlib
import socketserver
import threading

import pytest
from django.core.mail import EmailMessage

from outbox import actions, mail
from outbox.actions import drain
from outbox.models import Job

pytestmark = pytest.mark.django_db
SILENT, GONE = "silent", "gone"
REPEATABLE = {"X-Repeat-Safe": "yes"}


class Conversation(socketserver.StreamRequestHandler):
    """Speaks SMTP as the server's `play` has it: by moment another answer, silence, or the end of the connection."""

    def handle(self):
        with contextlib.suppress(ConnectionError, EOFError):
            self.say("greeting", "220 ready")
            while line := self.rfile.readline():
                command = line.split()[0].decode().upper()
                answer = {"DATA": "354 go on", "QUIT": "221 bye"}.get(command, "250 fine")
                self.say(command, answer)
                if command == "DATA" and self.server.play.get("DATA", "354")[0] == "3":
                    self.take()
                if command == "QUIT":
                    return

    def take(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line or self.server.play.get("text") == GONE:
                raise EOFError
            lines.append(line)
        if self.server.play.get("end", "250")[0] == "2" or self.server.play["end"] == "taken and gone":
            self.server.taken.append(b"".join(lines))
        self.say("end", "250 taken")

    def say(self, moment, answer):
        answer = self.server.play.get(moment, answer)
        if answer == SILENT:
            self.server.over.wait(5)
        if not answer[0].isdigit():
            raise EOFError
        self.wfile.write(f"{answer}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


@pytest.fixture
def server(settings, monkeypatch):
    settings.EMAIL_BACKEND = "outbox.mail.OutboxBackend"
    monkeypatch.setattr(mail, "TIMEOUT", 0.15)
    with Server(("127.0.0.1", 0), Conversation) as running:
        running.play, running.taken, running.over = {}, [], threading.Event()
        settings.MAIL_TRANSPORT = {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": running.server_address[1],
        }
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield running
        running.over.set()
        running.shutdown()


def send(**options) -> Job:
    EmailMessage("Tea", "At four.", "hello@forum.example", ["ann@example.org"], **options).send()
    drain()
    return Job.objects.get()


def again(server) -> Job:
    """The server is well, and the job's time has come."""
    server.play = {}
    actions.try_again(Job.objects.all())
    drain()
    return Job.objects.get()


@pytest.mark.parametrize(
    ("play", "attempts", "words"),
    [
        ({"greeting": SILENT}, 0, "cannot be reached"),
        ({"greeting": GONE}, 0, "cannot be reached"),
        ({"greeting": "421 busy"}, 0, "cannot be reached"),
        ({"EHLO": SILENT}, 1, "fell silent"),
        ({"MAIL": SILENT}, 1, "fell silent"),
        ({"MAIL": "451 later"}, 1, "code 451"),
        ({"RCPT": SILENT}, 1, "fell silent"),
        ({"RCPT": GONE}, 1, "fell silent"),
        ({"RCPT": "450 greylisted"}, 1, "code 450"),
        ({"DATA": "421 closing"}, 1, "code 421"),
        ({"end": "452 disk full"}, 1, "code 452"),
    ],
)
def test_what_cannot_have_arrived_is_tried_again_and_arrives_once(server, play, attempts, words):
    server.play = play
    job = send()
    assert (job.state, job.attempts, server.taken) == ("waiting", attempts, [])
    assert words in job.last_error and "ann@" not in job.last_error
    assert again(server).state == "done" and len(server.taken) == 1


@pytest.mark.parametrize(
    ("play", "arrived"),
    [({"text": GONE}, 0), ({"DATA": SILENT}, 0), ({"end": SILENT}, 0), ({"end": "taken and gone"}, 1)],
)
def test_what_may_have_arrived_is_sent_again_only_where_that_does_no_harm(server, play, arrived):
    server.play = play
    job = send()
    assert (job.state, len(server.taken)) == ("aside", arrived) and "may or may not" in job.last_error
    drain()
    assert len(server.taken) == arrived
    job.delete()
    server.taken.clear()
    assert send(headers=REPEATABLE).state == "waiting"
    assert again(server).state == "done"
    ids = {line for text in server.taken for line in text.splitlines() if line.lower().startswith(b"message-id")}
    assert len(server.taken) == arrived + 1 and len(ids) == 1, "whoever gets it twice has it under one number"


@pytest.mark.parametrize("goodbye", [SILENT, GONE, "421 no"])
def test_a_bad_goodbye_is_no_reason_to_send_it_again(server, goodbye):
    server.play = {"QUIT": goodbye}
    assert send().state == "done" and len(server.taken) == 1
