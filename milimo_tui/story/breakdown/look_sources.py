"""Checks of a statement about the look of a person against the sentences of a scene.

A small language model often gives one person the clothes of another person in the same paragraph, or words of
the worked example. These checks find such statements by the words of the script alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.story.breakdown.numbered_scene import NumberedScene
from milimo_tui.story.breakdown.quotes import list_numbers
from milimo_tui.story.values.text import fold_accents, split_sentences, split_words

# Smallest share of the longer words of a statement that the scenes must have. Endings of words do not count.
_SHARE_IN_SCENES = 0.5
# Smallest share of all words of a statement that a sentence has if it makes the statement.
_SHARE_IN_SENTENCE = 0.67
_STEM = 4
# Shorter words, such as articles, say nothing about a look.
_SHORTEST_WORD = 3


def is_in_words_of(text: str, scenes: Sequence[NumberedScene]) -> bool:
    """Return True if the scenes have half of the longer words of a statement. A statement with a number is
    compared by its number, because scripts write ages in many forms.
    """
    passage = _list_stems(" ".join(scene.format_for_model() for scene in scenes), _STEM)
    return bool(list_numbers(text)) or _compute_share(_list_stems(text, _STEM), passage) >= _SHARE_IN_SCENES


def is_said_of_another(text: str, scene: NumberedScene, names: Sequence[str], others: Sequence[str]) -> bool:
    """Return True if each sentence that makes a statement introduces another person in capitals and does not
    name the person with the given names.
    """
    wanted = _list_stems(text, _SHORTEST_WORD)
    sentences = [
        sentence
        for paragraph in scene.paragraphs
        if not paragraph.cue
        for sentence in split_sentences(paragraph.text)
        if _compute_share(wanted, _list_stems(sentence, _SHORTEST_WORD)) >= _SHARE_IN_SENTENCE
    ]
    return bool(wanted and sentences) and all(_introduces_only(each, names, others) for each in sentences)


def _introduces_only(sentence: str, names: Sequence[str], others: Sequence[str]) -> bool:
    """Return True if a sentence introduces one of `others` in capitals and has no word of `names`."""
    if _list_stems(" ".join(names), _SHORTEST_WORD) & _list_stems(sentence, _SHORTEST_WORD):
        return False
    return any(name.upper() in sentence for name in others if len(name) >= _SHORTEST_WORD)


def _list_stems(text: str, shortest: int) -> set[str]:
    """Return the beginnings of the words of a text that have at least `shortest` letters."""
    return {word[:_STEM] for word in split_words(fold_accents(text)) if len(word) >= shortest}


def _compute_share(wanted: set[str], said: set[str]) -> float:
    return len(wanted & said) / len(wanted) if wanted else 1.0
