"""Compute the output of `milimo complete WORDS…`: the possible completions of the last word, for a shell.

The completions come from the command registry and the open film. Completing never writes anything or creates
a home or film. If an error occurs, there are no completions.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.cli.arguments import split_global_flags
from milimo_tui.cli.shell_scripts import SCRIPTS
from milimo_tui.core.errors import MilimoError
from milimo_tui.core.safe_text import find_forbidden_character
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import read_arguments
from milimo_tui.studio.registry.completions import CompletionOffer
from milimo_tui.studio.registry.following import LineCompletion, complete_line, starts_with_typed
from milimo_tui.studio.registry.grammar import WORDS, get_argument_shape, list_entries

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot, Studio

FILES = ":files"  # Printed instead of completions to make the shell complete the word as a file path.
GLOBAL_FLAGS = {
    "--json": "print the result as JSON",
    "--home": "use this studio home: a folder with films, settings and the queue",
    "--project": "use this film instead of the current one",
    "--cut": "use this cut instead of the current one",
    "--version": "print the version",
}
OTHER_VERBS = {
    "run": "run a command by its id",
    "help": "show help",
    "completion": "print a script that completes commands with Tab",
    "man": "write the man pages into a folder",
}
NOTE = 60  # Maximum number of characters in the description of a completion. The rest is cut off.


def complete_last_word(words: Sequence[str]) -> list[str]:
    """Return the output lines for completing the last word: each has a completion, a tab and its description.

    If the word is a path, the only line is `FILES`, and the shell completes the path itself.
    """
    *before, last = words or [""]
    try:
        found = _complete_after(before, last)
    except (MilimoError, OSError):  # The shell has no place to show an error while the user types.
        return []
    if found.is_path:
        return [FILES]
    return [
        f"{offer.word}\t{' '.join(offer.note.split())[:NOTE]}".rstrip()
        for offer in found.offers
        if starts_with_typed(offer.word, last) and not find_forbidden_character(offer.word)
    ]


def _complete_after(before: Sequence[str], last: str) -> LineCompletion:
    """Return the completions of `last`, the unfinished word at the cursor, after the words `before`. Raises
    MilimoError, OSError.
    """
    if before and before[-1] in ("--home", "--project", "--cut"):
        return (
            LineCompletion(is_path=True)
            if before[-1] == "--home"
            else _complete_film_or_cut(before[:-1], before[-1])
        )
    globals_, rest = split_global_flags(before)
    if not rest:
        return LineCompletion(_complete_first_word(last))
    if rest[0] in ("help", "completion", "man"):
        return _complete_page_topics(rest)
    if rest[0] == "run":
        found = _complete_run_words(rest[1:], last, None)
        known: Mapping[str, registry.Command] = {}
    else:
        known = {entry.id: entry for entry in list_entries(rest[0])}
        found = complete_line(known, rest, last, None)
    if not found.names_film:
        flags = _complete_global_flags(last) if last.startswith("-") else ()
        return LineCompletion((*found.offers, *flags), found.is_path)
    film = read_named_film(globals_.home, globals_.project, globals_.cut)
    return (
        _complete_run_words(rest[1:], last, film)
        if rest[0] == "run"
        else complete_line(known, rest, last, film)
    )


def _complete_first_word(last: str) -> tuple[CompletionOffer, ...]:
    if last.startswith("-"):
        return _complete_global_flags(last)
    from milimo_tui.cli.help import COMMAND_GROUPS

    out = []
    for word in WORDS:
        alone = (
            [entry.help for entry in list_entries(word) if entry.cli == word]
            if word not in COMMAND_GROUPS
            else []
        )
        out.append(CompletionOffer(word, COMMAND_GROUPS.get(word) or next(iter(alone), "")))
    return (*out, *(CompletionOffer(word, note) for word, note in OTHER_VERBS.items()))


def _complete_global_flags(last: str) -> tuple[CompletionOffer, ...]:
    return tuple(CompletionOffer(flag, note) for flag, note in GLOBAL_FLAGS.items() if flag.startswith(last))


def _complete_page_topics(rest: Sequence[str]) -> LineCompletion:
    if rest[0] == "man":
        return LineCompletion(is_path=len(rest) == 1)
    if len(rest) > 1:
        return LineCompletion()
    topics: Iterable[str] = SCRIPTS if rest[0] == "completion" else ("commands", "keys", "run", *WORDS)
    return LineCompletion(tuple(CompletionOffer(topic) for topic in topics))


def _complete_run_words(rest: Sequence[str], last: str, film: FilmSnapshot | None) -> LineCompletion:
    """Return the completions for a word after `milimo run`. The first word is a command id. Each further word
    is an argument as `name=VALUE`: its name is completed first, then its value.

    `rest` are the words after `run` that are complete, and `last` is the unfinished word. Without a `film`,
    names from a film are not offered.
    """
    if not rest:
        return LineCompletion(
            tuple(CompletionOffer(entry.id, entry.help) for entry in registry.list_commands().values())
        )
    from milimo_tui.studio.registry.completions import infer_argument_kind, list_offers

    known = read_arguments(registry.find_command(rest[0]).args)
    name, equals, _ = last.partition("=")
    item = known.get(name.replace("-", "_"))
    if not equals or item is None:
        return LineCompletion(
            tuple(CompletionOffer(f"{name}=", item.description) for name, item in known.items())
        )
    if infer_argument_kind(item) == "file":
        return LineCompletion(is_path=True)
    head = (
        last[: last.rfind(",") + 1] if get_argument_shape(item)[0] == "many" and "," in last else f"{name}="
    )
    values = tuple(CompletionOffer(f"{head}{offer.word}", offer.note) for offer in list_offers(item, film))
    return LineCompletion(values, names_film=infer_argument_kind(item) != "")


def _complete_film_or_cut(before: Sequence[str], flag: str) -> LineCompletion:
    """Return the completions of a flag's value. For `--cut` these are the cuts of the film that the words
    `before` name, or else of the current film. For any other flag they are the films of the home.
    """
    globals_, _ = split_global_flags(before)
    if flag == "--cut":
        film = read_named_film(globals_.home, globals_.project, "")
        return LineCompletion(
            tuple(CompletionOffer(cut.name) for cut in film.cuts) if film is not None else ()
        )
    studio = _open_existing_studio(globals_.home, "", "")
    return LineCompletion(
        tuple(CompletionOffer(paths.root.name) for paths in studio.list_films()) if studio is not None else ()
    )


def _open_existing_studio(home: str | None, project: str, cut: str) -> Studio | None:
    from milimo_tui.studio.session.home import does_home_exist
    from milimo_tui.studio.session.studio import Studio

    if not does_home_exist(home, os.environ.get("MILIMO_HOME"), Path.cwd()):
        return None
    return Studio.open(home=home, project=project, cut=cut)


def read_named_film(home: str | None, project: str, cut: str) -> FilmSnapshot | None:
    """Return a snapshot of the film named `project`, or of the current film if the name is empty. None if
    there is no such film.
    """
    studio = _open_existing_studio(home, project, cut)
    if studio is None:
        return None
    try:
        return studio.take_snapshot() if studio.project_or_none() is not None else None
    finally:
        studio.close()
