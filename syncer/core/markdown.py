"""Markdown blocks with exact offsets in the original text."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from typing import Any, Final

from mistune.block_parser import BlockParser
from mistune.core import BlockState

from syncer.core.blocks import (
    Block,
    Blocks,
    Cell,
    Container,
    Definition,
    Heading,
    Other,
    Paragraph,
    Row,
    Table,
)
from syncer.core.linkdefs import normalise_label, read_definitions
from syncer.core.table import DELIMITER, bare_cells, read_row
from syncer.model import Span

__all__ = [
    "Block",
    "Blocks",
    "Cell",
    "Container",
    "Definition",
    "Heading",
    "Other",
    "Paragraph",
    "Row",
    "Table",
    "line_ending",
    "normalise_label",
    "parse_blocks",
]

_FRONT_MATTER: Final = re.compile(r"---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*\n", re.M | re.S)
_ATX: Final = re.compile(r"[ \t]*(#{1,6})(.*)")
_TABLE_ENDS: Final = re.compile(
    r"""[ ]{0,3}(?:
        > | \#{1,6}(?:[ \t]|$) | `{3,}[^`\n]*$ | ~{3,}
        | (?:-[ \t]*){3,}$ | (?:_[ \t]*){3,}$ | (?:\*[ \t]*){3,}$
        | (?:[-+*]|\d{1,9}[.)])(?:[ \t]|$) | <(?:[A-Za-z/!?])
    ) | [ ]{4} | [ ]{0,3}\t | [ \t]*$""",
    re.X | re.M,
)
_TASK: Final = re.compile(r"\[([ xX])\][ \t]")


class _State(BlockState):
    def add_paragraph(self, text: str) -> None:
        last = self.last_token()
        if last and last["type"] == "paragraph":
            last["end"] = self.cursor + len(text)
        else:
            self.tokens.append(
                {"type": "paragraph", "start": self.cursor, "end": self.cursor + len(text)}
            )

    def append_paragraph(self) -> int | None:
        last = self.last_token()
        if last and last["type"] == "paragraph":
            last["end"] = end = self.find_line_end()
            return end
        return None


class _Parser(BlockParser):
    state_cls = _State

    def __init__(self) -> None:
        super().__init__()
        self.specification["atx_heading"] = r"^ {0,3}#{1,6}(?:[ \t][^\n]*)?$"
        self.specification["blank_line"] = r"(?:^[ \t]*\n)+"
        rules = [r for r in self.rules if r != "ref_link"]
        self.rules = self.block_quote_rules = self.list_rules = rules
        self.register("table", "^ {0,3}" + DELIMITER, _Parser.parse_table)

    def compile_sc(self, rules: list[str] | None = None) -> re.Pattern[str]:
        if rules is not None and rules[:2] == ["blank_line", "thematic_break"]:
            rules = [*rules, "atx_heading"]
        return super().compile_sc(rules)

    def parse(self, state: BlockState, rules: list[str] | None = None) -> None:
        if rules is None:
            rules = self.rules
        sc = self.compile_sc(rules)
        source = state.src
        while state.cursor < state.cursor_max:
            end = self._parse_indent_code_fast(state)
            if end is None and (m := sc.match(source, state.cursor)):
                end = self.parse_method(m, state)
            if not end:
                end = state.find_line_end()
                state.add_paragraph(source[state.cursor : end])
            state.cursor = end
        for token in state.tokens:
            if "text" not in token and "end" in token:
                token["text"] = source[token["start"] : token["end"]]

    def parse_method(self, m: re.Match[str], state: BlockState) -> int | None:
        start, before = m.start(), len(state.tokens)
        end = super().parse_method(m, state)
        for token in state.tokens[before:]:
            token.setdefault("start", start)
        return end

    def parse_atx_heading(self, m: re.Match[str], state: BlockState) -> int:
        match = _ATX.match(m[0])
        assert match is not None  # noqa: S101
        text = match[2].strip(" \t")
        bare = text.rstrip("#")
        if not bare or bare[-1] in " \t":
            text = bare.rstrip(" \t")
        state.append_token({"type": "heading", "text": text, "attrs": {"level": len(match[1])}})
        return m.end() + 1

    def parse_table(self, m: re.Match[str], state: BlockState) -> int | None:
        last = state.last_token()
        if not last or last["type"] != "paragraph" or last.get("refused"):
            return None
        source = state.src
        start, end = last["start"], last["end"]
        header = source.rfind("\n", start, end - 1) + 1 or start
        if len(bare_cells(source[header : end - 1])) != len(bare_cells(m[0])):
            last["refused"] = True
            return None
        if header > start:
            last["end"] = header
            last["plain"] = True
        else:
            state.tokens.pop()
        position = min(m.end() + 1, state.cursor_max)
        while position < state.cursor_max and not _TABLE_ENDS.match(source, position):
            stop = state.find_line_end_at(position)
            if not bare_cells(source[position:stop].rstrip("\n")):
                break
            position = stop
        state.append_token({"type": "table", "start": header, "end": position})
        return position


@functools.cache
def _parser() -> _Parser:
    return _Parser()


def line_ending(text: str) -> str:
    """The document's prevailing line end; LF if it has none."""
    crlf = text.count("\r\n")
    counts = {"\n": text.count("\n") - crlf, "\r\n": crlf, "\r": text.count("\r") - crlf}
    return max(counts, key=lambda end: counts[end])


class _Source:
    """The text as mistune wants it, and the way back to the offsets of the original."""

    def __init__(self, text: str) -> None:
        self.offset = 1 if text.startswith("\ufeff") else 0
        self.crlf: list[int] = []
        source = text[self.offset :]
        if "\r" in source:
            for count, match in enumerate(re.finditer("\r\n", source)):
                self.crlf.append(match.start() - count)
            source = source.replace("\r\n", "\n").replace("\r", "\n")
        self.length = len(source)
        if not source.endswith("\n"):
            source += "\n"
        self.source = source
        self._lines: list[int] = [m.end() for m in re.finditer("\n", source)]

    def line(self, position: int) -> int:
        return bisect_right(self._lines, position) + 1

    def original(self, position: int) -> int:
        return (
            min(position, self.length)
            + self.offset
            + bisect_left(self.crlf, min(position, self.length))
        )


def parse_blocks(text: str) -> Blocks:
    """Read a document's blocks."""
    lines = _Source(text)
    source = lines.source
    parser = _parser()
    state = _State()
    state.process(source)
    front = _FRONT_MATTER.match(source)
    front_span = None
    if front:
        state.cursor = front.end()
        front_span = Span(lines.original(front.start("yaml")), lines.original(front.end("yaml")))
    parser.parse(state)
    blocks: list[Block] = []
    definitions: list[Definition] = []
    for token in state.tokens:
        _convert(token, lines, blocks, definitions)
    return Blocks(tuple(blocks), tuple(definitions), front_span, _is_open(state))


def _is_open(state: BlockState) -> bool:
    last = state.last_token()
    if not last or last["type"] not in ("block_code", "block_html"):
        return False
    raw = state.src[last["start"] :]
    if last["type"] == "block_html":
        probe = _State()
        probe.process(raw + "\n\nx\n")
        _parser().parse(probe)
        return probe.tokens[-1]["type"] != "paragraph"
    if last.get("style") == "indent":
        return False
    probe = _State()
    probe.process(raw + "x\n")
    _parser().parse(probe)
    return bool(probe.tokens[-1]["type"] != "paragraph")


def _row(lines: _Source, start: int, end: int) -> Row:
    row = read_row(lines.source, start, end, lines.line(start), 0)
    assert row is not None  # noqa: S101
    o = lines.original
    return Row(
        row.line,
        Span(o(start), o(end)),
        tuple(
            Cell(Span(o(c.outer.start), o(c.outer.end)), Span(o(c.span.start), o(c.span.end)))
            for c in row.cells
        ),
        row.leading_pipe,
        row.trailing_pipe,
    )


def _table(token: dict[str, Any], lines: _Source) -> Table:
    rows = []
    position = token["start"]
    while position < token["end"]:
        stop = lines.source.index("\n", position)
        rows.append(_row(lines, position, stop))
        position = stop + 1
    return Table(rows[0], rows[1], tuple(rows[2:]), Span(rows[0].span.start, rows[-1].span.end))


def _strip(text: str) -> str:
    return "\n".join(part.strip(" \t") for part in text.strip("\n").split("\n"))


def _convert(
    token: dict[str, Any], lines: _Source, blocks: list[Block], definitions: list[Definition]
) -> None:
    kind = token["type"]
    line = lines.line(token["start"]) if "start" in token else 0
    if kind == "table":
        blocks.append(_table(token, lines))
    elif kind in ("paragraph", "heading"):
        if "end" in token:
            start = token["start"]
            if not token.get("plain"):
                for found, start in read_definitions(lines.source, start, token["end"]):
                    assert found.span is not None  # noqa: S101
                    real = Definition(
                        found.label,
                        found.key,
                        found.url,
                        found.title,
                        Span(lines.original(found.span.start), lines.original(found.span.end)),
                        lines.line(found.span.start),
                    )
                    blocks.append(real)
                    definitions.append(real)
            text = _strip(lines.source[start : token["end"]])
            line = lines.line(start)
        else:
            text = token["text"]
        if kind == "heading":
            blocks.append(Heading(token["attrs"]["level"], text, line))
        elif text:
            blocks.append(Paragraph(text, line))
    elif kind in ("list", "block_quote"):
        box = _Box()
        box.read(token)
        definitions.extend(box.definitions)
        blocks.append(
            Container(
                "list" if kind == "list" else "quote",
                line,
                box.tables,
                box.checked,
                box.unchecked,
                tuple(box.texts),
                box.stray,
            )
        )
    elif kind != "blank_line":
        blocks.append(
            Other({"block_code": "code", "block_html": "html"}.get(kind, "thematic_break"), line)
        )  # type: ignore[arg-type]


class _Box:
    def __init__(self) -> None:
        self.tables = self.checked = self.unchecked = 0
        self.texts: list[str] = []
        self.definitions: list[Definition] = []
        self.stray = False

    def read(self, token: dict[str, Any], *, item: bool = False) -> None:
        for index, child in enumerate(token.get("children", ())):
            kind = child["type"]
            if kind in ("paragraph", "block_text"):
                self._text(child["text"], task=item and index == 0)
            elif kind == "table":
                self.tables += 1
            else:
                self.read(child, item=kind == "list_item")

    def _text(self, text: str, *, task: bool) -> None:
        start = 0
        for found, start in read_definitions(text, 0, len(text)):
            self.definitions.append(
                Definition(found.label, found.key, found.url, found.title, None, 0)
            )
        text = _strip(text[start:])
        if not text:
            return
        if task and (m := _TASK.match(text)):
            if m[1] == " ":
                self.unchecked += 1
            else:
                self.checked += 1
        self.texts.append(text)
        parts = text.split("\n")
        for above, below in zip(parts, parts[1:], strict=False):
            if "|" in above and "|" in below and re.match(DELIMITER, below):
                self.stray = True
