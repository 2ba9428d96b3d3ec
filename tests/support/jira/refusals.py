"""How Jira says no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class RefusalError(Exception):
    """A request that isn't carried out.

    Args:
        status: Status of the answer.
        messages: What it says.
        errors: What is wrong with each field.
        headers: Headers that such an answer has.
    """

    def __init__(
        self,
        status: int,
        *messages: str,
        errors: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(*messages)
        self.status = status
        self.messages = messages
        self.errors = dict(errors or {})
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, Any]:
        """The answer's body."""
        return {"errorMessages": list(self.messages), "errors": self.errors}


def no_issue() -> RefusalError:
    """There is no such issue, or nobody says whether there is."""
    return RefusalError(404, "Issue does not exist or you do not have permission to see it.")


def no_project(id_or_key: str) -> RefusalError:
    """There is no such project, or it can't be seen."""
    return RefusalError(404, f"No project could be found with key '{id_or_key}'.")


def unauthorised() -> RefusalError:
    """Whoever asks has to say who they are."""
    return RefusalError(401, "Client must be authenticated to access this resource.")
