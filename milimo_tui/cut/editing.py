"""One edit in the making: the few steps that every change to clips is built from.

`Editing` alone knows how connected clips, markers, transitions and tracks follow what is done to a clip;
the operations (`cut.edits`) only say what is done. It works on a copy and hands out a new cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from milimo_tui.core.errors import Refused
from milimo_tui.core.order import between, spread
from milimo_tui.core.time import half_up
from milimo_tui.cut.curves import shifted
from milimo_tui.cut.joins import fitted
from milimo_tui.cut.lanes import make_room
from milimo_tui.cut.layout import Layout, Placed, layout
from milimo_tui.cut.timing import begins_at
from milimo_tui.cut.values import Bounds, Clip, Cut, Marker, Mint, Track, Transition, unbounded


class Part(NamedTuple):
    """What is left of a clip: `head` is the frame of the old clip at which the new one begins."""

    clip: Clip
    head: int


def portion(clip: Clip, head: int, tail: int, rate: Fraction) -> Clip:
    """Frames [head, tail) of a clip, counted from its start; outside of it there is more of its source.

    The source time is exact, at whatever speed. Curves stay on the pictures they were on, those outside are
    hidden. A fade stays on an edge that stays, and is never longer than the clip.
    """
    return fit_fades(
        replace(
            clip,
            source_in=begins_at(clip, head, rate),
            frames=tail - head,
            fade_in=0 if head > 0 else clip.fade_in,
            fade_out=0 if tail < clip.frames else clip.fade_out,
            effects=shifted(clip.effects, -head),
        )
    )


def fit_fades(clip: Clip) -> Clip:
    """Shorten fades that no longer fit; the one at the head goes first."""
    fade_in = min(clip.fade_in, clip.frames)
    fade_out = min(clip.fade_out, clip.frames - fade_in)
    if (fade_in, fade_out) == (clip.fade_in, clip.fade_out):
        return clip
    return replace(clip, fade_in=fade_in, fade_out=fade_out)


def require_open(cut: Cut) -> None:
    """Raises Refused for a frozen cut."""
    if cut.frozen:
        raise Refused(f"the cut “{cut.name}” is frozen", "duplicate it and edit the copy")


def find_track(cut: Cut, track_id: str) -> Track:
    """A track that may be changed. Raises Refused when it is unknown or locked."""
    for track in cut.tracks:
        if track.id == track_id:
            if track.locked:
                raise Refused(f"track {track.name} is locked", "unlock it first")
            return track
    raise Refused(f"there is no track {track_id} in the cut “{cut.name}”")


class Editing:
    """A cut being changed. Every step leaves a cut that can be laid out; `done` gives the result.

    A connected clip hangs on the frame of its anchor that lies under its own first frame, and follows it.
    When that frame goes, the clip keeps its time: it then hangs on whatever is under it at the end, or
    stands free where nothing is. A transition goes when its clips no longer meet, and gets shorter where
    they no longer have the frames or, by `bounds`, the media for it.
    """

    def __init__(self, cut: Cut, mint: Mint, bounds: Bounds = unbounded) -> None:
        require_open(cut)
        self.cut = cut
        self.mint = mint
        self.bounds = bounds
        self.before = layout(cut)
        self._originals = {clip.id: clip for clip in cut.clips}
        self._clips = dict(self._originals)
        self._now: Layout | None = self.before
        self._markers = cut.markers
        self._transitions = cut.transitions
        self._magnetic = {track.id for track in cut.tracks if track.magnetic}
        self._touched: set[str] = set()
        self._to_hang: dict[str, str] = {}  # connected clips that lost their place → their anchor's track
        self._hanging: dict[str, set[str]] = {}
        for clip in cut.clips:
            if clip.anchor is not None:
                self._hanging.setdefault(clip.anchor, set()).add(clip.id)

    # reading

    @property
    def now(self) -> Layout:
        """The layout of the cut as it stands."""
        if self._now is None:
            self._now = layout(replace(self.cut, clips=tuple(self._clips.values())))
        return self._now

    def placed(self, clip_id: str) -> Placed:
        """A clip that may be changed. Raises Refused when it is unknown or its track is locked."""
        if clip_id not in self._clips:
            raise Refused(f"there is no clip {clip_id} in the cut “{self.cut.name}”")
        find_track(self.cut, self._clips[clip_id].track)
        return self.now.placed(clip_id)

    def track(self, track_id: str) -> Track:
        """A track that may be changed. Raises Refused when it is unknown or locked."""
        return find_track(self.cut, track_id)

    def key_at(self, track: Track, frame: int) -> str:
        """An order key for a clip that is to begin at an edit point of a magnetic track, or at its end."""
        row = self.now.on(track.id)
        index = next((index for index, placed in enumerate(row) if placed.start >= frame), len(row))
        return self.key_before(track, [placed.clip for placed in row], index)

    def key_before(self, track: Track, clips: list[Clip], index: int) -> str:
        """An order key before the clip at `index` of some clips of a magnetic track, in their order."""
        low = clips[index - 1].order if index > 0 else None
        high = clips[index].order if index < len(clips) else None
        if low is not None and high is not None and low >= high:
            # Two terminals made one key at once; there is room only after new keys for all.
            row = [placed.clip for placed in self.now.on(track.id)]
            fresh = dict(zip((clip.id for clip in row), spread(len(row)), strict=True))
            for clip in row:
                self.put(replace(self._clips[clip.id], order=fresh[clip.id]))
            low, high = fresh[clips[index - 1].id], fresh[clips[index].id]
        return between(low, high)

    # changing

    def put(self, clip: Clip) -> None:
        """Add a clip, or change one in a way that leaves its content where it was in the clip."""
        original = self._originals.get(clip.id)
        if original == clip:
            clip = original
        old = self._clips.get(clip.id)
        if old is not None and old.anchor is not None:
            self._hanging[old.anchor].discard(old.id)
        if clip.anchor is not None:
            self._hanging.setdefault(clip.anchor, set()).add(clip.id)
        self._clips[clip.id] = clip
        self._touched.add(clip.id)
        self._now = None

    def place(self, clip: Clip, frame: int) -> None:
        """Put a clip of a free track at a frame; one that is connected hangs on what is there at the end."""
        if clip.anchor is not None:
            self.hang(clip, frame, self._clips[clip.anchor].track)
        else:
            self.put(replace(clip, start=frame))

    def hang(self, clip: Clip, frame: int, magnetic: str) -> None:
        """Put a clip of a free track at a frame, to hang on what a magnetic track has there at the end."""
        self._to_hang[clip.id] = magnetic
        self.put(replace(clip, order=None, start=frame, anchor=None, offset=None))

    def exchange(self, placed: Placed, *parts: Part) -> None:
        """Put parts of a clip in its place, none to take it away; whatever belongs to it goes along.

        A clip taken away may be put elsewhere before `done`: its markers are still its own then.
        """
        old = placed.clip
        if all(part.clip.id != old.id for part in parts):
            self._remove(old)
        for part in parts:
            self.put(part.clip)
        for clip_id in sorted(self._hanging.get(old.id, ())):
            self._hang_over(self._clips[clip_id], placed, parts)
        self._share_markers(old, parts)
        self._share_transitions(old, parts)

    def stretch(self, placed: Placed, clip: Clip, ratio: Fraction) -> None:
        """Put a clip in its own place again that shows its pictures at so many times their frames.

        Its markers and what hangs on it stay with their pictures.
        """
        for clip_id in sorted(self._hanging.get(clip.id, ())):
            hung = self._clips[clip_id]
            offset = min(half_up((hung.offset or 0) * ratio), clip.frames - 1)
            self.put(replace(hung, offset=offset))
        self._markers = tuple(
            replace(each, frame=half_up(each.frame * ratio)) if each.clip == placed.clip.id else each
            for each in self._markers
        )
        self.put(clip)

    def split_at(self, track: Track, frame: int) -> bool:
        """Split the clip under a frame of a track; False where an edit, or nothing, is there."""
        placed = self.now.at(track.id, frame)
        if placed is None or placed.start == frame:
            return False
        head = frame - placed.start
        right = self._right_part(track, placed, head)
        placed = placed._replace(clip=self._clips[placed.clip.id])
        left = portion(placed.clip, 0, head, self.cut.rate)
        self.exchange(placed, Part(left, 0), Part(right, head))
        if not track.magnetic:
            self.place(right, frame)
        return True

    def carve(self, track: Track, start: int, end: int) -> None:
        """Take frames [start, end) out of a track: a magnetic one closes up, on a free one nothing moves."""
        for placed in self.now.on(track.id):
            if placed.end > start and placed.start < end:
                self._carve(track, placed, start, end)

    def pull(self, track: Track, frame: int, by: int) -> None:
        """Move all clips that begin at or after a frame of a free track, `by` frames to the right."""
        for placed in self.now.on(track.id):
            if placed.start >= frame:
                self.place(placed.clip, placed.start + by)

    def keep(self, *, transitions: Iterable[Transition] = (), markers: Iterable[Marker] = ()) -> None:
        """Add transitions and markers of clips that were put."""
        self._transitions += tuple(transitions)
        self._markers += tuple(markers)

    def done(self, *, by_hand: bool = True) -> Cut:
        """The new cut. Clips that were not changed are the very values they were.

        `by_hand` is off for what Milimo does by itself (assembling, following the screenplay): then the
        cut does not count as edited, and locks do not stand in the way.
        """
        self._hang_loose_clips()
        clips, tracks = make_room(self.before, self.now, self.mint, heed_locks=by_hand)
        if tracks:
            self.cut = replace(self.cut, tracks=self.cut.tracks + tracks)
        for clip in clips:
            self.put(clip)
        return replace(
            self.cut,
            clips=tuple(self._clips.values()),
            markers=self._kept_markers(),
            transitions=self._kept_transitions(),
            hand_edited=self.cut.hand_edited or (by_hand and self._changed_a_magnetic_track()),
        )

    # how things follow

    def _right_part(self, track: Track, placed: Placed, head: int) -> Clip:
        """The part of a clip from a frame of its own on, as a new clip right behind the rest."""
        clip = placed.clip
        right = replace(portion(clip, head, clip.frames, self.cut.rate), id=self.mint("clip"))
        return replace(right, order=self.key_at(track, placed.end)) if track.magnetic else right

    def _carve(self, track: Track, placed: Placed, start: int, end: int) -> None:
        rate = self.cut.rate
        reaches_in, reaches_out = placed.start < start, placed.end > end
        head = end - placed.start
        parts = []
        if reaches_in and reaches_out:
            parts.append(Part(self._right_part(track, placed, head), head))
        elif reaches_out:
            parts.append(Part(portion(placed.clip, head, placed.clip.frames, rate), head))
        placed = placed._replace(clip=self._clips[placed.clip.id])
        if reaches_in:
            parts.insert(0, Part(portion(placed.clip, 0, start - placed.start, rate), 0))
        self.exchange(placed, *parts)
        if reaches_out and not track.magnetic:
            self.place(parts[-1].clip, end)

    def _hang_over(self, clip: Clip, anchor: Placed, parts: tuple[Part, ...]) -> None:
        """Hang a clip on the part that has the frame it hung over; else it keeps its time."""
        offset = clip.offset or 0
        for part in parts:
            if part.head <= offset < part.head + part.clip.frames:
                self.put(replace(clip, anchor=part.clip.id, offset=offset - part.head))
                return
        self.hang(clip, anchor.start + offset, anchor.clip.track)

    def _hang_loose_clips(self) -> None:
        loose = {clip_id: self._clips[clip_id] for clip_id in self._to_hang if clip_id in self._clips}
        positions = self.now
        for clip_id, clip in loose.items():
            if clip.start is None:
                continue
            under = positions.at(self._to_hang[clip_id], clip.start)
            if under is not None:
                offset = clip.start - under.start
                self.put(replace(clip, start=None, anchor=under.clip.id, offset=offset))

    def _share_markers(self, old: Clip, parts: tuple[Part, ...]) -> None:
        """Keep a clip's markers on the frames they mark; one outside all parts is kept, unseen, on the
        part before it, so that a trim the other way shows it again.
        """
        if not parts or not any(marker.clip == old.id for marker in self._markers):
            return
        out = []
        for marker in self._markers:
            if marker.clip == old.id:
                part = next((part for part in reversed(parts) if part.head <= marker.frame), parts[0])
                marker = replace(marker, clip=part.clip.id, frame=marker.frame - part.head)
            out.append(marker)
        self._markers = tuple(out)

    def _share_transitions(self, old: Clip, parts: tuple[Part, ...]) -> None:
        """A transition stays on its edit: at the head of the first part, at the tail of the last."""
        if not parts or not self._transitions:
            return
        first, last = parts[0].clip.id, parts[-1].clip.id
        self._transitions = tuple(
            replace(
                each,
                left=last if each.left == old.id else each.left,
                right=first if each.right == old.id else each.right,
            )
            if old.id in (each.left, each.right)
            else each
            for each in self._transitions
        )

    def _kept_markers(self) -> tuple[Marker, ...]:
        """A marker goes with its clip."""
        if all(marker.clip is None or marker.clip in self._clips for marker in self._markers):
            return self._markers
        return tuple(each for each in self._markers if each.clip is None or each.clip in self._clips)

    def _kept_transitions(self) -> tuple[Transition, ...]:
        """Those that hold; only media of clips that were changed is looked at."""
        changed = {self._clips[clip_id].source for clip_id in self._touched if clip_id in self._clips}
        return fitted(
            self._transitions, self.now, lambda source: self.bounds(source) if source in changed else None
        )

    def _changed_a_magnetic_track(self) -> bool:
        return any(
            self._shape(self._originals.get(clip_id)) != self._shape(self._clips.get(clip_id))
            for clip_id in self._touched
        )

    def _shape(self, clip: Clip | None) -> tuple[object, ...] | None:
        """What of a clip makes the order and lengths of a magnetic track; None if it is on none."""
        if clip is None or clip.track not in self._magnetic:
            return None
        return clip.track, clip.order, clip.frames, clip.source, clip.source_in, clip.effects.speed

    def _remove(self, clip: Clip) -> None:
        del self._clips[clip.id]
        if clip.anchor is not None:
            self._hanging[clip.anchor].discard(clip.id)
        self._touched.add(clip.id)
        self._now = None
