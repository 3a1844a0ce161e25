"""Test reading facts from text: places, hours, weather, things and appearances from tables, and unknown
words.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milimo_tui.engines.animatic.draw.palette import Hour
from milimo_tui.engines.animatic.figures.cast import describe_appearance
from milimo_tui.engines.animatic.stage import script_words
from milimo_tui.engines.animatic.stage.staging import stage_shot
from milimo_tui.engines.specs.spec_values import DescribedPerson, ShotFacts
from tests.engines.animatic.shots import MARA, facts, picture


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("EXT. RAIN MARKET - NIGHT", "market"),
        ("EXT. BACK ALLEY - NIGHT", "alley"),
        ("EXT. CITY STREETS - DAY", "street"),
        ("EXT. ROOFTOP - DAWN", "roof"),
        ("EXT. CANAL BRIDGE - DAWN", "bridge"),
        ("EXT. THE WOODS - DAY", "forest"),
        ("EXT. WHEAT FIELD - DAY", "field"),
        ("EXT. VOID - DAY", "neutral"),
        ("INT. NOODLE BAR - NIGHT", "cafe"),
        ("INT. BAR - NIGHT", "bar"),
        ("INT. ELENA'S APARTMENT - KITCHEN - DAY", "kitchen"),
        ("INT. HOSPITAL - CORRIDOR - NIGHT", "corridor"),
        ("INT. EMPTY HALL - DAY", "hall"),
        ("INT. TAXI - NIGHT", "car"),
        ("INT. NIGHT TRAIN - NIGHT", "train"),
        ("INT. CATHEDRAL - DAY", "church"),
        ("INT. TENT - DESERT - DAY", "neutral"),
        ("INT./EXT. CAR - NIGHT", "car"),
    ],
)
def test_places_are_read_from_headings(heading: str, kind: str) -> None:
    shot = facts(heading)
    if heading.startswith("INT./EXT"):
        shot = facts("INT. CAR - NIGHT", setting="INT/EXT")
    assert stage_shot(shot, 1.5, 1).kind == kind


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ("NIGHT", Hour.NIGHT),
        ("LATER THAT NIGHT", Hour.NIGHT),
        ("PRE-DAWN", Hour.DAWN),
        ("EARLY MORNING", Hour.DAWN),
        ("MORNING", Hour.MORNING),
        ("MAGIC HOUR", Hour.SUNSET),
        ("EVENING", Hour.DUSK),
        ("AFTERNOON", Hour.DAY),
        ("CONTINUOUS", Hour.DAY),
        ("MOMENTS LATER", Hour.DAY),
        ("", Hour.DAY),
    ],
)
def test_hours_are_read_from_headings(said: str, hour: Hour) -> None:
    assert script_words.find_hour(said, f"EXT. STREET - {said}", "") == hour


def test_weather_is_read_and_its_absence_is_clear_weather() -> None:
    assert script_words.find_weather(["Rain hammers the awnings; steam rises."]) == ("rain", "smoke")
    assert script_words.find_weather(["Snow falls through the fog."]) == ("snow", "fog")
    assert script_words.find_weather(["She buttons her raincoat on the fire escape. No rain today."]) == ()


@pytest.mark.parametrize(
    ("action", "thing"),
    [
        ("INSERT - HER PALM: a brass coin, worn thin.", "coin"),
        ("The phone lights up beside the gun.", "phone"),
        ("A letter on the mat.", "letter"),
        ("Fingers drum.", "hands"),
    ],
)
def test_inserts_show_what_the_words_name_first(action: str, thing: str) -> None:
    assert stage_shot(facts(function="insert", action=action), 1.5, 1).thing == thing


def test_cutaway_shows_what_its_own_words_name() -> None:
    shot = facts("INT. NOODLE BAR - NIGHT", function="cutaway", action="A crane swings over the roofs.")
    staging = stage_shot(shot, 1.5, 1)
    assert (staging.kind, staging.inside) == ("roof", False)


def test_look_belongs_to_the_name_and_words_override_it() -> None:
    assert describe_appearance(DescribedPerson(name="MARA")) == describe_appearance(
        DescribedPerson(name="Mara (V.O.)")
    )
    text = describe_appearance(
        DescribedPerson(
            name="MARA", description="an old woman in a red coat, white hair in a bun, glasses, hat"
        )
    )
    assert (text.age, text.style, text.hat, text.garment) == ("old", "bun", "fedora", "coat")
    assert text.glasses
    assert text.coat[0] > 1.8 * text.coat[2]
    plain = describe_appearance(DescribedPerson(name="MARA"))
    assert (text.skin, text.voice) == (plain.skin, plain.voice)
    child = describe_appearance(DescribedPerson(name="PIP", description="a child in a yellow raincoat"))
    assert child.height < 1.4 < plain.height
    assert describe_appearance(DescribedPerson(name="ABE", description="bearded")).beard == "full"


def test_unknown_person_is_a_neutral_figure() -> None:
    looks = [describe_appearance(DescribedPerson(name=f"PERSON {index}")) for index in range(30)]
    assert len({replace(look, name="", coat=(0, 0, 0), voice=0) for look in looks}) == 1
    for look in looks:
        assert not any((look.woman, look.beard, look.hat, look.glasses, look.scarf, look.animal))
        assert max(look.coat) - min(look.coat) < 16, "the clothes are grey"
    # A name alone shows neither gender nor age.
    names = ("MARA", "ANNA", "BOB", "Elena")
    assert not any(describe_appearance(DescribedPerson(name=name)).woman for name in names)
    assert {describe_appearance(DescribedPerson(name=name)).age for name in names} == {"adult"}


def test_two_people_in_the_colours_of_their_words_are_distinct() -> None:
    red, blue = (
        picture(
            facts(
                "EXT. FIELD - DAY", DescribedPerson(name="ANN", description=f"a long {hue} coat"), size="FS"
            )
        )
        for hue in ("red", "blue")
    )
    middle = (slice(60, 150), slice(60, 180))
    assert red[middle][..., 0].mean() > blue[middle][..., 0].mean() + 1
    assert blue[middle][..., 2].mean() > red[middle][..., 2].mean() + 1


_ANY = st.text(max_size=60)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(heading=_ANY, action=_ANY, name=_ANY, size=st.sampled_from(["CU", "WS", "??"]), function=_ANY)
def test_no_words_break_the_drawing(heading: str, action: str, name: str, size: str, function: str) -> None:
    shot = ShotFacts(
        heading=heading, location=heading, action=action, size=size, function=function, movement=function,
        characters=(DescribedPerson(name=name, description=action), MARA),
    )  # fmt: skip
    assert picture(shot, width=48, height=32).shape == (32, 48, 3)


def test_known_woman_is_drawn_as_one_whatever_her_name() -> None:
    names = [
        f"{first}{last}" for first in ("BRE", "ILS", "KON", "TAV", "ZIR") for last in ("EN", "IK", "OR", "US")
    ]
    women = [describe_appearance(DescribedPerson(name=name, gender="she")) for name in names]
    assert all(one.woman and not one.beard for one in women)
    assert not any(describe_appearance(DescribedPerson(name=name, gender="he")).woman for name in names)
    # The description of a person overrides the person's gender field.
    assert (
        describe_appearance(
            DescribedPerson(name="KON", description="an old man with a beard", gender="she")
        ).beard
        == "full"
    )
    assert describe_appearance(DescribedPerson(name="MARA")) == describe_appearance(
        DescribedPerson(name="MARA", gender="")
    )
