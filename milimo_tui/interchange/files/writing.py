"""Export a cut in a given format, as the text of a main file and the texts of its companion files."""

from __future__ import annotations

from milimo_tui.interchange.files.flattening import flatten_bundle
from milimo_tui.interchange.values.bundle import CutBundle
from milimo_tui.interchange.values.formats import CutFormat, Format


def format_cut_files(bundle: CutBundle, kind: Format, stem: str) -> dict[str, str]:
    """Return the texts of the files that make up an export. The key of the main file is "". The keys of
    companion files, such as `V2`, are added to the file name before its suffix. `stem` is the file name
    without suffix.

    Only the writer of the format `kind` is imported. Raises Refused.
    """
    if kind.name is CutFormat.OTIO:
        from milimo_tui.interchange.otio import otio_out, otio_text

        return {"": otio_text.format_otio(otio_out.to_otio(bundle))}
    bundle = flatten_bundle(bundle)
    if kind.name is CutFormat.EDL:
        from milimo_tui.interchange.files import edl

        return edl.write_edl(bundle)
    if kind.name is CutFormat.FCPXML:
        from milimo_tui.interchange.xml import fcpxml

        return {"": fcpxml.write_fcpxml(bundle)}
    if kind.name is CutFormat.FCP7:
        from milimo_tui.interchange.xml import fcp7

        return {"": fcp7.write_fcp7(bundle)}
    from milimo_tui.interchange.xml import mlt

    return mlt.write_mlt(bundle, stem, kind.suffix)
