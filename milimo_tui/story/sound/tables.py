"""Read the tables of sound rules. `profiles.toml` is read once, and its rows are converted to objects."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Protocol, TypeVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Genre:
    """A genre of a film. `sound` describes its instruments for a prompt."""

    name: str
    words: str
    sound: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedWords:
    """A value that words in a text select, such as an action or a rhythm of a scene."""

    name: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TempoRule:
    """A rule for the tempo. It applies to the listed actions and rhythms; an empty list allows every one."""

    bpm: int
    why: str
    action: tuple[str, ...] = ()
    rhythm: tuple[str, ...] = ()

    def applies_to(self, action: str, rhythm: str) -> bool:
        """Return True if the rule applies to a scene with this action and rhythm."""
        return (not self.action or action in self.action) and (not self.rhythm or rhythm in self.rhythm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stem:
    """A stem of music: its level in dB, its part in the music, and the rules for its mix."""

    name: str
    level_db: float
    plays: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRule:
    """The rules that an action of a scene adds to its music."""

    action: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectTrack:
    """A track of effects: its level in dB, its filter, and the change of its length and pitch."""

    name: str
    level_db: float
    filter: str = ""
    stretch: float = 1.0
    semitones: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSound:
    """A kind of effect: its track, the gain in dB that it adds to the level of the track, and its filter."""

    name: str
    track: str
    words: str
    gain_db: float
    filter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Muffling:
    """A filter that applies to all effects of a scene in a certain context."""

    name: str
    words: str
    filter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Emotion:
    """An emotion of a voice: the change of its pitch in semitones, of its speed and of its level in dB."""

    name: str
    semitones: float
    speed: float
    level_db: float
    words: str
    moods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceDelivery:
    """A manner of speaking: its level and, if it needs a gate, the threshold of the gate in dB."""

    name: str
    level_db: float
    gate_db: float | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BedLevel:
    """The level of a sound in a cut, in dB from the level of dialogue. It applies to the listed actions."""

    role: str
    level_db: float
    why: str
    action: tuple[str, ...] = ()


class WordRow(Protocol):
    """A row of a table that words in a text select."""

    @property
    def words(self) -> str: ...


R = TypeVar("R", bound=WordRow)
T = TypeVar("T")


@cache
def _read_sound_tables() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(files(__package__).joinpath("profiles.toml").read_text("utf-8"))


@cache
def _read_rows(table: str, kind: type[T]) -> tuple[T, ...]:
    def convert(row: dict[str, Any]) -> T:
        return kind(**{name: tuple(cell) if isinstance(cell, list) else cell for name, cell in row.items()})

    return tuple(convert(row) for row in _read_sound_tables()[table])


def read_genres() -> tuple[Genre, ...]:
    """Return every genre, in the order in which words select them."""
    return _read_rows("genre", Genre)


def read_actions() -> tuple[NamedWords, ...]:
    """Return the actions that words select. `dialogue` is not among them, because lines select it."""
    return _read_rows("action", NamedWords)


def read_rhythms() -> tuple[NamedWords, ...]:
    """Return the rhythms that words select. The pace of the shots selects the others."""
    return _read_rows("rhythm", NamedWords)


def read_tempo_rules() -> tuple[TempoRule, ...]:
    """Return the rules for the tempo. The first rule that applies counts."""
    return _read_rows("tempo", TempoRule)


def read_stems() -> tuple[Stem, ...]:
    """Return the stems of music."""
    return _read_rows("stem", Stem)


def read_music_rules() -> tuple[ActionRule, ...]:
    """Return the rules that actions add to music."""
    return _read_rows("music_rule", ActionRule)


def read_effect_tracks() -> tuple[EffectTrack, ...]:
    """Return the tracks of effects."""
    return _read_rows("effect_track", EffectTrack)


def read_effect_sounds() -> tuple[EffectSound, ...]:
    """Return the kinds of effects that have a level or a filter of their own."""
    return _read_rows("effect_sound", EffectSound)


def read_mufflings() -> tuple[Muffling, ...]:
    """Return the contexts that muffle effects, in the order in which words select them."""
    return _read_rows("muffling", Muffling)


def read_emotions() -> tuple[Emotion, ...]:
    """Return the emotions of voices, in the order in which words select them."""
    return _read_rows("emotion", Emotion)


def read_deliveries() -> tuple[VoiceDelivery, ...]:
    """Return the manners of speaking; the last one applies if no words select another."""
    return _read_rows("delivery", VoiceDelivery)


def find_bed_level(role: str, action: str) -> BedLevel:
    """Return the level of a sound with a role in a scene with an action."""
    rows: tuple[BedLevel, ...] = _read_rows("bed", BedLevel)
    return next(row for row in rows if row.role == role and (not row.action or action in row.action))


def find_words_row(text: str, rows: Sequence[R]) -> tuple[R, str] | None:
    """Return the first row whose words occur in a text, with the words that were found. None if no row's
    words occur.
    """
    for row in rows:
        found = re.search(rf"\b(?:{row.words})\b", text, re.IGNORECASE) if row.words else None
        if found:
            return row, found.group(0)
    return None
