"""Find the gaps of a dialogue track, and the room tone that fills them."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.errors import NotFound
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.scene_spans import SceneSpan, list_scene_spans
from milimo_tui.cut.sound.sound_beds import list_sound_gaps
from milimo_tui.cut.values.cut import Cut, Track
from milimo_tui.story.values.film import Asset, Scene
from milimo_tui.story.values.sound_take import SoundTake, SoundTakeRole, find_picked_sound
from milimo_tui.studio.session.studio import FilmSnapshot, Studio


@dataclass(frozen=True, slots=True)
class RoomTone:
    """The room tone of a scene: its file, and the take of sound that made it."""

    asset: Asset
    take: SoundTake


def find_tone_gaps(
    snapshot: FilmSnapshot, cut: Cut, track: Track, only: Scene | None = None
) -> list[tuple[Scene, tuple[SceneSpan, ...]]]:
    """Return the gaps of a track as frames of the cut, for each scene. `only` limits them to one scene."""
    story = snapshot.story
    scenes = {scene.id: scene for scene in story.live_scenes()}
    found: dict[str, list[SceneSpan]] = {}
    for span in list_scene_spans(layout(cut), {shot.id: shot.scene for shot in story.shots}):
        if span.scene not in scenes or (only is not None and span.scene != only.id):
            continue
        for first, last in list_sound_gaps(cut, track.id, span.start, span.end):
            found.setdefault(span.scene, []).append(SceneSpan(span.scene, first, last))
    return [(scenes[id], tuple(spans)) for id, spans in found.items()]


def find_room_tone(studio: Studio, scene: Scene) -> RoomTone:
    """Return the room tone of a scene: its picked ambience. Raises NotFound with the command that makes
    one.
    """
    story = studio.take_snapshot().story
    take = find_picked_sound(story.sound_takes, SoundTakeRole.AMBIENCE, scene.id)
    if take is None:
        raise NotFound(
            f"scene {scene.number} has no ambience", f"milimo sound make ambience {scene.number} makes one"
        )
    return RoomTone(next(asset for asset in story.assets if asset.id == take.asset), take)
