"""Test paragraphs that name only a sound or a mood: they make no shot of their own and lose no words."""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.screenplay import fountain
from milimo_tui.story.shots.shots import ShotDraft, break_down_script

ENGLISH = "INT. HALL - NIGHT\n\nTOM (40) sweeps the floor of the hall with the old broom.\n\n"
GERMAN = "INNEN. DIELE - NACHT\n\nOTTO (40) steht in der Diele und fegt den Boden mit dem alten Besen.\n\n"
FRENCH = "INT. SALLE - NUIT\n\nLUC (40) est dans la salle avec le balai et les seaux de la cuisine.\n\n"


def list_shots(text: str, kept: frozenset[str] = frozenset()) -> list[ShotDraft]:
    [scene] = break_down_script(fountain.parse(text.encode()), Fraction(25), kept=kept)
    return list(scene.shots)


@pytest.mark.parametrize(
    ("scene", "paragraph"),
    [
        (ENGLISH, "Silence."),
        (ENGLISH, "A long, awkward pause."),
        (ENGLISH, "A distant bell. Then nothing."),
        (ENGLISH, "A knock at the door."),
        (GERMAN, "Stille."),
        (GERMAN, "Schritte. Dann eine lange Pause."),
        (FRENCH, "Un long silence."),
    ],
)
def test_sound_or_mood_alone_makes_no_shot(scene: str, paragraph: str) -> None:
    [shot] = list_shots(f"{scene}{paragraph}\n")
    assert shot.action.endswith(paragraph)
    assert shot.end_line == 5
    assert shot.digest == list_shots(scene)[0].digest


@pytest.mark.parametrize(
    "paragraph", ["A bell on a red rope.", "The door opens.", "Silence. Tom turns.", "A child knocks."]
)
def test_paragraph_with_something_to_see_makes_a_shot(paragraph: str) -> None:
    assert [shot.action for shot in list_shots(f"{ENGLISH}{paragraph}\n")][1:] == [paragraph]


def test_mood_at_the_beginning_joins_the_first_shot() -> None:
    [shot] = list_shots("INT. HALL - NIGHT\n\nSilence.\n\nTOM (40) sweeps the floor of the hall.\n")
    assert (shot.line, shot.action.partition(" ")[0], shot.characters) == (3, "Silence.", ("Tom",))


def test_scene_of_a_mood_alone_has_a_shot() -> None:
    assert [shot.action for shot in list_shots("INT. HALL - NIGHT\n\nSilence.\n")] == ["Silence."]


def test_shot_that_a_film_has_already_stays() -> None:
    text = f"{ENGLISH}Silence.\n\nTom coughs.\n"
    [mood] = list_shots("INT. HALL - NIGHT\n\nSilence.\n")
    assert [shot.action for shot in list_shots(text, frozenset([mood.digest]))][1] == "Silence."
