"""Parakeet (NVIDIA) with a CTC or a TDT decoder: words with the times of its tokens.

Imports torch, so only workers use this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import torch

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.transcription.values import (
    RATE,
    Samples,
    TimedText,
    WindowWords,
    join_pieces_to_words,
)

_SPACE = "\u2581"  # The character of SentencePiece for the space before a word.


class ParakeetModel:
    """Parakeet with its processor. It recognises no language; the weights decide what it understands."""

    is_estimating = False

    def __init__(self, model: Any, processor: Any) -> None:
        self.model, self.processor = model, processor
        config = model.config.encoder_config
        self._frame = processor.feature_extractor.hop_length * config.subsampling_factor / RATE
        self._skipped = {*processor.tokenizer.all_special_ids, model.config.pad_token_id}

    @torch.inference_mode()
    def write_words(self, samples: Samples, language: str) -> WindowWords:
        """Return the words of a window. The language is that of the order, because the model reports none."""
        inputs = self.processor(samples, sampling_rate=RATE, return_tensors="pt").to(self.model.device)
        made = self.model.generate(**inputs, return_dict_in_generate=True)
        tokens = [int(each) for each in made.sequences[0]]
        durations = getattr(made, "durations", None)
        if durations is None:
            frames = _list_ctc_frames(tokens)
        else:
            frames = _list_tdt_frames(tokens, [int(each) for each in durations[0]])
        words = join_pieces_to_words(self._iterate_pieces(frames), language, len(samples) / RATE)
        return WindowWords(words, language)

    def _iterate_pieces(self, frames: Iterable[tuple[int, int, int]]) -> Iterator[TimedText]:
        """Yield the texts of tokens, given as (token, first frame, end). Skip tokens that are no text."""
        for token, first, end in frames:
            if token not in self._skipped:
                text = str(self.processor.tokenizer.convert_ids_to_tokens(token)).replace(_SPACE, " ")
                yield TimedText(text, first * self._frame, end * self._frame)


def _list_ctc_frames(tokens: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield each token with its first frame and its end. Equal tokens in a row are one token."""
    for token, group in groupby(enumerate(tokens), key=lambda each: each[1]):
        frames = [frame for frame, _ in group]
        yield token, frames[0], frames[-1] + 1


def _list_tdt_frames(tokens: Sequence[int], durations: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    frame = 0
    for token, duration in zip(tokens, durations, strict=True):
        yield token, frame, frame + duration
        frame += duration


def load(found: ResolvedWeights) -> ParakeetModel:
    """Load the model of a folder to this worker's device."""
    from transformers import AutoProcessor, ParakeetForCTC, ParakeetForTDT

    quiet_libraries()
    kind: Any = ParakeetForTDT if found.generation == "parakeet_tdt" else ParakeetForCTC
    model = kind.from_pretrained(found.path, local_files_only=True, use_safetensors=True, dtype=torch.float32)
    processor = AutoProcessor.from_pretrained(found.path, local_files_only=True)
    return ParakeetModel(model.eval().to(get_device()), processor)
