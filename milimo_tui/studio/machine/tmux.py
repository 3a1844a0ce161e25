"""What a tmux around us tells, and over which SSH connection the person looks on.

A shell inside tmux keeps the environment it was begun with; who attached later came another way.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable

ASK_SECONDS = 1.0


def tmux_words(*words: str) -> str:
    """Return what `tmux …` prints; empty when it can't be asked. Blocks up to a second: use a thread."""
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


def lets_through(ask: Callable[..., str] = tmux_words) -> bool:
    """Return whether what this pane writes can go past tmux, wherever that was set (allow-passthrough)."""
    return ask("show-options", "-pAv", "allow-passthrough") in ("on", "all")


def connection() -> str:
    """Return SSH_CONNECTION of who looks on now, empty for nobody far away. Blocks as `tmux_words` does."""
    began = os.environ.get("SSH_CONNECTION", "")
    if not os.environ.get("TMUX"):
        return began
    return connection_told(began, tmux_words("show-environment", "SSH_CONNECTION"))


def connection_told(began: str, words: str) -> str:
    """Return the connection of who attached last, as tmux keeps it (tmux(1), update-environment).

    `began` is that of whoever began the session, which tmux may know nothing newer of.
    """
    name, _, newest = words.partition("=")
    if name == "-SSH_CONNECTION":
        return ""
    return newest if name == "SSH_CONNECTION" else began
