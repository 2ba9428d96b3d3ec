"""What ``-v`` says on the way: on the standard error, and nothing of it unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.program import POST_MORTEM, Program

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def program(tmp_path: Path) -> Program:
    started = Program(tmp_path)
    started.write(
        "syncer.yaml", 'documents: {paths: ["pm/*.md"]}\ntrackers: {here: {kind: local}}\n'
    )
    started.write("pm/one.md", POST_MORTEM)
    return started


def test_it_says_which_configuration_is_in_effect_and_which_documents_were_written(
    program: Program,
) -> None:
    done = program("sync", "-v", "--format", "json")
    lines = done.stderr.splitlines()
    assert f"INFO syncer.commands.syncing: configuration: {program.folder / 'syncer.yaml'}" in lines
    assert f"INFO syncer.commands.syncing: documents beneath {program.folder}" in lines
    assert "INFO syncer.commands.syncing: wrote pm/one.md" in lines
    assert "tracker here" not in done.stderr
    assert done.stdout.startswith("{")


def test_twice_it_says_how_the_trackers_are_set_up(program: Program) -> None:
    assert "tracker here: kind='local' path=" in program("dry-run", "-vv").stderr


def test_unasked_it_says_nothing(program: Program) -> None:
    assert program("sync").stderr == ""
