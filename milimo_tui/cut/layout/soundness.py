"""Check that a cut is consistent after the edits of two users were merged. Pure functions.

A single edit always leaves a consistent cut (`cut.edit.edits`). But two edits that change different rows can
contradict each other. For example, two clips may be at the same position, or a clip may be connected to a
frame that was trimmed off.
"""

from __future__ import annotations

from itertools import pairwise

from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.transition_spans import find_neighbours
from milimo_tui.cut.values.cut import Clip, Cut, SourceKind


def find_cut_fault(cut: Cut) -> str:
    """Return the first fault of a cut as a clause for a message, such as “two clips overlap”. Empty if
    the cut is consistent.
    """
    of_clips = (
        _find_position_fault(cut)
        or _find_anchor_fault(cut)
        or _find_length_fault(cut)
        or _find_link_fault(cut)
    )
    if of_clips:
        # A cut with a fault in its clips has no layout, so overlaps and transitions can't be checked.
        return of_clips
    placed = layout(cut)
    return _find_overlap_fault(placed) or _find_transition_fault(placed)


def _find_position_fault(cut: Cut) -> str:
    """Return a fault if a clip does not have exactly one position: an order key on a magnetic track, and a
    start or an anchor on a free track. Otherwise empty.
    """
    magnetic = {track.id: track.magnetic for track in cut.tracks}
    for clip in cut.clips:
        if clip.track not in magnetic:
            return "a clip is on a missing track"
        keyed, free = clip.order is not None, (clip.start is not None) + (clip.anchor is not None)
        if (keyed, free) != ((True, 0) if magnetic[clip.track] else (False, 1)):
            return "a clip has no place on its track"
        if clip.source.kind is SourceKind.GAP and not magnetic[clip.track]:
            return "a gap is on a free track"
    return ""


def _find_anchor_fault(cut: Cut) -> str:
    magnetic = {track.id for track in cut.tracks if track.magnetic}
    by_id = {clip.id: clip for clip in cut.clips}
    for clip in cut.clips:
        if clip.anchor is not None:
            anchor = by_id.get(clip.anchor)
            if anchor is None or anchor.track not in magnetic:
                return "a clip is connected to a missing clip"
            if not clip.link and not 0 <= (clip.offset or 0) < anchor.frames:
                return "a clip is connected outside its anchor clip"
    return ""


def _find_link_fault(cut: Cut) -> str:
    """Return a fault if the clips of a link are not connected in the same way. Otherwise empty.

    If one of them is on a magnetic track, all others must be connected to that clip. If none is, all must be
    connected to the same clip, or none.
    """
    magnetic = {track.id for track in cut.tracks if track.magnetic}
    by_id = {clip.id: clip for clip in cut.clips}
    links: dict[str, list[Clip]] = {}
    for clip in cut.clips:
        if clip.link:
            links.setdefault(clip.link, []).append(clip)
    for clips in links.values():
        magnetic_ids = [clip.id for clip in clips if clip.track in magnetic]
        roots = {clip.anchor for clip in clips if clip.track not in magnetic}
        is_outside = not any(c.anchor and 0 <= (c.offset or 0) < by_id[c.anchor].frames for c in clips)
        if (
            len(clips) < 2
            or len(magnetic_ids) > 1
            or len(roots) > 1
            or (magnetic_ids and roots != {magnetic_ids[0]})
        ):
            return "linked clips no longer belong together"
        if not magnetic_ids and roots != {None} and is_outside:
            return "linked clips are connected outside their anchor clip"
    return ""


def _find_overlap_fault(cut_layout: Layout) -> str:
    for track in cut_layout.tracks:
        row = cut_layout.get_row(track.id)
        if row and row[0].start < 0:
            return f"a linked clip on {track.name} begins before the first frame"
        if any(right.start < left.end for left, right in pairwise(row)):
            return f"two clips overlap on {track.name}"
    return ""


def _find_transition_fault(cut_layout: Layout) -> str:
    """Return a fault if a transition is not between two neighbours on one track, or if the two transitions of
    a clip are together longer than the clip. Otherwise empty.
    """
    inside: dict[str, int] = {}
    for each in cut_layout.cut.transitions:
        if find_neighbours(cut_layout, each.left, each.right) is None:
            return "a transition is where no clips meet"
        inside[each.left] = inside.get(each.left, 0) + each.frames // 2
        inside[each.right] = inside.get(each.right, 0) + (each.frames + 1) // 2
    if any(frames > cut_layout.get_placed(clip).clip.frames for clip, frames in inside.items()):
        return "a transition is longer than its clip"
    return ""


def _find_length_fault(cut: Cut) -> str:
    def is_wrong(clip: Clip) -> bool:
        return clip.frames < 1 or clip.fade_in + clip.fade_out > clip.frames

    return "a clip is shorter than its fades" if any(map(is_wrong, cut.clips)) else ""
