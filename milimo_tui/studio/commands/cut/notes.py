"""Commands for notes and markers as a task list: list, add, import and export them, mark them as done, reply,
and copy them from another cut.
"""

from __future__ import annotations

from typing import Any, Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.core.host import parse_user_path
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import format_timecode
from milimo_tui.cut.compare.cut_text import format_clip_name
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.notes import note_list as to_do
from milimo_tui.cut.notes.marker_colours import parse_marker_colour
from milimo_tui.cut.notes.note_files import ReadNote
from milimo_tui.cut.notes.note_list import Thread
from milimo_tui.cut.notes.note_transfer import TransferredNotes, on_clips
from milimo_tui.cut.values.cut import Cut
from milimo_tui.studio.commands.cut.current_cut import edit_cut, find_cut, get_current_cut, parse_cut_frame
from milimo_tui.studio.cuts import notes
from milimo_tui.studio.cuts.versions import name_all_sources
from milimo_tui.studio.registry.args import ANY, Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio


class NoteListArgs(Args):
    open: bool = arg(False, description="only open notes")
    kind: Literal["all", "note", "marker"] = arg("all", description="notes, plain markers, or both")


def _list_notes(studio: Studio, args: NoteListArgs) -> Outcome:
    cut = get_current_cut(studio)
    found = [each for each in _collect_note_threads(cut) if _is_note_wanted(each, args)]
    on = _NotePositions(studio, cut)
    rows = [_build_note_row(on, each) for each in found]
    left = sum(not each.marker.done for each in found if each.is_task)
    done = sum(each.marker.done for each in found)
    text = f"{left} to do, {done} done in “{cut.name}”" if found else f"“{cut.name}” has no notes or markers"
    lines = [line for each in found for line in _format_note_lines(on, each)]
    return Outcome(data=rows, text="\n".join(lines), message=text)


def _is_note_wanted(thread: Thread, args: NoteListArgs) -> bool:
    plain = thread.marker.kind == ""
    fits = args.kind == "all" or (args.kind == "marker") == plain
    return fits and not (args.open and (thread.marker.done or not thread.is_task))


def _collect_note_threads(cut: Cut) -> tuple[Thread, ...]:
    return to_do.list_threads(layout(cut))


class _NotePositions:
    """Finds the name of the clip to which a note of a cut belongs. The layout of the cut is computed once and
    used for all its notes.
    """

    def __init__(self, studio: Studio, cut: Cut) -> None:
        self.rate = cut.rate
        self._placed = layout(cut)
        self._names = name_all_sources(studio)

    def describe_clip(self, thread: Thread) -> str:
        placed = self._placed.find_placed(thread.marker.clip) if thread.marker.clip else None
        return format_clip_name(placed.clip, self._names) if placed else ""


def _build_note_row(lying: _NotePositions, thread: Thread) -> dict[str, Any]:
    marker = thread.marker
    return {
        "id": marker.id,
        "number": thread.number,
        "kind": marker.kind or "marker",
        "frame": thread.frame,
        "timecode": None if thread.frame is None else format_timecode(thread.frame, lying.rate),
        "text": marker.text,
        "name": marker.name,
        "author": marker.author,
        "colour": marker.colour,
        "done": marker.done,
        "clip": marker.clip,
        "on": lying.describe_clip(thread),
        "answers": [{"id": each.id, "text": each.text, "author": each.author} for each in thread.answers],
    }


def _format_note_lines(lying: _NotePositions, thread: Thread) -> list[str]:
    """Format a note as lines of text. The first line is the note, such as ` 3 ○ 00:01:12:08 3B hold on her
    eyes — Anna`. The answers to the note follow, one on each line.
    """
    marker = thread.marker
    sign = "✓" if marker.done else "○" if thread.is_task else "·"
    place = "hidden by a trim" if thread.frame is None else format_timecode(thread.frame, lying.rate)
    words = marker.text or (f"mark {marker.name}" if marker.name else "marker")
    parts = [lying.describe_clip(thread), words, f"— {marker.author}" if marker.author else ""]
    parts += [marker.colour] if marker.colour else []
    lines = [f"{thread.number:4}  {sign} {place}  {'  '.join(part for part in parts if part)}"]
    for answer in thread.answers:
        signed = f"  — {answer.author}" if answer.author else ""
        lines.append(f"{'':8}↳ {answer.text}{signed}")
    return lines


class NoteAddArgs(Args):
    text: str = arg(description="text of the note")
    at: str = arg("", description="a timecode or frame (default: the playhead)")
    by: str = arg("", description="author", one_line=True)
    colour: str = arg("", description="red, orange, yellow, green, cyan, blue … or #rrggbb")
    on_time: bool = arg(False, description="stay at this time instead of moving with the clip")


def _add_note(studio: Studio, args: NoteAddArgs) -> Outcome:
    if not args.text.strip():
        raise BadInput("a note needs text", "milimo cut note add “hold on her eyes” --at 1:12:08")
    at = parse_cut_frame(studio, args.at)
    colour = parse_marker_colour(args.colour)
    note = ReadNote(frame=at, words=args.text.strip(), author=args.by, colour=colour)

    def add(cut: Cut) -> Cut:
        noted = to_do.add_notes(cut, [note], new_id=new_id)
        return noted if args.on_time else on_clips(layout(cut), noted, len(cut.markers))

    outcome = edit_cut(studio, f"note “{note.words}”", add)
    return Outcome(data=_build_newest_note_data(studio, outcome), message=outcome.message)


def _build_newest_note_data(studio: Studio, outcome: Outcome) -> dict[str, Any]:
    cut = get_current_cut(studio)
    newest = max((each for each in _collect_note_threads(cut)), key=lambda each: each.marker.id)
    return {**outcome.data, **_build_note_row(_NotePositions(studio, cut), newest)}


class NoteImportArgs(Args):
    file: str = arg(description="lines of timecode and words, a table (.csv), or markers of an EDL")
    about: str = arg("", description="the cut that the notes are about (default: the current one)")
    by: str = arg("", description="author, if the file names none", one_line=True)
    colour: str = arg("", description="colour of notes that have none")


def _import_notes(studio: Studio, args: NoteImportArgs) -> Outcome:
    live = get_current_cut(studio)
    about = find_cut(studio, args.about) if args.about else live
    path = parse_user_path(args.file).absolute()
    imported = notes.import_notes(studio, path, about, live, author=args.by, colour=args.colour)
    reading = imported.reading
    lines = [*reading.remarks, *(f"left out: {problem}" for problem in reading.problems)]
    data: dict[str, Any] = {
        "cut": about.id,
        "notes": sum(note.answers is None for note in reading.notes),
        "answers": sum(note.answers is not None for note in reading.notes),
        "known": imported.already,
        "remarks": list(reading.remarks),
        "left_out": list(reading.problems),
    }
    message = f"{format_count(data['notes'], 'note')} on “{about.name}”"
    message += f", {imported.already} there already" if imported.already else ""
    if imported.notes is not None:
        data |= _build_note_transfer_data(imported.cut, live, imported.notes)
        lines += _format_lost_notes(imported.cut, imported.notes)
        message += f", {len(imported.notes.landed)} of them on “{live.name}”, too"
    return Outcome(data=data, text="\n".join(lines), message=message)


def _build_note_transfer_data(old: Cut, live: Cut, transferred: TransferredNotes) -> dict[str, Any]:
    return {
        "from": old.id,
        "to": live.id,
        "landed": list(transferred.landed),
        "already": transferred.already,
        "lost": [
            {"id": lost.thread.marker.id, "text": lost.thread.marker.text, "why": lost.why}
            for lost in transferred.lost
        ],
    }


def _format_lost_notes(old: Cut, transferred: TransferredNotes) -> list[str]:
    """Format a line for each note that could not be copied because the new cut does not show its frame.

    An example is `not added: 00:01:12:08 “hold”: 3B is no longer in “long”`.
    """
    lines = []
    for lost in transferred.lost:
        place = format_timecode(lost.thread.frame or 0, old.rate)
        lines.append(f"not added: {place} “{lost.thread.marker.text}”: {lost.why}")
    return lines


class NoteTransferArgs(Args):
    cut: str = arg(description="the cut whose notes and markers are copied to the current one")


def _transfer_notes(studio: Studio, args: NoteTransferArgs) -> Outcome:
    live, old = get_current_cut(studio), find_cut(studio, args.cut)
    if live.id == old.id:
        raise BadInput(
            f"“{live.name}” is the current cut", "open the cut that should get the notes: milimo cut use CUT"
        )
    transferred = notes.transfer_notes_to_live_cut(studio, old, live)
    message = f"{len(transferred.landed)} brought from “{old.name}” to “{live.name}”"
    message += f", {transferred.already} there already" if transferred.already else ""
    message += f", {len(transferred.lost)} without a place now" if transferred.lost else ""
    return Outcome(
        data=_build_note_transfer_data(old, live, transferred),
        text="\n".join(_format_lost_notes(old, transferred)),
        message=message,
    )


class NextNoteArgs(Args):
    previous: bool = arg(False, description="go to the previous note instead")


def _go_to_next_note(studio: Studio, args: NextNoteArgs) -> Outcome:
    cut = get_current_cut(studio)
    found = to_do.find_next_open_task(_collect_note_threads(cut), cut.playhead, -1 if args.previous else 1)
    if found is None or found.frame is None:
        return Outcome(data=None, message=f"“{cut.name}” has no open notes")
    studio.require_project().facts.set_cut_state(cut.id, playhead=found.frame)
    positions = _NotePositions(studio, cut)
    return Outcome(
        data=_build_note_row(positions, found), text="\n".join(_format_note_lines(positions, found))
    )


class NoteDoneArgs(Args):
    notes: tuple[str, ...] = arg(description="notes or markers, by number or id")
    undone: bool = arg(False, description="mark as open again")


def _mark_notes_done(studio: Studio, args: NoteDoneArgs) -> Outcome:
    found = _find_named_notes(studio, args.notes)
    word = "open again" if args.undone else "done"
    label = (
        f"{word}: “{_shorten_note_title(found[0])}”"
        if len(found) == 1
        else f"{format_count(len(found), 'note')} {word}"
    )

    def tick(cut: Cut) -> Cut:
        for each in found:
            cut = to_do.change_note(cut, each.marker.id, done=not args.undone)
        return cut

    outcome = edit_cut(studio, label, tick)
    left = sum(
        not each.marker.done for each in _collect_note_threads(get_current_cut(studio)) if each.is_task
    )
    data = {**outcome.data, "notes": [each.marker.id for each in found], "left": left}
    return Outcome(data=data, message=f"{outcome.message}; {left} to do")


def _find_named_notes(studio: Studio, names: tuple[str, ...]) -> list[Thread]:
    if not names:
        raise BadInput("no note is named", "milimo cut notes shows their numbers")
    found = _collect_note_threads(get_current_cut(studio))
    return [to_do.find_thread(found, name) for name in names]


def _shorten_note_title(thread: Thread) -> str:
    words = thread.marker.text or thread.marker.name or "marker"
    return words if len(words) <= 60 else f"{words[:59]}…"


class NoteReplyArgs(Args):
    note: str = arg(description="a note or marker, by number or id")
    text: str = arg(description="the answer")
    by: str = arg("", description="author of the answer", one_line=True)


def _reply_to_note(studio: Studio, args: NoteReplyArgs) -> Outcome:
    (found,) = _find_named_notes(studio, (args.note,))
    outcome = edit_cut(
        studio,
        f"answer “{_shorten_note_title(found)}”",
        lambda cut: to_do.add_reply(cut, found.marker.id, args.text, args.by, new_id=new_id),
    )
    cut = get_current_cut(studio)
    return Outcome(
        data={
            **outcome.data,
            **_build_note_row(
                _NotePositions(studio, cut), to_do.find_thread(_collect_note_threads(cut), found.marker.id)
            ),
        },
        message=outcome.message,
    )


class NoteSetArgs(Args):
    ONE_OF = ANY

    note: str = arg(description="a note or marker, by number or id")
    text: str | None = arg(None, description="text of the marker")
    colour: str | None = arg(None, description="red, orange, yellow, green, cyan, blue … or #rrggbb")
    by: str | None = arg(None, description="author", one_line=True)


def _set_note_fields(studio: Studio, args: NoteSetArgs) -> Outcome:
    (found,) = _find_named_notes(studio, (args.note,))
    given = args.given("note", "by")
    label = f"change “{_shorten_note_title(found)}”"
    return edit_cut(
        studio, label, lambda cut: to_do.change_note(cut, found.marker.id, author=args.by, **given)
    )


class NoteDeleteArgs(Args):
    notes: tuple[str, ...] = arg(description="notes or markers, by number or id")


def _delete_notes(studio: Studio, args: NoteDeleteArgs) -> Outcome:
    found = _find_named_notes(studio, args.notes)
    label = (
        f"delete “{_shorten_note_title(found[0])}”"
        if len(found) == 1
        else f"delete {format_count(len(found), 'note')}"
    )

    def remove(cut: Cut) -> Cut:
        for each in found:
            cut = edits.remove_marker(cut, each.marker.id)
        return cut

    return edit_cut(studio, label, remove)


class NoteExportArgs(NoteListArgs):
    ONE_OF = ("file",)

    file: str = arg("", description="the .txt, .csv or .edl file to write")
    overwrite: bool = arg(False, description="replace an existing file")


def _export_notes(studio: Studio, args: NoteExportArgs) -> Outcome:
    if not args.file:
        raise BadInput("no file is named", "milimo cut note export notes.csv")
    cut = get_current_cut(studio)
    found = [each for each in _collect_note_threads(cut) if _is_note_wanted(each, args)]
    path = parse_user_path(args.file).absolute()
    notes.export_notes(studio, cut, found, path, overwrite=args.overwrite)
    return Outcome(
        data={"path": str(path), "notes": len(found)},
        message=f"{format_count(len(found), 'note')} written to {path}",
    )


def _make_note_command(act: str, title: str, help: str, run: Any, args: Any, *positional: str) -> Command:
    cli = f"cut note {act}"
    return Command(
        f"cut.note_{act}", title, help, run, args, refuse_without_film, cli=cli, positional=positional
    )


NOTES: tuple[Command, ...] = (
    Command(
        "cut.notes",
        "List notes",
        "list notes and markers, open and done",
        _list_notes,
        NoteListArgs,
        refuse_without_film,
        cli="cut notes",
    ),
    _make_note_command("add", "Add note", "add a note at a frame", _add_note, NoteAddArgs, "text"),
    _make_note_command(
        "import",
        "Import notes",
        "import notes from text, a table or the markers of an EDL",
        _import_notes,
        NoteImportArgs,
        "file",
    ),
    _make_note_command(
        "bring",
        "Bring notes",
        "copy notes from another cut, by their shots",
        _transfer_notes,
        NoteTransferArgs,
        "cut",
    ),
    _make_note_command("next", "Go to next note", "go to the next open note", _go_to_next_note, NextNoteArgs),
    _make_note_command(
        "done",
        "Mark notes as done",
        "mark notes as done, or as open again",
        _mark_notes_done,
        NoteDoneArgs,
        "notes",
    ),
    _make_note_command(
        "reply", "Answer a note", "add an answer to a note", _reply_to_note, NoteReplyArgs, "note", "text"
    ),
    _make_note_command(
        "set", "Set note", "set the words, colour or author of a note", _set_note_fields, NoteSetArgs, "note"
    ),
    _make_note_command(
        "delete", "Delete notes", "delete notes and their answers", _delete_notes, NoteDeleteArgs, "notes"
    ),
    _make_note_command(
        "export",
        "Export notes",
        "export notes as text, a table or an EDL of markers",
        _export_notes,
        NoteExportArgs,
        "file",
    ),
)
