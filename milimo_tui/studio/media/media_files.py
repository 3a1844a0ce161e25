"""Find the media files that a path stands for: one file, an image sequence, or all media of a folder.

Only file names are examined; no file is opened.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.host import explain_os_error
from milimo_tui.media.files.numbered_files import (
    MIN_SEQUENCE_PICTURES,
    NumberedSequence,
    find_numbered_sequence,
    group_into_sequences,
    is_sequence_pattern,
)

# Only files with these suffixes are imported from a folder. A file that the user names itself is tried with
# any suffix.
VIDEO = """.mov .mp4 .m4v .mkv .webm .avi .mxf .mpg .mpeg .m2v .ts .mts .m2ts .wmv .flv .ogv .3gp .dv .vob
    .gif .apng"""
SOUND = ".wav .mp3 .flac .aac .m4a .ogg .oga .opus .aif .aiff .wma .ac3 .caf .mka .w64 .bwf"
PICTURE = ".png .jpg .jpeg .tif .tiff .bmp .webp .tga .exr .dpx .jp2 .heic .avif"
MEDIA_SUFFIXES = frozenset(f"{VIDEO} {SOUND} {PICTURE} .cube".split())
# The largest number of media files in a folder and its subfolders. A folder with more is refused, and the
# user is asked to add its folders one by one.
MOST_FILES = 20_000


@dataclass(frozen=True, slots=True)
class MediaToImport:
    """A file to be imported. If it is the first picture of an image sequence, `run` describes the complete
    sequence; otherwise `run` is None.
    """

    path: Path
    run: NumberedSequence | None = None

    @property
    def name(self) -> str:
        return self.run.name if self.run else self.path.name


def find_importable_media(
    path: Path, *, sequence: bool = False, stills: bool = False
) -> tuple[MediaToImport, ...]:
    """Return the media files that a path stands for, in order.

    - `sequence`: if `path` is a numbered picture, all pictures of its sequence are imported as one video.
    - `stills`: numbered pictures of a folder are imported as single pictures, not as sequences.

    Raises NotFound if the path does not exist, and BadInput for a folder without media.
    """
    if is_sequence_pattern(path) and not path.exists():
        return (_require_sequence(find_numbered_sequence(path)),)
    if path.is_dir():
        return _find_media_in_folder(path, least=2 if sequence else MIN_SEQUENCE_PICTURES, stills=stills)
    if sequence:
        if not path.is_file():
            raise NotFound(
                f"there is no file {path}", "name one of its pictures, or a pattern: plate.%04d.png"
            )
        return (_require_sequence(find_numbered_sequence(path)),)
    require_ordinary_file(path)
    return (MediaToImport(path),)


def require_ordinary_file(path: Path) -> None:
    """Raise NotFound if a media file does not exist, and BadInput for a folder, a device or a pipe."""
    if path.is_dir():
        raise BadInput(f"{path} is a folder, not a media file", "name a file inside it")
    if path.is_file():
        return
    if path.exists():
        raise BadInput(f"{path} is a device or a pipe, not a media file", "save the media to a file")
    raise NotFound(f"there is no file {path}", "check the name of the file")


def has_media_suffix(path: Path) -> bool:
    """Return True if the file's name has a media suffix."""
    return path.suffix.lower() in MEDIA_SUFFIXES


def _require_sequence(run: NumberedSequence) -> MediaToImport:
    if len(run.paths) < 2:
        raise BadInput(f"{run.first.name} is a single picture and not a sequence", "leave --sequence out")
    return MediaToImport(run.first, run)


def _find_media_in_folder(folder: Path, *, least: int, stills: bool) -> tuple[MediaToImport, ...]:
    found: list[MediaToImport] = []
    for files in _list_media_by_folder(folder):
        runs, alone = ([], files) if stills else group_into_sequences(files, least)
        found += [MediaToImport(run.first, run) for run in runs]
        found += [MediaToImport(path) for path in alone]
    if not found:
        raise BadInput(
            f"{folder} has no media files", "name a file itself: Milimo then tries it in spite of its name"
        )
    return tuple(sorted(found, key=lambda each: str(each.path)))


def _list_media_by_folder(folder: Path) -> list[list[Path]]:
    """Return the media files of a folder and its subfolders, grouped by folder. Hidden files are skipped."""
    out: list[list[Path]] = []
    count = 0
    try:
        for place, folders, names in os.walk(folder, onerror=_raise_walk_error):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            kept = [Path(place) / name for name in sorted(names) if not name.startswith(".")]
            files = [path for path in kept if has_media_suffix(path)]
            count += len(files)
            if count > MOST_FILES:
                raise BadInput(
                    f"{folder} has more than {MOST_FILES} media files", "add its folders one by one"
                )
            if files:
                out.append(files)
    except OSError as error:
        raise explain_os_error(error, folder, "read") from error
    return out


def _raise_walk_error(error: OSError) -> None:
    raise error
