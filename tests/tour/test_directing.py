"""Test the section “What the script means” of docs/tour.md: its keys are read from the page and typed in tmux
at two sizes.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.front_door import Milimo
from tests.tour.keys_of_page import rows
from tests.tour.terminals import TmuxTerminal, shows, wait_for

COMMAND = [sys.executable, "-m", "milimo_tui.cli.main"]
ROOT = Path(__file__).parents[2]
HEADING, NEXT = "# What the script means", "# A rough cut"
NAMED = {"Enter": "\r", "Esc": "\x1b", "Tab": "\t", "space": " "}
# Keys after which words are typed, each with the title of the field that opens.
ASKS = {"/": "SEARCH", "c": "CAST", "a": "LOOK", "S": "STYLE", "c p": "PRINT"}
SHOWS = {"g e": "Elements", "g b": "Storyboard", "p": "master", "g q": "who is"}
CLEARS = ("S", "c p")  # These fields open with an existing value, which is cleared first.


def heading(screen: str) -> str:
    """Return the title of the current screen: the beginning of its first line."""
    return screen.strip()[:20]


def leaves(front: str) -> Callable[[str], bool]:
    return lambda screen: heading(screen) not in ("", front) and "NORMAL" in screen


def type_in(terminal: TmuxTerminal, keys: tuple[str, ...], folder: Path) -> None:
    asked = ""
    for key in keys:
        left = heading(terminal.screen())
        if asked and key not in NAMED:
            if asked in CLEARS:
                terminal.send("\x15")
            terminal.send(str(folder / key) if asked == "c p" else key)
            asked = ""
            continue
        if key == "y":
            wait_for(terminal, shows("y yes"), 60)
        terminal.send(NAMED.get(key, key.replace(" ", "")))
        asked = key if key in ASKS else ""
        if key in ASKS:
            wait_for(terminal, shows(ASKS[key]), 60)
        elif key in SHOWS:
            wait_for(terminal, shows(SHOWS[key]), 60)
        elif key == "Esc":
            wait_for(terminal, leaves(left), 60)


def checks(studio: Milimo, terminal: TmuxTerminal, folder: Path) -> Iterator[Callable[[], bool]]:
    """Yield a check for each row of the table, in order."""

    def shot(number: str) -> dict[str, Any]:
        return next(each for each in studio.json("shot", "list") if each["number"] == number)

    yield lambda: "1 of 2" in terminal.screen()
    yield lambda: "Ilse" in shot("1F")["characters"] and "1 of 1" in terminal.screen()
    yield lambda: "Mara" in shot("3D")["characters"] and studio.json("shot", "unsure") == []
    yield lambda: "Ilse" in terminal.screen()
    yield lambda: "grey braid" in terminal.screen()
    yield lambda: "wet hair" in str(studio.json("element", "show", "@Mara"))
    yield lambda: "HOSPITAL" in terminal.screen() and "classical" in terminal.screen()
    yield (
        lambda: (
            "shots changed" in terminal.screen()
            and studio.json("scene", "plan", "3")["coverage"] == "handheld"
        )
    )
    yield (folder / "boards.pdf").is_file


@pytest.mark.long("tour")
@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (120, 40)], ids=["80x24", "120x40"])
def test_screenplay_becomes_boards(milimo: Milimo, tmp_path: Path, columns: int, lines: int) -> None:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    milimo("script", "import", str(ROOT / "examples" / "the-jetty.fountain"))
    terminal = TmuxTerminal(COMMAND, milimo.env, f"milimo-directing-{columns}", columns, lines)
    try:
        wait_for(terminal, shows("The Jetty", "NORMAL"))
        for keys, check in zip(rows(HEADING, NEXT), checks(milimo, terminal, tmp_path), strict=True):
            type_in(terminal, keys, tmp_path)
            wait_for(terminal, lambda screen, done=check: bool(screen) and done())  # type: ignore[misc]
        prompt = milimo.json("shot", "show", "2B")["prompt"]
        assert "wet hair" in prompt
        text = "\n".join(page.extract_text() for page in PdfReader(tmp_path / "boards.pdf").pages)
        assert "Papa is asleep." in text
    finally:
        terminal.close()
        milimo.inside("supervisor", "stop", "--now")


def test_page_begins_with_what_the_test_makes() -> None:
    page = (ROOT / "docs" / "tour.md").read_text().partition(HEADING)[2].partition(NEXT)[0]
    assert "milimo script import examples/the-jetty.fountain" in page
    assert len(rows(HEADING, NEXT)) == 9
