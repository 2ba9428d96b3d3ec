"""What people, and the formatters that they run, do to a post-mortem: functions from text to text.

The documents have one table of action items. Its Notes column says which row is which: no two rows of a document
have the same note, and a row keeps its note whatever else happens to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TEXTS: Final = (
    "Alert on queue depth",
    "Write the failover runbook",
    "Load-test checkout",
    "Rotate credentials monthly",
)
OWNERS: Final = ("@alice", "@bob", "@dave", "Payments team", "", "erin@acme.example", "@ALICE")
DUES: Final = ("2025-12-01", "2025-12-15", "")
STATUSES: Final = ("Not Started", "In Progress", "Blocked", "Done", "Won't Do")
PRIORITIES: Final = ("P1", "P2", "")
VALUES: Final = {
    "Action": TEXTS,
    "Owner": OWNERS,
    "Due Date": DUES,
    "Status": STATUSES,
    "Priority": PRIORITIES,
}

_DEFINITION: Final = re.compile(r"^\[([^\]]+)\]: (\S+) ([\"'(])(.*)([\"')])$")
_SEPARATOR: Final = re.compile(r"\|[-| :]*\|")


@dataclass
class Paper:
    """A document taken apart: the lines before the table, its header and rows by cells, the lines behind it."""

    before: list[str]
    header: list[str]
    delimiter: str
    rows: list[list[str]]
    behind: list[str]
    end: str
    bom: str
    finished: bool

    @classmethod
    def of(cls, text: str) -> Paper:
        bom = "\ufeff" if text.startswith("\ufeff") else ""
        end = "\r\n" if "\r\n" in text else "\n"
        finished = text.endswith(end)
        lines = text.removeprefix(bom).removesuffix(end).split(end)
        first = next(n for n, line in enumerate(lines) if line.startswith("|"))
        last = first
        while last < len(lines) and lines[last].startswith("|"):
            last += 1
        rows = [_cells(line) for line in lines[first:last]]
        return cls(
            lines[:first], rows[0], lines[first + 1], rows[2:], lines[last:], end, bom, finished
        )

    def text(self, *, padded: bool = False) -> str:
        width = len(self.header)
        rows = [(row + [""] * width)[:width] for row in (self.header, *self.rows)]
        sizes = [max(len(row[n]) for row in rows) if padded else 0 for n in range(width)]
        lines = [
            "| " + " | ".join(c.ljust(s) for c, s in zip(row, sizes, strict=True)) + " |"
            for row in rows
        ]
        rule = "|" + "|".join("-" * max(size + 2, 3) for size in sizes) + "|"
        everything = [*self.before, lines[0], rule, *lines[1:], *self.behind]
        return self.bom + self.end.join(everything) + (self.end if self.finished else "")

    def column(self, name: str) -> int | None:
        return self.header.index(name) if name in self.header else None

    def note(self, row: int) -> str:
        return self.rows[row][0]

    def __len__(self) -> int:
        return len(self.rows)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]


def new_document(
    number: int,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    end: str,
    bom: bool,
    finished: bool,
) -> str:
    """A post-mortem; the first column of a row is its note."""
    return Paper(
        before=[
            f"# Outage {number}", "", f"**Incident ID:** INC-2025-11-03-{number:03}", "",
            "Some\ttext  ", "", "## Action Items", "",
        ],
        header=["Notes", *columns],
        delimiter="",
        rows=[list(row) for row in rows],
        behind=["", "## Lessons", "", "* one", "* two"],
        end=end,
        bom="\ufeff" if bom else "",
        finished=finished,
    ).text()  # fmt: skip


def post_mortems() -> st.SearchStrategy[str]:
    """Post-mortems with any values in their rows."""
    row = st.tuples(st.uuids().map(str), *map(st.sampled_from, VALUES.values()))
    return st.builds(
        new_document,
        st.integers(1, 5),
        st.just(tuple(VALUES)),
        st.lists(row, max_size=4),
        end=st.sampled_from(["\n", "\r\n"]),
        bom=st.booleans(),
        finished=st.booleans(),
    )


def edit_cell(text: str, row: int, column: str, value: str) -> str:
    """Another value in one cell, with the line's other bytes as they were."""
    paper = Paper.of(text)
    place = paper.column(column)
    if place is None or row >= len(paper):
        return text
    lines = text.split(paper.end)
    number = len(paper.before) + 2 + row
    cells = lines[number].split("|")
    cells[place + 1] = f" {value} "
    lines[number] = "|".join(cells)
    return paper.end.join(lines)


def add_row(text: str, note: str, values: Sequence[str], place: int) -> str:
    return add_cells(text, note, dict(zip(VALUES, values, strict=True)), place)


def cells(text: str, row: int) -> dict[str, str]:
    """What the cells of a row say, by their columns."""
    paper = Paper.of(text)
    return dict(zip(paper.header, paper.rows[row], strict=False))


def add_cells(text: str, note: str, given: Mapping[str, str], place: int) -> str:
    """Another row with these words in the columns that the table has."""
    paper = Paper.of(text)
    row = [note, *(given.get(name, "") for name in paper.header[1:])]
    paper.rows.insert(place % (len(paper) + 1), row)
    return paper.text()


def delete_row(text: str, row: int) -> str:
    paper = Paper.of(text)
    del paper.rows[row]
    return paper.text()


def copy_row(text: str, row: int, note: str) -> str:
    """The row again right below, link and all, as a start for another one."""
    paper = Paper.of(text)
    paper.rows.insert(row + 1, [note, *paper.rows[row][1:]])
    return paper.text()


def turn(text: str, by: int) -> str:
    """The rows in another order."""
    paper = Paper.of(text)
    by %= max(len(paper), 1)
    paper.rows = paper.rows[by:] + paper.rows[:by]
    return paper.text()


def swap(text: str, one: int, other: int) -> str:
    """Two rows change places."""
    paper = Paper.of(text)
    paper.rows[one], paper.rows[other] = paper.rows[other], paper.rows[one]
    return paper.text()


def copied(text: str, number: int) -> str:
    """The document as the form for the next post-mortem, with an incident id of its own."""
    return re.sub(r"INC-2025-11-03-\d+", f"INC-2025-11-03-{number:03}", text)


def without_definitions(text: str) -> str:
    """The definitions at the end are lost, as if an editor had thought them unused."""
    paper = Paper.of(text)
    paper.behind = [line for line in paper.behind if not _DEFINITION.match(line)]
    return paper.text()


def reformat(text: str, style: str) -> str:
    """The document as a formatter leaves it: *mdformat*, *prettier* or *remark*."""
    paper = Paper.of(text)
    definitions = [m for line in paper.behind if (m := _DEFINITION.match(line))]
    rest = [line for line in paper.behind if not _DEFINITION.match(line)]
    while rest and not rest[-1]:
        rest.pop()
    if style == "mdformat":
        definitions.sort(key=lambda m: m[1].casefold())
        lines = [f'[{m[1].lower()}]: {m[2]} "{m[4]}"' for m in definitions]
    elif style == "prettier":
        lines = [
            f"[{m[1].lower()}]: {m[2]} '{m[4]}'" if '"' in m[4] or "'" not in m[4] else m[0]
            for m in definitions
        ]
    else:
        lines = [part for m in definitions for part in (f"[{m[1]}]: {m[2]} ({m[4]})", "")][:-1]
    paper.behind = [*rest, *([""] if lines else []), *lines]
    paper.finished = True
    return paper.text(padded=style != "remark")
