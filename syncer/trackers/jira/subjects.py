"""What a request to Jira is about, and what an account must be allowed to do for it: told by its path, pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

PERMISSIONS: Final = (
    "The account needs in the project: Browse Projects, Create Issues, Edit Issues, Assign Issues, Transition Issues, "
    "Add Comments."
)
"""The least that syncer's account must be allowed to do."""

_ALL_PERMISSIONS: Final = (
    "Browse Projects",
    "Create Issues",
    "Edit Issues",
    "Assign Issues",
    "Assignable User",
    "Transition Issues",
    "Resolve Issues",
    "Close Issues",
    "Schedule Issues",
    "Add Comments",
    "Link Issues",
    "Modify Reporter",
    "Set Issue Security",
    "Browse Users",
)
_NEEDED: Final = (
    ("POST", re.compile(r"/issue(?:/bulk)?"), "Create Issues"),
    ("POST", re.compile(r"/issue/[^/]+/transitions"), "Transition Issues"),
    ("POST", re.compile(r"/issue/[^/]+/comment"), "Add Comments"),
    ("POST", re.compile(r"/issue/[^/]+/remotelink|/issueLink"), "Link Issues"),
    ("PUT", re.compile(r"/issue/[^/]+/assignee"), "Assign Issues"),
    ("PUT", re.compile(r"/issue/[^/]+.*"), "Edit Issues"),
    ("DELETE", re.compile(r"/issue/[^/]+.+"), "Edit Issues"),
    ("GET", re.compile(r"/user.*"), "Browse users and groups"),
    ("GET", re.compile(r".*"), "Browse Projects"),
    ("POST", re.compile(r"/search.*|/issue/bulkfetch"), "Browse Projects"),
)
_ISSUE: Final = re.compile(r"/issue/([^/?]+)")
_NO_ISSUES: Final = {"bulk", "bulkfetch", "createmeta"}
_ABOUT_PROJECT: Final = re.compile(r"/project/|/issue/createmeta/")
_ONLY_CLOUD: Final = {"/search/jql", "/issue/bulkfetch"}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a request was about.

    Attributes:
        project: The project's key.
        issue: The key of the issue, if it was about one.
        permission: What the account must be allowed to do for it; empty if nobody can tell.
        about_project: Whether it was about the project as such.
        creates: Whether it was to file issues.
        only_cloud: Whether Data Center has no such request.
    """

    project: str
    issue: str = ""
    permission: str = ""
    about_project: bool = False
    creates: bool = False
    only_cloud: bool = False

    @classmethod
    def of(cls, method: str, path: str, project: str) -> Subject:
        """What a request is about, from its path in the interface."""
        path = path.partition("?")[0]
        match = _ISSUE.match(path)
        issue = unquote(match[1]) if match and match[1] not in _NO_ISSUES else ""
        fits = (name for verb, form, name in _NEEDED if verb == method and form.fullmatch(path))
        creates = method == "POST" and path in {"/issue", "/issue/bulk"}
        about_project = creates or _ABOUT_PROJECT.match(path) is not None
        return cls(project, issue, next(fits, ""), about_project, creates, path in _ONLY_CLOUD)

    @property
    def words(self) -> str:
        """It, as a sentence names it."""
        return f"issue {self.issue}" if self.issue else f"project {self.project}"


def named_permission(words: str) -> str:
    """A permission that a text names."""
    return next((name for name in _ALL_PERMISSIONS if name.lower() in words.lower()), "")
