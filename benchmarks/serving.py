"""What a daemon's rounds cost: ``python -m benchmarks.serving [--repositories N] [--documents N]``.

Repositories with the embedded tracker are served by one process from bare remotes on this machine, each with documents
of ten rows. After a round that files everything, and one to warm up, rounds in which nothing has changed are counted:
commands of Git, those of them that speak with the remote, and how much memory each further round and each further
repository takes. The exit code is 1 if that is more than docs/benchmarks.md says. Times are processor time, Git's
included.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

from benchmarks.syncing import document
from syncer.building import now, open_job
from syncer.daemon.runner import Runner
from syncer.daemon.sources import Served
from syncer.daemon.status import Result
from syncer.delivery.git import Git
from syncer.settings import load_settings
from syncer.trackers.pace import Paces
from syncer.trackers.redaction import Redactor
from tests.support.repositories import VARIABLES, bare

if TYPE_CHECKING:
    from collections.abc import Sequence

REMOTE: Final = {"fetch", "push", "ls-remote"}
MOST_COMMANDS: Final = 30
MOST_REMOTE: Final = 7
MOST_MEMORY: Final = 4.0
"""Megabytes that a further repository takes."""

ROUNDS: Final = 5


class Counter:
    """Counts Git's commands in this process, by name."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        raw = Git.raw

        def counted(git: Git, *arguments: str, given: bytes = b"") -> bytes:
            self.commands.append(next(one for one in arguments if not one.startswith("-")))
            return raw(git, *arguments, given=given)

        Git.raw = counted  # type: ignore[assignment,method-assign]  # counted, and the same otherwise

    def taken(self) -> list[str]:
        """Those since the last call."""
        taken, self.commands = self.commands, []
        return taken


def runners(folder: Path, count: int, documents: int) -> list[Runner]:
    """Runners of so many repositories."""
    text = "trackers: {here: {kind: local, path: issues.db}}\nlimits: {creates: 100000}\nrepositories:\n"
    for number in range(count):
        files: dict[str, str | bytes | None] = {
            f"postmortems/{n}.md": document(n + number * documents) for n in range(documents)
        }
        there = bare(folder / f"r{number}.git", files)
        there.git("config", "uploadpack.allowFilter", "true")
        there.git("config", "uploadpack.allowAnySHA1InWant", "true")
        text += f"  r{number}: {{url: {there.folder.as_uri()}, documents: {{scope: r{number}}}}}\n"
    (folder / "syncer.yaml").write_text(text, encoding="utf-8")
    settings = load_settings(working=folder, environment={"PATH": os.environ["PATH"], **VARIABLES})
    paces = Paces()

    def quiet(step: str, done: int, total: int) -> None:
        del step, done, total

    return [
        Runner(
            Served(settings, name),
            lambda own: open_job(own, (), quiet, read_only=False, paces=paces),
            Redactor(),
            now,
        )
        for name in settings.keys.repositories
    ]


def spent() -> float:
    """Seconds of processor time of this process and those that it has started."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def memory() -> float:
    """Megabytes that this process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def round_of(served: Sequence[Runner]) -> None:
    """Sync each once."""
    for runner in served:
        ended = runner.run(Event())
        if ended.result not in (Result.DONE, Result.PROBLEMS):
            raise SystemExit(ended.error)


def main(arguments: Sequence[str] | None = None) -> int:
    """Count, print, and compare with what is promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repositories", type=int, default=10)
    parser.add_argument("--documents", type=int, default=50)
    options = parser.parse_args(arguments)
    counter = Counter()
    with tempfile.TemporaryDirectory() as name:
        served = runners(Path(name), options.repositories, options.documents)
        round_of(served[:1])
        round_of(served[:1])
        before = memory()
        round_of(served[1:])
        round_of(served[1:])
        each = (memory() - before) / max(len(served) - 1, 1)
        counter.taken()
        start, resident = spent(), memory()
        for _ in range(ROUNDS):
            round_of(served)
        rounds = ROUNDS * len(served)
        seconds, grown = (spent() - start) / rounds, (memory() - resident) / ROUNDS
        commands = counter.taken()
    per_round = len(commands) / rounds
    remote = sum(command in REMOTE for command in commands) / rounds
    rows = options.documents * 10
    print(
        f"{options.repositories} repositories with {options.documents} documents, {rows} linked rows each"
    )
    print(f"Git's commands in a round without a change   {per_round:.1f}, at most {MOST_COMMANDS}")
    print(f"of them with the remote                      {remote:.1f}, at most {MOST_REMOTE}")
    print(f"processor time                               {seconds:.2f} s")
    print(f"memory of a further repository               {each:.2f} MB, at most {MOST_MEMORY}")
    print(f"memory of a further round of all             {grown:.2f} MB")
    return per_round > MOST_COMMANDS or remote > MOST_REMOTE or each > MOST_MEMORY


if __name__ == "__main__":
    sys.exit(main())
