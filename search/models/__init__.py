from search.models.entry import Entry
from search.models.stamp import Stamp

__all__ = ["Entry", "Stamp"]
