"""From settled decisions to edits of a document: its cells, its links, its definitions."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncer.core.markdown import normalise_label
from syncer.core.markdown.blocks import Definition
from syncer.core.matching.identity import IssueId
from syncer.core.state import choose_label, our_definitions, same_address
from syncer.core.tracking import Names
from syncer.core.writing.writeback import DefinitionEdit, RowEdit, write_back
from syncer.model import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from syncer.core.reading.postmortem import ActionItem, PostMortem
    from syncer.core.reading.vocabulary import Vocabulary
    from syncer.core.reconciling.decision import Decision
    from syncer.core.reconciling.documentplan import Entry
    from syncer.core.tracking import Directory


@dataclass(frozen=True, slots=True)
class Settled:
    """An action item of which the tracker's answer is in.

    Attributes:
        item: Its row.
        names: How its issue is called.
        is_issue: Whether an address is that issue's, its former address included if it has moved.
        decision: What was decided, with the answer folded in.
    """

    item: ActionItem
    names: Names
    is_issue: Callable[[str], bool]
    decision: Decision


def edited(
    document: PostMortem,
    settled: Sequence[Settled],
    vocabulary: Vocabulary,
    *,
    add_columns: bool,
) -> str:
    """The document's text with what the tracker answered written into it.

    Raises:
        DocumentError: The document can't take it.
        InternalError: The text would not say what was meant; see ``write_back``.
    """
    labels = _Labels(document, settled)
    rows = []
    states = []
    for one in settled:
        label, replaces = labels.of(one)
        state = State(one.decision.counter, one.decision.values)
        states.append(DefinitionEdit(label, one.names.url, state, replaces))
        reference = one.item.reference
        linked = reference is not None and reference.label == normalise_label(label)
        rows.append(
            RowEdit(
                table=one.item.table,
                row=one.item.row,
                values=one.decision.cells,
                link=None if linked else f"[{label}]",
            )
        )
    return write_back(document, rows, states, vocabulary=vocabulary, add_columns=add_columns)


def rehearse(
    document: PostMortem,
    entries: Iterable[Entry],
    trackers: Mapping[str, Directory],
    vocabulary: Vocabulary,
    *,
    add_columns: bool,
) -> None:
    """Write back what is planned as if the tracker had taken all of it, and throw the text away.

    So a document that can't take its links is found before anything is filed for it.

    Args:
        document: The document.
        entries: Its action items with something to be done.
        trackers: All configured trackers, by name.
        vocabulary: The words to write with.
        add_columns: Whether a table without a Status column gets one.

    Raises:
        DocumentError: The document can't take it.
        InternalError: The text would not say what was meant.
    """
    settled = [_as_if_taken(entry, trackers, number) for number, entry in enumerate(entries, 1)]
    edited(document, settled, vocabulary, add_columns=add_columns)


def _as_if_taken(entry: Entry, trackers: Mapping[str, Directory], number: int) -> Settled:
    if entry.decision.key is None:
        names = Names(f"issue {number}", f"new issue {number}", f"syncer:rehearsal/{number}")
        return Settled(entry.item, names, lambda url: url == names.url, entry.decision)
    return settled_by(entry, entry.decision, trackers)


def settled_by(entry: Entry, decision: Decision, trackers: Mapping[str, Directory]) -> Settled:
    """An action item as it is written back.

    Args:
        entry: The action item, and what was planned.
        decision: What was decided in the end, with the key of its issue.
        trackers: All configured trackers, by name.
    """
    assert decision.key is not None  # noqa: S101 - only a create has none, and it was answered
    issues = [IssueId(entry.tracker, decision.key)]
    if entry.former is not None:
        issues.append(entry.former)
    return Settled(
        item=entry.item,
        names=trackers[entry.tracker].names(decision.key),
        is_issue=lambda url: any(trackers[i.tracker].resolve(url) == i.key for i in issues),
        decision=decision,
    )


class _Labels:
    """Gives each issue the label of its definition: the one that it has, or a free one."""

    def __init__(self, document: PostMortem, settled: Sequence[Settled]) -> None:
        self._existing: dict[int, Definition] = {}
        urls = {one.names.url: number for number, one in enumerate(settled)}
        self._numbers = {id(one): number for number, one in enumerate(settled)}
        ours = [definition for definition, _ in our_definitions(document.definitions).values()]
        for definition in ours:
            number = urls.get(definition.url)
            if number is None:
                number = next(
                    (n for n, one in enumerate(settled) if one.is_issue(definition.url)), None
                )
            if number is not None:
                self._note(number, definition, settled[number])
        self._text = document.text
        self._by_key: dict[str, list[Definition]] = {}
        for definition in document.definitions:
            self._by_key.setdefault(definition.key, []).append(definition)

    def _note(self, number: int, definition: Definition, one: Settled) -> None:
        """One of an issue's definitions: the present address counts before a former one."""
        known = self._existing.get(number)
        if known is None or (
            not same_address(known.url, one.names.url)
            and same_address(definition.url, one.names.url)
        ):
            self._existing[number] = definition

    def of(self, one: Settled) -> tuple[str, str | None]:
        """The label of an issue's definition, and the key of the one that it replaces if the issue has moved."""
        existing = self._existing.get(self._numbers[id(one)])
        moved = bool(one.decision.former)
        if existing is None or (moved and not same_address(existing.url, one.names.url)):
            label = choose_label(one.names.short, one.names.long, self._rivals(one), one.is_issue)
            key = normalise_label(label)
            new = Definition(label, key, one.names.url, "sync 1", None, 0)
            self._by_key.setdefault(key, []).append(new)
            replaces = existing is not None and not self._is_used_elsewhere(existing, one.item)
            return label, existing.key if existing is not None and replaces else None
        # A formatter may have put the definition's label in small letters. The row says the issue's name, so that it
        # still names the issue if the definition is lost.
        spellings = (one.names.short, one.names.long, existing.label)
        return next(s for s in spellings if normalise_label(s) == existing.key), None

    def _is_used_elsewhere(self, definition: Definition, item: ActionItem) -> bool:
        """Whether a link other than the row's own may go through a definition, which then has to stay."""
        label = r"\s+".join(map(re.escape, definition.label.split()))
        uses = len(re.findall(rf"\[\s*{label}\s*\]", self._text, re.IGNORECASE))
        own = item.reference is not None and item.reference.label == definition.key
        return uses > 1 + own

    def _rivals(self, one: Settled) -> Iterator[Definition]:
        """The definitions that could have a label which the issue may get."""
        short, reference = one.names.short, one.item.reference
        if f"[{short}]" in self._text and (reference is None or reference.text != short):
            # The author has written it somewhere as mere text, and it has to stay that.
            yield Definition(short, normalise_label(short), "", None, None, 0)
        yield from self._by_key.get(normalise_label(short), ())
        yield from self._by_key.get(normalise_label(one.names.long), ())
        for number in itertools.count(2):
            numbered = self._by_key.get(normalise_label(f"{one.names.long} ({number})"))
            if numbered is None:
                break
            yield from numbered
