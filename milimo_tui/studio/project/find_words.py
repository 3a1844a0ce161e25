"""Search of a film's items by typed words. Exact matches come first, by rank, then near matches. All
functions are pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from milimo_tui.studio.project.findables import FINDABLE_KINDS, Findable, FindIndex, fold_search_text

MIN_FUZZY_LENGTH = 3  # The shortest word, in letters, for which typing errors are tolerated.
FUZZY_CUTOFF = 0.75  # The least similarity of a near match, from 0 to 1; 1 means equal words.
_WORD = re.compile(r"\w+")
# Alternative names for the kinds of items. The user may type only the beginning of a name.
KIND_NAMES = {
    "scenes": "scene", "shots": "shot", "lines": "line", "script": "line", "dialogue": "line",
    "elements": "element", "people": "element", "places": "element", "takes": "take", "clips": "clip",
    "notes": "note", "markers": "note", "asset": "media", "assets": "media", "files": "media",
    "cuts": "cut", "jobs": "job", "films": "film",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FindQuery:
    """A parsed search. `words` are the typed words without case and accents. `kind` limits the search to one
    kind of item, such as `line`; empty for all kinds.
    """

    words: tuple[str, ...] = ()
    kind: str = ""

    @property
    def phrase(self) -> str:
        """The words joined by spaces."""
        return " ".join(self.words)


def parse_find_query(typed: str) -> FindQuery:
    """Parse the search text that the user typed: `ticket`, or `line: ticket` to find only one kind of
    item.
    """
    head, colon, rest = typed.partition(":")
    kind = find_item_kind(head.strip()) if colon else ""
    return FindQuery(tuple(fold_search_text(rest if kind else typed).split()), kind)


def find_item_kind(word: str) -> str:
    """Return the kind of item that `word` names, in full or by a unique beginning; empty if there is none."""
    name = word.casefold()
    whole = name if name in FINDABLE_KINDS else KIND_NAMES.get(name, "")
    matching = dict.fromkeys(
        KIND_NAMES.get(each, each) for each in (*FINDABLE_KINDS, *KIND_NAMES) if each.startswith(name)
    )
    return whole or (next(iter(matching)) if name and len(matching) == 1 else "")


def search_items(index: FindIndex, query: FindQuery) -> Iterator[list[Findable]]:
    """Yield lists of matching items, which are shown one after the other. The first list has the items that
    contain all typed words. A second list, if it is not empty, has the items with similar words.

    A query with a kind but no words matches all items of the kind. An empty query matches nothing.
    """
    places = [at for at, item in enumerate(index.items) if not query.kind or item.kind == query.kind]
    if not query.words:
        yield [index.items[at] for at in places] if query.kind else []
        return
    there: list[tuple[int, int]] = []
    for at in places:
        fit = _rank_match(index.names[at], index.texts[at], query)
        if fit is not None:
            there.append((fit, at))
    there.sort()
    yield [index.items[at] for _, at in there]
    found = {at for _, at in there}
    near = [at for at in _find_near_matches(index, query, places) if at not in found]
    if near:
        yield [index.items[at] for at in near]


def _rank_match(name: str, text: str, query: FindQuery) -> int | None:
    """Return the rank of a match, from 0 (the item's name equals the words) to 4 (the words occur only inside
    other words). Return None if one of the words does not occur in the item.

    `name` and `text` are the item's name and words without case and accents.
    """
    for word in query.words:
        if word not in text:
            return None
    phrase = query.phrase
    if name == phrase or name == f"@{phrase}":
        return 0
    if name.startswith((phrase, f"@{phrase}")):
        return 1
    if compile_word_start(phrase).search(text):
        return 2
    return 3 if all(compile_word_start(word).search(text) for word in query.words) else 4


@cache
def compile_word_start(words: str) -> re.Pattern[str]:
    """Return a pattern that finds the text `words` only where it is at the beginning of a word."""
    return re.compile(rf"(?<!\w){re.escape(words)}")


def _find_near_matches(index: FindIndex, query: FindQuery, places: Sequence[int]) -> list[int]:
    """Return the positions in the index of items that match approximately.

    An item matches if its name has the typed letters in order, or if its words are similar to the typed
    words. `places` are the positions to search.
    """
    out: dict[int, None] = {}
    letters = query.phrase.replace(" ", "")
    if len(letters) >= MIN_FUZZY_LENGTH - 1:
        first = compile_word_start(letters[0])
        for at in places:
            begins = first.search(index.names[at])
            if begins and _has_letters_in_order(index.names[at], letters, begins.start()):
                out[at] = None
    if all(len(word) < MIN_FUZZY_LENGTH for word in query.words):
        return list(out)
    known = frozenset(word for at in places for word in _WORD.findall(index.texts[at]))
    wanted = [frozenset(list_possible_words(word, known)) for word in query.words]
    if not all(wanted):
        return list(out)
    # Searching each text with one pattern per word is faster than splitting each text into words.
    tried = [re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(each)))})\b") for each in wanted]
    out.update(dict.fromkeys(at for at in places if all(each.search(index.texts[at]) for each in tried)))
    return list(out)


def _has_letters_in_order(text: str, letters: str, at: int) -> bool:
    """Return True if all letters occur in `text` from position `at` on, in this order.

    A pattern with gaps between the letters would try every division of the text, which takes years for a
    pasted sentence.
    """
    for letter in letters:
        at = text.find(letter, at) + 1
        if not at:
            return False
    return True


def list_possible_words(word: str, known: frozenset[str]) -> list[str]:
    """Return the words in `known` that the typed word may mean: words that begin with the typed word or, if
    there are none, similar words.
    """
    beginning = [each for each in known if each.startswith(word)]
    if beginning or len(word) < MIN_FUZZY_LENGTH:
        return beginning
    near = [
        each
        for each in known
        if each[0] == word[0] and len(each) <= 2 * len(word) and _has_letters_in_order(each, word, 0)
    ]
    similar = [each for each in known if abs(len(each) - len(word)) <= 2]
    return near + get_close_matches(word, similar, 8, FUZZY_CUTOFF)


def count_by_kind(found: Sequence[Findable]) -> list[tuple[str, int]]:
    """Return pairs of a kind and the number of found items of this kind, in order of first appearance."""
    out: dict[str, int] = {}
    for each in found:
        out[each.kind] = out.get(each.kind, 0) + 1
    return list(out.items())


def complete_find_query(index: FindIndex, typed: str, found: Sequence[Findable] = ()) -> list[str]:
    """Return suggestions that complete the typed text: kinds of items, then words of found items and of all
    other items.
    """
    head, blank, last = typed.rpartition(" ")
    word = fold_search_text(last)
    if not word:
        return []
    before = f"{head}{blank}"
    out = dict.fromkeys(f"{kind}: " for kind in FINDABLE_KINDS if not before and kind.startswith(word))
    for text in (*(each.searched_text for each in found), *index.texts):
        for each in _WORD.findall(text):
            if each.startswith(word) and each != word:
                out.setdefault(f"{before}{last}{each[len(word) :]}")
        if len(out) >= 40:
            break
    return list(out)
