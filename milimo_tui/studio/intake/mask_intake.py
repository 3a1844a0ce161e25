"""Intake of masks that a job made. Files go into `media/`; rows are added for the full mask and for each
object.

Runs in the supervisor. Each step can safely be repeated.
"""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import Failed
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.engines.specs.mask_specs import DrawMask, Segment, Track
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import Mask
from milimo_tui.story.values.film import Asset, AssetKind
from milimo_tui.studio.intake.media_store import move_into_media
from milimo_tui.studio.render.render_plan import get_asset_path

# The role of the mask file with all objects. The mask of one object has a role such as `object-3`.
FULL_MASK_ROLE = "mask"


def import_masks(
    project: ProjectFile, job: DetailedJob, spec: Segment | Track | DrawMask, result: Result
) -> dict[str, str]:
    """Import the masks of a job into its film, and return the current path of each mask file, by role.

    If the masked file is not in the film, nothing is imported and the result is empty. This is the case for a
    temporary file that a further job paints over. Raises Failed if the job made no mask.
    """
    files = [output for output in result.outputs if is_mask_output(output)]
    if not files:
        raise Failed("the job made no mask", "read its log: milimo job log")
    source = find_asset_of_file(project.paths, project.load_story().assets, Path(str(spec.input)))
    if source is None:
        return {}
    named = ", ".join(
        (one.name for one in spec.drawing.active_objects if one.name)
        if isinstance(spec, DrawMask)
        else spec.text
    )
    outputs: dict[str, str] = {}
    rows: list[tuple[Mask, Asset]] = []
    for output in files:
        kind = AssetKind.VIDEO if Path(output.path).suffix == ".mov" else AssetKind.PICTURE
        label = str(output.facts.get("label") or "") or named
        path, asset = move_into_media(project.paths, output, kind, _make_mask_file_name(source, output))
        outputs[output.role] = str(path)
        rows.append((_make_mask_row(output, label, source, job.id), asset))
    project.facts.add_masks(rows)
    return outputs


def is_mask_output(output: Output) -> bool:
    return output.role.partition("-")[0] in (FULL_MASK_ROLE, "object")


def find_asset_of_file(paths: ProjectPaths, assets: tuple[Asset, ...], path: Path) -> Asset | None:
    """Return the asset that a path belongs to; None if there is none.

    A file in the film's media folder is recognized by the hash in its name, so that it is found even after
    the film moved.
    """
    for asset in assets:
        if get_asset_path(paths, asset) == path or (asset.managed and Path(asset.path).name == path.name):
            return asset
    return None


def _make_mask_row(output: Output, label: str, source: Asset, job: str) -> Mask:
    facts = output.facts
    object = 0 if output.role == FULL_MASK_ROLE else int(output.role.partition("-")[2])
    return Mask(
        id=new_id("mask"),
        source=source.id,
        asset="",  # The asset's id is filled in when the file is imported.
        job=job,
        object=object,
        label=label,
        score=facts.get("score"),
        box=tuple(facts.get("box") or ()),
        frame=int(facts.get("frame") or 0),
        seen=int(facts.get("seen") or 0),
    )


def _make_mask_file_name(source: Asset, output: Output) -> str:
    """Return the displayed name of a mask file: `beach-mask.png`, `beach-object-2.mov`."""
    return f"{Path(source.name).stem[:60]}-{output.role}{Path(output.path).suffix}"
