"""Jira's description of itself, held against requests and answers of both versions of its API.

The official description is of version 3. Version 2 has the same operations and shapes; where version 3 has a document,
it has a text in wiki markup. Data Center has version 2 alone, without what came later.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.support.contracts import Contract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.contracts import Request

_FOLDER: Final = Path(__file__).parents[2] / "contracts"
_VERSION: Final = re.compile(r"/rest/api/([23])(?=/)")
_CLOUD_ALONE: Final = (
    "GET /rest/api/3/search/jql",
    "POST /rest/api/3/search/jql",
    "POST /rest/api/3/issue/bulkfetch",
    "GET /rest/api/3/priority/search",
    "GET /rest/api/3/label",
)
_TEXTS: Final = frozenset({"description", "environment"})
_COMMENT: Final = frozenset({"comment", "comments", "add"})
_APART: Final = frozenset({"properties", "transitions", "editmeta", "names", "schema"})
"""Keys below which there are no texts, whatever things are called there."""
_AT_ONCE: Final = {"issueUpdates": 50, "issueIdsOrKeys": 100}
"""How many issues one request may be about; that stands in the prose alone."""
_ERROR: Final = frozenset({"errorMessages", "errors", "warningMessages", "status"})


class JiraContract:
    """What Jira says of itself. See ``Contract``.

    Args:
        cloud: Whether it is the one in the cloud.
    """

    def __init__(self, *, cloud: bool) -> None:
        names = ["jira-cloud-v3.json", "jira-more.json", *([] if cloud else ["jira-server.json"])]
        self._versions = ("2", "3") if cloud else ("2",)
        # Its times have an offset without a colon, which RFC 3339 doesn't know.
        self._contract = Contract(
            *(_FOLDER / name for name in names),
            without=() if cloud else _CLOUD_ALONE,
            formats=("date-time",),
        )

    def of_request(self, request: Request) -> list[str]:
        """What is wrong with a request; empty if nothing is."""
        version = self._version(request)
        if version is None:
            return [f"{request.method} {request.path} is no operation"]
        wrong = self._contract.of_request(_as_3(request))
        return wrong or [*_too_many(request.body), *_wrong_texts(request, request.body, version)]

    def of_answer(self, request: Request, status: int, body: Any) -> list[str]:
        """What is wrong with the answer to a request that was found right; ``None`` is an answer without a body."""
        wrong = self._contract.of_answer(_as_3(request), status, body)
        if wrong == ["there is to be no body"] and status >= 400:
            # The description leaves out what an error looks like where it is the usual collection of errors.
            return [] if isinstance(body, str) or body.keys() <= _ERROR else wrong
        version = self._version(request) or "3"
        return wrong or list(_wrong_texts(request, body, version))

    def _version(self, request: Request) -> str | None:
        match = _VERSION.match(request.path)
        return match[1] if match and match[1] in self._versions else None


def _as_3(request: Request) -> Request:
    return replace(request, path=_VERSION.sub("/rest/api/3", request.path, count=1))


def _too_many(body: Any) -> Iterator[str]:
    for name, most in _AT_ONCE.items():
        if isinstance(body, dict) and len(body.get(name, ())) > most:
            yield f"the body.{name}: there are more than {most}"


def _wrong_texts(request: Request, body: Any, version: str) -> Iterator[str]:
    for where, value in _texts(body, "the body", "comment" if _is_comment(request) else ""):
        if value is None:
            continue
        if version == "2" and not isinstance(value, str):
            yield f"{where}: version 2 has a text here"
        if version == "3" and not is_document(value):
            yield f"{where}: version 3 has a document here"


def is_document(value: Any) -> bool:
    """Whether something is a document of version 3."""
    return (
        isinstance(value, dict)
        and value.get("type") == "doc"
        and value.get("version") == 1
        and isinstance(value.get("content"), list)
    )


def _is_comment(request: Request) -> bool:
    return request.path.endswith("/comment")


def _texts(value: Any, where: str, parent: str) -> Iterator[tuple[str, Any]]:
    """The texts of a body, and where they are."""
    if isinstance(value, list):
        for number, element in enumerate(value):
            yield from _texts(element, f"{where}[{number}]", parent)
    if not isinstance(value, dict):
        return
    for key, element in value.items():
        if _is_text(parent, key):
            yield f"{where}.{key}", element
        elif key not in _APART:
            yield from _texts(element, f"{where}.{key}", key)


def _is_text(parent: str, key: str) -> bool:
    return (
        (parent == "fields" and key in _TEXTS)
        or (parent in _TEXTS and key == "set")
        or (parent in _COMMENT and key == "body")
    )


@cache
def contract(*, cloud: bool) -> JiraContract:
    """The description of Jira in the cloud or of Data Center."""
    return JiraContract(cloud=cloud)
