"""Pocket TTS, a small speech model that imitates the voice of a recording (Kyutai 2026). Imports torch: only
for workers.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import torch

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.engines.speech_models.loading import read_chat_template, require_codec_folder
from milimo_tui.engines.speech_models.values import ReferenceReader, SpokenSound

# The greatest number of tokens of text that the model speaks at once, as in the authors' program.
_MAX_TOKENS = 50


class PocketTts:
    """A Pocket TTS model with its processor, which holds the codec."""

    def __init__(self, model: Any, processor: Any) -> None:
        self._model, self._processor = model, processor

    @torch.inference_mode()
    def speak(self, spec: MakeSpeech, reference: ReferenceReader | None) -> SpokenSound:
        """Return the text as sound, in the voice of the recording. A long text is spoken in sentences."""
        if reference is None:
            raise BadInput(
                "Pocket TTS needs a recording whose voice it imitates",
                "milimo voice set @NAME --reference voice.wav gives the character a recording",
            )
        sample_rate = int(self._processor.feature_extractor.sampling_rate)
        voice = reference(sample_rate)[0]
        left = math.ceil(spec.seconds * self._model.config.frame_rate)
        pieces: list[Any] = []
        notes: tuple[str, ...] = ()
        for text in self._processor.split_text(spec.text, _MAX_TOKENS) or [spec.text]:
            content = [{"type": "audio", "audio": voice}, {"type": "text", "text": text}]
            inputs = self._processor.apply_chat_template(
                [{"role": "user", "content": content}],
                tokenize=True,
                return_dict=True,
                return_tensors="pt",
            )
            spoken = self._model.generate(**inputs, max_new_tokens=max(1, left), return_dict_in_generate=True)
            frames = int(spoken.audio_latents_mask.sum())
            left -= frames
            pieces += self._processor.decode(spoken.audio_latents, spoken.audio_latents_mask)
            if left <= 0:
                notes = (f"the voice did not end within {spec.seconds:.0f} s",)
                break
        sound = np.concatenate([np.asarray(piece.float().cpu().numpy(), np.float32) for piece in pieces])
        return SpokenSound(sound[None], sample_rate, notes=notes)


def load(found: ResolvedWeights, codec: ResolvedWeights | None) -> PocketTts:
    """Load a Pocket TTS model. `codec` are the weights of its audio tokenizer, if the folder lacks them.
    Raises Unavailable without an audio tokenizer.
    """
    from transformers import (
        AutoTokenizer,
        PocketTTSAudioTokenizerModel,
        PocketTTSFeatureExtractor,
        PocketTTSForConditionalGeneration,
        PocketTTSProcessor,
    )

    quiet_libraries()
    inside = Path(found.path) / "audio_tokenizer"
    folder = inside if inside.is_dir() else require_codec_folder(found, codec, "pocket-tts-codec")
    tokenizer = AutoTokenizer.from_pretrained(found.path, local_files_only=True)
    processor = PocketTTSProcessor(
        PocketTTSFeatureExtractor.from_pretrained(found.path, local_files_only=True),
        tokenizer,
        audio_tokenizer=PocketTTSAudioTokenizerModel.from_pretrained(
            folder, local_files_only=True, dtype=torch.float32
        ).eval(),
        chat_template=read_chat_template(found.path, tokenizer),
    )
    model = PocketTTSForConditionalGeneration.from_pretrained(
        found.path, local_files_only=True, dtype=torch.float32
    )
    return PocketTts(model.eval(), processor)
