"""The film's shots beside a reading of its screenplay: they are shown as committed, not as read anew."""

from __future__ import annotations

from collections.abc import Iterable

from milimo_tui.story.shots.outline import Outline, ShotLine
from milimo_tui.story.values.film import Shot, Story


class Committed:
    """Live shots by the text that they were made of. One is made for each state of a film."""

    def __init__(self, story: Story | None = None) -> None:
        self._numbers = dict(story.numbers) if story is not None else {}
        self._shots: dict[str, list[Shot]] = {}
        for shot in story.live_shots() if story is not None else ():
            self._shots.setdefault(shot.digest, []).append(shot)

    def shot_of(self, read: ShotLine, begins: int) -> Shot | None:
        """Return the film's shot of a text; of several with the same text the one nearest to its line.

        `begins` is the line of the scene, from which the lines of `read` count.
        """
        line = begins + read.line
        return min(self._shots.get(read.digest, ()), key=lambda shot: abs(shot.line - line), default=None)

    def as_in_film(self, read: ShotLine, begins: int) -> ShotLine:
        """Return a shot as the film has it: its number, framing and length; as read where it has none."""
        shot = self.shot_of(read, begins)
        if shot is None:
            return read
        number = self._numbers.get(shot.id, read.number)
        return read._replace(number=number, size=shot.size, function=shot.function, frames=shot.frames)

    def lacks(self, read: ShotLine) -> bool:
        """Whether nothing in the film was made of a text."""
        return read.digest not in self._shots

    def shots(self, outline: Outline) -> Iterable[ShotLine]:
        """Yield all shots of an outline as the film has them."""
        for scene in outline.scenes:
            for read in scene.shots:
                yield self.as_in_film(read, scene.line)
