"""Inline Markdown of a cell or heading: the words that a reader sees, the links in it, and the way back."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from syncer.core.markdown.entities import ENTITY, PUNCTUATION, unescape_entities
from syncer.core.markdown.inline_parser import tokens
from syncer.model import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from syncer.core.markdown.inline_parser import Token

MAX_MARKUP: Final = 8_000
"""Sources of more characters are taken for plain text, which bounds the work on a hostile cell."""

_MARKUP: Final = re.compile(r"[\\`*_\[<&~]")
_LINKABLE: Final = re.compile(r"[\[<]|https?://|www\.", re.IGNORECASE)
_LINE_BREAK_TAG: Final = re.compile(r"<br\b", re.IGNORECASE)
_ESCAPED_PIPE: Final = re.compile(r"\\\|")

_DROPPED: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SPECIAL: Final = re.compile(
    "|".join(
        (
            r"[`*\[\]~|]",
            rf"\\(?={PUNCTUATION}|$)",
            r"<(?! )",
            ENTITY,
            # An underscore inside a word is no markup, and looks better without a backslash.
            r"(?<![^\W_])_|_(?![^\W_])",
            # What GitHub makes a link of by itself.
            r"(?<=http):(?=//)|(?<=https):(?=//)|(?<=ftp):(?=//)",
            r"(?<=www)\.",
        )
    ),
    re.IGNORECASE,
)


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


def plain_text(source: str, keys: Collection[str] = ()) -> str:
    r"""The words that a reader sees, with white space collapsed.

    Code spans and links give their text, images their alternative text; HTML tags and comments are dropped, but for
    ``<br>``, which is a space; ``\|`` is a pipe.

    Args:
        source: Inline Markdown. Beyond ``MAX_MARKUP`` characters it is taken for plain text.
        keys: The normalised labels that the document defines; ``[label]`` keeps its brackets unless its key is
            among them.
    """
    if _MARKUP.search(source) is None or len(source) > MAX_MARKUP:
        return " ".join(source.split())
    return _join(tokens(source.replace("\\|", "|"), keys))


def links(source: str, keys: Collection[str] | None = None) -> tuple[Link, ...]:
    """The links of inline Markdown, in order; code spans and images have none.

    Args:
        source: Inline Markdown. Beyond ``MAX_MARKUP`` characters it is taken for plain text.
        keys: The normalised labels that the document defines. None: any label may be defined, but brackets inside
            a link that brings its own URL are part of its text.
    """
    if len(source) > MAX_MARKUP or _LINKABLE.search(source) is None:
        return ()
    text = source.replace("\\|", "|")
    found = list(_find_links(tokens(text, () if keys is None else keys)))
    if keys is None and "[" in text:
        ends = [link.span.end for link in found]
        starts = [link.span.start for link in found]
        for link in _find_links(tokens(text, None)):
            place = bisect_right(ends, link.span.start)
            free = place == len(ends) or link.span.end <= starts[place]
            if link.label is not None and free:
                found.append(link)
        found.sort(key=lambda link: link.span.start)
    if len(text) == len(source):
        return tuple(found)
    # Where the pipes are in the text from which the backslashes before them were taken.
    pipes = [m.start() - count for count, m in enumerate(_ESCAPED_PIPE.finditer(source))]

    def original(place: int) -> int:
        return place + bisect_left(pipes, place)

    return tuple(
        Link(x.text, x.url, x.label, Span(original(x.span.start), original(x.span.end)))
        for x in found
    )


def escape(text: str) -> str:
    """Plain text as inline Markdown for a table cell, so that a reader sees exactly that text.

    White space is collapsed and control characters are dropped. What would be markup, a character reference, a link
    or the end of the cell gets a backslash. The cell's padding must follow: a pipe right behind a backslash at the
    end would be escaped by it.
    """
    visible = _DROPPED.sub("", " ".join(text.split()))
    return _SPECIAL.sub(_with_backslash, " ".join(visible.split()))


def _with_backslash(match: re.Match[str]) -> str:
    return "\\" + match[0]


def _join(children: Iterable[Token]) -> str:
    return " ".join("".join(_words(children)).split())


def _words(children: Iterable[Token]) -> Iterator[str]:
    for token in children:
        kind = token["type"]
        if kind == "text":
            yield unescape_entities(token["raw"])
        elif kind == "run":
            yield token["run"].character * token["run"].left
        elif kind in {"codespan", "literal"}:
            yield token["raw"]
        elif kind == "inline_html":
            if _LINE_BREAK_TAG.match(token["raw"]):
                yield " "
        elif kind in {"softbreak", "linebreak"}:
            yield " "
        else:
            yield from _words(token["children"])


def _find_links(children: Iterable[Token]) -> Iterator[Link]:
    for token in children:
        if token["type"] == "link":
            label = token.get("label")
            url = None if label is not None else token["attrs"]["url"]
            yield Link(_join(token["children"]), url, label, Span(*token["span"]))
