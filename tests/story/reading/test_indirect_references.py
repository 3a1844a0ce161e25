"""Test indirect references: characters by a nickname, an office or a noun, heard voices, sub-locations and
items of a montage.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.shots.shots import ShotDraft, break_down_script
from milimo_tui.story.values.shot_words import VoicePosition

TWO = "INT. HALL - NIGHT\n\nTOM (30) and ANNA (34) by the stove.\n\nTOM\nWe must go.\n\nANNA\nThen go.\n\n"


def shots(text: str) -> list[ShotDraft]:
    screenplay = fountain.parse(text.encode())
    return [shot for scene in break_down_script(screenplay, Fraction(25)) for shot in scene.shots]


def last_frame(text: str) -> set[str]:
    return set(shots(f"{text}\n")[-1].characters)


def cast(text: str) -> set[str]:
    return set(build_cast(fountain.parse(text.encode())).names)


@pytest.mark.parametrize(
    ("action", "names"),
    [
        ('RENATA "REN" KOVAC, 17, waits.\n\nREN\nYes?', {"Ren"}),
        ("JACK 'FISH' FISHER (50) eats.\n\nFISH\nYum.", {"Fish"}),
        ("Marie “Bibi” Duval, forty, dances.\n\nBIBI\nMore!", {"Bibi"}),
        ("A CHILD, a girl of six, runs in.\n\nCHILD\nMum!\n\nThe girl hides.", {"Child"}),
        ("NURSE BELL, 30, a woman of few words, nods.\n\nThe woman goes.", {"Nurse Bell"}),
        ("Between them sits an old yellow dog, General, with his chin up. General sighs.", {"General"}),
        ("Their cat, Minou, yawns. Minou sleeps.", {"Minou"}),
        ("A boy called Tom runs by. Tom waves.", {"Tom"}),
        ("A baby monitor hums.\n\nA BABY on his back, asleep.\n\nThe baby wakes.", {"Baby"}),
        ("BACK IN THE BOOTH (1999)\n\nDust.", set[str]()),
    ],
)
def test_person_with_another_name_is_one_person(action: str, names: set[str]) -> None:
    assert cast(f"INT. HALL - DAY\n\n{action}\n") == names


def test_tannoy_is_in_the_place_whatever_its_cue_says() -> None:
    found = shots("INT. STATION - DAY\n\nANNA (34) waits.\n\nTANNOY (V.O.)\nThe train is late.\n")
    assert found[-1].dialogue[0].heard == VoicePosition.OFF_SCREEN


def test_under_a_table_is_its_own_place() -> None:
    under = "UNDER THE TABLE\n\nLUKE (9) hugs his knees.\n\nLUKE\nShh.\n\n"
    found = shots(f"{TWO}{under}BACK IN THE HALL\n\nTOM\nWell?\n")
    assert (found[-2].location, set(found[-2].characters)) == ("HALL - UNDER THE TABLE", {"Luke"})
    assert found[-1].location in ("", "HALL")
    assert "Luke" not in found[-1].characters


@pytest.mark.parametrize(
    ("heading", "time"),
    [
        ("INT. SHIP - CRYO BAY - NIGHT CYCLE", "NIGHT CYCLE"),
        ("INT. WARD - NIGHT SHIFT", "NIGHT SHIFT"),
        ("EXT. DECK - DAY WATCH", "DAY WATCH"),
    ],
)
def test_shift_is_a_time_of_day(heading: str, time: str) -> None:
    assert (
        break_down_script(fountain.parse(f"{heading}\n\nRain.\n".encode()), Fraction(25))[0].time_of_day
        == time
    )


@pytest.mark.parametrize(
    ("item", "place", "time"),
    [
        ("STREET MARKET - MORNING - RAIN - Tom buys bread.", "STREET MARKET", "MORNING"),
        ("ROOF -- DUSK -- Tom sings.", "ROOF", "DUSK"),
    ],
)
def test_montage_items_name_their_place_in_many_ways(item: str, place: str, time: str) -> None:
    found = shots(f"{TWO}MONTAGE - A YEAR\n\n- {item}\n\nEND OF MONTAGE\n")[-1]
    assert (found.location, found.time_of_day) == (place, time)


def test_property_of_an_absent_owner_shows_no_owner() -> None:
    assert last_frame(f"{TWO}INT. SHED - DAY\n\nTom alone. He has her shoes beside him.") == {"Tom"}


def test_person_brought_in_and_named_afterwards_is_one_person() -> None:
    text = "INT. STAIRS - DAY\n\nOn the stairs sits a boy in a cap. He is GRAHAM, nine.\n\nGRAHAM\nYes?\n\n"
    assert cast(f"{text}The boy gets up.\n") == {"Graham"}


@pytest.mark.parametrize(
    ("text", "place", "time"),
    [
        ("EXT. FARM - DAY\n\nRain.\n\nEXT. FARM - PORCH - CONTINUOUS\n\nA dog.\n", "FARM - PORCH", "DAY"),
        ("INT. TAXI - MOVING - NIGHT\n\nRain.\n", "TAXI", "NIGHT"),
        ("EXT. HOUSE - ESTABLISHING - DUSK\n\nRain.\n", "HOUSE", "DUSK"),
    ],
)
def test_heading_with_an_action_of_its_place_is_read(text: str, place: str, time: str) -> None:
    scene = break_down_script(fountain.parse(text.encode()), Fraction(25))[-1]
    shot = scene.shots[-1]
    assert (shot.location or scene.location, shot.time_of_day or scene.time_of_day) == (place, time)
