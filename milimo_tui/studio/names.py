"""What people may call films and cuts. Pure."""

from __future__ import annotations

from milimo_tui.core.errors import BadInput

LONGEST = 120  # characters: it heads lists, slates and windows


def check_name(name: str, what: str) -> str:
    """A name as it is kept: one line, blanks at its ends left off. Raises BadInput.

    `what` is the thing that is named, with its article: “a film”, “a cut”.
    """
    kept = " ".join(name.split())
    if not kept:
        raise BadInput(f"{what} needs a name", "give it one in letters or digits")
    if len(kept) > LONGEST or not kept.isprintable():
        raise BadInput(f"{what} can't be called that", f"a name is one line of at most {LONGEST} characters")
    return kept
