"""Compare the shots that a language model made from a screenplay with the screenplay: every spoken line once,
no unknown people, no lost scenes. Pure functions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from milimo_tui.core.format import format_count
from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay.screenplay import Screenplay, ScriptElementKind
from milimo_tui.story.values.film import Element, ElementKind
from milimo_tui.story.values.text import fold

_SPEECH = (ScriptElementKind.DIALOGUE, ScriptElementKind.LYRIC)
_CUT_SPEECH = (*_SPEECH, ScriptElementKind.PARENTHETICAL)
_BRACKETS = compile_lazily(r"\([^)]*\)|\[[^\]]*\]")
_WORD = compile_lazily(r"[^\W_]+")
_SCENE_NUMBER = compile_lazily(r"^\s*#?\d\w{0,5}[.)]?\s+|#[^#]*#\s*$")
# Names in a list of people that stand for no person of the cast.
_ANYBODY = frozenset(("somebody", "someone", "narrator", "voice", "none", "nobody"))
MOST_PIECES = 8  # A speech can be spread over this many lines of the answer.
MOST_NAMED = 3

Spoken = tuple[str, str]  # The speaker, and the letters and digits of the words.


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


def _find_line_faults(screenplay: Screenplay, text: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    written = _list_script_lines(screenplay)
    due = Counter(words for _, words in written)
    found = _join_spread_lines(list(_list_answered_lines(rows)), due)
    said = Counter(words for _, words in found)
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
    if not missing and (others := _count_other_speakers(written, found)):
        yield f"{others} of {count} spoken by another person"


def _list_script_lines(screenplay: Screenplay) -> list[Spoken]:
    """Return the speeches of a screenplay in order. The pieces of a speech between parentheticals are one
    speech.
    """
    lines: list[Spoken] = []
    speaker, words = "", ""
    for element in screenplay.elements:
        if element.kind in _SPEECH:
            words += _keep_letters(element.text)
        elif element.kind not in _CUT_SPEECH:
            lines.append((speaker, words))
            words = ""
            if element.cue is not None:
                speaker = _clean_name(element.cue.name)
    return [line for line in (*lines, (speaker, words)) if line[1]]


def _list_answered_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[Spoken]:
    for row in rows:
        for line in row["dialogue"]:
            speaker, _, words = line.partition(": ")
            if letters := _keep_letters(words):
                yield _clean_name(speaker), letters


def _join_spread_lines(lines: list[Spoken], due: Mapping[str, int]) -> list[Spoken]:
    """Return the lines in which consecutive lines of one person are joined if together they are a speech of
    the script.
    """
    joined: list[Spoken] = []
    at = 0
    while at < len(lines):
        speaker, words = lines[at]
        taken, whole = 1, words
        for end in range(at + 1, min(at + MOST_PIECES, len(lines))):
            if words in due or lines[end][0] != speaker:
                break
            whole += lines[end][1]
            if whole in due:
                taken, words = end - at + 1, whole
                break
        joined.append((speaker, words))
        at += taken
    return joined


def _count_other_speakers(written: Sequence[Spoken], found: Sequence[Spoken]) -> int:
    """Return the number of lines that the answer gives to another person than the script."""
    speakers: dict[str, list[str]] = {}
    for speaker, words in written:
        speakers.setdefault(words, []).append(speaker)
    return sum(
        words in speakers and not any(_is_same_person(speaker, one) for one in speakers[words])
        for speaker, words in found
    )


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
