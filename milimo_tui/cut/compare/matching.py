"""Find the clips of two cuts that correspond: by id, or else by the part of a source that they show. Pure
functions.

Two cuts of a film show the same shots and files. But a copied cut has new clip ids. So a clip without a match
by id is matched with a clip that shows the same part of the same source, or else with the clip that shows
most of that part.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction

from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, ClipSource, SourceKind
from milimo_tui.cut.values.timing import get_source_span

SourceKey = Callable[[ClipSource], Hashable]
"""A function that returns an equal key for two sources that count as the same source, such as the name of a
compound clip.
"""

# Number of clips before and after a position that are searched for an overlapping part of a source.
NEARBY = 40


def use_source_as_key(source: ClipSource) -> Hashable:
    """Return the source as its own key, so that only equal sources count as the same."""
    return source


def match_clips(a: Layout, b: Layout, same: SourceKey = use_source_as_key) -> dict[str, str]:
    """Return the matches, as a mapping from clip ids of `a` to clip ids of `b`. Clips without a match are
    left out.

    `same` returns a key of a source; sources with equal keys count as the same.
    """
    found = {clip.id: clip.id for clip in a.cut.clips if b.find_placed(clip.id) is not None}
    taken = set(found.values())
    ours, theirs = _group_unmatched_clips(a, found.keys(), same), _group_unmatched_clips(b, taken, same)
    for key, left in ours.items():
        right = theirs.get(key, [])
        if right:
            _match_source_group(a, b, left, right, found)
    _match_gaps(a, b, found)
    return found


def _group_unmatched_clips(
    layout: Layout, known: object, same: SourceKey
) -> Mapping[Hashable, list[PlacedClip]]:
    """Return the clips whose ids are not in `known`, grouped by source and sorted by start. Gaps are left
    out.
    """
    out: dict[Hashable, list[PlacedClip]] = defaultdict(list)
    for track in layout.tracks:
        for each in layout.get_row(track.id):
            if each.clip.source.kind is not SourceKind.GAP and each.clip.id not in known:  # type: ignore[operator]
                out[_get_match_key(each.clip, same)].append(each)
    for row in out.values():
        row.sort(key=lambda each: each.start)
    return out


def _get_match_key(clip: Clip, same: SourceKey) -> Hashable:
    if clip.source.kind is SourceKind.TITLE:
        return "title", clip.effects.title.text if clip.effects.title else clip.label
    return same(clip.source)


def _match_source_group(
    a: Layout, b: Layout, left: Sequence[PlacedClip], right: Sequence[PlacedClip], found: dict[str, str]
) -> None:
    """Add matches to `found` between `left` and `right`, which show the same source in cuts `a` and `b`.

    Clips that show exactly the same part on tracks of the same name are matched first, then such clips on any
    track, then clips whose parts overlap.
    """
    for with_track in (True, False):
        open_: dict[Hashable, deque[PlacedClip]] = defaultdict(deque)
        for each in right:
            open_[_get_exact_key(b, each, with_track=with_track)].append(each)
        for each in left:
            same = open_.get(_get_exact_key(a, each, with_track=with_track))
            if same:
                found[each.clip.id] = same.popleft().clip.id
        left, right = _list_unmatched(left, right, found)
    _match_by_overlap(a, b, left, right, found)


def _list_unmatched(
    left: Sequence[PlacedClip], right: Sequence[PlacedClip], found: Mapping[str, str]
) -> tuple[list[PlacedClip], list[PlacedClip]]:
    taken = {found[each.clip.id] for each in left if each.clip.id in found}
    return (
        [each for each in left if each.clip.id not in found],
        [each for each in right if each.clip.id not in taken],
    )


def _get_exact_key(layout: Layout, each: PlacedClip, *, with_track: bool) -> Hashable:
    track = layout.get_track(each.clip.track).name if with_track else ""
    return track, get_source_span(each.clip, layout.cut.rate), each.clip.effects.speed


def _match_by_overlap(
    a: Layout, b: Layout, left: Sequence[PlacedClip], right: Sequence[PlacedClip], found: dict[str, str]
) -> None:
    """Add matches to `found` between clips that show overlapping parts of a source, preferring the longest
    overlap.

    Remaining clips without an overlap are matched in order if they are on tracks of the same name.
    """
    ordered = sorted(right, key=lambda each: get_source_span(each.clip, b.cut.rate)[0])
    lows = [get_source_span(each.clip, b.cut.rate)[0] for each in ordered]
    taken: set[str] = set()
    for each in left:
        low, high = get_source_span(each.clip, a.cut.rate)
        at = bisect_left(lows, low)
        near = [
            (
                _compute_overlap(low, high, get_source_span(other.clip, b.cut.rate)),
                _on_same_track(a, b, each, other),
                -index,
            )
            for index, other in enumerate(ordered[max(0, at - NEARBY) : at + NEARBY], max(0, at - NEARBY))
            if other.clip.id not in taken
        ]
        shared, _, index = max(near, default=(Fraction(0), False, 0))
        if shared > 0:
            found[each.clip.id] = ordered[-index].clip.id
            taken.add(ordered[-index].clip.id)
    rest = deque(each for each in right if each.clip.id not in taken)
    for each in left:
        if each.clip.id not in found and rest and _on_same_track(a, b, each, rest[0]):
            found[each.clip.id] = rest.popleft().clip.id


def _compute_overlap(low: Fraction, high: Fraction, other: tuple[Fraction, Fraction]) -> Fraction:
    return min(high, other[1]) - max(low, other[0])


def _on_same_track(a: Layout, b: Layout, left: PlacedClip, right: PlacedClip) -> bool:
    return a.get_track(left.clip.track).name == b.get_track(right.clip.track).name


def _match_gaps(a: Layout, b: Layout, found: dict[str, str]) -> None:
    """Add matches between gaps to `found`. Gaps match if they follow the same clip, or else if they precede
    the same clip.
    """
    for track in a.tracks:
        row = a.get_row(track.id)
        for index, each in enumerate(row):
            if each.clip.source.kind is not SourceKind.GAP or each.clip.id in found:
                continue
            before = row[index - 1].clip.id if index else ""
            after = row[index + 1].clip.id if index + 1 < len(row) else ""
            other = _find_adjacent_gap(b, found.get(before, ""), 1) or _find_adjacent_gap(
                b, found.get(after, ""), -1
            )
            if other:
                found[each.clip.id] = other


def _find_adjacent_gap(layout: Layout, clip_id: str, step: int) -> str:
    """Return the id of the gap directly after (`step` 1) or before (`step` -1) a clip. Empty if there is no
    gap.
    """
    here = layout.find_placed(clip_id) if clip_id else None
    if here is None:
        return ""
    clip = layout.find_clip_at(here.clip.track, here.end if step > 0 else here.start - 1)
    return clip.clip.id if clip and clip.clip.source.kind is SourceKind.GAP else ""
