"""How a worker comes by the model stack: imported once, without its bars. Imports no torch itself."""

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

# What is done on purpose: several LoRAs on one model; attention of a small decoder that is not compiled.
_MEANT = ("Already found a `peft_config` attribute", "flex_attention called without torch.compile")
log = logging.getLogger(__name__)

# What a text encoder reads no words by: its head, and eyes and ears where no picture is shown to it.
READS_PICTURES = r"lm_head|position_ids|inv_freq"
READS_WORDS = rf"{READS_PICTURES}|vision|visual|audio|multi_modal"


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
def reading(id: str, what: str = "", *, unread: str = READS_WORDS) -> Iterator[None]:
    """Around the loading of weights: whatever libraries raise for files that can't be what their
    configurations say leaves as Damaged, and so does what they fill with random numbers for want of a tensor;
    want of memory, and a card that is gone, as they are. `what` is the part that is loaded, `unread` are
    words of names that a text encoder may lack.
    """
    from milimo_tui.engines.runtime.memory import is_lost, is_out_of_memory

    whose = f"the {what} of {id}" if what else f"the weights {id}"
    hint = f"milimo model verify {id} tells which file is not whole; else fetch them anew"
    report = _Report()
    try:
        with report.listening():
            yield
    except MilimoError:
        raise
    except Exception as error:  # a library's own for files: of every kind that Python has
        if is_out_of_memory(error) or is_lost(error):
            raise
        log.debug("%s can't be loaded", whose, exc_info=True)
        raise Damaged(f"{whose} can't be loaded: {report.mismatch or _reason(error)}", hint) from error
    absent = sorted(report.absent | {name for name in report.absent_text if not _goes_unread(name, unread)})
    if absent:
        lack = "lacks" if what else "lack"
        raise Damaged(f"{whose} {lack} {_tensors(len(absent))}, {absent[0]} the first", hint)


# What the libraries log: one table of names (transformers), one list of them (diffusers).
_ROW = re.compile(r"^(\S.*?)\s*\|\s*MISSING\b", re.MULTILINE)
_LIST = re.compile(r"newly initialized: \[(.*?)\]")
_SIDES = r"(?:torch\.Size\()?[\[(]([\d, ]*)[\])]"
_MISMATCH = (
    re.compile(rf"^(\S.*?)\s*\|\s*MISMATCH\b.*?ckpt: {_SIDES}\)? vs model: ?{_SIDES}", re.MULTILINE),
    re.compile(rf"because (\S+) expected shape (?P<wanted>{_SIDES})\)?, but got (?P<found>{_SIDES})"),
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class _Report(logging.Handler):
    """What the libraries say of weights while they load them: names that no file had, and a tensor of other
    sides than the model's.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.absent: set[str] = set()  # from a model of diffusers
        self.absent_text: set[str] = set()  # from one of transformers
        self.mismatch = ""

    def emit(self, record: logging.LogRecord) -> None:
        text = _COLOUR.sub("", record.getMessage())
        self.absent_text.update(_ROW.findall(text))
        for names in _LIST.findall(text):
            self.absent.update(name.strip("' ") for name in names.split(","))
        if other := _MISMATCH[0].search(text):
            self.mismatch = _other_sides(other.group(1), other.group(2), other.group(3))

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear both libraries, however quiet a person has made them."""
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


def _goes_unread(name: str, unread: str) -> bool:
    return bool(unread) and re.search(unread, name) is not None


def _tensors(count: int) -> str:
    return "a tensor" if count == 1 else f"{count:,} tensors"


def _other_sides(name: str, found: str, wanted: str) -> str:
    name = re.sub(r"\{(\d+)[^}]*\}", r"\1", name)  # of several layers the first
    file, model = ("×".join(re.findall(r"\d+", one)) or "one number" for one in (found, wanted))
    return f"{name} is {file} in its file and {model} in the model"


def _reason(error: BaseException) -> str:
    """The reason alone, in a sentence; of a tensor of other sides which, and both."""
    text = str(error)
    if other := _MISMATCH[1].search(text):
        return _other_sides(other[1], other["found"], other["wanted"])
    if field := re.search(r"Field '(\w+)'.*? (?:expected|match any type in) ", text):
        return f"its configuration has a {field[1]} that can't be"
    return reason(error).partition(". ")[0]


def refuse_unknown_words(encoder: Any, id: str) -> None:
    """Have a text encoder refuse words that it has no row for: a tokenizer beside it may be another's, and on
    a card an index beyond a table ends the process. Raises Damaged, when it reads.
    """
    from torch.nn import Embedding

    rows = encoder.get_input_embeddings().weight.shape[0]

    def look(_: Any, given: tuple[Any, ...]) -> None:
        if given and given[0].numel() and int(given[0].max()) >= rows:
            raise Damaged(
                f"the tokenizer of {id} is another's: it knows words that the text encoder does not",
                f"milimo model verify {id} tells which file is not whole; else fetch them anew",
            )

    for module in encoder.modules():  # some have the same table under two names
        if isinstance(module, Embedding) and module.weight.shape[:1] == (rows,):
            module.register_forward_pre_hook(look)


def try_words(tokenizer: Any) -> None:
    """Have a tokenizer read a few words, and a sign that hardly any knows: what it lacks shows here, not amid
    a job. For use within `reading`.
    """
    tokenizer(text="a lamp, \u2e0e")  # of a processor the first is a picture


def quiet_libraries() -> None:
    """Turn off the bars that diffusers and transformers draw while they load, and those warnings."""
    import diffusers.utils.logging
    import transformers.utils.logging

    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.disable_progress_bar()
    for beginning in _MEANT:
        warnings.filterwarnings("ignore", message=beginning)
