"""Make results reproducible bit by bit, with seeds and deterministic kernels. Workers only.

A random generator on the CPU draws the same numbers whatever the device. Deterministic kernels are slower.
They are enabled for a job that requests them (`spec.deterministic`) and disabled afterwards, because a worker
runs many jobs.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from milimo_tui.engines.contract.engine import Context


def make_cpu_generator(seed: int) -> torch.Generator:
    """Return a random generator with this seed. It is on the CPU, so that every device gets the same
    noise.
    """
    return torch.Generator("cpu").manual_seed(seed)


@contextmanager
def use_deterministic_kernels(wanted: bool, context: Context) -> Iterator[None]:
    """Return a context in which torch uses deterministic kernels if `wanted` is True.

    An operation that has no such kernel is logged by name, because the result may then differ slightly.
    """
    if not wanted:
        yield
        return
    before = (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
    )
    cudnn = torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = True, False
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
        _log_nondeterministic(caught, context)
    finally:
        torch.use_deterministic_algorithms(before[0], warn_only=before[1])
        torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = cudnn


def _log_nondeterministic(caught: list[warnings.WarningMessage], context: Context) -> None:
    """Log the operations in `caught` that have no deterministic kernel, and emit all other warnings again."""
    for line in dict.fromkeys(str(one.message).splitlines()[0] for one in caught):
        if "does not have a deterministic implementation" in line:
            context.log(f"not deterministic: {line}")
        else:
            warnings.warn(line, stacklevel=2)
