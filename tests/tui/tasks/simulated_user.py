"""Simulate a user at a terminal of 80×24 cells with 256 colours, count the keys, and compare them with the
page that lists them.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.terminal import Terminal
from tests.tui.studio_setup import PATIENCE

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "ten-tasks.md"
MOST = 6  # most keys for a task, without typed words and cursor movements
BYTES = {
    "F2": "\x1bOQ", "F3": "\x1bOR", "F4": "\x1bOS", "F6": "\x1b[17~", "F8": "\x1b[19~",
    "Enter": "\r", "Esc": "\x1b", "Tab": "\t", "space": " ", "ctrl+f": "\x06",
    "ctrl+p": "\x10", "ctrl+u": "\x15",
}  # fmt: skip


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of a terminal with 256 colours in which pictures are drawn as cells."""
    env = {**os.environ, "MILIMO_HOME": str(home), "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **more}
    for name in ("NO_COLOR", "TMUX", "STY", "KITTY_WINDOW_ID", "COLORTERM", "TERM_PROGRAM"):
        env.pop(name, None)
    return env


class User:
    """A user of the studio. It types keys and counts those that are neither text nor cursor movements."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.terminal = Terminal([sys.executable, "-m", "milimo_tui.cli.main"], env)
        self.count = 0
        self._typed: list[str] = []

    def __enter__(self) -> User:
        self.terminal.__enter__()
        return self

    def __exit__(self, *met: object) -> None:
        self.terminal.__exit__(None, None, None)

    def sees(self, *words: str) -> None:
        """Wait until all of these words are on the screen."""
        for each in words:
            self.terminal.wait_for(each, PATIENCE)

    def until(self, is_so: Callable[[], object], why: str) -> None:
        """Wait until a condition is true. `why` is the message of the failure after the time limit."""
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, f"{why}; the terminal shows:\n{self.terminal.text}"
            self.terminal.read(0.1)

    def acts(self, *keys: str) -> None:
        """Type keys that are counted."""
        self.count += len(keys)
        self._typed.append(f"`{' '.join(keys)}`")
        self._press(*keys)

    def moves(self, *keys: str) -> None:
        """Type keys that only move the cursor. They are not counted."""
        self._typed.append(f"({' '.join(keys)})")
        self._press(*(key for word in keys for key in ([word] if word in BYTES else word)))

    def words(self, words: str, shown: str = "") -> None:
        """Type text, which is not counted. The page lists `shown` instead of the text if it is given."""
        self._typed.append(f"“{(shown or words).strip()}”")
        self._press(*words)

    def _press(self, *keys: str) -> None:
        self.terminal.press(*(BYTES.get(key, key) for key in keys))

    def end_step(self) -> tuple[str, int]:
        """Return the keys that were typed since the last step, as pages write them, and how many are counted.
        The next step begins without keys.
        """
        step = " ".join(self._typed), self.count
        self._typed, self.count = [], 0
        return step

    def done(self, task: int, what: str, before: str) -> None:
        """Print the row of a task with its keys and the earlier count `before`. Fail if the count is too high
        or the page lacks the row.
        """
        row = f"| {task} | {what} | {' '.join(self._typed)} | {self.count} | {before} |"
        print(row)
        assert self.count <= MOST, row
        assert row in PAGE.read_text().splitlines(), f"docs/ten-tasks.md lacks\n{row}"
