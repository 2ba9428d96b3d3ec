"""A daemon's sync where nothing can be written but what the image's volumes are, in a mount namespace of its own.

That is what an engine does with ``--read-only``. Where this machine lets nobody make one, ``.ci/container`` is left.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support import repositories
from tests.support.dockerfile import stages
from tests.support.program import POST_MORTEM, REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

IMAGE = stages((REPOSITORY / "Dockerfile").read_text())[-1]
DOES_NOT_WORK = 77

CLOSED = f"""
mount --make-rprivate / || exit {DOES_NOT_WORK}
for folder in "$1/remote" "$1/data" "$1/tmp"; do mount --bind "$folder" "$folder"; done
mount --bind / /
while read -r _ _ _ _ place _; do
  case $place in
    "$1"/*|/proc|/proc/*|/sys|/sys/*|/dev|/dev/*) ;;
    *) mount -o remount,bind,ro "$place" 2>/dev/null ;;
  esac
done < /proc/self/mountinfo
for folder in "$1" "$HOME" /tmp /var/tmp / "$PWD"; do
  if ( : > "$folder/written" ) 2>/dev/null; then exit {DOES_NOT_WORK}; fi
done
shift
exec "$@"
"""


def closed(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program, which can write to ``remote``, ``data`` and ``tmp`` beneath the folder and to nothing else."""
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("there is no unshare")
    variables = {name: IMAGE.environment[name] for name in ("HOME", "PYTHONDONTWRITEBYTECODE")}
    done = subprocess.run(
        [
            *(unshare, "--user", "--map-root-user", "--mount"),
            *("sh", "-c", CLOSED, "sh", str(folder)),
            *(sys.executable, "-W", "error", "-m", "syncer", *arguments),
        ],
        cwd=folder / "etc",
        env={
            **variables,
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(REPOSITORY),
            "TMPDIR": str(folder / "tmp"),
            "SYNCER_DAEMON__FOLDER": str(folder / "data"),
            "SYNCER_CONFIG": str(folder / "etc/syncer.yaml"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == DOES_NOT_WORK or "unshare:" in done.stderr:
        pytest.skip(f"nobody may make a mount namespace here: {done.stderr}")
    return done


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="namespaces are Linux'")
def test_a_daemon_clones_syncs_and_delivers(tmp_path: Path) -> None:
    for name in ("etc", "data", "tmp"):
        (tmp_path / name).mkdir()
    remote = repositories.bare(tmp_path / "remote/shop.git", {"postmortems/one.md": POST_MORTEM})
    before = remote.head("main")
    (tmp_path / "etc/syncer.yaml").write_text(
        f"trackers: {{here: {{kind: local, path: {tmp_path}/data/issues.db}}}}\n"
        f"repositories: {{shop: {{url: {remote.folder}}}}}\n"
        'daemon: {listen: ""}\n'
    )
    for number in (1, 2):
        done = closed(tmp_path, "daemon", "--once", "-v")
        assert done.returncode == 0, done.stderr
        assert ("2 filed" in done.stderr) == (number == 1), done.stderr
    assert remote.git("rev-list", "--count", f"{before}..main") == "1"
    assert list((tmp_path / "tmp").iterdir()) == []
