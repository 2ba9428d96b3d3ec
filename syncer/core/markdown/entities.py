"""Backslash escapes and character references (CommonMark 2.4 and 2.5)."""

from __future__ import annotations

import re
from html.entities import html5
from typing import Final

ENTITY: Final = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
"""What has the form of a character reference; whether a name is one, ``html5`` says."""

PUNCTUATION: Final = r"[!-/:-@\[-`{-~]"
"""The characters that a backslash escapes."""

_ENTITY: Final = re.compile(ENTITY)
_ESCAPE: Final = re.compile(rf"\\({PUNCTUATION})|{ENTITY}")
_REPLACEMENT: Final = "\ufffd"


def unescape_entities(text: str) -> str:
    """Text with its character references resolved; what is none stays as it is."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def unescape(text: str) -> str:
    """Text with its backslash escapes and its character references resolved."""
    if "\\" not in text and "&" not in text:
        return text
    return _ESCAPE.sub(lambda match: match[1] or _character(match), text)


def _character(match: re.Match[str]) -> str:
    name = match[0][1:]
    if name[0] != "#":
        return html5.get(name, match[0])
    digits = name[1:-1]
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return _REPLACEMENT
    return chr(code)
