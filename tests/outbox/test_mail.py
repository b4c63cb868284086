import base64
import email
import logging
import smtplib

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection

from outbox import actions
from outbox.actions import drain
from outbox.handlers import TryLater
from outbox.mail import open_transport
from outbox.models import Job

pytestmark = pytest.mark.django_db
SMTP = {
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_HOST": "mail.invalid",
    "EMAIL_PORT": None,
}


@pytest.fixture(autouse=True)
def through_the_outbox(settings):
    settings.EMAIL_BACKEND = "outbox.mail.OutboxBackend"
    settings.DEFAULT_FROM_EMAIL = "Common Ground <hello@forum.example>"


@pytest.fixture
def server(monkeypatch, settings):
    """An SMTP connection in place of the network's: gathers what it is given, or raises what it is told."""
    settings.MAIL_TRANSPORT = SMTP

    class Server:
        sent: list = []
        opening = sending = None

        def __init__(self, *args, **kwargs):
            pass

        def ehlo(self):
            if Server.opening:
                raise Server.opening

        def sendmail(self, sender, recipients, raw):
            self.data(raw)
            Server.sent.append((sender, recipients, raw))

        def data(self, raw):
            if Server.sending:
                raise Server.sending

        def quit(self):
            pass

        close = starttls = login = quit

    def connect(*args, **kwargs):
        if Server.opening:
            raise Server.opening
        return Server()

    Server.sent = []
    monkeypatch.setattr("django.core.mail.backends.smtp.smtplib.SMTP", connect)
    return Server


def write(**options):
    EmailMessage("Grüße", "Text – with ünïcode.", to=["anna@example.org"], bcc=["bob@example.org"], **options).send()
    return Job.objects.latest("pk")


@pytest.mark.postgres
def test_sending_writes_a_job_with_the_whole_message():
    message = EmailMultiAlternatives("Subject", "Plain.", to=["Änna <anna@example.org>"], cc=["c@example.org"])
    message.attach_alternative("<p>Rich.</p>", "text/html")
    message.attach("a.pdf", b"\x00\xff", "application/pdf")
    assert message.send() == 1
    payload = Job.objects.get().payload
    parsed = email.message_from_bytes(base64.b64decode(payload["mime"]))
    assert payload["to"] == ["Änna <anna@example.org>", "c@example.org"]
    assert parsed["Message-ID"].endswith("@forum.example>")
    assert [part.get_content_type() for part in parsed.walk()][-3:] == ["text/plain", "text/html", "application/pdf"]
    assert not mail.outbox


def test_the_marker_for_mail_that_may_arrive_twice_does_not_leave_the_house():
    job = write(headers={"x-repeat-safe": "yes"})
    assert job.payload["repeat_safe"]
    assert b"repeat-safe" not in base64.b64decode(job.payload["mime"]).lower()
    assert not write().payload["repeat_safe"]


def test_the_worker_hands_over_the_stored_bytes_with_one_message_id(server):
    server.sending = smtplib.SMTPDataError(451, b"greylisted")
    stored = base64.b64decode(write(headers={"X-Repeat-Safe": "yes"}).payload["mime"])
    drain()
    server.sending = None
    actions.try_again(Job.objects.all())
    drain()
    ((sender, recipients, raw),) = server.sent
    assert raw == stored
    assert sender == "Common Ground <hello@forum.example>" or sender == "hello@forum.example"
    assert recipients == ["anna@example.org", "bob@example.org"]
    assert b"bob@" not in raw
    assert Job.objects.get().state == "done"
    assert Job.objects.get().payload == {}


@pytest.mark.parametrize(
    ("error", "state", "attempts", "words"),
    [
        (smtplib.SMTPDataError(451, b"anna@example.org: later"), "waiting", 1, "for now (code 451)"),
        (smtplib.SMTPDataError(554, b"anna@example.org: never"), "aside", 1, "for good (code 554)"),
        (smtplib.SMTPRecipientsRefused({"anna@example.org": (550, b"no anna")}), "aside", 1, "code 550"),
        (smtplib.SMTPRecipientsRefused({"anna@example.org": (450, b"no anna")}), "waiting", 1, "code 450"),
        (TimeoutError("anna"), "aside", 1, "may or may not have arrived"),
        (smtplib.SMTPServerDisconnected("anna"), "aside", 1, "may or may not have arrived"),
    ],
)
def test_a_refusal_is_judged_and_kept_without_addresses(server, caplog, error, state, attempts, words):
    caplog.set_level(logging.DEBUG)
    server.sending = error
    write()
    drain()
    job = Job.objects.get()
    assert (job.state, job.attempts) == (state, attempts)
    assert words in job.last_error
    assert "anna" not in job.last_error + caplog.text


def test_a_broken_connection_is_tried_again_for_mail_that_may_arrive_twice(server):
    server.sending = TimeoutError()
    write(headers={"X-Repeat-Safe": "yes"})
    drain()
    assert Job.objects.get().state == "waiting"


@pytest.mark.parametrize(
    "error",
    [ConnectionRefusedError(), smtplib.SMTPAuthenticationError(535, b"no"), smtplib.SMTPConnectError(421, b"no")],
)
def test_a_mail_server_that_is_away_costs_no_attempt(server, error):
    server.opening = error
    write()
    write()
    drain()
    assert set(Job.objects.values_list("state", "attempts")) == {("waiting", 0)}
    assert "mail server" in Job.objects.order_by("pk").first().last_error


def test_in_development_mail_becomes_a_file_that_people_can_read(settings):
    write()
    drain()
    (path,) = settings.MAIL_FOLDER.iterdir()
    text = path.read_text()
    assert path.name.endswith("-anna.eml")
    assert "Text – with ünïcode." in text
    assert "To: anna@example.org\n" in text


def test_a_message_to_nobody_is_no_job():
    assert get_connection().send_messages([EmailMessage("s", "b", to=[])]) == 0
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("given", "port", "tls", "ssl"),
    [({}, 25, False, False), ({"EMAIL_USE_TLS": True}, 587, True, False), ({"EMAIL_USE_SSL": True}, 465, False, True)],
)
def test_the_transport_is_read_from_the_settings(settings, monkeypatch, given, port, tls, ssl):
    settings.MAIL_TRANSPORT = {**SMTP, **given}
    monkeypatch.setattr("django.core.mail.backends.smtp.EmailBackend.open", lambda self: True)
    transport = open_transport()
    assert (transport.host, transport.port, transport.use_tls, transport.use_ssl) == ("mail.invalid", port, tls, ssl)


def test_an_unreachable_server_is_said_in_a_sentence(settings):
    settings.MAIL_TRANSPORT = {**SMTP, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": 1}
    with pytest.raises(TryLater, match="cannot be reached"):
        open_transport()
