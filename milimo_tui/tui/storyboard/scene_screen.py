"""A screen about one scene, which closes when the scene is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.story.values.film import Scene
from milimo_tui.tui.shell.screen import StudioScreen

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import Snapshot


class SceneScreen(StudioScreen):
    """Shows a scene (its id), as `show_scene` draws it for as long as the film has it."""

    def __init__(self, scene: str) -> None:
        super().__init__()
        self._scene_id = scene

    @property
    def _scene(self) -> Scene | None:
        scenes = self.film.story.live_scenes() if self.film is not None else ()
        return next((scene for scene in scenes if scene.id == self._scene_id), None)

    def show_film(self, film: Snapshot | None) -> None:
        if film is None or self._scene is None:
            self.say("that scene is gone", "warn", "u brings it back")
            self.dismiss()
            return
        self.show_scene(film)

    def show_scene(self, film: Snapshot) -> None:
        """Draw the scene as the film has it now."""
        raise NotImplementedError
