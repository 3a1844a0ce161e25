"""Restore the spec of a picture from its provenance (the record of how it was made), so that the picture can
be made again, also with changes.

Inputs are found in the film's media by hash, and weights and LoRAs by id.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.engines.contract.provenance import parse_provenance_marks
from milimo_tui.engines.specs.picture_specs import Inpaint, MakePicture, Upscale
from milimo_tui.engines.specs.specs import SPEC
from milimo_tui.studio.media import provenance
from milimo_tui.studio.pictures.picture_spec import GivenPicture
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.studio import Studio

PictureSpecs = MakePicture | Inpaint | Upscale
HASHED = "sha256:"


def read_picture_provenance(studio: Studio, given: GivenPicture) -> dict[str, Any]:
    """Return the provenance of a picture, which is the record of how it was made. It is read from the film's
    database or, if the film has none, from the picture's file.

    Raises NotFound if there is no record.
    """
    project = studio.project_or_none()
    if project is not None and given.asset is not None:
        record = provenance.read_provenance(project, asset=given.asset.id)
        if record:
            return record
    from milimo_tui.media.files.tags import read_embedded_texts

    record = parse_provenance_marks(read_embedded_texts(given.path))
    if "spec" not in record:
        raise NotFound(
            f"{given.path.name} has no record of how it was made",
            "choose a picture that milimo picture make has made",
        )
    return record


def restore_picture_spec(studio: Studio, made_by: dict[str, Any]) -> PictureSpecs:
    """Return the spec from which a picture was made: seed, size, prompt, references and weights.

    If the job made several pictures, the spec makes only this one. Raises NotFound for an input that is not
    in the film, and BadInput if the file was not made as a picture.
    """
    values = _replace_hashes_by_paths(made_by["spec"], _index_media_by_digest(studio))
    values |= {"seed": made_by["seed"], "model": (made_by.get("model") or {}).get("id", "")}
    values |= {"recipe": made_by.get("recipe", {}).get("name", "")}
    if "count" in values:
        values["count"] = 1
    spec = SPEC.validate_python(values)
    if not isinstance(spec, MakePicture | Inpaint | Upscale):
        raise BadInput(
            f"this file was made by “{spec.kind.replace('_', ' ')}”, not as a picture",
            "milimo shot remake makes takes again",
        )
    return spec


def _index_media_by_digest(studio: Studio) -> dict[str, Path]:
    """Return the film's files by their hash."""
    project = studio.project_or_none()
    if project is None:
        return {}
    return {
        asset.digest: path
        for asset in studio.take_snapshot().story.assets
        if asset.digest and (path := get_asset_path(project.paths, asset)).is_file()
    }


def _replace_hashes_by_paths(value: Any, media: dict[str, Path]) -> Any:
    """Return a copy of a spec's value in which each hash of an input file is replaced by the file's path."""
    if isinstance(value, list):
        return [_replace_hashes_by_paths(one, media) for one in value]
    if isinstance(value, dict):
        return {name: _replace_hashes_by_paths(inner, media) for name, inner in value.items()}
    if not isinstance(value, str) or not value.startswith(HASHED):
        return value
    path = media.get(value.removeprefix(HASHED))
    if path is None:
        raise NotFound(
            "this picture was made from another picture, which is not in this film",
            "milimo asset add adds a picture",
        )
    return str(path)
