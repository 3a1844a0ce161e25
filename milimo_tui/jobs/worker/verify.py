"""Verifies the output files of an engine before the job counts as made: they must be complete and safely on
disk.

The module runs in the worker. The decoder is imported only for media files.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from milimo_tui.core.errors import Failed
from milimo_tui.core.file_suffixes import PICTURE_SUFFIXES, SOUND_SUFFIXES, VIDEO_SUFFIXES
from milimo_tui.engines.contract.engine import Output

# Files with these suffixes are decoded. All other files are only hashed.
MEDIA = VIDEO_SUFFIXES | PICTURE_SUFFIXES | SOUND_SUFFIXES


def verify_output(output: Output, *, made: bool = True) -> Output:
    """Flush an output (a file or a folder) to disk, check it, and return it with its size and hash.

    `made` is False if the job only examined the file instead of making it; such a file is not decoded. Raises
    Failed if the file does not exist. Raises DamagedResult if a media file can't be decoded at its beginning
    and end, or differs from the facts that the engine reported.
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
            check_file_intact,  # This import loads av, which only media jobs need.
        )

        check_file_intact(path, output.facts)
    return output.model_copy(update={"digest": digest, "bytes": size})


def _verify_folder(output: Output, path: Path) -> Output:
    """Flush and hash a folder of files. Its size is the total of the files, and its hash is computed from
    their names and hashes.
    """
    whole, size = hashlib.sha256(), 0
    for file in sorted(entry for entry in path.iterdir() if entry.is_file()):
        with file.open("rb") as handle:
            os.fsync(handle.fileno())
            whole.update(f"{file.name} {hashlib.file_digest(handle, 'sha256').hexdigest()}\n".encode())
            size += os.fstat(handle.fileno()).st_size
    return output.model_copy(update={"digest": whole.hexdigest(), "bytes": size})
