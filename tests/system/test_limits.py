"""Safety limits, checksums and rows that are gone, as a person meets them at the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.program import Program

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
documents: {paths: ["pm/*.md"]}
trackers: {here: {kind: local}}
"""
TABLE = "| Action | Owner | Due Date | Status |\n|---|---|---|---|\n"


def document(number: int, rows: int, *, status: str = "Not Started") -> str:
    head = (
        f"# Outage {number}\n\n**Incident ID:** INC-2025-11-03-{number:03}\n\n## Action Items\n\n"
    )
    made = (f"| Keep promise {number:02}-{row:02} | @a | | {status} |\n" for row in range(rows))
    return head + TABLE + "".join(made)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    started = Program(tmp_path)
    started.write("syncer.yaml", CONFIG)
    return started


def rewrite(program: Program, old: str, new: str, path: str = "pm/1.md") -> None:
    text = program.read(path)
    assert old in text
    program.write(path, text.replace(old, new))


def drop(program: Program, *rows: int) -> None:
    """Take rows out of the first document."""
    lines = program.read("pm/1.md").splitlines(keepends=True)
    words = tuple(f"| Keep promise 01-{row:02} " for row in rows)
    program.write("pm/1.md", "".join(line for line in lines if not line.startswith(words)))


def data(program: Program, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(program(*arguments, "--format", "json").stdout)
    return found


def files(program: Program) -> None:
    program.write("syncer.yaml", CONFIG + "limits: {creates: 2}\n")
    program.write("pm/1.md", document(1, 3))


def changes(program: Program) -> None:
    program.write("syncer.yaml", CONFIG + "limits: {updates_minimum: 0, updates: 0.5}\n")
    program.write("pm/1.md", document(1, 3))
    assert program("sync").returncode == 0
    rewrite(program, "| @a |", "| @b |")


def closes(program: Program) -> None:
    program.write("syncer.yaml", CONFIG + "limits: {closures_minimum: 1, closures: 0.5}\n")
    program.write("pm/1.md", document(1, 4))
    assert program("sync").returncode == 0
    for row in range(3):
        rewrite(program, f"{row:02} | @a | | Not Started", f"{row:02} | @a | | Done")


def empties(program: Program) -> None:
    program.write("syncer.yaml", CONFIG + "on_removed: close\n")
    program.write("pm/1.md", document(1, 6))
    assert program("sync").returncode == 0
    drop(program, 0, 1, 2, 3)


def vanishes(program: Program) -> None:
    program.write("syncer.yaml", CONFIG + "limits: {vanished_minimum: 1}\n")
    for number in range(1, 5):
        program.write(f"pm/{number}.md", document(number, 1))
    assert program("sync").returncode == 0
    for number in range(2, 5):
        (program.folder / f"pm/{number}.md").unlink()
    program.write("pm/9.md", document(9, 1))


LIMITS = {
    "creates": (files, "files 3 issues; at most 2"),
    "updates": (changes, "changes 3 of 3 issues; at most 1"),
    "closures": (closes, "closes 3 of 4 issues; at most 2"),
    "emptied": (empties, "rows with open issues are gone from pm/1.md (4 of 6)"),
    "vanished": (vanishes, "3 of 5 documents are gone"),
}


class TestLimits:
    @pytest.mark.parametrize("limit", LIMITS)
    def test_a_plan_is_shown_then_refused_with_all_limits_and_carried_out_with_force(
        self, program: Program, limit: str
    ) -> None:
        prepare, message = LIMITS[limit]
        prepare(program)
        before = program.snapshot()
        done = program("sync")
        assert done.returncode == 5
        refused = done.stdout.index("\nRefused: ")
        assert done.stdout.index("Keep promise") < done.stdout.index("\nPlan ") < refused
        for said in (message, f"(limits.{limit}", "--force"):
            assert said in done.stdout[refused:]
        last = done.stdout.splitlines()[-1]
        assert (last.startswith("Limits: "), last.count("of at most")) == (True, 5)

        preview = program("dry-run", "--exit-code")
        assert (preview.returncode, preview.stdout) == (2, done.stdout)

        told = data(program, "sync")
        assert (told["applied"], len(told["refused"])) == (False, 1)
        over = [one["limit"] for one in told["limits"] if one["planned"] > one["allowed"]]
        assert over == [limit]
        assert program.snapshot() == before

        applied = data(program, "sync", "--force")
        assert applied["applied"] is True
        assert [c["fields"] for c in applied["changes"]] == [c["fields"] for c in told["changes"]]
        assert program("dry-run", "--exit-code").returncode == 0

    def test_a_comment_on_a_pull_request_shows_them_too(self, program: Program) -> None:
        files(program)
        shown = program("sync", "--format", "markdown").stdout
        refused = shown.index("> **Refused:** the plan files 3")
        limits = shown.index("Limits: 3 of at most 2 issues filed; 0 of at most")
        assert refused < limits < shown.index("Keep promise"), "what is cut is the end"

    def test_a_plan_within_all_limits_is_shown_without_them(self, program: Program) -> None:
        program.write("pm/1.md", document(1, 3))
        assert "Limits" not in program("dry-run").stdout
        assert [one["planned"] for one in data(program, "dry-run")["limits"]] == [3, 0, 0, 0, 0]

    def test_several_limits_are_told_at_once(self, program: Program) -> None:
        closes(program)
        program.write("syncer.yaml", CONFIG + "limits: {closures_minimum: 1, updates_minimum: 1}\n")
        shown = program("sync").stdout
        assert "limits.closures" in shown
        assert "limits.updates" in shown


class TestExpect:
    def test_another_plan_is_refused_also_with_force(self, program: Program) -> None:
        files(program)
        checksum = data(program, "dry-run")["checksum"]
        rewrite(program, "promise 01-02", "promise 01-77")
        before = program.snapshot()
        for arguments in (["--force"], []):
            done = program("sync", *arguments, "--expect", checksum)
            assert done.returncode == 5
            assert f"not the expected {checksum}" in done.stdout
            assert "+ Keep promise 01-77" in done.stdout
        assert program.snapshot() == before

    def test_the_expected_plan_is_refused_all_the_same_where_it_passes_a_limit(
        self, program: Program
    ) -> None:
        files(program)
        checksum = data(program, "dry-run")["checksum"]
        before = program.snapshot()
        done = program("sync", "--expect", checksum)
        assert done.returncode == 5
        assert "files 3 issues; at most 2" in done.stdout
        assert program.snapshot() == before
        assert program("sync", "--expect", checksum, "--force").returncode == 0
        assert len(program.issues()) == 3

    @pytest.mark.parametrize("value", ["", "0123", "0123456789ABCDEF", "0123456789abcdef\n"])
    def test_what_is_no_checksum_stands_for_no_plan(self, program: Program, value: str) -> None:
        """An empty variable of a script, for one."""
        program.write("pm/1.md", document(1, 1))
        before = program.snapshot()
        done = program("sync", "--expect", value)
        assert done.returncode == 3
        assert "is no checksum of a plan" in done.stderr
        assert program.snapshot() == before

    def test_a_preview_expects_nothing(self, program: Program) -> None:
        program.write("pm/1.md", document(1, 1))
        before = program.snapshot()
        assert program("dry-run", "--expect", "0123456789abcdef").returncode == 3
        assert program.snapshot() == before


class TestRowsThatAreGone:
    def comments(self, program: Program, key: str) -> list[str]:
        shown = program("issues", "show", key, "--json").stdout
        return [comment["text"] for comment in json.loads(shown)["issue"]["comments"]]

    def status(self, program: Program, key: str) -> str:
        found: str = program.issues()[int(key) - 1]["status"]
        return found

    def begin(self, program: Program, policy: str) -> None:
        program.write("syncer.yaml", CONFIG + f"on_removed: {policy}\n")
        program.write("pm/1.md", document(1, 3))
        assert program("sync").returncode == 0

    def test_closed_as_previewed_and_opened_again_when_the_row_is_back(
        self, program: Program
    ) -> None:
        self.begin(program, "close")
        before = program.read("pm/1.md")
        drop(program, 0)
        contents = program.snapshot()
        planned = data(program, "dry-run")
        assert program.snapshot() == contents
        shown = program("dry-run").stdout
        assert "x Keep promise 01-00  line 12, closes #1" in shown
        assert "status    Not Started → Won't Do" in shown
        assert "comment   the row was removed" in shown
        assert "1 to close" in shown
        applied = data(program, "sync", "--expect", planned["checksum"])
        assert applied["changes"] == planned["changes"]
        assert self.status(program, "1") == "Won't Do"
        (said,) = self.comments(program, "1")
        assert "was removed from pm/1.md" in said
        assert program("dry-run", "--exit-code").returncode == 0
        program.write("pm/1.md", before)
        assert "1 reopened" in program("sync").stdout
        assert self.status(program, "1") == "Not Started"
        assert program("dry-run", "--exit-code").returncode == 0

    def test_reopened_by_a_person_it_stays_open(self, program: Program) -> None:
        self.begin(program, "close")
        drop(program, 0)
        assert program("sync").returncode == 0
        program("issues", "reopen", "1")
        assert program("sync").returncode == 0
        assert self.status(program, "1") != "Won't Do"
        assert len(self.comments(program, "1")) == 1

    def test_told_once(self, program: Program) -> None:
        self.begin(program, "comment")
        drop(program, 0)
        assert "1 to comment on" in program("dry-run").stdout
        assert (
            "| comment on | Keep promise 01-00 |"
            in program("dry-run", "--format", "markdown").stdout
        )
        assert program("sync").returncode == 0
        assert program("sync").returncode == 0
        assert len(self.comments(program, "1")) == 1
        assert self.status(program, "1") == "Not Started"

    def test_a_run_for_some_documents_closes_nothing(self, program: Program) -> None:
        self.begin(program, "close")
        drop(program, 0)
        done = program("sync", "pm/1.md")
        assert done.returncode == 1
        assert "this run looks at some of the documents only" in done.stdout
        assert self.status(program, "1") == "Not Started"
        assert self.comments(program, "1") == []
