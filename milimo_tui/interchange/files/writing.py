"""Export of a cut as the texts of a format: one for its file, and one for each companion file."""

from __future__ import annotations

from milimo_tui.interchange.files.flattening import flattened
from milimo_tui.interchange.values.bundle import Bundle
from milimo_tui.interchange.values.formats import Format


def write(bundle: Bundle, kind: Format, stem: str) -> dict[str, str]:
    """Return the texts of the files by the part of their names before the suffix. "" is the main file, named
    `stem`.

    Only the writer of the given format is imported. Raises Refused.
    """
    if kind.name == "otio":
        from milimo_tui.interchange.otio import otio_out, otio_text

        return {"": otio_text.write(otio_out.to_otio(bundle))}
    bundle = flattened(bundle)
    if kind.name == "edl":
        from milimo_tui.interchange.files import edl

        return edl.write(bundle)
    if kind.name == "fcpxml":
        from milimo_tui.interchange.xml import fcpxml

        return {"": fcpxml.write(bundle)}
    if kind.name == "fcp7":
        from milimo_tui.interchange.xml import fcp7

        return {"": fcp7.write(bundle)}
    from milimo_tui.interchange.xml import mlt

    return mlt.write(bundle, stem, kind.suffix)
