import imaplib
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from notifications import letters, mailbox, receiving

# What sendmail and its kin take for "keep it and try again".
TEMPORARY_FAILURE = 75


class Command(BaseCommand):
    help = "Takes one reply by e-mail from standard input, or with --mailbox what is unread in REPLY_MAILBOX."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mailbox", action="store_true", help="read the mailbox that REPLY_MAILBOX names")

    def handle(self, *args: Any, mailbox: bool, **options: Any) -> None:
        if not settings.REPLY_ADDRESS:
            raise CommandError("Replies by e-mail are off: REPLY_ADDRESS is not set.")
        if mailbox:
            self._read_mailbox()
            return
        try:
            outcome = receiving.take(sys.stdin.buffer.read(letters.MOST_BYTES + 1))
        except letters.Unreadable as error:
            # No failure: the mail server would tell whoever stands in it as its sender.
            self.stdout.write(f"unreadable ({error})")
            return
        except DatabaseError as error:
            raise CommandError(
                f"The database did not take it ({type(error).__name__}).", returncode=TEMPORARY_FAILURE
            ) from None
        self.stdout.write(str(outcome))

    def _read_mailbox(self) -> None:
        if not settings.REPLY_MAILBOX:
            raise CommandError("REPLY_MAILBOX is not set.")
        try:
            number = mailbox.fetch()
        except (OSError, imaplib.IMAP4.error) as error:
            raise CommandError(f"The mailbox cannot be read ({type(error).__name__}).") from None
        self.stdout.write(f"{number} messages read.")
