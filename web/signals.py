"""What rooms announce to those above them.

`content_changed(sender=Model, ids=[…])`: the text or the visibility of these rows changed, or they are gone.
With `rows=[…]`, all of them as they stand now, read or written since this transaction locked them: none need be read
again.
`container_changed(sender=Model, container="space:12")`: who may see a whole container changed, or it moved.
Both are sent inside the transaction of the change; only `search` listens.
"""

from django.dispatch import Signal

content_changed = Signal()
container_changed = Signal()
