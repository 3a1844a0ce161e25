"""Functions that load the weights of control maps into a worker's memory, where they stay between jobs."""

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
from milimo_tui.engines.runtime.model_stack import report_damaged_weights

T = TypeVar("T")
# Pattern of the names of tensors that a weights file may lack, because inference does not use them.
UNREAD = r"mask_token|num_batches_tracked"


def load_cached_weights(found: ResolvedWeights, build: Callable[[ResolvedWeights], T], context: Context) -> T:
    """Return the model that `build` makes from these weights, from the worker's cache if it is there.

    Raises Damaged for weights that the library cannot read.
    """

    def read() -> T:
        with report_damaged_weights(found.id, unread=UNREAD):
            return build(found)

    size = sum(path.stat().st_size for path in list_part_files(found.path))
    key = ModelKey(found.identity, found.role, "float32", title=found.id)
    with convert_memory_errors():
        return get_model_cache().pipeline(key, read, context, size)


@contextmanager
def convert_memory_errors() -> Iterator[None]:
    """Convert any memory error that the block raises into OutOfMemory."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise OutOfMemory(
            "there is too little memory for these pictures", "a smaller clip needs less memory"
        ) from error
