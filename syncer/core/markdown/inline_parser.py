"""mistune's inline parser, as GitHub reads inline Markdown and with the places of links.

Escapes, code spans, links, automatic links, comments and line breaks are mistune's. Replaced are the rule for tags,
which takes time exponential in the number of attributes, and emphasis, which takes more than linear time and builds
a tree that nobody needs here. Added are strikethrough and bare URLs (GFM 6.5 and 6.9).
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Final

from mistune.inline_parser import InlineParser

from syncer.core.markdown.delimiters import match_runs, read_run
from syncer.core.markdown.grammar import HTML_TAG
from syncer.core.markdown.linkdefs import normalise_label

if TYPE_CHECKING:
    from collections.abc import Container

    from mistune.core import InlineState

Token = dict[str, Any]
"""One of mistune's tokens; those of links have a ``span``, too: start and end in the source."""

_TAG: Final = re.compile(HTML_TAG, re.ASCII)
_BARE_URL: Final = (
    r"(?:(?<![A-Za-z])(?P<scheme>[Hh][Tt][Tt][Pp][Ss]?://)|(?<![^ \t\n\f\r*_~(])www\.)"
    r"(?=[^\s<!-/:-@])[^ \t\n\v\f\r<]+"
)
_URL_TAIL: Final = frozenset("?!.,:*_~'\"")


def tokens(source: str, keys: Container[str] | None) -> list[Token]:
    """The tokens of inline Markdown.

    Args:
        source: The Markdown.
        keys: The normalised labels that are defined; None: every label is.
    """
    return _parser()(source, {"ref_links": _Labels(keys)})


@functools.cache
def _parser() -> _Parser:
    return _Parser()


class _Labels:
    """Stands in for mistune's dictionary of definitions; knows which labels are defined."""

    def __init__(self, keys: Container[str] | None) -> None:
        self._keys = keys

    def get(self, label: str) -> dict[str, str] | None:
        if self._keys is None or normalise_label(label) in self._keys:
            return {"url": ""}
        return None


class _Parser(InlineParser):
    def __init__(self) -> None:
        super().__init__()
        # One bracket at a time, so that the opener which it closes is known.
        self.specification["link_close"] = r"\]"
        self.rules.remove("emphasis")
        self.register("run", r"\*+|_+|~+", _Parser.parse_run, start_chars=tuple("*_~"))
        self.register("bare_url", _BARE_URL, _Parser.parse_bare_url, start_chars=tuple("hHw"))

    def parse_run(self, m: re.Match[str], state: InlineState) -> int:
        state.append_token({"type": "run", "run": read_run(state.src, m.start(), m.end())})
        return m.end()

    def parse_bare_url(self, m: re.Match[str], state: InlineState) -> int | None:
        if state.brackets:
            # As in cmark-gfm: not in what may become the text of a link.
            return None
        url = _trim_url(m[0])
        end = m.start() + len(url)
        state.append_token(
            {
                "type": "link",
                "children": [{"type": "literal", "raw": url}],
                "attrs": {"url": url if m["scheme"] else f"http://{url}"},
                "span": (m.start(), end),
            }
        )
        return end

    def parse_link_close(self, m: re.Match[str], state: InlineState) -> int:
        opener = state.brackets[-1] if state.brackets else None
        end = super().parse_link_close(m, state)
        last = state.tokens[-1]
        if opener is not None and last["type"] == "link" and "span" not in last:
            last["span"] = (opener.start - 1, end)
        return end

    def parse_auto_link(self, m: re.Match[str], state: InlineState) -> int:
        return _placed(m, state, super().parse_auto_link(m, state))

    def parse_auto_email(self, m: re.Match[str], state: InlineState) -> int:
        return _placed(m, state, super().parse_auto_email(m, state))

    def parse_inline_html(self, m: re.Match[str], state: InlineState) -> int | None:
        if m[0][1] in "!?":
            return super().parse_inline_html(m, state)
        tag = _TAG.match(state.src, m.start())
        if tag is None:
            return None
        state.append_token({"type": "inline_html", "raw": tag[0]})
        return tag.end()

    def finalize_tokens(self, tokens: list[Token], depth: int) -> list[Token]:
        match_runs(token["run"] for token in tokens if token["type"] == "run")
        return super().finalize_tokens(tokens, depth)


def _placed(m: re.Match[str], state: InlineState, end: int) -> int:
    last = state.tokens[-1]
    if last["type"] == "link":
        last["span"] = m.span()
        # In the text of another link mistune would put the angle brackets back.
        del last["_autolink"]
    return end


def _trim_url(url: str) -> str:
    """A bare URL without the punctuation that belongs to the sentence around it (GFM 6.9)."""
    end = len(url)
    surplus = url.count(")") - url.count("(")
    # The scheme, or "www", ends in none of these, so the end stays behind it.
    while True:
        last = url[end - 1]
        if last in _URL_TAIL:
            end -= 1
        elif last == ")" and surplus > 0:
            surplus -= 1
            end -= 1
        elif last == ";":
            start = end - 1
            while start and url[start - 1].isalnum():
                start -= 1
            end = start - 1 if start and start < end - 1 and url[start - 1] == "&" else end - 1
        else:
            break
    return url[:end]
