"""The daemon as a process: several repositories, signals, and a configuration that changes meanwhile."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from tests.support.daemon import started
from tests.support.github import faults
from tests.support.github.server import github_double
from tests.support.github_lab import BASE_PATH, furnish
from tests.support.program import POST_MORTEM
from tests.support.repositories import Repository, bare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.github.double import GitHubDouble

NAMES = ("api", "shop", "web")

CONFIG = """\
documents: {{paths: ["pm/*.md"]}}
tracker: shop
trackers:
  api: {{kind: github, repository: acme/api, url: "{api}"}}
  shop: {{kind: github, repository: acme/shop, url: "{api}"}}
  web: {{kind: github, repository: acme/web, url: "{api}"}}
repositories:
  api: {{url: "{there}/api.git", tracker: api, trackers: api}}
  shop: {{url: "{there}/shop.git", tracker: shop, trackers: shop}}
  web: {{url: "{there}/web.git", tracker: web, trackers: web}}
delivery: {{lease: {{enabled: false}}}}
daemon: {{every: 1s, jitter: 1s, longest_pause: 1s, listen: "127.0.0.1:0"}}
"""


@pytest.fixture
def github() -> Iterator[GitHubDouble]:
    with github_double(base_path=BASE_PATH) as double:
        yield double


@pytest.fixture
def variables(github: GitHubDouble) -> dict[str, str]:
    token = furnish(github)
    for name in ("api", "web"):
        people = ["alice", "bob", "robot"]
        github.store.add_repository(
            f"acme/{name}", roles=dict.fromkeys(people, "write"), assignable=people
        )
    return {f"SYNCER_TRACKERS__{name.upper()}__TOKEN": token for name in NAMES}


@pytest.fixture
def there(tmp_path: Path) -> dict[str, Repository]:
    return {name: bare(tmp_path / f"{name}.git", {"pm/1.md": POST_MORTEM}) for name in NAMES}


@pytest.fixture
def folder(tmp_path: Path, github: GitHubDouble, there: dict[str, Repository]) -> Path:
    made = tmp_path / "operator"
    made.mkdir()
    (made / "syncer.yaml").write_text(CONFIG.format(api=github.api_url, there=tmp_path.as_uri()))
    return made


def titles(github: GitHubDouble, name: str) -> list[str]:
    with github.store.lock:
        return [one.title for one in github.store.repositories[f"acme/{name}"].issues.values()]


def document(repository: Repository) -> str:
    return repository.blob("pm/1.md", "main").decode()


EXPECTED = ["Alert on queue depth", "Write failover runbook"]


def test_one_whose_tracker_is_down_holds_up_no_other_and_comes_back_with_it(
    github: GitHubDouble, folder: Path, there: dict[str, Repository], variables: dict[str, str]
) -> None:
    github.faults.when(
        lambda asked: "/acme/shop" in asked.path, faults.server_error(503), times=None
    )
    with started(folder, **variables) as daemon:
        daemon.until(" api: 2 filed", " web: 2 filed", " shop: failed: GitHub: 503")
        daemon.until(" api: nothing", " web: nothing", " shop: failed: GitHub: 503")
        assert titles(github, "shop") == []
        github.faults.stop()
        daemon.until(" shop: 2 filed", " shop: committed as ")
        assert daemon.end() == 0
    for name in NAMES:
        assert titles(github, name) == EXPECTED
        assert "| Not Started | [#1] |" in document(there[name])
    assert not any(
        "token" in line or variable in line
        for line in daemon.log
        for variable in variables.values()
    )


def test_a_configuration_is_read_again_and_a_faulty_one_changes_nothing(
    github: GitHubDouble, folder: Path, variables: dict[str, str]
) -> None:
    config = folder / "syncer.yaml"
    good = config.read_text()
    config.write_text(good.replace("  web: {url", "  # web: {url"))
    with started(folder, **variables) as daemon:
        daemon.until(" api: 2 filed", " shop: 2 filed")
        config.write_text(good.replace("every: 1s", "every: soon").replace("tracker: shop", "x: 1"))
        daemon.send(signal.SIGHUP)
        *_, told = daemon.until("the configuration stays as it was")
        assert "daemon.every: is no duration" in told
        assert "x: unknown key" in told
        daemon.until(" api: nothing changed")
        assert titles(github, "web") == []
        config.write_text(good)
        daemon.send(signal.SIGHUP)
        daemon.until("the configuration was read again", " web: 2 filed", " api: nothing changed")
        config.write_text(good.replace("  api: {url", "  # api: {url"))
        daemon.send(signal.SIGHUP)
        daemon.until("the configuration was read again")
        before = len(daemon.log)
        daemon.until(" web: nothing changed")
        assert daemon.end(signal.SIGINT) == 130
    # One may have been under way.
    assert sum(" api: " in line for line in daemon.log[before:]) <= 1


def test_once_is_one_sync_of_each_and_the_most_serious_exit_code(
    github: GitHubDouble, folder: Path, there: dict[str, Repository], variables: dict[str, str]
) -> None:
    github.faults.when(
        lambda asked: "/acme/web" in asked.path, faults.server_error(503), times=None
    )
    with started(folder, "--once", "--shard", "0/2", **variables) as daemon:
        assert daemon.end(None) == 4
    assert titles(github, "api") == EXPECTED
    assert "[#2]" in document(there["api"])
    assert titles(github, "shop") == []
    github.faults.stop()
    with started(folder, "--once", "--shard", "1/2", **variables) as daemon:
        assert daemon.end(None) == 0
    assert titles(github, "shop") == EXPECTED
