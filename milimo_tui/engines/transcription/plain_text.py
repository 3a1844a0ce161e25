"""Models that return only a text: Qwen3-ASR and Moonshine. The times of words are estimated.

Imports torch, so only workers use this module.
"""

from __future__ import annotations

from typing import Any

import torch

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.transcription.estimated_times import estimate_word_times
from milimo_tui.engines.transcription.values import RATE, Samples, WindowWords

_TOKENS_PER_SECOND = 13  # The largest number of tokens of a second of speech. Only failures have more.


class Qwen3AsrModel:
    """Qwen3-ASR (Alibaba) with its processor. It recognises the language."""

    is_estimating = True

    def __init__(self, model: Any, processor: Any) -> None:
        from transformers.models.qwen3_asr.processing_qwen3_asr import LANGUAGE_CODE_TO_NAME

        self.model, self.processor = model, processor
        self._names: dict[str, str] = dict(LANGUAGE_CODE_TO_NAME)

    @torch.inference_mode()
    def write_words(self, samples: Samples, language: str) -> WindowWords:
        """Return the words of a window. Raises BadInput for a language that the model does not know."""
        if language and language not in self._names:
            known = ", ".join(sorted(self._names)[:12])
            raise BadInput(f"this model does not know the language “{language}”", f"it knows {known} …")
        inputs = self.processor.apply_transcription_request(audio=samples, language=language or None)
        inputs = inputs.to(self.model.device)
        made = self.model.generate(**inputs, max_new_tokens=_count_tokens(samples), do_sample=False)
        answer = self.processor.decode(made[0, inputs["input_ids"].shape[1] :], return_format="parsed")
        codes = {name: code for code, name in self._names.items()}
        language = language or codes.get(str(answer["language"]), "")
        return WindowWords(estimate_word_times(answer["transcription"], samples, language), language)


class MoonshineModel:
    """Moonshine (Useful Sensors) with its processor. Its weights are for one language each."""

    is_estimating = True

    def __init__(self, model: Any, processor: Any) -> None:
        self.model, self.processor = model, processor

    @torch.inference_mode()
    def write_words(self, samples: Samples, language: str) -> WindowWords:
        """Return the words of a window. Without a language of the order it is English."""
        inputs = self.processor(samples, sampling_rate=RATE, return_tensors="pt").to(self.model.device)
        made = self.model.generate(**inputs, max_new_tokens=_count_tokens(samples), do_sample=False)
        text = self.processor.batch_decode(made, skip_special_tokens=True)[0]
        return WindowWords(estimate_word_times(text, samples, language), language or "en")


def _count_tokens(samples: Samples) -> int:
    return max(8, _TOKENS_PER_SECOND * len(samples) // RATE)


def load(found: ResolvedWeights) -> Qwen3AsrModel | MoonshineModel:
    """Load the model of a folder to this worker's device."""
    from transformers import (
        AutoProcessor,
        MoonshineForConditionalGeneration,
        Qwen3ASRForConditionalGeneration,
    )

    quiet_libraries()
    is_qwen = found.generation == "qwen3_asr"
    kind: Any = Qwen3ASRForConditionalGeneration if is_qwen else MoonshineForConditionalGeneration
    model = kind.from_pretrained(found.path, local_files_only=True, use_safetensors=True, dtype=torch.float32)
    processor = AutoProcessor.from_pretrained(found.path, local_files_only=True)
    return (Qwen3AsrModel if is_qwen else MoonshineModel)(model.eval().to(get_device()), processor)
