"""What cmark-gfm and comrak, two independent readers of GitHub Flavored Markdown, find in a document."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import cmarkgfm
import comrak
from cmarkgfm.cmark import Options

_CONTAINERS = {"ul", "ol", "blockquote"}
_BLOCKS = {"p", "pre", "hr", "table", "h1", "h2", "h3", "h4", "h5", "h6"} | _CONTAINERS


@dataclass
class OracleTable:
    """A table at the top level: the HTML of its cells; rows are padded and cut as the oracle shows them."""

    header: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


@dataclass
class OracleBlocks:
    """The blocks at the top level: (element, line), and the tables among them.

    The line is 0 where the oracle does not know it.
    """

    kinds: list[tuple[str, int]] = field(default_factory=list)
    tables: list[OracleTable] = field(default_factory=list)
    html: str = ""


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found = OracleBlocks()
        self._depth = 0
        self._table: OracleTable | None = None
        self._row: list[str] | None = None
        self._cell: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._cell is not None:
            self._cell += f"<{tag}>"
            return
        position = dict(attrs).get("data-sourcepos") or "0:"
        line = int(position.partition(":")[0])
        if self._depth == 0 and tag in _BLOCKS:
            self.found.kinds.append((tag, line))
            if tag == "table":
                self._table = OracleTable()
                self.found.tables.append(self._table)
        if tag in _CONTAINERS:
            self._depth += 1
        elif self._table is not None and tag == "tr":
            self._row = []
            self._line = line
        elif self._table is not None and tag in ("td", "th"):
            self._cell = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            if self._row is not None:
                self._row.append(self._cell)
            self._cell = None
        elif self._cell is not None:
            self._cell += f"</{tag}>"
        elif tag in _CONTAINERS:
            self._depth -= 1
        elif tag == "table":
            self._table = None
        elif tag == "tr" and self._table is not None and self._row is not None:
            if self._table.header:
                self._table.rows.append((self._line, self._row))
            else:
                self._table.header = self._row
            self._row = None

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
        elif self._depth == 0 and self._table is None and data == " raw HTML omitted ":
            self.found.kinds.append(("html", 0))


def _collect(html: str) -> OracleBlocks:
    # Inside a paragraph, omitted raw HTML is inline.
    collector = _Collector()
    collector.feed(
        re.sub(r"(<(p|h\d)\b[^>]*>)(.*?)(</\2>)", _without_comments, html, flags=re.DOTALL)
    )
    collector.close()
    collector.found.html = html
    return collector.found


def _without_comments(match: re.Match[str]) -> str:
    return match[1] + match[3].replace("<!-- raw HTML omitted -->", "") + match[4]


def cmark(text: str) -> OracleBlocks:
    """What cmark-gfm finds, the reader that GitHub uses."""
    return _collect(
        cmarkgfm.markdown_to_html_with_extensions(text, Options.CMARK_OPT_SOURCEPOS, ["table"])
    )


def comrak_blocks(text: str) -> OracleBlocks:
    """What comrak finds."""
    extensions = comrak.ExtensionOptions()
    extensions.table = True
    rendering = comrak.RenderOptions()
    rendering.sourcepos = True
    return _collect(
        comrak.render_markdown(text, extension_options=extensions, render_options=rendering)
    )
