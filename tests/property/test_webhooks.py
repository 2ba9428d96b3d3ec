"""Whatever comes in as a webhook: nothing is raised, and without the secret nothing is asked for."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncer.daemon.webhooks import SERVICES, SIGNATURES, Outcome, Service
from tests.support import deliveries
from tests.support.watched import GITHUB_SECRET, JIRA_SECRET, Watched

SECRETS = {"github": GITHUB_SECRET, "jira": JIRA_SECRET}

services = st.sampled_from(SERVICES)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["acme/shop", "acme/other", "refs/heads/main", "main", "PAY-7", "OPS-1"])
groups = st.fixed_dictionaries(
    {},
    optional={
        name: names | st.integers(-1, 20) | values
        for name in ("full_name", "html_url", "default_branch", "number", "key")
    },
)
events = st.fixed_dictionaries(
    {},
    optional={
        "ref": names | values,
        "webhookEvent": st.just("jira:issue_updated") | values,
        "issue": groups | values,
        "repository": groups | values,
    },
)
bodies = st.binary(max_size=200) | events.map(lambda said: json.dumps(said).encode())
headers = st.dictionaries(
    st.sampled_from(["content-type", "x-github-event", *SIGNATURES.values()]),
    st.text() | st.sampled_from(["application/json", "push", "issues", "sha256=00"]),
)


@given(services, headers, bodies)
def test_without_the_secret_nothing_is_asked_for(
    service: Service, sent: dict[str, str], body: bytes
) -> None:
    watched = Watched()
    assert watched.webhooks().take(service, sent, body) is Outcome.BAD_SIGNATURE
    assert not watched.asked
    assert not watched.told


@given(services, st.sampled_from(["push", "issues", "ping"]), headers, bodies)
def test_with_it_configured_repositories_are_asked_for_at_most(
    service: Service, event: str, sent: dict[str, str], body: bytes
) -> None:
    watched = Watched()
    usual = {"content-type": "application/json", "x-github-event": event}
    signature = {SIGNATURES[service]: deliveries.signed(SECRETS[service], body)}
    outcome = watched.webhooks().take(service, usual | sent | signature, body)
    assert outcome in (Outcome.ACCEPTED, Outcome.IGNORED, Outcome.MALFORMED)
    assert watched.asked == (["shop"] if outcome is Outcome.ACCEPTED else [])


@given(bodies, st.binary(max_size=200), st.binary(min_size=1, max_size=3))
def test_no_signature_but_the_bodys_own_counts(body: bytes, other: bytes, more: bytes) -> None:
    changed = other if other != body else body + more
    sent: dict[str, Any] = {"x-hub-signature-256": deliveries.signed(GITHUB_SECRET, changed)}
    assert Watched().webhooks().take("github", sent, body) is Outcome.BAD_SIGNATURE
