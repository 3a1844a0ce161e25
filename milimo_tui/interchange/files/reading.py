"""Import a cut file: detect its format and choose the reader. If the file cannot be read, report one
sentence.

The adapters of OpenTimelineIO raise all kinds of exceptions and print to standard output. This module hides
both.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import opentimelineio as otio

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.core.host import read_user_file
from milimo_tui.cut.values.cut import NewId
from milimo_tui.interchange.files import edl_in
from milimo_tui.interchange.files.linked_sound import rejoin_linked_sound
from milimo_tui.interchange.otio import otio_text
from milimo_tui.interchange.otio.otio_in import from_otio
from milimo_tui.interchange.values.bundle import CutArrival
from milimo_tui.interchange.values.encodings import DecodedText, decode_text
from milimo_tui.interchange.values.formats import FORMATS, CutFormat, Format, find_format_by_suffix
from milimo_tui.interchange.xml import fcp7_in, fcpxml_in, mlt_in

MAX_BYTES = 64_000_000
# The encodings that a declaration may name. UTF-16 is recognised by its bytes.
_XML_ENCODING = re.compile(
    rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']((?:iso-?8859|windows|cp|mac|x-mac|shift|euc|gb|big5|koi8)[\w-]*)["']""",
    re.IGNORECASE,
)
SAYING = (ElementTree.ParseError, otio.exceptions.OTIOError)


def read_cut_file(path: Path, new_id: NewId, rate: Fraction) -> CutArrival:
    """Return the cut in a file. `rate` is the frame rate for formats that do not contain one (EDL).

    Raises NotFound, BadInput with one sentence.
    """
    found = _load_cut_text(path)
    kind = _detect_format(path, found.text)
    try:
        companions = _load_companion_lists(path) if kind.name is CutFormat.EDL else {}
        arrival = _parse_cut_arrival(kind, found.text, new_id, rate, companions)
        notes = (f"read as {found.encoding}",) if found.encoding else ()
        return replace(arrival, notes=(*notes, *arrival.notes))
    except MilimoError as error:
        raise BadInput(f"{path.name} can't be read as {kind.title}: {error.message}", error.hint) from None
    except Exception as error:  # noqa: BLE001 - whatever an adapter makes of a file that isn't what it says
        message = " ".join(str(error).split())
        # A parser's message describes the file, so it is shown to the user. A message that contains Python
        # objects or code is not shown.
        is_said = isinstance(error, SAYING) and not re.search(
            r"<[\w.]+ object|\w+\(.*=|\[?b?'[^']*'", message
        )
        reason = message[:200] if message and is_said else "its structure is not that of such a file"
        raise BadInput(f"{path.name} can't be read as {kind.title}: {reason}") from None


def _load_cut_text(path: Path) -> DecodedText:
    data = read_user_file(
        path, MAX_BYTES, what="a cut", of="a cut", hint="check the name: milimo cut import FILE"
    )
    found = _decode_cut_text(data)
    text = found.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return replace(found, text=text)


def _decode_cut_text(data: bytes) -> DecodedText:
    """Return the text of a file in the encoding that its XML declaration names, or else in the encoding that
    its bytes suggest. Bytes that fit no encoding are replaced.
    """
    declared = _XML_ENCODING.match(data[:200])
    try:
        if declared and not _is_utf_8(data):
            return DecodedText(data.decode(declared[1].decode("ascii")))
    except (LookupError, UnicodeDecodeError):
        pass  # The declaration is wrong.
    try:
        return decode_text(data)
    except BadInput:
        return DecodedText(data.decode("utf-8-sig", errors="replace"))


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _detect_format(path: Path, text: str) -> Format:
    """Return the format by the file's suffix, or by its root element if it is an XML file."""
    kind = find_format_by_suffix(path)
    root = re.search(r"<([A-Za-z_]+)[\s>]", re.sub(r"<[?!][^>]*>", "", text[:4096]))
    if kind.root and root:
        kind = next((row for row in FORMATS.values() if row.root == root[1]), kind)
    if not kind.reader:
        raise BadInput(
            f"{path.name} can't be read: {kind.title} can only be written", "import an .otio file instead"
        )
    if kind.name not in (CutFormat.OTIO, CutFormat.EDL) and "<!ENTITY" in text:
        raise BadInput(f"{path.name} can't be read: it defines XML entities of its own", "export it again")
    return kind


def _load_companion_lists(path: Path) -> dict[str, str]:
    """Return the lists of a cut's other tracks from the lowest to the highest, by the names of these tracks.
    They are companion files next to `path`, with names such as `film.V2.edl`, as `edl` writes them.
    """
    named = {
        each.name.removeprefix(f"{path.stem}.").removesuffix(path.suffix): each
        for each in _list_companion_files(path)
    }
    names = [name for name in named if re.fullmatch("[VA][0-9]{1,2}", name)]
    in_order = sorted(names, key=lambda name: (name[0], int(name[1:])))
    return {name: _load_cut_text(named[name]).text for name in in_order}


def _list_companion_files(path: Path) -> list[Path]:
    try:
        return [
            each for each in path.parent.iterdir() if each.name.startswith(f"{path.stem}.") and each.is_file()
        ]
    except OSError:  # The user may open files in this folder but not list it.
        return []


def _parse_cut_arrival(
    kind: Format, text: str, new_id: NewId, rate: Fraction, companions: Mapping[str, str]
) -> CutArrival:
    if kind.name is CutFormat.OTIO:
        return from_otio(otio_text.read_otio(text), new_id)
    if kind.name is CutFormat.FCPXML:
        return fcpxml_in.read_fcpxml(text, new_id)
    if kind.name is CutFormat.EDL:
        edl = edl_in.read_edl({"": text, **companions}, rate)
        arrival = rejoin_linked_sound(from_otio(edl.timeline, new_id, rate=rate), strict=False)
        notes = (f"with the companion list of {name}" for name in companions)
        return replace(arrival, notes=(*notes, *edl.notes, *arrival.notes))
    if kind.name is CutFormat.KDENLIVE:
        return rejoin_linked_sound(
            _set_raster(mlt_in.read_kdenlive(text, new_id), _find_mlt_raster(text)), strict=True
        )
    with contextlib.redirect_stdout(io.StringIO()):
        root, repairs = fcp7_in.read_fcp7_timeline(text)
    arrival = from_otio(root, new_id, rate=fcp7_in.read_fcp7_rate(root))
    arrival = _set_raster(arrival, fcp7_in.read_fcp7_raster(root))
    arrival = replace(arrival, notes=(*repairs, *arrival.notes))
    return rejoin_linked_sound(arrival, strict=True)


def _set_raster(arrival: CutArrival, raster: tuple[int, int] | None) -> CutArrival:
    if raster is None or not all(16 <= side <= 16384 for side in raster):
        return arrival
    width, height = (side - side % 2 for side in raster)
    cut = replace(arrival.bundle.cut, width=width, height=height)
    return replace(arrival, bundle=replace(arrival.bundle, cut=cut), sized=True)


def _find_mlt_raster(text: str) -> tuple[int, int] | None:
    profile = re.search(r"<profile\b[^>]*>", text)
    sides = (
        [re.search(rf'\b{name}="([0-9]{{1,5}})"', profile[0]) for name in ("width", "height")]
        if profile
        else []
    )
    return (int(sides[0][1]), int(sides[1][1])) if len(sides) == 2 and sides[0] and sides[1] else None
