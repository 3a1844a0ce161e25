"""The similarity of two clips: PSNR, and SSIM by Wang, Bovik, Sheikh and Simoncelli (2004). Uses numpy
alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.uint8]  # An array (frames, height, width, 3).

# SSIM is computed for at most this many pictures, spread evenly over the clip, because each takes about half
# a second.
LOOKED_AT = 25
# Standard deviation and radius in pixels of SSIM's Gaussian window, which is 11 pixels wide.
_SIGMA, _REACH = 1.5, 5
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_LUMA = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True, slots=True)
class PictureSimilarity:
    """The similarity of two clips.

    `psnr` is the PSNR over all pictures in dB, or None if all pictures are equal. `ssim` is the mean SSIM,
    −1…1, where 1 means equal.
    """

    psnr: float | None
    ssim: float

    def __str__(self) -> str:
        return f"PSNR {'equal' if self.psnr is None else f'{self.psnr:.1f} dB'}, SSIM {self.ssim:.4f}"


def measure_similarity(one: Pictures, other: Pictures) -> PictureSimilarity:
    """Compare two clips of equal size and length, picture by picture."""
    apart = np.mean([_compute_mean_squared_error(a, b) for a, b in zip(one, other, strict=True)])
    nth = max(1, -(-len(one) // LOOKED_AT))
    pairs = zip(one[::nth], other[::nth], strict=True)
    structure = float(np.mean([compute_ssim(a @ _LUMA, b @ _LUMA) for a, b in pairs]))
    return PictureSimilarity(None if apart == 0 else 10 * math.log10(255**2 / apart), structure)


def _compute_mean_squared_error(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    return float(np.square(one.astype(np.float32) - other.astype(np.float32)).mean())


def compute_ssim(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the mean SSIM of two grey pictures, (height, width) from 0 to 255."""
    mean_one, mean_other = _blur_by_window(one), _blur_by_window(other)
    spread_one = _blur_by_window(one * one) - mean_one**2
    spread_other = _blur_by_window(other * other) - mean_other**2
    together = _blur_by_window(one * other) - mean_one * mean_other
    above = (2 * mean_one * mean_other + _C1) * (2 * together + _C2)
    below = (mean_one**2 + mean_other**2 + _C1) * (spread_one + spread_other + _C2)
    return float((above / below).mean())


def _blur_by_window(picture: NDArray[np.float64]) -> NDArray[np.float64]:
    """Blur a picture with SSIM's Gaussian window. Beyond an edge the picture is mirrored."""
    places = np.arange(-_REACH, _REACH + 1)
    weights = np.exp(-(places**2) / (2 * _SIGMA**2))
    weights /= weights.sum()
    for axis in (0, 1):
        margin = [(_REACH, _REACH) if each == axis else (0, 0) for each in (0, 1)]
        wide, count = np.pad(picture, margin, mode="symmetric"), picture.shape[axis]
        parts = (np.take(wide, range(n, n + count), axis=axis) * weight for n, weight in enumerate(weights))
        picture = sum(parts, np.zeros_like(picture))
    return picture
