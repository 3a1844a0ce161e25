"""Search for quoted words in a story. Case, kinds of quotes and dashes, and the number of spaces are
ignored.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from milimo_tui.story.scenario.scenario import ScenarioItem

_SAME = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "."}
)
# Minimum number of characters of the words to search for. Shorter words are not searched, because a single
# letter occurs in any text.
LEAST = 2


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A text prepared for searching: the folded text, and for each folded character its offset in the
    original text.
    """

    text: str
    places: tuple[int, ...]

    @classmethod
    def fold_text(cls, text: str) -> FoldedText:
        """Return the text prepared for searching, with case, quotes, dashes and spaces made uniform."""
        letters: list[str] = []
        places: list[int] = []
        blank = True  # Starts as True so that spaces at the beginning of the text are dropped.
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
        """Return the offset in the original text at which `words` begin, or -1 if the text does not contain
        them.
        """
        wanted = FoldedText.fold_text(words).text.strip().strip('".')
        # A single character can be a complete word in Japanese, so the minimum length does not apply to it.
        if len(wanted) < LEAST and not (wanted and ord(wanted[0]) > 0x2E80):
            return -1
        at = self.text.find(wanted)
        return self.places[at] if at >= 0 else -1


def verify_item_words(item: ScenarioItem, text: FoldedText) -> ScenarioItem:
    """Return the item with `stands` set to True if the story contains its `words`, and `at` set to their
    offset.
    """
    at = text.find_words(item.words)
    return replace(item, stands=at >= 0, at=at)
