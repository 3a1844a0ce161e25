"""Commands on sequences: plan the shots that a brief asks for, add them to the film, and make their takes.

A plan lists each value of each shot with the rule that chose it.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_clock_duration, format_count
from milimo_tui.story.sequences import tables
from milimo_tui.story.sequences.brief import MOST, BriefOptions
from milimo_tui.story.sequences.sequence_plan import SequencePlan
from milimo_tui.story.values.shot_words import describe_camera
from milimo_tui.studio.commands.script.scene import BEFORE_FIRST_SCENE
from milimo_tui.studio.commands.script.scene_words import find_scene
from milimo_tui.studio.commands.shot.shot_rows import find_scene_id
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.writing import sequences

NOBODY = "nobody"


class SequencePlanArgs(Args):
    brief: str = arg(description="a brief, such as “eight tense shots in a rain-wet market”", longest=1000)
    shots: int | None = arg(
        None, ge=1, le=MOST, description="number of shots (default: from the brief, else 5)"
    )
    mood: str = arg("", description="mood: tense, calm, … (milimo sequence rules)", longest=60)
    kind: str = arg("", description="kind: dialogue, action, tension, establishing, emotional", longest=60)
    style: str = arg("", description="style: noir, documentary, … or your own words", longest=200)
    people: str | None = arg(
        None, description="characters: Mara, Jun; “nobody” plans only places", longest=300
    )


class SequenceAddArgs(SequencePlanArgs):
    after: str = arg(
        "", description="the scene after which it is inserted (default: the last); 0: at the start"
    )
    scene: str = arg("", description="an existing scene; the new shots are added after its own")
    make: bool = arg(False, description="also queue a take of each shot, as one batch")
    detach: bool = arg(False, description="with --make: queue the work and return at once")


def _build_sequence_request(args: SequencePlanArgs) -> BriefOptions:
    people = None
    if args.people is not None:
        names = (name.strip() for name in args.people.split(","))
        people = tuple(name for name in names if name and name.casefold() != NOBODY)
    return BriefOptions(shots=args.shots, mood=args.mood, kind=args.kind, style=args.style, people=people)


def plan_requested_sequence(studio: Studio, args: SequencePlanArgs) -> SequencePlan:
    """Return the plan of the sequence that the arguments ask for. If a film is open, its people and places
    are recognized in the brief by their names.
    """
    file = studio.project_or_none()
    return sequences.plan_brief(
        file.load_story() if file else None, args.brief, _build_sequence_request(args)
    )


def _show_sequence_plan(studio: Studio, args: SequencePlanArgs) -> Outcome:
    plan = plan_requested_sequence(studio, args)
    return Outcome(data=build_sequence_plan_data(plan), text="\n".join(format_sequence_plan_lines(plan)))


def build_sequence_plan_data(plan: SequencePlan) -> dict[str, Any]:
    """Return a plan as data for `--json`: each value of each shot, with the rule that chose it."""
    return {
        "heading": plan.brief.scene_heading,
        "people": list(plan.brief.people),
        "mood": plan.mood,
        "kind": plan.kind,
        "coverage": plan.coverage.value,
        "light": plan.light,
        "palette": plan.palette,
        "style": plan.style,
        "seconds": float(plan.total_seconds),
        "unused": list(plan.unused),
        "rules": [asdict(one) for one in plan.rules],
        "shots": [
            {
                "purpose": shot.purpose,
                "size": shot.framing.size.value,
                "angle": shot.framing.angle.value,
                "movement": shot.framing.movement.value,
                "function": shot.framing.function.value,
                "rig": shot.framing.rig.value,
                "characters": list(shot.characters),
                "action": shot.action,
                "seconds": float(shot.seconds),
                "lens": shot.lens,
                "rules": [asdict(one) for one in shot.rules],
            }
            for shot in plan.shots
        ],
    }


def format_sequence_plan_lines(plan: SequencePlan) -> list[str]:
    """Return a plan as lines of text.

    The values that all shots share come first. Then each shot follows, with the rules that chose its values.
    """
    lines = [
        f"{plan.brief.scene_heading}   {format_count(len(plan.shots), 'shot')}   "
        f"{format_clock_duration(float(plan.total_seconds))}"
    ]
    lines += [f"  {one.field:<9} {one.value}   ({one.rule})" for one in plan.rules]
    for number, shot in enumerate(plan.shots, 1):
        framing = shot.framing
        camera = describe_camera(framing.size, framing.function, framing.angle, framing.movement, framing.rig)
        lines.append(f"  {number:>2}  {camera}, {float(shot.seconds):g} s, {shot.lens}")
        lines.append(f"      {shot.action}")
        lines += [f"        {one.field:<8} {one.rule}" for one in shot.rules]
    return lines


def _add_sequence(studio: Studio, args: SequenceAddArgs) -> Outcome:
    if args.scene and args.after:
        raise BadInput("a sequence goes into a scene or after one, not both", "give --scene or --after")
    if args.detach and not args.make:
        raise BadInput("--detach has no effect without --make", "give --make as well, or leave --detach out")
    plan = plan_requested_sequence(studio, args)
    scene = find_scene(studio, args.scene) if args.scene else None
    after = "" if not args.after or args.after == BEFORE_FIRST_SCENE else find_scene_id(studio, args.after)
    added = sequences.add_sequence(
        studio, plan, after=after, scene=scene, first=args.after == BEFORE_FIRST_SCENE
    )
    ids = [shot.id for shot in added.shots]
    numbers = [studio.take_snapshot().story.numbers[id] for id in ids]
    text = f"scene {added.scene.number}: {format_count(len(ids), 'shot')}, {numbers[0]} to {numbers[-1]}"
    unused = f"not used: {', '.join(plan.unused)}" if plan.unused else ""
    made_text = text if len(ids) > 1 else f"scene {added.scene.number}: {numbers[0]}"
    message = "; ".join(filter(None, (made_text, added.news, unused)))
    data = {"scene": added.scene.id, "number": added.scene.number, "shots": ids, "numbers": numbers}
    if not args.make:
        return Outcome(data=data, message=message)
    made = registry.run_by_id(studio, "shot.make", {"ids": ids, "detach": args.detach})
    return replace(made, data={**data, **made.data}, message=f"{message}; {made.message}")


def _show_sequence_rules(studio: Studio, args: NoArgs) -> Outcome:
    data: dict[str, list[dict[str, Any]]] = {
        "moods": [
            {
                "name": one.name,
                "kind": one.kind,
                "seconds": [float(one.least), float(one.most)],
                "rhythm": one.rhythm,
                "light": one.light,
                "palette": one.palette,
                "coverage": one.coverage.value,
                "lens": one.lens,
                "angles": [angle.value for angle in one.angles],
            }
            for one in tables.read_moods().values()
        ],
        "styles": [
            {"name": one.name, "prompt": one.prompt, "light": one.light, "palette": one.palette}
            for one in tables.read_styles().values()
        ],
        "kinds": [
            {"name": one.name, "why": one.why, "purposes": list(one.purposes)}
            for one in tables.read_sequence_kinds().values()
        ],
        "lenses": [{"lens": one.lens_words, "why": one.why} for one in tables.read_lenses()],
    }
    lines = ["moods"]
    lines += [
        f"  {one['name']:<12} {one['kind']:<13} {one['seconds'][0]:g} to {one['seconds'][1]:g} s,"
        f" {one['rhythm']}; {one['light'] or 'its place’s light'}; {one['palette'] or 'its place’s colours'}"
        for one in data["moods"]
    ]
    lines += ["styles", *(f"  {one['name']:<12} {one['prompt']}" for one in data["styles"])]
    lines += ["kinds", *(f"  {one['name']:<12} {one['why']}" for one in data["kinds"])]
    lines += ["lenses", *(f"  {one['why']}" for one in data["lenses"])]
    return Outcome(data=data, text="\n".join(lines))


COMMANDS = (
    Command(
        "sequence.plan",
        "Plan a sequence",
        "plan shots from a brief, with the rule for each value; nothing changes",
        _show_sequence_plan,
        SequencePlanArgs,
        cli="sequence plan",
        positional=("brief",),
    ),
    Command(
        "sequence.add",
        "Add a sequence",
        "plan shots from a brief and add them to the storyboard",
        _add_sequence,
        SequenceAddArgs,
        refuse_without_film,
        cli="sequence add",
        positional=("brief",),
    ),
    Command(
        "sequence.rules",
        "List sequence rules",
        "list the moods, styles, kinds and lenses for planned sequences",
        _show_sequence_rules,
        NoArgs,
        cli="sequence rules",
    ),
)
