"""The perceived difference between two colours: CIEDE2000 (CIE 142-2001, after Sharma, Wu and Dalal 2005).

An attentive viewer can just see a difference of 1.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

Lab = NDArray[np.float64]  # An array (…, 3) of L*, a* and b*.
# The matrix from linear sRGB to CIE XYZ under D65 (IEC 61966-2-1). Each row is divided by its sum, so that
# white is (1, 1, 1).
_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_XYZ /= _XYZ.sum(axis=1, keepdims=True)
_BEND = 6 / 29  # L* is linear below the cube of this value.
_POWER = 25.0**7


def srgb_to_lab(pixels: NDArray[np.uint8]) -> Lab:
    """Convert sRGB bytes to CIE L*a*b* under the white point D65."""
    share = np.arange(256) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    xyz = linear[pixels] @ _XYZ.T
    bent = np.where(xyz > _BEND**3, np.cbrt(xyz), xyz / (3 * _BEND**2) + 4 / 29)
    x, y, z = bent[..., 0], bent[..., 1], bent[..., 2]
    return cast("Lab", np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1))


def compute_delta_e(one: Lab, other: Lab) -> NDArray[np.float64]:
    """Return the CIEDE2000 difference between corresponding colours of `one` and `other`."""
    l1, a1, b1 = one[..., 0], one[..., 1], one[..., 2]
    l2, a2, b2 = other[..., 0], other[..., 1], other[..., 2]
    even = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    grey = 0.5 * (1 - np.sqrt(even**7 / (even**7 + _POWER)))  # CIEDE2000 stretches the a* axis near grey.
    a1, a2 = a1 * (1 + grey), a2 * (1 + grey)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    coloured = c1 * c2 > 0
    turn = np.where(coloured, (h2 - h1 + 180) % 360 - 180, 0.0)
    hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    wide = np.abs(h1 - h2) > 180
    middle = np.where(coloured, (h1 + h2 + np.where(wide, 360, 0)) / 2 % 360, h1 + h2)
    weight = (
        1
        - 0.17 * np.cos(np.radians(middle - 30))
        + 0.24 * np.cos(np.radians(2 * middle))
        + 0.32 * np.cos(np.radians(3 * middle + 6))
        - 0.20 * np.cos(np.radians(4 * middle - 63))
    )
    by_light = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    by_chroma, by_hue = 1 + 0.045 * chroma, 1 + 0.015 * chroma * weight
    # Twice the angle by which CIEDE2000 rotates the blue region, in degrees.
    blue = 60 * np.exp(-(((middle - 275) / 25) ** 2))
    bend = -2 * np.sqrt(chroma**7 / (chroma**7 + _POWER)) * np.sin(np.radians(blue))
    dl, dc, dh = (l2 - l1) / by_light, (c2 - c1) / by_chroma, hue / by_hue
    return cast("Lab", np.sqrt(np.maximum(dl**2 + dc**2 + dh**2 + bend * dc * dh, 0)))
