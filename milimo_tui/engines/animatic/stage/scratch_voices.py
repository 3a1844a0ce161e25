"""Speak a shot's provisional dialogue with `espeak-ng` if it is installed, or else with a soft hum of
syllables, in a voice that suits the character.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.engines.animatic.figures.cast import CastLook
from milimo_tui.engines.speech.scratch_speech import Samples, hum_syllables, run_speech_program


@dataclass(frozen=True, slots=True)
class SpeakerTone:
    """The values of the speech program that suit a character: a voice variant, such as `f3`, and a pitch from
    0 to 99.
    """

    variant: str
    pitch: int


def choose_tone(appearance: CastLook) -> SpeakerTone:
    """Return the tone that suits a character's appearance. It is the same in every shot."""
    family = "f" if appearance.woman or appearance.age == "child" else "m"
    variant = 1 + appearance.voice % (5 if family == "f" else 7)
    pitch = {"child": 82, "old": 34, "adult": 52}[appearance.age] + appearance.voice % 13 - 6
    return SpeakerTone(f"{family}{variant}", pitch)


def compute_hum_pitch(appearance: CastLook) -> float:
    """Return the pitch in Hz at which a character hums."""
    return (
        (215.0 if appearance.woman else 118.0)
        * {"child": 1.45, "adult": 1.0, "old": 0.88}[appearance.age]
        * 2 ** ((appearance.voice % 9 - 4) / 24)
    )


def speak_line(
    executable: str,
    text: str,
    appearance: CastLook,
    seconds: float,
    sample_rate: int,
    voice: str = "",
    language_voice: str = "en",
) -> Samples | None:
    """Return a line spoken in about `seconds` seconds. None if the speech program fails.

    If `voice` is empty, the character's appearance decides which voice speaks. A variant without a voice,
    such as `+f3`, is a variant of `language_voice`.
    """
    words = max(1, len(text.split()))
    pace = round(min(300, max(120, 60 * words / max(0.4, seconds - 0.15))))
    tone = choose_tone(appearance)
    voice = voice or f"+{tone.variant}"
    voice = f"{language_voice}{voice}" if voice.startswith("+") else voice
    return run_speech_program(
        executable, text, voice=voice, pitch=tone.pitch, pace=pace, sample_rate=sample_rate
    )


def hum_line(text: str, appearance: CastLook, seconds: float, sample_rate: int, seed: int) -> Samples:
    """Return a soft hum in place of speech: a note for each syllable, at the character's pitch."""
    return hum_syllables(text, compute_hum_pitch(appearance), seconds, sample_rate, seed)
