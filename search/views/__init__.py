from search.views.complete import suggestions
from search.views.exporting import export
from search.views.feeding import feed
from search.views.helping import how_to
from search.views.mine import change, delete, forget_recent, keep_recent, remember_this, run, save, searches
from search.views.noted import noted
from search.views.results import library, search
from search.views.similar import similar

__all__ = [
    "change",
    "delete",
    "export",
    "feed",
    "forget_recent",
    "how_to",
    "keep_recent",
    "library",
    "noted",
    "remember_this",
    "run",
    "save",
    "search",
    "searches",
    "similar",
    "suggestions",
]
