"""Test PSNR and SSIM against their formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest

from milimo_tui.media.picture.likeness import compute_ssim, measure_similarity


def test_equal_pictures_have_full_likeness_and_a_level_shift_its_formula() -> None:
    clip = np.random.default_rng(1).integers(0, 200, (3, 32, 48, 3), dtype=np.uint8)
    same = measure_similarity(clip, clip)
    assert same.psnr is None
    assert same.ssim == pytest.approx(1)
    brighter = measure_similarity(clip, clip + 10)
    assert brighter.psnr == pytest.approx(10 * math.log10(255**2 / 100))
    assert 0.9 < brighter.ssim < 1


@pytest.mark.parametrize(("one", "other"), [(100.0, 100.0), (100.0, 140.0), (0.0, 255.0)])
def test_only_brightness_counts_for_plain_grey(one: float, other: float) -> None:
    """For flat grey pictures SSIM is (2ab + C1) / (a² + b² + C1) with C1 = (0.01 · 255)², because the other
    factors are 1.
    """
    c1 = (0.01 * 255) ** 2
    wanted = (2 * one * other + c1) / (one**2 + other**2 + c1)
    assert compute_ssim(np.full((24, 24), one), np.full((24, 24), other)) == pytest.approx(wanted)


def test_negative_has_the_lowest_likeness() -> None:
    grey = np.random.default_rng(2).normal(128, 30, (64, 64))
    assert compute_ssim(grey, 256 - grey) < -0.9
