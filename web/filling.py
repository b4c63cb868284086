"""A page's forms, filled in with what was typed in them before."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from bs4.element import Tag

from web.kept import Fields

# What a browser sends of these is not typed, or is chosen anew.
_LEFT_ALONE = {"submit", "button", "image", "reset", "file", "password"}
_CHOSEN = {"checkbox", "radio"}


class Page:
    """An HTML page as a reader gets it at `address`."""

    def __init__(self, html: str, address: str) -> None:
        self.soup = BeautifulSoup(html, "html.parser")
        self.address = address

    def form_for(self, address: str, fields: Fields) -> Form | None:
        """The form that is sent to `address`; of several the one that most of `fields` come from."""
        forms = [Form(self, tag) for tag in self.soup.find_all("form") if self._sends_to(tag) == address]
        return max(forms, key=lambda form: form.likeness(fields), default=None)

    def put_first(self, html: str) -> bool:
        """Put `html` at the beginning of what the page says; False where that is nothing."""
        main = self.soup.find("main")
        if main is not None:
            main.insert(0, BeautifulSoup(html, "html.parser"))
        return main is not None

    def html(self) -> str:
        return str(self.soup)

    def _sends_to(self, form: Tag) -> str:
        if str(form.get("method", "")).lower() != "post":
            return ""
        found = urlsplit(urljoin(self.address, str(form.get("action") or self.address)))
        return f"{found.path}?{found.query}" if found.query else found.path


class Form:
    """One form of a page, with the controls that stand elsewhere and name it."""

    def __init__(self, page: Page, tag: Tag) -> None:
        controls = [control for control in tag.find_all(["input", "textarea", "select"]) if not control.get("form")]
        if tag.get("id"):
            controls += page.soup.find_all(["input", "textarea", "select"], attrs={"form": tag["id"]})
        self.controls = [control for control in controls if control.get("name") and _kind(control) not in _LEFT_ALONE]
        self.has_files = any(_kind(control) == "file" for control in controls)

    def likeness(self, fields: Fields) -> tuple[int, int]:
        hidden = [control for control in self.controls if _kind(control) == "hidden"]
        same = sum(str(control.get("value", "")) in fields.get(str(control["name"]), []) for control in hidden)
        return same, len({str(control["name"]) for control in self.controls} & fields.keys())

    def fill(self, fields: Fields) -> tuple[str, Fields]:
        """Put back what was typed: the first control (its id) that somebody types in, and what found no place."""
        left = {name: list(values) for name, values in fields.items()}
        first = ""
        for control in self.controls:
            name, kind = str(control["name"]), _kind(control)
            values = left.get(name, [])
            if kind in _CHOSEN:
                _set(control, "checked", str(control.get("value", "on")) in fields.get(name, []))
            elif kind == "select":
                if name in fields or control.has_attr("multiple"):
                    _choose(control, fields.get(name, []))
            elif values:
                text = values.pop(0)
                _write(control, text)
                if text and kind != "hidden":
                    place = _shown(control)
                    first = first or place
        chosen = {str(control["name"]) for control in self.controls if _kind(control) in _CHOSEN | {"select"}}
        return first, {name: values for name, values in left.items() if values and name not in chosen}


def _kind(control: Tag) -> str:
    return str(control.get("type", "text")).lower() if control.name == "input" else control.name


def _set(tag: Tag, attribute: str, is_set: bool) -> None:
    if is_set:
        tag[attribute] = ""
    else:
        del tag[attribute]


def _choose(select: Tag, values: list[str]) -> None:
    for option in select.find_all("option"):
        _set(option, "selected", str(option.get("value", option.get_text())) in values)


def _write(control: Tag, text: str) -> None:
    if control.name == "textarea":
        # Browsers take away one line break at the beginning.
        control.string = f"\n{text}"
    else:
        control["value"] = text


def _shown(control: Tag) -> str:
    """See to it that one gets there by a link, whose id this is."""
    for parent in control.find_parents("details"):
        parent["open"] = ""
    return str(control.attrs.setdefault("id", "typed-here"))
