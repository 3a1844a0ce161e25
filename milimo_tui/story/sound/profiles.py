"""Build the profiles of a scene's music, effects and voices. Each value names the rule that set it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from milimo_tui.core.format import format_count
from milimo_tui.story.sound.scene_sound import SceneSoundFacts, SoundFact
from milimo_tui.story.sound.tables import (
    EffectSound,
    Emotion,
    Muffling,
    Stem,
    VoiceDelivery,
    find_words_row,
    read_deliveries,
    read_effect_sounds,
    read_effect_tracks,
    read_emotions,
    read_mufflings,
    read_music_rules,
    read_stems,
    read_tempo_rules,
)
from milimo_tui.story.values.film import Line

ProfileKind = Literal["music", "effects", "voice"]
# Ducking of everything below dialogue: gain in dB, and the time in ms after which it is reached.
DUCK_DB, DUCK_MS = -20.0, 50
WORDS_PER_MINUTE = 150.0
SPEEDS, SEMITONES, LEVELS_DB = (0.5, 2.0), (-12.0, 12.0), (-20.0, 20.0)  # allowed ranges of a voice


@dataclass(frozen=True, slots=True)
class ProfileValue:
    """A value of a profile: the thing that it describes, its name, the value, and the rule that set it."""

    part: str
    name: str
    value: str | float
    rule: str


def get_tempo(action: str, rhythm: str) -> tuple[int, str]:
    """Return the tempo in beats per minute for a scene, and the rule that set it. The first rule counts."""
    rule = next(rule for rule in read_tempo_rules() if rule.applies_to(action, rhythm))
    return rule.bpm, f"{rule.why}: {rule.bpm} BPM"


def list_stem_rules(stem: Stem, action: str) -> tuple[str, ...]:
    """Return the rules for the mix of a stem in a scene with an action."""
    added = (rule for row in read_music_rules() if row.action == action for rule in row.rules)
    return (*stem.rules, *added)


def build_music_profile(facts: SceneSoundFacts) -> tuple[ProfileValue, ...]:
    """Return the profile of a scene's music: genre, mood, action, rhythm, intensity, tempo and stems."""
    bpm, why = get_tempo(facts.action.value, facts.rhythm.value)
    return (
        *_list_fact_values(facts),
        ProfileValue("music", "bpm", bpm, why),
        *(value for stem in read_stems() for value in _list_stem_values(stem, facts.action.value)),
    )


def _list_fact_values(facts: SceneSoundFacts) -> Iterator[ProfileValue]:
    named: tuple[tuple[str, SoundFact], ...] = (
        ("genre", facts.genre),
        ("mood", facts.mood),
        ("action", facts.action),
        ("rhythm", facts.rhythm),
        ("intensity", facts.intensity),
    )
    for name, fact in named:
        yield ProfileValue("music", name, fact.value or "none", fact.rule)


def _list_stem_values(stem: Stem, action: str) -> Iterator[ProfileValue]:
    part = f"stem {stem.name}"
    yield ProfileValue(part, "level dB", stem.level_db, f"the level of {stem.plays}")
    for rule in stem.rules:
        yield ProfileValue(part, "rule", rule, f"always for the {stem.name}")
    for rule in list_stem_rules(stem, action)[len(stem.rules) :]:
        yield ProfileValue(part, "rule", rule, f"the action is {action}")


def find_muffling(facts: SceneSoundFacts) -> tuple[Muffling, str] | None:
    """Return the context that muffles the effects of a scene, with the reason. None if nothing does."""
    named = {row.name: row for row in read_mufflings()}
    if facts.rhythm.value == "slow_motion":
        return named["slow motion"], facts.rhythm.rule
    if facts.action.value in named:
        return named[facts.action.value], f"the action is {facts.action.value}"
    found = find_words_row(facts.text, tuple(named.values()))
    return (found[0], f"the scene has “{found[1]}”") if found else None


def list_effect_sounds(facts: SceneSoundFacts) -> tuple[tuple[EffectSound, str], ...]:
    """Return the kinds of effects that a scene's words name, with the words that were found."""
    found = ((row, find_words_row(facts.text, (row,))) for row in read_effect_sounds())
    return tuple((row, match[1]) for row, match in found if match)


def build_effects_profile(facts: SceneSoundFacts) -> tuple[ProfileValue, ...]:
    """Return the profile of a scene's effects: tracks with levels, named sounds, muffling and ducking."""
    return tuple(_iterate_effect_values(facts))


def _iterate_effect_values(facts: SceneSoundFacts) -> Iterator[ProfileValue]:
    tracks = {track.name: track for track in read_effect_tracks()}
    for track in tracks.values():
        part = f"track {track.name}"
        yield ProfileValue(part, "level dB", track.level_db, f"the level of {track.name} effects")
        if track.filter:
            yield ProfileValue(part, "filter", track.filter, f"always for {track.name}")
        if track.stretch != 1:
            yield ProfileValue(part, "stretch", track.stretch, f"always for {track.name}")
        if track.semitones:
            yield ProfileValue(part, "semitones", track.semitones, f"always for {track.name}")
    for sound, words in list_effect_sounds(facts):
        level = tracks[sound.track].level_db + sound.gain_db
        why = f"the scene has “{words}”: {sound.gain_db:+g} dB on the track {sound.track}"
        yield ProfileValue(f"sound {sound.name}", "level dB", level, why)
        if sound.filter:
            yield ProfileValue(f"sound {sound.name}", "filter", sound.filter, f"always for {sound.name}")
    muffled = find_muffling(facts)
    yield ProfileValue(
        "all effects",
        "muffling",
        muffled[0].filter if muffled else "none",
        f"{muffled[0].name}: {muffled[1]}" if muffled else "no context that muffles",
    )
    if facts.lines:
        why = "dialogue: the scene has lines"
        yield ProfileValue("all effects", "duck dB", DUCK_DB, why)
        yield ProfileValue("all effects", "duck ms", DUCK_MS, why)


def find_emotion(line: Line, mood: str) -> tuple[Emotion, str]:
    """Return the emotion of a line and the reason: its parenthetical, or else the mood of the scene."""
    emotions = read_emotions()
    if found := find_words_row(line.parenthetical, emotions):
        return found[0], f"the parenthetical has “{found[1]}”"
    for row in emotions:
        if mood in row.moods:
            return row, f"the mood of the scene is {mood}"
    neutral = next(row for row in emotions if row.name == "neutral")
    return neutral, "neither the parenthetical nor the mood names an emotion"


def find_delivery(line: Line) -> tuple[VoiceDelivery, str]:
    """Return the manner of speaking of a line, and the reason."""
    if found := find_words_row(line.parenthetical, read_deliveries()):
        return found[0], f"the parenthetical has “{found[1]}”"
    return read_deliveries()[-1], "the parenthetical names no other manner"


def estimate_line_seconds(text: str, speed: float) -> float:
    """Return how long a line takes at a speed, where 1 is 150 words a minute."""
    return len(text.split()) * 60.0 / WORDS_PER_MINUTE / _limit(speed, SPEEDS)


def _limit(value: float, bounds: tuple[float, float]) -> float:
    return min(bounds[1], max(bounds[0], value))


def build_voice_profile(facts: SceneSoundFacts) -> tuple[ProfileValue, ...]:
    """Return the profile of the voices: for each line its emotion, manner, pitch, speed, level and length."""
    return tuple(
        value
        for number, line in enumerate(facts.lines, 1)
        for value in _iterate_line_values(f"line {number} {line.character}", line, facts.mood.value)
    )


def _iterate_line_values(part: str, line: Line, mood: str) -> Iterator[ProfileValue]:
    emotion, why = find_emotion(line, mood)
    delivery, manner = find_delivery(line)
    speed = _limit(emotion.speed, SPEEDS)
    # A whispered line has the level of a whisper once, although its emotion and its manner both set it.
    added = 0.0 if delivery.name == emotion.name else delivery.level_db
    level = _limit(emotion.level_db + added, LEVELS_DB)
    feels = f"the emotion is {emotion.name}"
    yield ProfileValue(part, "emotion", emotion.name, why)
    yield ProfileValue(part, "manner", delivery.name, manner)
    yield ProfileValue(part, "semitones", _limit(emotion.semitones, SEMITONES), feels)
    yield ProfileValue(part, "speed", speed, feels)
    yield ProfileValue(part, "level dB", level, f"{feels}, the manner {delivery.name}")
    if delivery.gate_db is not None:
        yield ProfileValue(part, "gate dB", delivery.gate_db, f"the manner is {delivery.name}")
    seconds = round(estimate_line_seconds(line.text, speed), 2)
    pace = f"{format_count(len(line.text.split()), 'word')} at {WORDS_PER_MINUTE:g} a minute, speed {speed:g}"
    yield ProfileValue(part, "seconds", seconds, pace)


def build_profile(kind: ProfileKind, facts: SceneSoundFacts) -> tuple[ProfileValue, ...]:
    """Return the profile of a kind for a scene."""
    match kind:
        case "music":
            return build_music_profile(facts)
        case "effects":
            return build_effects_profile(facts)
        case "voice":
            return build_voice_profile(facts)
