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
    return build_people(screenplay, build_cast(screenplay)).by_name[name].gender


ROOM = "INT. INN - TAPROOM - NIGHT\n\nANNA (30) drinks.\n\n"


def test_montage_continues_after_an_interrupting_scene() -> None:
    text = f"{ROOM}MONTAGE - THE ROUND\n\nThe quarry. Anna digs.\n\nINT. VAN - DAY\n\nAnna sleeps.\n\n"
    text += "BACK ON THE ROAD\n\nSpring, a level crossing. Anna waits.\n\nEND OF MONTAGE\n\nAnna wakes.\n"
    assert moment(text, "waits").location.casefold() == "level crossing"
    assert moment(text, "wakes").location == ""


def test_item_may_start_with_a_time_or_the_weather() -> None:
    text = f"{ROOM}MONTAGE\n\n- Weeks later. New York harbour, morning. Anna waves.\n\n"
    text += "- Storm. The dining room. Anna sits.\n"
    assert (moment(text, "waves").location, moment(text, "waves").time_of_day) == (
        "NEW YORK HARBOUR",
        "MORNING",
    )
    assert moment(text, "Anna sits").location.endswith("DINING ROOM")


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


def test_remaining_person_has_the_other_pronoun() -> None:
    text = "INT. ROOF - DAY\n\nSUNDAY EKPO, 29, shines his phone. She stands over him.\n\n"
    text += "MRS. ADE\nWell?\n\nSUNDAY\nNo.\n"
    assert gender(text, "Sunday") == "he"


def test_likeness_and_relatives_of_somebody_are_others() -> None:
    assert moment(f"{ROOM}A girl of six with Anna's chin laughs.\n", "laughs").seen == ()
    text = f"{ROOM}Anna's MOTHER, sixty, laughs.\n\nMOTHER\nWell.\n"
    assert moment(text, "laughs").seen == ("Mother",)


def test_empty_place_of_a_person_shows_nobody() -> None:
    assert moment(f"{ROOM}TOM (40) sits.\n\nAnna looks at where he was.\n", "where").seen == ("Anna",)


def test_everybody_in_a_crowd_is_nobody_by_name() -> None:
    text = "EXT. MARKET - DAY\n\nFive hundred people. ANNA (30) sits on a crate.\n\nEverybody stops.\n"
    assert moment(text, "Everybody").seen == ()


def test_role_is_named_in_lower_case_too() -> None:
    text = f"{ROOM}SPICE SELLER\nSixty!\n\nTHE BOY\nForty!\n\nThe spice seller has left his stall.\n"
    assert moment(text, "stall").seen == ("Spice Seller",)


def test_other_side_of_a_call_keeps_its_time() -> None:
    text = "INT. OFFICE - NIGHT\n\nANNA (30) types.\n\nINT. FARM - DAY\n\nTOM (40) waits.\n\n"
    text += "INTERCUT - ANNA AND TOM\n\nTom coughs.\n\nAnna yawns.\n"
    assert [moment(text, word).time_of_day for word in ("coughs", "yawns")] == ["", "NIGHT"]


def test_short_heading_may_end_in_a_full_stop() -> None:
    assert moment(f"{ROOM}THE KITCHEN.\n\nAnna cooks.\n", "cooks").location == "INN - KITCHEN"


def test_named_father_is_nobody_else() -> None:
    text = f"{ROOM}TOM (40), a boy at heart, sits.\n\nHis father, DON ROJAS, strops a razor.\n"
    assert moment(text, "strops").seen == ("Don Rojas",)
