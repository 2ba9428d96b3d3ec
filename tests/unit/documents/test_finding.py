from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from syncer.documents import Folder
from syncer.errors import ConfigurationError, DocumentError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def fill(root: Path, *paths: str) -> None:
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {path}\n")


def found(
    root: Path,
    paths: Sequence[str] | None = ("**/*.md",),
    exclude: Sequence[str] = (),
    only: Sequence[Path] = (),
) -> list[str]:
    return Folder(root, paths, exclude, only=only).paths()


def refusal(folder: Folder, path: str) -> DocumentError:
    with pytest.raises(DocumentError) as refused:
        folder.read(path)
    return refused.value


def test_documents_come_in_a_stable_order_with_forward_slashes(tmp_path: Path) -> None:
    fill(tmp_path, "b/z.md", "a/b/c.md", "a.md", "a/a.md", "a/text.txt", "Ä.md")
    assert found(tmp_path) == ["a.md", "a/a.md", "a/b/c.md", "b/z.md", "Ä.md"]


def test_hidden_files_and_folders_have_to_be_named(tmp_path: Path) -> None:
    fill(tmp_path, "a.md", ".b.md", ".venv/c.md", "x/.incidents/d.md")
    assert found(tmp_path) == ["a.md"]
    assert found(tmp_path, ["**/.incidents/*.md", ".b.md"]) == [".b.md", "x/.incidents/d.md"]
    assert found(tmp_path, ["x/{.incidents,other}/*.md"]) == ["x/.incidents/d.md"]
    assert found(tmp_path, ["a.md", ".venv/c.md"]) == [".venv/c.md", "a.md"]


def test_the_insides_of_a_repository_are_never_documents(tmp_path: Path) -> None:
    fill(tmp_path, "a.md", ".git/description.md")
    assert found(tmp_path, ["**/*.md", ".git/*.md", "**/.*/*.md"]) == ["a.md"]


def test_a_pattern_leaves_documents_out(tmp_path: Path) -> None:
    fill(tmp_path, "a/template.md", "template.md", "a/b.md")
    assert found(tmp_path, exclude=["**/template.md"]) == ["a/b.md"]


def test_leaving_out_a_folder_leaves_out_all_that_is_in_it(tmp_path: Path) -> None:
    fill(tmp_path, "a.md", "vendor/b.md", "vendor/c/d.md", "x/vendor/e.md", "drafts/.f/g.md")
    assert found(tmp_path, exclude=["vendor", "drafts/**"]) == ["a.md", "x/vendor/e.md"]
    assert found(tmp_path, ["vendor/c/*.md"], exclude=["vendor"]) == []


def test_a_folder_that_is_left_out_is_not_even_listed(tmp_path: Path) -> None:
    """Half a million files under node_modules cost nothing."""
    fill(tmp_path, "a.md", "node_modules/b/c.md")
    seen: list[str] = []
    scandir = os.scandir

    def watched(path: Path) -> object:
        seen.append(str(path))
        return scandir(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "scandir", watched)
        assert found(tmp_path, exclude=["**/node_modules"]) == ["a.md"]
    assert not [path for path in seen if "node_modules" in path]


def test_the_walk_does_not_go_where_no_pattern_can_match(tmp_path: Path) -> None:
    fill(tmp_path, "docs/a.md", "src/b.md")
    (tmp_path / "src").chmod(0)
    try:
        assert found(tmp_path, ["docs/*.md"]) == ["docs/a.md"]
    finally:
        (tmp_path / "src").chmod(0o755)


def test_without_patterns_a_named_folder_stands_for_all_markdown_in_it(tmp_path: Path) -> None:
    fill(tmp_path, "x/a.md", "x/b/c.markdown", "x/D.MD", "x/e.txt", "other/f.md", "x/.g/h.md")
    assert found(tmp_path, None, only=[tmp_path / "x"]) == ["x/D.MD", "x/a.md", "x/b/c.markdown"]


def test_a_hidden_folder_that_is_named_is_looked_into(tmp_path: Path) -> None:
    fill(tmp_path, ".incidents/a.md")
    assert found(tmp_path, None, only=[tmp_path / ".incidents"]) == [".incidents/a.md"]


def test_with_patterns_a_named_folder_narrows_them(tmp_path: Path) -> None:
    fill(tmp_path, "pm/a.md", "pm/2025/b.md", "pm/2025/notes.txt", "pm/2025/old/c.md", "other/d.md")
    patterns, exclude = ["pm/**/*.md"], ["pm/2025/old"]
    assert found(tmp_path, patterns, exclude, [tmp_path / "pm/2025"]) == ["pm/2025/b.md"]
    assert found(tmp_path, patterns, exclude, [tmp_path]) == ["pm/2025/b.md", "pm/a.md"]
    assert found(tmp_path, patterns, exclude, [tmp_path / "other"]) == []
    assert found(tmp_path, patterns, exclude, [tmp_path / "pm/2025/old"]) == []


def test_a_named_file_is_taken_whatever_the_patterns_say(tmp_path: Path) -> None:
    fill(tmp_path, "notes/x.txt", "pm/a.md")
    only = [tmp_path / "notes/x.txt", tmp_path / "notes/../notes/x.txt"]
    assert found(tmp_path, ["pm/*.md"], ["notes"], only) == ["notes/x.txt"]


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"missing\.md does not exist"):
        found(tmp_path, only=[tmp_path / "missing.md"])


def test_a_path_outside_of_the_root_is_refused(tmp_path: Path) -> None:
    fill(tmp_path, "root/a.md", "other/b.md")
    with pytest.raises(ConfigurationError, match="lies outside of"):
        found(tmp_path / "root", only=[tmp_path / "other/b.md"])


def test_a_link_given_as_a_path_may_not_lead_out_either(tmp_path: Path) -> None:
    fill(tmp_path, "root/a.md", "other/b.md")
    (tmp_path / "root/link").symlink_to(tmp_path / "other")
    with pytest.raises(ConfigurationError, match="lies outside of"):
        found(tmp_path / "root", only=[tmp_path / "root/link"])


def test_links_that_lead_in_a_circle_are_said(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(ConfigurationError, match="cannot be reached"):
        found(tmp_path, only=[tmp_path / "a"])


def test_a_link_to_a_document_adds_no_second_document(tmp_path: Path) -> None:
    fill(tmp_path, "2025/a.md")
    (tmp_path / "latest.md").symlink_to("2025/a.md")
    assert found(tmp_path) == ["2025/a.md"]
    assert found(tmp_path, ["*.md"]) == ["2025/a.md"]
    assert found(tmp_path, only=[tmp_path / "latest.md"]) == ["2025/a.md"]


def test_a_link_to_a_document_that_is_left_out_leaves_it_out(tmp_path: Path) -> None:
    fill(tmp_path, "drafts/a.md")
    (tmp_path / "b.md").symlink_to("drafts/a.md")
    assert found(tmp_path, exclude=["drafts"]) == []


def test_a_link_that_leaves_the_root_is_refused_when_it_is_read(tmp_path: Path) -> None:
    fill(tmp_path, "secret.md", "root/a.md")
    (tmp_path / "root/b.md").symlink_to(tmp_path / "secret.md")
    folder = Folder(tmp_path / "root", ["*.md"])
    assert folder.paths() == ["a.md", "b.md"]
    assert "leaves" in refusal(folder, "b.md").message
    assert "exclude" in refusal(folder, "b.md").remedy


def test_a_link_to_nothing_is_refused_when_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to("gone.md")
    (tmp_path / "loop.md").symlink_to("loop.md")
    folder = Folder(tmp_path, ["*.md"])
    assert folder.paths() == ["a.md", "loop.md"]
    assert "link to nothing" in refusal(folder, "a.md").message
    assert "link to nothing" in refusal(folder, "loop.md").message


def test_a_wildcard_does_not_follow_links_to_folders(tmp_path: Path) -> None:
    fill(tmp_path, "a/b.md")
    (tmp_path / "a/loop").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to("a")
    assert found(tmp_path) == ["a/b.md"]


def test_a_link_to_a_folder_that_a_pattern_writes_out_is_followed(tmp_path: Path) -> None:
    fill(tmp_path, "content/pm/a.md", "content/pm/old/b.md")
    (tmp_path / "docs").symlink_to("content")
    assert found(tmp_path, ["docs/pm/**/*.md"]) == ["content/pm/a.md", "content/pm/old/b.md"]
    assert found(tmp_path, ["docs/pm/**/*.md"], ["**/old"]) == ["content/pm/a.md"]
    assert found(tmp_path, ["docs/pm/**/*.md"], ["content/pm"]) == []
    inside = [tmp_path / "docs/pm/old"]
    assert found(tmp_path, ["docs/pm/**/*.md"], only=inside) == ["content/pm/old/b.md"]


def test_a_link_to_a_folder_outside_is_refused_where_a_pattern_writes_it_out(
    tmp_path: Path,
) -> None:
    fill(tmp_path, "other/a.md", "root/b.md")
    (tmp_path / "root/docs").symlink_to(tmp_path / "other")
    folder = Folder(tmp_path / "root", ["docs/*.md", "*.md"])
    assert folder.paths() == ["b.md"]
    folder = Folder(tmp_path / "root", ["docs/*.md"])
    assert folder.paths() == ["docs"]
    assert "leaves" in refusal(folder, "docs").message


def test_a_root_that_is_itself_a_link_is_fine(tmp_path: Path) -> None:
    fill(tmp_path, "real/a.md")
    (tmp_path / "root").symlink_to("real")
    folder = Folder(tmp_path / "root", ["*.md"], only=[tmp_path / "root/a.md"])
    assert folder.paths() == ["a.md"]
    assert folder.read("a.md").text == "# real/a.md\n"


def test_a_name_that_cannot_be_printed_is_refused_under_one_that_can(tmp_path: Path) -> None:
    fill(tmp_path, "line\nbreak.md", "日本　語.md")
    with open(os.fsencode(tmp_path) + b"/caf\xe9.md", "wb"):  # noqa: PTH123  a name in bytes
        pass
    folder = Folder(tmp_path, ["*.md"])
    assert folder.paths() == ["caf\\udce9.md", "line\\nbreak.md", "日本　語.md"]
    assert "Rename" in refusal(folder, "line\\nbreak.md").remedy
    assert "Rename" in refusal(folder, "caf\\udce9.md").remedy
    assert folder.read("日本　語.md").text


def test_a_folder_that_cannot_be_listed_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, "a.md", "shut/b.md")
    scandir = os.scandir

    def refusing(path: Path) -> object:
        if path.name == "shut":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)  # root may list everything
    folder = Folder(tmp_path, ["**/*.md"])
    assert folder.paths() == ["a.md", "shut"]
    assert "cannot be listed: Permission denied" in refusal(folder, "shut").message


def test_a_base_that_is_not_there_has_no_documents(tmp_path: Path) -> None:
    assert found(tmp_path, ["postmortems/**/*.md"]) == []
