"""Ranks commands by how well typed words fit them, for the palette. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING

from milimo_tui.studio.registry.args import one_of
from milimo_tui.tui.keys.synonyms import MEANT, matching

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Command

Entry = tuple["Command", str, str]  # the command, why it can't be run here (or empty), its keys
NAMED = (0, 1, 2, 4)  # the ranks of what words name: its name, the beginning of it, what people call it
IN_ORDER = 8  # the rank of what has but the letters, in their order: a guess


def fit_of(command: Command, words: str) -> int | None:
    """Rank a command: 0 is the whole name, then its start, the starts of its words, initials, what people
    call it, the start of what it sets, a part of its name, what else it takes or its help, letters in order.

    None where it does not fit at all.
    """
    typed = " ".join(words.casefold().split())
    if not typed:
        return 0
    whole = [name.casefold() for name in (command.title, command.cli, command.id) if name]
    names = [*whole, *(name.casefold() for name in _short(command) if name)]
    parts = [name.replace(".", " ").replace("_", " ").replace("-", " ").split() for name in names]
    if typed in whole:
        return 0
    if any(name.startswith(typed) for name in names):
        return 1
    if any(_starts(typed.split(), each) for each in parts):
        return 2
    if any("".join(word[0] for word in each).startswith(typed) for each in parts):
        return 3
    if matching(run_of(command), typed):
        return 4
    if any(word.startswith(typed) for each in one_of(command.args) for word in each.split("_")):
        return 5
    if any(typed in name for name in names):
        return 6
    searched = f"{' '.join(names)} {command.help.casefold()} {' '.join(_takes(command))}"
    if all(word in searched for word in typed.split()):
        return 7
    return IN_ORDER if any(_in_order(typed.replace(" ", ""), name) for name in names) else None


def matches(entries: Sequence[Entry], words: str, used: Sequence[str] = ()) -> list[Entry]:
    """Return the entries that fit, the best first; among equals those used last.

    What can't be run here comes behind all that can and has the words; without words those used last come
    first.
    """
    lately = {id: place for place, id in enumerate(used)}
    ranked = []
    for place, entry in enumerate(entries):
        fit = fit_of(entry[0], words)
        if fit is not None:
            late = lately.get(entry[0].id, len(lately))
            ranked.append(((fit == IN_ORDER, bool(entry[1]), fit, late, place), entry))
    return [entry for _, entry in sorted(ranked, key=lambda each: each[0])]


def called(command: Command, words: str) -> str:
    """Return what people call a command where typed words find it by that; empty where they do not."""
    fit = fit_of(command, words)
    return matching(run_of(command), " ".join(words.casefold().split())) if fit == 4 else ""


def nearest(entries: Iterable[Entry], words: str) -> str:
    """Return words that fit something and are nearest to those that fit nothing; empty for none."""
    from milimo_tui.core.spelling import closest_names

    typed, known = words.casefold().strip(), _known(tuple(entry[0].title for entry in entries))
    found = closest_names(typed, known).split(", ")
    return next((each for each in found if each[:1] == typed[:1]), found[0])


@lru_cache(maxsize=2)
def _known(titles: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words that find something: of titles and of what people call acts."""
    called = [each for words in MEANT.values() for each in words]
    named = [word for title in titles for word in (title.casefold(), *title.casefold().split())]
    return tuple(dict.fromkeys(word for word in (*called, *named) if len(word) > 2))


def run_of(command: Command) -> str:
    """Return what a command is bound by in the keymap: its id; of an act of a screen `ui.` and its name."""
    return command.cli if command.cli.startswith("ui.") else command.id


def _short(command: Command) -> tuple[str, ...]:
    """Return a command's id and its words, without the group."""
    return command.id.partition(".")[2].replace("_", " "), command.cli.partition(" ")[2]


def _takes(command: Command) -> list[str]:
    """Return the names of a command's arguments."""
    return [each.name for each in fields(command.args)]  # type: ignore[arg-type]  # subclasses are dataclasses


def _starts(typed: list[str], words: list[str]) -> bool:
    """Say whether each typed word begins a word of its own, in order."""
    rest = iter(words)
    return all(any(word.startswith(each) for word in rest) for each in typed)


def _in_order(letters: str, name: str) -> bool:
    rest = iter(name)
    return all(letter in rest for letter in letters)
