"""The double's pull requests keep to GitHub's rules, over branches of a real Git repository or written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.github import pulls
from tests.support.github.client import SHOP, client
from tests.support.github.records import Touched
from tests.support.repositories import Repository, bare, cloned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.github import store
    from tests.support.github.client import Client

PULLS = f"{SHOP}/pulls"
WANTED = {"title": "One", "head": "feature", "base": "main", "body": "Text"}


@pytest.fixture
def api() -> Iterator[Client]:
    with client() as api:
        shop(api).branches |= {"main": "a" * 40, "feature": "b" * 40}
        yield api


def shop(api: Client) -> store.Repository:
    return api.github.store.repositories["acme/shop"]


def opened(api: Client, **more: Any) -> dict[str, Any]:
    return api.json(api.post(PULLS, WANTED | more), 201)


def errors(api: Client, **more: Any) -> list[str]:
    found = api.json(api.post(PULLS, WANTED | more), 422)["errors"]
    return [one.get("message") or f"{one['field']} {one['code']}" for one in found]


def test_it_is_opened_listed_changed_and_closed(api: Client) -> None:
    made = opened(api, draft=True)
    assert (made["number"], made["state"], made["draft"]) == (1, "open", True)
    assert (made["head"]["ref"], made["base"]["ref"]) == ("feature", "main")
    assert made["html_url"] == "https://github.com/acme/shop/pull/1"
    (listed,) = api.get(PULLS, head="acme:feature").json()
    assert listed["number"] == 1
    changed = api.json(api.patch(f"{PULLS}/1", {"title": "Two", "state": "closed"}))
    assert (changed["title"], changed["state"], changed["body"]) == ("Two", "closed", "Text")
    assert api.get(PULLS).json() == []
    assert len(api.get(PULLS, state="closed").json()) == 1
    assert api.json(api.patch(f"{PULLS}/1", {"state": "open"}))["state"] == "open"


def test_what_can_t_be_opened_is_refused(api: Client) -> None:
    assert errors(api, head="gone") == ["head invalid"]
    assert errors(api, base="gone") == ["base invalid"]
    shop(api).branches["same"] = "a" * 40
    assert errors(api, head="same") == ["No commits between main and same"]
    opened(api)
    assert errors(api) == ["A pull request already exists for acme:feature."]


def test_lists_are_of_a_head_and_a_base(api: Client) -> None:
    fork = api.github.store.add_repository("mallory/shop")
    theirs = pulls.add(api.github.store, shop(api), fork.owner, "feature", of="mallory/shop")
    mine = opened(api)["number"]
    assert numbers(api, head="acme:feature") == [mine]
    assert numbers(api, head="mallory:feature") == [theirs.number]
    assert numbers(api, head="feature") == [mine, theirs.number], "which is no filter"
    assert numbers(api, base="trunk") == []
    assert numbers(api, sort="created", direction="asc") == [theirs.number, mine]


def numbers(api: Client, **query: str) -> list[int]:
    return [one["number"] for one in api.get(PULLS, **query).json()]


def test_those_who_may_look_are_asked_for_reviews_and_nobody_else(api: Client) -> None:
    opened(api)
    shop(api).teams.add("sre")
    path = f"{PULLS}/1/requested_reviewers"
    asked = api.json(api.post(path, {"reviewers": ["owner"], "team_reviewers": ["sre"]}), 201)
    assert [one["login"] for one in asked["requested_reviewers"]] == ["owner"]
    assert [one["slug"] for one in asked["requested_teams"]] == ["sre"]
    for wrong in ({"reviewers": ["mallory"]}, {"team_reviewers": ["x"]}, {"reviewers": ["robot"]}):
        assert api.post(path, wrong).status_code == 422


def test_whoever_may_not_push_opens_none(api: Client) -> None:
    assert api.as_(api.github.sign_in("reader")).post(PULLS, WANTED).status_code == 403
    read = api.as_(api.github.sign_in("robot", pull_requests="read"))
    refused = read.post(PULLS, WANTED)
    assert refused.headers["X-Accepted-GitHub-Permissions"] == "pull_requests=write"
    assert read.get(PULLS).status_code == 200
    assert api.as_(api.github.workflow("acme/shop")).post(PULLS, WANTED).status_code == 201


def test_one_of_two_permissions_is_enough_to_comment(api: Client) -> None:
    opened(api)
    for token in (
        api.github.sign_in("robot", issues="none"),
        api.github.sign_in("robot", pull_requests="none"),
    ):
        made = api.as_(token).post(f"{SHOP}/issues/1/comments", {"body": "One"}).json()
        path = f"{SHOP}/issues/comments/{made['id']}"
        assert api.as_(token).patch(path, {"body": "Two"}).json()["body"] == "Two"
    neither = api.github.sign_in("robot", issues="read", pull_requests="read")
    assert api.as_(neither).post(f"{SHOP}/issues/1/comments", {"body": "x"}).status_code == 403


def test_others_comments_are_changed_by_who_may_push(api: Client) -> None:
    opened(api)
    made = api.post(f"{SHOP}/issues/1/comments", {"body": "One"}).json()
    path = f"{SHOP}/issues/comments/{made['id']}"
    reader = api.as_(api.github.sign_in("reader"))
    assert reader.patch(path, {"body": "Two"}).status_code == 403


def test_files_that_a_test_has_written_down(api: Client) -> None:
    robot = api.github.store.add_user("robot")
    touches = [Touched("new.md", "renamed", "old.md"), Touched("gone.md", "removed")]
    pulls.add(api.github.store, shop(api), robot, "feature", touches=touches)
    found = api.get(f"{PULLS}/1/files").json()
    assert [(one["filename"], one["status"]) for one in found] == [
        ("new.md", "renamed"),
        ("gone.md", "removed"),
    ]
    assert found[0]["previous_filename"] == "old.md"


class TestGit:
    @pytest.fixture
    def there(self, api: Client, tmp_path: Path) -> Repository:
        there = bare(tmp_path / "there.git", {"old.md": "Text\n" * 9, "gone.md": "x", "b.md": "b"})
        shop(api).git = there.folder
        return there

    @pytest.fixture
    def here(self, there: Repository, tmp_path: Path) -> Repository:
        here = cloned(there, tmp_path / "here")
        here.git("switch", "--quiet", "--create", "feature")
        here.commit({"old.md": None, "new.md": "Text\n" * 9, "gone.md": None, "b.md": "c"})
        here.push("feature")
        return here

    def test_files_are_those_of_the_branch(self, api: Client, here: Repository) -> None:
        opened(api)
        here.git("switch", "--quiet", "main")
        here.commit({"other.md": "x"})
        here.push()
        found = api.get(f"{PULLS}/1/files").json()
        assert [(one["filename"], one["status"]) for one in found] == [
            ("b.md", "modified"),
            ("gone.md", "removed"),
            ("new.md", "renamed"),
        ]

    def test_what_is_pushed_is_its_head(self, api: Client, here: Repository) -> None:
        opened(api)
        here.commit({"b.md": "d"})
        here.push("feature")
        (listed,) = api.get(PULLS).json()
        assert listed["head"]["sha"] == here.head()

    def test_one_that_is_in_its_base_was_merged(self, api: Client, here: Repository) -> None:
        opened(api)
        here.git("push", "--quiet", "origin", "feature:main")
        (closed,) = api.get(PULLS, state="closed").json()
        assert closed["merged_at"]

    def test_one_without_its_branch_is_closed(self, api: Client, here: Repository) -> None:
        opened(api)
        here.git("push", "--quiet", "origin", ":feature")
        (closed,) = api.get(PULLS, state="closed").json()
        assert closed["merged_at"] is None
        assert api.patch(f"{PULLS}/1", {"state": "open"}).status_code == 422
