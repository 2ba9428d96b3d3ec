"""The operations on pull requests, and on comments by their ids."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.support.github import (
    access,
    branches,
    listing,
    pulls,
    rendering_issues,
    rendering_pulls,
    values,
)
from tests.support.github.calls import Call, Reply
from tests.support.github.refusals import not_found

if TYPE_CHECKING:
    from tests.support.github.records import Issue
    from tests.support.github.store import Repository


def list_pulls(call: Call, owner: str, repo: str) -> Reply:
    home = _home(call, owner, repo)
    shown, headers = listing.page(call, home, listing.pulls(call, home))
    return Reply(200, [_pull(call, home, one) for one in shown], headers)


def create_pull(call: Call, owner: str, repo: str) -> Reply:
    home = _home(call, owner, repo)
    access.must_push(call, home)
    assert call.token is not None
    made = pulls.create(call.store, home, call.token, call.body)
    body = _pull(call, home, made, whole=True)
    return Reply(201, body, {"Location": body["url"]})


def change_pull(call: Call, owner: str, repo: str, number: str) -> Reply:
    home = _home(call, owner, repo)
    issue = _one(home, number)
    access.may_change(call, home, issue)
    changed = pulls.change(call.store, home, call.user, issue, call.body or {})
    return Reply(200, _pull(call, home, changed, whole=True))


def list_files(call: Call, owner: str, repo: str, number: str) -> Reply:
    home = _home(call, owner, repo)
    issue = _one(home, number)
    shown, headers = listing.page(call, home, pulls.files(home, issue))
    return Reply(200, [rendering_pulls.file(call.urls, home, one) for one in shown], headers)


def ask_for_reviews(call: Call, owner: str, repo: str, number: str) -> Reply:
    home = _home(call, owner, repo)
    issue = _one(home, number)
    access.must_push(call, home)
    return Reply(201, _pull(call, home, pulls.ask(call.store, home, issue, call.body)))


def get_commit(call: Call, owner: str, repo: str, identity: str) -> Reply:
    home = access.repository(call, owner, repo)
    found = branches.commit(home, identity)
    if found is None:
        raise not_found()
    return Reply(200, rendering_pulls.commit(call.urls, home, found))


def change_comment(call: Call, owner: str, repo: str, number: str) -> Reply:
    home = access.repository(call, owner, repo)
    for issue in home.issues.values():
        for place, comment in enumerate(issue.comments):
            if comment.id != int(number):
                continue
            if comment.user.id != call.user.id:
                access.must_push(call, home)
            text = values.body("IssueComment", call.body["body"]) or ""
            changed = replace(comment, body=text)
            comments = (*issue.comments[:place], changed, *issue.comments[place + 1 :])
            home.put(replace(issue, comments=comments, updated=call.store.tick()))
            return Reply(200, rendering_issues.comment(call.urls, home, issue, changed))
    raise not_found()


def _home(call: Call, owner: str, repo: str) -> Repository:
    home = access.repository(call, owner, repo)
    pulls.settle(call.store, home)
    return home


def _one(home: Repository, number: str) -> Issue:
    issue = home.issues.get(int(number))
    if issue is None or issue.pull is None:
        raise not_found()
    return issue


def _pull(call: Call, home: Repository, issue: Issue, *, whole: bool = False) -> dict[str, Any]:
    return rendering_pulls.pull(call.urls, call.store, home, issue, whole=whole)
