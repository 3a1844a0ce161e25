"""Test looks of characters who are shown before they are named or years later, and clothes mentioned in
passing.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.looks.looks_found import find_looks
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots.shots import break_down_script


def last_of(name: str, text: str) -> str:
    """Return the last look of a character in a screenplay."""
    scenes = break_down_script(fountain.parse(text.encode()), Fraction(25))
    found = find_looks([scene.as_read for scene in scenes])
    return ([""] + [each.text for each in found if each.name == name])[-1]


YOUNG = "INT. VAN - DAY\n\nMAIR, eighteen, denim skirt, rucksack, gets in. She waves.\n\n"
YOUNG += "IFAN, 30, oilskin, drives. He waves.\n\n"


@pytest.mark.parametrize(
    ("name", "later", "look"),
    [
        ("Mair", "A woman gets out in a grey suit. She's forty.", "forty, woman, in a grey suit"),
        ("Mair", "Mair, forty now, gets out.", "forty"),
        ("Mair", "Mair at forty in a red coat gets out.", "forty, in a red coat"),
        ("Mair", "Mair gets out.\n\nShe is about forty dresses late.", "eighteen, denim skirt, rucksack"),
        (
            "Ifan",
            "A white-bearded man of sixty waits.\n\nA woman of forty comes.\n\nMAIR\nIfan?\n\nIFAN\nYes.",
            "60, white-bearded man",
        ),
    ],
)
def test_person_looks_different_years_later(name: str, later: str, look: str) -> None:
    text = f"{YOUNG}EXT. LANE - DUSK\n\n{later}\n"
    assert last_of(name, text).replace("sixty", "60") == look


@pytest.mark.parametrize(
    ("action", "name", "look"),
    [
        (
            "A MAN fills the door: brown poncho, straw hat.\n\nTHE MAN\nGood day.",
            "The Man",
            "brown poncho, straw hat",
        ),
        (
            "On the bonnet a woman, thirty, in a wedding dress.\n\nSHE\nWell?",
            "She",
            "thirty, in a wedding dress",
        ),
        (
            "Two drivers: one old and very big, one young.\n\nTHE OLD ONE\nNo.\n\nTHE YOUNG ONE\nNo.",
            "The Old One",
            "old and very big",
        ),
        (
            "ANNA (30) waits. Opposite her, an enormous man in a checked suit: HERR DOBLER.",
            "Herr Dobler",
            "enormous man, in a checked suit",
        ),
        ("PIET: twenty-two, a clean collar. He waves.", "Piet", "twenty-two, clean collar"),
    ],
)
def test_parts_without_a_name_and_names_after_a_colon_are_found(action: str, name: str, look: str) -> None:
    assert last_of(name, f"INT. HALL - DAY\n\n{action}\n") == look


@pytest.mark.parametrize(
    ("then", "look"),
    [
        ("She takes off her coat and hangs it on TOM (40). He gives Anna the key.", "30, black hat"),
        ("She comes out in the navy tracksuit.", "30, coat, black hat, in the navy tracksuit"),
        (
            "She pulls a pair of spectacles from a bag and puts them on.",
            "30, coat, black hat, pair of spectacles",
        ),
        ("She puts her scarf on.", "30, coat, black hat, scarf"),
        ("She has a man's shirt on a hanger.", "30, coat, black hat"),
        ("Three boys in school uniform block her way.", "30, coat, black hat"),
        ("Opposite her, asleep, an enormous man in a suit.", "30, coat, black hat"),
        ("Left boot, right boot. A cheque goes from glove to glove.", "30, coat, black hat"),
    ],
)
def test_put_on_clothes_and_those_of_another_are_distinguished(then: str, look: str) -> None:
    assert last_of("Anna", f"INT. HALL - DAY\n\nANNA, 30, coat, black hat, waits.\n\n{then}\n") == look


def test_beard_appears_and_disappears() -> None:
    text = "INT. CAR - DAY\n\nTOM, 40, three days of beard, waits.\n\nTom has shaved."
    assert last_of("Tom", text).startswith("40, clean-shaven")
    assert last_of("Tom", f"{text}\n\nHe has grown a beard.\n").startswith("40, beard")


@pytest.mark.parametrize(
    ("name", "script", "told"),
    [
        (
            "Hendrik",
            "INT. QUAY - DAY\n\nIn a yellow slicker and boots: Piet's uncle, HENDRIK VOS, 60.\n\nPIET\nSo.",
            "yellow slicker",
        ),
        (
            "Mila",
            "INT. BARN - DAY\n\nAgainst her back, MILA. Nineteen, denim jacket, one braid undone.",
            "denim",
        ),
        (
            "Teller",
            "INT. BANK - DAY\n\nRITA counts.\n\nRITA\nOne.\n\nA man nods. Forty. Checked blazer. He waits."
            "\n\nTELLER\nNext.",
            "Checked blazer",
        ),
        (
            "Irma",
            "EXT. POOL - DAY\n\nNine girls in red tracksuits climb out. The tallest, IRMA, seventeen, yawns.",
            "red tracksuit",
        ),
        (
            "Agathe",
            "EXT. ROAD - DAY\n\nThree NUNS in grey habits wait. One of them is AGATHE, thirty.",
            "habits",
        ),
        ("Saul", "INT. BAR - DAY\n\nThe rope ends round SAUL's (45, thin, a striped apron).", "45"),
        ("Olga", "INT. CELL - DAY\n\nA boot -- two odd socks -- a patched gown -- and OLGA, TWELVE.", "gown"),
        ("Leo", "INT. CELL - DAY\n\nLEO, who is ninety and as thin as his stick, sits up.", "ninety"),
        (
            "Gardener",
            "INT. KITCHEN - DAY\n\nRUTH peels. An old man in a blue overall scrubs; he never speaks."
            "\n\nRUTH\nHm.\n\nThe GARDENER turns. He limps over.\n\nGARDENER\nTea?",
            "blue overall",
        ),
    ],
)
def test_described_person_is_found_by_other_phrases(name: str, script: str, told: str) -> None:
    assert told in last_of(name, f"{script}\n\n{name.upper()}\nSo.\n")


@pytest.mark.parametrize(
    ("name", "script", "not_told"),
    [
        (
            "Piet",
            "INT. QUAY - DAY\n\nPIET, 20, watches a man in a slicker: his uncle.\n\nPIET\nSo.",
            "slicker",
        ),
        ("Irma", "EXT. POOL - DAY\n\nNine swimmers in red tracksuits pass.\n\nIRMA, 17, yawns.", "tracksuit"),
        ("Nell", "INT. HUT - DAY\n\nNELL, 30, stares at a shape in a black hood.\n\nNELL\nYou.", "hood"),
        (
            "Nell",
            "INT. HUT - DAY\n\nNELL, 30, waits. She sees who is there, in a kimono.\n\nNELL\nYou.",
            "kimono",
        ),
        (
            "Rita",
            "INT. BANK - DAY\n\nRITA counts.\n\nA man steps up. Forty. Checked blazer.\n\nRITA\nNext.",
            "blazer",
        ),
    ],
)
def test_description_of_others_is_not_theirs(name: str, script: str, not_told: str) -> None:
    assert not_told not in last_of(name, script)
