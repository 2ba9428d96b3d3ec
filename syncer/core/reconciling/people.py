"""Owners: the names that documents use, and the accounts that trackers know."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LOGIN = re.compile(r"@([A-Za-z0-9][A-Za-z0-9._-]{0,63})")
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")


@dataclass(frozen=True)
class People:
    """Maps owners to accounts and back.

    Attributes:
        accounts: For each name that documents use, the account by tracker.
    """

    accounts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def account(self, tracker: str, owner: str, *, free: bool) -> str | None:
        """The account that an owner stands for.

        Args:
            tracker: Name of the tracker.
            owner: The document's owner; empty means nobody.
            free: Whether the tracker takes any words for an owner.

        Returns:
            The account, empty for nobody, or ``None`` where the owner is none that could be assigned: a team,
            several people, a name that isn't mapped.
        """
        if not owner:
            return ""
        mapped = self.accounts.get(owner, {}).get(tracker)
        if mapped is not None:
            return mapped
        if free:
            return owner
        login = _LOGIN.fullmatch(owner)
        return login.group(1) if login else None

    def name(
        self, tracker: str, account: str, *, free: bool, shown: str = "", also: Sequence[str] = ()
    ) -> str:
        """What a document calls an account: the mapped name, else what the tracker shows, else the login.

        Args:
            tracker: Name of the tracker.
            account: The account, empty for nobody.
            free: Whether the tracker takes any words for an owner.
            shown: What the tracker shows for it.
            also: What else the configuration may call it.
        """
        if not account:
            return ""
        for name, accounts in self.accounts.items():
            mapped = accounts.get(tracker)
            if mapped is not None and any(
                is_same(mapped, one, free=free) for one in (account, *also)
            ):
                return name
        return shown or (account if free else f"@{account}")


def is_same(one: str, other: str, *, free: bool) -> bool:
    """Whether two accounts are the same: accounts are in any case, free texts are what they are."""
    return one == other or (not free and one.casefold() == other.casefold())


def is_email(owner: str) -> bool:
    """Whether an owner is one e-mail address, and so one person, whoever that is."""
    return _EMAIL.fullmatch(owner) is not None
