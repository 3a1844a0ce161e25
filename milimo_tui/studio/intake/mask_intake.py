"""Masks that a job made, taken into the film: files into media, a row for all of it and one for each object.

Runs in the supervisor; each step may be repeated.
"""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import Failed
from milimo_tui.core.ids import new_id
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.engines.specs.mask_specs import DrawMask, Segment, Track
from milimo_tui.jobs.values.views import WholeJob
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import Mask
from milimo_tui.story.values.film import Asset, AssetKind
from milimo_tui.studio.intake.media_store import into_media
from milimo_tui.studio.render.render_plan import asset_path

WHOLE = "mask"  # the role of the file that has everything; `object-3` has one object


def take_in(
    project: ProjectFile, job: WholeJob, spec: Segment | Track | DrawMask, result: Result
) -> dict[str, str]:
    """Bring the masks of a job into its film; returns where each is now, by role.

    Masks of a file that is none of the film's (one that is painted over in a further job, say) stay where the
    job made them. Raises Failed when there is none.
    """
    files = [output for output in result.outputs if is_mask(output)]
    if not files:
        raise Failed("the job made no mask", "look at its log: milimo job log")
    source = of_file(project.paths, project.story().assets, Path(str(spec.input)))
    if source is None:
        return {}
    named = ", ".join(
        (one.name for one in spec.drawing.shown if one.name) if isinstance(spec, DrawMask) else spec.text
    )
    outputs: dict[str, str] = {}
    rows: list[tuple[Mask, Asset]] = []
    for output in files:
        kind = AssetKind.VIDEO if Path(output.path).suffix == ".mov" else AssetKind.PICTURE
        label = str(output.facts.get("label") or "") or named
        path, asset = into_media(project.paths, output, kind, _name(source, output))
        outputs[output.role] = str(path)
        rows.append((_row(output, label, source, job.id), asset))
    project.facts.add_masks(rows)
    return outputs


def is_mask(output: Output) -> bool:
    return output.role.partition("-")[0] in (WHOLE, "object")


def of_file(paths: ProjectPaths, assets: tuple[Asset, ...], path: Path) -> Asset | None:
    """The asset of a file; a managed one is known by its hash, wherever the film lay meanwhile."""
    for asset in assets:
        if asset_path(paths, asset) == path or (asset.managed and Path(asset.path).name == path.name):
            return asset
    return None


def _row(output: Output, label: str, source: Asset, job: str) -> Mask:
    facts = output.facts
    object = 0 if output.role == WHOLE else int(output.role.partition("-")[2])
    return Mask(
        id=new_id("mask"),
        source=source.id,
        asset="",  # known when its file is in
        job=job,
        object=object,
        label=label,
        score=facts.get("score"),
        box=tuple(facts.get("box") or ()),
        frame=int(facts.get("frame") or 0),
        seen=int(facts.get("seen") or 0),
    )


def _name(source: Asset, output: Output) -> str:
    """What people see of the file: `beach-mask.png`, `beach-object-2.mov`."""
    return f"{Path(source.name).stem[:60]}-{output.role}{Path(output.path).suffix}"
