"""The rules for names of films and cuts, and look-up of a thing by its name. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from milimo_tui.core.errors import Ambiguous, BadInput

T = TypeVar("T")
LONGEST = 120  # characters; names appear in lists, on slates and as window titles
SHOWN = 8  # the number of candidates that a message lists


def check_name(name: str, what: str) -> str:
    """Return a name as it is stored: one line, without spaces at its ends. Raises BadInput.

    `what` is the named thing with its article: “a film”, “a cut”.
    """
    kept = " ".join(name.split())
    if not kept:
        raise BadInput(f"{what} needs a name", "use letters or digits")
    if len(kept) > LONGEST or not kept.isprintable():
        raise BadInput(f"{what} can't have this name", f"a name is one line of at most {LONGEST} characters")
    return kept


def find_by_name(
    name: str,
    things: str,
    among: Iterable[T],
    describe: Callable[[T], tuple[str, str]],
    *ways: Callable[[T], bool],
) -> T | None:
    """Return the thing with a name; None if there is none. Raises Ambiguous.

    `ways` are tests of whether a thing has the name, the most certain first; if one test finds any, later
    tests are not used. `describe` returns a thing's id and a text that distinguishes the thing from others.
    """
    every = tuple(among)
    for is_called in ways:
        found = [each for each in every if is_called(each)]
        if len(found) > 1:
            raise build_ambiguity_error(
                name, f"{len(found)} {things} are called “{name}”", [describe(each) for each in found]
            )
        if found:
            return found[0]
    return None


def build_ambiguity_error(name: str, message: str, candidates: Sequence[tuple[str, str]]) -> Ambiguous:
    """Build the error that asks which of several things is meant, with the id and the description of each."""
    named = ", ".join(f"{id} {what}".rstrip() for id, what in candidates[:SHOWN])
    more = f" and {len(candidates) - SHOWN} more" if len(candidates) > SHOWN else ""
    return Ambiguous(message, f"name one: {named}{more}", name=name, candidates=candidates)
