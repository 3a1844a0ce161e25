"""Find the film's shot for each shot of a parsed screenplay, by comparing the texts from which both were
made. The script screen uses this to show parsed shots with the values that they have in the film.
"""

from __future__ import annotations

from bisect import bisect_left

from milimo_tui.story.shots.outline import Outline, SceneLines, ShotLine
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.story.values.text_pieces import list_sources

NOT_YET = "–"  # Shown in place of the number of a new scene or shot while numbers are locked.


class CommittedShots:
    """The live shots of a film, found by the script text from which they were made.

    Create a new object after every change of the film.
    """

    def __init__(self, story: Story | None = None) -> None:
        self._numbers = dict(story.numbers) if story is not None else {}
        self._is_locked = story is not None and story.project.numbers_locked
        self._scenes = {scene.id: scene.number for scene in story.scenes} if story is not None else {}
        # Cached results for the scenes of the last outline, keyed by `id(scene)`, because a new parse reuses
        # most scene objects.
        self._lengths: dict[int, tuple[SceneLines, int, int]] = {}
        # Digest of a script text → the shots made from it, sorted by line.
        self._shots: dict[str, list[Shot]] = {}
        for shot in sorted(story.live_shots(), key=_get_script_line) if story is not None else ():
            for name in list_sources(shot.digest):
                self._shots.setdefault(name, []).append(shot)

    def find_film_shot(self, read: ShotLine, begins: int) -> Shot | None:
        """Return the film's shot that was made from the same text as the parsed shot `read`, or None.

        If several shots were made from this text, return the shot that is nearest to `read` in the script.
        The line numbers in `read` count from the line of its scene, which is `begins`.
        """
        shots, line = self._shots.get(read.digest), begins + read.line
        if not shots:
            return None
        index = bisect_left(shots, line, key=_get_script_line)
        if index in (0, len(shots)):
            return shots[min(index, len(shots) - 1)]
        before, after = shots[index - 1], shots[index]
        return before if line - before.line <= after.line - line else after

    def apply_film_values(self, read: ShotLine, begins: int) -> ShotLine:
        """Return a parsed shot with the number, framing and length that it has in the film. Return it
        unchanged if the film has no such shot.

        While numbers are locked, a new shot gets a dash as its number. `begins` is the line of the scene.
        """
        shot = self.find_film_shot(read, begins)
        if shot is None:
            return read._replace(number=NOT_YET) if self._is_locked else read
        number = self._numbers.get(shot.id, read.number)
        return read._replace(number=number, size=shot.size, function=shot.function, frames=shot.frames)

    def get_scene_number(self, scene: SceneLines) -> str:
        """Return the number to show for a parsed scene. While numbers are locked, this is the scene's number
        in the film, or a dash for a new scene. Otherwise it is the number in the parsed script.
        """
        if not self._is_locked:
            return scene.number
        shots = (self.find_film_shot(read, scene.line) for read in scene.shots)
        return next((self._scenes[shot.scene] for shot in shots if shot is not None), NOT_YET)

    def is_missing(self, read: ShotLine) -> bool:
        """Return True if the film has no shot made from the same text as the parsed shot."""
        return read.digest not in self._shots

    def count_outline_frames(self, outline: Outline) -> tuple[int, int]:
        """Return the total frames of an outline's shots, and the number of shots that the film does not have.

        Shots that the film has are counted with their length in the film.
        """
        known = self._lengths
        parts = [known.get(id(scene)) or self._count_scene_frames(scene) for scene in outline.scenes]
        self._lengths = {id(part[0]): part for part in parts}
        return sum(frames for _, frames, _ in parts), sum(missing for *_, missing in parts)

    def _count_scene_frames(self, scene: SceneLines) -> tuple[SceneLines, int, int]:
        """Return a tuple with the scene, the total frames of its shots, and the number of its shots that the
        film does not have.

        Callers cache results by the `id` of the scene object. The tuple contains the scene itself, so that
        the object stays alive and its `id` stays valid.
        """
        frames = missing = 0
        for read in scene.shots:
            shot = self.find_film_shot(read, scene.line)
            frames += read.frames if shot is None else shot.frames
            missing += shot is None
        return scene, frames, missing


def _get_script_line(shot: Shot) -> int:
    return shot.line
