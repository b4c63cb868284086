"""Every change of the knowledge centre, a module a subject: `from knowledge.actions import lists`.

All keyword-only; whether the actor may do it has been asked before. No other room calls them, but for the demo.
"""
