"""The beginning of a question that many questions of a job share, such as the instructions and the worked
example of a reading. Its keys and values of attention are computed once and reused.

For workers only: imports torch.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import torch

# A larger cache is not saved, so that the memory of a job stays bounded.
MOST_BYTES = 1 << 30
# Copying the cache of a shorter beginning saves no time.
LEAST_TOKENS = 32


@dataclass(slots=True)
class PrefixCache:
    """The attention cache of one beginning: `tokens` are its tokens. A new beginning replaces it."""

    tokens: tuple[int, ...] = ()
    _cache: Any = None

    def copy_for(self, question: tuple[int, ...]) -> tuple[Any, int]:
        """Return a copy of the cache if the question begins with exactly the saved tokens, and the number of
        tokens that it covers. Otherwise return None and 0.
        """
        count = len(self.tokens)
        if not count or count >= len(question) or question[:count] != self.tokens:
            return None, 0
        return copy.deepcopy(self._cache), count

    def save(self, tokens: tuple[int, ...], cache: Any) -> None:
        """Save a copy of the cache of these tokens, unless it is too large."""
        self.tokens, self._cache = (), None
        if count_cache_bytes(cache) <= MOST_BYTES:
            self.tokens, self._cache = tokens, copy.deepcopy(cache)


def count_shared_tokens(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """Return the number of equal tokens at the beginning of two questions. 0 if these are too few to be worth
    saving. The last token of a question is never counted, because its scores are needed.
    """
    pairs = zip(one[:-1], other[:-1], strict=False)
    count = next(
        (at for at, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)) - 1
    )
    return count if count >= LEAST_TOKENS else 0


def count_cache_bytes(cache: Any) -> int:
    """Return the bytes of all tensors in an attention cache."""
    total = 0
    for layer in getattr(cache, "layers", ()):
        tensors = (value for value in vars(layer).values() if isinstance(value, torch.Tensor))
        total += sum(tensor.nelement() * tensor.element_size() for tensor in tensors)
    return total
