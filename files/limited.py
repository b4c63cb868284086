"""Runs one of our small programs in this process with less of everything; none of it can be had back.

Run by path (`python -I files/limited.py SECONDS MEGABYTES BYTES THREADS PROGRAM ARGUMENT…`): time, memory, how much may
be written, and whether there may be further threads and processes ("yes" or "no"). It knows nothing of the site.
"""

from __future__ import annotations

import resource
import runpy
import sys


def limit(seconds: int, megabytes: int, most_bytes: int, threads: bool) -> None:
    """Lower what this process may use, for good. What is lower already stays as it is."""
    wanted = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_AS: megabytes * 1024 * 1024,
        resource.RLIMIT_FSIZE: most_bytes,
        resource.RLIMIT_CORE: 0,
    }
    if not threads:
        wanted[resource.RLIMIT_NPROC] = 0
    for name, most in wanted.items():
        hard = resource.getrlimit(name)[1]
        lower = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(name, (lower, lower))


def main() -> None:
    seconds, megabytes, most_bytes = (int(argument) for argument in sys.argv[1:4])
    limit(seconds, megabytes, most_bytes, threads=sys.argv[4] == "yes")
    del sys.argv[:5]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
