"""Notifications to the user at this terminal: bell, terminal messages (OSC 9 and OSC 777), and desktop
messages.

Used by the studio and by commands that waited for jobs. All functions are pure except `find_outer_term`,
`show_on_desktop` and `notify_user`, which run a program and may take a second or two. The caller of
`notify_user` must write the returned text to the terminal.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from html import escape
from shutil import which

from milimo_tui.core.errors import BadInput
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.core.settings import Settings
from milimo_tui.core.terminal_environment import detect_multiplexer, is_remote_terminal

BELL = "\a"
MAX_MESSAGE_LENGTH = 160  # The limit in characters. GNU screen forwards at most about 700 bytes.
PROGRAM_SECONDS = 3.0

# Prefixes of TERM for terminals that understand OSC 777, whose messages have a title.
_TITLED = ("foot", "rxvt-unicode", "contour")
# Terminals that may print unknown escape sequences as text, so no message is sent to them.
_DEAF_TERMS = ("dumb", "linux", "vt", "cons", "sun", "emacs", "eterm")
_DEAF_PROGRAMS = ("apple_terminal",)
MESSAGE_PROTOCOLS = ("auto", "osc9", "osc777", "off")


def clean_notification_text(text: str) -> str:
    """Return a text as one line without control characters that a terminal would interpret."""
    return clean_one_line(text, MAX_MESSAGE_LENGTH)


def format_osc9(title: str, text: str) -> str:
    """Return the escape sequence of an OSC 9 message, as in iTerm2.

    OSC 9 has a single text. It begins with the title, because a text that begins with digits would be taken
    for a command.
    """
    return f"\x1b]9;{clean_notification_text(title)}: {clean_notification_text(text)}\x07"


def format_osc777(title: str, text: str) -> str:
    """Return the escape sequence of an OSC 777 message, as in urxvt. Title and text are separated by a
    semicolon.
    """
    clean_title = clean_notification_text(title).replace(";", ",")
    return f"\x1b]777;notify;{clean_title};{clean_notification_text(text)}\x07"


def wrap_for_multiplexer(words: str, inside: str) -> str:
    """Wrap escape sequences so that tmux or GNU screen passes them to the terminal outside.

    `inside` names the multiplexer; if it is empty, `words` is returned unchanged.
    """
    if not words or not inside:
        return words
    if inside == "tmux":
        return "\x1bPtmux;" + words.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return f"\x1bP{words}\x1b\\"


def choose_protocol(wanted: str, environ: Mapping[str, str], outer: str = "") -> str:
    """Return the protocol for a terminal message: `osc9`, `osc777`, or empty for no message. Raises BadInput.

    `wanted` is the setting. `outer` is the TERM of the terminal around tmux, if known. TERM_PROGRAM is not
    used inside tmux because it is not sent over SSH. An unknown terminal gets OSC 9, because terminals
    without OSC 9 ignore the sequence.
    """
    if wanted not in MESSAGE_PROTOCOLS:
        raise BadInput(
            f"notify_terminal: “{wanted}” is not a kind of notification",
            f"choices: {', '.join(MESSAGE_PROTOCOLS)}",
        )
    if wanted != "auto":
        return "" if wanted == "off" else wanted
    term = (outer or environ.get("TERM", "")).casefold()
    program = "" if detect_multiplexer(environ) else environ.get("TERM_PROGRAM", "").casefold()
    if not term or term.startswith(_DEAF_TERMS) or program in _DEAF_PROGRAMS:
        return ""
    return "osc777" if term.startswith(_TITLED) or "VTE_VERSION" in environ else "osc9"


def find_desktop_command(
    environ: Mapping[str, str],
    platform: str = sys.platform,
    find: Callable[[str], str | None] = which,
) -> list[str]:
    """Return the command that shows a desktop message, without title and text, which the caller appends.
    Return an empty list if there is no desktop.
    """
    if is_remote_terminal(environ):
        return []
    if platform == "darwin":
        script = "display notification (item 2 of argv) with title (item 1 of argv)"
        found = find("osascript")
        return [found, "-e", "on run argv", "-e", script, "-e", "end run"] if found else []
    found = find("notify-send") if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY") else None
    return [found, "--app-name=Milimo", "--"] if found else []


def show_on_desktop(title: str, text: str, environ: Mapping[str, str]) -> bool:
    """Show a message on the desktop. Return False without a desktop, or if the message was not accepted."""
    command = find_desktop_command(environ)
    if not command:
        return False
    # notify-send interprets markup in the body, so the text is escaped.
    body = (
        clean_notification_text(text)
        if sys.platform == "darwin"
        else escape(clean_notification_text(text), quote=False)
    )
    try:
        shown = subprocess.run(
            [*command, clean_notification_text(title), body],
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


def find_outer_term(environ: Mapping[str, str]) -> str:
    """Return the TERM of the terminal around tmux; empty if tmux can't be asked."""
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


def format_notification(
    title: str, text: str, settings: Settings, environ: Mapping[str, str], *, outer: str = "", shown: bool
) -> str:
    """Return the bell and the message as text to be written to the terminal.

    `shown` is True if the desktop has already shown the message. In this case, and if the setting is `auto`,
    the text contains no terminal message.
    """
    bell = BELL if settings.notify_bell and environ.get("TERM", "") != "" else ""
    if settings.notify_terminal == "auto" and shown:
        return bell
    form = {"osc9": format_osc9, "osc777": format_osc777}.get(
        choose_protocol(settings.notify_terminal, environ, outer)
    )
    return bell + (wrap_for_multiplexer(form(title, text), detect_multiplexer(environ)) if form else "")


def notify_user(title: str, text: str, settings: Settings, environ: Mapping[str, str]) -> str:
    """Show a message on the desktop if there is one. Return the text to write to the terminal. Raises
    BadInput.
    """
    shown = settings.notify_desktop and show_on_desktop(title, text, environ)
    asks = settings.notify_terminal == "auto" and not shown and detect_multiplexer(environ) == "tmux"
    outer = find_outer_term(environ) if asks else ""
    return format_notification(title, text, settings, environ, outer=outer, shown=shown)
