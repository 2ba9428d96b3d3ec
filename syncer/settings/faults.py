"""What is wrong with a configuration, said with its place and the remedy; all of it at once."""

from __future__ import annotations

import difflib
import re
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from pydantic import BaseModel

from syncer.errors import ConfigurationError
from syncer.settings.keys import SECRETS_VARIABLE, variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

Key = tuple[str | int, ...]
"""The way to a value: ``("documents", "paths", 0)``."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        key: The key concerned; empty if it is about none.
        message: What was found.
        remedy: What to do about it; empty if the message says it.
    """

    key: Key
    message: str
    remedy: str = ""


def dotted(key: Key) -> str:
    """A key as people write it: ``routes[0].path``."""
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The likeliest of the known words, or all of them."""
    choices = sorted(known)
    close = difflib.get_close_matches(word, choices, n=1, cutoff=0.6)
    if close:
        return f"Did you mean `{close[0]}`?"
    return f"Known here: {', '.join(choices)}." if choices else ""


def secret(key: Key, what: str) -> Fault:
    """A secret that stands in the configuration file, where everybody reads it."""
    name = variable(key)
    return Fault(
        key,
        f"{what}, and secrets are not read from the configuration file",
        "Take it out, and replace it if others could see it."
        + (
            f" Give it as {name}, or in a file of that name in the folder that "
            f"{SECRETS_VARIABLE} names."
            if name
            else ""
        ),
    )


def configuration_error(faults: Sequence[tuple[str, Fault]]) -> ConfigurationError:
    """One error for all faults, each given with its place."""
    lines = []
    for place, fault in sorted(faults, key=_by_place):
        start = ": ".join(filter(None, (place, dotted(fault.key))))
        lines.append(". ".join(filter(None, (f"  {start}: {fault.message}", fault.remedy))))
    count = "a problem" if len(lines) == 1 else f"{len(lines)} problems"
    return ConfigurationError("\n".join([f"the configuration has {count}:", *lines]))


def _by_place(fault: tuple[str, Fault]) -> list[int | str]:
    """Line 9 comes before line 10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", fault[0])]


def of_validation(error: ValidationError, model: type[BaseModel], prefix: Key = ()) -> list[Fault]:
    """What pydantic found, in our words.

    Args:
        error: Its findings.
        model: The model that was validated, for the keys that it knows.
        prefix: The key that the model stands under.
    """
    return [_fault(details, model, prefix) for details in error.errors(include_url=False)]


_DATE = ("is no date", "Write it as year, month and day, such as 2025-06-30.")
_PHRASES = {
    "bool_parsing": ("is neither true nor false", ""),
    "bool_type": ("is neither true nor false", ""),
    "date_from_datetime_inexact": _DATE,
    "date_from_datetime_parsing": _DATE,
    "float_parsing": ("is no number", ""),
    "float_type": ("is no number", ""),
    "int_from_float": ("is no whole number", ""),
    "int_parsing": ("is no whole number", ""),
    "int_type": ("is no whole number", ""),
    "string_type": ("is no text", "Put it in quotes."),
    "string_too_short": ("is empty", "Write something, or leave it out."),
    "list_type": ("is no list", "Write `[one, two]`; in the environment, JSON."),
    "tuple_type": ("is no list", "Write `[one, two]`."),
    "dict_type": ("is no group of keys", "Write `key: value`; in the environment, JSON."),
    "model_type": ("is no group of keys", "Write `key: value`; in the environment, JSON."),
}


def _fault(details: ErrorDetails, model: type[BaseModel], prefix: Key) -> Fault:
    own = tuple(part for part in details["loc"] if part != "[key]")
    key = prefix + own
    kind, context = details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        known = _known(model, own[:-1])
        return Fault(key, "unknown key", did_you_mean(str(own[-1]), known))
    if kind == "missing":
        return Fault(key, "is missing", f"Add `{key[-1]}`.")
    if kind == "literal_error":
        choices = [
            word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")
        ]
        given = details["input"]
        if given in choices:
            given = None
        return Fault(key, f"is none of {', '.join(choices)}", did_you_mean(str(given), choices))
    if kind == "value_error":
        return Fault(key, str(context["error"]))
    if kind in _PHRASES:
        return Fault(key, *_PHRASES[kind])
    if details["loc"][-1:] == ("[key]",) and kind == "string_pattern_mismatch":
        return Fault(
            key,
            "is no name",
            "Use small letters, digits, `-` and `_`; at most 31, a letter or digit first.",
        )
    return Fault(key, details["msg"].removeprefix("Input "))


def _known(model: type[BaseModel], key: Key) -> list[str]:
    """The keys that a model, or what is nested in it, knows at a place."""
    at = type_at(model, key)
    choices = get_args(at) if get_origin(at) in {Union, types.UnionType} else (at,)
    return [name for choice in choices if _is_model(choice) for name in choice.model_fields]


def type_at(annotation: Any, key: Key) -> Any:
    """The type of what stands under a key of a model; ``None`` for a key that it doesn't know.

    Args:
        annotation: The model, or any type that a field can have.
        key: The way from there.
    """
    if not key:
        return annotation
    if _is_model(annotation):
        field = annotation.model_fields.get(str(key[0]))
        return type_at(field.annotation, key[1:]) if field else None
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in {Union, types.UnionType}:
        found = (type_at(choice, key) for choice in inner)
        return next((one for one in found if one is not None), None)
    if origin is dict:
        return type_at(inner[1], key[1:])
    return type_at(inner[0], key[1:]) if inner else None


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
