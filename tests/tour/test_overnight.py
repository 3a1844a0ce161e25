"""Test a night as described in docs/overnight.md: a batch is started over a pty, the pty closes, and another
opens in the morning.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Take
from tests.front_door import Milimo
from tests.tour.terminals import PtyTerminal, shows, wait_for

COMMAND = [sys.executable, "-m", "milimo_tui.cli.main"]
PAGE = Path(__file__).parents[2] / "docs" / "overnight.md"
PLACES = (
    "KITCHEN", "STREET", "ROOF", "CELLAR", "SHOP", "BRIDGE",
    "TRAIN", "HARBOUR", "OFFICE", "GARDEN", "TOWER", "STATION",
)  # fmt: skip
SHOTS = len(PLACES)
PICKED = 10


def screenplay() -> str:
    """Return a screenplay of twelve scenes with one shot each."""
    scenes = [f"INT. {place} - NIGHT\n\nA lamp burns in the {place.lower()}.\n" for place in PLACES]
    return "Title: One Night\n\n" + "\n".join(scenes)


def film_of(milimo: Milimo) -> ProjectPaths:
    [folder] = (milimo.home / "projects").iterdir()
    return ProjectPaths(folder)


def takes_of(paths: ProjectPaths) -> dict[str, list[Take]]:
    """Return the takes of each shot, oldest first; the shots are in film order."""
    with ProjectFile.open(paths) as file:
        story = file.load_story()
    return {shot.id: [take for take in story.takes if take.shot == shot.id] for shot in story.live_shots()}


def picked_of(paths: ProjectPaths) -> dict[str, str]:
    with ProjectFile.open(paths) as file:
        return {shot.id: shot.take for shot in file.load_story().live_shots()}


def until(reached: Any, seconds: float = 240.0) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.2)


@pytest.mark.long("tour")
def test_film_is_made_overnight(milimo: Milimo) -> None:
    script = milimo.cwd / "night.fountain"
    script.write_text(screenplay())
    milimo.act("project", "new", "One Night", "--size", "96x64")
    milimo.act("script", "import", str(script))
    milimo.act("storyboard", "commit")
    milimo.act("shot", "make", "--all")  # First takes, which the person has seen by the evening.
    milimo.act("review", "seen", "--all")
    paths = film_of(milimo)
    evening = picked_of(paths)
    assert len(evening) == SHOTS
    assert all(evening.values()), "the first take of a shot is picked as it comes in"

    # Evening: select the shots, request another take of each, and disconnect. The queue is paused until then,
    # so that takes finish only while nobody is connected, however fast the machine is.
    milimo.act("job", "pause")
    terminal = PtyTerminal(COMMAND, milimo.env)
    wait_for(terminal, shows("One Night", "NORMAL"))
    terminal.send("gb")
    wait_for(terminal, shows("Storyboard", "12 shots"))
    terminal.send(" " * SHOTS)
    terminal.send("cc")
    wait_for(terminal, shows("queued 12 takes"))
    terminal.hang_up()

    # Night: nobody is connected, and the machine continues to work.
    milimo.act("job", "resume")
    until(lambda: all(len(takes) == 2 for takes in takes_of(paths).values()))
    until(lambda: all(job["state"] == "done" for job in milimo.json("job", "list", "--limit", "0")))
    assert picked_of(paths) == evening, "a person's choice stays"

    # Morning: a person connects from another terminal.
    terminal = PtyTerminal(COMMAND, milimo.env)
    try:
        wait_for(terminal, shows("arrived while you were away", "g v shows it"))
        terminal.send("gv")
        wait_for(terminal, shows("Review", "while you were away", "made"))
        there = [row for row in milimo.json("review", "list") if not row["seen"]]
        assert sorted(row["shot"] for row in there) == sorted(evening)
        assert {row["state"] for row in there} == {"made"}
        assert all(Path(row["path"]).is_file() and row["take"] != evening[row["shot"]] for row in there)
        assert all(row["away"] for row in there)
        for place, row in enumerate(there[:PICKED], 1):
            wait_for(terminal, shows(f"[{row['number']}·2 ○]", f"{place} of {SHOTS}"))
            terminal.send("\r")
            wait_for(terminal, shows(f"[{row['number']}·2 ●]"))
            terminal.send(";")
        wait_for(terminal, shows(f"[{there[PICKED]['number']}·2 ○]"))
        terminal.send("gt")
        wait_for(terminal, shows("Timeline", "V1"))
    finally:
        terminal.close()
    check_cut(milimo, paths, evening, {row["shot"] for row in there[:PICKED]})


def check_cut(milimo: Milimo, paths: ProjectPaths, evening: dict[str, str], chosen: set[str]) -> None:
    """Check in the database, by commands and in the render plan that ten shots show the take of the night."""
    takes, picked = takes_of(paths), picked_of(paths)
    assert len(chosen) == PICKED
    assert picked == {shot: both[shot in chosen].id for shot, both in takes.items()}
    assert {shot for shot in takes if picked[shot] != evening[shot]} == chosen
    clips = milimo.json("cut", "show")["tracks"][0]["clips"]
    assert [clip["shot"] for clip in clips] == list(takes)
    plan = milimo.json("render", "--plan")
    shown = [stretch["layers"][0]["media"]["path"] for stretch in plan["stretches"]]
    told = [milimo.json("shot", "takes", shot) for shot in takes]
    assert shown == [next(row["path"] for row in rows if row["picked"]) for rows in told]
    assert len([row for row in milimo.json("review", "list") if not row["seen"]]) == SHOTS - PICKED


def test_page_names_the_keys_that_are_typed_here() -> None:
    page = PAGE.read_text()
    for words in (
        "`g b`",
        "`space`",
        "`c c`",
        "`g v`",
        "`Enter`",
        "`;`",
        "notifications.md",
        "milimo review",
    ):
        assert words in page, words
