"""Import and export files of captions, and suggest how to make captions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import read_user_file, write_file_atomically
from milimo_tui.cut.values.captions import CaptionTrack, CutCaption
from milimo_tui.cut.values.cut import Cut
from milimo_tui.interchange.captions.caption_content import LARGEST_FILE, CaptionContent
from milimo_tui.interchange.captions.caption_files import (
    SUFFIXES,
    Raster,
    format_caption_file,
    read_caption_file,
)
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.words import transcripts


def suggest_captions(studio: Studio, cut: Cut) -> str:
    """Return the commands that add captions to a cut without dialogue in the script. The last one is the next
    step for captions of recorded speech.
    """
    if transcripts.list_cut_words(studio, cut, cut.clips):
        speech = "milimo caption make --spoken all"
    else:
        speech = transcripts.suggest_transcript(studio)
    return f"milimo caption import FILE, milimo caption add WORDS --at TIME, or for speech {speech}"


def read_captions(path: Path) -> CaptionContent:
    """Read a file of captions. Raises NotFound, BadInput."""
    data = read_user_file(
        path, LARGEST_FILE, what="a file of captions", of="captions", hint="milimo caption import FILE"
    )
    return read_caption_file(data, path.name)


def move_captions_to(captions: Sequence[CutCaption], offset: Fraction) -> tuple[CutCaption, ...]:
    """Return captions that begin later by `offset` seconds."""
    return tuple(replace(each, start=each.start + offset, end=each.end + offset) for each in captions)


def export_captions(
    cut: Cut, track: CaptionTrack, captions: Sequence[CutCaption], path: Path, *, overwrite: bool
) -> None:
    """Write the captions of a track to a file in the format of its suffix. Raises BadInput, ReadOnly,
    DiskFull.
    """
    kind = SUFFIXES.get(path.suffix.lower())
    if kind is None:
        raise BadInput(
            f"captions can't be written as “{path.suffix or path.name}”",
            "name a .srt, .vtt, .ass or .ttml file",
        )
    if not path.parent.is_dir():
        raise BadInput(f"the folder {path.parent} does not exist", "create it first, or name another folder")
    if path.exists() and not overwrite:
        raise BadInput(f"{path} already exists", "name another file, or add --overwrite")
    text = format_caption_file(kind, captions, track, Raster(cut.width, cut.height))
    write_file_atomically(path, text.encode())
