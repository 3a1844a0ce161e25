"""Keep linked clips in sync by connecting all of them to the same clip.

Each link has a lead clip: its clip on a magnetic track, or else its oldest clip. The other clips are
connected to the lead, or to the clip that the lead is connected to, at any offset. A ripple therefore moves
all clips of a link together and does not change them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from milimo_tui.core.errors import Refused
from milimo_tui.cut.values.cut import Clip
from milimo_tui.cut.values.portions import ClipPortion, trim_clip
from milimo_tui.cut.working.working_cut import WorkingCut


def change_clip_link(edit: WorkingCut, clip: Clip, link: str) -> None:
    """Put a clip into another link, or into none if `link` is empty.

    The clip stays at its frames. If it is connected to a clip but does not begin over that clip, it is
    connected to the clip that is at its start instead.
    """
    changed = replace(clip, link=link)
    anchor = None if clip.anchor is None else edit.get_current_clip(clip.anchor)
    if anchor is not None and not 0 <= (clip.offset or 0) < anchor.frames:
        edit.connect_at(changed, edit.current_layout.get_start(clip.id), anchor.track)
    else:
        edit.put(changed)


def remove_from_link(edit: WorkingCut, clip: Clip) -> None:
    """Remove a clip from its link. No clip moves.

    Clips that were connected to the removed clip are connected to the clips below them.
    """
    positions = edit.current_layout
    for other in edit.get_linked_clips(clip):
        if other.anchor == clip.id:
            edit.connect_at(other, positions.get_start(other.id), clip.track)
    change_clip_link(edit, clip, "")


def split_link_at(edit: WorkingCut, link: str, frame: int) -> None:
    """Give a new link to the clips of a link that begin at or after a frame."""
    positions, clips = edit.current_layout, edit.get_clips_of_link(link)
    later = [each for each in clips if positions.get_start(each.id) >= frame]
    if later and len(later) < len(clips):
        fresh = edit.new_id("link") if len(later) > 1 else ""
        for clip in later:
            change_clip_link(edit, clip, fresh)
        # Connect both groups now, so that each can move separately when a clip is inserted between them.
        reconnect_links(edit, {link, fresh} - {""})


def reconnect_links(edit: WorkingCut, links: Iterable[str]) -> None:
    """Connect the clips of each link to one common clip again, after an edit. No clip moves.

    If the lead of a link is no longer above the clip that it is connected to, the lead is connected to the
    clip below it. A clip that is alone in its link is unlinked.
    """
    for link in sorted(links):
        clips = edit.get_clips_of_link(link)
        if len(clips) == 1:
            change_clip_link(edit, clips[0], "")
        elif clips:
            _connect_as_unit(edit, edit.get_lead_clip(link), clips)


def _connect_as_unit(edit: WorkingCut, lead_clip: Clip, clips: list[Clip]) -> None:
    positions = edit.current_layout
    root = lead_clip.id if edit.tracks[lead_clip.track].magnetic else lead_clip.anchor
    if root is not None and root != lead_clip.id:
        anchor = positions.get_placed(root)
        if not 0 <= (lead_clip.offset or 0) < anchor.clip.frames:
            edit.connect_at(lead_clip, positions.get_start(lead_clip.id), anchor.clip.track)
            root = None
    for clip in clips:
        if clip.id == lead_clip.id:
            continue
        start = positions.get_start(clip.id)
        if root is None:
            placed = replace(clip, start=start, anchor=None, offset=None)
        else:
            placed = replace(clip, start=None, anchor=root, offset=start - positions.get_start(root))
        if placed != clip:
            edit.put(placed)


def trim_before_cut_start(edit: WorkingCut, clip_ids: Iterable[str]) -> None:
    """Trim the start of linked clips that would begin before the first frame of the cut. The clips stay in
    sync.

    Raises Refused if an entire clip would be before the first frame.
    """
    for clip_id in sorted(clip_ids):
        placed = edit.current_layout.get_placed(clip_id)
        clip, frames = placed.clip, -placed.start
        if frames <= 0:
            continue
        if frames >= clip.frames:
            raise Refused("a clip linked to it would begin before the first frame", "unlink them first")
        rest = trim_clip(clip, frames, clip.frames, edit.cut.rate)
        edit.replace_with_portions(placed, ClipPortion(rest, frames))
        edit.put(replace(rest, offset=(rest.offset or 0) + frames))
