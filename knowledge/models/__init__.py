from knowledge.models.pages import HomePage, InformationPage, LibraryPage
from knowledge.models.resource import GUIDE_DEPTH, Evidence, ResourceDocument, ResourcePage

__all__ = ["GUIDE_DEPTH", "Evidence", "HomePage", "InformationPage", "LibraryPage", "ResourceDocument", "ResourcePage"]
