"""Test Ctrl+Z and `fg`: the shell has the terminal in between, and afterwards the screen is completely
redrawn.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from milimo_tui.studio.session.studio import Studio
from tests.budget import thorough
from tests.front_door import environment
from tests.programs import python_program
from tests.tour.terminals import SECONDS, PtyTerminal, Terminal, TmuxTerminal
from tests.tui import rain_market
from tests.tui.play.test_mpv import leave_takes
from tests.tui.studio_setup import make_studio

BASH = "/bin/bash"
HEAD, FOOT = "Rain Market · Storyboard", "NORMAL"


def _until(terminal: Terminal, words: str) -> str:
    end = time.monotonic() + SECONDS
    while words not in (seen := terminal.screen()):
        assert time.monotonic() < end, f"“{words}” never came:\n{seen}"
        time.sleep(0.05)
    return seen


def _with_takes(home: Path) -> Studio:
    """Return a studio with takes, so that mpv can play the cut without rendering."""
    studio = rain_market.make_studio(home)
    leave_takes(studio)
    return studio


def _shell(tmp_path: Path, kind: str, make: Callable[[Path], Studio] = make_studio) -> Terminal:
    """Return a terminal that runs a shell with job control, with a studio home next to it. `kind` is `pty` or
    `tmux`.
    """
    env = environment(tmp_path) | {"PS1": "shell> ", "TERM": "xterm-256color"}
    for name in ("NO_COLOR", "TMUX", "STY"):
        env.pop(name, None)
    make(Path(env["MILIMO_HOME"])).close()
    command = [BASH, "--norc", "--noprofile", "-i"]
    if kind == "pty":
        return PtyTerminal(command, env)
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    return TmuxTerminal(command, env, f"milimo-suspend-{os.getpid()}")


def _settled(terminal: Terminal) -> list[str]:
    """Return the rows of the screen after they have stopped changing."""
    seen: list[list[str]] = []
    end = time.monotonic() + SECONDS
    while len(seen) < 5 or any(rows != seen[-1] for rows in seen[-5:]):
        assert time.monotonic() < end, "the screen never rests"
        time.sleep(0.3)
        seen.append([row.rstrip() for row in terminal.screen().splitlines()])
    return seen[-1]


def _until_drawn(terminal: Terminal) -> None:
    """Wait until no board is an empty frame. The boards are drawn one after the other."""
    end = time.monotonic() + SECONDS
    while "┌" in terminal.screen():
        assert time.monotonic() < end, "a board never comes"
        time.sleep(0.3)


@pytest.mark.parametrize("kind", thorough("screens", ["pty", "tmux"], quick=0))
def test_fg_repaints_the_whole_screen(tmp_path: Path, kind: str) -> None:
    terminal = _shell(tmp_path, kind)
    try:
        _until(terminal, "shell>")
        terminal.send(f"clear; {shlex.quote(sys.executable)} -m milimo_tui.cli.main\r")
        _until(terminal, FOOT)
        _until(terminal, "INT. NOODLE BAR")
        _until_drawn(terminal)
        before = _settled(terminal)
        terminal.send("\x1a")
        _until(terminal, "Stopped")
        terminal.send("clear; echo the shell $((40 + 2))\r")
        shell = _until(terminal, "the shell 42")
        assert HEAD not in shell
        terminal.send("bg; clear\r")
        terminal.send("fg\r")
        _until(terminal, FOOT)
        _until(terminal, HEAD)
        _until_drawn(terminal)
        assert _settled(terminal) == before
        terminal.send("ge")
        _until(terminal, "@Mara")
        terminal.send(":q\r")
        _until(terminal, "Type milimo to come back")
    finally:
        terminal.close()


@pytest.mark.long("screens")
@pytest.mark.parametrize(("keys", "said"), [("gtH", "mpv could not play it"), ("gsE", "can't be started")])
def test_failed_program_restores_the_terminal(tmp_path: Path, keys: str, said: str) -> None:
    """The tested programs are a player that exits at once and an editor that does not exist."""
    mpv = python_program(
        tmp_path / "mpv",
        "import sys\n"
        "if '--vo=help' in sys.argv: print('  tct -')\n"
        "elif '--version' in sys.argv: print('mpv 0.40.0')\n"
        "else: sys.exit(2)\n",
    )
    env = environment(tmp_path) | {"MILIMO_MPV": mpv, "EDITOR": "/nowhere/editor", "DISPLAY": ""}
    env = {name: value for name, value in env.items() if name not in ("WAYLAND_DISPLAY", "VISUAL")}
    _with_takes(Path(env["MILIMO_HOME"])).close()
    terminal = PtyTerminal([sys.executable, "-m", "milimo_tui.cli.main"], env)
    try:
        _until(terminal, HEAD)
        terminal.send(keys[:2])
        _until(terminal, "Timeline" if keys[1] == "t" else "Script")
        _settled(terminal)
        terminal.send(keys[2:])
        _until(terminal, said)
        terminal.send("gj")
        _until(terminal, " Jobs ")
    finally:
        terminal.close()


@pytest.mark.long("screens")
def test_killed_player_leaves_the_shell_unchanged(tmp_path: Path) -> None:
    """The killed player had cleared the screen and put the terminal into raw mode. The shell's screen and
    settings are restored when the studio exits.
    """
    mpv = python_program(
        tmp_path / "mpv",
        "import os, sys, tty\n"
        "if '--vo=help' in sys.argv: print('  tct -')\n"
        "elif '--version' in sys.argv: print('mpv 0.40.0')\n"
        "else: tty.setraw(0); os.write(1, b'\\x1b[2J\\x1b[H\\x1b[?25l'); os.kill(os.getpid(), 9)\n",
    )
    settings = "$(stty -g | md5sum | cut -c1-8) so"
    terminal = _shell(tmp_path, "tmux", _with_takes)
    try:
        _until(terminal, "shell>")
        terminal.send(f"clear; echo was {settings}\r")
        found = re.search(r"was ([0-9a-f]{8}) so", _until(terminal, "so\nshell>"))
        assert found is not None
        start = f"{shlex.quote(sys.executable)} -m milimo_tui.cli.main"
        terminal.send(f"DISPLAY= WAYLAND_DISPLAY= MILIMO_MPV={shlex.quote(mpv)} {start}\r")
        _until(terminal, HEAD)
        terminal.send("gt")
        _until(terminal, "Timeline")
        _settled(terminal)
        terminal.send("H")
        _until(terminal, "mpv could not play it")
        terminal.send("\x11")
        shell = _until(terminal, "Type milimo to come back")
        assert found[0] in shell, "the shell's own screen"
        terminal.send(f"clear; echo now {settings}\r")
        _until(terminal, f"now {found[1]} so")
    finally:
        terminal.close()


@pytest.mark.long("screens")
def test_continue_without_a_stop_changes_nothing(tmp_path: Path) -> None:
    env = environment(tmp_path)
    make_studio(Path(env["MILIMO_HOME"])).close()
    terminal = PtyTerminal([sys.executable, "-m", "milimo_tui.cli.main"], env)
    try:
        _until(terminal, "INT. NOODLE BAR")
        for _ in range(3):
            os.kill(terminal.pid, signal.SIGCONT)
        terminal.send("ge")
        _until(terminal, "@Mara")
        terminal.send(":")
        _until(terminal, "COMMAND")
        terminal.send("every one of these letters once")
        _until(terminal, "every one of these letters once")
    finally:
        terminal.close()


@pytest.mark.long("screens")
def test_uncatchable_stop_is_repaired_afterwards(tmp_path: Path) -> None:
    """SIGSTOP cannot be caught. The program that has the terminal in between leaves its own output and
    terminal settings.
    """
    env = environment(tmp_path) | {"PS1": "shell> "}
    make_studio(Path(env["MILIMO_HOME"])).close()
    terminal = PtyTerminal([BASH, "--norc", "--noprofile", "-i"], env)
    try:
        _until(terminal, "shell>")
        number = tmp_path / "number"
        studio = f"echo $$ > {number}; exec {shlex.quote(sys.executable)} -m milimo_tui.cli.main"
        terminal.send(f"sh -c {shlex.quote(studio)}\r")
        _until(terminal, "INT. NOODLE BAR")
        _until_drawn(terminal)
        before = _settled(terminal)
        os.kill(int(number.read_text()), signal.SIGSTOP)
        _until(terminal, "shell>")
        terminal.send("printf '\\033[?1049l\\033[?2004l\\033[?25h'; clear; echo the shell $((40 + 2))\r")
        assert HEAD not in _until(terminal, "the shell 42")
        terminal.send("fg\r")
        _until(terminal, HEAD)
        _until(terminal, FOOT)
        _until_drawn(terminal)
        assert _settled(terminal) == before
        terminal.send("ge")
        _until(terminal, "@Mara")
        terminal.send(":q\r")
        _until(terminal, "Type milimo to come back")
    finally:
        terminal.close()
