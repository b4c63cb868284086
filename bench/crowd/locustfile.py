"""One member of the crowd, for locust: reads, searches, replies, thanks; sometimes sends a reply twice.

`bench.crowd` starts it, with the addresses and sessions in CROWD_TARGETS and a file for what was sent in CROWD_SENT.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import string
from pathlib import Path
from typing import Any

from locust import HttpUser, between, task

TARGETS: dict[str, Any] = json.loads(Path(os.environ["CROWD_TARGETS"]).read_text())
SENT = Path(os.environ["CROWD_SENT"])
_numbers = itertools.count()
_HIDDEN = re.compile(r'<input type="hidden" name="(csrfmiddlewaretoken|form_token)" value="([^"]*)"')
_THANKS = re.compile(r'formaction="([^"]+/react/)" name="thanks" value="yes"')
# One reply in so many is sent twice, as by a double click or after an answer that got lost.
TWICE = 4


class Member(HttpUser):
    """Signed in before the run, each behind an address of their own."""

    wait_time = between(4, 14)

    def on_start(self) -> None:
        number = next(_numbers) % len(TARGETS["sessions"])
        self.client.cookies.set(TARGETS["cookie"], TARGETS["sessions"][number])
        self.client.headers["X-Forwarded-For"] = f"10.1.{number // 250}.{number % 250 + 1}"
        self.client.headers["Referer"] = self.host or ""

    def read(self, address: str, name: str) -> str:
        return self.client.get(address, name=name).text or ""

    @task(6)
    def read_a_thread(self) -> None:
        self.read(random.choice(TARGETS["threads"])[1], "a thread")

    @task(3)
    def look_around(self) -> None:
        self.read(random.choice(TARGETS["spaces"]), "a space")
        self.read("/community/new/", "what is new")

    @task(2)
    def read_a_resource(self) -> None:
        self.read(random.choice(TARGETS["resources"]), "a resource")

    @task(2)
    def search(self) -> None:
        self.read(random.choice(TARGETS["searches"]), "a search")

    @task(1)
    def thank(self) -> None:
        page = self.read(random.choice(TARGETS["threads"])[1], "a thread")
        fields, buttons = dict(_HIDDEN.findall(page)), _THANKS.findall(page)
        if buttons:
            data = {"csrfmiddlewaretoken": fields["csrfmiddlewaretoken"], "thanks": "yes"}
            self.client.post(random.choice(buttons), data, name="a thank you")

    @task(4)
    def reply(self) -> None:
        number, address = random.choice(TARGETS["threads"])
        fields = dict(_HIDDEN.findall(self.read(address, "a thread")))
        mark = "".join(random.choices(string.ascii_lowercase, k=16))
        data = {**fields, "text": f"We tried it last winter, and {mark} came of it.", "wish": "post"}
        for _ in range(2 if random.randrange(TWICE) == 0 else 1):
            with self.client.post(
                f"/community/reply/{number}/", data, name="a reply", allow_redirects=False, catch_response=True
            ) as answer:
                if answer.status_code != 302:
                    answer.failure(f"answered {answer.status_code}")
                    continue
            with SENT.open("a") as sent:
                sent.write(f"{mark}\n")
