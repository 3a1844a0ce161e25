"""Loading of the controls' weights into a worker's memory, where they stay between jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from milimo_tui.core.errors import OutOfMemory
from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.recipes.weight_sizes import files_of
from milimo_tui.engines.runtime.memory import is_out_of_memory
from milimo_tui.engines.runtime.model_cache import Key, model_cache
from milimo_tui.engines.runtime.model_stack import reading

T = TypeVar("T")
# tensors that a file may lack, because inference does not use them
UNREAD = r"mask_token|num_batches_tracked"


def loaded(found: Found, build: Callable[[Found], T], context: Context) -> T:
    """Return the result of `build` for these weights, cached in memory between jobs.

    Raises Damaged for weights that the library cannot read.
    """

    def read() -> T:
        with reading(found.id, unread=UNREAD):
            return build(found)

    size = sum(path.stat().st_size for path in files_of(found.path))
    key = Key(found.digest or found.id, found.role, "float32", title=found.id)
    with within_memory():
        return model_cache().pipeline(key, read, context, size)


@contextmanager
def within_memory() -> Iterator[None]:
    """Raise OutOfMemory if the block runs out of memory."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise OutOfMemory(
            "there is too little memory to look at these pictures", "a smaller clip needs less"
        ) from error
