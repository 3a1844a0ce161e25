"""Higgs Audio 2, a speech model that follows a description of the voice (Boson AI 2025). Imports torch: only
for workers.
"""

from __future__ import annotations

from typing import Any

import torch

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.engines.speech_models.generated import (
    GeneratedSpeech,
    Samples,
    make_sound_content,
    make_text_content,
)
from milimo_tui.engines.speech_models.loading import (
    load_network,
    read_chat_template,
    require_codec_folder,
    require_torchaudio,
)

# The order and the scene with which the model was trained.
_ORDER = "Generate audio following instruction."
_SCENE = "Audio is recorded from a quiet room."
_SPEAKER = "SPEAKER0:"
_GENDERS = {"she": "feminine", "he": "masculine"}
_STYLES = {"whispered": "whispering", "shouted": "shouting"}


class HiggsAudio(GeneratedSpeech):
    """A Higgs Audio 2 model with its processor, which holds the audio tokenizer."""

    TITLE = "Higgs Audio 2"
    LANGUAGES = ("en", "zh", "de", "ko")
    STYLES = True
    TAIL = 8  # Each of the eight codebooks begins one frame after the one before it.

    def generate_sound(self, spec: MakeSpeech, voice: Samples | None, frames: int) -> torch.Tensor:
        """Return the sound of a text. Style and gender of the voice are a part of the scene's description."""
        inputs = self.prepare_chat(
            _make_messages(spec, voice), add_generation_prompt=True, sampling_rate=self.SAMPLE_RATE
        )
        codes = self.model.generate(**inputs, max_new_tokens=frames)
        [sound] = self.processor.batch_decode(codes)
        return torch.as_tensor(sound)


def _make_messages(spec: MakeSpeech, voice: Samples | None) -> list[dict[str, Any]]:
    gender = _GENDERS.get(spec.speaker.gender if spec.speaker is not None else "", "")
    manner = ";".join(filter(None, (gender if voice is None else "", _STYLES.get(spec.style, ""))))
    scene = [make_text_content(_SCENE)]
    before: list[dict[str, Any]] = []
    if voice is not None and spec.reference_text:
        before = [
            {"role": "user", "content": [make_text_content(spec.reference_text)]},
            {"role": "assistant", "content": [make_sound_content(voice)]},
        ]
    elif voice is not None:
        scene += [make_text_content(_SPEAKER), make_sound_content(voice)]
    if manner:
        scene.append(make_text_content(f"{_SPEAKER} {manner}"))
    return [
        {"role": "system", "content": [make_text_content(_ORDER)]},
        {"role": "scene", "content": scene},
        *before,
        {"role": "user", "content": [make_text_content(spec.text)]},
    ]


def load(found: ResolvedWeights, codec: ResolvedWeights | None) -> HiggsAudio:
    """Load a Higgs Audio 2 model. Raises Unavailable without its audio tokenizer or `torchaudio`."""
    require_torchaudio()
    from transformers import (
        AutoTokenizer,
        DacFeatureExtractor,
        HiggsAudioV2ForConditionalGeneration,
        HiggsAudioV2Processor,
        HiggsAudioV2TokenizerModel,
    )

    quiet_libraries()
    folder = require_codec_folder(found, codec, "higgs-audio-2-codec")
    decoder = load_network(HiggsAudioV2TokenizerModel, folder, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(found.path, local_files_only=True)
    model = load_network(HiggsAudioV2ForConditionalGeneration, found.path)
    processor = HiggsAudioV2Processor(
        DacFeatureExtractor.from_pretrained(found.path, local_files_only=True),
        tokenizer,
        decoder,
        chat_template=read_chat_template(found.path, tokenizer),
        audio_stream_bos_id=model.config.audio_stream_bos_id,
        audio_stream_eos_id=model.config.audio_stream_eos_id,
    )
    return HiggsAudio(model, processor, decoder.config.frame_rate)
