"""`make run`: everything that a first look needs, with one command."""

import signal
import socket
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import transaction

from accounts.models import User
from config.demo.people import read_logins
from search.rebuilding import EMBEDDED, unfinished

TICK_SECONDS = 60


class Command(BaseCommand):
    help = "Prepare the database, load the demo on first use, and serve the site with its worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        self._require_free(port)
        # A shell that starts a program in the background has it ignore Ctrl+C.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: sys.exit(0))
        try:
            self._prepare()
            self._print_guide(port)
            self._serve(port)
        except KeyboardInterrupt:
            self.stdout.write("\nStopped.")

    def _prepare(self) -> None:
        self.stdout.write("Preparing the database …")
        self.stdout.flush()
        call_command("migrate", verbosity=0)
        if User.objects.exists():
            call_command("load_vocabulary", verbosity=0)
            if unfinished(EMBEDDED):
                call_command("reindex", engine=EMBEDDED)
            return
        # All or nothing: a first start that is interrupted would leave half of a demo behind for good.
        with transaction.atomic():
            call_command("load_demo")

    @staticmethod
    def _require_free(port: int) -> None:
        if not 1 <= port <= 65535:
            raise CommandError(f"{port} is not a port; give a number from 1 to 65535.")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise CommandError(
                    f"Port {port} is taken by another program. Try another one: make run PORT={port % 65535 + 1}"
                ) from None

    def _print_guide(self, port: int) -> None:
        self.stdout.write(f"\n{settings.SITE_NAME}: http://localhost:{port}")
        self.stdout.write(f"E-mails are written to {settings.MAIL_FOLDER}")
        logins = read_logins()
        if logins:
            self.stdout.write("Who can log in:")
            for login in logins:
                self.stdout.write(f"  {login.what:<14} {login.email:<40} {login.password}")
        self.stdout.write("Stop with Ctrl+C.\n")
        self.stdout.flush()

    def _serve(self, port: int) -> None:
        """The site and the worker as child processes, the timer in this one, until a signal or a child's end."""
        manage = [sys.executable, "manage.py"]
        site = [*manage, "runserver", "--noreload", f"127.0.0.1:{port}"]
        # In groups of their own, out of reach of Ctrl+C: this process ends them, in the midst of starting too.
        children = {
            "site": subprocess.Popen(site, stdout=subprocess.DEVNULL, process_group=0),
            "worker": subprocess.Popen([*manage, "worker"], process_group=0),
        }
        ticked = time.monotonic()
        try:
            while all(child.poll() is None for child in children.values()):
                time.sleep(0.5)
                if time.monotonic() - ticked > TICK_SECONDS:
                    ticked = time.monotonic()
                    subprocess.run([*manage, "tick"], check=False)
            ended = next(what for what, child in children.items() if child.returncode is not None)
            raise CommandError(f"The {ended} ended by itself, so everything was stopped. Start again with: make run")
        finally:
            for child in children.values():
                child.terminate()
            for child in children.values():
                _wait_for_end(child)


def _wait_for_end(child: subprocess.Popen[bytes]) -> None:
    """The worker finishes the batch at work; what takes longer is stopped, and found again by the next start."""
    try:
        child.wait(timeout=10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
