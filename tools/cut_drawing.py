"""Drawings of tracks as lines of text, one cell a frame: the clip at each frame, and the frame of its source.

A clip's first cell is its letter; the other cells are the last digit of the source frame that is shown there.
`docs/editing.md` is drawn with this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from milimo_tui.cut.compare.cut_text import format_clip_name
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.layout.transition_spans import place_transitions
from milimo_tui.cut.values.cut import GAP, Clip, Cut, Track, TrackKind
from milimo_tui.cut.values.timing import ENDLESS, get_source_second

LEGEND = (
    ("A345", "a clip: its letter, then the last digit of the number of each source frame that it shows"),
    ("---", "a gap on V1. On other tracks, blanks are empty frames"),
    ("~", "a connected clip: it moves with the clip of V1 that it is connected to"),
    ("=", "a linked clip, such as the picture or the sound of a take: linked clips move together"),
    ("#", "a clip in a group"),
    ("*", "a clip with effects, or with a changed level or opacity"),
    ("k", "a keyframe"),
    ("xxx", "a transition"),
    ("/ \\", "a fade-in, a fade-out"),
    ("!", "a marker"),
    (
        "V1'L",
        "a letter after the name of a track is its state: L locked, M muted, S solo, H hidden, = sync lock",
    ),
)


def draw_tracks(cut: Cut, tracks: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """Return a line for each named track, an empty line for a missing track. `names` are the names of
    sources.
    """
    placed = layout(cut)
    by_name = {track.name: track for track in cut.tracks}
    width = max(len(_format_track_head(track)) for track in (*cut.tracks,)) + 1
    lines = []
    for name in tracks:
        track = by_name.get(name)
        line = (
            f"{_format_track_head(track):{width}}{_draw_track_cells(placed, track, names)}" if track else ""
        )
        lines.append(line.rstrip())
    return lines


def join_blocks(blocks: Sequence[Sequence[str]], between: Sequence[str]) -> list[str]:
    """Return blocks of lines next to each other, with the text of `between` between neighbouring blocks on
    the middle line.
    """
    height = max(len(block) for block in blocks)
    out = [""] * height
    for index, block in enumerate(blocks):
        width = max(len(line) for line in block)
        for row, line in zip_longest(range(height), block, fillvalue=""):
            sign = between[index - 1] if row == height // 2 else ""
            gap = f"  {sign:{len(between[index - 1])}}  " if index else ""
            out[int(row)] += f"{gap}{line:{width}}"
    return [line.rstrip() for line in out]


def _format_track_head(track: Track) -> str:
    flags = {"M": track.muted, "S": track.solo, "L": track.locked, "H": track.hidden, "=": track.sync_lock}
    signs = "".join(sign for sign, on in flags.items() if on)
    return f"{track.name}'{signs}" if signs else track.name


def _draw_track_cells(layout: Layout, track: Track, names: Mapping[str, str]) -> str:
    row = layout.get_row(track.id)
    cells = [" "] * (row[-1].end if row else 0)
    for each in row:
        cells[each.start : each.end] = _draw_clip_cells(each, layout.cut, names)
    for join in place_transitions(layout).tail.values():
        if join.left.clip.track == track.id:
            cells[join.start : join.end] = "x" * (join.end - join.start)
    for marker in layout.cut.markers:
        frame = layout.get_marker_frame(marker)
        owner = layout.get_placed(marker.clip).clip.track if marker.clip else _find_ruler_track(layout)
        if frame is not None and owner == track.id and frame < len(cells):
            cells[frame] = "!"
    return "".join(cells)


def _find_ruler_track(layout: Layout) -> str:
    """Return the id of the track on which the markers of the cut are drawn."""
    return next((track.id for track in layout.tracks if track.kind is TrackKind.VIDEO), "")


def _draw_clip_cells(each: PlacedClip, cut: Cut, names: Mapping[str, str]) -> list[str]:
    clip = each.clip
    if clip.source == GAP:
        return ["-"] * clip.frames
    endless = clip.source.kind in ENDLESS
    cells = [
        "." if endless else str(int(get_source_second(clip, frame, cut.rate) * cut.rate) % 10)
        for frame in range(clip.frames)
    ]
    letter = (format_clip_name(clip, names) or clip.source.kind.value)[0]
    cells[-clip.fade_out or len(cells) :] = "\\" * clip.fade_out
    cells[: clip.fade_in] = "/" * clip.fade_in
    keys = {key.frame for _, curve in clip.effects.curves if len(curve) > 1 for key in curve}
    cells = ["k" if frame in keys else cell for frame, cell in enumerate(cells)]
    head = [letter, *_list_clip_signs(clip)][: clip.frames]
    cells[: len(head)] = head
    return cells


def _list_clip_signs(clip: Clip) -> list[str]:
    look = (
        clip.effects.curves or clip.effects.flip_h or clip.effects.flip_v or clip.gain_db or clip.opacity < 1
    )
    signs = {"~": clip.anchor, "=": clip.link, "#": clip.group, "*": look}
    return [sign for sign, on in signs.items() if on]
