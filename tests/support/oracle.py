"""Knows what the two sides last agreed on, whatever was delivered, lost or reverted, and judges each write by it.

The engine has to find the last agreed value in definitions and markers that may be older than the truth. The oracle
sees every effect at the moment when it happens, and holds the engine to the rule of three values:

- a field of an issue is written only with what its row says, and only if the row has moved since the last agreement;
- a cell is written only with what its issue has, and only if the issue has moved;
- where both have moved, to different values, the write must be among the reported conflicts;
- of several who have an issue only that one gives way whom its row had, and the cell of a team is never written.

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
from syncer.core.state import action_hash
from syncer.model import FIELDS, Agreed, Field, Status
from tests.support.accounts import TEAMS, having
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

    def kept(self, path: str, text: str) -> set[int | None]:
        """The issues about which a text keeps what was agreed."""
        kept = read_links(document(path, text), [self.tracker]).kept
        return {self.tracker.keys.get(issue.key) for issue in kept}

    def uid(self, row: Seen) -> int | None:
        return None if row.key is None else self.tracker.keys.get(row.key)

    def theirs(self, issue: Issue, name: Field, ours: str, base: str) -> str | None:
        """What an issue has, as a document would say it; ``None`` for a field without a place in it."""
        if name not in self.tracker.capabilities.fields:
            return None
        if name == "action":
            return issue.title
        if name == "owner":
            return self.tracker.people.name(issue, ours, base)
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
            self._filed(sent, texts)
            return
        linked = [
            (path, row)
            for path, text in texts.items()
            for row in self.rows(path, text)
            if self.uid(row) == sent.uid
        ]
        if not linked:
            # The row's link waits in a delivery: which row it is can't be told from the documents.
            self.forget({sent.uid})
            return
        for name in FIELDS:
            base = self.base(sent.uid, name)
            hint = base.tracker if base else ""
            old, new = (self.theirs(i, name, hint, hint) for i in (sent.before, sent.after))
            if name == "owner":
                self._check_assignees(sent, old or "", None if base is None else hint)
            if old == new or old is None or new is None:
                continue
            drivers = [
                (path, row)
                for path, row in linked
                if name in row.values and self._is_said(sent, name, row.values[name], hint)
            ]
            assert drivers, f"{name} of issue {sent.uid} became {new!r}, which no row says"
            known = [d for d in drivers if self.base(sent.uid, name, (d[0], d[1].note)) is not None]
            if base is not None and known and known == drivers:
                assert known[0][1].values[name] != base.document, (
                    f"{name} of issue {sent.uid} was set back from {old!r} to {new!r}; its row still says {base}"
                )
                noted = name == "action" and self._is_noted_rename(known[0][1], old)
                if old not in (base.tracker, base.document) and not (
                    noted or self._seems_not_taken(sent, name, base, old)
                ):
                    self.judged.append((sent.uid, name, "document"))
            for path, row in drivers[:1]:
                ours = row.values[name]
                account = self.tracker.people.of(ours) if name == "owner" else None
                held = self.theirs(sent.after, name, ours, f"@{account}" if account else hint)
                self._agree(sent.uid, name, Agreed(ours, held or ""), (path, row.note))

    def _filed(self, sent: Sent, texts: Mapping[str, str]) -> None:
        assert sent.draft is not None
        path = sent.draft.marker.document
        found = NOTE.search(sent.after.body)
        filed = [
            r
            for r in self.rows(path, texts[path])
            if found and r.note == found[1] and r.key is None
        ]
        for row in filed[:1]:
            for name, ours in row.values.items():
                held = self.theirs(sent.after, name, ours, "")
                if name == "status" and self._is_started(ours, sent.after):
                    held = ours  # that the issue isn't what the row says is owed to the row
                if held is None or not ours:
                    continue
                self._agree(sent.uid, name, Agreed(ours, held), (path, row.note))
                if held != ours and name in self.tracker.untold:
                    self.unsure.add((sent.uid, name))  # nobody has seen that it wasn't taken

    def _is_said(self, sent: Sent, name: Field, ours: str, hint: str) -> bool:
        """Whether an issue has come to have what a row says."""
        if ours == self.theirs(sent.after, name, ours, hint):
            return True
        if name != "owner" or sent.before is None:
            return False
        if ours:
            return self.tracker.people.of(ours) in having(sent.after)
        # Others may have the issue still, when the row's owner hasn't.
        return having(sent.after) < having(sent.before)

    def _check_assignees(self, sent: Sent, old: str, base: str | None) -> None:
        """Of several who have an issue, only the one gives way that the row had, or that a conflict was about."""
        assert sent.before is not None
        gone = having(sent.before) - having(sent.after)
        new = having(sent.after) - having(sent.before)
        assert len(gone) <= 1, f"{gone} have lost issue {sent.uid}"
        assert len(new) <= 1
        if gone and base is not None and (sent.uid, "owner") not in self.unsure:
            named = old == sent.before.owner_name and sent.before.owner.casefold()
            assert gone == {named or old.removeprefix("@").casefold()}, (
                f"issue {sent.uid} was taken from {gone}, and it was {old!r} who had it"
            )

    def _is_started(self, ours: str, issue: Issue) -> bool:
        new = ours == Status.NOT_STARTED and Status.IN_PROGRESS in issue.statuses
        return new and self.tracker.starts

    def _is_left_different(
        self, was: Seen, now: Seen, issue: Issue, name: Field, theirs: str
    ) -> bool:
        """Whether the two sides were left different for a reason, and it is known what each had then."""
        if was.state is None and issue.marker is None:
            return True  # a person's issue, taken over as it is
        agreed = now.state.values.get(name) if now.state else None
        ours = now.values[name]
        refused = (issue.key, name) in self.tracker.declined
        people = self.tracker.people
        nobody = name == "owner" and (people.of(ours) is None or not ours.startswith("@"))
        return (refused or nobody) and agreed == Agreed(ours, theirs)

    def _is_noted_rename(self, row: Seen, title: str) -> bool:
        """Whether an issue's title is one that the document has taken note of and left."""
        agreed = row.state.values.get("action") if row.state else None
        return agreed is not None and agreed.tracker == action_hash(title)

    def document_written(self, path: str, before: str, after: str, *, held: bool) -> Agreements:
        """Judge the cells of a written text; answers what the two sides agree on once it is delivered."""
        self.time += 1
        then: Agreements = {}
        old, new = self.rows(path, before), self.rows(path, after)
        assert [r.place for r in old] == [r.place for r in new]
        copies = Counter(map(self.uid, new))
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
                old_value = was.values.get(name, "")
                started = name == "status" and self._is_started(old_value, issue)
                if was.key is not None or not started or value != Status.IN_PROGRESS:
                    self._judge_cell(uid, issue, name, old_value, value, who)
                if name in self.tracker.untold:
                    self._unknown(uid, name, value, who)  # nobody has seen what the issue has
                    continue
                kept = now.state.values.get(name) if now.state else None
                base = kept if name == "owner" else self.base(uid, name)
                theirs = self.theirs(issue, name, value, base.tracker if base else "")
                if theirs == value:
                    then[uid, name] = Agreement(self.time, Agreed.both(value), who)
                elif theirs is None or not self._is_left_different(was, now, issue, name, theirs):
                    continue
                elif copies[uid] > 1:
                    # Which of the rows was left different, its values don't tell.
                    self._unknown(uid, name, value, who)
                    self.unsure.add((uid, name))
                else:
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
        if name == "owner" and was:
            assert was not in TEAMS, f"{was!r}, who had issue {uid}, says more than {now!r}"
            account = self.tracker.people.of(was)
            assert account not in having(issue), f"{was!r} has issue {uid}, and gave way to {now!r}"
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

    def _seems_not_taken(self, sent: Sent, name: Field, base: Agreed, old: str) -> bool:
        """Whether the issue was put back to what it had before it was written last, while no delivery said so.

        The marker can't tell that from a write that was never taken: a known limit.
        """
        marker = sent.before.marker if sent.before else None
        claimed = marker.state.values.get(name) if marker else None
        return claimed == Agreed(base.document, old)

    def _unknown(self, uid: int, name: Field, value: str, who: Who) -> None:
        """Something may be agreed from now on, and it can't be told what."""
        if (uid, name) not in self.agreed:
            self._agree(uid, name, Agreed.both(value), who)
            self.unsure.add((uid, name))

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
