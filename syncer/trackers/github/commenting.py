"""Commenting on an issue, without counting as a person who has touched it."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from syncer.errors import TrackerError
from syncer.trackers.base import Answer, Refused, Unknown, Written
from syncer.trackers.github.bodies import Seal, clean, hidden_line, take_apart, with_line
from syncer.trackers.github.issues import is_touched
from syncer.trackers.github.raw import NEEDED, Raw
from syncer.trackers.github.workshop import gone
from syncer.trackers.http import AbandonedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.trackers.github.workshop import Workshop

_LOG: Final = logging.getLogger(__name__)


def comment(shop: Workshop, number: int, text: str) -> Answer:
    """See ``Tracker.comment``. Nobody is notified by name."""
    shop.check_failed()
    fresh = shop.reader.one(number)
    if not isinstance(fresh, Raw):
        return gone(number, fresh)
    quiet = clean(text).replace("@", "@\u200b")
    sent = shop.client.post(f"{shop.path(number)}/comments", {"body": quiet}, needs=("id",))
    if isinstance(sent, Refused | Unknown):
        return sent
    raw = replace(fresh, comments=fresh.comments + 1)
    shop.reader.memory.put(raw, direct=True)
    return Written(shop.shape.issue(_counted(shop, raw)))


def _counted(shop: Workshop, raw: Raw) -> Raw:
    """The issue with a seal that counts the comment, so that a person's can be told from it."""

    def make() -> Mapping[str, Any]:
        present = shop.reader.one(raw.number)
        if not isinstance(present, Raw):
            raise AbandonedError(gone(raw.number, present))
        body = take_apart(present.body)
        before = replace(present, comments=present.comments - 1)
        if body.marker is None or body.seal is None or is_touched(before, body):
            raise AbandonedError(None)
        line = hidden_line(body.marker, Seal(body.seal.digest, present.comments))
        return {"body": with_line(present.body, line)}

    answer: Raw | Refused | Unknown
    try:
        sent = shop.client.patch(shop.path(raw.number), make, needs=NEEDED)
    except TrackerError as error:
        answer = Refused(error.message)
    else:
        if sent is None:
            return shop.reader.memory.seen.get(raw.number, raw)
        answer = shop.taken(sent, raw.number)
    if isinstance(answer, Raw):
        return answer
    # The comment is there all the same. Taking it for a person's only means that less is done unasked.
    _LOG.info("#%s counts as touched by a person from now on: %s", raw.number, answer.reason)
    return raw
