"""What of the process's environment is passed on, and to whom: to Git all but what isn't its business."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from syncer.settings.keys import PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEPT_FROM_GIT: Final = re.compile(
    # What trackers are reached with. Whatever else is there may be what Git's own credential helper asks for.
    rf"{PREFIX}.*|INPUT_.*|JIRA_.*|GITHUB_TOKEN|GH_TOKEN|ACTIONS_.*TOKEN"
    # Which repository it works on is said by the folder it runs in.
    r"|GIT_(?:DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX)"
    # Would fill its output with what isn't the answer.
    r"|GIT_TRACE.*|GIT_CURL_VERBOSE",
    re.IGNORECASE,
)
_GITHUB: Final = ("GITHUB_TOKEN", "GH_TOKEN", "GITHUB_API_URL", "GITHUB_REPOSITORY")
_ALWAYS: Final = {
    "LC_ALL": "C",  # what it says is read
    "GIT_TERMINAL_PROMPT": "0",  # nobody is there to be asked
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",  # what is read is what is there for everybody
    "GIT_ADVICE": "0",
    "GCM_INTERACTIVE": "never",
}


def git_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for Git and what it starts, such as hooks and SSH: no token of a tracker is in it.

    Args:
        environment: The process's environment.
    """
    kept = {
        name: value for name, value in environment.items() if not _KEPT_FROM_GIT.fullmatch(name)
    }
    return {**kept, **_ALWAYS}


def github_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What a workflow, or who uses GitHub's command line, has in the environment to reach GitHub with.

    Args:
        environment: The process's environment.
    """
    return {name: environment[name] for name in _GITHUB if environment.get(name)}
