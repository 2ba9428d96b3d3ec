"""Try syncer on a folder of real post-mortems, without touching it: ``python benchmarks/corpus.py FOLDER``.

The folder is copied. Then, over the copy:

1. every GFM table under an action-items heading is compared with what cmark-gfm, an independent parser, makes of it:
   header, rows and cells;
2. a sync files everything (finished rows, too) in an embedded tracker; its diff may touch only lines of tables and
   append definitions;
3. a second sync must plan nothing, and change no byte;
4. each issue's status is moved in the tracker, and a third sync must bring that back; after it, a fourth plans nothing.

What doesn't hold is printed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import difflib
import shutil
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import cmarkgfm  # type: ignore[import-untyped]  # it has no type hints
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]  # it has no type hints

from syncer import vocabularies
from syncer.core.markdown import Heading, Table, parse_blocks
from syncer.core.markdown.inline import plain_text
from syncer.core.reconciling.documentplan import Rules
from syncer.core.tracking import Update
from syncer.documents import Folder
from syncer.model import Status
from syncer.sync import Job, Report, apply, survey
from syncer.trackers.local import LocalSettings, LocalTracker

if TYPE_CHECKING:
    from syncer.core.reading.vocabulary import Vocabulary

Grid = list[list[str]]

_HEADINGS = {f"h{level}": level for level in range(1, 7)}


class Outline(HTMLParser):
    """Headings and top-level tables of a rendered document, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str] | Grid] = []
        self._nesting = 0
        self._text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens."""
        if tag in ("ul", "ol", "blockquote"):
            self._nesting += 1
        elif self._nesting:
            return
        elif tag in _HEADINGS or tag in ("td", "th"):
            self._text = []
        elif tag == "table":
            self.found.append([])
        elif tag == "tr" and self.found and isinstance(self.found[-1], list):
            self.found[-1].append([])
        elif tag == "br" and self._text is not None:
            self._text.append(" ")
        elif tag == "img" and self._text is not None:
            self._text.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        """A tag closes."""
        if tag in ("ul", "ol", "blockquote"):
            self._nesting -= 1
        elif self._nesting or self._text is None:
            return
        elif tag in _HEADINGS:
            self.found.append((_HEADINGS[tag], " ".join("".join(self._text).split())))
            self._text = None
        elif tag in ("td", "th"):
            grid = self.found[-1]
            assert isinstance(grid, list)  # noqa: S101
            grid[-1].append(" ".join("".join(self._text).split()))
            self._text = None

    def handle_data(self, data: str) -> None:
        """Text, with entities resolved."""
        if self._text is not None:
            self._text.append(data)


def cmark_tables(text: str, vocabulary: Vocabulary) -> list[Grid]:
    """The tables under action-items headings, as cmark-gfm sees them."""
    outline = Outline()
    outline.feed(cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE))
    return _in_sections(outline.found, vocabulary)


def our_tables(text: str, vocabulary: Vocabulary) -> list[Grid]:
    """The same, as syncer sees them."""
    found: list[tuple[int, str] | Grid] = []
    for block in parse_blocks(text).blocks:
        if isinstance(block, Heading):
            found.append((block.level, plain_text(block.text)))
        elif isinstance(block, Table):
            width = len(block.header.cells)
            grid = []
            for row in (block.header, *block.rows):
                cells = [plain_text(cell.span.of(text)) for cell in row.cells]
                grid.append([*cells, *[""] * width][:width])
            found.append(grid)
    return _in_sections(found, vocabulary)


def _in_sections(found: list[tuple[int, str] | Grid], vocabulary: Vocabulary) -> list[Grid]:
    tables: list[Grid] = []
    inside, titled = 0, False
    for one in found:
        if isinstance(one, list):
            if inside:
                tables.append(one)
            continue
        level, text = one
        if titled and vocabulary.heading(text):
            inside = min(inside or level, level)
        elif inside and level <= inside:
            inside = 0
        titled = True
    return tables


def without_front_matter(text: str) -> str:
    """cmark-gfm knows no front matter and no byte order mark."""
    matter = parse_blocks(text).front_matter
    if matter is None:
        return text.removeprefix("\ufeff")
    rest = text[matter.end :]
    return rest[rest.index("\n") + 1 :] if "\n" in rest else ""


def job_for(folder: Path) -> Job:
    """A job on a folder with an embedded tracker beside it."""
    return Job(
        store=Folder(folder, ["**/*.md"]),
        trackers={"here": open_tracker(folder)},
        route=lambda _: "here",
        vocabulary=vocabularies.load(),
        rules=Rules(file_finished=True),
        clock=lambda: datetime.now(UTC),
        max_characters=1_000_000,
        max_line=20_000,
        progress=lambda *_: None,
    )


def open_tracker(folder: Path) -> LocalTracker:
    """The embedded tracker of a copy."""
    return LocalTracker.open(
        "here",
        LocalSettings(path=Path(".syncer/issues.db")),
        root=folder,
        clock=lambda: datetime.now(UTC),
        read_only=False,
    )


def sync(folder: Path) -> Report:
    """One sync of everything, without safety limits."""
    job = job_for(folder)
    try:
        return apply(job, survey(job))
    finally:
        job.trackers["here"].close()


def snapshot(folder: Path) -> dict[Path, bytes]:
    """Every document's bytes."""
    return {path: path.read_bytes() for path in sorted(folder.rglob("*.md")) if path.is_file()}


def foreign_lines(before: bytes, after: bytes) -> list[str]:
    """Lines of a diff that are neither rows of a table nor definitions at the end."""
    old, new = (part.decode().splitlines(keepends=True) for part in (before, after))
    bad = []
    for line in difflib.ndiff(old, new):
        if line[:2] not in ("- ", "+ "):
            continue
        text = line[2:].strip("\r\n")
        if "|" in text or not text.strip():
            continue
        if line[0] == "+" and text.startswith("[") and '"sync ' in text:
            continue
        if line[0] == "-" and f"{text}\n".encode() in after.replace(b"\r\n", b"\n"):
            continue  # the last line, which got a line end
        if line[0] == "+" and old and text == old[-1].strip("\r\n"):
            continue
        bad.append(line.rstrip())
    return bad


def check_tables(folder: Path, vocabulary: Vocabulary) -> tuple[int, int, list[str]]:
    """Compare all tables with cmark-gfm's: tables, rows, and what differs."""
    tables = rows = 0
    bad = []
    for path in sorted(folder.rglob("*.md")):
        try:
            text = path.read_bytes().decode()
        except UnicodeDecodeError:
            continue
        theirs = cmark_tables(without_front_matter(text), vocabulary)
        ours = our_tables(text, vocabulary)
        tables += len(theirs)
        rows += sum(len(grid) - 1 for grid in theirs)
        if ours != theirs:
            bad.append(f"{path.relative_to(folder)}: the tables differ from cmark-gfm's")
            for one, other in zip(ours, theirs, strict=False):
                for a, b in zip(one, other, strict=False):
                    if a != b:
                        bad.append(f"    {a}\n    {b}")
    return tables, rows, bad


def move_statuses(folder: Path) -> int:
    """Finish every issue that is open, and take up every one that is finished."""
    tracker = open_tracker(folder)
    try:
        issues = list(tracker.marked())
        for issue in issues:
            new = Status.IN_PROGRESS if issue.status.finished else Status.DONE
            tracker.update(issue.key, Update(marker=issue.marker, status=new))
        return len(issues)
    finally:
        tracker.close()


def main() -> int:
    """Run all of it over a copy of the folder that is named on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--keep", type=Path, help="work in this new folder, and keep it")
    parser.add_argument("-v", "--verbose", action="store_true", help="print problems, too")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        copy = arguments.keep or Path(scratch) / "copy"
        shutil.copytree(arguments.folder, copy)
        return examine(copy, verbose=arguments.verbose)


def examine(folder: Path, *, verbose: bool) -> int:
    """Check a copy, and print what was found."""
    bad: list[str] = []
    vocabulary = vocabularies.load()
    tables, rows, differing = check_tables(folder, vocabulary)
    bad += differing
    print(f"{tables} tables with {rows} rows compared with cmark-gfm")

    original = snapshot(folder)
    first = sync(folder)
    synced = snapshot(folder)
    kinds = Counter(change.kind.value for change in first.plan.changes)
    levels = Counter(problem.level.value for problem in first.plan.problems)
    print(f"first sync: {first.plan.tally}\n  {dict(kinds)}, {dict(levels)}")
    if verbose:
        for problem in first.plan.problems:
            print(f"  {problem.document}:{problem.line}: {problem.level}: {problem.message}")
    for path, before in original.items():
        lines = foreign_lines(before, synced[path])
        if lines:
            bad.append(f"{path.relative_to(folder)}: the diff touches other lines: {lines[:3]}")

    second = sync(folder)
    if second.plan.changes:
        bad.append(f"the second sync changes something: {second.plan.changes[:3]}")
    if snapshot(folder) != synced:
        bad.append("the second sync changes a document")

    moved = move_statuses(folder)
    third = sync(folder)
    back = sum("status" in change.fields for change in third.plan.changes)
    print(f"{moved} issues moved, {back} statuses written back")
    unreadable = sum("status" in p.message for p in third.plan.problems)
    if back + unreadable < moved:
        bad.append(f"only {back} of {moved} statuses came back ({unreadable} cells unreadable)")
    after = snapshot(folder)
    fourth = sync(folder)
    if fourth.plan.changes or snapshot(folder) != after:
        bad.append(f"the fourth sync changes something: {fourth.plan.changes[:3]}")
    for line in bad:
        print(line)
    print("everything holds" if not bad else f"{len(bad)} findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
