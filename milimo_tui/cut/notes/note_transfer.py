"""Copy notes and markers from one cut to another, to the frames that show the same seconds of the same shots.
Pure functions.

Notes that the other cut has already stay as they are and only get missing replies. A note about something
that the other cut does not show is not copied, but reported with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.notes.note_list import NOTE, Thread, list_threads
from milimo_tui.cut.notes.note_places import Cuts, MomentFinder, SourceMoment, list_marker_moments
from milimo_tui.cut.values.cut import Cut, Marker, NewId


@dataclass(frozen=True, slots=True)
class LostNote:
    """A note that could not be copied, with the reason as a sentence."""

    thread: Thread
    why: str


@dataclass(frozen=True, slots=True)
class TransferredNotes:
    """The result of copying notes to a cut.

    - `cut` is the cut with the copied notes.
    - `landed` are the ids of the copied markers.
    - `already` is the number of notes that the cut had before.
    - `lost` are the notes that could not be copied.
    """

    cut: Cut
    landed: tuple[str, ...] = ()
    already: int = 0
    lost: tuple[LostNote, ...] = ()


def transfer_notes(
    old: Cut,
    new: Cut,
    cuts: Cuts,
    names: Mapping[str, str],
    *,
    new_id: NewId,
    only: Sequence[str] | None = None,
) -> TransferredNotes:
    """Copy markers and notes from the cut `old` to the cut `new`, to the frames that show the same source
    seconds.

    `names` maps ids of shots and files to names for messages. `only` are the ids of the markers to copy; by
    default all are copied. Markers with a one-letter name are not copied, because they are positions of the
    individual cut.
    """
    bringing = _NoteTransfer(old, new, cuts, names, new_id)
    for thread in list_threads(bringing.there):
        if not thread.marker.name and (only is None or thread.marker.id in only):
            bringing.transfer_thread(thread)
    return bringing.build_transfer_result()


class _NoteTransfer:
    """A transfer of notes from one cut to another, used by `transfer_notes` for one thread after the other.
    It collects the copied notes, and the notes that could not be copied.
    """

    def __init__(self, old: Cut, new: Cut, cuts: Cuts, names: Mapping[str, str], new_id: NewId) -> None:
        self.there, self.here = layout(old), layout(new)
        self.cuts, self.names, self.new_id = cuts, names, new_id
        self.finder = MomentFinder(self.here, cuts)
        self.known: dict[tuple[str, str, str], list[Thread]] = {}
        for thread in list_threads(self.here):
            self.known.setdefault(_get_marker_words(thread.marker), []).append(thread)
        self.markers: list[Marker] = []
        self.landed: list[str] = []
        self.already = 0
        self.lost: list[LostNote] = []

    def build_transfer_result(self) -> TransferredNotes:
        """Return the new cut, the ids of the copied markers, the number of notes that the cut had before, and
        the notes that could not be copied.
        """
        cut = self.here.cut
        if self.markers:
            cut = replace(cut, markers=(*cut.markers, *self.markers))
        return TransferredNotes(cut, tuple(self.landed), self.already, tuple(self.lost))

    def transfer_thread(self, thread: Thread) -> None:
        """Copy a note with its replies to the new cut, or record the reason why the new cut has no position
        for it. If the new cut has the note already, copy only missing replies.
        """
        found = list_marker_moments(self.there, self.cuts, thread.marker)
        twin = self._find_existing_thread(thread, found)
        if twin is not None:
            self.known[_get_marker_words(twin.marker)].remove(twin)
            self.already += 1
            self._add_missing_replies(thread, twin.marker, twin.answers)
            return
        for moment in found:
            place = self.finder.find_moment(moment)
            if place is not None:
                fresh = replace(
                    thread.marker,
                    id=self.new_id("marker"),
                    cut=self.here.cut.id,
                    clip=place.clip,
                    frame=place.frame,
                )
                self.markers.append(fresh)
                self.landed.append(fresh.id)
                self._add_missing_replies(thread, fresh, ())
                return
        self.lost.append(LostNote(thread, self._explain_loss(found)))

    def _find_existing_thread(self, thread: Thread, found: Sequence[SourceMoment]) -> Thread | None:
        """Return the thread of the new cut that is the same note. None if there is none.

        Kind, author and words must be equal. A thread that refers to one of the source seconds `found` is
        preferred. A marker without words matches only such a thread.
        """
        candidates = self.known.get(_get_marker_words(thread.marker), [])
        wanted = {(moment.source, moment.second) for moment in found}
        for each in candidates:
            moments = list_marker_moments(self.here, self.cuts, each.marker)
            if wanted & {(moment.source, moment.second) for moment in moments}:
                return each
        return candidates[0] if candidates and thread.marker.text else None

    def _add_missing_replies(self, thread: Thread, marker: Marker, markers: Sequence[Marker]) -> None:
        """Copy the replies of a thread that are not in `markers`, the existing replies of `marker`."""
        known = {(answer.text, answer.author) for answer in markers}
        for answer in thread.answers:
            if (answer.text, answer.author) not in known:
                self.markers.append(
                    replace(
                        answer,
                        id=self.new_id("marker"),
                        cut=marker.cut,
                        clip=marker.clip,
                        frame=marker.frame,
                        parent=marker.id,
                    )
                )

    def _explain_loss(self, found: Sequence[SourceMoment]) -> str:
        if not found:
            return "nothing is shown there"
        source = found[0].source
        name = self.names.get(source.ref, source.ref)
        if self.finder.has_source(source):
            return f"that moment of {name} was cut from “{self.here.cut.name}”"
        return f"{name} is no longer in “{self.here.cut.name}”"


def _get_marker_words(marker: Marker) -> tuple[str, str, str]:
    return marker.kind, marker.author, marker.text


def on_clips(cut_layout: Layout, cut: Cut, since: int) -> Cut:
    """Return the cut with its notes attached to clips, so that the notes move with the clips. Only the notes
    from index `since` of the cut's markers on are changed.

    A note is attached to the clip at its frame on the magnetic track, or else to the topmost clip.
    """
    tracks = [*(t for t in cut_layout.tracks if t.magnetic), *reversed(cut_layout.tracks)]

    def hung(marker: Marker) -> Marker:
        if marker.clip is not None or marker.kind != NOTE:
            return marker
        for track in tracks:
            clip = cut_layout.find_clip_at(track.id, marker.frame)
            if clip is not None:
                return replace(marker, clip=clip.clip.id, frame=marker.frame - clip.start)
        return marker

    return replace(cut, markers=(*cut.markers[:since], *map(hung, cut.markers[since:])))
