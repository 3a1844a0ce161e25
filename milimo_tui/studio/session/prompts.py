"""The questions that a command may ask the person while it runs: for a secret, or for consent. The front end
implements them.
"""

from __future__ import annotations

from typing import Protocol


class Prompter(Protocol):
    """Asks the person questions."""

    def ask_for_secret(self, question: str, hint: str = "") -> str:
        """Return a secret, typed without being shown; empty if nobody can be asked. `hint` says where to get
        one.
        """
        ...

    def ask_for_consent(self, question: str) -> bool:
        """Return True if the person says yes; False if nobody can be asked."""
        ...


class NobodyToAsk:
    """The prompter for scripts and tests, which gives no answers."""

    def ask_for_secret(self, question: str, hint: str = "") -> str:
        return ""

    def ask_for_consent(self, question: str) -> bool:
        return False
