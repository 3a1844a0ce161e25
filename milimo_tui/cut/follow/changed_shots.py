"""What an editor does about shots that changed behind the cut: place one that waits, take the board's order,
take up a new length. Pure; each gives a new cut, or raises Refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from milimo_tui.core.errors import Refused
from milimo_tui.core.order_keys import ascending
from milimo_tui.cut.edit import placements, trims
from milimo_tui.cut.follow.reconcile import LENGTHS, behind
from milimo_tui.cut.follow.story_line import ShotLength, story_line
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.values.cut import Clip, Cut, NewId, Source, SourceKind, Track, new_clip
from milimo_tui.cut.values.guards import find_track, require_open
from milimo_tui.cut.working.editing import Editing

NO_LINE = "the cut “{name}” has no magnetic video track"


def place(cut: Cut, shots: Sequence[ShotLength], wanted: Collection[str], *, new_id: NewId) -> Cut:
    """Put shots on V1, each behind the shot before it in the film, or before the one after it.

    `shots` are all of the film in order, lengths in frames of the cut. They wait no more.
    """
    track = _line(cut)
    in_order = [shot for shot, _ in shots]
    lengths = dict(shots)
    for shot in in_order:
        if shot in wanted:
            at = place_of(cut, track, in_order, shot)
            clip = new_clip(Source(SourceKind.SHOT, shot), lengths[shot])
            cut = placements.insert(cut, track.id, at, clip, new_id=new_id)
    return leave(cut, wanted)


def leave(cut: Cut, shots: Collection[str]) -> Cut:
    """Shots wait no more to be placed: the cut does without them, or has them."""
    require_open(cut)
    left = tuple(shot for shot in cut.waiting if shot not in shots)
    return cut if left == cut.waiting else replace(cut, waiting=left)


def place_of(cut: Cut, track: Track, in_order: Sequence[str], shot: str) -> int:
    """The frame behind the nearest shot before it that the track shows, else before the nearest after it."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    row = layout(cut).on(track.id)
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


def reorder(cut: Cut, in_order: Sequence[str], only: Collection[str] = (), *, new_id: NewId) -> Cut:
    """Bring V1 into the order of the film's shots; `only` moves those alone, behind the shot before each.

    What is no shot goes along with the clip before it, and so does a shot that is shown a second time.
    """
    track = _line(cut)
    edit = Editing(cut, new_id)
    ranks = {shot: rank for rank, shot in enumerate(in_order)}
    blocks = _blocks(edit.now.on(track.id), ranks)
    if only:
        wanted = _moved(blocks, ranks, set(only))
    else:
        wanted = [blocks[0], *sorted(blocks[1:], key=lambda block: ranks[_shot(block)])]
    clips = [clip for block in wanted for clip in block]
    for clip, order in zip(clips, ascending([clip.order for clip in clips]), strict=True):
        if clip.order != order:
            edit.put(replace(clip, order=order))
    return edit.done()


def is_as_board(cut: Cut, in_order: Sequence[str], shots: Collection[str]) -> bool:
    """Whether V1 shows each of these shots behind the shot that is before it in the film, as far as it
    shows them.
    """
    track = story_line(cut)
    if track is None:
        return True
    ranks = {shot: rank for rank, shot in enumerate(in_order)}
    blocks = _blocks(layout(cut).on(track.id), ranks)
    return _moved(blocks, ranks, set(shots)) == blocks


Block = list[Clip]
"""Clips of V1 that go together, the first of them a shot's."""


def _blocks(row: Sequence[Placed], ranks: Mapping[str, int]) -> list[Block]:
    """What V1 has before the first shot of the film, then each shot with what goes along with it."""
    blocks: list[Block] = [[]]
    seen: set[str] = set()
    for placed in row:
        clip = placed.clip
        shot = clip.source.ref if clip.source.kind is SourceKind.SHOT else ""
        if shot in ranks and shot not in seen:
            blocks.append([])
            seen.add(shot)
        blocks[-1].append(clip)
    return blocks


def _shot(block: Block) -> str:
    return block[0].source.ref


def _moved(blocks: Sequence[Block], ranks: Mapping[str, int], only: set[str]) -> list[Block]:
    """The blocks with those of some shots taken out, and each put behind the shot before it in the film."""
    head, *rest = blocks
    stay = [block for block in rest if _shot(block) not in only]
    going = [block for block in rest if _shot(block) in only]
    for block in sorted(going, key=lambda block: ranks[_shot(block)]):
        rank = ranks[_shot(block)]
        before = [index for index, each in enumerate(stay) if ranks[_shot(each)] < rank]
        nearest = max(before, key=lambda index: ranks[_shot(stay[index])], default=-1)
        stay.insert(nearest + 1, block)
    return [head, *stay]


def take_up(cut: Cut, clip_id: str, frames: int, *, new_id: NewId) -> Cut:
    """Let a clip run to the end of its shot, which has so many frames of the cut; what is behind follows.

    Its media may still be that of before: what it shows there is made by the next take.
    """
    clip = next((each for each in cut.clips if each.id == clip_id), None)
    if clip is None or clip.source.kind is not SourceKind.SHOT:
        raise Refused("only a clip of a shot can take up its shot's length", "milimo cut show tells them")
    by = behind(clip, frames, cut.rate)
    find_track(cut, clip.track)  # a locked one refuses, also where there is nothing to take up
    return keep_length(trims.ripple(cut, clip_id, "tail", by, new_id=new_id) if by else cut, clip_id)


def keep_length(cut: Cut, clip_id: str) -> Cut:
    """A clip keeps its length, whatever became of its shot's: the mark goes."""
    require_open(cut)
    kept = tuple(each for each in cut.markers if each.clip != clip_id or each.kind not in LENGTHS)
    return cut if len(kept) == len(cut.markers) else replace(cut, markers=kept)


def _line(cut: Cut) -> Track:
    """V1, unlocked. Raises Refused."""
    line = story_line(cut)
    if line is None:
        raise Refused(NO_LINE.format(name=cut.name), "milimo cut insert --shot 3B puts it on a track")
    return find_track(cut, line.id)
