"""Conversion of a film snapshot to the lanes, scenes and markers of the timeline.

Pure functions of values. The slower part (staleness) is computed outside the event loop by the screen.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.values.cut import Marker
from milimo_tui.cut.values.timing import begins_at
from milimo_tui.story.values.film import Story
from milimo_tui.tui.timeline.values.model import Film, Lane, lanes_of, scene_starts


def film_of(layout: Layout, story: Story) -> Film:
    """Convert the current cut to lanes of placed clips; markers on clips get the frame of their clip."""
    cut = layout.cut
    lanes = lanes_of(cut, {track.id: layout.on(track.id) for track in cut.tracks})
    scene_of = {shot.id: shot.scene for shot in story.shots}
    main = next((lane for lane in lanes if lane.track.magnetic), None)
    return Film(
        cut.rate,
        layout.frames,
        lanes,
        scene_starts(main.spans, scene_of) if main else (),
        _markers(layout),
        cut.mark_in,
        cut.mark_out,
        any(clip.anchor is not None for clip in cut.clips),
    )


def _markers(layout: Layout) -> tuple[Marker, ...]:
    """List the visible markers at their frames of the cut. Answers to a note are left out."""
    found = (
        marker if marker.clip is None else replace(marker, frame=at)
        for marker in layout.cut.markers
        if not marker.parent and (at := layout.marked(marker)) is not None
    )
    return tuple(sorted(found, key=lambda marker: (marker.frame, marker.id)))


def split_film(film: Film, at: int, track: str = "") -> Film | None:
    """Predict the film after a split at frame `at`; return None if the split would change nothing.

    `track` is a track id, or empty for every track that is not locked. The ids of right halves are made up.
    """
    lanes = tuple(
        _split_lane(lane, at, film.rate) if track in ("", lane.track.id) and not lane.track.locked else lane
        for lane in film.lanes
    )
    return (
        replace(film, lanes=lanes)
        if any(a is not b for a, b in zip(lanes, film.lanes, strict=True))
        else None
    )


def _split_lane(lane: Lane, at: int, rate: Fraction) -> Lane:
    span = lane.at(at)
    if span is None or span.start == at:
        return lane
    index, clip, head = lane.index(span), span.clip, at - span.start
    left = replace(clip, frames=head, fade_out=0, fade_in=min(clip.fade_in, head))
    right = replace(
        clip,
        id=f"{clip.id}-right",
        frames=span.end - at,
        source_in=begins_at(clip, head, rate),
        fade_in=0,
        fade_out=min(clip.fade_out, span.end - at),
    )
    halves = (Placed(left, span.start, at), Placed(right, at, span.end))
    return replace(lane, spans=(*lane.spans[:index], *halves, *lane.spans[index + 1 :]))
