"""Check that a cut is consistent, after the edits of two users were merged.

Each edit alone leaves a consistent cut (`cut.edit.edits`). Two edits of different rows may still conflict:
two clips at one position, or a clip connected to a clip that was shortened. Pure.
"""

from __future__ import annotations

from itertools import pairwise

from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.values.cut import Clip, Cut, SourceKind


def find_cut_fault(cut: Cut) -> str:
    """Return a sentence in the conditional about the first fault of a cut. Empty if the cut is consistent."""
    of_clips = (
        _find_position_fault(cut)
        or _find_anchor_fault(cut)
        or _find_length_fault(cut)
        or _find_link_fault(cut)
    )
    if of_clips:
        return of_clips  # A cut with such a fault has no layout, so the other checks are not possible.
    placed = layout(cut)
    return _find_overlap_fault(placed) or _find_transition_fault(placed)


def _find_position_fault(cut: Cut) -> str:
    """Check that each clip has one position: a key on a magnetic track; a start or an anchor on a free
    track.
    """
    magnetic = {track.id: track.magnetic for track in cut.tracks}
    for clip in cut.clips:
        if clip.track not in magnetic:
            return "a clip would be on a missing track"
        keyed, free = clip.order is not None, (clip.start is not None) + (clip.anchor is not None)
        if (keyed, free) != ((True, 0) if magnetic[clip.track] else (False, 1)):
            return "a clip would have no place on its track"
        if clip.source.kind is SourceKind.GAP and not magnetic[clip.track]:
            return "a gap would be on a free track"
    return ""


def _find_anchor_fault(cut: Cut) -> str:
    magnetic = {track.id for track in cut.tracks if track.magnetic}
    by_id = {clip.id: clip for clip in cut.clips}
    for clip in cut.clips:
        if clip.anchor is not None:
            anchor = by_id.get(clip.anchor)
            if anchor is None or anchor.track not in magnetic:
                return "a clip would be connected to a missing clip"
            if not clip.link and not 0 <= (clip.offset or 0) < anchor.frames:
                return "a clip would be connected outside its anchor clip"
    return ""


def _find_link_fault(cut: Cut) -> str:
    """Check that the clips of a link are connected in the same way.

    They are connected to the clip of the link on a magnetic track. If there is none, all have the same anchor
    or none.
    """
    magnetic = {track.id for track in cut.tracks if track.magnetic}
    by_id = {clip.id: clip for clip in cut.clips}
    links: dict[str, list[Clip]] = {}
    for clip in cut.clips:
        if clip.link:
            links.setdefault(clip.link, []).append(clip)
    for clips in links.values():
        held = [clip.id for clip in clips if clip.track in magnetic]
        roots = {clip.anchor for clip in clips if clip.track not in magnetic}
        beside = not any(c.anchor and 0 <= (c.offset or 0) < by_id[c.anchor].frames for c in clips)
        if len(clips) < 2 or len(held) > 1 or len(roots) > 1 or (held and roots != {held[0]}):
            return "linked clips would no longer belong together"
        if not held and roots != {None} and beside:
            return "linked clips would be connected outside their anchor clip"
    return ""


def _find_overlap_fault(placed: Layout) -> str:
    for track in placed.tracks:
        row = placed.get_row(track.id)
        if row and row[0].start < 0:
            return f"a linked clip on {track.name} would begin before the first frame"
        if any(right.start < left.end for left, right in pairwise(row)):
            return f"two clips would overlap on {track.name}"
    return ""


def _find_transition_fault(placed: Layout) -> str:
    """Check that transitions are between neighbours, and that two transitions of a clip are no longer than
    the clip.
    """
    inside: dict[str, int] = {}
    for each in placed.cut.transitions:
        left, right = placed.find_placed(each.left), placed.find_placed(each.right)
        if left is None or right is None or left.end != right.start:
            return "a transition would be where no clips meet"
        inside[each.left] = inside.get(each.left, 0) + each.frames // 2
        inside[each.right] = inside.get(each.right, 0) + (each.frames + 1) // 2
    if any(frames > placed.get_placed(clip).clip.frames for clip, frames in inside.items()):
        return "a transition would be longer than its clip"
    return ""


def _find_length_fault(cut: Cut) -> str:
    def is_wrong(clip: Clip) -> bool:
        return clip.frames < 1 or clip.fade_in + clip.fade_out > clip.frames

    return "a clip would be shorter than its fades" if any(map(is_wrong, cut.clips)) else ""
