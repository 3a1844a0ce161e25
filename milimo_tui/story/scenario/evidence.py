"""Whether words stand in a text: letter for letter, but for case, kinds of quotes and dashes, and blanks."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from milimo_tui.core.late_patterns import late
from milimo_tui.story.scenario.scenario import Item

_SAME = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "."}
)
_BLANKS = late(r"\s+")
LEAST = 2  # letters of words that can be looked for


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A text made ready to be looked in, with the place of each folded letter in the whole one."""

    text: str
    places: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> FoldedText:
        letters: list[str] = []
        places: list[int] = []
        blank = True  # at the start
        for at, letter in enumerate(text):
            folded = unicodedata.normalize("NFKC", letter).casefold().translate(_SAME)
            if folded.isspace() or not folded:
                if not blank:
                    letters.append(" ")
                    places.append(at)
                blank = True
                continue
            blank = False
            letters.extend(folded)
            places.extend([at] * len(folded))
        return cls("".join(letters), tuple(places))

    def find(self, words: str) -> int:
        """Where words begin in the whole text; -1 where they do not stand there."""
        wanted = FoldedText.of(words).text.strip().strip('".')
        if len(wanted) < LEAST and not (wanted and ord(wanted[0]) > 0x2E80):  # one sign is a word in Japanese
            return -1
        at = self.text.find(wanted)
        return self.places[at] if at >= 0 else -1


def checked(item: Item, text: FoldedText) -> Item:
    """The item with whether its words stand in the text, and where."""
    at = text.find(item.words)
    return replace(item, stands=at >= 0, at=at)
