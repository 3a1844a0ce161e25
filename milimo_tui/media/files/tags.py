"""The texts that a media file contains about itself: metadata of a container, text chunks of a PNG.
Read-only.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, UnidentifiedImageError

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.reasons import reason
from milimo_tui.media.files.stills import refuse_huge_picture


def read_embedded_texts(path: Path) -> dict[str, str]:
    """Return every text by its name; empty if the format has no texts.

    Raises NotFound, ReadOnly and BadInput as `media.read.probe.probe`.
    """
    try:
        with Image.open(path) as image:
            refuse_huge_picture(path.name, *image.size)
            image.load()  # text may be stored after the pixels
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
    import av  # pictures do not need av
    from av.error import FFmpegError

    from milimo_tui.media.files.unreadable import make_unreadable_error

    try:
        with av.open(str(path)) as container:
            return dict(container.metadata)
    except (OSError, FFmpegError) as error:
        raise make_unreadable_error(path, error) from error
