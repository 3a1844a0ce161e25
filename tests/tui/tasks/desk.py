"""A person at a terminal of 80×24 in 256 colours, whose keys are counted; and the page that lists them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.terminal import Terminal
from tests.tui.house import PATIENCE

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "ten-tasks.md"
MOST = 6  # keys beyond the words typed and the moves of the cursor
BYTES = {
    "F2": "\x1bOQ", "F3": "\x1bOR", "F4": "\x1bOS", "F6": "\x1b[17~", "F8": "\x1b[19~",
    "Enter": "\r", "Esc": "\x1b", "Tab": "\t", "space": " ", "ctrl+f": "\x06",
}  # fmt: skip


def environment(home: Path, **more: str) -> dict[str, str]:
    """A terminal of 256 colours that draws no pictures but in cells."""
    env = {**os.environ, "MILIMO_HOME": str(home), "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **more}
    for name in ("NO_COLOR", "TMUX", "STY", "KITTY_WINDOW_ID", "COLORTERM", "TERM_PROGRAM"):
        env.pop(name, None)
    return env


class Desk:
    """Types keys into the studio and counts those that are neither words nor moves of the cursor."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.terminal = Terminal([sys.executable, "-m", "milimo_tui.cli.main"], env)
        self.count = 0
        self._typed: list[str] = []

    def __enter__(self) -> Desk:
        self.terminal.__enter__()
        return self

    def __exit__(self, *met: object) -> None:
        self.terminal.__exit__(None, None, None)

    def sees(self, *words: str) -> None:
        """Wait until all of these words are on the screen."""
        for each in words:
            self.terminal.wait_for(each, PATIENCE)

    def until(self, is_so: Callable[[], object], why: str) -> None:
        """Wait until something is so in the film."""
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
        """Type keys that only move the cursor."""
        self._typed.append(f"({' '.join(keys)})")
        self._press(*(key for word in keys for key in ([word] if word in BYTES else word)))

    def words(self, words: str, shown: str = "") -> None:
        """Type words; `shown` is what the page says in their place."""
        self._typed.append(f"“{(shown or words).strip()}”")
        self._press(*words)

    def _press(self, *keys: str) -> None:
        self.terminal.press(*(BYTES.get(key, key) for key in keys))

    def done(self, task: int, what: str, before: str) -> None:
        """Print the task's keys beside those of before, and hold the page to them."""
        row = f"| {task} | {what} | {' '.join(self._typed)} | {self.count} | {before} |"
        print(row)
        assert self.count <= MOST, row
        assert row in PAGE.read_text().splitlines(), f"docs/ten-tasks.md lacks\n{row}"
