"""IC-LoRAs from LTX-2's authors that transform a clip directly. The take follows the clip itself, not a
control map.

Names and sizes of the files for 2.3 come from the authors' app (LTX-Desktop, `lora_catalog.json` of August
2026), which also offers them for 2.5. Names and sizes of the files for 2.5 come from third-party code that
downloads them (September 2026). They were not checked against the hub.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from milimo_tui.engines.catalog.rows.ltx2_loras import LTX_TERMS
from milimo_tui.engines.catalog.rows.model_row import MB, Evidence, ModelRow


class PublishedLora(NamedTuple):
    """The published file for one generation of LTX-2: the version of the file, and its size in bytes (0 if
    unknown).
    """

    version: str
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class ClipTransformation:
    """A transformation of a clip by an IC-LoRA.

    `kind` is the name of the control in the studio, `name` the name of the repository. `begins` is the word
    that the prompts of its training begin with.
    """

    kind: str
    name: str
    does: str
    files: dict[str, PublishedLora]
    begins: str = ""


LARGE, SMALL = 906_071_437, 327_309_305  # sizes in bytes of the two kinds of files for 2.3
CHANGES: tuple[ClipTransformation, ...] = (
    ClipTransformation(
        "deblur", "Deblur", "a clip out of focus made sharp",
        {"2.3": PublishedLora("0.9", LARGE), "2.5": PublishedLora("0.9", 910 * MB)}, "DEBLUR",
    ),
    ClipTransformation(
        "decompress", "Decompression", "a clip without the blocks of its compression",
        {"2.3": PublishedLora("0.9", LARGE), "2.5": PublishedLora("0.9")}, "ENHANCE QUALITY",
    ),
    ClipTransformation(
        "colorize", "Colorization", "a grey clip in colours",
        {"2.3": PublishedLora("0.9", LARGE), "2.5": PublishedLora("0.9")}, "COLORIZE",
    ),
    ClipTransformation(
        "night", "Day-To-Night", "a clip of the day by night",
        {"2.3": PublishedLora("0.9", SMALL), "2.5": PublishedLora("0.9")},
    ),
    ClipTransformation(
        "water", "Water-Simulation", "a clip with water in it",
        {"2.3": PublishedLora("0.9", LARGE), "2.5": PublishedLora("0.9")}, "ADD WATER",
    ),
    ClipTransformation(
        "empty", "Clean-Plate", "a clip without its people and vehicles",
        {"2.3": PublishedLora("1.0", SMALL), "2.5": PublishedLora("1.0", 327 * MB)},
    ),
    ClipTransformation(
        "restore", "Restore", "old footage clean and in colours",
        {"2.5": PublishedLora("1.0")},
    ),
)  # fmt: skip
BEGINS: dict[str, str] = {one.kind: one.begins for one in CHANGES if one.begins}
KINDS: tuple[str, ...] = tuple(one.kind for one in CHANGES)
USUAL_BYTES = 654 * MB  # size of the authors' other control LoRAs for 2.3, used if a size is unknown
NEEDS = {"2.3": "ltx-2.3-distilled", "2.5": "ltx-2.5"}


def _make_transformation_row(change: ClipTransformation, generation: str) -> ModelRow:
    file = change.files[generation]
    name = f"ltx-{generation}-22b-ic-lora-{change.name.lower()}-{file.version}.safetensors"
    evidence: Evidence = "read" if file.bytes else "guessed"
    return ModelRow(
        id=f"ltx-{generation}-ic-{change.kind}",
        title=f"LTX-{generation} IC-LoRA, {change.kind}",
        family="ltx2",
        generation=generation,
        role="ic_lora",
        control=change.kind,
        does=change.does,
        bytes=file.bytes or USUAL_BYTES,
        memory_gb=0,
        hub=f"Lightricks/LTX-{generation}-22b-IC-LoRA-{change.name}",
        files=(name,),
        form="file",
        licence=LTX_TERMS,
        evidence=evidence,
        gate="terms",
        needs=(NEEDS[generation],),
        unlocks=(f"takes that follow a clip as it is: {change.does}",),
        notes="" if file.bytes else "its size is a guess",
    )


ROWS: tuple[ModelRow, ...] = tuple(
    _make_transformation_row(change, generation)
    for generation in NEEDS
    for change in CHANGES
    if generation in change.files
)


def list_unavailable_kinds(generation: str) -> dict[str, str]:
    """Return the kinds of transformations that have no file for a generation of LTX-2, such as `2.5`. The
    value of each kind is a message that names the generations with a file.
    """
    return {
        change.kind: f"its LoRA is made for {' and '.join(change.files)}: milimo model setup ltx2 --model "
        f"{NEEDS[[*change.files][-1]]}"
        for change in CHANGES
        if generation not in change.files
    }
