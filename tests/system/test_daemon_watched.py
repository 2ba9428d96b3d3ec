"""The daemon as a process, seen by those who watch it: its log, its metrics, and webhooks that reach it."""

from __future__ import annotations

import json
import signal
import socket
from contextlib import contextmanager
from threading import Event, Timer
from typing import TYPE_CHECKING, Any

from tests.support import deliveries
from tests.support.asking import ask, deliver, scraped_once
from tests.support.loopback import LoopbackHandler, serving
from tests.support.program import POST_MORTEM, Program
from tests.support.repositories import VARIABLES, bare

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 60.0
"""Seconds after which a daemon that says nothing is killed, so that the test fails."""

FIRST = "the first secret of webhooks"
SECOND = "the second secret of webhooks"
TOKEN = "s3cret-t0ken-of-the-shop"  # noqa: S105 - nobody else has it

CONFIGURATION = """\
documents: {paths: ["postmortems/*.md"]}
daemon: {listen: "127.0.0.1:0", log: json, every: 1h, jitter: 1s}
"""


class Watch:
    """A daemon that goes on, and its log, an object a line.

    Attributes:
        events: What was logged so far.
        lines: The same as it stands there.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.events: list[dict[str, Any]] = []
        self.lines: list[str] = []

    def wait_for(self, words: str) -> dict[str, Any]:
        """Read the log on to an event with these words."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)
            self.events.append(json.loads(line))
            if words in self.events[-1]["message"]:
                return self.events[-1]
        raise AssertionError("".join(self.lines))

    def address(self) -> str:
        """Where it listens."""
        said: str = self.wait_for("listening on")["message"]
        return said.rpartition("/")[2]

    def end(self) -> str:
        """Tell it to stop; what it has printed since."""
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate()
        self.events += [json.loads(line) for line in err.splitlines()]
        self.lines.append(err)
        assert self.process.returncode == 0
        return out


@contextmanager
def watched(program: Program, *options: str) -> Iterator[Watch]:
    process = program.start(*options, "daemon")
    timer = Timer(PATIENCE, process.kill)
    timer.start()
    try:
        with process:
            try:
                yield Watch(process)
            finally:
                process.kill()
    finally:
        timer.cancel()


def test_it_is_watched_told_to_look_and_given_another_secret(tmp_path: Path) -> None:
    program = Program(tmp_path, {"SYNCER_SECRETS_DIR": "secrets"})
    program.write("syncer.yaml", CONFIGURATION)
    program.write("postmortems/one.md", POST_MORTEM)
    variable = "secrets/SYNCER_DAEMON__WEBHOOKS__GITHUB_SECRET"
    program.write(variable, f"{FIRST}\n")
    push = {"ref": "refs/heads/main", "repository": deliveries.REPOSITORY}
    with watched(program) as watch:
        address = watch.address()
        assert watch.wait_for("2 filed")["repository"] == "here"
        values = scraped_once(address, ("syncer_syncs_total", "here", "done"), 1)
        assert values["syncer_changes_total", "create", "here"] == 2
        assert values["syncer_action_items_open", "here"] == 2
        assert ask(address, "/readyz").status == ask(address, "/healthz").status == 200

        sent = deliveries.github("push", push, secret=SECOND)
        assert deliver(address, "github", sent).status == 401
        watch.wait_for("bad-signature")
        assert (
            deliver(address, "github", deliveries.github("push", push, secret=FIRST)).status == 202
        )
        watch.wait_for("nothing changed")
        scraped_once(address, ("syncer_syncs_total", "here", "done"), 2)

        program.write(variable, SECOND)
        program.write("syncer.yaml", CONFIGURATION.replace("127.0.0.1:0", "127.0.0.1:1"))
        watch.process.send_signal(signal.SIGHUP)
        watch.wait_for("daemon.listen counts from the next start on")
        watch.wait_for("the configuration was read again")
        assert deliver(address, "github", deliveries.github("push", {}, secret=FIRST)).status == 401
        assert deliver(address, "github", sent).status == 202

        assert watch.end() == ""
    assert {event["level"] for event in watch.events} == {"info", "warning"}
    assert "secret of webhooks" not in "".join(watch.lines)


class Parrot(LoopbackHandler):
    """A tracker that answers with what it was sent, and with worse."""

    def serve(self) -> None:
        heard = f"{self.headers['Authorization']} {TOKEN} {self.path}?token={TOKEN}"
        hostile = f'\x1b[2K\n{{"level": "info", "message": "forged"}}\r\n\u2028{heard}'
        body = json.dumps({"message": f"Bad credentials {hostile}"}).encode()
        self.answer(401, {"Content-Type": "application/json"}, body)


def test_what_a_tracker_says_is_logged_without_secrets_and_as_one_event(tmp_path: Path) -> None:
    program = Program(tmp_path, {"SYNCER_TRACKERS__SHOP__TOKEN": TOKEN})
    program.write("postmortems/one.md", POST_MORTEM)
    with serving(Parrot, Event()) as url:
        tracker = f"trackers: {{shop: {{kind: github, repository: acme/shop, url: '{url}'}}}}\n"
        program.write("syncer.yaml", CONFIGURATION + tracker)
        with watched(program) as watch:
            address = watch.address()
            failed = watch.wait_for("failed: ")
            told = [ask(address, path).body for path in ("/metrics", "/healthz", "/readyz", "/")]
            scraped_once(address, ("syncer_consecutive_failures", "here"), 1)
            out = watch.end()
    assert failed["repository"] == "here"
    assert "Bad credentials" in failed["message"]
    assert all(event["message"].isprintable() for event in watch.events)
    assert "forged" not in {event["message"] for event in watch.events}
    assert TOKEN not in "".join([*watch.lines, out, *map(str, told)])


SERVED = """\
documents: {paths: ["pm/*.md"]}
trackers: {here: {kind: local}}
repositories: {shop: {url: SHOP}}
delivery: {mode: commit}
daemon: {every: 1h, jitter: 1s, listen: "127.0.0.1:0", log: json, folder: clones}
"""


def test_however_much_is_logged_no_secret_is(tmp_path: Path) -> None:
    there = bare(tmp_path / "shop.git", {"pm/1.md": POST_MORTEM})
    secrets = {
        "SYNCER_DELIVERY__TOKEN": TOKEN,
        "SYNCER_DAEMON__WEBHOOKS__GITHUB_SECRET": FIRST,
    }
    program = Program(tmp_path, VARIABLES | secrets)
    program.write("syncer.yaml", SERVED.replace("SHOP", there.folder.as_uri()))
    with watched(program, "-vv") as watch:
        address = watch.address()
        assert watch.wait_for("committed as")["repository"] == "shop"
        values = scraped_once(address, ("syncer_syncs_total", "shop", "done"), 1)
        assert values["syncer_action_items_overdue", "shop"] == 2
        assert ask(address, "/webhooks/jira", "POST").status == 404
        out = watch.end()
    assert "debug" in {event["level"] for event in watch.events}
    assert not [one for one in (TOKEN, FIRST) if one in "".join([*watch.lines, out])]


def test_a_port_that_is_taken_is_told_before_anything_is_done(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.write("postmortems/one.md", POST_MORTEM)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        program.write("syncer.yaml", CONFIGURATION.replace("127.0.0.1:0", address))
        before = program.snapshot()
        done = program("daemon")
        assert done.returncode == 3
        assert f"daemon.listen: {address} can't be listened on" in done.stderr
        assert program.snapshot() == before
        # What ends by itself is watched by its exit code.
        assert program("daemon", "--once").returncode == 0
