"""``syncer config``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from syncer.errors import ExitCode
from syncer.render.safe import safe
from syncer.settings import load_settings
from syncer.settings.showing import effective, schema

if TYPE_CHECKING:
    from syncer.console import Console


def show(console: Console, what: str) -> int:
    """Print the effective settings, or the JSON Schema of the configuration file."""
    if what == "schema":
        console.out(json.dumps(schema(), indent=2) + "\n")
    else:
        lines = effective(load_settings(config=console.config)).splitlines()
        console.out("".join(f"{safe(line)}\n" for line in lines))
    return ExitCode.DONE
