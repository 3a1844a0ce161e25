"""The verification of an engine's outputs before they count as made: durably on disk, and complete.

Runs in the worker; the decoder is imported for media only.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from milimo_tui.core.errors import Failed
from milimo_tui.core.file_suffixes import PICTURE_SUFFIXES, SOUND_SUFFIXES, VIDEO_SUFFIXES
from milimo_tui.engines.contract.engine import Output

# Files that are decoded; any other file is only hashed.
MEDIA = VIDEO_SUFFIXES | PICTURE_SUFFIXES | SOUND_SUFFIXES


def verify_output(output: Output, *, made: bool = True) -> Output:
    """Return the output, a file or a folder, with its size and hash, after fsync. `made` is False for a file
    that was only probed.

    Raises Failed if there is no such file, and DamagedResult if media does not decode at both ends or differs
    from its facts.
    """
    path = Path(output.path)
    if path.is_dir():
        return _verify_folder(output, path)
    try:
        with path.open("rb") as handle:
            os.fsync(handle.fileno())
            digest = output.digest or hashlib.file_digest(handle, "sha256").hexdigest()
            size = os.fstat(handle.fileno()).st_size
    except FileNotFoundError:
        raise Failed(f"the engine named a file that it did not make: {path}") from None
    if made and path.suffix.lower() in MEDIA:
        from milimo_tui.media.read.integrity import (
            check_file_intact,  # imports av, which only media jobs need
        )

        check_file_intact(path, output.facts)
    return output.model_copy(update={"digest": digest, "bytes": size})


def _verify_folder(output: Output, path: Path) -> Output:
    """Verify a folder of files: its size is their total, its hash that of their names and hashes."""
    whole, size = hashlib.sha256(), 0
    for file in sorted(entry for entry in path.iterdir() if entry.is_file()):
        with file.open("rb") as handle:
            os.fsync(handle.fileno())
            whole.update(f"{file.name} {hashlib.file_digest(handle, 'sha256').hexdigest()}\n".encode())
            size += os.fstat(handle.fileno()).st_size
    return output.model_copy(update={"digest": whole.hexdigest(), "bytes": size})
