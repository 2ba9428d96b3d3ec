"""Files that GitHub's runner reads after a step: its outputs, and the job's summary."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SUMMARY_LIMIT: Final = 1_000_000
"""Bytes of a step's summary; GitHub takes a mebibyte, and drops all of it if there is more."""

_CUT: Final = "\n\n*The rest doesn't fit here; it is in the step's log.*\n"


def write_outputs(file: Path | None, values: Mapping[str, str]) -> None:
    """Write a step's outputs.

    Args:
        file: Where to; ``None`` for nowhere.
        values: The outputs by name, of one line or several.
    """
    if file is None:
        return
    # A delimiter that nobody could know who wrote the value.
    end = f"end-{secrets.token_hex(16)}"
    text = "".join(f"{name}<<{end}\n{value}\n{end}\n" for name, value in values.items())
    with file.open("a", encoding="utf-8") as stream:
        stream.write(text)


def write_summary(file: Path | None, markdown: str) -> None:
    """Add to the job's summary, as much as fits.

    Args:
        file: Where to; ``None`` for nowhere.
        markdown: The text.
    """
    if file is None:
        return
    data = markdown.encode()
    if len(data) > _SUMMARY_LIMIT:
        data = (
            data[: _SUMMARY_LIMIT - len(_CUT.encode())].decode(errors="ignore").encode()
            + _CUT.encode()
        )
    with file.open("ab") as stream:
        stream.write(data)
