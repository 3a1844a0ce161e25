"""The engine that speaks lines with Kokoro. The model is loaded in a process of its own, which is retained
between lines.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import read_settings
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.provenance import MEDIA_LIBRARIES, build_provenance_texts
from milimo_tui.engines.kokoro.installation import find_kokoro, list_voice_names
from milimo_tui.engines.kokoro.kokoro_voices import KokoroLanguage, choose_voice, find_language
from milimo_tui.engines.kokoro.speaker import KokoroSpeaker
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.speech.spoken_file import finish_spoken_line
from milimo_tui.media.files.facts import digest
from milimo_tui.media.sound.changed_speed import change_pitch_and_pace
from milimo_tui.media.sound.samples import Sound
from milimo_tui.media.sound.sound_file import SoundFile

_STAGE = "speaking"


class Kokoro:
    """An engine that speaks with Kokoro."""

    name = "kokoro"

    def __init__(self) -> None:
        self._speaker: KokoroSpeaker | None = None
        self._model_digest = ""

    def load(self) -> None:
        """Start the process and load the model, if they are not. Raises Unavailable with the steps to install
        what is missing, and Damaged.
        """
        self._require_speaker()

    def unload(self) -> None:
        """End the process."""
        if self._speaker is not None:
            self._speaker.end_process()
            self._speaker = None

    def run(self, spec: Spec, context: Context) -> Result:
        """Speak one line. Raises BadInput for another kind of job or a language that Kokoro does not speak,
        and Failed.
        """
        if not isinstance(spec, MakeSpeech):
            raise BadInput(f"Kokoro can't do “{spec.kind}”", "it speaks lines")
        language = find_language(spec.language)
        context.progress(_STAGE, 0, 1)
        speaker = self._require_speaker()
        notes: list[str] = []
        voice = _choose_line_voice(spec, list_voice_names(speaker.installation.voices), language, notes)
        path = context.workspace / "kokoro.wav"
        try:
            samples = speaker.speak_text(
                spec.text,
                voice=voice,
                language=language.library_code,
                pace=spec.pace,
                path=path,
                tick=lambda: context.progress(_STAGE, 0, 1),
            )
        except BaseException:
            # A cancelled process would still be speaking the old line when the next line arrives.
            self.unload()
            raise
        sound, sample_rate = _read_spoken_sound(path, samples)
        path.unlink()
        context.progress(_STAGE, 1, 1)
        model = speaker.installation.model.name
        tags = build_provenance_texts(
            spec,
            libraries=MEDIA_LIBRARIES,
            other_weights={model: self._model_digest},
            library=f"kokoro-onnx {speaker.version}",
        )
        return finish_spoken_line(
            spec,
            context,
            change_pitch_and_pace(sound, sample_rate, semitones=spec.pitch, pace=1.0),
            sample_rate,
            notes=notes,
            metadata=tags,
            voice=voice,
        )

    def _require_speaker(self) -> KokoroSpeaker:
        settings, _ = read_settings()
        installation = find_kokoro(settings)
        if self._speaker is not None and self._speaker.installation != installation:
            self.unload()
        if self._speaker is None:
            self._speaker = KokoroSpeaker(installation)
            self._model_digest = digest(installation.model)
        return self._speaker


def _choose_line_voice(
    spec: MakeSpeech, voices: tuple[str, ...], language: KokoroLanguage, notes: list[str]
) -> str:
    """Return the voice of the spec, or a voice that suits the speaker. Add a note for each part of the spec
    that has no effect.
    """
    if spec.style != "plain":
        notes.append(f"Kokoro has only a plain style, so the line is not {spec.style}")
    if spec.reference is not None:
        notes.append("Kokoro has its own voices, so the reference recording has no effect")
    if spec.voice in voices:
        return spec.voice
    name, pronoun = (spec.speaker.name, spec.speaker.gender) if spec.speaker else ("", "")
    chosen = choose_voice(voices, language, name=name, pronoun=pronoun)
    if spec.voice:
        notes.append(f"there is no voice “{spec.voice}” here: {chosen} speaks")
    return chosen


def _read_spoken_sound(path: Path, samples: int) -> tuple[Sound, int]:
    with closing(SoundFile(path, channels=1)) as file:
        return file.read(0, samples), file.sample_rate
