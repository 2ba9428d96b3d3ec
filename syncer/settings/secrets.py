"""Everything that is known to be secret, so that it can be taken out of what is logged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, SecretStr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_SECRET_VARIABLE: Final = re.compile(r"(?:.*_)?(?:TOKEN|SECRET|PASSWORD|KEY)", re.IGNORECASE)
_SHORTEST: Final = 8
"""What a variable of such a name holds that is shorter is a switch rather than a secret, in characters."""


def known_secrets(models: Iterable[BaseModel], environment: Mapping[str, str]) -> tuple[str, ...]:
    """The secrets of a configuration, and those of the environment, whether or not they are used.

    Args:
        models: The keys, and the settings of trackers. Where an account goes with a token, both together are a secret,
            too: that is how they are sent.
        environment: The environment.
    """
    found: dict[str, None] = {}
    for model in models:
        own = list(_within(model))
        account = getattr(model, "email", "")
        found.update(dict.fromkeys([*own, *(f"{account}:{one}" for one in own if account)]))
    found.update(
        dict.fromkeys(
            value.strip()
            for name, value in environment.items()
            if _SECRET_VARIABLE.fullmatch(name) and len(value.strip()) >= _SHORTEST
        )
    )
    return tuple(found)


def _within(value: object) -> Iterator[str]:
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _within(getattr(value, name))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _within(inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _within(inner)
