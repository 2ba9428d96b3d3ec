"""How GitHub says no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCUMENTATION: Final = "https://docs.github.com/rest"


class RefusalError(Exception):
    """A request that isn't carried out.

    Args:
        status: Status of the answer.
        message: What it says.
        errors: What is wrong with each field.
        headers: Headers that such an answer has.
    """

    def __init__(
        self,
        status: int,
        message: str,
        errors: tuple[Mapping[str, Any], ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, Any]:
        """The answer's body."""
        body: dict[str, Any] = {"message": self.message}
        if self.errors:
            body["errors"] = [dict(error) for error in self.errors]
        body |= {"documentation_url": DOCUMENTATION, "status": str(self.status)}
        return body


def not_found() -> RefusalError:
    """There is no such thing, or it can't be seen."""
    return RefusalError(404, "Not Found")


def invalid(
    resource: str, field: str, code: str, message: str = "", value: Any = None
) -> RefusalError:
    """A value that isn't taken."""
    error: dict[str, Any] = {"resource": resource, "field": field, "code": code}
    if message:
        error["message"] = message
    if value is not None:
        error["value"] = value
    return RefusalError(422, "Validation Failed", (error,))


def moved(url: str, status: int = 301) -> RefusalError:
    """It is to be asked for elsewhere."""
    messages = {301: "Moved Permanently", 307: "Temporary Redirect"}
    return RefusalError(status, messages[status], headers={"Location": url})
