"""A daemon that is told to stop at any moment whatever: nothing is lost, and nothing is done twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.support.github import changing
from tests.support.github.server import github_double
from tests.support.github_lab import BASE_PATH, SHOP, furnish
from tests.support.program import REPOSITORY
from tests.support.repositories import VARIABLES, Repository, bare, cloned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.github.double import GitHubDouble
    from tests.support.github.records import Issue

CONFIG = """\
documents: {{paths: ["pm/*.md"]}}
trackers:
  shop: {{kind: github, repository: acme/shop, url: "{api}"}}
repositories:
  shop: {{url: "{there}"}}
delivery: {{mode: commit, lease: {{enabled: {lease}, lifetime: 1s}}}}
limits: {{updates: 1, closures: 1, creates: 1000}}
daemon: {{every: 1h, grace: 1m, listen: ""}}
"""

HEAD = """\
# Checkout timed out

**Incident ID:** INC-2025-11-03-001

## Action Items

| Action | Owner | Status |
|--------|-------|--------|
"""
PATH = "pm/1.md"
ROWS = 20
"""Rows that there are from the beginning: so many that each side has something to do before a later one is filed."""

PLACES = 100
"""About so many requests and commands begin and end in a sync that has something to do on both sides."""


class Team:
    """People who go on with documents and issues between one daemon and the next.

    Every row is changed by one side only, and only once, so that there are no conflicts.
    """

    def __init__(self, github: GitHubDouble, author: Repository) -> None:
        self.github = github
        self.author = author
        self.rows = [f"| Item {number} | @alice | Not Started |" for number in range(ROWS)]
        self.closed: set[str] = set()
        self.reassigned: set[str] = set()
        self._publish(HEAD + "".join(f"{row}\n" for row in self.rows))

    @property
    def titles(self) -> list[str]:
        """What is promised, in the order of the rows."""
        return [row.split("|")[1].strip() for row in self.rows]

    def go_on(self, chance: random.Random) -> None:
        """Do something, give something to somebody else, and promise two more things."""
        taken = self.closed | self.reassigned
        free = [issue for issue in self.issues() if issue.title not in taken]
        chance.shuffle(free)
        for issue in free[:1]:
            self._close(issue)
        self.author.git("pull", "--quiet", "--rebase", "origin", "main")
        lines = self.author.blob(PATH).decode().splitlines()
        rows = {line.split("|")[1].strip(): n for n, line in enumerate(lines) if "| Item" in line}
        for issue in free[1:2]:
            row = rows[issue.title]
            lines[row] = lines[row].replace("@alice", "@bob")
            self.reassigned.add(issue.title)
        last = max(rows.values())
        columns = lines[last].count("|") - self.rows[0].count("|")
        new = [f"| Item {len(self.rows) + n} | @alice | Not Started |" for n in range(2)]
        self.rows += new
        lines[last + 1 : last + 1] = [row + " |" * columns for row in new]
        self._publish("\n".join(lines) + "\n")

    def issues(self) -> list[Issue]:
        with self.github.store.lock:
            return list(self.github.store.repositories[SHOP].issues.values())

    def document(self) -> str:
        self.author.git("fetch", "--quiet", "origin", "main")
        return self.author.blob(PATH, "origin/main").decode()

    def _close(self, issue: Issue) -> None:
        store = self.github.store
        with store.lock:
            changes = {"state": "closed", "state_reason": "completed"}
            repository = store.repositories[SHOP]
            changing.change_issue(store, repository, store.add_user("bob"), issue.number, changes)
        self.closed.add(issue.title)

    def _publish(self, text: str) -> None:
        self.author.commit({PATH: text})
        self.author.push()


class Daemons:
    """Runs one daemon after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, place: int, signals: int) -> int:
        """What a daemon exits with that gets so many signals at a place."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{place} {signals}\n")
        self._process.stdin.flush()
        return self.code()

    def code(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


@contextmanager
def daemons(folder: Path, token: str) -> Iterator[Daemons]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(REPOSITORY),
        "SYNCER_TRACKERS__SHOP__TOKEN": token,
        **VARIABLES,
    }
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.support.doomed_daemon"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            yield Daemons(process)
        finally:
            process.kill()
            process.communicate()


@pytest.mark.parametrize(
    ("times", "lease"), [(20, "false"), pytest.param(100, "true", marks=pytest.mark.slow)]
)
def test_nothing_is_lost_and_nothing_is_done_twice(tmp_path: Path, times: int, lease: str) -> None:
    """With a lease, who comes after one that was killed has to wait for it to run out; that is for the long profile."""
    chance = random.Random(20251123)  # noqa: S311 - the same in every run
    there = bare(tmp_path / "there.git")
    with github_double(base_path=BASE_PATH, strict=False) as github:
        token = furnish(github)
        config = CONFIG.format(api=github.api_url, there=there.folder.as_uri(), lease=lease)
        (tmp_path / "syncer.yaml").write_text(config)
        team = Team(github, cloned(there, tmp_path / "author"))
        with daemons(tmp_path, token) as doomed:
            assert doomed.code() == 0, (tmp_path / "log").read_text()
            for _ in range(times):
                team.go_on(chance)
                signals = chance.choice((1, 1, 2))
                code = doomed.run(chance.randrange(PLACES), signals)
                # The second one may come when all has ended.
                assert code in ((0,) if signals == 1 else (0, 130)), (tmp_path / "log").read_text()
            assert doomed.run(1_000_000, 1) == 0
            written = len(github.log.writes)
            assert doomed.run(1_000_000, 1) == 0
            assert len(github.log.writes) == written

        # Of a process that was killed, a request may have come without its body.
        assert all(told.endswith(": the body is missing") for told in github.violations)
        issues = {issue.title: issue for issue in team.issues()}
        assert sorted(issues) == sorted(team.titles)
        assert len(issues) == len(team.issues()), "an issue was filed twice"
        rows = {
            line.split("|")[1].strip(): [cell.strip() for cell in line.split("|")[2:-1]]
            for line in team.document().splitlines()
            if line.startswith("| Item")
        }
        assert list(rows) == team.titles
        for title, issue in issues.items():
            owner, status, link = rows[title]
            assert link == f"[#{issue.number}]"
            assert (status, issue.state) == (
                ("Done", "closed") if title in team.closed else ("Not Started", "open")
            )
            account = "bob" if title in team.reassigned else "alice"
            assert (owner, [one.login for one in issue.assignees]) == (f"@{account}", [account])
