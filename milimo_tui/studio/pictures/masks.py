"""Masks of the film: find the picture for a new mask, find masks by name, and describe masks for lists.

Nothing is queued here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.host import parse_user_path
from milimo_tui.media.files.facts import MediaFileFacts, probe_in_subprocess
from milimo_tui.store.rows.stored_values import Mask
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Asset, AssetKind
from milimo_tui.studio.media import imports
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.lookup import find_asset_by_name
from milimo_tui.studio.session.names import find_by_name
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec


@dataclass(frozen=True, slots=True)
class MaskSource:
    """The picture or clip that a mask covers. `name` is shown to the user. The size is that of the upright
    picture with square pixels.
    """

    name: str
    path: Path
    width: int
    height: int
    frames: int
    is_clip: bool
    asset: str = ""  # The id of the asset if the file belongs to the film, otherwise empty.
    rate: Fraction | None = None  # The frame rate if the source is a clip of the film, otherwise None.


def find_mask_source(
    studio: Studio, name: str, check: Callable[[MaskSource], None], *, link: bool = False
) -> MaskSource:
    """Return the picture or clip for which a mask is made. `name` is a file, an asset's id or name, a take,
    or a shot (3B).

    - For a shot, this is its picked take or, if it has no take, its board.
    - A new file is added to the film. If `link` is True, it stays at its place; otherwise it is copied.
      Without an open film, the file is used where it is.
    - `check` raises an error if the source is not suitable. In that case no file is added.

    Raises NotFound, and BadInput for a file that is neither picture nor clip.
    """
    path = parse_user_path(name).absolute()
    if studio.project_or_none() is None:
        found = _make_source_of_file(path)
    elif path.is_file():
        asset = imports.add_media(
            studio, path, link=link, check=lambda facts: check(_make_source_of_facts(path, facts))
        )
        found = _make_source_of_asset(studio, asset)
    else:
        found = _make_source_of_asset(studio, _find_source_asset(studio, name))
    check(found)
    return found


def _make_source_of_asset(studio: Studio, asset: Asset) -> MaskSource:
    file = get_asset_path(studio.require_project().paths, asset)
    if not file.is_file():
        raise NotFound(
            f"the file of {asset.name} is missing: {file}",
            f"milimo asset relink {asset.id} FILE links it again",
        )
    found = _make_checked_source(asset.name, file, asset.kind, asset.width, asset.height, asset.frames)
    return replace(found, asset=asset.id, rate=asset.rate if found.is_clip else None)


def _make_source_of_file(path: Path) -> MaskSource:
    if not path.is_file():
        raise NotFound(f"there is no file {path}", "name a picture or a clip")
    return _make_source_of_facts(path, probe_in_subprocess(path))


def _make_source_of_facts(path: Path, facts: MediaFileFacts) -> MaskSource:
    return _make_checked_source(path.name, path, facts.kind, facts.width, facts.height, facts.frames)


def _make_checked_source(
    name: str, path: Path, kind: str, width: int | None, height: int | None, frames: int | None
) -> MaskSource:
    if kind == AssetKind.SOUND:
        raise BadInput(f"{name} is a sound and has no picture", "name a picture or a clip")
    is_clip = kind == AssetKind.VIDEO
    shown = frames or 0 if is_clip else 1
    if not width or not height or not shown:
        raise BadInput(f"{name} has no frames", "name a picture or a clip")
    return MaskSource(name, path, width, height, shown, is_clip)


def _find_source_asset(studio: Studio, name: str) -> Asset:
    story = studio.take_snapshot().story
    assets = {asset.id: asset for asset in story.assets}
    asset = find_asset_by_name(story.assets, name)
    if asset is not None:
        return asset
    takes = {take.id: take for take in story.takes}
    if name in takes:
        return assets[takes[name].asset]
    try:
        shot = shot_spec.find_shot(story, name)
    except NotFound:
        hint = "name a file, an asset (milimo asset list --all), a take or a shot"
        raise NotFound(f"there is no picture or clip “{name}”", hint) from None
    picked = FilmPerformances(story).find_shown_take(shot)
    shown = picked.asset if picked else shot.board
    if shown not in assets:
        raise NotFound(f"shot {name} has no take and no board", f"milimo shot make {name} makes a take")
    return assets[shown]


def find_mask(studio: Studio, name: str) -> Mask:
    """Find a mask by its id, its name, or the name of its file. Raises NotFound, Ambiguous."""
    assets = {asset.id: asset for asset in studio.take_snapshot().story.assets}

    def describe_candidate(mask: Mask) -> tuple[str, str]:
        whole = f"thing {mask.object}" if mask.object else "all of it"
        return mask.id, f"({whole} of {assets[mask.source].name} at frame {mask.frame})"

    mask = find_by_name(
        name,
        "masks",
        studio.require_project().facts.list_masks(),
        describe_candidate,
        lambda mask: mask.id == name,
        lambda mask: mask.asset == name,
        lambda mask: bool(name) and name in (mask.label, assets[mask.asset].name),
    )
    if mask is None:
        raise NotFound(f"there is no mask “{name}”", "milimo picture mask list lists the masks")
    return mask


def resolve_still_mask(studio: Studio, name: str) -> str:
    """Return the file of the film's still mask called `name`. A name that is not a mask of the film is
    returned unchanged.

    Raises BadInput for a moving mask.
    """
    if studio.project_or_none() is None:
        return name
    try:
        mask = find_mask(studio, name)
    except NotFound:
        return name
    path = get_mask_path(studio, mask)
    if path.suffix != ".png":
        raise BadInput(
            f"the mask {name} moves, but a picture does not",
            "milimo picture segment FILE --frame N makes a still mask",
        )
    return str(path)


def resolve_mask_file(studio: Studio, name: str) -> Path:
    """Return the file of the mask called `name`, still or moving. If the film has no such mask, `name` is the
    path of a file. Raises NotFound if there is neither.
    """
    if studio.project_or_none() is not None:
        try:
            return get_mask_path(studio, find_mask(studio, name))
        except NotFound:
            pass
    path = parse_user_path(name).absolute()
    if not path.is_file():
        raise NotFound(f"there is no mask “{name[:60]}”", "milimo picture mask list lists the masks")
    return path


def require_mask_fits(file: Path, size: tuple[int, int], *, grow: int = 0) -> None:
    """Raise BadInput if a still mask has no white pixels, or if its aspect ratio differs from that of a
    picture of `size` pixels.

    `grow` is the number of pixels by which the mask will be grown before it is used.
    """
    # Imported lazily: the picture readers take 15 MB, and the list of all commands does not need them.
    from milimo_tui.media.files.stills import read_still
    from milimo_tui.media.picture.mattes import prepare_matte

    prepare_matte(read_still(file), size, grow=grow)


def get_mask_path(studio: Studio, mask: Mask) -> Path:
    """Return the path of a mask's file."""
    assets = {asset.id: asset for asset in studio.take_snapshot().story.assets}
    return get_asset_path(studio.require_project().paths, assets[mask.asset])


def describe_mask(studio: Studio, mask: Mask) -> dict[str, Any]:
    """Return the data of a mask for lists, as a dictionary. `path` is the absolute path of its file. `box` is
    the smallest rectangle around the masked pixels; its last row and column are included. `object` is the
    number of the masked object, or 0 for the full mask.
    """
    assets = {asset.id: asset for asset in studio.take_snapshot().story.assets}
    asset = assets[mask.asset]
    covers = assets.get(mask.source)
    return {
        "id": mask.id,
        "kind": "moving" if asset.kind is AssetKind.VIDEO else "still",
        "label": mask.label,
        "object": mask.object,
        "score": mask.score,
        "box": list(mask.box),
        "frame": mask.frame,
        "seen": mask.seen,
        "source": mask.source,
        "of": covers.name if covers else "",
        "path": str(get_asset_path(studio.require_project().paths, asset)),
        "width": asset.width,
        "height": asset.height,
        "frames": asset.frames,
        "job": mask.job,
    }
