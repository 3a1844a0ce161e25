"""A sentence of the script where it stands, and what is found of whom it tells while it is read. Values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from milimo_tui.story.reading.moment import Mention, Moment, ReadScene, Told
from milimo_tui.story.values.film import Era


class Part(NamedTuple):
    """The words of a sentence that tell of one: empty for somebody without a name."""

    name: str
    text: str
    quote: str
    introduced: bool  # they are introduced by it


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence with the moment and the scene that it stands in."""

    told: Told
    moment: Moment
    scene: ReadScene

    @property
    def sentence(self) -> str:
        return self.told.sentence

    @property
    def line(self) -> int:
        return self.moment.beat.line

    @property
    def lines(self) -> tuple[int, int]:
        """Return the first and the last line of the paragraph."""
        return self.moment.beat.line, self.moment.beat.end_line

    @property
    def era(self) -> Era:
        return self.scene.era

    @property
    def there(self) -> tuple[str, ...]:
        """Return who is seen in the moment, and behind them who may be."""
        return self.moment.seen + self.moment.near


@dataclass(slots=True)
class Reading:
    """A sentence while it is read: of whom its parts tell, and what stood before it."""

    at: Passage
    subjects: Sequence[Mention]
    on_screen: bool
    parts: list[Part] = field(default_factory=list)
    whose_was: str = ""  # on whom something was that a sentence tells of without them
    of_last: bool = False  # it goes on with the one told of last
    several: str = ""  # what it tells of everybody who is there
    acted: str = ""  # who acted last before it
    ahead: str = ""  # what its paragraph told before it of nobody who is named
    before_it: str = ""  # as much of that as describes somebody
    all_aged: str = ""  # the age of all whom it lists
    is_first_part: bool = True

    @property
    def sentence(self) -> str:
        return self.at.told.sentence

    def whole(self, name: str, *, lead: str = " ", text: str | None = None, introduced: bool = False) -> Part:
        """Return the whole sentence as the part of one; `text` instead of its words, behind `lead`."""
        return Part(name, lead + (self.sentence if text is None else text), self.sentence, introduced)
