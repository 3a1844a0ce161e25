"""Test headings that name only a part of the place or time: rooms of the previous house, vehicles, another
hour of the same day.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots.shots import break_down_script

WAITS = "\n\nTom waits.\n\n"


def last_of(*headings: str) -> tuple[str, str]:
    """Return the place and the time of day of the last shot of scenes with the given headings."""
    scenes = break_down_script(
        fountain.parse("".join(each + WAITS for each in headings).encode()), Fraction(24)
    )
    shot = scenes[-1].shots[-1]
    return shot.location or scenes[-1].location, shot.time_of_day or scenes[-1].time_of_day


@pytest.mark.parametrize(
    ("headings", "place", "time"),
    [
        (
            ("EXT. PETROL STATION, LISBON - DAY", "EXT. FORECOURT - LATER"),
            "PETROL STATION - FORECOURT",
            "DAY",
        ),
        (("INT. HOUSE - KITCHEN - NIGHT", "INT. HALLWAY - MOMENTS LATER"), "HOUSE - HALLWAY", "NIGHT"),
        (("EXT. STREET - DAY", "INT. KITCHEN - CONTINUOUS"), "KITCHEN", "DAY"),
        (("INT. HOTEL - DAY", "INT. KITCHEN - NIGHT"), "KITCHEN", "NIGHT"),
        (("EXT. BEACH - DAWN", "EXT. BEACH - LATER THAT MORNING"), "BEACH", "MORNING"),
        (("INT. TRAIN - DINING CAR - DUSK", "COMPARTMENT SIX"), "TRAIN - COMPARTMENT SIX", "DUSK"),
        (("EXT. HARBOUR - SUNSET", "ABOARD THE TRAWLER"), "HARBOUR - TRAWLER", "SUNSET"),
    ],
)
def test_heading_continues_the_previous_one(headings: tuple[str, ...], place: str, time: str) -> None:
    assert last_of(*headings) == (place, time)


@pytest.mark.parametrize(
    ("heading", "place", "time"),
    [
        (".ETERNAL BLACK VOID", "ETERNAL BLACK VOID", ""),
        (".THE ASTRAL PLANE", "THE ASTRAL PLANE", ""),
        (".AT THE WINDOW", "KITCHEN - WINDOW", "NIGHT"),
        (".CLOSE - THE GLASS", "KITCHEN", "NIGHT"),
        (".ON TOM", "KITCHEN", "NIGHT"),
        (".TOM'S POV", "KITCHEN", "NIGHT"),
        (".THE LETTER", "KITCHEN", "NIGHT"),  # The scene before mentions the letter.
    ],
)
def test_forced_heading_is_a_place_or_a_part_of_the_scene(heading: str, place: str, time: str) -> None:
    text = f"INT. KITCHEN - NIGHT\n\nTOM, 40, reads a letter.\n\n{heading}{WAITS}"
    scene = break_down_script(fountain.parse(text.encode()), Fraction(24))[-1]
    assert (scene.location, scene.time_of_day) == (place, time)


def test_scene_after_an_own_place_returns_to_the_scene_before() -> None:
    text = f"INT. KITCHEN - NIGHT{WAITS}.ETERNAL BLACK VOID{WAITS}.BACK TO SCENE{WAITS}"
    scenes = break_down_script(fountain.parse(text.encode()), Fraction(24))
    assert [scene.location for scene in scenes] == ["KITCHEN", "ETERNAL BLACK VOID", "KITCHEN"]


@pytest.mark.parametrize(
    ("headings", "era", "time"),
    [
        (("EXT. FIELD - DAY (FLASHBACK)", "INT. HOUSE - LATER"), "", "NIGHT"),
        (("EXT. FIELD - DAY (FLASHBACK)", "INT. HOUSE - CONTINUOUS"), "", "NIGHT"),
        (("EXT. FIELD - DAY (FLASHBACK)", "INT. CAR - LATER"), "", "NIGHT"),
        (("FLASHBACK TO:\n\nEXT. FIELD - DAY", "INT. HOUSE - LATER"), "", "NIGHT"),
        (("EXT. FIELD - DAY (FLASHBACK)", "EXT. FIELD - LATER"), "flashback", "DAY (FLASHBACK)"),
        (("EXT. FIELD - DAY (FLASHBACK)", "INT. BARN - CONTINUOUS"), "flashback", "DAY (FLASHBACK)"),
    ],
)
def test_later_continues_the_scene_before_a_flashback(headings: tuple[str, ...], era: str, time: str) -> None:
    text = "".join(each + WAITS for each in ("INT. HOUSE - NIGHT", *headings))
    scene = break_down_script(fountain.parse(text.encode()), Fraction(24))[-1]
    assert (scene.era.value, scene.time_of_day) == (era, time)
