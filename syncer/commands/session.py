"""What one call of the program is about: its options, its clock, and the embedded trackers that it may open."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from syncer.console import Console
    from syncer.trackers.local import LocalTracker

F = TypeVar("F", bound="Callable[..., Any]")


@dataclass(slots=True)
class Session:
    """One call of the program; handed to the commands as click's ``ctx.obj``.

    Attributes:
        config: The configuration file that was asked for.
        no_color: Whether colours were declined.
        verbose: How much is said on the way.
    """

    config: Path | None = None
    no_color: bool = False
    verbose: int = 0

    @property
    def color(self) -> bool:
        """Whether what is printed may be coloured."""
        from syncer.settings import declines_color

        return sys.stdout.isatty() and not self.no_color and not declines_color()

    @property
    def clock(self) -> Callable[[], datetime]:
        """The present, in UTC."""
        from syncer.building import now

        return now

    def console(self) -> Console:
        """The terminal of this call."""
        from syncer.console import Console

        return Console(config=self.config, color=self.color, verbose=self.verbose)

    def open_local(self, name: str | None, *, read_only: bool) -> LocalTracker:
        """An embedded tracker of the configuration.

        Args:
            name: Which one; ``None``: the default one, or the only one that is embedded.
            read_only: Whether it will be read only.

        Raises:
            ConfigurationError: There is no such embedded tracker.
        """
        from syncer.building import open_embedded
        from syncer.settings import load_settings

        return open_embedded(load_settings(config=self.config), name, read_only=read_only)


def common(command: F) -> F:
    """Give a command the options that all of them have; they end up in the session."""
    for option in (
        click.option(
            "--config",
            type=click.Path(exists=False, dir_okay=False),
            expose_value=False,
            callback=_config,
            help="The configuration file. Default: what SYNCER_CONFIG names, else the nearest "
            "syncer.yaml, upwards from the first PATH and then from here.",
        ),
        click.option(
            "--no-color",
            is_flag=True,
            expose_value=False,
            callback=_no_color,
            help="Plain text, also at a terminal.",
        ),
        click.option(
            "-v",
            "--verbose",
            count=True,
            expose_value=False,
            callback=_verbose,
            help="Say what is being done; -vv for more.",
        ),
    ):
        command = option(command)
    return command


def _config(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None and isinstance(context.obj, Session):
        from pathlib import Path

        context.obj.config = Path(value)


def _no_color(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value and isinstance(context.obj, Session):
        context.obj.no_color = True


def _verbose(context: click.Context, _: click.Parameter, value: int) -> None:
    if value and isinstance(context.obj, Session):
        context.obj.verbose = value
