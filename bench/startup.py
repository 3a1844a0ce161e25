"""Compare the start of the studio with an empty Textual app, and a command on the job queue with bare Python.

All programs run in turn in a pty of 120×40. The first frame may take 1.5 times as long as the empty app, the
frame with shots 3 times as long, and the job list 12 times as long as bare Python.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pyte
from result import measure_in_turn, print_report, time_command

ROUNDS = 11
SIZE = (40, 120)
EMPTY = "from textual.app import App\nApp().run()\n"
MARK = "quartzlamp"
PATIENCE = 20.0


def build_hundred_shots() -> str:
    """Return a screenplay of a hundred shots. The first shot has a word that appears nowhere else on the
    screen, so that the screen can be searched for it.
    """
    scenes = []
    for scene in range(20):
        lines = [f"INT. ROOM {scene} - NIGHT", ""]
        for shot in range(5):
            what = MARK if scene == shot == 0 else "lamp"
            lines += [f"A {what} turns slowly above table number {shot} of room {scene}.", ""]
        scenes += lines
    return "\n".join(scenes)


def time_until_screen(
    command: list[str], env: dict[str, str], reached: Callable[[bytes, pyte.Screen], bool]
) -> float:
    """Start a command in a pty and return the seconds until `reached` returns True for its output and screen.
    The command is then killed.
    """
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(command[0], command, env)
    began = time.perf_counter()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
    screen = pyte.Screen(SIZE[1], SIZE[0])
    stream = pyte.ByteStream(screen)
    data = b""
    try:
        while time.perf_counter() - began < PATIENCE:
            if select.select([terminal], [], [], 0.5)[0]:
                chunk = os.read(terminal, 65536)
                arrived = time.perf_counter() - began
                data += chunk
                stream.feed(chunk)
                if reached(data, screen):
                    return arrived
        raise SystemExit(f"{command} showed nothing within {PATIENCE:.0f} s: {data[-300:]!r}")
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def has_first_frame(data: bytes, screen: pyte.Screen) -> bool:
    """Return True if the program has switched to the alternate screen and painted something."""
    entered = data.find(b"\x1b[?1049h")
    return entered >= 0 and len(data) - entered > 1500


def shows_first_shot(data: bytes, screen: pyte.Screen) -> bool:
    """Return True if the screen shows the first shot."""
    return any(MARK in line for line in screen.display)


def main() -> int:
    """Run the benchmark and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "run").mkdir(mode=0o700)
        env = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "MILIMO_HOME": str(Path(folder) / "home"),
            "XDG_RUNTIME_DIR": str(Path(folder) / "run"),
            "XDG_CONFIG_HOME": str(Path(folder) / "config"),
        }
        env.pop("TMUX", None)
        milimo = [sys.executable, "-m", "milimo_tui.cli.main"]
        script = Path(folder) / "hundred.fountain"
        script.write_text(build_hundred_shots())
        subprocess.run([*milimo, "script", "import", str(script)], env=env, check=True, capture_output=True)
        subprocess.run([*milimo, "supervisor", "start"], env=env, check=True, capture_output=True)
        try:
            empty = [sys.executable, "-c", EMPTY]
            bare, frame, full = measure_in_turn(
                ROUNDS,
                lambda: time_until_screen(empty, env, has_first_frame),
                lambda: time_until_screen(milimo, env, has_first_frame),
                lambda: time_until_screen(milimo, env, shows_first_shot),
            )
            python, jobs = measure_in_turn(
                ROUNDS,
                lambda: time_command([sys.executable, "-c", "pass"], env),
                lambda: time_command([*milimo, "job", "list", "--json"], env),
            )
        finally:
            subprocess.run([*milimo, "supervisor", "stop", "--now"], env=env, check=True, capture_output=True)
    figures = {
        "empty_app_s": bare,
        "first_frame_s": frame,
        "shots_s": full,
        "python_s": python,
        "job_list_s": jobs,
    }
    ratios = {
        "first_frame": frame / bare,
        "shots": full / bare,
        "job_list": jobs / python,
    }
    return print_report("startup", figures, ratios, {"first_frame": 1.5, "shots": 3.0, "job_list": 12.0})


if __name__ == "__main__":
    sys.exit(main())
