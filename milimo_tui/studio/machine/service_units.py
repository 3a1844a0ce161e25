"""systemd units that keep a home's supervisor running, either for one user or for the entire system."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from milimo_tui.core.paths import Home
from milimo_tui.media.files.helper_process import make_module_command

UNIT_NAME = "milimo.service"
SYSTEM_UNIT_FOLDER = Path("/etc/systemd/system")
# The time without work after which a supervisor exits, in seconds: seven days. Under systemd it is this long
# so that the supervisor hardly ever ends by itself.
IDLE_SECONDS = 604_800

_UNIT = """\
[Unit]
Description=Milimo, the queue of {home}
Documentation=man:milimo(1)
{after}StartLimitIntervalSec=300
StartLimitBurst=10
RequiresMountsFor={mount}

[Service]
Type=exec
{user}Environment={environment}
ExecStart={start}
ExecStop={stop}
Restart=always
RestartSec=10
# The supervisor first, which puts what runs back into the queue; then whatever is left of its workers.
KillMode=mixed
TimeoutStopSec=60
NoNewPrivileges=yes

[Install]
WantedBy={target}
"""


def get_user_unit_folder() -> Path:
    """Return the folder of the user's units."""
    base = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".config") / "systemd" / "user"


def format_unit(home: Home, *, system: bool) -> str:
    """Return the text of a systemd unit that runs the supervisor of a home with the Python interpreter in
    use.

    A system unit runs as the user who owns the home.
    """
    program = make_module_command("milimo_tui.cli.main", "--home", str(home.root))
    owner = pwd.getpwuid(home.root.stat().st_uid).pw_name
    return _UNIT.format(
        home=_escape_specifiers(str(home.root)),
        mount=_quote_unit_word(str(home.root)),
        after="After=network-online.target\nWants=network-online.target\n" if system else "",
        user=f"User={_escape_specifiers(owner)}\n" if system else "",
        environment=_quote_unit_word(f"MILIMO_IDLE_SECONDS={IDLE_SECONDS}"),
        start=_format_command_line([*program, "supervisor", "start", "--foreground"]),
        stop=_format_command_line([*program, "supervisor", "stop", "--now"]),
        target="multi-user.target" if system else "default.target",
    )


def _format_command_line(words: list[str]) -> str:
    return " ".join(_quote_unit_word(word).replace("$", "$$") for word in words)


def _quote_unit_word(word: str) -> str:
    """Return a word in the syntax of units: `%` is doubled, and a word with blanks or quotes is quoted."""
    plain = _escape_specifiers(word)
    if not any(sign in plain for sign in " \t\"'\\;"):
        return plain
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _escape_specifiers(word: str) -> str:
    return word.replace("%", "%%")
