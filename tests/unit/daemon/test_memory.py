"""A daemon lives for months: what a sync takes, it gives back."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from syncer.daemon.loading import Choice, Loader
from syncer.daemon.service import Service, Time
from syncer.daemon.status import Result
from syncer.settings import load_settings
from syncer.trackers.pace import Paces
from tests.support.github.server import github_double
from tests.support.github_lab import BASE_PATH, furnish
from tests.support.program import POST_MORTEM
from tests.support.repositories import VARIABLES, bare
from tests.support.syncs import NOON, PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.github.double import GitHubDouble

TRACKERS = """
documents: {{paths: ["pm/*.md"]}}
tracker: here
trackers:
  here: {{kind: local}}
  shop: {{kind: github, repository: acme/shop, url: "{api}"}}
"""
FOLDER = TRACKERS + 'routes: [{{path: "pm/2.md", tracker: shop}}]'
CLONES = (
    TRACKERS
    + """
repositories:
  one: {{url: "{one}", trackers: here}}
  two: {{url: "{two}", tracker: shop, trackers: shop}}
"""
)

FEW = 20
"""Syncs after which whatever is made once has been made."""

SLACK = 3_000
"""Blocks of memory that may come and go, with what other tests have left to be tidied up. A sync that keeps 25 has kept
more after 120, and one that keeps three after 1,000."""


@dataclass
class Months:
    """A daemon's time in fast motion."""

    github: GitHubDouble
    seconds: float = 0.0

    def __post_init__(self) -> None:
        time = Time(now=lambda: NOON, elapsed=lambda: self.seconds, chance=lambda: 0.0)
        self.service = Service(time=time)

    def pass_by(self, syncs: int) -> int:
        """Have each repository synced so often; answers with the blocks of memory that Python holds then."""
        for _ in range(syncs):
            self.seconds += 100_000
            self.service.look()
            with self.service._changed:
                assert self.service._changed.wait_for(self._at_rest, PATIENCE)
        self.github.log.clear()
        gc.collect()
        return sys.getallocatedblocks()

    def _at_rest(self) -> bool:
        return not any(entry.running for entry in self.service._entries.values())


@contextmanager
def months(folder: Path, configuration: str) -> Iterator[Months]:
    with github_double(base_path=BASE_PATH) as github:
        made = Months(github)
        (folder / "syncer.yaml").write_text(
            configuration.format(
                api=github.api_url, **{n: (folder / f"{n}.git").as_uri() for n in ("one", "two")}
            )
        )
        token = {"SYNCER_TRACKERS__SHOP__TOKEN": furnish(github)}
        environment = {"PATH": os.environ["PATH"], **VARIABLES, **token}
        loader = Loader(
            lambda: load_settings(working=folder, environment=environment),
            Choice(),
            Paces(),
            made.service,
        )
        yield made
        made.service.end()
        made.service.run()
        loader.close()


def flat(time: Months, syncs: int) -> None:
    before = time.pass_by(FEW)
    after = time.pass_by(syncs)
    for repository in time.service.status().repositories.values():
        assert repository.runs == {Result.DONE: FEW + syncs}, repository.last_error
        assert repository.changes
    assert after - before < SLACK


@pytest.mark.parametrize("syncs", [120, pytest.param(1000, marks=pytest.mark.slow)])
def test_memory_stays_flat_over_many_syncs_of_a_folder(tmp_path: Path, syncs: int) -> None:
    (tmp_path / "pm").mkdir()
    for name in ("1.md", "2.md"):
        (tmp_path / "pm" / name).write_text(POST_MORTEM.replace("001", name))
    with months(tmp_path, FOLDER) as time:
        flat(time, syncs)


@pytest.mark.slow
def test_memory_stays_flat_over_many_syncs_of_clones(tmp_path: Path) -> None:
    for name in ("one", "two"):
        bare(tmp_path / f"{name}.git", {"pm/1.md": POST_MORTEM})
    with months(tmp_path, CLONES) as time:
        flat(time, 1000)
