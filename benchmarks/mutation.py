"""Whether the tests notice when the core is wrong: mutants of a fixed random sample, made by cosmic-ray.

    python benchmarks/mutation.py --cosmic-ray PATH/TO/cosmic-ray [PATH…] [--again MUTANT…]

PATHs (files or folders of ``syncer/core``) narrow the sample; ``--again`` runs the mutants that it names and no others.
Prints one line for each mutant as it is done, then a table, then the survivors. Exits with 1 if fewer than ``WANTED``
per cent were killed. Works in copies of the checkout, so the checkout can be edited meanwhile.

The sample of a file depends on this file alone: one place in ``ONE_IN`` (three at least), and one mutant for a place.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WANTED: Final = 90
ONE_IN: Final = 8
AT_LEAST: Final = 3
SEED: Final = 20251125
# Of processor time, so that a busy machine kills no mutant: three times what the longest of the stages takes.
SECONDS: Final = 30
_HANGS: Final = 1200
# A mutant that never stops adding to a list takes the memory of the whole machine otherwise.
_MEMORY: Final = 4 * 2**30
_PYTEST: Final = f"""
import resource, pytest
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
resource.setrlimit(resource.RLIMIT_AS, ({_MEMORY}, {_MEMORY}))
raise SystemExit(pytest.main())
"""
_ENVIRONMENT: Final = {"HYPOTHESIS_PROFILE": "brief", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
_CORE: Final = "syncer/core"
_PROPERTIES: Final = (
    "markdown",
    "inline",
    "table_differential",
    "reading",
    "statuses",
    "state",
    "writeback",
)
_ENGINE: Final = ("sync", "sync_bulk", "sync_failing", "sync_moved", "sync_preflight", "ownership")
_WIDER: Final = (
    ("tests/unit/core",),
    tuple(f"tests/unit/test_{name}.py" for name in _ENGINE),
    tuple(f"tests/property/test_{name}.py" for name in _PROPERTIES),
    # Whether its many syncs met everything takes more of them than there is time for.
    ("tests/property/test_engine_stateful.py", "-k", "not met_what"),
)
# Most of what cosmic-ray can put in an operator's place fails on its types at once and says nothing about the tests;
# and whether two equal values are one object is the interpreter's affair.
_ARITHMETIC: Final = frozenset(
    {"Add_Sub", "Sub_Add", "Mul_Add", "Mul_FloorDiv", "FloorDiv_Mul", "Div_Mul", "Mod_Mul"}
    | {"BitOr_BitAnd", "BitAnd_BitOr", "LShift_RShift", "RShift_LShift", "Pow_Mul"}
)
_IDENTITY: Final = frozenset({"Is", "IsNot"})
_NONE_TESTS: Final = frozenset({"Is_IsNot", "IsNot_Is"})


@dataclass(frozen=True, order=True)
class Mutant:
    """One mutation: cosmic-ray's operator, and which of the file's occurrences it changes."""

    path: str
    line: int
    column: int
    operator: str
    occurrence: int

    def __str__(self) -> str:
        return f"{self.path}:{self.operator}:{self.occurrence}"


@dataclass(frozen=True)
class Result:
    """What became of a mutant: ``killed``, ``timed out``, ``survived`` or ``no program``; its line then and now."""

    mutant: Mutant
    outcome: str
    change: str


def mutants(tool: str, root: Path) -> list[Mutant]:
    """Every mutation of the core that a test could notice, in the order of the files."""
    with tempfile.TemporaryDirectory() as folder:
        config, session = Path(folder, "config.toml"), Path(folder, "session.sqlite")
        config.write_text(
            f'[cosmic-ray]\nmodule-path = "{_CORE}"\ntimeout = 60.0\nexcluded-modules = []\ntest-command = "true"\n'
            '[cosmic-ray.distributor]\nname = "local"\n',
            encoding="utf-8",
        )
        subprocess.run([tool, "init", str(config), str(session)], cwd=root, check=True)
        dump = subprocess.run(
            [tool, "dump", str(session)], cwd=root, check=True, capture_output=True, text=True
        ).stdout
    found = []
    for line in dump.splitlines():
        (mutation,) = json.loads(line)[0]["mutations"]
        row, column = mutation["start_pos"]
        operator = mutation["operator_name"].removeprefix("core/")
        if _telling(operator):
            found.append(
                Mutant(mutation["module_path"], row, column, operator, mutation["occurrence"])
            )
    beyond = {path: set(_beyond_tests(root / path)) for path in {mutant.path for mutant in found}}
    return sorted(
        mutant for mutant in found if (mutant.line, mutant.column) not in beyond[mutant.path]
    )


def _telling(operator: str) -> bool:
    kind, _, change = operator.partition("_")
    if kind == "ReplaceBinaryOperator":
        return change in _ARITHMETIC
    if kind == "ReplaceComparisonOperator":
        return change in _NONE_TESTS or _IDENTITY.isdisjoint(change.split("_"))
    return True


def _beyond_tests(path: Path) -> Iterator[tuple[int, int]]:
    """The places of annotations, imports for annotations, and decorators of classes, which the type checker holds."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        spans: list[ast.expr | ast.stmt | None] = []
        if isinstance(node, ast.FunctionDef):
            spans = [node.returns]
        elif isinstance(node, ast.arg | ast.AnnAssign):
            spans = [node.annotation]
        elif isinstance(node, ast.ClassDef):
            spans = list(node.decorator_list)
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            spans = [node]
        for span in spans:
            if span is not None:
                last = span.end_lineno or span.lineno
                for line in range(span.lineno, last + 1):
                    # A decorator's place is that of the "@" before it.
                    start = span.col_offset - 1 if line == span.lineno else 0
                    end = span.end_col_offset or 0 if line == last else len(lines[line - 1])
                    yield from ((line, column) for column in range(start, end))


def sample(found: Iterable[Mutant]) -> list[list[Mutant]]:
    """For each file, the mutants to try in turn: one for each place, shuffled.

    All of them, however few are wanted, since some turn out to be no program at all.
    """
    files: dict[str, dict[tuple[int, int], list[Mutant]]] = defaultdict(lambda: defaultdict(list))
    for mutant in found:
        files[mutant.path][mutant.line, mutant.column].append(mutant)
    chosen = []
    for path, places in sorted(files.items()):
        chance = random.Random(f"{SEED} {path}")
        one_each = [chance.choice(sorted(those)) for _, those in sorted(places.items())]
        chance.shuffle(one_each)
        chosen.append(one_each)
    return chosen


def _copy(root: Path, folder: Path) -> None:
    command = ["git", "ls-files", "-z"]
    tracked = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    for name in filter(None, tracked.split("\0")):
        if (root / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, folder / name)


class Copy:
    """A copy of the checkout in which one mutant at a time is made and tested."""

    def __init__(self, tool: str, folder: Path) -> None:
        self.tool, self.root = tool, folder

    def check(self) -> None:
        """Run everything without a mutant, which also compiles it; raises `SystemExit` if a test fails."""
        if (outcome := self._outcome(_WIDER, compiles=True)) != "survived":
            raise SystemExit(f"the tests fail without a mutant ({outcome})")

    def result(self, mutant: Mutant) -> Result:
        """Make the mutant, run the tests that are nearest to it first, and put the file back."""
        path = self.root / mutant.path
        kept, status = path.read_text(encoding="utf-8"), path.stat()
        made = subprocess.run(
            [self.tool, "apply", mutant.path, f"core/{mutant.operator}", str(mutant.occurrence)],
            cwd=self.root, check=False, capture_output=True, text=True,
        )  # fmt: skip
        if made.returncode:
            raise SystemExit(f"{mutant}: cosmic-ray could not make it\n{made.stderr}")
        try:
            changed = path.read_text(encoding="utf-8")
            outcome = (
                self._outcome((_mirror(self.root, mutant.path), *_WIDER))
                if _is_program(changed)
                else "no program"
            )
        finally:
            path.write_text(kept, encoding="utf-8")
            # The time of the compiled file's source: it is valid again.
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        return Result(mutant, outcome, _change(kept, changed))

    def _outcome(self, stages: Sequence[tuple[str, ...]], *, compiles: bool = False) -> str:
        # A compiled mutant could pass for the next one, made within the same second and of the same size.
        environment = (
            os.environ | _ENVIRONMENT | ({} if compiles else {"PYTHONDONTWRITEBYTECODE": "1"})
        )
        command = [sys.executable, "-c", _PYTEST, "-x", "-q", "-p", "no:cacheprovider"]
        for stage in stages:
            try:
                done = subprocess.run(
                    [*command, *stage],
                    cwd=self.root,
                    env=environment,
                    check=False,
                    capture_output=True,
                    timeout=_HANGS,
                )
            except subprocess.TimeoutExpired:
                return "timed out"
            if done.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
                return "timed out"
            if done.returncode:
                return "killed"
        return "survived"


def _mirror(root: Path, path: str) -> tuple[str, ...]:
    """The test file of a module, or else the tests of its room."""
    module = Path(path)
    room = Path("tests/unit/core") / module.parent.relative_to(_CORE)
    named = room / f"test_{module.stem}.py"
    return (str(named if (root / named).is_file() else room),)


def _is_program(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def _change(before: str, after: str) -> str:
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    parts = [" ".join(line[2:].strip() for line in lines if line.startswith(sign)) for sign in "-+"]
    return "  →  ".join(parts)


def run(copies: Sequence[Copy], queues: Sequence[tuple[int, Sequence[Mutant]]]) -> list[Result]:
    """The results of so many mutants of each queue, a copy busy with one queue at a time."""
    free: SimpleQueue[Copy] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def one_file(wanted: int, those: Sequence[Mutant]) -> list[Result]:
        copy = free.get()
        results: list[Result] = []
        try:
            for mutant in those:
                if len(results) == wanted:
                    break
                result = copy.result(mutant)
                print(
                    f"{result.outcome:10}  {mutant}  line {mutant.line}: {result.change}",
                    flush=True,
                )
                if result.outcome != "no program":
                    results.append(result)
        finally:
            free.put(copy)
        return results

    with ThreadPoolExecutor(len(copies)) as pool:
        pending = [pool.submit(one_file, wanted, those) for wanted, those in queues]
        return [result for future in pending for result in future.result()]


def report(results: Sequence[Result]) -> int:
    """Print the table and the survivors; 1 if fewer than ``WANTED`` per cent were killed."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        for row in (result.mutant.path, f"{Path(result.mutant.path).parent}/", "all"):
            table[row][result.outcome] += 1
    print("\n| | mutants | killed | timed out | survived |\n| --- | ---: | ---: | ---: | ---: |")
    for row, counts in sorted(table.items()):
        print(
            f"| {row} | {counts.total()} | {counts['killed']} | {counts['timed out']} | {counts['survived']} |"
        )
    print("\nSurvivors:")
    for result in results:
        if result.outcome == "survived":
            print(f"{result.mutant}\n    line {result.mutant.line}: {result.change}")
    return int(table["all"]["survived"] * 100 > (100 - WANTED) * table["all"].total())


def main() -> int:
    """Choose, run, report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="*", default=[_CORE], help="files or folders of the core")
    parser.add_argument(
        "--cosmic-ray",
        default="cosmic-ray",
        dest="tool",
        help="the program, if it is not on the PATH",
    )
    parser.add_argument(
        "--again", nargs="+", default=[], metavar="MUTANT", help="as a line of the output names it"
    )
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    tool = shutil.which(options.tool)
    if tool is None:
        parser.error("cosmic-ray was not found: pip install cosmic-ray==8.7.0")
    tool = str(Path(tool).absolute())
    with tempfile.TemporaryDirectory() as folder:
        copies = [Copy(tool, Path(folder, str(number))) for number in range(options.jobs)]
        _copy(Path(__file__).parent.parent, copies[0].root)
        found = mutants(tool, copies[0].root)
        if options.again:
            queues = [(1, [mutant]) for mutant in found if str(mutant) in options.again]
        else:
            queues = [
                (max(AT_LEAST, round(len(those) / ONE_IN)), those)
                for those in sample(found)
                if any(Path(those[0].path).is_relative_to(path) for path in options.paths)
            ]
        copies[0].check()
        for copy in copies[1:]:
            shutil.copytree(copies[0].root, copy.root)
        return report(run(copies, queues))


if __name__ == "__main__":
    raise SystemExit(main())
