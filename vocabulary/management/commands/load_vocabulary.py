from typing import Any

from django.core.management import BaseCommand

from vocabulary.actions import load_concepts, load_places, load_sectors, load_topics


class Command(BaseCommand):
    help = "Add the sectors, topics, places and concepts that are missing; what an editor changed stays."

    def handle(self, *args: Any, verbosity: int = 1, **options: Any) -> None:
        added = {
            "sectors": load_sectors(),
            "topics": load_topics(),
            "places": load_places(),
            "concepts": load_concepts(),
        }
        if verbosity:
            self.stdout.write("Added " + ", ".join(f"{number} {what}" for what, number in added.items()) + ".")
