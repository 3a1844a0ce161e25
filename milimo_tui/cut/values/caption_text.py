"""The text of a caption: clean it, and divide it into words with their style tags."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Container
from dataclasses import dataclass

from milimo_tui.core.safe_text import remove_terminal_commands, replace_forbidden_characters

LONGEST = 2000  # Maximum number of characters of a caption.
LONGEST_NAME = 200  # Maximum number of characters of a speaker.
LINE_LENGTH = 42  # Characters of a line, as broadcasters and streaming services recommend.
_TAG = re.compile(r"</?[ibu]>")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class StyledText:
    """A part of a caption's text in one style. `marks` are letters of "ibu": italic, bold, underlined."""

    text: str
    marks: frozenset[str] = frozenset()


def clean_caption_text(text: str) -> str:
    """Return the text of a caption as it is stored: without control characters, without empty lines and
    without space around its lines. Tags for italic, bold and underlined text are closed in order.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = _CONTROL.sub("", remove_terminal_commands(lines))
    return join_styled_text(split_styled_text(plain[:LONGEST]))


def clean_speaker_name(name: str) -> str:
    """Return the name of a speaker as it is stored: on one line, without characters that no name has."""
    line = " ".join(_CONTROL.sub("", remove_terminal_commands(name)).split())
    return replace_forbidden_characters(line, "")[:LONGEST_NAME].rstrip()


def remove_style_tags(text: str) -> str:
    """Return the text without tags for italic, bold and underlined text."""
    return _TAG.sub("", text)


def split_styled_text(text: str) -> tuple[StyledText, ...]:
    """Divide a text into parts of one style each. A tag that is never closed applies until the end."""
    found: list[StyledText] = []
    marks: frozenset[str] = frozenset()
    end = 0
    for tag in _TAG.finditer(text):
        if tag.start() > end:
            found.append(StyledText(text[end : tag.start()], marks))
        letter = tag[0][-2]
        marks = marks - {letter} if tag[0].startswith("</") else marks | {letter}
        end = tag.end()
    if end < len(text):
        found.append(StyledText(text[end:], marks))
    return _join_equal_styles(found)


def join_styled_text(parts: tuple[StyledText, ...]) -> str:
    """Return a text with tags from parts of one style each."""
    return "".join(
        "".join(f"<{mark}>" for mark in sorted(part.marks))
        + part.text
        + "".join(f"</{mark}>" for mark in sorted(part.marks, reverse=True))
        for part in _join_equal_styles(list(parts))
    )


def _join_equal_styles(parts: list[StyledText]) -> tuple[StyledText, ...]:
    """Join neighbouring parts of one style. The space between two words is one space or the end of a line. It
    has the marks that both words have, so that equal texts have equal tags.
    """
    words: list[tuple[str, frozenset[str]]] = []
    spaces: list[str] = [""]
    for part in parts:
        for piece in re.findall(r"\s+|\S+", part.text):
            if piece.isspace():
                spaces[-1] += piece
            else:
                words.append((piece, part.marks))
                spaces.append("")
    out: list[StyledText] = []
    for index, word in enumerate(words):
        if index:
            space = "\n" if "\n" in spaces[index] else " " if spaces[index] else ""
            _append_styled_text(out, space, words[index - 1][1] & word[1])
        _append_styled_text(out, *word)
    return tuple(out)


def _append_styled_text(out: list[StyledText], text: str, marks: frozenset[str]) -> None:
    if text and out and out[-1].marks == marks:
        out[-1] = StyledText(out[-1].text + text, marks)
    elif text:
        out.append(StyledText(text, marks))


def count_caption_words(text: str) -> int:
    """Return the number of words of a caption's text."""
    return len(remove_style_tags(text).split())


def wrap_caption_text(text: str, width: int = LINE_LENGTH) -> str:
    """Return the text of a caption divided into lines of nearly equal length. A line has at most `width`
    characters, unless a word is longer.
    """
    words = " ".join(text.split())
    count = len(textwrap.wrap(words, width, break_long_words=False, break_on_hyphens=False))
    if count < 2:
        return words
    narrowest = next(
        narrow
        for narrow in range(len(words) // count, width + 1)
        if len(textwrap.wrap(words, narrow, break_long_words=False, break_on_hyphens=False)) == count
    )
    return "\n".join(textwrap.wrap(words, narrowest, break_long_words=False, break_on_hyphens=False))


def select_caption_words(text: str, numbers: Container[int]) -> str:
    """Return the text of a caption with only some of its words, which are numbered from 0. The words keep
    their style tags and their lines.
    """
    letters: list[StyledText] = []
    seen, inside = -1, False
    for part in split_styled_text(text):
        for letter in part.text:
            if letter.isspace():
                inside = False
            elif not inside:
                seen, inside = seen + 1, True
            if letter.isspace() or seen in numbers:
                letters.append(StyledText(letter, part.marks))
    return clean_caption_text(join_styled_text(tuple(letters)))
