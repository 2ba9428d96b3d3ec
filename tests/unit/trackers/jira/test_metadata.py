"""Values of the settings in the forms that Jira takes."""

from __future__ import annotations

from typing import Any

import pytest

from syncer.errors import TrackerError
from syncer.trackers.jira.metadata import Screen, form_of, meta_of, unlisted


def meta(kind: str, items: str = "") -> dict[str, Any]:
    return {"fieldId": "customfield_1", "name": "Team", "schema": {"type": kind, "items": items}}


@pytest.mark.parametrize(
    ("kind", "items", "value", "form"),
    [
        ("string", "", "words", "words"),
        ("string", "", 7, "7"),
        ("number", "", 7, 7),
        ("number", "", "7.5", 7.5),
        ("date", "", "2025-12-01", "2025-12-01"),
        ("datetime", "", "2026-01-01T10:00:00.000", "2026-01-01T10:00:00.000+0000"),
        ("datetime", "", "2026-01-01T10:00:00.250+01:00", "2026-01-01T10:00:00.250+0100"),
        ("datetime", "", "2026-01-01T10:00:00.000+0000", "2026-01-01T10:00:00.000+0000"),
        ("datetime", "", "2026-01-01", "2026-01-01T00:00:00.000+0000"),
        ("option", "", "Platform", {"value": "Platform"}),
        ("option-with-child", "", "EU", {"value": "EU"}),
        ("option-with-child", "", ["EU", "Bonn"], {"value": "EU", "child": {"value": "Bonn"}}),
        ("option", "", {"id": "10001"}, {"id": "10001"}),
        ("array", "option", ["A", "B"], [{"value": "A"}, {"value": "B"}]),
        ("array", "option", "A", [{"value": "A"}]),
        ("array", "string", ["x"], ["x"]),
        ("array", "component", ["API"], [{"name": "API"}]),
        ("priority", "", "High", {"name": "High"}),
        ("user", "", "5b10", {"accountId": "5b10"}),
        ("user", "", {"user": "5b10"}, {"accountId": "5b10"}),
        ("array", "user", ["5b10"], [{"accountId": "5b10"}]),
    ],
)
def test_a_value_has_the_form_of_its_field(kind: str, items: str, value: Any, form: Any) -> None:
    assert form_of(meta_of(meta(kind, items)), value, cloud=True) == form


@pytest.mark.parametrize(
    ("kind", "items", "value"),
    [
        ("number", "", "abc"),
        ("number", "", ""),
        ("number", "", "nan"),
        ("number", "", float("nan")),
        ("number", "", float("inf")),
        ("number", "", True),
        ("number", "", [1]),
        ("array", "number", [1, "abc"]),
        ("string", "", ["a", "b"]),
        ("option", "", ["a", "b"]),
        ("option-with-child", "", ["a", "b", "c"]),
        ("option-with-child", "", ["a", {"id": "1"}]),
        ("date", "", "tomorrow"),
        ("datetime", "", "tomorrow"),
    ],
)
def test_what_a_field_doesn_t_take_is_told_and_never_sent(
    kind: str, items: str, value: Any
) -> None:
    with pytest.raises(TrackerError, match=r"“Team” \(customfield_1\) takes") as caught:
        form_of(meta_of(meta(kind, items)), value, cloud=True)
    assert "`transition_fields`" in caught.value.remedy


def test_a_user_of_a_server_has_a_name() -> None:
    assert form_of(meta_of(meta("user")), "alice", cloud=False) == {"name": "alice"}


def test_a_field_is_found_by_its_id_or_by_the_only_name() -> None:
    one, two = meta_of(meta("string")), meta_of({**meta("string"), "fieldId": "customfield_2"})
    screen = Screen(("Task",), "1", {one.id: one})
    assert screen.find("customfield_1") is screen.find("team") is one
    assert Screen(("Task",), "1", {one.id: one, two.id: two}).find("Team") is None


@pytest.mark.parametrize(
    ("kind", "items", "value", "wrong"),
    [
        ("option", "", "Night", ""),
        ("option", "", "night", ""),
        ("option", "", "Nacht", "Nacht"),
        ("option", "", {"value": "Nacht"}, "Nacht"),
        ("option", "", {"id": "10001"}, ""),
        ("array", "option", ["Day", "Nacht"], "Nacht"),
        ("array", "version", "Day", ""),
        ("string", "", "Nacht", ""),
        ("user", "", "Nacht", ""),
    ],
)
def test_what_can_t_be_chosen(kind: str, items: str, value: Any, wrong: str) -> None:
    chosen = meta_of({**meta(kind, items), "allowedValues": [{"value": "Night"}, {"name": "Day"}]})
    assert unlisted(chosen, value) == wrong
    assert unlisted(meta_of(meta(kind, items)), value) == ""


def test_what_is_chosen_is_spelled_as_in_the_list() -> None:
    chosen = meta_of({**meta("option"), "allowedValues": [{"value": "Night"}]})
    assert form_of(chosen, "night", cloud=True) == {"value": "Night"}


@pytest.mark.parametrize(
    ("options", "value", "chosen"),
    [
        (["Yes", "No"], True, "Yes"),
        (["Yes", "No"], False, "No"),
        (["On", "Off"], False, "Off"),
        (["True", "Yes"], True, "True"),
    ],
)
def test_what_yaml_takes_for_true_or_false_is_the_option_that_it_was(
    options: list[str], value: object, chosen: str
) -> None:
    found = meta_of({**meta("option"), "allowedValues": [{"value": one} for one in options]})
    assert unlisted(found, value) == ""
    assert form_of(found, value, cloud=True) == {"value": chosen}


@pytest.mark.parametrize("options", [["Yes", "On"], ["Maybe"]])
def test_what_it_was_has_to_be_clear(options: list[str]) -> None:
    found = meta_of({**meta("option"), "allowedValues": [{"value": one} for one in options]})
    assert unlisted(found, True) == "True"  # noqa: FBT003


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("EU", ""),
        (["eu", "bonn"], ""),
        (["EU", "Rome"], "EU, Rome"),
        (["US", "Bonn"], "US"),
        ("US", "US"),
    ],
)
def test_what_can_t_be_chosen_below_an_option(value: Any, wrong: str) -> None:
    listed = [{"value": "EU", "children": [{"value": "Bonn"}]}]
    found = meta_of({**meta("option-with-child"), "allowedValues": listed})
    assert unlisted(found, value) == wrong
    if value == ["eu", "bonn"]:
        form = {"value": "EU", "child": {"value": "Bonn"}}
        assert form_of(found, value, cloud=True) == form
