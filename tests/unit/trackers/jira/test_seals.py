"""What the property holds, and what counts as a person's touch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.testing.lab import marker
from syncer.trackers.jira.issues import Shape
from syncer.trackers.jira.raw import Account, State
from syncer.trackers.jira.seals import TOUCHED, is_touched, read, seal_of, written
from tests.unit.trackers.jira.test_workflow import RAW

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

SEALED = replace(RAW, held=written(marker(3), seal_of(RAW)))


def test_a_marker_and_its_seal_read_back() -> None:
    held = read(SEALED.held)
    assert held is not None
    assert held.marker == marker(3)
    assert not is_touched(SEALED, held)


@pytest.mark.parametrize(
    "changed",
    [
        replace(SEALED, summary="Do that"),
        replace(SEALED, state=State("9", "Doing", "indeterminate")),
        replace(SEALED, assignee=Account("5b10", "Alice")),
        replace(SEALED, due="2025-12-01"),
        replace(SEALED, priority="High"),
        replace(SEALED, comments=1),
        replace(SEALED, held=None),
        replace(SEALED, held=written(marker(3), {TOUCHED: True})),
        replace(SEALED, held={"marker": "nonsense"}),
    ],
)
def test_what_a_person_changes_is_a_touch(changed: object) -> None:
    assert isinstance(changed, type(SEALED))
    assert is_touched(changed, read(changed.held))


def test_what_jira_fills_in_by_itself_is_none() -> None:
    filed = replace(RAW, held=written(marker(), {"due": "", "category": "new", "comments": 0}))
    given = replace(filed, priority="Medium", assignee=Account("c", "Carol"))
    assert not is_touched(given, read(given.held))


@pytest.mark.parametrize("held", [{}, {"marker": 7}, {"marker": "syncer 1 item=x"}, {"seal": []}])
def test_a_damaged_property_has_no_marker(held: dict[str, object]) -> None:
    found = read(held)
    assert found is not None
    assert found.marker is None
    assert read(None) is None


_OWN = written(marker(3), seal_of(RAW))
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_NAMES = st.sampled_from([*_OWN["seal"], "category", TOUCHED])
_MARKERS = st.text() | st.text().map(lambda text: f"{_OWN['marker']}{text}")
_PROPERTIES = st.one_of(
    st.dictionaries(st.text(), _JSON, max_size=3),
    st.fixed_dictionaries({}, optional={"version": _JSON, "marker": _JSON, "seal": _JSON}),
    st.fixed_dictionaries(
        {
            "version": st.just(1) | _JSON,
            "marker": _MARKERS | _JSON,
            "seal": st.dictionaries(_NAMES | st.text(), _JSON),
        }
    ),
)


@given(_PROPERTIES)
def test_whatever_somebody_writes_there_is_read(held: Mapping[str, Any]) -> None:
    issue = Shape("syncer").issue(replace(RAW, held=held, labels=("syncer",)), cloud=True)
    assert issue.marker is None or isinstance(held["marker"], str)


@pytest.mark.parametrize("name", ["version", *(f"seal.{name}" for name in _OWN["seal"])])
@pytest.mark.parametrize("value", [None, "x", True, 1.5, [], {}])
def test_a_value_of_another_type_breaks_the_seal(name: str, value: object) -> None:
    expected = str if name.startswith("seal.") and name != "seal.comments" else int
    if type(value) is expected:
        value = 7
    inside = name.removeprefix("seal.")
    held = (
        _OWN | {"seal": _OWN["seal"] | {inside: value}} if inside != name else _OWN | {name: value}
    )
    found = read(held)
    assert found is not None
    assert found.marker == marker(3)
    assert is_touched(replace(RAW, held=held), found)


def test_a_name_that_no_seal_has_breaks_it() -> None:
    held = _OWN | {"seal": _OWN["seal"] | {"colour": None}}
    assert is_touched(replace(RAW, held=held), read(held))
