"""Operations on title clips: put a title over the film, and change its text, timing or position."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from milimo_tui.cut.edit.clip_effects import set_number, set_title
from milimo_tui.cut.edit.clip_settings import set_clip
from milimo_tui.cut.edit.placements import insert_clip, overwrite_clip
from milimo_tui.cut.edit.trims import trim_clip_out
from milimo_tui.cut.layout.lanes import create_next_track, is_range_empty
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import (
    Clip,
    ClipSource,
    Cut,
    NewId,
    SourceKind,
    Track,
    TrackKind,
    create_trackless_clip,
)
from milimo_tui.cut.values.effects import Effects, Title
from milimo_tui.cut.values.guards import find_existing_clip


@dataclass(frozen=True, slots=True)
class TitleTiming:
    """The timing and position of a title. A value of None leaves the title's value unchanged.

    `frames` is the length. `fade` is the length of the fade in and of the fade out, in frames. `x` and `y`
    move the title, as shares of the picture's width and height.
    """

    frames: int | None = None
    fade: int | None = None
    x: float | None = None
    y: float | None = None


def put_title_clip(
    cut: Cut,
    at: int,
    title: Title,
    standing: TitleTiming,
    *,
    new_id: NewId,
    track_id: str = "",
    ripple: bool = False,
    connected: bool = True,
) -> Cut:
    """Put a title over the film, beginning at frame `at`. `standing` sets the title's length, fades and
    position in the picture.

    Without `track_id`, the title goes to the lowest video track above V1 that has space, or else to a new
    track. On a given track it overwrites the clips there; with `ripple` these clips move right instead. With
    `connected`, the title is connected to the clip of V1 at that frame, so that it moves with that clip.
    """
    frames = standing.frames or 1
    if not track_id:
        track = find_free_title_track(cut, at, frames)
        if track is None:
            track = create_next_track(cut.tracks, cut.id, TrackKind.VIDEO, new_id)
            cut = replace(cut, tracks=(*cut.tracks, track))
        track_id = track.id
    before = {clip.id for clip in cut.clips}
    pattern = replace(
        create_trackless_clip(ClipSource(SourceKind.TITLE), frames), effects=Effects(title=title)
    )
    change = insert_clip if ripple else overwrite_clip
    cut = change(cut, track_id, at, pattern, new_id=new_id, connected=connected)
    made = next(clip.id for clip in list_new_titles(cut, before) if clip.effects.title == title)
    return change_title_clip(cut, made, title, replace(standing, frames=None), new_id=new_id)


def list_new_titles(cut: Cut, before: Collection[str]) -> tuple[Clip, ...]:
    """Return the title clips of a cut whose ids are not in `before`."""
    return tuple(clip for clip in cut.clips if clip.id not in before and clip.source.kind is SourceKind.TITLE)


def change_title_clip(cut: Cut, clip_id: str, title: Title, standing: TitleTiming, *, new_id: NewId) -> Cut:
    """Change a title clip: its text and style to `title`, its length, fades and position to `standing`. On a
    free track the clip ends at the next clip at the latest.
    """
    cut = set_title(cut, clip_id, title)
    clip = find_existing_clip(cut, clip_id)
    if standing.frames is not None and standing.frames != clip.frames:
        cut = trim_clip_out(cut, clip_id, standing.frames - clip.frames, new_id=new_id)
        clip = find_existing_clip(cut, clip_id)
    if standing.fade is not None:
        fade = min(standing.fade, clip.frames // 2)
        cut = set_clip(cut, clip_id, fade_in=fade, fade_out=fade)
    for name, value in (("x", standing.x), ("y", standing.y)):
        if value is not None and value != clip.effects.get_value_at(name, 0):
            cut = set_number(cut, clip_id, name, value)
    return cut


def find_free_title_track(cut: Cut, at: int, frames: int) -> Track | None:
    """Return the lowest video track above V1 that is neither locked nor hidden and has no clip in the
    `frames` frames from frame `at` on. None if there is no such track.
    """
    placed = layout(cut)
    tracks = [track for track in placed.tracks if track.kind is TrackKind.VIDEO]
    main = next((index for index, track in enumerate(tracks) if track.magnetic), -1)
    for track in tracks[main + 1 :]:
        if (
            not track.locked
            and not track.hidden
            and is_range_empty(placed.get_row(track.id), at, at + frames)
        ):
            return track
    return None
