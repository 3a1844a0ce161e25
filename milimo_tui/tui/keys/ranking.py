"""Ranking of commands by how well typed words match them, for the palette. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING

from milimo_tui.studio.registry.args import list_alternatives
from milimo_tui.tui.keys.synonyms import SYNONYMS, find_synonym

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Command

CommandEntry = tuple[
    "Command", str, str
]  # A command, the reason why it can't be run here (or empty), and its keys.
# Ranks of matches by name: the name, its beginning, the beginnings of its words, a synonym.
NAMED = (0, 1, 2, 4)
IN_ORDER = 8  # Rank of a name that only has the letters in their order: a guess.


def rank_match(command: Command, words: str) -> int | None:
    """Return the rank of a command for typed words, 0 for the best; None if it does not match at all.

    0 is the complete name; then its start, the starts of its words, initials, synonyms, the start of an
    argument that it sets, a part of its name, its arguments or help, and 8 for letters in order.
    """
    typed = " ".join(words.casefold().split())
    if not typed:
        return 0
    whole = [name.casefold() for name in (command.title, command.cli, command.id) if name]
    names = [*whole, *(name.casefold() for name in _list_short_names(command) if name)]
    parts = [name.replace(".", " ").replace("_", " ").replace("-", " ").split() for name in names]
    if typed in whole:
        return 0
    if any(name.startswith(typed) for name in names):
        return 1
    if any(_do_words_start_with(typed.split(), each) for each in parts):
        return 2
    if any("".join(word[0] for word in each).startswith(typed) for each in parts):
        return 3
    if find_synonym(get_binding_target(command), typed):
        return 4
    if any(word.startswith(typed) for each in list_alternatives(command.args) for word in each.split("_")):
        return 5
    if any(typed in name for name in names):
        return 6
    searched = f"{' '.join(names)} {command.help.casefold()} {' '.join(_list_argument_names(command))}"
    if all(word in searched for word in typed.split()):
        return 7
    return IN_ORDER if any(_has_letters_in_order(typed.replace(" ", ""), name) for name in names) else None


def list_matching_entries(
    entries: Sequence[CommandEntry], words: str, used: Sequence[str] = ()
) -> list[CommandEntry]:
    """Return the entries that match, the best first; among equals those used last come first.

    Commands that can't be run here come after all that can and contain the words. Without words, those used
    last come first.
    """
    lately = {id: place for place, id in enumerate(used)}
    ranked = []
    for place, entry in enumerate(entries):
        fit = rank_match(entry[0], words)
        if fit is not None:
            late = lately.get(entry[0].id, len(lately))
            ranked.append(((fit == IN_ORDER, bool(entry[1]), fit, late, place), entry))
    return [entry for _, entry in sorted(ranked, key=lambda each: each[0])]


def find_matching_synonym(command: Command, words: str) -> str:
    """Return the synonym by which typed words find a command; empty if they match in another way."""
    fit = rank_match(command, words)
    return find_synonym(get_binding_target(command), " ".join(words.casefold().split())) if fit == 4 else ""


def find_nearest_words(entries: Iterable[CommandEntry], words: str) -> str:
    """Return known words that are nearest to words without a match; empty if there are none."""
    from milimo_tui.core.spelling import find_closest_names

    typed, known = words.casefold().strip(), _list_known_words(tuple(entry[0].title for entry in entries))
    found = find_closest_names(typed, known).split(", ")
    return next((each for each in found if each[:1] == typed[:1]), found[0])


@lru_cache(maxsize=2)
def _list_known_words(titles: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words that find a command: words of titles, and synonyms."""
    called = [each for words in SYNONYMS.values() for each in words]
    named = [word for title in titles for word in (title.casefold(), *title.casefold().split())]
    return tuple(dict.fromkeys(word for word in (*called, *named) if len(word) > 2))


def get_binding_target(command: Command) -> str:
    """Return a command's name in the keymap: its id, or `ui.` and the name for a screen's action."""
    return command.cli if command.cli.startswith("ui.") else command.id


def _list_short_names(command: Command) -> tuple[str, ...]:
    """Return a command's id and its words, without the group."""
    return command.id.partition(".")[2].replace("_", " "), command.cli.partition(" ")[2]


def _list_argument_names(command: Command) -> list[str]:
    """Return the names of a command's arguments."""
    return [each.name for each in fields(command.args)]  # type: ignore[arg-type]  # subclasses are dataclasses


def _do_words_start_with(typed: list[str], words: list[str]) -> bool:
    """Return True if the typed words begin different words, in order."""
    rest = iter(words)
    return all(any(word.startswith(each) for word in rest) for each in typed)


def _has_letters_in_order(letters: str, name: str) -> bool:
    rest = iter(name)
    return all(letter in rest for letter in letters)
