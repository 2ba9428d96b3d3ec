"""The command line: what can be typed, and what it answers with.

Each command's help is its documentation; ``docs/cli.md`` is made from it.
"""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from syncer import __version__
from syncer.commands.session import Session, common
from syncer.errors import ExitCode, SyncerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.render import Format

_FORMAT: Final = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How the plan is printed: text for people, markdown for a comment, json for programs.",
)
_LIMIT: Final = click.option(
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    help="File at most N issues; the rest waits.",
)
_PATHS: Final = click.argument(
    "paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]..."
)


def _checksum(_: click.Context, parameter: click.Parameter, value: str | None) -> str:
    """A checksum that was given has to be one: an empty variable of a script must not stand for any plan."""
    if value is not None and re.fullmatch("[0-9a-f]{16}", value) is None:
        raise click.BadParameter(
            f"{value!r} is no checksum of a plan; syncer dry-run prints one", param=parameter
        )
    return value or ""


def _shard(_: click.Context, parameter: click.Parameter, value: str) -> tuple[int, int]:
    """Which part of how many; a part that there isn't would leave repositories to nobody."""
    match = re.fullmatch("([0-9]{1,6})/([0-9]{1,6})", value)
    part, parts = (int(match[1]), int(match[2])) if match else (0, 0)
    if part >= parts:
        raise click.BadParameter(
            f"{value!r} is no part of a whole; write 0/4, 1/4, 2/4 and 3/4 for four parts",
            param=parameter,
        )
    return part, parts


class _Commands(click.Group):
    """Brings in a command's module when the command is asked for: ``--version`` needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), "issues"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "issues":
            from syncer.commands.issues import issues

            return issues
        return super().get_command(ctx, cmd_name)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="syncer")
@common
def cli() -> None:
    """Keep the action items of Markdown post-mortems and your issue tracker the same.

    Each row of an Action Items table becomes an issue, and what becomes of the issue comes back into the row.

    \b
      syncer dry-run postmortems/     # see what would happen; writes nothing
      syncer sync postmortems/        # make it happen
      syncer issues                   # look at the issues of the embedded tracker
      syncer daemon                   # sync on a schedule

    Exit codes: 0 done; 1 finished with problems or conflicts that want a person; 2 there are changes (dry-run
    --exit-code); 3 bad configuration or usage; 4 a tracker or the network failed; 5 refused by a safety limit;
    130 interrupted.
    """


@cli.command("dry-run")
@_PATHS
@_FORMAT
@_LIMIT
@click.option("--exit-code", is_flag=True, help="Exit with 2 if there is something to be done.")
@common
@click.pass_obj
def dry_run(
    session: Session,
    paths: tuple[Path, ...],
    form: Format,
    limit: int | None,
    exit_code: bool,
) -> int:
    """Show what a sync would do, and do nothing.

    Nothing is written: no document, no issue, no file. The plan that is shown is the plan that sync carries out;
    sync --expect with its checksum carries out no other.

    A PATH is a document, or a folder: of a folder, those documents count that the configuration names
    (documents.paths), or without a configuration all Markdown files. Without a PATH, all documents count that the
    configuration names.

    \b
      syncer dry-run postmortems/2025-11-03-checkout.md
      syncer dry-run --format json | jq .changes
      syncer dry-run --exit-code || echo "there is something to sync"
    """
    from syncer.commands.syncing import preview

    return preview(session.console(), paths, form, limit=limit, exit_code=exit_code)


@cli.command()
@_PATHS
@_FORMAT
@click.option(
    "--expect",
    metavar="CHECKSUM",
    callback=_checksum,
    help="Carry out only the plan with this checksum, which dry-run has shown.",
)
@click.option("--force", is_flag=True, help="Go on where a safety limit would refuse the plan.")
@_LIMIT
@common
@click.pass_obj
def sync(
    session: Session,
    paths: tuple[Path, ...],
    form: Format,
    expect: str,
    force: bool,
    limit: int | None,
) -> int:
    """Sync documents and trackers once.

    Each open row without an issue gets one. Where one side was changed since both last agreed, the other follows. Where
    both were, the field's policy decides, and the conflict is reported with all three values.

    A plan that files, changes or closes unusually many issues is shown and refused (exit code 5) until you ask for it
    with --force, or for a part of what is filed with --limit. Without a configuration, the issues go to a file,
    .syncer/issues.db; syncer issues shows them. PATHs are as with dry-run.

    \b
      syncer sync
      syncer sync postmortems/ --limit 20
      syncer sync --expect 4f0c63be9a1d2e75
    """
    from syncer.commands.syncing import synchronise

    return synchronise(session.console(), paths, form, expect=expect, force=force, limit=limit)


@cli.command()
@click.argument("repositories", nargs=-1, metavar="[REPOSITORY]...")
@click.option("--once", is_flag=True, help="Sync each repository once, then exit.")
@click.option(
    "--shard",
    metavar="I/N",
    default="0/1",
    callback=_shard,
    help="Leave all but the I-th of N parts of the repositories to others; I counts from 0.",
)
@common
@click.pass_obj
def daemon(
    session: Session, repositories: tuple[str, ...], once: bool, shard: tuple[int, int]
) -> int:
    """Sync on a schedule until told to stop.

    Each repository that the configuration names (repositories) is cloned, kept fresh and synced, several at the same
    time; where it names none, the one that it is in. A REPOSITORY is the name of one; without any, all count. How
    often, and what else there is to it, is under daemon in the configuration.

    A repository that fails is left alone for longer and longer, and holds up no other. Its tracker or remote may come
    back, and its configuration may be mended, at any time.

    SIGTERM and SIGINT end it: what goes on is brought to a safe end first, within daemon.grace; a second one ends it
    at once. Neither loses anything. SIGHUP has the configuration read again; one that is faulty is told, and the one
    before stays.

    With --once, the exit code is the most serious one that a sync of one repository would have had. It fits a scheduled
    job; --shard spreads many repositories over several.

    \b
      syncer daemon
      syncer daemon --once shop payments
      syncer daemon --once --shard "$JOB_COMPLETION_INDEX/4"
    """
    from syncer.commands.daemon import run

    return run(session.console(), repositories, shard, once=once)


@cli.command()
@click.argument("what", type=click.Choice(["show", "schema"]), default="show")
@common
@click.pass_obj
def config(session: Session, what: str) -> int:
    """Show the settings in effect, or their JSON Schema.

    Each value is shown with where it comes from: a line of the file, an environment variable, or the default.
    Secrets are hidden.

    \b
      syncer config
      syncer config schema > syncer.schema.json
    """
    from syncer.commands.configuration import show

    return show(session.console(), what)


@cli.command()
@common
@click.pass_obj
def action(session: Session) -> int:
    """Do what the GitHub Action does, in a workflow.

    It previews in a pull request, and syncs on the default branch, on a schedule and by hand. What it is to do comes
    from GitHub's variables (GITHUB_...) and the Action's inputs (INPUT_...); docs/action.md has them all. It prints the
    plan, and writes the job's summary, annotations, outputs, and one comment on the pull request.

    \b
      - uses: OWNER/REPO@v1             # in a workflow; this is what it runs
    """
    from syncer.action.run import act

    return act(session.console())


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Print the completion script of a shell.

    \b
      eval "$(syncer completion bash)"      # in ~/.bashrc
      eval "$(syncer completion zsh)"       # in ~/.zshrc
      syncer completion fish > ~/.config/fish/completions/syncer.fish
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None  # noqa: S101 - click brings all three shells of the choice
    click.echo(found(cli, {}, "syncer", "_SYNCER_COMPLETE").source())
    return ExitCode.DONE


def _unwritten(error: OSError) -> int:
    """What is answered where the output can't be written; what was done is done."""
    # Python would try once more to write what is left when it exits, and complain in its own words.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno == errno.EPIPE:
        return ExitCode.DONE  # the reader has had enough, `syncer issues | head`
    click.echo(f"syncer: the output cannot be written: {error.strerror}", err=True)
    return ExitCode.PROBLEMS


def _terminated(number: int, _: object) -> NoReturn:
    """End in order: what Git has started ends, too, and a lease is given back.

    Without a handler, nothing is tidied up, and the first process of a container isn't ended at all.
    """
    sys.exit(128 + number)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; expected errors are told in words, without a traceback."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        code = cli.main(
            args=None if argv is None else list(argv),
            prog_name="syncer",
            standalone_mode=False,
            obj=Session(),
        )
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted. What was written is whole; the next run goes on.", err=True)
        return ExitCode.INTERRUPTED
    except OSError as error:
        return _unwritten(error)
    except SyncerError as error:
        from syncer.console import tell

        tell(error)
        return error.exit_code
    return int(code) if isinstance(code, int) else ExitCode.DONE
