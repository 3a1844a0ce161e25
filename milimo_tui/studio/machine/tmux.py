"""Queries to the tmux around this process, and the SSH connection of the attached user.

A shell inside tmux keeps the environment with which it was started. A user who attached later has another
connection.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable

ASK_SECONDS = 1.0


def run_tmux(*words: str) -> str:
    """Run `tmux` with these arguments and return its output; empty if tmux does not answer.

    Blocks for up to a second, so call it in a thread.
    """
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
    """Return True if tmux passes on escape sequences from this pane to the terminal in which tmux runs. This
    is the option `allow-passthrough`, at any level.

    `ask` is a function that runs a tmux command.
    """
    return ask("show-options", "-pAv", "allow-passthrough") in ("on", "all")


def find_connection() -> str:
    """Return the SSH_CONNECTION of the user who is attached to tmux, or an empty string for a local user.
    Blocks for up to a second, as `run_tmux` does.
    """
    began = os.environ.get("SSH_CONNECTION", "")
    if not os.environ.get("TMUX"):
        return began
    return parse_tmux_connection(began, run_tmux("show-environment", "SSH_CONNECTION"))


def parse_tmux_connection(began: str, words: str) -> str:
    """Return the SSH connection of the user who attached to tmux last, or an empty string for a local user.

    `words` is tmux's answer to `show-environment SSH_CONNECTION`, in the form that tmux(1) describes under
    update-environment. If the answer has no connection, return `began`, which is the connection with which
    this process was started.
    """
    name, _, newest = words.partition("=")
    if name == "-SSH_CONNECTION":
        return ""
    return newest if name == "SSH_CONNECTION" else began
