"""Ask the user questions at the terminal. Questions are printed on stderr, so that stdout contains only
results. A secret is not shown while it is typed.
"""

from __future__ import annotations

import sys

from milimo_tui.cli import output


class TerminalPrompter:
    """An object that asks the user of this terminal for input (implements `studio.session.prompts.Asks`)."""

    def ask_for_secret(self, question: str, hint: str = "") -> str:
        from getpass import getpass

        output.print_question(f"{question}{f' ({hint})' if hint else ''}: ")
        return getpass("", stream=sys.stderr).strip()

    def ask_for_consent(self, question: str) -> bool:
        output.print_question(f"{question} [y/N] ")
        return sys.stdin.readline().strip().lower() in ("y", "yes")
