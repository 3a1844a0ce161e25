"""List the exceptions that the XML parser expat raises for unreadable files, and describe them in words."""

from __future__ import annotations

from xml.parsers import expat

# LookupError and ValueError are raised for unknown or wrong encodings.
FAULTS = (expat.ExpatError, LookupError, ValueError)


def describe_xml_fault(error: Exception) -> str:
    """Return expat's description of an error. Other exceptions, such as for an unknown encoding, are
    described by their own text.
    """
    code = getattr(error, "code", None)
    return expat.ErrorString(code) if isinstance(code, int) else str(error)
