"""How ``syncer daemon`` is told which repositories it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncer.cli import main
from syncer.errors import ExitCode

if TYPE_CHECKING:
    from syncer.console import Console


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What daemons would have been run with."""
    calls: list[tuple[object, ...]] = []

    def run(console: Console, names: tuple[str, ...], shard: tuple[int, int], *, once: bool) -> int:
        del console
        calls.append((names, shard, once))
        return ExitCode.DONE

    monkeypatch.setattr("syncer.commands.daemon.run", run)
    return calls


def test_all_repositories_count_unless_some_are_named(runs: list[tuple[object, ...]]) -> None:
    assert main(["daemon"]) == 0
    assert main(["daemon", "--once", "--shard", "2/4", "shop", "pay"]) == 0
    assert runs == [((), (0, 1), False), (("shop", "pay"), (2, 4), True)]


@pytest.mark.parametrize("shard", ["4/4", "0/0", "-1/4", "1", "/", "/4", "1/", "a/b", "", "1/4/5"])
def test_a_part_that_there_is_not_is_a_usage_error(
    runs: list[tuple[object, ...]], shard: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["daemon", f"--shard={shard}"]) == ExitCode.USAGE
    assert "is no part of a whole; write 0/4" in capsys.readouterr().err
    assert not runs
