"""Speak a shot's provisional dialogue with `espeak-ng` if it is installed, or else with a soft hum of
syllables, in a voice that suits the character.
"""

from __future__ import annotations

from milimo_tui.engines.animatic.figures.cast import CastLook
from milimo_tui.engines.animatic.stage.speaker_tones import choose_tone, compute_hum_pitch
from milimo_tui.engines.speech.scratch_speech import Samples, hum_syllables, run_speech_program


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
