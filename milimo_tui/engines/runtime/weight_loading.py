"""Load weights into a worker's memory, where they stay between jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from milimo_tui.core.errors import OutOfMemory
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.recipes.weight_sizes import list_part_files
from milimo_tui.engines.runtime.memory import is_out_of_memory
from milimo_tui.engines.runtime.model_cache import ModelKey, get_model_cache
from milimo_tui.engines.runtime.model_stack import READS_WORDS, report_damaged_weights

T = TypeVar("T")


def load_cached_weights(
    found: ResolvedWeights,
    build: Callable[[ResolvedWeights], T],
    context: Context,
    *,
    form: str = "float32",
    unread: str = READS_WORDS,
) -> T:
    """Return the model that `build` makes from these weights, from the worker's cache if it is there. `form`
    is its form in memory. `unread` is a pattern of the names of tensors that a file may lack, because
    inference does not use them.

    Raises Damaged for weights that the library cannot read.
    """

    def read() -> T:
        with report_damaged_weights(found.id, unread=unread):
            return build(found)

    size = sum(path.stat().st_size for path in list_part_files(found.path))
    key = ModelKey(found.identity, found.role, form, title=found.id)
    return get_model_cache().pipeline(key, read, context, size)


@contextmanager
def convert_memory_errors(message: str, hint: str) -> Iterator[None]:
    """Convert any memory error that the block raises into OutOfMemory with a message and a hint."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise OutOfMemory(message, hint) from error
