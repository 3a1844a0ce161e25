"""Keep linked clips together: the positions of a link's clips depend on its lead clip.

The clips of a link are connected as a unit. The lead is the clip on a magnetic track, or else the oldest
clip. The others are connected to the lead, or to the lead's anchor, at any offset. So a ripple moves them all
and changes none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from milimo_tui.core.errors import Refused
from milimo_tui.cut.values.cut import Clip
from milimo_tui.cut.values.portions import Part, trimmed
from milimo_tui.cut.working.working_cut import WorkingCut


def relink(edit: WorkingCut, clip: Clip, link: str) -> None:
    """Give a clip another link, or none. The clip keeps its time and is connected to the clip below it."""
    changed = replace(clip, link=link)
    anchor = None if clip.anchor is None else edit.clip(clip.anchor)
    if anchor is not None and not 0 <= (clip.offset or 0) < anchor.frames:
        edit.connect_at(changed, edit.now.start_of(clip.id), anchor.track)
    else:
        edit.put(changed)


def leave(edit: WorkingCut, clip: Clip) -> None:
    """Remove a clip from its link. No clip moves. Clips that were connected to it are connected to the clips
    below them.
    """
    positions = edit.now
    for other in edit.linked_clips(clip):
        if other.anchor == clip.id:
            edit.connect_at(other, positions.start_of(other.id), clip.track)
    relink(edit, clip, "")


def part_at(edit: WorkingCut, link: str, frame: int) -> None:
    """Give the clips of a link that begin at or after a frame a new link."""
    positions, clips = edit.now, edit.linked(link)
    behind = [each for each in clips if positions.start_of(each.id) >= frame]
    if behind and len(behind) < len(clips):
        fresh = edit.new_id("link") if len(behind) > 1 else ""
        for clip in behind:
            relink(edit, clip, fresh)
        # Reconnect now, so that a clip inserted between the two groups separates them.
        settle(edit, {link, fresh} - {""})


def settle(edit: WorkingCut, links: Iterable[str]) -> None:
    """Connect the clips of each link as a unit, and none outside its anchor. No clip moves.

    A clip that is alone in its link is unlinked.
    """
    for link in sorted(links):
        clips = edit.linked(link)
        if len(clips) == 1:
            relink(edit, clips[0], "")
        elif clips:
            _hang_as_one(edit, edit.lead(link), clips)


def _hang_as_one(edit: WorkingCut, lead: Clip, clips: list[Clip]) -> None:
    positions = edit.now
    root = lead.id if edit.tracks[lead.track].magnetic else lead.anchor
    if root is not None and root != lead.id:
        anchor = positions.placed(root)
        if not 0 <= (lead.offset or 0) < anchor.clip.frames:
            edit.connect_at(lead, positions.start_of(lead.id), anchor.clip.track)
            root = None
    for clip in clips:
        if clip.id == lead.id:
            continue
        start = positions.start_of(clip.id)
        if root is None:
            placed = replace(clip, start=start, anchor=None, offset=None)
        else:
            placed = replace(clip, start=None, anchor=root, offset=start - positions.start_of(root))
        if placed != clip:
            edit.put(placed)


def cut_off(edit: WorkingCut, clip_ids: Iterable[str]) -> None:
    """Trim the parts of linked clips that would be before the first frame of the cut. The clips stay in sync.

    Raises Refused if an entire clip would be before the first frame.
    """
    for clip_id in sorted(clip_ids):
        placed = edit.now.placed(clip_id)
        clip, frames = placed.clip, -placed.start
        if frames <= 0:
            continue
        if frames >= clip.frames:
            raise Refused("a clip linked to it would lie before the first frame", "unlink them first")
        rest = trimmed(clip, frames, clip.frames, edit.cut.rate)
        edit.exchange(placed, Part(rest, frames))
        edit.put(replace(rest, offset=(rest.offset or 0) + frames))
