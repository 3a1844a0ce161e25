"""Check the names that users give, and find an object by its name. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from milimo_tui.core.errors import Ambiguous, BadInput
from milimo_tui.core.safe_text import find_forbidden_character

T = TypeVar("T")
# The longest name, in characters. A longer name is refused, because names appear in lists,
# on slates and as window titles.
LONGEST = 120
SHOWN = 8  # The number of candidates that an error message names. Further candidates are only counted.


def check_name(name: str, what: str) -> str:
    """Return the name of an object as it is stored: on one line, without spaces at its ends. Raises BadInput
    for a name that is empty, too long, or has a forbidden character.

    `what` is the named object with its article, for the message: “a film”, “a cut”.
    """
    if found := find_forbidden_character(name):
        raise BadInput(f"{what} can't have the character {found} in its name", "leave this character out")
    text = " ".join(name.split())
    if not text:
        raise BadInput(f"{what} needs a name", "use letters or digits")
    if len(text) > LONGEST:
        raise BadInput(f"{what} can't have this name", f"a name has at most {LONGEST} characters")
    return text


def find_by_name(
    name: str,
    plural_noun: str,
    among: Iterable[T],
    describe: Callable[[T], tuple[str, str]],
    *tests: Callable[[T], bool],
) -> T | None:
    """Return the object in `among` that has the name `name`, or None. Raises Ambiguous if several objects
    have this name.

    Each function in `tests` is a test that returns True if an object has the name, such as its id or its
    title. The tests are tried in order, and the first test that finds any object decides. `plural_noun` is
    the plural noun for messages. `describe` returns the id of an object and a text that distinguishes the
    object from similar objects.
    """
    every = tuple(among)
    for is_called in tests:
        found = [each for each in every if is_called(each)]
        if len(found) > 1:
            raise build_ambiguity_error(
                name, f"{len(found)} {plural_noun} are called “{name}”", [describe(each) for each in found]
            )
        if found:
            return found[0]
    return None


def build_ambiguity_error(name: str, message: str, candidates: Sequence[tuple[str, str]]) -> Ambiguous:
    """Build the error for a name that several objects have. `candidates` has the id and the description of
    each of them, for the user to choose.
    """
    named = ", ".join(f"{id} {what}".rstrip() for id, what in candidates[:SHOWN])
    more = f" and {len(candidates) - SHOWN} more" if len(candidates) > SHOWN else ""
    return Ambiguous(message, f"name one of these: {named}{more}", name=name, candidates=candidates)
