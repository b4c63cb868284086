from knowledge.models.evidence import Evidence
from knowledge.models.experience import LivedExperience
from knowledge.models.pages import HomePage, InformationPage, LibraryPage
from knowledge.models.parts import Citation, PracticeNote, Relation, ResourceDocument, Step
from knowledge.models.provenance import Author
from knowledge.models.reading_list import ListFollow, ListItem, ReadingList
from knowledge.models.resource import GUIDE_DEPTH, ResourcePage
from knowledge.models.resource_month import ResourceMonth
from knowledge.models.topic_page import ChosenResource, TopicIndexPage, TopicPage

__all__ = [
    "GUIDE_DEPTH", "Author", "ChosenResource", "Citation", "Evidence", "HomePage", "InformationPage", "LibraryPage",
    "ListFollow", "ListItem", "LivedExperience", "PracticeNote", "ReadingList", "Relation", "ResourceDocument",
    "ResourceMonth", "ResourcePage", "Step", "TopicIndexPage", "TopicPage",
]  # fmt: skip
