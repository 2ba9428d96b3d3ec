"""What the fields of issues hold: how it comes in, what is refused, and how it goes out.

===============  ==============================  =======================================
kind             kept as                         comes in as
===============  ==============================  =======================================
string, text     a text                          a text; a text area is a document in v3
user             the name of an account          ``{"accountId": …}`` or ``{"name": …}``
labels           texts                           texts
priority, …      ``Named``                       ``{"id": …}`` or ``{"name": …}``
option(s)        ``Named`` (several)             ``{"id": …}`` or ``{"value": …}``
number           a float                         a number
date, datetime   a text                          a text
===============  ==============================  =======================================
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from tests.support.jira.contract import is_document
from tests.support.jira.documents import as_document, as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.support.jira.projects import Project
    from tests.support.jira.records import Field, Named
    from tests.support.jira.store import Store

SUMMARY_LIMIT: Final = 255
TEXT_LIMIT: Final = 32_767
LABEL_LIMIT: Final = 255


class FieldError(Exception):
    """A value that isn't taken."""


def parse(store: Store, project: Project, field: Field, raw: Any, version: int) -> Any:
    """A value as it is kept; ``None`` for none.

    Raises:
        FieldError: It isn't taken.
    """
    if raw is None and field.id != "summary":
        return () if field.kind in ("labels", "components") else None
    reader = _READERS.get(field.kind)
    if reader is None:
        raise FieldError(
            f"Field '{field.id}' cannot be set. It is not on the appropriate screen, or unknown."
        )
    return reader(store, project, field, raw, version)


def _string(store: Store, project: Project, field: Field, raw: Any, version: int) -> str | None:
    if field.id == "summary" and (raw is None or not str(raw).strip()):
        raise FieldError("You must specify a summary of the issue.")
    if not isinstance(raw, str):
        raise FieldError("Operation value must be a string")
    if field.id == "summary" and re.search(r"[\r\n]", raw):
        raise FieldError("The summary is invalid because it contains newline characters.")
    if len(raw) > SUMMARY_LIMIT:
        name = "Summary" if field.id == "summary" else field.name
        raise FieldError(f"{name} must be less than 255 characters.")
    return raw.strip() or None


def _text(store: Store, project: Project, field: Field, raw: Any, version: int) -> str | None:
    return text(raw, version) or None


def text(raw: Any, version: int) -> str:
    """A text area's text, or a comment's.

    Raises:
        FieldError: It isn't one.
    """
    if version == 3:
        if not is_document(raw):
            raise FieldError(
                "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
            )
        raw = as_text(raw)
    if not isinstance(raw, str):
        raise FieldError("Operation value must be a string")
    if len(raw) > TEXT_LIMIT:
        raise FieldError(
            "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
        )
    return raw


def _user(store: Store, project: Project, field: Field, raw: Any, version: int) -> str | None:
    identity = "accountId" if store.cloud else "name"
    if not isinstance(raw, dict) or not raw.keys() & {identity, "id"}:
        raise FieldError("expected an object")
    given = raw.get(identity, raw.get("id"))
    if field.id == "assignee" and given == "-1":
        return project.default_assignee.name if project.default_assignee else None
    if not given:
        return None
    attribute = "account_id" if store.cloud else "name"
    user = next((one for one in store.users.values() if getattr(one, attribute) == given), None)
    if user is None:
        raise FieldError(f"User '{given}' does not exist.")
    if field.id == "assignee" and not project.can_have(user):
        raise FieldError(f"User '{given}' cannot be assigned issues.")
    if not user.active:
        raise FieldError(f"User '{given}' is not active.")
    return user.name


def _labels(
    store: Store, project: Project, field: Field, raw: Any, version: int
) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(one, str) for one in raw):
        raise FieldError("data was not an array")
    for label in raw:
        if re.search(r"\s", label):
            raise FieldError(f"The label '{label}' contains spaces which is invalid.")
        if len(label) > LABEL_LIMIT:
            raise FieldError(
                f"The label '{label}' exceeds the maximum length for a single label of 255 characters."
            )
    # They are kept without their order.
    return tuple(sorted({label for label in raw if label}))


def _chosen(field: Field, raw: Any, choices: Sequence[Named], called: str) -> Named:
    if not isinstance(raw, dict) or not raw.keys() & {"id", called}:
        raise FieldError(f"Could not find valid 'id' or '{called}' in the {field.name} object.")
    for one in choices:
        if ("id" in raw and str(raw["id"]) == one.id) or (
            "id" not in raw and raw[called] == one.name
        ):
            return one
    if called == "value":
        raise FieldError(
            f"Option id '{raw['id']}' is not valid"
            if "id" in raw
            else f"Option value '{raw['value']}' is not valid"
        )
    raise FieldError(f"The {field.name.lower()} selected is invalid.")


def _priority(store: Store, project: Project, field: Field, raw: Any, version: int) -> Named:
    return _chosen(field, raw, project.priorities, "name")


def _resolution(store: Store, project: Project, field: Field, raw: Any, version: int) -> Named:
    return _chosen(field, raw, store.resolutions, "name")


def _components(
    store: Store, project: Project, field: Field, raw: Any, version: int
) -> tuple[Named, ...]:
    if not isinstance(raw, list):
        raise FieldError("data was not an array")
    return tuple(_chosen(field, one, project.components, "name") for one in raw)


def _option(store: Store, project: Project, field: Field, raw: Any, version: int) -> Named:
    return _chosen(field, raw, field.options, "value")


def _options(
    store: Store, project: Project, field: Field, raw: Any, version: int
) -> tuple[Named, ...]:
    if not isinstance(raw, list):
        raise FieldError("data was not an array")
    return tuple(_chosen(field, one, field.options, "value") for one in raw)


def _number(store: Store, project: Project, field: Field, raw: Any, version: int) -> float:
    if not isinstance(raw, int | float) or isinstance(raw, bool):
        raise FieldError("Operation value must be a number")
    return float(raw)


def _date(store: Store, project: Project, field: Field, raw: Any, version: int) -> str | None:
    if raw == "":
        return None
    if isinstance(raw, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", raw):
        with suppress(ValueError):
            return date.fromisoformat(raw).isoformat()
    raise FieldError(f"Error parsing date string: {raw}")


def _datetime(store: Store, project: Project, field: Field, raw: Any, version: int) -> str | None:
    try:
        return stamp(datetime.strptime(raw, "%Y-%m-%dT%H:%M:%S.%f%z"))
    except (TypeError, ValueError):
        raise FieldError(f"Error parsing time: {raw}") from None


def stamp(time: datetime) -> str:
    """A time as Jira writes it."""
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}{time:%z}"


_READERS: Final = {
    "string": _string,
    "text": _text,
    "user": _user,
    "labels": _labels,
    "priority": _priority,
    "resolution": _resolution,
    "components": _components,
    "option": _option,
    "options": _options,
    "number": _number,
    "date": _date,
    "datetime": _datetime,
}


def shown_text(value: str | None, version: int) -> Any:
    """A text area's text, or a comment's, as it goes out."""
    return as_document(value) if value is not None and version == 3 else value
