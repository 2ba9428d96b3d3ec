"""One comment on a pull request or issue that is syncer's, written again and again in its place.

It is found by a hidden mark at its beginning, and by its author: whoever copies the mark gets no comment rewritten.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from syncer.delivery.texts import same
from syncer.trackers.base import Refused, Unknown
from syncer.trackers.http import AnswerError

if TYPE_CHECKING:
    from syncer.trackers.github.addresses import Addresses
    from syncer.trackers.github.client import Client

_ATTEMPTS: Final = 2
"""How often a comment is sent whose answer gets lost, with a look in between."""

_NO_ACCOUNT: Final = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
"""How ``GET /user`` is answered to a workflow's or an App's token."""

_BOT: Final = "Bot"


class Sticky:
    """Comments of one repository.

    Args:
        addresses: Where the repository is.
        client: Sends the requests.
    """

    def __init__(self, addresses: Addresses, client: Client) -> None:
        self._addresses = addresses
        self._client = client
        self._account: str | None = None

    def put(
        self, number: int, line: str, text: str, *, begin: bool = True
    ) -> Refused | Unknown | None:
        """See to it that there is one comment with a mark, and that it says this.

        Args:
            number: The issue or pull request.
            line: The mark.
            text: The whole comment, which begins with the mark.
            begin: Whether there is to be one where there is none yet.

        Returns:
            ``None`` if it is so now.

        Raises:
            TrackerError: It can't be read or written.
        """
        lost = Unknown("")
        for attempt in range(_ATTEMPTS + 1):
            found = self._find(number, line)
            if found is not None and same(str(found.get("body") or ""), text):
                return None
            if found is None and not begin:
                return None
            if attempt == _ATTEMPTS:
                break
            answer = self._write(number, found, text)
            if isinstance(answer, Refused):
                return answer
            if not isinstance(answer, Unknown):
                return None
            lost = answer
        return lost

    def _write(
        self, number: int, found: dict[str, Any] | None, text: str
    ) -> dict[str, Any] | Refused | Unknown:
        if found is None:
            path = f"{self._addresses.path}/issues/{number}/comments"
            return self._client.post(path, {"body": text}, needs=("id",))
        path = f"{self._addresses.path}/issues/comments/{found['id']}"
        sent = self._client.patch(path, lambda: {"body": text}, needs=("id",))
        assert sent is not None  # noqa: S101 - nothing abandons it
        return sent

    def _find(self, number: int, line: str) -> dict[str, Any] | None:
        """The oldest comment of ours with a mark."""
        path = f"{self._addresses.path}/issues/{number}/comments"
        for page in self._client.pages(path):
            for comment in page:
                marked = str(comment.get("body") or "").startswith(line)
                if marked and isinstance(comment.get("id"), int) and self._is_ours(comment):
                    return comment
        return None

    def _is_ours(self, comment: dict[str, Any]) -> bool:
        """Whether this account wrote it, or a bot: a workflow's token changes, and can't say whose it is."""
        author = comment.get("user")
        if not isinstance(author, dict):
            return False
        if author.get("type") == _BOT:
            return True
        return bool(self._login) and str(author.get("login", "")).casefold() == self._login

    @property
    def _login(self) -> str:
        """The account in use; empty where it is none of a person's."""
        if self._account is None:
            try:
                told = self._client.get_object("/user").get("login")
            except AnswerError as error:
                if error.reply.status not in _NO_ACCOUNT:
                    raise
                told = ""
            self._account = str(told or "").casefold()
        return self._account
