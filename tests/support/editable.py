"""Generated post-mortems in every shape that people write them in, and edits for their rows and definitions."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from syncer.core.markdown import normalise_label
from syncer.core.reading.placeholders import is_choice, names_no_action, names_nobody, says_nothing
from syncer.core.reading.postmortem import parse
from syncer.core.state import choose_label, our_definitions
from syncer.core.writing.padding import display_width
from syncer.core.writing.rowcontents import plain_value
from syncer.core.writing.writeback import DefinitionEdit, RowEdit
from syncer.model import FIELDS, Agreed, State, Status
from syncer.vocabularies import load

if TYPE_CHECKING:
    from syncer.core.reading.postmortem import ActionItem, PostMortem
    from syncer.model import Field

VOCABULARY: Final = load()
URL: Final = "https://github.com/acme/shop/issues/"

_BOM: Final = "\ufeff"
_CELLS: Final = {
    "action": (
        *("Fix it", "Alert on `a\\|b` depth", "Do *this* now", "監視を追加する", "x\\\\", "A", "[#7] and [a]"),
        *("See [docs](https://x.example/a)", "1. first", "- dash", "# hash", "> quote", "<b>bold</b>", "a &amp; b"),
        *("", "[Specific action]", "Añadir métricas", "~~dropped~~", "C:\\dir\\", "e\u0301 🏳️‍🌈 ⚠️"),
    ),
    "owner": ("@alice", "Bob B.", "太郎", "", "-", "TBD", "[@al](https://github.com/al)", "SRE / on-call"),
    "due": ("2025-12-01", "", "Oct 11, 2025", "Q4 2025", "—"),
    "status": (
        *("Not Started", "**DONE**", "✅ Done (2025-10-12)", "In Progress", "", "-", "未着手", "nonsense"),
        *("[Done](https://x.example/pull/3)", "todo", "`wip`"),
    ),
    "priority": ("P1", "High", "", "-"),
    "issue": ("", "—", "[#3]", "n/a", "#4", "PAY-7 (waits)", "[#5](https://github.com/acme/shop/issues/5)", "**TODO**"),
    "notes": ("", "any", "a \\| b", "`|`", "\\", "備考"),
}  # fmt: skip
_HEADERS: Final = {
    "action": ("Action", "**Action Item**", "アクション"),
    "owner": ("Owner", "担当"),
    "due": ("Due Date", "期限"),
    "status": ("Status", "状態"),
    "priority": ("Priority",),
    "issue": ("Issue", "Ticket"),
    "notes": ("Notes", "", "#"),
}
_BETWEEN: Final = (
    "Some text.",
    "- a list\n- of two",
    "- [ ] a task",
    "> a quote",
    "    indented code",
    "```\ncode\n```",
    "<!-- a comment -->",
    "<div>\nhtml\n</div>",
    "### Later",
    "Setext\n---",
    "| Not | Ours |\n|---|---|\n| a | b |",
    "[^1]: a footnote",
    "1. one\n\n   more",
    "text with [#7] and [a]",
    "a | b",
)
_DEFINITIONS: Final = (
    "[a]: /u",
    "[#7]: /author 'Runbook'",
    "[#9]: {url}9 \"sync 3; status=Done\"",
    "[Pay-7]: https://pay.example/PAY-7 'sync 1; owner=@alice; x'",
    "[pay-8]: <https://pay.example/PAY-8> (sync 2; status=Won%27t Do~Done)",
    "   [  #10 ]: {url}10   'sync 4'  ",
    "[#11]:\n{url}11\n  'sync 4;\n status=Done'",
    "> [#6]: {url}6 'sync 1'",
    "[#3]: {url}3 \"sync 1; status=In Progress\"",
    "[unused]: /u 'sync your clocks'",
)  # fmt: skip


@dataclass(frozen=True)
class _Look:
    """How the rows of a table are written."""

    leading: bool
    trailing: bool
    blanks: str
    aligned: bool
    marks: tuple[str, ...]
    indentation: str


_LOOKS: Final = st.builds(
    _Look,
    st.sampled_from([True, True, False]),
    st.sampled_from([True, True, False]),
    st.sampled_from([" ", " ", "", "  ", "\t"]),
    st.booleans(),
    st.lists(st.sampled_from(["---", ":--", "--:", ":-:", "-"]), min_size=8, max_size=8).map(tuple),
    st.sampled_from(["", "", "", " ", "   "]),
)


@st.composite
def _tables(draw: st.DrawFn) -> str:
    others = draw(st.permutations([column for column in _HEADERS if column != "action"]))
    columns = ["action", *others[: draw(st.integers(0, 6))]]
    if draw(st.integers(0, 3)) == 0:
        columns.reverse()
    look = draw(_LOOKS)
    rows = [[draw(st.sampled_from(_HEADERS[column])) for column in columns]]
    rows.append(list(look.marks[: len(columns)]))
    for _ in range(draw(st.integers(0, 4))):
        row = [draw(st.sampled_from(_CELLS[column])) for column in columns]
        cut = draw(st.sampled_from([0] * 8 + [1, 2]))
        rows.append(
            (row[: max(1, len(row) - cut)]) + ["more"] * draw(st.sampled_from([0] * 12 + [1]))
        )
    if look.aligned:
        widths = [
            max((display_width(c) for r in rows for c in r[i : i + 1]), default=0) for i in range(9)
        ]
        rows = [
            [cell + (" " if row is not rows[1] else "-") * (widths[i] - display_width(cell))
             if not (row is rows[1] and cell.endswith(":")) else cell[:-1] + "-" * (widths[i] - len(cell)) + ":"
             for i, cell in enumerate(row)]
            for row in rows
        ]  # fmt: skip
    return "\n".join(draw(_lines(row, look)) for row in rows)


@st.composite
def _lines(draw: st.DrawFn, row: list[str], look: _Look) -> str:
    odd = draw(st.integers(0, 15))
    leading = look.leading != (odd == 1) or not row[0].strip()
    trailing = look.trailing != (odd == 2) or not row[-1].strip() or (len(row) == 1 and not leading)
    cells = [look.blanks + cell + look.blanks for cell in row]
    if odd == 3:
        place = draw(st.integers(0, len(cells) - 1))
        cells[place] = draw(st.sampled_from(["", " ", "\t", "   "])) + row[place].strip() + "  "
    line = ("|" if leading else "") + "|".join(cells) + ("|" if trailing else "")
    line = line if leading else line.lstrip(" \t")
    tail = draw(st.sampled_from([""] * 6 + [" ", "  ", "\t"]))
    return look.indentation + (line if trailing else line.rstrip(" \t")) + tail


@st.composite
def documents(draw: st.DrawFn) -> str:
    """The text of a post-mortem with one or more tables of action items."""
    blocks = ["# An incident", "**Date:** 2025-11-01", "## Action Items"]
    if draw(st.integers(0, 5)) == 0:
        blocks[:1] = ["---\nid: INC-1\n---", "# An incident"]
    for _ in range(draw(st.integers(1, 3))):
        blocks.append(draw(_tables()))
        blocks += draw(st.lists(st.sampled_from(_BETWEEN), max_size=2))
    places = draw(st.lists(st.sampled_from(_DEFINITIONS), max_size=4, unique=True))
    for definition in (each.format(url=URL) for each in places):
        where = draw(st.sampled_from([len(blocks)] * 4 + [3]))
        blocks.insert(where, definition)
    joined = "\n\n".join(blocks) if draw(st.booleans()) else _close(blocks)
    joined += draw(
        st.sampled_from(["", "\n", "\n", "\n\n", "\n  ", "  ", "\n \n\n", "\n\n```\nopen"])
    )
    return draw(st.sampled_from(["", "", _BOM])) + draw(_line_ends(joined))


def _close(blocks: list[str]) -> str:
    """The blocks with the definitions at the end in one paragraph, as they are first written."""
    text = blocks[0]
    for before, block in itertools.pairwise(blocks):
        together = before.startswith("[") and block.startswith("[") and "]:" in before[:8]
        text += ("\n" if together else "\n\n") + block
    return text


@st.composite
def _line_ends(draw: st.DrawFn, text: str) -> str:
    style = draw(st.sampled_from(["\n", "\n", "\r\n", "\r", "mixed"]))
    if style != "mixed":
        return text.replace("\n", style)
    parts = text.split("\n")
    ends = draw(
        st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=len(parts), max_size=len(parts))
    )
    # A carriage return right before a line feed would be one line end with it.
    safe = [
        "\n" if end == "\r" and not following else end
        for end, following in zip(ends, [*parts[1:], ""], strict=True)
    ]
    return "".join(p + e for p, e in zip(parts, safe, strict=True))[: -len(safe[-1])]


HOSTILE: Final = st.one_of(
    st.text(alphabet="ab |\\*_`[]()<>#-+=1.@&;:/!~é完✅\n\t\"'", max_size=12),
    st.sampled_from(
        [
            "@bob",
            "- a",
            "1. a",
            "# a",
            "> a",
            "```",
            "~~~",
            "<div>",
            "a\\",
            "\\",
            "|",
            "\\|",
            "a|b",
            "***",
            "---",
        ]
    ),
    st.sampled_from(
        [
            "---|---",
            "[#12]",
            "[a]: /u",
            "    x",
            "&amp;",
            "https://x.example/|",
            "a@b.example",
            "\ufeff",
            "=",
        ]
    ),
    st.text(max_size=20),
)
"""Plain text that would be markup of every kind if it were not escaped."""

_DUES: Final = st.sampled_from(["", "2026-01-31", "2025-12-01"])
_STATUSES: Final = st.sampled_from([status.value for status in Status])


def _sayable(field: Field, value: str) -> bool:
    """Whether a cell with this value reads as this value, and not as one left to be filled in."""
    value = plain_value(value)
    if field == "action":
        return not names_no_action(value, VOCABULARY)
    if field == "owner":
        return not value or not names_nobody(value, VOCABULARY)
    return not value or not (says_nothing(value, VOCABULARY) or is_choice(value, VOCABULARY))


def values(field: Field) -> st.SearchStrategy[str]:
    """What a cell may be asked to say."""
    if field == "due":
        return _DUES
    if field == "status":
        return _STATUSES
    return HOSTILE.filter(lambda value: _sayable(field, value))


@dataclass(frozen=True)
class Edits:
    """A document with what it is to say."""

    document: PostMortem
    rows: tuple[RowEdit, ...]
    definitions: tuple[DefinitionEdit, ...]
    add_columns: bool


_STATES: Final = st.builds(
    State,
    st.integers(1, 9),
    st.dictionaries(
        st.sampled_from(FIELDS), st.builds(Agreed, HOSTILE, HOSTILE) | HOSTILE.map(Agreed.both)
    ),
)


@st.composite
def edits(draw: st.DrawFn) -> Edits:
    """A document and edits that make sense for it, as a sync would ask for them."""
    document = parse(draw(documents()), "a.md", VOCABULARY)
    add_columns = draw(st.sampled_from([True, True, False]))
    rows: list[RowEdit] = []
    definitions: dict[str, DefinitionEdit] = {}
    for number, item in enumerate(document.items):
        if draw(st.booleans()):
            links = _can_be_linked(item) and draw(st.booleans())
            label = _label(document, number, definitions) if links else None
            if label is not None:
                definitions[normalise_label(label)] = DefinitionEdit(
                    label, f"{URL}{100 + number}", draw(_STATES)
                )
            fields = [field for field in _fields(document, item) if draw(st.booleans())]
            new = {field: draw(values(field)) for field in fields}
            rows.append(RowEdit(item.table, item.row, new, f"[{label}]" if label else None))
    for key, (definition, _) in our_definitions(document.definitions).items():
        if draw(st.booleans()) and key not in definitions:
            url = draw(st.sampled_from([definition.url, URL + "77", "odd url (1"]))
            definitions[key] = DefinitionEdit(definition.label, url, draw(_STATES))
    return Edits(document, tuple(rows), tuple(definitions.values()), add_columns)


def _can_be_linked(item: ActionItem) -> bool:
    """Whether the issue cell says nothing, or names one issue: no other row is ever linked."""
    found = item.reference
    return found is None or found.url is not None or found.names_issue


def _label(document: PostMortem, number: int, taken: dict[str, DefinitionEdit]) -> str | None:
    short = ("#12", "PAY-7", "#9", "acme/shop#12")[number % 4]
    url = f"{URL}{100 + number}"
    label = choose_label(short, f"acme/shop{short}", document.definitions, lambda u: u == url)
    return None if normalise_label(label) in taken else label


def _fields(document: PostMortem, item: ActionItem) -> list[Field]:
    fields = sorted(item.writable)
    if "status" not in document.tables[item.table].columns:
        fields.append("status")
    return fields
