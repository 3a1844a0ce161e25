"""Completion by Tab. A completion is a function that receives the typed line, and returns the complete lines
to which the typed line can be extended.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.studio.registry.following import complete_line, starts_with_typed

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Command
    from milimo_tui.studio.session.studio import FilmSnapshot

Lines = Callable[[str], Sequence[str]]
MOST = 200  # Maximum number of completions that are offered.


def complete_to_words(words: Iterable[str]) -> Lines:
    """Return a completion function that extends the typed line to one of `words`. If no word begins with the
    entire line, the function completes the line's last word.
    """
    known = tuple(words)

    def lines(typed: str) -> Sequence[str]:
        whole = _filter_by_beginning(known, typed)
        head, blank, last = typed.rpartition(" ")
        return whole or [f"{head}{blank}{word}" for word in _filter_by_beginning(known, last) if last]

    return lines


def list_path_completions(typed: str, suffixes: Sequence[str] = ()) -> Sequence[str]:
    """Return the paths that begin with the typed text. Folders end with a slash.

    If `suffixes` is given, only folders and files with these endings are listed. Reads the disk.
    """
    folder, name = os.path.split(typed)
    try:
        found = sorted(os.scandir(Path(folder or ".").expanduser()), key=lambda entry: entry.name)
    except (OSError, ValueError, RuntimeError):
        return []
    shown = [entry for entry in found if entry.name.startswith(name)]
    shown = [entry for entry in shown if name.startswith(".") or not entry.name.startswith(".")]
    whole = [os.path.join(folder, entry.name) + ("/" if entry.is_dir() else "") for entry in shown]
    ends = ("/", *suffixes)
    return [path for path in whole if not suffixes or path.lower().endswith(ends)][:MOST]


def make_command_completion(
    commands: Mapping[str, Command], words: Collection[str], film: FilmSnapshot | None
) -> Lines:
    """Return the completion of a line after `:`. It offers commands, arguments, choices, names in the film,
    and paths.

    `words` are further first words, such as the names of screens.
    """

    def lines(typed: str) -> Sequence[str]:
        *before, last = typed.split(" ")
        if not before:
            firsts = {entry.cli.split(" ")[0] for entry in commands.values() if entry.cli}
            return _filter_by_beginning([*words, *sorted(firsts), *commands], last)
        found = [
            _join_command_words(before, word) for word in _complete_next_words(commands, before, last, film)
        ]
        return [line for line in found if line.casefold().startswith(typed.casefold())]

    return lines


def _join_command_words(before: Sequence[str], word: str) -> str:
    return " ".join([*before, word])


def _complete_next_words(
    commands: Mapping[str, Command], before: list[str], last: str, film: FilmSnapshot | None
) -> list[str]:
    """Return the words that can follow the words `before` and that begin with `last`."""
    found = complete_line(commands, before, last, film)
    if found.is_path:
        return list(list_path_completions(last))
    words = [offer.word for offer in found.offers]
    return _filter_by_beginning([shlex.quote(word) if " " in word else word for word in words], last)


def _filter_by_beginning(words: Iterable[str], typed: str) -> list[str]:
    return [word for word in dict.fromkeys(words) if starts_with_typed(word, typed)][:MOST]


def extend_to_common_start(typed: str, lines: Sequence[str]) -> str:
    """Return the typed line, extended by the text that all completions `lines` have in common."""
    size = 0
    while all(len(line) > size and line[size].casefold() == lines[0][size].casefold() for line in lines):
        size += 1
    return typed + lines[0][len(typed) : size]
