"""``syncer dry-run`` and ``syncer sync`` with a tracker that counts its calls: what is said, and where."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from syncer.commands.syncing import preview, synchronise
from syncer.console import Console
from syncer.delivery.files import Files
from syncer.errors import ExitCode
from tests.support.memory import MemoryStore, job
from tests.support.metered import MeteredTracker
from tests.support.scripted import post_mortem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syncer.sync import Job

CONFIGURATION = "documents: {paths: ['*.md']}\ntrackers: {shop: {kind: local, path: issues.db}}\n"


@pytest.fixture
def shop() -> MeteredTracker:
    return MeteredTracker(name="shop")


@pytest.fixture
def console(shop: MeteredTracker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Console:
    """The terminal, before a document with three rows and a tracker that takes two seconds for each."""
    store = MemoryStore({"a.md": post_mortem(1, "Alert", "Runbook", "Drill")})

    @contextmanager
    def open_job(*_: object, **__: object) -> Iterator[Job]:
        yield job(store, shop)

    monkeypatch.setattr("syncer.commands.syncing.open_job", open_job)
    monkeypatch.setattr("syncer.commands.syncing.open_delivery", lambda *_: Files(store))
    file = tmp_path / "syncer.yaml"
    file.write_text(CONFIGURATION, "utf-8")
    return Console(file, color=False)


def sync(console: Console, *, limit: int | None = None, expect: str = "") -> int:
    return synchronise(console, (), "text", expect=expect, force=False, limit=limit)


def test_a_preview_tells_the_calls(console: Console, capsys: pytest.CaptureFixture[str]) -> None:
    preview(console, (), "text", limit=None, exit_code=False)
    out, err = capsys.readouterr()
    assert (
        "\nshop: 1 call made, 6 to come (about 6 s); 4,999 of 5,000 left until 14:05 UTC\n" in out
    )
    assert err == "", "nothing is about to be written"


def test_a_sync_announces_what_takes_a_while_and_tells_what_it_took(
    console: Console, shop: MeteredTracker, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sync(console) == ExitCode.DONE
    out, err = capsys.readouterr()
    assert err == "filing 3 issues in shop, about 6 s\n"
    assert f"\nshop: {len(shop.calls)} calls made; " in out


def test_what_is_done_at_once_is_not_announced(
    console: Console, capsys: pytest.CaptureFixture[str]
) -> None:
    sync(console, limit=2)
    assert capsys.readouterr().err == ""


def test_a_plan_that_is_refused_tells_what_it_would_take(
    console: Console, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sync(console, expect="0" * 16) == ExitCode.REFUSED
    out, err = capsys.readouterr()
    assert "\nshop: 1 call made, 6 to come (about 6 s); " in out
    assert err == ""


def test_json_has_them(console: Console, capsys: pytest.CaptureFixture[str]) -> None:
    preview(console, (), "json", limit=None, exit_code=False)
    (calls,) = json.loads(capsys.readouterr().out)["calls"]
    assert (calls["made"], calls["planned"], calls["left"]) == (1, 6, 4999)
