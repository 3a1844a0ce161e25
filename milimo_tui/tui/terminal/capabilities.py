"""What this terminal is: colours, pictures, what lies between. Read from the environment and, inside tmux, by
asking the tmux program; nothing is ever written to the terminal to find out, so nothing can block or leak.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from milimo_tui.tui.terminal.theme import depth

# Terminals known to draw kitty graphics through Unicode placeholders.
PLACEHOLDER_TERMS = ("xterm-kitty", "xterm-ghostty")
PLACEHOLDER_PROGRAMS = ("ghostty", "kitty")
ASK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Terminal:
    """`pictures` is kitty, blocks or off; `wrap` says that kitty's words must be wrapped for tmux."""

    colours: str
    pictures: str
    inside: str = ""  # tmux, screen or empty
    wrap: bool = False
    remote: bool = False  # over SSH: bytes are dear
    note: str = ""

    @property
    def sentence(self) -> str:
        """Describe the terminal in one line, for the Home screen."""
        place = f"{self.inside}{' ' + self.note if self.note else ''}" if self.inside else self.note
        colours = {"truecolor": "truecolour", "256": "256 colours", "16": "16 colours", "none": "no colour"}
        shown = {"kitty": "pictures in full", "blocks": "pictures as half-blocks", "off": "no pictures"}
        colours_text = (
            "" if self.can_better else colours[self.colours]
        )  # one line of 80 cells, with what to do
        parts = [part for part in (place, colours_text, shown[self.pictures]) if part]
        return f"This terminal: {', '.join(parts)}."

    @property
    def can_better(self) -> bool:
        """Return whether the doctor has a line that would make it show more."""
        return self.pictures != "kitty" and self.inside == "tmux"


def from_environment(environ: Mapping[str, str], wanted: str = "auto") -> Terminal:
    """Read the terminal from the environment alone; inside tmux always half-blocks (see `outer_term`).

    `wanted` is the setting `images`: auto, kitty, blocks or off; a named one is taken at its word,
    but for kitty inside tmux, which needs tmux's consent.
    """
    inside = "tmux" if environ.get("TMUX") else "screen" if environ.get("STY") else ""
    colours = depth(environ)
    pictures = "blocks"
    if wanted in ("off", "blocks"):
        pictures = wanted
    elif not inside and _may_be_kitty(colours) and (wanted == "kitty" or _draws_placeholders(environ)):
        pictures = "kitty"
    return Terminal(colours, pictures, inside, remote="SSH_CONNECTION" in environ)


def _may_be_kitty(colours: str) -> bool:
    """Return whether kitty pictures can work: a placeholder's colour is its id, and every bit must arrive."""
    return colours == "truecolor"


def _draws_placeholders(environ: Mapping[str, str]) -> bool:
    return (
        environ.get("TERM", "") in PLACEHOLDER_TERMS
        or "KITTY_WINDOW_ID" in environ
        or environ.get("TERM_PROGRAM", "").casefold() in PLACEHOLDER_PROGRAMS
    )


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


def ask_tmux(found: Terminal, wanted: str, ask: Callable[..., str] = tmux_words) -> Terminal:
    """Ask tmux whether it lets pictures through, and to a terminal that draws them."""
    if found.inside != "tmux":
        return found
    through = ask("show-options", "-gv", "allow-passthrough") in ("on", "all")
    outer = ask("display-message", "-p", "#{client_termname}")
    note = "" if through else "without passthrough"
    pictures, wrap = found.pictures, False
    draws = wanted == "kitty" or (wanted == "auto" and outer in PLACEHOLDER_TERMS)
    if through and draws and _may_be_kitty(found.colours):
        pictures, wrap = "kitty", True
    return Terminal(found.colours, pictures, "tmux", wrap, found.remote, note)
