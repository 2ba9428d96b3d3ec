"""Which documents a pull request touches."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncer.delivery.forge import File
    from syncer.settings import Settings
    from syncer.settings.workflow import Workflow


class Places:
    """Paths of documents, which are relative to their root, and those in the repository.

    Args:
        settings: The configuration.
        workflow: Where the repository is.
    """

    def __init__(self, settings: Settings, workflow: Workflow) -> None:
        self._prefix = workflow.prefix(settings.root)

    def in_repository(self, document: str) -> str:
        """The path of a document in the repository."""
        return self._prefix + document

    def documents(self, files: Iterable[File]) -> set[str]:
        """What of a pull request's files could be a document, by its present path."""
        return {
            file.path[len(self._prefix) :]
            for file in files
            if not file.removed and file.path.startswith(self._prefix)
        }
