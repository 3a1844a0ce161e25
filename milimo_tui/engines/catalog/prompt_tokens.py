"""How long a text is to the encoder of weights on disk, by their own tokenizer file; loads no model."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from milimo_tui.core.host import explain


@dataclass(frozen=True, slots=True)
class Unread:
    """A text of so many `tokens`, of which the first `most` are read: what is left out begins with `rest`."""

    tokens: int
    most: int
    rest: str


def unread(folder: Path, most: int, text: str) -> Unread | None:
    """What an encoder that takes so many tokens leaves out of a text; None where it reads all, or where the
    folder's tokenizer can't be asked here. Raises ReadOnly where its file can't be looked at.
    """
    text = text.strip()
    if len(text.encode()) + 2 <= most:
        return None  # a token is a byte at the least; two mark begin and end
    path = folder / "tokenizer.json"
    try:
        stamp = path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    except OSError as error:
        raise explain(error, path, "read") from error
    return _counted(path, stamp, most, text)


@lru_cache(maxsize=256)
def _counted(path: Path, stamp: int, most: int, text: str) -> Unread | None:
    reader = _reader(path, stamp)
    if reader is None:
        return None
    reader.no_truncation()
    tokens = len(reader.encode(text).ids)
    if tokens <= most:
        return None
    reader.enable_truncation(most)
    read = reader.encode(text).offsets
    return Unread(tokens, most, text[max((end for _, end in read), default=0) :].strip())


@lru_cache(maxsize=1)
def _reader(path: Path, stamp: int) -> Any:
    """The tokenizer of a file as it is since `stamp`; None where there is none of that kind."""
    if importlib.util.find_spec("tokenizers") is None:
        return None
    try:
        made = importlib.import_module("tokenizers").Tokenizer.from_file(str(path))
    except Exception:  # noqa: BLE001  # of its own compiled code, with no type: the worker says what is wrong
        return None
    made.no_padding()
    return made
