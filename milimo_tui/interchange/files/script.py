"""Read the bytes of a screenplay from a file or from standard input. If they cannot be read, the error
explains the reason in one sentence.

`interchange.screenplays` detects the format of the bytes, and `story.screenplay` decides if they are a
screenplay.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.story.screenplay.lines import MAX_BYTES

STDIN = "-"
WRITTEN = ("", ".fountain", ".spmd", ".txt", ".md")  # The suffixes of plain text files.


def load_screenplay_bytes(path: Path) -> bytes:
    """Return the bytes of a file. Raises NotFound if it is missing, BadInput if the path is a folder or the
    file is unreadable or too large.
    """
    try:
        if path.is_dir():
            raise BadInput(f"{path} is a folder, not a screenplay", "name the file inside it")
        with path.open("rb") as stream:
            return read_screenplay_stream(stream, str(path))
    except FileNotFoundError:
        raise NotFound(
            f"there is no file {path}", "check the name, or give - to read standard input"
        ) from None
    except PermissionError:
        raise BadInput(
            f"{path} can't be read: permission denied", "check its owner and permissions"
        ) from None
    except OSError as error:
        raise BadInput(f"{path} can't be read: {error.strerror or error}") from None


def read_screenplay_stream(stream: BinaryIO, name: str = "standard input") -> bytes:
    """Return all bytes of a stream. Raises BadInput as soon as the limit is exceeded, so that an endless
    stream ends.
    """
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BadInput(f"{name} is too large for a screenplay: more than {MAX_BYTES // 1_000_000} MB")
    return data


def make_text_file_name(name: str) -> str:
    """Return the file name for a screenplay's Fountain text: `film.fdx` becomes `film.fountain`."""
    own = Path(name).name  # Only the name is used, so that the path cannot leave a folder.
    if not own:
        return "film.fountain"
    return own if Path(own).suffix.lower() in WRITTEN else f"{Path(own).stem}.fountain"
