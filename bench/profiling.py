"""Where a page spends its time: DATABASE_URL=… python -m bench.profiling /library/ [--member] [--requests 200]

cProfile around the WSGI application, in this process, on the seeded database; DEBUG off as in production.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import os
import pstats
import sys
import tempfile
import time

from bench.server import Server


def _environ(address: str, cookie: str) -> dict[str, object]:
    path, _, query = address.partition("?")
    return {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80", "HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_COOKIE": cookie,
        "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Profile one page.")
    parser.add_argument("address", help='a path, or the name of a measured page: "thread", "plain thread"')
    parser.add_argument("--member", action="store_true")
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--sort", default="tottime", choices=["tottime", "cumulative"])
    parser.add_argument("--lines", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ.update(Server.settings(os.environ["DATABASE_URL"], folder, 80))
        _profile(options)


def _profile(options: argparse.Namespace) -> None:
    from django.core.management import call_command

    from bench.targets import targets
    from config.wsgi import application
    from web.models import Allowance

    call_command("collectstatic", interactive=False, verbosity=0)
    known = targets()
    kind, _, name = options.address.rpartition(" ")
    pages = known["pages"].get(name)
    address = pages[1 if kind == "plain" else 0] if pages else options.address
    cookie = f"{known['cookie']}={known['sessions'][0]}" if options.member else ""

    def ask() -> None:
        response = application(_environ(address, cookie), lambda status, headers, *error: lambda data: None)
        b"".join(response)
        response.close()

    for _ in range(20):
        ask()
    Allowance.objects.all().delete()
    started, began = time.perf_counter(), time.process_time()
    for _ in range(options.requests):
        ask()
    each, worked = ((now - then) / options.requests * 1000 for now, then in (
        (time.perf_counter(), started), (time.process_time(), began)
    ))  # fmt: skip
    print(f"{address}: {each:.2f} ms, of which {worked:.2f} ms of this process, without the profiler")
    Allowance.objects.all().delete()
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(options.requests):
        ask()
    profile.disable()
    pstats.Stats(profile).sort_stats(options.sort).print_stats(options.lines)


if __name__ == "__main__":
    main()
