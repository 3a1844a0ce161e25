"""The libraries' own bars, and warnings of what is meant, are kept out of a job's log."""

from __future__ import annotations

import warnings

# What is done on purpose: several LoRAs on one model; attention of a small decoder that is not compiled.
_MEANT = ("Already found a `peft_config` attribute", "flex_attention called without torch.compile")


def quiet_libraries() -> None:
    """Turn off the bars that diffusers and transformers draw while they load, and those warnings."""
    import diffusers.utils.logging
    import transformers.utils.logging

    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.disable_progress_bar()
    for beginning in _MEANT:
        warnings.filterwarnings("ignore", message=beginning)
