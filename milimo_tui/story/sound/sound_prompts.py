"""Compose the prompt of a sound from the facts of its scene. Each part of the prompt names its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from milimo_tui.story.sound.profiles import find_muffling, get_tempo, list_effect_sounds, list_stem_rules
from milimo_tui.story.sound.scene_sound import PLAIN, SceneSoundFacts
from milimo_tui.story.sound.tables import read_genres, read_stems

SoundRole = Literal["music", "effect", "ambience"]
StemName = Literal["", "base", "melody", "percussion", "bass", "fx", "drones"]


@dataclass(frozen=True, slots=True)
class SoundPromptPart:
    """A part of a prompt: the words, and the fact from which they are made."""

    source: str
    words: str


@dataclass(frozen=True, slots=True)
class SoundPrompt:
    """The prompt of a sound: its parts in order, and the words for things that it must not have."""

    parts: tuple[SoundPromptPart, ...]
    negative: str = ""
    bpm: int | None = None

    @property
    def text(self) -> str:
        """The complete prompt."""
        return ", ".join(part.words for part in self.parts)


def compose_sound_prompt(facts: SceneSoundFacts, role: SoundRole, stem: StemName = "") -> SoundPrompt:
    """Compose the prompt of a sound for a scene. `stem` limits music to one of its stems."""
    match role:
        case "music":
            bpm = get_tempo(facts.action.value, facts.rhythm.value)[0]
            parts = tuple(_iterate_music_parts(facts, stem, bpm))
            return SoundPrompt(parts, "vocals, singing, speech", bpm)
        case "ambience":
            return SoundPrompt(tuple(_iterate_ambience_parts(facts)), "music, speech")
        case "effect":
            return SoundPrompt(tuple(_iterate_effect_parts(facts)), "music, speech")


def _iterate_music_parts(facts: SceneSoundFacts, stem: str, bpm: int) -> Iterator[SoundPromptPart]:
    genre = next((row for row in read_genres() if row.name == facts.genre.value), None)
    playing = next((row for row in read_stems() if row.name == stem), None)
    if playing is not None:
        yield SoundPromptPart("stem", f"only {playing.plays}, no other instruments")
    yield SoundPromptPart("genre", f"instrumental film score, {facts.genre.value}")
    if genre is not None and playing is None:
        yield SoundPromptPart("genre", genre.sound)
    if facts.mood.value != PLAIN:
        yield SoundPromptPart("mood", facts.mood.value)
    if facts.action.value:
        yield SoundPromptPart("action", f"for {facts.action.value.replace('_', ' ')}")
    if facts.place:
        yield SoundPromptPart("scene", f"a scene in {facts.place.lower()}")
    if facts.time_of_day:
        yield SoundPromptPart("scene", facts.time_of_day.lower())
    yield SoundPromptPart("intensity", f"{facts.intensity.value} intensity")
    yield SoundPromptPart("pace", f"{facts.rhythm.value.replace('_', ' ')} rhythm, {bpm} BPM")
    if playing is not None and (rules := list_stem_rules(playing, facts.action.value)):
        yield SoundPromptPart("rules", ", ".join(rules))


def _iterate_ambience_parts(facts: SceneSoundFacts) -> Iterator[SoundPromptPart]:
    yield SoundPromptPart("role", "continuous room tone and background sound, no events")
    if facts.place:
        yield SoundPromptPart("scene", facts.place.lower())
    if facts.time_of_day:
        yield SoundPromptPart("scene", facts.time_of_day.lower())
    if facts.weather:
        yield SoundPromptPart("weather", facts.weather.lower())
    if facts.mood.value != PLAIN:
        yield SoundPromptPart("mood", f"{facts.mood.value} atmosphere")


def _iterate_effect_parts(facts: SceneSoundFacts) -> Iterator[SoundPromptPart]:
    yield SoundPromptPart("role", "foley and sound effects, close, dry")
    for sound, words in list_effect_sounds(facts):
        yield SoundPromptPart("effects", sound.name if sound.name == words else f"{sound.name} ({words})")
    if facts.action.value:
        yield SoundPromptPart("action", facts.action.value.replace("_", " "))
    if facts.place:
        yield SoundPromptPart("scene", facts.place.lower())
    if muffled := find_muffling(facts):
        yield SoundPromptPart("muffling", f"muffled: {muffled[0].filter}")
