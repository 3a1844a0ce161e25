"""What was found over a clip: objects with their masks, packed, by frame. numpy alone, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from milimo_tui.media.picture.mattes import Box, Mask, Packed, box_of, empty


@dataclass
class Found:
    """One object over the clip. `masks` are packed, by frame, only where there is something of it.

    `scores` are by frame too. `first` is the frame in which it was met.
    """

    object: int
    label: str
    masks: dict[int, Packed] = field(default_factory=dict)
    scores: dict[int, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """How sure the model was where it was surest."""
        return max(self.scores.values(), default=0.0)

    @property
    def first(self) -> int:
        return min(self.masks, default=0)

    def keep(self, frame: int, mask: Mask, score: float) -> None:
        self.scores[frame] = score
        self.masks.pop(frame, None)
        if mask.any():
            self.masks[frame] = Packed.of(mask)


class Findings:
    """What was found over the clip, by object."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.objects: dict[int, Found] = {}

    def keep(self, frame: int, object: int, label: str, mask: Mask, score: float) -> None:
        self.objects.setdefault(object, Found(object, label)).keep(frame, mask, score)

    def seen(self) -> list[Found]:
        """Those of which there is something in some frame, by number."""
        return [found for _, found in sorted(self.objects.items()) if found.masks]

    def mask(self, frame: int, objects: Sequence[Found] | None = None) -> Mask:
        """The mask of a frame: of all objects, or of those."""
        whole = empty(self.width, self.height)
        for found in self.objects.values() if objects is None else objects:
            packed = found.masks.get(frame)
            if packed is not None:
                whole |= packed.mask
        return whole

    def box(self, found: Found) -> Box:
        """Around the object in the first frame that shows it."""
        box = box_of(self.mask(found.first, [found]))
        assert box is not None, "an object that is seen has a box"
        return box

    def state(self) -> dict[int, Any]:
        """All of it as plain values, to be kept."""
        return {
            number: {
                "label": found.label,
                "masks": {frame: packed.bits for frame, packed in found.masks.items()},
                "scores": dict(found.scores),
            }
            for number, found in self.objects.items()
        }

    def restore(self, state: dict[int, Any]) -> None:
        """What was found when that was kept."""
        for number, saved in state.items():
            masks = {frame: Packed(self.width, self.height, bits) for frame, bits in saved["masks"].items()}
            self.objects[number] = Found(number, saved["label"], masks, saved["scores"])
