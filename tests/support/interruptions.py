"""Every place where a run can be cut off from what outlives it: the tracker's issues and the documents.

A ``Wire`` stands for the line between the two. A run crosses it before and after each effect, and at the crossing that
a test names it is cut: the process is killed there, or the call fails, or its answer is lost. Without a cut the wire
only counts, which tells how many places there are.

Killed right after an effect is killed before the reply as well as after it: nothing that outlives the run can tell
which of the two it was.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from syncer.core.tracking import Refused, Unknown, Written
from syncer.errors import DocumentError, TrackerError
from tests.support.forwarding import Forwarding
from tests.support.model_tracker import Killed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from syncer.core.tracking import Answer, Draft, Issue, Missing, Update
    from syncer.documents import DocumentStore, Source
    from syncer.trackers.base import Tracker


class Fate(Enum):
    """What happens at a crossing."""

    KILLED = "the process is killed"
    FAILED = "the call fails, and says so"
    UNKNOWN = "the call is not answered"


@dataclass(frozen=True)
class Cut:
    """One way to interrupt a run: at the crossing with this number, counted from 0."""

    number: int
    fate: Fate
    where: str = field(compare=False)

    def __str__(self) -> str:
        return f"{self.fate.value} {self.where} ({self.number})"


@dataclass
class Wire:
    """See above.

    Attributes:
        cut: Where it is cut, if anywhere.
        places: All the cuts that this run could have met.
        crossings: How often it was crossed.
        dead: Whether the process was killed: nothing that it still does, in a ``finally`` or anywhere else, has an
            effect.
    """

    cut: Cut | None = None
    places: list[Cut] = field(default_factory=list)
    crossings: int = 0
    dead: bool = False

    def cross(self, where: str, *others: Fate) -> Fate | None:
        """Cross it; answers the fate that the caller has to meet, if it is one of the ``others``.

        Raises:
            Killed: The process is killed here.
        """
        if self.dead:
            raise Killed
        number = self.crossings
        self.crossings += 1
        self.places += [Cut(number, fate, where) for fate in (Fate.KILLED, *others)]
        if self.cut is None or self.cut.number != number:
            return None
        if self.cut.fate is Fate.KILLED:
            self.dead = True
            raise Killed
        return self.cut.fate


class WiredTracker(Forwarding):
    """A tracker at the other end of a wire."""

    def __init__(self, inner: Tracker, wire: Wire) -> None:
        super().__init__(inner)
        self._wire = wire

    def read(self, keys: Collection[str]) -> Mapping[str, Issue | Missing]:
        self._read(f"before looking up {len(keys)} issues")
        found = self.inner.read(keys)
        self._wire.cross(f"after looking up {len(keys)} issues")
        return found

    def marked(self) -> Iterator[Issue]:
        self._read("before listing")
        for issue in self.inner.marked():
            yield issue
            self._read(f"after listing {issue.key}")

    def check(self, drafts: Sequence[Draft], updates: Mapping[str, Update]) -> Sequence[Refused]:
        self._read("before checking")
        return self.inner.check(drafts, updates)

    def create(self, draft: Draft) -> Answer:
        return self._write(f"filing {draft.title!r}", lambda: self.inner.create(draft))

    def update(self, key: str, update: Update) -> Answer:
        return self._write(f"changing {key}", lambda: self.inner.update(key, update))

    def comment(self, key: str, text: str) -> Answer:
        return self._write(f"commenting on {key}", lambda: self.inner.comment(key, text))

    def _read(self, what: str) -> None:
        if self._wire.cross(what, Fate.FAILED):
            raise TrackerError("there is no answer")

    def _write(self, what: str, send: Callable[[], Answer]) -> Answer:
        fate = self._wire.cross(f"before {what}", Fate.FAILED, Fate.UNKNOWN)
        if fate is Fate.FAILED:
            raise TrackerError("there is no connection")
        if fate is Fate.UNKNOWN:
            return Unknown("the request was lost")
        answer = send()
        others = [Fate.UNKNOWN] if isinstance(answer, Written) else []
        if self._wire.cross(f"after {what}", *others):
            return Unknown("the answer was lost")
        return answer


class WiredStore:
    """Documents at the other end of a wire."""

    def __init__(self, inner: DocumentStore, wire: Wire) -> None:
        self._inner = inner
        self._wire = wire

    def paths(self) -> list[str]:
        self._wire.cross("before looking for documents")
        return self._inner.paths()

    def read(self, path: str) -> Source:
        if self._wire.cross(f"before reading {path}", Fate.FAILED):
            raise DocumentError("the document cannot be read")
        return self._inner.read(path)

    def exists(self, path: str) -> bool:
        self._wire.cross(f"before looking for {path}")
        return self._inner.exists(path)

    def replace(self, path: str, expected_digest: str, text: str) -> bool:
        if self._wire.cross(f"before writing {path}", Fate.FAILED):
            raise DocumentError("the document cannot be written")
        done = self._inner.replace(path, expected_digest, text)
        self._wire.cross(f"after writing {path}")
        return done
