"""The library of sounds: folders of the user's own sound files, with tags and a search.

The library belongs to the studio home. Its file stores the folders and the tags; the sound files stay where
they are.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import BadInput, Damaged, NotFound
from milimo_tui.core.file_suffixes import SOUND_SUFFIXES
from milimo_tui.core.host import explain_os_error, write_file_atomically
from milimo_tui.core.paths import Home
from milimo_tui.core.safe_text import find_forbidden_character
from milimo_tui.core.untrusted_json import parse_untrusted_json

FILE = "sounds.json"
MOST_FILES = 20_000  # a folder with more sound files is most likely not a library
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class LibrarySound:
    """A sound file of the library. `tags` are the user's tags; `words` are all words by which it is found:
    tags, file name and the names of its folders.
    """

    path: Path
    folder: Path
    tags: tuple[str, ...]
    words: frozenset[str]

    @property
    def name(self) -> str:
        """The path relative to the library folder."""
        return str(self.path.relative_to(self.folder))


@dataclass(frozen=True, slots=True)
class SoundLibrary:
    """The folders of the library, and the tags of its files by path."""

    folders: tuple[str, ...] = ()
    tags: tuple[tuple[str, tuple[str, ...]], ...] = ()


def read_library(home: Home) -> SoundLibrary:
    """Return the library of a home. Raises Damaged if its file can't be read."""
    path = home.root / FILE
    try:
        data = parse_untrusted_json(path.read_text())
        folders = tuple(map(str, data["folders"]))
        tags = tuple((str(file), tuple(map(str, words))) for file, words in data["tags"].items())
    except FileNotFoundError:
        return SoundLibrary()
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged(
            "the list of the sound library can't be read", f"move {path} away, then add the folders again"
        ) from None
    return SoundLibrary(folders, tags)


def _write_library(home: Home, library: SoundLibrary) -> None:
    data = {"folders": list(library.folders), "tags": {file: list(words) for file, words in library.tags}}
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)
    write_file_atomically(home.root / FILE, text.encode())


def add_library_folder(home: Home, folder: Path, tags: Sequence[str] = ()) -> tuple[LibrarySound, ...]:
    """Add a folder to the library and return its sounds. `tags` are given to all its sounds. Raises NotFound
    if there is no such folder, and BadInput if it has no sound.
    """
    folder = folder.absolute()
    if folder.is_file():
        raise BadInput(f"{folder.name} is a file, not a folder", "name the folder that contains it")
    if not folder.is_dir():
        raise NotFound(f"there is no folder {folder}", "name a folder of sound files")
    files = list(_iterate_sound_files(folder))
    if not files:
        suffixes = ", ".join(sorted(SOUND_SUFFIXES))
        raise BadInput(f"{folder} has no sound file", f"sound files are {suffixes}")
    library = read_library(home)
    known = dict(library.tags)
    for file in files if tags else ():
        known[str(file)] = merge_tags(known.get(str(file), ()), tags)
    folders = tuple(dict.fromkeys((*library.folders, str(folder))))
    _write_library(home, SoundLibrary(folders, tuple(known.items())))
    return tuple(sound for sound in list_library_sounds(home) if sound.folder == folder)


def merge_tags(tags: Sequence[str], added: Sequence[str]) -> tuple[str, ...]:
    """Return tags with more tags added, each once and in lower case."""
    return tuple(dict.fromkeys(tag.strip().casefold() for tag in (*tags, *added) if tag.strip()))


def tag_library_sound(
    home: Home, sound: LibrarySound, added: Sequence[str], removed: Sequence[str] = ()
) -> tuple[str, ...]:
    """Add tags to a sound and remove others. Return its tags."""
    library = read_library(home)
    gone = merge_tags((), removed)
    tags = tuple(tag for tag in merge_tags(sound.tags, added) if tag not in gone)
    _write_library(
        home, SoundLibrary(library.folders, tuple({**dict(library.tags), str(sound.path): tags}.items()))
    )
    return tags


def list_library_sounds(home: Home) -> tuple[LibrarySound, ...]:
    """Return every sound of the library, sorted by path. A folder that is not there now is skipped."""
    library = read_library(home)
    tags = dict(library.tags)
    found: dict[str, LibrarySound] = {}
    for name in library.folders:
        folder = Path(name)
        for path in _iterate_sound_files(folder):
            own = tags.get(str(path), ())
            words = frozenset(
                _list_tag_words(
                    " ".join([*own, folder.name, *path.relative_to(folder).with_suffix("").parts])
                )
            )
            found.setdefault(str(path), LibrarySound(path, folder, own, words))
    return tuple(found[path] for path in sorted(found))


def _list_tag_words(text: str) -> Iterator[str]:
    return (word.casefold() for word in _WORD.findall(text))


def count_unusable_names(folder: Path) -> int:
    """Return the number of sound files of a folder that the library leaves out because of their names."""
    return sum(
        find_forbidden_character(str(Path(place) / name)) != ""
        and Path(name).suffix.casefold() in SOUND_SUFFIXES
        for place, _, files in os.walk(folder)
        for name in files
    )


def _iterate_sound_files(folder: Path) -> Iterator[Path]:
    count = 0
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if Path(name).suffix.casefold() in SOUND_SUFFIXES and not name.startswith("."):
                path = Path(place) / name
                if find_forbidden_character(str(path)):
                    continue
                count += 1
                if count > MOST_FILES:
                    return
                yield path


def find_library_sounds(home: Home, words: Sequence[str]) -> tuple[LibrarySound, ...]:
    """Return the sounds that match every word, those with a tag of that word first. A word matches the
    beginning of a word of the sound.
    """
    wanted = [part for word in words for part in _list_tag_words(word)]

    def count_tags(sound: LibrarySound) -> int:
        return sum(any(tag.startswith(part) for tag in sound.tags) for part in wanted)

    matches = [
        sound
        for sound in list_library_sounds(home)
        if all(any(word.startswith(part) for word in sound.words) for part in wanted)
    ]
    return tuple(sorted(matches, key=count_tags, reverse=True))


def find_library_sound(home: Home, name: str) -> LibrarySound:
    """Find one sound by its path, its name in the library, or its file name. Raises NotFound."""
    sounds = list_library_sounds(home)
    for sound in sounds:
        if name in (str(sound.path), sound.name, sound.path.name, sound.path.stem):
            return sound
    raise NotFound(f"the sound library has no “{name}”", "milimo sound library list shows its sounds")
