"""Reading and replacing one file beneath a root that must not be left.

Every folder on the way is opened relative to the one before it, and no symbolic link is followed, so a link that
is swapped in while syncer runs leads nowhere.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from syncer.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_SECONDS = 30.0
"""How long another process may keep a document locked; it needs milliseconds."""

_LOCK_PAUSE = 0.01
"""How long to wait before asking for the lock again, in seconds."""

_LONGEST_NAME = 255
"""What the usual file systems take, in bytes."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK


def read(root: Path, path: str, max_bytes: int) -> bytes:
    """The bytes of the file at ``path``, relative to ``root``.

    Raises:
        DocumentError: It isn't a regular file, is larger than ``max_bytes``, or cannot be read.
    """
    with _telling("read"), _folder(root, path) as (folder, name):
        descriptor = _open_regular(folder, name, os.O_RDONLY)
        with os.fdopen(descriptor, "rb") as file:
            size = os.fstat(descriptor).st_size
            data = file.read(size + 1) if size <= max_bytes else b""
            if len(data) > size:
                # It has grown, or is one of those that have no size at all.
                data += file.read(max_bytes)
        if max(size, len(data)) > max_bytes:
            raise DocumentError(
                f"the document has {max(size, len(data)):,} bytes or more; the limit is {max_bytes:,}",
                remedy="Split the document, exclude it, or raise documents.max_characters.",
            )
        return data


def exists(root: Path, path: str) -> bool:
    """Whether there is, or may be, something at ``path``: false only where the system says that there isn't."""
    try:
        with _folder(root, path) as (folder, name):
            os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    except (OSError, DocumentError):
        return True
    return True


def replace(
    root: Path, path: str, expected_digest: str, data: bytes, *, lock_seconds: float = LOCK_SECONDS
) -> bool:
    """Put ``data`` in the file's place if its bytes still have the expected SHA-256; keep its mode and owner.

    The file is locked from the comparison to the replacement, so of two syncer processes one compares after the
    other has written. Other programs don't know of the lock; for them the comparison comes last, right before the
    replacement.

    Returns:
        False if the file has other bytes, or is gone: nothing was written.

    Raises:
        DocumentError: It cannot be written; it is as it was.
    """
    with _telling("written"), _folder(root, path) as (folder, name):
        try:
            with _locked(folder, name, lock_seconds) as like:
                return _replace(folder, name, expected_digest, data, like)
        except FileNotFoundError:
            return False


def _replace(
    folder: int, name: str, expected_digest: str, data: bytes, like: os.stat_result
) -> bool:
    """Do what ``replace`` does, in an open folder, on a file that is locked.

    The new content has the same temporary name each time, so what a killed run leaves behind goes away with the
    next replacement of this document.
    """
    temporary = f".{name}.syncer-tmp"
    if len(os.fsencode(temporary)) > _LONGEST_NAME:
        temporary = f".{hashlib.sha256(name.encode()).hexdigest()}.syncer-tmp"
    try:
        _write_new(folder, temporary, data, like)
        with os.fdopen(_open_regular(folder, name, os.O_RDONLY), "rb") as current:
            same = hashlib.file_digest(current, "sha256").hexdigest() == expected_digest
        if same:
            os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        else:
            os.unlink(temporary, dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise
    if same:
        # The document has its new content by now, so nothing that fails here may say that it hasn't.
        with suppress(OSError):
            os.fsync(folder)
    return same


@contextmanager
def _folder(root: Path, path: str) -> Iterator[tuple[int, str]]:
    """The open folder that a file is in, and the file's name there."""
    *folders, name = path.split("/")
    if name in {"", ".", ".."} or any(part in {"", ".", ".."} for part in folders):
        raise DocumentError(f"{path!r} is not a path beneath the root")
    descriptor = os.open(root, _FOLDER)
    try:
        for part in folders:
            inner = os.open(part, _FOLDER, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor, name
    finally:
        os.close(descriptor)


def _open_regular(folder: int, name: str, flags: int) -> int:
    """Open a file that is a regular one; a pipe or device isn't opened, since that alone can have effects."""
    # Looked at again once it is open: something else may have taken its place.
    kind = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    if stat.S_ISREG(kind):
        descriptor = os.open(name, flags | _FILE, dir_fd=folder)
        kind = os.fstat(descriptor).st_mode
        if stat.S_ISREG(kind):
            return descriptor
        os.close(descriptor)
    raise DocumentError(
        f"the path is {_KINDS.get(stat.S_IFMT(kind), 'no regular file')}, not a document",
        remedy="Put the document itself there, or exclude the path (documents.exclude).",
    )


_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


@contextmanager
def _locked(folder: int, name: str, seconds: float) -> Iterator[os.stat_result]:
    """Hold the lock on a file, which no killed process can leave behind; yields what the file is like.

    The file is opened for writing, so that the system refuses a read-only one as it would refuse an editor, and
    because locks on network file systems ask for it.
    """
    deadline = time.monotonic() + seconds
    while True:
        descriptor = _open_regular(folder, name, os.O_RDWR)
        try:
            _lock(descriptor, deadline)
            held = os.fstat(descriptor)
            # Whoever had the lock before may have put another file in the place of this one.
            if os.path.samestat(held, os.stat(name, dir_fd=folder, follow_symlinks=False)):
                yield held
                return
        finally:
            os.close(descriptor)


def _lock(descriptor: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise DocumentError(
                    "the document cannot be written: another process keeps it locked",
                    remedy="End the other process, or wait for it, then run syncer again.",
                ) from None
            time.sleep(_LOCK_PAUSE)
        else:
            return


def _write_new(folder: int, name: str, data: bytes, like: os.stat_result) -> None:
    """Write a new file with this content and another one's mode and owner, down to the disk."""
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE
    descriptor = os.open(name, flags, 0o600, dir_fd=folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if (os.geteuid(), os.getegid()) != (like.st_uid, like.st_gid):
            # Only root may give a file away; for others the group is what can be kept, if they are in it.
            for owner in ((like.st_uid, like.st_gid), (-1, like.st_gid)):
                with suppress(PermissionError):
                    os.fchown(descriptor, *owner)
                    break
        os.fchmod(descriptor, stat.S_IMODE(like.st_mode))
        os.fsync(descriptor)


@contextmanager
def _telling(done: str) -> Iterator[None]:
    """Say what the system refused as a ``DocumentError`` with a remedy."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENOTDIR}:
            message, remedy = (
                "the path goes through a symbolic link or a file",
                "Name the document itself.",
            )
        else:
            message = f"the document cannot be {done}: {error.strerror}"
            remedy = _REMEDIES.get(
                error.errno or 0, "Mend what the system reports, then run again."
            )
        raise DocumentError(message, remedy=remedy) from error


_RIGHTS = "Give the user that runs syncer the right to read and write the file and its folder."
_SPACE = "Free some space on the disk, then run syncer again."
_REMEDIES = {
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: "Mount the file system for writing, or use `syncer dry-run`, which writes nothing.",
    errno.ENOENT: "It was there a moment ago: run syncer again.",
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.ENOLCK: "Use a file system that has locks (flock), which keep two runs apart.",
    errno.EOPNOTSUPP: "Use a file system that has locks (flock), which keep two runs apart.",
}
