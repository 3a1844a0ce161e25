"""Import the model libraries in a worker without progress bars, and convert the errors of loading weights.

The module itself imports no torch.
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

# Warnings about deliberate actions, which are suppressed: several LoRAs on one model, and attention of a
# small decoder that is not compiled.
_MEANT = ("Already found a `peft_config` attribute", "flex_attention called without torch.compile")
log = logging.getLogger(__name__)

# Patterns of tensor names that a text encoder does not need to encode text: its output layer, and also its
# vision and audio parts if it gets no pictures.
READS_PICTURES = r"lm_head|position_ids|inv_freq"
READS_WORDS = rf"{READS_PICTURES}|vision|visual|audio|multi_modal"


@contextmanager
def pause_garbage_collection() -> Iterator[None]:
    """Return a context that turns off garbage collection while an engine's modules are imported. An import
    creates hundreds of thousands of classes and functions, and no garbage.

    After the first import, these objects are also excluded from all later collections. Collection is turned
    on again at the end, because dropped models must be freed.
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
    """Return a context that converts the errors of loading weights.

    - An error of a library for files that do not match their configuration becomes Damaged.
    - Missing tensors, which a library would fill with random numbers, are also reported as Damaged.
    - Out-of-memory errors and a lost card are passed on unchanged.

    `what` is the name of the loaded part. `unread` is a pattern of tensor names that may be missing.
    """
    from milimo_tui.engines.runtime.memory import is_device_lost, is_out_of_memory

    subject = f"the {what} of {id}" if what else f"the weights {id}"
    hint = f"milimo model verify {id} checks each file; if all are correct, download them again"
    report = _LoadingReport()
    try:
        with report.attach_to_loggers():
            yield
    except MilimoError:
        raise
    except Exception as error:  # For damaged files, the libraries raise exceptions of any class.
        if is_out_of_memory(error) or is_device_lost(error):
            raise
        log.debug("%s can't be loaded", subject, exc_info=True)
        raise Damaged(
            f"{subject} can't be loaded: {report.mismatch or _explain_load_error(error)}", hint
        ) from error
    absent = sorted(report.absent | {name for name in report.absent_text if not _is_never_read(name, unread)})
    if absent:
        lack = "lacks" if what else "lack"
        raise Damaged(f"{subject} {lack} {_format_tensor_count(len(absent))}; the first is {absent[0]}", hint)


# Patterns that find the names of missing tensors in log messages. transformers logs a table (`_ROW`),
# diffusers a list (`_LIST`).
_ROW = re.compile(r"^(\S.*?)\s*\|\s*MISSING\b", re.MULTILINE)
_LIST = re.compile(r"newly initialized: \[(.*?)\]")
_SIDES = r"(?:torch\.Size\()?[\[(]([\d, ]*)[\])]"
_MISMATCH = (
    re.compile(rf"^(\S.*?)\s*\|\s*MISMATCH\b.*?ckpt: {_SIDES}\)? vs model: ?{_SIDES}", re.MULTILINE),
    re.compile(rf"because (\S+) expected shape (?P<wanted>{_SIDES})\)?, but got (?P<found>{_SIDES})"),
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class _LoadingReport(logging.Handler):
    """A log handler that collects the faults which diffusers and transformers log while they load weights. It
    records the names of tensors that no file contains, and a tensor whose shape differs from the model's.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.absent: set[str] = set()  # names of missing tensors that diffusers reports
        self.absent_text: set[str] = set()  # names of missing tensors that transformers reports
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
        """Return a context in which this handler receives the log messages of both libraries, even if the
        user has silenced them.
        """
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
    # Transformers writes the numbers of several layers as {0, 1, …}; only the first is named in the message.
    name = re.sub(r"\{(\d+)[^}]*\}", r"\1", name)
    file, model = ("×".join(re.findall(r"\d+", one)) or "one number" for one in (found, wanted))
    return f"{name} is {file} in its file and {model} in the model"


def _explain_load_error(error: BaseException) -> str:
    """Return the reason for a load error in one sentence. For a tensor with a wrong shape, the sentence
    contains its name and both shapes.
    """
    text = str(error)
    if other := _MISMATCH[1].search(text):
        return _describe_shape_mismatch(other[1], other["found"], other["wanted"])
    if field := re.search(r"Field '(\w+)'.*? (?:expected|match any type in) ", text):
        return f"its configuration has a {field[1]} that can't be"
    return reason(error).partition(". ")[0]


def refuse_unknown_tokens(encoder: Any, id: str) -> None:
    """Make a text encoder raise Damaged if it gets a token outside its embedding table. Such a token means
    that the tokenizer belongs to another model. Without this check, an index outside the table would end the
    process on a card.
    """
    from torch.nn import Embedding

    rows = encoder.get_input_embeddings().weight.shape[0]

    def look(_: Any, given: tuple[Any, ...]) -> None:
        if given and given[0].numel() and int(given[0].max()) >= rows:
            raise Damaged(
                f"the tokenizer of {id} does not belong to its text encoder",
                f"milimo model verify {id} checks each file; if all are correct, download them again",
            )

    for module in encoder.modules():  # Some encoders contain the same embedding table under two names.
        if isinstance(module, Embedding) and module.weight.shape[:1] == (rows,):
            module.register_forward_pre_hook(look)


def try_tokenizer(tokenizer: Any) -> None:
    """Tokenize a few words and a rare character, so that missing tokenizer files are found while loading and
    not during a job. Call this within `report_damaged_weights`.
    """
    # The text is passed by keyword, because the first argument of a processor is a picture.
    tokenizer(text="a lamp, \u2e0e")


def quiet_libraries() -> None:
    """Turn off the progress bars of diffusers and transformers, and warnings about deliberate actions."""
    import diffusers.utils.logging
    import transformers.utils.logging

    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.disable_progress_bar()
    for beginning in _MEANT:
        warnings.filterwarnings("ignore", message=beginning)
