from typing import Any

from django.core.management import BaseCommand

from vocabulary.actions import load_places, load_sectors, load_topics


class Command(BaseCommand):
    help = "Add the sectors, topics and places that are missing; what an editor changed stays."

    def handle(self, *args: Any, verbosity: int = 1, **options: Any) -> None:
        added = {"sectors": load_sectors(), "topics": load_topics(), "places": load_places()}
        if verbosity:
            self.stdout.write("Added " + ", ".join(f"{number} {what}" for what, number in added.items()) + ".")
