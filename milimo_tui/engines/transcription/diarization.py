"""Nemotron 3 Diarization (NVIDIA): the spans in which each speaker of a sound speaks.

Imports torch, so only workers use this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.transcription.values import RATE, Samples


@dataclass(frozen=True, slots=True)
class SpeakerSpan:
    """Seconds [start, end) in which a speaker speaks. Speakers are numbered from 1 in the order of their
    first words. Spans of several speakers may overlap.
    """

    start: float
    end: float
    speaker: int


class DiarizationModel:
    """The model with its processor. It hears a complete recording, which it divides into chunks itself."""

    def __init__(self, model: Any, processor: Any) -> None:
        self.model, self.processor = model, processor

    @torch.inference_mode()
    def find_speaker_spans(self, samples: Samples) -> tuple[SpeakerSpan, ...]:
        """Return the spans of all speakers in order."""
        inputs = self.processor(samples, sampling_rate=RATE).to(self.model.device)
        logits = self.model(**inputs).logits
        found = self.processor.extract_speaker_dict(logits, inputs.get("attention_mask"))[0]
        return tuple(
            SpeakerSpan(float(each["Start"]), float(each["End"]), int(each["Speaker"]) + 1) for each in found
        )


def load(found: ResolvedWeights) -> DiarizationModel:
    """Load the model of a folder to this worker's device."""
    from transformers import AutoModelForAudioFrameClassification, AutoProcessor

    quiet_libraries()
    model = AutoModelForAudioFrameClassification.from_pretrained(
        found.path, local_files_only=True, use_safetensors=True, dtype=torch.float32
    )
    processor = AutoProcessor.from_pretrained(found.path, local_files_only=True)
    return DiarizationModel(model.eval().to(get_device()), processor)
