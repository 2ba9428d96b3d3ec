"""The image, as far as it can be tested without an engine: its recipe, and the program as the image starts it.

``.ci/run`` does the builder's steps, ``.ci/container`` builds and runs the image where there is an engine.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from tests.support import dockerfile
from tests.support.program import POST_MORTEM, REPOSITORY, Program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
STAGES = dockerfile.stages((REPOSITORY / "Dockerfile").read_text())
IMAGE = STAGES[-1]
BASE = next(stage.base for stage in STAGES if stage.name == "base")
IGNORE = (REPOSITORY / ".dockerignore").read_text()
FULL_VERSION = r"(3\.\d+)\.\d+"

READ_ONLY = """
import errno, os, sys

WRITABLE = ("/dev/", *os.environ["WRITABLE"].split(":"))
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod",
           "os.utime", "sqlite3.connect"}

def refuse(event, args):
    if event == "open" and not args[2] & WRITES or event not in CHANGES and event != "open":
        return
    path = os.path.abspath(os.fsdecode(args[0])) if isinstance(args[0], (str, bytes)) else ""
    if path and "?mode=ro" not in path and not path.startswith(WRITABLE):
        raise OSError(errno.EROFS, "Read-only file system", path)

sys.addaudithook(refuse)
"""
"""What a read-only root file system does, for all that Python itself would write."""


class TestRecipe:
    def test_every_base_is_pinned_by_its_digest(self) -> None:
        stages = {stage.name for stage in STAGES}
        outside = [stage.base for stage in STAGES if stage.base not in stages]
        assert outside == [BASE]
        assert re.fullmatch(rf"python:{FULL_VERSION}-slim-[a-z]+@sha256:[0-9a-f]{{64}}", BASE)

    def test_its_python_is_one_that_is_supported(self) -> None:
        found = re.search(FULL_VERSION, BASE)
        assert found
        assert f"Programming Language :: Python :: {found[1]}" in PROJECT["classifiers"]

    def test_it_runs_as_a_user_without_rights_whom_kubernetes_can_tell(self) -> None:
        """By number: a name could be anybody's."""
        assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", IMAGE.last("USER").value)
        assert [each.name for each in IMAGE.instructions].index("USER") > max(
            place for place, each in enumerate(IMAGE.instructions) if each.name in ("RUN", "COPY")
        )

    def test_its_labels_say_what_it_is(self) -> None:
        labels = {
            name.removeprefix("org.opencontainers.image."): value
            for each in IMAGE.all("LABEL")
            for name, value in each.pairs.items()
        }
        assert labels == {
            "title": PROJECT["name"],
            "description": PROJECT["description"],
            "licenses": PROJECT["license"],
            "version": "$VERSION",
            "revision": "$REVISION",
            "source": "$SOURCE",
        }

    def test_nothing_that_is_handed_to_a_build_is_secret(self) -> None:
        """An argument stays readable in the image's history."""
        arguments = {name for stage in STAGES for each in stage.all("ARG") for name in each.pairs}
        assert arguments == {"VERSION", "REVISION", "SOURCE"}
        variables = {name for stage in STAGES for name in stage.environment}
        assert not [name for name in variables if re.search("TOKEN|SECRET|PASS|KEY", name)]

    def test_all_that_is_installed_by_pip_is_known_by_its_hash(self) -> None:
        installs = [
            command
            for stage in STAGES
            for each in stage.all("RUN")
            for command in each.value.split("&&")
            if re.search(r"pip .*\b(install|download|wheel)\b", command)
        ]
        assert len(installs) == 4
        for command in installs:
            assert "--require-hashes" in command or "--no-deps" in command, command
            assert (
                "wheel" not in command or "--no-build-isolation" in command or "/wheels/" in command
            )

    def test_what_is_copied_is_there_and_not_ignored(self) -> None:
        sources = [
            source
            for stage in STAGES
            for each in stage.all("COPY")
            if not each.option
            for source in each.arguments[:-1]
        ]
        assert "syncer" in sources
        for source in sources:
            assert (REPOSITORY / source).exists()
            assert not dockerfile.ignored(source, IGNORE), source

    def test_the_whole_package_gets_into_a_build_and_nothing_else_does(self) -> None:
        files = [each for each in (REPOSITORY / "syncer").rglob("*") if each.is_file()]
        for file in files:
            path = file.relative_to(REPOSITORY).as_posix()
            assert dockerfile.ignored(path, IGNORE) == ("__pycache__" in path), path
        for path in (".git/config", ".env", "config/secrets/token", "tests/conftest.py", "key.pem"):
            assert dockerfile.ignored(path, IGNORE), path


class TestStarting:
    def test_the_entry_point_is_a_command_of_the_package(self) -> None:
        (entry,) = IMAGE.last("ENTRYPOINT").words
        assert entry in PROJECT["scripts"]
        path = IMAGE.environment["PATH"].partition(":")[0]
        assert Path(path).is_relative_to(IMAGE.all("COPY")[0].arguments[-1])

    def test_what_it_does_by_default_is_a_command(self, tmp_path: Path) -> None:
        done = Program(tmp_path)(*IMAGE.last("CMD").words, "--help")
        assert done.returncode == 0, done.stderr

    def test_a_dry_run_writes_nowhere_and_needs_no_home(self, tmp_path: Path) -> None:
        work = tmp_path / "work"
        Program(work).write("postmortem.md", POST_MORTEM)
        hook = tmp_path / "hook"
        hook.mkdir()
        (hook / "sitecustomize.py").write_text(READ_ONLY)
        variables = {
            **{name: IMAGE.environment[name] for name in ("PYTHONDONTWRITEBYTECODE", "HOME")},
            "PYTHONPATH": f"{hook}:{REPOSITORY}",
            "WRITABLE": str(tmp_path / "tmp"),
        }
        program = Program(work, variables)
        before = program.snapshot()
        done = program("dry-run", ".")
        assert (done.returncode, "2 to file" in done.stdout) == (0, True), done.stderr
        assert program.snapshot() == before
        # And it is this that holds it: a sync, which has to write, is refused.
        assert "Read-only file system" in program("sync", ".").stderr

    def test_the_variables_of_the_image_are_settings(self, tmp_path: Path) -> None:
        own = {k: v for k, v in IMAGE.environment.items() if k.startswith("SYNCER_")}
        assert set(own) == {"SYNCER_DAEMON__FOLDER", "SYNCER_DAEMON__LISTEN"}
        shown = Program(tmp_path, own)("config")
        assert shown.returncode == 0, shown.stderr
        for name, value in own.items():
            assert f"{value}  # {name}" in shown.stdout
        assert own["SYNCER_DAEMON__FOLDER"] in IMAGE.last("VOLUME").words
        assert own["SYNCER_DAEMON__LISTEN"].endswith(f":{IMAGE.last('EXPOSE').value}")


class Answer(BaseHTTPRequestHandler):
    """Answers as a daemon that is well does, or one that isn't."""

    status = 200
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Callable[[int], tuple[int, list[str]]]]:
    """Starts a server that answers with a status; its port, and the paths that are asked for."""
    started: list[ThreadingHTTPServer] = []

    def start(status: int) -> tuple[int, list[str]]:
        asked: list[str] = []
        handler = type("Handler", (Answer,), {"status": status, "asked": asked})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        started.append(server)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return server.server_address[1], asked

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


class TestHealthCheck:
    """It is the image's own command, started with this Python."""

    @staticmethod
    def check(folder: Path, port: int) -> int:
        kind, command = IMAGE.last("HEALTHCHECK").value.split("CMD ", 1)
        assert "--timeout=5s" in kind
        python, *rest = dockerfile.Instruction("CMD", command).words
        assert python == "python"
        environment = {
            "SYNCER_DAEMON__LISTEN": f"0.0.0.0:{port}",
            "http_proxy": "http://127.0.0.1:9",
            "HTTP_PROXY": "http://127.0.0.1:9",
        }
        done = subprocess.run(
            [sys.executable, *rest],
            cwd=folder,
            env=environment,
            capture_output=True,
            timeout=30,
            check=False,
        )
        return done.returncode

    @pytest.mark.parametrize(("status", "well"), [(200, True), (503, False), (404, False)])
    def test_it_tells_what_the_daemon_answers(
        self,
        tmp_path: Path,
        serve: Callable[[int], tuple[int, list[str]]],
        status: int,
        *,
        well: bool,
    ) -> None:
        port, asked = serve(status)
        assert (self.check(tmp_path, port) == 0) is well
        assert asked == ["/healthz"]

    def test_nobody_who_answers_is_not_well(self, tmp_path: Path) -> None:
        assert self.check(tmp_path, 9) != 0

    def test_it_runs_nothing_of_the_folder_that_it_is_in(
        self, tmp_path: Path, serve: Callable[[int], tuple[int, list[str]]]
    ) -> None:
        """That folder holds somebody's documents."""
        (tmp_path / "http").mkdir()
        for name in ("http/__init__.py", "http/client.py", "socket.py"):
            (tmp_path / name).write_text("raise SystemExit(0)\n")
        port, _ = serve(503)
        assert self.check(tmp_path, port) != 0


class TestReading:
    """The reader of these files would notice."""

    @pytest.mark.parametrize(
        ("path", "ignored"),
        [
            ("README.md", False),
            ("syncer/cli.py", False),
            ("syncer/core/plan.py", False),
            ("syncer/core/__pycache__/plan.cpython-311.pyc", True),
            ("syncers/cli.py", True),
            ("docs/README.md", True),
            ("x.py", True),
        ],
    )
    def test_what_a_dockerignore_keeps_out(self, path: str, *, ignored: bool) -> None:
        assert (
            dockerfile.ignored(path, "# a comment\n*\n!README.md\n!syncer\n**/__pycache__\n")
            is ignored
        )

    def test_what_an_instruction_says(self) -> None:
        (first, last) = dockerfile.stages(
            'FROM a:1 AS one\n# RUN no\nENV A=1 \\\n    # why\n    B="2 3"\nFROM one\nCMD ["x", "y z"]\n'
            "COPY --from=one /a /b\n"
        )
        assert (first.base, first.name, first.environment) == ("a:1", "one", {"A": "1", "B": "2 3"})
        assert (last.base, last.name, last.last("CMD").words) == ("one", "", ["x", "y z"])
        copy = last.last("COPY")
        assert (copy.option, copy.arguments) == ("one", ["/a", "/b"])
