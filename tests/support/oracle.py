"""Knows what the two sides last agreed on, whatever was delivered, lost or reverted, and judges each write by it.

The engine has to find the last agreed value in definitions and markers that may be older than the truth. The oracle
sees every effect at the moment when it happens, and holds the engine to the rule of three values:

- a field of an issue is written only with what its row says, and only if the row has moved since the last agreement;
- a cell is written only with what its issue has, and only if the issue has moved;
- where both have moved, to different values, the write must be among the reported conflicts.

Where it isn't sure what was agreed, it doesn't judge, until the two sides agree again: after a Git revert, after
definitions were lost, and where another row (a copy) has taken over the issue from the one that agreed.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from syncer.core.matching.linkreading import read_links
from syncer.core.matching.links import Linked
from syncer.core.reading.postmortem import parse
from syncer.model import FIELDS, Agreed, Field
from tests.support.memory import VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from syncer.core.plan import Conflict
    from syncer.core.reading.postmortem import PostMortem
    from syncer.core.tracking import Issue
    from syncer.model import State
    from tests.support.model_tracker import ModelTracker, Sent

NOTE: Final = re.compile(r"\*\*Notes:\*\* (r\d+)")

Who = tuple[str, str]
"""A row: its document's path and its note."""


@dataclass(frozen=True)
class Agreement:
    """When the two sides agreed, on what, and which row it was."""

    time: int
    on: Agreed
    who: Who


Agreements = dict[tuple[int, Field], Agreement]
"""The last agreement for an issue and a field."""


@dataclass(frozen=True)
class Seen:
    """A row as it stands in a text."""

    place: tuple[int, int]
    line: int
    note: str
    values: Mapping[Field, str]
    key: str | None
    state: State | None


@functools.lru_cache(maxsize=512)
def document(path: str, text: str) -> PostMortem:
    return parse(text, path, VOCABULARY)


@functools.lru_cache(maxsize=512)
def _rows(path: str, text: str, tracker: _Resolver) -> tuple[Seen, ...]:
    reading = read_links(document(path, text), [tracker.tracker])
    seen = []
    for item, link in zip(reading.document.items, reading.links, strict=True):
        issue = link.issue if isinstance(link, Linked) else None
        kept = reading.kept.get(issue) if issue else None
        values = {"action": item.text, **item.values}
        note = dict(item.extra).get("Notes", "")
        seen.append(
            Seen(
                (item.table, item.row),
                item.line,
                note,
                values,
                issue.key if issue else None,
                kept[0] if kept else None,
            )
        )
    return tuple(seen)


class _Resolver:
    """A tracker by identity, so that what was read with it can be kept."""

    def __init__(self, tracker: ModelTracker) -> None:
        self.tracker = tracker


@dataclass
class Oracle:
    """See above.

    Attributes:
        agreed: The last agreement for each issue and field.
        unsure: Issues and fields about which nothing is known until the next agreement.
        conflicts: What the present run has reported, or would if it lived to tell.
        writes: What is to be judged when the run is over.
        found: Counts.
    """

    tracker: ModelTracker
    agreed: Agreements = field(default_factory=dict)
    unsure: set[tuple[int, Field]] = field(default_factory=set)
    judged: list[tuple[int, Field, str]] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)
    time: int = 0

    def __post_init__(self) -> None:
        self._resolver = _Resolver(self.tracker)

    def rows(self, path: str, text: str) -> tuple[Seen, ...]:
        return _rows(path, text, self._resolver)

    def uid(self, row: Seen) -> int | None:
        return None if row.key is None else self.tracker.keys.get(row.key)

    def theirs(self, issue: Issue, name: Field, ours: str, base: str) -> str | None:
        """What an issue has, as a document would say it; ``None`` for a field without a place in it."""
        if name not in self.tracker.capabilities.fields:
            return None
        if name == "action":
            return issue.title
        if name == "owner":
            return f"@{issue.owner}" if issue.owner else ""
        if name == "status":
            for likely in (ours, base):
                if likely in issue.statuses:
                    return likely
            return issue.status.value
        return getattr(issue, name)  # type: ignore[no-any-return]  # due and priority are texts

    def base(self, uid: int, name: Field, who: Who | None = None) -> Agreed | None:
        """What was agreed last; with ``who``, only if it was that row, and there is no doubt."""
        known = self.agreed.get((uid, name))
        if known is None:
            return None
        if who is not None and (known.who != who or (uid, name) in self.unsure):
            return None
        return known.on

    def renamed(self, path: str, new: str) -> None:
        """A document has another path."""
        for place, known in self.agreed.items():
            if known.who[0] == path:
                self.agreed[place] = Agreement(known.time, known.on, (new, known.who[1]))

    # What happens

    def issue_written(self, sent: Sent, texts: Mapping[str, str]) -> None:
        """Judge a write to an issue, and note what the two sides agree on from now on."""
        self.time += 1
        if sent.before is None:
            assert sent.draft is not None
            found = NOTE.search(sent.after.body)
            rows = self.rows(sent.draft.marker.document, texts[sent.draft.marker.document])
            filed = [r for r in rows if found and r.note == found[1] and r.key is None]
            for row in filed[:1]:
                for name, ours in row.values.items():
                    held = self.theirs(sent.after, name, ours, "")
                    if held is not None and ours:
                        who = (sent.draft.marker.document, row.note)
                        self._agree(sent.uid, name, Agreed(ours, held), who)
            return
        linked = [
            (path, row)
            for path, text in texts.items()
            for row in self.rows(path, text)
            if self.uid(row) == sent.uid
        ]
        for name in FIELDS:
            base = self.base(sent.uid, name)
            hint = base.tracker if base else ""
            old, new = (self.theirs(i, name, hint, hint) for i in (sent.before, sent.after))
            if old == new or old is None or new is None:
                continue
            drivers = [
                (path, row)
                for path, row in linked
                if row.values.get(name)
                == self.theirs(sent.after, name, row.values.get(name, ""), hint)
            ]
            assert drivers or not linked, (
                f"{name} of issue {sent.uid} became {new!r}, which no row says"
            )
            known = [d for d in drivers if self.base(sent.uid, name, (d[0], d[1].note)) is not None]
            if base is not None and known and known == drivers:
                assert known[0][1].values[name] != base.document, (
                    f"{name} of issue {sent.uid} was set back from {old!r} to {new!r}; its row still says {base}"
                )
                if old not in (base.tracker, base.document):
                    self.judged.append((sent.uid, name, "document"))
            for path, row in drivers[:1]:
                self._agree(sent.uid, name, Agreed.both(row.values[name]), (path, row.note))

    def document_written(self, path: str, before: str, after: str, *, held: bool) -> Agreements:
        """Judge the cells of a written text; answers what the two sides agree on once it is delivered."""
        self.time += 1
        then: Agreements = {}
        old, new = self.rows(path, before), self.rows(path, after)
        assert [r.place for r in old] == [r.place for r in new]
        for was, now in zip(old, new, strict=True):
            uid = self.uid(now)
            issue = self.tracker.entries[uid].issue if uid else None
            if uid is None or issue is None:
                said = {
                    name: value for name, value in now.values.items() if value or name in was.values
                }
                assert was.values == said, f"{path}: {was} became {now}, which has no issue"
                continue
            for name, value in now.values.items():
                who = (path, now.note)
                self._judge_cell(uid, issue, name, was.values.get(name, ""), value, who)
                base = self.base(uid, name)
                theirs = self.theirs(issue, name, value, base.tracker if base else "")
                if theirs == value:
                    then[uid, name] = Agreement(self.time, Agreed.both(value), who)
                elif theirs is not None and was.state is None and issue.marker is None:
                    # A person's issue, taken over as it is: the two sides are left different.
                    then[uid, name] = Agreement(self.time, Agreed(value, theirs), who)
        if not held:
            self.delivered(then)
        return then

    def _judge_cell(
        self, uid: int, issue: Issue, name: Field, was: str, now: str, who: Who
    ) -> None:
        if was == now:
            return
        base = self.base(uid, name, who)
        theirs = self.theirs(issue, name, now, "")
        assert now == theirs, f"{name} was written as {now!r}; issue {uid} has {theirs!r}"
        if base is None:
            doubtful = (uid, name) in self.agreed
            assert doubtful or not was, (
                f"{name} of issue {uid} became {now!r} over {was!r} unagreed"
            )
            return
        held = self.theirs(issue, name, was, base.tracker)
        moved = held not in (base.tracker, base.document)
        if name == "status" and not was:
            return  # an emptied status takes what the issue has
        assert moved or held != base.tracker, (
            f"{name} of issue {uid} was {was!r} and became {now!r}, though the issue hasn't moved from {base}"
        )
        if was != base.document and was != base.tracker:
            self.judged.append((uid, name, "tracker"))

    def delivered(self, then: Agreements) -> None:
        """A text has reached the documents: what it says is agreed, unless something newer is."""
        for place, agreement in then.items():
            known = self.agreed.get(place)
            if known is None or known.time < agreement.time:
                self.agreed[place] = agreement
                self.unsure.discard(place)

    def _agree(self, uid: int, name: Field, agreed: Agreed, who: Who) -> None:
        self.agreed[uid, name] = Agreement(self.time, agreed, who)
        self.unsure.discard((uid, name))

    def forget(self, uids: Collection[int]) -> None:
        """Nothing is known about these issues any more."""
        self.unsure |= {(uid, name) for uid in uids for name in FIELDS}

    def judge(self, conflicts: Collection[Conflict]) -> None:
        """Each write over an edit of the other side's must have been reported, with its winner."""
        reported = {
            (
                self.tracker.resolve(c.issue)
                and self.tracker.keys[self.tracker.resolve(c.issue) or ""],
                c.field,
                c.winner,
            )
            for c in conflicts
        }
        for one in self.judged:
            assert one in reported, (
                f"an edit was overwritten and not reported: {one}; reported: {reported}"
            )
        self.judged.clear()


def check_bytes(path: str, before: str, after: str) -> None:
    """Outside of rows and definitions of syncer's, every byte is as it was."""
    assert _rest(before) == _rest(after), (
        f"{path}: bytes changed outside of the table and the definitions"
    )
    tables = [
        [line for line in text.splitlines(keepends=True) if line.startswith("|")]
        for text in (before, after)
    ]
    assert len(tables[0]) == len(tables[1])
    if tables[0][0].count("|") == tables[1][0].count("|"):
        for old, new in zip(*tables, strict=True):
            cells = [[cell.strip() for cell in line.split("|")] for line in (old, new)]
            assert old == new or cells[0] != cells[1], (
                f"{path}: {old!r} became {new!r} and says the same"
            )


def _rest(text: str) -> list[str]:
    lines = [
        line for line in text.splitlines(keepends=True)
        if not line.startswith("|") and not re.match(r"\[[^\]]+\]: \S+ [\"'(]sync \d", line)
    ]  # fmt: skip
    while lines and not lines[-1].strip():
        lines.pop()
    if lines:
        lines[-1] = lines[-1].rstrip(
            "\r\n"
        )  # a definition behind a last line without a line end needs one
    return lines
