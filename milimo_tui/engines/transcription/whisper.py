"""Whisper's model with its tokenizer: the words of a window of sound, with their times.

Imports torch, so only workers use this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch

from milimo_tui.core.errors import BadInput
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


class WhisperModel:
    """Whisper with its tokenizer and the functions that prepare its input."""

    is_estimating = False

    def __init__(self, model: Any, tokenizer: Any, features: Any) -> None:
        self.model, self.tokenizer, self.features = model, tokenizer, features

    def _find_language(self, samples: Samples) -> str:
        """Return the code of the language of a window. A model for English alone returns `en`."""
        generation = self.model.generation_config
        if not getattr(generation, "is_multilingual", False):
            return "en"
        inputs = self._prepare_inputs(samples)
        found = self.model.detect_language(
            input_features=inputs["input_features"], generation_config=generation
        )
        return str(self.tokenizer.convert_ids_to_tokens(int(found[0])).strip("<|>"))

    @torch.inference_mode()
    def write_words(self, samples: Samples, language: str) -> WindowWords:
        """Return the words of a window of at most 30 s. Raises BadInput for a language that the model does
        not know.
        """
        language = language or self._find_language(samples)
        generation = self.model.generation_config
        options: dict[str, Any] = {}
        if getattr(generation, "is_multilingual", False):
            if f"<|{language}|>" not in generation.lang_to_id:
                known = ", ".join(sorted(each.strip("<|>") for each in generation.lang_to_id)[:12])
                raise BadInput(f"this model does not know the language “{language}”", f"it knows {known} …")
            options = {"language": language, "task": "transcribe"}
        inputs = self._prepare_inputs(samples)
        made = self.model.generate(
            inputs["input_features"],
            attention_mask=inputs["attention_mask"],
            return_timestamps=True,
            return_token_timestamps=True,
            **options,
        )
        tokens = [int(each) for each in made["sequences"][0]]
        times = [float(each) for each in made["token_timestamps"][0]]
        letters = _iterate_letters(self.tokenizer, tokens, times)
        return WindowWords(join_pieces_to_words(letters, language, len(samples) / RATE), language)

    def _prepare_inputs(self, samples: Samples) -> Any:
        return self.features(samples, sampling_rate=RATE, return_tensors="pt", return_attention_mask=True).to(
            self.model.device
        )


def _iterate_letters(tokenizer: Any, tokens: Sequence[int], times: Sequence[float]) -> Iterator[TimedText]:
    """Yield the texts of tokens with their start and end. The time of a token is the moment at which it ends.
    Tokens that together are one character are joined; tokens that are no text, such as times, are skipped.
    """
    before, first = 0.0, 0.0
    waiting: list[int] = []
    for token, time in zip(tokens, times, strict=True):
        if token >= tokenizer.eos_token_id:
            before, waiting = max(before, time), []
            continue
        if not waiting:
            first = before
        waiting.append(token)
        before = max(before, time)
        text = tokenizer.decode(waiting, clean_up_tokenization_spaces=False)
        if "\ufffd" not in text:
            yield TimedText(text, first, before)
            waiting = []


def load(found: ResolvedWeights) -> WhisperModel:
    """Load the model of a folder to this worker's device."""
    from transformers import AutoFeatureExtractor, AutoTokenizer, WhisperForConditionalGeneration

    quiet_libraries()
    # The times of words are read from the attention, which only the eager implementation returns.
    model = WhisperForConditionalGeneration.from_pretrained(
        found.path,
        local_files_only=True,
        use_safetensors=True,
        dtype=torch.float32,
        attn_implementation="eager",
    )
    tokenizer = AutoTokenizer.from_pretrained(found.path, local_files_only=True)
    features = AutoFeatureExtractor.from_pretrained(found.path, local_files_only=True)
    return WhisperModel(model.eval().to(get_device()), tokenizer, features)
