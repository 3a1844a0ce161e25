"""Conversion of a model's answers to breakdowns. Answers are untrusted: values of other types are left out,
texts are cleaned and shortened, and nothing is taken from an answer that is no object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.engines.llm.reading.answer_schemas import SHOWN_AS
from milimo_tui.story.breakdown.facts import UNKNOWN, Fact
from milimo_tui.story.breakdown.numbered_scene import NumberedScene, ParagraphKind
from milimo_tui.story.breakdown.people import Person, PersonKind
from milimo_tui.story.breakdown.scenes import (
    Circumstances,
    HeardVoice,
    LookChange,
    SceneBeat,
    SceneBreakdown,
    VisiblePerson,
)
from milimo_tui.story.values.shot_words import Function, Setting
from milimo_tui.story.values.text import make_display_name

E = TypeVar("E", bound=StrEnum)
LONGEST_TEXT = 300  # characters of one value of an answer
LONGEST_NAME = 60
MOST_ENTRIES = 200  # entries of one list of an answer
# Texts that models write for an unknown value.
_UNKNOWN_WORDS = frozenset(
    (
        "",
        "-",
        "n/a",
        "na",
        "none",
        "unknown",
        "unspecified",
        "not specified",
        "not said",
        "not stated",
        "null",
        "?",
    )
)
_FRAMINGS = dict(zip(SHOWN_AS, (None, Function.INSERT, Function.REACTION, Function.POV), strict=True))


def parse_people_answer(value: Any) -> tuple[Person, ...]:
    """Return the people of an answer. Raises ValueError if it is no answer of this kind."""
    if not isinstance(value, Mapping) or not (value.keys() & {"people", "others"}):
        raise ValueError("it has no list of people")
    rows = [*_list_people(value.get("people")), *_list_people(value.get("others"))]
    out: dict[str, Person] = {}
    for row in rows[:MOST_ENTRIES]:
        name = make_display_name(_clean_name(row.get("name")))
        if not name or name.casefold() in out:
            continue
        quote = _clean_text(row.get("quote"))
        out[name.casefold()] = Person(
            name=name,
            kind=_parse_choice(PersonKind, row.get("kind"), PersonKind.PERSON),
            other_names=tuple(dict.fromkeys(_list_names(row.get("other_names"), name))),
            gender=gender
            if (gender := _clean_text(row.get("gender"))) in ("she", "he", "they", "it")
            else "",
            age=_make_fact(row.get("age"), 0, quote),
            build=_make_fact(row.get("build"), 0, quote),
            features=_make_fact(row.get("features"), 0, quote),
            clothes=_make_fact(row.get("clothes"), 0, quote),
        )
    return tuple(out.values())


def parse_scene_answer(value: Any, scene: NumberedScene) -> SceneBreakdown:
    """Return the breakdown of an answer about a scene, not verified. Raises ValueError if it is no answer of
    this kind.
    """
    if not isinstance(value, Mapping) or not isinstance(value.get("beats"), Mapping | list):
        raise ValueError("it has no beats")
    return SceneBreakdown(
        circumstances=tuple(_parse_circumstances(value.get("circumstances"), scene)),
        changes=tuple(_parse_changes(value.get("changes"))),
        beats=tuple(_parse_beats(value["beats"], scene)),
    )


def _list_people(value: Any) -> list[Mapping[str, Any]]:
    """Return the entries of a list of people, or of an object that maps names to entries."""
    if not isinstance(value, Mapping):
        return _list_objects(value)
    return [{"name": name, **row} for name, row in value.items() if isinstance(row, Mapping)]


def _parse_circumstances(rows: Any, scene: NumberedScene) -> Iterator[Circumstances]:
    for row in _list_objects(rows):
        line, quote = _parse_line(row.get("line")), _clean_text(row.get("quote"))
        inside = row.get("inside")
        # Place and time at the beginning of a scene are mostly those of its heading.
        head = scene.heading if line == 0 and scene.has_heading else quote
        setting = Setting.NONE
        if isinstance(inside, bool):
            setting = Setting.INTERIOR if inside else Setting.EXTERIOR
        yield Circumstances(
            line=line,
            place=_make_fact(row.get("place"), line, head),
            setting=setting,
            time_of_day=_make_fact(row.get("time"), line, head if scene.time_of_day else quote),
            weather=_make_fact(row.get("weather"), line, quote),
            light=_make_fact(row.get("light"), line, quote),
        )


def _parse_changes(rows: Any) -> Iterator[LookChange]:
    for row in _list_objects(rows):
        line, quote = _parse_line(row.get("line")), _clean_text(row.get("quote"))
        facts = {key: _make_fact(row.get(key), line, quote) for key in ("clothes", "features", "condition")}
        if any(facts.values()):
            yield LookChange(name=_clean_name(row.get("who")), line=line, **facts)


def _parse_beats(value: Any, scene: NumberedScene) -> Iterator[SceneBeat]:
    rows = (
        value.items()
        if isinstance(value, Mapping)
        else ((row.get("line"), row) for row in _list_objects(value))
    )
    for key, row in rows:
        if not isinstance(row, Mapping):
            continue
        line = _parse_line(key)
        paragraph = scene.find_paragraph(line)
        text = paragraph.text if paragraph is not None else ""
        details = {_clean_name(each.get("who")): each for each in _list_objects(row.get("details"))}
        yield SceneBeat(
            line=line,
            end_line=paragraph.end_line if paragraph is not None else line,
            text=_clean_text(row.get("text")),
            visible=tuple(
                VisiblePerson(
                    name=name,
                    **{
                        key: _make_fact(details.get(name, {}).get(key), line, text)
                        for key in ("posture", "position", "holds", "looks_at")
                    },
                )
                for name in _list_present(row, "visible")
            ),
            heard=tuple(HeardVoice(name) for name in _list_present(row, "heard")),
            function=_FRAMINGS.get(_clean_text(row.get("shows")))
            if paragraph is not None and paragraph.kind is ParagraphKind.ACTION
            else None,
        )


def _make_fact(value: Any, line: int, quote: str) -> Fact:
    text = _clean_text(value)
    return UNKNOWN if text.casefold().strip(". ") in _UNKNOWN_WORDS else Fact(text, line=line, quote=quote)


def _clean_text(value: Any) -> str:
    return clean_one_line(value, LONGEST_TEXT) if isinstance(value, str) else ""


def _clean_name(value: Any) -> str:
    """Return a name, without a description after a comma."""
    return clean_one_line(value.split(",")[0], LONGEST_NAME) if isinstance(value, str) else ""


def _list_names(value: Any, without: str = "") -> list[str]:
    rows = value if isinstance(value, list) else [value]
    names = [make_display_name(_clean_name(each)) for each in rows[:MOST_ENTRIES]]
    return [name for name in dict.fromkeys(names) if name and name.casefold() != without.casefold()]


def _list_present(row: Mapping[str, Any], presence: str) -> list[str]:
    """Return the names of the people who are visible or heard in a line. A service that does not support
    schemas may answer with a list for each.
    """
    people = row.get("people")
    if isinstance(people, Mapping):
        return _list_names([name for name, value in people.items() if value == presence])
    return _list_names(row.get(presence))


def _list_objects(value: Any) -> list[Mapping[str, Any]]:
    rows = value if isinstance(value, list) else []
    return [row for row in rows[:MOST_ENTRIES] if isinstance(row, Mapping)]


def _parse_line(value: Any) -> int:
    try:
        return max(0, min(int(value), 1_000_000))
    except (TypeError, ValueError, OverflowError):
        return 0


def _parse_choice(kind: type[E], value: Any, default: E) -> E:
    try:
        return kind(_clean_text(value).casefold())
    except ValueError:
        return default
