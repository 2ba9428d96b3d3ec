"""What reading a post-mortem costs, against mistune's bare block parse of the same text.

    python benchmarks/reading.py [FOLDER]

Prints the ratio, a median over interleaved runs, for generated documents of the template's shape (10 kB, ten rows with
ISO dates, linked issues and their definitions), and for the Markdown files of a folder if one is given. Exits with 1 if
a generated document costs more than ``LIMIT``.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mistune.block_parser import BlockParser

from syncer import vocabularies
from syncer.core.reading.postmortem import parse
from syncer.core.state import our_definitions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LIMIT: Final = 1.3
RUNS: Final = 60
_SIZE: Final = 10_000
_PROSE: Final = (
    "the queue filled up while workers waited for a lock that a retry held longer than the timeout allows so the "
    "dashboard showed nothing and an alert fired late because its threshold was set for another load"
)


def generated(seed: int) -> str:
    """A post-mortem of the template's shape with ten action items that are linked to issues."""
    chance = random.Random(seed)
    vocabulary = _PROSE.split()

    def prose(words: int) -> str:
        return " ".join(chance.choice(vocabulary) for _ in range(words)).capitalize() + "."

    rows, definitions = [], []
    for number in range(1, 11):
        issue = seed * 100 + number
        status = chance.choice(["Not Started", "In Progress", "Done", "Blocked"])
        owner = chance.choice(["@alice", "@bob", "Payments team", "@carol"])
        due = f"2025-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        rows.append(f"| {prose(7)} | {owner} | {due} | {status} | [#{issue}] |")
        definitions.append(
            f"[#{issue}]: https://github.com/acme/shop/issues/{issue} "
            f'"sync 3; status={status}; owner={owner}; due={due}; action=3f9a2c{number:02}"'
        )
    head = f"""# Post-Mortem: {prose(5)}

## Incident Summary

**Incident ID:** INC-2025-11-{seed % 28 + 1:02}-001
**Date:** 2025-11-{seed % 28 + 1:02}
**Duration:** 2 hours 14 minutes
**Severity:** P1
**Status:** Resolved

### Impact
- **Users Affected:** 12%
- **Services Affected:** checkout, payments
- **Data Loss:** No

## Timeline

| Time (UTC) | Event |
|------------|-------|
""" + "".join(f"| 10:{minute:02} | {prose(9)} |\n" for minute in range(0, 60, 6))
    tail = (
        "\n## Action Items\n\n| Action | Owner | Due Date | Status | Issue |\n"
        "|--------|-------|----------|--------|-------|\n"
        + "\n".join(rows)
        + "\n\n## Lessons Learned\n\n### Technical\n"
        + "".join(f"- {prose(12)}\n" for _ in range(8))
        + "\n"
        + "\n".join(definitions)
        + "\n"
    )
    body = "\n## Root Cause Analysis\n\n### What Happened?\n"
    while len(head) + len(body) + len(tail) < _SIZE:
        body += f"\n{prose(40)}\n\n1. {prose(10)}\n2. {prose(10)}\n- [ ] {prose(5)}\n"
    return head + body + tail


def ratio(texts: Sequence[str]) -> float:
    """How many times as long reading the texts takes as parsing their blocks with mistune alone."""
    vocabulary = vocabularies.load()
    bare_parser = BlockParser()

    def bare(text: str) -> None:
        state = bare_parser.state_cls()
        state.process(text)
        bare_parser.parse(state)

    def read(text: str) -> None:
        our_definitions(parse(text, "postmortem.md", vocabulary).definitions)

    for text in texts:
        bare(text)
        read(text)
    return statistics.median(_seconds(read, texts) / _seconds(bare, texts) for _ in range(RUNS))


def _seconds(work: Callable[[str], None], texts: Sequence[str]) -> float:
    start = time.perf_counter()
    for text in texts:
        work(text)
    return time.perf_counter() - start


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and tell whether the generated documents stay within the limit."""
    texts = [generated(seed) for seed in range(20)]
    assert all(len(parse(text, "", vocabularies.load()).items) == 10 for text in texts)  # noqa: S101
    size = statistics.mean(map(len, texts))
    result = ratio(texts)
    print(
        f"generated, {len(texts)} documents of {size:,.0f} characters: {result:.2f} (limit {LIMIT})"
    )
    for folder in arguments:
        found = [
            path.read_bytes().decode("utf-8", "replace")
            for path in sorted(Path(folder).rglob("*.md"))
        ]
        size = statistics.mean(map(len, found))
        print(f"{folder}, {len(found)} documents of {size:,.0f} characters: {ratio(found):.2f}")
    return 0 if result <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
