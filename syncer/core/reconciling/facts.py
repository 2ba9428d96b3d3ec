"""What the managed block of an issue's text shows: the incident, and what has no other place in the tracker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from syncer.core.issuetext import DOCUMENT

if TYPE_CHECKING:
    from syncer.core.issuetext import Facts
    from syncer.core.reading.postmortem import ActionItem, PostMortem
    from syncer.core.reconciling.lens import Lens
    from syncer.model import Field


def document_facts(document: PostMortem) -> Facts:
    """What the managed blocks of all issues of a document show."""
    incident = document.incident
    heading = " · ".join(part for part in (incident.id, incident.title) if part)
    facts = [
        (DOCUMENT, document.path),
        ("Incident", heading),
        ("Severity", incident.severity),
        ("Date", incident.date),
    ]
    return tuple((label, text) for label, text in facts if text)


def item_facts(item: ActionItem, lens: Lens) -> Facts:
    """What the managed block of an item's issue shows besides: what has no other place there."""
    native = lens.directory.capabilities.fields
    facts: list[tuple[str, str]] = []
    if len(item.text) > lens.directory.capabilities.title_limit:
        facts.append(("Action", item.text))
    owner = item.values.get("owner", "")
    if owner and ("owner" not in native or lens.account(owner) is None):
        facts.append(("Owner", owner))
    for label, name in _SHOWN_IN_TEXT:
        text = item.values.get(name, "")
        if text and name not in native:
            facts.append((label, text))
    return (*facts, *item.extra)


_SHOWN_IN_TEXT: Final[tuple[tuple[str, Field], ...]] = (("Due", "due"), ("Priority", "priority"))
