"""The parts of a session that a commit needs: the open film, a user who answers questions, and progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.session.prompts import NobodyToAsk, Prompter


class CommitDesk(Protocol):
    """The parts of a session that a commit needs. `Studio` has them."""

    @property
    def asks(self) -> Prompter: ...

    @property
    def actor(self) -> str: ...

    def require_project(self) -> ProjectFile:
        """Return the open film."""
        ...

    def counted(self, what: str, total: int) -> AbstractContextManager[Callable[[int, str], None]]:
        """Report the progress of work with `total` steps."""
        ...


@dataclass(frozen=True, slots=True)
class QuietDesk:
    """A desk for a process without a user: nobody answers questions, and progress is not shown."""

    file: ProjectFile
    actor: str = "supervisor"

    @property
    def asks(self) -> Prompter:
        """Nobody answers questions."""
        return NobodyToAsk()

    def require_project(self) -> ProjectFile:
        """Return the film."""
        return self.file

    @contextmanager
    def counted(self, what: str, total: int) -> Iterator[Callable[[int, str], None]]:
        """Report no progress."""
        yield lambda done, name: None
