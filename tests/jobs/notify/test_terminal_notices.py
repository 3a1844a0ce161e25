"""Test of notifications in the user's terminal: bell and messages, through a pty, tmux and GNU screen, and on
the desktop.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput
from milimo_tui.core.safe_text import remove_control_characters
from milimo_tui.core.settings import Settings
from milimo_tui.studio.machine import notifications
from milimo_tui.studio.machine.notifications import (
    choose_protocol,
    find_desktop_command,
    format_notification,
    format_osc9,
    format_osc777,
    wrap_for_multiplexer,
)
from milimo_tui.studio.session import home as homes
from milimo_tui.tui.background.notifications import Notifier
from tests.jobs.conftest import ROOT, JobHome, picture, until
from tests.terminal import Terminal

XTERM = {"TERM": "xterm-256color"}
MILIMO = [sys.executable, "-m", "milimo_tui.cli.main"]


# Bytes that are written


@given(st.text(), st.text())
def test_no_name_controls_a_terminal(title: str, text: str) -> None:
    for words in (format_osc9(title, text), format_osc777(title, text)):
        inside = words[2:-1]
        assert not any(ord(sign) < 0x20 or 0x7F <= ord(sign) < 0xA0 for sign in inside)
        assert words.startswith("\x1b]")
        assert words.endswith("\x07")
    assert format_osc777(title, text).count(";") == 3 + notifications.clean_notification_text(text).count(";")
    assert not any(sign in remove_control_characters(text) for sign in "\x1b\x07\x9b\u202e")


def test_notification_protocol_depends_on_the_terminal() -> None:
    assert choose_protocol("auto", {**XTERM, "TERM_PROGRAM": "iTerm.app"}) == "osc9"
    assert choose_protocol("auto", XTERM) == "osc9"
    assert (
        choose_protocol("auto", {"TERM": "foot"})
        == choose_protocol("auto", {"TERM": "rxvt-unicode-256color"})
        == "osc777"
    )
    assert choose_protocol("auto", {**XTERM, "VTE_VERSION": "7200"}) == "osc777"
    for deaf in ({"TERM": "dumb"}, {"TERM": "linux"}, {}, {**XTERM, "TERM_PROGRAM": "Apple_Terminal"}):
        assert choose_protocol("auto", deaf) == ""
    inside = {"TERM": "tmux-256color", "TMUX": "/tmp/tmux,1,0", "TERM_PROGRAM": "tmux"}
    assert choose_protocol("auto", inside, "foot") == "osc777"
    assert choose_protocol("auto", inside, "xterm-kitty") == "osc9"
    assert choose_protocol("off", XTERM) == ""
    assert choose_protocol("osc777", {"TERM": "dumb"}) == "osc777", "a named way is taken at its word"
    with pytest.raises(BadInput, match="notify_terminal: “smoke”"):
        choose_protocol("smoke", XTERM)


def test_settings_choose_bell_and_message() -> None:
    assert format_notification("M", "x", Settings(), XTERM, shown=False) == "\a\x1b]9;M: x\x07"
    assert format_notification("M", "x", Settings(), XTERM, shown=True) == "\a", "the desktop has said it"
    assert (
        format_notification("M", "x", Settings(notify_bell=False, notify_terminal="off"), XTERM, shown=False)
        == ""
    )
    both = Settings(notify_terminal="osc777", notify_bell=False)
    assert format_notification("M", "x", both, XTERM, shown=True) == "\x1b]777;notify;M;x\x07"


def test_message_is_wrapped_for_each_multiplexer() -> None:
    assert wrap_for_multiplexer("\x1b]9;x\x07", "tmux") == "\x1bPtmux;\x1b\x1b]9;x\x07\x1b\\"
    assert wrap_for_multiplexer("\x1b]9;x\x07", "screen") == "\x1bP\x1b]9;x\x07\x1b\\"
    assert wrap_for_multiplexer("", "tmux") == ""
    screen = {"TERM": "screen-256color", "STY": "1234.pts-0"}
    assert format_notification("M", "x", Settings(), screen, shown=False) == "\a\x1bP\x1b]9;M: x\x07\x1b\\"


def test_desktop_notification_is_shown_only_to_a_local_user() -> None:
    def find(name: str) -> str:
        return f"/usr/bin/{name}"

    def none(name: str) -> None:
        return None

    assert find_desktop_command({"DISPLAY": ":0"}, "linux", find)[0] == "/usr/bin/notify-send"
    assert find_desktop_command({"WAYLAND_DISPLAY": "wayland-0"}, "linux", find)[-1] == "--"
    assert find_desktop_command({}, "linux", find) == []
    assert find_desktop_command({"DISPLAY": ":0"}, "linux", none) == []
    assert find_desktop_command({"DISPLAY": ":10", "SSH_CONNECTION": "a 1 b 2"}, "linux", find) == []
    assert find_desktop_command({}, "darwin", find)[0] == "/usr/bin/osascript"
    assert find_desktop_command({"SSH_TTY": "/dev/ttys1"}, "darwin", find) == []


def test_desktop_gets_title_and_text_as_separate_arguments(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "notify-send"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {shlex.quote(str(tmp_path / "told"))}\n')
    program.chmod(0o755)
    asked = [
        sys.executable,
        "-c",
        "import os\nfrom milimo_tui.core.settings import Settings\n"
        "from milimo_tui.studio.machine.notifications import notify_user\n"
        "print(repr(notify_user('Milimo', '-x <b>3B</b> $(touch here)\\x1b[2J', Settings(), os.environ)))",
    ]
    env = {**os.environ, "PATH": f"{program.parent}:/usr/bin:/bin", "DISPLAY": ":9", "TERM": "xterm",
           "PYTHONPATH": str(ROOT)}  # fmt: skip
    for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT", "TMUX", "STY"):
        env.pop(name, None)
    output = subprocess.run(asked, env=env, capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert output.strip() == repr("\a")
    lines = (tmp_path / "told").read_text().splitlines()
    assert lines == ["--app-name=Milimo", "--", "Milimo", "-x &lt;b&gt;3B&lt;/b&gt; $(touch here)"]


def test_notice_is_shown_once_and_an_empty_queue_not_after_its_batch() -> None:
    teller = Notifier(Settings())

    def is_news(seq: int, event: str, at: float) -> bool:
        return teller.is_news({"seq": seq, "event": event, "at": at})

    assert is_news(4, "failed", 0.0)
    assert not is_news(4, "failed", 0.0), "a replay"
    assert is_news(5, "batch", 100.0)
    assert not is_news(6, "idle", 100.1)
    assert is_news(7, "idle", 200.0)


# In a terminal


def at_home(house: JobHome, **more: str) -> dict[str, str]:
    """Return the environment of a command or studio with this home, in a terminal of its own."""
    homes.mark_home(house.home.root)
    env = {**os.environ, **XTERM, "MILIMO_NOTIFY_AFTER_SECONDS": "0", "PYTHONPATH": str(ROOT)}
    for name in ("TMUX", "STY", "DISPLAY", "WAYLAND_DISPLAY", "VTE_VERSION", "TERM_PROGRAM", "NO_COLOR"):
        env.pop(name, None)
    return env | more


@pytest.mark.long("queue")
def test_waiting_command_notifies_at_its_end(house: JobHome) -> None:
    env = at_home(house)
    client = house.start()
    ids = client.submit_jobs([picture("steps=2 step=0.1", label="3B\x1b]0;pwned\x07 take")])
    with Terminal([*MILIMO, "job", "wait", ids[0]], env) as terminal:
        assert terminal.wait() == 0
        assert re.search(rb"\x07\x1b\]9;[^\x07]*\b1 done\x07", terminal.raw)
    with Terminal([*MILIMO, "job", "list"], env) as terminal:
        assert terminal.wait() == 0
        assert "3B take" in terminal.text
        assert b"\x07" not in terminal.raw
        assert b"\x1b]0;" not in terminal.raw
    client.submit_jobs([picture("fail=no", label="3C take")])
    with Terminal([*MILIMO, "job", "wait", "3C"], env) as terminal:
        assert terminal.wait() == 1
        assert re.search(rb"\x1b\]9;[^\x07]*\b1 failed\x07", terminal.raw)
    quiet = {**env, "MILIMO_NOTIFY_ON": "nothing"}
    with Terminal([*MILIMO, "job", "wait", ids[0]], quiet) as terminal:
        assert terminal.wait() == 0
        assert b"\x07" not in terminal.raw
    short = {**env, "MILIMO_NOTIFY_AFTER_SECONDS": "60"}
    with Terminal([*MILIMO, "job", "wait", ids[0]], short) as terminal:
        assert terminal.wait() == 0
        assert b"\x07" not in terminal.raw


@pytest.mark.long("queue")
def test_studio_announces_once_what_ends_while_attached(house: JobHome) -> None:
    env = at_home(house)
    client = house.start()
    with Terminal(MILIMO, env, 100, 30) as terminal:
        terminal.wait_for("Start a film")
        until(lambda: not terminal.read(0.05) and client.list_absences(1)[0].ended, "the studio listens")
        pwned = "\x1b]0;pwned\x07"
        ids = client.submit_jobs(
            [
                picture(label=f"3A {pwned} take", batch="batch_night"),
                picture(f"'fail=no {pwned}'", label="3B take", batch="batch_night"),
            ]
        )
        wanted = b"Milimo: a batch is done: 1 made, 1 failed"
        until(lambda: terminal.read(0.05) and b"\x1b]9;" + wanted in terminal.raw, "it is told")
        assert client.list_jobs({"ids": ids})
        terminal.press("g", "j")
        terminal.wait_for("takes 3A … 3B")  # the labels have no commands for the terminal
        terminal.press("\x11")
        assert terminal.wait() == 0
        assert pwned.encode() not in terminal.raw
        assert terminal.raw.count(wanted) == 1
        assert terminal.raw.count(b"\x07\x1b]9;") == 2, "the failure, and the batch"


# In tmux


@contextmanager
def tmux(env: dict[str, str], folder: Path, *, passthrough: bool) -> Iterator[Terminal]:
    """Run a separate tmux in a pty, with a shell in its window."""
    program = shutil.which("tmux")
    assert program, "tmux is needed: sudo apt install tmux"
    config = folder / "tmux.conf"
    config.write_text(f"set -g allow-passthrough {'on' if passthrough else 'off'}\nset -g status off\n")
    words = [program, "-S", str(folder / "tmux"), "-f", str(config), "new-session", "/bin/sh"]
    try:
        with Terminal(words, env, 100, 30) as terminal:
            terminal.read(0.5)
            yield terminal
    finally:
        subprocess.run([program, "-S", str(folder / "tmux"), "kill-server"], check=False, capture_output=True)


@pytest.mark.long("queue")
@pytest.mark.parametrize("passthrough", [True, False])
def test_tmux_passes_the_message_if_allowed_and_the_bell_always(
    house: JobHome, tmp_path: Path, passthrough: bool
) -> None:
    env = at_home(house)
    house.start()
    with tmux(env, tmp_path, passthrough=passthrough) as terminal:
        terminal.press(shlex.join([*MILIMO, "job", "wait"]) + "; echo all-$((40 + 2))", "enter")
        terminal.wait_for("all-42")
        until(lambda: not terminal.read(0.1) and b"\x07" in terminal.raw, "tmux has drawn and rung")
        assert "]9;" not in terminal.text
        assert (b"\x1b]9;milimo job wait: " in terminal.raw) is passthrough
