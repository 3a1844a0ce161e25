"""The library that cuts of other programs are read and written with, which is not everywhere."""

from __future__ import annotations

import importlib.util
import sys

from milimo_tui.core.errors import Unavailable

NAME = "opentimelineio"


def is_here() -> bool:
    """Return whether OpenTimelineIO is installed. It has wheels up to Python 3.13."""
    return importlib.util.find_spec(NAME) is not None


def require() -> None:
    """Raise Unavailable where OpenTimelineIO is not installed."""
    if not is_here():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Unavailable(
            f"cuts of other programs need OpenTimelineIO, which is not here (Python {version})",
            "use Python 3.13, or where a C++ compiler is: pip install OpenTimelineIO",
        )
