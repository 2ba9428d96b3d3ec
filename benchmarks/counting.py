"""How many requests a sync takes, beside what a script takes: a table for docs/benchmarks.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.support.doubles.log import Exchange


@dataclass(frozen=True)
class Counted:
    """What one case took.

    Attributes:
        case: What was done.
        reads: Syncer's requests that change nothing.
        writes: Those that do.
        most: How many it may take altogether.
        script: What the script took.
    """

    case: str
    reads: int
    writes: int
    most: int
    script: int

    @property
    def line(self) -> str:
        """A row of the table."""
        return f"| {self.case} | {self.reads:,} + {self.writes} | {self.most:,} | {self.script:,} |"


def counted(case: str, sent: Sequence[Exchange], most: int, script: int) -> Counted:
    """What the requests of a sync come to."""
    writes = sum(one.writes for one in sent)
    return Counted(case, len(sent) - writes, writes, most, script)


def show(cases: Iterable[Counted]) -> int:
    """Print the table; returns the exit code, which is 1 if a case took more than it may."""
    print("| | reads + writes | at most | a script, row by row |")
    print("| --- | ---: | ---: | ---: |")
    exceeded = 0
    for case in cases:
        print(case.line)
        exceeded |= case.reads + case.writes > case.most
    return int(exceeded)
