"""Test looks in indirect wording: clothes as pronouns or under other names, clothes of other people, and
characters who change clothes.
"""

from __future__ import annotations

import time
from fractions import Fraction

import pytest

from milimo_tui.story.looks.looks_found import find_looks
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots.shots import break_down_script

SPEAK = "\n\nANNA\nYes.\n\nTOM\nNo.\n"


def last_of(name: str, *actions: str) -> str:
    """Return the last look of a character after the given actions; an empty text if the screenplay gives
    none.
    """
    text = "INT. WARD - DAY\n\n" + "\n\n".join(actions) + SPEAK
    scenes = break_down_script(fountain.parse(text.encode()), Fraction(25))
    found = [each.text for each in find_looks([scene.as_read for scene in scenes]) if each.name == name]
    return found[-1] if found else ""


TOM = "TOM, 40, trench coat, fedora, spectacles pushed up into his hair, waits."


@pytest.mark.parametrize(
    ("action", "then"),
    [
        (
            "He takes his spectacles off, wipes them on his coat and puts them back on.",
            "40, trench coat, fedora",
        ),
        ("He puts his glasses on.", "40, trench coat, fedora"),
        ("He takes off his hat.", "40, trench coat"),
        ("The fedora is off, folded flat.", "40, trench coat"),
        ("A waiter takes his coat.", "40, fedora"),
        ("He hands the coat and hat to a maid.", "40"),
        ("Takes off the coat.", "40, fedora"),
        ("He rolls up his sleeves.", "40, trench coat, fedora, sleeves rolled up"),
    ],
)
def test_garments_are_found_by_synonyms(action: str, then: str) -> None:
    glasses = "spectacles pushed up into his hair"
    parts = last_of("Tom", TOM, action).split(", ")
    assert [each for each in parts if each != glasses and "spectacles" not in each] == then.split(", ")


@pytest.mark.parametrize(
    "action",
    [
        "TOM follows a woman in a red hat.",
        "A nurse in blue scrubs takes TOM's pulse.",
        "TOM stares at a portrait of a general in full uniform.",
        "TOM slips on the wet.",
    ],
)
def test_clothes_of_another_stay_theirs(action: str) -> None:
    assert last_of("Tom", action) == ""


@pytest.mark.parametrize(
    ("actions", "then"),
    [
        (("ANNA, 28, in a yellow sundress, comes down.", "Anna, now in jeans and a parka, locks the door."),
         "28, in jeans and a parka"),
        (("ANNA, 28, in a yellow sundress, comes down.", "She has changed: jeans, boots, a flannel shirt."),
         "28, jeans, boots, flannel shirt"),
        (("ANNA, bare feet, green dress, her shoes in one hand, sits.",
          "She looks at the shoes. She puts them on."),
         "green dress, shoes"),
        (("ANNA, 38, sits.", "Anna comes in, a yellow raincoat, a suitcase, six months pregnant."),
         "38, suitcase, yellow raincoat, six months pregnant"),
        (("ANNA, 38, long hair, sits.", "Her hair, which was to her waist, is cut to the jaw."),
         "38, hair is cut to the jaw"),
        (("ANNA, asleep in a chair, a blanket round her.", "She wakes."), "blanket round her"),
        (("She's older, a shirt and tie from work: ANNA.",), "older, shirt and tie from work"),
        (("ANNA, not a day over twenty, ponytail, lanyard, guards the door.",),
         "not a day over twenty, lanyard, ponytail"),
        (("A woman in her sixties, silver bob, quilted jacket, waits. This is ANNA.",),
         "sixties, quilted jacket, silver bob"),
        (("ANNA, whose grey plait hangs to her waist, ladles soup.",), "grey plait hangs to her waist"),
        (("ANNA enters, resplendent in emerald silk.",), "in emerald silk"),
        (("ANNA and TOM, both soaked, stagger in.",), "soaked"),
        (("The door opens on a woman of nineteen, a motorcycle helmet still on. She lifts the visor: ANNA.",),
         "nineteen, woman, motorcycle helmet still on"),
        (("ANNA, 38, sits.", "In the corner an old woman in a rubber apron doesn't laugh; she never does."), "38"),  # noqa: E501
        (("On the bench, in her good coat and a green felt hat, handbag on her knees: Tom's mother, ANNA, 50.",),  # noqa: E501
         "50, in her good coat and a green felt hat, handbag on her knees"),
    ],
)  # fmt: skip
def test_described_or_newly_dressed_person_is_found(actions: tuple[str, ...], then: str) -> None:
    assert last_of("Anna", *actions) == then


def test_garment_taken_off_and_passed_on_is_worn_by_another() -> None:
    actions = "TOM, 40, in a leather jacket, looks at ANNA. "
    actions += "He takes off the jacket and holds it out. She puts it on."
    assert last_of("Tom", actions) == "40"
    assert "jacket" in last_of("Anna", actions)


@pytest.mark.parametrize(
    "action",
    [
        f"N{'O' * 120}! ANNA waits.",
        f"{'a' * 300} ANNA waits.",
        f"Anna steps{' in' * 40} x yes.",
    ],
)
def test_long_cry_is_read_at_once(action: str) -> None:
    start = time.process_time()
    last_of("Anna", "ANNA, 40, waits.", action)
    assert time.process_time() - start < 5
