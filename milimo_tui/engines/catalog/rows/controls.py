"""The weights for control maps: models that detect depth, people and their joints."""

from __future__ import annotations

from milimo_tui.engines.catalog.rows.family_row import FamilyRow
from milimo_tui.engines.catalog.rows.model_row import FLAT, MB, ModelRow

APACHE = "Apache 2.0"

ROWS: tuple[ModelRow, ...] = (
    ModelRow(
        id="depth-anything-small",
        title="Depth Anything V2, small",
        family="controls",
        role="depth",
        does="depth maps",
        bytes=99 * MB,
        memory_gb=1,
        hub="depth-anything/Depth-Anything-V2-Small-hf",
        files=FLAT,
        licence=APACHE,
        evidence="calculated",
        unlocks=("depth maps: control make --kind depth",),
    ),
    ModelRow(
        id="dpt-hybrid-midas",
        title="DPT hybrid, MiDaS",
        family="controls",
        role="depth",
        does="depth maps, as in LTX-Desktop",
        bytes=490 * MB,
        memory_gb=1,
        hub="Intel/dpt-hybrid-midas",
        files=FLAT,
        licence=APACHE,
        evidence="calculated",
        unlocks=("depth maps: control make --kind depth --model dpt-hybrid-midas",),
    ),
    ModelRow(
        id="vitpose-base",
        title="ViTPose, base",
        family="controls",
        role="pose",
        does="poses of people",
        bytes=344 * MB,
        memory_gb=1,
        hub="usyd-community/vitpose-base-simple",
        files=FLAT,
        licence=APACHE,
        evidence="calculated",
        needs=("rtdetr-r50",),
        unlocks=("pose maps: control make --kind pose",),
    ),
    ModelRow(
        id="rtdetr-r50",
        title="RT-DETR, ResNet 50",
        family="controls",
        role="persons",
        does="finds people, for their poses",
        bytes=172 * MB,
        memory_gb=1,
        hub="PekingU/rtdetr_r50vd_coco_o365",
        files=FLAT,
        licence=APACHE,
        evidence="calculated",
        unlocks=("the people whose poses ViTPose sees",),
    ),
    ModelRow(
        id="dinov2-small",
        title="DINOv2, small",
        family="controls",
        role="likeness",
        does="how similar takes are to pictures",
        bytes=88 * MB,
        memory_gb=1,
        hub="facebook/dinov2-small",
        files=FLAT,
        licence=APACHE,
        evidence="calculated",
        unlocks=("marks of likeness in Review",),
    ),
)

FAMILY = FamilyRow(
    name="controls",
    rows=ROWS,
    roles={
        "depth_anything": "depth",
        "dpt": "depth",
        "vitpose": "pose",
        "rt_detr": "persons",
        "dinov2": "likeness",
    },
)
