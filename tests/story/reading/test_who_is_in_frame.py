"""Test which characters are in the frame of a shot: silent parts, strangers, people who only hear, people who
have left.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.shots.shots import ShotDraft, break_down_script

ONE = "INT. HALL - DAY\n\nTOM (30, grey coat) stands by the fire.\n\nTOM\nCold.\n\n"
TWO = "INT. HALL - NIGHT\n\nTOM (30) and ANNA (34) by the stove.\n\nTOM\nWe must go.\n\nANNA\nThen go.\n\n"
FOUR = (
    "INT. HALL - DAY\n\nTOM (30), ANNA (34), LUKE (50) and VERA (61) sit at the table.\n\n"
    "TOM\nWell?\n\nANNA\nNo.\n\nLUKE\nI say no.\n\nVERA\nAnd I yes.\n\n"
)
SHOP = "INT. SHOP - DAY\n\nTOM (30) behind the counter. ANNA (34) at the shelves.\n\nTOM\nYes?\n\n"
ALL = {"Tom", "Anna", "Luke", "Vera"}


def shots(text: str) -> list[ShotDraft]:
    screenplay = fountain.parse(text.encode())
    return [shot for scene in break_down_script(screenplay, Fraction(25)) for shot in scene.shots]


def last_frame(text: str) -> set[str]:
    """Return the characters in the frame of the last shot."""
    return set(shots(f"{text}\n")[-1].characters)


def cast(text: str) -> set[str]:
    return set(build_cast(fountain.parse(text.encode())).names)


@pytest.mark.parametrize(
    ("action", "who"),
    [
        ("A TEA LADY pushes an urn through the door.", "Tea Lady"),
        ("An OYSTER WOMAN shucks by the wall, humming.", "Oyster Woman"),
        ("A WOMAN WITH A PRAM stops at the window. She looks in.", "Woman With A Pram"),
        ("A ONE-LEGGED MAN hops to the bar.", "One-Legged Man"),
        ("A STILT WALKER strides by.\n\nThe Stilt Walker waves.", "Stilt Walker"),
        ("Mrs. Lindqvist carries in a cake.", "Mrs. Lindqvist"),
        ("At the door: Dr. Ames. He has a bag.", "Dr. Ames"),
        ("Sergeant Pell, 45, shakes the rain off his cape.", "Sergeant Pell"),
        ("Lucy (8) hides under the table.", "Lucy"),
        ("By the wall stands Victor, forty, bald.", "Victor"),
    ],
)
def test_person_acting_alone_is_in_the_frame(action: str, who: str) -> None:
    assert last_frame(ONE + action) == {who}


@pytest.mark.parametrize(
    "action",
    [
        "A RED LAMP swings over the table.",
        "A STEAM WHISTLE blows.",
        "A LETTER OPENER lies on the desk.",
        "A POLICE SIREN wails and dies.",
        "Two BEEFEATERS march by.",
        "The General Hospital opens at nine.",
    ],
)
def test_capitalised_thing_or_crowd_is_no_role(action: str) -> None:
    assert cast(ONE + action + "\n") == {"Tom"}


@pytest.mark.parametrize(
    ("text", "seen", "may"),
    [
        (f"{FOUR}Luke takes Vera aside.\n\nLUKE\nHe lies.", "Luke", "Vera"),
        (f"{FOUR}Vera gives Anna the key.\n\nANNA\nThank you.", "Anna", "Vera"),
        (f"{FOUR}TOM\nEnough.\n\nAnna and Luke look at each other.\n\nANNA\nWell.", "Anna", "Luke"),
        (f"{TWO}The door flies open.\n\nLUKE\nFire!", "Luke", ""),
        (f"{SHOP}THE PROJECTION BOOTH\n\nLUKE (50) and VERA (61).\n\nLUKE\nAgain.", "Luke", "Vera"),
    ],
)
def test_speaker_is_seen_with_the_people_of_the_last_picture(text: str, seen: str, may: str) -> None:
    assert {seen} <= last_frame(text) <= {seen, may} - {""}


def test_montage_item_without_names_shows_nobody_of_the_previous_one() -> None:
    text = f"{TWO}MONTAGE - WINTER\n\n- Tom chops wood.\n\n- A calendar. Its leaves fall.\n\nEND OF MONTAGE\n"
    assert [set(shot.characters) for shot in shots(text)][-2:] == [{"Tom"}, set()]


@pytest.mark.parametrize(
    ("action", "names"),
    [
        ("VOGEL, 50, grey coat, comes in.\n\nINSPECTOR VOGEL\nWho?", {"Inspector Vogel"}),
        ("BRANKO, 50, waits.\n\nMARESCIALLO BRANKO\nWho?\n\nBRANKO\nYou.", {"Branko"}),
        ("THE WIDOW (60) in black.\n\nWIDOW\nGo.\n\nTHE WIDOW\nNow.", {"Widow"}),
        ("DON CARLO (60) in black.\n\nDON CARLO\nGo.\n\nCARLO\nNow.", {"Carlo"}),
        ("TALL MARIA (30) waits.\n\nTALL MARIA\nGo.\n\nMARIA\nNow.", {"Tall Maria", "Maria"}),
        ("MRS. FALK (60) waits.\n\nMRS. FALK\nGo.\n\nFALK\nNow.", {"Mrs. Falk", "Falk"}),
        ("OTHER JACK (60) waits.\n\nOTHER JACK\nGo.\n\nJACK\nNow.", {"Other Jack", "Jack"}),
    ],
)
def test_title_or_article_makes_nobody_of_another(action: str, names: set[str]) -> None:
    assert cast(f"INT. HALL - DAY\n\n{action}\n") == names


def test_flashback_ends_where_it_started_with_the_same_people() -> None:
    before = "INT. MILL - LOFT - NIGHT\n\nTOM (60) sits on a sack. ANNA (34) waits.\n\nTOM\nHere.\n\n"
    past = "FLASHBACK - INT. MILL - CELLAR - NIGHT\n\nVERA (50) and YOUNG TOM hide.\n\nVERA\nHush.\n\n"
    found = shots(f"{before}{past}BACK TO PRESENT\n\nDust falls.\n\nANNA\nAnd then?\n")
    assert found[-1].location == "MILL - LOFT"
    assert "Vera" not in found[-1].characters


def test_named_hours_are_times_of_day() -> None:
    for hour, time in (("SMALL HOURS", "NIGHT"), ("SUNUP", "DAWN"), ("TEATIME", "AFTERNOON")):
        scene = break_down_script(fountain.parse(f"INT. HALL - {hour}\n\nRain.\n".encode()), Fraction(25))[0]
        assert (scene.location, scene.time_of_day) == ("HALL", time)


def test_capitalised_item_keeps_its_place() -> None:
    text = f"{TWO}MONTAGE - A LIFE\n\nA FOOTBALL GROUND, CALAIS. WINTER. Tom runs.\n\nEND OF MONTAGE\n"
    assert shots(text)[-1].location == "FOOTBALL GROUND - CALAIS"


def test_other_end_of_a_call_has_its_own_time() -> None:
    text = "INT. OFFICE, LIMA - NIGHT\n\nTOM (30) dials.\n\nTOM\nAnna?\n\nEXT. PIER, HULL - DUSK\n\n"
    text += "ANNA (30) picks up.\n\nINTERCUT - TOM / ANNA\n\nANNA\nYes.\n\n"
    text += "INT. OFFICE - CONTINUOUS\n\nHe stands.\n"
    assert break_down_script(fountain.parse(text.encode()), Fraction(25))[-1].time_of_day == "NIGHT"
