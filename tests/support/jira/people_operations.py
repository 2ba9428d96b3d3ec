"""Operations about accounts, and about what they may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.jira import access, rendering
from tests.support.jira.calls import Call, Reply
from tests.support.jira.projects import PERMISSIONS
from tests.support.jira.refusals import RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.support.jira.projects import Project
    from tests.support.jira.records import User


def get_myself(call: Call) -> Reply:
    return Reply(200, rendering.user(call, call.user))


def search_users(call: Call) -> Reply:
    """Accounts that match; of those that aren't active the cloud shows some, too."""
    inactive = call.store.cloud or call.query.get("includeInactive", "").lower() == "true"
    accounts = [one for one in call.store.users.values() if one.active or inactive]
    return _found(call, accounts, needed=True)


def search_assignable(call: Call) -> Reply:
    """Accounts that match and that an issue can be assigned to."""
    home = _home_of(call)
    accounts = [one for one in call.store.users.values() if home.can_have(one)]
    return _found(call, accounts, needed=False)


def _home_of(call: Call) -> Project:
    for name in ("issueKey", "issueId"):
        if name in call.query:
            return access.home(call, access.issue(call, call.query[name]))
    if "project" in call.query:
        return access.project(call, call.query["project"])
    raise RefusalError(400, "Either the 'project' or the 'issueKey' query parameter is required.")


def _found(call: Call, accounts: Iterable[User], *, needed: bool) -> Reply:
    cloud = call.store.cloud
    if cloud and "username" in call.query:
        message = "The query parameter 'username' is not supported in GDPR strict mode."
        raise RefusalError(400, message)
    if cloud and "accountId" in call.query:
        found = [one for one in accounts if one.account_id == call.query["accountId"]]
    else:
        text = call.query.get("query" if cloud else "username", "")
        if needed and not text:
            name = "query" if cloud else "username"
            raise RefusalError(400, f"The {name} query parameter was not provided.")
        found = [one for one in accounts if call.asker and _matches(call, one, text.lower())]
    found.sort(key=lambda one: one.display_name)
    shown = found[call.page(most=1000)]
    return Reply(200, [rendering.user(call, one) for one in shown])


def _matches(call: Call, account: User, text: str) -> bool:
    """Whether a text begins a name or an address. What looks like an address is one."""
    if not call.store.cloud:
        if text in ("", ".", "%"):
            return True
        name = account.name.lower().startswith(text)
        return name or _begins(account.display_name, text) or _begins_address(account, text)
    if account.shows_email:
        by_address = _begins_address(account, text)
    else:
        by_address = call.store.finds_hidden_addresses and account.email.lower() == text
    return by_address or ("@" not in text and _begins(account.display_name, text))


def _begins(name: str, text: str) -> bool:
    """Whether a text begins a name, or a later word of it."""
    words = name.lower().split()
    return any(" ".join(words[at:]).startswith(text) for at in range(len(words)))


def _begins_address(account: User, text: str) -> bool:
    return account.email.lower().startswith(text)


def my_permissions(call: Call) -> Reply:
    """What whoever asks may do, in a project, on an issue, or anywhere."""
    wanted = call.listed("permissions")
    if call.store.cloud and not wanted:
        raise RefusalError(400, "The permissions query parameter is required.")
    wanted = wanted or list(PERMISSIONS)
    unknown = [name for name in wanted if name not in PERMISSIONS]
    if unknown:
        raise RefusalError(400, f"Unrecognized permission: {', '.join(unknown)}")
    homes = _homes(call)
    shown: dict[str, Any] = {
        name: {
            "id": str(10 + PERMISSIONS.index(name)),
            "key": name,
            "name": name.replace("_", " ").capitalize(),
            "type": "PROJECT",
            "description": "",
            "havePermission": any(home.may(call.asker, name) for home in homes),
        }
        for name in wanted
    }
    return Reply(200, {"permissions": shown})


def _homes(call: Call) -> list[Project]:
    for name in ("issueKey", "issueId"):
        if name in call.query:
            return [access.home(call, access.issue(call, call.query[name]))]
    for name in ("projectKey", "projectId"):
        if name in call.query:
            return [access.project(call, call.query[name])]
    return list(call.store.projects.values())
