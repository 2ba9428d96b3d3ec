"""The summary says how much was tried, where a test enumerates it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the property ``tried`` of every test that has recorded it."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "tried":
                terminalreporter.write_line(f"tried {value}: {report.nodeid.partition('::')[2]}")
