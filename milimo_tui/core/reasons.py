"""Describe why something failed in plain words, given an exception of Python or of a library."""

from __future__ import annotations

import json
import re

from milimo_tui.core.errors import MilimoError

UNCLEAR = "its structure is not as expected"
_LONGEST_REASON = 200  # Maximum number of characters of a reason. The rest is cut off.
# Matches Python values and type names. A message that contains them does not help the user.
_REPR = re.compile(
    r"<[\w.]+ object|<(?:class|built-in|function|module) |\w+\(.*=|\bb'|Traceback|^'.*'$|^\d+$|codec can't"
    r"|NoneType|object is"
)


def reason(error: BaseException) -> str:
    """Return the reason of an error as one line of text, to be put after a colon."""
    if isinstance(error, MilimoError):
        return error.message
    if isinstance(error, json.JSONDecodeError):
        if not error.doc.strip():
            return "it is empty"
        return f"it is not valid JSON at line {error.lineno}, column {error.colno}: {error.msg}"
    if isinstance(error, UnicodeError):
        return "it is not UTF-8 text"
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing" if error.args else UNCLEAR
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    if isinstance(error, AttributeError | TypeError | LookupError):
        return UNCLEAR
    text = " ".join(str(getattr(error, "strerror", None) or error).split())
    return UNCLEAR if not text or _REPR.search(text) else text[:_LONGEST_REASON]
