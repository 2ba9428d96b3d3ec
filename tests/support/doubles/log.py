"""What was asked and answered, to be counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from tests.support.doubles.faults import OK, Delivery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.support.contracts import Request
    from tests.support.doubles.faults import Fault
    from tests.support.doubles.replies import Reply


@dataclass(frozen=True)
class Exchange:
    """A request and what came of it.

    Attributes:
        path: Below the API's address.
        body: What the request's JSON says; ``None`` for none.
        headers: The request's, names in lower case.
        status: Of the answer; 0 if none was sent.
        answer: What the answer's JSON says.
        fault: What went wrong; empty if nothing did.
        carried_out: Whether the request was carried out.
    """

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    headers: Mapping[str, str]
    status: int
    answer: Any
    fault: str = ""
    carried_out: bool = True

    @property
    def writes(self) -> bool:
        """Whether it is to change something."""
        raise NotImplementedError

    @property
    def creates(self) -> bool:
        """Whether it is to file issues."""
        raise NotImplementedError


@dataclass
class Log:
    """All exchanges, oldest first.

    Attributes:
        kind: What tells those that write from those that read.
    """

    exchanges: list[Exchange] = field(default_factory=list)
    kind: ClassVar[type[Exchange]] = Exchange

    def note(
        self, request: Request, headers: Mapping[str, str], reply: Reply, fault: Fault
    ) -> None:
        """One more.

        Args:
            request: What was asked.
            headers: With which headers.
            reply: What was answered.
            fault: What went wrong; ``OK`` if nothing did.
        """
        sent = fault.delivery in (Delivery.WHOLE, Delivery.CUT)
        self.exchanges.append(
            self.kind(
                request.method,
                request.path,
                request.query,
                request.body,
                headers,
                reply.status if sent else 0,
                reply.body,
                "" if fault == OK else fault.name,
                carried_out=fault.effect,
            )
        )

    def clear(self) -> None:
        """Forget what was."""
        self.exchanges.clear()

    @property
    def reads(self) -> Sequence[Exchange]:
        """Those that change nothing."""
        return [one for one in self.exchanges if not one.writes]

    @property
    def writes(self) -> Sequence[Exchange]:
        """Those that are to change something."""
        return [one for one in self.exchanges if one.writes]

    @property
    def creates(self) -> Sequence[Exchange]:
        """Those that are to file an issue."""
        return [one for one in self.writes if one.creates]

    @property
    def comments(self) -> Sequence[Exchange]:
        """Those that are to comment on one."""
        return [
            one
            for one in self.writes
            if one.method == "POST" and one.path.endswith(("/comments", "/comment"))
        ]
