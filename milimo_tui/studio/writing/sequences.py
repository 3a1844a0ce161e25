"""Sequences: plan shots from a brief, with the people and places of the film, and add them to the
storyboard.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from milimo_tui.core import order_keys
from milimo_tui.core.format import format_count
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import seconds_to_frames
from milimo_tui.story.sequences.brief import BriefOptions, parse_brief
from milimo_tui.story.sequences.sequence_plan import SequencePlan, SequenceShot, plan_sequence
from milimo_tui.story.shots import film_order
from milimo_tui.story.values import place_layers
from milimo_tui.story.values.film import ElementKind, Scene, Shot, Story
from milimo_tui.studio.script import story_edits
from milimo_tui.studio.session.studio import Studio

STYLE_PART = "style"  # The name of the prompt part that contains the style.


@dataclass(frozen=True, slots=True)
class AddedSequence:
    """A sequence that was added to the film: its scene, its shots in order, and a message on how the cut has
    changed.
    """

    scene: Scene
    shots: tuple[Shot, ...]
    news: str = ""


def plan_brief(story: Story | None, brief: str, options: BriefOptions) -> SequencePlan:
    """Plan the shots that a brief asks for. People and places of the film are recognized in the brief by
    name. Raises BadInput for an unusable brief.
    """
    elements = [one for one in story.elements if not one.dismissed] if story else []
    people = [one.name for one in elements if one.kind is ElementKind.CHARACTER]
    places = [one.name for one in elements if one.kind is ElementKind.LOCATION]
    return plan_sequence(parse_brief(brief, options, people, places))


def add_sequence(
    studio: Studio, plan: SequencePlan, *, after: str = "", scene: Scene | None = None, first: bool = False
) -> AddedSequence:
    """Add the shots of a plan to the film, as one undo step.

    They are added at the end of `scene` if it is given. Otherwise a new scene is added: after the scene with
    the id `after` (empty means the last scene), or with `first` before all scenes. Values that apply to all
    shots (light, style, weather) are set in a new scene; in an existing scene they are set in each added
    shot.
    """
    story = studio.take_snapshot().story
    is_new = scene is None
    if scene is None:
        last = story.scenes[-1].id if story.scenes else ""
        scene = _create_sequence_scene(story, plan, "" if first else after or last)
    mine = [shot.id for shot in story.shots if shot.scene == scene.id]
    order = film_order.make_shot_order_key(story, scene.id, mine[-1] if mine else "")
    shots: list[Shot] = []
    for one in plan.shots:
        shot = _create_sequence_shot(story, plan, one, scene, order)
        shots.append(shot if is_new else _set_sequence_values(story, plan, shot))
        order = order_keys.create_key_between(order, None)
    label = f"add a sequence of {format_count(len(shots), 'shot')}"
    added = [scene, *shots] if is_new else list(shots)
    news = story_edits.edit_story(studio, label, [], added).news
    now = studio.take_snapshot().story
    kept = next(one for one in now.scenes if one.id == scene.id)
    ids = {shot.id for shot in shots}
    return AddedSequence(kept, tuple(shot for shot in now.shots if shot.id in ids), news)


def _create_sequence_scene(story: Story, plan: SequencePlan, after: str) -> Scene:
    brief = plan.brief
    layers = place_layers.replace_layer((), "light", plan.light) if plan.light else ()
    return Scene(
        id=new_id("scene"),
        order=film_order.make_scene_order_key(story, after),
        number="",
        heading=brief.scene_heading,
        setting=brief.setting,
        location=brief.place.upper(),
        time_of_day=brief.time_of_day.upper(),
        weather=brief.weather,
        text=brief.text,
        coverage=plan.coverage,
        layers=layers,
        prompt_parts=_make_style_part(story, plan),
    )


def _make_style_part(story: Story, plan: SequencePlan) -> tuple[tuple[str, str], ...]:
    """Return the prompt part that combines the style of the film and the style of the sequence. Return an
    empty tuple if the sequence has no style.
    """
    words = ", ".join(filter(None, (story.project.style.strip(), plan.style)))
    return ((STYLE_PART, words),) if plan.style else ()


def _create_sequence_shot(
    story: Story, plan: SequencePlan, one: SequenceShot, scene: Scene, order: str
) -> Shot:
    framing = one.framing
    return Shot(
        id=new_id("shot"),
        scene=scene.id,
        order=order,
        action=one.action,
        characters=one.characters,
        size=framing.size,
        angle=framing.angle,
        movement=framing.movement,
        function=framing.function,
        rig=framing.rig,
        frames=max(1, seconds_to_frames(one.seconds, story.project.rate)),
        seed=story.project.seed,
        focus=one.focus,
        reason=one.reason,
        stands=one.stands,
        lens=one.lens,
        palette=plan.palette,
    )


def _set_sequence_values(story: Story, plan: SequencePlan, shot: Shot) -> Shot:
    """Return the shot with the light, style and weather of the sequence. Used for shots added to an existing
    scene, because setting these values for the scene would change its other shots.
    """
    layers = place_layers.replace_layer((), "light", plan.light) if plan.light else ()
    return replace(
        shot, layers=layers, prompt_parts=_make_style_part(story, plan), weather=plan.brief.weather
    )
