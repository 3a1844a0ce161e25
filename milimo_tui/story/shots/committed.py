"""The film's shots beside a reading of its screenplay: they are shown as committed, not as read anew."""

from __future__ import annotations

from bisect import bisect_left

from milimo_tui.story.shots.outline import Outline, SceneLines, ShotLine
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.story.values.text_pieces import sources

NOT_YET = "–"  # the number of what is new, where numbers are locked


class Committed:
    """Live shots by the text that they were made of. One is made for each state of a film."""

    def __init__(self, story: Story | None = None) -> None:
        self._numbers = dict(story.numbers) if story is not None else {}
        self._is_locked = story is not None and story.project.numbers_locked
        self._scenes = {scene.id: scene.number for scene in story.scenes} if story is not None else {}
        # Of the scenes asked for last, by their identity: a parse leaves most as they are.
        self._lengths: dict[int, tuple[SceneLines, int, int]] = {}
        self._shots: dict[str, list[Shot]] = {}  # those of a text by their lines
        for shot in sorted(story.live_shots(), key=_line_of) if story is not None else ():
            for name in sources(shot.digest):
                self._shots.setdefault(name, []).append(shot)

    def shot_of(self, read: ShotLine, begins: int) -> Shot | None:
        """Return the film's shot of a text; of several with the same text the one nearest to its line.

        `begins` is the line of the scene, from which the lines of `read` count.
        """
        shots, line = self._shots.get(read.digest), begins + read.line
        if not shots:
            return None
        behind = bisect_left(shots, line, key=_line_of)
        if behind in (0, len(shots)):
            return shots[min(behind, len(shots) - 1)]
        before, after = shots[behind - 1], shots[behind]
        return before if line - before.line <= after.line - line else after

    def as_in_film(self, read: ShotLine, begins: int) -> ShotLine:
        """Return a shot as the film has it: its number, framing and length; as read where it has none.

        Where numbers are locked, what is new has none yet.
        """
        shot = self.shot_of(read, begins)
        if shot is None:
            return read._replace(number=NOT_YET) if self._is_locked else read
        number = self._numbers.get(shot.id, read.number)
        return read._replace(number=number, size=shot.size, function=shot.function, frames=shot.frames)

    def number_of(self, scene: SceneLines) -> str:
        """Return a scene's number: as read, or as locked, where it has one already."""
        if not self._is_locked:
            return scene.number
        shots = (self.shot_of(read, scene.line) for read in scene.shots)
        return next((self._scenes[shot.scene] for shot in shots if shot is not None), NOT_YET)

    def lacks(self, read: ShotLine) -> bool:
        """Whether nothing in the film was made of a text."""
        return read.digest not in self._shots

    def lengths(self, outline: Outline) -> tuple[int, int]:
        """Return the frames of all shots of an outline as the film has them, and how many it has not."""
        known = self._lengths
        parts = [known.get(id(scene)) or self._length_of(scene) for scene in outline.scenes]
        self._lengths = {id(part[0]): part for part in parts}
        return sum(frames for _, frames, _ in parts), sum(missing for *_, missing in parts)

    def _length_of(self, scene: SceneLines) -> tuple[SceneLines, int, int]:
        """Return a scene, for as long as it is known by its identity, and its part of `lengths`."""
        frames = missing = 0
        for read in scene.shots:
            shot = self.shot_of(read, scene.line)
            frames += read.frames if shot is None else shot.frames
            missing += shot is None
        return scene, frames, missing


def _line_of(shot: Shot) -> int:
    return shot.line
