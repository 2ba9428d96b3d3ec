"""Which line opens which block: mistune's block grammar, with the rules that GitHub reads differently replaced.

mistune recognises code fences, thematic breaks and list items as CommonMark does. Its rules for headings and HTML
are replaced: they take more than linear time on hostile lines, accept what CommonMark does not (``=-=`` under a
heading), or miss what it accepts (``<div>``, closed at once). The rule for tables is ours altogether.
"""

from __future__ import annotations

import functools
import re
from typing import Final, Literal

from mistune.block_parser import BlockParser
from mistune.helpers import BLOCK_TAGS, HTML_TAGNAME, PRE_TAGS

TRIGGERS: Final = frozenset(">#`~<=-_*+|:0123456789")
"""No rule matches a line whose first character that is not blank is another one."""

HtmlEnd = re.Pattern[str] | Literal["blank line"]
"""What ends an HTML block: the line on which a pattern is found, or a blank line."""

_BLANK: Final = r"[ \t\v\f]*+"
_DASHES: Final = rf"{_BLANK}:?-++:?{_BLANK}"
_DELIMITER: Final = rf"\|?{_DASHES}(?:\|{_DASHES})*+\|?{_BLANK}$"
_DELIMITER_ROW: Final = re.compile(_DELIMITER)

_SPECIFICATION: Final = {
    "block_quote": r"^>",
    "atx_heading": r"^(?P<level>\#{1,6})(?P<title>[ \t].*)?$",
    "html": r"^<[A-Za-z/!?]",
    "setex_heading": r"^(?P<underline>=+|-+)[ \t]*$",
    "table": rf"^{_DELIMITER}",
}
_RULES: Final = (
    "block_quote",
    "atx_heading",
    "fenced_code",
    "html",
    "setex_heading",
    "thematic_break",
    "list",
    "table",
)

_ATTRIBUTES: Final = (
    r"(?:\s++[A-Za-z_:][A-Za-z0-9_.:-]*+"
    r"""(?:\s*+=\s*+(?:[^\s"'=<>`]++|'[^']*+'|"[^"]*+"))?+)*+\s*+"""
)
HTML_TAG: Final = rf"(?:<{HTML_TAGNAME}{_ATTRIBUTES}/?>|</{HTML_TAGNAME}\s*+>)"
"""An opening or closing tag (CommonMark 6.6). Possessive: mistune's own pattern takes time that is exponential in
the number of attributes."""

_TAG_LINE: Final = re.compile(rf"{HTML_TAG}\s*$", re.ASCII)
# mistune has "meta" among them, CommonMark has not.
_BLOCK_TAGS: Final = "|".join(tag for tag in BLOCK_TAGS if tag != "meta")
_BLOCK_TAG: Final = re.compile(rf"</?(?:{_BLOCK_TAGS})(?:\s|/?>|$)", re.ASCII | re.IGNORECASE)
_PRE_TAG: Final = rf"(?:{'|'.join(PRE_TAGS)})"
_MARKED: Final = (
    (re.compile(rf"<{_PRE_TAG}(?:\s|>|$)", re.ASCII | re.IGNORECASE),
     re.compile(rf"</{_PRE_TAG}>", re.IGNORECASE)),
    (re.compile("<!--"), re.compile("-->")),
    (re.compile(r"<\?"), re.compile(r"\?>")),
    (re.compile(r"<!\[CDATA\["), re.compile("]]>")),
    (re.compile("<![A-Za-z]"), re.compile(">")),
)  # fmt: skip


@functools.cache
def opener() -> re.Pattern[str]:
    """The pattern that matches a line, from its first character that is not blank, if one of the rules does.

    The ``lastgroup`` of its match is the name of the rule.
    """
    parser = BlockParser()
    parser.specification.update(_SPECIFICATION)
    return parser.compile_sc(list(_RULES))


@functools.cache
def break_or_item() -> re.Pattern[str]:
    """The same for a line of dashes that is no underline: a thematic break, or an empty list item."""
    return BlockParser().compile_sc(["thematic_break", "list"])


def is_delimiter(line: str) -> bool:
    """Whether a line, from its first character that is not blank, has the form of a table's delimiter row."""
    return _DELIMITER_ROW.match(line) is not None


def html_end(line: str, *, interrupting: bool) -> HtmlEnd | None:
    """What ends the HTML block that a line begins (CommonMark 4.6); None if it begins none.

    Args:
        line: The line, from its first character that is not blank.
        interrupting: Whether the block would interrupt a paragraph, which not every kind of it may.
    """
    for start, end in _MARKED:
        if start.match(line):
            return end
    if _BLOCK_TAG.match(line) or (not interrupting and _TAG_LINE.match(line)):
        return "blank line"
    return None
