"""Let captions follow the pictures of an edit.

Captions follow one track, the reference track: the magnetic track, or else the lowest video track with clips,
or else the first audio track with clips. An edit is described by spans: ranges of the cut's time before the
edit, with their place after the edit. A time without a span was removed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.caption_text import count_caption_words, select_caption_words
from milimo_tui.cut.values.captions import CutCaption, order_caption
from milimo_tui.cut.values.cut import Clip, NewId, Track
from milimo_tui.cut.values.ramps import get_speed_ramp
from milimo_tui.cut.values.timing import ENDLESS, find_clip_frame, get_source_span

_ENDLESS_TIME = Fraction(10**9)  # A time after the end of every cut.


@dataclass(frozen=True, slots=True)
class MovedSpan:
    """Times [start, end) before an edit, and the times [new_start, new_end) to which the edit moved them. The
    two ranges have different lengths if the edit changed the speed.
    """

    start: Fraction
    end: Fraction
    new_start: Fraction
    new_end: Fraction

    def move(self, at: Fraction) -> Fraction:
        """Return the time after the edit of a time in the span."""
        if self.new_end - self.new_start == self.end - self.start:
            return at - self.start + self.new_start
        share = (at - self.start) / (self.end - self.start)
        return self.new_start + share * (self.new_end - self.new_start)

    def cut_to(self, start: Fraction, end: Fraction) -> MovedSpan | None:
        """Return the part of the span between two times before the edit; None if there is no such part."""
        first, last = max(start, self.start), min(end, self.end)
        return MovedSpan(first, last, self.move(first), self.move(last)) if first < last else None


def find_caption_reference(placed: Layout) -> Track | None:
    """Return the track whose pictures the captions follow; None for a cut without clips."""
    ordered = sorted(placed.tracks, key=lambda track: not track.magnetic)
    return next((track for track in ordered if placed.get_row(track.id)), None)


def follow_captions(
    before: Layout, after: Layout, captions: Sequence[CutCaption], new_id: NewId
) -> tuple[CutCaption, ...]:
    """Return the captions of a cut after an edit that turned the layout `before` into `after`. Captions of a
    track without a sync lock stay where they are.
    """
    reference = find_caption_reference(before) if captions else None
    if reference is None or before.get_row(reference.id) is after.get_row(reference.id):
        return tuple(captions)
    spans = _list_moved_spans(before, after, reference)
    if all(each.start == each.new_start and each.end == each.new_end for each in spans) and all(
        left.end == right.start for left, right in pairwise(spans)
    ):
        return tuple(captions)
    rate = before.cut.rate
    seconds = [
        MovedSpan(each.start / rate, each.end / rate, each.new_start / rate, each.new_end / rate)
        for each in spans
    ]
    locked = {track.id for track in before.cut.caption_tracks if track.sync_lock}
    return move_captions(captions, seconds, locked, 1 / rate, new_id)


def move_captions(
    captions: Iterable[CutCaption],
    spans: Sequence[MovedSpan],
    tracks: Collection[str],
    frame: Fraction,
    new_id: NewId,
) -> tuple[CutCaption, ...]:
    """Return captions after an edit. Only captions of tracks with ids `tracks` move. `spans` are in seconds
    and in order of their starts, and `frame` is the duration of a frame.

    A caption loses the time that was removed, and the words that begin in this time if the times of the words
    are known. If the rest of a caption is then at several places, it is divided by its words, or only its
    longest part remains if their times are unknown.
    """
    starts = [each.start for each in spans]
    moved: list[CutCaption] = []
    for each in captions:
        moved += _move_caption(each, spans, starts, frame, new_id) if each.track in tracks else [each]
    return tuple(sorted(moved, key=order_caption))


def _move_caption(
    caption: CutCaption, spans: Sequence[MovedSpan], starts: list[Fraction], frame: Fraction, new_id: NewId
) -> list[CutCaption]:
    groups: list[list[MovedSpan]] = []
    for span in spans[max(0, bisect_right(starts, caption.start) - 1) : bisect_left(starts, caption.end)]:
        piece = span.cut_to(caption.start, caption.end)
        if piece is None:
            continue
        if groups and abs(groups[-1][-1].new_end - piece.new_start) < frame / 1000:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    shortest = min(frame, caption.end - caption.start)
    groups = [group for group in groups if group[-1].new_end - group[0].new_start >= shortest]
    if not groups:
        return []
    removed = caption.end - caption.start - sum(each.end - each.start for group in groups for each in group)
    if len(groups) == 1 and removed < frame / 1000:
        return [_place_caption(caption, groups[0], caption.text, caption.word_times)]
    if len(caption.word_times) != count_caption_words(caption.text):
        longest = max(groups, key=lambda group: group[-1].new_end - group[0].new_start)
        return [_place_caption(caption, longest, caption.text, ())]
    found: list[CutCaption] = []
    for group in groups:
        times = {
            number: at
            for number, at in enumerate(caption.word_times)
            if any(each.start <= caption.start + Fraction(at, 1000) < each.end for each in group)
        }
        if times:
            part = _place_caption(
                caption, group, select_caption_words(caption.text, times), tuple(times.values())
            )
            found.append(replace(part, id=new_id("caption")) if found else part)
    return found


def _place_caption(
    caption: CutCaption, group: Sequence[MovedSpan], text: str, times: Iterable[int]
) -> CutCaption:
    start, end = group[0].new_start, group[-1].new_end
    moved = []
    for time in times:
        at = caption.start + Fraction(time, 1000)
        span = next((each for each in group if each.start <= at < each.end), None)
        at = span.move(at) if span else start + at - caption.start
        moved.append(max(0, int((at - start) * 1000)))
    return replace(caption, start=start, end=end, text=text, word_times=tuple(moved))


def _list_moved_spans(before: Layout, after: Layout, reference: Track) -> list[MovedSpan]:
    """Return the spans of an edit, in frames and in order of their starts before the edit."""
    old, new = before.get_row(reference.id), after.get_row(reference.id)
    head = _count_equal_clips(old, new, range(min(len(old), len(new))))
    left = min(len(old), len(new)) - head
    tail = _count_equal_clips(old, new, range(-1, -left - 1, -1))
    matched: list[MovedSpan] = []
    if head:
        end = Fraction(old[head - 1].end)
        matched.append(MovedSpan(Fraction(0), end, Fraction(0), end))
    fresh = [each for each in new[head : len(new) - tail] if each.clip.id not in before.clips]
    for each in old[head : len(old) - tail]:
        matched += _match_clip(each, after, fresh)
    last_end = Fraction(old[-1].end)
    if tail:
        first, to = Fraction(old[-tail].start), Fraction(new[-tail].start)
        matched.append(MovedSpan(first, last_end, to, to + last_end - first))
    return _fill_unmatched_spans(matched, last_end, Fraction(new[-1].end if new else 0))


def _count_equal_clips(old: Sequence[PlacedClip], new: Sequence[PlacedClip], indexes: range) -> int:
    """Return the number of clips that are unchanged, along these indexes. Clips that are counted from the end
    may all have moved by the same number of frames.
    """
    count = 0
    for index in indexes:
        shift = new[index].start - old[index].start
        allowed = 0 if index >= 0 else new[-1].start - old[-1].start
        same = old[index].clip.id == new[index].clip.id and shift == allowed
        if not same or not _shows_same_time(old[index].clip, new[index].clip):
            break
        count += 1
    return count


def _shows_same_time(old: Clip, new: Clip) -> bool:
    if old is new:
        return True
    times = (
        (each.source, each.source_in, each.frames, each.effects.speed, get_speed_ramp(each.effects))
        for each in (old, new)
    )
    return next(times) == next(times)


def _match_clip(old: PlacedClip, after: Layout, fresh: Sequence[PlacedClip]) -> list[MovedSpan]:
    """Return the spans of one clip that are still in the cut: in the clip itself, or in new clips with the
    same source, such as the right half of a split clip.
    """
    rate = after.cut.rate
    same = after.find_placed(old.clip.id)
    found: list[MovedSpan] = []
    candidates = [each for each in fresh if each.clip.source == old.clip.source]
    spans = [_match_source_time(old, each, rate) for each in candidates]
    others = sorted((each for each in spans if each), key=lambda each: each.start - each.end)
    own = _match_source_time(old, same, rate) if same else None
    for span in [own, *others] if own else others:
        found += _subtract_spans(span, found)
    return sorted(found, key=lambda each: each.start)


def _match_source_time(old: PlacedClip, new: PlacedClip, rate: Fraction) -> MovedSpan | None:
    """Return the span in which two clips, before and after the edit, show the same part of their source."""
    of, to = old.clip, new.clip
    is_timed = of.source.kind not in ENDLESS and of.effects.speed > 0 and to.effects.speed > 0
    if of.source != to.source or not is_timed:
        if of.id != to.id:
            return None
        length = min(of.frames, to.frames)
        return MovedSpan(
            Fraction(old.start),
            Fraction(old.start + length),
            Fraction(new.start),
            Fraction(new.start + length),
        )
    spans = get_source_span(of, rate), get_source_span(to, rate)
    low, high = max(each[0] for each in spans), min(each[1] for each in spans)
    if low >= high:
        return None
    first, last = (find_clip_frame(of, at, rate) for at in (low, high))
    new_first, new_last = (find_clip_frame(to, at, rate) for at in (low, high))
    return MovedSpan(old.start + first, old.start + last, new.start + new_first, new.start + new_last)


def _subtract_spans(span: MovedSpan, others: Iterable[MovedSpan]) -> list[MovedSpan]:
    parts = [span]
    for other in others:
        cut = [
            part.cut_to(low, high)
            for part in parts
            for low, high in ((part.start, other.start), (other.end, part.end))
        ]
        parts = [part for part in cut if part is not None]
    return parts


def _fill_unmatched_spans(matched: Sequence[MovedSpan], end: Fraction, new_end: Fraction) -> list[MovedSpan]:
    """Add the spans of times whose pictures are no longer in the cut although their time still is, because
    other pictures or an empty time replaced them. Also add the time after the end of the track.
    """
    last = matched[-1] if matched else None
    is_end_unmoved = last is not None and last.end == end == last.new_end
    shift = Fraction(0) if is_end_unmoved else new_end - end
    bound = MovedSpan(end, _ENDLESS_TIME, end + shift, _ENDLESS_TIME + shift)
    spans: list[MovedSpan] = []
    at = new_at = Fraction(0)
    for each in [*matched, bound]:
        length, space = each.start - at, each.new_start - new_at
        if space < 0:  # The clips on both sides changed their order, so the time follows the later clip.
            spans.append(MovedSpan(at, each.start, each.new_start - length, each.new_start))
        elif min(length, space) > 0:
            spans.append(MovedSpan(at, at + min(length, space), new_at, new_at + min(length, space)))
        spans.append(each)
        at, new_at = each.end, each.new_end
    return [each for each in spans if each.start < each.end]
