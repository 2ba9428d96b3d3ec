"""Jira as a person meets it at the command line: through a process, over HTTP on loopback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.jira import faults
from tests.support.jira.server import jira_cloud_double, jira_server_double
from tests.support.jira.world import furnished
from tests.support.program import POST_MORTEM, Program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.jira.double import JiraDouble

CONFIG = """\
documents: {{paths: ["pm/*.md"]}}
trackers:
  ops:
    kind: jira
    project: OPS
    issue_type: Incident Action
    {more}
"""


@pytest.fixture(params=["cloud", "server"])
def jira(request: pytest.FixtureRequest) -> Iterator[JiraDouble]:
    cloud = request.param == "cloud"
    with (jira_cloud_double if cloud else jira_server_double)(furnished(cloud=cloud)) as double:
        yield double


@pytest.fixture
def program(jira: JiraDouble, tmp_path: Path) -> Program:
    variables = {"JIRA_URL": jira.url, "JIRA_API_TOKEN": jira.sign_in("robot")}
    if jira.store.cloud:
        variables["SYNCER_TRACKERS__OPS__EMAIL"] = "robot@acme.example"
    started = Program(tmp_path, variables)
    started.write("syncer.yaml", CONFIG.format(more="fields: {Team: Platform}"))
    started.write("pm/1.md", POST_MORTEM)
    return started


def keys(jira: JiraDouble) -> list[str]:
    return sorted(issue.key for issue in jira.store.issues.values())


def test_rows_become_issues_in_their_statuses(jira: JiraDouble, program: Program) -> None:
    seen = program("dry-run", "--format", "json")
    assert seen.returncode == 0, seen.stderr
    assert not jira.log.writes
    done = program("sync", "--expect", json.loads(seen.stdout)["checksum"])
    assert done.returncode == 0, done.stderr + done.stdout
    assert keys(jira) == ["OPS-1", "OPS-2"]
    statuses = [issue.status.name for issue in jira.store.issues.values()]
    assert statuses == ["To Do", "In Progress"]
    assert "[OPS-2]" in program.read("pm/1.md")
    again = program("sync")
    assert again.returncode == 0
    assert "nothing changed" in again.stdout


def test_what_a_project_demands_is_told_and_nothing_is_filed(
    jira: JiraDouble, program: Program
) -> None:
    program.write("syncer.yaml", CONFIG.format(more="timeout: 5"))
    for command in ("dry-run", "sync"):
        done = program(command)
        assert done.returncode == 1
        assert "demands “Team”" in done.stdout
        assert "fields: {Team: …}" in done.stdout
    assert keys(jira) == []
    assert program.read("pm/1.md") == POST_MORTEM


def test_a_token_is_in_no_output_whatever_goes_wrong(jira: JiraDouble, program: Program) -> None:
    token = program.variables["JIRA_API_TOKEN"]
    jira.faults.when(lambda _: True, faults.server_error(500), times=2)
    shown = [program("-vv", "sync"), program("config")]
    program.variables["JIRA_API_TOKEN"] = wrong = "w" * 24
    refused = program("-vv", "dry-run")
    assert refused.returncode == 4
    for one in (*shown, refused):
        for secret in (token, wrong):
            assert secret not in one.stdout + one.stderr


@pytest.mark.parametrize("fault", [faults.captcha(), faults.login_page(302)])
def test_a_login_page_is_no_empty_project(
    jira: JiraDouble, program: Program, fault: faults.Fault
) -> None:
    jira.faults.when(lambda asked: "/search" in asked.path, fault, times=None)
    done = program("sync")
    assert done.returncode == 4
    assert keys(jira) == []
    assert program.read("pm/1.md") == POST_MORTEM
