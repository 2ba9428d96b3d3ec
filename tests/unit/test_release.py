"""What may be released, what the changelog says of it, and which tags it moves."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from syncer import __version__
from tools.release import NotReadyError, Release, main, notes, release

ROOT = Path(__file__).parents[2]
CHANGELOG = """\
# Changelog

## [Unreleased]

## [1.1.0] - 2026-03-01

### Added

- Something.

## [1.0.0] - 2026-02-01

- The first.

[1.1.0]: https://github.com/acme/syncer/compare/v1.0.0...v1.1.0
"""


def workflow(name: str) -> dict[Any, Any]:
    loaded: dict[Any, Any] = yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text())
    return loaded


class TestRelease:
    @pytest.mark.parametrize(
        ("tag", "others", "moves", "latest"),
        [
            ("v1.2.0", [], True, True),
            ("v1.2.0", ["v1.1.9", "v0.9.0", "v1", "nightly", "v1.x.2"], True, True),
            ("v1.2.0", ["v1.10.0"], False, False),
            ("v1.2.0", ["v2.0.0"], True, False),
            ("v1.2.0", ["v2.0.0rc1", "v1.3.0b1"], True, True),
            ("v1.2.0rc1", [], False, False),
            ("v1.2.0rc1", ["v1.1.0"], False, False),
        ],
    )
    def test_only_the_newest_of_a_major_version_moves_its_tag(
        self, tag: str, others: list[str], *, moves: bool, latest: bool
    ) -> None:
        found = release(tag, tag[1:], [tag, *others])
        assert (found.moves_major, found.latest, found.major) == (moves, latest, "v1")
        assert found.prerelease == ("rc" in tag)

    @pytest.mark.parametrize("tag", ["v1.2.1", "1.2.0", "v1.2", "v1.2.0-1", "V1.2.0"])
    def test_a_tag_that_is_not_the_version_is_refused(self, tag: str) -> None:
        with pytest.raises(NotReadyError, match=r"should be v1\.2\.0"):
            release(tag, "1.2.0", [])

    def test_what_later_steps_are_told(self) -> None:
        told = Release("1.2.0", prerelease=False, major="v1", moves_major=True, latest=False)
        assert told.outputs() == (
            "version=1.2.0\nmajor=v1\nprerelease=false\nmoves-major=true\nlatest=false\n"
        )


class TestNotes:
    def test_they_are_the_section_of_that_version(self) -> None:
        assert notes(CHANGELOG, "1.1.0") == "### Added\n\n- Something.\n"
        assert notes(CHANGELOG, "1.0.0") == "- The first.\n"

    @pytest.mark.parametrize("version", ["1.2.0", "1.0", "Unreleased"])
    def test_a_version_that_nothing_is_said_of_is_not_ready(self, version: str) -> None:
        with pytest.raises(NotReadyError):
            notes(CHANGELOG, version)

    def test_a_version_without_a_day_is_not_ready(self) -> None:
        with pytest.raises(NotReadyError, match="YEAR-MONTH-DAY"):
            notes(CHANGELOG.replace(" - 2026-03-01", ""), "1.1.0")

    def test_the_changelog_of_this_version_is_written(self) -> None:
        """Under its number, or until it is released under Unreleased."""
        text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
        name = __version__ if f"## [{__version__}]" in text else "Unreleased"
        assert notes(text, name)


def test_a_tag_that_cannot_be_released_stops_the_workflow(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "v0.0.0"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert f"should be v{__version__}" in said.err


class TestWorkflow:
    """Its parts that do more than call an action."""

    JOBS = workflow("release")["jobs"]

    def test_it_begins_with_all_that_has_to_hold(self) -> None:
        assert self.JOBS["gate"]["uses"] == "$/.github/workflows/ci.yml"
        assert "workflow_call" in workflow("ci")[True]  # YAML takes `on` for a truth value
        for name, job in self.JOBS.items():
            waits = [job.get("needs", [])]
            assert name == "gate" or waits != [[]]

    def test_only_those_who_sign_get_a_token_for_it(self) -> None:
        may = {n for n, job in self.JOBS.items() if "id-token" in job.get("permissions", {})}
        assert may == {"pypi", "attest"}
        writes = {
            n for n, job in self.JOBS.items() if job["permissions"].get("contents") == "write"
        }
        assert writes == {"release"}

    def script(self, job: str, step: str) -> str:
        steps = self.JOBS[job]["steps"]
        (found,) = [each["run"] for each in steps if each.get("name", "").startswith(step)]
        return str(found)

    def run(self, script: str, folder: Path, **variables: str) -> list[list[str]]:
        """Run a step with a `gh` that notes what it is told; it fails at what is called `absent`."""
        program = folder / "gh"
        program.write_text(
            "#!/usr/bin/env python3\n"
            "import json, os, sys\n"
            "open(os.environ['CALLS'], 'a').write(json.dumps(sys.argv[1:]) + '\\n')\n"
            "sys.exit('/tags/absent' in sys.argv[-2])\n"
        )
        program.chmod(0o755)
        calls = folder / "calls"
        calls.touch()
        environment = {
            "PATH": f"{folder}:{os.environ['PATH']}",
            "CALLS": str(calls),
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_REPOSITORY": "Acme/Syncer",
            **variables,
        }
        subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script], env=environment, cwd=folder, check=True
        )
        return [json.loads(line) for line in calls.read_text().splitlines()]

    def test_the_tag_of_the_major_version_is_moved_and_nothing_else(self, tmp_path: Path) -> None:
        script = self.script("release", "Move the tag")
        asked, moved = self.run(script, tmp_path, MAJOR="v1", COMMIT="c0ffee")
        assert asked == ["api", "repos/Acme/Syncer/git/ref/tags/v1", "--silent"]
        assert moved[:4] == ["api", "--method", "PATCH", "repos/Acme/Syncer/git/refs/tags/v1"]
        assert "sha=c0ffee" in moved
        (step,) = [s for s in self.JOBS["release"]["steps"] if s.get("run") == script]
        assert step["if"] == "needs.packages.outputs.moves-major == 'true'"

    def test_the_first_release_of_a_major_version_makes_its_tag(self, tmp_path: Path) -> None:
        script = self.script("release", "Move the tag")
        _, made = self.run(script, tmp_path, MAJOR="absent", COMMIT="c0ffee")
        assert made[:4] == ["api", "--method", "POST", "repos/Acme/Syncer/git/refs"]
        assert "ref=refs/tags/absent" in made

    @pytest.mark.parametrize(
        ("moves", "tags"),
        [
            ("true", "ghcr.io/acme/syncer:1.2.0,ghcr.io/acme/syncer:1"),
            ("false", "ghcr.io/acme/syncer:1.2.0"),
        ],
    )
    def test_the_image_gets_its_version_and_maybe_the_major_one(
        self, tmp_path: Path, moves: str, tags: str
    ) -> None:
        script = self.script("image", "Name the image")
        self.run(script, tmp_path, VERSION="1.2.0", MAJOR="v1", MOVES_MAJOR=moves)
        assert (tmp_path / "output").read_text() == f"name=ghcr.io/acme/syncer\ntags={tags}\n"

    def test_the_release_has_the_packages_and_the_notes(self, tmp_path: Path) -> None:
        (tmp_path / "dist").mkdir()
        (tmp_path / "dist/one.whl").touch()
        (made,) = self.run(
            self.script("release", "Make the release"),
            tmp_path,
            GITHUB_REF_NAME="v1.2.0",
            PRERELEASE="false",
            LATEST="true",
        )
        assert made[:3] == ["release", "create", "v1.2.0"]
        assert {"--verify-tag", "--prerelease=false", "--latest=true", "dist/one.whl"} <= set(made)
