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
