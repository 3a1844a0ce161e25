"""How weights of the controls come into a worker's memory and stay there between jobs."""

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
UNREAD = r"mask_token|num_batches_tracked"  # what weights may lack: nothing is looked at by it


def loaded(found: Found, build: Callable[[Found], T], context: Context) -> T:
    """What `build` makes of the weights, kept in memory between jobs.

    Raises Damaged for weights that the library can't read.
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
    """Around work of a model: want of memory leaves as OutOfMemory."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise OutOfMemory(
            "there is too little memory to look at these pictures", "a smaller clip needs less"
        ) from error
