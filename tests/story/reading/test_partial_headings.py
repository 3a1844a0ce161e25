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
