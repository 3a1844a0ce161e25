"""Detection of image sequences: numbered pictures of a folder that belong together, found by their file names
alone.

Nothing is decoded. A sequence is identified by any of its pictures, or by a pattern such as `plate.%04d.png`
or `plate.####.png`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.file_suffixes import FILM_PICTURE_SUFFIXES, PICTURE_SUFFIXES
from milimo_tui.core.host import explain_os_error

SEQUENCE_SUFFIXES = PICTURE_SUFFIXES | FILM_PICTURE_SUFFIXES
# Fewer numbered pictures than this are treated as a sequence only if the user asks for it.
MIN_SEQUENCE_PICTURES = 8
MAX_SEQUENCE_PICTURES = 500_000

_NUMBER = re.compile(r"^(?P<stem>.*?)(?P<number>\d+)$")
# File names that cameras give to photos. Such files become a sequence only on request.
_CAMERA = re.compile(r"^(_?DSC[FN]?|_?IMG|_MG|PXL|DJI|GOPR?|P)[-_]?$", re.IGNORECASE)
_PATTERN = re.compile(r"%0?(?P<width>\d*)d|(?P<marks>#+)")


@dataclass(frozen=True, slots=True)
class NumberedSequence:
    """An image sequence: the paths and numbers of its pictures, in ascending order."""

    paths: tuple[Path, ...]
    numbers: tuple[int, ...]

    @property
    def first(self) -> Path:
        """The first picture."""
        return self.paths[0]

    @property
    def frames(self) -> int:
        """The number of frames from the first number to the last; a missing number counts as a frame."""
        return self.numbers[-1] - self.numbers[0] + 1

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers between the first and the last picture that have no file."""
        numbers = set(self.numbers)
        return tuple(n for n in range(self.numbers[0], self.numbers[-1] + 1) if n not in numbers)

    @property
    def name(self) -> str:
        """The name of the sequence, such as `plate.[1001-1096].png`."""
        stem, width = _split_before_number(self.first)
        low, high = (str(n).zfill(width) for n in (self.numbers[0], self.numbers[-1]))
        return f"{stem}[{low}-{high}]{self.first.suffix}"

    def describe_missing_pictures(self) -> str:
        """Return a message about missing pictures, or an empty text if no picture is missing."""
        missing = self.missing
        if not missing:
            return ""
        shown = ", ".join(str(n) for n in missing[:5]) + (" …" if len(missing) > 5 else "")
        what = "a picture is missing" if len(missing) == 1 else f"{len(missing)} pictures are missing"
        return f"{what} ({shown}): the previous picture is used"


def is_sequence_pattern(path: Path) -> bool:
    """Return True if a file name is a sequence pattern."""
    return _PATTERN.search(path.name) is not None


def find_numbered_sequence(path: Path) -> NumberedSequence:
    """Return the sequence that a picture belongs to or that a pattern describes. Raises NotFound,
    BadInput.
    """
    pattern = _PATTERN.search(path.name)
    if pattern is not None:
        head, tail = path.name[: pattern.start()], path.name[pattern.end() :]
        wanted = re.compile(re.escape(head) + r"(\d+)" + re.escape(tail) + "$")
        found = [
            (int(m[1]), each) for each in _list_sorted_folder(path.parent) if (m := wanted.match(each.name))
        ]
    else:
        key = _make_sequence_key(path)
        if key is None:
            raise BadInput(
                f"{path.name} has no number, so it is not part of a sequence", "for example plate.0001.png"
            )
        found = [
            (_parse_picture_number(each), each)
            for each in _list_sorted_folder(path.parent)
            if _make_sequence_key(each) == key
        ]
    if not found:
        raise NotFound(f"no picture is named {path.name}", f"the folder is {path.parent}")
    return _make_numbered_sequence(found)


def group_into_sequences(
    files: Iterable[Path], least: int = MIN_SEQUENCE_PICTURES
) -> tuple[list[NumberedSequence], list[Path]]:
    """Group the files of a folder into image sequences. Numbered files form a sequence if there are at least
    `least` of them.

    Return the sequences, and the files that belong to no sequence.
    """
    groups: dict[tuple[str, str, int], list[tuple[int, Path]]] = {}
    paths: list[Path] = []
    for path in files:
        key = _make_sequence_key(path)
        if key is None:
            paths.append(path)
        else:
            groups.setdefault(key, []).append((_parse_picture_number(path), path))
    runs = []
    for (stem, _, _), found in groups.items():
        run = _make_numbered_sequence(found)
        photos = least > 2 and _CAMERA.match(stem) is not None
        if not photos and len(run.paths) >= least and len(run.missing) * 4 <= len(run.paths):
            runs.append(run)
        else:
            paths += run.paths
    return runs, sorted(paths)


def _make_numbered_sequence(found: list[tuple[int, Path]]) -> NumberedSequence:
    if len(found) > MAX_SEQUENCE_PICTURES:
        raise BadInput(
            f"a sequence of {len(found)} pictures is too long", f"at most {MAX_SEQUENCE_PICTURES} can be read"
        )
    ordered = sorted(dict(found).items())
    run = NumberedSequence(tuple(path for _, path in ordered), tuple(number for number, _ in ordered))
    if run.frames > MAX_SEQUENCE_PICTURES:
        raise BadInput(
            f"{run.name} spans {run.frames} numbers, which is too many",
            f"at most {MAX_SEQUENCE_PICTURES} can be read",
        )
    return run


def _split_before_number(path: Path) -> tuple[str, int]:
    """Return the part of a file name before its number, and the number of digits."""
    found = _NUMBER.match(path.stem)
    assert found is not None
    return found["stem"], len(found["number"])


def _parse_picture_number(path: Path) -> int:
    return int(path.stem[len(_split_before_number(path)[0]) :])


def _make_sequence_key(path: Path) -> tuple[str, str, int] | None:
    """Return a key that is equal for all pictures of a sequence, or None for a file that cannot belong to
    one.

    The key consists of the text before the number, the suffix, and the number of digits (0 if numbers are not
    zero-padded).
    """
    if path.suffix.lower() not in SEQUENCE_SUFFIXES or _NUMBER.match(path.stem) is None:
        return None
    stem, width = _split_before_number(path)
    padded = path.stem[len(stem)] == "0" or width > 3
    return stem, path.suffix.lower(), width if padded else 0


def _list_sorted_folder(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError as error:
        raise NotFound(f"there is no folder {folder}") from error
    except OSError as error:
        raise explain_os_error(error, folder, "read") from error
