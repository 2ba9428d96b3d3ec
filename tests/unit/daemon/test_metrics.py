"""What Prometheus is told is what the status says, in a form that its own parser reads."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from syncer import __version__
from syncer.core.budget import Budget
from syncer.core.plan import Kind
from syncer.daemon.metrics import MEASURES, Metrics
from syncer.daemon.status import DURATIONS, Ended, Result, Standing
from syncer.model import Level
from tests.support.clock import START
from tests.support.watched import Watched

if TYPE_CHECKING:
    from collections.abc import Mapping

OPENMETRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.2"

FOUND = Standing(
    documents=2, items=7, linked=6, open=4, overdue=1, conflicts=3, problems={Level.WARNING: 5}
)
CALLS = Budget("gh", 12, left=4_988, limit=5_000, reset=START + timedelta(hours=1))


class Told(NamedTuple):
    """What Prometheus reads: types by the names of families, values by names and labels."""

    kinds: dict[str, str]
    values: dict[str, float]


def told(watched: Watched, deliveries: Mapping[tuple[str, str], int] | None = None) -> Told:
    text, _ = Metrics(watched.status, lambda: deliveries or {}).text("")
    families = list(text_string_to_metric_families(text.decode()))
    values = {}
    for family in families:
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            values[f"{sample.name}{{{labels}}}"] = sample.value
    return Told({family.name: family.type for family in families}, values)


def sync(watched: Watched, ended: Ended, seconds: float = 3.0) -> None:
    watched.board.began("shop")
    watched.clock.waits.append(seconds)
    watched.board.ended("shop", ended)


def test_a_daemon_that_has_done_nothing_yet() -> None:
    watched = Watched()
    values = told(watched).values
    assert values["syncer_syncs_total{repository=shop,result=done}"] == 0
    assert values["syncer_changes_total{kind=create,repository=shop}"] == 0
    assert values["syncer_sync_duration_seconds_count{repository=shop}"] == 0
    assert values["syncer_repositories{}"] == 1
    assert values["syncer_start_time_seconds{}"] == START.timestamp()
    assert values["syncer_last_reload_successful{}"] == 1
    unknown = ("last_success", "action_items", "problems", "conflicts", "tracker", "next_sync")
    assert not [name for name in values if name.startswith(tuple(f"syncer_{u}" for u in unknown))]


def test_a_sync_that_went_well() -> None:
    watched = Watched()
    sync(watched, Ended(Result.PROBLEMS, 1, "", {Kind.CREATE: 4}, (CALLS,), FOUND))
    sync(watched, Ended(Result.DONE, 0, "", {Kind.CREATE: 1}, (CALLS,)), seconds=0.5)
    watched.clock.waits.append(30)
    values = told(watched).values
    expected = {
        "syncer_syncs_total{repository=shop,result=problems}": 1,
        "syncer_syncs_total{repository=shop,result=done}": 1,
        "syncer_syncs_total{repository=shop,result=failed}": 0,
        "syncer_changes_total{kind=create,repository=shop}": 5,
        "syncer_documents{repository=shop}": 2,
        "syncer_action_items{repository=shop}": 7,
        "syncer_action_items_linked{repository=shop}": 6,
        "syncer_action_items_open{repository=shop}": 4,
        "syncer_action_items_overdue{repository=shop}": 1,
        "syncer_conflicts{repository=shop}": 3,
        "syncer_problems{level=warning,repository=shop}": 5,
        "syncer_problems{level=error,repository=shop}": 0,
        "syncer_tracker_calls_total{repository=shop,tracker=gh}": 24,
        "syncer_tracker_calls_left{repository=shop,tracker=gh}": 4_988,
        "syncer_tracker_calls_limit{repository=shop,tracker=gh}": 5_000,
        "syncer_tracker_calls_reset_timestamp_seconds{repository=shop,tracker=gh}": (
            START.timestamp() + 3600
        ),
        "syncer_last_success_age_seconds{repository=shop}": 30,
        "syncer_last_success_timestamp_seconds{repository=shop}": START.timestamp() + 3.5,
        "syncer_consecutive_failures{repository=shop}": 0,
        "syncer_sync_running_seconds{repository=shop}": 0,
    }
    assert {name: values.get(name) for name in expected} == expected


def test_a_sync_that_goes_on_and_one_that_waits() -> None:
    watched = Watched()
    watched.board.began("shop")
    watched.clock.waits.append(90)
    assert told(watched).values["syncer_sync_running_seconds{repository=shop}"] == 90
    watched.board.ended("shop", Ended(Result.FAILED, 4, "down"))
    watched.board.planned("shop", START + timedelta(minutes=5))
    values = told(watched).values
    assert values["syncer_consecutive_failures{repository=shop}"] == 1
    assert values["syncer_next_sync_timestamp_seconds{repository=shop}"] == START.timestamp() + 300
    assert "syncer_last_success_age_seconds{repository=shop}" not in values


def test_durations_add_up() -> None:
    watched = Watched()
    for seconds in (0.25, 0.5, 3.0, 10_000.0):
        sync(watched, Ended(Result.DONE, 0), seconds)
    values = told(watched).values
    name = "syncer_sync_duration_seconds"
    buckets = [values[f"{name}_bucket{{le={bound},repository=shop}}"] for bound in DURATIONS]
    assert buckets == [2, 2, 2] + [3] * (len(DURATIONS) - 3)
    assert values[f"{name}_bucket{{le=+Inf,repository=shop}}"] == 4
    assert values[f"{name}_count{{repository=shop}}"] == 4
    assert values[f"{name}_sum{{repository=shop}}"] == 10_003.75


def test_the_daemon_itself() -> None:
    watched = Watched()
    watched.clock.waits.append(20)
    watched.board.beat()
    watched.clock.waits.append(7)
    watched.board.reloaded(taken=True)
    watched.board.reloaded(taken=False)
    watched.board.stopping()
    values = told(watched, {("github", "accepted"): 3, ("jira", "bad-signature"): 2}).values
    assert values["syncer_heartbeat_age_seconds{}"] == 7
    assert values["syncer_reloads_total{result=taken}"] == 1
    assert values["syncer_reloads_total{result=refused}"] == 1
    assert values["syncer_last_reload_successful{}"] == 0
    assert values["syncer_stopping{}"] == 1
    assert values["syncer_webhook_deliveries_total{outcome=accepted,service=github}"] == 3
    assert values["syncer_webhook_deliveries_total{outcome=bad-signature,service=jira}"] == 2
    assert any(f"version={__version__}" in name for name in values)


def test_a_repository_that_is_gone_is_told_no_more() -> None:
    watched = Watched()
    sync(watched, Ended(Result.DONE, 0))
    watched.board.keep(["other"])
    values = told(watched).values
    assert not [name for name in values if "shop" in name]
    assert values["syncer_syncs_total{repository=other,result=done}"] == 0


def test_names_and_kinds_are_as_prometheus_wants_them() -> None:
    watched = Watched()
    sync(watched, Ended(Result.DONE, 0, "", {}, (CALLS,), FOUND))
    kinds = told(watched).kinds
    for measure in MEASURES:
        assert re.fullmatch(r"syncer_[a-z]+(_[a-z]+)*", measure.name)
        assert measure.documentation.endswith(".")
        assert not measure.name.endswith(("_total", "_info", "_count", "_sum", "_bucket"))
        # The parser of the older text gives an info as the gauge that it is there.
        kind = "gauge" if measure.kind == "info" else measure.kind
        name = measure.full_name if measure.kind == "info" else measure.name
        assert kinds[name] == kind
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)
    assert {name for name in kinds if not name.startswith("process_")} == {
        measure.full_name if measure.kind == "info" else measure.name for measure in MEASURES
    }


def test_openmetrics_is_given_to_who_asks_for_it() -> None:
    watched = Watched()
    sync(watched, Ended(Result.DONE, 0, "", {}, (CALLS,), FOUND))
    text, content_type = Metrics(watched.status, dict).text(OPENMETRICS)
    assert content_type.startswith("application/openmetrics-text; version=1.0.0")
    parse: Any = openmetrics.text_string_to_metric_families  # it has no type hints
    families = {f.name: f for f in parse(text.decode())}
    assert families["syncer_syncs"].type == "counter"
    assert families["syncer_build"].type == "info"


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/openmetrics-text;version=x",
        "application/openmetrics-text; version=1.x.0",
        "text/plain;version=1.0.0x",
        "text/plain;version=" + "9" * 5000,
        "application/openmetrics-text;version=;version=1.0.0.0.0",
    ],
)
def test_who_asks_for_anything_else_gets_the_text(accept: str) -> None:
    text, content_type = Metrics(Watched().status, dict).text(accept)
    assert content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert list(text_string_to_metric_families(text.decode()))
