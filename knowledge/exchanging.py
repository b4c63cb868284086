"""What comes in from elsewhere and what goes out, made known to the worker when the site is ready."""

from __future__ import annotations


def register_all() -> None:
    from knowledge import announcing
    from knowledge.actions import harvesting, imports
    from outbox import schedule
    from outbox.handlers import register

    register(imports.JOB, imports.work, repeat_safe=True)
    register(harvesting.JOB, harvesting.work, repeat_safe=True)
    # Publishing announces at once; privacy and deletion are noticed here.
    schedule.every(60, "harvest-sources", harvesting.plan)
    schedule.every(10, "announce-resources", announcing.refresh)
