"""Record inputs and outputs of pipeline components at each step, to compare an engine with the bare
pipeline.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor


@contextmanager
def watched(*modules: Any) -> Iterator[list[Tensor]]:
    """Record all tensors that go into and come out of these modules, in order, while the context is open."""
    seen: list[Tensor] = []

    def tensors(value: object) -> Iterator[Tensor]:
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, list | tuple):
            for one in value:
                yield from tensors(one)

    def gave(_: object, given: object, out: Any) -> None:
        seen.extend(one.detach().float().clone() for one in tensors(given))
        value = out if isinstance(out, list | tuple | Tensor) else list(out.values())
        seen.extend(one.detach().float().clone() for one in tensors(value))

    with ExitStack() as hooks:
        for module in modules:
            hooks.callback(module.register_forward_hook(gave).remove)
        yield seen


def assert_equal(ours: list[Tensor], theirs: list[Tensor]) -> None:
    """Check that two recordings are bit-identical and neither empty nor all zeros."""
    assert len(ours) == len(theirs) > 0
    assert any(bool(one.any()) for one in ours)
    for one, other in zip(ours, theirs, strict=True):
        assert torch.equal(one, other)
