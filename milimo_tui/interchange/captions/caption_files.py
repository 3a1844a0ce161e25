"""Choose the format of a subtitle file, decode it, and read or write it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from milimo_tui.core.errors import BadInput
from milimo_tui.cut.values.captions import CaptionTrack, CutCaption
from milimo_tui.interchange.captions.ass_files import read_ass, write_ass
from milimo_tui.interchange.captions.caption_content import LARGEST_FILE, CaptionContent
from milimo_tui.interchange.captions.cue_blocks import read_srt, read_vtt
from milimo_tui.interchange.captions.cue_texts import write_srt, write_vtt
from milimo_tui.interchange.captions.ttml_files import read_ttml, write_ttml
from milimo_tui.interchange.values.encodings import decode_text


class CaptionFormat(StrEnum):
    """A format of subtitle files."""

    SRT = "srt"
    VTT = "vtt"
    ASS = "ass"
    TTML = "ttml"


SUFFIXES: Mapping[str, CaptionFormat] = {
    ".srt": CaptionFormat.SRT,
    ".vtt": CaptionFormat.VTT,
    ".ass": CaptionFormat.ASS,
    ".ssa": CaptionFormat.ASS,
    ".ttml": CaptionFormat.TTML,
    ".dfxp": CaptionFormat.TTML,
    ".xml": CaptionFormat.TTML,
}
_READERS: Mapping[CaptionFormat, Callable[[str], CaptionContent]] = {
    CaptionFormat.SRT: read_srt,
    CaptionFormat.VTT: read_vtt,
    CaptionFormat.ASS: read_ass,
    CaptionFormat.TTML: read_ttml,
}


@dataclass(frozen=True, slots=True)
class Raster:
    """The size of the pictures of a cut in pixels, which ASS files name."""

    width: int
    height: int


def read_caption_file(data: bytes, name: str) -> CaptionContent:
    """Return the captions of a subtitle file. `name` is the name of the file.

    Raises BadInput for a file that is too large, that is not text, or that has no captions.
    """
    if len(data) > LARGEST_FILE:
        size = f"{len(data) / 1e6:.0f} MB"
        raise BadInput(
            f"{name} has {size}; subtitles have at most {LARGEST_FILE // 10**6} MB",
            "split the file, or check that it has subtitles",
        )
    try:
        decoded = decode_text(data)
    except BadInput as error:
        raise BadInput(
            f"{name} can't be read: {error.message}", "give a subtitle file: SRT, VTT, ASS …"
        ) from None
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    kind = detect_caption_format(text, name)
    if kind is None or "\0" in text:
        raise BadInput(f"{name} is not a subtitle file", "SRT, VTT, ASS, SSA and TTML are read")
    try:
        content = _READERS[kind](text)
    except BadInput as error:
        raise BadInput(f"{name} can't be read: {error.message}", error.hint) from None
    if not content.captions:
        first = content.problems[0] if content.problems else "it has no line of times"
        raise BadInput(f"{name} has no caption that can be read: {first}", "nothing was changed")
    read = (f"read as {decoded.encoding}",) if decoded.encoding else ()
    return replace(content, notes=(*read, *content.notes))


def detect_caption_format(text: str, name: str) -> CaptionFormat | None:
    """Return the format of a text, judging by its beginning, and otherwise by the suffix of its name. Return
    None for other texts.
    """
    head = text.lstrip("\ufeff \n\t")[:4000]
    if head.startswith("WEBVTT"):
        return CaptionFormat.VTT
    if "[Script Info]" in head or "Styles]" in head:
        return CaptionFormat.ASS
    if head.startswith("<") and ("/ttml" in head or "ttaf1" in head or "<tt" in head):
        return CaptionFormat.TTML
    if "-->" in text:
        return CaptionFormat.SRT
    suffix = name[name.rfind(".") :].casefold() if "." in name else ""
    return SUFFIXES.get(suffix)


def format_caption_file(
    kind: CaptionFormat, captions: Sequence[CutCaption], track: CaptionTrack, raster: Raster
) -> str:
    """Return the text of a subtitle file with the captions of a track."""
    match kind:
        case CaptionFormat.SRT:
            return write_srt(captions)
        case CaptionFormat.VTT:
            return write_vtt(captions, track.language)
        case CaptionFormat.ASS:
            return write_ass(captions, track, raster.width, raster.height)
        case CaptionFormat.TTML:
            return write_ttml(captions, track.language)
