"""GitHub as a person meets it at the command line: through a process, over HTTP on loopback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.github import changing, faults
from tests.support.github.server import github_double
from tests.support.github_lab import BASE_PATH, SHOP, furnish
from tests.support.program import POST_MORTEM, Program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.github.double import GitHubDouble

CONFIG = """\
documents: {paths: ["pm/*.md"]}
trackers: {shop: {kind: github, repository: acme/shop}}
"""


@pytest.fixture
def github() -> Iterator[GitHubDouble]:
    with github_double(base_path=BASE_PATH) as double:
        yield double


@pytest.fixture
def program(github: GitHubDouble, tmp_path: Path) -> Program:
    variables = {"GITHUB_TOKEN": furnish(github), "GITHUB_API_URL": github.api_url}
    started = Program(tmp_path, variables)
    started.write("syncer.yaml", CONFIG)
    started.write("pm/1.md", POST_MORTEM)
    return started


def numbers(github: GitHubDouble) -> list[int]:
    return sorted(github.store.repositories[SHOP].issues)


def test_rows_become_issues_and_what_becomes_of_them_comes_back(
    github: GitHubDouble, program: Program
) -> None:
    seen = program("dry-run", "--format", "json")
    assert seen.returncode == 0, seen.stderr
    assert not github.log.writes
    plan = json.loads(seen.stdout)
    (calls,) = plan["calls"]
    assert (calls["tracker"], calls["made"], calls["planned"]) == ("shop", 4, 4)

    done = program("sync", "--expect", plan["checksum"])
    assert done.returncode == 0, done.stderr
    assert numbers(github) == [1, 2]
    assert "[#2]" in program.read("pm/1.md")

    with github.store.lock:
        home, bob = github.store.repositories[SHOP], github.store.add_user("bob")
        closed = {"state": "closed", "state_reason": "not_planned"}
        changing.change_issue(github.store, home, bob, 2, closed)
    github.log.clear()
    assert program("sync").returncode == 0
    assert not github.log.writes
    assert "| Won't Do | [#2] |" in program.read("pm/1.md")
    assert "nothing changed" in program("sync").stdout


def test_a_token_is_in_no_output_whatever_goes_wrong(
    github: GitHubDouble, program: Program
) -> None:
    token = program.variables["GITHUB_TOKEN"]
    github.faults.when(lambda _: True, faults.server_error(500), times=2)
    shown = [program("-vv", "sync"), program("config")]
    program.variables["GITHUB_TOKEN"] = wrong = "github_pat_" + "w" * 30
    refused = program("-vv", "dry-run")
    assert refused.returncode == 4
    assert "the credentials aren't accepted" in refused.stderr
    for one in (*shown, refused):
        for secret in (token, wrong):
            assert secret not in one.stdout + one.stderr


def test_without_a_token_it_says_how_to_give_one(program: Program) -> None:
    del program.variables["GITHUB_TOKEN"]
    done = program("dry-run")
    assert done.returncode == 3
    assert "GITHUB_TOKEN" in done.stderr
    assert "issues: write" in done.stderr


def test_a_token_that_may_only_read_files_nothing(github: GitHubDouble, program: Program) -> None:
    program.variables["GITHUB_TOKEN"] = github.sign_in("robot", issues="read")
    done = program("sync")
    assert done.returncode == 4
    assert "issues=write" in done.stdout + done.stderr
    assert numbers(github) == []
    assert program.read("pm/1.md") == POST_MORTEM


def test_somebody_who_may_not_label_is_stopped_before_anything_is_filed(
    github: GitHubDouble, program: Program
) -> None:
    program.variables["GITHUB_TOKEN"] = github.sign_in("passer-by")
    for command in ("dry-run", "sync"):
        done = program(command)
        assert done.returncode == 1
        assert "triage role" in done.stdout
    assert numbers(github) == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [("archived", "is archived"), ("has_issues", "issues are disabled"), ("private", "can't see")],
)
def test_a_repository_that_can_t_be_used_is_told_with_the_remedy(
    github: GitHubDouble, program: Program, wrong: str, told: str
) -> None:
    home = github.store.repositories[SHOP]
    if wrong == "private":
        home.private, home.roles = True, {}
    else:
        setattr(home, wrong, wrong == "archived")
    done = program("sync")
    assert done.returncode in (1, 4)
    assert told in done.stdout + done.stderr
    assert numbers(github) == []
    assert program.read("pm/1.md") == POST_MORTEM


def test_a_renamed_repository_is_told_by_its_new_name(
    github: GitHubDouble, program: Program
) -> None:
    assert program("sync").returncode == 0
    github.store.rename(SHOP, "acme/store")
    program.write("pm/2.md", POST_MORTEM.replace("001", "002").replace("Alert", "Page"))
    done = program("sync")
    assert done.returncode == 4
    assert "acme/store" in done.stdout + done.stderr
    assert len(github.store.repositories["acme/store"].issues) == 2


def test_a_limit_in_the_middle_of_filing_leaves_what_was_filed_linked(
    github: GitHubDouble, program: Program
) -> None:
    second = iter([False, True])
    github.faults.when(
        lambda asked: faults.creates(asked) and next(second, True),
        faults.primary_limit(403, seconds=3000),
        times=None,
    )
    done = program("sync")
    assert done.returncode == 4
    assert "rate limit" in done.stderr
    assert numbers(github) == [1]
    assert "[#1]" in program.read("pm/1.md")
    github.faults.stop()
    assert program("sync").returncode == 0
    assert numbers(github) == [1, 2]
