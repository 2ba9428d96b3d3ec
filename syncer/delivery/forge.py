"""A repository's pull requests on GitHub.

What creates something is never sent twice blindly: where its answer gets lost, what is there is looked at first.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from syncer.delivery.sticky import Sticky
from syncer.delivery.texts import bounded, hidden, same
from syncer.errors import DeliveryError, TrackerError
from syncer.trackers.base import Refused, Unknown
from syncer.trackers.http import AnswerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from syncer.permission import Permission
    from syncer.trackers.github.addresses import Addresses
    from syncer.trackers.github.client import Client

_AGAIN: Final = "Run syncer again: it looks at what is there before it writes."
_ATTEMPTS: Final = 2
"""How often a write is sent whose answer gets lost, with a look in between."""

_PAGE: Final = 10
"""So many of the pull requests of a branch are looked at, the latest ones; others' may be among them."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request.

    Attributes:
        number: Its number.
        url: Its page.
        title: Its title.
        body: Its text.
        base: The branch that it is to be merged into.
        head: Full id of the last commit of its own branch.
        is_open: Whether it is open.
        is_merged: Whether it was merged.
    """

    number: int
    url: str
    title: str
    body: str
    base: str
    head: str
    is_open: bool
    is_merged: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A pull request as it is to be.

    Attributes:
        title: Its title.
        body: Its text, in Markdown; cut where it is too long.
        base: The branch that it is to be merged into.
    """

    title: str
    body: str
    base: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that a pull request touches.

    Attributes:
        path: Where it is in the repository, or was if it is removed.
        before: Where it was before, if it is renamed; else empty.
        removed: Whether it is removed.
        blob: Id of its content.
    """

    path: str
    before: str = ""
    removed: bool = False
    blob: str = ""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit.

    Attributes:
        message: Its message.
        tree: Id of its tree.
    """

    message: str
    tree: str


class Forge:
    """Pull requests of one repository.

    Args:
        addresses: Where the repository is.
        client: Sends the requests.
    """

    def __init__(self, addresses: Addresses, client: Client) -> None:
        self._addresses = addresses
        self._client = client
        self._sticky = Sticky(addresses, client)

    @property
    def repository(self) -> str:
        """``owner/name``."""
        return self._addresses.repository

    @property
    def pages(self) -> str:
        """The address of the repository's pages."""
        return f"{self._addresses.pages}/{self.repository}"

    def heed(self, permission: Permission | None) -> None:
        """From now on, ask before each write, and let it do the waiting."""
        self._client.http.permission = permission

    def token(self) -> str:
        """A token for Git that is valid now.

        Raises:
            DeliveryError: There is none to be had.
        """
        with _told():
            return self._client.credentials.token()

    def close(self) -> None:
        """Give back the connection."""
        self._client.close()

    # Reading

    def open_one(self, branch: str) -> PullRequest | None:
        """The open pull request of a branch of this repository.

        Raises:
            DeliveryError: It can't be told whether there is one.
        """
        return next(iter(self._of(branch, "open")), None)

    def last_closed(self, branch: str) -> PullRequest | None:
        """The latest one that is closed, merged or not; raises as ``open_one`` does."""
        return next(iter(self._of(branch, "closed")), None)

    def commit(self, identity: str) -> Commit | None:
        """A commit of the repository, by its full id; ``None`` if there is no such one.

        Raises:
            DeliveryError: It can't be told.
        """
        with _told():
            try:
                found = self._client.get_object(f"{self._addresses.path}/git/commits/{identity}")
            except AnswerError as error:
                if error.reply.status != HTTPStatus.NOT_FOUND:
                    raise
                return None
        tree = found.get("tree")
        return Commit(
            message=str(found.get("message") or ""),
            tree=str(tree.get("sha") or "") if isinstance(tree, dict) else "",
        )

    def files_of(self, number: int) -> list[File]:
        """The files that a pull request touches; GitHub tells the first 3,000 (REST, “List pull requests files”).

        Raises:
            DeliveryError: They can't be read.
        """
        with _told():
            pages = self._client.pages(f"{self._addresses.path}/pulls/{number}/files")
            return [_file(entry) for page in pages for entry in page]

    # Writing

    def open(self, branch: str, draft: Draft, *, as_draft: bool = False) -> PullRequest:
        """Open a pull request. If there is one already, that is it, however it looks.

        Args:
            branch: A branch of this repository.
            draft: What it is like.
            as_draft: Whether it is opened as a draft.

        Raises:
            DeliveryError: It can't be opened, or isn't known to be.
        """
        content = {
            "head": branch,
            "base": draft.base,
            "title": draft.title,
            "body": bounded(draft.body),
            "draft": as_draft,
        }
        answer: Refused | Unknown = Unknown("")
        for _ in range(_ATTEMPTS):
            with _told():
                sent = self._client.post(
                    f"{self._addresses.path}/pulls", content, needs=("number",)
                )
            if isinstance(sent, dict):
                return self._pull(sent)
            answer = sent
            # Also after a no: it may say that there is one already, which somebody opened a moment ago.
            found = self.open_one(branch)
            if found is not None:
                return found
            if isinstance(answer, Refused):
                break
        raise _not_taken("the pull request", answer)

    def update(self, pull: PullRequest, draft: Draft) -> None:
        """Give a pull request another title, text and base, as far as they are others.

        Raises:
            DeliveryError: It can't be changed, or isn't known to be.
        """
        changes: dict[str, Any] = {}
        if pull.title != draft.title:
            changes["title"] = draft.title
        if not same(pull.body, bounded(draft.body)):
            changes["body"] = bounded(draft.body)
        if pull.base != draft.base:
            changes["base"] = draft.base
        if changes:
            self._patch(pull, changes)

    def shut(self, pull: PullRequest, body: str) -> None:
        """Close a pull request, and give it another text in the same request; raises as ``update`` does."""
        self._patch(pull, {"state": "closed", "body": bounded(body)})

    def label(self, pull: PullRequest, labels: Sequence[str]) -> None:
        """Add labels.

        Raises:
            DeliveryError: They can't be added, or aren't known to be.
        """
        path = f"{self._addresses.path}/issues/{pull.number}/labels"
        _repeated(
            lambda: self._client.post_list(path, {"labels": list(labels)}),
            f"the labels {', '.join(labels)}",
        )

    def ask(self, pull: PullRequest, reviewer: str) -> None:
        """Ask somebody for a review.

        Args:
            pull: Of what.
            reviewer: A login, or a team as ``acme/sre``.

        Raises:
            DeliveryError: They can't be asked, or aren't known to be.
        """
        _, slash, team = reviewer.partition("/")
        whom = {"team_reviewers": [team]} if slash else {"reviewers": [reviewer.removeprefix("@")]}
        path = f"{self._addresses.path}/pulls/{pull.number}/requested_reviewers"
        _repeated(lambda: self._client.post(path, whom), f"the request for a review by {reviewer}")

    def comment(self, number: int, mark: str, body: str, *, begin: bool = True) -> None:
        """See to it that a pull request has one comment with this text, and no other one with this mark.

        Args:
            number: The pull request, or issue.
            mark: What tells the comment from others, such as ``plan``; nobody sees it.
            body: The text, in Markdown; cut where it is too long.
            begin: Whether there is to be one where there is none yet.

        Raises:
            DeliveryError: It can't be written, or isn't known to be.
        """
        line = hidden(mark)
        with _told():
            answer = self._sticky.put(number, line, bounded(f"{line}\n{body}"), begin=begin)
        if answer is not None:
            raise _not_taken(f"the comment on #{number}", answer)

    # Inside

    def _of(self, branch: str, state: str) -> Iterator[PullRequest]:
        """The latest pull requests from a branch of this very repository."""
        query = {
            "state": state,
            "head": f"{self._addresses.owner}:{branch}",
            "sort": "created",
            "direction": "desc",
            "per_page": _PAGE,
        }
        with _told():
            listed = self._client.get_list(f"{self._addresses.path}/pulls", query)
        # A fork may have a branch of that name; and a filter that GitHub can't make sense of is none.
        return (self._pull(one) for one in listed if self._is_from(one, branch))

    def _is_from(self, data: dict[str, Any], branch: str) -> bool:
        head = data.get("head")
        repository = head.get("repo") if isinstance(head, dict) else None
        if not isinstance(head, dict) or not isinstance(repository, dict):
            return False
        name = str(repository.get("full_name", ""))
        return head.get("ref") == branch and name.casefold() == self.repository.casefold()

    def _pull(self, data: dict[str, Any]) -> PullRequest:
        number, base, head = data.get("number"), data.get("base"), data.get("head")
        if not isinstance(number, int) or not isinstance(base, dict) or not isinstance(head, dict):
            raise DeliveryError("GitHub's answer makes no pull request", remedy=_AGAIN)
        return PullRequest(
            number=number,
            url=f"{self.pages}/pull/{number}",
            title=str(data.get("title") or ""),
            body=str(data.get("body") or ""),
            base=str(base.get("ref") or ""),
            head=str(head.get("sha") or ""),
            is_open=data.get("state") == "open",
            is_merged=bool(data.get("merged_at")),
        )

    def _patch(self, pull: PullRequest, changes: dict[str, Any]) -> None:
        path = f"{self._addresses.path}/pulls/{pull.number}"
        _repeated(
            lambda: self._client.patch(path, lambda: changes, needs=("number",)),
            f"the change of the pull request #{pull.number}",
        )


def _repeated(send: Callable[[], object], what: str) -> None:
    """Send what may be sent twice, and does the same then.

    Raises:
        DeliveryError: It isn't taken, or isn't known to be.
    """
    answer: object = None
    for _ in range(_ATTEMPTS):
        with _told():
            answer = send()
        if not isinstance(answer, Unknown):
            break
    if isinstance(answer, Refused | Unknown):
        raise _not_taken(what, answer)


def _not_taken(what: str, answer: Refused | Unknown) -> DeliveryError:
    """GitHub said no, or nothing."""
    if isinstance(answer, Refused):
        return DeliveryError(f"GitHub doesn't take {what}: {answer.reason}", remedy=answer.remedy)
    said = f"GitHub doesn't say whether it has taken {what}: {answer.reason}"
    return DeliveryError(said, remedy=_AGAIN)


def _file(entry: dict[str, Any]) -> File:
    return File(
        path=str(entry.get("filename") or ""),
        blob=str(entry.get("sha") or ""),
        before=str(entry.get("previous_filename") or "")
        if entry.get("status") == "renamed"
        else "",
        removed=entry.get("status") == "removed",
    )


@contextmanager
def _told() -> Iterator[None]:
    """What the client says, said as what a delivery says."""
    try:
        yield
    except TrackerError as error:
        raise DeliveryError(error.message, remedy=error.remedy) from error
