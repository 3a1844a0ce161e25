"""Two kinds of terminal that a person may use: a pty with a terminal emulator, and tmux."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Protocol

import pyte

from tests.terminal import in_terminal

COLUMNS, LINES = 80, 24
SECONDS = 240.0  # Time limit for any step on a busy machine.
OURS = ("MILIMO", "XDG", "HOME", "PYTHON")  # Prefixes of variables that a new tmux session does not inherit.


class Terminal(Protocol):
    """A terminal for the tour: it accepts keys and has a screen of text."""

    def send(self, keys: str) -> None: ...

    def screen(self) -> str: ...

    def close(self) -> None: ...


class PtyTerminal:
    """A pty of 80×24 cells, or another size, with pyte as the terminal emulator."""

    def __init__(
        self, command: list[str], env: dict[str, str], columns: int = COLUMNS, lines: int = LINES
    ) -> None:
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        env = {**env, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self.pid, self._fd = in_terminal(command, env, columns=columns, rows=lines)

    def send(self, keys: str) -> None:
        self._drain()
        os.write(self._fd, keys.encode())

    def screen(self) -> str:
        self._drain()
        return "\n".join(self._screen.display)

    def _drain(self, seconds: float = 0.05) -> None:
        """Read output until none arrives for a short time. The read is limited, because a playing film never
        stops writing.
        """
        end = time.monotonic() + 20 * seconds
        while select.select([self._fd], [], [], seconds)[0]:
            try:
                self._stream.feed(os.read(self._fd, 65536))
            except OSError:
                return
            if time.monotonic() > end:
                return

    def hang_up(self) -> None:
        """Drop the connection: the terminal closes and its programs get SIGHUP."""
        os.close(self._fd)
        os.kill(self.pid, signal.SIGHUP)
        end = time.monotonic() + SECONDS
        while os.waitpid(self.pid, os.WNOHANG) == (0, 0):
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                raise AssertionError("it went on without its line")
            time.sleep(0.02)

    def close(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._fd)


class TmuxTerminal:
    """A terminal in a separate tmux server."""

    def __init__(
        self,
        command: list[str],
        env: dict[str, str],
        socket: str,
        columns: int = COLUMNS,
        lines: int = LINES,
    ) -> None:
        self._tmux = ["tmux", "-L", socket, "-f", "/dev/null"]
        self._env = {key: value for key, value in env.items() if key != "TMUX"}
        size = ["-x", str(columns), "-y", str(lines)]
        ours = [f"{key}={value}" for key, value in self._env.items() if key.startswith(OURS)]
        given = [word for pair in ours for word in ("-e", pair)]
        self._run("new-session", "-d", *size, *given, *command)

    def _run(self, *words: str) -> str:
        words = (*self._tmux, *words)
        done = subprocess.run(words, env=self._env, capture_output=True, check=True, timeout=SECONDS)
        return done.stdout.decode()

    def send(self, keys: str) -> None:
        names = {"\r": "Enter", "\x1b": "Escape", "\t": "Tab", " ": "Space", ";": "\\;"}
        for key in keys:
            self._run("send-keys", *(["-l", key] if key not in names else [names[key]]))

    def screen(self) -> str:
        return self._run("capture-pane", "-p")

    def close(self) -> None:
        self._run("kill-server")


def wait_for(terminal: Terminal, reached: Callable[[str], bool], seconds: float = SECONDS) -> str:
    """Return the screen once `reached` accepts it. A timeout fails with the last screen."""
    end = time.monotonic() + seconds
    while True:
        screen = terminal.screen()
        if reached(screen):
            return screen
        assert time.monotonic() < end, f"it never came to that; the screen was\n{screen}"
        time.sleep(0.1)


def shows(*words: str) -> Callable[[str], bool]:
    return lambda screen: all(word in screen for word in words)
