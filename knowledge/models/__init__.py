from knowledge.models.evidence import Evidence
from knowledge.models.exchange import Announced, ColumnMapping, Harvested, Import, ImportLine, Source
from knowledge.models.experience import LivedExperience
from knowledge.models.looking_after import Feedback, Link, LinkReading, LinkUse, Review, ReviewReminder, Version
from knowledge.models.pages import HomePage, InformationPage, LibraryPage
from knowledge.models.parts import Citation, PracticeNote, Relation, ResourceDocument, Step
from knowledge.models.provenance import Author
from knowledge.models.reading_list import ListFollow, ListItem, ReadingList
from knowledge.models.resource import GUIDE_DEPTH, ResourcePage
from knowledge.models.resource_month import ResourceMonth
from knowledge.models.suggestion import Suggestion, SuggestionStep
from knowledge.models.topic_page import ChosenResource, TopicIndexPage, TopicPage
from knowledge.models.workflow import ReadingTask, SecondPersonTask

__all__ = [
    "GUIDE_DEPTH", "Announced", "Author", "ChosenResource", "Citation", "ColumnMapping", "Evidence", "Feedback",
    "Harvested", "HomePage", "Import", "ImportLine", "InformationPage", "LibraryPage", "Link", "LinkReading",
    "LinkUse", "ListFollow", "ListItem", "LivedExperience", "PracticeNote", "ReadingList", "ReadingTask",
    "Relation", "ResourceDocument", "ResourceMonth", "ResourcePage", "Review", "ReviewReminder", "SecondPersonTask",
    "Source", "Step", "Suggestion", "SuggestionStep", "TopicIndexPage", "TopicPage", "Version",
]  # fmt: skip
