"""The key that opens the form for music, effects, ambience, foley and library sounds on the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.cut.values.cut import SourceKind, TrackKind
from milimo_tui.cut.values.mixer import MixRole
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shot.sound_form import AMBIENCE, EFFECT, MUSIC, SoundPlace, ask_sound

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Story
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore

# The kinds of sound that a track is for, by its role in the mix and by its name.
_KINDS_OF_ROLES = {MixRole.MUSIC: MUSIC, MixRole.EFFECTS: EFFECT, MixRole.AMBIENCE: AMBIENCE}
_KINDS_OF_NAMES = {"music": MUSIC, "effects": EFFECT, "ambience": AMBIENCE}


class SoundOrderKeys:
    """The action that orders a sound for the place under the playhead."""

    def __init__(self, core: TimelineCore) -> None:
        self._core = core

    @action
    async def act_make_sound(self, key_command: KeyCommand) -> None:
        """Open the form for a sound. On a take of sound, it is for the same scene; on a track for effects or
        ambience, for the scene under the playhead; elsewhere, for music as long as the cut.
        """
        film = self._core.snapshot
        if film is not None:
            await ask_sound(self._core, self._choose_place(film.story))

    def _choose_place(self, story: Story) -> SoundPlace:
        core = self._core
        shot, scene = self._find_shot_and_scene(story)
        numbers = {each.id: each.number for each in story.scenes}
        here = core.span.clip.source.ref if core.span is not None else ""
        take = next((take for take in story.sound_takes if take.asset == here), None)
        if take is not None:
            return SoundPlace(take.role.value, numbers.get(take.scene, ""), shot)
        lane = core.cutting.get_lane(core.view.lane)
        kind = MUSIC
        if lane is not None and lane.track.kind is TrackKind.AUDIO:
            named = _KINDS_OF_NAMES.get(lane.track.name.casefold(), MUSIC)
            kind = _KINDS_OF_ROLES.get(lane.track.role, named)
        return SoundPlace(kind, "" if kind == MUSIC else scene, shot)

    def _find_shot_and_scene(self, story: Story) -> tuple[str, str]:
        """Return the numbers of the shot and of the scene under the playhead on the main track."""
        core = self._core
        lane = core.cutting.get_lane(core.cutting.main_lane_index())
        span = lane.clip_at_or_end(core.playhead) if lane is not None else None
        if span is None or span.clip.source.kind is not SourceKind.SHOT:
            return "", ""
        shot = next((each for each in story.shots if each.id == span.clip.source.ref), None)
        scene = next((each for each in story.scenes if shot is not None and each.id == shot.scene), None)
        return story.numbers.get(span.clip.source.ref, ""), scene.number if scene is not None else ""
