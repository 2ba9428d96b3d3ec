"""What cmark-gfm and comrak, two independent readers of GitHub Flavored Markdown, find in a document."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import cmarkgfm  # type: ignore[import-untyped]  # it has no type hints
import comrak
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]  # it has no type hints

_CONTAINERS = {"ul", "ol", "blockquote"}
_LEAVES = {"p", "pre", "hr", "table", "h1", "h2", "h3", "h4", "h5", "h6"}
_OMITTED = " raw HTML omitted "
_TEXT_BLOCK = re.compile(r"<(p|h\d)\b[^>]*>.*?</\1>", re.DOTALL)


@dataclass
class OracleTable:
    """A table at the top level; its cells are HTML, and the rows come with their line."""

    header: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


@dataclass
class OracleBlocks:
    """The blocks at the top level, as element and line (0 if the oracle does not say), and the tables among them."""

    html: str
    kinds: list[tuple[str, int]] = field(default_factory=list)
    tables: list[OracleTable] = field(default_factory=list)


def cmark(text: str) -> OracleBlocks:
    """What cmark-gfm finds, which is what GitHub uses."""
    html = cmarkgfm.markdown_to_html_with_extensions(text, Options.CMARK_OPT_SOURCEPOS, ["table"])
    return _collect(html)


def comrak_blocks(text: str) -> OracleBlocks:
    """What comrak finds."""
    extensions = comrak.ExtensionOptions()
    extensions.table = True
    rendering = comrak.RenderOptions()
    rendering.sourcepos = True
    html = comrak.render_markdown(text, extension_options=extensions, render_options=rendering)
    return _collect(html)


def _collect(html: str) -> OracleBlocks:
    collector = _Collector(OracleBlocks(html))
    # What is left out of a paragraph is an inline tag; what is left out elsewhere is a block.
    collector.feed(_TEXT_BLOCK.sub(lambda block: block[0].replace(f"<!--{_OMITTED}-->", ""), html))
    collector.close()
    return collector.found


class _Collector(HTMLParser):
    def __init__(self, found: OracleBlocks) -> None:
        super().__init__(convert_charrefs=False)
        self.found = found
        self._depth = 0
        self._line = 0
        self._table: OracleTable | None = None
        self._row: list[str] = []
        self._cell: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._cell is not None:
            self._cell += f"<{tag}>"
            return
        line = int((dict(attrs).get("data-sourcepos") or "0:").partition(":")[0])
        if self._depth == 0 and tag in _LEAVES | _CONTAINERS:
            self.found.kinds.append((tag, line))
            if tag == "table":
                self._table = OracleTable()
                self.found.tables.append(self._table)
        if tag in _CONTAINERS:
            self._depth += 1
        elif self._table is not None and tag == "tr":
            self._row, self._line = [], line
        elif self._table is not None and tag in {"td", "th"}:
            self._cell = ""

    def handle_endtag(self, tag: str) -> None:
        if self._cell is not None:
            if tag in {"td", "th"}:
                self._row.append(self._cell)
                self._cell = None
            else:
                self._cell += f"</{tag}>"
        elif tag in _CONTAINERS:
            self._depth -= 1
        elif tag == "table":
            self._table = None
        elif tag == "tr" and self._table is not None:
            if self._table.header:
                self._table.rows.append((self._line, self._row))
            else:
                self._table.header = self._row

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell += data

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        if self._cell is not None:
            self._cell += f"<!--{data}-->"
        elif data == _OMITTED and self._depth == 0 and self._table is None:
            self.found.kinds.append(("html", 0))
