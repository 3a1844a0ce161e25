"""Intake of control maps that a job made: each map becomes a clip of the film.

If the order named a shot, that shot follows the map from then on. Runs in the supervisor; each step may be
repeated.
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
from milimo_tui.story.values.film import Asset, AssetKind, Conditioning, Shot
from milimo_tui.studio.intake.mask_intake import of_file
from milimo_tui.studio.intake.media_store import into_media

NAME = 60  # characters of the source's name in the map's name


def take_in(project: ProjectFile, spec: MakeControl, result: Result) -> dict[str, str]:
    """Import the map of a job into its film; return where the file is now. Raises Failed if the job made no
    map.
    """
    output = next((output for output in result.outputs if output.role == "map"), None)
    if output is None:
        raise Failed("the job made no map", "look at its log: milimo job log")
    story = project.story()
    source = of_file(project.paths, story.assets, Path(str(spec.input)))
    take = next((one for one in story.takes if source and one.asset == source.id), None)
    # A take's file is named by its hash, so the shot's number is shown.
    number = story.numbers.get(take.shot, "") if take else ""
    name = number or Path(source.name if source else str(spec.input)).stem[:NAME]
    path, asset = into_media(project.paths, output, AssetKind.VIDEO, f"{name}-{spec.control}.mov")
    _follow(project, spec, project.facts.add_asset(asset))
    return {"map": str(path)}


def _follow(project: ProjectFile, spec: MakeControl, asset: Asset) -> None:
    """Make the ordered shot follow the map instead of an older map of the same kind, as one edit."""
    story = project.story()
    shot = next((one for one in story.shots if one.id == spec.shot), None)
    if shot is None or any(one.asset == asset.id and one.control for one in shot.conditioning):
        return
    label = f"follow the {spec.control} of {asset.name} at {story.numbers.get(shot.id, shot.id)}"
    followed = replace(shot, conditioning=(*_others(shot, spec.control), _followed(shot, spec, asset)))
    project.edit(label, scope="project", actor=BOX, before=[shot], after=[followed])


def _others(shot: Shot, control: str) -> tuple[Conditioning, ...]:
    return tuple(one for one in shot.conditioning if one.control != control)


def _followed(shot: Shot, spec: MakeControl, asset: Asset) -> Conditioning:
    last = shot.conditioning[-1].order if shot.conditioning else None
    return Conditioning(
        id=new_id("follow"),
        shot=shot.id,
        order=order_keys.between(last, None),
        asset=asset.id,
        control=spec.control,
        prepared=True,
    )
