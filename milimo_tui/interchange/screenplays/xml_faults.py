"""The exceptions that expat raises for unreadable XML, and their descriptions."""

from __future__ import annotations

from xml.parsers import expat

FAULTS = (expat.ExpatError, LookupError, ValueError)  # The last two are raised for encodings.


def describe_xml_fault(error: Exception) -> str:
    """Return expat's description of an error, or else the exception's own text, such as for an unknown
    encoding.
    """
    code = getattr(error, "code", None)
    return expat.ErrorString(code) if isinstance(code, int) else str(error)
