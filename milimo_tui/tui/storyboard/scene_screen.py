"""The base class of the screens about one scene. Such a screen closes when its scene is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.story.values.film import Scene
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand


class SceneScreen(PanedScreen):
    """A screen about one scene, which is given by its id. A subclass draws the scene in `show_scene`."""

    def __init__(self, scene: str) -> None:
        super().__init__()
        self._scene_id = scene
        self._is_gone = False

    @property
    def _scene(self) -> Scene | None:
        """The scene; None if it no longer exists."""
        scenes = self.film.story.live_scenes() if self.film is not None else ()
        return next((scene for scene in scenes if scene.id == self._scene_id), None)

    def show_film(self, film: FilmSnapshot | None) -> None:
        if film is not None and self._scene is not None:
            self.show_scene(film)
        elif not self._is_gone:  # Shown once, even if the film changes again before the screen is closed.
            self._is_gone = True
            self.show_message("that scene was deleted", "warn", "{ui.undo} restores it")
            self.dismiss()

    def show_scene(self, film: FilmSnapshot) -> None:
        """Draw the scene as it is in the snapshot `film`. Subclasses implement this method."""
        raise NotImplementedError

    def format_header_title(self) -> Text:
        scene = self._scene
        if scene is None:
            return super().format_header_title()
        return join_line((f"{scene.number}  ", self.ink.accent), (scene.heading, self.ink.strong))

    @action
    def act_next_scene(self, key_command: KeyCommand) -> None:
        self._step_scene(key_command.count or 1)

    @action
    def act_previous_scene(self, key_command: KeyCommand) -> None:
        self._step_scene(-(key_command.count or 1))

    def _step_scene(self, by: int) -> None:
        """Show the scene that is `by` scenes after this one (before it if negative), but not beyond the first
        or last scene.
        """
        film = self.film
        scenes = [scene.id for scene in film.story.live_scenes()] if film is not None else []
        if film is not None and self._scene_id in scenes:
            self._scene_id = scenes[max(0, min(len(scenes) - 1, scenes.index(self._scene_id) + by))]
            self.show_scene(film)
