"""The installed weights of LTX-2: the model itself, and the additional models and LoRAs that a plan needs.

The module does not import torch, so that the studio can show how a take will be made before it is queued.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from milimo_tui.core.errors import BadInput, NotFound, Refused, Unavailable
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.installed_weights import InstalledWeights, ResolvedWeights
from milimo_tui.engines.catalog.lora_fit import compute_current_digest
from milimo_tui.engines.catalog.lora_names import is_slot_embedding
from milimo_tui.engines.catalog.model_store import ModelStore, is_made_for_model
from milimo_tui.engines.catalog.prompt_tokens import find_unread_text
from milimo_tui.engines.catalog.safetensors_headers import read_safetensors_header
from milimo_tui.engines.catalog.weight_hashes import hash_file
from milimo_tui.engines.catalog.weight_stamps import identify_weights
from milimo_tui.engines.ltx2.plan import camera_loras, dfr
from milimo_tui.engines.ltx2.plan.generations import (
    DISTILLED_ROWS,
    TOKENS,
    Generation,
    detect_generation,
    find_generation,
    has_distilled_scheduler,
    require_generation_match,
)
from milimo_tui.engines.ltx2.plan.plan import Ltx2Plan, Weights
from milimo_tui.engines.ltx2.plan.sound_orders import DUB, VOICE
from milimo_tui.engines.ltx2.plan.subjects import KIND, Layout
from milimo_tui.engines.specs.spec_values import Lora
from milimo_tui.engines.specs.video_specs import MakeVideo

FAMILY = "ltx2"
EVERY = frozenset({"first", "second", "round"})
HEAD = "duration_head"
OWN = "lora"  # role of a LoRA made by the user, which may be trained again under the same name
LORA_ROLES = (OWN, "camera_lora", "distilled_lora", "ic_lora")


@dataclass(frozen=True, slots=True)
class TakeLora:
    """A LoRA of a take: its file, and the passes in which it is active."""

    title: str
    path: Path
    digest: str
    strength: float = 1.0
    passes: frozenset[str] = EVERY
    control: str = ""

    @property
    def identity(self) -> str:
        """The identity of the file that is read, for caches (`catalog.weight_stamps`)."""
        return identify_weights(self.digest, (self.path,))


def model_store() -> ModelStore:
    """Return the model store of this process's studio home. Raises Unavailable if there is no studio home."""
    home = os.environ.get("MILIMO_HOME")
    if not home:
        raise Unavailable(
            "the worker has no studio home, so it finds no weights", "run it as a job of the studio"
        )
    return ModelStore(Home(Path(home)).models)


def find_config_folder(found: ResolvedWeights) -> Path:
    """Return the folder that contains the configurations of the weights. For weights in a single file, this
    is the folder of the base weights. Raises Unavailable if the base is not installed.
    """
    if found.form not in ("file", "comfyui"):
        return found.path
    if found.base is None:
        raise Unavailable(
            f"{found.id} is a single file, and the other parts of the model are not installed",
            "milimo model download ltx-2 (it has these parts)",
        )
    return found.base


def find_duration_head(found: ResolvedWeights) -> Path:
    """Return the folder of the duration head, a model that estimates how long the action of a prompt takes.
    Raises Refused if the weights have none; it was introduced with 2.5.
    """
    folder = find_config_folder(found) / HEAD
    if not folder.is_dir():
        raise Refused(
            f"{found.id} can't estimate lengths: it has no duration head",
            "milimo model download ltx-2.5 (it has one), or milimo shot set --length 4s",
        )
    return folder


def determine_generation(found: ResolvedWeights) -> Generation:
    """Return the generation (version) of LTX-2 to which these weights belong. The weights' configurations are
    checked against this generation. Raises Refused.
    """
    folder = find_config_folder(found)
    if not found.generation:
        return detect_generation(folder)
    row = find_generation(found.generation)
    require_generation_match(row, folder)
    return row


def weights(on: ModelStore, found: ResolvedWeights) -> Weights:
    """Return the facts that a plan needs about the weights `found` and the additional models installed for
    them, such as upsamplers and LoRAs. Raises Refused, Damaged.
    """
    controls = _list_control_loras(on.rows(), found)
    return Weights(
        determine_generation(found),
        distilled=_is_distilled(found),
        upsampler=on.has(FAMILY, "upsampler", found.id),
        temporal_upsampler=on.has(FAMILY, "temporal_upsampler", found.id),
        distilled_lora=on.has(FAMILY, "distilled_lora", found.id),
        detailing_lora=on.has(FAMILY, dfr.ROLE, found.id),
        controls=frozenset(kind for row in controls for kind in kinds(row)),
        downscales={
            kind: read_reference_downscale(_get_single_lora_file(on.path(row), row.id))
            for row in controls[::-1]
            for kind in kinds(row)
        },
        layout=read_subjects_layout(_get_single_lora_file(on.path(row), row.id))
        if (row := _find_subjects_lora(controls))
        else "clip",
        cameras=_map_camera_loras(on.rows(), found),
        unread=partial(find_unread_text, find_config_folder(found) / "tokenizer", TOKENS),
    )


def _find_subjects_lora(controls: Sequence[InstalledWeights]) -> InstalledWeights | None:
    return next((row for row in controls if KIND in kinds(row)), None)


def read_subjects_layout(path: Path) -> Layout:
    """Return the method by which a multi-subject LoRA receives its pictures: `slots` if its file has number
    marks, else `clip` (see `subjects`).
    """
    return "slots" if any(map(is_slot_embedding, read_safetensors_header(path).tensors)) else "clip"


def _is_distilled(found: ResolvedWeights) -> bool:
    """Return True if the weights are distilled. For weights of the catalog this is known. For other folders
    it follows from the scheduler. A single file has no scheduler, so its name is searched for the word that
    authors use.
    """
    if found.id in DISTILLED_ROWS and not found.tiny:
        return True
    if found.form in ("file", "comfyui"):
        return "distilled" in found.path.name.lower() or "distilled" in found.id.lower()
    return has_distilled_scheduler(find_config_folder(found))


def kinds(row: InstalledWeights) -> tuple[str, ...]:
    """Return the kinds of control (depth, pose and others) that an IC-LoRA follows. A union LoRA follows
    several kinds.
    """
    return tuple(row.control.split())


def _list_control_loras(rows: Sequence[InstalledWeights], found: ResolvedWeights) -> list[InstalledWeights]:
    base = next((row for row in rows if row.id == found.id), None)
    mine = [row for row in rows if (row.family, row.role) == (FAMILY, "ic_lora")]
    fitting = [row for row in mine if base is not None and is_made_for_model(row, base)]
    return sorted(fitting, key=lambda row: (len(kinds(row)), row.id))


def _map_camera_loras(rows: Sequence[InstalledWeights], found: ResolvedWeights) -> dict[str, str]:
    """Return the installed camera LoRAs that fit the model, by camera movement."""
    base = next((row for row in rows if row.id == found.id), None)
    mine = (row for row in rows if (row.family, row.role) == (FAMILY, camera_loras.ROLE))
    return camera_loras.map_loras_by_movement(
        row.id for row in mine if base is not None and is_made_for_model(row, base)
    )


def resolve_upsamplers(on: ModelStore, found: ResolvedWeights, plan: Ltx2Plan) -> dict[str, ResolvedWeights]:
    """Return the upsamplers that a plan needs, by role. Raises Unavailable with the command that downloads
    them.
    """
    wanted = (["upsampler"] if plan.stages == 2 else []) + (
        ["temporal_upsampler"] if plan.temporal_upscale else []
    )
    return {role: on.resolve(FAMILY, role, found.id) for role in wanted}


def list_take_loras(
    on: ModelStore, found: ResolvedWeights, spec: MakeVideo, plan: Ltx2Plan
) -> tuple[TakeLora, ...]:
    """Return every LoRA of a take: the shot's own LoRAs, the LoRAs of its controls (active in the first pass
    only), and the distilled LoRA if the schedule needs it. Raises NotFound, Unavailable.
    """
    own = [_resolve_shot_lora(on, one) for one in spec.loras]
    given = {kind for file in own for kind in file.control.split()}
    controls = [
        _resolve_control_lora(on, found, one.kind, one.strength)
        for one in spec.control
        if one.kind not in given
    ]
    controls += (
        [_resolve_voice_lora(on, found)] if _uses_voice_lora(spec, plan) and VOICE not in given else []
    )
    controls += [_resolve_subjects_lora(on, found, plan)] if plan.subjects and KIND not in given else []
    own = [
        TakeLora(f.title, f.path, f.digest, f.strength, _choose_lora_passes(f.control), f.control)
        for f in own
    ]
    if plan.camera:
        own.append(_make_take_lora(on.resolve(FAMILY, camera_loras.ROLE, plan.camera), 1.0, EVERY))
    if plan.lora_for:
        file = on.resolve(FAMILY, "distilled_lora", found.id)
        own.append(_make_take_lora(file, 1.0, plan.lora_for))
    if plan.keyframes is not None:
        file = on.resolve(FAMILY, dfr.ROLE, found.id)
        own.append(_make_take_lora(file, dfr.STRENGTH, frozenset({"second"})))
    return (*own, *_merge_equal_paths(controls))


def list_lora_paths(
    on: ModelStore, found: ResolvedWeights, spec: MakeVideo, plan: Ltx2Plan
) -> tuple[Path, ...]:
    """Return the paths of the files in `list_take_loras` without repetition and without opening them. Raises
    NotFound, Unavailable.
    """
    rows = on.rows()
    rows_by_id = {one.id: next((row for row in rows if row.id == one.id), None) for one in spec.loras}
    paths = [on.path(row) if row else Path(id) for id, row in rows_by_id.items()]
    given = {kind for row in rows_by_id.values() if row for kind in kinds(row)}
    wanted = {str(one.kind) for one in spec.control}
    wanted |= ({VOICE} if _uses_voice_lora(spec, plan) else set()) | ({KIND} if plan.subjects else set())
    for kind in sorted(wanted - given):
        paths += [on.path(row) for row in _list_control_loras(rows, found) if kind in kinds(row)][:1]
    if plan.camera:
        paths.append(on.resolve(FAMILY, camera_loras.ROLE, plan.camera).path)
    if plan.lora_for:
        paths.append(on.resolve(FAMILY, "distilled_lora", found.id).path)
    if plan.keyframes is not None:
        paths.append(on.resolve(FAMILY, dfr.ROLE, found.id).path)
    return tuple(dict.fromkeys(_get_single_lora_file(path, path.stem) for path in paths))


def _choose_lora_passes(control: str) -> frozenset[str]:
    """Return the passes in which a LoRA is active. An IC-LoRA is active in the first pass only, because the
    second pass refines the result of the first. Other LoRAs, and IC-LoRAs that follow a voice or a recording,
    are active in all passes.
    """
    return frozenset({"first"}) if control and not {VOICE, DUB} & {*control.split()} else EVERY


def _uses_voice_lora(spec: MakeVideo, plan: Ltx2Plan) -> bool:
    """Return True if the take uses its voice sample through a LoRA made for voice samples."""
    return spec.voice is not None and not spec.is_dubbed and plan.voiced


def _resolve_voice_lora(on: ModelStore, found: ResolvedWeights) -> TakeLora:
    row = next(row for row in _list_control_loras(on.rows(), found) if VOICE in kinds(row))
    return _make_take_lora(on.resolve(FAMILY, "ic_lora", row.id), 1.0, EVERY)


def _merge_equal_paths(controls: Sequence[TakeLora]) -> tuple[TakeLora, ...]:
    """Return the LoRAs of the controls without repeated files. A union LoRA that is used by two controls is
    thus loaded only once.
    """
    by_path: Mapping[Path, TakeLora] = {one.path: one for one in controls}
    return tuple(by_path.values())


def _resolve_shot_lora(on: ModelStore, lora: Lora) -> TakeLora:
    """Return a LoRA of the shot, found by its registered id or by the path of its file."""
    if Path(lora.id).is_absolute():
        path = Path(lora.id)
        return TakeLora(path.stem, path, compute_current_digest(path, lora.digest), lora.strength)
    row = next((row for row in on.rows() if row.id == lora.id and row.role in LORA_ROLES), None)
    if row is None:
        raise NotFound(f"there is no LoRA “{lora.id}” here", "milimo model list --family ltx2 shows them")
    found = _make_take_lora(on.resolve(row.family, row.role, row.id), lora.strength, EVERY)
    return (
        replace(found, digest=compute_current_digest(found.path, found.digest)) if row.role == OWN else found
    )


def _resolve_control_lora(on: ModelStore, found: ResolvedWeights, kind: str, strength: float) -> TakeLora:
    """Return the IC-LoRA for a kind of control. The LoRA has strength 1, or `strength` if that is above 1. A
    control's strength below 1 does not weaken the LoRA; it only sets how free of noise the control's
    reference is. Raises Unavailable if no such IC-LoRA is installed.
    """
    row = next((row for row in _list_control_loras(on.rows(), found) if kind in kinds(row)), None)
    if row is None:
        raise Unavailable(
            f"the {kind} control needs an IC-LoRA, and none is installed",
            "milimo model list --family ltx2, to see the LoRAs",
        )
    found_here = on.resolve(FAMILY, "ic_lora", row.id)
    return _refuse_sparse_reference(
        _make_take_lora(found_here, max(1.0, strength), _choose_lora_passes(kind))
    )


def _resolve_subjects_lora(on: ModelStore, found: ResolvedWeights, plan: Ltx2Plan) -> TakeLora:
    """Return the multi-subject LoRA. If it uses slots, it is active in both passes, as its author uses it."""
    row = _find_subjects_lora(_list_control_loras(on.rows(), found))
    if row is None:
        raise Unavailable(
            "reference pictures need a LoRA, which is not installed", "milimo model list, to see the LoRAs"
        )
    passes = EVERY if plan.layout == "slots" else frozenset({"first"})
    return _make_take_lora(on.resolve(FAMILY, "ic_lora", row.id), 1.0, passes)


def _make_take_lora(found: ResolvedWeights, strength: float, passes: frozenset[str]) -> TakeLora:
    path = _get_single_lora_file(found.path, found.id)
    return TakeLora(found.id, path, found.digest or hash_file(path), strength, passes, found.control)


def _get_single_lora_file(path: Path, id: str) -> Path:
    """Return the only file of the LoRA `id`: `path` itself, or the file in the folder `path`."""
    if not path.is_dir():
        return path
    files = sorted(path.glob("*.safetensors"))
    if len(files) != 1:
        raise NotFound(f"{id} is not one LoRA file", f"looked in {path}")
    return files[0]


def read_reference_downscale(path: Path) -> int:
    """Return the factor by which the reference of an IC-LoRA must be smaller than the take. The factor is
    read from the metadata of the LoRA's file. If the metadata has no factor, return 1.

    Raises BadInput for a value that is not an integer of at least 1.
    """
    factor_text = read_safetensors_header(path).metadata.get("reference_downscale_factor", "1")
    try:
        factor = int(float(factor_text))
    except ValueError:
        factor = 0
    if factor < 1:
        raise BadInput(
            f"{path.name} has a reference scale that can't be used: {factor_text}", "use another file"
        )
    return factor


def read_detailing_downscale(on: ModelStore, found: ResolvedWeights) -> int:
    """Return the factor by which the reference of DFR's detailing LoRA must be smaller than the take. The
    factor is read from the metadata of the LoRA's file. If the metadata has no factor, return 2.
    """
    here = on.resolve(FAMILY, dfr.ROLE, found.id)
    path = _get_single_lora_file(here.path, here.id)
    has_factor = "reference_downscale_factor" in read_safetensors_header(path).metadata
    return read_reference_downscale(path) if has_factor else dfr.REFERENCE


def _refuse_sparse_reference(file: TakeLora) -> TakeLora:
    """Return the LoRA unchanged. Raises Refused if the LoRA needs a reference in which several frames are
    combined into one, because diffusers does not support this.
    """
    factor = read_safetensors_header(file.path).metadata.get("reference_temporal_scale_factor", "1")
    if factor not in ("1", "1.0"):
        raise Refused(
            f"{file.title} needs references with {factor} frames combined into one, which "
            "diffusers does not support",
            "milimo model list --family ltx2 shows other controls",
        )
    return file
