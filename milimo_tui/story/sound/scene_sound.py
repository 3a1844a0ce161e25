"""Collect the facts of a scene, or of a complete film, that decide its sound. Each fact has a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from milimo_tui.story.sequences.composition import FAST, SLOW
from milimo_tui.story.sequences.tables import read_moods
from milimo_tui.story.sound.tables import find_words_row, read_actions, read_genres, read_rhythms
from milimo_tui.story.values.film import Line, Scene, Shot, Story

PLAIN = "plain"  # the mood of a scene that names no mood
DIALOGUE, CALM = "dialogue", "calm"
INTENSITIES = ("low", "medium", "high", "evolving")
RHYTHMS = ("slow", "normal", "fast", "hyper", "slow_motion")
# Actions and moods whose music is loud or quiet.
_HIGH = frozenset({"explosion", "fight", "chase"})
_LOW = frozenset({"calm", "emotional", "infiltration"})


@dataclass(frozen=True, slots=True)
class SoundFact:
    """A fact that decides the sound of a scene, with the rule that set it."""

    value: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneSoundFacts:
    """The facts that decide the sound of a scene. `title` names the scene. `seconds` is its length. `place`
    and `weather` describe where it happens, and `text` is everything that is read of it.
    """

    title: str
    seconds: float
    genre: SoundFact
    mood: SoundFact
    action: SoundFact
    rhythm: SoundFact
    intensity: SoundFact
    place: str = ""
    time_of_day: str = ""
    weather: str = ""
    text: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundChoices:
    """Values that the user sets instead of the rules. An empty value leaves the choice to the rules."""

    genre: str = ""
    mood: str = ""
    action: str = ""
    rhythm: str = ""
    intensity: str = ""


RULES_DECIDE = SoundChoices()


def collect_scene_facts(story: Story, scene: Scene, choices: SoundChoices = RULES_DECIDE) -> SceneSoundFacts:
    """Return the facts that decide the sound of a scene."""
    shots = [shot for shot in story.live_shots() if shot.scene == scene.id]
    title = f"{scene.number} {scene.heading}".strip()
    return _collect_facts(story, title, (scene,), shots, choices)


def collect_film_facts(story: Story, choices: SoundChoices = RULES_DECIDE) -> SceneSoundFacts:
    """Return the facts that decide the sound of the complete film."""
    return _collect_facts(story, story.project.name, story.live_scenes(), story.live_shots(), choices)


def _collect_facts(
    story: Story, title: str, scenes: Sequence[Scene], shots: Sequence[Shot], choices: SoundChoices
) -> SceneSoundFacts:
    lengths = [float(shot.frames / story.project.rate) for shot in shots]
    lines = tuple(line for shot in shots for line in shot.dialogue)
    text = "\n".join([*(scene.text or scene.heading for scene in scenes), *(shot.action for shot in shots)])
    action = _find_action(text, bool(lines), bool(shots), choices.action)
    rhythm = _find_rhythm(text, lengths, choices.rhythm)
    return SceneSoundFacts(
        title=title,
        seconds=sum(lengths),
        genre=_find_genre(story, choices.genre),
        mood=_find_mood(text, choices.mood),
        action=action,
        rhythm=rhythm,
        intensity=_find_intensity(action.value, lengths, choices.intensity),
        place=", ".join(dict.fromkeys(scene.location for scene in scenes if scene.location)),
        time_of_day=scenes[0].time_of_day if len(scenes) == 1 else "",
        weather=scenes[0].weather if len(scenes) == 1 else "",
        text=text,
        lines=lines,
    )


def _set_by_user(value: str) -> SoundFact:
    return SoundFact(value, "set by the user")


def _find_genre(story: Story, chosen: str) -> SoundFact:
    if chosen:
        return _set_by_user(chosen)
    project = story.project
    found = find_words_row(" ".join([*project.tags, project.description, project.style]), read_genres())
    if found:
        return SoundFact(found[0].name, f"the film's tags, description or style have “{found[1]}”")
    return SoundFact("drama", "the film names no genre")


def _find_mood(text: str, chosen: str) -> SoundFact:
    if chosen:
        return _set_by_user(chosen)
    found = find_words_row(text, tuple(read_moods().values()))
    return (
        SoundFact(found[0].name, f"the scene has “{found[1]}”")
        if found
        else SoundFact(PLAIN, "no word of a mood")
    )


def _find_action(text: str, speaks: bool, has_shots: bool, chosen: str) -> SoundFact:
    if chosen:
        return _set_by_user(chosen)
    found = find_words_row(text, read_actions())
    if found:
        return SoundFact(found[0].name, f"the scene has “{found[1]}”")
    if speaks:
        return SoundFact(DIALOGUE, "the scene has lines, and no word of another action")
    return (
        SoundFact(CALM, "no lines and no word of an action")
        if has_shots
        else SoundFact("", "the scene has no shots")
    )


def _find_rhythm(text: str, lengths: Sequence[float], chosen: str) -> SoundFact:
    if chosen:
        return _set_by_user(chosen)
    if found := find_words_row(text, read_rhythms()):
        return SoundFact(found[0].name, f"the scene has “{found[1]}”")
    if not lengths:
        return SoundFact("normal", "the scene has no shots")
    average = mean(lengths)
    if average < FAST:
        return SoundFact("fast", f"shots of {average:.1f} s on average, less than {FAST:g} s")
    if average > SLOW:
        return SoundFact("slow", f"shots of {average:.1f} s on average, more than {SLOW:g} s")
    return SoundFact("normal", f"shots of {average:.1f} s on average")


def _find_intensity(action: str, lengths: Sequence[float], chosen: str) -> SoundFact:
    if chosen:
        return _set_by_user(chosen)
    if action in _HIGH:
        return SoundFact("high", f"the action is {action}")
    if action in _LOW:
        return SoundFact("low", f"the action is {action}")
    half = len(lengths) // 2
    if half > 1 and mean(lengths[half:]) < 0.75 * mean(lengths[:half]):
        return SoundFact("evolving", "the shots get shorter towards the end")
    return SoundFact("medium", "no rule for another intensity applies")
