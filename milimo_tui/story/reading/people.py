"""The people of a film: the words that name each of them, and the pronoun that fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay.cast import FilmCast
from milimo_tui.story.screenplay.extensions import is_voice_cue
from milimo_tui.story.screenplay.first_names import get_first_name_pronoun
from milimo_tui.story.screenplay.format_words import list_format_words
from milimo_tui.story.screenplay.people_words import (
    CREATURES,
    GENERIC,
    KIN,
    MENS_TRADES,
    ROLES,
    TITLES,
    WOMENS_TRADES,
)
from milimo_tui.story.screenplay.screenplay import Screenplay, ScriptElementKind
from milimo_tui.story.screenplay.script_language import find_script_language
from milimo_tui.story.values.number_words import ONES
from milimo_tui.story.values.text import collapse_text, fold, fold_accents, split_words

WORD = compile_lazily(r"[^\W_]+(?:['’\-][^\W_]+)*")
_HE = frozenset({"he", "his", "him", "himself"})
_SHE = frozenset({"she", "her", "hers", "herself"})
_BY_NAME = 4  # A first name counts as much as this number of paragraphs with pronouns.
_DESCRIPTION_WORDS = 4  # Number of words after a name that are searched for a noun such as “woman”.
# Words that never mean a person when they are the only word of a longer name.
_SMALL_WORDS = """of the and in at on de la von van young old older younger little big with all both every
other another back one"""
_MOST_NAME_WORDS = 4
# Words with which no name ends.
_ENDLESS = frozenset(
    [
        "of",
        "the",
        "and",
        "in",
        "at",
        "on",
        "a",
        "an",
        "to",
        "for",
        "with",
        "from",
        "by",
        "or",
        "but",
        "not",
        "is",
        "are",
        "that",
        "as",
        "like",
    ]
)
_SMALL = frozenset([*_SMALL_WORDS.split(), *ONES[:12]])
_TITLED = compile_lazily(r"\b([^\W\d_]+)\.? ([^\W\d_]+(?:-[^\W\d_]+)?)")
_STATED = compile_lazily(r"\b([A-ZÀ-Þ][A-ZÀ-Þ'’-]+),? (?:is )?an? (?:[a-z-]+,? ){0,3}?([a-z-]+)(?![\w'’-])")


@dataclass(frozen=True, slots=True)
class People:
    """The names of everybody in the film, indexed by the first word of each name, and the pronoun (he, she or
    it) that fits each person; the pronoun is empty if it is unknown. A voice has no words, because it is
    never in the picture.
    """

    genders: Mapping[str, str] = field(default_factory=dict)
    by_word: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = field(default_factory=dict)

    def list_fitting(self, names: Iterable[str], gender: str) -> list[str]:
        """Return the people whom a pronoun can mean. Somebody whose gender is unknown fits both pronouns."""
        return [name for name in names if self.genders.get(name, "") in (gender, "")]


def key_of(word: str) -> str:
    """Return a word in the form in which people are looked up: case-folded, without accents and without a
    possessive ending.
    """
    folded = fold_accents(word).replace("’", "'")
    return folded[:-2] if folded.endswith("'s") else folded.rstrip("'")


def build_people(screenplay: Screenplay, cast: FilmCast) -> People:
    """Return everybody of the cast with the words that name each person and the fitting pronoun."""
    calls = {name: _list_name_keys(name, cast) for name in cast.names}
    language = find_script_language(screenplay)
    small = _SMALL | frozenset(list_format_words("names", "small", language) if language else ())
    by_word = _index_names(
        {name: keys for name, keys in calls.items() if not _names_nobody(name, keys)}, small
    )
    votes = _count_pronouns(screenplay, by_word)
    stated = _map_names_to_stated_gender(screenplay)
    genders = {
        name: _find_gender(name, cast, keys, votes.get(name, Counter()), stated)
        for name, keys in calls.items()
    }
    return People(genders, by_word)


def _names_nobody(name: str, keys: Sequence[tuple[str, ...]]) -> bool:
    """Return True if the name of a cue is a voice, or a piece of a sentence in capitals: AT THE EDGE OF."""
    is_long = "," in name and len(name.split()) > _MOST_NAME_WORDS  # WALTER, JR. is a name.
    is_unfinished = any(len(key) > 1 and key[-1] in _ENDLESS for key in keys[:1])
    is_sentence = is_long or is_unfinished or any(mark in name for mark in "?!;")
    return is_sentence or is_voice_cue(name)


def _list_name_keys(name: str, cast: FilmCast) -> tuple[tuple[str, ...], ...]:
    found = {tuple(map(key_of, split_words(each))): None for each in (name, *cast.aliases.get(name, ()))}
    return tuple(key for key in found if key)


def _index_names(
    calls: Mapping[str, Sequence[tuple[str, ...]]], small: frozenset[str]
) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """Return the names that begin with each word, longer names first. A word of a longer name also means the
    person if nobody else has it and it is not a small word of the script's language, such as an article.
    """
    by_word: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    singles: dict[str, dict[str, None]] = {}
    for name, keys in calls.items():
        for key in keys:
            by_word.setdefault(key[0], []).append((key, name))
            # A long cue may be a shout, whose words name nobody.
            for word in key if 1 < len(key) <= _MOST_NAME_WORDS else ():
                singles.setdefault(word, {})[name] = None
    own = {key for keys in calls.values() for key in keys if len(key) == 1}
    # A surname alone means the person with an office, if one has it: HOLM is CONSTABLE HOLM, not his mother
    # BIRGIT HOLM.
    of_office = {
        keys[0][-1]: name
        for name, keys in calls.items()
        if keys and len(keys[0]) > 1 and all(word in ROLES or word in TITLES for word in keys[0][:-1])
    }
    for word, owners in singles.items():
        alone = next(iter(owners)) if len(owners) == 1 else of_office.get(word, "")
        if alone and (word,) not in own and word not in small and _is_distinctive(word):
            by_word.setdefault(word, []).append(((word,), alone))
    return {word: tuple(sorted(rows, key=lambda row: -len(row[0]))) for word, rows in by_word.items()}


def _is_distinctive(word: str) -> bool:
    """Return True if a word of a name is not an ordinary word for people, a title or a small word."""
    ordinary = any(word in table for table in (ROLES, GENERIC, TITLES, KIN, CREATURES))
    return not ordinary and len(word) > 1 and word not in _SMALL


def _count_pronouns(
    screenplay: Screenplay, by_word: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
) -> dict[str, Counter[str]]:
    """Return, for each person, the number of paragraphs with “he” and with “she” that name nobody else."""
    out: dict[str, Counter[str]] = {}
    for text in _list_action_texts(screenplay):
        tokens = WORD.findall(text)
        named = {
            by_word[key][0][1] for each in tokens if each[0].isupper() and (key := key_of(each)) in by_word
        }
        genders = {gender for each in tokens if (gender := get_pronoun_gender(each))}
        if len(named) == len(genders) == 1:
            out.setdefault(named.pop(), Counter())[genders.pop()] += 1
    return out


def get_pronoun_gender(word: str) -> str:
    """Return “he” or “she” if a word is an English pronoun of a man or a woman, otherwise an empty string."""
    key = fold(word)
    return "he" if key in _HE else "she" if key in _SHE else ""


def _map_names_to_stated_gender(screenplay: Screenplay) -> dict[str, str]:
    """Return the pronoun of each name that always has a courtesy title of one gender (Mr. Falk), or that a
    noun for a man or a woman follows: the JUDGE, a small woman.
    """
    found: dict[str, set[str]] = {}
    stated: dict[str, str] = {}
    for element in screenplay.elements:
        for match in _TITLED.finditer(element.text):
            if gender := TITLES.get(key_of(match[1]), ""):
                found.setdefault(key_of(match[2]), set()).add(gender)
    for text in _list_action_texts(screenplay):
        for match in _STATED.finditer(text):
            if gender := GENERIC.get(match[2], ""):
                stated.setdefault(key_of(match[1]), gender)
    return stated | {name: next(iter(genders)) for name, genders in found.items() if len(genders) == 1}


def _list_action_texts(screenplay: Screenplay) -> Iterator[str]:
    for element in screenplay.elements:
        if element.kind is ScriptElementKind.ACTION:
            yield collapse_text(element.text)


def _find_gender(
    name: str,
    cast: FilmCast,
    keys: Sequence[tuple[str, ...]],
    votes: Counter[str],
    stated: Mapping[str, str],
) -> str:
    """Return the pronoun that fits a person: of a title or noun in the name or its description, of a first
    name, or of the paragraphs that name only this person.
    """
    if _is_name_plural([key_of(word) for word in split_words(name)]):
        return ""
    own = [word for key in keys for word in key]
    introduced = cast.introduced.get(name, ())
    about = [key_of(word) for each in introduced for word in split_words(each.about)[:_DESCRIPTION_WORDS]
             if not word.endswith(("'s", "’s"))]  # fmt: skip
    has_age = any(each.age is not None for each in introduced)
    if not has_age and any(word in CREATURES for word in (*own, *about)):
        return next((gender for gender, _ in votes.most_common(1)), "it")
    if len(own) == 1 and (pronoun := get_pronoun_gender(own[0])):
        return pronoun
    by_title = next((TITLES[word] for word in own if word in TITLES), "")
    by_statement = stated.get(own[0], "") if len(own) == 1 else ""
    return by_title or by_statement or _find_noun_gender((*own, *about)) or _weigh_pronouns(name, cast, votes)


def _find_noun_gender(nouns: Iterable[str]) -> str:
    """Return the pronoun of the first noun that shows the gender of a person: a mother, a man."""
    return next((gender for word in nouns if (gender := KIN.get(word) or GENERIC.get(word, ""))), "")


def _weigh_pronouns(name: str, cast: FilmCast, votes: Counter[str]) -> str:
    """Return the pronoun that first names, descriptions and paragraphs speak for. A first name decides a
    draw, and a trade decides if nothing else is known.
    """
    score = Counter(votes)
    words = [key_of(word) for each in (name, *cast.aliases.get(name, ())) for word in split_words(each)]
    for each in cast.introduced.get(name, ()):
        for word in WORD.findall(each.about):
            score[get_pronoun_gender(word)] += 1
    del score[""]
    by_name = next(
        filter(None, (get_first_name_pronoun(word) for word in words if _is_distinctive(word))), ""
    )
    if by_name:
        score[by_name] += _BY_NAME
    best = score.most_common(2)
    if best:
        return best[0][0] if len(best) == 1 or best[0][1] > best[1][1] else by_name
    return "he" if not MENS_TRADES.isdisjoint(words) else "she" if not WOMENS_TRADES.isdisjoint(words) else ""


def _is_name_plural(own: Sequence[str]) -> bool:
    """Return True if a name means several people: KIDS, THE CHILDREN."""
    if not own:
        return False
    forms = {own[-1].removesuffix(end) for end in ("s", "es") if own[-1].endswith(end)}
    is_noun = any(form in table for form in forms for table in (GENERIC, ROLES, KIN))
    return is_noun or own[-1] in ("children", "men", "women", "people", "police")
