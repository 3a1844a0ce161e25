"""Asking at the terminal, on stderr: answers on stdout stay clean. A secret is not shown while it is
typed.
"""

from __future__ import annotations

import sys


class AtTerminal:
    """The person at this terminal (`studio.asking.Asks`)."""

    def secret(self, question: str, hint: str = "") -> str:
        from getpass import getpass

        return getpass(f"{question}{f' ({hint})' if hint else ''}: ", stream=sys.stderr).strip()

    def agree(self, question: str) -> bool:
        print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().lower() in ("y", "yes")
