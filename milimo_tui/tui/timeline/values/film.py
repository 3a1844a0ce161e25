"""Conversion of a film snapshot to the lanes, scenes and markers of the timeline.

Pure functions of values. The slower part (staleness) is computed outside the event loop by the screen.
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
    """Convert the current cut to lanes of placed clips; markers on clips get the frame of their clip."""
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
    """List the visible markers at their frames of the cut. Answers to a note are left out."""
    found = (
        marker if marker.clip is None else replace(marker, frame=at)
        for marker in layout.cut.markers
        if not marker.parent and (at := layout.get_marker_frame(marker)) is not None
    )
    return tuple(sorted(found, key=lambda marker: (marker.frame, marker.id)))


def predict_split(film: TimelineFilm, at: int, track: str = "") -> TimelineFilm | None:
    """Predict the film after a split at frame `at`; return None if the split would change nothing.

    `track` is a track id, or empty for every track that is not locked. The ids of right halves are made up.
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
