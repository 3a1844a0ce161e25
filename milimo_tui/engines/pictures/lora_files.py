"""The LoRAs of a picture: found in the model store or at their path, and checked against the weights.

Reads headers; no torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core.errors import NotFound
from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.catalog.lora_fit import check_fit, digest_now
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.safetensors_headers import SAFE
from milimo_tui.engines.specs.spec_values import Lora, Loras


@dataclass(frozen=True, slots=True)
class LoraFile:
    """A LoRA that fits the weights. `digest` is the file's SHA-256."""

    title: str
    path: Path
    digest: str
    strength: float


def files(store: ModelStore, found: Found, loras: Loras) -> tuple[LoraFile, ...]:
    """Return each requested LoRA in order.

    Raises NotFound for a missing LoRA, Refused with the names of modules that the weights do not have,
    BadInput for a file that is no LoRA.
    """
    return tuple(_file(store, found, lora) for lora in loras)


def _file(store: ModelStore, found: Found, lora: Lora) -> LoraFile:
    if Path(lora.id).is_absolute():
        path, title = Path(lora.id), Path(lora.id).stem
        digest = digest_now(path, lora.digest)
    else:
        row = store.get(lora.id)
        if row is None:
            raise NotFound(
                f"there is no LoRA “{lora.id}” here", f"milimo model list --family {found.family} shows them"
            )
        known = store.resolve(row.family, row.role, row.id)
        path, title = _only(known), known.id
        digest = digest_now(path, known.digest)
    check_fit(path, found)
    return LoraFile(title, path, digest, lora.strength)


def _only(found: Found) -> Path:
    """Return the only file in a LoRA's folder."""
    if found.path.is_file():
        return found.path
    there = sorted(found.path.glob(f"*{SAFE}"))
    if len(there) != 1:
        raise NotFound(f"{found.id} is not one LoRA file", f"looked in {found.path}")
    return there[0]
