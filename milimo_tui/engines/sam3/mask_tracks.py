"""Store the objects found in a clip, with a packed mask for each frame. Uses numpy, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from milimo_tui.media.picture.mattes import Box, Mask, PackedMask, find_mask_box, make_empty_mask


@dataclass
class TrackedObject:
    """An object found in a clip.

    `masks` maps frame numbers to packed masks, only for frames that show the object. `scores` maps frame
    numbers to the model's confidence.
    """

    object: int
    label: str
    masks: dict[int, PackedMask] = field(default_factory=dict)
    scores: dict[int, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The highest confidence over all frames."""
        return max(self.scores.values(), default=0.0)

    @property
    def first(self) -> int:
        """The first frame that shows the object."""
        return min(self.masks, default=0)

    def add_frame(self, frame: int, mask: Mask, score: float) -> None:
        """Set the object's score and mask in a frame. An empty mask is not stored."""
        self.scores[frame] = score
        self.masks.pop(frame, None)
        if mask.any():
            self.masks[frame] = PackedMask.of(mask)


class TrackedObjects:
    """All objects found over a clip, by number."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.objects: dict[int, TrackedObject] = {}

    def add_mask(self, frame: int, object: int, label: str, mask: Mask, score: float) -> None:
        """Set the score and mask of an object in a frame. An unknown number adds the object."""
        self.objects.setdefault(object, TrackedObject(object, label)).add_frame(frame, mask, score)

    def list_visible_objects(self) -> list[TrackedObject]:
        """Return the objects that are visible in at least one frame, in order of their numbers."""
        return [found for _, found in sorted(self.objects.items()) if found.masks]

    def merge_masks(self, frame: int, objects: Sequence[TrackedObject] | None = None) -> Mask:
        """Return the combined mask of a frame: of the given objects, or of all objects if `objects` is
        None.
        """
        whole = make_empty_mask(self.width, self.height)
        for found in self.objects.values() if objects is None else objects:
            packed = found.masks.get(frame)
            if packed is not None:
                whole |= packed.mask
        return whole

    def find_first_box(self, found: TrackedObject) -> Box:
        """Return the bounding box of an object in the first frame that shows it."""
        box = find_mask_box(self.merge_masks(found.first, [found]))
        assert box is not None, "an object that is seen has a box"
        return box

    def export_objects(self) -> dict[int, Any]:
        """Return all objects as plain values for a checkpoint."""
        return {
            number: {
                "label": found.label,
                "masks": {frame: packed.bits for frame, packed in found.masks.items()},
                "scores": dict(found.scores),
            }
            for number, found in self.objects.items()
        }

    def restore_objects(self, state: dict[int, Any]) -> None:
        """Restore the objects from the values of a checkpoint."""
        for number, saved in state.items():
            masks = {
                frame: PackedMask(self.width, self.height, bits) for frame, bits in saved["masks"].items()
            }
            self.objects[number] = TrackedObject(number, saved["label"], masks, saved["scores"])
