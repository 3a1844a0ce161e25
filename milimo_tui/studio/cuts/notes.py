"""Import and export of a cut's notes as files, and their transfer from one cut to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.core.host import read_user_file, write_file_atomically
from milimo_tui.core.ids import new_id
from milimo_tui.cut.compare.cut_text import format_clip_name
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.notes import note_files, note_list, note_texts
from milimo_tui.cut.notes.marker_colours import parse_marker_colour
from milimo_tui.cut.notes.note_files import Kind, NoteFileContent
from milimo_tui.cut.notes.note_list import Thread
from milimo_tui.cut.notes.note_transfer import TransferredNotes, on_clips, transfer_notes
from milimo_tui.cut.values.cut import Cut
from milimo_tui.studio.cuts.versions import name_all_sources
from milimo_tui.studio.session.studio import Studio

MAX_NOTES_BYTES = 8_000_000
NOTE_SUFFIXES: dict[str, Kind] = {".txt": "text", ".md": "text", ".csv": "csv", ".edl": "edl"}


@dataclass(frozen=True, slots=True)
class NotesImport:
    """The result of importing notes about a cut.

    `notes` is the result of copying the notes to the live cut, which is the cut that is still edited. It is
    None if the notes are about the live cut itself.
    """

    reading: NoteFileContent
    cut: Cut  # The cut that the notes are about, with the notes added.
    notes: TransferredNotes | None = None
    already: int = 0  # The number of notes and replies in the file that the cut had already.


def import_notes(
    studio: Studio, path: Path, about: Cut, live: Cut, *, author: str = "", colour: str = ""
) -> NotesImport:
    """Read a file of notes about the cut `about`. If `live` is another cut, copy the notes to `live` as well.

    Makes one edit. `author` and `colour` apply to notes that have none. Raises NotFound, BadInput.
    """
    text = _read_notes_file(path)
    kind = note_files.detect_note_file_kind(path.name, text)
    reading = note_files.read_notes(text, kind, about.rate, layout(about).frames, path.name)
    read = [
        replace(note, author=note.author or author, colour=note.colour or parse_marker_colour(colour))
        for note in reading.notes
    ]
    noted = note_list.add_notes(about, read, new_id=new_id)
    if not about.frozen:
        noted = on_clips(layout(about), noted, len(about.markers))
    before, after = [about], [noted]
    transferred = None
    if live.id != about.id:
        fresh = [marker.id for marker in noted.markers[len(about.markers) :]]
        transferred = _transfer_notes_by_shot(studio, noted, live, only=fresh)
        if transferred.cut != live:
            before, after = [about, live], [noted, transferred.cut]
    label = f"{format_count(len(read), 'note')} from {path.name}"
    studio.require_project().write_edit(label, scope=live.id, actor=studio.actor, before=before, after=after)
    already = len(read) - (len(noted.markers) - len(about.markers))
    return NotesImport(replace(reading, notes=tuple(read)), noted, transferred, already)


def transfer_notes_to_live_cut(studio: Studio, old: Cut, live: Cut) -> TransferredNotes:
    """Copy the notes and markers of the cut `old` to the cut `live`. Each note stays with the shot it was on.
    Makes one edit.
    """
    transferred = _transfer_notes_by_shot(studio, old, live)
    if transferred.cut != live:
        label = f"notes of “{old.name}”"
        studio.require_project().write_edit(
            label, scope=live.id, actor=studio.actor, before=[live], after=[transferred.cut]
        )
    return transferred


def _transfer_notes_by_shot(
    studio: Studio, old: Cut, live: Cut, only: Sequence[str] | None = None
) -> TransferredNotes:
    cuts = {cut.id: cut for cut in studio.take_snapshot().cuts}
    return transfer_notes(old, live, cuts, name_all_sources(studio), new_id=new_id, only=only)


def export_notes(studio: Studio, cut: Cut, found: Sequence[Thread], path: Path, *, overwrite: bool) -> Path:
    """Write the note threads `found` to a file in the format of its suffix. Raises BadInput, ReadOnly,
    DiskFull.
    """
    kind = NOTE_SUFFIXES.get(path.suffix.lower())
    if kind is None:
        raise BadInput(
            f"notes can't be written as “{path.suffix or path.name}”", "name a .txt, .csv or .edl file"
        )
    if not path.parent.is_dir():
        raise BadInput(f"the folder {path.parent} does not exist", "create it first, or name another folder")
    if path.exists() and not overwrite:
        raise BadInput(f"{path} already exists", "name another file, or add --overwrite")
    names = name_all_sources(studio)
    placed = layout(cut)

    def name_noted_clip(thread: Thread) -> str:
        placed_clip = placed.find_placed(thread.marker.clip) if thread.marker.clip else None
        return format_clip_name(placed_clip.clip, names) if placed_clip else ""

    write_file_atomically(path, note_texts.format_note_file(cut, found, kind, name_noted_clip).encode())
    return path


def _read_notes_file(path: Path) -> str:
    hint = "milimo cut note import FILE"
    return note_files.decode_note_file(
        read_user_file(path, MAX_NOTES_BYTES, what="a file of notes", of="notes", hint=hint)
    )
