"""Commits on the branch and on the checkout, in repositories of all kinds, with people at work beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncer.delivery import Account
from syncer.delivery.branch import Branch
from syncer.delivery.checkout import Checkout
from syncer.delivery.committing import Wording
from syncer.delivery.remote import Remote
from syncer.delivery.snapshot import Choice
from syncer.documents.selecting import Selection
from syncer.errors import DeliveryError, DocumentError
from syncer.model import Level
from tests.support.repositories import Repository, bare, cloned

if TYPE_CHECKING:
    from pathlib import Path

    from syncer.documents import DocumentStore

FILES = {f"pm/{number}.md": f"# {number}\n" for number in range(5)} | {"README": "x\n"}
PATH = "pm/1.md"
CHOICE = Choice(Selection(["pm/*.md"], ["pm/drafts"]), "", (), 1000)
WORDING = Wording("Update action items")
ACCOUNT = Account("1 filed.", "")


@pytest.fixture
def there(tmp_path: Path) -> Repository:
    made = bare(tmp_path / "there.git", FILES)
    made.git("config", "uploadpack.allowFilter", "true")
    made.git("config", "uploadpack.allowAnySHA1InWant", "true")
    return made


@pytest.fixture
def here(there: Repository, tmp_path: Path) -> Repository:
    return cloned(there, tmp_path / "here")


def branch(here: Repository) -> Branch:
    return Branch(Remote(here.runner, "origin"), CHOICE, WORDING, tracking="refs/remotes/origin/")


def edit(store: DocumentStore, path: str = PATH, text: str = "# New\n") -> None:
    assert store.replace(path, store.read(path).digest, text)


class TestTheBranch:
    def test_a_shallow_clone_delivers_and_its_checkout_follows(
        self, there: Repository, tmp_path: Path
    ) -> None:
        """What a workflow checks out."""
        elsewhere = cloned(there, tmp_path / "elsewhere")
        elsewhere.commit({PATH: "# One\n"})
        elsewhere.push()
        here = cloned(there, tmp_path / "here", "--depth=1")
        elsewhere.commit({"pm/2.md": "# Two\n"})
        elsewhere.push()

        delivery = branch(here)
        store = delivery.open()
        assert store.read("pm/2.md").text == "# Two\n"
        edit(store)
        receipt = delivery.deliver(ACCOUNT)

        assert receipt.problems == ()
        assert there.head("main") == here.head() == receipt.commit
        assert there.git("rev-list", "--count", "main") == "5"
        assert here.git("rev-parse", "--is-shallow-repository") == "true"
        assert here.git("status", "--porcelain") == ""

    def test_what_a_person_s_partial_clone_lacks_comes_in_one_request(
        self, there: Repository, tmp_path: Path
    ) -> None:
        here = cloned(there, tmp_path / "here", "--filter=blob:none", "--no-checkout")
        delivery = branch(here)
        store = delivery.open()
        paths = store.paths()
        lacking = here.git("rev-list", "--objects", "--missing=print", "HEAD").count("?")

        assert lacking == 1, "the one that is no document"
        assert [store.read(path).text for path in paths] == [f"# {n}\n" for n in range(5)]
        edit(store)
        assert delivery.deliver(ACCOUNT).commit == there.head("main")

    def test_nothing_edited_nothing_committed(self, there: Repository, here: Repository) -> None:
        before = there.head("main")
        delivery = branch(here)
        store = delivery.open()
        edit(store)
        edit(store, text="# 1\n")

        assert delivery.deliver(ACCOUNT).commit == ""
        assert there.head("main") == before

    def test_a_checkout_that_cannot_follow_is_told_and_left(
        self, there: Repository, here: Repository
    ) -> None:
        here.write({PATH: "mine\n"})
        delivery = branch(here)
        edit(delivery.open())
        receipt = delivery.deliver(ACCOUNT)

        (problem,) = receipt.problems
        assert problem.level is Level.INFO
        assert "the checkout of main was left as it is" in problem.message
        assert problem.remedy.startswith("Pull")
        assert (here.folder / PATH).read_text() == "mine\n"
        assert there.blob(PATH, "main") == b"# New\n"


class TestTheCheckout:
    @pytest.fixture
    def delivery(self, here: Repository) -> Checkout:
        return Checkout(here.runner(), CHOICE, WORDING)

    def test_what_is_edited_beside_the_documents_stays_as_it_is(
        self, here: Repository, delivery: Checkout
    ) -> None:
        here.write({"README": "mine\n", "staged": "s\n", "pm/drafts/d.md": "draft\n"})
        here.git("add", "staged")
        before = here.git("status", "--porcelain")

        store = delivery.open()
        assert store.paths() == sorted(path for path in FILES if path.endswith(".md"))
        edit(store)
        receipt = delivery.deliver(ACCOUNT)

        assert here.head() == receipt.commit
        assert (here.folder / PATH).read_text() == "# New\n"
        assert here.git("status", "--porcelain") == before
        assert here.git("diff", "--name-only", "HEAD^", "HEAD") == PATH

    @pytest.mark.parametrize("how", ["edited", "staged", "new", "deleted"])
    def test_a_document_that_somebody_is_at_is_not_read(
        self, here: Repository, delivery: Checkout, how: str
    ) -> None:
        path = "pm/new.md" if how == "new" else PATH
        here.write({path: None if how == "deleted" else "mine\n"})
        if how == "staged":
            here.git("add", "--all")
        store = delivery.open()

        assert path in store.paths()
        assert store.exists(path)
        with pytest.raises(DocumentError, match="aren't committed") as caught:
            store.read(path)
        assert "Commit or stash" in caught.value.remedy

    def test_a_document_that_was_edited_meanwhile_makes_it_start_again(
        self, here: Repository, delivery: Checkout
    ) -> None:
        before = here.head()
        store = delivery.open()
        edit(store)
        edit(store, "pm/2.md")
        here.write({PATH: "mine\n"})

        assert delivery.deliver(ACCOUNT).moved
        assert here.head() == before
        assert (here.folder / PATH).read_text() == "mine\n"
        assert (here.folder / "pm/2.md").read_text() == "# 2\n"
        edit(delivery.open(), "pm/2.md")
        assert not delivery.deliver(ACCOUNT).moved
        assert here.git("status", "--porcelain") == f" M {PATH}"

    @pytest.mark.parametrize(
        "meanwhile",
        [
            ("commit", "--quiet", "--allow-empty", "--message", "Mine"),
            ("checkout", "--quiet", "-b", "other"),
            ("reset", "--quiet", "--hard", "HEAD^"),
        ],
    )
    def test_a_checkout_that_moves_meanwhile_is_not_moved_on(
        self, here: Repository, delivery: Checkout, meanwhile: tuple[str, ...]
    ) -> None:
        edit(delivery.open())
        here.git(*meanwhile)
        refs = here.git("for-each-ref")

        assert delivery.deliver(ACCOUNT).moved
        assert here.git("for-each-ref") == refs
        assert here.git("status", "--porcelain") == ""

    def test_what_keeps_the_checkout_from_following_is_told(
        self, here: Repository, delivery: Checkout
    ) -> None:
        edit(delivery.open())
        (here.folder / ".git/index.lock").touch()

        with pytest.raises(DeliveryError, match=r"can't follow the commit: .*index\.lock"):
            delivery.deliver(ACCOUNT)

    def test_a_repository_without_a_commit_is_told(self, tmp_path: Path) -> None:
        empty = Repository(tmp_path)
        empty.git("init", "--quiet", "--template=")

        with pytest.raises(DeliveryError, match="has no commit yet"):
            Checkout(empty.runner(), CHOICE, WORDING).open()
