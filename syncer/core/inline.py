"""Inline Markdown of a cell or heading: the words that a reader sees, the links in it, and the way back.

The inline parser is mistune's. Two of its rules are replaced: the one for HTML tags, which takes time exponential
in the number of attributes, and the one for closing brackets, so that links know where they stand. Strikethrough
and bare URLs are added as GitHub reads them (GFM 6.5 and 6.9).
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mistune.inline_parser import InlineParser

from syncer.core.entities import ENTITY, PUNCTUATION, unescape_entities
from syncer.core.linkdefs import normalise_label
from syncer.model import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from mistune.core import InlineState

MAX_MARKUP: Final = 8_000
"""Sources longer than this many characters are taken for plain text, which bounds the work on a hostile cell."""

_MARKUP: Final = re.compile(r"[\\`*_\[<&~]")
_LINKABLE: Final = re.compile(r"[\[<]|https?://", re.IGNORECASE)
_ATTRIBUTE: Final = (
    r"(?:[ \t\n]++[A-Za-z_:][A-Za-z0-9_.:-]*+"
    r"""(?:[ \t\n]*+=[ \t\n]*+(?:[^ \t\n"'=<>`]++|'[^']*+'|"[^"]*+"))?+)*+"""
)
_TAG: Final = re.compile(
    rf"<[A-Za-z][A-Za-z0-9-]*+{_ATTRIBUTE}[ \t\n]*+/?>|</[A-Za-z][A-Za-z0-9-]*+[ \t\n]*+>"
)
_BREAK: Final = re.compile(r"<br\b", re.IGNORECASE)
_URL_TAIL: Final = "?!.,:*_~'\""
_URL_ENTITY: Final = re.compile(r"&[A-Za-z0-9]+;$")


@dataclass(frozen=True, slots=True)
class Link:
    """A link, or what becomes one if its label is defined.

    Attributes:
        text: The words that a reader sees.
        url: Where it leads; None if a definition says so.
        label: The label of the definition, as written; None if the link brings its own URL.
        span: The whole link, in the source that it was found in.
    """

    text: str
    url: str | None
    label: str | None
    span: Span


class _Labels:
    """Stands in for mistune's dictionary of definitions; knows which labels are defined."""

    def __init__(self, keys: Collection[str] | None) -> None:
        self._keys = keys

    def get(self, label: str) -> dict[str, str] | None:
        if self._keys is None or normalise_label(label) in self._keys:
            return {"url": ""}
        return None


class _Parser(InlineParser):
    def __init__(self) -> None:
        super().__init__()
        self.specification["link_close"] = r"\]"
        self.register("tildes", "~+", _Parser.parse_tildes, start_chars="~")
        self.register(
            "bare_url",
            r"(?<![A-Za-z])[Hh][Tt][Tt][Pp][Ss]?://[^\s<]+",
            _Parser.parse_bare_url,
            start_chars=("h", "H"),
        )

    def parse_tildes(self, m: re.Match[str], state: InlineState) -> int:
        state.append_token({"type": "tildes", "raw": m[0], "place": m.span()})
        return m.end()

    def parse_bare_url(self, m: re.Match[str], state: InlineState) -> int | None:
        url = _trim_url(m[0])
        if url.endswith("//"):
            return None
        span = (m.start(), m.start() + len(url))
        state.append_token(
            {
                "type": "link",
                "children": [{"type": "text", "raw": url, "_emphasis": False}],
                "attrs": {"url": url},
                "_autolink": url,
                "span": span,
            }
        )
        return span[1]

    def parse_link_close(self, m: re.Match[str], state: InlineState) -> int:
        opener = state.brackets[-1] if state.brackets else None
        end = super().parse_link_close(m, state)
        last = state.tokens[-1]
        if opener is not None and last["type"] == "link" and "span" not in last:
            last["span"] = (opener.start - 1, end)
        return end

    def parse_auto_link(self, m: re.Match[str], state: InlineState) -> int:
        return self._placed(m, state, super().parse_auto_link(m, state))

    def parse_auto_email(self, m: re.Match[str], state: InlineState) -> int:
        return self._placed(m, state, super().parse_auto_email(m, state))

    def _placed(self, m: re.Match[str], state: InlineState, end: int) -> int:
        if state.tokens[-1]["type"] == "link":
            state.tokens[-1]["span"] = m.span()
        return end

    def parse_inline_html(self, m: re.Match[str], state: InlineState) -> int | None:
        if m[0][1] in "!?":
            return super().parse_inline_html(m, state)
        tag = _TAG.match(state.src, m.start())
        if tag is None:
            return None
        state.append_token({"type": "inline_html", "raw": tag[0]})
        return tag.end()


@functools.cache
def _parser() -> _Parser:
    return _Parser()


def _tokens(source: str, keys: Collection[str] | None) -> list[dict[str, Any]]:
    return _parser()(source, {"ref_links": _Labels(keys)})


def plain_text(source: str, keys: Collection[str] = ()) -> str:
    r"""The words that a reader sees, with white space collapsed.

    Code spans and links give their text, images their alternative text; HTML tags are dropped, but for ``<br>``,
    which is a space; ``\|`` is a pipe.

    Args:
        source: Inline Markdown. Beyond ``MAX_MARKUP`` characters it is taken for plain text.
        keys: The normalised labels that the document defines; ``[label]`` is a link only if its key is among them.
    """
    if _MARKUP.search(source) is None or len(source) > MAX_MARKUP:
        return " ".join(source.split())
    words = "".join(_words(_tokens(source.replace("\\|", "|"), keys)))
    return " ".join(words.split())


def _words(tokens: list[dict[str, Any]]) -> Iterator[str]:
    struck = _strikes(tokens)
    for index, token in enumerate(tokens):
        kind = token["type"]
        if kind == "text":
            yield unescape_entities(token["raw"])
        elif kind == "codespan":
            yield token["raw"]
        elif kind == "tildes":
            if index not in struck:
                yield token["raw"]
        elif kind in ("softbreak", "linebreak"):
            yield " "
        elif kind == "inline_html":
            if _BREAK.match(token["raw"]):
                yield " "
        else:
            yield from _words(token["children"])


def _strikes(tokens: list[dict[str, Any]]) -> set[int]:
    """The tokens that are tildes and open or close a strikethrough: two runs of one length, of one or two."""
    openers: dict[str, int] = {}
    struck: set[int] = set()
    for index, token in enumerate(tokens):
        if token["type"] != "tildes" or len(token["raw"]) > 2:
            continue
        run = token["raw"]
        before = _edge(tokens[index - 1], -1) if index else " "
        after = _edge(tokens[index + 1], 0) if index + 1 < len(tokens) else " "
        if run in openers and not before.isspace():
            struck |= {openers.pop(run), index}
        elif not after.isspace():
            openers[run] = index
    return struck


def _edge(token: dict[str, Any], place: int) -> str:
    raw = token.get("raw", "")
    return raw[place] if raw else "x"


def links(source: str, keys: Collection[str] | None = None) -> tuple[Link, ...]:
    """The links of inline Markdown, in order; those of images and code spans are none.

    Args:
        source: Inline Markdown. Beyond ``MAX_MARKUP`` characters it is taken for plain text.
        keys: The normalised labels that the document defines. None: every label may be defined, but a bracket
            inside the text of a link with its own URL is not taken for one.
    """
    if _LINKABLE.search(source) is None or len(source) > MAX_MARKUP:
        return ()
    text = source.replace("\\|", "|")
    pipes = [m.start() - i for i, m in enumerate(re.finditer(r"\\\|", source))]
    sure = list(_links(_tokens(text, () if keys is None else keys)))
    if keys is None and "[" in text:
        taken = [link.span for link in sure]
        sure += [
            x for x in _links(_tokens(text, None)) if x.url is None and not _overlaps(x.span, taken)
        ]
        sure.sort(key=lambda link: link.span.start)

    def original(place: int) -> int:
        return place + bisect_right(pipes, place - 1)

    return tuple(
        Link(x.text, x.url, x.label, Span(original(x.span.start), original(x.span.end)))
        for x in sure
    )


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)


def _links(tokens: list[dict[str, Any]]) -> Iterator[Link]:
    for token in tokens:
        if token["type"] == "link" and "span" in token:
            words = " ".join("".join(_words(token["children"])).split())
            label = token.get("label")
            url = None if label is not None else token["attrs"]["url"]
            yield Link(words, url, label, Span(*token["span"]))
        elif token["type"] != "image" and "children" in token:
            yield from _links(token["children"])


def _trim_url(url: str) -> str:
    """A bare URL without the punctuation that belongs to the sentence around it (GFM 6.9)."""
    opened, closed = url.count("("), url.count(")")
    while url:
        if url[-1] in _URL_TAIL:
            url = url[:-1]
        elif url[-1] == ")" and closed > opened:
            url, closed = url[:-1], closed - 1
        elif url[-1] == ";":
            entity = _URL_ENTITY.search(url)
            url = url[: entity.start()] if entity else url[:-1]
        else:
            break
    return url


_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
_SPECIAL: Final = re.compile(
    "|".join(
        (
            r"[`*\[\]~|]",
            rf"\\(?={PUNCTUATION}|$)",
            r"<(?! )",
            ENTITY,
            r"(?<![^\W_])_|_(?![^\W_])",
            r"(?<=http):(?=//)|(?<=https):(?=//)|(?<=ftp):(?=//)",
            r"(?<=www)\.",
        )
    ),
    re.IGNORECASE,
)


def escape(text: str) -> str:
    r"""Plain text as inline Markdown for a table cell that a reader sees as exactly that text.

    White space is collapsed and control characters are dropped. What would be markup, an entity, the end of the
    cell or a link gets a backslash. The result never ends in a backslash that could reach the pipe behind it.
    """
    clean = _CONTROLS.sub("", " ".join(text.split()))
    return _SPECIAL.sub(lambda m: "\\" + m[0], " ".join(clean.split()))
