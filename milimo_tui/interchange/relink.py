"""Which of a film's media a medium of a file is: by id, by hash, by path, by name, in that order. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePath

from milimo_tui.interchange.bundle import Medium


@dataclass(frozen=True, slots=True)
class Known:
    """A media file of the film; `path` is absolute."""

    id: str
    name: str
    path: str
    digest: str
    kind: str
    seconds: Fraction | None


@dataclass(frozen=True, slots=True)
class Match:
    """What was found, and by what: id, hash, path or name."""

    id: str
    by: str


def match(medium: Medium, ref: str, known: Sequence[Known]) -> Match | None:
    """The film's own file that a medium is. One whose hash is another is never it."""
    fitting = [each for each in known if not (medium.digest and each.digest and medium.digest != each.digest)]
    for each in fitting:
        if each.id == ref:
            return Match(each.id, "id")
    for each in fitting:
        if medium.digest and each.digest == medium.digest:
            return Match(each.id, "hash")
    for each in fitting:
        if medium.path and each.path == medium.path:
            return Match(each.id, "path")
    named = [
        each
        for each in fitting
        if names(medium) & {each.name, PurePath(each.path).name} and _alike(medium, each)
    ]
    return Match(named[0].id, "name") if len(named) == 1 else None


def names(medium: Medium) -> set[str]:
    """The file names that a medium goes by."""
    return {name for name in (PurePath(medium.path).name, medium.name) if name}


def _alike(medium: Medium, known: Known) -> bool:
    """Whether two lengths can be one file's: of another name nothing else is known."""
    if medium.seconds is None or known.seconds is None:
        return True
    return abs(medium.seconds - known.seconds) <= max(Fraction(1), known.seconds / 20)


def places(medium: Medium, folder: PurePath, found: Iterable[PurePath]) -> list[PurePath]:
    """Where a medium's file may lie, best first: its own path, from the file's folder, files by its name."""
    own = [folder / medium.path] if medium.path else []
    return list(dict.fromkeys([*own, *(path for path in found if path.name in names(medium))]))
