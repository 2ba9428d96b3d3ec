"""What a sync costs in which nothing has changed: ``python benchmarks/syncing.py [--documents N] [--runs N]``.

Documents of the template's shape are generated, 10 kB and 10 rows each, and synced once for real with the embedded
tracker. Then, in one process and taking turns, it is measured how long it takes

- to read the documents: file, metadata, items, offsets, state;
- to sync them: all of that, and the issues, and the plan, which must be empty.

Printed is the ratio of the two in each turn, and the peak memory of a process that does nothing but such a sync. The
exit code is 1 if the median ratio is above 1.5, or the memory above 300 MB.
"""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from syncer import vocabularies
from syncer.core.matching.linkreading import read_links
from syncer.core.reconciling.documentplan import Rules
from syncer.documents import Folder
from syncer.sync import Job, apply, survey
from syncer.trackers.local import LocalSettings, LocalTracker

MOST_TIME = 1.5
MOST_MEMORY = 300

STATUSES = ("Not Started", "In Progress", "Blocked", "Done")
PROSE = (
    "The queue in front of the payment client grew faster than it could be worked off, because each "
    "retry held a connection that a first attempt needed. Nobody was paged: the alert looked at `errors`, "
    "and there were none, only *waiting*. See [the dashboard](https://metrics.example.com/d/checkout).\n\n"
)


def document(number: int) -> str:
    """A post-mortem of the template's shape with 10 rows, about 10 kB long."""
    incident = f"INC-2025-{number % 12 + 1:02}-{number % 28 + 1:02}-{number:05}"
    rows = "".join(
        f"| Mend part {row} of what broke in incident {number}, and show that it holds | @person{row} "
        f"| 2026-{row + 1:02}-{number % 28 + 1:02} | {STATUSES[(row + number) % 4]} |\n"
        for row in range(10)
    )
    timeline = "".join(f"| 14:{minute:02} | Something was seen |\n" for minute in range(12))
    head = (
        f"# Incident {number}\n\n## Incident Summary\n\n**Incident ID:** {incident}\n"
        f"**Date:** 2025-{number % 12 + 1:02}-{number % 28 + 1:02}\n**Duration:** 2 hours 5 minutes\n"
        "**Severity:** P2\n**Status:** Resolved\n\n### Impact\n- **Users Affected:** 12%\n"
        "- **Services Affected:** checkout, payments\n\n"
        f"## Timeline\n\n| Time (UTC) | Event |\n|------------|-------|\n{timeline}\n"
        f"## Root Cause Analysis\n\n### What Happened?\n{PROSE * 10}"
        "### Contributing Factors\n- [x] Lack of monitoring/alerting\n- [ ] Missing documentation\n\n"
        "## Action Items\n\n| Action | Owner | Due Date | Status |\n|--------|-------|----------|--------|\n"
    )
    tail = f"\n## Lessons Learned\n\n### Technical\n- A retry is not free.\n\n{PROSE * 8}"
    return head + rows + tail


def job_for(folder: Path) -> Job:
    """A job on a folder with an embedded tracker beside it."""
    return Job(
        store=Folder(folder, ["*/*.md"]),
        trackers={
            "here": LocalTracker.open(
                "here",
                LocalSettings(path=Path("issues.db")),
                root=folder,
                clock=lambda: datetime.now(UTC),
                read_only=False,
            )
        },
        route=lambda _: "here",
        vocabulary=vocabularies.load(),
        rules=Rules(file_finished=True),
        clock=lambda: datetime.now(UTC),
        max_characters=1_000_000,
        max_line=20_000,
        progress=lambda *_: None,
    )


def prepare(folder: Path, documents: int) -> None:
    """Write the documents, and sync them once."""
    for number in range(documents):
        path = folder / f"{number // 100:03}" / f"{number:05}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(document(number), encoding="utf-8")
    job = job_for(folder)
    done = apply(job, survey(job))
    assert len(done.plan.changes) == 10 * documents, "the first sync files every row"  # noqa: S101


def read_all(job: Job) -> None:
    """Read every document, and let go of it."""
    for path in job.store.paths():
        read_links(job.parse(job.store.read(path)), job.trackers_for(path))


def sync_all(job: Job) -> None:
    """Sync, and see that there was nothing to be done."""
    done = apply(job, survey(job))
    assert not done.plan.changes, "nothing has changed"  # noqa: S101


def timed(step: object, job: Job) -> float:
    """Seconds of processor time that a step takes."""
    assert callable(step)  # noqa: S101
    started = time.process_time()
    step(job)
    return time.process_time() - started


def peak_memory() -> float:
    """Peak memory of this process in MB.

    Linux tells it as VmHWM. What getrusage tells there counts the process that this one was started from, too.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def memory_of_a_sync(folder: Path) -> float:
    """Peak memory in MB of a process of its own that syncs once."""
    command = [sys.executable, __file__, "--sync-only", str(folder)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> int:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sync-only", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.sync_only:
        sync_all(job_for(arguments.sync_only))
        print(peak_memory())
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        started = time.perf_counter()
        prepare(folder, arguments.documents)
        size = sum(path.stat().st_size for path in folder.rglob("*.md")) / arguments.documents
        print(
            f"{arguments.documents} documents of {size:.0f} bytes, {10 * arguments.documents} issues; "
            f"the first sync took {time.perf_counter() - started:.0f} s"
        )
        job = job_for(folder)
        sync_all(job)
        gc.freeze()  # as the program does, see syncer/building.py
        ratios = []
        for _ in range(arguments.runs):
            reading, syncing = timed(read_all, job), timed(sync_all, job)
            ratios.append(syncing / reading)
            print(f"reading {reading:6.2f} s   syncing {syncing:6.2f} s   ratio {ratios[-1]:.2f}")
        ratio, memory = statistics.median(ratios), memory_of_a_sync(folder)
        print(f"median ratio {ratio:.2f} (at most {MOST_TIME})")
        print(f"peak memory {memory:.0f} MB (at most {MOST_MEMORY})")
        return int(ratio > MOST_TIME or memory > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
