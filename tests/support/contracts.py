"""Checks HTTP exchanges against the OpenAPI 3.0 descriptions that a service gives of itself.

Whatever the descriptions don't know is wrong: an operation, a parameter, a key of a body, a status. Besides the
statuses that stand in an operation's description, any operation may answer with those of ``ANYWHERE``.
"""

from __future__ import annotations

import hashlib
import json
import re
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

ANYWHERE: Final = frozenset({301, 307, 401, 403, 429, *range(500, 600)})
"""Answers that are a matter of the service as a whole; 304 is another, to a request with If-None-Match."""

_BASE: Final = "urn:contract"
_JSON: Final = "application/json"
_MOST_A_PAGE: Final = 100


@dataclass(frozen=True)
class Request:
    """What was asked.

    Attributes:
        method: In capitals.
        path: Below the service's base address, encoded.
        query: The parameters, decoded.
        body: What its JSON says; ``None`` for none.
        conditional: Whether it is content with an answer that nothing has changed.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    conditional: bool = False


@dataclass(frozen=True)
class _Operation:
    """One of a description.

    Attributes:
        at: Where it stands, as a JSON pointer.
        pattern: What a path of it looks like.
        content: What the description says.
    """

    at: str
    pattern: re.Pattern[str]
    content: Mapping[str, Any]


class Contract:
    """One or several descriptions as one.

    Args:
        files: Where they are. Of two that describe an operation, the later one counts.
        without: Operations that they describe and that aren't there, as ``GET /pages``.
        formats: Formats of texts that aren't held against it.
    """

    def __init__(
        self, *files: Path, without: Collection[str] = (), formats: Collection[str] = ()
    ) -> None:
        documents = [json.loads(file.read_text(encoding="utf-8")) for file in files]
        self._without = frozenset(without)
        self._formats = copy(oas30_format_checker)
        self._formats.checkers = {
            name: check
            for name, check in oas30_format_checker.checkers.items()
            if name not in formats
        }
        self._document = _merged(documents)
        resource = DRAFT4.create_resource(self._document)
        self._registry: Registry[Any] = Registry().with_resource(_BASE, resource)
        self._validators: dict[str, Any] = {}
        self._fine: set[bytes] = set()

    def of_request(self, request: Request) -> list[str]:
        """What is wrong with a request; empty if nothing is."""
        operation = self._operation(request)
        if operation is None:
            return [f"{request.method} {request.path} is no operation"]
        return [*self._parameters(operation, request), *self._body(operation, request.body)]

    def of_answer(self, request: Request, status: int, body: Any) -> list[str]:
        """What is wrong with the answer to a request that was found right; ``None`` is an answer without a body."""
        operation = self._operation(request)
        if operation is None:
            return []
        answers = operation.content["responses"]
        if str(status) not in answers:
            known = status in ANYWHERE or (status == 304 and request.conditional)
            return [] if known else [f"the status {status} isn't among {sorted(answers)}"]
        at, answer = self._resolved(f"{operation.at}/responses/{status}")
        if "schema" not in answer.get("content", {}).get(_JSON, {}):
            return [] if body is None else ["there is to be no body"]
        return self._faults(f"{at}/content/application~1json/schema", body, "the answer")

    # Requests

    @cached_property
    def _operations(self) -> Mapping[str, Sequence[_Operation]]:
        operations: dict[str, list[_Operation]] = {}
        for path, item in self._document["paths"].items():
            for method, content in item.items():
                if f"{method.upper()} {path}" in self._without:
                    continue
                at = f"/paths/{_escaped(path)}/{method}"
                operations.setdefault(method.upper(), []).append(
                    _Operation(at, _pattern(path), content)
                )
        return operations

    def _operation(self, request: Request) -> _Operation | None:
        for operation in self._operations.get(request.method, ()):
            if operation.pattern.fullmatch(request.path):
                return operation
        return None

    def _parameters(self, operation: _Operation, request: Request) -> Iterator[str]:
        match = operation.pattern.fullmatch(request.path)
        assert match is not None
        given = {
            "path": {name: unquote(value) for name, value in match.groupdict().items()},
            "query": dict(request.query),
        }
        for number in range(len(operation.content.get("parameters", ()))):
            at, parameter = self._resolved(f"{operation.at}/parameters/{number}")
            name, place = parameter["name"], parameter["in"]
            text = given[place].pop(name, None) if place in given else None
            if text is not None:
                value = _read(text, parameter["schema"])
                yield from self._faults(f"{at}/schema", value, f"the parameter {name}")
                yield from _out_of_bounds(name, value)
            elif parameter.get("required") and place in given:
                yield f"the parameter {name} is missing"
        for name in given["query"]:
            yield f"there is no parameter {name}"

    def _body(self, operation: _Operation, body: Any) -> Iterator[str]:
        described = operation.content.get("requestBody")
        if described is None:
            if body is not None:
                yield "there is to be no body"
            return
        if body is None:
            if described.get("required"):
                yield "the body is missing"
            return
        at = f"{operation.at}/requestBody/content/application~1json/schema"
        yield from self._faults(at, body, "the body")
        at, schema = self._resolved(at)
        if isinstance(body, dict) and not _is_anything(schema):
            for name in sorted(body.keys() - self._keys(at, schema)):
                yield f"the body has no key {name}"

    def _keys(self, at: str, schema: Mapping[str, Any]) -> set[str]:
        """The keys that an object may have, whichever of several schemas it fits."""
        keys = set(schema.get("properties", ()))
        for one_of in ("oneOf", "anyOf", "allOf"):
            for number in range(len(schema.get(one_of, ()))):
                keys |= self._keys(*self._resolved(f"{at}/{one_of}/{number}"))
        return keys

    # Schemas

    def _resolved(self, at: str) -> tuple[str, Any]:
        """What stands at a JSON pointer, and where it really stands."""
        found = self._document
        for part in at.lstrip("/").split("/"):
            step = part.replace("~1", "/").replace("~0", "~")
            found = found[int(step)] if isinstance(found, list) else found[step]
        if isinstance(found, dict) and "$ref" in found:
            return self._resolved(found["$ref"].removeprefix("#"))
        return at, found

    def _faults(self, at: str, value: Any, what: str) -> list[str]:
        """What speaks against a value. An element of a list that was found right is not looked at again."""
        at, schema = self._resolved(at)
        if schema.get("type") == "array" and "items" in schema and isinstance(value, list):
            return [
                fault
                for number, element in enumerate(value)
                for fault in self._faults(f"{at}/items", element, f"{what}[{number}]")
            ]
        seen = hashlib.sha256(f"{at} {json.dumps(value, sort_keys=True)}".encode()).digest()
        if seen in self._fine:
            return []
        errors = sorted(self._validator(at).iter_errors(value), key=lambda error: error.json_path)
        if not errors:
            self._fine.add(seen)
        return [f"{what}{error.json_path[1:]}: {error.message}" for error in errors]

    def _validator(self, at: str) -> Any:
        if at not in self._validators:
            pointer = at.replace("%", "%25").replace("{", "%7B").replace("}", "%7D")
            self._validators[at] = OAS30Validator(
                {"$ref": f"{_BASE}#{pointer}"},
                registry=self._registry,
                format_checker=self._formats,
            )
        return self._validators[at]


def _merged(documents: Sequence[Any]) -> Any:
    """Documents as one, level by level down to the operations; of two that have a key, the later one counts."""
    paths: dict[str, dict[str, Any]] = {}
    components: dict[str, dict[str, Any]] = {}
    for document in documents:
        for kind, named in document.get("components", {}).items():
            components[kind] = components.get(kind, {}) | named
        for path, item in document["paths"].items():
            paths[path] = paths.get(path, {}) | item
    return _with_nulls({"paths": paths, "components": components})


def _with_nulls(schema: Any) -> Any:
    """The same, where what may be null or one of several things really may be null.

    OpenAPI 3.0 heeds ``nullable`` beside a ``type`` alone; descriptions have it beside ``oneOf``, too, and mean it.
    """
    if isinstance(schema, list):
        return [_with_nulls(element) for element in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {key: _with_nulls(value) for key, value in schema.items()}
    for choice in ("oneOf", "anyOf"):
        if copy.get("nullable") is True and isinstance(copy.get(choice), list):
            copy[choice] = [*copy[choice], {"enum": [None], "nullable": True}]
    return copy


def _pattern(path: str) -> re.Pattern[str]:
    """What a path looks like: in ``/contents/{path}`` the last parameter may have slashes, elsewhere none may."""
    parts = re.split(r"\{(\w+)\}", path)
    last = len(parts) - 2 if parts[-2:-1] in (["path"], ["ref"]) else -1
    return re.compile(
        "".join(
            (
                f"(?P<{part}>{'.+' if number == last else '[^/]+'})"
                if number % 2
                else re.escape(part)
            )
            for number, part in enumerate(parts)
        )
    )


def _is_anything(schema: Mapping[str, Any]) -> bool:
    """Whether a schema says nothing of what an object has."""
    return not schema.keys() & {"properties", "oneOf", "anyOf", "allOf", "additionalProperties"}


def _escaped(path: str) -> str:
    return path.replace("~", "~0").replace("/", "~1")


def _read(text: str, schema: Mapping[str, Any]) -> Any:
    """A parameter's text as the value of that type, or as it is if it isn't one. A list has commas."""
    kind = schema.get("type", "string")
    if kind == "array":
        return [_read(part, schema.get("items", {})) for part in text.split(",") if part]
    if kind == "integer" and re.fullmatch(r"-?[0-9]+", text):
        return int(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def _out_of_bounds(name: str, value: Any) -> Iterator[str]:
    """The bounds of pages stand in the prose alone."""
    if not isinstance(value, int):
        return
    if name == "per_page" and not 1 <= value <= _MOST_A_PAGE:
        yield f"the parameter per_page: {value} isn't between 1 and {_MOST_A_PAGE}"
    if name == "page" and value < 1:
        yield f"the parameter page: {value} is less than 1"
