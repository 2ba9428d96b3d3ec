"""The whole engine against people who edit both sides, and a tracker and a store that fail at any moment.

The rules are what people do, and when a sync happens; ``tests/support/world.py`` says what has to hold after each. A
rule that finds nothing to work on does nothing, so that no example is thrown away.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from syncer.core.reconciling.documentplan import Rules
from syncer.core.reconciling.fields import Policies
from syncer.model import Status
from tests.support import people, tallies
from tests.support.accounts import Accounts
from tests.support.model_store import ModelStore, StoreFault
from tests.support.model_tracker import Fault, ModelTracker
from tests.support.world import World

if TYPE_CHECKING:
    from syncer.core.reconciling.fields import Policy
    from syncer.model import Field

LONG: Final = os.environ.get("HYPOTHESIS_PROFILE") == "long"
COUNTS: Final[Counter[str]] = Counter()
MOST_ROWS: Final = 6
MOST_DOCUMENTS: Final = 4

numbers = st.integers(0, 7)
rows = st.tuples(*(st.sampled_from(values) for values in people.VALUES.values()))
synced = precondition(lambda self: self.world.tracker.entries)


class Engine(RuleBasedStateMachine):
    """One or more documents, one tracker, and a sync every now and then."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.notes = 0
        self.documents = 0

    # The beginning

    @initialize(
        rich=st.booleans(),
        traits=st.sets(st.sampled_from(["stale", "several", "starts", "known", "named"])),
        policy=st.sampled_from([None, None, "document", "tracker", "report"]),
        columns=st.sampled_from(
            [
                ["Action", "Owner", "Due Date", "Status"],
                ["Action", "Owner", "Due Date", "Status", "Priority", "Issue"],
                ["Issue", "Action", "Owner", "Due Date"],
            ]
        ),
        contents=st.lists(st.lists(rows, min_size=1, max_size=3), min_size=1, max_size=2),
        end=st.sampled_from(["\n", "\r\n"]),
        bom=st.booleans(),
        finished=st.booleans(),
    )
    def begin(
        self,
        *,
        rich: bool,
        traits: set[str],
        policy: Policy | None,
        columns: list[str],
        contents: list[list[tuple[str, ...]]],
        end: str,
        bom: bool,
        finished: bool,
    ) -> None:
        texts = {}
        for items in contents:
            made = []
            for item in items:
                values = dict(zip(people.VALUES, item, strict=True))
                made.append([self._note(), *(values.get(name, "") for name in columns)])
            number = self._number()
            texts[f"{number}.md"] = people.new_document(
                number, columns, made, end=end, bom=bom, finished=finished
            )
        policies = (
            Policies() if policy is None else Policies(policy, policy, policy, policy, policy)
        )
        tracker = ModelTracker(
            rich=rich,
            stale="stale" in traits,
            several="several" in traits,
            starts="starts" in traits,
            people=Accounts(known="known" in traits, named="named" in traits),
        )
        self.world = World(ModelStore(texts), tracker, Rules(policies=policies), policy, COUNTS)

    def _note(self) -> str:
        self.notes += 1
        return f"r{self.notes}"

    def _number(self) -> int:
        self.documents += 1
        return self.documents

    # People and documents

    def _path(self, number: int) -> str:
        paths = sorted(self.world.store.texts)
        return paths[number % len(paths)]

    def _row(self, which: int, number: int) -> tuple[str, int, str] | None:
        """A document's path, a row of it, and its text; ``None`` if it has no rows."""
        path = self._path(which)
        text = self.world.store.texts[path]
        count = len(people.Paper.of(text))
        return (path, number % count, text) if count else None

    @rule(
        which=numbers,
        row=numbers,
        column=st.sampled_from(["Status", "Owner", "Due Date", "Priority"]),
        value=numbers,
        at_once=st.booleans(),
    )
    def edits_a_cell(self, which: int, row: int, column: str, value: int, *, at_once: bool) -> None:
        found = self._row(which, row)
        if found:
            path, place, text = found
            choices = people.VALUES[column]
            value %= len(choices)
            self.world.rewrite(path, people.edit_cell(text, place, column, choices[value]))
            if at_once:
                self.world.sync()

    @rule(which=numbers, row=numbers, value=st.sampled_from(people.TEXTS), slightly=st.booleans())
    def rewords(self, which: int, row: int, value: str, *, slightly: bool) -> None:
        found = self._row(which, row)
        if found:
            path, place, text = found
            self.world.may_stray(path, place)
            if slightly:
                paper = people.Paper.of(text)
                value = paper.rows[place][paper.header.index("Action")][:40] + "!"
            self.world.rewrite(path, people.edit_cell(text, place, "Action", value))

    @rule(which=numbers, place=numbers, values=rows)
    def adds_a_row(self, which: int, place: int, values: tuple[str, ...]) -> None:
        path = self._path(which)
        text = self.world.store.texts[path]
        if len(people.Paper.of(text)) < MOST_ROWS:
            self.world.rewrite(path, people.add_row(text, self._note(), values, place))

    @rule(which=numbers, row=numbers)
    def deletes_a_row(self, which: int, row: int) -> None:
        found = self._row(which, row)
        if found:
            path, place, text = found
            self.world.may_stray(path, place, though_linked=True)
            self.world.rewrite(path, people.delete_row(text, place))

    @rule(which=numbers, row=numbers)
    def copies_a_row(self, which: int, row: int) -> None:
        found = self._row(which, row)
        if found and len(people.Paper.of(found[2])) < MOST_ROWS:
            path, place, text = found
            self.world.may_stray(path, place, though_linked=True)
            self.world.rewrite(path, people.copy_row(text, place, self._note()))

    @rule(which=numbers, row=numbers, other=numbers, place=numbers)
    def moves_a_row_to_another_document(self, which: int, row: int, other: int, place: int) -> None:
        """By cut and paste: the words of its cells, and not the definition of its link."""
        found = self._row(which, row)
        target = self._path(other)
        if found and target != found[0]:
            path, number, text = found
            self.world.may_stray(path, number, though_linked=True)
            given = people.cells(text, number)
            self.world.rewrite(path, people.delete_row(text, number))
            there = people.add_cells(self.world.store.texts[target], self._note(), given, place)
            self.world.rewrite(target, there)
            COUNTS["rows moved to another document"] += 1

    @rule(which=numbers, by=numbers)
    def reorders(self, which: int, by: int) -> None:
        path = self._path(which)
        self.world.rewrite(path, people.turn(self.world.store.texts[path], by))

    @rule(which=numbers, style=st.sampled_from(["mdformat", "prettier", "remark"]))
    def reformats(self, which: int, style: str) -> None:
        path = self._path(which)
        self.world.rewrite(path, people.reformat(self.world.store.texts[path], style))

    @rule(which=numbers, row=numbers)
    @synced
    def empties_an_issue_cell(self, which: int, row: int) -> None:
        found = self._row(which, row)
        if found:
            path, place, text = found
            self.world.may_stray(path, place, though_linked=True)
            self.world.rewrite(path, people.edit_cell(text, place, "Issue", ""))

    @rule(which=numbers, row=numbers, url=st.booleans())
    def names_an_issue(self, which: int, row: int, *, url: bool) -> None:
        """A person has filed an issue, and writes its name or address into the row that promises it."""
        found = self._row(which, row)
        if found:
            path, place, text = found
            title = people.TEXTS[row % len(people.TEXTS)]
            names = self.world.tracker.names(self.world.tracker.file(title))
            new = people.edit_cell(text, place, "Issue", names.url if url else names.short)
            if new != text:
                self.world.may_stray(path, place, though_linked=True)
                self.world.rewrite(path, new)
                COUNTS["issues named by a person"] += 1

    @rule(which=numbers)
    @synced
    def copies_a_document(self, which: int) -> None:
        texts = self.world.store.texts
        if len(texts) < MOST_DOCUMENTS:
            text = texts[self._path(which)]
            number = self._number()
            texts[f"{number}.md"] = people.copied(text, number)
            COUNTS["documents copied"] += 1

    @rule(which=numbers)
    @synced
    def renames_a_document(self, which: int) -> None:
        path = self._path(which)
        if path not in self.world.store.held:
            for row in range(len(people.Paper.of(self.world.store.texts[path]))):
                self.world.may_stray(path, row)
            new = f"{self._number()}.md"
            self.world.store.texts[new] = self.world.store.texts.pop(path)
            self.world.oracle.renamed(path, new)
            COUNTS["documents renamed"] += 1

    @rule(which=numbers, back=numbers)
    def reverts(self, which: int, back: int) -> None:
        path = self._path(which)
        past = self.world.store.versions.get(path)
        if past:
            before = self.world.store.texts[path]
            for row in range(len(people.Paper.of(before))):
                self.world.may_stray(path, row, though_linked=True)
            self.world.store.put(path, past[-1 - back % len(past)])
            self.world.doubt(path, before, self.world.store.texts[path])
            for seen in self.world.rows(path):
                self.world.strays.add(seen.note)
            COUNTS["reverts"] += 1

    @rule(which=numbers)
    @synced
    def loses_the_definitions(self, which: int) -> None:
        """A row's issue cell is a dead reference without its definition; it still says which issue it is."""
        path = self._path(which)
        text = self.world.store.texts[path]
        self.world.doubt(path, text)
        self.world.rewrite(path, people.without_definitions(text))

    @rule(which=numbers)
    def becomes_unreadable(self, which: int) -> None:
        self.world.store.unreadable.add(self._path(which))

    @rule()
    @precondition(lambda self: self.world.store.unreadable)
    def becomes_readable(self) -> None:
        self.world.store.unreadable.clear()

    # People and issues

    def _issue(self, number: int) -> int | None:
        live = sorted(self.world.tracker.live())
        return live[number % len(live)] if live else None

    def _edit(self, number: int, **values: object) -> None:
        uid = self._issue(number)
        if uid is not None:
            self.world.tracker.edit(uid, **values)

    @rule(which=numbers, status=st.sampled_from(list(Status)))
    @synced
    def moves_an_issue_on(self, which: int, status: Status) -> None:
        self._edit(which, status=status)

    @rule(which=numbers, owner=st.sampled_from(["alice", "bob", "", "carol", "erin"]))
    @synced
    def reassigns(self, which: int, owner: str) -> None:
        self._edit(which, owner=owner)

    @rule(
        which=numbers, one=st.sampled_from(["alice", "bob", "carol", "erin"]), first=st.booleans()
    )
    @precondition(lambda self: self.world.tracker.several and self.world.tracker.entries)
    def adds_or_removes_an_assignee(self, which: int, one: str, *, first: bool) -> None:
        uid = self._issue(which)
        if uid is not None:
            issue = self.world.tracker.live()[uid]
            held = [*filter(None, (issue.owner, *issue.owners))]
            others = [other for other in held if other.casefold() != one]
            if others == held:
                others = [one, *held] if first else [*held, one]
            self.world.tracker.edit(uid, owner=others)
            COUNTS["issues that several had"] += len(others) > 1

    @rule(name=st.sampled_from(["owner", "due", "priority"]))
    @precondition(lambda self: not self.world.tracker.untold)
    def hides_a_value(self, name: Field) -> None:
        if name in self.world.tracker.capabilities.fields:
            self.world.tracker.untold.add(name)

    @rule()
    @precondition(lambda self: self.world.tracker.untold)
    def shows_all_values(self) -> None:
        self.world.tracker.untold.clear()

    @rule(which=numbers, due=st.sampled_from(people.DUES))
    @precondition(lambda self: self.world.tracker.rich and self.world.tracker.entries)
    def sets_a_date(self, which: int, due: str) -> None:
        self._edit(which, due=due)

    @rule(which=numbers, title=st.sampled_from(people.TEXTS))
    @synced
    def renames_an_issue(self, which: int, title: str) -> None:
        self._edit(which, title=title)

    @rule(
        which=numbers,
        row=numbers,
        status=numbers,
        other=st.sampled_from(list(Status)),
        owner=numbers,
        at_once=st.booleans(),
    )
    @synced
    def both_are_edited(
        self, which: int, row: int, status: int, other: Status, owner: int, *, at_once: bool
    ) -> None:
        """The same row and issue between two syncs: where the values differ, that is a conflict."""
        found = self._row(which, row)
        key = self.world.seen(*found[:2]).key if found else None
        if found and key and self.world.tracker.find(key):
            path, place, text = found
            text = people.edit_cell(text, place, "Status", people.STATUSES[status % 5])
            text = people.edit_cell(text, place, "Owner", people.OWNERS[owner % 3])
            self.world.rewrite(path, text)
            new = ("bob", "", "alice", "carol")[owner % 4]
            self.world.tracker.edit(self.world.tracker.keys[key], status=other, owner=new)
            if at_once:
                self.world.sync()

    @rule(which=numbers, theirs=st.sampled_from(["carol", "erin", ""]))
    def a_new_row_comes_to_a_conflict(self, which: int, theirs: str) -> None:
        """It is in step, and then it is given to one, and its issue to another or to nobody."""
        world, path = self.world, self._path(which)
        if len(people.Paper.of(world.store.texts[path])) >= MOST_ROWS:
            return
        world.store.unreadable.clear()
        world.store.holding = False
        world.tracker.lag = 0
        values = (f"Settle quarrel number {self.notes}", "@alice", "", "Not Started", "")
        note = self._note()
        world.rewrite(path, people.add_row(world.store.texts[path], note, values, 0))
        world.sync()
        key = world.seen(path, 0).key
        if key and world.tracker.find(key):
            text = world.store.texts[path]
            world.rewrite(path, people.edit_cell(text, 0, "Owner", "@bob"))
            world.tracker.edit(world.tracker.keys[key], owner=theirs)
            world.sync()

    @rule(which=numbers)
    @synced
    def deletes_an_issue(self, which: int) -> None:
        uid = self._issue(which)
        if uid is not None:
            self.world.tracker.delete(uid)
            COUNTS["issues deleted"] += 1

    @rule(which=numbers)
    @synced
    def moves_an_issue_away(self, which: int) -> None:
        uid = self._issue(which)
        if uid is not None:
            self.world.tracker.move(uid)
            COUNTS["issues moved"] += 1

    # Deliveries

    @rule(holding=st.booleans())
    def holds_deliveries(self, *, holding: bool) -> None:
        self.world.store.holding = holding

    @rule(which=numbers, merged=st.booleans())
    @precondition(lambda self: self.world.store.held)
    def ends_a_delivery(self, which: int, *, merged: bool) -> None:
        held = sorted(self.world.store.held)
        self.world.end_delivery(held[which % len(held)], merged=merged)

    # Syncs: under several names, so that they are as frequent as edits are

    @rule()
    def syncs(self) -> None:
        self.world.sync()

    syncs_now = rule()(lambda self: self.world.sync())
    syncs_on_a_timer = rule()(lambda self: self.world.sync())
    syncs_on_a_merge = rule()(lambda self: self.world.sync())

    @rule(lag=st.integers(0, 3))
    def lags(self, lag: int) -> None:
        self.world.tracker.lag = lag

    @rule(
        faults=st.lists(st.sampled_from(list(Fault)), max_size=6),
        store_faults=st.lists(st.sampled_from(list(StoreFault)), max_size=3),
        reads=st.lists(st.sampled_from([False, False, False, True]), max_size=8),
        edit=st.tuples(numbers, numbers),
    )
    def syncs_with_faults(
        self,
        faults: list[Fault],
        store_faults: list[StoreFault],
        reads: list[bool],
        edit: tuple[int, int],
    ) -> None:
        def person(path: str) -> None:
            text = self.world.store.texts[path]
            count = len(people.Paper.of(text))
            if count:
                value = people.OWNERS[edit[1] % len(people.OWNERS)]
                self.world.rewrite(path, people.edit_cell(text, edit[0] % count, "Owner", value))

        tracker, store = self.world.tracker, self.world.store
        store.person = person
        tracker.faults, store.faults = deque(faults), deque(store_faults)
        tracker.read_faults = deque(reads)
        self.world.sync()
        for left in (tracker.faults, store.faults, tracker.read_faults):
            left.clear()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.come_to_rest()


TestEngine = Engine.TestCase
TestEngine.settings = settings(
    max_examples=1_000 if LONG else 120,
    stateful_step_count=50 if LONG else 40,
    deadline=None,
    # The ordinary run takes the same ways each time; the long one looks for new ones.
    derandomize=not LONG,
    suppress_health_check=list(HealthCheck),
)


OFTEN: Final = (
    *(f"conflicts: {side} wins" for side in ("document", "tracker", "nobody")),
    *(f"changes: {kind}" for kind in ("adopt", "create", "heal", "update", "write-back")),
    *("questions: who somebody is", "questions: how an issue really is"),
    *("complete syncs with reads from the past", "issues that several had"),
    "killed",
)
RARELY: Final = (
    *("changes: close", "changes: reopen"),
    *("deliveries dropped", "deliveries merged late", "filed again while the search lagged"),
)
"""What the few examples of the ordinary run need not meet."""


@pytest.mark.parametrize("kind", [*OFTEN, *(RARELY if LONG else ())])
def test_the_syncs_above_met_what_they_are_about(kind: str) -> None:
    if not COUNTS:
        pytest.skip("the syncs did not run")
    tallies.show("syncs against people and faults", COUNTS)
    assert COUNTS[kind] > 0
