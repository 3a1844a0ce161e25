"""Commands on scenes: list, add, change, move. The commands for scene plans and scene prompts are in other
modules.
"""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_clock_duration
from milimo_tui.core.ids import new_id
from milimo_tui.story.elements.place_updates import set_scene_layer
from milimo_tui.story.screenplay import line_grammar
from milimo_tui.story.screenplay.screenplay import Slug
from milimo_tui.story.shots import film_order
from milimo_tui.story.shots.numbering import OMITTED
from milimo_tui.story.values import place_layers
from milimo_tui.story.values.doubts import CHANGED_HEADING, CONFIRMED_TIME
from milimo_tui.story.values.film import Scene, Shot
from milimo_tui.story.values.shot_words import Coverage
from milimo_tui.studio.commands.script.composition import COMPOSITION
from milimo_tui.studio.commands.script.scene_deletion import DELETE_SCENE, RESTORE_SCENE
from milimo_tui.studio.commands.script.scene_plan import PLAN
from milimo_tui.studio.commands.script.scene_words import WORDS
from milimo_tui.studio.commands.shot.fields import set_prompt_part
from milimo_tui.studio.commands.shot.shot_rows import find_scene_id
from milimo_tui.studio.cuts import follow
from milimo_tui.studio.registry.args import ANY, Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script import story_edits
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec

# The value of `scene add --after` that inserts the new scene before all other scenes.
BEFORE_FIRST_SCENE = "0"


def _list_scenes(studio: Studio, args: NoArgs) -> Outcome:
    story = studio.take_snapshot().story
    states = shot_spec.list_shot_states(story)
    rows = []
    for scene in story.shown_scenes():
        mine = [state for state in states if state.shot.scene == scene.id]
        seconds = float(sum(state.shot.frames for state in mine) / story.project.rate) if mine else 0.0
        rows.append(
            {
                "id": scene.id,
                "number": scene.number,
                "heading": OMITTED if scene.omitted else scene.heading,
                "omitted": scene.omitted,
                "setting": scene.setting.value,
                "location": scene.location,
                "time_of_day": scene.time_of_day,
                "weather": scene.weather,
                "era": scene.era.value,
                "coverage": scene.coverage.value,
                "shots": len(mine),
                "picked": sum(state.picked is not None for state in mine),
                "seconds": seconds,
                "length": format_clock_duration(seconds),
                "line": scene.line,
            }
        )
    return Outcome(data=rows, columns=("number", "heading", "shots", "picked", "length"))


_READ_FIELDS = ("location", "time_of_day", "part", "weather")  # Fields that a reading may change.


class SceneSetArgs(Args):
    ONE_OF = ANY

    id: str = arg(description="a scene (its number or id)")
    heading: str | None = arg(None, description="heading (slugline); empty: as in the script")
    location: str | None = arg(None, description="place (location)")
    time_of_day: str | None = arg(None, description="DAY, NIGHT, DUSK, …")
    part: str | None = arg(None, description="room or part of the place")
    weather: str | None = arg(None, description="weather")
    coverage: Coverage | None = arg(None, description="style of coverage; empty: the film's style")
    layer: str | None = arg(None, description=place_layers.HELP)
    prompt_part: str | None = arg(
        None,
        description="a part of its prompts: light=WORDS sets it, light= omits it, light resets it",
    )


def _set_scene_fields(studio: Studio, args: SceneSetArgs) -> Outcome:
    story = studio.take_snapshot().story
    scene_id = find_scene_id(studio, args.id)
    scene = next(scene for scene in story.scenes if scene.id == scene_id)
    given = args.given("id", "coverage", "prompt_part", "layer")
    if args.heading is not None and not args.heading.strip():
        given["heading"] = scene.get_script_value("heading")
    changed = replace(scene, **given)
    if args.coverage is not None:
        changed = replace(changed, coverage=args.coverage)
    if args.prompt_part is not None:
        changed = replace(changed, prompt_parts=set_prompt_part(scene.prompt_parts, args.prompt_part))
    if args.layer is not None:
        changed = set_scene_layer(changed, *place_layers.parse_layer_option(args.layer))
    # If the user sets a field to the value in the script, the field follows the script again and is no longer
    # the user's own.
    in_script = {field: scene.get_script_value(field) for field in given}
    own = {**dict(changed.own), **in_script}
    if "time_of_day" in given:  # A value that the user sets replaces a confirmed guess.
        own = {key: value for key, value in own.items() if key not in (CONFIRMED_TIME, CHANGED_HEADING)}
    # A present value that the user sets again is the user's own: a reading may find another one.
    repeated = {
        field
        for field, text in given.items()
        if field in _READ_FIELDS and text and text == getattr(scene, field) == in_script[field]
    }
    kept = (
        field for field in own if field not in given or field in repeated or given[field] != in_script[field]
    )
    changed = replace(changed, own=tuple((field, own[field]) for field in kept))
    if changed != scene:
        label = f"set scene {scene.number}"
        studio.require_project().write_edit(
            label, scope="project", actor=studio.actor, before=[scene], after=[changed]
        )
    return Outcome(data={"id": scene.id}, message=f"scene {scene.number}: {changed.heading}")


class SceneMoveArgs(Args):
    id: str = arg(description="a scene (its number or id)")
    by: int = arg(description="positions to move; negative is earlier")


def _move_scene(studio: Studio, args: SceneMoveArgs) -> Outcome:
    story = studio.take_snapshot().story
    scene_id = find_scene_id(studio, args.id)
    live = list(story.live_scenes())
    index = next(place for place, scene in enumerate(live) if scene.id == scene_id)
    target = index + args.by
    if not 0 <= target < len(live) or args.by == 0:
        raise BadInput(
            f"scene {args.id} can't be moved by {args.by}", f"it is at position {index + 1} of {len(live)}"
        )
    rest = live[:index] + live[index + 1 :]
    before = rest[target - 1].id if target else ""
    others = replace(story, scenes=tuple(scene for scene in story.scenes if scene.id != scene_id))
    own = dict.fromkeys((*live[index].own, ("order", "")))
    moved = replace(live[index], order=film_order.make_scene_order_key(others, before), own=tuple(own))
    followed = story_edits.edit_story(studio, f"move scene {args.id}", [live[index]], [moved])
    after = studio.take_snapshot().story
    shots = {shot.id for shot in after.live_shots() if shot.scene == scene_id}
    stay = follow.list_cuts_in_own_order(followed, after, shots)
    label = f"moved scene {args.id}"
    message = f"{label}; {follow.describe_kept_order(stay)}" if stay else label
    return Outcome(data={"id": scene_id, "stays_in": stay}, message=message)


class SceneAddArgs(Args):
    heading: str = arg(description="heading (slugline): INT. ROOF - NIGHT", longest=200)
    after: str = arg(
        "", description="the scene after which it is inserted (default: the last); 0: at the start"
    )
    action: str = arg("", description="action of its first shot")
    seconds: float = arg(4.0, description="length of its first shot in seconds", ge=0.1, le=3600)


def _add_scene(studio: Studio, args: SceneAddArgs) -> Outcome:
    """Add a scene that is not in the script. A later commit of the script keeps the scene after its current
    predecessor.
    """
    heading = " ".join(args.heading.split())
    if not heading:
        raise BadInput("a scene needs a heading", "for example INT. NOODLE BAR - NIGHT")
    story = studio.take_snapshot().story
    last = story.scenes[-1].id if story.scenes else ""
    first = args.after == BEFORE_FIRST_SCENE and not any(
        scene.number == BEFORE_FIRST_SCENE for scene in story.live_scenes()
    )
    after = "" if first else find_scene_id(studio, args.after) if args.after else last
    text, slug = line_grammar.parse_heading(heading) or (heading, Slug())
    scene = Scene(
        id=new_id("scene"),
        order=film_order.make_scene_order_key(story, after),
        number="",
        heading=text,
        setting=slug.setting,
        location=slug.location,
        time_of_day=slug.time_of_day,
        text=args.action,
    )
    shot = Shot(
        id=new_id("shot"),
        scene=scene.id,
        order=film_order.make_shot_order_key(story, scene.id),
        action=args.action,
        frames=max(1, round(args.seconds * float(story.project.rate))),
        seed=story.project.seed,
    )
    added = [scene, shot] if args.action else [scene]
    news = story_edits.edit_story(studio, f"add scene {text}", [], added).news
    number = next(one.number for one in studio.take_snapshot().story.scenes if one.id == scene.id)
    message = f"added scene {number}: {text}"
    return Outcome(
        data={"id": scene.id, "number": number, "shot": shot.id if args.action else None},
        message="; ".join(filter(None, (message, news))),
    )


COMMANDS = (
    PLAN,
    COMPOSITION,
    *WORDS,
    Command(
        "scene.list",
        "List scenes",
        "list the scenes of the film",
        _list_scenes,
        NoArgs,
        refuse_without_film,
        cli="scene list",
    ),
    Command(
        "scene.set",
        "Set scene",
        "set the heading, place, time or weather of a scene",
        _set_scene_fields,
        SceneSetArgs,
        refuse_without_film,
        cli="scene set",
        positional=("id",),
    ),
    Command(
        "scene.move",
        "Move scene",
        "move a scene with its shots",
        _move_scene,
        SceneMoveArgs,
        refuse_without_film,
        cli="scene move",
        positional=("id", "by"),
    ),
    Command(
        "scene.add",
        "Add scene",
        "add a scene that the script does not have",
        _add_scene,
        SceneAddArgs,
        refuse_without_film,
        cli="scene add",
        positional=("heading",),
    ),
    DELETE_SCENE,
    RESTORE_SCENE,
)
