"""Ask questions at the terminal, on stderr, so that stdout contains answers only. A typed secret is not
shown.
"""

from __future__ import annotations

import sys

from milimo_tui.cli import output


class TerminalPrompter:
    """Questions to the user at this terminal (implements `studio.session.prompts.Asks`)."""

    def ask_for_secret(self, question: str, hint: str = "") -> str:
        from getpass import getpass

        output.print_question(f"{question}{f' ({hint})' if hint else ''}: ")
        return getpass("", stream=sys.stderr).strip()

    def ask_for_consent(self, question: str) -> bool:
        output.print_question(f"{question} [y/N] ")
        return sys.stdin.readline().strip().lower() in ("y", "yes")
