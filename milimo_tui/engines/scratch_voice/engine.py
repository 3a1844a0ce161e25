"""The engine that speaks provisional lines in the language of the script. Every line is marked as scratch."""

from __future__ import annotations

import hashlib

import numpy as np

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.animatic.figures.cast import CastLook, describe_appearance
from milimo_tui.engines.animatic.stage.speaker_tones import choose_tone, compute_hum_pitch
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.provenance import MEDIA_LIBRARIES, build_provenance_texts
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.engines.specs.spec_values import DescribedPerson
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.speech import speech_program
from milimo_tui.engines.speech.scratch_speech import (
    Samples,
    count_line_syllables,
    hum_syllables,
    run_speech_program,
)
from milimo_tui.engines.speech.spoken_file import finish_spoken_line
from milimo_tui.media.sound.changed_speed import change_pitch_and_pace

HUMMED = "the line is hummed, because no speech program is installed (sudo apt install espeak-ng)"
OWN_PACE = 165  # Words per minute at the pace 1.
# Steps of the program's pitch (0 to 99) per semitone.
_SEMITONE = 3.5
# Amplitudes of the program (0 to 200, by default 100) by style.
_AMPLITUDES = {"plain": 100, "whispered": 60, "shouted": 180}
_SYLLABLES_PER_SECOND = 4.5


class ScratchVoice:
    """An engine that speaks without a model."""

    name = "scratch-voice"

    def load(self) -> None:
        """Do nothing: the engine has no model."""

    def unload(self) -> None:
        """Do nothing: the engine has no model."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Speak or hum one line. Raises BadInput for another kind of job, Failed if nothing is heard."""
        if not isinstance(spec, MakeSpeech):
            raise BadInput(f"the scratch voice can't do “{spec.kind}”", "it speaks lines")
        context.progress("speaking", 0, 1)
        appearance = describe_appearance(spec.speaker or DescribedPerson(name="SOMEONE"))
        program = speech_program.find_program(speech_program.read_setting())
        notes: list[str] = []
        spoken = _speak_by_program(program, spec, appearance, notes) if program else None
        if spoken is None:
            notes = [HUMMED]
            spoken = _hum_text(spec, appearance)
        context.progress("speaking", 1, 1)
        tags = build_provenance_texts(spec, libraries=MEDIA_LIBRARIES, previs=True)
        return finish_spoken_line(
            spec,
            context,
            spoken[None],
            spec.sample_rate,
            scratch=True,
            notes=notes,
            metadata={**tags, "comment": "SCRATCH: a provisional voice"},
            hummed=HUMMED in notes,
        )


def _speak_by_program(
    program: str, spec: MakeSpeech, appearance: CastLook, notes: list[str]
) -> Samples | None:
    tone = choose_tone(appearance)
    language = spec.language.lower().replace("_", "-") or "en"
    voice, variant = "", tone.variant
    if spec.voice and speech_program.has_voice(program, spec.voice):
        voice, _, variant = spec.voice.partition("+")
    elif spec.voice:
        notes.append(f"there is no voice “{spec.voice}” here: one that suits the character speaks")
    # A variant without a voice, such as `+f3`, speaks the language of the line.
    if not voice:
        voice = speech_program.find_language_voice(program, language)
        if not voice:
            notes.append(f"the speech program has no voice for the language “{language}”: English is used")
            voice = "en"
    if spec.style == "whispered":
        variant = "whisper"
    voice = f"{voice}+{variant}" if variant else voice
    pitch = tone.pitch + _SEMITONE * spec.pitch + (8 if spec.style == "shouted" else 0)
    return run_speech_program(
        program,
        spec.text,
        voice=voice,
        pitch=round(min(99, max(0, pitch))),
        pace=round(min(450, max(80, OWN_PACE * spec.pace))),
        sample_rate=spec.sample_rate,
        amplitude=_AMPLITUDES[spec.style],
    )


def _hum_text(spec: MakeSpeech, appearance: CastLook) -> Samples:
    seconds = max(0.4, count_line_syllables(spec.text) / _SYLLABLES_PER_SECOND)
    seed = int.from_bytes(hashlib.sha256(f"hum:{appearance.name}:{spec.text}".encode()).digest()[:4])
    hummed: Samples = hum_syllables(spec.text, compute_hum_pitch(appearance), seconds, spec.sample_rate, seed)
    changed = change_pitch_and_pace(hummed[None], spec.sample_rate, semitones=spec.pitch, pace=spec.pace)
    return np.asarray(changed[0], np.float32)
