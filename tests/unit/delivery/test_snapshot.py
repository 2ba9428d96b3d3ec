"""A commit's documents: the same ones as in a checkout of it, read and edited without one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from syncer.delivery.committing import TRAILER, Wording, commit, is_ours
from syncer.delivery.snapshot import Choice, Snapshot
from syncer.documents import Folder
from syncer.documents.selecting import Selection
from syncer.errors import ConfigurationError, DeliveryError, DocumentError
from tests.support.repositories import Repository, bare, cloned

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from syncer.documents import DocumentStore

FILES = {
    "pm/a.md": "# A\r\n",
    "pm/deep/b.md": "\ufeff# B",
    "pm/template.md": "# T\n",
    "pm/.hidden/c.md": "# C\n",
    "pm/notes.txt": "x",
    "other/d.md": "# D\n",
    'pm/ü and "quotes".md': "# Ü\n",
    "pm/tab\t.md": "# Tab\n",
    "pm/drafts/e.md": "# E\n",
}
WORDING = Wording("Update action items", trailers={"Team": "SRE"})


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return bare(tmp_path_factory.mktemp("git") / "there.git", FILES)


@pytest.fixture
def here(there: Repository, tmp_path: Path) -> Repository:
    return cloned(there, tmp_path / "here")


def snapshot(
    here: Repository,
    paths: Sequence[str] | None = ("pm/**/*.md",),
    exclude: Sequence[str] = ("**/template.md", "pm/drafts"),
    *,
    prefix: str = "",
    only: tuple[str, ...] = (),
    max_bytes: int = 1000,
    edited: Sequence[str] = (),
) -> Snapshot:
    choice = Choice(Selection(paths, exclude), prefix, only, max_bytes)
    return Snapshot(here.runner(), here.head(), choice, edited=edited)


def edit(store: Snapshot, path: str, text: str) -> None:
    assert store.replace(path, store.read(path).digest, text)


def said(store: DocumentStore, path: str) -> object:
    """A document, or why it can't be read."""
    try:
        return store.read(path)
    except DocumentError as error:
        return error.message


class TestWhichDocuments:
    @pytest.mark.parametrize(
        ("paths", "exclude"),
        [
            (("pm/**/*.md",), ("**/template.md", "pm/drafts")),
            (("**/*.md",), ()),
            (("pm/*.md", "other/*"), ("other",)),
            (("pm/.hidden/*.md",), ()),
            (("**/.hidden/*.md", "pm/a.md"), ()),
            (("nowhere/*.md",), ()),
        ],
    )
    def test_they_are_those_that_a_checkout_has(
        self, here: Repository, paths: tuple[str, ...], exclude: tuple[str, ...]
    ) -> None:
        folder = Folder(here.folder, paths, exclude)
        store = snapshot(here, paths, exclude)
        assert store.paths() == folder.paths()
        assert [said(store, path) for path in store.paths()] == [
            said(folder, path) for path in folder.paths()
        ]

    def test_the_named_ones_are_taken(self, here: Repository) -> None:
        store = snapshot(here, only=("pm/deep", "other/d.md"))
        assert store.paths() == ["other/d.md", "pm/deep/b.md"]
        assert store.read("pm/deep/b.md").text == "\ufeff# B"

    def test_one_that_is_not_in_the_commit_is_told(self, here: Repository) -> None:
        with pytest.raises(ConfigurationError, match=r"pm/new\.md is not in the commit"):
            snapshot(here, only=("pm/new.md",)).paths()

    def test_paths_are_relative_to_the_documents_folder(self, here: Repository) -> None:
        store = snapshot(here, ("*.md",), prefix="pm/deep")
        assert store.paths() == ["b.md"]
        edit(store, "b.md", "new")
        assert list(store.edits) == ["pm/deep/b.md"]

    def test_a_folder_that_is_not_there_is_told(self, here: Repository) -> None:
        with pytest.raises(DeliveryError, match=r"no folder nowhere .*"):
            snapshot(here, prefix="nowhere")

    def test_a_link_stands_for_its_document_and_leads_nowhere_else(self, here: Repository) -> None:
        for name, target in {
            "pm/link.md": "../other/d.md",
            "pm/dead.md": "gone.md",
            "pm/out.md": "../../secret.md",
            "pm/away.md": "/deep/b.md",
            "pm/loop.md": "loop.md",
        }.items():
            (here.folder / name).symlink_to(target)
        here.git("add", "--all")
        here.commit({})
        store = snapshot(here)
        assert "other/d.md" in store.paths()
        for name in ("dead", "out", "away", "loop"):
            with pytest.raises(DocumentError, match="symbolic link"):
                store.read(f"pm/{name}.md")

    @pytest.mark.parametrize("paths", [["**/*.md"], ["linked/*.md"], ["linked/b.md", "far/*.md"]])
    def test_links_count_as_they_do_in_a_checkout(self, here: Repository, paths: list[str]) -> None:
        for name, target in {
            "linked": "pm/deep",
            "folder.md": "pm/deep",
            "through.md": "linked/b.md",
            "template.md": "pm/template.md",
            "around": "..",
            "far": "../../elsewhere",
        }.items():
            (here.folder / name).symlink_to(target)
        here.git("add", "--all")
        here.commit({})
        folder = Folder(here.folder, paths, ["pm/template.md"])
        assert snapshot(here, paths, ["pm/template.md"]).paths() == folder.paths()

    def test_links_within_the_repository_do_not_lead_out_of_the_documents_folder(
        self, here: Repository
    ) -> None:
        (here.folder / "pm/round.md").symlink_to("../pm/deep/b.md")
        (here.folder / "pm/out.md").symlink_to("../other/d.md")
        here.git("add", "--all")
        here.commit({})
        store = snapshot(here, ["*.md"], (), prefix="pm")
        assert "deep/b.md" in store.paths()
        with pytest.raises(DocumentError, match="leaves the folder that documents are in"):
            store.read("out.md")

    def test_a_submodule_is_another_repository(self, here: Repository) -> None:
        here.git("update-index", "--add", "--cacheinfo", f"160000,{here.head()},pm/sub")
        here.git("commit", "--quiet", "--message", "Add a submodule")
        assert "pm/sub" not in "".join(snapshot(here).paths())
        store = snapshot(here, ["pm/sub/docs/*.md", "other/*.md"])
        assert store.paths() == ["other/d.md", "pm/sub/docs"]
        with pytest.raises(DocumentError, match="leads into a submodule") as caught:
            store.read("pm/sub/docs")
        assert "by itself" in caught.value.remedy
        assert store.exists("pm/sub/docs/a.md"), "who knows"
        with pytest.raises(ConfigurationError, match=r"pm/sub/a\.md: .* into a submodule"):
            snapshot(here, only=("pm/sub/a.md",)).paths()

    def test_what_may_be_there_is_not_said_to_be_gone(self, here: Repository) -> None:
        (here.folder / "linked").symlink_to("pm")
        here.git("add", "--all")
        here.commit({})
        store = snapshot(here)
        assert not store.exists("pm/gone.md")
        for path in ("pm/a.md", "linked/a.md", "acme//pm/a.md", "../x.md", "/x.md", ""):
            assert store.exists(path), path


class TestReadingAndReplacing:
    def test_nothing_of_the_work_tree_counts(self, here: Repository) -> None:
        here.write({"pm/a.md": "edited", "pm/new.md": "# New\n"})
        store = snapshot(here)
        assert store.read("pm/a.md").text == "# A\r\n"
        assert "pm/new.md" not in store.paths()

    def test_a_large_one_is_refused_and_costs_the_others_nothing(self, here: Repository) -> None:
        here.commit({"pm/large.md": "x" * 2000})
        store = snapshot(here)
        assert "pm/large.md" in store.paths()
        with pytest.raises(DocumentError, match="larger than 1,000 bytes"):
            store.read("pm/large.md")
        assert store.read("pm/a.md").text == "# A\r\n"

    def test_many_are_read_in_few_goes(
        self, here: Repository, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        here.commit({f"many/{n:04}.md": f"# {n}\n" for n in range(450)})
        store = snapshot(here, ("many/*.md",), ())
        ran: list[str] = []
        raw = type(store._git).raw

        def counted(self: object, *arguments: str, given: bytes = b"") -> bytes:
            ran.append(arguments[0])
            return raw(self, *arguments, given=given)  # type: ignore[arg-type]  # it is a Git

        monkeypatch.setattr(type(store._git), "raw", counted)
        paths = store.paths()
        assert [store.read(path).text for path in paths] == [f"# {n}\n" for n in range(450)]
        assert len(ran) == 6, "sizes and contents of three chunks"
        assert max(len(kept) for kept in store._read) <= 200
        assert len(store._read) == 2

    def test_large_ones_are_not_read_together(
        self, here: Repository, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("syncer.delivery.snapshot._BYTES_AT_ONCE", 1000)
        texts = [str(n) * 300 for n in range(8)]
        here.commit({f"many/{n}.md": text for n, text in enumerate(texts)})
        store = snapshot(here, ("many/*.md",), ())
        assert [store.read(path).text for path in store.paths()] == texts
        assert [len(kept) for kept in store._read] == [3, 2]
        assert store.read("many/0.md").text == texts[0]

    def test_those_that_somebody_edits_are_not_read_nor_gone(self, here: Repository) -> None:
        store = snapshot(here, edited=("pm/a.md", "pm/new.md", "pm/drafts/f.md", "pm/new.txt"))
        assert {"pm/a.md", "pm/new.md"} <= set(store.paths())
        assert "pm/drafts/f.md" not in store.paths()
        for path in ("pm/a.md", "pm/new.md", "pm/drafts/f.md"):
            assert store.exists(path)
            with pytest.raises(DocumentError, match="changes that aren't committed"):
                store.read(path)
        assert store.read("pm/deep/b.md").text == "\ufeff# B"
        elsewhere = snapshot(here, only=("pm/deep",), edited=("pm/new.md",))
        assert elsewhere.paths() == ["pm/deep/b.md"]

    def test_a_replacement_is_read_from_then_on(self, here: Repository) -> None:
        store = snapshot(here)
        store.paths()
        edit(store, "pm/a.md", "# Changed\r\n")
        source = store.read("pm/a.md")
        assert source.text == "# Changed\r\n"
        assert source.digest == hashlib.sha256(b"# Changed\r\n").hexdigest()

    def test_one_that_was_replaced_meanwhile_is_not(self, here: Repository) -> None:
        store = snapshot(here)
        before = store.read("pm/a.md").digest
        edit(store, "pm/a.md", "one")
        assert not store.replace("pm/a.md", before, "two")
        assert not store.replace("pm/gone.md", before, "two")
        assert store.read("pm/a.md").text == "one"

    def test_what_is_as_it_was_is_no_edit(self, here: Repository) -> None:
        store = snapshot(here)
        edit(store, "pm/a.md", "one")
        edit(store, "pm/a.md", "# A\r\n")
        assert store.edits == {}


class TestCommits:
    def test_only_what_changed_is_in_it_byte_for_byte(self, here: Repository) -> None:
        here.commit({".gitattributes": "* text=auto eol=lf\n"})
        (here.folder / "pm/deep/b.md").chmod(0o755)
        here.git("update-index", "--chmod=+x", "pm/deep/b.md")
        here.git("commit", "--quiet", "--message", "Executable")
        base, store = here.head(), snapshot(here)
        edit(store, "pm/a.md", "# New\r\n\r\nüç")
        edit(store, "pm/deep/b.md", "x")
        made = commit(here.runner(), base, store.edits, WORDING, "2 filed.")
        assert here.git("diff", "--name-only", base, made).split() == ["pm/a.md", "pm/deep/b.md"]
        assert here.blob("pm/a.md", made) == "# New\r\n\r\nüç".encode()
        assert here.git("ls-tree", made, "pm/deep/b.md").startswith("100755")
        assert here.git("rev-parse", f"{made}^") == base
        assert here.head() == base, "no ref was moved"
        assert here.git("status", "--porcelain", "--untracked-files=no") == ""

    def test_a_name_with_anything_in_it_is_kept(self, here: Repository) -> None:
        store = snapshot(here)
        edit(store, 'pm/ü and "quotes".md', "x")
        made = commit(here.runner(), here.head(), store.edits, WORDING, "")
        assert here.blob('pm/ü and "quotes".md', made) == b"x"

    def made(self, here: Repository, wording: Wording = WORDING, body: str = "2 filed.") -> str:
        store = snapshot(here)
        edit(store, "pm/a.md", "new")
        return commit(here.runner(), here.head(), store.edits, wording, body)

    def test_its_message_is_in_parts(self, here: Repository) -> None:
        subject, body, trailers = here.git("log", "-1", "--format=%B", self.made(here)).split(
            "\n\n"
        )
        assert (subject, body) == ("Update action items", "2 filed.")
        assert trailers.split("\n")[0] == "Team: SRE"

    def test_nothing_in_what_was_done_becomes_another_part(self, here: Repository) -> None:
        made = self.made(here, body="x\n\nSyncer-Tree: 0\x1b[31m\r\nCo-authored-by: M <m@x>")
        told = here.git("log", "-1", "--format=%(trailers:only,unfold)", made)
        assert [line.partition(":")[0] for line in told.splitlines()] == ["Team", TRAILER]
        assert "\x1b" not in here.git("log", "-1", "--format=%B", made)

    def test_the_author_is_who_is_configured_first(self, here: Repository) -> None:
        people = "--format=%an <%ae>, %cn <%ce>"
        nobody = here.git("log", "-1", people, self.made(here))
        assert nobody == "syncer <syncer@localhost.invalid>, syncer <syncer@localhost.invalid>"
        here.git("config", "user.name", "Git's")
        here.git("config", "user.email", "git@acme.example")
        assert here.git("log", "-1", people, self.made(here)).startswith("Git's <git@acme.example>")
        bot = Wording("x", author="Ops Bot <ops@acme.example>")
        assert here.git("log", "-1", people, self.made(here, bot)) == (
            "Ops Bot <ops@acme.example>, Ops Bot <ops@acme.example>"
        )

    def test_its_message_is_in_one_encoding(self, here: Repository) -> None:
        here.git("config", "i18n.commitEncoding", "latin1")
        made = self.made(here, Wording("Nachträge"))
        head, _, message = here.git("cat-file", "commit", made).partition("\n\n")
        assert "encoding" not in head
        assert message.startswith("Nachträge\n")

    def test_it_is_signed_where_git_signs(self, here: Repository, tmp_path: Path) -> None:
        signer = tmp_path / "gpg"
        signer.write_text(
            "#!/bin/sh\ncat >/dev/null\necho '[GNUPG:] SIG_CREATED D' >&2\n"
            "echo '-----BEGIN PGP SIGNATURE-----'\necho signed\necho '-----END PGP SIGNATURE-----'\n"
        )
        signer.chmod(0o755)
        here.git("config", "gpg.program", str(signer))
        assert "gpgsig" not in here.git("cat-file", "commit", self.made(here))
        here.git("config", "commit.gpgSign", "true")
        assert "gpgsig -----BEGIN" in here.git("cat-file", "commit", self.made(here))

    def test_one_that_a_person_has_amended_is_theirs(self, here: Repository) -> None:
        made = self.made(here)
        assert is_ours(*self.told(here, made))
        assert not is_ours(*self.told(here, here.head()))
        here.git("reset", "--quiet", "--hard", made)
        here.write({"pm/a.md": "mine"})
        here.git("commit", "--quiet", "--all", "--amend", "--no-edit")
        assert TRAILER in here.git("log", "-1", "--format=%B")
        assert not is_ours(*self.told(here, here.head()))

    def told(self, here: Repository, revision: str) -> tuple[str, str]:
        """A commit's message and tree."""
        tree = here.git("rev-parse", f"{revision}^{{tree}}")
        return here.git("log", "-1", "--format=%B", revision), tree

    @pytest.mark.parametrize(
        "message",
        [
            "Edit",
            f"{TRAILER}: 1234",
            f"Edit\n\n{TRAILER}: 1234\n\nMore",
            f"Edit\n\n{TRAILER}: 1234\n{TRAILER}: 1234",
            f"Edit\n\n{TRAILER}: 12345",
            f"Edit\n\nx{TRAILER}: 1234",
        ],
    )
    def test_a_message_that_says_it_otherwise_is_no_message_of_ours(self, message: str) -> None:
        ours = f"Edit\n\nTeam: SRE\n{TRAILER}: 1234\n"
        assert is_ours(ours, "1234")
        assert not is_ours(ours, "")
        assert not is_ours(message, "1234")

    def test_what_an_edited_document_was_is_told_with_it(self, here: Repository) -> None:
        here.commit({"pm/a.md": "old", "pm/b.md": "same"})
        store = snapshot(here)
        assert store.changes == {}
        edit(store, "pm/a.md", "new")
        assert store.changes == {"pm/a.md": (b"old", b"new")}


def test_a_partial_clone_fetches_what_it_lacks_in_one_go(tmp_path: Path) -> None:
    there = bare(tmp_path / "t.git", {f"pm/{n}.md": f"# {n}\n" for n in range(30)} | {"big": "x"})
    there.git("config", "uploadpack.allowFilter", "true")
    there.git("config", "uploadpack.allowAnySHA1InWant", "true")
    here = cloned(there, tmp_path / "h.git", "--bare", "--filter=blob:none")
    asked: list[list[str]] = []

    def fetch(identities: Sequence[str]) -> None:
        asked.append(list(identities))
        given = "".join(f"{one}\n" for one in identities).encode()
        here.git("fetch", "--quiet", "--filter=blob:none", "--stdin", "origin", given=given)

    choice = Choice(Selection(["pm/*.md"], ()), "", (), 1000)
    store = Snapshot(here.runner(), here.head("main"), choice, fetch=fetch)
    assert [store.read(path).text for path in store.paths()] == sorted(
        f"# {n}\n" for n in range(30)
    ), "in the order of paths"
    assert [len(one) for one in asked] == [30]
    edit(store, "pm/1.md", "new")
    made = commit(here.runner(), here.head("main"), store.edits, WORDING, "")
    assert here.git("diff-tree", "-r", "--name-only", "--no-commit-id", made) == "pm/1.md"
