"""The code that models with generated frames of sound share. Imports torch: only for workers."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.engines.speech_models.values import ReferenceReader, SpokenSound

Samples = NDArray[np.float32]


class GeneratedSpeech(ABC):
    """A model that generates speech frame by frame, with its processor.

    - `TITLE` is its name in messages, and `LANGUAGES` are the codes of the languages that it speaks.
    - `SAMPLE_RATE` is the rate of its sound.
    - `STYLES` is True if the model follows the style of a line.
    - `READS_REFERENCE` is True if the model needs the words of a recording.
    - `TAIL` is the number of frames at the end that are not heard, because codebooks are delayed.
    """

    TITLE: ClassVar[str]
    LANGUAGES: ClassVar[tuple[str, ...]] = ("en",)
    SAMPLE_RATE: ClassVar[int] = 24_000
    STYLES: ClassVar[bool] = False
    READS_REFERENCE: ClassVar[bool] = True
    TAIL: ClassVar[int] = 0

    def __init__(self, model: Any, processor: Any, frame_rate: float) -> None:
        self.model, self.processor, self._frame_rate = model, processor, frame_rate

    @torch.inference_mode()
    def speak(self, spec: MakeSpeech, reference: ReferenceReader | None) -> SpokenSound:
        """Return the text as sound, in the voice of the recording if there is one."""
        voice = reference(self.SAMPLE_RATE)[0] if reference is not None else None
        frames = max(2, math.ceil(spec.seconds * self._frame_rate)) + self.TAIL
        sound = self.generate_sound(spec, voice, frames)
        samples = np.asarray(sound.float().cpu().numpy(), np.float32).reshape(1, -1)
        notes = [f"{self.TITLE} has no list of voices: “{spec.voice}” is ignored"] if spec.voice else []
        if spec.language.partition("-")[0] not in self.LANGUAGES:
            notes.append(f"{self.TITLE} was trained for {', '.join(self.LANGUAGES)}, not for {spec.language}")
        if voice is not None and self.READS_REFERENCE and not spec.reference_text:
            notes.append("the words of the recording are unknown, so the voice may differ from it")
        return SpokenSound(samples, self.SAMPLE_RATE, styled=self.STYLES, notes=tuple(notes))

    @abstractmethod
    def generate_sound(self, spec: MakeSpeech, voice: Samples | None, frames: int) -> torch.Tensor:
        """Return the sound of a text, of at most `frames` frames. `voice` are the samples of the recording
        whose voice the model imitates. Raises BadInput if the model needs more.
        """
        ...

    def prepare_chat(self, messages: list[dict[str, Any]], **options: Any) -> Any:
        """Return the inputs of the model for messages with words and sounds, on the model's device."""
        inputs = self.processor.apply_chat_template(
            messages, tokenize=True, return_dict=True, return_tensors="pt", **options
        )
        return inputs.to(self.model.device, self.model.dtype)


def make_text_content(text: str) -> dict[str, Any]:
    """Return the words of a message."""
    return {"type": "text", "text": text}


def make_sound_content(samples: Samples) -> dict[str, Any]:
    """Return the sound of a message."""
    return {"type": "audio", "audio": samples}
