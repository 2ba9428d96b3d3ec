"""A daemon that syncs nothing: what is asked of it is written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import SecretStr

from syncer.daemon.board import Board
from syncer.daemon.webhooks import Webhooks
from syncer.settings.keys import WebhookKeys
from tests.support.clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Collection

    from syncer.daemon.status import DaemonStatus

GITHUB_SECRET = "hunter2-hunter2-github"  # noqa: S105
JIRA_SECRET = "hunter2-hunter2-jira"  # noqa: S105


@dataclass
class Watched:
    """Serves ``shop``, which is acme/shop on GitHub, its branch main, and files there and in the project PAY.

    Attributes:
        clock: Its time.
        asked: What it was asked to look at.
        told: What lookups were given.
    """

    clock: FakeClock = field(default_factory=FakeClock)
    asked: list[str] = field(default_factory=list)
    told: list[tuple[frozenset[str], str, bool]] = field(default_factory=list)
    board: Board = field(init=False)

    def __post_init__(self) -> None:
        timing = self.clock.timing()
        self.board = Board(timing.now, timing.elapsed)
        self.board.keep(["shop"])

    def status(self) -> DaemonStatus:
        return self.board.status()

    def names(self) -> tuple[str, ...]:
        return ("shop",)

    def request(self, name: str) -> bool:
        self.asked.append(name)
        return True

    def pushed(
        self, addresses: Collection[str], *, branch: str = "", is_default: bool = False
    ) -> tuple[str, ...]:
        self.told.append((frozenset(addresses), branch, is_default))
        return ("shop",) if "acme/shop" in addresses and branch == "main" else ()

    def touched(self, references: Collection[str]) -> tuple[str, ...]:
        self.told.append((frozenset(references), "", False))
        known = [name for name in references if name.startswith(("acme/shop#", "PAY-"))]
        return ("shop",) if known else ()

    def webhooks(self, **keys: object) -> Webhooks:
        """What takes webhooks for it, with both secrets unless others are given."""
        secrets = {
            "github_secret": SecretStr(GITHUB_SECRET),
            "jira_secret": SecretStr(JIRA_SECRET),
        }
        taken = WebhookKeys.model_validate(secrets | keys)
        return Webhooks(self, lambda: taken, self.clock.timing().elapsed)
