"""Prepare a queued job while another job runs, by reading its weight files into main memory. Every model
engine can use this.

No model is built while a job runs: while the libraries build a model, they set a number type for the complete
process, which would change the running job's numbers. The contents of the files are held in the system's page
cache. The system frees this cache for any process that needs memory, so the running job loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.foresight import Foresight
from milimo_tui.engines.recipes.weight_sizes import files
from milimo_tui.engines.runtime import memory
from milimo_tui.engines.runtime.model_cache import get_model_cache
from milimo_tui.engines.runtime.recipe_run import RunningWork

STAGE = "fetching weights"
PIECE = 16 << 20  # bytes that are read at a time; reading can stop between two pieces
LEFT = 2 << 30  # bytes of main memory that are left free for other programs


def prefetch_weights(found: ResolvedWeights, now: RunningWork, context: Foresight) -> None:
    """Read the weight files of the next job into the page cache while the job `now` is running. Nothing is
    read if the weights are already loaded, or if the files need more memory than the running job leaves free.
    Raises Cancelled, OSError.
    """
    if get_model_cache().has_weights_of(found.identity, found.id):
        return
    paths = files(found)
    size = sum(path.stat().st_size for path in paths)
    if size + LEFT > now.spare_host:
        context.log(
            f"not loaded beforehand: {size / 1e9:.1f} GB of {found.id} do not fit in memory next to a job"
        )
        return
    fetched, piece = 0, bytearray(min(PIECE, max(1, size)))
    for path in paths:
        with path.open("rb", buffering=0) as file:
            while not context.is_its_turn() and (count := file.readinto(piece)):
                fetched += count
                context.progress(STAGE, 0, 1)
    if fetched:
        context.got(f"{fetched / size:.0%} of its weights, {size / 1e9:.1f} GB")


@contextmanager
def compute_in_parallel() -> Iterator[None]:
    """Return a context whose computations run at the same time as those of the running job, on a separate
    CUDA stream. On other devices, the context does nothing.
    """
    if memory.get_device().type != "cuda":
        yield
        return
    with torch.cuda.stream(_get_side_stream()):
        yield


@cache
def _get_side_stream() -> Any:
    """Return the CUDA stream for work in parallel. A process has only one, because memory that was allocated
    on a stream is reused only on that stream.
    """
    return torch.cuda.Stream()  # type: ignore[no-untyped-call]
