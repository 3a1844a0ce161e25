"""Which things of a film typed words mean: exact words first and ranked, then nearly those. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from milimo_tui.studio.project.findables import KINDS, Findable, FindIndex, folded

SHORTEST = 3  # letters of a word that may be misspelt
ALIKE = 0.75  # 1 is the same word
_WORD = re.compile(r"\w+")
# What a person may call a kind; its beginning does as well.
CALLED = {
    "scenes": "scene", "shots": "shot", "lines": "line", "script": "line", "dialogue": "line",
    "elements": "element", "people": "element", "places": "element", "takes": "take", "clips": "clip",
    "notes": "note", "markers": "note", "asset": "media", "assets": "media", "files": "media",
    "cuts": "cut", "jobs": "job", "films": "film",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: words, folded, of one kind or (empty) of all."""

    words: tuple[str, ...] = ()
    kind: str = ""

    @property
    def phrase(self) -> str:
        """The words as one."""
        return " ".join(self.words)


def read_query(typed: str) -> Query:
    """Read what was typed: `ticket`, or `line: ticket` for one kind alone."""
    head, colon, rest = typed.partition(":")
    kind = kind_called(head.strip()) if colon else ""
    return Query(tuple(folded(rest if kind else typed).split()), kind)


def kind_called(word: str) -> str:
    """Return the kind that is called so, in full or by its beginning; empty where none is."""
    name = word.casefold()
    whole = name if name in KINDS else CALLED.get(name, "")
    begun = dict.fromkeys(CALLED.get(each, each) for each in (*KINDS, *CALLED) if each.startswith(name))
    return whole or (next(iter(begun)) if name and len(begun) == 1 else "")


def search(index: FindIndex, query: Query) -> Iterator[list[Findable]]:
    """Yield what is found, the best first: what has the words, then what nearly has them.

    What a later list brings stands below the earlier ones. Without words all of a kind is found, and without
    a kind nothing.
    """
    places = [at for at, item in enumerate(index.items) if not query.kind or item.kind == query.kind]
    if not query.words:
        yield [index.items[at] for at in places] if query.kind else []
        return
    there: list[tuple[int, int]] = []
    for at in places:
        fit = _fit(index.names[at], index.texts[at], query)
        if fit is not None:
            there.append((fit, at))
    there.sort()
    yield [index.items[at] for _, at in there]
    had = {at for _, at in there}
    near = [at for at in _nearly(index, query, places) if at not in had]
    if near:
        yield [index.items[at] for at in near]


def _fit(name: str, text: str, query: Query) -> int | None:
    """Rank what has every word: 0 is its whole name; None where one is missing."""
    for word in query.words:
        if word not in text:
            return None
    phrase = query.phrase
    if name == phrase or name == f"@{phrase}":
        return 0
    if name.startswith((phrase, f"@{phrase}")):
        return 1
    if begins(phrase).search(text):
        return 2
    return 3 if all(begins(word).search(text) for word in query.words) else 4


@cache
def begins(words: str) -> re.Pattern[str]:
    """Return what finds words where a word begins."""
    return re.compile(rf"(?<!\w){re.escape(words)}")


def _nearly(index: FindIndex, query: Query, places: Sequence[int]) -> list[int]:
    """Return the places of what has nearly these words: their letters in order, or a slip of the keys."""
    out: dict[int, None] = {}
    letters = query.phrase.replace(" ", "")
    if len(letters) >= SHORTEST - 1:
        named = re.compile(rf"(?<!\w){'.*?'.join(map(re.escape, letters))}")
        out.update(dict.fromkeys(at for at in places if named.search(index.names[at])))
    if all(len(word) < SHORTEST for word in query.words):
        return list(out)
    known = frozenset(word for at in places for word in _WORD.findall(index.texts[at]))
    wanted = [frozenset(meant(word, known)) for word in query.words]
    if not all(wanted):
        return list(out)
    # One pattern a word, tried on the text: faster than taking each text apart again.
    tried = [re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(each)))})\b") for each in wanted]
    out.update(dict.fromkeys(at for at in places if all(each.search(index.texts[at]) for each in tried)))
    return list(out)


def meant(word: str, known: frozenset[str]) -> list[str]:
    """Return the known words that a typed one may mean: those it begins, else those that are nearly it."""
    begun = [each for each in known if each.startswith(word)]
    if begun or len(word) < SHORTEST:
        return begun
    in_order = re.compile(".*?".join(map(re.escape, word)))
    near = [
        each for each in known if each[0] == word[0] and len(each) <= 2 * len(word) and in_order.match(each)
    ]
    alike = [each for each in known if abs(len(each) - len(word)) <= 2]
    return near + get_close_matches(word, alike, 8, ALIKE)


def counts(found: Sequence[Findable]) -> list[tuple[str, int]]:
    """Count what was found by kind, in the order in which each comes first."""
    out: dict[str, int] = {}
    for each in found:
        out[each.kind] = out.get(each.kind, 0) + 1
    return list(out.items())


def completions(index: FindIndex, typed: str, found: Sequence[Findable] = ()) -> list[str]:
    """Return lines that go on where the typed one stops: kinds, then words of finds and of all the film."""
    head, blank, last = typed.rpartition(" ")
    word = folded(last)
    if not word:
        return []
    before = f"{head}{blank}"
    out = dict.fromkeys(f"{kind}: " for kind in KINDS if not before and kind.startswith(word))
    for text in (*(each.searched for each in found), *index.texts):
        for each in _WORD.findall(text):
            if each.startswith(word) and each != word:
                out.setdefault(f"{before}{last}{each[len(word) :]}")
        if len(out) >= 40:
            break
    return list(out)
