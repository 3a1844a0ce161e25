"""Test fitting a requested size and length to a model, as a table and as properties.

The result covers the entire request, exceeds it by less than one step, and a refusal names the allowed
values.
"""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.fitting import ASPECTS, Limits, fit, round_frames_down, round_frames_up
from milimo_tui.engines.ltx2.plan.generations import GENERATIONS, limits
from milimo_tui.studio.project.film_formats import parse_raster

LTX = limits(GENERATIONS[0])
STILLS = Limits(title="FLUX.2", multiple=16, most_side=2048, most_pixels=2048 * 2048)
RATE = Fraction(24)


@pytest.mark.parametrize(
    ("wanted", "made"),
    [
        ((9, 768, 512), (9, 768, 512)),
        ((10, 768, 512), (17, 768, 512)),  # With 10 frames the model would give 9 pictures and sound for 10.
        ((121, 1920, 1080), (121, 1920, 1088)),
        ((1, 64, 64), (1, 64, 64)),
        ((250, 1280, 720), (257, 1280, 768)),
    ],
)
def test_fitting_follows_the_table(wanted: tuple[int, int, int], made: tuple[int, int, int]) -> None:
    frames, width, height = wanted
    fitted = fit(LTX, frames=frames, width=width, height=height, rate=RATE)
    assert (fitted.frames, fitted.width, fitted.height) == made
    assert len(fitted.changes) == (frames != made[0]) + ((width, height) != made[1:])


@given(
    frames=st.integers(1, 1441),
    width=st.integers(64, 1920),
    height=st.integers(64, 1920),
    rate=st.fractions(8, 60),
)
def test_whole_request_fits_without_surplus_steps(
    frames: int, width: int, height: int, rate: Fraction
) -> None:
    fitted = fit(LTX, frames=frames, width=width, height=height, rate=rate)
    assert 0 <= fitted.frames - frames < LTX.step
    assert (fitted.frames - 1) % LTX.step == 0
    for made, wanted in ((fitted.width, width), (fitted.height, height)):
        assert 0 <= made - wanted < LTX.multiple
        assert made % LTX.multiple == 0
    again = fit(LTX, frames=fitted.frames, width=fitted.width, height=fitted.height, rate=rate)
    assert not again.changes


@given(frames=st.integers(-50, 4000), width=st.integers(1, 20_000), height=st.integers(1, 20_000))
def test_refusal_names_a_possible_size(frames: int, width: int, height: int) -> None:
    hint = _refused(frames, width, height)
    if near := re.search(r"(\d+)×(\d+)", hint):
        fit(LTX, frames=9, width=int(near[1]), height=int(near[2]), rate=RATE)
    fine = 1 <= frames <= 1441 and min(width, height) >= 64 and max(width, height) <= 4096
    assert (hint == "") == (fine and width * height <= LTX.most_pixels)


def _refused(frames: int, width: int, height: int) -> str:
    """Return the hint of the refusal, or an empty text if the size fits."""
    try:
        fit(LTX, frames=frames, width=width, height=height, rate=RATE)
    except BadInput as error:
        return error.hint
    return ""


def test_no_surplus_frames_and_odd_rates_are_refused() -> None:
    for frames, said in ((0, "at least one frame"), (2000, "at most 1,441 frames")):
        with pytest.raises(BadInput, match=said):
            fit(LTX, frames=frames, width=768, height=512, rate=RATE)
    with pytest.raises(BadInput, match="frames a second"):
        fit(LTX, frames=9, width=768, height=512, rate=Fraction(120))
    with pytest.raises(BadInput, match="too small"):
        fit(LTX, frames=9, width=1, height=1, rate=RATE)
    with pytest.raises(BadInput, match="too large"):
        fit(LTX, frames=9, width=20_000, height=20_000, rate=RATE)


def test_stills_have_no_frames_to_fit() -> None:
    fitted = fit(STILLS, frames=1, width=100, height=70, rate=RATE)
    assert (fitted.frames, fitted.width, fitted.height) == (1, 112, 80)


@given(st.integers(1, 10_000), st.sampled_from([1, 4, 8]))
def test_frames_are_rounded(frames: int, step: int) -> None:
    assert round_frames_down(frames, step) <= frames <= round_frames_up(frames, step)
    assert round_frames_up(round_frames_up(frames, step), step) == round_frames_up(frames, step)


def test_aspect_ratios_are_sizes_that_models_make() -> None:
    for name, (width, height) in ASPECTS.items():
        fitted = fit(LTX, frames=121, width=width, height=height, rate=RATE)
        assert (fitted.width, fitted.height) == (width, height), name
        assert parse_raster(name) == (width, height)  # `project new --size` accepts the same name
        across, down = (float(part) for part in name.split(":"))
        assert width / height == pytest.approx(across / down, rel=0.05)
