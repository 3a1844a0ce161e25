"""Conversion of a decoder's or disk's error into a message that names the media file."""

from __future__ import annotations

from pathlib import Path

from av.error import ArgumentError, FFmpegError, InvalidDataError
from av.error import EOFError as EndOfFileError

from milimo_tui.core.errors import BadInput, MilimoError, NotFound
from milimo_tui.core.host import explain_os_error


def make_unreadable_error(path: Path, error: OSError | FFmpegError) -> MilimoError:
    """Return the user-visible error for an error of the decoder or the disk."""
    if isinstance(error, FileNotFoundError):
        return NotFound(f"{path.name} does not exist", f"its path was {path}")
    if isinstance(error, PermissionError):
        return explain_os_error(error, path, "read")
    # `open_media` refused the format, or the header makes no sense.
    if isinstance(error, ArgumentError | InvalidDataError | EndOfFileError):
        return BadInput(
            f"{path.name} has a format that Milimo does not read, or its header is damaged",
            "if it is a playlist or a list of pictures, add the files that it names",
        )
    return BadInput(f"{path.name} can't be read as picture or sound: {error.strerror or error}")
