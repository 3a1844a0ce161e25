"""`scene composition`: report how well the shots of a scene go together in size, angle, length and screen
direction, and suggest changes. `--apply` makes one of the changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import NotFound
from milimo_tui.core.format import format_count
from milimo_tui.story.sequences.composition import (
    Composition,
    analyze_composition,
    format_composition_finding,
)
from milimo_tui.story.shots.own_fields import set_user_fields
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.story.values.shot_words import Angle, Movement, Size
from milimo_tui.studio.commands.script.scene_words import find_scene
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script import story_edits
from milimo_tui.studio.session.studio import Studio

_FIELD_TYPES = {"size": Size, "angle": Angle, "movement": Movement}


class SceneCompositionArgs(Args):
    id: str = arg(description="a scene (its number or id)")
    apply: int | None = arg(None, ge=1, description="apply the finding with this number")


def _show_composition(studio: Studio, args: SceneCompositionArgs) -> Outcome:
    story = studio.take_snapshot().story
    scene = find_scene(studio, args.id)
    shots = [shot for shot in story.live_shots() if shot.scene == scene.id]
    found = analyze_composition(shots, story.project.rate)
    if args.apply is not None:
        return _apply_composition_finding(studio, story, shots, found, args)
    data = build_composition_data(story, found)
    head = f"{scene.number}  {scene.heading}   {format_count(len(shots), 'shot')}"
    return Outcome(data=data, text="\n".join((head, *format_composition_lines(story, found))))


def build_composition_data(story: Story, found: Composition) -> dict[str, Any]:
    """Return the figures about the scene's shots (sizes, angles, lengths) and the problems found in their
    composition, as data for `--json`.
    """
    return {
        "sizes": dict(found.sizes),
        "angles": dict(found.angles),
        "variety": found.variety,
        "mean": found.mean,
        "shortest": found.shortest,
        "longest": found.longest,
        "pace": found.pace,
        "findings": [
            {
                "part": one.part.value,
                "shots": [story.numbers.get(shot, shot) for shot in one.shots],
                "why": one.why,
                "advice": one.advice,
                "change": dict([one.change]) if one.change[0] else {},
            }
            for one in found.findings
        ],
    }


def format_composition_lines(story: Story, found: Composition) -> list[str]:
    """Return lines of text with the figures about the scene's shots (sizes, angles, lengths) and the problems
    found in their composition. Each problem has the number that `--apply` takes.
    """
    if not found.sizes:
        return ["  no shots"]
    sizes = ", ".join(f"{count} {size}" for size, count in found.sizes)
    angles = ", ".join(f"{count} {angle}" for angle, count in found.angles)
    lines = [
        f"  sizes     {sizes}   variety {round(100 * found.variety)} %",
        f"  angles    {angles}",
        f"  rhythm    {found.pace}, {found.mean:.1f} s on average,"
        f" {found.shortest:.1f} to {found.longest:.1f} s",
    ]
    for number, one in enumerate(found.findings, 1):
        lines.append(f"  {number:>2}  {format_composition_finding(story.numbers, one)}")
    return lines if found.findings else [*lines, "  nothing to change"]


def _apply_composition_finding(
    studio: Studio, story: Story, shots: Sequence[Shot], found: Composition, args: SceneCompositionArgs
) -> Outcome:
    """Change a shot in the way that solves one of the problems found in the composition.

    Raises NotFound if the arguments give an unknown number, or the number of a problem for which the user has
    to choose the change.
    """
    number = args.apply or 0
    if number > len(found.findings):
        raise NotFound(
            f"scene {args.id} has no finding {number}",
            f"milimo scene composition {args.id} lists its findings",
        )
    one = found.findings[number - 1]
    name, value = one.change
    shot = next(shot for shot in shots if shot.id == one.shots[-1])
    called = story.numbers.get(shot.id, "")
    if not name:
        raise NotFound(
            f"only you can decide what to change in {called}: {one.advice}",
            f"milimo shot set {called} changes the shot",
        )
    changed = (
        replace(shot, frames=int(value))
        if name == "length"
        else set_user_fields(shot, **{name: _FIELD_TYPES[name](value)})
    )
    news = story_edits.edit_story(studio, f"{called}: {name} {value}", [shot], [changed]).news
    message = f"{called}: {name} {value}"
    return Outcome(data={"shot": shot.id, name: value}, message="; ".join(filter(None, (message, news))))


COMPOSITION = Command(
    "scene.composition",
    "Check composition",
    "show the composition of a scene's shots, and improve it",
    _show_composition,
    SceneCompositionArgs,
    refuse_without_film,
    cli="scene composition",
    positional=("id",),
)
