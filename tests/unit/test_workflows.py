"""What holds for each workflow, and for the action; zizmor and the published schemas look at the rest in .ci/run."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
FILES = [*WORKFLOWS, *ROOT.glob("action.yml")]
USES = re.compile(r"^ *(?:- )?uses: (?P<action>[^ @\n]+)(?P<rest>.*)$", re.MULTILINE)


def uses(file: Path) -> list[tuple[str, str]]:
    """The actions that a file uses, and what follows each name; not those of this repository itself."""
    found = USES.finditer(file.read_text(encoding="utf-8"))
    return [(each["action"], each["rest"]) for each in found if not each["action"].startswith("$/")]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_action_is_pinned_by_its_whole_digest_and_says_its_version(file: Path) -> None:
    for action, rest in uses(file):
        assert re.fullmatch(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+", rest), f"{action}{rest}"


def test_one_action_has_one_digest_everywhere() -> None:
    assert all(uses(file) for file in WORKFLOWS)
    known: defaultdict[str, set[str]] = defaultdict(set)
    for file in FILES:
        for action, rest in uses(file):
            known[action].add(rest)
    assert [action for action, digests in known.items() if len(digests) > 1] == []


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_may_do_nothing_and_each_job_what_it_says(file: Path) -> None:
    workflow: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert "permissions" in job
        assert "uses" in job or job["timeout-minutes"] <= 60
        for step in job.get("steps", []):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_every_supported_python_is_tested() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]
    prefix = "Programming Language :: Python :: 3."
    supported = [
        each.rsplit(" ", 1)[1] for each in PROJECT["classifiers"] if each.startswith(prefix)
    ]
    assert jobs["check"]["strategy"]["matrix"]["python"] == supported
