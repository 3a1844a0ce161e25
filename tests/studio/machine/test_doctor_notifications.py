"""Test the doctor's report about notifications and about jobs that survive a logout, with stand-in
programs.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from milimo_tui.core.settings import Settings
from milimo_tui.studio.machine.notification_check import NotificationFinding, check_notifications
from milimo_tui.studio.session.home import get_config_folder

XTERM = {"TERM": "xterm-256color"}


def findings(settings: Settings = Settings(), **environ: str) -> dict[str, NotificationFinding]:  # noqa: B008 - frozen
    return {told.name: told for told in check_notifications(settings, {**XTERM, **environ})}


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Create an empty folder and make it the only folder in PATH. Tests add stand-in programs to it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def logind(folder: Path, kills: str, lingers: str) -> None:
    program(
        folder,
        "loginctl",
        f'case "$*" in *KillUserProcesses*) echo {kills};; *Linger*) echo {lingers};; *) exit 1;; esac',
    )


def test_doctor_checks_logout_and_only_prints_the_command(programs: Path) -> None:
    assert "logging out" not in findings()
    logind(programs, "no", "no")
    assert findings()["logging out"].ok
    logind(programs, "yes", "no")
    told = findings()["logging out"]
    assert not told.ok
    assert "KillUserProcesses=yes" in told.text
    assert told.command.startswith("sudo loginctl enable-linger ")
    logind(programs, "yes", "yes")
    assert findings()["logging out"].command == "systemd-run --user --scope milimo supervisor start"
    program(programs, "loginctl", "exit 1")
    assert "logging out" not in findings()


def test_doctor_describes_terminal_desktop_and_tmux(programs: Path) -> None:
    assert findings()["messages"].text == "OSC 9"
    assert "dumb" in findings(TERM="dumb")["messages"].text
    assert findings(SSH_CONNECTION="a 1 b 2", DISPLAY=":10")["desktop"].text.endswith("over SSH")
    assert not findings(DISPLAY=":0")["desktop"].ok
    program(programs, "notify-send", "exit 0")
    assert findings(DISPLAY=":0")["desktop"].text == str(programs / "notify-send")
    program(programs, "tmux", 'case "$1" in show-options) echo off;; *) echo foot;; esac')
    inside = findings(TMUX="/tmp/tmux,1,0", PATH=str(programs))["messages"]
    assert not inside.ok
    assert inside.text.startswith("OSC 777,")
    assert "allow-passthrough" in inside.command
    program(programs, "tmux", 'case "$1" in show-options) echo on;; *) echo foot;; esac')
    inside = findings(TMUX="/tmp/tmux,1,0", PATH=str(programs))["messages"]
    assert inside.ok
    assert inside.text.startswith("OSC 777 ")


def test_unusable_settings_are_reported(programs: Path) -> None:
    wrong = Settings(
        notify_on="batch,lunch",
        notify_terminal="smoke",
        notify_webhook="ftp://user:secret@host/x",
        notify_command="no-such-program --now",
    )
    told = findings(wrong)
    assert not any(told[name].ok for name in ("notify_on", "messages", "webhook", "command hook"))
    assert "“lunch”" in told["notify_on"].text
    program(programs, "pager", "exit 0")
    right = Settings(
        notify_webhook="https://user:hunter22@hooks.example:8443/T0/SECRET?key=SECRET",
        notify_secret="SECRET",
        notify_command="pager --now",
    )
    told = findings(right)
    assert told["webhook"].text == "https://hooks.example:8443/…, signed"
    assert told["command hook"].text == str(programs / "pager")
    config = get_config_folder() / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("")
    config.chmod(0o644)
    assert findings(right)["config.toml"].command == f"chmod 600 {config}"
    config.chmod(0o600)
    assert "config.toml" not in findings(right)
    assert "SECRET" not in str(findings(right))
    assert "hunter22" not in str(findings(right))
