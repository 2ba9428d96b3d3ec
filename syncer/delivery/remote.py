"""One remote repository and its refs, over a local repository."""

from __future__ import annotations

import re
import uuid
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from syncer.delivery.git import GitError
from syncer.delivery.refusals import explained, has_moved
from syncer.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from syncer.delivery.git import Git

_HEADS: Final = "refs/heads/"
_OWN: Final = "refs/syncer/fetched/"
"""Where a ref is fetched into that nobody wants to keep."""

_QUIET: Final = (
    "--quiet",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
    "--recurse-submodules=no",
    # Nothing else is brought up to date here, whatever is configured for the remote.
    "--refmap=",
)
_NO_SUCH_REF: Final = re.compile(r"couldn't find remote ref", re.IGNORECASE)
_BUSY: Final = re.compile(r"cannot lock ref|unable to (?:lock|create)[^\n]*\.lock", re.IGNORECASE)
_REASON: Final = re.compile(r"^!\t[^\t\n]*\t\[[^\]\n]*\](?: \((.*)\))?", re.MULTILINE)


class Remote:
    """One remote of a local repository.

    Args:
        git: Git in the local repository, with credentials that are good now.
        name: The remote's name, or its address.
    """

    def __init__(self, git: Callable[[], Git], name: str) -> None:
        self._git = git
        self.name = name

    @property
    def git(self) -> Git:
        """Git in the local repository, with credentials that are good now."""
        return self._git()

    @contextmanager
    def aside(self, ref: str) -> Iterator[Remote]:
        """The same remote, for a ref whose objects nobody will ask for later.

        What is made or brought here by it is kept apart, and gone afterwards: the local repository doesn't grow.

        Args:
            ref: The ref's full name there. If there are refs here that follow it, it is the remote itself that is
                returned, because what they stand for must stay.

        Raises:
            DeliveryError: There is no local repository.
        """
        if self._is_followed(ref):
            yield self
            return
        objects = self.git.text("rev-parse", "--path-format=absolute", "--git-path", "objects")
        quoted = objects.replace("\\", "\\\\").replace('"', '\\"')
        with TemporaryDirectory(prefix="syncer-", ignore_cleanup_errors=True) as folder:
            places = {
                "GIT_OBJECT_DIRECTORY": folder,
                "GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{quoted}"',
            }
            yield Remote(lambda: self.git.within(places), self.name)

    def ref(self, ref: str) -> str:
        """The object id that a ref has there now; empty if there is no such ref.

        Args:
            ref: Its full name.

        Raises:
            DeliveryError: It can't be asked.
        """
        for line in self._listed(ref):
            identity, _, name = line.partition("\t")
            if name == ref:
                return identity
        return ""

    def default_branch(self) -> str:
        """The name of the branch that the remote's HEAD stands for.

        Raises:
            DeliveryError: It can't be asked, or has none.
        """
        for line in self._listed("HEAD", "--symref"):
            target, _, name = line.partition("\t")
            if name == "HEAD" and target.startswith(f"ref: {_HEADS}"):
                return target.removeprefix(f"ref: {_HEADS}")
        raise DeliveryError(
            f"{self.name} has no default branch",
            remedy="Name the branch to deliver to (delivery.branch).",
        )

    def fetch(self, ref: str, *, into: str = "", shallow: bool = False) -> str:
        """Bring a ref's object here.

        Args:
            ref: The ref's full name there.
            into: The full name of the local ref that is to stand for it, whatever it stood for before; empty for none.
            shallow: Whether its history may be left out. A local repository that has a history keeps it.

        Returns:
            The object's id; empty if there is no such ref there: then the local ref is as it was.

        Raises:
            DeliveryError: It can't be fetched.
        """
        target = into or f"{_OWN}{uuid.uuid4().hex}"
        depth = ("--depth=1",) if shallow and self._may_be_shallow() else ()
        git = self.git
        try:
            self._fetch(git, *depth, "--", self.name, f"+{ref}:{target}")
        except GitError as error:
            if _NO_SUCH_REF.search(error.said):
                return ""
            raise explained(f"fetching {ref} from {self.name}", error, writing=False) from error
        identity = git.text("rev-parse", "--verify", "--quiet", "--end-of-options", target)
        if not into:
            git.raw("update-ref", "-d", target)
        return identity

    @property
    def is_promised(self) -> bool:
        """Whether the local repository is a partial clone, whose missing objects this remote has."""
        return self.git.asks("config", "--type=bool", f"remote.{self.name}.promisor") == "true"

    def bring(self, ref: str) -> None:
        """Bring a ref's object here, if there is such a ref there, and let no local ref stand for it.

        Args:
            ref: The ref's full name there.

        Raises:
            DeliveryError: It can't be fetched.
        """
        try:
            self._fetch(self.git, "--", self.name, ref)
        except GitError as error:
            if not _NO_SUCH_REF.search(error.said):
                raise explained(f"fetching {ref} from {self.name}", error, writing=False) from error

    def fetch_objects(self, identities: Sequence[str]) -> None:
        """Bring objects here that a partial clone lacks, in one request.

        Args:
            identities: Their full ids.

        Raises:
            DeliveryError: They can't be fetched.
        """
        if not identities:
            return
        given = "".join(f"{identity}\n" for identity in identities).encode()
        # As Git itself does it for one object after the other (git-fetch's own use in a partial clone).
        options = (*_QUIET, "--filter=blob:none", "--stdin", "--", self.name)
        try:
            self.git.raw("-c", "fetch.negotiationAlgorithm=noop", "fetch", *options, given=given)
        except GitError as error:
            doing = f"fetching {len(identities)} objects from {self.name}"
            raise explained(doing, error, writing=False) from error

    def push(self, commit: str, ref: str, *, expected: str | None, hook: bool = True) -> bool:
        """Give a ref there another value if it has the expected one: compare and swap.

        Args:
            commit: Full id of the object that it is to stand for; empty to delete the ref.
            ref: Its full name.
            expected: Full id of what it must stand for now; empty: there must be no such ref. ``None``: whatever is an
                ancestor of the commit, so that nothing is lost.
            hook: Whether the local repository's hook for pushes is asked.

        Returns:
            True if the ref stands for it now, whoever saw to that. False if it isn't what was expected any more.

        Raises:
            DeliveryError: The remote doesn't take it for another reason, or can't be reached.
        """
        swap = () if expected is None else (f"--force-with-lease={ref}:{expected}",)
        # What is configured for pushes in general must not push more than this one ref.
        options = ("--porcelain", "--no-follow-tags", "--recurse-submodules=no", *swap)
        unasked = () if hook else ("--no-verify",)
        try:
            self.git.raw("push", *options, *unasked, "--", self.name, f"{commit}:{ref}")
        except GitError as error:
            found = _REASON.search(error.out)
            reason = (found[1] or "") if found else ""
            if has_moved(reason, error.said):
                return False
            doing = f"pushing to {ref} of {self.name}"
            is_branch = ref.startswith(_HEADS)
            raise explained(doing, error, reason, writing=True, is_branch=is_branch) from error
        return True

    def _is_followed(self, ref: str) -> bool:
        """Whether a ref here follows one there, such as in a mirror: then a push brings it up to date as well."""
        told = self.git.asks("config", "--get-all", f"remote.{self.name}.fetch") or ""
        sources = (line.lstrip("+").partition(":")[0] for line in told.splitlines())
        return any(ref.startswith(source.partition("*")[0]) for source in sources)

    def _fetch(self, git: Git, *arguments: str) -> None:
        """Fetch, once more where another process is at the same refs."""
        try:
            git.raw("fetch", *_QUIET, *arguments)
        except GitError as error:
            if not _BUSY.search(error.said):
                raise
            git.raw("fetch", *_QUIET, *arguments)

    def _may_be_shallow(self) -> bool:
        """Whether the local repository is shallow already, or has nothing yet."""
        git = self.git
        if git.text("rev-parse", "--is-shallow-repository") == "true":
            return True
        return not git.text("for-each-ref", "--count=1", "--format=%(refname)")

    def _listed(self, ref: str, *options: str) -> list[str]:
        try:
            return self.git.text("ls-remote", *options, "--", self.name, ref).splitlines()
        except GitError as error:
            raise explained(f"asking {self.name} for {ref}", error, writing=False) from error
