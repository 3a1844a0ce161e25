"""The doctor's checks of notifications (bell, messages, desktop, webhook, command), and of jobs that end when
the user logs out.

The checks read settings and ask tmux and logind. They change nothing and send nothing.
"""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from milimo_tui.core.errors import BadInput
from milimo_tui.core.settings import Settings
from milimo_tui.core.terminal_environment import detect_multiplexer, is_remote_terminal
from milimo_tui.jobs.notify.command_hook import split_command
from milimo_tui.jobs.notify.notices import check_webhook_address, mask_webhook_address, parse_notice_events
from milimo_tui.studio.machine import notifications, tmux
from milimo_tui.studio.session.home import get_config_folder

ASK_SECONDS = 2.0
PROTOCOL_NAMES = {"osc9": "OSC 9", "osc777": "OSC 777"}


@dataclass(frozen=True, slots=True)
class NotificationFinding:
    """The result of one check: the state that was found, and the command or setting that solves a problem."""

    name: str
    ok: bool
    text: str
    used_for: str
    command: str = ""


def check_notifications(settings: Settings, environ: Mapping[str, str]) -> Iterator[NotificationFinding]:
    """Yield a finding for each kind of notification, and a finding that says if jobs continue after the user
    logs out.
    """
    yield _check_notified_events(settings)
    yield NotificationFinding(
        "bell", True, "rung" if settings.notify_bell else "off (notify_bell)", "the end of jobs"
    )
    yield _check_terminal_messages(settings, environ)
    yield _check_desktop_messages(settings, environ)
    yield from _check_remote_channels(settings)
    yield from _check_logout()


def _check_notified_events(settings: Settings) -> NotificationFinding:
    use = "events that notify you"
    try:
        events = parse_notice_events(settings.notify_on)
    except BadInput as error:
        return NotificationFinding("notify_on", False, error.message, use, f"set it to some of {error.hint}")
    return NotificationFinding("notify_on", True, ", ".join(sorted(events)) or "no events", use)


def _check_terminal_messages(settings: Settings, environ: Mapping[str, str]) -> NotificationFinding:
    name, use = "messages", "words in the terminal's own notifications"
    inside = detect_multiplexer(environ)
    try:
        protocol = notifications.choose_protocol(
            settings.notify_terminal,
            environ,
            notifications.find_outer_term(environ) if inside == "tmux" else "",
        )
    except BadInput as error:
        return NotificationFinding(name, False, error.message, use, f"set it to one of {error.hint}")
    if not protocol:
        off = settings.notify_terminal == "off"
        text = "off (notify_terminal)" if off else f"none that {environ.get('TERM') or 'this terminal'} shows"
        return NotificationFinding(name, True, text, use)
    if inside == "tmux" and shutil.which("tmux") and not tmux.is_passthrough_allowed():
        text = f"{PROTOCOL_NAMES[protocol]}, which tmux does not let through; the bell works"
        return NotificationFinding(name, False, text, use, "set -g allow-passthrough on, in ~/.tmux.conf")
    return NotificationFinding(
        name, True, f"{PROTOCOL_NAMES[protocol]}{f' through {inside}' if inside else ''}", use
    )


def _check_desktop_messages(settings: Settings, environ: Mapping[str, str]) -> NotificationFinding:
    name, use = "desktop", "notifications on this machine's own screen"
    if not settings.notify_desktop:
        return NotificationFinding(name, True, "off (notify_desktop)", use)
    if command := notifications.find_desktop_command(environ):
        return NotificationFinding(name, True, command[0], use)
    if is_remote_terminal(environ):
        return NotificationFinding(name, True, "none: this terminal is connected over SSH", use)
    if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        return NotificationFinding(
            name, False, "notify-send is missing", use, "sudo apt install libnotify-bin"
        )
    return NotificationFinding(name, True, "none: there is no display", use)


def _check_remote_channels(settings: Settings) -> Iterator[NotificationFinding]:
    """Check the two kinds of notification that do not need this terminal, a webhook and a command, if the
    user has set them.
    """
    use = "notifications elsewhere"
    if settings.notify_webhook:
        problem = check_webhook_address(settings.notify_webhook.strip())
        shown = mask_webhook_address(settings.notify_webhook.strip())
        signed = "signed" if settings.notify_secret else "not signed: notify_secret is not set"
        mend = "milimo config set notify_webhook https://…"
        yield NotificationFinding("webhook", not problem, problem or f"{shown}, {signed}", use, mend)
    if (settings.notify_webhook or settings.notify_secret) and (path := _find_exposed_config()):
        yield NotificationFinding(
            "config.toml", False, f"{path} can be read by others", use, f"chmod 600 {path}"
        )
    if settings.notify_command:
        yield _check_command_hook(settings.notify_command, use)


def _find_exposed_config() -> str:
    """Return the path of a config file that has secrets and can be read by other users; empty if there is
    none.
    """
    path = get_config_folder() / "config.toml"
    try:
        return str(path) if path.stat().st_mode & 0o077 else ""
    except OSError:
        return ""  # The config file is missing or can't be read, so the settings come from elsewhere.


def _check_command_hook(command: str, use: str) -> NotificationFinding:
    try:
        found = split_command(command)
    except BadInput as error:
        return NotificationFinding("command hook", False, error.message, use, error.hint)
    path = shutil.which(found[0]) if found else None
    text = path or f"{found[0] if found else 'it'} does not exist"
    return NotificationFinding("command hook", bool(path), text, use, "name a program by its full path")


def _check_logout() -> Iterator[NotificationFinding]:
    """Check whether jobs continue after the user logs out. Yields nothing if logind can't be asked."""
    if not shutil.which("loginctl"):
        return
    user = getpass.getuser()
    kills = _read_program_output("loginctl", "show-session", "--property=KillUserProcesses", "--value")
    lingers = _read_program_output("loginctl", "show-user", user, "--property=Linger", "--value")
    if kills not in ("yes", "no"):
        return
    text = {
        "no": "jobs continue after logout",
        "yes": "this machine ends your processes when you log out (KillUserProcesses=yes)",
    }[kills]
    enable = "" if lingers == "yes" else f"sudo loginctl enable-linger {user}; "
    start = "systemd-run --user --scope milimo supervisor start"
    yield NotificationFinding("logging out", kills == "no", text, "a night's work", f"{enable}{start}")


def _read_program_output(*command: str) -> str:
    """Return the output of a program; empty if the program can't be run."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=ASK_SECONDS,
            env=dict(os.environ),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
