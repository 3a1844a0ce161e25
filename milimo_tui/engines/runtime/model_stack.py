"""How a worker comes by the model stack: imported once, without its bars. Imports no torch itself."""

from __future__ import annotations

import gc
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from milimo_tui.core.errors import Damaged, MilimoError
from milimo_tui.core.reasons import reason

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


@contextmanager
def reading(id: str) -> Iterator[None]:
    """Around the loading of weights: what libraries raise for files that can't be what their configurations
    say leaves as Damaged; want of memory as it is.
    """
    from milimo_tui.engines.runtime.memory import is_out_of_memory

    try:
        yield
    except MilimoError:
        raise
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        if is_out_of_memory(error):
            raise
        raise Damaged(
            f"the weights {id} can't be loaded: {reason(error)}",
            f"milimo model verify {id} tells which file is not whole",
        ) from error


def quiet_libraries() -> None:
    """Turn off the bars that diffusers and transformers draw while they load, and those warnings."""
    import diffusers.utils.logging
    import transformers.utils.logging

    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.disable_progress_bar()
    for beginning in _MEANT:
        warnings.filterwarnings("ignore", message=beginning)
