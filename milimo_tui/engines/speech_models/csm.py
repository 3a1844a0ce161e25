"""CSM, a speech model that continues a conversation in English (Sesame 2025). Imports torch: only for
workers.
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


class Csm(GeneratedSpeech):
    """A CSM model with its processor. The codec is a part of the model."""

    TITLE = "CSM"

    def generate_sound(self, spec: MakeSpeech, voice: Samples | None, frames: int) -> torch.Tensor:
        """Return the sound of a text. The recording is what the speaker said before."""
        messages = [{"role": _SPEAKER, "content": [make_text_content(spec.text)]}]
        if voice is not None:
            before = [make_text_content(spec.reference_text), make_sound_content(voice)]
            messages.insert(0, {"role": _SPEAKER, "content": before})
        inputs = self.prepare_chat(messages)
        [sound] = self.model.generate(**inputs, max_new_tokens=frames, output_audio=True)
        return torch.as_tensor(sound)


def load(found: ResolvedWeights, codec: ResolvedWeights | None) -> Csm:
    """Load a CSM model."""
    from transformers import AutoTokenizer, CsmForConditionalGeneration, CsmProcessor, EncodecFeatureExtractor

    quiet_libraries()
    tokenizer = AutoTokenizer.from_pretrained(found.path, local_files_only=True)
    processor = CsmProcessor(
        EncodecFeatureExtractor.from_pretrained(found.path, local_files_only=True),
        tokenizer,
        chat_template=read_chat_template(found.path, tokenizer),
    )
    model = load_network(CsmForConditionalGeneration, found.path)
    return Csm(model, processor, model.config.codec_config.frame_rate)
