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
INN = (
    "INT. INN - NIGHT\n\nBORIS (60), the innkeeper, wipes glasses. His daughter LIDA (17) sweeps.\n\n"
    "BORIS\nMore?\n\nLIDA\nNo.\n\n"
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
    ("action", "seen"),
    [
        ("A man comes in from the rain. He stamps his feet.", set[str]()),
        ("A waiter brings the wine. He pours.", set[str]()),
        ("An old man shuffles past. He carries a ladder.", set[str]()),
        ("A boy in a cap runs up. He has a telegram.", set[str]()),
        ("A man comes in. Tom turns. He smiles.", {"Tom"}),
        ("A dog barks outside. He goes to the window.", {"Tom"}),
        ("A knock. He opens.", {"Tom"}),
        ("A man in the street shouts. Tom looks out.", {"Tom"}),
        ("A nurse passes. He stops her.", {"Tom"}),
    ],
)
def test_pronoun_continues_with_the_stranger_of_the_previous_sentence(action: str, seen: set[str]) -> None:
    assert last_frame(ONE + action) == seen


@pytest.mark.parametrize(
    ("action", "name"),
    [
        ("A woman comes in, sixty, wet to the skin.", "Vera"),
        ("Another man comes down the stairs.", "Luke"),
        ("In the armchair, a lady with a fan.", "Vera"),
        ("From the kitchen comes a man with a tray.", "Luke"),
        ("Under the stairs: a boy with a mousetrap.", "Sam"),
        ("Into the light walks a woman in black.", "Vera"),
    ],
)
def test_stranger_who_was_never_named_is_the_next_speaker(action: str, name: str) -> None:
    found = shots(f"{ONE}{action}\n\n{name.upper()}\nGood evening.\n")
    assert name in found[-2].characters


@pytest.mark.parametrize(
    "action",
    [
        "He looks like a man who has lost a bet.",
        "Tom lights a woman's cigarette.",
        "A woman comes in. It is ANNA (34).",
        "A waiter passes with a tray.",
        "He thinks of a man he knew.",
    ],
)
def test_stranger_is_otherwise_not_the_next_speaker(action: str) -> None:
    found = shots(f"{ONE}{action}\n\nLUKE\nGood evening.\n")
    assert "Luke" not in found[-2].characters


@pytest.mark.parametrize(
    ("action", "seen"),
    [
        ("Everyone except Tom laughs.", ALL - {"Tom"}),
        ("All but Luke raise their glasses.", ALL - {"Luke"}),
        ("They all nod, except Vera.", ALL - {"Vera"}),
        ("Nobody but Luke eats.", {"Luke"}),
        ("Only Tom stays seated.", {"Tom"}),
        ("Both women turn to the door.", {"Anna", "Vera"}),
        ("Neither man speaks.", {"Tom", "Luke"}),
        ("All four drink.", ALL),
        ("No one speaks.", ALL),
        ("Unseen by Luke, Anna pockets the spoon.", {"Anna"}),
        ("Tom passes the note to Anna while Vera isn't looking.", {"Tom", "Anna"}),
        ("Anna, hidden from Luke, reads the letter.", {"Anna"}),
        ("Anna reads the letter where Luke cannot see.", {"Anna"}),
        ("Tom and Anna wait for Luke to speak.", {"Tom", "Anna", "Luke"} - {"Luke"}),
        ("Tom remembers Anna as a girl.", {"Tom"}),
        ("A card that says TOM.", set[str]()),
        ("Anna watches Luke, who doesn't see Vera.", {"Anna", "Luke", "Vera"}),
        ("Luke stands where Tom can see him.", {"Luke", "Tom"}),
        ("Tom shows Vera the door.", {"Tom", "Vera"}),
    ],
)
def test_right_person_of_several_is_in_the_frame(action: str, seen: set[str]) -> None:
    assert last_frame(FOUR + action) == seen


@pytest.mark.parametrize(
    ("action", "seen"),
    [
        ("Anna's coat still hangs by the door.", set[str]()),
        ("Luke writes to Anna.", {"Luke"}),
        ("Tom shouts after Anna.", {"Tom"}),
        ("Tom sits down where Anna sat.", {"Tom"}),
        ("Tom looks for Anna.", {"Tom"}),
        ("Anna's hand comes round the door.", {"Anna"}),
        ("Tom opens the door to Anna.", {"Tom", "Anna"}),
        ("Anna comes back.", {"Anna"}),
        ("There is Anna.", {"Anna"}),
        ("Tom sees Anna in the doorway.", {"Tom", "Anna"}),
    ],
)
def test_person_who_left_is_present_only_if_seen(action: str, seen: set[str]) -> None:
    assert last_frame(f"{FOUR}Anna leaves.\n\n{action}") == seen


@pytest.mark.parametrize(
    ("action", "stays"),
    [
        ("Anna steps out of her shoes.", True),
        ("Anna runs out of words.", True),
        ("Anna leaves the piano.", True),
        ("Anna leaves the hall.", False),
        ("Anna leaves the plate where it is.", True),
        ("Anna steps out into the rain.", False),
        ("Anna runs out of the room.", False),
        ("Anna walks out on them.", False),
    ],
)
def test_out_of_ones_shoes_is_not_outside(action: str, stays: bool) -> None:
    assert ("Anna" in last_frame(f"{FOUR}{action}\n\nEverybody laughs.")) is stays


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Tom slips out.\n\nTHE CORRIDOR\n\nHe leans on the wall.", {"Tom"}),
        ("Anna leaves.\n\nIN THE KITCHEN\n\nShe drinks from the tap.", {"Anna"}),
        ("INT. CAR - NIGHT\n\nThey drive in silence.", {"Tom", "Anna"}),
        ("INT. BEDROOM - LATER\n\nBoth lie awake.", {"Tom", "Anna"}),
        ("EXT. BRIDGE - DAWN\n\nThe two of them watch the river.", {"Tom", "Anna"}),
        ("INT. ATTIC - DAY\n\nAn empty room. A chair.", set[str]()),
        ("INT. OFFICE - DAY\n\nLUKE (50) types.\n\nHe stops.", {"Luke"}),
    ],
)
def test_person_who_goes_ahead_is_found_at_the_next_place(text: str, seen: set[str]) -> None:
    assert last_frame(TWO + text) == seen


YARD = "BEHIND THE SHOP\n\nLUKE (50) and VERA (61) unload the cart.\n\nVERA\nHurry up.\n\n"


def test_spot_we_return_to_has_its_earlier_people() -> None:
    assert last_frame(f"{SHOP}{YARD}BACK IN THE SHOP\n\nThe bell rings. She takes a tin.") == {"Anna"}
    assert last_frame(f"{SHOP}{YARD}IN THE SHOP\n\nANNA\nNothing.") <= {"Anna", "Tom"}


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


def test_narrator_is_over_two_people_only_if_the_last_picture_has_them() -> None:
    text = "NARRATOR (V.O.)\nIt was the last time.\n"
    assert last_frame(f"{TWO}They dance.\n\n{text}") == {"Tom", "Anna"}
    apart = "INT. HALL - DAY\n\nTOM (30) sweeps.\n\nANNA (34) reads in the gallery.\n\n"
    assert last_frame(f"{apart}{text}") == {"Anna"}


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


def test_relatives_and_couples_are_found_by_their_nouns() -> None:
    assert last_frame(f"{INN}The girl stops sweeping.") == {"Lida"}
    assert last_frame(f"{INN}Lida's cheeks burn.") == {"Lida"}
    assert last_frame(f"{TWO}The couple walk down the steps.") == {"Tom", "Anna"}
