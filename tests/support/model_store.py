"""Documents with a history, and with deliveries that wait in a pull request until they are merged or dropped."""

from __future__ import annotations

import difflib
import hashlib
from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from syncer.documents import Source
from syncer.errors import DocumentError
from tests.support.model_tracker import Killed

if TYPE_CHECKING:
    from collections.abc import Callable


class StoreFault(Enum):
    """What becomes of one replacement."""

    NONE = "no fault"
    FAILED = "could not be written"
    EDITED = "edited by a person at that moment"
    KILLED_BEFORE = "killed before it was written"
    KILLED_AFTER = "killed after it was written"


@dataclass(frozen=True)
class Delivery:
    """A written text that waits: what it was made from, and what it says."""

    base: str
    text: str
    note: object = None


@dataclass
class ModelStore:
    """``on_write`` is told of each replacement; while ``holding``, its answer is kept with the delivery."""

    texts: dict[str, str]
    versions: dict[str, list[str]] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    held: dict[str, Delivery] = field(default_factory=dict)
    holding: bool = False
    faults: deque[StoreFault] = field(default_factory=deque)
    met: list[StoreFault] = field(default_factory=list)
    read_only: bool = False
    person: Callable[[str], None] = lambda _: None
    on_write: Callable[[str, str, str], object] = lambda *_: None

    def paths(self) -> list[str]:
        return sorted(self.texts)

    def read(self, path: str) -> Source:
        if path in self.unreadable:
            raise DocumentError("the document is not UTF-8", remedy="Save it as UTF-8.", line=3)
        if path not in self.texts:
            raise DocumentError("the document is gone")
        text = self.texts[path]
        return Source(path, text, hashlib.sha256(text.encode()).hexdigest())

    def exists(self, path: str) -> bool:
        return path in self.texts

    def replace(self, path: str, expected_digest: str, text: str) -> bool:
        assert not self.read_only, "a preview writes nothing"
        fault = self.faults.popleft() if self.faults else StoreFault.NONE
        if fault is not StoreFault.NONE:
            self.met.append(fault)
        if fault is StoreFault.KILLED_BEFORE:
            raise Killed
        if fault is StoreFault.FAILED:
            raise DocumentError("the disk is full")
        if fault is StoreFault.EDITED:
            self.person(path)
        if self.read(path).digest != expected_digest:
            return False
        before = self.texts[path]
        note = self.on_write(path, before, text)
        if self.holding:
            self.held[path] = Delivery(before, text, note)
        else:
            self.put(path, text)
        if fault is StoreFault.KILLED_AFTER:
            raise Killed
        return True

    def put(self, path: str, text: str) -> None:
        """A new version of a document."""
        if path in self.texts:
            self.versions.setdefault(path, []).append(self.texts[path])
        self.texts[path] = text

    def merge(self, path: str) -> bool:
        """Merge a waiting delivery, as Git would; ``False`` if that is a conflict, and it is dropped."""
        delivery = self.held.pop(path)
        if path not in self.texts:
            return False
        merged = merge_lines(delivery.base, self.texts[path], delivery.text)
        if merged is None:
            return False
        self.put(path, merged)
        return True


def merge_lines(base: str, ours: str, theirs: str) -> str | None:
    """A three-way merge by lines; ``None`` where both changed the same or adjacent ones."""
    if ours == base:
        return theirs
    lines = base.splitlines(keepends=True)
    edits = []
    for text in (ours, theirs):
        new = text.splitlines(keepends=True)
        matcher = difflib.SequenceMatcher(None, lines, new, autojunk=False)
        edits += [
            (start, end, new[a:b])
            for tag, start, end, a, b in matcher.get_opcodes()
            if tag != "equal"
        ]
    edits.sort(key=lambda edit: edit[:2])
    result: list[str] = []
    place = 0
    last: tuple[int, int, list[str]] | None = None
    for edit in edits:
        if edit == last:
            continue
        start, end, new = edit
        if last is not None and start <= last[1]:
            return None
        result += [*lines[place:start], *new]
        place, last = end, edit
    return "".join([*result, *lines[place:]])
