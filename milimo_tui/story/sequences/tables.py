"""Read the tables for planning sequences. The tables are TOML files next to this module. Each file is read
once, and its rows are converted to objects.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from milimo_tui.story.plan.framing import Framing
from milimo_tui.story.values.shot_words import Angle, Coverage, Function, Movement, Rig, Size


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """The mood of a sequence: the words that select it, and the shot lengths, light, colours and camera that
    it gives.

    - `least` and `most` are the limits of a shot's length in seconds.
    - `rhythm` says how the lengths change during the sequence: shorter, longer, even or broken.
    - `lens` is `longer`, `wider` or empty.
    - `angles` are used in turn for shots whose purpose sets no angle.
    """

    name: str
    words: str
    kind: str
    least: Fraction
    most: Fraction
    rhythm: str
    light: str
    palette: str
    coverage: Coverage
    lens: str = ""
    angles: tuple[Angle, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmingStyle:
    """A named style of filming. Its light, colours, lens and camera replace those of the mood."""

    name: str
    words: str
    prompt: str
    light: str = ""
    palette: str = ""
    lens: str = ""
    coverage: Coverage = Coverage.INHERITED
    angles: tuple[Angle, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceKind:
    """A kind of sequence, with the purposes of its shots in order of importance."""

    name: str
    words: str
    why: str
    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShotPurpose:
    """The purpose of a shot in a sequence, such as an opening or a reaction, with its framing and its action.

    `people` is the number of people that the shot needs. `stage` sorts the shots of a plan, from the opening
    (0) to the end (9). `share` (0 to 1) is the position of the shot's length between the shortest and the
    longest length of the mood.
    """

    name: str
    why: str
    framing: Framing
    people: int
    stage: int
    action: str
    share: Fraction
    # Action to use instead of `action` if the sequence has people, for a shot that needs none.
    peopled: str = ""
    is_seen: bool = True  # False if the frame does not show the person whom the action names.
    outside: bool = False
    # True if the purpose sets its own camera support, which the coverage must not replace.
    carried: bool = False


@dataclass(frozen=True, slots=True)
class LensRow:
    """A lens: its focal length in millimetres, its f-stop, and the reason to use it."""

    millimetres: int
    stop: str
    why: str

    @property
    def lens_words(self) -> str:
        """The lens in the words that a shot stores: `85 mm at f/1.8`."""
        return f"{self.millimetres} mm at f/{self.stop}"


@cache
def _read_table_rows(table: str) -> tuple[dict[str, Any], ...]:
    text = files(__package__).joinpath(f"{table}.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)["row"])


@cache
def read_moods() -> dict[str, Mood]:
    """Return every mood by name, in the order of the table."""
    return {row["name"]: _mood_from_row(row) for row in _read_table_rows("moods")}


def _mood_from_row(row: dict[str, Any]) -> Mood:
    values = _convert_camera_values(row)
    least, most = (Fraction(str(value)) for value in values.pop("seconds"))
    return Mood(**values, least=least, most=most)


def _convert_camera_values(row: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a row with its coverage and its angles as values of a shot."""
    coverage, angles = row.get("coverage", ""), row.get("angles", ())
    return {**row, "coverage": Coverage(coverage), "angles": tuple(map(Angle, angles))}


@cache
def read_styles() -> dict[str, FilmingStyle]:
    """Return every style by name."""
    rows = _read_table_rows("styles")
    return {row["name"]: FilmingStyle(**_convert_camera_values(row)) for row in rows}


@cache
def read_sequence_kinds() -> dict[str, SequenceKind]:
    """Return every kind of sequence by name."""
    rows = _read_table_rows("kinds")
    return {row["name"]: SequenceKind(**{**row, "purposes": tuple(row["purposes"])}) for row in rows}


@cache
def read_purposes() -> dict[str, ShotPurpose]:
    """Return every purpose of a shot by name."""
    return {row["name"]: _purpose_from_row(row) for row in _read_table_rows("purposes")}


def _purpose_from_row(row: dict[str, Any]) -> ShotPurpose:
    framing = Framing(
        Size(row["size"]),
        Angle(row.get("angle", "eye")),
        Movement(row.get("movement", "static")),
        Function(row.get("function", "single")),
        Rig(row.get("rig", "tripod")),
    )
    return ShotPurpose(
        name=row["name"],
        why=row["why"],
        framing=framing,
        people=row["people"],
        stage=row["stage"],
        action=row["action"],
        share=Fraction(str(row["share"])),
        peopled=row.get("with", ""),
        is_seen=row.get("seen", True),
        outside=row.get("outside", False),
        carried="rig" in row,
    )


@cache
def read_lenses() -> tuple[LensRow, ...]:
    """Return the lenses from the widest to the longest."""
    return tuple(LensRow(row["mm"], row["stop"], row["why"]) for row in _read_table_rows("lenses"))


@cache
def choose_lens_for_framing(framing: Framing) -> LensRow:
    """Return the lens for a framing. The camera support decides first, such as a handheld camera. Otherwise
    the function of the shot or the camera movement decides, and otherwise the shot size.
    """
    for row, lens in zip(_read_table_rows("lenses"), read_lenses(), strict=True):
        if framing.rig.value in row.get("rigs", ()):
            return lens
    for row, lens in zip(_read_table_rows("lenses"), read_lenses(), strict=True):
        if framing.function.value in row.get("functions", ()) or framing.movement.value in row.get(
            "movements", ()
        ):
            return lens
    return next(
        lens
        for row, lens in zip(_read_table_rows("lenses"), read_lenses(), strict=True)
        if framing.size.value in row["sizes"]
    )


def find_first_row(text: str, rows: dict[str, Any]) -> Any | None:
    """Return the row whose words occur first in the text, as complete words, or None if no row's words
    occur.
    """
    best: tuple[int, Any] | None = None
    for row in rows.values():
        found = re.search(rf"\b(?:{row.words})\b", text, re.IGNORECASE)
        if found and (best is None or found.start() < best[0]):
            best = (found.start(), row)
    return best[1] if best else None
