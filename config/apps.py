from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import timetable
        from files import page_uses, uses
        from forum.citations import posts_that_point, threads_about
        from knowledge.actions import statistics
        from web.privacy import pages_visible_to

        def is_on_a_page(kind: uses.Kind, pk: int, user: uses.Reader) -> bool:
            return pages_visible_to(page_uses.pages_with(kind, pk), user).exists()

        # Files and page privacy are on one row, so neither may know the other.
        uses.register("page", is_on_a_page)
        # Nor may the library know the forum, in which it is talked about.
        statistics.register("cited", threads_about, posts_that_point)
        timetable.register()
