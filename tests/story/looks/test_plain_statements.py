"""Test looks in plain statements: what a character is and has, things that lie nearby, and clothes that came
off.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.looks.looks_found import find_looks
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots.shots import break_down_script

SPEAK = "\n\nANNA\nYes.\n\nTOM\nNo.\n"


def last_of(name: str, text: str) -> str:
    scenes = break_down_script(fountain.parse(f"INT. HALL - DAY\n\n{text}{SPEAK}".encode()), Fraction(24))
    found = [each.text for each in find_looks([scene.as_read for scene in scenes]) if each.name == name]
    return found[-1] if found else ""


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("ANNA, 24, has a bleached crew cut and a man's coat.", "24, man's coat, bleached crew cut"),
        ("ANNA (24) has a shaved head, a nose ring and a parka two sizes too big.",
         "24, nose ring, parka two sizes too big, shaved head"),
        ("ANNA, 40s, has kind eyes, a narrow face and paint on her overalls.",
         "40s, kind eyes, narrow face and paint on her overalls"),
        ("ANNA, 40s, has a cold and a hand on the wheel. She has an idea.", "40s"),
        ("TOM is fifty. He has a grey moustache, a bald head and half-moon spectacles.",
         "fifty, half-moon spectacles, bald head, grey moustache"),
        ("TOM, 50, has the build of a retired boxer.", "50, build of a retired boxer"),
        ("TOM, 50, sits down. He's a thin man in a mended shirt.", "50, thin man, in a mended shirt"),
        ("TOM sits down. He's a big man of fifty with a red beard.", "fifty, big man, red beard"),
        ("TOM sits down. He's a thin man, 50, in a mended shirt.", "50, thin man, in a mended shirt"),
        ("TOM sits down. He's the best man, 50, in a mended shirt.", "50, in a mended shirt"),
        ("ANNA sits down. She's a tall, freckled girl of nineteen with paint on her hands.",
         "nineteen, tall freckled girl, paint on her hands"),
        ("ANNA's a wiry woman in her sixties, a fishing hat pulled low.",
         "sixties, wiry woman, fishing hat pulled low"),
    ],
)  # fmt: skip
def test_states_and_possessions_are_found(text: str, then: str) -> None:
    assert last_of("Anna" if text.startswith("ANNA") else "Tom", text) == then


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("TOM, 50, gray suit, sits. His fedora is beside him on the bed.", "50, gray suit"),
        ("TOM, 50, gray suit, fedora, sits. He puts the fedora next to him on the bench.", "50, gray suit"),
        ("TOM, 50, duster, boots. The duster hangs from a nail.", "50, boots"),
        ("TOM, 50, boots. He takes some time over the sandals in the window.", "50, boots"),
        ("TOM, 50, boots. He takes a long look at the coat.", "50, boots"),
    ],
)
def test_garments_on_nobody_are_not_seen(text: str, then: str) -> None:
    assert last_of("Tom", text) == then


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("TOM SHAW, 70, pitching coach, a satin jacket zipped up, white sideburns, starts across.",
         "70, pitching coach, satin jacket zipped up, white sideburns"),
        ("Old TOM, the medic, in fingerless gloves, is cheating.", "old, medic, in fingerless gloves"),
        ("Gaunt, white-haired TOM (70) waits.", "70, white-haired, gaunt"),
        ("TOM, cutoff jeans and no shirt, waits.", "no shirt, cutoff jeans"),
        ("TOM, cutoff jeans and no shirt, waits. He puts on a shirt.", "cutoff jeans, shirt"),
        ("TOM, 50, hat.\n\nTom, shaved. No hat, no tie.", "50, no tie, shaved"),
        ("TOM in a coat sits. Forties, a streak of white at the temple that he's stopped hiding, boots off "
         "and beside him.", "Forties, in a coat, streak of white at the temple"),
        ("TOM, about eight, school cap, comes in.", "about eight, school cap"),
        ("TOM, 60, black coat.\n\nTom, a cap, a waxed coat with the cuffs turned down, blows a whistle.",
         "60, cap, waxed coat with the cuffs turned down"),
        ("TOM plays bass: long dark hair.\n\nBy the door, in a suit, with his hair cut short: Tom.",
         "in a suit, with his hair cut short"),
        ("TOM, 30, shirt and tie.\n\nTom, his tie over his shoulder, runs.",
         "30, shirt and tie over his shoulder"),
        ("TOM, 7, raincoat.\n\nTom is nearly nine. He has short hair and glasses.",
         "nearly nine, short hair and glasses"),
    ],
)  # fmt: skip
def test_lists_are_read(text: str, then: str) -> None:
    assert last_of("Tom", text) == then


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("TOM, 36, grey suit.\n\nTom is in his shirtsleeves, the jacket over the back of his chair.",
         "36, grey suit, shirtsleeves"),
        ("TOM, 70, in a coat with pyjamas showing under it, waits. He takes off the coat.",
         "70, pyjamas showing under it"),
        ("TOM, 21, uniform, cap.\n\nIn her hand is his cap.", "21, uniform"),
        ("TOM, 70, vest with a handkerchief up the sleeve.\n\nHe pulls the handkerchief out of his sleeve.",
         "70, vest"),
        ("TOM, blue apron, gloves. He has changed the apron for a good coat.", "gloves, good coat"),
        ("TOM, 7, raincoat. He leans in and his raincoat fills the screen.", "7, raincoat"),
        ("TOM, 40.\n\nA door opens behind him and the little boy comes out, in a nightshirt.", "40"),
        ("TOM, 40, hat. Across the way a WOMAN in grey, no hat, cleans a gun.", "40, hat"),
        ("TOM, 40. He lays the rule against the boy, heel to crown.", "40"),
        ("TOM, 40, pyjama trousers and a hoodie.\n\nTom stands there in his pyjamas.",
         "40, pyjama trousers and a hoodie"),
    ],
)  # fmt: skip
def test_garments_taken_off_or_never_worn_are_not_seen(text: str, then: str) -> None:
    assert last_of("Tom", text) == then


def test_garment_moved_to_another_takes_its_details_along() -> None:
    text = "ANNA, 17, sweatshirt, whistle.\n\nTOM, 14, in shorts.\n\n"
    text += "Anna pulls the sweatshirt off over her head. "
    text += "She drops the sweatshirt down over Tom, whistle and all."
    assert last_of("Anna", text) == "17"
    assert last_of("Tom", text) == "14, in shorts, sweatshirt, whistle"
