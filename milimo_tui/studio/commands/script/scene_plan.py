"""`scene plan`: show how the shots cover a scene, as a floor plan and as a list of shots with reasons.

The command can also plan the shots of the scene again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from milimo_tui.core.format import format_count
from milimo_tui.story.commit.replan import replan_shots
from milimo_tui.story.plan.floor_plan import draw_floor_plan, plan_floor
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Scene, Shot, Story
from milimo_tui.story.values.shot_words import Coverage, name_framing
from milimo_tui.studio.commands.shot.shot_rows import find_scene_id
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script import screenplays, story_edits
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import sharing

REPLAN_COLUMNS = ("number", "was", "is")


class ScenePlanArgs(Args):
    id: str = arg(description="a scene (its number or id)")
    again: bool = arg(False, description="plan again; values that a person set stay")
    dry_run: bool = arg(False, description="with --again: only show what would change")


def _plan_scene(studio: Studio, args: ScenePlanArgs) -> Outcome:
    story = studio.take_snapshot().story
    scene_id = find_scene_id(studio, args.id)
    scene = next(scene for scene in story.scenes if scene.id == scene_id)
    mine = [shot for shot in story.live_shots() if shot.scene == scene_id]
    if not args.again:
        return Outcome(
            data=_build_scene_plan_data(story, scene, mine),
            text="\n".join(_format_scene_plan_lines(story, scene, mine)),
        )
    fresh = replan_scene_shots(studio, story, scene, mine)
    changed = [(old, new) for old, new in zip(mine, fresh, strict=True) if old != new]
    rows = [
        {
            "number": story.numbers[old.id],
            "was": _describe_planned_framing(old),
            "is": _describe_planned_framing(new),
        }
        for old, new in changed
    ]
    count = f"{len(changed)} of {len(mine)} shots"
    if args.dry_run or not changed:
        sentence = f"scene {scene.number}: {count} would change"
        return Outcome(data=rows, columns=REPLAN_COLUMNS, message=sentence)
    label = f"plan scene {scene.number} again"
    story_edits.edit_story(studio, label, [old for old, _ in changed], [new for _, new in changed])
    return Outcome(data=rows, columns=REPLAN_COLUMNS, message=f"scene {scene.number}: {count} changed")


def replan_scene_shots(studio: Studio, story: Story, scene: Scene, shots: Sequence[Shot]) -> list[Shot]:
    """Return the shots of a scene, planned again from the current script.

    `shots` are the scene's current shots. Values that the user set and shots that the user added stay.
    """
    mode = screenplays.get_script_mode(studio.require_project())
    screenplay = screenplays.parse_script(story.project.script.encode(), mode)
    drafts = screenplays.break_down_with_coverage(story, screenplay)
    found = next((one for one in drafts if one.line == scene.line), None)
    return replan_shots(shots, found.shots if found else ())


def _describe_planned_framing(shot: Shot) -> str:
    people = ", ".join(shot.characters) or "nobody"
    within = f", {shot.continues_as}" if shot.continues_as else ""
    return f"{name_framing(shot.size, shot.function)}, {shot.movement.value}, {people}{within}"


def _build_scene_plan_data(story: Story, scene: Scene, shots: Sequence[Shot]) -> dict[str, Any]:
    performances = FilmPerformances(story)
    return {
        "scene": scene.number,
        "heading": scene.heading,
        "coverage": (scene.coverage or story.project.coverage or Coverage.CLASSICAL).value,
        "shots": [
            {
                "number": story.numbers[shot.id],
                "size": shot.size.value,
                "function": shot.function.value,
                "movement": shot.movement.value,
                "cast": list(shot.characters),
                "stands": dict(shot.stands),
                "focus": shot.focus,
                "reason": shot.reason,
                "shares": sharing.describe_sharing_briefly(story, shot, performances) or None,
                "by_hand": [name for name, _ in shot.own],
            }
            for shot in shots
        ],
    }


def _format_scene_plan_lines(story: Story, scene: Scene, shots: Sequence[Shot]) -> list[str]:
    coverage = (scene.coverage or story.project.coverage or Coverage.CLASSICAL).value
    rows = [f"{scene.number}  {scene.heading}   {coverage}   {format_count(len(shots), 'shot')}"]
    rows += draw_floor_plan(plan_floor(shots, story.numbers))
    performances = FilmPerformances(story)
    for shot in shots:
        by_hand = "   set by the user" if shot.own else ""
        people, framing = ", ".join(shot.characters) or "—", name_framing(shot.size, shot.function)
        shares = sharing.describe_sharing_briefly(story, shot, performances)
        reason = f"{shot.reason} ({shares})" if shares else shot.reason
        rows.append(f"  {story.numbers[shot.id]:<5}{framing:<11}{people[:24]:<25}{reason}{by_hand}")
    return rows


PLAN = Command(
    "scene.plan",
    "Plan scene",
    "show how the shots cover a scene, and why",
    _plan_scene,
    ScenePlanArgs,
    refuse_without_film,
    cli="scene plan",
    positional=("id",),
)
