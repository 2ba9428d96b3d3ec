"""What every test shares: the Hypothesis profiles.

``HYPOTHESIS_PROFILE=long`` chooses the long profile; the ordinary run stays quick. ``brief`` finds the same in every
run, for a suite that runs once for each of many mutants.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings

from tests.support import tallies

if TYPE_CHECKING:
    from pytest import TerminalReporter  # noqa: PT013 - a name for an annotation alone

settings.register_profile("default", max_examples=60, deadline=None)
settings.register_profile(
    "long",
    max_examples=20_000,
    deadline=None,
    # Documents are built from many small draws: slow generation is no defect of the code.
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("brief", max_examples=30, deadline=None, derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print what tests went through."""
    for title, counts in tallies.SHOWN.items():
        terminalreporter.section(title)
        for name, count in sorted(counts.items()):
            terminalreporter.line(f"{count:>8,}  {name}")
