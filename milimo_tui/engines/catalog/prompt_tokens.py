"""Count the tokens of a text as a model's text encoder does, with the tokenizer file on disk. No model is
loaded.
"""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from milimo_tui.core.host import explain_os_error


@dataclass(frozen=True, slots=True)
class TruncatedPrompt:
    """A text that is too long for a text encoder.

    The text has `tokens` tokens. The encoder reads the first `most`, and `rest` is the text that it does not
    read.
    """

    tokens: int
    most: int
    rest: str


def find_unread_text(folder: Path, most: int, text: str) -> TruncatedPrompt | None:
    """Return the part of a text that an encoder does not read. `most` is the number of tokens that the
    encoder reads.

    None if the encoder reads the complete text, or if the tokenizer in `folder` can't be used. Raises
    ReadOnly if the tokenizer file can't be accessed.
    """
    text = text.strip()
    if len(text.encode()) + 2 <= most:
        # The text is short enough: a token has at least one byte, and two tokens mark beginning and end
        return None
    path = folder / "tokenizer.json"
    try:
        stamp = path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    return _measure_unread_text(path, stamp, most, text)


@lru_cache(maxsize=256)
def _measure_unread_text(path: Path, stamp: int, most: int, text: str) -> TruncatedPrompt | None:
    reader = _load_tokenizer(path, stamp)
    if reader is None:
        return None
    reader.no_truncation()
    tokens = len(reader.encode(text).ids)
    if tokens <= most:
        return None
    reader.enable_truncation(most)
    read = reader.encode(text).offsets
    return TruncatedPrompt(tokens, most, text[max((end for _, end in read), default=0) :].strip())


@lru_cache(maxsize=1)
def _load_tokenizer(path: Path, stamp: int) -> Any:
    """Return the tokenizer of a file. None if the tokenizer library is missing or the file is of another
    kind.

    `stamp` is the file's modification time. It only makes the cache key unique.
    """
    if importlib.util.find_spec("tokenizers") is None:
        return None
    try:
        made = importlib.import_module("tokenizers").Tokenizer.from_file(str(path))
    except Exception:  # noqa: BLE001  # compiled code raises untyped errors; the worker reports the cause
        return None
    made.no_padding()
    return made
