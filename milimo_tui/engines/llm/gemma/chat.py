"""A question to a loaded Gemma and its answer: the chat format, pictures, sampling with a seed, and a
callback for each token.

For workers only: imports torch and transformers.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from transformers import TextStreamer

from milimo_tui.core.errors import NotFinite
from milimo_tui.engines.llm.chat_model import ChatReply, ChatRequest, OnText

# Memory is planned for at most this number of tokens of a question and its answer.
MOST_CONTEXT = 16384
TOP_P, TOP_K = 0.95, 64  # sampling values that the model's authors recommend
# Chat formats for tokenizers without a template. In Gemma 3, the system text is the beginning of the user's
# message.
_TURN = "<start_of_turn>user\n{system}\n\n{user}<end_of_turn>\n<start_of_turn>model\n"
_TURN_4 = "<|turn>system\n{system}<turn|>\n<|turn>user\n{user}<turn|>\n<|turn>model\n"
_PICTURE = "<start_of_image>"
_FOURTH = r"turn|think|channel|image|audio|video|tool|tool_call|tool_response"
_MARKS = re.compile(
    r"<(?:start_of_turn|end_of_turn|start_of_image|end_of_image|image_soft_token)>"
    rf"|<\|(?:{_FOURTH})\|?>|<(?:{_FOURTH})\|>"
)


@dataclass(frozen=True, slots=True)
class GemmaChat:
    """A loaded Gemma that can answer questions (`ChatModel`).

    `network` is a Gemma 3 or 4 and `words` its tokenizer. `eyes` is its image processor; None if the model
    gets no pictures. The computation runs on `device` with the number type `dtype`. The weights can be on
    another device or have another type while they are streamed or stored in 8 bits.
    """

    model: str
    network: Any
    words: Any
    eyes: Any
    device: torch.device
    dtype: torch.dtype

    @property
    def takes_pictures(self) -> bool:
        """True if the model has an image processor."""
        return self.eyes is not None

    @property
    def context_tokens(self) -> int:
        """The number of positions that the model was trained for, at most `MOST_CONTEXT`."""
        config = getattr(self.network.config, "text_config", self.network.config)
        return min(int(config.max_position_embeddings), MOST_CONTEXT)

    def reply(self, ask: ChatRequest, on_text: OnText) -> ChatReply:
        """Return the answer to a question. The same seed gives the same answer. An error raised by `on_text`
        stops the model within one token.

        Raises Failed if the model's output is not finite.
        """
        given = self.prepare_inputs(ask)
        listener = _TokenStreamer(self.words, on_text)
        sampled = ask.temperature > 0
        how: dict[str, Any] = {"do_sample": sampled}
        if sampled:
            how |= {"temperature": ask.temperature, "top_p": TOP_P, "top_k": TOP_K}
        devices = [self.device] if self.device.type == "cuda" else []
        with torch.inference_mode(), torch.random.fork_rng(devices=devices):
            torch.manual_seed(ask.seed)
            tokens_out = self.network.generate(
                **given,
                max_new_tokens=ask.tokens,
                streamer=listener,
                pad_token_id=self._get_pad_token(),
                logits_processor=[self._check_scores],
                **how,
            )
        new = tokens_out[0, given["input_ids"].shape[1] :]
        text = strip_chat_marks(self.words.decode(new, skip_special_tokens=True))
        return ChatReply(text, len(new) < ask.tokens or int(new[-1]) in self._get_end_tokens())

    def prepare_inputs(self, ask: ChatRequest) -> dict[str, Any]:
        """Return the model's inputs: the tokens of the text. If the question has a picture, the inputs also
        contain the picture's pixels and a mask that marks the picture's tokens among all tokens.
        """
        text = self._format_chat_text(ask)
        pixels: dict[str, Any] = {}
        if ask.picture is not None and self.eyes is not None:
            image = Image.open(io.BytesIO(ask.picture)).convert("RGB")
            pixels = {"pixel_values": self.eyes(image, return_tensors="pt")["pixel_values"]}
            text = text.replace(_PICTURE, self._make_picture_tokens(), 1)
        given = dict(self.words(text, return_tensors="pt", add_special_tokens=False))
        if pixels:
            seen = given["input_ids"] == self.network.config.image_token_id
            given["token_type_ids"] = seen.to(given["input_ids"].dtype)
            pixels["pixel_values"] = pixels["pixel_values"].to(self.dtype)
        return {name: value.to(self.device) for name, value in {**given, **pixels}.items()}

    def _format_chat_text(self, ask: ChatRequest) -> str:
        shown = ask.picture is not None and self.eyes is not None
        user = (f"{_PICTURE}\n" if shown else "") + strip_chat_marks(ask.user)
        if getattr(self.words, "chat_template", None):
            turns = [{"role": "system", "content": ask.system}, {"role": "user", "content": user}]
            return str(self.words.apply_chat_template(turns, tokenize=False, add_generation_prompt=True))
        turn = _TURN_4 if self.network.config.model_type == "gemma4" else _TURN
        return (self.words.bos_token or "") + turn.format(system=ask.system, user=user)

    def _make_picture_tokens(self) -> str:
        """Return the text that stands for a picture in the prompt: the picture's placeholder tokens between a
        begin token and an end token.
        """
        config = self.network.config
        begin, end, token = self.words.convert_ids_to_tokens(
            [config.boi_token_index, config.eoi_token_index, config.image_token_id]
        )
        return f"\n\n{begin}{token * config.mm_tokens_per_image}{end}\n\n"

    def _check_scores(self, _: Tensor, scores: Tensor) -> Tensor:
        """Return the scores of the next token unchanged. Raises Failed if a score is NaN. A score of -inf is
        valid and excludes a token.
        """
        if bool(torch.isnan(scores).any()):
            raise NotFinite(
                f"{self.model} produced values that are not numbers (NaN)",
                "milimo model verify checks the weights",
            )
        return scores

    def _get_pad_token(self) -> int:
        return int(self.words.pad_token_id if self.words.pad_token_id is not None else 0)

    def _get_end_tokens(self) -> set[int]:
        found = self.network.generation_config.eos_token_id
        return set(found if isinstance(found, list) else [found])


class _TokenStreamer(TextStreamer):  # type: ignore[misc]  # transformers is not typed
    """A streamer that passes finished words to `on_text`. It also calls `on_text` with an empty text for
    every token, so that a cancel need not wait for the end of a word.
    """

    def __init__(self, words: Any, on_text: OnText) -> None:
        super().__init__(words, skip_prompt=True, skip_special_tokens=True)
        self._heard = on_text

    def put(self, value: Any) -> None:
        super().put(value)
        self._heard("")

    def on_finalized_text(self, text: str, stream_end: bool = False) -> None:
        if plain := strip_chat_marks(text):
            self._heard(plain)


def strip_chat_marks(text: str) -> str:
    """Return the text without the tokens that mark turns and pictures, so that untrusted text cannot begin a
    turn of the chat.
    """
    return _MARKS.sub("", text)
