from knowledge.models.pages import HomePage, InformationPage, LibraryPage
from knowledge.models.reading_list import ListFollow, ListItem, ReadingList
from knowledge.models.resource import GUIDE_DEPTH, Evidence, ResourceDocument, ResourcePage
from knowledge.models.resource_month import ResourceMonth
from knowledge.models.topic_page import ChosenResource, TopicIndexPage, TopicPage

__all__ = [
    "GUIDE_DEPTH", "ChosenResource", "Evidence", "HomePage", "InformationPage", "LibraryPage", "ListFollow",
    "ListItem", "ReadingList", "ResourceDocument", "ResourceMonth", "ResourcePage", "TopicIndexPage", "TopicPage",
]  # fmt: skip
