"""Questions that a command may ask the user while it runs: for a secret or for consent. The front end
implements them.
"""

from __future__ import annotations

from typing import Protocol


class Prompter(Protocol):
    """The interface through which a running command asks the user a question. The command line and the studio
    each implement it.
    """

    def ask_for_secret(self, question: str, hint: str = "") -> str:
        """Ask for a secret, which is not shown while it is typed, and return it. Return an empty text if no
        user can be asked. `hint` says where to get the secret.
        """
        ...

    def ask_for_consent(self, question: str) -> bool:
        """Return True if the user agrees. Return False if the user declines, or if no user can be asked."""
        ...


class NobodyToAsk:
    """The prompter for scripts and tests, where no user can be asked: every answer is empty or False."""

    def ask_for_secret(self, question: str, hint: str = "") -> str:
        return ""

    def ask_for_consent(self, question: str) -> bool:
        return False
