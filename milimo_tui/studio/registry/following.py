"""Completion of a command line: the words, flags and argument values that can come next.

Shared by the shell's completion and the studio's `:`. Pure over a snapshot; paths are completed by callers
that may read the disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milimo_tui.studio.registry.args import Argument, arguments
from milimo_tui.studio.registry.completions import Offer, kind_of, offers
from milimo_tui.studio.registry.grammar import shape_of

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Command
    from milimo_tui.studio.session.studio import Snapshot


@dataclass(frozen=True, slots=True)
class Following:
    """The words that can come next, and whether a path can; `names_film`: the words are names of a film's
    things.
    """

    offers: tuple[Offer, ...] = ()
    is_path: bool = False
    names_film: bool = False


def following(
    commands: Mapping[str, Command], before: Sequence[str], last: str, film: Snapshot | None
) -> Following:
    """Return what can follow the words before, where `last` is the word that is being typed."""
    entry, rest = entry_in(commands, before)
    acts = _acts(commands.values(), before)
    if entry is None or (acts and not rest):
        known = tuple(Offer(word, note) for word, note in acts.items())
        if entry is None or any(begins(offer.word, last) for offer in known):
            return Following(known)
    item = _expected(entry, rest)
    flags = tuple(Offer(flag, each.description) for flag, each in flags_of(entry).items())
    if last.startswith("-") or (item is None and not last):
        return Following(flags)
    if item is None:
        return Following()
    if kind_of(item) == "file":
        return Following(is_path=True)
    return Following(offers(item, film), names_film=kind_of(item) != "")


def entry_in(commands: Mapping[str, Command], words: Sequence[str]) -> tuple[Command | None, list[str]]:
    """Return the command that a line begins with, by its words or its id, and the words after it."""
    if words and words[0] in commands:
        return commands[words[0]], list(words[1:])
    best: Command | None = None
    for entry in commands.values():
        own = entry.cli.split(" ") if entry.cli else []
        if own and list(words[: len(own)]) == own and (best is None or len(own) > len(best.cli.split(" "))):
            best = entry
    return best, list(words[len(best.cli.split(" ")) :]) if best else []


def flags_of(entry: Command) -> dict[str, Argument]:
    """Return the arguments of a command that are given with a flag, by flag."""
    items = arguments(entry.args)
    return {
        f"--{name.rstrip('_').replace('_', '-')}": item
        for name, item in items.items()
        if name not in entry.positional
    }


def begins(word: str, typed: str) -> bool:
    """Return True if a word starts with the typed text, ignoring case."""
    return word.casefold().startswith(typed.casefold())


def _acts(commands: Iterable[Command], before: Sequence[str]) -> dict[str, str]:
    """Return the words that can continue the words before to a command, each with the help of the command it
    completes.
    """
    size, found = len(before), dict[str, str]()
    for entry in commands:
        words = entry.cli.split(" ") if entry.cli else []
        if len(words) > size and words[:size] == [*before]:
            found.setdefault(words[size], entry.help if len(words) == size + 1 else "")
    return found


def _expected(entry: Command, rest: Sequence[str]) -> Argument | None:
    """Return the argument that comes next after a command's words; None if it takes no more."""
    items, flags = arguments(entry.args), flags_of(entry)
    flag: Argument | None = None  # the flag that takes the next word
    bare = 0
    for word in rest:
        name, equals, _ = word.partition("=")
        if name in flags:
            item = flags[name]
            flag = None if equals or shape_of(item)[0] == "flag" else item
        elif flag is not None:
            flag = flag if shape_of(flag)[0] == "many" else None
        else:
            bare += 1
    if flag is not None:
        return flag
    names = entry.positional
    if bare < len(names):
        return items[names[bare]]
    return items[names[-1]] if names and shape_of(items[names[-1]])[0] == "many" else None
