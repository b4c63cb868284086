from events.models.pages import WebinarIndexPage, WebinarPage
from events.models.registration import Registration
from events.models.session import Session

__all__ = ["Registration", "Session", "WebinarIndexPage", "WebinarPage"]
