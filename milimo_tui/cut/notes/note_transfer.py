"""Notes and markers of one cut brought to another, through the shots they are about. Pure.

What is there already stays as it is and only gets the answers it lacks; what the other cut does not show any
more is told, with the reason, and stays where it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.notes.note_list import NOTE, Thread, threads
from milimo_tui.cut.notes.note_places import Cuts, Finder, Moment, moment_of
from milimo_tui.cut.values.cut import Cut, Marker, NewId


@dataclass(frozen=True, slots=True)
class Lost:
    """A note that has no place any more, and why, as a sentence."""

    thread: Thread
    why: str


@dataclass(frozen=True, slots=True)
class Brought:
    """The cut with what came, the markers (ids in it) that did, how many it had, and what has no place."""

    cut: Cut
    landed: tuple[str, ...] = ()
    already: int = 0
    lost: tuple[Lost, ...] = ()


def brought(
    old: Cut,
    new: Cut,
    cuts: Cuts,
    names: Mapping[str, str],
    *,
    new_id: NewId,
    only: Sequence[str] | None = None,
) -> Brought:
    """The markers and notes of `old` in `new`: at the same moments of the same sources.

    `names` gives shots and files a name by id; `only` are the ids of those to bring, all by default. Named
    marks (letters) are a place of their own in each cut and stay.
    """
    bringing = _Bringing(old, new, cuts, names, new_id)
    for thread in threads(bringing.there):
        if not thread.marker.name and (only is None or thread.marker.id in only):
            bringing.bring(thread)
    return bringing.done()


class _Bringing:
    def __init__(self, old: Cut, new: Cut, cuts: Cuts, names: Mapping[str, str], new_id: NewId) -> None:
        self.there, self.here = layout(old), layout(new)
        self.cuts, self.names, self.new_id = cuts, names, new_id
        self.finder = Finder(self.here, cuts)
        self.known: dict[tuple[str, str, str], list[Thread]] = {}
        for thread in threads(self.here):
            self.known.setdefault(_words(thread.marker), []).append(thread)
        self.markers: list[Marker] = []
        self.landed: list[str] = []
        self.already = 0
        self.lost: list[Lost] = []

    def done(self) -> Brought:
        cut = self.here.cut
        if self.markers:
            cut = replace(cut, markers=(*cut.markers, *self.markers))
        return Brought(cut, tuple(self.landed), self.already, tuple(self.lost))

    def bring(self, thread: Thread) -> None:
        found = moment_of(self.there, self.cuts, thread.marker)
        twin = self._twin(thread, found)
        if twin is not None:
            self.known[_words(twin.marker)].remove(twin)
            self.already += 1
            self._answer(thread, twin.marker, twin.answers)
            return
        for moment in found:
            place = self.finder.place(moment)
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
                self._answer(thread, fresh, ())
                return
        self.lost.append(Lost(thread, self._why(found)))

    def _twin(self, thread: Thread, found: Sequence[Moment]) -> Thread | None:
        """The same note in the other cut: by its words and, of several, by its moment."""
        alike = self.known.get(_words(thread.marker), [])
        wanted = {(moment.source, moment.second) for moment in found}
        for each in alike:
            moments = moment_of(self.here, self.cuts, each.marker)
            if wanted & {(moment.source, moment.second) for moment in moments}:
                return each
        return alike[0] if alike and thread.marker.text else None

    def _answer(self, thread: Thread, marker: Marker, there: Sequence[Marker]) -> None:
        """The answers that a note lacks."""
        known = {(answer.text, answer.author) for answer in there}
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

    def _why(self, found: Sequence[Moment]) -> str:
        if not found:
            return "nothing is shown there"
        source = found[0].source
        name = self.names.get(source.ref, source.ref)
        if self.finder.shows(source):
            return f"that moment of {name} was cut from “{self.here.cut.name}”"
        return f"{name} is no longer in “{self.here.cut.name}”"


def _words(marker: Marker) -> tuple[str, str, str]:
    return marker.kind, marker.author, marker.text


def on_clips(placed: Layout, cut: Cut, since: int) -> Cut:
    """The cut with its notes, from that one of its markers on, hung on the clips they lie over.

    So they move along with what they are about: on the story line's clip, else on the topmost one's.
    """
    tracks = [*(t for t in placed.tracks if t.magnetic), *reversed(placed.tracks)]

    def hung(marker: Marker) -> Marker:
        if marker.clip is not None or marker.kind != NOTE:
            return marker
        for track in tracks:
            here = placed.at(track.id, marker.frame)
            if here is not None:
                return replace(marker, clip=here.clip.id, frame=marker.frame - here.start)
        return marker

    return replace(cut, markers=(*cut.markers[:since], *map(hung, cut.markers[since:])))
