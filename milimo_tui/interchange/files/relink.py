"""Match the media of an imported file with the film's media: by id, hash, path and name, in that order.
Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePath

from milimo_tui.core.file_suffixes import SCRIPT_SUFFIXES
from milimo_tui.interchange.values.bundle import Medium
from milimo_tui.interchange.values.formats import has_known_suffix
from milimo_tui.interchange.values.media_names import get_last_path_part, normalize_media_name


@dataclass(frozen=True, slots=True)
class KnownMedia:
    """A media file that the film already has. `path` is absolute. `lengths` are the known lengths of its
    picture and its sound in seconds.
    """

    id: str
    name: str
    path: str
    digest: str
    kind: str
    lengths: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class MediaMatch:
    """A file of the film that matches an imported medium. `by` is the property that matched: id, hash, path
    or name.
    """

    id: str
    by: str


class MediaIndex:
    """An index of the film's media files by id, hash, path and name, so that a match is found without a
    linear search.
    """

    def __init__(self, known: Iterable[KnownMedia] = ()) -> None:
        self._by_id: dict[str, KnownMedia] = {}
        self._by_digest: dict[str, KnownMedia] = {}
        self._by_path: dict[str, list[KnownMedia]] = {}
        # The files and their names as they are written, by the form in which names are compared.
        self._by_name: dict[str, list[tuple[str, KnownMedia]]] = {}
        for each in known:
            self.add_known_media(each)

    def add_known_media(self, known: KnownMedia) -> None:
        """Add a file to the index. If several files match, earlier ones have priority."""
        self._by_id.setdefault(known.id, known)
        if known.digest:
            self._by_digest.setdefault(known.digest, known)
        self._by_path.setdefault(known.path, []).append(known)
        for name in _list_index_names((known.name, PurePath(known.path).name)):
            self._by_name.setdefault(normalize_media_name(name), []).append((name, known))

    def find_match(self, medium: Medium, ref: str) -> MediaMatch | None:
        """Return the film's file that matches a medium of the imported file, or None. `ref` is the id of the
        medium in the imported file.

        A file with a different hash never matches. A name only matches if exactly one file has it. A name
        that differs in small and capital letters only matches if no file has the name itself.
        """
        known = self._by_id.get(ref)
        if known is not None and _has_no_other_digest(medium, known):
            return MediaMatch(known.id, "id")
        known = self._by_digest.get(medium.digest)
        if known is not None:
            return MediaMatch(known.id, "hash")
        for known in self._by_path.get(medium.path, ()) if medium.path else ():
            if _has_no_other_digest(medium, known):
                return MediaMatch(known.id, "path")
        names = list_file_names(medium)
        alike = [
            (name in names, known)
            for key in {normalize_media_name(name) for name in names}
            for name, known in self._by_name.get(key, ())
            if _has_no_other_digest(medium, known) and _has_similar_length(medium, known)
        ]
        exact = {known.id for is_exact, known in alike if is_exact}
        named = exact or {known.id for _, known in alike}
        return MediaMatch(next(iter(named)), "name") if len(named) == 1 else None


def _has_no_other_digest(medium: Medium, known: KnownMedia) -> bool:
    return not (medium.digest and known.digest and medium.digest != known.digest)


def list_file_names(medium: Medium) -> set[str]:
    """Return the file names that a medium may have: its name, the last part of its path, and its aliases."""
    return {name for name in (get_last_path_part(medium.path), medium.name, *medium.aliases) if name}


def _list_index_names(names: Iterable[str]) -> set[str]:
    """Return the names by which a file is found: its file names, and the names of media files without their
    suffix, because an edit decision list may name a file by its reel.
    """
    paths = [PurePath(name) for name in names if name]
    stems = {path.stem for path in paths if not has_known_suffix(path) and path.suffix not in SCRIPT_SUFFIXES}
    return {path.name for path in paths} | stems


def _has_similar_length(medium: Medium, known: KnownMedia) -> bool:
    """Return True if both files have about the same length, so that they may be the same file. The lengths
    may differ by a second or by a twentieth, whichever is longer. Also return True if one length is unknown.
    """
    if medium.seconds is None or not known.lengths:
        return True
    return any(abs(medium.seconds - each) <= max(Fraction(1), each / 20) for each in known.lengths)


class FileIndex:
    """An index of the files in some folders by name. Files that were added earlier have priority."""

    def __init__(self, paths: Iterable[PurePath]) -> None:
        self._by_name: dict[str, list[tuple[str, int, PurePath]]] = {}
        for index, path in enumerate(paths):
            for name in _list_index_names([path.name]):
                self._by_name.setdefault(normalize_media_name(name), []).append((name, index, path))

    def list_candidate_paths(self, medium: Medium, folder: PurePath) -> list[PurePath]:
        """Return the paths at which a medium's file may be, best first: its path relative to `folder`, then
        files with its name, then files whose name differs in small and capital letters only.
        """
        own = [folder / medium.path] if medium.path else []
        names = list_file_names(medium)
        named = sorted(
            (name not in names, index, path)
            for key in {normalize_media_name(name) for name in names}
            for name, index, path in self._by_name.get(key, ())
        )
        return list(dict.fromkeys([*own, *(path for _, _, path in named)]))
