from knowledge.models.pages import HomePage, InformationPage, LibraryPage
from knowledge.models.resource import Evidence, ResourceDocument, ResourcePage

__all__ = ["Evidence", "HomePage", "InformationPage", "LibraryPage", "ResourceDocument", "ResourcePage"]
