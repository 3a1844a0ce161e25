"""From a snapshot to what the timeline shows: lanes, scenes, markers.

Pure over values; the heavier half (staleness) is made off the event loop by the screen.
"""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.cut.layout import Layout
from milimo_tui.cut.values import Marker
from milimo_tui.story.values import Story
from milimo_tui.tui.timeline_model import Film, lanes_of, scene_starts


def film_of(layout: Layout, story: Story) -> Film:
    """The current cut as lanes of placed clips; markers on clips stand where their clip does."""
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
    """The markers that can be seen, at their frames of the cut; answers lie under what they answer."""
    found = (
        marker if marker.clip is None else replace(marker, frame=at)
        for marker in layout.cut.markers
        if not marker.parent and (at := layout.marked(marker)) is not None
    )
    return tuple(sorted(found, key=lambda marker: (marker.frame, marker.id)))
