"""Compute the answer of `milimo complete WORDS…`: the possible completions of the last word, for a shell.

The answer comes from the registry and the open film. Nothing is written and no home or film is created. If
something fails, there are no completions.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.cli.arguments import split_globals
from milimo_tui.core.errors import MilimoError
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import arguments
from milimo_tui.studio.registry.completions import Offer
from milimo_tui.studio.registry.following import Following, begins, following
from milimo_tui.studio.registry.grammar import WORDS, entries_of, shape_of

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import Snapshot, Studio

FILES = ":files"  # answer that makes the shell complete the word as a path itself
GLOBAL_FLAGS = {
    "--json": "the outcome as JSON",
    "--home": "the studio home",
    "--project": "the film that is meant",
    "--cut": "the cut that is meant",
    "--version": "the version",
}
OTHER_VERBS = {
    "run": "any command by its id",
    "help": "pages of help",
    "completion": "the words that teach a shell to complete",
    "man": "the man pages, into a folder",
}
SHELLS = ("bash", "zsh", "fish")
NOTE = 60  # most characters of a note


def lines(words: Sequence[str]) -> list[str]:
    """Return the completions of the last word, one per line: the word, a tab and its description; or FILES
    alone.
    """
    *before, last = words or [""]
    try:
        found = _following(before, last)
    except (MilimoError, OSError):  # A shell can't show the error, and the user keeps typing.
        return []
    if found.is_path:
        return [FILES]
    return [
        f"{offer.word}\t{' '.join(offer.note.split())[:NOTE]}".rstrip()
        for offer in found.offers
        if begins(offer.word, last) and offer.word.isprintable()
    ]


def _following(before: Sequence[str], last: str) -> Following:
    """Return the words that can follow the words before the cursor. Raises MilimoError, OSError."""
    if before and before[-1] in ("--home", "--project", "--cut"):
        return Following(is_path=True) if before[-1] == "--home" else _names(before[:-1], before[-1])
    globals_, rest = split_globals(before)
    if not rest:
        return Following(_first_words(last))
    if rest[0] in ("help", "completion", "man"):
        return _of_pages(rest)
    if rest[0] == "run":
        found = _run_words(rest[1:], last, None)
        known: Mapping[str, registry.Command] = {}
    else:
        known = {entry.id: entry for entry in entries_of(rest[0])}
        found = following(known, rest, last, None)
    if not found.names_film:
        flags = _globals(last) if last.startswith("-") else ()
        return Following((*found.offers, *flags), found.is_path)
    film = _film(globals_.home, globals_.project, globals_.cut)
    return _run_words(rest[1:], last, film) if rest[0] == "run" else following(known, rest, last, film)


def _first_words(last: str) -> tuple[Offer, ...]:
    if last.startswith("-"):
        return _globals(last)
    from milimo_tui.cli.help import GROUPS

    out = []
    for word in WORDS:
        alone = [entry.help for entry in entries_of(word) if entry.cli == word] if word not in GROUPS else []
        out.append(Offer(word, GROUPS.get(word) or next(iter(alone), "")))
    return (*out, *(Offer(word, note) for word, note in OTHER_VERBS.items()))


def _globals(last: str) -> tuple[Offer, ...]:
    return tuple(Offer(flag, note) for flag, note in GLOBAL_FLAGS.items() if flag.startswith(last))


def _of_pages(rest: Sequence[str]) -> Following:
    if rest[0] == "man":
        return Following(is_path=len(rest) == 1)
    if len(rest) > 1:
        return Following()
    topics: Iterable[str] = SHELLS if rest[0] == "completion" else ("commands", "keys", "run", *WORDS)
    return Following(tuple(Offer(topic) for topic in topics))


def _run_words(rest: Sequence[str], last: str, film: Snapshot | None) -> Following:
    """Return the words that can follow `milimo run`: command ids, then arguments as `name=`, then their
    values.
    """
    if not rest:
        return Following(tuple(Offer(entry.id, entry.help) for entry in registry.commands().values()))
    from milimo_tui.studio.registry.completions import kind_of, offers

    known = arguments(registry.command(rest[0]).args)
    name, equals, _ = last.partition("=")
    item = known.get(name.replace("-", "_"))
    if not equals or item is None:
        return Following(tuple(Offer(f"{name}=", item.description) for name, item in known.items()))
    if kind_of(item) == "file":
        return Following(is_path=True)
    head = last[: last.rfind(",") + 1] if shape_of(item)[0] == "many" and "," in last else f"{name}="
    values = tuple(Offer(f"{head}{offer.word}", offer.note) for offer in offers(item, film))
    return Following(values, names_film=kind_of(item) != "")


def _names(before: Sequence[str], flag: str) -> Following:
    """Return the films of the home, or the cuts of the open film."""
    globals_, _ = split_globals(before)
    if flag == "--cut":
        film = _film(globals_.home, globals_.project, "")
        return Following(tuple(Offer(cut.name) for cut in film.cuts) if film is not None else ())
    studio = _studio(globals_.home, "", "")
    return Following(tuple(Offer(paths.root.name) for paths in studio.films()) if studio is not None else ())


def _studio(home: str | None, project: str, cut: str) -> Studio | None:
    from milimo_tui.studio.session.home import is_there
    from milimo_tui.studio.session.studio import Studio

    if not is_there(home, os.environ.get("MILIMO_HOME"), Path.cwd()):
        return None
    return Studio.open(home=home, project=project, cut=cut)


def _film(home: str | None, project: str, cut: str) -> Snapshot | None:
    """Return a snapshot of the named or current film. None if there is no film."""
    studio = _studio(home, project, cut)
    if studio is None:
        return None
    try:
        return studio.snapshot() if studio.project_or_none() is not None else None
    finally:
        studio.close()
