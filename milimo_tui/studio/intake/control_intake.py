"""Intake of control maps (clips of depth, edges, poses or motion) that a job made. Each map becomes a clip of
the film.

If the job was ordered for a shot, that shot follows the map from then on. Runs in the supervisor. Each step
can safely be repeated.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from milimo_tui.core import order_keys
from milimo_tui.core.errors import Failed
from milimo_tui.core.ids import new_id
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.specs.control_specs import MakeControl
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import BOX
from milimo_tui.story.values.film import Asset, AssetKind, Shot
from milimo_tui.story.values.making import Conditioning
from milimo_tui.studio.intake.mask_intake import find_asset_of_file
from milimo_tui.studio.intake.media_store import move_into_media

# Maximum number of characters that the name of a map takes over from the name of its source. The rest is cut
# off.
MAX_SOURCE_NAME = 60


def import_control_map(project: ProjectFile, spec: MakeControl, result: Result) -> dict[str, str]:
    """Import the control map of a job into its film, and return the map's new path by role. Raises Failed if
    there is no map.
    """
    output = next((output for output in result.outputs if output.role == "map"), None)
    if output is None:
        raise Failed("the job made no map", "read its log: milimo job log")
    story = project.load_story()
    source = find_asset_of_file(project.paths, story.assets, Path(str(spec.input)))
    take = next((one for one in story.takes if source and one.asset == source.id), None)
    # The file of a take is named by its hash, which means nothing to a person. The map is therefore named by
    # the shot's number.
    number = story.numbers.get(take.shot, "") if take else ""
    name = number or Path(source.name if source else str(spec.input)).stem[:MAX_SOURCE_NAME]
    path, asset = move_into_media(project.paths, output, AssetKind.VIDEO, f"{name}-{spec.control}.mov")
    _set_control_of_shot(project, spec, project.facts.add_asset(asset))
    return {"map": str(path)}


def _set_control_of_shot(project: ProjectFile, spec: MakeControl, asset: Asset) -> None:
    """Replace the shot's control map of the same kind by the new map, as one edit. Used if the job was
    ordered for a shot.
    """
    story = project.load_story()
    shot = next((one for one in story.shots if one.id == spec.shot), None)
    if shot is None or any(one.asset == asset.id and one.control for one in shot.conditioning):
        return
    label = f"follow the {spec.control} of {asset.name} at {story.numbers.get(shot.id, shot.id)}"
    followed = replace(
        shot,
        conditioning=(
            *_list_other_conditions(shot, spec.control),
            _make_control_condition(shot, spec, asset),
        ),
    )
    project.write_edit(label, scope="project", actor=BOX, before=[shot], after=[followed])


def _list_other_conditions(shot: Shot, control: str) -> tuple[Conditioning, ...]:
    return tuple(one for one in shot.conditioning if one.control != control)


def _make_control_condition(shot: Shot, spec: MakeControl, asset: Asset) -> Conditioning:
    last = shot.conditioning[-1].order if shot.conditioning else None
    return Conditioning(
        id=new_id("follow"),
        shot=shot.id,
        order=order_keys.create_key_between(last, None),
        asset=asset.id,
        control=spec.control,
        prepared=True,
    )
