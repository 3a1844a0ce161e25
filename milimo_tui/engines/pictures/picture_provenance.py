"""Build the metadata in a picture's file, which describe how the picture was made. For workers only."""

from __future__ import annotations

import hashlib
import json

from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.provenance import build_provenance_texts, hash_input_files
from milimo_tui.engines.pictures.loaded_pipeline import LoadedModel
from milimo_tui.engines.specs.picture_specs import Inpaint, InpaintClip, MakePicture, Upscale
from milimo_tui.engines.specs.video_specs import MakeVideo

PictureSpec = MakePicture | MakeVideo | Inpaint | InpaintClip | Upscale


class PictureMetadata:
    """The builder of the metadata for a job's picture files. The job's input files are hashed once, because
    the hashes are the same for all of its pictures.
    """

    def __init__(self, spec: PictureSpec) -> None:
        self._spec = spec
        self._hashes = hash_input_files(spec)

    def compute_job_signature(self, found: ResolvedWeights) -> str:
        """Return a SHA-256 of the spec, inputs and weights. A retry of the job uses this hash to find the
        pictures that an earlier attempt finished.
        """
        parts = [self._spec.model_dump(mode="json"), self._hashes, found.identity]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def of(self, loaded: LoadedModel, seed: int) -> dict[str, str]:
        """Return the metadata of the picture that was made with `seed`."""
        return build_provenance_texts(
            self._spec,
            model=loaded.found,
            recipe=loaded.recipe,
            inputs=self._hashes,
            seed=seed,
            other_weights={one.title: one.digest for one in loaded.loras},
        )
