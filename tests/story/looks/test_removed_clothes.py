"""Test clothes removed with various verbs, and looks after time has passed: a montage, a flashback."""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.looks.looks_found import find_looks
from milimo_tui.story.looks.moved_garments import find_removed_garments, find_words_under_garment
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots.shots import break_down_script


def last_look(name: str, script: str) -> str:
    """Return the last look of a character in a screenplay; an empty text if the screenplay gives none."""
    scenes = break_down_script(fountain.parse(script.encode()), Fraction(25))
    found = [each.text for each in find_looks([scene.as_read for scene in scenes]) if each.name == name]
    return found[-1] if found else ""


HALL = """INT. HALL - DAY

VERA, 30, brown cardigan, straw bonnet, stands by OTTO, 50, grey waistcoat, bowler, monocle.

{}

VERA
Yes.

OTTO
No.
"""
VERA, OTTO = "30, brown cardigan, straw bonnet", "50, grey waistcoat, bowler, monocle"


@pytest.mark.parametrize(
    ("action", "gone"),
    [
        ("Vera unfastens the cardigan hook by hook and lets it drop.", "brown cardigan"),
        ("Vera pulls the bonnet from her head and shuts it in a drawer.", "straw bonnet"),
        ("The bonnet's already on the piano.", "straw bonnet"),
        ("Vera holds the bonnet between her teeth.", "straw bonnet"),
        ("Otto stands with the bowler in both hands.", "bowler"),
        ("Otto sets the bowler beside the lamp.", "bowler"),
        ("Otto trades the bowler for a bottle.", "bowler"),
        ("Otto crouches, the waistcoat folded under him.", "grey waistcoat"),
        ("A gust takes the bowler.", "bowler"),
        ("A porter divests him of the bowler.", "bowler"),
        ("Vera lifts the monocle off him.", "monocle"),
    ],
)
def test_garment_in_another_place_is_no_longer_worn(action: str, gone: str) -> None:
    script = HALL.format(action)
    both = [*last_look("Vera", script).split(", "), *last_look("Otto", script).split(", ")]
    assert both == [each for each in f"{VERA}, {OTTO}".split(", ") if each != gone]


@pytest.mark.parametrize(
    "action",
    [
        "Otto straightens the bowler.",
        "Vera catches the cardigan on a nail.",
        "Vera tugs the bonnet down over her ears.",
        "Rain drips from the bowler.",
        "Otto dusts off the bowler.",
        "Otto, in the bowler, crosses to the door.",
        "Otto takes off the bowler, looks at it and puts it on again.",
    ],
)
def test_touched_garment_stays_on(action: str) -> None:
    script = HALL.format(action)
    for name, told in (("Vera", VERA), ("Otto", OTTO)):
        assert set(last_look(name, script).split(", ")) == set(told.split(", "))


@pytest.mark.parametrize(
    "sentence",
    [
        "She hides under the coat.",
        "Dark circles under his eyes.",
        "She sleeps under it, coat and all.",
        "Under the coats the suit is wet.",
        "Under it, a key.",
    ],
)
def test_nothing_is_seen_under_what_stays_on(sentence: str) -> None:
    assert find_words_under_garment(sentence) is None


def test_clothes_below_are_seen_when_the_upper_come_off() -> None:
    hut = "INT. HUT - DAY\n\nJON, 30, anorak, comes in. He takes off the anorak. {}\n\nJON\nHm.\n"
    assert last_look("Jon", hut.format("Under it he has a fisherman's jersey.")) == "30, fisherman's jersey"
    assert [each.words for each in find_removed_garments("Ada relieves him of the hat, then the coat.")] == [
        "the hat",
        "the coat",
    ]


def test_thing_that_is_no_garment_is_given_away_too() -> None:
    hut = "INT. HUT - DAY\n\nNELL, 30, with a chipped tooth and a silver compass.\n\nNELL\nYou.\n\n"
    hut += "{}\n\nNELL\nSo.\n"
    assert last_look("Nell", hut.format("She hands the compass to the guide.")) == "30, with a chipped tooth"
    assert "compass" in last_look("Nell", hut.format("She looks at the compass."))


INA = "INT. FLAT - DAY\n\nINA, 30, {}.\n\nINA\nHm.\n\n"


@pytest.mark.parametrize(
    ("before", "after", "has", "not_any_more"),
    [
        ("green dress", "INT. OFFICE - NIGHT\n\nIna comes in, a purple jumper, jeans.", "jumper", "dress"),
        ("with a wicker basket", "INT. OFFICE - NIGHT\n\nIna yawns.", "30", "basket"),
        ("shirtsleeves", "INT. OFFICE - NIGHT\n\nIna yawns.", "30", "shirtsleeves"),
        (
            "green dress",
            "MONTAGE\n\nA) KITCHEN - NIGHT - Ina in a chef's apron burns a pan.\n\n"
            "B) PARK - MORNING - Ina runs.\n\nEND OF MONTAGE",
            "30",
            "apron",
        ),
    ],
)
def test_temporary_look_ends_with_its_scene_or_item(
    before: str, after: str, has: str, not_any_more: str
) -> None:
    told = last_look("Ina", INA.format(before) + after + "\n\nINA\nSo.\n")
    assert has in told
    assert not_any_more not in told


@pytest.mark.parametrize(
    "after",
    [
        "INT. OFFICE - CONTINUOUS\n\nIna comes in, a purple shawl over it.",
        "INT. OFFICE - NIGHT\n\nIna puts on a mackintosh.",
        "INT. OFFICE - NIGHT\n\nIna yawns.",
        "INT. OFFICE - NIGHT\n\nIna, in her mittens, yawns.",
        "MONTAGE\n\nA) PARK - DAY - Ina runs.\n\nB) PARK - LATER - Ina walks.\n\nEND OF MONTAGE",
    ],
)
def test_continued_action_keeps_the_dress(after: str) -> None:
    told = last_look("Ina", INA.format("green dress") + after + "\n\nINA\nSo.\n")
    assert "green dress" in told


def test_heading_back_to_scene_is_the_present() -> None:
    script = """INT. FLAT - NIGHT

KARL (70), a blue cardigan.

KARL
Hm.

FLASHBACK - INT. SHIP - NIGHT - 1960

Karl is fifteen, in a sailor suit.

{}KARL
Yes.

BACK TO SCENE

Karl shuts the book.

KARL
So.
"""
    assert last_look("Karl", script.format("")) == "70, blue cardigan"
    insert = "INSERT - A COMPASS\n\nThe needle turns.\n\nBACK TO SCENE\n\nKarl nods.\n\n"
    assert "sailor suit" in last_look(
        "Karl", script.format(insert).replace("\n\nBACK TO SCENE\n\nKarl shuts", "")
    )


def test_heading_back_in_a_year_is_the_time_of_the_film() -> None:
    script = """INT. MILL - NIGHT (2005)

BIRGIT, sixty, a grey shawl.

BIRGIT
Hm.

INT. MILL - NIGHT (1970)

Birgit is twenty, in a red frock.

BIRGIT
Yes.

BACK IN THE MILL (2005)

Birgit nods.

BIRGIT
So.
"""
    assert last_look("Birgit", script) == "sixty, grey shawl"


def test_coat_changes_hands_in_a_montage_of_another_era() -> None:
    script = """INT. HALL - DAY

TOM, 30, green coat, waits with ANNA, 20, red scarf.

FLASHBACK - INT. SHIP - NIGHT

MONTAGE

A) DECK - NIGHT - Anna shivers.

B) CABIN - NIGHT - Tom puts his coat round Anna's shoulders.

END OF MONTAGE
"""
    assert last_look("Anna", script) == "coat"
    assert last_look("Tom", script) == "30, green coat"
