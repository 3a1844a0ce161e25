"""Queries to the tmux around this process, and the SSH connection over which the user is attached.

A shell inside tmux keeps the environment it was started with; a user who attached later uses another
connection.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable

ASK_SECONDS = 1.0


def run_tmux(*words: str) -> str:
    """Return the output of `tmux …`; empty if tmux can't be asked. Blocks up to a second: use a thread."""
    try:
        answer = subprocess.run(
            ["tmux", *words],
            capture_output=True,
            text=True,
            timeout=ASK_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def is_passthrough_allowed(ask: Callable[..., str] = run_tmux) -> bool:
    """Return True if this pane's output can pass through tmux (allow-passthrough), at any level of
    configuration.
    """
    return ask("show-options", "-pAv", "allow-passthrough") in ("on", "all")


def find_connection() -> str:
    """Return the SSH_CONNECTION of the attached user, empty for a local user. Blocks as `run_tmux` does."""
    began = os.environ.get("SSH_CONNECTION", "")
    if not os.environ.get("TMUX"):
        return began
    return parse_tmux_connection(began, run_tmux("show-environment", "SSH_CONNECTION"))


def parse_tmux_connection(began: str, words: str) -> str:
    """Return the connection of the user who attached last, as tmux stores it (tmux(1), update-environment).

    `began` is the connection that started the session. It is returned if tmux has no newer one.
    """
    name, _, newest = words.partition("=")
    if name == "-SSH_CONNECTION":
        return ""
    return newest if name == "SSH_CONNECTION" else began
