"""Test the tour of docs/tour.md with keys alone at 80×24 cells, in a pty and in tmux."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.media.read.probe import probe
from tests.front_door import Milimo
from tests.tour.terminals import PtyTerminal, Terminal, TmuxTerminal, shows, wait_for

COMMAND = [sys.executable, "-m", "milimo_tui.cli.main"]
ROOT = Path(__file__).parents[2]


def timecode(screen: str) -> str:
    found = re.search(r"\d\d:\d\d:\d\d:\d\d(?= /)", screen)
    return found.group() if found else ""


def tour(terminal: Terminal, studio: Milimo, line: str, title: str) -> None:
    """Change a line of the screenplay, commit it, make and watch the shot, then cut, render and play the
    film.
    """
    before = {shot["id"]: shot["take"] for shot in studio.json("shot", "list")}
    frames = studio.json("cut", "show")["frames"]
    wait_for(terminal, shows(title, "NORMAL"))

    terminal.send("gs")
    wait_for(terminal, shows("Script", "c c commit"))
    wait_for(terminal, lambda screen: "0 scenes" not in screen)
    terminal.send("/")
    wait_for(terminal, shows("SEARCH"))
    terminal.send(f"{line[:10]}\r")
    wait_for(terminal, shows("NORMAL"))
    terminal.send("i")
    wait_for(terminal, shows("WRITING"))
    terminal.send("Listen. ")
    wait_for(terminal, shows("not saved"))
    terminal.send("\x1b")
    wait_for(terminal, shows("NORMAL"))
    terminal.send("cc")
    wait_for(terminal, shows("Commit", "1 stale"))
    terminal.send("\r")
    wait_for(terminal, shows("1 changed", "c c commit"))
    after = {shot["id"]: shot for shot in studio.json("shot", "list")}
    assert {id: shot["take"] for id, shot in after.items()} == before, "every shot keeps its takes"
    [stale] = [shot for shot in after.values() if shot["stale"]]
    assert "Listen. " in stale["dialogue"]

    terminal.send("gb")
    wait_for(terminal, shows("Storyboard"))
    terminal.send("cs")
    wait_for(terminal, shows("queued 1 take"))
    terminal.send("gj")
    wait_for(terminal, shows("Jobs", stale["number"]))
    wait_for(terminal, lambda screen: _shot(studio, stale["id"])["takes"] == stale["takes"] + 1)
    wait_for(terminal, shows("done"))
    wait_for(terminal, lambda screen: not _shot(studio, stale["id"])["stale"])

    terminal.send("gt")
    wait_for(terminal, shows("Timeline", "V1"))
    now = studio.json("cut", "show")["frames"]
    assert now >= frames
    terminal.send("0")
    terminal.send("20l")
    wait_for(terminal, lambda screen: timecode(screen) == "00:00:00:20")
    terminal.send("s")
    wait_for(terminal, lambda screen: _first_clip(studio) == 20)
    terminal.send("t")
    wait_for(terminal, shows("TRIM"))
    terminal.send("5h")
    wait_for(terminal, shows("5 f"))
    terminal.send("\r")
    wait_for(terminal, shows("NORMAL"))
    wait_for(terminal, lambda screen: _frames(studio) != now)
    terminal.send("u")
    wait_for(terminal, lambda screen: _frames(studio) == now)

    terminal.send("gf")
    wait_for(terminal, shows("Film", "c c"))
    terminal.send("cc")
    wait_for(terminal, _film_is(studio, now))

    terminal.send("gt")
    wait_for(terminal, shows("Timeline"))
    terminal.send("0")
    terminal.send(" ")
    wait_for(terminal, lambda screen: timecode(screen) > "00:00:00:05")
    terminal.send(" ")


def _frames(studio: Milimo) -> int:
    return int(studio.json("cut", "show")["frames"])


def _first_clip(studio: Milimo) -> int:
    return int(studio.json("cut", "show")["tracks"][0]["clips"][0]["frames"])


def _shot(studio: Milimo, id: str) -> dict[str, Any]:
    return next(shot for shot in studio.json("shot", "list") if shot["id"] == id)


def _film_is(studio: Milimo, frames: int) -> Callable[[str], bool]:
    """Return a check that the newest render of the film has `frames` frames."""

    def reached(screen: str) -> bool:
        films = studio.json("run", "film.list")
        return (
            bool(films) and films[-1]["frames"] == frames and probe(Path(films[-1]["film"])).frames == frames
        )

    return reached


@pytest.mark.long("tour")
def test_tour_runs_in_a_pty(film: Milimo) -> None:
    terminal = PtyTerminal(COMMAND, film.env)
    try:
        tour(terminal, film, "You are late", "Two Lamps")
    finally:
        terminal.close()


@pytest.mark.long("tour")
def test_tour_runs_in_tmux(film: Milimo) -> None:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    terminal = TmuxTerminal(COMMAND, film.env, f"milimo-{film.home.parent.name}")
    try:
        tour(terminal, film, "You are late", "Two Lamps")
    finally:
        terminal.close()


@pytest.mark.long("tour")
def test_tour_of_the_sample_runs(milimo: Milimo) -> None:
    milimo("film", str(ROOT / "examples" / "rain-market.fountain"))
    terminal = PtyTerminal(COMMAND, milimo.env)
    try:
        tour(terminal, milimo, "It is paid", "Rain Market")
    finally:
        terminal.close()
