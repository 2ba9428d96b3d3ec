"""What a remote says when it says no, told apart: nobody may, somebody else was first, it can't be reached.

Git has one exit code for all of it. The words are those of Git (in English, see ``Settings.git_environment``), GitHub,
GitLab, Bitbucket and Azure DevOps.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from syncer.delivery.git import on_one_line
from syncer.errors import DeliveryError

if TYPE_CHECKING:
    from syncer.delivery.git import GitError

_MOVED: Final = re.compile(
    # Told by Git before anything is sent ...
    r"fetch first|non-fast-forward|stale info|already exists"
    # ... or by the other side, where two pushes arrive at the same time.
    r"|cannot lock ref|failed to lock|failed to update ref|incorrect old value"
    r"|reference (?:already exists|does not exist)|but expected",
    re.IGNORECASE,
)
_NEVER: Final = re.compile(
    r"exists; cannot create|permission denied|read-only file system|no space left|hook declined",
    re.IGNORECASE,
)
"""Where it isn't the ref's value that stands in the way, and the next attempt would end like this one."""

_RULE: Final = re.compile(
    r"GH006|GH013|protected branch|rule violations|hook declined|protected ref"
    r"|TF402455|pull requests? (?:is|are) required|only be modified through pull requests"
    r"|not allowed to (?:force )?push code to protected",
    re.IGNORECASE,
)
_WHO: Final = re.compile(
    r"authentication failed|could not read (?:username|password)|terminal prompts disabled"
    r"|invalid credentials|permission denied|permission to \S+ denied|access denied"
    r"|write access to repository not granted|marked as read only|not allowed to push"
    r"|repository not found|returned error: 40[134]|HTTP(?:/\S+)? 40[13]|host key verification failed",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"GH007|email privacy", re.IGNORECASE)
_NO_SUCH_KIND: Final = re.compile(r"hidden ref|funny refname|prohibited by Gerrit", re.IGNORECASE)
_CHECKED_OUT: Final = re.compile(r"refusing to update checked out branch", re.IGNORECASE)
_NO_REPOSITORY: Final = re.compile(r"does not appear to be a git repository", re.IGNORECASE)
_NAME_TAKEN: Final = re.compile(r"exists; cannot create", re.IGNORECASE)
_NAME_TAKEN_HERE: Final = re.compile(
    r"cannot lock ref 'refs/(?:remotes|syncer)/.* exists; cannot create", re.IGNORECASE
)
_NETWORK: Final = re.compile(
    r"could not resolve|couldn't resolve|failed to connect|couldn't connect|connection (?:refused|reset|timed|closed)"
    r"|timed out|unable to access|early EOF|hung up unexpectedly|RPC failed|returned error: 5\d\d"
    r"|network is unreachable|no route to host|took longer than|unable to look up",
    re.IGNORECASE,
)


def has_moved(reason: str, said: str) -> bool:
    """Whether a push was refused because the ref isn't what it was expected to be any more.

    Args:
        reason: Git's reason for this ref, as ``--porcelain`` prints it in parentheses.
        said: All that Git and the remote wrote to the standard error.
    """
    return bool(_MOVED.search(reason)) and not _NEVER.search(f"{reason} {said}")


def explained(
    doing: str, error: GitError, reason: str = "", *, writing: bool, is_branch: bool = True
) -> DeliveryError:
    """What a remote's refusal means, and what to do about it.

    Args:
        doing: What was tried, to begin the message with: ``pushing to refs/heads/main of origin``.
        error: What Git ended with.
        reason: Its reason for the ref, if it gave one.
        writing: Whether something was to be written there.
        is_branch: Whether to a branch.
    """
    said = f"{reason} {error.said or error.message}".strip()
    what, remedy = _meaning(said, writing=writing, is_branch=is_branch)
    return DeliveryError(f"{doing} {what}: {on_one_line(said)}", remedy=remedy)


def _meaning(said: str, *, writing: bool, is_branch: bool) -> tuple[str, str]:
    """What has happened, as the end of a sentence, and the remedy. What is most particular is looked for first."""
    right = "write" if writing else "read"
    way_round = "Use `delivery.mode: pull-request`, or let" if is_branch else "Let"
    known = (
        (
            _NAME_TAKEN_HERE,
            "failed, because a branch that is known here from before has a name that excludes it",
            "Forget the branches that are gone there with `git remote prune`, then run syncer again.",
        ),
        (
            _ADDRESS,
            "was refused because of the author's address",
            "Set delivery.author to an address that may be published.",
        ),
        (
            _CHECKED_OUT,
            "was refused, because the branch is checked out there",
            "Push to a bare repository, or set receive.denyCurrentBranch to updateInstead there.",
        ),
        (
            _NO_SUCH_KIND,
            "was refused, because the remote takes no refs of that kind",
            "Name another one (delivery.lease.ref).",
        ),
        (
            _NAME_TAKEN,
            "failed, because a branch there has a name that excludes this one",
            "Choose another branch (delivery.branch, delivery.pull_request.branch).",
        ),
        (
            _RULE,
            "was refused by a rule of the remote",
            f"{way_round} the account that pushes bypass the rule.",
        ),
        (
            _NO_REPOSITORY,
            "failed, because there is no such repository",
            "Correct the remote's address (`git remote -v`), or name another one (delivery.remote).",
        ),
        (
            _WHO,
            "was refused to this account",
            (
                f"Give the account the right to {right} the repository (on GitHub: `contents: {right}`, "
                "or a deploy key with write access), and its credentials to Git or delivery.token."
            ),
        ),
        (
            _NETWORK,
            "failed, because the remote can't be reached",
            "Run syncer again once it can be reached from here.",
        ),
    )
    for pattern, what, remedy in known:
        if pattern.search(said):
            return what, remedy
    return "failed", "See what the remote says, then run syncer again."
