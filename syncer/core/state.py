"""Definitions and markers: the base of an action item as text, and back.

In a document the base is the title of a link reference definition, on an issue it is the marker::

    [#12]: https://github.com/acme/shop/issues/12 "sync 3; status=In Progress; owner=@alice; action=3f9a2c41"
    syncer 1 item=0123456789abcdef; document=postmortems/1.md; sync 3; status=In Progress; owner=@alice

``owner=`` is known to be empty, a field that is left out has no base, and ``owner=@carol~`` is a pair: what the
document says, then what the tracker has. Letters of every script, digits, blanks and harmless punctuation stand for
themselves; everything else is percent-encoded UTF-8. So the text means the same between all three kinds of quotes
of a title, whatever a formatter does to it, and in an HTML comment, where it can hold neither ``--`` nor ``>``.
In a marker, ``removed=told`` right behind the counter says what was done because the row is gone (see ``Removal``).
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from syncer.core.issuetext import title_of
from syncer.core.markdown import normalise_label
from syncer.model import FIELDS, Agreed, Field, Marker, Removal, State, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from syncer.core.markdown.blocks import Definition

VALUE_LIMIT: Final = 200
"""The longest value that is kept whole, in encoded characters; see ``bounded``."""

TITLE_LIMIT: Final = 250
"""How much of an action's text counts, in characters: as much as every tracker takes for a title."""

_ORDER: Final[tuple[Field, ...]] = ("status", "owner", "due", "priority", "action")
_MARKER_VERSION: Final = "1"
_REMOVED: Final = "removed="

_UNSAFE: Final = frozenset("%;=~\"'\\<>|()[]{}`*&")
_HYPHENS: Final = re.compile(r"-(?=-|$)")
_BLANKS_AT_RISK: Final = re.compile(r"^ | (?= )| $")
_BLANK_RUN: Final = re.compile(r"[ \t\r\n]+")
_BROKEN_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PERCENT_RUN: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")

_OURS: Final = re.compile(r"sync [0-9]+ ?(?:;|$|.*=)|sync .*;.*=")
_STATUSES: Final = frozenset({*Status, ""})
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COUNTER: Final = re.compile(r"sync ([1-9][0-9]{0,17})")
_MARKER: Final = re.compile(r"syncer ([0-9]+) item=(.*)")
_ITEM: Final = re.compile(r"[0-9a-f]{16}")
_LABEL: Final = re.compile(r"(?!\^)[^\[\]\\\x00-\x1f\x7f]{1,999}")
_NOT_IN_URLS: Final = re.compile(r"[^\x21-\x7e]")
_BARE_URL: Final = re.compile(r"(?!<)[^\x00-\x20\x7f\\&()]+")

assert set(_ORDER) == set(FIELDS)  # noqa: S101 - a field that is added must get its place here


class StateError(ValueError):
    """A definition or marker of syncer's that cannot be read; the message says what is wrong with it."""


@functools.lru_cache(maxsize=1024)
def action_hash(text: str) -> str:
    """Eight hexadecimal digits that stand for an action's text, or for the title of its issue.

    Args:
        text: Plain text; white space and Unicode composition don't matter. An action that is longer than
            ``TITLE_LIMIT`` has the hash of the title that it is cut to.
    """
    words = unicodedata.normalize("NFC", title_of(text, TITLE_LIMIT))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def bounded(value: str) -> str:
    """A value as a base keeps it: itself, or for an absurdly long one its beginning and a digest of the whole.

    Two values are equal exactly if their bounded forms are, so a side is compared with a base by its bounded
    form. Bounding twice changes nothing.
    """
    # A character is encoded in at most twelve, an ASCII one in three: most values needn't be encoded to be measured.
    if len(value) * (3 if value.isascii() else 12) <= VALUE_LIMIT:
        return value
    if len(value) <= VALUE_LIMIT and len(_encode(value)) <= VALUE_LIMIT:
        return value
    ending = "…" + hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    room = VALUE_LIMIT - len(_encode(ending))
    beginning = ""
    for character in value[:room]:
        # One character more may encode an earlier hyphen or blank, too; what follows is the ellipsis.
        if len(_encode(beginning + character + "…")) - len(_encode("…")) > room:
            break
        beginning += character
    return beginning + ending


def format_state(state: State) -> str:
    """A base as the title of a definition, ``sync 3; status=In Progress; owner=@alice``.

    Raises:
        StateError: The counter is not positive.
    """
    if state.counter < 1:
        raise StateError(f"a counter starts at 1, not at {state.counter}")
    entries = [f"sync {state.counter}"]
    if state.removed:
        entries.append(f"{_REMOVED}{state.removed.value}")
    for field in _ORDER:
        agreed = state.values.get(field)
        if agreed is not None:
            halves = [_encode(bounded(half)) for half in (agreed.document, agreed.tracker)]
            entries.append(f"{field}={halves[0] if not agreed.is_pair else '~'.join(halves)}")
    return "; ".join(entries)


def parse_state(text: str) -> State | None:
    """The base that a definition's title holds.

    White space may have been wrapped or doubled. Values are not judged: one that no side ever has simply agrees
    with neither.

    Returns:
        The base; None for a title that isn't syncer's but the author's own.

    Raises:
        StateError: The title is syncer's and damaged, or a newer syncer wrote it.
    """
    if "  " in text or not text.isprintable():
        text = _BLANK_RUN.sub(" ", text)
    text = text.strip(" ")
    if _OURS.match(text) is None:
        return None
    return _parse_entries(text.split(";"))


def format_marker(marker: Marker) -> str:
    """A marker as one line of text without ``--``, ``<`` or ``>``, fit for a hidden comment.

    Raises:
        StateError: The item id is not 16 hexadecimal digits, the path empty, or the counter not positive.
    """
    if not marker.document:
        raise StateError("a marker names its document")
    if _ITEM.fullmatch(marker.item) is None:
        raise StateError(f"the item id {marker.item!r} is not 16 hexadecimal digits")
    head = f"syncer {_MARKER_VERSION} item={marker.item}; document={_encode(marker.document)}"
    return f"{head}; {format_state(marker.state)}"


def parse_marker(text: str) -> Marker | None:
    """The marker that a text is.

    Returns:
        The marker; None for a text that isn't one.

    Raises:
        StateError: It is a marker and damaged, or a newer syncer wrote it.
    """
    match = _MARKER.fullmatch(_BLANK_RUN.sub(" ", text).strip(" "))
    if match is None:
        return None
    if match[1] != _MARKER_VERSION:
        raise StateError(f"the marker has version {match[1]}, which a newer syncer wrote")
    item, *rest = match[2].split(";")
    if _ITEM.fullmatch(item.strip(" ")) is None:
        raise StateError(f"the item id {item!r} is not 16 hexadecimal digits")
    name, equals, document = rest[0].strip(" ").partition("=") if rest else ("", "", "")
    if name != "document" or not equals or not document:
        raise StateError("the marker names no document")
    return Marker(item.strip(" "), _decode(document), _parse_entries(rest[1:]))


def format_definition(label: str, url: str, state: State) -> str:
    """The whole line of a definition, without a line end.

    Raises:
        StateError: The label or the address cannot stand in a definition.
    """
    if _LABEL.fullmatch(label) is None or not normalise_label(label):
        raise StateError(f"{label!r} cannot be the label of a definition")
    return f'[{label}]: {format_destination(url)} "{format_state(state)}"'


def format_destination(url: str) -> str:
    """An address as the destination of a definition (CommonMark 4.7), which reads back as the same address.

    Raises:
        StateError: The address is empty or has a line end.
    """
    if _BARE_URL.fullmatch(url) is not None:
        return url
    if not url or "\n" in url or "\r" in url:
        raise StateError(f"{url!r} cannot be the address of a definition")
    return "<" + re.sub(r"([\\<>&])", r"\\\1", url) + ">"


def same_address(one: str, other: str) -> bool:
    """Whether two addresses are the same but for percent-encoding, which a formatter may add."""
    return one == other or _NOT_IN_URLS.sub(_percent_match, one) == _NOT_IN_URLS.sub(
        _percent_match, other
    )


def is_ours(definition: Definition) -> bool:
    """Whether a definition is syncer's, damaged or not, rather than the author's."""
    try:
        return definition.title is not None and parse_state(definition.title) is not None
    except StateError:
        return True


def our_definitions(
    definitions: Iterable[Definition],
) -> Mapping[str, tuple[Definition, State | StateError]]:
    """The definitions that are syncer's, by key, in the order of the text.

    Of several with one key (a merge of two branches keeps both) the one with the highest counter counts; a
    damaged one only if there is no other.
    """
    ours: dict[str, tuple[Definition, State | StateError]] = {}
    for definition in definitions:
        if definition.title is None:
            continue
        state: State | StateError | None
        try:
            state = parse_state(definition.title)
        except StateError as error:
            state = error
        if state is None:
            continue
        known = ours.get(definition.key)
        if known is None or _counter(state) > _counter(known[1]):
            ours[definition.key] = (definition, state)
    return ours


def is_sound(state: State) -> bool:
    """Whether a base holds only values that a side can have: one that was edited by hand may not."""
    status, due = state.values.get("status"), state.values.get("due")
    return (status is None or {status.document, status.tracker} <= _STATUSES) and (
        due is None
        or all(not half or _DATE.fullmatch(half) for half in (due.document, due.tracker))
    )


def choose_label(
    short: str, long: str, definitions: Iterable[Definition], is_issue: Callable[[str], bool]
) -> str:
    """A label for an issue's definition that no other definition of the document has.

    Args:
        short: The label to take if it is free, ``#12``.
        long: The one to take otherwise, ``acme/shop#12``; if it is taken as well, it gets a number.
        definitions: All definitions of the document.
        is_issue: Whether an address is the issue's.

    Returns:
        The label. One is taken if the author defined it, or syncer for something else than the issue, in any
        spelling that Markdown takes for the same.
    """
    taken = {
        definition.key
        for definition in definitions
        if not (is_ours(definition) and is_issue(definition.url))
    }
    if normalise_label(short) not in taken:
        return short
    label, number = long, 1
    while normalise_label(label) in taken:
        number += 1
        label = f"{long} ({number})"
    return label


def _counter(state: State | StateError) -> int:
    return 0 if isinstance(state, StateError) else state.counter


def _parse_entries(entries: list[str]) -> State:
    counter = _COUNTER.fullmatch(entries[0].strip(" ")) if entries else None
    if counter is None:
        raise StateError("it does not begin with “sync” and a counter")
    values: dict[Field, Agreed] = {}
    removed = Removal.NONE
    for entry in entries[1:]:
        if entry.lstrip(" ").startswith(_REMOVED):
            if removed:
                raise StateError("it has “removed” twice")
            removed = _parse_removal(entry.strip(" ").removeprefix(_REMOVED))
            continue
        name, agreed = _parse_entry(entry)
        if name in values:
            raise StateError(f"it has “{name}” twice")
        values[name] = agreed
    return State(int(counter[1]), values, removed)


def _parse_removal(word: str) -> Removal:
    for removal in Removal:
        if removal and removal.value == word:
            return removal
    raise StateError(f"it says “removed={word}”, which this version does not know")


@functools.lru_cache(maxsize=4096)
def _parse_entry(entry: str) -> tuple[Field, Agreed]:
    """One entry. Statuses, owners and dates recur in document after document, so most are looked up."""
    name, equals, value = entry.strip(" ").partition("=")
    if not equals:
        raise StateError(f"the entry “{entry.strip(' ')}” has no “=”")
    if name not in FIELDS:
        raise StateError(f"it has an entry “{name}”, which this version does not know")
    halves = [_decode(half) for half in value.split("~")]
    if len(halves) > 2:
        raise StateError(f"“{name}” has more than two halves")
    return name, Agreed(halves[0], halves[-1])


def _encode(value: str) -> str:
    """A value as it stands in an entry."""
    text = "".join(
        character if character not in _UNSAFE and character.isprintable() else _percent(character)
        for character in value
    )
    text = _HYPHENS.sub("%2D", text)
    return _BLANKS_AT_RISK.sub("%20", text)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def _percent_match(match: re.Match[str]) -> str:
    return _percent(match[0])


def _decode(text: str) -> str:
    if "=" in text:
        raise StateError("a value has a bare “=”")
    if "%" not in text:
        return text
    if _BROKEN_PERCENT.search(text) is not None:
        raise StateError("a “%” is not followed by two hexadecimal digits")
    try:
        return _PERCENT_RUN.sub(_octets, text)
    except UnicodeDecodeError:
        raise StateError("a percent-encoded character is incomplete") from None


def _octets(match: re.Match[str]) -> str:
    return bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "surrogatepass")
