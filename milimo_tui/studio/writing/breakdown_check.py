"""Compare the shots that a language model made from a screenplay with the screenplay: every spoken line once,
in the scene and order of the script, no unknown people, no lost scenes. Pure functions.

Lines are compared by their letters and digits only. A list without contradictions gets the script's spelling
of each line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from milimo_tui.core.format import format_count
from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay.screenplay import Screenplay, ScriptElementKind
from milimo_tui.story.values.film import Element, ElementKind
from milimo_tui.story.values.text import collapse_text, fold

_SPEECH = (ScriptElementKind.DIALOGUE, ScriptElementKind.LYRIC)
_CUT_SPEECH = (*_SPEECH, ScriptElementKind.PARENTHETICAL)
_BRACKETS = compile_lazily(r"\([^)]*\)|\[[^\]]*\]")
_WORD = compile_lazily(r"[^\W_]+")
_SPACED_WORD = compile_lazily(r"\S+")
_SCENE_NUMBER = compile_lazily(r"^\s*#?\d\w{0,5}[.)]?\s+|#[^#]*#\s*$")
# Names in a list of people that stand for no person of the cast.
_ANYBODY = frozenset(("somebody", "someone", "narrator", "voice", "none", "nobody"))
MOST_PIECES = 8  # A speech can be spread over this many lines of the answer.
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class _SpokenLine:
    """A spoken line: its speaker, the letters and digits of its words, the letters of its scene's heading,
    and its text. A line of an answer that was joined from several lines has the texts of all these lines.
    """

    speaker: str
    words: str
    scene: str
    texts: tuple[str, ...]


def find_breakdown_faults(
    screenplay: Screenplay, text: str, rows: Sequence[Mapping[str, Any]], elements: Sequence[Element]
) -> tuple[str, ...]:
    """Return a sentence with numbers for each kind of contradiction between a screenplay and the rows of a
    shot list. `text` is the screenplay as written, and `elements` are the elements of the film.
    """
    return (
        *_find_line_faults(screenplay, text, rows),
        *_find_people_faults(text, rows, elements),
        *_find_scene_faults(screenplay, rows),
    )


def restore_script_spelling(
    screenplay: Screenplay, rows: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Any], ...]:
    """Return the rows of a shot list without contradictions, with every spoken line as the script spells it.

    A model may change capitals and punctuation, and may leave out words in brackets. Lines that are not in
    the script stay as they are.
    """
    written = _list_script_lines(screenplay)
    texts: dict[str, list[str]] = {}
    for line in reversed(written):
        texts.setdefault(line.words, []).append(line.texts[0])
    spelled: list[str] = []
    for line in _join_spread_lines(list(_list_answered_lines(rows)), texts):
        known = texts.get(line.words)
        spelled += _split_like_answer(known.pop(), line.texts) if known else line.texts
    rest = iter(spelled)
    return tuple({**row, "dialogue": [_spell_line(line, rest) for line in row["dialogue"]]} for row in rows)


def _spell_line(line: str, spelled: Iterator[str]) -> str:
    """Return a line of an answer with the next of the spelled texts. A line without letters stays."""
    speaker, colon, words = line.partition(": ")
    return f"{speaker}{colon}{next(spelled)}" if _keep_letters(words) else line


def _split_like_answer(text: str, pieces: Sequence[str]) -> list[str]:
    """Split the text of a speech at the words at which the pieces of an answer begin."""
    out: list[str] = []
    for piece in pieces[:-1]:
        wanted = len(_keep_letters(piece))
        # The end of the first word up to which the text has all letters of the piece.
        ends = (found.end() for found in _SPACED_WORD.finditer(text))
        end = next((end for end in ends if len(_keep_letters(text[:end])) >= wanted), len(text))
        out.append(text[:end].strip())
        text = text[end:]
    return [*out, text.strip()]


def _find_line_faults(screenplay: Screenplay, text: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    written = _list_script_lines(screenplay)
    due = Counter(line.words for line in written)
    found = _join_spread_lines(list(_list_answered_lines(rows)), due)
    said = Counter(line.words for line in found)
    all_letters = _keep_letters(text)
    count = format_count(len(written), "spoken line")
    if missing := (due - said).total():
        yield f"{missing} of {count} missing"
    extra = said - due
    # A text without cues has no speeches, and a model may take quoted words for speech.
    if due and (repeated := sum(number for words, number in extra.items() if words in all_letters)):
        yield f"{repeated} of {count} repeated"
    if foreign := sum(number for words, number in extra.items() if words not in all_letters):
        yield f"{format_count(foreign, 'spoken line')} not in the script"
    if missing or not due:
        return
    pairs = list(zip(written, found, strict=False))
    if not extra and (moved := sum(line.words != one.words for line, one in pairs)):
        yield f"{moved} of {count} at another position"
    elif not extra and (moved := sum(bool(line.scene) and line.scene != one.scene for line, one in pairs)):
        yield f"{moved} of {count} in another scene"
    elif others := sum(
        line.words == one.words and not _is_same_person(line.speaker, one.speaker) for line, one in pairs
    ):
        yield f"{others} of {count} spoken by another person"


def _list_script_lines(screenplay: Screenplay) -> list[_SpokenLine]:
    """Return the speeches of a screenplay in order. The pieces of a speech between parentheticals are one
    speech.
    """
    lines: list[_SpokenLine] = []
    speaker, heading = "", ""
    texts: list[str] = []

    def close_speech() -> None:
        text = " ".join(texts)
        if words := _keep_letters(text):
            lines.append(_SpokenLine(speaker, words, heading, (text,)))
        texts.clear()

    for element in screenplay.elements:
        if element.kind in _SPEECH:
            texts.append(collapse_text(element.text))
        elif element.kind not in _CUT_SPEECH:
            close_speech()
            if element.kind is ScriptElementKind.HEADING:
                heading = _keep_letters(element.text)
            if element.cue is not None:
                speaker = _clean_name(element.cue.name)
    close_speech()
    return lines


def _list_answered_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[_SpokenLine]:
    for row in rows:
        heading = _keep_letters(_SCENE_NUMBER.sub("", row["heading"]))
        for line in row["dialogue"]:
            speaker, _, words = line.partition(": ")
            if letters := _keep_letters(words):
                yield _SpokenLine(_clean_name(speaker), letters, heading, (words,))


def _join_spread_lines(lines: list[_SpokenLine], due: Container[str]) -> list[_SpokenLine]:
    """Return the lines in which consecutive lines of one person are joined if together they are a speech of
    the script.
    """
    joined: list[_SpokenLine] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        taken, whole = 1, line.words
        for end in range(at + 1, min(at + MOST_PIECES, len(lines))):
            if line.words in due or lines[end].speaker != line.speaker:
                break
            whole += lines[end].words
            if whole in due:
                taken = end - at + 1
                texts = tuple(text for piece in lines[at : end + 1] for text in piece.texts)
                line = replace(line, words=whole, texts=texts)
                break
        joined.append(line)
        at += taken
    return joined


def _find_people_faults(
    text: str, rows: Sequence[Mapping[str, Any]], elements: Sequence[Element]
) -> Iterator[str]:
    """Yield a sentence about the people whose names are neither in the script nor those of the film's
    characters.
    """
    known = set(_WORD.findall(fold(text)))
    for element in elements:
        if element.kind is ElementKind.CHARACTER:
            known.update(_WORD.findall(fold(" ".join((element.name, *element.aliases)))))
    named = [name for row in rows for name in row["characters"]]
    named += [line.partition(": ")[0] for row in rows for line in row["dialogue"] if ": " in line]
    unknown = {
        _clean_name(name): name.strip()
        for name in named
        if not set(_WORD.findall(_clean_name(name))) <= known | _ANYBODY
    }
    if unknown:
        shown = ", ".join(list(unknown.values())[:MOST_NAMED])
        more = "" if len(unknown) <= MOST_NAMED else " …"
        people = "1 unknown person" if len(unknown) == 1 else f"{len(unknown)} unknown people"
        yield f"{people}: {shown}{more}"


def _find_scene_faults(screenplay: Screenplay, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    due = Counter(
        _keep_letters(scene.heading) for scene in screenplay.scenes if scene.heading and scene.elements
    )
    answered: Counter[str] = Counter()
    last = None
    for row in rows:
        if (row["scene"], row["heading"]) != last:
            answered[_keep_letters(_SCENE_NUMBER.sub("", row["heading"]))] += 1
        last = row["scene"], row["heading"]
    if missing := (due - answered).total():
        yield f"{missing} of {format_count(due.total(), 'scene')} missing"
    elif (order := list(dict.fromkeys(one for one in answered if one in due))) != list(due):
        moved = sum(one != heading for one, heading in zip(order, due, strict=True))
        yield f"{moved} of {format_count(due.total(), 'scene')} at another position"
    if due and (extra := sum(number for heading, number in (answered - due).items() if heading not in due)):
        yield f"{format_count(extra, 'scene')} not in the script"


def _is_same_person(one: str, other: str) -> bool:
    """Return True if two names are equal, or if one is a part of the other, such as Mara and Mara Voss."""
    first, second = set(_WORD.findall(one)), set(_WORD.findall(other))
    return bool(first) and bool(second) and (first <= second or second <= first)


def _clean_name(name: str) -> str:
    return fold(_BRACKETS.sub(" ", name).lstrip("@")).strip()


def _keep_letters(text: str) -> str:
    """Return the letters and digits of a text, without words in brackets."""
    return "".join(re.findall(r"[^\W_]", _BRACKETS.sub(" ", text).casefold()))
