"""A sentence with its position in the script, and the state of reading it: the words about each person.
Immutable values and one mutable state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from milimo_tui.story.reading.moment import ActionSentence, Mention, Moment, ReadScene
from milimo_tui.story.values.shot_words import Era


class SentencePart(NamedTuple):
    """The words of a sentence about one person. `name` is empty for a person without a name. `text` are the
    words to interpret, and `quote` are the words of the script that the user sees as the source of the look.
    """

    name: str
    text: str
    quote: str
    introduced: bool  # True if these words introduce the person.


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence together with the piece of action (`moment`) and the scene that contain it."""

    action: ActionSentence
    moment: Moment
    scene: ReadScene

    @property
    def sentence(self) -> str:
        """The text of the sentence."""
        return self.action.sentence

    @property
    def line(self) -> int:
        """The first line of the paragraph."""
        return self.moment.beat.line

    @property
    def paragraph_lines(self) -> tuple[int, int]:
        """The first and last line of the paragraph."""
        return self.moment.beat.line, self.moment.beat.end_line

    @property
    def era(self) -> Era:
        """The era of the scene."""
        return self.scene.era

    @property
    def people_present(self) -> tuple[str, ...]:
        """The people who are seen in this piece of action, followed by people who may be in the frame."""
        return self.moment.seen + self.moment.near


@dataclass(slots=True)
class SentenceReading:
    """The intermediate results of reading one sentence: the words about each person, and earlier sentences of
    the paragraph that may describe the same person.
    """

    at: Passage
    subjects: Sequence[Mention]
    on_screen: bool
    parts: list[SentencePart] = field(default_factory=list)
    # The person who wears a thing that the sentence mentions without naming a person: “No hat.”
    whose_was: str = ""
    of_last: bool = False  # True if the sentence continues the description of the previous person.
    several: str = ""  # The words about everybody present, or empty.
    acted: str = ""  # The person who acted last before this sentence.
    ahead: str = ""  # The earlier sentences of the paragraph, if they name nobody.
    before_it: str = ""  # The part of `ahead` that describes a person.
    # The age that the sentence gives before a list of names. It applies to everybody in the list.
    all_aged: str = ""
    is_first_part: bool = True

    @property
    def sentence(self) -> str:
        """The text of the sentence."""
        return self.at.action.sentence

    def make_full_part(
        self, name: str, *, prefix: str = " ", text: str | None = None, introduced: bool = False
    ) -> SentencePart:
        """Return the complete sentence as the words about one person. `text` replaces the sentence, and
        `prefix` is put before it.
        """
        return SentencePart(
            name, prefix + (self.sentence if text is None else text), self.sentence, introduced
        )
