"""Trackers are found by the name of their kind."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from syncer import trackers
from syncer.errors import ConfigurationError, ExitCode
from syncer.trackers.local import LocalTracker

ROOT = Path(__file__).parents[3]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[EntryPoint]:
    """The entry points that there are; a test puts its own in."""
    points: list[EntryPoint] = []
    monkeypatch.setattr(trackers, "entry_points", lambda **_: list(points))
    return points


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, trackers.GROUP)


def test_the_built_in_ones_are_the_package_s_entry_points() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"][trackers.GROUP] == trackers.BUILT_IN


def test_the_built_in_ones_are_there_without_an_installation(installed: list[EntryPoint]) -> None:
    assert installed == []
    assert "local" in trackers.kinds()
    assert trackers.load("local") is LocalTracker


def test_other_packages_bring_others(installed: list[EntryPoint]) -> None:
    installed.append(point("linear", "syncer.trackers.local:LocalTracker"))
    assert {"linear", "local"} <= set(trackers.kinds())
    assert trackers.load("linear") is LocalTracker


def test_no_other_package_takes_a_built_in_one_s_place(installed: list[EntryPoint]) -> None:
    installed.append(point("local", "evil:Tracker"))
    assert trackers.load("local") is LocalTracker


def test_one_package_that_is_found_twice_is_one(installed: list[EntryPoint]) -> None:
    installed += [point("linear", "syncer.trackers.local:LocalTracker")] * 2
    assert trackers.load("linear") is LocalTracker


def test_two_packages_that_bring_the_same_kind_are_named(installed: list[EntryPoint]) -> None:
    installed += [point("linear", "one:Tracker"), point("linear", "two:Tracker")]
    with pytest.raises(ConfigurationError, match="one:Tracker, two:Tracker"):
        trackers.load("linear")


def test_an_unknown_kind_is_told_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match="bugzilla") as caught:
        trackers.load("bugzilla")
    assert "local" in caught.value.remedy
    assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize("value", ["no_such_module:Tracker", "syncer.model:NoSuchThing"])
def test_a_kind_that_can_t_be_imported_says_how_to_install_it(
    installed: list[EntryPoint], value: str
) -> None:
    installed.append(point("linear", value))
    with pytest.raises(ConfigurationError, match="can't be loaded") as caught:
        trackers.load("linear")
    assert "pip install" in caught.value.remedy


def test_what_is_no_tracker_is_refused(installed: list[EntryPoint]) -> None:
    installed.append(point("linear", "syncer.model:Marker"))
    with pytest.raises(ConfigurationError, match="is none"):
        trackers.load("linear")


def test_only_the_module_of_the_kind_is_imported() -> None:
    code = (
        "import sys; from syncer import trackers; names = trackers.kinds();"
        "before = 'syncer.trackers.local' in sys.modules or 'sqlite3' in sys.modules;"
        "trackers.load('local');"
        "print(before, 'syncer.trackers.local' in sys.modules, 'github' in sys.modules, 'jira' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["False", "True", "False", "False"]
