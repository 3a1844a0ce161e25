"""IC-LoRAs of LTX-2's makers that change a clip as it is: the clip itself is followed, not a map of it.

Names and sizes of the files for 2.3 are those of the makers' app (LTX-Desktop, `lora_catalog.json` of August
2026), which offers them on 2.5 too; those for 2.5 are as others download them (September 2026). The hub
itself was not asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from milimo_tui.engines.catalog.rows.model_row import MB, Evidence, ModelRow

LTX_TERMS = "LTX-2 Community"


class Published(NamedTuple):
    """A file of a generation: its version, and its bytes; 0: nobody tells them."""

    version: str
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """`kind` is the control's word, `name` the repository's. `begins` is the word that the prompts begin with
    that it was trained on.
    """

    kind: str
    name: str
    does: str
    files: dict[str, Published]
    begins: str = ""


LARGE, SMALL = 906_071_437, 327_309_305  # bytes of those of 2.3
CHANGES: tuple[Change, ...] = (
    Change(
        "deblur", "Deblur", "a clip out of focus made sharp",
        {"2.3": Published("0.9", LARGE), "2.5": Published("0.9", 910 * MB)}, "DEBLUR",
    ),
    Change(
        "decompress", "Decompression", "a clip without the blocks of its compression",
        {"2.3": Published("0.9", LARGE), "2.5": Published("0.9")}, "ENHANCE QUALITY",
    ),
    Change(
        "colorize", "Colorization", "a grey clip in colours",
        {"2.3": Published("0.9", LARGE), "2.5": Published("0.9")}, "COLORIZE",
    ),
    Change(
        "night", "Day-To-Night", "a clip of the day by night",
        {"2.3": Published("0.9", SMALL), "2.5": Published("0.9")},
    ),
    Change(
        "water", "Water-Simulation", "a clip with water in it",
        {"2.3": Published("0.9", LARGE), "2.5": Published("0.9")}, "ADD WATER",
    ),
    Change(
        "empty", "Clean-Plate", "a clip without its people and vehicles",
        {"2.3": Published("1.0", SMALL), "2.5": Published("1.0", 327 * MB)},
    ),
    Change(
        "restore", "Restore", "old footage clean and in colours",
        {"2.5": Published("1.0")},
    ),
)  # fmt: skip
BEGINS: dict[str, str] = {one.kind: one.begins for one in CHANGES if one.begins}
KINDS: tuple[str, ...] = tuple(one.kind for one in CHANGES)
USUAL = 654 * MB  # as the makers' other controls of 2.3 weigh
NEEDS = {"2.3": "ltx-2.3-distilled", "2.5": "ltx-2.5"}


def _row(change: Change, generation: str) -> ModelRow:
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
        bytes=file.bytes or USUAL,
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
    _row(change, generation) for generation in NEEDS for change in CHANGES if generation in change.files
)


def lacking(generation: str) -> dict[str, str]:
    """The kinds that are not there for a generation, and for which they are."""
    return {
        change.kind: f"its LoRA is made for {' and '.join(change.files)}: milimo model setup ltx2 --model "
        f"{NEEDS[[*change.files][-1]]}"
        for change in CHANGES
        if generation not in change.files
    }
