"""Find the frames of a cut that belong to each scene of the film. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.values.cut import SourceKind, TrackKind


@dataclass(frozen=True, slots=True)
class SceneSpan:
    """Frames [start, end) of a cut that belong to one scene. A scene can have several spans; `turn` is 1 for
    the first of them.
    """

    scene: str
    start: int
    end: int
    turn: int = 1


def list_scene_spans(layout: Layout, scenes: Mapping[str, str]) -> tuple[SceneSpan, ...]:
    """Return the spans of scenes on the main track in order. `scenes` maps the id of a shot to its scene.

    A clip that shows no shot belongs to the scene before it. At the start of the film it belongs to the first
    scene. Frames after the end of the main track belong to the last scene.
    """
    main = next((track for track in layout.tracks if track.kind is TrackKind.VIDEO), None)
    starts: list[tuple[str, int]] = []
    for each in layout.get_row(main.id) if main else ():
        scene = scenes.get(each.clip.source.ref) if each.clip.source.kind is SourceKind.SHOT else None
        if scene is not None and (not starts or starts[-1][0] != scene):
            starts.append((scene, each.start if starts else 0))
    ends = [start for _, start in starts[1:]] + [layout.frames]
    turns: dict[str, int] = {}
    spans = []
    for (scene, start), end in zip(starts, ends, strict=False):
        turns[scene] = turns.get(scene, 0) + 1
        spans.append(SceneSpan(scene, start, end, turns[scene]))
    return tuple(spans)
