"""The part of a plan that is about some of the documents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syncer.core.plan import Tally
from syncer.render.summary import count

if TYPE_CHECKING:
    from collections.abc import Collection

    from syncer.core.plan import Plan


def excerpt(plan: Plan, documents: Collection[str]) -> Plan:
    """A plan with what is about these documents, or about none in particular.

    What was looked at for it is all of the documents: which issue is whose can't be told from less.
    """
    wanted = {*documents, ""}
    return replace(
        plan,
        changes=tuple(one for one in plan.changes if one.document in wanted),
        conflicts=tuple(one for one in plan.conflicts if one.document in wanted),
        problems=tuple(one for one in plan.problems if one.document in wanted),
        tally=Tally(documents=plan.tally.documents, items=plan.tally.items),
    )


def rest(plan: Plan, documents: Collection[str]) -> str:
    """What a plan has besides, in one line; empty if that is nothing."""
    others = [
        [one.document for one in entries if one.document and one.document not in documents]
        for entries in (plan.changes, plan.conflicts, plan.problems)
    ]
    changes, conflicts, problems = map(len, others)
    parts = [
        count(number, noun)
        for number, noun in ((changes, "change"), (conflicts, "conflict"), (problems, "problem"))
        if number
    ]
    if not parts:
        return ""
    places = count(len({path for one in others for path in one}), "document")
    return f"Besides: {', '.join(parts)} in {places} that this pull request doesn't touch."
