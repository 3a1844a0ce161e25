"""From a shot to a spec, and from a spec to its signature: what will be sent, and when a take is stale.

Pure over a story snapshot; nothing is queued here.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from milimo_tui.core.errors import Damaged, NotFound
from milimo_tui.engines import table
from milimo_tui.engines.specs import MakePicture, MakeVideo, Person, ShotFacts, SpokenLine
from milimo_tui.story import elements as element_rules
from milimo_tui.story.prompt import Prompt, compose
from milimo_tui.story.values import Element, ElementKind, Scene, Shot, Story, Take

# Facts that only letter the slate: a renumbered shot is not a stale one.
_LETTERING = ("number", "scene_number", "title")


@dataclass(frozen=True, slots=True)
class ShotState:
    """A shot with what is known of it: number, scene, takes (oldest first), the picked one, staleness."""

    shot: Shot
    number: str
    scene: Scene
    takes: tuple[Take, ...]
    picked: Take | None
    stale: bool
    story: Story

    def is_fresh(self, take: Take) -> bool:
        """Whether a take was made from what the shot says now."""
        return not _is_outgrown(self.story, self.shot, take)


def engine_of(story: Story, shot: Shot, override: str = "") -> str:
    return override or shot.engine or story.project.engine


def scene_of(story: Story, shot: Shot) -> Scene:
    """The scene a shot belongs to. Raises Damaged when the film holds none."""
    for scene in story.scenes:
        if scene.id == shot.scene:
            return scene
    raise Damaged(f"shot {shot.id} belongs to no scene of the film", "milimo project export keeps a copy")


def matched(story: Story, scene: Scene, shot: Shot) -> tuple[Element, ...]:
    """The elements a shot uses, the surest first."""
    return tuple(match.element for match in element_rules.match(story.elements, scene, shot))


def loras_of(story: Story, shot: Shot) -> tuple[str, ...]:
    """The LoRAs of the elements a shot uses, each once, the surest element's first."""
    trained = [element for element in story.elements if element.lora]
    found = element_rules.match(trained, scene_of(story, shot), shot) if trained else ()
    return tuple(dict.fromkeys(match.element.lora for match in found))


def prompt_of(story: Story, shot: Shot) -> Prompt:
    """The prompt exactly as it will be sent."""
    scene = scene_of(story, shot)
    return compose(story.project, scene, shot, story.elements)


def facts_of(story: Story, shot: Shot) -> ShotFacts:
    scene = scene_of(story, shot)
    described = {
        element.name.casefold(): element.description
        for element in story.elements
        if element.kind is ElementKind.CHARACTER
    }
    numbers = story.numbers
    return ShotFacts(
        number=numbers.get(shot.id, ""),
        scene_number=scene.number,
        heading=scene.heading,
        setting=scene.setting.value,
        location=scene.location,
        time_of_day=scene.time_of_day,
        action=shot.action,
        size=shot.size.value,
        angle=shot.angle.value,
        movement=shot.movement.value,
        function=shot.function.value,
        rig=shot.rig.value,
        characters=tuple(
            Person(name=name, description=described.get(name.casefold(), "")) for name in shot.characters
        ),
        lines=tuple(
            SpokenLine(character=line.character, text=line.text, extension=line.extension)
            for line in shot.dialogue
        ),
        title=story.project.name,
    )


def video_spec(story: Story, shot: Shot, *, engine: str = "", seed: int | None = None) -> MakeVideo:
    """What an engine is asked to make for a shot."""
    project = story.project
    prompt = prompt_of(story, shot)
    return MakeVideo(
        engine=engine_of(story, shot, engine),
        prompt=prompt.text,
        negative=prompt.negative,
        frames=shot.frames,
        rate=project.rate,
        width=project.width,
        height=project.height,
        sample_rate=project.sample_rate,
        seed=shot.seed if seed is None else seed,
        steps=shot.steps,
        guidance=shot.guidance,
        pipeline=shot.pipeline,
        loras=loras_of(story, shot),
        facts=facts_of(story, shot),
    )


def board_spec(story: Story, shot: Shot) -> MakePicture:
    """The storyboard picture of a shot, drawn by the animatic engine."""
    project = story.project
    return MakePicture(
        engine="animatic",
        prompt=prompt_of(story, shot).text,
        width=project.width,
        height=project.height,
        seed=shot.seed,
        facts=facts_of(story, shot),
    )


def signature(spec: MakeVideo) -> str:
    """SHA-256 of what decides a take but its seed; takes with another signature are stale.

    A take of a sweep counts as what its shot said. What a take continues is not in it: another take of the
    shot before makes this one no other shot.
    """
    if spec.stands_for:
        return spec.stands_for
    values = spec.model_dump(mode="json", exclude={"seed", "stands_for"})
    if not values["loras"]:
        del values["loras"]  # takes of before there were any
    values["conditioning"] = [one for one in values["conditioning"] if one["source"] != "continuity"]
    values["facts"] = {key: value for key, value in values["facts"].items() if key not in _LETTERING}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def next_seed(shot: Shot, takes: Iterable[Take]) -> int:
    """The first take uses the shot's seed; a new take draws a new one unless the seed is locked."""
    if shot.seed_locked or not any(True for _ in takes):
        return shot.seed
    return new_seed()


def new_seed() -> int:
    return random.SystemRandom().randrange(2**32)


def states(story: Story) -> tuple[ShotState, ...]:
    """Every live shot in film order, with its takes and whether the picked one is stale."""
    by_shot: dict[str, list[Take]] = {}
    for take in story.takes:
        by_shot.setdefault(take.shot, []).append(take)
    scenes = {scene.id: scene for scene in story.scenes}
    return tuple(
        _state(story, shot, scenes[shot.scene], by_shot.get(shot.id, ())) for shot in story.live_shots()
    )


def state_of(story: Story, shot_id: str) -> ShotState | None:
    """One live shot's state; None when it is parked or gone."""
    for shot in story.live_shots():
        if shot.id == shot_id:
            takes = [take for take in story.takes if take.shot == shot.id]
            return _state(story, shot, scene_of(story, shot), takes)
    return None


def _state(story: Story, shot: Shot, scene: Scene, takes: Sequence[Take]) -> ShotState:
    picked = next((take for take in takes if take.id == shot.take), None)
    stale = picked is not None and bool(picked.signature) and _is_outgrown(story, shot, picked)
    return ShotState(shot, story.numbers.get(shot.id, ""), scene, tuple(takes), picked, stale, story)


def _is_outgrown(story: Story, shot: Shot, take: Take) -> bool:
    return take.signature != signature(video_spec(story, shot, engine=take.engine))


def replace_take(shot: Shot, take: str) -> Shot:
    """The shot with another take picked."""
    return replace(shot, take=take)


def find_shot(story: Story, name: str) -> Shot:
    """A shot by id or slate number ("3B"). Raises NotFound."""
    for shot in story.shots:
        if shot.id == name:
            return shot
    wanted = name.strip().upper()
    for shot in story.live_shots():
        if story.numbers.get(shot.id, "").upper() == wanted:
            return shot
    raise NotFound(f"there is no shot “{name}”", "milimo shot list shows ids and numbers")


def check_engine(name: str, kind: str) -> None:
    """Raises NotFound for an unknown engine or one that can't do this kind of work."""
    entry = table.row(name)
    if kind not in entry.kinds:
        able = ", ".join(row.name for row in table.ENGINES if kind in row.kinds)
        raise NotFound(f"the engine “{name}” can't {kind.replace('_', ' ')}", f"engines that can: {able}")
