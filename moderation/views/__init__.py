from moderation.views.appeals import appeal, hear
from moderation.views.reports import decide, decision, desk, log, report, sent, thing

__all__ = ["appeal", "decide", "decision", "desk", "hear", "log", "report", "sent", "thing"]
