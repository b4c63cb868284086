"""What Wagtail calls when a review is finished."""


def leave_unpublished(workflow_state: object, user: object = None) -> None:
    """An approved page waits for somebody to publish or schedule it: approval alone never publishes."""
