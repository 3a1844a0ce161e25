"""Looks from introductions of people: “MARA (38), a courier in a grey coat, pushes past.” They are the
only looks that are stated without a reading of the screenplay. Pure functions.

An introduction is the first mention of a person in the action of an era, as NAME (age), NAME, age, or NAME
followed by noun phrases between commas. `introduction_phrases` decides which phrases are certain. Anything
else stays in the action and becomes no look.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from milimo_tui.story.looks.introduction_phrases import (
    IntroductionPhrase,
    PhraseKind,
    get_introduction_language,
)
from milimo_tui.story.looks.look_draft import INTRODUCED, LookDraft
from milimo_tui.story.reading.moment import ReadScene
from milimo_tui.story.screenplay.cast import FilmCast
from milimo_tui.story.screenplay.screenplay import Screenplay, ScriptElement, ScriptElementKind
from milimo_tui.story.screenplay.script_language import find_script_language
from milimo_tui.story.values.shot_words import Era
from milimo_tui.story.values.text import collapse_text, fold

_BRACKET = re.compile(r"\s*\(([^()]{1,80})\)")
# A piece ends at a comma, or at the end of a sentence. Other marks make it uncertain where it ends.
_PIECE = re.compile(r"\s*,\s*([^,.;:!?()\[\]\"“”«»–—]+?)\s*(?=[,.!?](?!\d)|$)")
_SENTENCE_START = re.compile(r"(?<!\bDr)(?<!\bMr)(?<!\bSt)(?<!\bMrs)[.!?:;][\"”»]?\s+")
# Words for an age that are a part of a name, such as YOUNG JOAN.
_AGE_WORDS = frozenset(
    (
        *(
            "young",
            "younger",
            "old",
            "older",
            "little",
            "teen",
            "teenage",
            "elderly",
            "adult",
            "baby",
            "child",
        ),
        *("jeune", "petit", "petite", "vieux", "vieille", "jung", "junge", "junger", "kleine", "kleiner"),
        *("alte", "alter", "joven", "pequeño", "pequeña", "viejo", "vieja", "giovane", "piccolo", "piccola"),
        *("vecchio", "vecchia", "jovem", "pequeno", "pequena", "velho", "velha"),
    )
)
_QUOTE_MARK = re.compile(r"[\"“”«»]")
_WORDS = re.compile(r"[^\W\d_]+|&")


@dataclass(frozen=True, slots=True)
class _Mention:
    """A mention of a person in a paragraph of action, from offset `start` to `end`."""

    name: str
    start: int
    end: int


def find_introduced_looks(
    screenplay: Screenplay, cast: FilmCast, scenes: Sequence[ReadScene]
) -> tuple[LookDraft, ...]:
    """Return the looks that introductions state, in the order of the script. `scenes` has the era of each
    scene.
    """
    return tuple(_IntroductionReader(screenplay, cast, scenes).iterate_looks())


class _IntroductionReader:
    """A walk through the action that knows whom the script has mentioned in each era."""

    def __init__(self, screenplay: Screenplay, cast: FilmCast, scenes: Sequence[ReadScene]) -> None:
        self._screenplay = screenplay
        self._language = get_introduction_language(find_script_language(screenplay))
        self._scenes = scenes
        self._names = {
            fold(called): name
            for name in reversed(cast.names)
            for called in (*cast.aliases.get(name, ()), name)
        }
        called = sorted(self._names, key=len, reverse=True)
        self._mention = re.compile(
            rf"(?<![\w'’-])(?:{'|'.join(map(re.escape, called)) or '(?!)'})(?![\w-]|['’]\w)", re.IGNORECASE
        )
        self._mentioned: set[tuple[str, Era]] = set()

    def iterate_looks(self) -> Iterator[LookDraft]:
        written = {scene.span.line: scene for scene in self._screenplay.scenes}
        for scene in self._scenes:
            for element in written[scene.line].elements if scene.line in written else ():
                if element.kind is ScriptElementKind.ACTION:
                    yield from self._read_paragraph(element, scene.line, scene.era)

    def _find_era(self, text: str, mention: _Mention, scene_era: Era) -> Era:
        """Return the era of a mention. YOUNG EDWARD is Edward in another era, even in a scene of the
        present.
        """
        own = text[mention.start : mention.end].split()
        before = text[: mention.start].split()[-1:]
        word = next((each for each in (own[0], *before) if each.casefold() in _AGE_WORDS), "")
        # “Old MR. TANG” is only a description: the name does not begin before it.
        is_part = word[:1].isupper() and word.isupper() == own[-1].isupper()
        has_age_word = mention.name.split()[0].casefold() in _AGE_WORDS
        is_other = is_part and not has_age_word and scene_era is Era.PRESENT
        return Era.FLASHBACK if is_other else scene_era

    def _read_paragraph(self, element: ScriptElement, scene_line: int, scene_era: Era) -> Iterator[LookDraft]:
        text = collapse_text(element.text)
        mentions = [
            _Mention(self._names[fold(found[0])], found.start(), found.end())
            for found in self._mention.finditer(text)
            if not found[0].islower()
        ]
        for mention in mentions:
            era = self._find_era(text, mention, scene_era)
            is_first = (mention.name, era) not in self._mentioned
            self._mentioned.add((mention.name, era))
            phrases, end = self._read_phrases(text, mention)
            has_age = any(each.kind is PhraseKind.AGE for each in phrases)
            is_in_capitals = text[mention.start : mention.end].isupper()
            if any(each.kind is not PhraseKind.NEUTRAL for each in phrases) and (
                is_first or (has_age and is_in_capitals)
            ):
                quote = text[mention.start : end]
                yield _make_introduced_look(mention.name, phrases, quote, element, scene_line, era)

    def _read_phrases(self, text: str, mention: _Mention) -> tuple[list[IntroductionPhrase], int]:
        """Return the phrases after a mention that certainly describe this person, and the offset where they
        end.
        """
        start = max((found.end() for found in _SENTENCE_START.finditer(text, 0, mention.start)), default=0)
        before = text[start : mention.start]
        language = self._language
        if (
            language.is_plural_name(mention.name)
            or len(_QUOTE_MARK.findall(text, 0, mention.start)) % 2
            or language.shows_absent_person(before)
        ):
            return [], mention.end
        # The words since the last comma. A conjunction in them may join the person with another person.
        piece = _WORDS.findall(before.rpartition(",")[2].casefold())
        is_joined = any(language.is_conjunction(word) for word in piece)
        phrases: list[IntroductionPhrase] = []
        end = mention.end
        if bracket := _BRACKET.match(text, end):
            found = [language.read_phrase(part.strip()) for part in re.split("[,;]", bracket[1])]
            certain = [each for each in found if each is not None]
            if len(certain) < len(found):
                return [], end
            phrases, end = certain, bracket.end()
        has_own_phrases = bool(piece) and language.is_conjunction(piece[0]) and not phrases
        while found_piece := _PIECE.match(text, end):
            phrase = language.read_phrase(found_piece[1])
            if phrase is None or (is_joined and not (has_own_phrases and phrase.kind is PhraseKind.AGE)):
                break
            phrases.append(phrase)
            end = found_piece.end()
        return phrases, end


def _make_introduced_look(
    name: str,
    phrases: Collection[IntroductionPhrase],
    quote: str,
    element: ScriptElement,
    scene_line: int,
    era: Era,
) -> LookDraft:
    return LookDraft(
        name=name,
        line=element.span.line,
        end_line=element.span.end_line,
        scene_line=scene_line,
        action=quote,
        quote=quote,
        opens=True,
        era=era,
        age=next((each.text for each in phrases if each.kind is PhraseKind.AGE), ""),
        wardrobe=", ".join(each.clothes for each in phrases if each.clothes),
        hair=", ".join(each.text for each in phrases if each.kind is PhraseKind.BODY),
        text=", ".join(each.text for each in phrases if each.kind is not PhraseKind.NEUTRAL),
        role=", ".join(each.bare_text for each in phrases if each.kind is PhraseKind.PERSON),
        features=", ".join(each.bare_text for each in phrases if each.kind is PhraseKind.BODY),
        garments=", ".join(each.garments for each in phrases if each.garments),
        rule=INTRODUCED,
    )
