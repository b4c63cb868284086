from django.core.management.base import BaseCommand

from accounts import rights


class Command(BaseCommand):
    help = "Gives every group exactly the rights it needs. Runs after each migration; safe to run again."

    def handle(self, *args: object, **options: object) -> None:
        rights.grant()
        self.stdout.write(f"Rights granted to: {', '.join(rights.TABLE)}.")
