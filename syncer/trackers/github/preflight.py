"""What speaks against writing to a repository, found out by reading, before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from syncer.errors import TrackerError
from syncer.trackers.base import Refused
from syncer.trackers.http import AnswerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from syncer.trackers.github.addresses import Addresses
    from syncer.trackers.github.client import Client
    from syncer.trackers.github.milestones import Milestones

_LABELLING: Final = ("triage", "push", "maintain", "admin")
_LABELLING_ROLES: Final = {"TRIAGE", "WRITE", "MAINTAIN", "ADMIN"}


def objections_of_repository(
    repository: Mapping[str, Any], addresses: Addresses, *, personal: bool
) -> Iterator[Refused]:
    """What a repository, as either interface describes it, has against issues being written.

    Args:
        repository: Its description.
        addresses: Where it is.
        personal: Whether the token is a person's: only of those is it said what they may do.
    """
    name = addresses.repository
    present = str(repository.get("nameWithOwner") or repository.get("full_name") or name)
    if present.casefold() != name.casefold():
        yield Refused(
            f"{name} is called {present} now",
            f"Change `repository` in the tracker's settings to {present}.",
        )
    if repository.get("isArchived") or repository.get("archived"):
        yield Refused(
            f"{name} is archived, so that nothing in it can be changed",
            "Unarchive it, or route its post-mortems to another tracker.",
        )
    if not repository.get("hasIssuesEnabled", repository.get("has_issues", True)):
        yield Refused(
            f"issues are disabled in {name}",
            "Enable them in the repository's settings, under Features, or use another tracker.",
        )
    role = repository.get("viewerPermission")
    allowed = repository.get("permissions") or {}
    may_label = role in _LABELLING_ROLES if role else any(allowed.get(one) for one in _LABELLING)
    if personal and (role or allowed) and not may_label:
        yield Refused(
            f"whom the token belongs to may not set labels in {name}",
            "Give that account the triage role at least; GitHub drops labels and assignees otherwise.",
        )


def objections_of_settings(
    client: Client, addresses: Addresses, milestones: Milestones, issue_type: str
) -> Iterator[Refused]:
    """What is missing of what new issues are to have."""
    try:
        milestones.fixed_number()
    except AnswerError:
        raise
    except TrackerError as error:
        yield Refused(error.message, error.remedy)
    if issue_type:
        yield from _objections_of_type(client, addresses, issue_type)


def _objections_of_type(client: Client, addresses: Addresses, issue_type: str) -> Iterator[Refused]:
    try:
        types = client.get_list(f"/orgs/{quote(addresses.owner, safe='')}/issue-types")
    except AnswerError as error:
        yield Refused(
            f"the issue types of {addresses.owner} can't be read: {error.message}",
            "Issue types are organisations': remove issue_type from the tracker's settings.",
        )
        return
    names = [str(one.get("name")) for one in types]
    if issue_type.casefold() not in {name.casefold() for name in names}:
        yield Refused(
            f"{addresses.owner} has no issue type “{issue_type}”",
            f"Use one of: {', '.join(names)}." if names else "Create it in its settings.",
        )
