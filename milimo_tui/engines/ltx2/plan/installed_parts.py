"""The parts of LTX-2 that are installed: the model, and the additional models that a plan needs.

No torch, so that the studio can show how a take will be made before anything is queued.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from milimo_tui.core.errors import BadInput, NotFound, Refused, Unavailable
from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog.installed_weights import Found, Installed
from milimo_tui.engines.catalog.lora_fit import digest_now
from milimo_tui.engines.catalog.lora_names import is_mark
from milimo_tui.engines.catalog.model_store import ModelStore, goes_with
from milimo_tui.engines.catalog.prompt_tokens import unread
from milimo_tui.engines.catalog.safetensors_headers import read_header
from milimo_tui.engines.catalog.weight_hashes import digest_of
from milimo_tui.engines.ltx2.plan import camera_loras, dfr
from milimo_tui.engines.ltx2.plan.generations import (
    DISTILLED_ROWS,
    TOKENS,
    Generation,
    agree,
    detect,
    generation,
    is_distilled,
)
from milimo_tui.engines.ltx2.plan.plan import Plan, Weights
from milimo_tui.engines.ltx2.plan.sound_orders import DUB, VOICE
from milimo_tui.engines.ltx2.plan.subjects import KIND, Layout
from milimo_tui.engines.specs.spec_values import Lora
from milimo_tui.engines.specs.video_specs import MakeVideo

FAMILY = "ltx2"
EVERY = frozenset({"first", "second", "round"})
HEAD = "duration_head"
OWN = "lora"  # a user's own LoRA, which may be retrained under the same name
LORA_ROLES = (OWN, "camera_lora", "distilled_lora", "ic_lora")


@dataclass(frozen=True, slots=True)
class LoraFile:
    """A LoRA of a take: its file, and the passes in which it is active."""

    title: str
    path: Path
    digest: str
    strength: float = 1.0
    passes: frozenset[str] = EVERY
    control: str = ""


def model_store() -> ModelStore:
    """Return the model store of this process's studio home. Raises Unavailable if there is no studio home."""
    home = os.environ.get("MILIMO_HOME")
    if not home:
        raise Unavailable("there is no studio home with weights here", "run it as a job of the studio")
    return ModelStore(Home(Path(home)).models)


def folder_of(found: Found) -> Path:
    """Return the folder with the configurations; for a single file, that of its base. Raises Unavailable."""
    if found.form not in ("file", "comfyui"):
        return found.path
    if found.base is None:
        raise Unavailable(
            f"{found.id} is one file, and the parts beside it are not here", "milimo model download ltx-2"
        )
    return found.base


def duration_head(found: Found) -> Path:
    """Return the folder of the duration head, which estimates how long a prompt's action takes. Raises
    Refused if the weights have none: it was introduced with 2.5.
    """
    folder = folder_of(found) / HEAD
    if not folder.is_dir():
        raise Refused(
            f"{found.id} has no duration head, which tells how long a prompt's action takes",
            "milimo model download ltx-2.5: it comes with that; milimo shot set --length 4s",
        )
    return folder


def generation_of(found: Found) -> Generation:
    """Return the generation of these weights, checked against their own configurations. Raises Refused."""
    folder = folder_of(found)
    if not found.generation:
        return detect(folder)
    row = generation(found.generation)
    agree(row, folder)
    return row


def weights(on: ModelStore, found: Found) -> Weights:
    """Return the facts about the weights that a plan needs. Raises Refused, Damaged."""
    controls = _controls(on.rows(), found)
    return Weights(
        generation_of(found),
        distilled=_is_distilled(found),
        upsampler=on.has(FAMILY, "upsampler", found.id),
        temporal_upsampler=on.has(FAMILY, "temporal_upsampler", found.id),
        distilled_lora=on.has(FAMILY, "distilled_lora", found.id),
        detailing_lora=on.has(FAMILY, dfr.ROLE, found.id),
        controls=frozenset(kind for row in controls for kind in kinds(row)),
        downscales={
            kind: downscale(_path(on.path(row), row.id)) for row in controls[::-1] for kind in kinds(row)
        },
        layout=layout(_path(on.path(row), row.id)) if (row := _for_subjects(controls)) else "clip",
        cameras=_cameras(on.rows(), found),
        unread=partial(unread, folder_of(found) / "tokenizer", TOKENS),
    )


def _for_subjects(controls: Sequence[Installed]) -> Installed | None:
    return next((row for row in controls if KIND in kinds(row)), None)


def layout(path: Path) -> Layout:
    """Return how a multi-subject LoRA gets its pictures: in slots if its file has number marks, else as a
    clip.
    """
    return "slots" if any(map(is_mark, read_header(path).tensors)) else "clip"


def _is_distilled(found: Found) -> bool:
    """Return True if the weights are distilled. The catalog knows its own rows. For other folders the
    scheduler tells; a single file has no scheduler, and its authors put the word into the name.
    """
    if found.id in DISTILLED_ROWS and not found.tiny:
        return True
    if found.form in ("file", "comfyui"):
        return "distilled" in found.path.name.lower() or "distilled" in found.id.lower()
    return is_distilled(folder_of(found))


def kinds(row: Installed) -> tuple[str, ...]:
    """Return the kinds of control that an IC-LoRA follows: one, or several for a union."""
    return tuple(row.control.split())


def _controls(rows: Sequence[Installed], found: Found) -> list[Installed]:
    base = next((row for row in rows if row.id == found.id), None)
    mine = [row for row in rows if (row.family, row.role) == (FAMILY, "ic_lora")]
    fitting = [row for row in mine if base is not None and goes_with(row, base)]
    return sorted(fitting, key=lambda row: (len(kinds(row)), row.id))


def _cameras(rows: Sequence[Installed], found: Found) -> dict[str, str]:
    """Return the camera LoRAs that fit the model, by movement."""
    base = next((row for row in rows if row.id == found.id), None)
    mine = (row for row in rows if (row.family, row.role) == (FAMILY, camera_loras.ROLE))
    return camera_loras.by_movement(row.id for row in mine if base is not None and goes_with(row, base))


def upsamplers(on: ModelStore, found: Found, plan: Plan) -> dict[str, Found]:
    """Return the upsamplers that a plan needs, by role. Raises Unavailable with the command that downloads
    them.
    """
    wanted = (["upsampler"] if plan.stages == 2 else []) + (
        ["temporal_upsampler"] if plan.temporal_upscale else []
    )
    return {role: on.resolve(FAMILY, role, found.id) for role in wanted}


def loras(on: ModelStore, found: Found, spec: MakeVideo, plan: Plan) -> tuple[LoraFile, ...]:
    """Return every LoRA of a take: those of the shot, of its controls (first pass only), and the distilled
    LoRA if the schedule needs it. Raises NotFound, Unavailable.
    """
    own = [_lora_file(on, one) for one in spec.loras]
    given = {kind for file in own for kind in file.control.split()}
    controls = [_control(on, found, one.kind, one.strength) for one in spec.control if one.kind not in given]
    controls += [_voice(on, found)] if _speaks(spec, plan) and VOICE not in given else []
    controls += [_of_subjects(on, found, plan)] if plan.subjects and KIND not in given else []
    own = [LoraFile(f.title, f.path, f.digest, f.strength, _first_if(f.control), f.control) for f in own]
    if plan.camera:
        own.append(_file(on.resolve(FAMILY, camera_loras.ROLE, plan.camera), 1.0, EVERY))
    if plan.lora_for:
        file = on.resolve(FAMILY, "distilled_lora", found.id)
        own.append(_file(file, 1.0, plan.lora_for))
    if plan.keyframes is not None:
        file = on.resolve(FAMILY, dfr.ROLE, found.id)
        own.append(_file(file, dfr.STRENGTH, frozenset({"second"})))
    return (*own, *_merged(controls))


def lora_paths(on: ModelStore, found: Found, spec: MakeVideo, plan: Plan) -> tuple[Path, ...]:
    """Return the files of `list_take_loras`, each once, without reading them. Raises NotFound,
    Unavailable.
    """
    rows = on.rows()
    asked = {one.id: next((row for row in rows if row.id == one.id), None) for one in spec.loras}
    paths = [on.path(row) if row else Path(id) for id, row in asked.items()]
    given = {kind for row in asked.values() if row for kind in kinds(row)}
    wanted = {str(one.kind) for one in spec.control}
    wanted |= ({VOICE} if _speaks(spec, plan) else set()) | ({KIND} if plan.subjects else set())
    for kind in sorted(wanted - given):
        paths += [on.path(row) for row in _controls(rows, found) if kind in kinds(row)][:1]
    if plan.camera:
        paths.append(on.resolve(FAMILY, camera_loras.ROLE, plan.camera).path)
    if plan.lora_for:
        paths.append(on.resolve(FAMILY, "distilled_lora", found.id).path)
    if plan.keyframes is not None:
        paths.append(on.resolve(FAMILY, dfr.ROLE, found.id).path)
    return tuple(dict.fromkeys(_path(path, path.stem) for path in paths))


def _first_if(control: str) -> frozenset[str]:
    """Return the passes in which a LoRA is active. An IC-LoRA is active in the first pass only, because the
    second refines its result. LoRAs that follow a sound reference are active in both.
    """
    return frozenset({"first"}) if control and not {VOICE, DUB} & {*control.split()} else EVERY


def _speaks(spec: MakeVideo, plan: Plan) -> bool:
    """Return True if the voice sample is used through a LoRA of its own."""
    return spec.voice is not None and not spec.is_dubbed and plan.voiced


def _voice(on: ModelStore, found: Found) -> LoraFile:
    row = next(row for row in _controls(on.rows(), found) if VOICE in kinds(row))
    return _file(on.resolve(FAMILY, "ic_lora", row.id), 1.0, EVERY)


def _merged(controls: Sequence[LoraFile]) -> tuple[LoraFile, ...]:
    """Return the LoRAs without duplicates: a union for two controls is loaded once."""
    by_path: Mapping[Path, LoraFile] = {one.path: one for one in controls}
    return tuple(by_path.values())


def _lora_file(on: ModelStore, lora: Lora) -> LoraFile:
    """Return a LoRA by its registered id, or by the path of its file."""
    if Path(lora.id).is_absolute():
        path = Path(lora.id)
        return LoraFile(path.stem, path, digest_now(path, lora.digest), lora.strength)
    row = next((row for row in on.rows() if row.id == lora.id and row.role in LORA_ROLES), None)
    if row is None:
        raise NotFound(f"there is no LoRA “{lora.id}” here", "milimo model list --family ltx2 shows them")
    found = _file(on.resolve(row.family, row.role, row.id), lora.strength, EVERY)
    return replace(found, digest=digest_now(found.path, found.digest)) if row.role == OWN else found


def _control(on: ModelStore, found: Found, kind: str, strength: float) -> LoraFile:
    """Return the IC-LoRA of a control. A strength up to 1 sets how clean its reference is; above 1 the LoRA
    is stronger too.
    """
    row = next((row for row in _controls(on.rows(), found) if kind in kinds(row)), None)
    if row is None:
        raise Unavailable(f"the control of {kind} has no IC-LoRA here", "milimo model list --family ltx2")
    found_here = on.resolve(FAMILY, "ic_lora", row.id)
    return _refuse_sparse(_file(found_here, max(1.0, strength), _first_if(kind)))


def _of_subjects(on: ModelStore, found: Found, plan: Plan) -> LoraFile:
    """Return the multi-subject LoRA; with slots it is active in both passes, as its author uses it."""
    row = _for_subjects(_controls(on.rows(), found))
    if row is None:
        raise Unavailable("pictures that go along need a LoRA, which is not here", "milimo model list")
    passes = EVERY if plan.layout == "slots" else frozenset({"first"})
    return _file(on.resolve(FAMILY, "ic_lora", row.id), 1.0, passes)


def _file(found: Found, strength: float, passes: frozenset[str]) -> LoraFile:
    path = _path(found.path, found.id)
    return LoraFile(found.id, path, found.digest or digest_of(path), strength, passes, found.control)


def _path(path: Path, id: str) -> Path:
    """Return the only file of a LoRA, in a folder or directly."""
    if not path.is_dir():
        return path
    files = sorted(path.glob("*.safetensors"))
    if len(files) != 1:
        raise NotFound(f"{id} is not one LoRA file", f"looked in {path}")
    return files[0]


def downscale(path: Path) -> int:
    """Return the factor by which an IC-LoRA's reference must be smaller than the take: from its metadata, 1
    if missing.

    Raises BadInput for a value that is no integer from 1.
    """
    said = read_header(path).metadata.get("reference_downscale_factor", "1")
    try:
        factor = int(float(said))
    except ValueError:
        factor = 0
    if factor < 1:
        raise BadInput(f"{path.name} says that its reference is {said} times smaller", "use another file")
    return factor


def detailing(on: ModelStore, found: Found) -> int:
    """Return the factor by which the reference of DFR's detailing LoRA must be smaller: 2 if its metadata has
    none.
    """
    here = on.resolve(FAMILY, dfr.ROLE, found.id)
    path = _path(here.path, here.id)
    said = "reference_downscale_factor" in read_header(path).metadata
    return downscale(path) if said else dfr.REFERENCE


def _refuse_sparse(file: LoraFile) -> LoraFile:
    """Raise Refused for an IC-LoRA whose reference skips frames."""
    factor = read_header(file.path).metadata.get("reference_temporal_scale_factor", "1")
    if factor not in ("1", "1.0"):
        raise Refused(
            f"{file.title} follows references of which {factor} frames are one, which diffusers does not do",
            "milimo model list --family ltx2 shows other controls",
        )
    return file
