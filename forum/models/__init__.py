from forum.models.draft import Draft
from forum.models.post import Post, PostRevision
from forum.models.reading import Follow, ThreadRead
from forum.models.space import Space, SpaceMembership
from forum.models.thread import Thread

__all__ = ["Draft", "Follow", "Post", "PostRevision", "Space", "SpaceMembership", "Thread", "ThreadRead"]
