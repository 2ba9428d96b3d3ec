"""Pull requests on GitHub: one for a branch, whatever becomes of the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from syncer.delivery.forge import Draft, File, Forge
from syncer.delivery.texts import bounded, hidden, same
from syncer.errors import DeliveryError
from tests.support.doubles.replies import Reply
from tests.support.forges import open_forge
from tests.support.github import branches, changing, faults, pulls
from tests.support.github.records import Touched
from tests.support.github.server import github_double
from tests.support.github_lab import BASE_PATH, SHOP, Clock, furnish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.doubles.faults import Asked
    from tests.support.github.double import GitHubDouble
    from tests.support.github.records import Comment, Issue
    from tests.support.github.store import Repository

BRANCH: Final = "syncer/action-items"
DRAFT: Final = Draft("Update action items", "What it brings.\n", "main")
LOST: Final = [faults.DROPPED_BEFORE, faults.DROPPED_AFTER, faults.CUT, faults.html(effect=True)]


@pytest.fixture
def github() -> Iterator[GitHubDouble]:
    with github_double(base_path=BASE_PATH) as double:
        furnish(double)
        shop(double).branches |= {"main": "a" * 40, BRANCH: "b" * 40}
        yield double


@pytest.fixture
def forge(github: GitHubDouble) -> Iterator[Forge]:
    forge = open_forge(github, github.sign_in("robot"))
    yield forge
    forge.close()


def shop(github: GitHubDouble) -> Repository:
    return github.store.repositories[SHOP]


def there(github: GitHubDouble) -> list[Issue]:
    return [issue for issue in shop(github).issues.values() if issue.pull_request]


def opens(asked: Asked) -> bool:
    return asked.method == "POST" and asked.path.endswith("/pulls")


def comments(asked: Asked) -> bool:
    return asked.method in ("POST", "PATCH") and "/comments" in asked.path


class TestOpening:
    def test_it_is_opened_and_found(self, github: GitHubDouble, forge: Forge) -> None:
        assert forge.open_one(BRANCH) is None
        opened = forge.open(BRANCH, DRAFT, as_draft=True)
        assert opened == forge.open_one(BRANCH)
        assert (opened.title, opened.body, opened.base) == (DRAFT.title, DRAFT.body, "main")
        assert opened.is_open
        assert opened.url == f"{github.urls.html}/acme/shop/pull/{opened.number}"
        (issue,) = there(github)
        assert issue.pull is not None
        assert issue.pull.draft

    @pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault.name)
    def test_whose_answer_gets_lost_is_looked_for_first(
        self, github: GitHubDouble, forge: Forge, fault: faults.Fault
    ) -> None:
        github.faults.when(opens, fault)
        assert forge.open(BRANCH, DRAFT).number == 1
        assert len(there(github)) == 1

    def test_one_that_somebody_else_opened_meanwhile_is_the_one(
        self, github: GitHubDouble, forge: Forge
    ) -> None:
        robot = github.store.add_user("robot")
        pulls.add(github.store, shop(github), robot, BRANCH, title="The first")
        assert forge.open(BRANCH, DRAFT).title == "The first"
        assert len(there(github)) == 1

    def test_where_no_answer_ever_comes_it_says_so(
        self, github: GitHubDouble, forge: Forge
    ) -> None:
        github.faults.when(opens, faults.DROPPED_BEFORE, times=None)
        with pytest.raises(DeliveryError, match="whether it has taken the pull request") as told:
            forge.open(BRANCH, DRAFT)
        assert "Run syncer again" in told.value.remedy
        assert len([one for one in github.log.writes if one.path.endswith("/pulls")]) == 2

    def test_a_branch_with_nothing_new_is_refused_in_github_s_words(
        self, github: GitHubDouble, forge: Forge
    ) -> None:
        shop(github).branches[BRANCH] = "a" * 40
        with pytest.raises(DeliveryError, match="No commits between main and syncer/action-items"):
            forge.open(BRANCH, DRAFT)
        assert len(github.log.writes) == 1

    def test_a_fork_s_branch_of_that_name_is_none_of_ours(
        self, github: GitHubDouble, forge: Forge
    ) -> None:
        for fork in ("mallory/shop", "acme/fork"):
            home = github.store.add_repository(fork)
            pulls.add(github.store, shop(github), home.owner, BRANCH, of=fork)
        assert forge.open_one(BRANCH) is None
        assert forge.open(BRANCH, DRAFT).number == 3

    def test_another_one_s_branch_is_none_of_ours_either(
        self, github: GitHubDouble, forge: Forge
    ) -> None:
        shop(github).branches["feature"] = "c" * 40
        pulls.add(github.store, shop(github), github.store.add_user("robot"), "feature")
        assert forge.open_one(BRANCH) is None

    def test_of_those_that_are_closed_the_latest_is_told(
        self, github: GitHubDouble, forge: Forge
    ) -> None:
        first = forge.open(BRANCH, DRAFT)
        assert forge.last_closed(BRANCH) is None
        pulls.close(github.store, shop(github), first.number)
        second = forge.open(BRANCH, DRAFT)
        pulls.merge(github.store, shop(github), second.number)
        found = forge.last_closed(BRANCH)
        assert found is not None
        assert (found.number, found.is_open, found.is_merged) == (second.number, False, True)


class TestChanging:
    def test_only_what_differs_is_sent(self, github: GitHubDouble, forge: Forge) -> None:
        opened = forge.open(BRANCH, DRAFT)
        github.log.clear()
        forge.update(opened, DRAFT)
        assert not github.log.writes
        forge.update(opened, Draft(DRAFT.title, "Another text", "main"))
        (sent,) = github.log.writes
        assert sent.body == {"body": "Another text"}

    def test_a_text_that_came_through_a_form_is_the_same_one(
        self, github: GitHubDouble, forge: Forge
    ) -> None:
        opened = forge.open(BRANCH, Draft("T", "One\r\n\r\nTwo", "main"))
        github.log.clear()
        forge.update(opened, Draft("T", "One\n\nTwo\n", "main"))
        assert not github.log.writes

    def test_another_base_is_one_change_more(self, github: GitHubDouble, forge: Forge) -> None:
        shop(github).branches["trunk"] = "d" * 40
        forge.update(forge.open(BRANCH, DRAFT), Draft("T", "Text", "trunk"))
        found = forge.open_one(BRANCH)
        assert found is not None
        assert (found.title, found.body, found.base) == ("T", "Text", "trunk")

    @pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault.name)
    def test_a_lost_answer_to_a_change_doesn_t_matter(
        self, github: GitHubDouble, forge: Forge, fault: faults.Fault
    ) -> None:
        opened = forge.open(BRANCH, DRAFT)
        github.faults.when(lambda asked: asked.method == "PATCH", fault)
        forge.shut(opened, "Nothing is left.")
        found = forge.last_closed(BRANCH)
        assert found is not None
        assert found.body == "Nothing is left."

    def test_labels_are_added(self, github: GitHubDouble, forge: Forge) -> None:
        opened = forge.open(BRANCH, DRAFT)
        forge.label(opened, ["docs", "bot"])
        (issue,) = there(github)
        assert {label.name for label in issue.labels} == {"docs", "bot"}

    def test_people_and_teams_are_asked_for_reviews(
        self, github: GitHubDouble, forge: Forge
    ) -> None:
        shop(github).teams.add("sre")
        opened = forge.open(BRANCH, DRAFT)
        for reviewer in ("@alice", "bob", "acme/sre"):
            forge.ask(opened, reviewer)
        (issue,) = there(github)
        assert issue.pull is not None
        assert (issue.pull.reviewers, issue.pull.teams) == (("alice", "bob"), ("sre",))

    def test_who_can_t_be_asked_is_named(self, github: GitHubDouble, forge: Forge) -> None:
        opened = forge.open(BRANCH, DRAFT)
        with pytest.raises(DeliveryError, match=r"a review by mallory: .*collaborators"):
            forge.ask(opened, "mallory")
        github.faults.when(lambda asked: "reviewers" in asked.path, faults.DROPPED_BEFORE, times=9)
        with pytest.raises(DeliveryError, match="doesn't say whether"):
            forge.ask(opened, "alice")


class TestPermissions:
    def test_what_a_token_lacks_is_named(self, github: GitHubDouble) -> None:
        forge = open_forge(github, github.sign_in("robot", pull_requests="read"))
        assert forge.open_one(BRANCH) is None
        with pytest.raises(DeliveryError, match="pull_requests=write") as told:
            forge.open(BRANCH, DRAFT)
        assert "pull-requests: write" in told.value.remedy
        assert "issues: write" not in told.value.remedy

    def test_a_repository_that_lets_no_workflow_open_one_says_where_to_change_that(
        self, github: GitHubDouble
    ) -> None:
        shop(github).workflows_may_open = False
        forge = open_forge(github, github.workflow(SHOP))
        with pytest.raises(DeliveryError, match="doesn't let workflows open") as told:
            forge.open(BRANCH, DRAFT)
        assert "Allow GitHub Actions to create and approve pull requests" in told.value.remedy

    def test_a_pull_request_that_can_t_be_seen_is_called_one(
        self, github: GitHubDouble, forge: Forge
    ) -> None:
        del github
        with pytest.raises(DeliveryError, match="no pull request #7 of acme/shop"):
            forge.files_of(7)

    def test_whoever_may_not_write_any_more_is_asked_before_each_write(
        self, github: GitHubDouble, forge: Forge
    ) -> None:
        class Stop:
            def check(self) -> None:
                raise DeliveryError("the turn is over")

            def wait(self, seconds: float) -> None:
                raise AssertionError(seconds)

        forge.heed(Stop())
        assert forge.open_one(BRANCH) is None
        with pytest.raises(DeliveryError, match="the turn is over"):
            forge.open(BRANCH, DRAFT)
        assert not github.log.writes

    def test_its_token_is_the_one_for_git(self, github: GitHubDouble) -> None:
        token = github.sign_in("robot")
        forge = open_forge(github, token)
        assert forge.token() == token


class TestReading:
    def test_a_commit_is_told_by_its_id(self, github: GitHubDouble, forge: Forge) -> None:
        found = forge.commit(shop(github).branches["main"])
        assert found is not None
        assert found.message == "Edit"
        assert forge.commit("f" * 40) is None

    def test_files_come_from_all_pages(self, github: GitHubDouble, forge: Forge) -> None:
        many = [Touched(f"pm/{number}.md", "added") for number in range(101)]
        touches = [*many, Touched("new.md", "renamed", "old.md"), Touched("gone.md", "removed")]
        robot = github.store.add_user("robot")
        made = pulls.add(github.store, shop(github), robot, "feature", touches=touches)
        found = forge.files_of(made.number)
        assert [one.path for one in found[:101]] == [one.path for one in many]
        blob = many[0].blob
        assert found[101:] == [
            File("new.md", "old.md", blob=blob),
            File("gone.md", removed=True, blob=blob),
        ]


class TestAnswersThatMakeNoSense:
    """They are never taken for a no, or for nothing there."""

    def answered(self, github: GitHubDouble, body: Any, status: int = 200) -> None:
        odd = faults.Fault("odd", answer=lambda _: Reply(status, body))
        github.faults.when(lambda asked: asked.method == "GET", odd, times=None)

    @pytest.mark.parametrize("body", [{}, {"message": "m"}, {"message": "m", "tree": None}])
    def test_a_commit_without_a_tree_is_nobody_s(
        self, github: GitHubDouble, forge: Forge, body: Any
    ) -> None:
        self.answered(github, body)
        found = forge.commit("b" * 40)
        assert found is not None
        assert found.tree == ""

    def test_a_commit_that_can_t_be_told(self, github: GitHubDouble, forge: Forge) -> None:
        self.answered(github, {"message": "Git Repository is empty."}, 409)
        with pytest.raises(DeliveryError, match="is empty"):
            forge.commit("b" * 40)

    @pytest.mark.parametrize("head", [None, {"ref": BRANCH}, {"ref": BRANCH, "repo": None}])
    def test_a_pull_request_of_a_repository_that_is_gone(
        self, github: GitHubDouble, forge: Forge, head: Any
    ) -> None:
        self.answered(github, [{"number": 7, "head": head, "base": {"ref": "main"}}])
        assert forge.open_one(BRANCH) is None

    @pytest.mark.parametrize("odd", [{"number": None}, {"number": "7"}, {"base": None}])
    def test_a_pull_request_without_a_number_or_a_base(
        self, github: GitHubDouble, forge: Forge, odd: Any
    ) -> None:
        whole = {"ref": BRANCH, "repo": {"full_name": SHOP}}
        self.answered(github, [{"number": 7, "head": whole, "base": {"ref": "main"}} | odd])
        with pytest.raises(DeliveryError, match="makes no pull request"):
            forge.open_one(BRANCH)

    @pytest.mark.parametrize("author", [None, {}, {"login": None}, {"type": "User"}])
    def test_a_comment_of_nobody_is_left_alone(
        self, github: GitHubDouble, forge: Forge, author: Any
    ) -> None:
        robot = github.store.add_user("robot")
        made = pulls.add(github.store, shop(github), robot, "feature")
        body = [{"id": 1, "user": author, "body": hidden("plan")}, {"id": 2, "body": None}]
        odd = faults.Fault("odd", answer=lambda _: Reply(200, body))
        github.faults.when(lambda asked: asked.path.endswith("/comments"), odd)
        forge.comment(made.number, "plan", "One")
        assert [one.method for one in github.log.writes] == ["POST"]

    def test_an_account_that_can_t_be_told_stops_it(
        self, github: GitHubDouble, forge: Forge
    ) -> None:
        robot = github.store.add_user("robot")
        made = pulls.add(github.store, shop(github), robot, "feature")
        forge.comment(made.number, "plan", "One")
        odd = faults.Fault("odd", answer=lambda _: Reply(410, {"message": "Gone for good"}))
        github.faults.when(lambda asked: asked.path == "/user", odd)
        other = open_forge(github, github.sign_in("robot"))
        with pytest.raises(DeliveryError, match="Gone for good"):
            other.comment(made.number, "plan", "Two")

    def test_a_comment_that_is_too_late_is_refused_in_github_s_words(
        self, github: GitHubDouble, forge: Forge
    ) -> None:
        robot = github.store.add_user("robot")
        made = pulls.add(github.store, shop(github), robot, "feature")
        odd = faults.Fault("odd", answer=lambda _: Reply(422, {"message": "Too much"}))
        github.faults.when(comments, odd)
        with pytest.raises(DeliveryError, match=r"doesn't take the comment on #1: .*Too much"):
            forge.comment(made.number, "plan", "One")


class TestComments:
    @pytest.fixture
    def number(self, github: GitHubDouble) -> int:
        robot = github.store.add_user("robot")
        return pulls.add(github.store, shop(github), robot, "feature").number

    def of(self, github: GitHubDouble, number: int) -> list[Comment]:
        return list(shop(github).issues[number].comments)

    def test_there_is_one_and_it_changes_in_its_place(
        self, github: GitHubDouble, forge: Forge, number: int
    ) -> None:
        for text in ("One", "Two", "Two"):
            forge.comment(number, "plan", text)
        (comment,) = self.of(github, number)
        assert comment.body == "<!-- syncer:plan -->\nTwo"
        assert len(github.log.writes) == 2

    def test_another_mark_is_another_comment(
        self, github: GitHubDouble, forge: Forge, number: int
    ) -> None:
        forge.comment(number, "plan", "One")
        forge.comment(number, "plan-2", "Two")
        assert len(self.of(github, number)) == 2

    @pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault.name)
    def test_a_lost_answer_makes_no_second_one(
        self, github: GitHubDouble, forge: Forge, number: int, fault: faults.Fault
    ) -> None:
        for text in ("One", "Two"):
            github.faults.when(comments, fault)
            forge.comment(number, "plan", text)
        (comment,) = self.of(github, number)
        assert comment.body.endswith("Two")

    def test_the_second_lost_answer_is_looked_up_as_well(
        self, github: GitHubDouble, forge: Forge, number: int
    ) -> None:
        github.faults.when(comments, faults.DROPPED_BEFORE)
        github.faults.when(comments, faults.DROPPED_AFTER)
        forge.comment(number, "plan", "One")
        assert len(self.of(github, number)) == 1

    def test_where_no_answer_comes_it_says_so(
        self, github: GitHubDouble, forge: Forge, number: int
    ) -> None:
        github.faults.when(comments, faults.DROPPED_BEFORE, times=None)
        github.faults.when(lambda asked: asked.method == "GET", faults.OK, times=None)
        with pytest.raises(DeliveryError, match=f"the comment on #{number}"):
            forge.comment(number, "plan", "One")

    def test_whoever_copies_the_mark_keeps_their_comment(
        self, github: GitHubDouble, forge: Forge, number: int
    ) -> None:
        mallory = github.store.add_user("mallory")
        robot = github.store.add_user("robot")
        copied = f"{hidden('plan')}\nNothing to see here"
        changing.add_comment(github.store, shop(github), mallory, number, copied)
        changing.add_comment(github.store, shop(github), robot, number, f"> {copied}")
        forge.comment(number, "plan", "One")
        assert [one.body for one in self.of(github, number)[:2]] == [copied, f"> {copied}"]
        assert len(self.of(github, number)) == 3

    def test_a_workflow_s_token_finds_a_bot_s_comment_and_nobody_else_s(
        self, github: GitHubDouble, number: int
    ) -> None:
        robot = github.store.add_user("robot")
        changing.add_comment(github.store, shop(github), robot, number, f"{hidden('plan')}\nMine")
        for text in ("One", "Two"):
            forge = open_forge(github, github.workflow(SHOP, issues="none"))
            forge.comment(number, "plan", text)
        bodies = [one.body for one in self.of(github, number)]
        assert bodies == [f"{hidden('plan')}\nMine", f"{hidden('plan')}\nTwo"]

    def test_a_comment_on_a_later_page_is_found(
        self, github: GitHubDouble, forge: Forge, number: int
    ) -> None:
        alice = github.store.add_user("alice")
        for turn in range(100):
            changing.add_comment(github.store, shop(github), alice, number, f"Remark {turn}")
        for text in ("One", "Two"):
            forge.comment(number, "plan", text)
        assert len(self.of(github, number)) == 101

    def test_what_is_too_long_is_cut_at_the_end_of_a_line(
        self, github: GitHubDouble, forge: Forge, number: int
    ) -> None:
        line = "| ä row of the plan |\n"
        for _ in range(2):
            forge.comment(number, "plan", line * 5000)
        (comment,) = self.of(github, number)
        assert len(comment.body) <= 65_536
        kept, _, told = comment.body.partition("\n\n…")
        assert kept.endswith(line.rstrip())
        assert "left out" in told
        assert len(github.log.writes) == 1

    def test_no_comment_is_made_without_the_permission(
        self, github: GitHubDouble, number: int
    ) -> None:
        token = github.sign_in("robot", issues="read", pull_requests="read")
        with pytest.raises(DeliveryError, match="pull_requests=write"):
            open_forge(github, token).comment(number, "plan", "One")


class TestTexts:
    @pytest.mark.parametrize("mark", ["", "-", "a--b", "a b", "a>", "ä", "a\n"])
    def test_a_mark_can_t_end_what_hides_it(self, mark: str) -> None:
        with pytest.raises(ValueError, match="no mark"):
            hidden(mark)

    def test_a_text_that_fits_stays_as_it_is(self) -> None:
        assert bounded("a\n" * 32_768) == "a\n" * 32_768

    def test_a_line_that_is_too_long_is_cut_all_the_same(self) -> None:
        assert 65_000 < len(bounded("a" * 70_000)) <= 65_536

    def test_what_github_drops_is_left_out(self) -> None:
        assert bounded("a\x00b\ud800c") == "abc"

    def test_texts_are_compared_as_a_reader_would(self) -> None:
        assert same("a\r\nb\r\n", "a\nb")
        assert not same("a\n\nb", "a\nb")


def test_waiting_is_for_the_pace_alone(github: GitHubDouble) -> None:
    clock = Clock()
    forge = open_forge(github, github.sign_in("robot"), clock)
    forge.label(forge.open(BRANCH, DRAFT), ["docs"])
    assert clock.waits == [1.0]
    assert branches.head(shop(github), BRANCH)
