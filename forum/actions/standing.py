"""Whether somebody may still act, asked in the same transaction as what they do."""

from django.core.exceptions import PermissionDenied

from accounts.models import User
from web.prepared import Prepared

WRITER = Prepared(
    lambda person: User.objects.select_for_update(no_key=True).filter(pk=person, is_active=True).values("pk"), "person"
)


def require_active(person: User) -> None:
    """Raises PermissionDenied for whoever was suspended a moment ago; a suspension that comes now waits its turn.

    Call it before any other row is taken: a suspension begins with the person too.
    """
    if not WRITER.rows(person=person.pk):
        raise PermissionDenied
