"""Answers in the form of a JSON schema: the tokens that may follow in an answer, by the library `llguidance`.

For workers only: imports torch and transformers.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from milimo_tui.engines.llm.word_lists import convert_word_lists

# White space between the parts of an answer costs time and says nothing. One space after a colon and a comma
# costs nothing, because it belongs to the next token, and models answer better in the form that they know.
_GRAMMAR_OPTIONS = {"whitespace_flexible": False, "key_separator": ": ", "item_separator": ", "}


@dataclass(frozen=True, slots=True)
class AnswerGrammar:
    """The state of an answer that must match a JSON schema."""

    _matcher: Any

    @property
    def is_finished(self) -> bool:
        """True if the answer is complete, so that no token may follow."""
        return bool(self._matcher.is_stopped())

    def list_forced_tokens(self) -> list[int]:
        """Return the tokens that must follow, such as the next key and its punctuation. Empty if the model
        has a choice.
        """
        return [int(token) for token in self._matcher.compute_ff_tokens()]

    def exclude_tokens(self, scores: Tensor) -> Tensor:
        """Return the scores with -inf for each token that may not follow."""
        bits = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        allowed = torch.from_numpy(np.unpackbits(bits, bitorder="little").astype(bool)).to(scores.device)
        width = min(scores.shape[-1], len(allowed))
        out = torch.full_like(scores, float("-inf"))
        out[..., :width] = scores[..., :width].masked_fill(~allowed[:width], float("-inf"))
        return out

    def accept_tokens(self, tokens: Sequence[int]) -> None:
        """Add tokens to the answer. Raises ValueError for a token that may not follow."""
        if not self._matcher.consume_tokens(list(tokens)):
            raise ValueError(self._matcher.get_error())


class GrammarMaker:
    """The maker of grammars for one tokenizer. Reading a tokenizer takes about a second, so this happens
    once, for the first question that has a schema.
    """

    def __init__(self, words: Any, vocabulary: int, end_tokens: Sequence[int]) -> None:
        self._words, self._vocabulary, self._end_tokens = words, vocabulary, list(end_tokens)
        self._table: Any = None

    def make_grammar(self, schema: Mapping[str, Any]) -> AnswerGrammar:
        """Return the grammar of a JSON schema. Raises ValueError for a schema or a tokenizer that the library
        does not support, and if the library is not installed.
        """
        library = _import_library("llguidance")
        if self._table is None:
            self._table = _import_library("llguidance.hf").from_tokenizer(
                self._words, n_vocab=self._vocabulary, eos_token=self._end_tokens or None
            )
        grammar = library.LLMatcher.grammar_from_json_schema(
            json.dumps(convert_word_lists(schema)), overrides=_GRAMMAR_OPTIONS
        )
        matcher = library.LLMatcher(self._table, grammar)
        if problem := matcher.get_error():
            raise ValueError(problem)
        return AnswerGrammar(matcher)


def _import_library(name: str) -> Any:
    """Import a module of `llguidance`. An installation of an earlier version does not have the library.
    Raises ValueError if it is missing.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        raise ValueError("llguidance is not installed; make models installs it") from None
