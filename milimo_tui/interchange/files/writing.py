"""A cut to the texts of a format: one for its file, and those of the files beside it."""

from __future__ import annotations

from milimo_tui.interchange.files.flattening import flattened
from milimo_tui.interchange.values.bundle import Bundle
from milimo_tui.interchange.values.formats import Format


def write(bundle: Bundle, kind: Format, stem: str) -> dict[str, str]:
    """Texts by what their files' names have before the suffix; "" is the file itself, which is `stem` and the
    suffix. Raises Refused.

    Only the writer that is asked for is loaded.
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
