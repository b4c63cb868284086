from search.models.asked import AskedDay, AskedQuery, PositionDay, Trace
from search.models.edition import Edition
from search.models.embedding import Embedding
from search.models.entry import Entry
from search.models.promoted import PromotedPhrase, PromotedResult
from search.models.rebuild import Rebuild
from search.models.recent import RecentSearch, RemembersSearches
from search.models.saved import SavedSearch, ToldResult
from search.models.stamp import Stamp
from search.models.word import Word

__all__ = [
    "AskedDay",
    "AskedQuery",
    "Edition",
    "Embedding",
    "Entry",
    "PositionDay",
    "PromotedPhrase",
    "PromotedResult",
    "Rebuild",
    "RecentSearch",
    "RemembersSearches",
    "SavedSearch",
    "Stamp",
    "ToldResult",
    "Trace",
    "Word",
]
