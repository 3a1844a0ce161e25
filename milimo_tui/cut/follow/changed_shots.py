"""Operations on an edited cut whose shots have changed: place a new shot, adopt the order of the storyboard,
or adopt the new length of a shot.

Pure functions. Each returns a new cut or raises Refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from milimo_tui.core.errors import Refused
from milimo_tui.core.order_keys import make_ascending_keys
from milimo_tui.cut.edit import placements, trims
from milimo_tui.cut.follow.reconcile import LENGTHS, count_frames_to_shot_end
from milimo_tui.cut.follow.story_line import ShotLength, find_story_line
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, NewId, SourceKind, Track, create_trackless_clip
from milimo_tui.cut.values.guards import find_editable_track, require_unfrozen
from milimo_tui.cut.working.editing import CutEditor

NO_LINE = "the cut “{name}” has no magnetic video track"


def place_waiting_shots(
    cut: Cut, shots: Sequence[ShotLength], wanted: Collection[str], *, new_id: NewId
) -> Cut:
    """Put waiting shots on V1. These are new shots that were not added automatically, because the user had
    edited the cut at their position. Each shot goes after the previous shot of the film. If no previous shot
    is on V1, the shot goes before the next shot of the film.

    `shots` are all shots of the film in order, with lengths in frames of the cut. `wanted` are the ids of the
    shots to place. They are removed from the cut's list of waiting shots.
    """
    track = _find_story_line(cut)
    in_order = [shot for shot, _ in shots]
    lengths = dict(shots)
    for shot in in_order:
        if shot in wanted:
            at = find_shot_position(cut, track, in_order, shot)
            clip = create_trackless_clip(ClipSource(SourceKind.SHOT, shot), lengths[shot])
            cut = placements.insert_clip(cut, track.id, at, clip, new_id=new_id)
    return stop_waiting_for_shots(cut, wanted)


def stop_waiting_for_shots(cut: Cut, shots: Collection[str]) -> Cut:
    """Return the cut with shots removed from its list of waiting shots (`Cut.waiting`), because they were
    placed or the user does not want them.
    """
    require_unfrozen(cut)
    left = tuple(shot for shot in cut.waiting if shot not in shots)
    return cut if left == cut.waiting else replace(cut, waiting=left)


def find_shot_position(cut: Cut, track: Track, in_order: Sequence[str], shot: str) -> int:
    """Return the frame of V1 at which a shot belongs: after the nearest previous shot of the film that is on
    V1, or before the nearest next shot.

    `in_order` are the ids of all shots in film order.
    """
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    row = layout(cut).get_row(track.id)
    for placed in row:
        if placed.clip.source.kind is SourceKind.SHOT:
            first.setdefault(placed.clip.source.ref, placed.start)
            last[placed.clip.source.ref] = placed.end
    index = in_order.index(shot)
    before = next((last[each] for each in reversed(in_order[:index]) if each in last), None)
    if before is not None:
        return before
    after = next((first[each] for each in in_order[index + 1 :] if each in first), None)
    return after if after is not None else (row[-1].end if row else 0)


def reorder_like_film(cut: Cut, in_order: Sequence[str], only: Collection[str] = (), *, new_id: NewId) -> Cut:
    """Put the clips of V1 into the order of the film's shots. With `only`, move just the shots with these
    ids, each after the shot that precedes it in the film.

    Clips that show no shot stay after the clip before them, and so do clips that show a shot a second time.
    """
    track = _find_story_line(cut)
    edit = CutEditor(cut, new_id)
    ranks = {shot: rank for rank, shot in enumerate(in_order)}
    blocks = _group_shot_blocks(edit.current_layout.get_row(track.id), ranks)
    if only:
        wanted = _move_shot_blocks(blocks, ranks, set(only))
    else:
        wanted = [blocks[0], *sorted(blocks[1:], key=lambda block: ranks[_get_block_shot(block)])]
    clips = [clip for block in wanted for clip in block]
    for clip, order in zip(clips, make_ascending_keys([clip.order for clip in clips]), strict=True):
        if clip.order != order:
            edit.put(replace(clip, order=order))
    return edit.finish_edit()


def is_in_film_order(cut: Cut, in_order: Sequence[str], shots: Collection[str]) -> bool:
    """Return True if the named shots are in film order on V1: each comes after the shot that precedes it in
    the film. Shots that are not on V1 are ignored.
    """
    track = find_story_line(cut)
    if track is None:
        return True
    ranks = {shot: rank for rank, shot in enumerate(in_order)}
    blocks = _group_shot_blocks(layout(cut).get_row(track.id), ranks)
    return _move_shot_blocks(blocks, ranks, set(shots)) == blocks


ShotBlock = list[Clip]
"""A clip of a shot on V1 and the clips after it that move together with it."""


def _group_shot_blocks(row: Sequence[PlacedClip], ranks: Mapping[str, int]) -> list[ShotBlock]:
    """Divide the clips of V1 into blocks. The first block contains the clips before the first shot; each
    other block contains a shot and the clips that follow it.

    `ranks` maps the id of a shot to its position in the film.
    """
    blocks: list[ShotBlock] = [[]]
    seen: set[str] = set()
    for placed in row:
        clip = placed.clip
        shot = clip.source.ref if clip.source.kind is SourceKind.SHOT else ""
        if shot in ranks and shot not in seen:
            blocks.append([])
            seen.add(shot)
        blocks[-1].append(clip)
    return blocks


def _get_block_shot(block: ShotBlock) -> str:
    return block[0].source.ref


def _move_shot_blocks(
    blocks: Sequence[ShotBlock], ranks: Mapping[str, int], only: set[str]
) -> list[ShotBlock]:
    """Return the blocks in a new order: each block of a shot in `only` is moved to directly after the block
    of the shot that precedes it in the film. `ranks` maps the id of a shot to its position in the film.
    """
    head, *rest = blocks
    stay = [block for block in rest if _get_block_shot(block) not in only]
    moving = [block for block in rest if _get_block_shot(block) in only]
    for block in sorted(moving, key=lambda block: ranks[_get_block_shot(block)]):
        rank = ranks[_get_block_shot(block)]
        before = [index for index, each in enumerate(stay) if ranks[_get_block_shot(each)] < rank]
        nearest = max(before, key=lambda index: ranks[_get_block_shot(stay[index])], default=-1)
        stay.insert(nearest + 1, block)
    return [head, *stay]


def extend_to_shot_length(cut: Cut, clip_id: str, frames: int, *, new_id: NewId) -> Cut:
    """Trim or extend a clip so that it ends at the end of its shot. `frames` is the length of the shot in
    frames of the cut. Later clips follow.

    The existing take may still have the old length. The missing frames are in the next take.
    """
    clip = next((each for each in cut.clips if each.id == clip_id), None)
    if clip is None or clip.source.kind is not SourceKind.SHOT:
        raise Refused(
            "only a clip that shows a shot can take its shot's length", "milimo cut show lists the clips"
        )
    by = count_frames_to_shot_end(clip, frames, cut.rate)
    # Called to raise Refused for a locked track, even if the length does not change.
    find_editable_track(cut, clip.track)
    return keep_clip_length(
        trims.ripple_trim(cut, clip_id, "tail", by, new_id=new_id) if by else cut, clip_id
    )


def keep_clip_length(cut: Cut, clip_id: str) -> Cut:
    """Return the cut without the markers on a clip that report that its shot became longer or shorter. The
    user calls this to keep the clip's length as it is.
    """
    require_unfrozen(cut)
    markers = tuple(each for each in cut.markers if each.clip != clip_id or each.kind not in LENGTHS)
    return cut if len(markers) == len(cut.markers) else replace(cut, markers=markers)


def _find_story_line(cut: Cut) -> Track:
    """Return V1. Raises Refused if V1 is missing or locked."""
    line = find_story_line(cut)
    if line is None:
        raise Refused(
            NO_LINE.format(name=cut.name), "milimo cut insert --shot 3B puts a shot on another track"
        )
    return find_editable_track(cut, line.id)
