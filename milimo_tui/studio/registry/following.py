"""Complete a command line that the user is typing, with the words, flags and argument values that can come
next.

Both the shell's completion and the studio's command line (`:`) use this module. All functions are pure and
work on a snapshot of the film. Paths are not completed here; callers that may read the disk do this
themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milimo_tui.studio.registry.args import Argument, read_arguments
from milimo_tui.studio.registry.completions import CompletionOffer, infer_argument_kind, list_offers
from milimo_tui.studio.registry.grammar import format_flag, get_argument_shape

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Command
    from milimo_tui.studio.session.studio import FilmSnapshot


@dataclass(frozen=True, slots=True)
class LineCompletion:
    """The possible next words of a command line.

    `is_path` is True if the next word is a path. `names_film` is True if the words are names of items in the
    film.
    """

    offers: tuple[CompletionOffer, ...] = ()
    is_path: bool = False
    names_film: bool = False


def complete_line(
    commands: Mapping[str, Command], before: Sequence[str], last: str, film: FilmSnapshot | None
) -> LineCompletion:
    """Return the possible completions of the word `last`, which the user is typing after the words
    `before`.
    """
    entry, rest = find_entry(commands, before)
    acts = _list_next_words(commands.values(), before)
    if entry is None or (acts and not rest):
        known = tuple(CompletionOffer(word, note) for word, note in acts.items())
        if entry is None or any(starts_with_typed(offer.word, last) for offer in known):
            return LineCompletion(known)
    item = _find_expected_argument(entry, rest)
    flags = tuple(CompletionOffer(flag, each.description) for flag, each in map_flags(entry).items())
    if last.startswith("-") or (item is None and not last):
        return LineCompletion(flags)
    if item is None:
        return LineCompletion()
    if infer_argument_kind(item) == "file":
        return LineCompletion(is_path=True)
    return LineCompletion(list_offers(item, film), names_film=infer_argument_kind(item) != "")


def find_entry(commands: Mapping[str, Command], words: Sequence[str]) -> tuple[Command | None, list[str]]:
    """Return the command at the beginning of `words`, given by its command-line words or its id, and the
    remaining words. The command is None if `words` begin with no command.
    """
    if words and words[0] in commands:
        return commands[words[0]], list(words[1:])
    best: Command | None = None
    for entry in commands.values():
        own = entry.cli.split(" ") if entry.cli else []
        if own and list(words[: len(own)]) == own and (best is None or len(own) > len(best.cli.split(" "))):
            best = entry
    return best, list(words[len(best.cli.split(" ")) :]) if best else []


def map_flags(entry: Command) -> dict[str, Argument]:
    """Return a dictionary of the arguments of a command that are given with a flag. The keys are the flags,
    such as `--size`.
    """
    items = read_arguments(entry.args)
    return {format_flag(name): item for name, item in items.items() if name not in entry.positional}


def starts_with_typed(word: str, typed: str) -> bool:
    """Return True if a word starts with the typed text, ignoring case."""
    return word.casefold().startswith(typed.casefold())


def _list_next_words(commands: Iterable[Command], before: Sequence[str]) -> dict[str, str]:
    """Return the words that can follow the words `before` in the name of a command. The values are help
    texts; a word that does not complete a command has an empty help text.
    """
    size, found = len(before), dict[str, str]()
    for entry in commands:
        words = entry.cli.split(" ") if entry.cli else []
        if len(words) > size and words[:size] == [*before]:
            found.setdefault(words[size], entry.help if len(words) == size + 1 else "")
    return found


def _find_expected_argument(entry: Command, rest: Sequence[str]) -> Argument | None:
    """Return the argument that the next word belongs to, after the words `rest`; None if the command takes no
    more words.
    """
    items, flags = read_arguments(entry.args), map_flags(entry)
    flag: Argument | None = None  # The argument whose flag was read and whose value comes next.
    bare = 0
    for word in rest:
        name, equals, _ = word.partition("=")
        if name in flags:
            item = flags[name]
            flag = None if equals or get_argument_shape(item)[0] == "flag" else item
        elif flag is not None:
            flag = flag if get_argument_shape(flag)[0] == "many" else None
        else:
            bare += 1
    if flag is not None:
        return flag
    names = entry.positional
    if bare < len(names):
        return items[names[bare]]
    return items[names[-1]] if names and get_argument_shape(items[names[-1]])[0] == "many" else None
