"""Conversion of a model's answers to breakdowns. Answers are untrusted: values of other types are left out,
texts are cleaned and shortened, and nothing is taken from an answer that is no object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.engines.llm.reading.answer_schemas import DESCRIPTION, SHOWN_AS, THING
from milimo_tui.engines.llm.reading.look_words import has_look_lists, names_clothes
from milimo_tui.story.breakdown.facts import UNKNOWN, Fact
from milimo_tui.story.breakdown.numbered_scene import NumberedScene, ParagraphKind
from milimo_tui.story.breakdown.people import Person, PersonKind
from milimo_tui.story.breakdown.quotes import find_support
from milimo_tui.story.breakdown.scenes import (
    Circumstances,
    HeardVoice,
    LookChange,
    SceneBeat,
    SceneBreakdown,
    VisiblePerson,
)
from milimo_tui.story.values.shot_words import Function
from milimo_tui.story.values.text import make_display_name

E = TypeVar("E", bound=StrEnum)
# The keys of an answer about a person and the fields of `Person`.
_PERSON_FIELDS = {
    "role": "role", "age": "age", "build": "build", "hair_and_face": "features", "clothes": "clothes",
}  # fmt: skip
# The statements about a person that a line may make, and the fields of `VisiblePerson` and `LookChange`.
_DETAILS = {"posture": "posture", "holds": "holds", "looks_at": "looks_at"}
_CHANGES = {"changes_into": "clothes", "hair": "features", "becomes": "condition"}
_CIRCUMSTANCES = {"place": "place", "time": "time_of_day", "weather": "weather", "light": "light"}
LONGEST_TEXT = 300  # characters of one value of an answer
LONGEST_NAME = 60
_LONGEST_GARMENT = 2  # words of a garment that a model takes for hair
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
    """Return the people whom an answer describes. Raises ValueError if it is no answer of this kind."""
    if not isinstance(value, Mapping) or "people" not in value:
        raise ValueError("it has no people")
    rows = _list_people(value["people"])
    out: dict[str, Person] = {}
    for row in rows[:MOST_ENTRIES]:
        name = make_display_name(_clean_name(row.get("name")))
        if not name or name.casefold() in out or _clean_text(row.get("kind")).casefold() == THING:
            continue
        quote = _clean_text(row.get("quote"))
        gender = _clean_text(row.get("gender"))
        facts: dict[str, Any] = {
            field: _make_fact(row.get(key), 0, quote) for key, field in _PERSON_FIELDS.items()
        }
        out[name.casefold()] = Person(
            name=name,
            kind=_parse_choice(PersonKind, row.get("kind"), PersonKind.PERSON),
            other_names=tuple(dict.fromkeys(_list_names(row.get("other_names"), name))),
            gender=gender if gender in ("she", "he", "they", "it") else "",
            **facts,
        )
    return tuple(out.values())


def parse_people_list(value: Any) -> tuple[str, ...]:
    """Return the names of an answer that lists people, without things. Raises ValueError if it is no answer
    of this kind.
    """
    if not isinstance(value, Mapping) or "seen" not in value:
        raise ValueError("it has no list of people")
    rows = [each for each in _list_objects(value["seen"]) if _clean_text(each.get("kind")) != THING]
    return tuple(_list_names([each.get("name") for each in rows]))


def parse_scene_answer(value: Any, scene: NumberedScene) -> SceneBreakdown:
    """Return the breakdown of an answer about a scene, not verified. Raises ValueError if it is no answer of
    this kind.
    """
    if not isinstance(value, Mapping) or not isinstance(value.get("beats"), Mapping):
        raise ValueError("it has no beats")
    rows = [(_parse_line(key), row) for key, row in value["beats"].items() if isinstance(row, Mapping)]
    return SceneBreakdown(
        circumstances=tuple(each for line, row in rows for each in _parse_circumstances(row, line, scene)),
        changes=tuple(each for line, row in rows for each in _parse_changes(row, line, scene)),
        beats=tuple(_parse_beat(row, line, scene) for line, row in rows if _is_filmed(line, scene)),
    )


def parse_place_description(value: Any, scene: NumberedScene) -> Fact:
    """Return what an answer about a scene states about the look of its place, from the first line with such a
    statement. The heading gives only the name of the place.
    """
    for key, row in value["beats"].items():
        for each in _list_objects(row.get("scene") if isinstance(row, Mapping) else None):
            line = _parse_line(key)
            fact = _make_fact(each.get("words"), line, _get_quote(each, line, scene))
            if fact and line > 0 and _clean_text(each.get("what")) == DESCRIPTION:
                return fact
    return UNKNOWN


def _list_people(value: Any) -> list[Mapping[str, Any]]:
    """Return the entries of a list of people, or of an object that maps names to entries."""
    if not isinstance(value, Mapping):
        return _list_objects(value)
    return [{"name": name, **row} for name, row in value.items() if isinstance(row, Mapping)]


def _is_filmed(line: int, scene: NumberedScene) -> bool:
    """Return True for a line that shows something, and for a line that the scene does not have: such a beat
    is rejected with its reason.
    """
    if line == 0 and scene.has_heading:
        return False
    paragraph = scene.find_paragraph(line)
    return paragraph is None or paragraph.kind is not ParagraphKind.DIRECTION


def _get_text(line: int, scene: NumberedScene) -> str:
    if line == 0 and scene.has_heading:
        return scene.heading
    paragraph = scene.find_paragraph(line)
    return paragraph.text if paragraph is not None else ""


def _parse_circumstances(row: Mapping[str, Any], line: int, scene: NumberedScene) -> Iterator[Circumstances]:
    """Yield the place, time, weather and light of a line. The line is the quotation."""
    facts: dict[str, Any] = {
        field: fact
        for each in _list_objects(row.get("scene"))
        if (field := _CIRCUMSTANCES.get(_clean_text(each.get("what"))))
        and (fact := _make_fact(each.get("words"), line, _get_quote(each, line, scene)))
    }
    if facts:
        yield Circumstances(line=line, **facts)


def _parse_changes(row: Mapping[str, Any], line: int, scene: NumberedScene) -> Iterator[LookChange]:
    """Yield the changes of looks of a line. Words that name no clothes are not worn."""
    script = [each.text for each in scene.paragraphs]
    for each in _list_objects(row.get("facts")):
        field = _CHANGES.get(_clean_text(each.get("what")))
        fact = _make_fact(each.get("words"), line, _get_quote(each, line, scene))
        is_clothing = names_clothes(fact.text, script)
        is_garment = is_clothing and len(fact.text.split()) <= _LONGEST_GARMENT and has_look_lists(script)
        if (field == "clothes" and not is_clothing) or (field == "features" and is_garment):
            continue
        if field and fact:
            yield LookChange(name=_clean_name(each.get("who")), line=line, **{field: fact})


def _parse_beat(row: Mapping[str, Any], line: int, scene: NumberedScene) -> SceneBeat:
    paragraph = scene.find_paragraph(line)
    details: dict[str, dict[str, Fact]] = {}
    for each in _list_objects(row.get("facts")):
        field = _DETAILS.get(_clean_text(each.get("what")))
        fact = _make_fact(each.get("words"), line, _get_quote(each, line, scene))
        if field and fact:
            details.setdefault(make_display_name(_clean_name(each.get("who"))), {}).setdefault(field, fact)
    is_action = paragraph is not None and paragraph.kind is ParagraphKind.ACTION
    return SceneBeat(
        line=line,
        end_line=paragraph.end_line if paragraph is not None else line,
        text=_clean_text(row.get("text")),
        visible=tuple(
            VisiblePerson(name=name, **details.get(name, {})) for name in _list_names(row.get("visible"))
        ),
        heard=tuple(map(HeardVoice, _list_names(row.get("heard")))),
        function=_FRAMINGS.get(_clean_text(row.get("shows"))) if is_action else None,
    )


def _get_quote(row: Mapping[str, Any], line: int, scene: NumberedScene) -> str:
    """Return the quotation of a statement: the one that the answer gives, or the sentence of its line that
    has most of its words, or the complete line.
    """
    if quote := _clean_text(row.get("quote")):
        return quote
    text = _get_text(line, scene)
    support = find_support(scene, _clean_text(row.get("words")), line)
    return support[2] if support is not None and support[2] in text else text


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
