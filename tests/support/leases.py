"""A lease's ref for tests: in memory, or in a real repository; clocks that go as the test says; trouble on the way."""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from syncer.delivery.git import GitError
from syncer.delivery.lease import Lease
from syncer.delivery.remote import Remote
from syncer.errors import DeliveryError
from syncer.permission import Always

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from syncer.delivery.git import Git
    from tests.support.repositories import Repository

REF = "refs/syncer/lease"
LIFETIME = 120.0
NO_FILES = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
HOLDER = "ci.acme.example"


class Server(Protocol):
    """A repository with a ref."""

    @property
    def value(self) -> str:
        """What the ref stands for; empty if there is none."""

    def text(self) -> str:
        """The commit that it stands for."""

    def put(self, message: str) -> str:
        """Have it stand for a commit of no files with this message; its id."""

    def remote(self) -> Remote:
        """How a run reaches it."""


@dataclass
class Memory:
    """The ref and the objects of a repository.

    Attributes:
        value: What the ref stands for.
        objects: Every commit's text, by id.
    """

    value: str = ""
    objects: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def text(self) -> str:
        return self.objects.get(self.value, "")

    def put(self, message: str) -> str:
        self.value = self.add(f"tree {NO_FILES}\n\n{message}")
        return self.value

    def add(self, text: str) -> str:
        identity = f"c{next(self._numbers)}"
        self.objects[identity] = text
        return identity

    def remote(self) -> Remote:
        return Local(self)  # type: ignore[return-value]  # as much of one as is used


@dataclass
class Local:
    """A remote and Git, as far as a lease uses them.

    Attributes:
        server: The repository.
        trouble: What becomes of the next pushes: ``lost`` before or ``unanswered`` after the effect, or nothing.
        reachable: Whether anything gets through.
        cross: Is called before and after each thing that is done there.
        pushes: How many there were.
    """

    server: Memory
    trouble: list[str] = field(default_factory=list)
    reachable: bool = True
    cross: Callable[[str], None] = lambda _: None
    pushes: int = 0
    name: str = "origin"

    @property
    def git(self) -> Git:
        return self  # type: ignore[return-value]  # as much of it as is used

    @contextmanager
    def aside(self, ref: str) -> Iterator[Local]:
        assert ref == REF
        yield self

    def within(self, extra: Mapping[str, str]) -> Local:
        assert extra["GIT_AUTHOR_NAME"] == "syncer"
        return self

    def text(self, *arguments: str, given: bytes = b"") -> str:
        match arguments:
            case ("mktree",):
                return NO_FILES
            case ("commit-tree", tree, *_):
                return self.server.add(f"tree {tree}\n\n{given.decode()}")
            case ("cat-file", "commit", identity) if identity in self.server.objects:
                return self.server.objects[identity]
        raise GitError("there is no such object")

    def ref(self, ref: str) -> str:
        assert ref == REF
        self._reach("asking")
        value = self.server.value
        self.cross("asked")
        return value

    def bring(self, ref: str) -> None:
        self.ref(ref)

    def push(self, commit: str, ref: str, *, expected: str | None, hook: bool = True) -> bool:
        assert ref == REF
        assert not hook
        self._reach("pushing")
        self.pushes += 1
        trouble = self.trouble.pop(0) if self.trouble else ""
        if trouble == "lost":
            raise DeliveryError("the connection was reset")
        done = self.server.value == expected
        if done:
            self.server.value = commit
        self.cross("pushed")
        if trouble == "unanswered":
            raise DeliveryError("the connection was reset")
        return done

    def _reach(self, what: str) -> None:
        self.cross(what)
        if not self.reachable:
            raise DeliveryError("no route to host")


@dataclass
class Real:
    """A bare repository, and a clone that runs work in."""

    there: Repository
    here: Repository

    @property
    def value(self) -> str:
        return self.there.git("for-each-ref", "--format=%(objectname)", REF)

    def text(self) -> str:
        return self.there.git("cat-file", "commit", self.value)

    def put(self, message: str) -> str:
        value = self.there.git("commit-tree", self.there.git("mktree", given=b""), "-m", message)
        self.there.git("update-ref", REF, value)
        return value

    def remote(self) -> Remote:
        return Remote(self.here.runner, "origin")


class Clock:
    """A machine's own clock. ``during`` is called with each wait, for what others do meanwhile."""

    def __init__(self, during: Callable[[float], None] = lambda _: None) -> None:
        self.time = 1000.0
        self.waits: list[float] = []
        self.during = during

    def __call__(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.waits.append(seconds)
        self.during(seconds)


def lease(
    server: Server | Local,
    clock: Clock,
    *,
    patience: float = 600.0,
    lifetime: float = LIFETIME,
    ref: str = REF,
) -> Lease:
    """A run's lease, on its own clock."""
    return Lease(
        server if isinstance(server, Local) else server.remote(),  # type: ignore[arg-type]
        ref=ref,
        lifetime=lifetime,
        patience=patience,
        clock=clock,
        alone=Always(clock.sleep),
        holder=HOLDER,
    )


def held(server: Server) -> bool:
    """Whether the ref says that somebody is at work."""
    return bool(server.value) and "\nstate: held\n" in server.text()
