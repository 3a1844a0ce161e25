"""A studio that falls leaves the terminal as it found it, whatever ends it, and nobody behind."""

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
from tests.tui.house import make_studio

ROOT = Path(__file__).parents[3]
MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
WAYS = ["SIGKILL", "SIGTERM", "SIGSEGV", "SIGABRT", "SIGBUS", "SIGQUIT", "SIGINT", "SIGHUP", "ctrl+q"]
PATIENCE = 120.0
BASH = "/bin/bash"
MEMORY = Path("/dev/shm")
HELPER = "milimo_tui.media.viewer.process"


def modes_left(raw: bytes) -> set[int]:
    """The private modes that stand otherwise than in a new terminal, after all of this."""
    state = {7: True, 25: True}
    for numbers, way in MODE.findall(raw):
        state |= {int(number): way == b"h" for number in numbers.split(b";")}
    return {mode for mode, on in state.items() if on is not (mode in (7, 25))}


def depth_left(raw: bytes, push: bytes, pop: bytes) -> int:
    """How many pushes on a stack of the terminal were not taken back; a pop of an empty one does nothing."""
    depth = 0
    for found in re.findall(push + b"|" + pop, raw):
        depth = depth + 1 if re.fullmatch(push, found) else max(0, depth - 1)
    return depth


def check_clean(raw: bytes) -> None:
    """Hold that nothing of ours stays."""
    assert modes_left(raw) == set()
    assert depth_left(raw, rb"\x1b\[>[0-9]+u", rb"\x1b\[<[0-9]*u") == 0
    assert depth_left(raw, rb"\x1b\[22;2t", rb"\x1b\[23;2t") == 0
    assert raw.count(b"\x1b[?1049h") >= 1


class Line:
    """Our end of a terminal, and what came."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self.raw = b""
        self.pid, self.end = in_terminal(command, env)
        os.set_blocking(self.end, False)

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.end)
        with suppress(OSError):  # it has ended, and was waited for
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)

    def read(self) -> bool:
        with suppress(OSError):  # EIO: nobody has the terminal open any more
            data = os.read(self.end, 65536)
            self.raw += data
            return bool(data)
        return False

    def end_of(self) -> None:
        """Wait for the process to end, and for everybody to let go of the terminal."""
        end = time.monotonic() + PATIENCE
        while not os.waitpid(self.pid, os.WNOHANG)[0]:
            assert time.monotonic() < end, f"it goes on: {self.raw[-600:]!r}"
            if not self.read():
                time.sleep(0.01)
        quiet = 0
        while quiet < 30:
            quiet = 0 if self.read() else quiet + 1
            time.sleep(0.01)

    def wait_for(self, words: bytes, *, since: int = 0, press: str = "") -> None:
        """Wait until words came, pressing a key meanwhile that may come too early."""
        end = time.monotonic() + PATIENCE
        while words not in self.raw[since:]:
            assert time.monotonic() < end, f"{words!r} never came: {self.raw[-600:]!r}"
            if not self.read():
                self.send(press)
                time.sleep(0.3 if press else 0.02)

    def send(self, text: str) -> int:
        """Type; return how much had come before."""
        os.write(self.end, text.encode())
        return len(self.raw)


def of_home(home: Path) -> set[int]:
    """The processes that were started for a studio home, without its supervisor and the workers."""
    found, mark = set(), f"MILIMO_HOME={home}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes()
            if mark in (folder / "environ").read_bytes().split(b"\0") and b"milimo_tui.jobs" not in words:
                found.add(int(folder.name))
    return found


def is_studio(pid: int) -> bool:
    """Not a helper of the studio's that has its name until it is the program that it will be."""
    return _has_its_name(pid) and not _has_its_name(psutil.Process(pid).ppid())


def _has_its_name(pid: int) -> bool:
    return b"milimo_tui.cli.main" in Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    """What a studio needs; no program that falls leaves its memory in a file."""
    home, soft = tmp_path / "home", resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, soft[1]))
    make_studio(home).close()
    hidden = ("NO_COLOR", "TMUX", "STY", "KITTY_WINDOW_ID", "COLORTERM")
    yield {name: value for name, value in os.environ.items() if name not in hidden} | {
        "MILIMO_HOME": str(home), "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "PS1": "shell> ",
    }  # fmt: skip
    resource.setrlimit(resource.RLIMIT_CORE, soft)


def nobody_left(home: Path) -> None:
    """Wait until no process of a home goes on."""
    end = time.monotonic() + 10
    while left := of_home(home):
        assert time.monotonic() < end, left
        time.sleep(0.02)


@pytest.mark.long("screens")
@pytest.mark.parametrize("way", thorough("screens", WAYS))
def test_terminal_is_restored_after_a_crash(env: dict[str, str], way: str) -> None:
    """Started without a shell: its session ends with it. A film plays, so that helpers are at work."""
    with Line([sys.executable, "-m", "milimo_tui.cli.main"], env) as line:
        line.wait_for(b"NOODLE BAR")
        before = line.send("gt")
        line.wait_for("Timeline · Milimo".encode(), since=before)
        line.wait_for("▶".encode(), since=before, press="L")  # the watcher has heard by then
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
    with Line([sys.executable, "-m", "milimo_tui.cli.main"], env) as line:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            line.read()
        for _ in range(200):  # one that comes before there is anything to end is not heard: again, then
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
    """The settings are the shell's own again, and it is heard and seen."""
    with Line([BASH, "--norc", "--noprofile", "-i"], env) as line:
        line.wait_for(b"shell>")
        line.send("echo was $(stty -g) s''o\r")  # the line as it is typed is no answer
        line.wait_for(b" so\r\n")
        line.send(f"{shlex.quote(sys.executable)} -m milimo_tui.cli.main; echo code $((40 + 2))\r")
        line.wait_for(b"NOODLE BAR")
        time.sleep(0.2)
        (studio,) = (pid for pid in of_home(Path(env["MILIMO_HOME"])) if is_studio(pid))
        now = len(line.raw)
        os.kill(studio, getattr(signal, way))
        line.wait_for(b"code 42", since=now)
        line.wait_for(POP_TITLE.encode(), since=now)  # the watcher may come after the shell
        now = line.send("echo now $(stty -g) s''o\r")
        line.wait_for(b" so\r\n", since=now)
        assert re.findall(rb"was ([0-9a-f:]+) so", line.raw) == re.findall(rb"now ([0-9a-f:]+) so", line.raw)
        line.send("exit\r")
        line.end_of()
        check_clean(line.raw)
    nobody_left(Path(env["MILIMO_HOME"]))


def test_crash_leaves_nothing_in_shared_memory(env: dict[str, str]) -> None:
    """A terminal that may be on this machine is asked to read three bytes there: this one never does."""
    here = {name: value for name, value in env.items() if not name.startswith("SSH_")}
    with Line([sys.executable, "-m", "milimo_tui.cli.main"], here) as line:
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
