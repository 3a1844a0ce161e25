"""The cast of the film: names from cues and introductions, and the speakers of each cue.

The functions are pure. They look up each word once in a dictionary, so that the run time does not depend on
the size of the cast. `story.reading.people` finds other words that mean a character, such as pronouns and
roles.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay.first_names import may_be_first_name
from milimo_tui.story.screenplay.introduced import IntroducedPerson, find_introduced_people
from milimo_tui.story.screenplay.late_names import find_late_names
from milimo_tui.story.screenplay.people_words import CREATURES, GENERIC, KIN, ROLES, TITLES
from milimo_tui.story.screenplay.screenplay import Screenplay, ScriptElementKind
from milimo_tui.story.values.text import fold, make_display_name, split_words

_JOINT = compile_lazily(r"\s+(?:AND|UND|ET|Y|E|И)\s+|\s*[/&+,]\s*", re.IGNORECASE)
_POSSESSIVE_VOICE = compile_lazily(r"['’]S VOICE$", re.IGNORECASE)


_RANKS = frozenset(
    ["first", "second", "third", "chief", "head", "old", "young", "senior", "junior", "assistant", "master"]
)
_OFFICE_WORDS = "dr doc prof sgt lt capt cpl pvt col gen maj det insp supt rev fr father sister brother"
_OFFICES = frozenset(_OFFICE_WORDS.split())
_HONOUR_WORDS = (
    "uncle aunt auntie tante onkel tia tio zio zia don dona donna dom sor fra padre maestro sheikh comrade"
)
# Titles of respect, which do not distinguish two people: DON CARLO is CARLO.
_HONOURS = frozenset(_HONOUR_WORDS.split())
_WHICH_WORDS = """other another second third fourth fifth last next false fake real true dead ghost dream
mirror evil good future past clone robot double tall short little small large thin blind deaf dark blond
blonde white black brown grey gray green blue married single upstairs downstairs"""
# Words that distinguish two people of the same name: TALL MARIA is not MARIA.
_WHICH = frozenset(_WHICH_WORDS.split())
_AGES = compile_lazily(
    r"^(?:(?:VERY )?(?:YOUNG(?:ER)?|OLD(?:ER)?|LITTLE|TEEN(?:AGE)?|ELDERLY|ADULT|BABY|CHILD|KID)) ",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FilmCast:
    """The film's characters in order of their first cue, followed by people who are only named in action.

    `aliases` maps the name of a character to other names of the same character. `introduced` maps it to the
    introductions of the character in action.
    """

    names: tuple[str, ...] = ()
    _by_cue: dict[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    introduced: dict[str, tuple[IntroducedPerson, ...]] = field(default_factory=dict)

    def list_speakers(self, cue: str) -> tuple[str, ...]:
        """Return the speakers of a cue as typed. `MARA AND JUN` means two people if both are known."""
        return self._by_cue.get(cue) or (make_display_name(cue),)


def build_cast(screenplay: Screenplay) -> FilmCast:
    """Return everybody who has a cue or is introduced in action.

    A joint cue (`MARA AND JUN`) is of two people. YOUNG MARA is the same
    person as MARA if there is a MARA.
    """
    cues = dict.fromkeys(
        element.cue.name
        for element in screenplay.elements
        if element.kind is ScriptElementKind.CUE and element.cue
    )
    people = find_introduced_people(screenplay)
    known = {fold(cue) for cue in cues} | {fold(person.name) for person in people}
    known |= {fold(person.name.split()[0]) for person in people}
    by_cue = _map_cues_to_speakers(cues, known)
    casting = _NameMerger(known, dict.fromkeys(name for speakers in by_cue.values() for name in speakers))
    casting.merge_titled_names()
    for person in people:
        casting.add_introduction(person)
    for name, role in find_late_names(screenplay, by_cue, casting.introduced).items():
        casting.merge_late_name(role, name)
    by_cue = {
        cue: tuple(dict.fromkeys(map(casting.get_merged_name, speakers))) for cue, speakers in by_cue.items()
    }
    return FilmCast(tuple(casting.names), by_cue, casting.aliases, casting.introduced)


def _map_cues_to_speakers(cues: Collection[str], known: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the speakers of each cue. A joint cue has several speakers if each of its parts is a person:
    somebody with a cue or an introduction, a first name, a title, a relation or a trade.
    """
    out = {}
    for cue in cues:
        names = (_strip_age_word(_strip_cue_article(part, cues), known) for part in _JOINT.split(cue) if part)
        parts = tuple(dict.fromkeys(_complete_cue_name(part, cues) for part in names))
        # A comma may also belong to one name: WALTER, JR.
        are_people = all(fold(part) in known or ("," not in cue and _is_person_name(part)) for part in parts)
        if len(parts) < 2 or not are_people:
            owner = _POSSESSIVE_VOICE.sub("", cue)
            parts = (_strip_age_word(_strip_cue_article(owner, cues), known),)
            if owner != cue and fold(parts[0]) not in known:
                parts = (cue,)
        out[cue] = tuple(map(make_display_name, parts))
    return out


def _complete_cue_name(part: str, cues: Collection[str]) -> str:
    """Return the cue of which a part of a joint cue is a shorter form: the second part of RANDY/RUMACK is
    DR. RUMACK. Return `part` itself if it has its own cue, names no particular person, or may be short for
    several cues.
    """
    words = set(map(fold, split_words(part)))
    if part in cues or not words or not words.isdisjoint({*ROLES, *GENERIC, *KIN, *CREATURES, *TITLES}):
        return part
    longer = [cue for cue in cues if not _JOINT.search(cue) and words < set(map(fold, split_words(cue)))]
    return longer[0] if len(longer) == 1 else part


def _is_person_name(name: str) -> bool:
    words = [fold(word) for word in split_words(name)]
    tables = (TITLES, KIN, GENERIC, ROLES, _OFFICES, _HONOURS)
    is_somebody = any(word in table for word in words for table in tables)
    return is_somebody or (bool(words) and may_be_first_name(words[0]))


class _NameMerger:
    """A collector of names that merges several names of one person into one. It handles names with titles,
    names of offices, introductions, and names that the script reveals late.
    """

    def __init__(self, known: Collection[str], names: dict[str, None]) -> None:
        self._known = known
        self.names = names
        self.aliases: dict[str, tuple[str, ...]] = {}
        self.introduced: dict[str, tuple[IntroducedPerson, ...]] = {}
        self._keys = {name: frozenset(map(fold, split_words(name))) for name in names}
        self._of_word: dict[str, list[str]] = {}
        for name, key in self._keys.items():
            self._index_name_words(name, key)
        self._offices = {name for name in names if _is_office_name(name)}
        self._joined: dict[str, str] = {}

    def _index_name_words(self, name: str, key: Collection[str]) -> None:
        for word in key:
            self._of_word.setdefault(word, []).append(name)

    def get_merged_name(self, name: str) -> str:
        """Return the name into which `name` was merged, or `name` itself."""
        return self._joined.get(name, name)

    def merge_titled_names(self) -> None:
        """Merge each name with a title into the same name without a title: DR. SOKOL into SOKOL."""
        for other, owner in _map_titled_names(self.names, self._keys).items():
            self.names.pop(other)
            for word in self._keys.pop(other):
                self._of_word[word].remove(other)
            self.aliases[owner] = (*self.aliases.get(owner, ()), other)
            self._joined[other] = owner

    def add_introduction(self, person: IntroducedPerson) -> None:
        """Add an introduction to the cast member that it describes. An introduction that may describe several
        people is dropped.
        """
        written = make_display_name(_strip_age_word(person.name, self._known))
        mine = {fold(word) for word in split_words(written)}
        near = dict.fromkeys(name for word in mine for name in self._of_word.get(word, ()))
        exact = [name for name in near if self._keys[name] == mine]
        within = [name for name in near if self._keys[name] <= mine]
        matching = exact or within or _match_partial_name(person, mine, near, self._keys)
        owner = self._find_introduced_name(person, matching, mine)
        if not owner and person.alone and not matching:
            owner = written
            self.names[owner], self._keys[owner] = None, frozenset(mine)
            self._index_name_words(owner, mine)
        if not owner:
            return
        self.introduced[owner] = (*self.introduced.get(owner, ()), person)
        self.aliases[owner] = tuple(dict.fromkeys((*self.aliases.get(owner, ()), written, *person.also)))
        for other in _list_office_cues(owner, person, matching, self._keys, self._offices):
            self._offices.discard(other)
            self.names.pop(other, None)
            self.aliases[owner] = (*self.aliases[owner], other)
            self._joined[other] = owner

    def _find_introduced_name(
        self, person: IntroducedPerson, matching: Sequence[str], mine: Collection[str]
    ) -> str:
        """Return the cast name that an introduction describes, or an empty string if there is none or the
        choice is unclear.

        `matching` are the cast names that share words with the introduction, `mine` the folded words of the
        introduced name.
        """
        if len(matching) > 1:
            return _choose_proper_name(matching, mine, self._keys)
        if matching:
            return matching[0]
        called = [
            name for other in person.also for name in self._of_word.get(fold(split_words(other)[-1]), ())
        ]
        other_words = {fold(word) for other in person.also for word in split_words(other)}
        return next((name for name in called if self._keys[name] <= other_words), "")

    def merge_late_name(self, role: str, name: str) -> None:
        """Replace the role of a person by the name that the script reveals later: the STRANGER is TOM from
        the first scene on.
        """
        if name not in self.names or role not in self.names:
            return
        self.names.pop(role)
        theirs = (*self.aliases.get(name, ()), role, *self.aliases.pop(role, ()))
        self.aliases[name] = tuple(dict.fromkeys(theirs))
        self.introduced[name] = self.introduced.pop(role, ())
        self._joined |= {other: name for other, owner in self._joined.items() if owner == role} | {role: name}


def _strip_cue_article(name: str, cues: Collection[str]) -> str:
    """Return a name without THE if there is also a cue without it: THE WIDOW is WIDOW."""
    bare = name.removeprefix("THE ")
    return bare if bare in cues else name


def _match_partial_name(
    person: IntroducedPerson, mine: Collection[str], near: Collection[str], keys: Mapping[str, frozenset[str]]
) -> list[str]:
    """Return the longer cast name that contains all words of an introduced name, if there is exactly one:
    “Keane arrives” means NURSE KEANE. Otherwise return an empty list.

    An introduction with an age usually means a new person. An exception is a longer name that only adds a
    title: “VOGEL, 50” is INSPECTOR VOGEL.
    """
    whole = [name for name in near if keys[name] > set(mine)]
    ordinary = {*ROLES, *GENERIC, *KIN, *CREATURES}
    if len(whole) != 1 or not ordinary.isdisjoint(mine):
        return []
    first, *rest = map(fold, split_words(whole[0]))
    is_title = set(rest) == set(mine) and not may_be_first_name(first) and first not in TITLES
    return whole if person.age is None or is_title else []


def _choose_proper_name(
    matching: Sequence[str], mine: Collection[str], keys: Mapping[str, frozenset[str]]
) -> str:
    """Return the proper name if several cues are parts of one introduced name: if SECOND MATE LUND is
    introduced and there are cues for LUND and for SECOND MATE, return LUND. Otherwise return an empty string.
    """
    proper = [name for name in matching if not _is_office_name(name)]
    whole = frozenset[str]().union(*(keys[name] for name in matching))
    return proper[0] if len(proper) == 1 and whole == mine else ""


def _is_name_title(word: str) -> bool:
    """Return True if `word` before a name is a title in any language. A title does not distinguish two
    people.
    """
    if word in _OFFICES or word in ROLES or word in _RANKS or word in _HONOURS:
        return True
    ordinary = word in _WHICH or word in KIN or word in GENERIC or word in CREATURES or word in TITLES
    return len(word) > 3 and not ordinary and not may_be_first_name(word)


def _map_titled_names(names: Collection[str], keys: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """Map each name that consists of a title and another name to that other name: DR. SOKOL to SOKOL.

    Mr and Mrs are ignored, because both people of a couple have the same surname.
    """
    out: dict[str, str] = {}
    for name in names:
        tokens = [fold(word) for word in split_words(name)]
        bare = frozenset(tokens[-1:])
        if len(tokens) < 2 or not all(map(_is_name_title, tokens[:-1])):
            continue
        owner = next((each for each in names if each != name and keys[each] == bare), "")
        rivals = [each for each in names if each not in (name, owner) and bare <= keys[each]]
        # Mrs. Brandt is another person than Brandt. The name Mrs. Brandt therefore does not make it unclear
        # whom another title with Brandt means.
        rivals = [each for each in rivals if fold(split_words(each)[0]) not in TITLES]
        if owner and not rivals and not _is_office_name(owner) and tokens[-1] not in GENERIC:
            out[name] = owner
    return out


def _list_office_cues(
    owner: str,
    person: IntroducedPerson,
    matching: Sequence[str],
    keys: Mapping[str, frozenset[str]],
    roles: Collection[str],
) -> list[str]:
    """Return the cues that name a person only by an office or trade, so that they can be merged into the
    person's name `owner`.

    For “WINSTON, the cook” this is the cue COOK; for SECOND MATE LUND it is SECOND MATE. `roles` are all cues
    that are offices.
    """
    if _is_office_name(owner):
        return []
    about = {fold(word) for word in split_words(person.about)[:3]}
    return [
        role
        for role in roles
        if role != owner
        and (role in matching or (len(keys[role]) == 1 and person.alone and keys[role] <= about))
    ]


def _is_office_name(name: str) -> bool:
    """Return True if a name only gives an office or trade: the cook, second mate, captain."""
    tokens = [fold(word) for word in split_words(name)]
    return bool(tokens) and tokens[-1] in ROLES and all(word in ROLES or word in _RANKS for word in tokens)


def _strip_age_word(name: str, known: Collection[str]) -> str:
    """Return a name without an age word at its beginning (YOUNG MARA → MARA), if the shorter name is
    known.
    """
    bare = _AGES.sub("", name)
    return bare if bare != name and fold(bare) in known and fold(bare) not in GENERIC else name
