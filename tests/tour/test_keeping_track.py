"""Test the section “Keeping track” of docs/tour.md: its keys are read from the page and typed in tmux at two
sizes.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.front_door import Milimo
from tests.tour.keys_of_page import rows
from tests.tour.terminals import TmuxTerminal, shows, wait_for

COMMAND = [sys.executable, "-m", "milimo_tui.cli.main"]
ROOT = Path(__file__).parents[2]
HEADING = "# Keeping track"
NAMED = {"Enter": "\r", "Esc": "\x1b", "space": " "}
# Keys after which words are typed, each with the title of the field that opens.
ASKS = {"i": "NOTE", "t": "TAGS", "f": "FILTER"}
SHOWS = {"g b": "Storyboard", "g v": "Review", "Esc": "picked"}


def type_in(terminal: TmuxTerminal, keys: tuple[str, ...]) -> None:
    asked = False
    for key in keys:
        is_words = asked and key not in NAMED
        terminal.send(NAMED.get(key, key if is_words else key.replace(" ", "")))
        asked = not is_words and key in ASKS
        awaited = ASKS.get(key, "") if asked else SHOWS.get(key, "")
        if awaited:
            wait_for(terminal, shows(awaited), 60)


def checks(studio: Milimo, terminal: TmuxTerminal) -> Iterator[Callable[[], bool]]:
    """Yield a check for each row of the table, in order."""

    def shots(where: str = "") -> list[dict[str, Any]]:
        return list(studio.json("shot", "list", "--where", where))

    yield lambda: "mind the braid" in str(studio.json("shot", "show", "1A"))
    yield lambda: sum("wet" in row["tags"] for row in shots()) == 2 and "#wet" in terminal.screen()
    yield lambda: "2 of " in terminal.screen().splitlines()[0]
    yield lambda: [row["takes"] for row in shots("#wet")] == [4, 1] and len(shots("missing")) > 0
    yield lambda: bool(studio.json("script", "numbers")["locked"]) and "locked" in terminal.screen()
    yield lambda: terminal.screen().count("1A") >= 2


@pytest.mark.long("tour")
@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_shots_are_tagged_filtered_made_and_reviewed(milimo: Milimo, columns: int, lines: int) -> None:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    milimo("script", "import", str(ROOT / "examples" / "the-jetty.fountain"))
    milimo("shot", "make", "1A", "--takes", "4")
    terminal = TmuxTerminal(COMMAND, milimo.env, f"milimo-keeping-{columns}", columns, lines)
    try:
        wait_for(terminal, shows("The Jetty", "NORMAL"))
        for keys, check in zip(rows(HEADING), checks(milimo, terminal), strict=True):
            type_in(terminal, keys)
            wait_for(terminal, lambda screen, done=check: bool(screen) and done())  # type: ignore[misc]
    finally:
        terminal.close()
        milimo.inside("supervisor", "stop", "--now")


def test_page_begins_with_what_the_test_makes() -> None:
    page = (ROOT / "docs" / "tour.md").read_text().partition(HEADING)[2]
    assert "milimo script import examples/the-jetty.fountain" in page
    assert "milimo shot make 1A --takes 4" in page
    assert len(rows(HEADING)) == 6
