"""Find the LoRAs of a picture in the model store or at their path, and check that they fit the weights.

Reads only file headers; no torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import NotFound
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.lora_fit import check_lora_fit, compute_current_digest
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.safetensors_headers import SAFE
from milimo_tui.engines.catalog.weight_stamps import identify_weights
from milimo_tui.engines.specs.spec_values import Lora, Loras


@dataclass(frozen=True, slots=True)
class FittingLora:
    """A LoRA that fits the weights. `digest` is the file's SHA-256."""

    title: str
    path: Path
    digest: str
    strength: float

    @property
    def identity(self) -> str:
        """The identity of the file that is read, for caches (`catalog.weight_stamps`)."""
        return identify_weights(self.digest, (self.path,))


def files(store: ModelStore, found: ResolvedWeights, loras: Loras) -> tuple[FittingLora, ...]:
    """Return each requested LoRA in order.

    Raises NotFound for a missing LoRA, Refused for a LoRA with modules that the weights do not have (the
    message names them), BadInput for a file that is not a LoRA.
    """
    return tuple(_find_lora_file(store, found, lora) for lora in loras)


def _find_lora_file(store: ModelStore, found: ResolvedWeights, lora: Lora) -> FittingLora:
    if Path(lora.id).is_absolute():
        path, title = Path(lora.id), Path(lora.id).stem
        digest = compute_current_digest(path, lora.digest)
    else:
        row = store.get(lora.id)
        if row is None:
            raise NotFound(
                f"there is no LoRA “{lora.id}” here", f"milimo model list --family {found.family} shows them"
            )
        known = store.resolve(row.family, row.role, row.id)
        path, title = _get_only_lora_file(known), known.id
        digest = compute_current_digest(path, known.digest)
    check_lora_fit(path, found)
    return FittingLora(title, path, digest, lora.strength)


def _get_only_lora_file(found: ResolvedWeights) -> Path:
    """Return the only file in a LoRA's folder."""
    if found.path.is_file():
        return found.path
    there = sorted(found.path.glob(f"*{SAFE}"))
    if len(there) != 1:
        raise NotFound(f"{found.id} is not one LoRA file", f"looked in {found.path}")
    return there[0]
