"""Convert a film snapshot to the tracks, scenes and markers that the timeline shows.

Pure functions. Finding stale takes is slower, so the screen does that in a thread.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Marker
from milimo_tui.cut.values.timing import get_portion_source_in
from milimo_tui.story.values.film import Story
from milimo_tui.tui.timeline.values.model import Lane, TimelineFilm, find_scene_starts, order_lanes


def make_timeline_film(layout: Layout, story: Story) -> TimelineFilm:
    """Convert the layout of a cut to a `TimelineFilm`, which the timeline shows. For a marker that belongs to
    a clip, its frame in the film is computed.
    """
    cut = layout.cut
    lanes = order_lanes(cut, {track.id: layout.get_row(track.id) for track in cut.tracks})
    scene_of = {shot.id: shot.scene for shot in story.shots}
    main = next((lane for lane in lanes if lane.track.magnetic), None)
    return TimelineFilm(
        cut.rate,
        layout.frames,
        lanes,
        find_scene_starts(main.spans, scene_of) if main else (),
        _list_visible_markers(layout),
        cut.mark_in,
        cut.mark_out,
        any(clip.anchor is not None for clip in cut.clips),
    )


def _list_visible_markers(layout: Layout) -> tuple[Marker, ...]:
    """List the markers of the cut with their frames in the film. Replies to a note are left out, because they
    share the note's marker.
    """
    found = (
        marker if marker.clip is None else replace(marker, frame=at)
        for marker in layout.cut.markers
        if not marker.parent and (at := layout.get_marker_frame(marker)) is not None
    )
    return tuple(sorted(found, key=lambda marker: (marker.frame, marker.id)))


def predict_split(film: TimelineFilm, at: int, track: str = "") -> TimelineFilm | None:
    """Return the film as it will be after a split at frame `at`, to show the result before it is written.
    Return None if the split would change nothing.

    `track` is a track id; empty means every track that is not locked. The right half of a split clip gets a
    temporary id.
    """
    lanes = tuple(
        _predict_lane_split(lane, at, film.rate)
        if track in ("", lane.track.id) and not lane.track.locked
        else lane
        for lane in film.lanes
    )
    return (
        replace(film, lanes=lanes)
        if any(a is not b for a, b in zip(lanes, film.lanes, strict=True))
        else None
    )


def _predict_lane_split(lane: Lane, at: int, rate: Fraction) -> Lane:
    span = lane.clip_at(at)
    if span is None or span.start == at:
        return lane
    index, clip, head = lane.index_of_clip(span), span.clip, at - span.start
    left = replace(clip, frames=head, fade_out=0, fade_in=min(clip.fade_in, head))
    right = replace(
        clip,
        id=f"{clip.id}-right",
        frames=span.end - at,
        source_in=get_portion_source_in(clip, head, rate),
        fade_in=0,
        fade_out=min(clip.fade_out, span.end - at),
    )
    halves = (PlacedClip(left, span.start, at), PlacedClip(right, at, span.end))
    return replace(lane, spans=(*lane.spans[:index], *halves, *lane.spans[index + 1 :]))
