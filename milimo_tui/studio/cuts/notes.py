"""Import and export of a cut's notes as files, and their transfer from one cut to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import plural
from milimo_tui.core.host import read_named, write_atomic
from milimo_tui.core.ids import new_id
from milimo_tui.cut.compare.cut_text import name_of
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.notes import note_files, note_list, note_texts
from milimo_tui.cut.notes.marker_colours import check_colour
from milimo_tui.cut.notes.note_files import Kind, Reading
from milimo_tui.cut.notes.note_list import Thread
from milimo_tui.cut.notes.note_transfer import Brought, brought, on_clips
from milimo_tui.cut.values.cut import Cut
from milimo_tui.studio.cuts.versions import names_of
from milimo_tui.studio.session.studio import Studio

MOST_BYTES = 8_000_000
ENDINGS: dict[str, Kind] = {".txt": "text", ".md": "text", ".csv": "csv", ".edl": "edl"}


@dataclass(frozen=True, slots=True)
class Arrived:
    """Imported notes. `brought` is set if the notes were about another cut than the current one."""

    reading: Reading
    cut: Cut  # the annotated cut as it is now
    brought: Brought | None = None
    already: int = 0  # notes and answers that the cut had before


def come_in(
    studio: Studio, path: Path, about: Cut, live: Cut, *, author: str = "", colour: str = ""
) -> Arrived:
    """Read a file of notes about a cut, and transfer them to the live cut if that is another cut. Makes one
    edit.

    `author` and `colour` apply to notes that have none. Raises NotFound, BadInput.
    """
    text = _text_of(path)
    kind = note_files.kind_of(path.name, text)
    reading = note_files.read(text, kind, about.rate, layout(about).frames, path.name)
    read = [
        replace(note, author=note.author or author, colour=note.colour or check_colour(colour))
        for note in reading.notes
    ]
    noted = note_list.added(about, read, new_id=new_id)
    if not about.frozen:
        noted = on_clips(layout(about), noted, len(about.markers))
    before, after = [about], [noted]
    came = None
    if live.id != about.id:
        fresh = [marker.id for marker in noted.markers[len(about.markers) :]]
        came = _bring(studio, noted, live, only=fresh)
        if came.cut != live:
            before, after = [about, live], [noted, came.cut]
    label = f"{plural(len(read), 'note')} from {path.name}"
    studio.project().edit(label, scope=live.id, actor=studio.actor, before=before, after=after)
    already = len(read) - (len(noted.markers) - len(about.markers))
    return Arrived(replace(reading, notes=tuple(read)), noted, came, already)


def bring(studio: Studio, old: Cut, live: Cut) -> Brought:
    """Copy the notes and markers of one cut to the live cut, by the shots they are on. Makes one edit."""
    came = _bring(studio, old, live)
    if came.cut != live:
        label = f"notes of “{old.name}”"
        studio.project().edit(label, scope=live.id, actor=studio.actor, before=[live], after=[came.cut])
    return came


def _bring(studio: Studio, old: Cut, live: Cut, only: Sequence[str] | None = None) -> Brought:
    cuts = {cut.id: cut for cut in studio.snapshot().cuts}
    return brought(old, live, cuts, names_of(studio), new_id=new_id, only=only)


def go_out(studio: Studio, cut: Cut, found: Sequence[Thread], path: Path, *, overwrite: bool) -> Path:
    """Write notes to a file in the format of its suffix. Raises BadInput, ReadOnly, DiskFull."""
    kind = ENDINGS.get(path.suffix.lower())
    if kind is None:
        raise BadInput(f"notes can't be written as “{path.suffix or path.name}”", "name a .txt, .csv or .edl")
    if not path.parent.is_dir():
        raise BadInput(f"the folder {path.parent} does not exist", "make it first, or name another")
    if path.exists() and not overwrite:
        raise BadInput(f"{path} is already there", "name another file, or add --overwrite")
    names = names_of(studio)
    placed = layout(cut)

    def where(thread: Thread) -> str:
        held = placed.find(thread.marker.clip) if thread.marker.clip else None
        return name_of(held.clip, names) if held else ""

    write_atomic(path, note_texts.written(cut, found, kind, where).encode())
    return path


def _text_of(path: Path) -> str:
    hint = "milimo cut note import FILE"
    return note_files.decoded(read_named(path, MOST_BYTES, what="a file of notes", of="notes", hint=hint))
