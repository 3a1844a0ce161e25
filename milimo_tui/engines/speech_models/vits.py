"""VITS, a speech model for one language and one or several voices (Kim et al. 2021), such as the models of
Meta's MMS. Imports torch: only for workers.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from milimo_tui.core.errors import BadInput, Unavailable
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.engines.speech_models.values import ReferenceReader, SpokenSound


class Vits:
    """A VITS model with its tokenizer."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._model, self._tokenizer = model, tokenizer

    @torch.inference_mode()
    def speak(self, spec: MakeSpeech, reference: ReferenceReader | None) -> SpokenSound:
        """Return the text as sound. `spec.voice` is the number of a speaker, from 0."""
        inputs = self._tokenizer(spec.text, return_tensors="pt")
        if inputs["input_ids"].shape[1] < 2:
            raise BadInput(
                f"this model can't speak “{spec.text[:40]}”", "choose a model of the language of the line"
            )
        speaker = self._read_speaker(spec.voice)
        self._model.speaking_rate = spec.pace
        lengths: list[Any] = []
        predictor = self._model.duration_predictor
        hook = predictor.register_forward_hook(lambda module, given, made: lengths.append(made))
        try:
            waveform = self._model(**inputs, speaker_id=speaker).waveform[0]
        finally:
            hook.remove()
        words = self._time_words(inputs["input_ids"][0], lengths[-1][0, 0])
        notes = ("a recording has no effect on the voice of this model",) if reference else ()
        samples = np.asarray(waveform.float().cpu().numpy(), np.float32)[None]
        rate = int(self._model.config.sampling_rate)
        return SpokenSound(samples, rate, paced=True, words=words, notes=notes)

    def _time_words(self, ids: Any, log_lengths: Any) -> tuple[tuple[str, float, float], ...]:
        """Return the words of a text with their start and end in seconds, from the lengths that the model
        predicts for its letters.
        """
        config = self._model.config
        scale = math.prod(config.upsample_rates) / config.sampling_rate
        frames = torch.ceil(torch.exp(log_lengths) / self._model.speaking_rate)
        ends = (torch.cumsum(frames, 0) * scale).tolist()
        words: list[tuple[str, float, float]] = []
        is_inside, end = False, 0.0
        for place, letter in enumerate(self._tokenizer.convert_ids_to_tokens(ids)):
            begin, end = end, ends[place]
            # Blanks are between the letters. Their id may also be that of a letter.
            if self._tokenizer.add_blank and place % 2 == 0:
                continue
            if letter.isalnum() or letter == "'":
                text, start, _ = words.pop() if is_inside else ("", begin, 0.0)
                words.append((text + letter, start, end))
                is_inside = True
            else:
                is_inside = False
        return tuple(words)

    def _read_speaker(self, voice: str) -> int | None:
        speakers = int(self._model.config.num_speakers)
        if speakers <= 1:
            return None
        number = int(voice) if voice.isdecimal() else 0 if not voice else -1
        if not 0 <= number < speakers:
            raise BadInput(f"this model has no voice “{voice}”", f"its voices are 0 to {speakers - 1}")
        return number


def load(found: ResolvedWeights, codec: ResolvedWeights | None) -> Vits:
    """Load a VITS model. Raises Unavailable if its tokenizer needs a package that is not installed."""
    from transformers import VitsModel, VitsTokenizer

    quiet_libraries()
    tokenizer = VitsTokenizer.from_pretrained(found.path, local_files_only=True)
    if tokenizer.is_uroman:
        raise Unavailable(
            f"{found.id} needs text in Latin letters (uroman), which is not supported",
            "choose a model without uroman, or another engine",
        )
    model = VitsModel.from_pretrained(found.path, local_files_only=True, dtype=torch.float32)
    return Vits(model.eval(), tokenizer)
