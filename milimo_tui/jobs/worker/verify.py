"""What an engine says it has made is looked at before it is called made: on the disk for good, and whole.

In the worker; the decoder is imported for media alone.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from milimo_tui.core.errors import Failed
from milimo_tui.engines.contract.engine import Output

# Files that are decoded; any other is only hashed.
_MOVING = {".mov", ".mp4", ".m4v", ".mkv", ".webm", ".avi", ".gif"}
_STILL = {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff"}
_SOUND = {".wav", ".flac", ".mp3", ".m4a", ".aac", ".ogg", ".opus"}
MEDIA = frozenset(_MOVING | _STILL | _SOUND)


def settle(output: Output, *, made: bool = True) -> Output:
    """The output, a file or a folder, with its size and hash, fsynced. `made` is False for a file that was
    only asked about.

    Raises Failed when there is no such file, and DamagedResult when it is media that does not decode at both
    ends, or is not what its facts say.
    """
    path = Path(output.path)
    if path.is_dir():
        return _folder(output, path)
    try:
        with path.open("rb") as handle:
            os.fsync(handle.fileno())
            digest = output.digest or hashlib.file_digest(handle, "sha256").hexdigest()
            size = os.fstat(handle.fileno()).st_size
    except FileNotFoundError:
        raise Failed(f"the engine named a file that it did not make: {path}") from None
    if made and path.suffix.lower() in MEDIA:
        from milimo_tui.media.read.integrity import check_intact  # av: for those who make media

        check_intact(path, output.facts)
    return output.model_copy(update={"digest": digest, "bytes": size})


def _folder(output: Output, path: Path) -> Output:
    """A folder of files: its size is theirs together, its hash of their names and hashes."""
    whole, size = hashlib.sha256(), 0
    for file in sorted(entry for entry in path.iterdir() if entry.is_file()):
        with file.open("rb") as handle:
            os.fsync(handle.fileno())
            whole.update(f"{file.name} {hashlib.file_digest(handle, 'sha256').hexdigest()}\n".encode())
            size += os.fstat(handle.fileno()).st_size
    return output.model_copy(update={"digest": whole.hexdigest(), "bytes": size})
