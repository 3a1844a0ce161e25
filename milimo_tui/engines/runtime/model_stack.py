"""How a worker comes by the model stack: imported once, without its bars. Imports no torch itself."""

from __future__ import annotations

import gc
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

# What is done on purpose: several LoRAs on one model; attention of a small decoder that is not compiled.
_MEANT = ("Already found a `peft_config` attribute", "flex_attention called without torch.compile")


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


def quiet_libraries() -> None:
    """Turn off the bars that diffusers and transformers draw while they load, and those warnings."""
    import diffusers.utils.logging
    import transformers.utils.logging

    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.disable_progress_bar()
    for beginning in _MEANT:
        warnings.filterwarnings("ignore", message=beginning)
