"""The import of the model stack in a worker, without progress bars, and the errors of loading weights.

Imports no torch itself.
"""

from __future__ import annotations

import gc
import logging
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from milimo_tui.core.errors import Damaged, MilimoError
from milimo_tui.core.reasons import reason

# Warnings about deliberate actions: several LoRAs on one model; uncompiled attention of a small decoder.
_MEANT = ("Already found a `peft_config` attribute", "flex_attention called without torch.compile")
log = logging.getLogger(__name__)

# Tensors that a text encoder does not need for reading words: its head, and its vision and
# audio parts if it is given no picture.
READS_PICTURES = r"lm_head|position_ids|inv_freq"
READS_WORDS = rf"{READS_PICTURES}|vision|visual|audio|multi_modal"


@contextmanager
def pause_garbage_collection() -> Iterator[None]:
    """Turn off garbage collection while an engine's modules are imported: hundreds of thousands of classes
    and functions, and no garbage. The first time, these objects are also excluded from all later collections.
    Collection is enabled again afterwards, because models must be freed when they are dropped.
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
def report_damaged_weights(id: str, what: str = "", *, unread: str = READS_WORDS) -> Iterator[None]:
    """Convert errors of loading weights. Any library error for files that do not match their configuration is
    raised as Damaged, and so are tensors that a library fills with random numbers because they are missing.
    Out-of-memory errors and a lost card are passed on unchanged. `what` is the loaded part; `unread` is a
    pattern of tensor names that a text encoder may lack.
    """
    from milimo_tui.engines.runtime.memory import is_device_lost, is_out_of_memory

    whose = f"the {what} of {id}" if what else f"the weights {id}"
    hint = f"milimo model verify {id} checks each file; if all are correct, download them again"
    report = _LoadingReport()
    try:
        with report.attach_to_loggers():
            yield
    except MilimoError:
        raise
    except Exception as error:  # Libraries raise exceptions of every kind for damaged files.
        if is_out_of_memory(error) or is_device_lost(error):
            raise
        log.debug("%s can't be loaded", whose, exc_info=True)
        raise Damaged(
            f"{whose} can't be loaded: {report.mismatch or _explain_load_error(error)}", hint
        ) from error
    absent = sorted(report.absent | {name for name in report.absent_text if not _is_never_read(name, unread)})
    if absent:
        lack = "lacks" if what else "lack"
        raise Damaged(f"{whose} {lack} {_format_tensor_count(len(absent))}; the first is {absent[0]}", hint)


# The libraries' log messages: a table of names (transformers), a list of names (diffusers).
_ROW = re.compile(r"^(\S.*?)\s*\|\s*MISSING\b", re.MULTILINE)
_LIST = re.compile(r"newly initialized: \[(.*?)\]")
_SIDES = r"(?:torch\.Size\()?[\[(]([\d, ]*)[\])]"
_MISMATCH = (
    re.compile(rf"^(\S.*?)\s*\|\s*MISMATCH\b.*?ckpt: {_SIDES}\)? vs model: ?{_SIDES}", re.MULTILINE),
    re.compile(rf"because (\S+) expected shape (?P<wanted>{_SIDES})\)?, but got (?P<found>{_SIDES})"),
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class _LoadingReport(logging.Handler):
    """A log handler that collects the libraries' messages while loading: tensors that no file had, and a
    tensor whose shape differs from the model's.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.absent: set[str] = set()  # names from diffusers
        self.absent_text: set[str] = set()  # names from transformers
        self.mismatch = ""

    def emit(self, record: logging.LogRecord) -> None:
        text = _COLOUR.sub("", record.getMessage())
        self.absent_text.update(_ROW.findall(text))
        for names in _LIST.findall(text):
            self.absent.update(name.strip("' ") for name in names.split(","))
        if other := _MISMATCH[0].search(text):
            self.mismatch = _describe_shape_mismatch(other.group(1), other.group(2), other.group(3))

    @contextmanager
    def attach_to_loggers(self) -> Iterator[None]:
        """Attach to the loggers of both libraries while open, even if the user has silenced them."""
        loggers = [logging.getLogger(name) for name in ("diffusers", "transformers")]
        levels = [one.level for one in loggers]
        for one in loggers:
            one.addHandler(self)
            one.setLevel(min(one.level or logging.WARNING, logging.WARNING))
        try:
            yield
        finally:
            for one, level in zip(loggers, levels, strict=True):
                one.removeHandler(self)
                one.setLevel(level)


def _is_never_read(name: str, unread: str) -> bool:
    return bool(unread) and re.search(unread, name) is not None


def _format_tensor_count(count: int) -> str:
    return "a tensor" if count == 1 else f"{count:,} tensors"


def _describe_shape_mismatch(name: str, found: str, wanted: str) -> str:
    name = re.sub(r"\{(\d+)[^}]*\}", r"\1", name)  # Name only the first of several layers.
    file, model = ("×".join(re.findall(r"\d+", one)) or "one number" for one in (found, wanted))
    return f"{name} is {file} in its file and {model} in the model"


def _explain_load_error(error: BaseException) -> str:
    """Return the reason in one sentence; for a tensor with a wrong shape, its name and both shapes."""
    text = str(error)
    if other := _MISMATCH[1].search(text):
        return _describe_shape_mismatch(other[1], other["found"], other["wanted"])
    if field := re.search(r"Field '(\w+)'.*? (?:expected|match any type in) ", text):
        return f"its configuration has a {field[1]} that can't be"
    return reason(error).partition(". ")[0]


def refuse_unknown_tokens(encoder: Any, id: str) -> None:
    """Make a text encoder refuse tokens outside its embedding table. A tokenizer may belong to another model,
    and on a card an index outside a table ends the process. The encoder raises Damaged when it gets such a
    token.
    """
    from torch.nn import Embedding

    rows = encoder.get_input_embeddings().weight.shape[0]

    def look(_: Any, given: tuple[Any, ...]) -> None:
        if given and given[0].numel() and int(given[0].max()) >= rows:
            raise Damaged(
                f"the tokenizer of {id} does not belong to its text encoder",
                f"milimo model verify {id} checks each file; if all are correct, download them again",
            )

    for module in encoder.modules():  # Some encoders have the same table under two names.
        if isinstance(module, Embedding) and module.weight.shape[:1] == (rows,):
            module.register_forward_pre_hook(look)


def try_tokenizer(tokenizer: Any) -> None:
    """Have a tokenizer read a few words and a rare character, so that missing data is found here and not
    during a job. For use within `report_damaged_weights`.
    """
    tokenizer(text="a lamp, \u2e0e")  # by keyword: the first argument of a processor is a picture


def quiet_libraries() -> None:
    """Turn off the progress bars of diffusers and transformers, and warnings about deliberate actions."""
    import diffusers.utils.logging
    import transformers.utils.logging

    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.disable_progress_bar()
    for beginning in _MEANT:
        warnings.filterwarnings("ignore", message=beginning)
