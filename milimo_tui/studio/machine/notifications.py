"""Telling the person at this terminal: bell, a message through the terminal (OSC 9, OSC 777), the desktop.

For the studio and for verbs that waited. Pure but for `outer_term` and `show_on_desktop`, which run a program
and may take a second or two; who calls `notify` writes what it returns to the terminal.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from html import escape
from shutil import which

from milimo_tui.core.errors import BadInput
from milimo_tui.core.safe_text import one_line
from milimo_tui.core.settings import Settings
from milimo_tui.core.terminal_environment import is_remote, multiplexer

BELL = "\a"
LONGEST = 160  # characters of a text: GNU screen passes on some 700 bytes at most
PROGRAM_SECONDS = 3.0

_TITLED = ("foot", "rxvt-unicode", "contour")  # beginnings of TERM that know OSC 777 and its title
_DEAF_TERMS = ("dumb", "linux", "vt", "cons", "sun", "emacs", "eterm")  # may print what they do not know
_DEAF_PROGRAMS = ("apple_terminal",)
WAYS = ("auto", "osc9", "osc777", "off")


def plain(text: str) -> str:
    """A text of one line that no terminal takes for a command."""
    return one_line(text, LONGEST)


def osc9(title: str, text: str) -> str:
    """iTerm2's message. It has one text, which begins with a word: digits would mean something else."""
    return f"\x1b]9;{plain(title)}: {plain(text)}\x07"


def osc777(title: str, text: str) -> str:
    """urxvt's message, with a title of its own; a semicolon would end the title."""
    return f"\x1b]777;notify;{plain(title).replace(';', ',')};{plain(text)}\x07"


def passed_through(words: str, inside: str) -> str:
    """Control words for the terminal outside of tmux or GNU screen; as they are where neither is between."""
    if not words or not inside:
        return words
    if inside == "tmux":
        return "\x1bPtmux;" + words.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return f"\x1bP{words}\x1b\\"


def way(wanted: str, environ: Mapping[str, str], outer: str = "") -> str:
    """How to send a message: `osc9`, `osc777`, or empty for not at all. Raises BadInput.

    `outer` is the TERM of the terminal around tmux, where it is known. A terminal whose name tells nothing
    (it does not cross SSH) gets OSC 9, which those that do not know it pass over.
    """
    if wanted not in WAYS:
        raise BadInput(f"notify_terminal: “{wanted}” is no way to tell", ", ".join(WAYS))
    if wanted != "auto":
        return "" if wanted == "off" else wanted
    term = (outer or environ.get("TERM", "")).casefold()
    program = "" if multiplexer(environ) else environ.get("TERM_PROGRAM", "").casefold()
    if not term or term.startswith(_DEAF_TERMS) or program in _DEAF_PROGRAMS:
        return ""
    return "osc777" if term.startswith(_TITLED) or "VTE_VERSION" in environ else "osc9"


def desktop_command(
    environ: Mapping[str, str],
    platform: str = sys.platform,
    find: Callable[[str], str | None] = which,
) -> list[str]:
    """The words that show a message on this desktop, title and text to be added; none where there is none."""
    if is_remote(environ):
        return []
    if platform == "darwin":
        script = "display notification (item 2 of argv) with title (item 1 of argv)"
        found = find("osascript")
        return [found, "-e", "on run argv", "-e", script, "-e", "end run"] if found else []
    found = find("notify-send") if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY") else None
    return [found, "--app-name=Milimo", "--"] if found else []


def show_on_desktop(title: str, text: str, environ: Mapping[str, str]) -> bool:
    """Show a message on the desktop; False where there is none, or it took none."""
    command = desktop_command(environ)
    if not command:
        return False
    body = plain(text) if sys.platform == "darwin" else escape(plain(text), quote=False)  # it reads markup
    try:
        shown = subprocess.run(
            [*command, plain(title), body],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(environ),
            timeout=PROGRAM_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return shown.returncode == 0


def outer_term(environ: Mapping[str, str]) -> str:
    """The TERM of the terminal around tmux; empty when it can't be told."""
    try:
        done = subprocess.run(
            ["tmux", "display-message", "-p", "#{client_termname}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=dict(environ),
            timeout=PROGRAM_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def words_for(
    title: str, text: str, settings: Settings, environ: Mapping[str, str], *, outer: str = "", shown: bool
) -> str:
    """What to write to the terminal. Where the desktop has `shown` it, `auto` does not say it again."""
    bell = BELL if settings.notify_bell and environ.get("TERM", "") != "" else ""
    if settings.notify_terminal == "auto" and shown:
        return bell
    form = {"osc9": osc9, "osc777": osc777}.get(way(settings.notify_terminal, environ, outer))
    return bell + (passed_through(form(title, text), multiplexer(environ)) if form else "")


def notify(title: str, text: str, settings: Settings, environ: Mapping[str, str]) -> str:
    """Show it on the desktop where there is one; returns what to write to the terminal. Raises BadInput."""
    shown = settings.notify_desktop and show_on_desktop(title, text, environ)
    asks = settings.notify_terminal == "auto" and not shown and multiplexer(environ) == "tmux"
    outer = outer_term(environ) if asks else ""
    return words_for(title, text, settings, environ, outer=outer, shown=shown)
