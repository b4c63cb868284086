from search.views.results import library, search

__all__ = ["library", "search"]
