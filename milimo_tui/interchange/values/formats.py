"""List the file formats of cuts by suffix. `losses` lists the features that each format can represent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from milimo_tui.core.errors import BadInput
from milimo_tui.core.ids import make_slug

# Maximum number of clips in a document; a document with more is refused. The clips of a nested sequence are
# counted once for each use of the sequence.
MOST_CLIPS = 100_000


class CutFormat(StrEnum):
    """A file format of cuts."""

    OTIO = "otio"
    EDL = "edl"
    FCP7 = "fcp7"
    FCPXML = "fcpxml"
    KDENLIVE = "kdenlive"
    MLT = "mlt"


@dataclass(frozen=True, slots=True)
class Format:
    """The properties of a file format for cuts.

    `reader` is `otio` for the library's own format, the name of an OTIO adapter, `own` for this program's
    reader, or empty if the format cannot be read. `root` is the outermost XML element, by which a file is
    recognised whatever its suffix.
    """

    name: CutFormat
    title: str
    suffix: str
    reader: str
    root: str = ""


FORMATS = {
    row.name: row
    for row in (
        Format(CutFormat.OTIO, "OpenTimelineIO", ".otio", "otio"),
        Format(CutFormat.EDL, "EDL (CMX 3600)", ".edl", "own"),
        Format(CutFormat.FCP7, "Final Cut Pro 7 XML", ".xml", "fcp_xml", "xmeml"),
        Format(CutFormat.FCPXML, "Final Cut Pro X XML", ".fcpxml", "own", "fcpxml"),
        Format(CutFormat.KDENLIVE, "Kdenlive", ".kdenlive", "own"),
        Format(CutFormat.MLT, "MLT XML", ".mlt", ""),
    )
}


def make_companion_name(stem: str, part: str, suffix: str) -> str:
    """Return the name of a companion file, such as `film.V2.edl`. An empty `part` gives the main file's
    name.
    """
    return f"{stem}.{make_slug(part, 'part').upper()}{suffix}" if part else f"{stem}{suffix}"


def has_known_suffix(path: PurePath) -> bool:
    """Return True if a file name has the suffix of one of the formats."""
    return any(path.suffix.lower() == row.suffix for row in FORMATS.values())


def find_format_by_suffix(path: PurePath) -> Format:
    """Return the format for the suffix of a file name. Raises BadInput for an unknown suffix."""
    for row in FORMATS.values():
        if path.suffix.lower() == row.suffix:
            return row
    known = ", ".join(row.suffix for row in FORMATS.values())
    raise BadInput(f"{path.name} does not have the suffix of a cut file", f"use one of these: {known}")
