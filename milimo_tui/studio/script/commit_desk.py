"""The parts of a session that a commit needs, for a process without a user."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.session.prompts import NobodyToAsk, Prompter


@dataclass(frozen=True, slots=True)
class QuietDesk:
    """The open film of a process without a user, such as the supervisor. It takes the place of a `Studio` in
    a commit: nobody answers questions, and progress is not shown.
    """

    file: ProjectFile
    actor: str = "supervisor"

    @property
    def asks(self) -> Prompter:
        """The prompter, which has nobody to ask."""
        return NobodyToAsk()

    def require_project(self) -> ProjectFile:
        """Return the film."""
        return self.file

    @contextmanager
    def counted(self, what: str, total: int) -> Iterator[Callable[[int, str], None]]:
        """Report no progress."""
        yield lambda done, name: None
