from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from syncer.documents import Folder, Source, files
from syncer.errors import DocumentError

# Adds a line to a file as often as it is told, as one of several that do so: reads, replaces, and
# begins again with what is there now if the file changed in between.
ADDING = """
import sys
from pathlib import Path
from syncer.documents import Folder
root, name, times = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
folder = Folder(root, ["*.md"])
print("ready", flush=True)
sys.stdin.readline()
for number in range(times):
    while True:
        source = folder.read("a.md")
        if folder.replace("a.md", source.digest, source.text + f"{name}{number}\\n"):
            break
"""

# Replaces a file by one of two contents in turn, for ever, and says so each time.
TURNING = """
import sys
from pathlib import Path
from syncer.documents import Folder
folder = Folder(Path(sys.argv[1]), ["*.md"])
while True:
    for letter in "ab":
        assert folder.replace("a.md", folder.read("a.md").digest, letter * 300_000)
        print(letter, flush=True)
"""


def read_bytes(tmp_path: Path, data: bytes) -> Source:
    (tmp_path / "a.md").write_bytes(data)
    return Folder(tmp_path, ["*.md"]).read("a.md")


def refused(tmp_path: Path, data: bytes) -> DocumentError:
    with pytest.raises(DocumentError) as error:
        read_bytes(tmp_path, data)
    return error.value


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def replace(root: Path, old: str, new: str, path: str = "a.md") -> bool:
    return Folder(root, ["**/*.md"]).replace(path, digest(old), new)


class TestReading:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "no final newline",
            "\ufeff# BOM\n",
            "a\r\nb\rc\nd\u2028e",
            "tab\t\x0b\x0c\x85",
            "語😀",
        ],
    )
    def test_every_character_is_kept(self, tmp_path: Path, text: str) -> None:
        source = read_bytes(tmp_path, text.encode())
        assert source == Source("a.md", text, digest(text))

    @pytest.mark.parametrize(
        ("data", "line"),
        [(b"\xe9", 1), (b"a\nb\r\nc\rd \xe9", 4), (b"\r\n\r\n\xff\xff", 3), (b"a\n\xe2\x82", 2)],
    )
    def test_bytes_that_are_not_utf_8_are_told_with_their_line(
        self, tmp_path: Path, data: bytes, line: int
    ) -> None:
        error = refused(tmp_path, data)
        assert error.line == line
        assert "is not UTF-8" in error.message
        assert "UTF-8" in error.remedy

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
    def test_utf_16_is_recognised(self, tmp_path: Path, encoding: str) -> None:
        text = "# Title\n" if encoding == "utf-16" else "\ufeff# Title\n"
        error = refused(tmp_path, text.encode(encoding))
        assert "UTF-16" in error.message
        assert "Save the document as UTF-8" in error.remedy

    def test_a_nul_is_told_with_its_line(self, tmp_path: Path) -> None:
        error = refused(tmp_path, b"a\nb\0c")
        assert (error.line, "NUL" in error.message) == (2, True)

    def test_a_file_over_the_limit_is_refused_before_it_is_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "a.md").write_bytes(b"x" * 11)
        monkeypatch.setattr(files, "_open_regular", opening_without_reading(tmp_path / "a.md"))
        with pytest.raises(DocumentError, match="11 bytes or more; the limit is 10"):
            Folder(tmp_path, ["*.md"], max_bytes=10).read("a.md")

    def test_a_file_of_just_the_limit_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_bytes(b"x" * 10)
        assert Folder(tmp_path, ["*.md"], max_bytes=10).read("a.md").text == "x" * 10

    @pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="such files are in /proc")
    def test_a_file_that_has_no_size_until_it_is_read_is_bounded_as_well(self) -> None:
        with pytest.raises(DocumentError, match="the limit is 5"):
            files.read(Path("/proc/self").resolve(), "status", 5)

    def test_a_named_pipe_is_not_opened(self, tmp_path: Path) -> None:
        """Opening one would wait for a writer, for ever."""
        os.mkfifo(tmp_path / "a.md")
        folder = Folder(tmp_path, ["*.md"])
        assert folder.paths() == ["a.md"]
        with pytest.raises(DocumentError, match="a named pipe, not a document"):
            folder.read("a.md")

    def test_a_folder_is_no_document(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").mkdir()
        with pytest.raises(DocumentError, match="a folder, not a document"):
            Folder(tmp_path, ["*.md"]).read("a.md")

    def test_a_document_that_is_gone_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(DocumentError, match="cannot be read: No such file"):
            Folder(tmp_path, ["*.md"]).read("a.md")

    @pytest.mark.parametrize("path", ["../a.md", "/etc/passwd", "a/../../b.md", "", "a//b.md", "."])
    def test_no_path_leads_out_of_the_root(self, tmp_path: Path, path: str) -> None:
        with pytest.raises(DocumentError, match="not a path beneath the root"):
            Folder(tmp_path, ["*.md"]).read(path)

    def test_a_link_swapped_in_after_the_walk_leads_nowhere(self, tmp_path: Path) -> None:
        (tmp_path / "root/pm").mkdir(parents=True)
        (tmp_path / "root/pm/a.md").write_text("mine")
        (tmp_path / "root/b.md").write_text("mine")
        (tmp_path / "outside").mkdir()
        (tmp_path / "outside/a.md").write_text("secret")
        folder = Folder(tmp_path / "root", ["**/*.md"])
        assert folder.paths() == ["b.md", "pm/a.md"]
        (tmp_path / "root/pm").rename(tmp_path / "root/away")
        (tmp_path / "root/pm").symlink_to(tmp_path / "outside")
        (tmp_path / "root/b.md").unlink()
        (tmp_path / "root/b.md").symlink_to(tmp_path / "outside/a.md")
        for path in ("pm/a.md", "b.md"):
            with pytest.raises(DocumentError, match="symbolic link"):
                folder.read(path)
            with pytest.raises(DocumentError, match="symbolic link"):
                folder.replace(path, digest("secret"), "overwritten")
        assert (tmp_path / "outside/a.md").read_text() == "secret"


class TestReplacing:
    def test_a_document_that_is_as_it_was_read_is_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_bytes(b"old\r\n")
        assert replace(tmp_path, "old\r\n", "\ufeffnew\r\n")
        assert (tmp_path / "a.md").read_bytes() == "\ufeffnew\r\n".encode()
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.md"]

    def test_a_document_that_changed_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text("edited")
        assert not replace(tmp_path, "old", "new")
        assert (tmp_path / "a.md").read_text() == "edited"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.md"]

    def test_a_document_that_is_gone_is_not_made_again(self, tmp_path: Path) -> None:
        assert not replace(tmp_path, "old", "new")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("mode", [0o644, 0o600, 0o664, 0o755])
    def test_the_mode_is_kept_whatever_the_umask(self, tmp_path: Path, mode: int) -> None:
        (tmp_path / "a.md").write_text("old")
        (tmp_path / "a.md").chmod(mode)
        before = os.umask(0o077)
        try:
            assert replace(tmp_path, "old", "new")
        finally:
            os.umask(before)
        assert (tmp_path / "a.md").stat().st_mode & 0o7777 == mode

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to somebody else")
    def test_the_owner_is_kept(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text("old")
        os.chown(tmp_path / "a.md", 1234, 2345)
        assert replace(tmp_path, "old", "new")
        status = (tmp_path / "a.md").stat()
        assert (status.st_uid, status.st_gid) == (1234, 2345)

    def test_somebody_who_may_not_keep_the_owner_writes_all_the_same(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "a.md").write_text("old")
        asked: list[tuple[int, int]] = []

        def fchown(_descriptor: int, owner: int, group: int) -> None:
            asked.append((owner, group))
            raise PermissionError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(os, "fchown", fchown)
        monkeypatch.setattr(os, "geteuid", lambda: 4321)
        status = (tmp_path / "a.md").stat()
        assert replace(tmp_path, "old", "new")
        assert (tmp_path / "a.md").read_text() == "new"
        assert asked == [(status.st_uid, status.st_gid), (-1, status.st_gid)]

    def test_what_a_killed_run_left_behind_is_cleared_away(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text("old")
        (tmp_path / ".a.md.syncer-tmp").write_text("half of a docu")
        assert replace(tmp_path, "old", "new")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.md"]

    def test_a_link_in_the_temporary_file_s_place_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "victim").write_text("precious")
        (tmp_path / "a.md").write_text("old")
        (tmp_path / ".a.md.syncer-tmp").symlink_to("victim")
        assert replace(tmp_path, "old", "new")
        assert (tmp_path / "victim").read_text() == "precious"
        assert not (tmp_path / "a.md").is_symlink()

    def test_a_name_that_is_as_long_as_a_name_can_be_is_no_trouble(self, tmp_path: Path) -> None:
        name = "語" * 84 + ".md"
        (tmp_path / name).write_text("old")
        assert replace(tmp_path, "old", "new", name)
        assert [path.name for path in tmp_path.iterdir()] == [name]

    def test_a_document_in_a_folder_in_a_folder_is_replaced_there(self, tmp_path: Path) -> None:
        (tmp_path / "x/y").mkdir(parents=True)
        (tmp_path / "x/y/a.md").write_text("old")
        assert replace(tmp_path, "old", "new", "x/y/a.md")
        assert (tmp_path / "x/y/a.md").read_text() == "new"

    @pytest.mark.parametrize(
        ("number", "remedy"),
        [
            (errno.EACCES, "the right to read and write"),
            (errno.EROFS, "Mount the file system for writing"),
            (errno.ENOSPC, "Free some space"),
            (errno.EIO, "run again"),
        ],
    )
    @pytest.mark.parametrize("call", ["rename", "fsync"])
    def test_a_write_that_fails_leaves_the_document_and_says_what_to_do(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, remedy: str
    ) -> None:
        (tmp_path / "a.md").write_text("old")

        def failing(*_arguments: object, **_names: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(os, call, failing)
        with pytest.raises(DocumentError, match="cannot be written") as error:
            replace(tmp_path, "old", "new")
        assert remedy in error.value.remedy
        assert (tmp_path / "a.md").read_text() == "old"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.md"]

    def test_a_folder_that_cannot_be_flushed_does_not_unsay_what_was_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "a.md").write_text("old")
        fsync = os.fsync

        def files_only(descriptor: int) -> None:
            if not os.path.isfile(f"/dev/fd/{descriptor}"):  # noqa: PTH113  follows the descriptor
                raise OSError(errno.EINVAL, "Invalid argument")
            fsync(descriptor)

        monkeypatch.setattr(os, "fsync", files_only)
        assert replace(tmp_path, "old", "new")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write to a read-only file")
    def test_a_read_only_document_is_respected(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text("old")
        (tmp_path / "a.md").chmod(0o444)
        with pytest.raises(DocumentError, match="Permission denied"):
            replace(tmp_path, "old", "new")
        assert (tmp_path / "a.md").read_text() == "old"

    def test_a_lock_that_is_never_given_back_is_not_waited_for_for_ever(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "a.md").write_text("old")
        with (tmp_path / "a.md").open() as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            with pytest.raises(DocumentError, match="another process keeps it locked"):
                files.replace(tmp_path, "a.md", digest("old"), b"new", lock_seconds=0)
        assert (tmp_path / "a.md").read_text() == "old"

    def test_a_document_that_an_editor_puts_in_place_meanwhile_is_not_overwritten(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An editor that saves by renaming, while the new content is on its way to the disk."""
        (tmp_path / "a.md").write_text("old")
        fsync = os.fsync

        def editor_first(descriptor: int) -> None:
            (tmp_path / "saved").write_text("typed by a person")
            (tmp_path / "saved").replace(tmp_path / "a.md")
            fsync(descriptor)

        monkeypatch.setattr(os, "fsync", editor_first)
        assert not replace(tmp_path, "old", "new")
        assert (tmp_path / "a.md").read_text() == "typed by a person"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.md"]


class TestProcesses:
    def test_two_processes_never_lose_each_other_s_write(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text("")
        times = 60
        names = ("p", "q")
        processes = [start(ADDING, tmp_path, name, str(times)) for name in names]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in processes:
            _, complaints = process.communicate()
            assert (process.returncode, complaints) == (0, "")
        lines = (tmp_path / "a.md").read_text().split()
        assert sorted(lines) == sorted(f"{n}{k}" for n in names for k in range(times))
        for name in names:
            own = [line for line in lines if line.startswith(name)]
            assert own == [f"{name}{number}" for number in range(times)]

    def test_a_killed_process_leaves_the_old_content_or_the_new(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text("a" * 300_000)
        for rounds in range(1, 13):
            process = start(TURNING, tmp_path)
            assert process.stdout is not None
            for _ in range(rounds):
                assert process.stdout.readline().strip() in {"a", "b"}
            process.kill()
            process.communicate()
            content = (tmp_path / "a.md").read_text()
            assert content in {"a" * 300_000, "b" * 300_000}
        assert replace(tmp_path, content, "last")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.md"]


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )


def opening_without_reading(path: Path) -> object:
    """A stand-in for opening a file that hands over one which cannot be read from, only looked at."""

    def opened(_folder: int, _name: str, _flags: int) -> int:
        return os.open(path, os.O_WRONLY)

    return opened
