"""Looks told in the plainest ways: what somebody is and has, what lies beside them, what is theirs no more."""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.looks.looks_found import looks_found
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots.shots import break_down

SPEAK = "\n\nANNA\nYes.\n\nTOM\nNo.\n"


def last_of(name: str, text: str) -> str:
    scenes = break_down(fountain.parse(f"INT. HALL - DAY\n\n{text}{SPEAK}".encode()), Fraction(24))
    found = [each.text for each in looks_found([scene.as_read for scene in scenes]) if each.name == name]
    return found[-1] if found else ""


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("ANNA, 24, has a bleached crew cut and a man's black coat.", "24, man's black coat, bleached crew cut"),
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
def test_what_somebody_is_and_has(text: str, then: str) -> None:
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
def test_what_is_not_on_anybody(text: str, then: str) -> None:
    assert last_of("Tom", text) == then
