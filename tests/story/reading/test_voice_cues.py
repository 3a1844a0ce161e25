"""Test that a cue that names a voice, and no person, is never in the picture."""

from __future__ import annotations

from fractions import Fraction

import pytest

from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.shots.shots import break_down_script
from milimo_tui.story.values.shot_words import VoicePosition

SCRIPT = "INT. HALL - NIGHT\n\nOTTO waits.\n\n{cue}\nNobody is there.\n"


def find_speech(cue: str) -> tuple[VoicePosition, bool]:
    """Return how the speech of a cue is heard, and True if its speaker is in the picture."""
    [scene] = break_down_script(parse(SCRIPT.format(cue=cue).encode()), Fraction(25))
    [shot] = [each for each in scene.shots if each.dialogue]
    return shot.dialogue[0].heard, shot.dialogue[0].character in shot.characters


@pytest.mark.parametrize(
    "cue",
    [
        "VOICE OF A CHILD", "P.A. VOICE", "VOICEOVER", "VOICE-OVER", "A VOICE ON THE STAIRS",
        "WOMAN'S VOICE", "OLD WOMAN'S VOICE #2", "VOICE ON PHONE", "AUTOMATED FEMALE VOICE",
        "RADIO ANNOUNCER",
        "STIMME", "FRAUENSTIMME", "STIMME AUS DEM OFF", "LAUTSPRECHER", "VOIX", "VOIX DE FEMME",
        "HAUT-PARLEUR",
        "VOZ", "VOZ DE MUJER", "ALTAVOZ", "VOCE", "VOCE DI DONNA", "ALTOPARLANTE", "VOZ DE HOMEM",
        "ALTO-FALANTE",
        "STIMME IM RADIO", "EINE STIMME", "VOIX DE LA MÈRE", "UNA VOZ", "VOZ DA RUA", "VOCE DAL MARE",
    ],
)  # fmt: skip
def test_voice_is_only_heard(cue: str) -> None:
    heard, is_shown = find_speech(cue)
    assert heard is not VoicePosition.SEEN
    assert not is_shown


@pytest.mark.parametrize("cue", ["OTTO", "VOCELLI", "MRS. VOYCE", "THE VOICE COACH", "STIMMEL"])
def test_person_with_a_similar_name_is_shown(cue: str) -> None:
    assert find_speech(cue) == (VoicePosition.SEEN, True)


def test_voice_of_a_known_person_is_that_person_off_screen() -> None:
    scene = break_down_script(parse(SCRIPT.format(cue="OTTO'S VOICE").encode()), Fraction(25))[0]
    [shot] = [each for each in scene.shots if each.dialogue]
    assert (shot.dialogue[0].character, shot.dialogue[0].heard) == ("Otto", VoicePosition.OFF_SCREEN)


def test_voice_that_the_action_names_is_not_in_the_picture() -> None:
    text = SCRIPT.format(cue="WOMAN'S VOICE") + "\nA WOMAN'S VOICE calls. Otto turns to the Woman's Voice.\n"
    [scene] = break_down_script(parse(text.encode()), Fraction(25))
    assert scene.shots[-1].characters == ("Otto",)
