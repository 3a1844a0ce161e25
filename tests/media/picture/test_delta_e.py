"""Test CIEDE2000 with the pairs that its authors published for this purpose, and L*a*b* with known
colours.
"""

from __future__ import annotations

import numpy as np
import pytest

from milimo_tui.media.picture.delta_e import compute_delta_e, srgb_to_lab

# Pairs of L*a*b* colours with their difference, from Sharma, Wu and Dalal, “The CIEDE2000 color-difference
# formula” (2005), table 1.
PAIRS = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0009), 7.1792),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011), 7.2195),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("one", "other", "apart"), PAIRS)
def test_published_colour_pairs_have_their_difference(
    one: tuple[float, ...], other: tuple[float, ...], apart: float
) -> None:
    found = compute_delta_e(np.array([one, other]), np.array([other, one]))
    assert found == pytest.approx([apart, apart], abs=5e-5)


def test_lab_of_black_white_and_red_is_right() -> None:
    found = srgb_to_lab(np.array([[0, 0, 0], [255, 255, 255], [255, 0, 0]], np.uint8))
    assert found[0] == pytest.approx([0, 0, 0], abs=1e-6)
    assert found[1] == pytest.approx([100, 0, 0], abs=1e-6)
    assert found[2] == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
