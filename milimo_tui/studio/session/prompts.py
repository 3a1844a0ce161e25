"""What a command may ask the person while it runs: a secret, or a yes. A face that can, answers."""

from __future__ import annotations

from typing import Protocol


class Asks(Protocol):
    def secret(self, question: str, hint: str = "") -> str:
        """A secret, typed without being shown; empty where nobody can be asked. `hint`: where to get one."""
        ...

    def agree(self, question: str) -> bool:
        """Whether the person says yes; no where nobody can be asked."""
        ...


class NobodyToAsk:
    """Scripts and tests: there is no answer."""

    def secret(self, question: str, hint: str = "") -> str:
        return ""

    def agree(self, question: str) -> bool:
        return False
