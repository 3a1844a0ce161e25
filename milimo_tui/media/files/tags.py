"""Reading of the texts embedded in a media file: the metadata of a container, or the text chunks of a PNG."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, UnidentifiedImageError

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.reasons import reason
from milimo_tui.media.files.allowed_formats import open_media, open_picture
from milimo_tui.media.files.stills import refuse_huge_picture

# A WAV file has a fixed set of tags. Tags that store a text of another name, with that name.
WAV_NAMES = {"ISBJ": "milimo"}


def read_embedded_texts(path: Path) -> dict[str, str]:
    """Return the embedded texts of a file by their names; empty if the file has none.

    Raises NotFound, ReadOnly and BadInput like `media.read.probe.probe`.
    """
    try:
        with open_picture(path) as image:
            refuse_huge_picture(path.name, *image.size)
            image.load()  # A PNG may store text after the pixels, so the complete file is read.
            return {str(name): str(value) for name, value in image.info.items() if isinstance(value, str)}
    except UnidentifiedImageError:
        return _read_container_texts(path)
    except FileNotFoundError as error:
        raise NotFound(f"{path.name} does not exist", f"its path was {path}") from error
    except PermissionError as error:
        raise explain_os_error(error, path, "read") from error
    except (SyntaxError, ValueError, EOFError, OSError, Image.DecompressionBombError) as error:
        raise BadInput(f"{path.name} is a damaged picture: {reason(error)}") from error


def _read_container_texts(path: Path) -> dict[str, str]:
    from av.error import FFmpegError

    from milimo_tui.media.files.unreadable import make_unreadable_error

    try:
        with open_media(path) as container:
            return {WAV_NAMES.get(name, name): text for name, text in container.metadata.items()}
    except (OSError, FFmpegError) as error:
        raise make_unreadable_error(path, error) from error
