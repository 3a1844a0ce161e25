"""Load the cases of `bench/reading.py`: a script, and the facts that a reader of the page takes from it.

`bench/reading_cases/README.md` explains the fields. Lines count from 1.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "reading_cases"
UNSEEN, VOICE = "unseen", "voice"
MOST_LINES = 1000  # more than a case has


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldPerson:
    """A person, an animal, a group, a voice, or somebody who is only spoken of (`unseen`).

    `age`, `body` and `wears` are those of the first appearance, in the language of the script.
    """

    name: str
    kind: str
    first_line: int
    quote: str
    also: tuple[str, ...] = ()
    age: str = ""
    body: str = ""
    wears: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All names that the script uses for the person."""
        return (self.name, *self.also)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldChange:
    """A change of a person's look in a line. An empty field stays as it was."""

    person: str
    line: int
    quote: str
    wears: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldScene:
    """The place, time and weather from a line on. `inside` is None if the script does not say it."""

    heading_line: int
    place: str
    inside: bool | None = None
    time: str = ""
    weather: str = ""
    quote: str = ""
    inherited_from: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldMoment:
    """A few lines of the script, with the people who have to be in the picture and those who are only heard.

    `must` and `must_not` are sentences for a person who compares pictures with the script; this bench uses
    only a sentence of `must_not` that begins with the name of a person.
    """

    lines: tuple[int, int]
    visible: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    speaker: str = ""
    place: str = ""
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldSpeech:
    """A speech, letter for letter."""

    line: int
    speaker: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldCase:
    """A script with its facts. `name` is the name of the file without its ending."""

    name: str
    script: Path
    language: str
    people: tuple[GoldPerson, ...]
    changes: tuple[GoldChange, ...]
    scenes: tuple[GoldScene, ...]
    moments: tuple[GoldMoment, ...]
    speeches: tuple[GoldSpeech, ...]

    def find_person(self, name: str) -> GoldPerson:
        """Return the person with a name. Raises StopIteration for a name that the case does not have."""
        return next(each for each in self.people if each.name == name)

    def find_scene(self, line: int) -> GoldScene:
        """Return the scene that contains a line."""
        before = [each for each in self.scenes if each.heading_line <= line]
        return before[-1] if before else self.scenes[0]

    def list_scene_lines(self, line: int) -> range:
        """Return the lines of the scene that contains a line, as a range."""
        start = self.find_scene(line).heading_line
        ends = (each.heading_line for each in self.scenes if each.heading_line > line)
        return range(start, next(iter(sorted(ends)), MOST_LINES))


def load_case(script: Path) -> GoldCase:
    """Load a script and the TOML file next to it. Raises OSError, ValueError, KeyError or TypeError if a file
    is missing or wrong.
    """
    data = tomllib.loads(script.with_suffix(".toml").read_text("utf-8"))
    return GoldCase(
        name=script.stem,
        script=script,
        language=data["language"],
        people=tuple(GoldPerson(**_freeze(row)) for row in data["people"]),
        changes=tuple(GoldChange(**_freeze(row)) for row in data.get("look_changes", ())),
        scenes=tuple(GoldScene(**_freeze(row)) for row in data["scenes"]),
        moments=tuple(GoldMoment(**_freeze(row)) for row in data["moments"]),
        speeches=tuple(GoldSpeech(**_freeze(row)) for row in data.get("speech", ())),
    )


def load_cases(wanted: Iterable[str] = ()) -> list[GoldCase]:
    """Load the cases whose names begin with one of the texts; without a text, all cases."""
    starts = tuple(wanted)
    scripts = sorted(CASES.glob("*.fountain"))
    return [load_case(each) for each in scripts if not starts or each.name.startswith(starts)]


def _freeze(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
