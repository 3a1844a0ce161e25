"""Test places and props found in the action of a screenplay, and descriptions that must be ignored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.story.elements.place_layers_found import extract_place_layers
from milimo_tui.story.elements.place_names_found import list_script_places
from milimo_tui.story.elements.things_found import extract_objects
from milimo_tui.story.screenplay.fountain import parse
from tests.story.films import drafts


def things(action: str, people: tuple[str, ...] = ("Mara", "Jun")) -> dict[str, str]:
    text = f"INT. ROOM - DAY\n\n{action}\n\nMARA\nYes.\n\nJUN\nNo.\n"
    return {one.name: one.looks for one in extract_objects([each.as_read for each in drafts(text)], people)}


def places(*headings: str) -> dict[str, str]:
    text = "\n\n".join(f"{heading}\n\nIt stands there." for heading in headings)
    read = [each.as_read for each in drafts(text)]
    return list_script_places(parse(text.encode()).scenes, read)


def layers(action: str) -> dict[str, str]:
    text = f"INT. ROOM - DAY\n\n{action}\n\nMARA\nYes.\n"
    found = extract_place_layers(parse(text.encode()).scenes, [each.as_read for each in drafts(text)])
    return {**dict(found.places.get("Room", ())), **dict(found.scenes.get(1, ()))}


@pytest.mark.parametrize(
    ("action", "found"),
    [
        ("She studies the MANUAL through two pairs of spectacles.", {"Manual": ""}),
        ("He turns over a POSTCARD of a volcano.", {"Postcard": "a postcard of a volcano"}),
        ("In her hand, a nickel-plated REVOLVER.", {"Revolver": "a nickel-plated revolver"}),
        ("He sees the old brass ASTROLABE.", {"Astrolabe": "an old brass astrolabe"}),
    ],
)
def test_things_in_capitals_are_props(action: str, found: dict[str, str]) -> None:
    assert things(action) == found


@pytest.mark.parametrize(
    "action",
    [
        "A BANG.",
        "The CREAK of a floor.",
        "A sudden SCREAM.",
        "a HUGE explosion shakes it.",
        "She is the LAST.",
        "He opens the RED door.",
        "On the door the word BRAKES.",
        "A sign: CLOSED.",
        "The TITLE: THE END.",
        "He nods at the STRANGER.",
        "A big DOG sits there.",
        "They walk to the KITCHEN.",
        "Mara hugs her BROTHER.",
        "The CAMERA follows.",
        "It is an ANGLE on the street.",
        'He reads: "the KEY".',
        "Mara takes the letter. Jun takes the letter from her and tears it.",
        "Over the NOISE of the crowd.",
        "Across the palm, an old white SCAR.",
    ],
)
def test_other_words_are_no_props(action: str) -> None:
    assert things(action) == {}


@given(st.text(alphabet="abcTHE keyKEY.,:“” aAletter", max_size=200))
def test_each_prop_of_any_text_is_found_once_with_its_words(action: str) -> None:
    text = f"INT. ROOM - DAY\n\nx {action}\n"
    found = extract_objects([each.as_read for each in drafts(text)], ())
    assert len({one.name.casefold() for one in found}) == len(found)
    assert all(one.quote for one in found)


@pytest.mark.parametrize(
    ("headings", "tree"),
    [
        (("INT. HOUSE - KITCHEN - NIGHT",), {"House": "", "House - Kitchen": "House"}),
        (("EXT. HOUSE - DAY", "INT. KITCHEN - DAY"), {"House": "", "Kitchen": "House"}),
        (
            ("EXT. HOUSE - DAY", "INT. KITCHEN - DAY", "INT. HALL - DAY"),
            {"House": "", "Kitchen": "House", "Hall": "House"},
        ),
        (  # The kitchens could belong to the house or to the hotel, so the kitchen has no parent.
            ("EXT. HOUSE - DAY", "INT. KITCHEN - DAY", "EXT. HOTEL - DAY", "INT. KITCHEN - DAY"),
            {"House": "", "Kitchen": "", "Hotel": ""},
        ),
        (("EXT. STREET - DAY", "INT. KITCHEN - DAY"), {"Street": "", "Kitchen": ""}),
        (("EXT. HOUSE - DAY", "INT. MARA'S KITCHEN - DAY"), {"House": "", "Mara's Kitchen": ""}),
        (("INT. CAR - MOVING - NIGHT",), {"Car": ""}),
        (
            ("INT. BEDROOM - MARA'S HOUSE - DAY",),
            {"Mara's House": "", "Bedroom - Mara's House": "Mara's House"},
        ),
        (
            ("INT. NIGHT BUS - NIGHT", "INT. NIGHT BUS, BACK - NIGHT"),
            {"Night Bus": "", "Night Bus, Back": "Night Bus"},
        ),
        (("INT. KITCHEN / HALL - DAY",), {"Kitchen / Hall": ""}),
    ],
)
def test_headings_make_the_place_tree(headings: tuple[str, ...], tree: dict[str, str]) -> None:
    assert places(*headings) == tree


@pytest.mark.parametrize(
    ("action", "found"),
    [
        ("Eight stools, red light, steam.", {"detail": "Eight stools, red light, steam."}),
        ("Unopened mail in a fruit bowl.", {"detail": "Unopened mail in a fruit bowl."}),
        ("No power.", {"constraints": "No power."}),
        ("The lights are out.", {"constraints": "The lights are out."}),
        ("The room is flooded.", {"constraints": "The room is flooded."}),
        ("Once a chapel.", {"function": "Once a chapel."}),
        ("A crucifix over the stove.", {"culture": "A crucifix over the stove."}),
        (
            "It is known as the worst place in town.",
            {"reputation": "It is known as the worst place in town."},
        ),
        ("Wipers smear a low orange sun.", {}),
        ("Planks wheel into the air.", {}),
        ("Rain on the glass.", {}),
        ("Wide on the room.", {}),
        ("On the screen: two chairs, one lamp.", {}),
        ("Mara sits down.", {}),
        ("She is famous.", {}),
        ("He has no power.", {}),
    ],
)
def test_layers_are_plain_sentences_about_nobody(action: str, found: dict[str, str]) -> None:
    assert layers(action) == found
