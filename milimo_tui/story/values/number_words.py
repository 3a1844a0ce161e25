"""Numbers written in words, as ages are: six, fourteen, fifty-five."""

from __future__ import annotations

_ONES = (
    "one two three four five six seven eight nine ten eleven twelve "
    "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
)
ONES = tuple(_ONES.split())
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {word: value for value, word in enumerate(ONES, 1)}
_VALUES |= {word: 10 * tens for tens, word in enumerate(TENS, 2)}
_BELOW_TEN = "|".join(ONES[:9])

# A pattern for number words, without digits. Long words are listed first, because a regular expression takes
# the first alternative that matches.
NUMBER_WORDS = rf"(?:{'|'.join(TENS)})(?:[- ](?:{_BELOW_TEN}))?|" + "|".join(
    sorted(ONES, key=len, reverse=True)
)


def parse_number_words(words: str) -> int:
    """Return the value of number words (“fifty-five” → 55), or 0 if the words are no number."""
    return sum(_VALUES.get(word, 0) for word in words.casefold().replace("-", " ").split())
