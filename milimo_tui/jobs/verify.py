"""A file an engine says it has made: on the disk for good, whole, and what it was said to be."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from milimo_tui.core.errors import Failed
from milimo_tui.engines.contract import Output


def settle(output: Output) -> Output:
    """The output with its size and hash, fsynced. Raises Failed when there is no such file."""
    path = Path(output.path)
    try:
        with path.open("rb") as handle:
            os.fsync(handle.fileno())
            digest = output.digest or hashlib.file_digest(handle, "sha256").hexdigest()
            size = os.fstat(handle.fileno()).st_size
    except FileNotFoundError:
        raise Failed(f"the engine named a file that it did not make: {path}") from None
    return output.model_copy(update={"digest": digest, "bytes": size})
