"""Finds what older posts point at on this site, for their cards and "mentioned in"."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Q

from forum.actions import link_again
from forum.models import Post

POSTS_AT_ONCE = 500


class Command(BaseCommand):
    help = "Finds the addresses of this site in all posts. You may stop and rerun it."

    def handle(self, *args: Any, **options: Any) -> None:
        host = urlsplit(settings.BASE_URL).netloc
        pointing = Q(source__icontains=host) | Q(source__contains="](/") | Q(source__contains="\n/")
        posts = Post.objects.filter(pointing | Q(source__startswith="/") | Q(link_count__gt=0)).order_by("pk")
        linked, last = 0, 0
        while ids := list(posts.filter(pk__gt=last).values_list("pk", flat=True)[:POSTS_AT_ONCE]):
            linked += sum(link_again(pk) for pk in ids)
            last = ids[-1]
        self.stdout.write(f"{linked} posts point at something of this site.")
