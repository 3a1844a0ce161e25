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
WEDDING = (
    "INT. TENT - NIGHT\n\nOne person sits there: the bride. MORVEN, 31, in satin. "
    "Beside her stands the groom, PARESH, 33. Her father, GORDON (63), pours.\n\nGORDON\nWell?\n\n"
)


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


@pytest.mark.parametrize(
    ("action", "seen"),
    [
        ("The bride laughs.", {"Morven"}),
        ("The groom takes off his shoes.", {"Paresh"}),
        ("The bride and the groom go under the table.", {"Morven", "Paresh"}),
        ("Morven hands her father the glass.", {"Morven", "Gordon"}),
    ],
)
def test_person_named_after_a_noun_is_meant_by_it(action: str, seen: set[str]) -> None:
    assert last_frame(WEDDING + action) == seen


@pytest.mark.parametrize(
    ("action", "seen"),
    [
        ("The sergeant lights a pipe.", {"Hobday"}),
        ("He lays his coat across the boy's shoulders.", {"Hobday", "Tully"}),
        ("It's German, and very faint.", {"Hobday"}),
        ("The German turns his head.", {"German Soldier"}),
    ],
)
def test_lower_case_roles_and_ages_identify_a_person(action: str, seen: set[str]) -> None:
    text = "EXT. TRENCH - NIGHT\n\nTully, nineteen, writes. A GERMAN SOLDIER lies in the wire.\n\n"
    text += "TULLY\nSarge?\n\n"
    text += "GERMAN SOLDIER\nMama?\n\nSergeant Hobday, forty, climbs down.\n\nHOBDAY\nNothing.\n\n"
    assert last_frame(text + action) == seen


def test_stranger_is_nobody_who_was_present() -> None:
    assert last_frame(f"{TWO}Tom sees a big man in a donkey jacket.\n\nThe man bends down.") != {"Tom"}
    assert last_frame(f"{TWO}Tom is a quiet man.\n\nThe man bends down.") == {"Tom"}


@pytest.mark.parametrize(
    ("action", "seen"),
    [
        ("The door opens on its chain. An eye.", {"Vera"}),
        ("A hand on the latch.", {"Vera"}),
        ("A pale face at the window.", {"Vera"}),
    ],
)
def test_body_part_of_the_next_speaker_was_not_seen(action: str, seen: set[str]) -> None:
    found = shots(f"{TWO}{action}\n\nVERA\nWho is it?\n")
    assert set(found[-2].characters) == seen


@pytest.mark.parametrize(
    ("action", "seen"),
    [
        ("Overhead, very badly, Anna plays the horn.", set[str]()),
        ("From upstairs, Anna's laugh.", set[str]()),
        ("There's no Anna in the mirror.", set[str]()),
        ("Anna comes back.", {"Anna"}),
    ],
)
def test_person_who_left_is_heard_from_elsewhere(action: str, seen: set[str]) -> None:
    assert last_frame(f"{TWO}Anna leaves.\n\n{action}") == seen


@pytest.mark.parametrize(
    ("about", "pronoun"),
    [
        ("HANUS, forty, whistle, beard, arms full of bags,", "He"),
        ("KOLYA (82), moustache, braces,", "He"),
        ("ORLI (40), a pleated skirt, a braid,", "She"),
    ],
)
def test_clothes_tell_the_gender_where_nothing_else_does(about: str, pronoun: str) -> None:
    other = "TOM (30) and his wife ANNA (34)" if pronoun == "He" else "TOM (30)"
    name = about.split(" ")[0].strip(",").title()
    text = f"INT. HALL - DAY\n\n{about} waits.\n\nINT. SHED - DAY\n\n{other} wait.\n\nINT. YARD - DAY\n\n"
    assert last_frame(f"{text}{name.upper()} alone.\n\n{pronoun} sits down.") == {name}


@pytest.mark.parametrize(
    ("action", "heard"),
    [
        ("The phone rings. Anna picks up the receiver.", VoicePosition.PHONE),
        ("Anna's walkie-talkie squawks.", VoicePosition.PHONE),
        ("The intercom buzzes. Anna presses the button.", VoicePosition.PHONE),
        ("A loudspeaker crackles.", VoicePosition.OFF_SCREEN),
        ("The P.A. clicks on.", VoicePosition.OFF_SCREEN),
        ("Anna walks through the corn, a phone in her pocket.", VoicePosition.VOICE_OVER),
        ("Anna folds the letter.", VoicePosition.VOICE_OVER),
    ],
)
def test_action_tells_how_a_voice_is_heard(action: str, heard: VoicePosition) -> None:
    found = shots(f"INT. HALL - DAY\n\nANNA (34) waits. {action}\n\nLUKE (V.O.)\nIt is late.\n")
    assert found[-1].dialogue[0].heard == heard


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
        ("BEACH - SUMMER - Tom swims.", "BEACH", "DAY"),
        ("STATION, DAWN. Tom runs.\n\n- IN THE TRAIN. He sleeps.", "TRAIN", "DAWN"),
    ],
)
def test_montage_items_name_their_place_in_many_ways(item: str, place: str, time: str) -> None:
    found = shots(f"{TWO}MONTAGE - A YEAR\n\n- {item}\n\nEND OF MONTAGE\n")[-1]
    assert (found.location, found.time_of_day) == (place, time)


@pytest.mark.parametrize(
    ("action", "seen"),
    [
        ("Anna leans in to her sister, the maid of honour, ROSE, 26.", {"Anna", "Rose"}),
        ("As she passes her son, he takes Anna's hand.", {"Anna", "Tom"}),
        ("Tom is no older than her brother.", {"Tom"}),
        ("A trawler noses in. On her bow a lamp swings. Tom waves.", {"Tom"}),
        ("On the television, LUKE (50), a red tie.\n\nNobody breathes.", {"Tom", "Anna"}),
        ("A man with a rifle passes.\n\nThe man with the rifle comes back. He whistles.", set[str]()),
    ],
)
def test_context_tells_who_is_in_the_frame(action: str, seen: set[str]) -> None:
    assert last_frame(TWO + action) == seen


def test_counted_people_are_named_in_the_following_paragraphs() -> None:
    named = "LUKE (50), a trumpet.\n\nVERA (61), a drum.\n\nROSE (26), a bow.\n\nLUKE\nAgain.\n"
    found = shots(f"INT. PUB - NIGHT\n\nAt a table, three members of a band.\n\n{named}")
    assert set(found[0].characters) == {"Luke", "Vera", "Rose"}


@pytest.mark.parametrize(
    ("said", "near"),
    [("Anna?", set[str]()), ("Anna!", set[str]()), ("Anna, come here.", {"Anna"})],
)
def test_bare_call_shows_the_caller(said: str, near: set[str]) -> None:
    text = "INT. HALL - DAY\n\nTOM (30) and ANNA (34) dance.\n\nTom looks about him.\n\n"
    assert last_frame(f"{text}TOM\n{said}") == {"Tom"} | near


def test_person_who_leads_somebody_away_leaves_too() -> None:
    four = "INT. HALL - DAY\n\nTOM (30), ANNA (34), LUKE (50) and VERA (61) sit.\n\n"
    assert last_frame(f"{four}Tom takes Anna by the arm and leads her out.\n\nEverybody laughs.") == {
        "Luke",
        "Vera",
    }
    assert last_frame(f"{four}Tom waves Anna away.\n\nEverybody laughs.") == {"Tom", "Luke", "Vera"}


def test_property_of_an_absent_owner_shows_no_owner() -> None:
    assert last_frame(f"{TWO}INT. SHED - DAY\n\nTom alone. He has her shoes beside him.") == {"Tom"}


def test_siblings_who_are_present_are_meant() -> None:
    text = "INT. FARM - DAY\n\nHARRIET (62) rolls dough. Her sons, BILL (35) and WADE (31), argue.\n\n"
    assert last_frame(f"{text}BILL\nNo.\n\nThe brothers look at each other.") == {"Bill", "Wade"}


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


@pytest.mark.parametrize(
    ("item", "place", "time"),
    [
        ("A beach at dawn. Tom runs into the surf.", "BEACH", "DAWN"),
        ("Night. A balcony. Tom smokes.", "BALCONY", "NIGHT"),
    ],
)
def test_item_has_its_hour_before_or_after_its_place(item: str, place: str, time: str) -> None:
    found = shots(f"{TWO}MONTAGE - A YEAR\n\n- {item}\n\nEND OF MONTAGE\n")[-1]
    assert (found.location, found.time_of_day) == (place, time)
