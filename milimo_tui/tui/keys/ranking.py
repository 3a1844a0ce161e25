"""Ranks commands by how well typed words fit them, for the palette. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from milimo_tui.studio.registry.args import one_of

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Command

Entry = tuple["Command", str, str]  # the command, why it can't be run here (or empty), its keys


def fit_of(command: Command, words: str) -> int | None:
    """Rank a command: 0 is the whole name, then its start, the starts of its words, initials, the start of
    what it sets, a part of its name, what else it takes or its help, letters in order.

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
    if any(word.startswith(typed) for each in one_of(command.args) for word in each.split("_")):
        return 4
    if any(typed in name for name in names):
        return 5
    searched = f"{' '.join(names)} {command.help.casefold()} {' '.join(_takes(command))}"
    if all(word in searched for word in typed.split()):
        return 6
    return 7 if any(_in_order(typed.replace(" ", ""), name) for name in names) else None


def matches(entries: Sequence[Entry], words: str, used: Sequence[str] = ()) -> list[Entry]:
    """Return the entries that fit, the best first; among equals runnable ones, then those used last.

    Without words those used last come first, and those that can't be run here last.
    """
    lately = {id: place for place, id in enumerate(used)}
    ranked = []
    for place, entry in enumerate(entries):
        fit = fit_of(entry[0], words)
        if fit is not None:
            ranked.append(((fit, bool(entry[1]), lately.get(entry[0].id, len(lately)), place), entry))
    return [entry for _, entry in sorted(ranked, key=lambda each: each[0])]


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
