"""The page of guarantees names tests that are there, and leaves out no guarantee."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/guarantees.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::([\w:]+)`", PAGE)))
SECTIONS = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]


def names(file: str) -> set[str]:
    """The tests of a file by their ids; a class that is made by a call counts by its name."""
    found = set()
    for node in ast.parse((ROOT / file).read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{f.name}" for f in node.body if isinstance(f, ast.FunctionDef)}
        if isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_a_named_test_is_there(file: str, test: str) -> None:
    assert test in names(file)


def test_all_eleven_are_there_each_with_a_test() -> None:
    numbered = [section for section in SECTIONS if section[0].isdigit()]
    assert [section.partition(".")[0] for section in numbered] == [str(n) for n in range(1, 12)]
    assert all("`tests/" in section for section in numbered)
