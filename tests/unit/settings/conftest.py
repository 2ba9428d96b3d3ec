from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import pytest
from pydantic import BaseModel, SecretStr

from syncer import trackers

if TYPE_CHECKING:
    from collections.abc import Callable


class VaultSettings(BaseModel, extra="forbid", frozen=True):
    """A tracker that needs a secret."""

    kind: Literal["vault"] = "vault"
    url: str
    port: int = 443
    token: SecretStr | None = None


class Vault:
    settings_model: ClassVar[type[BaseModel]] = VaultSettings


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of tracker, ``vault``, beside the built-in ones."""
    kinds, load = trackers.kinds, trackers.load

    def loaded(kind: str) -> object:
        return Vault if kind == "vault" else load(kind)

    def known() -> list[str]:
        return [*kinds(), "vault"]

    patch: Callable[..., None] = monkeypatch.setattr
    patch(trackers, "load", loaded)
    patch(trackers, "kinds", known)
