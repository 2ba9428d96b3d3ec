"""Which operation a request asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.support.doubles.replies import Reply


class Table:
    """All operations of a service.

    Args:
        operations: Method, what the path looks like, and what is done; the parts of the path are its arguments, after
            the request.
    """

    def __init__(self, operations: Iterable[tuple[str, str, Callable[..., Reply]]]) -> None:
        self._operations = [
            (method, re.compile(path), operation) for method, path, operation in operations
        ]

    def answer(self, method: str, path: str, call: Any) -> Reply:
        """Carry out a request.

        Raises:
            NotImplementedError: There is no such operation.
        """
        for known, pattern, operation in self._operations:
            match = pattern.fullmatch(path)
            if match and known == method:
                return operation(call, *map(unquote, match.groups()))
        raise NotImplementedError(f"the double can't {method} {path}")
