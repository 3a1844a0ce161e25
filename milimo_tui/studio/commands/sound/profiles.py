"""Commands that show the profile of a scene's sound with its rules, and the prompt composed from it."""

from __future__ import annotations

from typing import Literal

from milimo_tui.story.sound.profiles import ProfileKind, build_profile
from milimo_tui.story.sound.scene_sound import SoundChoices
from milimo_tui.story.sound.sound_prompts import SoundRole, StemName, compose_sound_prompt
from milimo_tui.story.values.film import Scene
from milimo_tui.studio.commands.script.scene_words import find_scene
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.sounds.sound_orders import collect_sound_facts

Genre = Literal["", "adventure", "drama", "horror", "documentary", "comedy", "sci-fi", "fantasy", "action"]
SceneAction = Literal[
    "", "explosion", "bullet_time", "fight", "chase", "infiltration", "dialogue", "revelation", "tension",
    "calm", "emotional",
]  # fmt: skip
Rhythm = Literal["", "slow", "normal", "fast", "hyper", "slow_motion"]
Intensity = Literal["", "low", "medium", "high", "evolving"]


class SoundChoiceArgs(Args):
    """The values that the user can set instead of the rules."""

    genre: Genre = arg("", description="genre instead of the film's")
    mood: str = arg("", description="mood instead of the scene's (milimo sequence rules)", longest=60)
    action: SceneAction = arg("", description="action instead of the scene's")
    rhythm: Rhythm = arg("", description="rhythm instead of the scene's")
    intensity: Intensity = arg("", description="intensity instead of the scene's")


def read_sound_choices(args: SoundChoiceArgs) -> SoundChoices:
    """Return the values that the user set instead of the rules."""
    return SoundChoices(
        genre=args.genre, mood=args.mood, action=args.action, rhythm=args.rhythm, intensity=args.intensity
    )


def find_sound_scene(studio: Studio, name: str, *, whole: bool) -> Scene | None:
    """Return the scene called `name`, or None for the complete film. Raises NotFound, Ambiguous."""
    return None if whole or not name else find_scene(studio, name)


class SoundProfileArgs(SoundChoiceArgs):
    HEADINGS = ("Scene: kind scene", "Values: genre mood action rhythm intensity")

    kind: ProfileKind = arg(description="the profile: of music, effects or voices")
    scene: str = arg("", description="a scene (its number or id); empty: the complete film")


def _show_sound_profile(studio: Studio, args: SoundProfileArgs) -> Outcome:
    scene = find_sound_scene(studio, args.scene, whole=False)
    facts = collect_sound_facts(studio.take_snapshot().story, scene, read_sound_choices(args))
    values = [
        {"part": value.part, "name": value.name, "value": value.value, "rule": value.rule}
        for value in build_profile(args.kind, facts)
    ]
    message = "" if values else f"{facts.title} has no line to speak"
    return Outcome(data=values, columns=("part", "name", "value", "rule"), message=message)


class SoundPromptArgs(SoundChoiceArgs):
    HEADINGS = ("Scene: scene role stem", "Values: genre mood action rhythm intensity")

    scene: str = arg("", description="a scene (its number or id); empty: the complete film")
    role: SoundRole = arg("music", description="the sound to prompt for")
    stem: StemName = arg("", description="only this stem of the music")


def _show_sound_prompt(studio: Studio, args: SoundPromptArgs) -> Outcome:
    scene = find_sound_scene(studio, args.scene, whole=False)
    facts = collect_sound_facts(studio.take_snapshot().story, scene, read_sound_choices(args))
    prompt = compose_sound_prompt(facts, args.role, args.stem)
    data = {
        "scene": scene.id if scene else None,
        "role": args.role,
        "stem": args.stem or None,
        "prompt": prompt.text,
        "negative": prompt.negative,
        "bpm": prompt.bpm,
        "parts": [{"source": part.source, "words": part.words} for part in prompt.parts],
    }
    lines = [
        prompt.text,
        f"not: {prompt.negative}",
        "",
        *(f"{part.source:<10} {part.words}" for part in prompt.parts),
    ]
    return Outcome(data=data, text="\n".join(lines))


PROFILES = (
    Command(
        "sound.profile",
        "Show the sound profile",
        "show a scene's music, effects or voice profile, with the rule of each value",
        _show_sound_profile,
        SoundProfileArgs,
        refuse_without_film,
        cli="sound profile",
        positional=("kind", "scene"),
    ),
    Command(
        "sound.prompt",
        "Show the sound prompt",
        "show the prompt for a scene's music, effects or ambience",
        _show_sound_prompt,
        SoundPromptArgs,
        refuse_without_film,
        cli="sound prompt",
        positional=("scene",),
    ),
)
