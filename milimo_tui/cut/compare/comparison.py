"""Describe the differences between two versions of a cut in sentences, in the order of the newer version's
timeline. Pure functions.

`cut.compare.matching` finds the clips that correspond. `cut.compare.clip_comparison` describes the changes of
a single clip.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from milimo_tui.core.time import format_rate, format_timecode, seconds_to_frames
from milimo_tui.cut.compare.clip_comparison import describe_clip_changes, format_frames
from milimo_tui.cut.compare.cut_text import format_clip_name
from milimo_tui.cut.compare.matching import SourceKey, match_clips, use_source_as_key
from milimo_tui.cut.compare.mixer_comparison import compare_mixers
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.layout.transition_spans import place_transitions
from milimo_tui.cut.values.captions import CutCaption, order_caption
from milimo_tui.cut.values.cut import Clip, Cut, Marker, SourceKind, Track
from milimo_tui.cut.values.timing import get_source_span

PictureNameOf = Callable[[Clip], str]
"""A function that names the picture of a shot's clip, such as "take 2"; an empty string if it has no name."""


@dataclass(frozen=True, slots=True)
class CutDifference:
    """A difference between two cuts.

    `frame` is the frame in the newer cut at which the difference is listed. `clips` are the ids of the clips
    in the newer cut, or in the older cut if they were removed.
    """

    what: str  # The kind: cut, track, mixer, new, gone, moved, changed, split, transition or marker.
    sentence: str
    frame: int = 0
    track: str = ""
    clips: tuple[str, ...] = ()


def compare_cuts(
    old: Cut,
    new: Cut,
    names: Mapping[str, str],
    *,
    same: SourceKey = use_source_as_key,
    pictures: tuple[PictureNameOf, PictureNameOf] | None = None,
) -> tuple[CutDifference, ...]:
    """Return the differences between two cuts: first settings and tracks, then clips, transitions, markers
    and captions by their frame in the newer cut.

    `names` maps ids of shots, files and cuts to names. `same` returns a key of a source; sources with equal
    keys count as the same. `pictures` are two functions, for the older and the newer cut, that name the take
    or board that a clip shows.
    """
    both = _CutPair(layout(old), layout(new), names, same, pictures)
    differences = [
        *both.compare_clips(),
        *both.compare_transitions(),
        *both.compare_markers(),
        *both.compare_captions(),
    ]
    differences.sort(key=lambda each: each.frame)
    return (*both.compare_settings(), *both.compare_tracks(), *differences)


class _CutPair:
    """A comparison of an older and a newer cut, from which `compare_cuts` collects the differences. It holds
    the layouts of both cuts and the matches between their clips.
    """

    def __init__(
        self,
        old: Layout,
        new: Layout,
        names: Mapping[str, str],
        same: SourceKey,
        pictures: tuple[PictureNameOf, PictureNameOf] | None,
    ) -> None:
        self.old, self.new, self.names = old, new, names
        self.pictures = pictures
        self.now = match_clips(old, new, same)
        self.was = {there: here for here, there in self.now.items()}
        self.same = same
        self.pieces = self._find_split_clips()
        self.of_piece = {each.clip.id for row in self.pieces.values() for each in row}
        often = Counter(format_clip_name(clip, names) for clip in new.cut.clips)
        self.often = {name for name, count in often.items() if count > 1}

    # Settings and tracks.

    def compare_settings(self) -> Iterator[CutDifference]:
        """Yield the differences in rate, size and sample rate."""
        old, new = self.old.cut, self.new.cut
        if old.rate != new.rate:
            yield CutDifference(
                "cut", f"it runs at {format_rate(new.rate)} fps, not at {format_rate(old.rate)}"
            )
        if (old.width, old.height) != (new.width, new.height):
            yield CutDifference("cut", f"it is {new.width}×{new.height}, not {old.width}×{old.height}")
        if old.sample_rate != new.sample_rate:
            yield CutDifference("cut", f"its sound has {new.sample_rate} Hz, not {old.sample_rate}")

    def compare_tracks(self) -> Iterator[CutDifference]:
        """Yield the tracks that are new, changed or removed."""
        known = {track.id: track for track in self.old.tracks}
        named = {(track.kind, track.name): track for track in self.old.tracks}
        matched_ids = set()
        for track in self.new.tracks:
            was = known.get(track.id) or named.get((track.kind, track.name))
            if was is None:
                if self.new.get_row(track.id):
                    yield CutDifference("track", f"{track.name} is new", track=track.name)
                continue
            matched_ids.add(was.id)
            changed = _describe_track_changes(was, track)
            if changed:
                yield CutDifference("track", f"{track.name} {', '.join(changed)}", track=track.name)
        for track in self.old.tracks:
            if track.id not in matched_ids and self.old.get_row(track.id):
                yield CutDifference("track", f"{track.name} was removed", track=track.name)

        for name, sentence in compare_mixers(self.old.cut, self.new.cut):
            yield CutDifference("mixer", sentence, track=name)

    # Clips.

    def compare_clips(self) -> Iterator[CutDifference]:
        """Yield the clips that are new, moved, changed, split or removed."""
        strayed = self._find_reordered_clips()
        shifts: dict[tuple[str, int], list[PlacedClip]] = defaultdict(list)
        for track in self.new.tracks:
            before: PlacedClip | None = None
            for newer in self.new.get_row(track.id):
                older = self._find_older_clip(newer)
                if older is not None:
                    yield from self._compare_matched_clip(older, newer, before, track, strayed, shifts)
                elif newer.clip.id not in self.of_piece:
                    yield self._describe_new_clip(newer, before, track)
                before = newer
        for (name, by), row in shifts.items():
            yield self._describe_shifted_clips(name, by, row)
        yield from self._list_removed_clips()

    def _find_older_clip(self, newer: PlacedClip) -> PlacedClip | None:
        id = self.was.get(newer.clip.id)
        return self.old.get_placed(id) if id else None

    def _compare_matched_clip(
        self,
        older: PlacedClip,
        newer: PlacedClip,
        before: PlacedClip | None,
        track: Track,
        strayed: frozenset[str],
        shifts: dict[tuple[str, int], list[PlacedClip]],
    ) -> Iterator[CutDifference]:
        """Yield the differences of a clip that is in both cuts. `older` is the clip in the older cut and
        `newer` the same clip in the newer cut.

        `before` is the previous clip on the newer track. `strayed` are the ids of clips whose order on a
        magnetic track changed. If a clip on a free track only moved in time, the move is not yielded. Instead
        the clip is added to `shifts`, under its track's name and the number of frames, so that clips that
        moved together are reported in one sentence.
        """
        old_track = self.old.get_track(older.clip.track).name
        is_moved = old_track != track.name or newer.clip.id in strayed
        parts = []
        if old_track != track.name:
            parts.append(f"is on {track.name}, not on {old_track}")
        elif newer.clip.id in strayed:
            parts.append(f"is {self._describe_position(before)}")
        elif not track.magnetic and (by := self._compute_clip_shift(older, newer)):
            shifts[track.name, by].append(newer)
        row = self.pieces.get(newer.clip.id, [newer])
        if len(row) > 1:
            where = ", ".join(self._format_start(each.start) for each in row[1:])
            yield self._create_clip_difference(
                row[1], "split", f"{format_clip_name(newer.clip, self.names)} is split at {where}", track
            )
        parts += describe_clip_changes(
            older.clip, _merge_split_pieces(row), self.old.cut.rate, self.new.cut.rate
        )
        if self.pictures is not None:
            was, now = self.pictures[0](older.clip), self.pictures[1](newer.clip)
            if was != now:
                parts.append(f"shows {now or 'no take yet'}, not {was or 'its board'}")
        if parts:
            what = "moved" if is_moved else "changed"
            yield self._create_clip_difference(
                newer, what, f"{self.get_unique_name(newer)} {', '.join(parts)}", track
            )

    def _describe_new_clip(self, clip: PlacedClip, before: PlacedClip | None, track: Track) -> CutDifference:
        if clip.clip.source.kind is SourceKind.GAP:
            words = f"a gap of {format_frames(clip.clip.frames)} is new {self._describe_position(before)}"
            return self._create_clip_difference(clip, "new", words, track)
        words = f"{self.get_unique_name(clip)} is new on {track.name}, {format_frames(clip.clip.frames)}"
        return self._create_clip_difference(clip, "new", f"{words}, {self._describe_position(before)}", track)

    def _find_split_clips(self) -> dict[str, list[PlacedClip]]:
        """Return the clips of the newer cut that are pieces of one split clip of the older cut. The key is
        the id of the piece that is matched with the older clip, and the value lists all pieces in order.
        """
        out = {}
        for track in self.new.tracks:
            row = self.new.get_row(track.id)
            for index, newer in enumerate(row):
                older = self._find_older_clip(newer)
                if older is None or newer.clip.source.kind is SourceKind.GAP:
                    continue
                first = last = index
                while first and self._is_piece_of(row[first - 1], row[first], older):
                    first -= 1
                while last + 1 < len(row) and self._is_piece_of(row[last + 1], row[last], older):
                    last += 1
                if last > first:
                    out[newer.clip.id] = list(row[first : last + 1])
        return out

    def _is_piece_of(self, each: PlacedClip, neighbour: PlacedClip, older: PlacedClip) -> bool:
        """Return True if `each` is another piece of the clip `older`: it has no match, shows a part of
        the same source range and touches the piece `neighbour`.
        """
        if each.clip.id in self.was or (each.start != neighbour.end and each.end != neighbour.start):
            return False
        clip, old = each.clip, older.clip
        if self.same(clip.source) != self.same(old.source) or clip.effects.speed != old.effects.speed:
            return False
        low, high = get_source_span(old, self.old.cut.rate)
        part = get_source_span(clip, self.new.cut.rate)
        return low <= part[0] and part[1] <= high

    def _list_removed_clips(self) -> Iterator[CutDifference]:
        """Yield a difference for each clip of the older cut that was removed. A removed clip has no frame in
        the newer cut, so the difference is listed at the end of the nearest earlier clip that both cuts have.
        """
        for track in self.old.tracks:
            at, before = 0, ""
            for older in self.old.get_row(track.id):
                newer = self.new.find_placed(self.now.get(older.clip.id, ""))
                if newer is not None:
                    at, before = newer.end, format_clip_name(older.clip, self.names)
                    continue
                after = f"it was after {before}" if before else "it was the first"
                gap = older.clip.source.kind is SourceKind.GAP
                what = "a gap" if gap else format_clip_name(older.clip, self.names)
                words = f"{what} was removed from {track.name}, {format_frames(older.clip.frames)}; {after}"
                yield CutDifference("gone", words, at, track.name, (older.clip.id,))

    def _find_reordered_clips(self) -> frozenset[str]:
        """Return the ids of the smallest set of clips on magnetic tracks whose moves explain the new
        order.
        """
        out: set[str] = set()
        for track in self.new.tracks:
            if not track.magnetic:
                continue
            kept = [
                (older.start, newer.clip.id)
                for newer in self.new.get_row(track.id)
                if (older := self._find_older_clip(newer))
            ]
            rising = _find_rising_indexes([start for start, _ in kept])
            out |= {id for index, (_, id) in enumerate(kept) if index not in rising}
        return frozenset(out)

    def _compute_clip_shift(self, older: PlacedClip, newer: PlacedClip) -> int:
        """Return by how many frames a clip of a free track moved to the right. 0 if it only moved together
        with the clip that it is connected to.
        """
        old, new = older.clip, newer.clip
        if old.anchor is not None and new.anchor is not None and self.now.get(old.anchor) == new.anchor:
            return (new.offset or 0) - self._convert_old_frame(old.offset or 0)
        return newer.start - self._convert_old_frame(older.start)

    def _convert_old_frame(self, frame: int) -> int:
        return round(frame * self.new.cut.rate / self.old.cut.rate)

    def _describe_shifted_clips(self, name: str, by: int, row: Sequence[PlacedClip]) -> CutDifference:
        where = f"{format_frames(abs(by))} {'later' if by > 0 else 'earlier'}"
        subject = self.get_unique_name(row[0]) if len(row) == 1 else f"{len(row)} clips"
        verb = "is" if len(row) == 1 else "are"
        ids = tuple(each.clip.id for each in row)
        return CutDifference("moved", f"{subject} on {name} {verb} {where}", row[0].start, name, ids)

    # Transitions and markers.

    def compare_transitions(self) -> Iterator[CutDifference]:
        """Yield the transitions that are new, changed or removed."""
        before, after = place_transitions(self.old).tail, place_transitions(self.new).tail
        for id, join in after.items():
            was = before.get(self.was.get(id, ""))
            kept = was is not None and self.now.get(was.right.clip.id) == join.right.clip.id
            transition, words = join.transition, self._describe_edit_point(join.left, join.right)
            ids = (join.left.clip.id, join.right.clip.id)
            if was is None or not kept:
                sentence = f"a {transition.kind} of {format_frames(transition.frames)} {words} is new"
            elif (was.transition.kind, was.transition.frames) != (transition.kind, transition.frames):
                older, new = (
                    f"a {it.kind} of {format_frames(it.frames)}" for it in (was.transition, transition)
                )
                sentence = f"the transition {words} is {new}, not {older}"
            else:
                continue
            yield CutDifference(
                "transition", sentence, join.start, self.new.get_track(join.left.clip.track).name, ids
            )
        for id, join in before.items():
            there = after.get(self.now.get(id, ""))
            left = self.new.find_placed(self.now.get(id, ""))
            right = self.new.find_placed(self.now.get(join.right.clip.id, ""))
            if there is None and left is not None and right is not None:
                words = f"the {join.transition.kind} {self._describe_edit_point(left, right)} was removed"
                yield CutDifference("transition", words, left.end, clips=(left.clip.id, right.clip.id))

    def compare_markers(self) -> Iterator[CutDifference]:
        """Yield the markers and notes that are new, completed, reopened or removed."""
        before, after = (
            _group_markers_by_text(self.old.cut.markers),
            _group_markers_by_text(self.new.cut.markers),
        )
        for key, row in after.items():
            was = before.get(key, [])
            for marker in row[len(was) :]:
                yield self._describe_marker_change(marker, "is new")
            ticked = sum(each.done for each in row) - sum(each.done for each in was)
            if was and ticked:
                yield self._describe_marker_change(row[0], "is done" if ticked > 0 else "is open again")
        for key, row in before.items():
            for marker in row[len(after.get(key, [])) :]:
                yield self._describe_marker_change(marker, "is gone", there=self.old)

    def _describe_marker_change(self, marker: Marker, how: str, there: Layout | None = None) -> CutDifference:
        kind = "note" if marker.kind == "note" else "marker"
        words = f" “{marker.text}”" if marker.text else f" '{marker.name}" if marker.name else ""
        frame = (there or self.new).get_marker_frame(marker) or 0
        return CutDifference("marker", f"the {kind}{words} {how}", frame)

    def compare_captions(self) -> Iterator[CutDifference]:
        """Yield the captions that are new, retimed or removed. A caption is known by its track, speaker and
        text.
        """
        rate = self.new.cut.rate
        before, after = _key_captions(self.old.cut), _key_captions(self.new.cut)
        for key in sorted({*before, *after}):
            old, new = before.get(key), after.get(key)
            shown = new or old
            if shown is None or (old and new and (old.start, old.end) == (new.start, new.end)):
                continue
            how = "is new" if old is None else "is gone" if new is None else "has other times"
            sentence = f"the caption “{shown.text}” {how}".replace("\n", " ")
            yield CutDifference("caption", sentence, seconds_to_frames(shown.start, rate))

    # Names and descriptions.

    def get_unique_name(self, clip: PlacedClip) -> str:
        """Return a clip's name. If another clip of the newer cut has the same name, the clip's start is
        added.
        """
        name = format_clip_name(clip.clip, self.names)
        return f"{name} at {self._format_start(clip.start)}" if name in self.often else name

    def _format_start(self, frame: int) -> str:
        return format_timecode(frame, self.new.cut.rate)

    def _describe_position(self, before: PlacedClip | None) -> str:
        return "at the start" if before is None else f"after {format_clip_name(before.clip, self.names)}"

    def _describe_edit_point(self, left: PlacedClip, right: PlacedClip) -> str:
        return f"from {format_clip_name(left.clip, self.names)} to {format_clip_name(right.clip, self.names)}"

    def _create_clip_difference(
        self, clip: PlacedClip, what: str, sentence: str, track: Track
    ) -> CutDifference:
        return CutDifference(what, sentence, clip.start, track.name, (clip.clip.id,))


def _merge_split_pieces(row: Sequence[PlacedClip]) -> Clip:
    """Return one clip that covers all pieces of a split clip."""
    first, last = row[0].clip, row[-1].clip
    return replace(first, frames=sum(each.clip.frames for each in row), fade_out=last.fade_out)


def _key_captions(cut: Cut) -> dict[tuple[str, str, str, int], CutCaption]:
    """Return the captions of a cut by track, speaker, text, and their number among equal texts."""
    names = {track.id: track.name for track in cut.caption_tracks}
    seen: Counter[tuple[str, str, str]] = Counter()
    out = {}
    for each in sorted(cut.captions, key=order_caption):
        key = names.get(each.track, ""), each.speaker, each.text
        out[*key, seen[key]] = each
        seen[key] += 1
    return out


def _group_markers_by_text(markers: Sequence[Marker]) -> dict[tuple[str, ...], list[Marker]]:
    out: dict[tuple[str, ...], list[Marker]] = defaultdict(list)
    for each in markers:
        out[each.kind, each.author, each.name, each.text].append(each)
    return out


def _describe_track_changes(was: Track, now: Track) -> list[str]:
    words = {"muted": "is muted", "solo": "is solo", "hidden": "is hidden", "locked": "is locked"}
    parts = [f"is the new name of {was.name}"] if was.name != now.name else []
    for name, on in words.items():
        if getattr(was, name) != getattr(now, name):
            parts.append(on if getattr(now, name) else f"{on.replace('is ', 'is no longer ')}")
    return parts


def _find_rising_indexes(starts: Sequence[int]) -> frozenset[int]:
    """Return the indexes of a longest strictly ascending subsequence of frame numbers."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, start in enumerate(starts):
        place = bisect_left(tails, start)
        tails[place : place + 1] = [start]
        before.append(ends[place - 1] if place else -1)
        ends[place : place + 1] = [index]
    out, last = set(), ends[-1] if ends else -1
    while last >= 0:
        out.add(last)
        last = before[last]
    return frozenset(out)
