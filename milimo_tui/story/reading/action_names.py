"""The people whom a piece of action names, and those whom its pronouns mean.

A name shows its person, unless the person only owns something or the words before the name say that the
person is absent. A pronoun shows the one person of the scene who fits. If several people fit, it becomes a
question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.moment import ActionSentence
from milimo_tui.story.reading.people import WORD, People, key_of
from milimo_tui.story.screenplay.first_names import may_be_first_name
from milimo_tui.story.screenplay.format_words import fold_word, list_format_words, list_written_words
from milimo_tui.story.screenplay.people_words import BODY, CLOTHES, CREATURES, GENERIC, KIN, ROLES
from milimo_tui.story.values.doubts import NOBODY, Doubt, DoubtKind
from milimo_tui.story.values.text import QUOTED, fold, split_sentences

_NOUNS = "|".join(sorted((*GENERIC, *KIN, *ROLES, *CREATURES), key=len, reverse=True))
# Matches somebody without a name who is introduced: “A waiter brings the bill.”
_UNNAMED = compile_lazily(
    rf"(?:^|[.!?:;,]\s+|\band\s)(?:[Aa]n?|[Aa]nother)\s(?:[a-z-]+,?\s){{0,3}}?({_NOUNS})\b(?!['’-])"
)
# Words after “Anna's” that show a contracted “is” or “has”. A word in -ing shows it too.
_AFTER_IS = frozenset(
    ["already", "been", "gone", "got", "here", "not", "now", "still", "there", "the", "a", "an"]
)
_POSSESSIVES = frozenset(["his", "her"])
# Words after “her” that show that it is no possessive: “Tom hands her the cup.”
_AFTER_OBJECT_WORDS = """a an and as at away back but by down for from in into off on out the to up with"""
_AFTER_OBJECT = frozenset(_AFTER_OBJECT_WORDS.split())
_PARTS = BODY - CLOTHES - {"voice", "heart", "breath"} | {"reflection", "shadow", "silhouette", "figure"}
# Things that show somebody who is not there: “a picture of a smiling Steve”.
_PICTURES = frozenset(
    f"{word}{ending}"
    for word in (
        "picture", "photo", "photograph", "portrait", "painting", "image", "poster", "drawing", "statue",
        "bust",
    )
    for ending in ("", "s")
)  # fmt: skip
_PICTURE_WORDS = 5
_QUESTION = 0.5  # Certainty of the answer “nobody” to the question whom a pronoun means.
_MOST_ANSWERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneCast:
    """The people who can be meant in a scene: everybody whom its action names and who speaks in the picture.
    `unnamed` are the pronouns that fit people without a name who have appeared so far; a pronoun is empty if
    it is unknown.
    """

    people: People
    names: tuple[str, ...] = ()
    unnamed: set[str] = field(default_factory=set)
    language: str = "en"

    def list_words(self, kind: str, key: str) -> tuple[str, ...]:
        """Return the words of a table of the format in the script's language; none in an unknown language."""
        return list_format_words(kind, key, self.language) if self.language else ()

    def list_pronouns(self, gender: str) -> tuple[str, ...]:
        """Return the pronouns of a gender with their accents: in Spanish, “el” is only an article."""
        return list_written_words("pronouns", gender, self.language) if self.language else ()


@dataclass(slots=True)
class ActionNames:
    """The people in a piece of action. `seen` are in the picture, in order of appearance."""

    seen: dict[str, None] = field(default_factory=dict)
    sentences: list[ActionSentence] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def list_named_people(text: str, people: People, language: str) -> tuple[str, ...]:
    """Return the people whom a text names as being in the picture."""
    found = read_action_names(text, SceneCast(people=people, language=language))
    return tuple(found.seen)


def read_action_names(text: str, scene: SceneCast) -> ActionNames:
    """Return the people whom a piece of action shows, with the names of each sentence."""
    out = ActionNames()
    for sentence in split_sentences(QUOTED.sub(" ", text)):
        _read_sentence(sentence, scene, out)
    return out


def _read_sentence(sentence: str, scene: SceneCast, out: ActionNames) -> None:
    found_words = list(WORD.finditer(sentence))
    tokens = [word[0] for word in found_words]
    keys = list(map(key_of, tokens))
    absent = scene.list_words("names", "absent")
    names: dict[str, None] = {}
    at, last, picture_end = 0, 0, -1
    while at < len(tokens):
        found = _find_name_at(tokens, keys, at, scene)
        if not found:
            if keys[at] not in _POSSESSIVES or _shows_person(keys[at], keys[at + 1 : at + 3]):
                names.update(dict.fromkeys(_read_pronoun(tokens[at], scene, out)))
            at += 1
            continue
        name, count = found
        end = at + count
        is_owner = _is_possessive(tokens[end - 1]) and not _shows_contracted_verb(keys[end : end + 1])
        names[name] = None
        articles = scene.list_words("names", "definite")
        words = [each for each in map(fold_word, tokens[max(0, at - 3) : at]) if each not in articles]
        before = words[-1] if words else ""
        is_picture = "of" in words and not _PICTURES.isdisjoint(keys[max(last, at - _PICTURE_WORDS) : at])
        joined = sentence[picture_end : found_words[at].start()].strip() if picture_end > 0 else ""
        is_picture = is_picture or joined in ("and", "&")
        picture_end = found_words[end - 1].end() if is_picture else -1
        is_named = before not in absent and not is_picture
        is_shown = not _PARTS.isdisjoint(keys[end : end + 2]) if is_owner else is_named
        if is_shown:
            out.seen[name] = None
        at = last = end
    out.sentences.append(ActionSentence(sentence, tuple(names)))
    for match in _UNNAMED.finditer(sentence):
        noun = fold(match[1])
        scene.unnamed.add("it" if noun in CREATURES else KIN.get(noun) or GENERIC.get(noun, ""))


def _find_name_at(
    tokens: Sequence[str], keys: Sequence[str], at: int, scene: SceneCast
) -> tuple[str, int] | None:
    """Return the person whose name begins at a word, and the number of words of the name, or None. A name
    begins with a capital letter. It may be in small letters after a definite article, unless it is a first
    name: the nurse.
    """
    rows = scene.people.by_word.get(keys[at], ())
    if rows and tokens[at][0].islower():
        is_definite = at > 0 and fold_word(tokens[at - 1]) in scene.list_words("names", "definite")
        rows = rows if is_definite and not may_be_first_name(keys[at]) else ()
    return next(((name, len(key)) for key, name in rows if tuple(keys[at : at + len(key)]) == key), None)


def _read_pronoun(token: str, scene: SceneCast, out: ActionNames) -> Iterator[str]:
    """Show the one person of the scene whom a pronoun fits, and yield the person if the pronoun is a subject
    (“he”). If several people fit and none of them is in the picture, add a question.
    """
    word = token.casefold()
    gender = next((each for each in ("he", "she") if word in scene.list_pronouns(each)), "")
    if not gender:
        return
    here = scene.people.list_fitting(out.seen, gender)
    fitting = here or scene.people.list_fitting(scene.names, gender)
    if len(fitting) == 1 and (here or scene.unnamed.isdisjoint((gender, ""))):
        if gender == word:
            yield fitting[0]
        out.seen[fitting[0]] = None
    elif fitting and not here and all(fold(doubt.words) != fold(token) for doubt in out.doubts):
        answers = tuple(dict.fromkeys(reversed(fitting)))[:_MOST_ANSWERS]
        reason = "several people of the scene fit"
        out.doubts.append(Doubt(DoubtKind.CAST, token, NOBODY, answers, _QUESTION, reason))


def _shows_person(pronoun: str, after: Sequence[str]) -> bool:
    """Return True if “his” or “her” before the words `after` shows the person: “his hand”, “in front of
    her.”
    """
    return not _PARTS.isdisjoint(after) or (pronoun == "her" and (not after or after[0] in _AFTER_OBJECT))


def _is_possessive(token: str) -> bool:
    return token.casefold().endswith(("'s", "’s", "s'", "s’"))


def _shows_contracted_verb(after: Sequence[str]) -> bool:
    """Return True if the word after `’s` shows that the contraction means “is” or “has”."""
    return any(word in _AFTER_IS or (word.endswith("ing") and len(word) > len("thing")) for word in after)
