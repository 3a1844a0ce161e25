"""The people whom words of a script can mean. Each person has names, nouns (such as “vet”) and a fitting
pronoun.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay.cast import FilmCast
from milimo_tui.story.screenplay.extensions import is_absent_extension
from milimo_tui.story.screenplay.first_names import get_first_name_pronoun
from milimo_tui.story.screenplay.people_words import (
    BEASTS_PARTS,
    CREATURES,
    GENERIC,
    KIN,
    MANS,
    MENS_TRADES,
    ORDERS,
    ROLES,
    TITLES,
    WOMANS,
    WOMENS_TRADES,
)
from milimo_tui.story.screenplay.screenplay import Screenplay, ScriptElementKind
from milimo_tui.story.values.number_words import ONES
from milimo_tui.story.values.text import collapse_text, fold, split_sentences, split_words

WORD = compile_lazily(r"[^\W_]+(?:['’\-][^\W_]+)*")
_HE = frozenset({"he", "his", "him", "himself"})
_SHE = frozenset({"she", "her", "hers", "herself"})
_GROWN = 20
_OLD = 55


@dataclass(frozen=True, slots=True)
class ScriptPerson:
    """A person of the script. `gender` is the pronoun he, she or it, or empty if unknown. `nouns` are words
    that can mean the person, such as boy or vet.
    """

    name: str
    gender: str = ""
    age: int | None = None
    nouns: frozenset[str] = frozenset()


@dataclass(frozen=True)
class People:
    """Everybody in the film, indexed by name, by the first word of each name, and by noun."""

    by_name: Mapping[str, ScriptPerson] = field(default_factory=dict)
    by_word: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = field(default_factory=dict)
    by_noun: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # Maps a member of a numbered group to the noun: FIRST GUARD and GUARD #2 to “guard”.
    group_of: Mapping[str, str] = field(default_factory=dict)
    # Maps a surname to the people who share it, at least two.
    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # Maps a thing to the person in whose first description it occurs. A thing in the descriptions of several
    # people is left out.
    by_thing: Mapping[str, str] = field(default_factory=dict)
    # Descriptive words in names, such as “German” in GERMAN SOLDIER. They mean the person only if they are in
    # capitals or follow “the”, “this” or “that”.
    telling: frozenset[str] = frozenset()

    @cached_property
    def group_nouns(self) -> frozenset[str]:
        """The nouns that people share because their names are numbered, such as “guard” for FIRST GUARD and
        SECOND GUARD.
        """
        return frozenset(self.group_of.values())

    def has_gender(self, name: str, gender: str) -> bool:
        """Return True if a pronoun is known to fit a person."""
        person = self.by_name.get(name)
        return person is not None and person.gender == gender

    def find_by_name_word(self, word: str) -> str:
        """Return the only person whose name contains a word, or an empty string. For example, “the tall one”
        means the tall one of a TALL WOMAN and a SHORT WOMAN.
        """
        named = [name for name in self.by_name if len(name.split()) > 1 and word in map(key_of, name.split())]
        return named[0] if len(named) == 1 else ""

    def find_called_one(self, word: str) -> str:
        """Return the person whose only name has the form THE OLD ONE with this word, or an empty string."""
        return next((name for name in self.by_name if key_of(name) in (f"the {word} one", f"{word} one")), "")

    def find_called_by_noun(self, noun: str) -> str:
        """Return the person whose name is a noun alone (BEGGAR, THE GIRL; SHE counts as “woman”), or an empty
        string.
        """
        plain = (name for name in self.by_noun.get(noun, ()) if key_of(name).removeprefix("the ") == noun)
        part = next((name for name in self.by_name if key_of(name) == (GENERIC.get(noun) or None)), "")
        return next(plain, "") or part

    def may_have_gender(self, name: str, gender: str) -> bool:
        """Return True if a pronoun fits a person, or if the person's gender is unknown."""
        person = self.by_name.get(name)
        return person is not None and person.gender in (gender, "")


_ORDINALS = frozenset(
    [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "another",
        "other",
    ]
)
_RANK_WORDS = """mate officer lieutenant engineer minister secretary lady assistant violin cousin sergeant
class aid team unit base name consul reader speaker"""
# Words for ranks. They are not numbers of a group: SECOND MATE is the office of one person, not the second of
# two mates.
_RANKED = frozenset(_RANK_WORDS.split())


def _parse_numbered_name(name: str) -> str:
    """Return the group noun of a numbered name (SECOND GUARD, GUARD #2, GUARD 2, GUARD B), or an empty
    string.
    """
    tokens = [key_of(word) for word in re.findall(r"[\w'’-]+", name)]
    if len(tokens) < 2:
        return ""
    if tokens[0] in _ORDINALS:
        return "" if tokens[-1] in _RANKED else tokens[-1]
    last = tokens[-1]
    if last.isdigit() or last in _NUMBERS or (len(last) == 1 and last.isalpha()):
        return tokens[-2]
    return ""


_NUMBERS = frozenset(ONES[:12])


def _map_people_to_groups(names: Iterable[str]) -> dict[str, str]:
    """Return the group noun of each member of a numbered group. A GUARD without a number is a member if there
    is also a SECOND GUARD.
    """
    every = list(names)
    found = {name: noun for name in every if (noun := _parse_numbered_name(name))}
    nouns = set(found.values())
    return found | {name: key_of(name) for name in every if key_of(name) in nouns}


def _group_by_surname(cast: FilmCast, groups: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the people who share a surname, keyed by surname."""
    found: dict[str, dict[str, None]] = {}
    for name in cast.names:
        for called in (name, *cast.aliases.get(name, ())):
            last = [key_of(word) for word in split_words(called)][-1:]
            if last and name not in groups and not any(last[0] in table for table in (ROLES, GENERIC, KIN)):
                found.setdefault(last[0], {})[name] = None
    return {last: tuple(names) for last, names in found.items() if len(names) > 1}


def _map_things_to_owners(screenplay: Screenplay, cast: FilmCast) -> dict[str, str]:
    """Return the owner of each thing that occurs in the first description of exactly one person: gum, a
    thermos.
    """
    called = {each.name: name for name, mine in cast.introduced.items() for each in mine}
    owners: dict[str, set[str]] = {}
    done: set[str] = set()
    for element in screenplay.elements:
        if element.kind is not ScriptElementKind.ACTION:
            continue
        text = collapse_text(element.text)
        places = sorted((text.find(each), each) for each in called if each in text)
        for index, (start, each) in enumerate(places):
            if each in done:
                continue
            done.add(each)
            end = places[index + 1][0] if index + 1 < len(places) else len(text)
            after = WORD.findall(text[start + len(each) : end])
            for at, word in enumerate(after):
                if word.islower() and len(word) > 2 and "the" not in after[max(0, at - 2) : at]:
                    owners.setdefault(key_of(word), set()).add(called[each])
    return {word: next(iter(names)) for word, names in owners.items() if len(names) == 1}


def key_of(word: str) -> str:
    """Return a word in the form in which people are looked up: case-folded, without a possessive ending."""
    folded = fold(word).replace("’", "'")
    return folded[:-2] if folded.endswith("'s") else folded.rstrip("'")


def build_people(screenplay: Screenplay, cast: FilmCast) -> People:
    """Return everybody of the cast with the facts that the script gives about them."""
    calls = {name: _list_name_keys(name, cast) for name in cast.names}
    by_word: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    singles: dict[str, dict[str, None]] = {}
    for name, called in calls.items():
        for key in called:
            by_word.setdefault(key[0], []).append((key, name))
            if len(key) > 1:
                for word in key:
                    singles.setdefault(word, {})[name] = None
    own = {key for called in calls.values() for key in called if len(key) == 1}
    # A surname alone means the person with an office, if one has it: HOLM is CONSTABLE HOLM, not his mother
    # BIRGIT HOLM.
    office = {
        called[0][-1]: name
        for name, called in calls.items()
        if called and len(called[0]) > 1 and all(word in ROLES or word in TITLES for word in called[0][:-1])
    }
    for word, owners in singles.items():
        ordinary = word in ROLES or word in GENERIC or word in TITLES or word in KIN or len(word) < 2
        # A number word that is part of a name does not mean the person when it stands alone: “all four” does
        # not mean the character ALL FOUR.
        ordinary = ordinary or word in _NUMBERS
        of_office = office.get(word, "")
        alone = next(iter(owners)) if len(owners) == 1 else of_office
        if alone and (word,) not in own and not ordinary and word not in _SMALL:
            by_word.setdefault(word, []).append(((word,), alone))
    identifying = frozenset(
        word
        for word, rows in singles.items()
        if len(rows) == 1 and _are_names_descriptive(calls[next(iter(rows))])
    )
    table = {word: tuple(sorted(rows, key=lambda row: -len(row[0]))) for word, rows in by_word.items()}
    votes = _count_pronouns_after_name(screenplay, table)
    weak = _count_gendered_things(screenplay, table) | _count_weak_pronouns(screenplay, cast, table)
    titled = _map_names_to_titled_gender(screenplay) | _map_names_to_stated_gender(screenplay)
    offices = _map_names_to_offices(screenplay)
    by_name = {
        name: _make_script_person(name, cast, votes.get(name) or weak.get(name) or Counter(), titled, offices)
        for name in cast.names
    }
    open_ones = {
        name for name, one in by_name.items() if _is_gender_uncertain(one.gender, votes.get(name, Counter()))
    }
    for name, gender in _infer_remaining_genders(screenplay, cast, table, by_name, open_ones).items():
        by_name[name] = _make_script_person(name, cast, Counter({gender: 9}), titled, offices)
    by_noun: dict[str, dict[str, None]] = {}
    for name, person in by_name.items():
        for noun in person.nouns:
            by_noun.setdefault(noun, {})[name] = None
    groups = _map_people_to_groups(cast.names)
    for name, noun in groups.items():
        by_noun.setdefault(noun, {})[name] = None
    nouns = {noun: tuple(names) for noun, names in by_noun.items()}
    return People(
        by_name,
        table,
        nouns,
        groups,
        _group_by_surname(cast, groups),
        _map_things_to_owners(screenplay, cast),
        identifying,
    )


def _are_names_descriptive(called: Sequence[tuple[str, ...]]) -> bool:
    """Return True if all names in `called` are only descriptions of the person: WOMAN IN GREEN."""
    return all(any(word in ROLES or word in GENERIC for word in (key[0], key[-1])) for key in called)


def _is_gender_uncertain(gender: str, votes: Counter[str]) -> bool:
    """Return True if the gender is unknown, or if the pronouns in the text contradict it as often as they
    support it.
    """
    return not gender or 2 * votes[gender] <= votes.total() > 0


def _infer_remaining_genders(
    screenplay: Screenplay,
    cast: FilmCast,
    table: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]],
    known: Mapping[str, ScriptPerson],
    open_ones: Container[str],
) -> dict[str, str]:
    """Return the pronoun of people whose gender is still open, as far as scenes show it. In such a scene,
    both “he” and “she” occur, and all other people have the same gender. The other pronoun must then mean the
    person.

    `table` maps words to names, `known` are the people of the cast, and `open_ones` the people whose gender
    is open.
    """
    votes: dict[str, Counter[str]] = {}
    for scene in screenplay.scenes:
        there: dict[str, None] = {}
        pronouns: Counter[str] = Counter()
        for element in scene.elements:
            if element.kind is ScriptElementKind.CUE and element.cue:
                there.update(dict.fromkeys(cast.list_speakers(element.cue.name)))
            elif element.kind is ScriptElementKind.ACTION:
                for word in WORD.findall(element.text):
                    if word[0].isupper() and (rows := table.get(key_of(word))):
                        there[rows[0][1]] = None
                    pronouns[_get_pronoun_gender(word)] += 1
        undecided = [name for name in there if name in open_ones]
        others = {known[name].gender for name in there if name in known and name not in undecided} - {""}
        free = {"he", "she"} - others
        if len(undecided) == 1 and len(free) == 1 and (gender := free.pop()) and pronouns[gender]:
            votes.setdefault(undecided[0], Counter())[gender] += 1
    return {name: next(iter(each)) for name, each in votes.items() if len(each) == 1}


_SMALL_WORDS = """of the and in at on de la von van young old older younger little big with all both
every other another back one"""
_SMALL = frozenset(_SMALL_WORDS.split())


def _list_name_keys(name: str, cast: FilmCast) -> tuple[tuple[str, ...], ...]:
    found = {tuple(map(key_of, split_words(each))): None for each in (name, *cast.aliases.get(name, ()))}
    return tuple(key for key in found if key)


def _map_names_to_titled_gender(screenplay: Screenplay) -> dict[str, str]:
    """Return the pronoun of each name that always has a courtesy title of the same gender: Mr. Falk."""
    found: dict[str, set[str]] = {}
    for element in screenplay.elements:
        for match in _TITLED.finditer(element.text):
            found.setdefault(key_of(match[2]), set()).add(TITLES[key_of(match[1])])
    return {name: next(iter(genders)) for name, genders in found.items() if len(genders) == 1}


def _map_names_to_offices(screenplay: Screenplay) -> dict[str, frozenset[str]]:
    """Return the nouns for offices that precede each name: “sergeant” for the name in “Sergeant Hobday”."""
    found: dict[str, frozenset[str]] = {}
    for element in screenplay.elements:
        if element.kind is ScriptElementKind.ACTION:
            for match in _OFFICE.finditer(element.text):
                office = key_of(match[1])
                if noun := ORDERS.get(office) or (office if office in ROLES else ""):
                    name = key_of(match[2])
                    found[name] = found.get(name, frozenset()) | {noun, office}
    return found


def _map_names_to_stated_gender(screenplay: Screenplay) -> dict[str, str]:
    """Return the pronoun of each character who is described as a man or a woman right after the name: the
    JUDGE, a small woman.
    """
    found: dict[str, str] = {}
    for element in screenplay.elements:
        if element.kind is ScriptElementKind.ACTION:
            for match in _TOLD.finditer(collapse_text(element.text)):
                found.setdefault(key_of(match[1]), GENERIC[key_of(match[2])])
    return {name: gender for name, gender in found.items() if gender}


_TOLD = compile_lazily(
    r"\b([A-ZÀ-Þ][A-ZÀ-Þ'’-]+),? (?:is )?an? (?:[a-z-]+,? ){0,3}?"
    rf"({'|'.join(sorted(GENERIC, key=len, reverse=True))})(?![\w'’-])"
)
_OFFICE = compile_lazily(r"(?<![\w'’-])([A-Z][a-z]+)\.? ([A-Z][^\W\d_]+)")
_TITLED = compile_lazily(
    rf"\b({'|'.join(word for word in TITLES if len(word) > 1)})\.? ([^\W\d_]+(?:-[^\W\d_]+)?)", re.IGNORECASE
)


def _make_script_person(
    name: str,
    cast: FilmCast,
    votes: Counter[str],
    titled: Mapping[str, str],
    offices: Mapping[str, frozenset[str]],
) -> ScriptPerson:
    mine = cast.introduced.get(name, ())
    ages = [each.age for each in mine if each.age is not None]
    age = max(ages, default=None)
    own = [key_of(word) for each in (name, *cast.aliases.get(name, ())) for word in split_words(each)]
    about = [  # Possessives are skipped: “A man's cardigan” does not make its wearer a man.
        key_of(word)
        for each in mine
        for word in split_words(each.about)[:6]
        if not word.endswith(("'s", "’s"))
    ]
    nouns = {word for word in own if word in ROLES or word in GENERIC or word in KIN or word in CREATURES}
    if len(own) > 1 and own[0] in ORDERS:
        # In a name, an order's title means its member: “Sister Pia” is a nun.
        nouns = (nouns - {own[0]}) | {ORDERS[own[0]]}
    nouns |= {word for word in about if word in ROLES or word in KIN or word in CREATURES or word in GENERIC}
    if len(own) == 1:
        nouns |= offices.get(own[0], frozenset())
    if age is not None:
        nouns -= CREATURES  # An animal word in a description with an age is clothing: a fox fur.
    elif any(word in CREATURES for word in (*own, *about[:4])):
        return ScriptPerson(name, "it" if not votes else votes.most_common(1)[0][0], age, frozenset(nouns))
    gender = next((TITLES[word] for word in own if word in TITLES), "")
    if len(own) == 1:
        gender = gender or titled.get(own[0], "")
    if _is_name_plural([key_of(word) for word in split_words(name)]):
        return ScriptPerson(name, "", age, frozenset(nouns))
    if own in (["he"], ["she"]):
        gender = own[0]  # The character's only name is a pronoun.
    gender = gender or _find_noun_gender(own) or _find_noun_gender(about[:4])
    if not gender:
        score = Counter(votes)
        for word in (key_of(word) for each in mine for word in split_words(each.about)):
            # A pronoun in the description counts as three votes: “a coat over her nightgown”.
            score["he" if word in _HE else "she" if word in _SHE else ""] += 3
        del score[""]
        firsts = {first for each in (name, *cast.aliases.get(name, ())) if (first := _find_first_name(each))}
        for word in firsts:
            if pronoun := get_first_name_pronoun(word):
                score[pronoun] += _BY_NAME
        best = score.most_common(2)
        if best and (len(best) == 1 or best[0][1] > best[1][1]):
            gender = best[0][0]
        elif best:
            gender = next(filter(None, map(get_first_name_pronoun, sorted(firsts))), "")
        elif not {*own, *about[:4]}.isdisjoint(MENS_TRADES):
            gender = "he"
        elif not {*own, *about[:4]}.isdisjoint(WOMENS_TRADES):
            gender = "she"
    for years in ages:
        nouns |= _list_nouns_for_age(years, gender)
    return ScriptPerson(name, gender, age, frozenset(nouns))


_BY_NAME = 4  # A first name counts as much as this number of pronouns when the gender of a person is decided.


def _find_first_name(name: str) -> str:
    """Return the first word of a name that is neither a title nor a description: Bert, for OLD BERT."""
    tokens = [key_of(word) for word in split_words(name)]
    excluded = {*TITLES, *ROLES, *KIN, *GENERIC, *_SMALL, *_ORDINALS, *_NUMBERS}
    return next((word for word in tokens if word not in excluded), "")


def _is_name_plural(own: Sequence[str]) -> bool:
    """Return True if a name means several people: KIDS, THE CHILDREN."""
    return bool(own) and (
        own[-1] in ("children", "men", "women", "people", "police")
        or (
            own[-1].endswith("s")
            and any(
                own[-1].removesuffix(end) in each for end in ("s", "es") for each in (GENERIC, ROLES, KIN)
            )
        )
    )


def _find_noun_gender(nouns: Iterable[str]) -> str:
    """Return the pronoun of the first noun that shows the gender of a person: a mother, a man."""
    return next(
        (KIN.get(word) or GENERIC.get(word, "") for word in nouns if word in KIN or word in GENERIC), ""
    )


def _list_nouns_for_age(age: int, gender: str) -> set[str]:
    child = age < _GROWN
    found = {"kid", "child"} if age < 14 else set()
    if gender == "he":
        found |= {"boy"} if child else {"man"}
    elif gender == "she":
        found |= {"girl"} if child else {"woman"}
    return found


def _count_pronouns_after_name(
    screenplay: Screenplay, table: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
) -> dict[str, Counter[str]]:
    """Return, for each person, the counts of the pronouns that follow the name in sentences with no other
    name.
    """
    out: dict[str, Counter[str]] = {}
    for element in screenplay.elements:
        if element.kind is not ScriptElementKind.ACTION:
            continue
        before = ""
        for sentence in split_sentences(collapse_text(element.text)):
            found: dict[str, None] = {}
            counts: Counter[str] = Counter()
            # Counts of the pronouns before the first name of the sentence: “She hands Tom her coat.”
            ahead: Counter[str] = Counter()
            told_of = {_get_pronoun_gender(match[0]) for match in WORD.finditer(sentence)}
            first = next((key_of(match[0]) for match in WORD.finditer(sentence)), "")
            for at, match in enumerate(WORD.finditer(sentence)):
                key = key_of(match[0])
                if key in table and (
                    match[0][0].isupper() or _is_full_role_name(table[key][0][0], sentence, match)
                ):
                    if _IS_KIN.match(sentence, match.end()) and match[0].endswith(("'s", "’s")):
                        continue  # The name is only an owner: “That's Ana's father. He laughs.”
                    found[table[key][0][1]] = None
                elif not found and key in ("he", "she") and not _means_another_person(key, sentence, match):
                    ahead[key] += 3
                elif (
                    len(found) == 1 or (before and (at == 0 or key in ("he", "she")))
                ) and not _means_another_person(key, sentence, match):
                    acts = key in ("he", "she", "himself", "herself")
                    counts["he" if key in _HE else "she" if key in _SHE else ""] += 3 if acts else 1
            if not found:
                counts += ahead
                if first in ahead:
                    # A sentence that begins with a pronoun continues the sentence before, so this pronoun
                    # counts more: “Malky counts. He puts on his jacket.”
                    counts[first] += 1
            elif before and len(ahead) == 1 and before not in found:
                out.setdefault(before, Counter()).update(ahead)
            for key in ("", *(ahead if found else ())):
                del counts[key]
            if len(counts) == 2 and 3 in counts.values() and 1 in counts.values():
                # Both genders occur. Only pronouns that are subjects count, such as the “he” of “he … her
                # foot”.
                counts = Counter({key: count for key, count in counts.items() if count == 3})
            person = next(iter(found)) if len(found) == 1 else before if not found else ""
            if not found and {"he", "she"} <= told_of:
                # The sentence has both “he” and “she”, so its pronouns are weak evidence and each gender
                # counts once. In “Ira sits. She looks at him.” Ira may be he or she.
                counts = Counter(dict.fromkeys(counts, 1))
            bracketed = {
                _get_pronoun_gender(word)
                for aside in _ASIDE.findall(sentence)
                for word in WORD.findall(aside)
            } - {""}
            if len(found) == 1 and len(bracketed) == 1:
                # A pronoun in brackets after a name is strong evidence, because the brackets describe this
                # person: “(60s, a torch between his teeth)”.
                counts = Counter({bracketed.pop(): 9})
            if person and len(counts) == 1:
                out.setdefault(person, Counter()).update(counts)
            before = person
    return out


def _is_full_role_name(name: tuple[str, ...], sentence: str, at: re.Match[str]) -> bool:
    """Return True if all words of a name are at this position after the article “the”: the spice seller."""
    here = [key_of(word[0]) for word in islice(WORD.finditer(sentence, at.start()), len(name))]
    return here == list(name) and sentence[: at.start()].casefold().endswith("the ")


_ASIDE = compile_lazily(r"\(([^()]*)\)")
_NO_THING = compile_lazily(
    r"\s*(?:[.,;:!?)–—]|--|$|(?:and|with|as|by|in|on|at|to|from|into|for|while|until|but|or|off|up|down|over|out)\b)"
)
_IS_KIN = compile_lazily(rf" (?:[a-z]+ )?(?:{'|'.join(KIN)})\b")
# Number of characters before a pronoun that are searched for words such as “so does”. After such words the
# pronoun means another person than the subject.
_NEAR = 16
_SO_DOES = compile_lazily(r"\b(?:does|did|than|like|as)\s+$", re.IGNORECASE)


def _means_another_person(key: str, sentence: str, at: re.Match[str]) -> bool:
    """Return True if a pronoun does not mean the person who acts in the sentence: “kneels in front of her.”,
    “So does she.” `at` is the match of the pronoun in `sentence`.
    """
    if key == "him" or _SO_DOES.search(sentence, max(0, at.start() - _NEAR), at.start()):
        return True
    return key == "her" and _NO_THING.match(sentence[at.end() :]) is not None


def _get_pronoun_gender(word: str) -> str:
    """Return “he” or “she” if a word is a pronoun of a man or a woman, otherwise an empty string."""
    key = key_of(word)
    return "he" if key in _HE else "she" if key in _SHE else ""


def _count_gendered_things(
    screenplay: Screenplay, table: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
) -> dict[str, Counter[str]]:
    """Return, for each person, how many things in an introduction suggest a man (“he”) or a woman (“she”),
    such as a beard or a skirt. Only sentences with a single name in capitals count.
    """
    out: dict[str, Counter[str]] = {}
    for element in screenplay.elements:
        if element.kind is not ScriptElementKind.ACTION:
            continue
        for sentence in split_sentences(collapse_text(element.text)):
            matches = list(WORD.finditer(sentence))
            named = [
                (at, table[key_of(match[0])][0][1])
                for at, match in enumerate(matches)
                if match[0].isupper() and key_of(match[0]) in table
            ]
            if len({name for _, name in named}) != 1:
                continue
            words = [key_of(match[0]) for match in matches[named[-1][0] + 1 :]]
            found = Counter("he" if word in MANS else "she" for word in words if word in MANS | WOMANS)
            if len(found) == 1:
                out.setdefault(named[0][1], Counter()).update(found)
    return out


def _count_weak_pronouns(
    screenplay: Screenplay, cast: FilmCast, table: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
) -> dict[str, Counter[str]]:
    """Return, for each person, weak evidence of the gender: counts of “he” and “she” in paragraphs that name
    only this person, and in paragraphs that follow the person's speech and begin with a pronoun.
    """
    out: dict[str, Counter[str]] = {}
    speaker = ""
    for element in screenplay.elements:
        if element.kind is ScriptElementKind.CUE and element.cue:
            absent = any(map(is_absent_extension, element.cue.extensions))
            speaker = "" if absent else next(iter(cast.list_speakers(element.cue.name)), "")
            if all(word in ROLES for word in map(key_of, split_words(speaker))):
                # No speaker is assumed here: after a speech by a driver, “she” means somebody else.
                speaker = ""
        if element.kind is not ScriptElementKind.ACTION:
            continue
        tokens = WORD.findall(collapse_text(element.text))
        keys = [key_of(token) for token in tokens]
        named = {
            table[key][0][1]
            for token, key in zip(tokens, keys, strict=True)
            if token[0].isupper() and key in table
        }
        genders = ["he" if key in _HE else "she" for key in keys if key in _HE or key in _SHE]
        if not BEASTS_PARTS.isdisjoint(keys):
            genders, keys = [], []  # The pronoun means an animal: “He takes it in one claw.”
        if len(named) == 1 and len(set(genders)) == 1:
            out.setdefault(named.pop(), Counter())[genders[0]] += 1
        elif speaker and not named and keys[:1] and keys[0] in ("he", "she"):
            out.setdefault(speaker, Counter())[keys[0]] += 1
        speaker = ""
    return out
