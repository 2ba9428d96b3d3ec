"""The lock files say what pyproject.toml asks for, and nothing of the machine that they were made on."""

from __future__ import annotations

import re
import subprocess
import tomllib
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from syncer import trackers

ROOT = Path(__file__).parents[2]
WHOLE = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = WHOLE["project"]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")
REMAKE = "Remake all with .ci/lock"


def locked(name: str) -> dict[str, str]:
    """The version of each package in a lock file."""
    lines = (ROOT / name).read_text().splitlines()
    found = [re.match(r"([a-z0-9.-]+)(?:\[[a-z,]+\])?==([^ ]+)", line) for line in lines]
    return {match[1]: match[2] for match in found if match}


def asked(*extras: str) -> list[Requirement]:
    """What the project asks for, with these extras."""
    texts = list(PROJECT["dependencies"])
    for extra in extras:
        texts += PROJECT["optional-dependencies"][extra]
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        (LOCKS[0], ("github", "jira", "daemon")),
        (LOCKS[1], tuple(PROJECT["optional-dependencies"])),
    ],
)
def test_a_lock_file_has_what_the_project_asks_for(lock: str, extras: tuple[str, ...]) -> None:
    versions = locked(lock)
    for requirement in asked(*extras):
        version = versions.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is missing. {REMAKE}"
        assert requirement.specifier.contains(version), f"{requirement} is {version}. {REMAKE}"


def test_the_lock_files_agree() -> None:
    for lock in (LOCKS[0], LOCKS[2]):
        assert locked(lock).items() <= locked(LOCKS[1]).items(), REMAKE


def test_what_builds_the_package_is_locked() -> None:
    versions = locked(LOCKS[2])
    for requirement in map(Requirement, WHOLE["build-system"]["requires"]):
        assert requirement.specifier.contains(versions[requirement.name]), REMAKE


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_locked_by_its_hashes_and_by_nothing_else(lock: str) -> None:
    """No registry, no folder, no comment: only pins and hashes."""
    package = re.compile(r"[a-z0-9.-]+(\[[a-z,]+\])?==[^ ]+( ; [^\\]+)? \\")
    digest = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    lines = (ROOT / lock).read_text().splitlines()
    assert [
        line for line in lines if not package.fullmatch(line) and not digest.fullmatch(line)
    ] == []


def test_the_built_in_trackers_are_entry_points() -> None:
    assert PROJECT["entry-points"][trackers.GROUP] == trackers.BUILT_IN


def test_every_command_of_the_package_can_be_started() -> None:
    for target in PROJECT["scripts"].values():
        module, _, function = target.partition(":")
        assert callable(getattr(import_module(module), function))


def test_the_source_distribution_has_what_its_tests_read() -> None:
    """Each folder and file of the repository but what only Git and an engine read."""
    included = WHOLE["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    always = {".gitignore", "LICENSE", "README.md", "pyproject.toml"}
    listed = subprocess.run(
        ["git", "ls-tree", "--name-only", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("this is no clone")
    missing = [
        name
        for name in listed.stdout.split()
        if name not in always and not any(fnmatch(f"/{name}", pattern) for pattern in included)
    ]
    assert missing == []
