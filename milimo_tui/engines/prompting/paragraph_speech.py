"""Comparison of the speech in a written prompt with the lines of its shot. Pure functions.

Only letters and digits are compared, because models change quotation marks and commas. A line may be spoken
in pieces: “It is late,” says Mara. “We leave.”
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from milimo_tui.core.late_patterns import compile_lazily

_MARKS = str.maketrans(dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("‘’‚‛", "'"))
_QUOTED = compile_lazily(r'"[^"]*"')
# A passage in single quotation marks. An apostrophe follows a letter or is between letters.
_SINGLE_QUOTED = compile_lazily(r"(?<!\w)'(?=\w)[^\"'\n]{3,}(?:\w'\w[^\"'\n]*)*'(?!\w)")
_OPENING = compile_lazily(r"[\"':,–—-]\s*\W*$")
_FEW = 8  # A line with fewer letters is only found in quotation marks or after a colon.


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedSpeech:
    """The result of a comparison: the faults, and the prompt without speech and other quoted words."""

    faults: tuple[str, ...] = ()
    bare: str = ""


@dataclass(slots=True)
class _SpeechSearch:
    """A prompt in which the lines of a shot are searched for, one after another. `used` are the parts of the
    text that are lines.
    """

    text: str
    used: list[tuple[int, int]] = field(default_factory=list)
    _places: list[int] = field(init=False)
    _letters: str = field(init=False)

    def __post_init__(self) -> None:
        self._places = [at for at, letter in enumerate(self.text) if letter.isalnum()]
        self._letters = "".join(self.text[at] for at in self._places)

    @property
    def end(self) -> int:
        """The end of the last line that was found."""
        return self.used[-1][1] if self.used else 0

    def find_line(self, letters: str) -> bool:
        """Find the next place of a line, after the lines that were found before. Return False if there is
        none.
        """
        found = [place for place in self._iterate_places(letters) if place[0] >= self.end]
        spoken = [place for place in found if _OPENING.search(self.text[: place[0]])]
        spoken += [place for place in found if self._continues_line(place[0])]
        if not spoken and len(letters) < _FEW:
            found = []
        if chosen := min(spoken or found, default=None):
            self.used.append(chosen)
            return True
        return self._find_pieces(letters)

    def _iterate_places(self, letters: str) -> Iterator[tuple[int, int]]:
        at = self._letters.find(letters)
        while at >= 0:
            start, end = self._places[at], self._places[at + len(letters) - 1] + 1
            if not self.text[:start][-1:].isalnum() and not self.text[end : end + 1].isalnum():
                yield start, end
            at = self._letters.find(letters, at + 1)

    def _continues_line(self, start: int) -> bool:
        """Return True if only marks are between the last line that was found and a place."""
        between = self.text[self.end : start]
        return bool(self.used) and not any(map(str.isalnum, between))

    def _find_pieces(self, letters: str) -> bool:
        """Find a line in quotations that follow each other."""
        quoted = [found.span() for found in _QUOTED.finditer(self.text, self.end)]
        pieces = [keep_letters(self.text[start:end]) for start, end in quoted]
        for first in range(len(pieces)):
            for last, joined in enumerate(accumulate(pieces[first:]), first):
                if joined == letters:
                    self.used += quoted[first : last + 1]
                    return True
                if not letters.startswith(joined):
                    break
        return False


def compare_speech(text: str, lines: Sequence[str], written: str) -> ComparedSpeech:
    """Compare the quoted words of a prompt with the lines of its shot. Each line must occur once, letter for
    letter, in the order of the lines. `written` has words that may be quoted because they are in the picture.
    """
    search = _SpeechSearch(text.translate(_MARKS))
    faults = []
    for line in lines:
        letters = keep_letters(line)
        if letters and not search.find_line(letters):
            faults.append(f"it changes or leaves out the speech “{line}”")
            break
    rest = search.text
    for start, end in reversed(search.used):
        rest = f"{rest[:start]} {rest[end:]}"
    known = keep_letters(written).casefold()
    if not faults:
        faults += [f"it has words that nobody says: {each}" for each in _list_added_words(search)][:1]
    if not faults:
        for quoted in (*_QUOTED.findall(rest), *_SINGLE_QUOTED.findall(rest)):
            letters = keep_letters(quoted).casefold()
            if letters and letters not in known:
                faults.append(f"it has words that nobody says: {quoted}")
                break
    bare = _SINGLE_QUOTED.sub(" ", _QUOTED.sub(" ", rest))
    return ComparedSpeech(faults=tuple(faults), bare=re.sub(r"\"|(?<!\w)'|'(?!\w)", " ", bare))


def _list_added_words(search: _SpeechSearch) -> Iterator[str]:
    """Yield the quotations that have a line of the shot and more words."""
    for found in _QUOTED.finditer(search.text):
        start, end = found.span()
        inside = [(max(start, one), min(end, two)) for one, two in search.used if one < end and two > start]
        spoken = sum(len(keep_letters(search.text[one:two])) for one, two in inside)
        if inside and spoken < len(keep_letters(found[0])):
            yield found[0]


def keep_letters(text: str) -> str:
    """Return the letters and digits of a text."""
    return "".join(filter(str.isalnum, text))
