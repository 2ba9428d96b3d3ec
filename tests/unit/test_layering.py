"""Imports point strictly down, and the core touches nothing but its arguments."""

from __future__ import annotations

import ast
import graphlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parents[2] / "syncer"

LAYERS = (
    ("errors", "model", "permission"),
    ("core",),
    ("trackers",),
    ("testing",),
    ("documents",),
    ("delivery",),
    ("render",),
    ("vocabulary",),
    ("settings", "vocabularies"),
    ("batching", "losses", "observing", "sending"),
    ("applying", "closerlook", "farewells", "marked"),
    ("job",),
    ("ledger",),
    ("surveying",),
    ("budgeting", "metering", "preflight"),
    ("building_forge", "sync"),
    ("building", "building_delivery", "running"),
    ("delivering",),
    ("console",),
    ("action", "daemon"),
    ("commands",),
    ("cli",),
    ("__main__",),
)
"""From the bottom to the top; what stands side by side doesn't know of each other."""

CORE_LAYERS = (
    ("markdown",),
    ("reading",),
    ("issuetext", "remarks"),
    ("state", "tracking", "plan"),
    ("budget", "limits", "matching"),
    ("reconciling",),
    ("writing",),
)
"""The same for the rooms of the core."""

PURE = frozenset(
    {
        "__future__",
        "abc",
        "bisect",
        "calendar",
        "collections",
        "dataclasses",
        "dateparser",
        "datetime",
        "difflib",
        "enum",
        "functools",
        "hashlib",
        "heapq",
        "html",
        "itertools",
        "json",
        "math",
        "mistune",
        "operator",
        "re",
        "string",
        "syncer",
        "textwrap",
        "threading",  # locks, for libraries that need them
        "types",
        "typing",
        "unicodedata",
        "urllib.parse",
        "yaml",
    }
)
"""What the core may import: nothing that reads or writes files, the network, the clock, chance, the environment."""

IMPURE_FUNCTIONS = frozenset(
    {"__import__", "breakpoint", "eval", "exec", "globals", "input", "open", "print"}
)
"""What the core may not call: files, the terminal, code out of data."""

CLOCKS = frozenset({"fromtimestamp", "now", "today", "utcnow"})
"""Methods of dates that ask the clock or the time zone, which the core may not call either."""


class Import(NamedTuple):
    """One imported module, and where."""

    module: str
    line: int
    at_run_time: bool


def name_of(path: Path) -> str:
    """The dotted name of a module."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports(tree: ast.Module) -> Iterator[Import]:
    """Every import of a module, wherever it stands in it."""
    only_for_types = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and ast.unparse(branch.test) == "TYPE_CHECKING"
        for statement in branch.body
        for node in ast.walk(statement)
    }
    for node in ast.walk(tree):
        at_run_time = id(node) not in only_for_types
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, at_run_time)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield Import(inner if inner in MODULES else node.module, node.lineno, at_run_time)


def parsed(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text())


def layer(module: str) -> int:
    """The height of a module; the package itself, which holds the version, is below all."""
    _, _, rest = module.partition(".")
    part = rest.partition(".")[0]
    if not part:
        return -1
    heights = [height for height, parts in enumerate(LAYERS) if part in parts]
    assert heights, f"{module} has no layer: give it one in {__file__}"
    return heights[0]


def test_imports_point_strictly_down() -> None:
    upward = []
    for name, path in MODULES.items():
        for found in imports(parsed(name)):
            if found.module.split(".")[0] != "syncer":
                continue
            same_part = name.split(".")[1:2] == found.module.split(".")[1:2]
            if not same_part and layer(found.module) >= layer(name):
                upward.append(f"{path}:{found.line} imports {found.module}")
    assert upward == []


def test_imports_point_strictly_down_within_the_core() -> None:
    heights = {part: height for height, parts in enumerate(CORE_LAYERS) for part in parts}
    upward = []
    for name, path in MODULES.items():
        for found in imports(parsed(name)):
            rooms = [module.split(".")[2:3] for module in (name, found.module)]
            if not (found.module.startswith("syncer.core.") and name.startswith("syncer.core.")):
                continue
            here, there = (room[0] for room in rooms)
            if here != there and heights[there] >= heights[here]:
                upward.append(f"{path}:{found.line} imports {found.module}")
    assert upward == []


def test_no_module_needs_itself_to_be_imported() -> None:
    graph = {
        name: {
            found.module
            for found in imports(parsed(name))
            if found.at_run_time and found.module in MODULES and found.module != name
        }
        for name in MODULES
    }
    assert list(graphlib.TopologicalSorter(graph).static_order())


def test_the_core_imports_nothing_impure() -> None:
    impure = [
        f"{MODULES[name]}:{found.line} imports {found.module}"
        for name in MODULES
        if name.startswith("syncer.core")
        for found in imports(parsed(name))
        if PURE.isdisjoint({found.module, found.module.split(".")[0]})
    ]
    assert impure == []


def test_the_core_calls_nothing_impure() -> None:
    impure = [
        f"{path}:{node.lineno} calls {ast.unparse(node.func)}"
        for name, path in MODULES.items()
        if name.startswith("syncer.core")
        for node in ast.walk(parsed(name))
        if isinstance(node, ast.Call)
        if (isinstance(node.func, ast.Name) and node.func.id in IMPURE_FUNCTIONS)
        or (isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS)
    ]
    assert impure == []


def test_the_environment_is_read_in_the_settings_alone() -> None:
    readers = [
        f"{MODULES[name]}:{node.lineno}"
        for name in MODULES
        if not name.startswith("syncer.settings")
        for node in ast.walk(parsed(name))
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"})
        or (isinstance(node, ast.alias) and node.name in {"environ", "environb", "getenv"})
    ]
    assert readers == []


def test_every_layer_is_there() -> None:
    """A name that is left over here would let a module of that name in unseen; two are yet to come."""
    there = {name.split(".")[1] for name in MODULES if "." in name}
    assert {part for parts in LAYERS for part in parts} - there <= {"action", "daemon"}
