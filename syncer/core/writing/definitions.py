"""The definitions of a document: changed where they stand, or added behind the last line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from syncer.core.markdown import line_ending, normalise_label
from syncer.core.state import (
    StateError,
    format_definition,
    format_destination,
    format_state,
    is_ours,
    our_definitions,
    parse_state,
    same_address,
)
from syncer.core.writing.splices import Splice
from syncer.errors import DocumentError, InternalError
from syncer.model import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.core.markdown.blocks import Definition
    from syncer.core.reading.postmortem import PostMortem
    from syncer.model import State

_OPENING: Final = {'"': '"', "'": "'", ")": "("}
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_BLANK: Final = " \t\r\n"


@dataclass(frozen=True, slots=True)
class DefinitionEdit:
    """What a definition is to say.

    Attributes:
        label: Its label; one that no definition of the author's has.
        url: The address of the issue.
        state: The base.
        replaces: Key of the definition that becomes this one where there is none with the label yet.
    """

    label: str
    url: str
    state: State
    replaces: str | None = None


def choose_targets(
    document: PostMortem, edits: Sequence[DefinitionEdit]
) -> list[tuple[DefinitionEdit, Definition | None]]:
    """The definition that each edit changes; None for an edit that adds one.

    Args:
        document: The document.
        edits: No two with one label.

    Raises:
        InternalError: A label is the author's own, or two edits are about one definition.
    """
    ours = our_definitions(document.definitions)
    keys = {definition.key for definition in document.definitions}
    targets: list[tuple[DefinitionEdit, Definition | None]] = []
    taken = set[str]()
    for edit in edits:
        key = normalise_label(edit.label)
        if key in keys and key not in ours:
            raise InternalError(f"{document.path}: the label [{edit.label}] belongs to the author")
        if key not in ours and edit.replaces is not None and edit.replaces in ours:
            key = edit.replaces
        if key in taken:
            raise InternalError(f"{document.path}: two edits of the definition [{edit.label}]")
        taken.add(key)
        targets.append((edit, ours[key][0] if key in ours else None))
    return targets


def definition_splices(
    document: PostMortem, changes: Sequence[tuple[DefinitionEdit, Definition | None]]
) -> list[Splice]:
    """The splices that make the definitions say what they are to say.

    A definition that says it already is left as it is. One that is changed keeps the spelling of its label, its
    quotes and its place.

    Args:
        document: The document.
        changes: What is to be said, with the definition that is to say it; None for a new one.

    Raises:
        DocumentError: A definition cannot be changed where it stands, or none can be added.
    """
    text = document.text
    splices = []
    added = []
    for edit, target in changes:
        if target is None:
            added.append(format_definition(edit.label, edit.url, edit.state))
        elif not says(target, edit):
            span = _editable(target)
            splices.append(Splice(span, _changed(span.of(text), target, edit)))
    if added:
        if document.end_is_open:
            raise DocumentError(
                "the document ends inside a code block, comment or HTML block that is not closed",
                remedy="Close it, so that syncer can keep its link definitions behind it.",
                line=len(_LINE_END.findall(text.rstrip(_BLANK))) + 1,
            )
        splices.append(_addition(text, document.definitions, added))
    return splices


def says(definition: Definition, edit: DefinitionEdit) -> bool:
    """Whether a definition says what an edit wants of it."""
    try:
        state = parse_state(definition.title or "")
    except StateError:
        return False
    return (
        state is not None
        and definition.key == normalise_label(edit.label)
        and same_address(definition.url, edit.url)
        # Both as text, which bounds the values.
        and format_state(state) == format_state(edit.state)
    )


def _editable(definition: Definition) -> Span:
    if definition.span is None:
        raise DocumentError(
            f"the definition [{definition.label}] stands in a list or block quote, where it cannot be "
            "changed",
            remedy="Move it to the end of the document, to a line of its own at the left margin.",
            line=definition.line,
        )
    return definition.span


def _changed(source: str, definition: Definition, edit: DefinitionEdit) -> str:
    """The source of a definition with another label, address or base in it."""
    body = source.rstrip(_BLANK)
    closing = body[-1]
    opening = _OPENING[closing]
    title = opening + format_state(edit.state) + closing
    same_key = definition.key == normalise_label(edit.label)
    start = body.rfind(opening, 0, len(body) - 1)
    # A damaged title may hold escaped quotes, which makes the last quote a wrong guess.
    certain = body[start + 1 : -1].split() == (definition.title or "").split()
    if same_key and same_address(definition.url, edit.url) and certain:
        return body[:start] + title + source[len(body) :]
    indentation = source[: len(source) - len(source.lstrip(" \t"))]
    label = definition.label if same_key else edit.label
    destination = format_destination(edit.url)
    return f"{indentation}[{label}]: {destination} {title}{source[len(body) :]}"


def _addition(text: str, definitions: Sequence[Definition], lines: Sequence[str]) -> Splice:
    """The splice that adds lines to the block of our definitions at the end, or begins one."""
    end = line_ending(text)
    block = _last_block(text, definitions)
    if block is not None:
        place, gap = block
        return Splice(Span(place, place), "".join(end * gap + line for line in lines))
    tail = text[len(text.rstrip(_BLANK)) :]
    ends = _LINE_END.findall(tail)
    finished = tail.endswith(("\n", "\r"))
    missing = max(0, 2 - len(ends)) if finished or not ends else 1
    if not text:
        missing = 0
    before = end * missing
    if before == "\n" and text.endswith("\r"):
        before = "\r"  # a line feed would complete the carriage return to one line end
    after = end if finished else ""
    return Splice(Span(len(text), len(text)), before + end.join(lines) + after)


def _last_block(text: str, definitions: Sequence[Definition]) -> tuple[int, int] | None:
    """Where the block of our definitions ends that ends the document, and how many line ends part two of them."""
    ours = [one.span for one in definitions if one.span is not None and is_ours(one)]
    if not ours or text[ours[-1].end :].strip(_BLANK):
        return None
    gaps = [text[one.end : other.start] for one, other in pairwise(ours[-2:])]
    spaced = any(not gap.strip(_BLANK) and len(_LINE_END.findall(gap)) > 1 for gap in gaps)
    return ours[-1].end, 2 if spaced else 1
