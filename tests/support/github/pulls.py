"""The rules by which pull requests come about and change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.support.github import branches, changing
from tests.support.github.records import Pull, Touched
from tests.support.github.refusals import RefusalError, invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.support.github.accounts import Token
    from tests.support.github.records import Issue, User
    from tests.support.github.store import Repository, Store


def settle(store: Store, home: Repository) -> None:
    """See what has become of the branches: whatever was merged or lost its branch is open no longer."""
    for issue in list(home.issues.values()):
        pull = issue.pull
        if pull is None or issue.state == "closed" or pull.of.lower() != home.full_name.lower():
            continue
        commit = branches.head(home, pull.head)
        known = replace(pull, commit=commit or pull.commit)
        if branches.contains(home, pull.base, known.commit):
            merge(store, home, issue.number)
        elif commit is None:
            close(store, home, issue.number)
        elif known != pull:
            changing.touch(store, home, issue, pull=known)


def create(store: Store, home: Repository, token: Token, content: Mapping[str, Any]) -> Issue:
    """Open a pull request as a POST does it."""
    if token.app and not home.workflows_may_open:
        told = "GitHub Actions is not permitted to create or approve pull requests."
        raise RefusalError(403, told)
    head, base = content["head"].rpartition(":")[2], content["base"]
    commit = branches.head(home, head)
    if commit is None:
        raise invalid("PullRequest", "head", "invalid")
    if branches.head(home, base) is None:
        raise invalid("PullRequest", "base", "invalid")
    if branches.contains(home, base, commit):
        raise _custom(f"No commits between {base} and {head}")
    _must_be_alone(home, head, base)
    made = changing.create_issue(
        store,
        home,
        token.user,
        {"title": content["title"], "body": content.get("body")},
        pull_request=True,
    )
    pull = Pull(head, base, commit, home.full_name, content.get("draft", False))
    return home.put(replace(made, pull=pull))


def change(
    store: Store, home: Repository, user: User, issue: Issue, content: Mapping[str, Any]
) -> Issue:
    """Change what is named of a pull request as a PATCH does it."""
    assert issue.pull is not None
    base = content.get("base", issue.pull.base)
    if branches.head(home, base) is None:
        raise invalid("PullRequest", "base", "invalid")
    reopened = content.get("state") == "open" and issue.state == "closed"
    if base != issue.pull.base or reopened:
        _must_be_alone(home, issue.pull.head, base)
    if reopened and (issue.pull.merged or branches.head(home, issue.pull.head) is None):
        raise invalid("PullRequest", "state", "invalid", "state cannot be changed.")
    text = {key: value for key, value in content.items() if key in ("title", "body", "state")}
    changed = changing.change_issue(store, home, user, issue.number, text)
    return changing.touch(store, home, changed, pull=replace(issue.pull, base=base))


def ask(store: Store, home: Repository, issue: Issue, content: Mapping[str, Any]) -> Issue:
    """Ask for reviews."""
    assert issue.pull is not None
    logins, teams = content.get("reviewers", []), content.get("team_reviewers", [])
    if issue.user.login.lower() in (login.lower() for login in logins):
        raise RefusalError(422, "Review cannot be requested from pull request author.")
    known = all(login.lower() in home.roles for login in logins)
    if not known or not home.teams.issuperset(teams):
        raise RefusalError(
            422,
            "Reviews may only be requested from collaborators. One or more of the users or teams you specified is "
            f"not a collaborator of the {home.full_name} repository.",
        )
    pull = replace(
        issue.pull,
        reviewers=_joined(issue.pull.reviewers, logins),
        teams=_joined(issue.pull.teams, teams),
    )
    return changing.touch(store, home, issue, pull=pull)


def files(home: Repository, issue: Issue) -> Sequence[Touched]:
    """What a pull request touches."""
    assert issue.pull is not None
    if home.git is None:
        return issue.pull.files
    return branches.touched(home, issue.pull.base, issue.pull.commit)


# What people do


def merge(store: Store, home: Repository, number: int) -> Issue:
    """It has become a part of its base."""
    issue = home.issues[number]
    assert issue.pull is not None
    moment = store.tick()
    pull = replace(issue.pull, merged=moment)
    return home.put(replace(issue, pull=pull, state="closed", closed=moment, updated=moment))


def close(store: Store, home: Repository, number: int) -> Issue:
    """Somebody closes it."""
    moment = store.tick()
    issue = home.issues[number]
    return home.put(replace(issue, state="closed", closed=moment, updated=moment))


def add(
    store: Store,
    home: Repository,
    user: User,
    head: str,
    *,
    of: str = "",
    base: str = "main",
    touches: Iterable[Touched] = (),
    title: str = "Change it",
) -> Issue:
    """Somebody opens one, from a fork if it is said which."""
    made = changing.create_issue(store, home, user, {"title": title, "body": ""}, pull_request=True)
    commit = branches.head(home, head) or "1" * 40
    pull = Pull(head, base, commit, of or home.full_name, files=tuple(touches))
    return home.put(replace(made, pull=pull))


def _must_be_alone(home: Repository, head: str, base: str) -> None:
    for issue in home.issues.values():
        pull = issue.pull
        if not pull or issue.state != "open" or pull.of.lower() != home.full_name.lower():
            continue
        if (pull.head, pull.base) == (head, base):
            told = f"A pull request already exists for {home.owner.login}:{head}."
            raise _custom(told)


def _custom(message: str) -> RefusalError:
    error = {"resource": "PullRequest", "code": "custom", "message": message}
    return RefusalError(422, "Validation Failed", (error,))


def _joined(known: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    return (*known, *(one for one in more if one not in known))
