"""What expat raises for XML that can't be read, and what it says of it."""

from __future__ import annotations

from xml.parsers import expat

FAULTS = (expat.ExpatError, LookupError, ValueError)  # the last two of encodings


def said_of(error: Exception) -> str:
    """Return expat's own words for a fault, else the error's: of an encoding it does not know."""
    code = getattr(error, "code", None)
    return expat.ErrorString(code) if isinstance(code, int) else str(error)
