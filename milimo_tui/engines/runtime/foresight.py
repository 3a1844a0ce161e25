"""What any model engine gets ready for a job that has not begun: its weights' files in main memory.

No weights are built beside a job that runs: the libraries that build them set a type for the whole process
meanwhile, by which the other's numbers would come out otherwise. Files that were read lie in the system's own
memory, which it gives to whoever needs it: they cost the job under way nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch

from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.contract.foresight import Foresight
from milimo_tui.engines.recipes.weight_sizes import files
from milimo_tui.engines.runtime import memory
from milimo_tui.engines.runtime.model_cache import model_cache
from milimo_tui.engines.runtime.recipe_run import UnderWay

STAGE = "fetching weights"
PIECE = 16 << 20  # bytes read at a time: between two it may be stopped
LEFT = 2 << 30  # bytes of main memory that are left to others


def fetch(found: Found, now: UnderWay, context: Foresight) -> None:
    """Read the files of weights of which nothing is in memory, where all of them have room beside the job
    under way. Raises Cancelled, OSError.
    """
    if model_cache().has_of(found.digest or found.id, found.id):
        return
    paths = files(found)
    size = sum(path.stat().st_size for path in paths)
    if size + LEFT > now.spare_host:
        context.log(f"not fetched beforehand: {size / 1e9:.1f} GB of {found.id} have no room beside a job")
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
def beside() -> Iterator[None]:
    """Compute beside the job under way: on a line of its own where the device has such."""
    if memory.device().type != "cuda":
        yield
        return
    with torch.cuda.stream(_line()):
        yield


@cache
def _line() -> Any:
    """One for the whole process: what is allocated on a line is used again on that one alone."""
    return torch.cuda.Stream()  # type: ignore[no-untyped-call]
