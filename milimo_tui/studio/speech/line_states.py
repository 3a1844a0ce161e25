"""The state of each line of dialogue: its takes, the take that is heard, its time in the shot, and why the
take is stale.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from pydantic import ValidationError

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.settings import Settings
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.engines.specs.spec_values import DescribedPerson
from milimo_tui.story.lines.dialogue_language import find_dialogue_language
from milimo_tui.story.lines.line_delivery import VoiceEffect, choose_voice_effect
from milimo_tui.story.lines.line_identity import (
    FilmLine,
    choose_line_take,
    fold_words,
    list_shot_lines,
    match_line_takes,
)
from milimo_tui.story.lines.line_timing import LineTime, ShotLineTimes, time_shot_lines
from milimo_tui.story.looks.looks import apply_look_inputs
from milimo_tui.story.plan.speech import estimate_speech_seconds
from milimo_tui.story.values.film import Element, ElementKind, Line, Shot, Story
from milimo_tui.story.values.line_take import LineTake
from milimo_tui.story.values.text import fold


@dataclass(frozen=True, slots=True)
class ChosenVoice:
    """The voice that speaks a character's lines in a shot. `sample` is the asset id of a recording that the
    engine imitates, or empty. `element` is None for a character without an element.
    """

    engine: str
    voice: str
    pitch: float
    pace: float
    sample: str
    element: Element | None

    def find_heard_voice(self, character: str, language: str) -> str:
        """Return the voice that is heard: the one that was set, or the engine's default for the character.
        Empty if it is unknown.
        """
        return self.voice or find_default_voice(
            self.engine, describe_speaker(self.element, character), language
        )

    def compute_signature(self, digest: str) -> str:
        """Return a hash of the settings that decide the sound of the voice. `digest` is the hash of the
        recording's file.
        """
        values = (self.engine, self.voice, self.pitch, self.pace, digest)
        return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class LineState:
    """A line of dialogue of the film with its takes, oldest first.

    `name` is the name by which commands know the line: `3B.1` is the first line of shot 3B. `shown` is the
    take that is heard, or None. `stale` is the reason why it is stale, or empty. `time` is the line's time in
    its shot; a line without a take has its estimated length.
    """

    film_line: FilmLine
    name: str
    number: str
    shot: Shot
    takes: tuple[LineTake, ...]
    shown: LineTake | None
    stale: str
    voice: ChosenVoice
    effect: VoiceEffect
    time: LineTime

    @property
    def character(self) -> str:
        """The name of the character who speaks."""
        return self.film_line.line.character

    @property
    def text(self) -> str:
        """The words of the line in the script."""
        return self.film_line.line.text


@dataclass(frozen=True, slots=True)
class FilmLines:
    """All lines of a film in film order, the language of the dialogue, and the seconds by which the lines of
    a shot are longer than the shot, by shot id.
    """

    states: tuple[LineState, ...]
    language: str
    over: Mapping[str, Fraction]

    def list_shot(self, shot: str) -> tuple[LineState, ...]:
        """Return the lines of the shot with the id `shot`, in order."""
        return tuple(state for state in self.states if state.film_line.shot == shot)


def list_film_lines(story: Story, settings: Settings) -> FilmLines:
    """Return every line of dialogue of the film with its state."""
    shots = story.live_shots()
    lines = [line for shot in shots for line in list_shot_lines(shot)]
    matched = match_line_takes(lines, story.line_takes)
    assets = {asset.id: asset for asset in story.assets}
    voices, language = _VoiceFinder(story, settings), find_dialogue_language(story)
    states: list[LineState] = []
    over: dict[str, Fraction] = {}
    by_shot: dict[str, list[FilmLine]] = {}
    spoken: dict[str, list[Line]] = {}
    for shot in shots:
        spoken.setdefault(shot.scene, []).extend(shot.dialogue)
    for line in lines:
        by_shot.setdefault(line.shot, []).append(line)
    for shot in shots:
        own = by_shot.get(shot.id, [])
        shown = [choose_line_take(line, matched[line]) for line in own]
        times = _time_lines(shot, own, shown, story.project.rate)
        if times.over:
            over[shot.id] = times.over
        number = story.numbers.get(shot.id, shot.id)
        for index, (line, take, time) in enumerate(zip(own, shown, times.times, strict=True), 1):
            who = line.line.character
            voice = voices.choose_voice(shot, who)
            digest = assets[voice.sample].digest if voice.sample in assets else ""
            states.append(
                LineState(
                    line,
                    f"{number}.{index}",
                    number,
                    shot,
                    matched[line],
                    take,
                    _explain_staleness(line, take, voice, digest, language),
                    voice,
                    choose_voice_effect(
                        line.line,
                        is_shown=_shows_speaker(shot, line.line),
                        partners=[other for other in spoken[shot.scene] if other.character != who],
                    ),
                    time,
                )
            )
    return FilmLines(tuple(states), language, over)


def get_voice_signature(story: Story, voice: ChosenVoice) -> str:
    """Return the hash of a voice's settings, with its recording."""
    digest = next((asset.digest for asset in story.assets if asset.id == voice.sample), "")
    return voice.compute_signature(digest)


def _shows_speaker(shot: Shot, line: Line) -> bool:
    """Return False if the shot shows characters, but not the speaker of the line."""
    return not shot.characters or fold(line.character) in map(fold, shot.characters)


def _time_lines(
    shot: Shot, lines: Collection[FilmLine], shown: Collection[LineTake | None], rate: Fraction
) -> ShotLineTimes:
    lengths = [
        take.seconds if take is not None and take.seconds else estimate_speech_seconds([line.line])
        for line, take in zip(lines, shown, strict=True)
    ]
    return time_shot_lines([line.line for line in lines], lengths, shot.frames / rate)


def _explain_staleness(
    line: FilmLine, take: LineTake | None, voice: ChosenVoice, digest: str, language: str
) -> str:
    if take is None:
        return ""
    if fold_words(take.text) != fold_words(line.line.text):
        return "its words changed"
    if not take.signature or take.signature == voice.compute_signature(digest):
        return ""
    heard = voice.find_heard_voice(line.line.character, language)
    return "" if _is_heard_voice(take, voice, heard, digest) else "the voice changed"


def _is_heard_voice(take: LineTake, voice: ChosenVoice, heard: str, digest: str) -> bool:
    """Return True if a take differs from `voice` only because one of them names the voice `heard` and the
    other leaves it to the engine.
    """
    try:
        spec = MakeSpeech.model_validate_json(take.spec)
    except ValidationError:
        return False
    if spec.speaker is None or take.signature != replace(voice, voice=spec.voice).compute_signature(digest):
        return False
    return heard == (spec.voice or find_default_voice(spec.engine, spec.speaker, spec.language))


def find_default_voice(engine: str, person: DescribedPerson, language: str) -> str:
    """Return the voice with which an engine speaks for a character without a voice; empty if unknown."""
    try:
        return engine_registry.profile(engine).find_default_voice(person, language)
    except MilimoError:  # The engine is not usable on this machine.
        return ""


def describe_speaker(element: Element | None, character: str) -> DescribedPerson:
    """Return the speaker of a line as engines know a character. `element` is None for a character without an
    element.
    """
    return DescribedPerson(
        name=character,
        description=element.description if element else "",
        gender=element.gender if element else "",
    )


class _VoiceFinder:
    """Finds the voice of a character in a shot."""

    def __init__(self, story: Story, settings: Settings) -> None:
        self._story, self._engine = story, settings.voice_engine or engine_registry.find_scratch_voice().name
        self._people = [each for each in story.elements if each.kind is ElementKind.CHARACTER]
        self._by_name: dict[str, Element | None] = {}

    def choose_voice(self, shot: Shot, character: str) -> ChosenVoice:
        if character not in self._by_name:
            self._by_name[character] = next(
                (each for each in self._people if each.has_name_or_alias(character)), None
            )
        element = self._by_name[character]
        if element is None:
            return ChosenVoice(self._engine, "", 0.0, 1.0, "", None)
        return describe_element_voice(apply_look_inputs(self._story, shot, element), self._engine)


def describe_element_voice(element: Element, default_engine: str) -> ChosenVoice:
    """Return the voice of a character. `default_engine` speaks if the character has no engine."""
    return ChosenVoice(
        element.voice_engine or default_engine,
        element.voice,
        element.voice_pitch,
        element.voice_pace,
        element.sample,
        element,
    )
