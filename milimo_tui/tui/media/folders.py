"""The content of a folder for the browser: subfolders, media files, and each image sequence as one entry.

Reading a folder reads names and sizes but opens no file. The caller runs it in a thread, off the event loop.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import NotFound
from milimo_tui.core.host import explain_os_error
from milimo_tui.media.files.numbered_files import NumberedSequence, group_into_sequences
from milimo_tui.studio.media.media_files import PICTURE, SOUND, VIDEO, has_media_suffix

MOST = 20_000  # Maximum number of entries read from a folder. Further entries are not listed.


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """A row of the browser: a folder or a media file. `kind` is folder, clip, picture, sound, LUT or
    sequence.
    """

    path: Path
    kind: str
    name: str
    bytes: int = 0
    changed: float = 0.0
    run: NumberedSequence | None = None

    @property
    def is_folder(self) -> bool:
        return self.kind == "folder"


@dataclass(frozen=True, slots=True)
class FolderListing:
    """The entries of a folder, subfolders first. `other` is the number of further files, which a film cannot
    use.
    """

    path: Path
    entries: tuple[FolderEntry, ...] = ()
    other: int = 0


def read_folder(path: Path, *, hidden: bool = False, stills: bool = False) -> FolderListing:
    """List a folder. `hidden` includes hidden entries; `stills` lists the pictures of an image sequence one
    by one. Raises NotFound, ReadOnly, or Failed for a folder that cannot be read.
    """
    folders: list[FolderEntry] = []
    files: dict[Path, os.stat_result] = {}
    other = 0
    try:
        with os.scandir(path) as found:
            for count, entry in enumerate(found):
                if count >= MOST:
                    break
                if entry.name.startswith(".") and not hidden:
                    continue
                if _is_folder(entry):
                    folders.append(FolderEntry(Path(entry.path), "folder", entry.name))
                elif has_media_suffix(Path(entry.name)) and entry.is_file():
                    files[Path(entry.path)] = entry.stat()
                else:
                    other += 1
    except FileNotFoundError as error:
        raise NotFound(f"there is no folder {path}") from error
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    runs, alone = ([], list(files)) if stills else group_into_sequences(files)
    entries = [_make_sequence_entry(run, files) for run in runs]
    entries += [
        FolderEntry(one, get_file_kind(one), one.name, files[one].st_size, files[one].st_mtime)
        for one in alone
    ]
    ordered = (*sorted(folders, key=_name_sort_key), *sorted(entries, key=_name_sort_key))
    return FolderListing(path, ordered, other)


def get_file_kind(path: Path) -> str:
    """Return a file's kind (clip, picture, sound or LUT), judged by the suffix of its name."""
    suffix = path.suffix.lower()
    for kind, suffixes in (("clip", VIDEO), ("sound", SOUND), ("picture", PICTURE)):
        if suffix in suffixes.split():
            return kind
    return "LUT"


def _make_sequence_entry(run: NumberedSequence, files: dict[Path, os.stat_result]) -> FolderEntry:
    size = sum(files[path].st_size for path in run.paths)
    return FolderEntry(run.first, "sequence", run.name, size, files[run.first].st_mtime, run)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # A symbolic link whose target is missing is not listed as a file.


def _name_sort_key(entry: FolderEntry) -> str:
    return entry.name.casefold()
