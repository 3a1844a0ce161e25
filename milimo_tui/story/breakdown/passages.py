"""The passage of a script that introduces a person: the few paragraphs that a small language model reads to
describe the person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from milimo_tui.story.breakdown.numbered_scene import NumberedParagraph, NumberedScene, ParagraphKind
from milimo_tui.story.screenplay.format_words import fold_word, list_format_words
from milimo_tui.story.values.text import (
    QUOTED,
    fold,
    fold_accents,
    has_phrase,
    make_display_name,
    split_words,
)
from milimo_tui.story.values.vocabulary import parse_framing
from milimo_tui.story.values.word_stems import list_word_stems

# Most paragraphs of a passage. Scripts describe a person where they introduce the person.
MOST_PARAGRAPHS = 2
# Matches words in capitals, but not an acronym in a longer word.
_CAPITALS = re.compile(r"(?<![\w'’-])[^\W\d_a-zß-öø-ÿ]{3,}(?:[ -][^\W\d_a-zß-öø-ÿ]{3,})*(?![\w'’-])")
_LABEL = re.compile(r"(?:^|[.!?]\s+)[^a-z:]+:")
# Matches what follows a word in capitals that is a sound or a verb in English: “SPLAT!”, “TILT DOWN to”.
_AFTER_VERB = re.compile(
    r"\s*!|\s+(?:to|on|onto|in|into|at|from|of|off|out|up|down|over|across|along|the|an|his|her|their)\b"
)
_SHARE_OF_CAPITALS = 0.8  # Share of the letters of a heading that are capitals.
_MOST_CAPITALS = 12
_SMALL_WORDS = frozenset(
    ("of", "the", "de", "la", "le", "du", "der", "die", "des", "von", "del", "el", "do", "da", "di", "della")
)
# Smallest share of the longer words of a name that a paragraph has if it means the person.
_SHARE_OF_NAME = 0.5


def find_passage(name: str, scenes: Sequence[NumberedScene]) -> NumberedScene | None:
    """Return the scene that introduces a person, with only the paragraphs that may describe the person: the
    first paragraphs of action with the name, then those with a word of the name. For somebody whom no action
    names, these are the action before the first speech and the speech. None if no scene names the person.
    """
    checks: tuple[Callable[[str, str], bool], ...] = (contains_name, _shares_name)
    for check in checks:
        for scene in scenes:
            rows = [each for each in _list_actions(scene) if check(name, each.text)]
            if rows:
                return replace(scene, paragraphs=tuple(rows[:MOST_PARAGRAPHS]))
    for scene in scenes:
        speech = next((each for each in scene.paragraphs if name in each.speakers), None)
        if speech is not None:
            before = [each for each in _list_actions(scene) if each.line < speech.line]
            return replace(scene, paragraphs=(*before[-MOST_PARAGRAPHS:], speech))
    return None


def contains_name(name: str, text: str) -> bool:
    """Return True if a text contains a name."""
    return has_phrase(fold(text), fold(name))


def has_only_voice_cues(name: str, scenes: Sequence[NumberedScene]) -> bool:
    """Return True if a name is only that of cues whose extension says that the speaker is not in the picture,
    and no action contains it.
    """
    paragraphs = [each for scene in scenes for each in scene.paragraphs]
    speeches = [each for each in paragraphs if name in each.speakers]
    is_absent = bool(speeches) and all(each.is_absent for each in speeches)
    return is_absent and not any(
        contains_name(name, each.text) for scene in scenes for each in _list_actions(scene)
    )


def list_words_in_capitals(scenes: Sequence[NumberedScene]) -> tuple[str, ...]:
    """Return the words in capitals in the action of some scenes, as names: scripts introduce people, groups
    and animals so. Quotations, a label such as SUPER, paragraphs in capitals, sounds, verbs and camera
    directions are left out.
    """
    texts = (each.text for scene in scenes for each in _list_actions(scene) if not _is_in_capitals(each.text))
    rows = [_LABEL.sub(" ", QUOTED.sub(" ", text)) for text in texts]
    found = [
        make_display_name(match[0])
        for text in rows
        for match in _CAPITALS.finditer(text)
        if not _AFTER_VERB.match(text, match.end()) and not parse_framing(match[0]).is_bare_direction
    ]
    small = {word for key in ("he", "she") for word in list_format_words("pronouns", key)}
    small |= set(list_format_words("language", "common")) | {"off", "out", "now"}
    return tuple(dict.fromkeys(name for name in found if fold_word(name) not in small))[:_MOST_CAPITALS]


def _is_in_capitals(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return sum(map(str.isupper, letters)) >= _SHARE_OF_CAPITALS * len(letters)


def is_part_of_name(one: str, other: str) -> bool:
    """Return True if one of two names contains the other and no word for a relation: “Doug” and “Doug
    Pelham”, but not “Lenke” and “Father of Lenke”.
    """
    short, long = sorted((fold(one), fold(other)), key=len)
    words = split_words(fold_accents(long))
    is_relation = short != long and (not _SMALL_WORDS.isdisjoint(words) or "'s " in long.replace("’", "'"))
    return has_phrase(long, short) and not is_relation


def is_voice_of(cue: str, name: str) -> bool:
    """Return True if a cue names the voice of a person, such as VOIX DE LA MÈRE and ANNA'S VOICE."""
    words = split_words(fold_accents(cue).replace("'s ", " ").replace("’s ", " "))
    voice = {*list_format_words("cues", "voice"), "voice"}
    rest = [word for word in words if word not in voice | _SMALL_WORDS]
    wanted = [word for word in split_words(fold_accents(name)) if word not in _SMALL_WORDS]
    return not voice.isdisjoint(words) and bool(rest) and rest == wanted


def _shares_name(name: str, text: str) -> bool:
    words = list_word_stems(name)
    return bool(words) and len(words & list_word_stems(text)) >= _SHARE_OF_NAME * len(words)


def _list_actions(scene: NumberedScene) -> list[NumberedParagraph]:
    return [each for each in scene.paragraphs if each.kind is ParagraphKind.ACTION]
