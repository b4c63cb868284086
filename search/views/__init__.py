from search.views.complete import suggestions
from search.views.mine import change, delete, forget_recent, keep_recent, save, searches
from search.views.noted import noted
from search.views.results import library, search

__all__ = [
    "change",
    "delete",
    "forget_recent",
    "keep_recent",
    "library",
    "noted",
    "save",
    "search",
    "searches",
    "suggestions",
]
