"""What stands behind a story besides its folder: a GitHub that the commands talk to, and people who work there."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from syncer.model import Status
from syncer.trackers.base import Update
from tests.support.github.person import GitHubPerson
from tests.support.github.server import github_double
from tests.support.github.urls import Urls
from tests.support.github_lab import BASE_PATH, SHOP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

_GITHUB: Final = "https://github.com"
_CLOSES: Final = re.compile(r"@(\w+) closes #(\d+)")
_ASSIGNS: Final = re.compile(r"@(\w+) assigns #(\d+) to @(\w+)")


@dataclass(frozen=True)
class Scene:
    """What stands behind a story.

    Attributes:
        environment: Further variables for its commands.
        real: What stands in what they print for the address of a service, and what people would see there.
        happens: Does what somebody does meanwhile, as the story says.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    real: Mapping[str, str] = field(default_factory=dict)
    happens: Callable[[str], None] = lambda _: None


@contextmanager
def nothing() -> Iterator[Scene]:
    """A folder and no more."""
    yield Scene()


@contextmanager
def github() -> Iterator[Scene]:
    """A repository on GitHub, and a token in the variable that a workflow has it in."""
    with github_double(base_path=BASE_PATH) as double:
        pages = double.api_url.removesuffix(BASE_PATH)
        double.urls = Urls(double.api_url, pages)
        people = ["alice", "bob", "carol", "dana", "syncer-bot"]
        double.store.add_repository(SHOP, roles=dict.fromkeys(people, "write"), assignable=people)

        def happens(text: str) -> None:
            closes, assigns = _CLOSES.fullmatch(text), _ASSIGNS.fullmatch(text)
            found = closes or assigns
            if found is None:
                raise ValueError(f"nobody knows how that happens: {text}")
            person = GitHubPerson(double, SHOP, "syncer:marker", login=found[1])
            change = Update(None, status=Status.DONE) if closes else Update(None, owner=found[3])
            person.change(found[2], change)

        yield Scene(
            {
                "GITHUB_TOKEN": double.sign_in("syncer-bot"),
                "SYNCER_TRACKERS__SHOP__URL": double.api_url,
                "SYNCER_TRACKERS__SHOP__TOKEN": double.sign_in("syncer-bot"),
            },
            {pages: _GITHUB},
            happens,
        )


SCENES: Final[Mapping[str, Callable[[], AbstractContextManager[Scene]]]] = {
    "nothing": nothing,
    "github": github,
}
"""Scenes by what a page says with ``<!-- scene NAME -->``."""
