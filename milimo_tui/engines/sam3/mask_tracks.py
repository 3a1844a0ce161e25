"""The objects found over a clip, with their masks packed by frame. Uses numpy, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from milimo_tui.media.picture.mattes import Box, Mask, Packed, box_of, empty


@dataclass
class Found:
    """An object over a clip. `masks` are packed, by frame, only for frames that show the object.

    `scores` are also by frame. `first` is the first frame with a mask.
    """

    object: int
    label: str
    masks: dict[int, Packed] = field(default_factory=dict)
    scores: dict[int, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The highest confidence over all frames."""
        return max(self.scores.values(), default=0.0)

    @property
    def first(self) -> int:
        """The first frame that shows the object."""
        return min(self.masks, default=0)

    def keep(self, frame: int, mask: Mask, score: float) -> None:
        """Set the object's score and mask in a frame. An empty mask is not stored."""
        self.scores[frame] = score
        self.masks.pop(frame, None)
        if mask.any():
            self.masks[frame] = Packed.of(mask)


class Findings:
    """All objects found over a clip, by number."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.objects: dict[int, Found] = {}

    def keep(self, frame: int, object: int, label: str, mask: Mask, score: float) -> None:
        """Set the score and mask of an object in a frame. An unknown number adds the object."""
        self.objects.setdefault(object, Found(object, label)).keep(frame, mask, score)

    def seen(self) -> list[Found]:
        """Return the objects that are visible in at least one frame, by number."""
        return [found for _, found in sorted(self.objects.items()) if found.masks]

    def mask(self, frame: int, objects: Sequence[Found] | None = None) -> Mask:
        """Return the merged mask of a frame: of all objects, or of the given ones."""
        whole = empty(self.width, self.height)
        for found in self.objects.values() if objects is None else objects:
            packed = found.masks.get(frame)
            if packed is not None:
                whole |= packed.mask
        return whole

    def box(self, found: Found) -> Box:
        """Return the bounding box of an object in the first frame that shows it."""
        box = box_of(self.mask(found.first, [found]))
        assert box is not None, "an object that is seen has a box"
        return box

    def state(self) -> dict[int, Any]:
        """Return all objects as plain values for a checkpoint."""
        return {
            number: {
                "label": found.label,
                "masks": {frame: packed.bits for frame, packed in found.masks.items()},
                "scores": dict(found.scores),
            }
            for number, found in self.objects.items()
        }

    def restore(self, state: dict[int, Any]) -> None:
        """Restore the objects from the values of a checkpoint."""
        for number, saved in state.items():
            masks = {frame: Packed(self.width, self.height, bits) for frame, bits in saved["masks"].items()}
            self.objects[number] = Found(number, saved["label"], masks, saved["scores"])
