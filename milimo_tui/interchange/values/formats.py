"""The file formats of cuts: one row each, by suffix. What each carries of a cut is in `losses`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from milimo_tui.core.errors import BadInput
from milimo_tui.core.ids import slug


@dataclass(frozen=True, slots=True)
class Format:
    """A format. `reader` says who reads it: `otio`, an OTIO adapter's name, `own`, or nobody."""

    name: str
    title: str
    suffix: str
    reader: str


FORMATS = {
    row.name: row
    for row in (
        Format("otio", "OpenTimelineIO", ".otio", "otio"),
        Format("edl", "EDL (CMX 3600)", ".edl", "cmx_3600"),
        Format("fcp7", "Final Cut Pro 7 XML", ".xml", "fcp_xml"),
        Format("fcpxml", "Final Cut Pro X XML", ".fcpxml", "own"),
        Format("kdenlive", "Kdenlive", ".kdenlive", "own"),
        Format("mlt", "MLT XML", ".mlt", ""),
    )
}
ROOTS = {"xmeml": "fcp7", "fcpxml": "fcpxml"}
"""Formats that an XML file is by its outermost element, whatever its suffix."""


def companion(stem: str, part: str, suffix: str) -> str:
    """The name of a file that belongs to another one: `film.V2.edl`."""
    return f"{stem}.{slug(part, 'part').upper()}{suffix}" if part else f"{stem}{suffix}"


def is_known(path: PurePath) -> bool:
    """Whether a file's name has the ending of one of the formats."""
    return any(path.suffix.lower() == row.suffix for row in FORMATS.values())


def by_suffix(path: PurePath) -> Format:
    """The format that a file's name asks for. Raises BadInput."""
    for row in FORMATS.values():
        if path.suffix.lower() == row.suffix:
            return row
    known = ", ".join(row.suffix for row in FORMATS.values())
    raise BadInput(f"{path.name} has no ending of a cut", f"give it one of these: {known}")
