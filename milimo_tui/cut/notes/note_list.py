"""The review notes of a cut as a list of tasks: add, answer and complete notes, and go to the next open note.
Pure functions.

A note is a marker of kind `note`. A reply is a note whose `parent` is the id of another marker; it is at the
same frame. Plain markers can be listed, completed and answered as well. All of this also works in frozen
cuts, because no frame of the film changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.notes.marker_colours import parse_marker_colour
from milimo_tui.cut.notes.note_files import ReadNote
from milimo_tui.cut.values.cut import Cut, Marker, NewId

NOTE = "note"


@dataclass(frozen=True, slots=True)
class Thread:
    """A note or marker with its replies, oldest first.

    `number` counts the threads of a cut from 1, in order of time. `frame` is None if the marker is on a part
    of a clip that has been trimmed off.
    """

    number: int
    marker: Marker
    frame: int | None
    answers: tuple[Marker, ...] = ()

    @property
    def is_task(self) -> bool:
        """True if the note or marker is a task, which somebody should complete. Markers with a one-letter
        name and plain markers without text are not tasks but only positions to jump to.
        """
        return bool(self.marker.kind or self.marker.text) and not self.marker.name


def list_threads(cut_layout: Layout) -> tuple[Thread, ...]:
    """Return all markers and notes of a cut as threads, in order of time. Threads without a frame come
    last.
    """
    markers = cut_layout.cut.markers
    ids = {marker.id for marker in markers}
    answers: dict[str, list[Marker]] = defaultdict(list)
    for marker in markers:
        if marker.parent in ids:
            answers[marker.parent].append(marker)
    heads = [(cut_layout.get_marker_frame(marker), marker) for marker in markers if marker.parent not in ids]
    heads.sort(key=lambda each: (each[0] is None, each[0] or 0, each[1].id))
    return tuple(
        Thread(number, marker, frame, tuple(sorted(answers[marker.id], key=lambda each: each.id)))
        for number, (frame, marker) in enumerate(heads, 1)
    )


def find_thread(found: Sequence[Thread], name: str) -> Thread:
    """Return a thread by its number, or by the id of its marker or of one of its replies. Raises NotFound."""
    for thread in found:
        if name in (thread.marker.id, str(thread.number), f"#{thread.number}"):
            return thread
        if any(answer.id == name for answer in thread.answers):
            return thread
    raise NotFound(f"the cut has no note “{name}”", "milimo cut notes lists them")


def find_next_open_task(found: Sequence[Thread], frame: int, step: int = 1) -> Thread | None:
    """Return the first open task after a frame (`step` 1), or the last open task before it (`step` -1). If
    there is none in that direction, the search continues from the other end of the cut.

    Returns None if no task is open.
    """
    open_ = [each for each in found if each.is_task and not each.marker.done and each.frame is not None]
    if step > 0:
        later = [each for each in open_ if (each.frame or 0) > frame]
        return next(iter(later or open_), None)
    before = [each for each in open_ if (each.frame or 0) < frame]
    return next(reversed(before or open_), None)


def add_notes(cut: Cut, notes: Sequence[ReadNote], *, new_id: NewId) -> Cut:
    """Return the cut with notes added. A note that is already in the cut, with the same frame, words and
    author, is not added again.
    """
    placed = layout(cut)
    there = {
        (each.parent or placed.get_marker_frame(each), each.text, each.author): each for each in cut.markers
    }
    # The marker of each note in `notes`, in the same order. Replies refer to it by index.
    known: list[Marker] = []
    for note in notes:
        parent = known[note.answers].id if note.answers is not None else ""
        new = Marker(
            id=new_id("marker"),
            cut=cut.id,
            frame=note.frame,
            text=note.words,
            colour=note.colour,
            done=note.done,
            kind=NOTE,
            author=note.author,
            parent=parent,
        )
        known.append(there.get((parent or note.frame, note.words, note.author), new))
    old_ids = {each.id for each in cut.markers}
    return replace(cut, markers=(*cut.markers, *(each for each in known if each.id not in old_ids)))


def add_reply(cut: Cut, marker_id: str, words: str, author: str, *, new_id: NewId) -> Cut:
    """Return the cut with a reply to a note or marker. A reply to a reply is added to its note. Raises
    NotFound if the marker is missing, and Refused if `words` is empty.
    """
    marker = _find_marker(cut, marker_id)
    if marker.parent:
        marker = _find_marker(cut, marker.parent)
    if not words.strip():
        raise Refused("an answer needs words", "for example milimo cut note reply 3 “shorter now”")
    answer = replace(
        marker,
        id=new_id("marker"),
        text=words.strip(),
        author=author,
        name="",
        colour="",
        done=False,
        kind=NOTE,
        parent=marker.id,
    )
    return replace(cut, markers=(*cut.markers, answer))


def change_note(
    cut: Cut,
    marker_id: str,
    *,
    text: str | None = None,
    colour: str | None = None,
    author: str | None = None,
    done: bool | None = None,
) -> Cut:
    """Change a marker or note. Arguments of None change nothing. Raises NotFound if the marker is missing,
    and BadInput for an unknown colour.
    """
    marker = _find_marker(cut, marker_id)
    new = replace(
        marker,
        text=marker.text if text is None else text,
        colour=marker.colour if colour is None else parse_marker_colour(colour),
        author=marker.author if author is None else author,
        done=marker.done if done is None else done,
    )
    return replace(cut, markers=tuple(new if each is marker else each for each in cut.markers))


def _find_marker(cut: Cut, marker_id: str) -> Marker:
    for marker in cut.markers:
        if marker.id == marker_id:
            return marker
    raise NotFound(
        f"there is no marker {marker_id} in the cut “{cut.name}”",
        "milimo cut show --json lists the ids of markers",
    )
