"""LoRAs for LTX-2 by Lightricks and others: controls, camera moves, voices, and reference pictures of
people.
"""

from __future__ import annotations

from milimo_tui.engines.catalog.rows.model_row import MB, ModelRow

LTX_TERMS = "LTX-2 Community"


def _make_control_row(id: str, control: str, title: str, name: str, size: int = 624 * MB) -> ModelRow:
    """Return the row of a control LoRA for LTX-2.0. Each of these LoRAs has its own repository."""
    return ModelRow(
        id=id,
        title=f"LTX-2 IC-LoRA, {title}",
        family="ltx2",
        generation="2.0",
        role="ic_lora",
        control=control,
        does=f"control by {title}",
        bytes=size,
        memory_gb=0,
        hub=f"Lightricks/LTX-2-19b-IC-LoRA-{name}",
        files=(f"ltx-2-19b-ic-lora-{name.lower()}.safetensors",),
        form="file",
        licence=LTX_TERMS,
        evidence="read",
        needs=("ltx-2",),
        unlocks=(f"takes that follow a clip's {title}",),
    )


def _make_camera_row(move: str, name: str) -> ModelRow:
    """Return the row of a camera-move LoRA of LTX-2.0."""
    words = move.replace("-", " ")
    return ModelRow(
        id=f"ltx-2-camera-{move}",
        title=f"LTX-2 camera LoRA, {words}",
        family="ltx2",
        generation="2.0",
        role="camera_lora",
        does=f"camera move: {words}",
        bytes=327 * MB,
        memory_gb=0,
        hub=f"Lightricks/LTX-2-19b-LoRA-Camera-Control-{name}",
        files=(f"ltx-2-19b-lora-camera-control-{name.lower()}.safetensors",),
        form="file",
        licence=LTX_TERMS,
        evidence="read",
        needs=("ltx-2",),
        unlocks=(f"takes whose camera does {words}",),
    )


def _make_subjects_row(generation: str, name: str, size: int, needs: str) -> ModelRow:
    """Return the row of a LoRA that uses reference pictures of the people and objects in a take."""
    return ModelRow(
        id=f"ltx-{generation}-subjects",
        title=f"LTX-{generation} multi-subject LoRA",
        family="ltx2",
        generation=generation,
        role="ic_lora",
        control="subjects",
        does="people, things and places as in reference pictures",
        bytes=size,
        memory_gb=0,
        hub=f"LiconStudio/LTX-{generation}-Multiple-Subject-Reference",
        files=(name,),
        form="file",
        licence="Apache-2.0",
        evidence="guessed",
        needs=(needs,),
        unlocks=("takes whose people stay who they are, by pictures of their elements",),
        notes="not by Lightricks; not tested on a GPU",
    )


CONTROLS: tuple[ModelRow, ...] = (
    _make_control_row("ltx-2-ic-depth", "depth", "depth", "Depth-Control"),
    _make_control_row("ltx-2-ic-canny", "canny", "edges", "Canny-Control"),
    _make_control_row("ltx-2-ic-pose", "pose", "pose", "Pose-Control"),
    _make_control_row("ltx-2-ic-detail", "detail", "detail", "Detailer", 2_600 * MB),
)

CAMERAS: tuple[ModelRow, ...] = (
    _make_camera_row("dolly-in", "Dolly-In"),
    _make_camera_row("dolly-out", "Dolly-Out"),
    _make_camera_row("dolly-left", "Dolly-Left"),
    _make_camera_row("dolly-right", "Dolly-Right"),
    _make_camera_row("jib-up", "Jib-Up"),
    _make_camera_row("jib-down", "Jib-Down"),
    _make_camera_row("static", "Static"),
)

# LoRAs for 2.3 that follow a clip, and LoRAs for voices.
LATER: tuple[ModelRow, ...] = (
    ModelRow(
        id="ltx-2.3-ic-union",
        title="LTX-2.3 IC-LoRA, union",
        family="ltx2",
        generation="2.3",
        role="ic_lora",
        control="depth canny pose",
        does="control by depth, edges or pose",
        bytes=654_465_352,
        memory_gb=0,
        hub="Lightricks/LTX-2.3-22b-IC-LoRA-Union-Control",
        files=("ltx-2.3-22b-ic-lora-union-control-ref0.5.safetensors",),
        form="file",
        licence=LTX_TERMS,
        evidence="read",
        needs=("ltx-2.3-distilled",),
        unlocks=("takes that follow a clip's depth, edges or pose",),
    ),
    ModelRow(
        id="ltx-2.3-ic-motion",
        title="LTX-2.3 IC-LoRA, motion track",
        family="ltx2",
        generation="2.3",
        role="ic_lora",
        control="motion",
        does="control by motion tracks",
        bytes=654 * MB,
        memory_gb=0,
        hub="Lightricks/LTX-2.3-22b-IC-LoRA-Motion-Track-Control",
        files=("ltx-2.3-22b-ic-lora-motion-track-control-ref0.5.safetensors",),
        form="file",
        licence=LTX_TERMS,
        evidence="read",
        needs=("ltx-2.3-distilled",),
        unlocks=("takes whose things move along drawn tracks",),
    ),
    ModelRow(
        id="ltx-2.3-dubit",
        title="LTX-2.3 IC-LoRA, DubIt",
        family="ltx2",
        generation="2.3",
        role="ic_lora",
        control="dub",
        does="lip sync: other words in a take",
        bytes=1158 * MB,
        memory_gb=0,
        hub="Lightricks/LTX-2.3-22b-IC-LoRA-DubIt",
        files=("ltx-2.3-22b-ic-lora-dubit-0.9.safetensors",),
        form="file",
        licence=LTX_TERMS,
        evidence="read",
        gate="terms",
        needs=("ltx-2.3-distilled",),
        unlocks=("takes with other words, by the same mouth and voice",),
        notes="its size is a guess",
    ),
    ModelRow(
        id="ltx-2.3-id-lora",
        title="LTX-2.3 ID-LoRA, voices",
        family="ltx2",
        generation="2.3",
        role="ic_lora",
        control="voice",
        does="lines in the voice of a sample",
        bytes=1_157_884_304,
        memory_gb=0,
        hub="AviadDahan/LTX-2.3-ID-LoRA-CelebVHQ-3K",
        files=("lora_weights.safetensors",),
        form="file",
        licence=LTX_TERMS,
        evidence="read",
        needs=("ltx-2.3-distilled",),
        unlocks=("the same voice over a film",),
        notes="by its paper's authors, not by Lightricks",
    ),
)

# The LoRA that guides the second pass of DFR, a method of LTX-2.5 (`milimo shot set --stages dfr`). DFR makes
# a take and some key frames first at half the size and then at full size.
DETAILING = ModelRow(
    id="ltx-2.5-detailing",
    title="LTX-2.5 IC-LoRA, pixel spatial upscaler",
    family="ltx2",
    generation="2.5",
    role="detailing_lora",
    does="second pass of DFR: key frames, then the frames between",
    bytes=327_322_640,
    memory_gb=0,
    hub="Lightricks/LTX-2.5-22b-IC-LoRA-Pixel-Spatial-Upscaler",
    files=("ltx-2.5-22b-ic-lora-pixel-spatial-upscaler-x2-1.0.safetensors",),
    form="file",
    licence=LTX_TERMS,
    evidence="read",
    gate="terms",
    needs=("ltx-2.5",),
    unlocks=("takes by DFR: milimo shot set --stages dfr",),
    notes="not tested on a GPU",
)

SUBJECTS: tuple[ModelRow, ...] = (
    _make_subjects_row("2.3", "LTX-2.3-Licon-MSR-V2.safetensors", 1_300 * MB, "ltx-2.3-distilled"),
    _make_subjects_row("2.5", "LTX-2.5-Licon-MSR-V2.safetensors", 2_220 * MB, "ltx-2.5"),
)
