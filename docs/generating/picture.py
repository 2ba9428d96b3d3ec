"""The picture of a document before and after, drawn from a real sync of an example."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docs.generating.scenes import Scene
from docs.generating.story import Shell
from syncer import vocabularies
from syncer.core.markdown.inline import plain_text
from syncer.core.reading.postmortem import parse
from syncer.core.state import is_ours

if TYPE_CHECKING:
    from collections.abc import Sequence

DOCUMENT: Final = "postmortems/2025-11-03-checkout-timeouts.md"

_WIDTH: Final = 880
_MARGIN: Final = 10
_EDGE: Final = 28
_ROW: Final = 30
_TITLE: Final = 40
_SIZE: Final = 13
_SMALL: Final = 11
_GAP: Final = 20
"""Between two columns, in pixels."""

_STYLE: Final = """
  .page { fill: #f6f8fa; }
  .card { fill: #ffffff; stroke: #d0d7de; }
  .words { fill: #1f2328; }
  .quiet { fill: #59636e; }
  .rule { stroke: #d0d7de; }
  .new { fill: #dafbe1; }
  .arrow { stroke: #59636e; fill: none; }
  .link { fill: #0969da; text-decoration: underline; }
  text { font-family: -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
  .code { font-family: ui-monospace, SFMono-Regular, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
  .strong { font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #151b23; }
    .card { fill: #0d1117; stroke: #3d444d; }
    .words { fill: #f0f6fc; }
    .quiet { fill: #9198a1; }
    .rule { stroke: #3d444d; }
    .new { fill: #12361f; }
    .arrow { stroke: #9198a1; }
    .link { fill: #4493f8; }
  }
"""

_WIDTHS: Final = {"ijl.,'|:;!-()[]": 0.35, 'frt "/': 0.38, "mwMW@%": 0.98}
"""How wide characters are in the widest of the usual fonts, as a share of the size; others: see ``_wide``."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader sees of a document's action items, and what only its source has.

    Attributes:
        rows: The texts of the table's cells, the header first.
        definitions: The lines of syncer's definitions.
    """

    rows: tuple[tuple[str, ...], ...]
    definitions: tuple[str, ...]


def drawn(root: Path) -> str:
    """The picture as SVG.

    Args:
        root: The repository.
    """
    with tempfile.TemporaryDirectory() as scratch:
        shell = Shell(Path(scratch).resolve(), root, Scene())
        shell.run("cd examples")
        before = read(shell.read(f"examples/{DOCUMENT}"))
        first = json.loads(shell.run(f"syncer sync --format json {DOCUMENT}"))
        shell.run("syncer issues close 1")
        shell.run("syncer issues start 3")
        second = json.loads(shell.run(f"syncer sync --format json {DOCUMENT}"))
        after = read(shell.read(f"examples/{DOCUMENT}"))
    filed = sum(change["kind"] == "create" for change in first["changes"])
    back = sum(change["kind"] == "write-back" for change in second["changes"])
    between = (
        f"syncer files {filed} issues",
        "the team closes #1 and starts on #3 in its tracker",
        f"syncer brings {back} changes back",
    )
    return _svg(before, after, between)


def read(text: str) -> Document:
    """What a document shows of its first table of action items."""
    document = parse(text, DOCUMENT, vocabularies.load())
    table = document.tables[0].table
    lines = [table.header, *table.rows]
    links = frozenset(definition.key for definition in document.definitions)
    rows = tuple(
        tuple(plain_text(cell.span.of(text), links) for cell in line.cells) for line in lines
    )
    ours = [one.span for one in document.definitions if is_ours(one)]
    return Document(rows, tuple(span.of(text) for span in ours if span is not None))


def _svg(before: Document, after: Document, between: Sequence[str]) -> str:
    columns = _columns(after)
    first, height = _card(before, before, columns, _MARGIN, "Before", "as it was written")
    arrow, below = _arrow(_MARGIN + height, between)
    caption = "what changed is green"
    second, bottom = _card(after, before, columns, below, "After", caption)
    height = below + bottom + _MARGIN + 1
    words = f"The Action Items table of {DOCUMENT} before and after: {'; '.join(between)}."
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title">',
            f'<title id="title">{escape(words)}</title>',
            f"<style>{_STYLE}</style>",
            f'<rect class="page" width="{_WIDTH}" height="{height}" rx="12"/>',
            *first,
            *arrow,
            *second,
            "</svg>\n",
        ]
    )


def _columns(document: Document) -> list[int]:
    """Where each column begins, in pixels."""
    places = [_EDGE]
    for cells in list(zip(*document.rows, strict=True))[:-1]:
        places.append(places[-1] + round(max(map(_wide, cells))) + _GAP)
    return places


def _card(
    document: Document,
    before: Document,
    columns: Sequence[int],
    top: int,
    title: str,
    caption: str,
) -> tuple[list[str], int]:
    """A document as a page with a title, and the page's height."""
    foot = 36 + 18 * len(document.definitions) if document.definitions else 0
    height = _TITLE + _ROW * len(document.rows) + foot
    left, right = _MARGIN + 0.5, _WIDTH - _MARGIN - 0.5
    parts = [
        f'<rect class="card" x="{left}" y="{top}.5" width="{right - left}" height="{height}" rx="8"/>',
        _text(title, _EDGE, top + 26, "words strong", _SIZE + 1),
        _text(f"{DOCUMENT}, {caption}", _EDGE + 58, top + 26, "quiet", _SMALL + 1),
    ]
    y = top + _TITLE
    for number, cells in enumerate(document.rows):
        parts.append(f'<line class="rule" x1="{left}" x2="{right}" y1="{y}.5" y2="{y}.5"/>')
        for place, (cell, x) in enumerate(zip(cells, columns, strict=False)):
            if cell != _cell(before, number, place):
                parts.append(_mark(cell, x, y))
            kind = "words strong" if number == 0 else "link" if cell.startswith("#") else "words"
            parts.append(_text(cell, x, y + 20, kind, _SIZE))
        y += _ROW
    if document.definitions:
        parts.append(f'<line class="rule" x1="{left}" x2="{right}" y1="{y}.5" y2="{y}.5"/>')
        caption = "and at the end of the file, where only its source shows it, what was agreed:"
        parts.append(_text(caption, _EDGE, y + 22, "quiet", _SMALL + 1))
        for number, line in enumerate(document.definitions, 1):
            parts.append(_text(line, _EDGE, y + 22 + 18 * number, "words code", _SMALL))
    return parts, height


def _arrow(top: int, words: Sequence[str]) -> tuple[list[str], int]:
    """What happens in between, and where the next page begins."""
    height = 60
    middle = top + height // 2 + 4
    line = f"M {_EDGE + 8} {top + 12} v {height - 22} m -5 -6 l 5 6 l 5 -6"
    parts = [f'<path class="arrow" stroke-width="1.5" d="{line}"/>']
    x = _EDGE + 34
    for number, step in enumerate(words):
        said = f"{number + 1}. {step}"
        parts.append(_text(said, x, middle, "words", _SIZE))
        x += round(_wide(said)) + _GAP
    return parts, top + height


def _cell(document: Document, row: int, place: int) -> str:
    cells = document.rows[row]
    return cells[place] if place < len(cells) else ""


def _mark(cell: str, x: int, y: int) -> str:
    width = round(_wide(cell)) + 14
    return f'<rect class="new" x="{x - 7}" y="{y + 5}" width="{width}" height="21" rx="4"/>'


def _text(text: str, x: int, y: int, kind: str, size: int) -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" font-size="{size}">{escape(text)}</text>'


def _wide(text: str) -> float:
    """How much room a text needs at the usual size, in pixels."""
    shares = (
        next(
            (share for some, share in _WIDTHS.items() if one in some),
            0.7 if one.isupper() else 0.62,
        )
        for one in text
    )
    return _SIZE * sum(shares)
