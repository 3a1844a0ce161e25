"""Notes on a cut as a list of things to do: ask, answer, tick off, the next one. Pure.

A note is a marker of the kind `note`; an answer is one that names it as its `parent` and lies where it does.
Plain markers can be listed, ticked off and answered as well. Frozen cuts take all of it: it changes no frame.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.notes.marker_colours import check_colour
from milimo_tui.cut.notes.note_files import ReadNote
from milimo_tui.cut.values.cut import Cut, Marker, NewId

NOTE = "note"


@dataclass(frozen=True, slots=True)
class Thread:
    """A note or marker with its answers, oldest first. `number` counts all of a cut's from 1, by their time;
    `frame` is None while a trim hides the frame that it marks.
    """

    number: int
    marker: Marker
    frame: int | None
    answers: tuple[Marker, ...] = ()

    @property
    def is_task(self) -> bool:
        """Whether it asks for something: all but marks that are only places to jump to."""
        return bool(self.marker.kind or self.marker.text) and not self.marker.name


def threads(placed: Layout) -> tuple[Thread, ...]:
    """All markers and notes of a cut by their time, those that are hidden last."""
    markers = placed.cut.markers
    ids = {marker.id for marker in markers}
    answers: dict[str, list[Marker]] = defaultdict(list)
    for marker in markers:
        if marker.parent in ids:
            answers[marker.parent].append(marker)
    heads = [(placed.marked(marker), marker) for marker in markers if marker.parent not in ids]
    heads.sort(key=lambda each: (each[0] is None, each[0] or 0, each[1].id))
    return tuple(
        Thread(number, marker, frame, tuple(sorted(answers[marker.id], key=lambda each: each.id)))
        for number, (frame, marker) in enumerate(heads, 1)
    )


def find(found: Sequence[Thread], name: str) -> Thread:
    """A thread by its marker's id, an answer's id, or its number. Raises NotFound."""
    for thread in found:
        if name in (thread.marker.id, str(thread.number), f"#{thread.number}"):
            return thread
        if any(answer.id == name for answer in thread.answers):
            return thread
    raise NotFound(f"the cut has no note “{name}”", "milimo cut notes lists them")


def next_open(found: Sequence[Thread], frame: int, step: int = 1) -> Thread | None:
    """The nearest open note behind a frame (1), or before it (-1); round the end; None where all is done."""
    open_ = [each for each in found if each.is_task and not each.marker.done and each.frame is not None]
    if step > 0:
        behind = [each for each in open_ if (each.frame or 0) > frame]
        return next(iter(behind or open_), None)
    before = [each for each in open_ if (each.frame or 0) < frame]
    return next(reversed(before or open_), None)


def added(cut: Cut, notes: Sequence[ReadNote], *, new_id: NewId) -> Cut:
    """The cut with notes on its time, as they were heard; what it has already, word for word, it keeps."""
    placed = layout(cut)
    there = {(each.parent or placed.marked(each), each.text, each.author): each for each in cut.markers}
    known: list[Marker] = []  # in the order in which they were heard
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
    had = {each.id for each in cut.markers}
    return replace(cut, markers=(*cut.markers, *(each for each in known if each.id not in had)))


def answered(cut: Cut, marker_id: str, words: str, author: str, *, new_id: NewId) -> Cut:
    """An answer under a note or marker. Raises Refused."""
    marker = _find(cut, marker_id)
    if marker.parent:
        marker = _find(cut, marker.parent)
    if not words.strip():
        raise Refused("an answer needs words", "milimo cut note reply 3 “shorter now”")
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


def changed(
    cut: Cut,
    marker_id: str,
    *,
    text: str | None = None,
    colour: str | None = None,
    author: str | None = None,
    done: bool | None = None,
) -> Cut:
    """Set what is given of a marker or note. Raises Refused, BadInput for a colour that is none."""
    marker = _find(cut, marker_id)
    new = replace(
        marker,
        text=marker.text if text is None else text,
        colour=marker.colour if colour is None else check_colour(colour),
        author=marker.author if author is None else author,
        done=marker.done if done is None else done,
    )
    return replace(cut, markers=tuple(new if each is marker else each for each in cut.markers))


def _find(cut: Cut, marker_id: str) -> Marker:
    for marker in cut.markers:
        if marker.id == marker_id:
            return marker
    raise Refused(
        f"there is no marker {marker_id} in the cut “{cut.name}”", "milimo cut show --json tells their ids"
    )
