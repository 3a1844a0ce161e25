"""Lookup of committed shots for a parsed screenplay, to show them as they are in the film."""

from __future__ import annotations

from bisect import bisect_left

from milimo_tui.story.shots.outline import Outline, SceneLines, ShotLine
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.story.values.text_pieces import list_sources

NOT_YET = "–"  # Shown as the number of new scenes and shots while numbers are locked.


class CommittedShots:
    """The live shots of a film by the text that they were made from. Create a new object for each state of a
    film.
    """

    def __init__(self, story: Story | None = None) -> None:
        self._numbers = dict(story.numbers) if story is not None else {}
        self._is_locked = story is not None and story.project.numbers_locked
        self._scenes = {scene.id: scene.number for scene in story.scenes} if story is not None else {}
        # Cached results for the scenes of the last outline, keyed by `id(scene)`, because a new parse reuses
        # most scene objects.
        self._lengths: dict[int, tuple[SceneLines, int, int]] = {}
        self._shots: dict[str, list[Shot]] = {}  # The shots of each text, sorted by line.
        for shot in sorted(story.live_shots(), key=_get_script_line) if story is not None else ():
            for name in list_sources(shot.digest):
                self._shots.setdefault(name, []).append(shot)

    def find_film_shot(self, read: ShotLine, begins: int) -> Shot | None:
        """Return the film's shot that was made from the same text as a parsed shot. If there are several,
        return the one nearest to its line.

        `begins` is the line of the scene; the lines of `read` count from there.
        """
        shots, line = self._shots.get(read.digest), begins + read.line
        if not shots:
            return None
        behind = bisect_left(shots, line, key=_get_script_line)
        if behind in (0, len(shots)):
            return shots[min(behind, len(shots) - 1)]
        before, after = shots[behind - 1], shots[behind]
        return before if line - before.line <= after.line - line else after

    def apply_film_values(self, read: ShotLine, begins: int) -> ShotLine:
        """Return a shot with the number, framing and length that it has in the film, or unchanged if it is
        not there.

        While numbers are locked, a new shot has no number yet.
        """
        shot = self.find_film_shot(read, begins)
        if shot is None:
            return read._replace(number=NOT_YET) if self._is_locked else read
        number = self._numbers.get(shot.id, read.number)
        return read._replace(number=number, size=shot.size, function=shot.function, frames=shot.frames)

    def get_scene_number(self, scene: SceneLines) -> str:
        """Return the number of a scene as parsed, or its locked number if it has one."""
        if not self._is_locked:
            return scene.number
        shots = (self.find_film_shot(read, scene.line) for read in scene.shots)
        return next((self._scenes[shot.scene] for shot in shots if shot is not None), NOT_YET)

    def is_missing(self, read: ShotLine) -> bool:
        """Return True if no shot of the film was made from a text."""
        return read.digest not in self._shots

    def count_outline_frames(self, outline: Outline) -> tuple[int, int]:
        """Return the frames of all shots of an outline, with lengths as in the film, and the number of shots
        not in the film.
        """
        known = self._lengths
        parts = [known.get(id(scene)) or self._count_scene_frames(scene) for scene in outline.scenes]
        self._lengths = {id(part[0]): part for part in parts}
        return sum(frames for _, frames, _ in parts), sum(missing for *_, missing in parts)

    def _count_scene_frames(self, scene: SceneLines) -> tuple[SceneLines, int, int]:
        """Return a scene with its part of `count_outline_frames`. The scene is included to keep its identity
        valid.
        """
        frames = missing = 0
        for read in scene.shots:
            shot = self.find_film_shot(read, scene.line)
            frames += read.frames if shot is None else shot.frames
            missing += shot is None
        return scene, frames, missing


def _get_script_line(shot: Shot) -> int:
    return shot.line
