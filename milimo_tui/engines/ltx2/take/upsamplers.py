"""Load the latent upsamplers that double the sides or the frames. The files are a folder in diffusers' format
or Lightricks' single file, whose tensor sizes determine the type of the upsampler.

Imports torch and diffusers; for workers.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from torch import Tensor

from milimo_tui.core.errors import Refused
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.safetensors_headers import read_safetensors_header
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.ltx2.take.parts import align_tensors
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.recipes.weight_sizes import compute_loaded_bytes
from milimo_tui.engines.runtime import apply as applying
from milimo_tui.engines.runtime.memory import get_device
from milimo_tui.engines.runtime.model_cache import ModelKey, get_model_cache
from milimo_tui.engines.runtime.model_stack import report_damaged_weights

_DOES = {"upsampler": "sides", "temporal_upsampler": "time"}
# The convolution before the pixel shuffle multiplies the channels by 2 if the model doubles the frames, and
# by 4 if it doubles the sides.
_GROWS = {
    2: "time",
    4: "sides",
}


def load_upsampler(role: str, found: ResolvedWeights, recipe: Recipe, context: Context) -> Any:
    """Return the upsampler of a role (`upsampler` or `temporal_upsampler`). The worker caches it.

    Raises Damaged for a file that can't be loaded, Refused if the model does not double what the role
    requires.
    """

    key = ModelKey(found.identity, role, recipe.computes, placement=recipe.placed, title=found.id)

    def build() -> Any:
        upsampler = _read_upsampler(found, applying.get_compute_dtype(recipe))
        _require_upsampler_role(upsampler, role, found)
        align_tensors(upsampler)
        return upsampler.to(get_device()) if key.stays_on_device else upsampler

    size = compute_loaded_bytes(_list_upsampler_files(found), recipe, packed=False)
    return get_model_cache().part(key, build, context, size)


def _find_upsampler_folder(found: ResolvedWeights) -> Path:
    inner = found.path / "latent_upsampler"
    return inner if inner.is_dir() else found.path


def _list_upsampler_files(found: ResolvedWeights) -> list[Path]:
    return (
        [found.path] if found.path.is_file() else sorted(_find_upsampler_folder(found).glob("*.safetensors"))
    )


def _read_upsampler(found: ResolvedWeights, dtype: Any) -> Any:
    from diffusers.pipelines.ltx2 import LTX2LatentUpsamplerModel

    with report_damaged_weights(found.id, "latent upsampler"):
        if not found.path.is_file():
            return LTX2LatentUpsamplerModel.from_pretrained(
                _find_upsampler_folder(found), local_files_only=True, dtype=dtype
            )
        read_safetensors_header(found.path)  # Reading the header refuses a pickle and a truncated file.
        state = load_file(found.path)
        model = LTX2LatentUpsamplerModel(**derive_upsampler_config(state))
        model.load_state_dict(state)
        return model.to(dtype)


def derive_upsampler_config(state: Mapping[str, Tensor]) -> dict[str, Any]:
    """Return the arguments with which diffusers' upsampler class fits the tensors in `state`. Raises KeyError
    for tensors of another model.

    Lightricks and diffusers use the same tensor names (diffusers' converter loads them unchanged). A
    resampling layer is named `upsampler.conv`, and a plain convolution `upsampler.0`.
    """
    first = state["initial_conv.weight"]
    inner = first.shape[0]
    resampled = "upsampler.conv.weight" in state
    grown = state["upsampler.conv.weight" if resampled else "upsampler.0.weight"].shape[0] // inner
    doubled = _GROWS[grown]
    return {
        "in_channels": first.shape[1],
        "mid_channels": inner,
        "num_blocks_per_stage": len({key.split(".")[1] for key in state if key.startswith("res_blocks.")}),
        "dims": first.ndim - 2,
        "spatial_upsample": doubled == "sides",
        "temporal_upsample": doubled == "time",
        "use_rational_resampler": resampled,
    }


def _require_upsampler_role(model: Any, role: str, found: ResolvedWeights) -> None:
    """Raise Refused if the model does not double what its role requires: the sides, or the frames."""
    doubled = "time" if model.config.temporal_upsample else "sides"
    if doubled != _DOES[role]:
        raise Refused(
            f"{found.id} can only double {doubled}, not {_DOES[role]}",
            "milimo model list --family ltx2 shows the others",
        )
