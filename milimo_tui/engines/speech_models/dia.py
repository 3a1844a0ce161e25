"""Dia, a speech model for dialogue in English (Nari Labs 2025). Imports torch: only for workers."""

from __future__ import annotations

import math
import re

import torch

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.engines.speech_models.generated import GeneratedSpeech, Samples
from milimo_tui.engines.speech_models.loading import load_network, require_codec_folder

# The tags of the two speakers of a dialogue. The text of one speaker has only the first.
_SPEAKER = "[S1]"
_TAGS = re.compile(r"\[S\d\]")


class Dia(GeneratedSpeech):
    """A Dia model with its processor, which holds the codec."""

    TITLE = "Dia"
    SAMPLE_RATE = 44_100
    TAIL = 16  # The last codebook is delayed by 15 frames, and the last frame is the end mark.

    def generate_sound(self, spec: MakeSpeech, voice: Samples | None, frames: int) -> torch.Tensor:
        """Return the sound of a text. The text of the recording comes first, as the words of one speaker."""
        if voice is not None and not spec.reference_text:
            raise BadInput(
                "Dia needs the words of the recording whose voice it imitates",
                "milimo transcript make NAME writes down the words of the recording",
            )
        words = f"{spec.reference_text} {spec.text}" if voice is not None else spec.text
        text = f"{_SPEAKER} {' '.join(_TAGS.sub(' ', words).split())}"
        given = {} if voice is None else {"audio": voice}
        inputs = self.processor(text=[text], padding=True, return_tensors="pt", **given)
        inputs = inputs.to(self.model.device)
        start = self.processor.get_audio_prompt_len(inputs["decoder_attention_mask"])
        codes = self.model.generate(**inputs, max_new_tokens=frames)
        # Without a recording, the sound begins after the start mark.
        [sound] = self.processor.batch_decode(codes, audio_prompt_len=start)
        return torch.as_tensor(sound)


def load(found: ResolvedWeights, codec: ResolvedWeights | None) -> Dia:
    """Load a Dia model. Raises Unavailable without its codec."""
    from transformers import (
        DacModel,
        DiaFeatureExtractor,
        DiaForConditionalGeneration,
        DiaProcessor,
        DiaTokenizer,
    )

    quiet_libraries()
    folder = require_codec_folder(found, codec, "dia-codec")
    decoder = load_network(DacModel, folder, dtype=torch.float32)
    processor = DiaProcessor(
        DiaFeatureExtractor.from_pretrained(found.path, local_files_only=True),
        DiaTokenizer.from_pretrained(found.path, local_files_only=True),
        audio_tokenizer=decoder,
    )
    frame_rate = decoder.config.sampling_rate / math.prod(decoder.config.downsampling_ratios)
    return Dia(load_network(DiaForConditionalGeneration, found.path), processor, frame_rate)
