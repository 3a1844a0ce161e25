"""Rendering of a mask drawing into pixels: the actions of an object are applied in order, and the masks of
all objects are combined.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import numpy as np
from PIL import Image

from milimo_tui.core.errors import BadInput
from milimo_tui.media.masks import algebra, shapes
from milimo_tui.media.masks.acts import (
    Act,
    ClosedShape,
    Combine,
    CombineMode,
    Feather,
    Fill,
    FoundMask,
    Grow,
    Stroke,
)
from milimo_tui.media.masks.drawing import DrawnObject, MaskDrawing
from milimo_tui.media.picture.mattes import Mask, feather_mask, grow_mask, make_empty_mask
from milimo_tui.media.read.footage import Footage

# Limit in bytes for cached intermediate masks. Beyond it, the least recently used mask is discarded.
_KEPT_BYTES = 96 << 20
# At most this many mask files stay open. If another is opened, the least recently used file is closed.
_MOST_OPEN = 8


class MaskRenderer:
    """A renderer that applies actions to masks of one size.

    The mask after each action is cached, so that a further action is computed quickly. The renderer keeps
    mask files open: use it as a context manager, or call `close`. Not thread-safe.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._kept: OrderedDict[tuple[Act, ...], Mask] = OrderedDict()
        self._open: OrderedDict[str, Footage] = OrderedDict()

    def render_mask(self, actions: tuple[Act, ...]) -> Mask:
        """Return the mask that results from the actions. The caller must not write to the mask.

        Raises NotFound, BadInput or Failed for a mask file that cannot be used.
        """
        known = len(actions)
        while known and actions[:known] not in self._kept:
            known -= 1
        mask = self._kept[actions[:known]] if known else make_empty_mask(self.width, self.height)
        if known:
            self._kept.move_to_end(actions[:known])
        for done in range(known, len(actions)):
            mask = self._apply_act(mask, actions[done])
            self._cache_mask(actions[: done + 1], mask)
        return mask

    def render_object_mask(self, one: DrawnObject, frame: int) -> Mask:
        """Return the mask of an object at a frame."""
        return self.render_mask(one.acts_at(frame))

    def render_combined_mask(self, drawing: MaskDrawing, frame: int) -> Mask:
        """Return the combined mask of all active objects at a frame."""
        whole = make_empty_mask(self.width, self.height)
        for one in drawing.active_objects:
            whole = algebra.unite_masks(whole, self.render_object_mask(one, frame))
        return whole

    def _apply_act(self, mask: Mask, action: Act) -> Mask:
        if isinstance(action, FoundMask):
            return algebra.unite_masks(mask, self._load_mask_file(action))
        if isinstance(action, Stroke):
            return _add_or_erase(
                mask,
                shapes.draw_brush_stroke(action.points, action.radius, self.width, self.height),
                action.erases,
            )
        if isinstance(action, ClosedShape):
            return _add_or_erase(
                mask, shapes.fill_polygon(action.points, self.width, self.height), action.erases
            )
        if isinstance(action, Grow):
            return grow_mask(mask, action.pixels)
        if isinstance(action, Feather):
            return feather_mask(mask, action.pixels)
        if isinstance(action, Fill):
            return algebra.fill_mask_holes(mask)
        if isinstance(action, Combine):
            how = {
                CombineMode.ADD: algebra.unite_masks,
                CombineMode.SUBTRACT: algebra.subtract_mask,
                CombineMode.MEET: algebra.intersect_masks,
            }[action.how]
            return how(mask, self.render_mask(action.acts))
        return algebra.invert_mask(mask)

    def _load_mask_file(self, mask: FoundMask) -> Mask:
        footage = self._open.pop(mask.file, None)
        if footage is None:
            footage = Footage(Path(mask.file), keep=8 << 20)
        self._open[mask.file] = footage
        while len(self._open) > _MOST_OPEN:
            self._open.popitem(last=False)[1].close()
        picture = footage.frame(mask.frame)
        grey = np.asarray(Image.fromarray(picture).convert("L"))
        if grey.shape == (self.height, self.width):
            return grey
        across, down = footage.width / self.width, footage.height / self.height
        if abs(across - down) > 0.02 * max(across, down):
            raise BadInput(
                f"the mask {footage.path.name} is {footage.width}×{footage.height}, but the "
                f"picture is {self.width}×{self.height}",
                "make the mask from this picture",
            )
        return np.asarray(Image.fromarray(grey).resize((self.width, self.height), Image.Resampling.BICUBIC))

    def _cache_mask(self, actions: tuple[Act, ...], mask: Mask) -> None:
        self._kept[actions] = mask
        most = max(4, _KEPT_BYTES // max(1, self.width * self.height))
        while len(self._kept) > most:
            self._kept.popitem(last=False)

    def close(self) -> None:
        """Close the open mask files."""
        with ExitStack() as files:
            for footage in self._open.values():
                files.callback(footage.close)
            self._open.clear()

    def __enter__(self) -> MaskRenderer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _add_or_erase(mask: Mask, part: Mask, erases: bool) -> Mask:
    return algebra.subtract_mask(mask, part) if erases else algebra.unite_masks(mask, part)


def render_acts(actions: Iterable[Act], width: int, height: int) -> Mask:
    """Return the mask of width × height pixels that results from the actions. Raises the same errors as
    `MaskRenderer.render_mask`.
    """
    with MaskRenderer(width, height) as drawn:
        return drawn.render_mask(tuple(actions))
