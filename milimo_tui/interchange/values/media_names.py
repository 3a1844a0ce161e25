"""Read the names of media files in the files of other programs, and compare them. Pure."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath


def get_last_path_part(path: str) -> str:
    """Return the file name in a path of Linux, macOS or Windows. A path with a drive letter, or with two
    backslashes at its start, is a path of Windows.
    """
    is_windows = re.match(r"[A-Za-z]:[\\/]|\\\\", path) is not None
    return PureWindowsPath(path).name if is_windows else PurePosixPath(path).name


def normalize_media_name(name: str) -> str:
    """Return the form in which file names are compared: without the difference between small and capital
    letters, and with accents as parts of their letters. Windows and macOS compare names in the same form.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
