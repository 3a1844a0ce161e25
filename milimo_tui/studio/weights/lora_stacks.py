"""The LoRA stacks of shots, elements and the film: check if a LoRA can be added, and change a stack.

Files are inspected by their header and hash; no weights are loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from milimo_tui.core.errors import BadInput, NotFound, Unavailable
from milimo_tui.core.host import parse_user_path
from milimo_tui.engines.catalog import model_lookup
from milimo_tui.engines.catalog.installed_weights import InstalledWeights, ResolvedWeights
from milimo_tui.engines.catalog.lora_fit import check_lora_fit
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.safetensors_headers import SAFE, read_safetensors_header
from milimo_tui.engines.catalog.weight_hashes import hash_file
from milimo_tui.story.values.making import LoraUse
from milimo_tui.studio.session.names import find_by_name
from milimo_tui.studio.weights.adoption import find_fitting_model

# A larger strength, positive or negative, is refused. A strength of 1 applies the LoRA as it was trained.
MAX_LORA_STRENGTH = 4.0

LoraStack = tuple[LoraUse, ...]


def find_lora(store: ModelStore, name: str) -> LoraUse:
    """Return the LoRA with this name: the id of installed weights, or the path of a `.safetensors` file.

    Raises NotFound, BadInput for a file or weights that are not a LoRA, Refused for a file that fits none of
    the installed models, and Unavailable for a known LoRA that is not installed.
    """
    if "/" in name or Path(name).suffix:
        path = parse_user_path(name).absolute()
        if path.is_file():
            return _make_lora_of_file(store, path)
    row = _find_lora_row(store, name)
    return LoraUse(row.id, 1.0, row.digest, row.family)


def _find_lora_row(store: ModelStore, name: str) -> InstalledWeights:
    """Return the row of an installed LoRA. Raises NotFound, BadInput, Unavailable."""
    row = store.find_local_weights(name) if _is_safe_id(name) else None
    if row is not None:
        if "lora" not in row.role:
            raise BadInput(
                f"{name} is not a LoRA but the {row.role} of {row.family}",
                f"LoRAs here: {', '.join(list_lora_ids(store)) or 'none'}",
            )
        return row
    known = model_lookup.find_model_row(name)
    if known is not None and "lora" in known.role:
        raise Unavailable(
            f"the LoRA {known.title} is not downloaded", f"milimo model download {known.id} downloads it"
        )
    raise NotFound(
        f"there is no LoRA “{name}”",
        f"name a .safetensors file, or an installed LoRA: {', '.join(list_lora_ids(store)) or 'none yet'}",
    )


def list_lora_ids(store: ModelStore) -> tuple[str, ...]:
    """Return the ids of the installed LoRAs."""
    return tuple(row.id for row in store.rows() if "lora" in row.role)


def _make_lora_of_file(store: ModelStore, path: Path) -> LoraUse:
    header = read_safetensors_header(path)  # Raises for a pickle, or a file that is not safetensors.
    if not any("lora" in name.lower() for name in header.tensors):
        raise BadInput(
            f"{path.name} is not a LoRA: none of its {len(header.tensors)} tensors belongs to one",
            f"a LoRA is a {SAFE} file with pairs of lora_A and lora_B (or lora_down and lora_up)",
        )
    model = find_fitting_model(store, path)
    return LoraUse(str(path), 1.0, hash_file(path), model.family if model else "")


def check_lora_fits(store: ModelStore, model: ResolvedWeights, use: LoraUse) -> None:
    """Check that a LoRA fits a model, by comparing the headers of their files.

    Raises NotFound or Unavailable for a missing LoRA. Raises Refused if the LoRA does not fit; the message
    names the layers that the model lacks.
    """
    check_lora_fit(_get_lora_path(store, use), model, Path(use.id).name)


def _get_lora_path(store: ModelStore, use: LoraUse) -> Path:
    if Path(use.id).is_absolute():
        return Path(use.id)
    row = _find_lora_row(store, use.id)
    path = store.resolve(row.family, row.role, row.id).path
    files = sorted(path.glob(f"*{SAFE}")) if path.is_dir() else [path]
    if len(files) != 1:
        raise NotFound(
            f"{use.id} has {len(files)} LoRA files, but a LoRA is one file", f"keep one LoRA file in {path}"
        )
    return files[0]


def format_lora_removal(use: LoraUse, owner: str, number: str) -> str:
    """Return the command that removes a LoRA from its stack. `owner` is `shot`, `film` or the trigger of an
    element, and `number` is the number of the shot.
    """
    words = {"shot": f"shot lora remove {number}", "film": "project lora remove"}
    return f"milimo {words.get(owner, f'element lora remove {owner}')} {use.id}"


def _is_safe_id(name: str) -> bool:
    try:
        return bool(model_lookup.check_model_id(name))
    except BadInput:
        return False


def set_lora(stack: LoraStack, use: LoraUse, strength: float) -> LoraStack:
    """Return the stack with a LoRA set to this strength. A LoRA that is in the stack keeps its position; a
    new LoRA is appended. Raises BadInput for a strength out of range.
    """
    use = replace(use, strength=_check_lora_strength(strength))
    if any(one.id == use.id for one in stack):
        return tuple(use if one.id == use.id else one for one in stack)
    return (*stack, use)


def set_lora_strength(stack: LoraStack, name: str, strength: float) -> LoraStack:
    """Return the stack with the strength of one of its LoRAs changed. `name` is as in `find_lora_in_stack`.
    Raises NotFound, BadInput.
    """
    found = find_lora_in_stack(stack, name)
    changed = replace(found, strength=_check_lora_strength(strength))
    return tuple(changed if one.id == found.id else one for one in stack)


def remove_lora(stack: LoraStack, name: str) -> LoraStack:
    """Return the stack without a LoRA. Raises NotFound."""
    found = find_lora_in_stack(stack, name)
    return tuple(one for one in stack if one.id != found.id)


def find_lora_in_stack(stack: Sequence[LoraUse], name: str) -> LoraUse:
    """Find a LoRA of a stack. `name` is its id, its file name, or its position in the stack (1 is the first).
    Raises NotFound, Ambiguous.
    """
    found = find_by_name(
        name,
        "LoRAs of that stack",
        enumerate(stack, 1),
        lambda each: (str(each[0]), each[1].id),
        lambda each: each[1].id == name,
        lambda each: str(each[0]) == name,
        lambda each: name in (Path(each[1].id).name, Path(each[1].id).stem),
    )
    if found is not None:
        return found[1]
    names = ", ".join(format_lora(one) for one in stack) or "none"
    raise NotFound(f"there is no LoRA “{name}” in that stack", f"LoRAs of the stack: {names}")


def format_lora(use: LoraUse) -> str:
    """Return a LoRA as text: `mara-v2 0.8`; a file is shown by its name."""
    return f"{Path(use.id).name if '/' in use.id else use.id} {use.strength:g}"


def _check_lora_strength(strength: float) -> float:
    if not -MAX_LORA_STRENGTH <= strength <= MAX_LORA_STRENGTH:
        raise BadInput(
            f"a LoRA can't have the strength {strength:g}",
            f"give a number from -{MAX_LORA_STRENGTH:g} to {MAX_LORA_STRENGTH:g}",
        )
    return strength
