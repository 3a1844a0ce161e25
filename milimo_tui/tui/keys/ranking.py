"""Rank commands by how well they match typed words, for the command palette and the command line. Pure
functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING

from milimo_tui.studio.registry.args import list_alternatives
from milimo_tui.tui.keys.synonyms import find_synonym, get_synonyms

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Command

CommandEntry = tuple[
    "Command", str, str
]  # A command, the reason why it can't run here (empty if it can), and its keys.
# Ranks at which the words certainly name the command: its complete name, the beginning of its name, the
# beginnings of the name's words, a synonym.
NAMED = (0, 1, 2, 4)
# Rank of a command whose name only contains the typed letters in their order. Such a match is a guess.
IN_ORDER = 8
_ABBREVIATION = 3  # The most letters of an abbreviation.


def rank_match(command: Command, words: str) -> int | None:
    """Return the rank of a command for typed words, from 0 (best) to 8; None if the command does not match.

    - 0: the complete name
    - 1: the beginning of the name
    - 2: the beginnings of words in the name, or a complete synonym of at most three letters
    - 3: initials of the name
    - 4: a synonym
    - 5: the beginning of an argument that it sets
    - 6: a part of the name
    - 7: all words occur in the name, the help or the arguments
    - 8: the letters occur in the name in this order
    """
    typed = _fold_spaces(words)
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
    # An abbreviation, such as “cc”, is a synonym rather than the initials of another command.
    if len(typed) <= _ABBREVIATION and typed in get_synonyms(get_binding_target(command)):
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
    """Return the entries that match the words, the best match first. If two entries match equally well, the
    order of ids in `used` decides, then the order of `entries`.

    Commands that can't run here are listed after those that can. Guesses (rank 8) come last of all, in the
    same way.
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
    """Return the synonym through which a command matches the words. Return an empty text if the command does
    not match, or matches by other means, such as its name.
    """
    fit, target, typed = rank_match(command, words), get_binding_target(command), _fold_spaces(words)
    is_abbreviation = fit == 2 and len(typed) <= _ABBREVIATION and typed in get_synonyms(target)
    return find_synonym(target, typed) if fit == 4 or is_abbreviation else ""


def _fold_spaces(words: str) -> str:
    return " ".join(words.casefold().split())


def find_nearest_words(entries: Iterable[CommandEntry], words: str) -> str:
    """Return the known words that are most similar to the typed words, if the typed words match no command.
    Return an empty text if no known words are similar.
    """
    from milimo_tui.core.spelling import find_closest_names

    typed = words.casefold().strip()
    known = _list_known_words(tuple((entry[0].title, get_binding_target(entry[0])) for entry in entries))
    found = find_closest_names(typed, known).split(", ")
    return next((each for each in found if each[:1] == typed[:1]), found[0])


@lru_cache(maxsize=2)
def _list_known_words(commands: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Return the words by which commands can be found: titles, the words of titles, and synonyms. Each
    command is given by its title and the name by which keymaps bind it.
    """
    called = [each for _, target in commands for each in get_synonyms(target)]
    named = [word for title, _ in commands for word in (title.casefold(), *title.casefold().split())]
    return tuple(dict.fromkeys(word for word in (*called, *named) if len(word) > 2))


def get_binding_target(command: Command) -> str:
    """Return the name by which a keymap binds the command: its id, or `ui.<action>` for a screen's action."""
    return command.cli if command.cli.startswith("ui.") else command.id


def _list_short_names(command: Command) -> tuple[str, ...]:
    """Return a command's id and its words as typed, both without the name of the command's group."""
    return command.id.partition(".")[2].replace("_", " "), command.cli.partition(" ")[2]


def _list_argument_names(command: Command) -> list[str]:
    """Return the names of a command's arguments."""
    return [each.name for each in fields(command.args)]  # type: ignore[arg-type]  # subclasses are dataclasses


def _do_words_start_with(typed: list[str], words: list[str]) -> bool:
    """Return True if each typed word is the beginning of one of `words`, in the same order."""
    rest = iter(words)
    return all(any(word.startswith(each) for word in rest) for each in typed)


def _has_letters_in_order(letters: str, name: str) -> bool:
    rest = iter(name)
    return all(letter in rest for letter in letters)
