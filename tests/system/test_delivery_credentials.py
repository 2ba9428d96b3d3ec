"""The token that pushes: it reaches the server that it is for, and nothing and nobody else."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.support.git_server import GitServer, serving
from tests.support.program import POST_MORTEM, Program
from tests.support.repositories import VARIABLES, Repository, bare, cloned

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "not-a-real-token-0123456789"  # noqa: S105
PATH = "postmortems/a.md"
CONFIGURATION = """\
trackers: {here: {kind: local, path: ../issues.db}}
delivery: {mode: commit}
"""


@dataclass
class Place:
    """A repository behind a password, a clone of it, and what was run there."""

    server: GitServer
    there: Repository
    here: Repository
    log: Path

    def sync(self, **variables: str) -> subprocess.CompletedProcess[str]:
        """Sync with a Git that writes down how it is called."""
        path = f"{self.log.parent}{os.pathsep}{os.environ['PATH']}"
        return Program(self.here.folder, {**VARIABLES, "PATH": path, **variables})("sync", "-v")

    def everything(self) -> str:
        """What can be found afterwards: how Git was called, and every small file in the clone's ``.git``."""
        files = [file for file in self.here.folder.rglob("*") if file.is_file()]
        return self.log.read_text() + "".join(
            file.read_bytes().decode(errors="replace") for file in files
        )


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    there = bare(tmp_path / "all/there.git", {PATH: POST_MORTEM, "syncer.yaml": CONFIGURATION})
    there.git("config", "http.receivepack", "true")
    here = cloned(there, tmp_path / "here")
    log = tmp_path / "bin/log"
    log.parent.mkdir()
    git = log.with_name("git")
    git.write_text(f'#!/bin/sh\nprintf "%s " "$@" >> "{log}"\nexec "{shutil.which("git")}" "$@"\n')
    git.chmod(0o755)
    with serving(tmp_path / "all", TOKEN) as server:
        here.git("remote", "set-url", "origin", f"{server.url}/there.git")
        yield Place(server, there, here, log)


def test_it_pushes_and_is_written_nowhere(place: Place) -> None:
    done = place.sync(SYNCER_DELIVERY__TOKEN=TOKEN)
    assert done.returncode == 0, done.stderr
    assert "[#1]" in place.there.blob(PATH, "main").decode()
    assert place.server.expected in place.server.asked
    assert "push" in place.log.read_text()
    assert TOKEN not in place.everything() + done.stdout + done.stderr
    assert place.server.expected.partition(" ")[2] not in place.everything()


def test_a_header_that_a_checkout_left_behind_is_not_sent_along(place: Place) -> None:
    stale = f"AUTHORIZATION: basic {'c3RhbGU6c3RhbGU='}"
    place.here.git("config", f"http.{place.server.url}/.extraheader", stale)
    done = place.sync(SYNCER_DELIVERY__TOKEN=TOKEN)
    assert done.returncode == 0, done.stderr
    assert not [one for one in place.server.asked if "c3RhbGU6" in one]


def test_a_wrong_one_is_told_without_being_repeated(place: Place) -> None:
    wrong = "not-the-right-token-0123456789"
    done = place.sync(SYNCER_DELIVERY__TOKEN=wrong)
    assert done.returncode == 4
    assert "was refused to this account" in done.stderr
    assert "contents: " in done.stderr
    assert wrong not in done.stderr + done.stdout


def test_without_one_git_is_asked_for_whatever_it_has(place: Place) -> None:
    helper = f"!printf 'username=x-access-token\\npassword={TOKEN}\\n'"
    place.here.git("config", "credential.helper", helper)
    assert place.sync().returncode == 0


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "GH_TOKEN"])
def test_the_one_of_a_workflow_is_for_its_own_server(place: Place, name: str) -> None:
    done = place.sync(**{name: TOKEN})
    assert done.returncode == 4, "this is not github.com"
    assert set(place.server.asked) == {""}


def test_a_token_for_one_server_is_not_sent_to_another(place: Place, tmp_path: Path) -> None:
    with serving(tmp_path / "all", TOKEN) as other:
        place.server.elsewhere = other.url
        done = place.sync(SYNCER_DELIVERY__TOKEN=TOKEN)
        assert done.returncode == 4, "the other one has asked who this is"
        assert set(other.asked) == {""}


def test_hooks_get_no_token_of_a_tracker(place: Place, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    hook = place.here.folder / ".git/hooks/pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\nenv > "{seen}"\n')
    hook.chmod(0o755)
    others = dict.fromkeys(("JIRA_API_TOKEN", "GH_TOKEN"), "of-a-tracker")
    done = place.sync(SYNCER_DELIVERY__TOKEN=TOKEN, **others)
    assert done.returncode == 0, done.stderr
    assert "of-a-tracker" not in seen.read_text()
