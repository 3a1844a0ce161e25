"""Read from environment variables what the terminal can do. The studio and the command line use the result.

No other module reads these variables. The name of a terminal is no proof of its abilities, so the studio also
queries the terminal itself (`tui.terminal`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# Values of TERM for terminals that support true colour. COLORTERM would say so, but SSH does not forward that
# variable.
_TRUECOLOUR_TERMS = ("xterm-kitty", "xterm-ghostty", "xterm-direct", "alacritty", "foot", "wezterm")
# Values of TERM for terminals that support kitty's graphics protocol.
KITTY_TERMS = ("xterm-kitty", "xterm-ghostty")
_COLOUR_CHOICE = "TEXTUAL_COLOR_SYSTEM"
_KITTY_PROGRAMS = ("ghostty", "kitty")
_ITERM2_PROGRAMS = ("iterm.app", "wezterm")
# Values of TERM for consoles that print parts of queries they don't know. The second list contains consoles
# whose font has no half-block characters.
_PLAIN_TERMS = ("", "dumb", "linux", "vt52", "vt100", "vt102", "vt220", "cons25")
_LETTERS_ONLY = ("dumb", "vt52", "vt100", "vt102", "vt220", "cons25")


@dataclass(frozen=True, slots=True)
class TerminalEnvironment:
    """The terminal's abilities, as far as environment variables show them.

    - `colours` is truecolor, 256, 16 or none.
    - `colours_chosen` is True if the user chose the number of colours or turned colours off.
    - `inside` is the multiplexer in which the studio runs: tmux, screen or empty.
    - `names` is the name of the terminal's picture protocol (kitty or iterm2), or empty if unknown.
    - `plain` is True if the terminal prints control sequences that it does not know.
    """

    colours: str
    colours_chosen: bool
    inside: str
    names: str
    remote: bool  # True if the terminal is connected over SSH.
    connection: str  # The value of SSH_CONNECTION, or empty.
    plain: bool
    has_blocks: bool  # True if the encoding and the font of the terminal contain half-block characters.


def read_terminal_environment(environ: Mapping[str, str]) -> TerminalEnvironment:
    """Return the terminal's abilities according to the environment. Does not query the terminal."""
    term = environ.get("TERM", "").strip().lower()
    inside = detect_multiplexer(environ)
    return TerminalEnvironment(
        colours=_detect_colours(environ, term),
        colours_chosen=bool(environ.get("NO_COLOR")) or environ.get(_COLOUR_CHOICE, "auto") != "auto",
        inside=inside,
        names=_detect_picture_protocol(environ, term),
        remote=is_remote_terminal(environ),
        connection=environ.get("SSH_CONNECTION", ""),
        plain=inside == "screen" or term in _PLAIN_TERMS,
        has_blocks=term not in _LETTERS_ONLY and _is_utf8(environ),
    )


def detect_multiplexer(environ: Mapping[str, str]) -> str:
    """Return the multiplexer between the studio and the terminal: `tmux`, `screen` or empty."""
    return "tmux" if environ.get("TMUX") else "screen" if environ.get("STY") else ""


def is_remote_terminal(environ: Mapping[str, str]) -> bool:
    """Return True if the terminal is at the other end of an SSH connection."""
    return any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"))


def _detect_colours(environ: Mapping[str, str], term: str) -> str:
    if environ.get("NO_COLOR"):  # An empty value of NO_COLOR has no effect (no-color.org).
        return "none"
    forced = environ.get(_COLOUR_CHOICE, "auto")
    if forced != "auto":
        return {"truecolor": "truecolor", "256": "256"}.get(forced, "16")
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit") or term in _TRUECOLOUR_TERMS:
        return "truecolor"
    return "256" if term.rpartition("-")[2] in ("256color", "kitty") else "16"


def _detect_picture_protocol(environ: Mapping[str, str], term: str) -> str:
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
