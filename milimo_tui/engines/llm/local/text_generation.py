"""The generation of an answer, token by token, by any causal language model.

The loop is our own because it does three things that `generate` of transformers does not: it reports progress
while it reads a long question, it computes a shared beginning only once, and it adds all tokens that a schema
forces in one step. On a CPU, a step with ten tokens takes hardly longer than a step with one.

For workers only: imports torch and transformers.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import LogitsProcessorList, TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

from milimo_tui.engines.llm.local.answer_grammar import AnswerGrammar
from milimo_tui.engines.llm.local.prefix_cache import PrefixCache

# Number of tokens of a question that are read in one step. A cancel takes effect between two steps.
CHUNK = 128


@dataclass(frozen=True, slots=True)
class Sampling:
    """The choice among the likely tokens. The temperature 0 always chooses the most likely token."""

    temperature: float
    top_p: float
    top_k: int

    def choose_token(self, scores: Tensor) -> int:
        """Return a token by the scores of all tokens. Random numbers come from torch's generator."""
        if self.temperature <= 0:
            return int(scores.argmax(dim=-1)[0])
        warpers = LogitsProcessorList(
            [
                TemperatureLogitsWarper(self.temperature),
                TopKLogitsWarper(self.top_k),
                TopPLogitsWarper(self.top_p),
            ]
        )
        # The warpers of these kinds do not use the tokens before.
        likely = torch.softmax(warpers(torch.zeros((1, 0), dtype=torch.long), scores.float()), dim=-1)
        return int(torch.multinomial(likely, 1)[0, 0])


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLoop:
    """The computation of one answer.

    `on_step` is called after each computed step and may raise Cancelled. `check_scores` raises an error for
    scores that are not numbers.
    """

    network: Any
    end_tokens: Collection[int]
    sampling: Sampling
    on_step: Callable[[], None]
    check_scores: Callable[[Tensor], None]

    def read_question(
        self, given: dict[str, Any], prefix: PrefixCache | None, shared: int
    ) -> tuple[Tensor, Any]:
        """Read a question. Return the scores of the first token of the answer, and the attention cache.

        `given` are the inputs of the model. `shared` is the number of tokens at the beginning that later
        questions share. Questions with a picture are read in one step and without `prefix`.
        """
        if prefix is None:
            return self._compute_step(given, None)
        tokens = given["input_ids"]
        question = tuple(tokens[0].tolist())
        cache, start = prefix.copy_for(question)
        scores: Tensor | None = None
        if not start and shared:
            scores, cache = self._read_tokens(tokens[:, :shared], None)
            prefix.save(question[:shared], cache)
            start = shared
        scores, cache = self._read_tokens(tokens[:, start:], cache)
        return scores, cache

    def _read_tokens(self, tokens: Tensor, cache: Any) -> tuple[Tensor, Any]:
        scores = torch.empty(0)
        for start in range(0, tokens.shape[1], CHUNK):
            scores, cache = self._compute_step({"input_ids": tokens[:, start : start + CHUNK]}, cache)
            self.on_step()
        return scores, cache

    def write_answer(
        self,
        scores: Tensor,
        cache: Any,
        limit: int,
        grammar: AnswerGrammar | None,
        on_token: Callable[[int], None],
    ) -> tuple[list[int], bool]:
        """Return the tokens of the answer, at most `limit`, and True if the answer is complete."""
        answer: list[int] = []
        device = scores.device
        while True:
            self.check_scores(scores)
            tokens = self._choose_next_tokens(scores, grammar)[: limit - len(answer)]
            answer += tokens
            for token in tokens:
                on_token(token)
            if tokens[-1] in self.end_tokens or (grammar is not None and grammar.is_finished):
                return answer, True
            if len(answer) >= limit:
                return answer, False
            scores, cache = self._compute_step({"input_ids": torch.tensor([tokens], device=device)}, cache)

    def _choose_next_tokens(self, scores: Tensor, grammar: AnswerGrammar | None) -> list[int]:
        """Return the tokens that the grammar forces, or else the token that the model chooses."""
        if grammar is None:
            return [self.sampling.choose_token(scores)]
        tokens = grammar.list_forced_tokens() or [self.sampling.choose_token(grammar.exclude_tokens(scores))]
        grammar.accept_tokens(tokens)
        return tokens

    def _compute_step(self, given: dict[str, Any], cache: Any) -> tuple[Tensor, Any]:
        """Return the scores after the last of the given tokens, and the attention cache with these tokens."""
        options: dict[str, Any] = {"use_cache": True, "past_key_values": cache}
        if "logits_to_keep" in inspect.signature(self.network.forward).parameters:
            options["logits_to_keep"] = 1
        out = self.network(**given, **options)
        return out.logits[:, -1], out.past_key_values
