"""What people may call films and cuts, and which thing is meant by a name. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from milimo_tui.core.errors import Ambiguous, BadInput

T = TypeVar("T")
LONGEST = 120  # characters: it heads lists, slates and windows
SHOWN = 8  # candidates that a sentence names


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


def one_called(
    name: str,
    things: str,
    among: Iterable[T],
    describe: Callable[[T], tuple[str, str]],
    *ways: Callable[[T], bool],
) -> T | None:
    """The one thing of that name, None where there is none. Raises Ambiguous.

    `ways` tell whether one is called so, the surest first: where one way finds any, later ones do not count.
    `describe` is the id of a thing and what tells it from others.
    """
    every = tuple(among)
    for is_called in ways:
        found = [each for each in every if is_called(each)]
        if len(found) > 1:
            raise which(
                name, f"{len(found)} {things} are called “{name}”", [describe(each) for each in found]
            )
        if found:
            return found[0]
    return None


def which(name: str, message: str, candidates: Sequence[tuple[str, str]]) -> Ambiguous:
    """The question which of several is meant, with each by its id and what it is."""
    named = ", ".join(f"{id} {what}".rstrip() for id, what in candidates[:SHOWN])
    more = f" and {len(candidates) - SHOWN} more" if len(candidates) > SHOWN else ""
    return Ambiguous(message, f"say which: {named}{more}", name=name, candidates=candidates)
