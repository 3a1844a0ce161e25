"""What the environment says of the terminal: the one reader of it, for the studio and for plain shells.

A name is no promise: the studio asks the terminal itself besides (`tui.terminal`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# Terminals that show every colour whatever else the environment says (COLORTERM does not cross SSH).
_TRUECOLOUR_TERMS = ("xterm-kitty", "xterm-ghostty", "xterm-direct", "alacritty", "foot", "wezterm")
KITTY_TERMS = ("xterm-kitty", "xterm-ghostty")  # those that draw kitty graphics
_CHOICE = "TEXTUAL_COLOR_SYSTEM"
_KITTY_PROGRAMS = ("ghostty", "kitty")
_ITERM2_PROGRAMS = ("iterm.app", "wezterm")
# Consoles that print parts of a question which they do not know; those of them whose font has no half-blocks.
_PLAIN_TERMS = ("", "dumb", "linux", "vt52", "vt100", "vt102", "vt220", "cons25")
_LETTERS_ONLY = ("dumb", "vt52", "vt100", "vt102", "vt220", "cons25")


@dataclass(frozen=True, slots=True)
class TerminalEnvironment:
    """`colours`: truecolor, 256, 16 or none; `colours_chosen`: somebody asked for so many, or for none.
    `inside`: tmux, screen or empty. `names`: kitty or iterm2, whose pictures the named terminal draws, else
    empty. `plain`: it prints what it does not know.
    """

    colours: str
    colours_chosen: bool
    inside: str
    names: str
    remote: bool  # over SSH
    connection: str  # what SSH_CONNECTION says of it
    plain: bool
    has_blocks: bool  # half-blocks can be written, and are in its font


def read_environment(environ: Mapping[str, str]) -> TerminalEnvironment:
    """Read what the environment says of the terminal; asks nothing of anybody."""
    term = environ.get("TERM", "").strip().lower()
    inside = multiplexer(environ)
    return TerminalEnvironment(
        colours=_colours(environ, term),
        colours_chosen=bool(environ.get("NO_COLOR")) or environ.get(_CHOICE, "auto") != "auto",
        inside=inside,
        names=_named(environ, term),
        remote=is_remote(environ),
        connection=environ.get("SSH_CONNECTION", ""),
        plain=inside == "screen" or term in _PLAIN_TERMS,
        has_blocks=term not in _LETTERS_ONLY and _is_utf8(environ),
    )


def multiplexer(environ: Mapping[str, str]) -> str:
    """Return what lies between: `tmux`, `screen` or nothing."""
    return "tmux" if environ.get("TMUX") else "screen" if environ.get("STY") else ""


def is_remote(environ: Mapping[str, str]) -> bool:
    """Return whether the terminal is at the other end of an SSH line."""
    return any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))


def _colours(environ: Mapping[str, str], term: str) -> str:
    if environ.get("NO_COLOR"):  # an empty one asks for nothing: no-color.org
        return "none"
    forced = environ.get(_CHOICE, "auto")
    if forced != "auto":
        return {"truecolor": "truecolor", "256": "256"}.get(forced, "16")
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit") or term in _TRUECOLOUR_TERMS:
        return "truecolor"
    return "256" if term.rpartition("-")[2] in ("256color", "kitty") else "16"


def _named(environ: Mapping[str, str], term: str) -> str:
    program = environ.get("TERM_PROGRAM", "").casefold()
    if term in KITTY_TERMS or program in _KITTY_PROGRAMS or environ.get("KITTY_WINDOW_ID"):
        return "kitty"
    if program in _ITERM2_PROGRAMS or environ.get("LC_TERMINAL", "").casefold() == "iterm2":
        return "iterm2"
    return ""


def _is_utf8(environ: Mapping[str, str]) -> bool:
    locale = next((environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "")
    charset = locale.partition(".")[2].partition("@")[0].casefold().replace("-", "")
    return charset in ("", "utf8")
