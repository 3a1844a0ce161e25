"""Build the rows of shots for lists, and look up shots and scenes by id, number or name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from milimo_tui.core.errors import NotFound
from milimo_tui.core.format import format_count
from milimo_tui.story.shots.numbering import OMITTED
from milimo_tui.story.shots.shot_filter import (
    FILTER_SYNTAX,
    collect_filter_names,
    make_filtered_shot,
    parse_shot_filter,
)
from milimo_tui.story.values.film import Scene, Story
from milimo_tui.story.values.shot_fields import list_labelled_fields
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.session.names import find_by_name
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec, staleness

OMITTED_GLYPH = "⊘"  # The glyph in lists for a shot that is marked OMITTED.
WHERE_HELP = f"only shots that match a filter: {FILTER_SYNTAX}"


def build_shot_row(state: shot_spec.ShotState) -> dict[str, Any]:
    """Return the data of a shot for lists and `--json`."""
    shot = state.shot
    spoken = " ".join(f"“{line.text}”" for line in shot.dialogue)
    return {
        "id": shot.id,
        "number": state.number,
        "scene": shot.scene,
        "glyph": OMITTED_GLYPH if shot.omitted else "◐" if state.stale else "●" if state.picked else "○",
        "size": shot.size.value,
        "angle": shot.angle.value,
        "movement": shot.movement.value,
        "function": shot.function.value,
        "frames": shot.frames,
        "takes": len(state.takes),
        "take": state.picked.id if state.picked else None,
        "engine": state.picked.engine if state.picked else shot.engine,
        "previs": bool(state.picked and state.picked.previs),
        "stale": state.stale,
        "stale_parts": [part.value for part in staleness.find_stale_parts(state).parts],
        "text": OMITTED if shot.omitted else shot.action or spoken,
        "dialogue": spoken,
        "characters": list(shot.characters),
        "continues": shot.continues or None,
        "continues_as": shot.continues_as.value or None,
        "shares": state.shares or None,
        "seed": shot.seed,
        "line": shot.line,
        "omitted": shot.omitted,
        **{field.name: getattr(shot, field.name) for field in list_labelled_fields()},
        "tags": list(shot.tags),
    }


def filter_shots(
    story: Story, states: Sequence[shot_spec.ShotState], where: str
) -> tuple[shot_spec.ShotState, ...]:
    """Return the shots that a filter matches (`@Mara time:night stale`). Raises BadInput, NotFound."""
    wanted = parse_shot_filter(where, collect_filter_names(story))
    return tuple(
        state
        for state in states
        if wanted.is_match(
            make_filtered_shot(
                state.shot,
                state.scene,
                state.story.elements,
                picked=state.picked is not None,
                stale=state.stale,
            )
        )
    )


def find_scene_id(studio: Studio, name: str) -> str:
    """Find a scene by id, number or heading and return its id. Raises NotFound, Ambiguous."""
    story = studio.take_snapshot().story
    scene = find_by_name(
        name,
        "scenes",
        story.live_scenes(),
        lambda each: _describe_scene_choice(story, each),
        lambda each: each.id == name,
        lambda each: each.number == name,
        lambda each: each.heading == name,
        lambda each: each.heading.casefold() == name.casefold(),
    )
    if scene is None:
        numbers = [one.number for one in story.scenes if one.omitted and name in (one.id, one.number)]
        if numbers:
            raise NotFound(f"scene {numbers[0]} is omitted", f"milimo scene restore {numbers[0]} restores it")
        raise NotFound(f"there is no scene “{name}”", "milimo scene list lists the scenes")
    return scene.id


def _describe_scene_choice(story: Story, scene: Scene) -> tuple[str, str]:
    shots = sum(shot.scene == scene.id for shot in story.live_shots())
    return scene.id, f"({scene.number} {scene.heading}, {format_count(shots, 'shot')})"


class ShotIdArgs(Args):
    id: str = arg(description="a shot (3B or its id)")


def find_shot_state(studio: Studio, name: str) -> shot_spec.ShotState:
    """Return the state of the shot whose id, name or number is `name`. Raises NotFound, also if the shot is
    parked (taken out of the film).
    """
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, name)
    state = shot_spec.find_live_shot_state(story, shot.id)
    if state:
        return state
    raise NotFound(
        f"shot {name} is parked: its text is no longer in the screenplay",
        "milimo shot list lists the shots of the film",
    )
