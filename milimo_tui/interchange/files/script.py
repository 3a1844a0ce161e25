"""Screenplay files in: the bytes of a file or of standard input, or one sentence why not.

What they are is `interchange.screenplays`' question, whether they are a screenplay `story.screenplay`'s.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.story.screenplay.lines import MAX_BYTES

STDIN = "-"
WRITTEN = ("", ".fountain", ".spmd", ".txt", ".md")  # suffixes of what is plain text


def load(path: Path) -> bytes:
    """The file's bytes. Raises BadInput when it is missing, a folder, unreadable or too large."""
    try:
        if path.is_dir():
            raise BadInput(f"{path} is a folder, not a screenplay", "name the file inside it")
        with path.open("rb") as stream:
            return read(stream, str(path))
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


def read(stream: BinaryIO, name: str = "standard input") -> bytes:
    """All bytes of a stream, refused once it goes past the limit (so that an endless one ends)."""
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BadInput(f"{name} is too large for a screenplay: more than {MAX_BYTES // 1_000_000} MB")
    return data


def text_name(name: str) -> str:
    """Name a file for a screenplay's text after the file it came from: `film.fdx` is `film.fountain`."""
    own = Path(name).name  # a name, never a way out of a folder
    if not own:
        return "film.fountain"
    return own if Path(own).suffix.lower() in WRITTEN else f"{Path(own).stem}.fountain"
