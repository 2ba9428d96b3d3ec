"""Commenting on an issue, without counting as a person who has touched it."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from syncer.errors import TrackerError
from syncer.trackers.base import Answer, Refused, Unknown, Written
from syncer.trackers.github.bodies import Seal, clean, hidden_line, take_apart, with_line
from syncer.trackers.github.issues import is_touched
from syncer.trackers.github.raw import NEEDED, Raw
from syncer.trackers.github.workshop import gone

if TYPE_CHECKING:
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
    return Written(shop.shape.issue(_counted(shop, fresh, raw)))


def _counted(shop: Workshop, before: Raw, raw: Raw) -> Raw:
    """The issue with a seal that counts the comment, so that a person's can be told from it."""
    body = take_apart(before.body)
    if body.marker is None or body.seal is None or is_touched(before, body):
        return raw
    line = hidden_line(body.marker, Seal(body.seal.digest, raw.comments))
    try:
        answer = shop.taken(
            shop.client.patch(
                shop.path(raw.number), {"body": with_line(before.body, line)}, needs=NEEDED
            )
        )
    except TrackerError as error:
        answer = Refused(error.message)
    if isinstance(answer, Raw):
        return answer
    # The comment is there all the same. Taking it for a person's only means that less is done unasked.
    _LOG.info("#%s counts as touched by a person from now on: %s", raw.number, answer.reason)
    return raw
