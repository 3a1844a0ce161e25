"""Cache the output of SAM 3's large image encoder in main memory, by file and frame.

The cache replaces the encoder inside the model, so every kind of prompt profits: a second click on a picture,
or a correction in a clip. The layers after the encoder are small and run again each time.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers.modeling_outputs import BaseModelOutput

MOST_BYTES = 2 << 30  # The limit of the cache in bytes: about 190 frames at full size in bfloat16.


@dataclass(frozen=True, slots=True)
class FrameKey:
    """The cache key of one frame of a file. If the file is changed or replaced, its frames get other keys."""

    path: str
    inode: int
    size: int
    changed: int
    frame: int

    @classmethod
    def of(cls, path: Path, frame: int) -> FrameKey:
        """Build the key of a frame from the file's current inode, size and modification time."""
        stat = path.stat()
        return cls(str(path), stat.st_ino, stat.st_size, stat.st_mtime_ns, frame)


class FeatureCache:
    """Encoded frames by `FrameKey`. The least recently used frames are dropped when the cache exceeds `most`
    bytes.
    """

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most, self._bytes = most, 0
        self._kept: OrderedDict[FrameKey, Tensor] = OrderedDict()

    def get(self, frame_key: FrameKey) -> Tensor | None:
        """Return the encoded frame, or None, and mark it as recently used."""
        found = self._kept.get(frame_key)
        if found is not None:
            self._kept.move_to_end(frame_key)
        return found

    def __contains__(self, frame_key: FrameKey) -> bool:
        return frame_key in self._kept

    def put(self, frame_key: FrameKey, hidden: Tensor) -> None:
        """Store an encoded frame in main memory."""
        here = hidden.detach().to("cpu")
        before = self._kept.pop(frame_key, None)
        self._kept[frame_key] = here
        self._bytes += here.nbytes - (0 if before is None else before.nbytes)
        while self._bytes > self._most and self._kept:
            self._bytes -= self._kept.popitem(last=False)[1].nbytes

    def clear(self) -> None:
        """Drop all encoded frames."""
        self._kept.clear()
        self._bytes = 0

    @property
    def bytes(self) -> int:
        """The bytes that the encoded frames take."""
        return self._bytes


class CachingBackbone(nn.Module):
    """The image encoder of the model with a cache in front of it. A frame whose `frame_key` is cached is not
    encoded again.

    `encoded` and `reused` count the frames that were encoded and those taken from the cache.
    """

    def __init__(self, backbone: nn.Module, features: FeatureCache) -> None:
        super().__init__()
        self.backbone = backbone
        self.features = features
        self.frame_key: FrameKey | None = None
        self.encoded = self.reused = 0

    def forward(self, pixel_values: Tensor, **more: Any) -> BaseModelOutput:
        """Return the features of the current frame as `last_hidden_state` (1, patches, width), from the cache
        if possible.

        `pixel_values` is (1, 3, S, S), where S is the model's input size in pixels.
        """
        kept = self.features.get(self.frame_key) if self.frame_key else None
        if kept is not None:
            self.reused += 1
            return BaseModelOutput(last_hidden_state=kept.to(pixel_values.device, non_blocking=True))
        hidden = self.backbone(pixel_values, **more).last_hidden_state
        self.encoded += 1
        if self.frame_key:
            self.features.put(self.frame_key, hidden)
        return BaseModelOutput(last_hidden_state=hidden)


def make_placeholder_pixels(side: int, device: torch.device, dtype: torch.dtype) -> Tensor:
    """Return placeholder pixels (3, side, side) for a frame whose features are cached. The placeholder takes
    no memory.
    """
    return torch.zeros(1, device=device, dtype=dtype).expand(3, side, side)
