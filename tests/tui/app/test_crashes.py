"""Test that a crash of the studio, however caused, restores the terminal and leaves no process running."""

from __future__ import annotations

import os
import re
import resource
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from milimo_tui.tui.terminal.reset import POP_TITLE
from tests.budget import thorough
from tests.terminal import in_terminal
from tests.tui.studio_setup import make_studio

ROOT = Path(__file__).parents[3]
MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
WAYS = ["SIGKILL", "SIGTERM", "SIGSEGV", "SIGABRT", "SIGBUS", "SIGQUIT", "SIGINT", "SIGHUP", "ctrl+q"]
PATIENCE = 120.0
BASH = "/bin/bash"
MEMORY = Path("/dev/shm")
HELPER = "milimo_tui.media.viewer.process"


def modes_left(raw: bytes) -> set[int]:
    """Return the private terminal modes that differ from a new terminal's modes after all output in `raw`."""
    state = {7: True, 25: True}
    for numbers, way in MODE.findall(raw):
        state |= {int(number): way == b"h" for number in numbers.split(b";")}
    return {mode for mode, on in state.items() if on is not (mode in (7, 25))}


def depth_left(raw: bytes, push: bytes, pop: bytes) -> int:
    """Return the number of entries left on a stack of the terminal after all pushes and pops. A pop of an
    empty stack does nothing.
    """
    depth = 0
    for found in re.findall(push + b"|" + pop, raw):
        depth = depth + 1 if re.fullmatch(push, found) else max(0, depth - 1)
    return depth


def check_clean(raw: bytes) -> None:
    """Check that the studio left no terminal mode set and no entry on the keyboard and title stacks."""
    assert modes_left(raw) == set()
    assert depth_left(raw, rb"\x1b\[>[0-9]+u", rb"\x1b\[<[0-9]*u") == 0
    assert depth_left(raw, rb"\x1b\[22;2t", rb"\x1b\[23;2t") == 0
    assert raw.count(b"\x1b[?1049h") >= 1


class TerminalEnd:
    """The controlling end of a terminal, with all output that it received."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self.raw, self.is_closed = b"", False
        self.pid, self.end = in_terminal(command, env)
        os.set_blocking(self.end, False)

    def __enter__(self) -> TerminalEnd:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.end)
        with suppress(OSError):  # The process has ended and was reaped already.
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)

    def read(self) -> bool:
        """Read output without waiting. Return False if there was none."""
        try:
            data = os.read(self.end, 65536)
        except BlockingIOError:
            return False
        except OSError:  # A read fails with EIO once no process has the terminal open.
            self.is_closed = True
            return False
        self.raw += data
        return bool(data)

    def end_of(self) -> None:
        """Wait until the process has ended and every process has closed the terminal."""
        end = time.monotonic() + PATIENCE
        while not os.waitpid(self.pid, os.WNOHANG)[0]:
            assert time.monotonic() < end, f"it goes on: {self.raw[-600:]!r}"
            if not self.read():
                time.sleep(0.01)
        while self.read() or not self.is_closed:
            assert time.monotonic() < end, "a process still has the terminal open"
            time.sleep(0.01)

    def wait_for(self, words: bytes, *, since: int = 0, press: str = "") -> None:
        """Wait until `words` are in the output after position `since`. Press a key repeatedly meanwhile,
        because the first press may come too early.
        """
        end = time.monotonic() + PATIENCE
        while words not in self.raw[since:]:
            assert time.monotonic() < end, f"{words!r} never came: {self.raw[-600:]!r}"
            if not self.read():
                self.send(press)
                time.sleep(0.3 if press else 0.02)

    def send(self, text: str) -> int:
        """Type a text. Return the number of bytes received before."""
        os.write(self.end, text.encode())
        return len(self.raw)


def of_home(home: Path) -> set[int]:
    """Return the processes that were started for a studio home, without its supervisor and workers."""
    found, mark = set(), f"MILIMO_HOME={home}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes()
            if mark in (folder / "environ").read_bytes().split(b"\0") and b"milimo_tui.jobs" not in words:
                found.add(int(folder.name))
    return found


def is_studio(pid: int) -> bool:
    """Return True if the process is the studio. A helper that was forked a moment ago still has the studio's
    command line, but its parent has it, too.
    """
    return _has_its_name(pid) and not _has_its_name(psutil.Process(pid).ppid())


def _has_its_name(pid: int) -> bool:
    return b"milimo_tui.cli.main" in Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Create a home and return the environment of a studio. Core dumps are switched off for crashing
    programs.
    """
    home, soft = tmp_path / "home", resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, soft[1]))
    make_studio(home).close()
    hidden = ("NO_COLOR", "TMUX", "STY", "KITTY_WINDOW_ID", "COLORTERM")
    yield {name: value for name, value in os.environ.items() if name not in hidden} | {
        "MILIMO_HOME": str(home), "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "PS1": "shell> ",
    }  # fmt: skip
    resource.setrlimit(resource.RLIMIT_CORE, soft)


def nobody_left(home: Path) -> None:
    """Wait until no process of a home is running."""
    end = time.monotonic() + 10
    while left := of_home(home):
        assert time.monotonic() < end, left
        time.sleep(0.02)


@pytest.mark.long("screens")
@pytest.mark.parametrize("way", thorough("screens", WAYS))
def test_terminal_is_restored_after_a_crash(env: dict[str, str], way: str) -> None:
    """The studio runs without a shell, so that its session ends with it. A film plays, so that helper
    processes are running.
    """
    with TerminalEnd([sys.executable, "-m", "milimo_tui.cli.main"], env) as line:
        line.wait_for(b"NOODLE BAR")
        before = line.send("gt")
        line.wait_for("Timeline · Milimo".encode(), since=before)
        # The process that restores the terminal after a crash has received the current modes by then.
        line.wait_for("▶".encode(), since=before, press="L")
        under = psutil.Process(line.pid).children(recursive=True)
        assert any(HELPER in " ".join(process.cmdline()) for process in under)
        assert modes_left(line.raw) > {1049, 25, 1000, 2004}
        if way == "ctrl+q":
            line.send("\x11")
        else:
            os.kill(line.pid, getattr(signal, way))
        line.end_of()
        check_clean(line.raw)
    assert psutil.wait_procs(under, timeout=PATIENCE)[1] == []
    nobody_left(Path(env["MILIMO_HOME"]))


@pytest.mark.long("screens")
@pytest.mark.parametrize("seconds", [0.05, 0.2, 0.35, 0.45, 0.55, 0.65, 0.8])
def test_interrupt_during_the_start_quits_in_order(env: dict[str, str], seconds: float) -> None:
    with TerminalEnd([sys.executable, "-m", "milimo_tui.cli.main"], env) as line:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            line.read()
        # A signal that arrives before the handler is installed is ignored, so it is sent repeatedly.
        for _ in range(200):
            with suppress(ProcessLookupError):
                os.kill(line.pid, signal.SIGINT)
            time.sleep(0.05)
            if os.waitid(os.P_PID, line.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                break
        line.end_of()
        assert modes_left(line.raw) == set()
        assert depth_left(line.raw, rb"\x1b\[>[0-9]+u", rb"\x1b\[<[0-9]*u") == 0
    nobody_left(Path(env["MILIMO_HOME"]))


@pytest.mark.parametrize("way", thorough("screens", ["SIGSEGV", "SIGKILL", "SIGTERM", "SIGINT"]))
def test_shell_works_after_a_crash(env: dict[str, str], way: str) -> None:
    """After a crash the shell has its terminal settings again, reads keys and echoes them."""
    with TerminalEnd([BASH, "--norc", "--noprofile", "-i"], env) as line:
        line.wait_for(b"shell>")
        # The quotes keep the echoed command line from matching the expected output.
        line.send("echo was $(stty -g) s''o\r")
        line.wait_for(b" so\r\n")
        line.send(f"{shlex.quote(sys.executable)} -m milimo_tui.cli.main; echo code $((40 + 2))\r")
        line.wait_for(b"NOODLE BAR")
        time.sleep(0.2)
        (studio,) = (pid for pid in of_home(Path(env["MILIMO_HOME"])) if is_studio(pid))
        now = len(line.raw)
        os.kill(studio, getattr(signal, way))
        line.wait_for(b"code 42", since=now)
        # The process that restores the terminal may write after the shell does.
        line.wait_for(POP_TITLE.encode(), since=now)
        now = line.send("echo now $(stty -g) s''o\r")
        line.wait_for(b" so\r\n", since=now)
        assert re.findall(rb"was ([0-9a-f:]+) so", line.raw) == re.findall(rb"now ([0-9a-f:]+) so", line.raw)
        line.send("exit\r")
        line.end_of()
        check_clean(line.raw)
    nobody_left(Path(env["MILIMO_HOME"]))


# A studio that is killed before its watcher process has started Python.
KILLED_EARLY = """
import os, signal, sys
from milimo_tui.tui.app.watcher import Watcher
from milimo_tui.tui.terminal.line.local_memory import create_probes

watcher = Watcher(sys.stdin)
create_probes()
watcher.start()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_crash_before_the_watcher_runs_leaves_no_file(env: dict[str, str], tmp_path: Path) -> None:
    with TerminalEnd([sys.executable, "-c", KILLED_EARLY], {**env, "TMPDIR": str(tmp_path)}) as line:
        line.end_of()
        assert not list(MEMORY.glob(f"*-milimo-{line.pid}-probe"))
        assert not list(tmp_path.glob("*-probe"))


def test_crash_leaves_nothing_in_shared_memory(env: dict[str, str]) -> None:
    """The studio asks a local terminal to read three bytes from shared memory. This terminal never reads
    them, so a crash must still remove the file.
    """
    here = {name: value for name, value in env.items() if not name.startswith("SSH_")}
    with TerminalEnd([sys.executable, "-m", "milimo_tui.cli.main"], here) as line:
        asked = MEMORY / f"tty-graphics-protocol-milimo-{line.pid}-probe"
        end = time.monotonic() + PATIENCE
        while not asked.exists():
            assert time.monotonic() < end, line.raw[-600:]
            if not line.read():
                time.sleep(0.01)
        os.kill(line.pid, signal.SIGKILL)
        line.end_of()
        assert not asked.exists()
    nobody_left(Path(env["MILIMO_HOME"]))
