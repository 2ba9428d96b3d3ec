"""What stands behind a story besides its folder: a GitHub or a Jira that the commands talk to, and people there."""

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
from tests.support.jira.person import JiraPerson
from tests.support.jira.server import jira_cloud_double, jira_server_double
from tests.support.jira.world import furnished

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

_GITHUB: Final = "https://github.com"
_CLOSES: Final = re.compile(r"@(\w+) closes #(\d+)")
_ASSIGNS: Final = re.compile(r"@(\w+) assigns #(\d+) to @(\w+)")
_CLOSES_KEY: Final = re.compile(r"@(\w+) closes ([A-Z]+-\d+)")
_ON_DATA_CENTER: Final = "the team is on Data Center"
_JIRA_CLOUD: Final = "https://acme.atlassian.net"
_JIRA_SERVER: Final = "https://jira.acme.example/jira"


@dataclass(frozen=True)
class Scene:
    """What stands behind a story.

    Attributes:
        environment: Further variables for its commands; what happens may change them.
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


@contextmanager
def jira() -> Iterator[Scene]:
    """A project on Jira Cloud and one on Data Center, the credentials for the first one in the usual variables."""
    with (
        jira_cloud_double(furnished(cloud=True)) as cloud,
        jira_server_double(furnished(cloud=False), base_path="/jira") as server,
    ):
        environment = {
            "JIRA_URL": cloud.url,
            "JIRA_API_TOKEN": cloud.sign_in("robot"),
            "SYNCER_TRACKERS__OPS__EMAIL": "robot@acme.example",
        }
        person = JiraPerson(cloud, "OPS", "syncer", name="alice")

        def happens(text: str) -> None:
            closes = _CLOSES_KEY.fullmatch(text)
            if text == _ON_DATA_CENTER:
                environment.clear()
                environment.update(JIRA_URL=server.url, JIRA_TOKEN=server.sign_in("robot"))
            elif closes is not None:
                person.change(closes[2], Update(None, status=Status.DONE))
            else:
                raise ValueError(f"nobody knows how that happens: {text}")

        yield Scene(environment, {server.url: _JIRA_SERVER, cloud.url: _JIRA_CLOUD}, happens)


SCENES: Final[Mapping[str, Callable[[], AbstractContextManager[Scene]]]] = {
    "nothing": nothing,
    "github": github,
    "jira": jira,
}
"""Scenes by what a page says with ``<!-- scene NAME -->``."""
