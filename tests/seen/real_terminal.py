"""Start a real terminal on a virtual X server (Xvfb), type into it, and take screenshots."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageGrab

SCREEN = (1500, 1000)  # width and height of the virtual screen in pixels
RELAY = Path(__file__).with_name("keyboard_relay.py")
XTERM = (
    "xterm", "-b", "0", "-bw", "0", "+sb", "-bg", "black", "-fg", "white", "-cr", "black",
    "-fa", "DejaVu Sans Mono", "-fs", "10",
)  # fmt: skip

needs_xterm = pytest.mark.skipif(
    not (shutil.which("xterm") and shutil.which("Xvfb")), reason="xterm or xvfb is not installed"
)


class RealTerminal:
    """A context manager that runs a command in an xterm of `columns` × `rows` on a screen of its own.

    `options` are further options of xterm, such as `("-ti", "vt340")`.
    """

    def __init__(
        self,
        folder: Path,
        command: Sequence[str],
        env: Mapping[str, str],
        *,
        columns: int = 80,
        rows: int = 24,
        options: Sequence[str] = (),
    ) -> None:
        self._folder = folder
        reading, writing = os.pipe()
        size = f"{SCREEN[0]}x{SCREEN[1]}x24"
        with (folder / "xvfb.log").open("wb") as log:
            self._server = subprocess.Popen(
                ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-noreset"],
                pass_fds=[writing], stdout=log, stderr=log,
            )  # fmt: skip
        os.close(writing)
        with os.fdopen(reading) as numbers:
            self.display = f":{numbers.readline().strip()}"
        self._keys = folder / "keys"
        os.mkfifo(self._keys)
        relayed = [sys.executable, str(RELAY), str(self._keys), *command]
        self.process = subprocess.Popen(
            [*XTERM, "-geometry", f"{columns}x{rows}+0+0", *options, "-e", *relayed],
            env={**env, "DISPLAY": self.display}, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def press(self, keys: str) -> None:
        """Type keys into the terminal."""
        pipe = os.open(self._keys, os.O_WRONLY | os.O_NONBLOCK)  # Fails if the command has ended.
        os.write(pipe, keys.encode())
        os.close(pipe)

    def take_screenshot(self) -> NDArray[np.uint8]:
        """Return the pixels of the screen: rows, columns, and red, green and blue."""
        return np.asarray(ImageGrab.grab(xdisplay=self.display).convert("RGB"))

    def wait_for(
        self, shows: Callable[[NDArray[np.uint8]], bool], seconds: float = 60.0
    ) -> NDArray[np.uint8]:
        """Return the first screenshot for which `shows` returns True."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            seen = self.take_screenshot()
            if shows(seen):
                return seen
            time.sleep(0.2)
        Image.fromarray(self.take_screenshot()).save(self._folder / "never.png")
        raise AssertionError(f"the terminal never showed it: {self._folder / 'never.png'}")

    def wait_until_still(self, seconds: float = 1.0) -> NDArray[np.uint8]:
        """Return the first screenshot that has not changed for some seconds."""
        seen, since, end = self.take_screenshot(), time.monotonic(), time.monotonic() + 60
        while time.monotonic() - since < seconds and time.monotonic() < end:
            time.sleep(0.1)
            now = self.take_screenshot()
            if not np.array_equal(now, seen):
                seen, since = now, time.monotonic()
        return seen

    def __enter__(self) -> RealTerminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in (self.process, self._server):
            process.terminate()
            process.wait(60)
