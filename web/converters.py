"""Parts of addresses. In `urls.py`: `<id:pk>` for the number of a row."""

from django.urls.converters import IntConverter


class IdConverter(IntConverter):
    """A number that a database can hold; a longer one is no address of this site, and no error of its either."""

    regex = "[0-9]{1,18}"
