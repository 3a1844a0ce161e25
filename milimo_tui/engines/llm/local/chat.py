"""A question to a loaded language model and its answer: the chat format, pictures, sampling with a seed, and
a callback for each token.

For workers only: imports torch and transformers.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from transformers import TextStreamer

from milimo_tui.core.errors import Failed, NotFinite
from milimo_tui.core.reasons import reason
from milimo_tui.engines.llm.chat_model import ChatReply, ChatRequest, OnText, TokenCounts
from milimo_tui.engines.llm.local.answer_grammar import AnswerGrammar, GrammarMaker
from milimo_tui.engines.llm.local.prefix_cache import PrefixCache, count_shared_tokens
from milimo_tui.engines.llm.local.sizes import MOST_CONTEXT
from milimo_tui.engines.llm.local.text_generation import AnswerLoop, Sampling

# Sampling values for models whose files name none: the values that Gemma's authors recommend.
TOP_P, TOP_K = 0.95, 64
# Chat formats of Gemma, for weights without a template, such as LTX-2's text encoder. In Gemma 3, the system
# text is the beginning of the user's message.
_TURN = "<start_of_turn>user\n{system}\n\n{user}<end_of_turn>\n<start_of_turn>model\n"
_TURN_4 = "<|turn>system\n{system}<turn|>\n<|turn>user\n{user}<turn|>\n<|turn>model\n"
_PICTURE = "<start_of_image>"
_FOURTH = r"turn|think|channel|image|audio|video|tool|tool_call|tool_response"
_MARKS = re.compile(
    r"<(?:start_of_turn|end_of_turn|start_of_image|end_of_image|image_soft_token)>"
    rf"|<\|(?:{_FOURTH})\|?>|<(?:{_FOURTH})\|>"
)


@dataclass(frozen=True, slots=True)
class LocalChat:
    """A loaded language model that can answer questions (`ChatModel`).

    `network` is a causal model of transformers and `words` its tokenizer. `eyes` is its image processor; None
    if the model gets no pictures. The computation runs on `device` with the number type `dtype`. The weights
    can be on another device or have another type while they are streamed or stored in 8 bits.
    """

    model: str
    network: Any
    words: Any
    eyes: Any
    device: torch.device
    dtype: torch.dtype
    _prefix: PrefixCache = field(default_factory=PrefixCache)
    _grammars: list[GrammarMaker] = field(default_factory=list)

    @property
    def takes_pictures(self) -> bool:
        """True if the model has an image processor."""
        return self.eyes is not None

    @property
    def context_tokens(self) -> int:
        """The number of positions that the model was trained for, at most `MOST_CONTEXT`."""
        return min(int(self._text_config.max_position_embeddings), MOST_CONTEXT)

    @property
    def _text_config(self) -> Any:
        return getattr(self.network.config, "text_config", self.network.config)

    def reply(self, ask: ChatRequest, on_text: OnText) -> ChatReply:
        """Return the answer to a question. The same seed gives the same answer. An error raised by `on_text`
        stops the model within one step.

        An answer with a schema is JSON of this schema. If the schema is not supported, the model answers
        freely, and a note reports it. Raises Failed for a question that is too long for the model, and
        NotFinite if the model's output is not a number.
        """
        given = self.prepare_inputs(ask)
        asked = int(given["input_ids"].shape[1])
        limit = min(ask.tokens, self.context_tokens - asked)
        if limit < 1:
            raise Failed(
                f"the question has {asked:,} tokens, but {self.model} takes {self.context_tokens:,}",
                "choose a model with a longer context: milimo model list --family local",
            )
        listener = _TokenStreamer(self.words, on_text)
        grammar, notes = self._make_grammar(ask)
        loop = AnswerLoop(
            network=self.network,
            end_tokens=self._list_end_tokens(),
            sampling=self._make_sampling(ask.temperature),
            on_step=lambda: on_text(""),
            check_scores=self._check_scores,
        )
        has_picture = "pixel_values" in given
        shared = 0 if has_picture else self._count_shared_tokens(ask, given["input_ids"])
        devices = [self.device] if self.device.type == "cuda" else []
        with torch.inference_mode(), torch.random.fork_rng(devices=devices):
            torch.manual_seed(ask.seed)
            scores, cache = loop.read_question(given, None if has_picture else self._prefix, shared)
            new, is_whole = loop.write_answer(scores, cache, limit, grammar, listener.put_token)
        listener.end()
        text = strip_chat_marks(self.words.decode(new, skip_special_tokens=True))
        return ChatReply(text, is_whole, TokenCounts(asked, len(new)), notes=notes)

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
        given = {"input_ids": self._split_into_tokens(text)}
        if pixels:
            seen = given["input_ids"] == self.network.config.image_token_id
            given["token_type_ids"] = seen.to(given["input_ids"].dtype)
            pixels["pixel_values"] = pixels["pixel_values"].to(self.dtype)
        return {name: value.to(self.device) for name, value in {**given, **pixels}.items()}

    def _split_into_tokens(self, text: str) -> Tensor:
        tokens: Tensor = self.words(text, return_tensors="pt", add_special_tokens=False)["input_ids"]
        return tokens

    def _format_chat_text(self, ask: ChatRequest) -> str:
        shown = ask.picture is not None and self.eyes is not None
        user = (f"{_PICTURE}\n" if shown else "") + self._remove_marks(ask.user)
        if getattr(self.words, "chat_template", None):
            turns = [{"role": "system", "content": ask.system}, {"role": "user", "content": user}]
            # Models that can think at length before the answer are asked not to: on a CPU it takes minutes.
            # Templates without this option ignore it.
            return str(
                self.words.apply_chat_template(
                    turns, tokenize=False, add_generation_prompt=True, enable_thinking=False
                )
            )
        turn = _TURN_4 if self.network.config.model_type == "gemma4" else _TURN
        return (self.words.bos_token or "") + turn.format(system=ask.system, user=user)

    def _remove_marks(self, text: str) -> str:
        """Return untrusted text without the special tokens of this model, so that it cannot begin a turn."""
        plain = strip_chat_marks(text)
        for mark in self.words.added_tokens_decoder.values():
            if mark.special:
                plain = plain.replace(mark.content, "")
        return plain

    def _count_shared_tokens(self, ask: ChatRequest, tokens: Tensor) -> int:
        """Return the number of tokens that this question shares with any other that has the same system
        text.
        """
        other = ChatRequest(system=ask.system, user="0" if ask.user[:1] != "0" else "1")
        theirs = self._split_into_tokens(self._format_chat_text(other))
        return count_shared_tokens(tuple(tokens[0].tolist()), tuple(theirs[0].tolist()))

    def _make_grammar(self, ask: ChatRequest) -> tuple[AnswerGrammar | None, tuple[str, ...]]:
        """Return the grammar of the answer, or None with a note if the library does not support the schema or
        the tokenizer. None without a note means that the question has no schema.
        """
        if ask.schema is None:
            return None, ()
        if not self._grammars:
            maker = GrammarMaker(self.words, self._text_config.vocab_size, sorted(self._list_end_tokens()))
            self._grammars.append(maker)
        try:
            return self._grammars[0].make_grammar(ask.schema), ()
        except ValueError as error:
            return None, (f"{self.model} answers without a fixed form: {reason(error)}",)

    def _make_sampling(self, temperature: float) -> Sampling:
        config = self.network.generation_config
        return Sampling(temperature, config.top_p or TOP_P, config.top_k or TOP_K)

    def _make_picture_tokens(self) -> str:
        """Return the text that stands for a picture in the prompt: the picture's placeholder tokens between a
        begin token and an end token.
        """
        config = self.network.config
        begin, end, token = self.words.convert_ids_to_tokens(
            [config.boi_token_index, config.eoi_token_index, config.image_token_id]
        )
        return f"\n\n{begin}{token * config.mm_tokens_per_image}{end}\n\n"

    def _check_scores(self, scores: Tensor) -> None:
        """Raise NotFinite if the score of a token is NaN. A score of -inf is valid and excludes a token."""
        if bool(torch.isnan(scores).any()):
            raise NotFinite(
                f"{self.model} produced values that are not numbers (NaN)",
                "milimo model verify checks the weights",
            )

    def _list_end_tokens(self) -> set[int]:
        """Return the tokens that end an answer, as the model's files name them, or else the tokenizer."""
        named = self.network.generation_config.eos_token_id
        found = self.words.eos_token_id if named is None else named
        return {token for token in (found if isinstance(found, list) else [found]) if token is not None}


class _TokenStreamer(TextStreamer):  # type: ignore[misc]  # transformers is not typed
    """A streamer that passes finished words to `on_text`. It also calls `on_text` with an empty text for
    every token, so that a cancel need not wait for the end of a word.
    """

    def __init__(self, words: Any, on_text: OnText) -> None:
        super().__init__(words, skip_special_tokens=True)
        self._heard = on_text

    def put_token(self, token: int) -> None:
        self.put(torch.tensor([token]))
        self._heard("")

    def on_finalized_text(self, text: str, stream_end: bool = False) -> None:
        if plain := strip_chat_marks(text):
            self._heard(plain)


def strip_chat_marks(text: str) -> str:
    """Return the text without the tokens that mark Gemma's turns and pictures, so that untrusted text cannot
    begin a turn of the chat.
    """
    return _MARKS.sub("", text)
