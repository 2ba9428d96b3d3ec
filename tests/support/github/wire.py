"""Requests as the double of GitHub reads them, and answers with tags."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from tests.support.contracts import Request
from tests.support.doubles.replies import Reply
from tests.support.doubles.wire import parsed, written
from tests.support.github.faults import GRAPHQL

if TYPE_CHECKING:
    from tests.support.doubles.wire import Incoming
    from tests.support.github.store import Store

_BY_ID: Final = re.compile(r"/repositories/(\d+)(/.*)?")


def read(incoming: Incoming, base_path: str, store: Store) -> Request:
    """A request below the API's address; a repository that goes by its id has its name."""
    parts = urlsplit(incoming.target)
    path = _below(parts.path, base_path)
    match = _BY_ID.fullmatch(path)
    if match:
        home = store.repository_by_id(int(match[1]))
        path = f"/repos/{home.full_name if home else '-/-'}{match[2] or ''}"
    body = parsed(incoming.content)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Request(incoming.method, path, query, body, "if-none-match" in incoming.headers)


def _below(path: str, base_path: str) -> str:
    if path == f"{base_path.removesuffix('/v3')}{GRAPHQL}":
        return GRAPHQL
    if path.startswith(f"{base_path}/") and path != f"{base_path}{GRAPHQL}":
        return path.removeprefix(base_path)
    return f"/elsewhere{path}"


def tagged(reply: Reply, incoming: Incoming) -> Reply:
    """An answer to a read with a tag, or word that it is the one that the client has."""
    if incoming.method != "GET" or reply.status != 200:
        return reply
    tag = f'W/"{hashlib.sha256(written(reply.body)).hexdigest()}"'
    if incoming.headers.get("if-none-match") == tag:
        return Reply(304, None, {"ETag": tag})
    return replace(reply, headers={**reply.headers, "ETag": tag})
