"""How a worker comes by the model stack: imported once, for as long as it lives. Imports no torch itself."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing() -> Iterator[None]:
    """Around the import of what does an engine's work: classes and functions by the hundred thousand, and no
    garbage among them. The collector looks through them neither meanwhile nor, the first time, ever after;
    later there may be weights, which have to go when they are let go of.
    """
    was_on, is_first = gc.isenabled(), "torch" not in sys.modules
    gc.disable()
    try:
        yield
    finally:
        if is_first:
            gc.freeze()
        if was_on:
            gc.enable()
