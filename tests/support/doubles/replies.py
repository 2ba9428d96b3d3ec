"""What a double answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Reply:
    """An answer.

    Attributes:
        body: What is sent as JSON; ``None`` for nothing. A text is sent as it is.
    """

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
