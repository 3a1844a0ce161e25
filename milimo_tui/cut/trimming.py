"""Operations on a clip's edges: trim in, trim out, split.

A trim's `by` says how far the edge itself moves, in frames, to the right when positive. It goes as far as
media, neighbours and the clip's last frame allow; when it can't move at all, the sentence says why.
"""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.core.errors import Refused
from milimo_tui.cut.editing import Editing, Part, fit_fades, portion
from milimo_tui.cut.layout import Placed
from milimo_tui.cut.timing import room
from milimo_tui.cut.values import Bounds, Clip, Cut, Mint, unbounded

Limit = tuple[int, str]
"""Frames an edge can move, and the sentence that says what stops it."""


def trim_in(cut: Cut, clip_id: str, by: int, *, mint: Mint, bounds: Bounds = unbounded) -> Cut:
    """Move a clip's head by frames: to the right it gets shorter, to the left it shows more of its media.

    On a magnetic track all behind it follows; on a free one the picture stays where it is in time.
    """
    edit = Editing(cut, mint, bounds)
    placed = edit.placed(clip_id)
    clip = placed.clip
    by = _allowed(by, _head_limits(edit, placed), [_last_frame(clip)])
    trimmed = replace(portion(clip, by, clip.frames, cut.rate), fade_in=clip.fade_in)
    _exchange(edit, placed, fit_fades(trimmed), by)
    return edit.done()


def trim_out(cut: Cut, clip_id: str, by: int, *, mint: Mint, bounds: Bounds = unbounded) -> Cut:
    """Move a clip's tail by frames: to the right it shows more of its media, to the left it gets shorter.

    On a magnetic track all behind it follows.
    """
    edit = Editing(cut, mint, bounds)
    placed = edit.placed(clip_id)
    clip = placed.clip
    by = _allowed(by, [_last_frame(clip)], _tail_limits(edit, placed))
    trimmed = replace(portion(clip, 0, clip.frames + by, cut.rate), fade_out=clip.fade_out)
    _exchange(edit, placed, fit_fades(trimmed), 0)
    return edit.done()


def split(cut: Cut, at: int, *, mint: Mint, track: str | None = None) -> Cut:
    """Split the clip under a frame, on one track or on all that are not locked.

    The left half keeps its id; source times are exact; fades stay at the outer edges, markers and what
    hangs on the clip stay with the half they are over.
    """
    edit = Editing(cut, mint)
    tracks = [edit.track(track)] if track is not None else [t for t in edit.now.tracks if not t.locked]
    split_on = [each for each in tracks if edit.split_at(each, at)]
    if not split_on:
        where = f"on {tracks[0].name}" if track is not None else "on any track that is not locked"
        raise Refused(f"there is no clip to split {where} at that frame", "move inside a clip first")
    return edit.done()


def _last_frame(clip: Clip) -> Limit:
    return clip.frames - 1, "a clip keeps at least one frame"


def _exchange(edit: Editing, placed: Placed, trimmed: Clip, head: int) -> None:
    edit.exchange(placed, Part(trimmed, head))
    if head and trimmed.order is None:
        edit.place(trimmed, placed.start + head)


def _allowed(by: int, left: list[Limit], right: list[Limit]) -> int:
    """A move of an edge, cut down to the room it has on that side; raises Refused when there is none."""
    if by == 0:
        raise Refused("a trim of 0 frames changes nothing")
    room, reason = min(left if by < 0 else right, default=(abs(by), ""))
    if room <= 0:
        raise Refused(reason)
    return max(by, -room) if by < 0 else min(by, room)


def _head_limits(edit: Editing, placed: Placed) -> list[Limit]:
    """How many frames a head can go left, by what stops it there."""
    limits = []
    media = room(placed.clip, edit.cut.rate, edit.bounds)[0]
    if media is not None:
        limits.append((media, f"the clip shows its media from the {_edge(placed, 0)} frame on already"))
    if placed.clip.order is None:
        row = edit.now.on(placed.clip.track)
        before = [each.end for each in row if each.start < placed.start]
        wall = "the clip before it is in the way" if before else "nothing can lie before the first frame"
        limits.append((placed.start - max(before, default=0), wall))
    return limits


def _tail_limits(edit: Editing, placed: Placed) -> list[Limit]:
    """How many frames a tail can go right, by what stops it there."""
    limits = []
    media = room(placed.clip, edit.cut.rate, edit.bounds)[1]
    if media is not None:
        limits.append((media, f"the clip shows its media to the {_edge(placed, 1)} frame already"))
    if placed.clip.order is None:
        behind = [each.start for each in edit.now.on(placed.clip.track) if each.start > placed.start]
        if behind:
            limits.append((min(behind) - placed.end, "the clip behind it is in the way"))
    return limits


def _edge(placed: Placed, side: int) -> str:
    """Which frame of its media a clip has at its head (0) or tail (1) at most."""
    backwards = placed.clip.effects.speed < 0
    return ("first", "last")[side != backwards]
