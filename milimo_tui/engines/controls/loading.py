"""Load the models of control maps, with the messages of control maps about too little memory."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.runtime import weight_loading

T = TypeVar("T")
# Pattern of the names of tensors that a weights file may lack, because inference does not use them.
UNREAD = r"mask_token|num_batches_tracked"


def load_control_model(found: ResolvedWeights, build: Callable[[ResolvedWeights], T], context: Context) -> T:
    """Return the model that `build` makes from these weights, from the worker's cache if it is there.

    Raises Damaged for weights that the library cannot read, and OutOfMemory.
    """
    with convert_memory_errors():
        return weight_loading.load_cached_weights(found, build, context, unread=UNREAD)


def convert_memory_errors() -> AbstractContextManager[None]:
    """Return a context that converts any memory error into OutOfMemory."""
    return weight_loading.convert_memory_errors(
        "there is too little memory for these pictures", "a smaller clip needs less memory"
    )
