"""Where rendered member HTML is stored, so that `manage.py rerender` can bring it up to date."""

from dataclasses import dataclass

from django.db.models import Model

from markup.markdown import Profile


@dataclass(frozen=True)
class StoredHTML:
    """A model's three columns: the text as typed, its HTML, and the RENDERER_VERSION that made it."""

    model: type[Model]
    source: str
    html: str
    version: str
    profile: Profile

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.html}"


_registered: dict[tuple[type[Model], str], StoredHTML] = {}


def register(
    model: type[Model],
    *,
    source: str = "source",
    html: str = "html",
    version: str = "renderer_version",
    profile: Profile = "post",
) -> None:
    """Name a model that stores rendered member text; call it in the room's `apps.ready()`.

    Errors: FieldDoesNotExist for a column that the model does not have.
    """
    for name in (source, html, version):
        model._meta.get_field(name)
    _registered[model, html] = StoredHTML(model, source, html, version, profile)


def registered() -> list[StoredHTML]:
    """All that was registered, in that order."""
    return list(_registered.values())
