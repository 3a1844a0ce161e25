"""Check for OpenTimelineIO, the library that reads and writes cuts of other programs. It is not available on
every system.
"""

from __future__ import annotations

import importlib.util
import sys

from milimo_tui.core.errors import Unavailable

NAME = "opentimelineio"


def is_otio_installed() -> bool:
    """Return True if OpenTimelineIO is installed. Its binary packages exist up to Python 3.13."""
    return importlib.util.find_spec(NAME) is not None


def require_otio() -> None:
    """Raise Unavailable if OpenTimelineIO is not installed."""
    if not is_otio_installed():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Unavailable(
            f"cuts of other programs need OpenTimelineIO, which is not installed (Python {version})",
            "use Python 3.13; or, with a C++ compiler: pip install OpenTimelineIO",
        )
