"""Search for quoted words in a text: exact except for case, kinds of quotes and dashes, and blanks."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.scenario.scenario import ScenarioItem

_SAME = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "."}
)
_BLANKS = compile_lazily(r"\s+")
LEAST = 2  # fewest letters that can be searched for


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A text prepared for searching, with the offset of each folded letter in the original text."""

    text: str
    places: tuple[int, ...]

    @classmethod
    def fold_text(cls, text: str) -> FoldedText:
        """Return the text folded for searching."""
        letters: list[str] = []
        places: list[int] = []
        blank = True  # The text must not begin with a blank.
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

    def find_words(self, words: str) -> int:
        """Return the offset of words in the original text, or -1 if they are not in it."""
        wanted = FoldedText.fold_text(words).text.strip().strip('".')
        # a single character can be a word in Japanese
        if len(wanted) < LEAST and not (wanted and ord(wanted[0]) > 0x2E80):
            return -1
        at = self.text.find(wanted)
        return self.places[at] if at >= 0 else -1


def verify_item_words(item: ScenarioItem, text: FoldedText) -> ScenarioItem:
    """Return the item with its evidence: whether its words are in the text, and at which offset."""
    at = text.find_words(item.words)
    return replace(item, stands=at >= 0, at=at)
