from __future__ import annotations

from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management import BaseCommand, CommandError, CommandParser

from outbox import dns, mail
from outbox.handlers import PlainError

GOOD, BAD, UNKNOWN = "ok", "MISSING", "?"


class Command(BaseCommand):
    help = "Say whether other mail servers can trust this site's mail (SPF, DKIM, DMARC), and send a test message."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", nargs="?", help="where to send a test message")
        parser.add_argument("--selector", default="", help="the DKIM selector that your mail server signs with")
        parser.add_argument("--resolver", default=None, help="the DNS server to ask instead of this machine's")

    def handle(self, *args: Any, address: str | None, selector: str, resolver: str | None, **options: Any) -> None:
        self.resolver = resolver
        sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        domain = sender.rpartition("@")[2]
        self._describe(sender)
        problems = sum([self._spf(domain), self._dkim(domain, selector), self._dmarc(domain)])
        if address:
            self._send(address)
        if problems:
            raise CommandError(f"{problems} of 3 records are missing or could not be looked up. Mail may land in spam.")

    def _describe(self, sender: str) -> None:
        given = settings.MAIL_TRANSPORT
        self.stdout.write(f"From:      {sender} (FROM_EMAIL)")
        if given["EMAIL_BACKEND"] == mail.FILE_BACKEND:
            self.stdout.write(f"Transport: files in {settings.MAIL_FOLDER} (EMAIL_URL names no mail server)")
            return
        how = "TLS" if given.get("EMAIL_USE_TLS") or given.get("EMAIL_USE_SSL") else "not encrypted"
        name = "with a name" if given.get("EMAIL_HOST_USER") else "without a name"
        self.stdout.write(
            f"Transport: {given.get('EMAIL_HOST')}:{given.get('EMAIL_PORT') or 'usual port'}, {how}, {name}"
        )

    def _spf(self, domain: str) -> bool:
        return self._report(
            "SPF",
            domain,
            "v=spf1",
            f'a TXT record at {domain}, e.g. "v=spf1 a:mail.{domain} -all", naming your mail server',
        )

    def _dkim(self, domain: str, selector: str) -> bool:
        if not selector:
            self._line("DKIM", UNKNOWN, "give --selector to have it looked up: your mail server's settings name it")
            return True
        name = f"{selector}._domainkey.{domain}"
        return self._report("DKIM", name, "v=DKIM1", f'a TXT record at {name}: "v=DKIM1; k=rsa; p=…" with the key')

    def _dmarc(self, domain: str) -> bool:
        name = f"_dmarc.{domain}"
        advice = f'a TXT record at {name}, e.g. "v=DMARC1; p=quarantine; rua=mailto:postmaster@{domain}"'
        return self._report("DMARC", name, "v=DMARC1", advice)

    def _report(self, what: str, name: str, start: str, advice: str) -> bool:
        """One line. Returns whether something is wrong."""
        try:
            found = [record for record in dns.txt(name, self.resolver) if record.lower().startswith(start.lower())]
        except (dns.LookupFailed, UnicodeError) as error:
            self._line(what, UNKNOWN, f"{error} There should be {advice}.")
            return True
        if len(found) == 1:
            self._line(what, GOOD, found[0])
        elif found:
            self._line(what, BAD, f"{name} has {len(found)} such records: keep one, or none counts.")
        else:
            self._line(what, BAD, f"There should be {advice}.")
        return len(found) != 1

    def _line(self, what: str, state: str, text: str) -> None:
        self.stdout.write(f"{what + ':':<10} {state:<8} {text}")

    def _send(self, address: str) -> None:
        """Past the outbox, so that what is wrong is said here and now."""
        message = EmailMessage(
            subject=f"Test message from {settings.SITE_NAME}",
            body="This is a test. If you read it in your inbox and not among the spam, mail works.\n",
            from_email=formataddr(parseaddr(settings.DEFAULT_FROM_EMAIL)),
            to=[address],
        )
        try:
            mail.hand_over(message, may_repeat=False)
        except PlainError as error:
            raise CommandError(f"The test message was not sent. {error}") from None
        self.stdout.write(f"Test:      sent to {address}; look at its headers for spf=pass, dkim=pass and dmarc=pass")
