"""What follows when an account is closed or loses its name. Rooms above register what they have to do."""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import User

Act = Callable[[User], object]

_withdrawals: list[Act] = []
_anonymisers: list[Act] = []
_pages: list[Callable[[User], str]] = []


def on_closing(act: Act) -> None:
    """`act(person)` is called, in the transaction, when an account is closed: to withdraw invitations, for instance."""
    _withdrawals.append(act)


def withdraw_all(person: User) -> None:
    for act in _withdrawals:
        act(person)


def on_anonymising(act: Act) -> None:
    """`act(person)` takes the person's name off what they wrote, in the caller's transaction."""
    _anonymisers.append(act)


def anonymise(person: User) -> None:
    for act in _anonymisers:
        act(person)


def set_page(address: Callable[[User], str]) -> None:
    """Where somebody who tries to sign in to a closed account reads why; empty where there is nothing to read."""
    _pages.append(address)


def page_for(person: User) -> str:
    return next((url for url in (address(person) for address in _pages) if url), "")
