"""VibeVoice, a speech model for long dialogue in English and Chinese (Microsoft 2025). Imports torch: only
for workers.
"""

from __future__ import annotations

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
from milimo_tui.engines.speech_models.loading import load_network, read_chat_template

_SPEAKER = "0"  # The number of the speaker. A line has only one.


class VibeVoice(GeneratedSpeech):
    """A VibeVoice model with its processor. The codec is a part of the model."""

    TITLE = "VibeVoice"
    LANGUAGES = ("en", "zh")
    READS_REFERENCE = False

    def generate_sound(self, spec: MakeSpeech, voice: Samples | None, frames: int) -> torch.Tensor:
        """Return the sound of a text, in the voice of the recording. Its words are not needed."""
        content = [make_text_content(spec.text), *([] if voice is None else [make_sound_content(voice)])]
        inputs = self.prepare_chat([{"role": _SPEAKER, "content": content}])
        [sound] = self.model.generate(**inputs, max_new_tokens=frames)
        return torch.zeros(0) if sound is None else torch.as_tensor(sound)


def load(found: ResolvedWeights, codec: ResolvedWeights | None) -> VibeVoice:
    """Load a VibeVoice model."""
    from transformers import (
        AutoTokenizer,
        VibeVoiceAcousticTokenizerFeatureExtractor,
        VibeVoiceForConditionalGeneration,
        VibeVoiceProcessor,
    )

    quiet_libraries()
    tokenizer = AutoTokenizer.from_pretrained(found.path, local_files_only=True)
    features = VibeVoiceAcousticTokenizerFeatureExtractor.from_pretrained(found.path, local_files_only=True)
    processor = VibeVoiceProcessor(
        features, tokenizer, chat_template=read_chat_template(found.path, tokenizer)
    )
    model = load_network(VibeVoiceForConditionalGeneration, found.path)
    return VibeVoice(model, processor, VibeVoice.SAMPLE_RATE / model.config.audio_config.hop_length)
