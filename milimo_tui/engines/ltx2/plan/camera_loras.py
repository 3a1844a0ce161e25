"""LoRAs that move the camera: the LoRA for each camera movement, and the rule when it is used. All functions
are pure.

Lightricks published seven such LoRAs for LTX-2.0 (as of August 2026). They state that a LoRA works only with
the model for which it was trained.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from milimo_tui.core.errors import Refused, Unavailable
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.engines.specs.video_specs import MakeVideo

ROLE = "camera_lora"
# Lightricks' name of each camera movement, by the name that a shot uses.
MOVES: Mapping[str, str] = {
    "dolly in": "dolly-in",
    "dolly out": "dolly-out",
    "dolly left": "dolly-left",
    "dolly right": "dolly-right",
    "crane up": "jib-up",
    "crane down": "jib-down",
    "static": "static",
}


def map_loras_by_movement(ids: Iterable[str]) -> dict[str, str]:
    """Map camera movements to LoRAs. Each LoRA in `ids` is stored under the movement that its id contains."""
    given = tuple(ids)
    return {
        movement: id
        for movement, name in MOVES.items()
        for id in reversed(given)
        if id.endswith(f"camera-{name}")
    }


def choose_camera_lora(spec: MakeVideo, here: Mapping[str, str], generation: str, title: str) -> str:
    """Return the id of the camera LoRA for the shot's movement; empty if none is used. `here` maps movements
    to the ids of the installed LoRAs that fit the model.

    The user can choose to leave the movement's words out of the prompt and to use only the LoRA. In this
    case, Refused is raised if no such LoRA exists, and Unavailable if it is not installed.
    """
    movement = spec.facts.movement
    if spec.camera_lora == "off" or any(one.id == here.get(movement) for one in spec.loras):
        return ""
    if spec.camera_lora == "instead" and movement not in here:
        raise _make_missing_camera_lora_error(movement, generation, title)
    return here.get(movement, "")


def _make_missing_camera_lora_error(movement: str, generation: str, title: str) -> Refused | Unavailable:
    words = "milimo shot set --camera-lora with: the prompt then describes the movement"
    if movement not in MOVES:
        return Refused(f"there is no LoRA for the camera move “{movement}”", words)
    ending = f"camera-{MOVES[movement]}"
    row = next((row for row in MODELS if row.role == ROLE and row.id.endswith(ending)), None)
    if row is None or row.generation != generation:
        return Refused(f"there are no camera LoRAs for {title}, only for LTX-2.0", words)
    return Unavailable(f"{row.title} is not installed", f"milimo model download {row.id}, or {words}")


def describe_camera_lora(spec: MakeVideo, id: str) -> tuple[str, ...]:
    """Return a sentence that says which camera LoRA is used; empty if `id` is empty."""
    if not id:
        return ()
    relation = "instead of" if spec.camera_lora == "instead" else "with"
    return (f"the camera moves by {id}, {relation} the words “{spec.facts.movement}”",)
