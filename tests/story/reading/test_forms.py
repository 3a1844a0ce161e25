"""Test unusual forms of a screenplay: interrupted montages, times on their own lines, headings after a
word.
"""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.story.reading.moment import Moment
from milimo_tui.story.reading.people import build_people
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.shots.shots import SceneDraft, break_down_script
from milimo_tui.story.values.shot_words import Era


def scenes(text: str) -> tuple[SceneDraft, ...]:
    return break_down_script(fountain.parse(text.encode()), Fraction(25))


def moment(text: str, words: str) -> Moment:
    """Return the stretch of the screenplay that contains `words` and becomes one shot."""
    return next(each for scene in scenes(text) for each in scene.as_read.moments if words in each.text)


def gender(text: str, name: str) -> str:
    screenplay = fountain.parse(text.encode())
    return build_people(screenplay, build_cast(screenplay)).genders[name]


ROOM = "INT. INN - TAPROOM - NIGHT\n\nANNA (30) drinks.\n\n"


def test_time_on_its_own_line_returns_to_the_room() -> None:
    text = f"{ROOM}IN THE DOORWAY\n\nAnna stops.\n\nTHE NEXT MORNING\n\nAnna yawns.\n"
    found = moment(text, "yawns")
    assert (found.location, found.time_of_day) == ("", "MORNING")
    assert moment(f"{ROOM}IN THE DOORWAY\n\nAnna stops.\n\nLATER\n\nAnna yawns.\n", "yawns").location == ""


def test_heading_may_follow_flashback() -> None:
    (_, found) = scenes(f"{ROOM}FLASHBACK - INT. HOUSE - KITCHEN - DAY\n\nAnna runs.\n")
    assert (found.location, found.time_of_day, found.era) == ("HOUSE - KITCHEN", "DAY", Era.FLASHBACK)


def test_place_after_an_intercut_heading_is_the_named_one() -> None:
    text = "EXT. BEACH - DAY\n\nANNA (30) and TOM (40) run.\n\nINTERCUT WITH:\n\n"
    text += "INT. FLAT - SAME\n\nAnna yawns.\n"
    assert moment(text, "yawns").location == "FLAT"


def test_role_is_named_in_lower_case_too() -> None:
    text = f"{ROOM}SPICE SELLER\nSixty!\n\nTHE BOY\nForty!\n\nThe spice seller has left his stall.\n"
    assert moment(text, "stall").seen == ("Spice Seller",)


def test_other_side_of_a_call_keeps_its_time() -> None:
    text = "INT. OFFICE - NIGHT\n\nANNA (30) types.\n\nINT. FARM - DAY\n\nTOM (40) waits.\n\n"
    text += "INTERCUT - ANNA AND TOM\n\nTom coughs.\n\nAnna yawns.\n"
    assert [moment(text, word).time_of_day for word in ("coughs", "yawns")] == ["", "NIGHT"]


def test_short_heading_may_end_in_a_full_stop() -> None:
    assert moment(f"{ROOM}THE KITCHEN.\n\nAnna cooks.\n", "cooks").location == "INN - KITCHEN"
