"""The commands as a person types them, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from syncer import __version__
from tests.support.program import POST_MORTEM, Program

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
documents: {paths: ["pm/*.md"]}
trackers: {here: {kind: local}}
"""


@pytest.fixture
def program(tmp_path: Path) -> Program:
    started = Program(tmp_path)
    started.write("syncer.yaml", CONFIG)
    started.write("pm/one.md", POST_MORTEM)
    return started


class TestDryRun:
    def test_it_shows_the_plan_and_writes_nothing(self, program: Program) -> None:
        before = program.snapshot()
        done = program("dry-run")
        assert done.returncode == 0, done.stderr
        assert "+ Alert on queue depth" in done.stdout
        assert "2 to file" in done.stdout
        assert "1 row not filed: finished when first seen" in done.stdout
        assert program.snapshot() == before

    def test_its_exit_code_can_tell_whether_there_is_something_to_do(
        self, program: Program
    ) -> None:
        assert program("dry-run", "--exit-code").returncode == 2
        program("sync")
        assert program("dry-run", "--exit-code").returncode == 0

    def test_json_is_one_object(self, program: Program) -> None:
        data = json.loads(program("dry-run", "--format", "json").stdout)
        assert [change["kind"] for change in data["changes"]] == ["create", "create"]
        assert data["applied"] is False
        assert data["items"] == 3

    def test_it_works_where_nothing_can_be_written(self, program: Program) -> None:
        """A dry-run needs no database, and makes none."""
        program("dry-run")
        assert not (program.folder / ".syncer").exists()


class TestSync:
    def test_what_was_previewed_is_what_is_done(self, program: Program) -> None:
        preview = json.loads(program("dry-run", "--format", "json").stdout)
        done = program("sync", "--expect", preview["checksum"], "--format", "json")
        assert done.returncode == 0, done.stderr
        result = json.loads(done.stdout)
        assert result["applied"] is True
        assert [(c["kind"], c["line"], c["fields"]) for c in result["changes"]] == [
            (c["kind"], c["line"], c["fields"]) for c in preview["changes"]
        ]

    def test_any_other_plan_is_refused_and_nothing_is_written(self, program: Program) -> None:
        before = program.snapshot()
        done = program("sync", "--expect", "0123456789abcdef")
        assert done.returncode == 5
        assert "not the expected 0123456789abcdef" in done.stdout
        assert "+ Alert on queue depth" in done.stdout
        assert program.snapshot() == before

    def test_the_second_run_changes_nothing(self, program: Program) -> None:
        program("sync")
        before = program.snapshot()
        done = program("sync")
        assert done.stdout.splitlines()[-1].startswith("nothing changed")
        assert program.snapshot() == before

    def test_both_directions(self, program: Program) -> None:
        program("sync")
        program("issues", "close", "1")
        program("issues", "assign", "2", "@zoe")
        text = program.read("pm/one.md")
        program.write("pm/one.md", text.replace("2025-12-15 |", "2025-12-24 |"))
        done = program("sync")
        assert done.returncode == 0, done.stderr
        rows = program.read("pm/one.md").splitlines()[9:11]
        assert rows == [
            "| Alert on queue depth | @alice | 2025-12-01 | Done | [#1] |",
            "| Write failover runbook | @zoe | 2025-12-24 | In Progress | [#2] |",
        ]
        assert [issue["due"] for issue in program.issues()] == ["2025-12-01", "2025-12-24"]

    def test_only_what_is_named_is_looked_at(self, program: Program) -> None:
        program.write("pm/two.md", POST_MORTEM.replace("-001", "-002"))
        before = program.read("pm/one.md")
        assert program("sync", "pm/two.md").returncode == 0
        assert program.read("pm/one.md") == before
        assert "[#2]" in program.read("pm/two.md")

    def test_a_plan_of_many_old_rows_is_shown_and_refused(self, program: Program) -> None:
        rows = "".join(f"| Old promise {n} | | | |\n" for n in range(400))
        program.write("pm/old.md", POST_MORTEM.replace("-001", "-002") + rows)
        before = program.snapshot()
        done = program("sync")
        assert done.returncode == 5
        assert "+ Old promise 399" in done.stdout
        assert "files 404 issues; at most 50" in done.stdout
        for way_out in ("documents.since", "--limit 50", "--force"):
            assert way_out in done.stdout
        assert program.snapshot() == before

    def test_in_steps(self, program: Program) -> None:
        for filed in (1, 2, 2):
            done = program("sync", "--limit", "1")
            assert done.returncode == 0, done.stderr
            assert len(program.issues()) == filed
        assert program("dry-run", "--exit-code").returncode == 0

    def test_with_force_limits_do_not_count(self, program: Program) -> None:
        program.write("syncer.yaml", CONFIG + "limits: {creates: 1}\n")
        assert program("sync").returncode == 5
        assert program("sync", "--force").returncode == 0

    def test_a_broken_document_does_not_stop_the_others(self, program: Program) -> None:
        (program.folder / "pm/broken.md").write_bytes(b"# Caf\xe9\n")
        done = program("sync")
        assert done.returncode == 1
        assert "pm/broken.md:1: error" in done.stdout
        assert "2 filed" in done.stdout

    def test_hostile_text_does_nothing_to_the_terminal(self, program: Program) -> None:
        program.write("pm/one.md", POST_MORTEM.replace("Alert on", "Alert \x1b]0;owned\x07 on"))
        for command in (["dry-run"], ["sync"], ["issues"], ["issues", "show", "1"]):
            done = program(*command)
            assert done.returncode == 0
            assert "\x1b" not in done.stdout + done.stderr
            assert "\x07" not in done.stdout + done.stderr


class TestWithoutConfiguration:
    def test_a_path_is_enough(self, tmp_path: Path) -> None:
        program = Program(tmp_path)
        program.write("incidents/one.md", POST_MORTEM)
        assert program("sync", "incidents").returncode == 0
        assert [issue["title"] for issue in program.issues()] == [
            "Alert on queue depth",
            "Write failover runbook",
        ]

    def test_without_a_path_the_remedy_is_told(self, tmp_path: Path) -> None:
        done = Program(tmp_path)("sync")
        assert done.returncode == 3
        assert "Name files or folders" in done.stderr

    def test_in_a_build_it_is_an_error(self, tmp_path: Path) -> None:
        program = Program(tmp_path, {"CI": "true"})
        program.write("one.md", POST_MORTEM)
        before = program.snapshot()
        done = program("sync", "one.md")
        assert done.returncode == 3
        assert "thrown away" in done.stderr
        assert program.snapshot() == before


class TestConfiguration:
    def test_all_errors_are_told_at_once_with_their_lines(self, program: Program) -> None:
        program.write(
            "syncer.yaml", 'documents: {pahts: ["x"]}\nlimits: {creates: -1}\ntracker: x\n'
        )
        done = program("dry-run")
        assert done.returncode == 3
        assert "syncer.yaml:1" in done.stderr
        assert "paths" in done.stderr
        assert "syncer.yaml:2" in done.stderr
        assert "Traceback" not in done.stderr

    def test_the_effective_settings_and_the_schema(self, program: Program) -> None:
        done = program("config")
        assert done.returncode == 0, done.stderr
        assert "pm/*.md" in done.stdout
        assert json.loads(program("config", "schema").stdout)["properties"]["documents"]

    def test_the_environment_overrides_the_file(self, program: Program) -> None:
        other = Program(program.folder, {"SYNCER_DOCUMENTS__FILE_FINISHED": "true"})
        assert "3 to file" in other("dry-run").stdout

    def test_issues_of_a_configuration_elsewhere(self, program: Program, tmp_path: Path) -> None:
        program("sync")
        (tmp_path / "elsewhere").mkdir()
        other = Program(tmp_path / "elsewhere")
        config = str(program.folder / "syncer.yaml")
        for arguments in (["--config", config], ["--config", config, "list"], ["list"]):
            done = other("--config", config, "issues", *arguments)
            assert done.returncode == 0, done.stderr
            assert "Alert on queue depth" in done.stdout
        assert "Usage: syncer issues" in other("issues", "--help").stdout

    def test_a_configuration_elsewhere(self, program: Program, tmp_path: Path) -> None:
        moved = tmp_path / "pm" / "other.yaml"
        moved.write_text('documents: {paths: ["*.md"]}\ntrackers: {there: {kind: local}}\n')
        assert "in there" in program("dry-run", "--config", str(moved)).stdout
        named = Program(program.folder, {"SYNCER_CONFIG": str(moved)})
        assert "in there" in named("dry-run").stdout


class TestTheProgram:
    def test_its_version(self, tmp_path: Path) -> None:
        assert Program(tmp_path)("--version").stdout == f"syncer, version {__version__}\n"

    def test_its_version_imports_nothing_heavy(self) -> None:
        code = (
            "import sys\n"
            "from syncer.cli import main\n"
            "assert main(['--version']) == 0\n"
            "heavy = {'mistune', 'rich', 'pydantic', 'yaml', 'sqlite3', 'dateparser', 'github', 'jira',"
            " 'syncer.trackers', 'syncer.settings', 'tenacity', 'wcmatch'}\n"
            "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()\n"
        )
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)

    @pytest.mark.parametrize(
        "command", ["", "dry-run", "sync", "issues", "config", "completion", "issues close"]
    )
    def test_every_command_has_help(self, tmp_path: Path, command: str) -> None:
        done = Program(tmp_path)(*command.split(), "--help")
        assert done.returncode == 0
        assert done.stdout.startswith("Usage: syncer")

    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_completion_for_each_shell(self, tmp_path: Path, shell: str) -> None:
        done = Program(tmp_path)("completion", shell)
        assert done.returncode == 0
        assert "_SYNCER_COMPLETE" in done.stdout

    def test_bad_usage_is_one_exit_code(self, tmp_path: Path) -> None:
        for arguments in (
            ["no-such-command"],
            ["sync", "--no-such-option"],
            ["completion", "tcsh"],
        ):
            done = Program(tmp_path)(*arguments)
            assert done.returncode == 3
            assert "Error" in done.stderr

    def test_in_a_pipe_there_are_no_colours(self, program: Program) -> None:
        assert "\x1b[" not in program("dry-run").stdout
