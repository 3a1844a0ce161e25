"""Comparison of a quotation with the text of a scene. White space, case and the marks of quotation and
apostrophe do not count, because language models do not repeat them letter for letter.
"""

from __future__ import annotations

import re

from milimo_tui.story.breakdown.facts import Fact
from milimo_tui.story.breakdown.numbered_scene import NumberedScene
from milimo_tui.story.screenplay.format_words import fold_word, list_format_keys, list_format_words
from milimo_tui.story.values.number_words import NUMBER_WORDS, parse_number_words
from milimo_tui.story.values.text import fold, fold_accents, has_phrase, split_sentences, split_words
from milimo_tui.story.values.word_stems import STEM, list_word_stems

_MARKS = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-"}
)
_EDGES = " .,;:!?…'\"()-"
_SHORTEST_WORD = 3  # letters of a word that counts if a statement has no longer words
_NUMBER = re.compile(r"\d+")
_NUMBER_WORD = re.compile(rf"\b(?:{NUMBER_WORDS})\b", re.IGNORECASE)

# Sentences that say a time of day without its name.
_SUN = {
    "SUNSET": ("sun goes down", "sun sets", "sun is setting", "sun is going down"),
    "SUNRISE": ("sun comes up", "sun rises", "sun is rising", "sun is coming up"),
}


def fold_quote(text: str) -> str:
    """Return a text in the form in which quotations are compared."""
    return fold(text.translate(_MARKS)).strip(_EDGES)


def find_quote(scene: NumberedScene, quote: str, near: int) -> tuple[int, int] | None:
    """Return the first and last line of a quotation, or None if the scene does not contain it. If the scene
    has it more than once, the lines nearest to the line `near` are returned.
    """
    wanted = fold_quote(quote)
    if not wanted:
        return None
    places = [(each.line, each.end_line, f"{each.cue} {each.text}") for each in scene.paragraphs]
    if scene.has_heading:
        places.append((0, 0, scene.heading))
    # A quotation may extend over two paragraphs that follow each other.
    pairs = zip(scene.paragraphs, scene.paragraphs[1:], strict=False)
    joined = [(one.line, two.end_line, f"{one.text} {two.cue} {two.text}") for one, two in pairs]
    for group in (places, joined):
        found = [(line, end) for line, end, text in group if wanted in fold_quote(text)]
        if found:
            return min(found, key=lambda lines: abs(lines[0] - near))
    return None


def find_support(scene: NumberedScene, text: str, near: int) -> tuple[int, int, str] | None:
    """Return the lines and the sentence that support a statement without a usable quotation, or None. The
    sentence has all numbers and at least half of the longer words of the statement.

    Of several sentences, the one with most of the words is returned, then the one nearest to the line `near`.
    """
    wanted, numbers = list_word_stems(text), list_numbers(text)
    shortest = STEM
    if not wanted and not numbers:
        # All words of the statement are short, such as “big” and “wet”.
        shortest = _SHORTEST_WORD
        wanted = list_word_stems(text, shortest)
        if not wanted:
            return None
    rows = [(each.line, each.end_line, each.text) for each in scene.paragraphs]
    if scene.has_heading:
        rows.append((0, 0, scene.heading))
    best: tuple[tuple[int, int], tuple[int, int, str]] | None = None
    for line, end, paragraph in rows:
        for sentence in split_sentences(paragraph) or [paragraph]:
            shared = len(wanted & list_word_stems(sentence, shortest))
            if 2 * shared < len(wanted) or not numbers <= list_numbers(sentence):
                continue
            rank = (shared, -abs(line - near))
            if best is None or rank > best[0]:
                best = rank, (line, end, sentence)
    return best[1] if best is not None else None


def find_sentence(scene: NumberedScene, fact: Fact) -> str:
    """Return the sentence that contains the quotation of a fact, or else the quotation."""
    paragraph = scene.find_paragraph(fact.line)
    sentences = split_sentences(paragraph.text) if paragraph is not None else []
    wanted = fold_quote(fact.quote)
    return next((each for each in sentences if wanted in fold_quote(each)), fact.quote)


def shares_short_words(text: str, passage: str) -> bool:
    """Return True if a text has a word of at least three letters in common with a passage."""
    return not list_word_stems(text, _SHORTEST_WORD).isdisjoint(list_word_stems(passage, _SHORTEST_WORD))


def shares_words(text: str, passage: str) -> bool:
    """Return True if a statement has a word in common with the passage that is quoted for it. A statement
    with a number is compared by its number (`list_numbers`).
    """
    return bool(list_numbers(text)) or shares_stems(text, passage)


def means_same(text: str, passage: str, table: str) -> bool:
    """Return True if a text and a passage have words with the same meaning in a table of the screenplay
    format (`times`, `weather`), each in any of its languages.
    """
    said, given = f" {fold_word(passage)} ", f" {fold_word(text)} "
    groups = (
        (fold_word(key), *_SUN.get(key, ()), *list_format_words(table, key))
        for key in list_format_keys(table)
    )
    return any(
        any(has_phrase(said, word) for word in group) and any(has_phrase(given, word) for word in group)
        for group in groups
    )


def shares_stems(text: str, passage: str) -> bool:
    """Return True if a text has a word in common with a passage. Endings of longer words do not count."""
    passage_words = {word[:STEM] for word in split_words(fold_accents(passage))}
    words = [word[:STEM] for word in split_words(fold_accents(text))]
    long_words = [word for word in words if len(word) == STEM] or words
    return not long_words or any(word in passage_words for word in long_words)


def list_numbers(text: str) -> set[int]:
    """Return the numbers of a text, written in digits or as English words."""
    digits = {int(found) for found in _NUMBER.findall(text) if len(found) < 10}
    words = {parse_number_words(found) for found in _NUMBER_WORD.findall(text)}
    # “One” and “two” are mostly no numbers of people or years: “one of them”, “the two”.
    return digits | {value for value in words if value > 2}
