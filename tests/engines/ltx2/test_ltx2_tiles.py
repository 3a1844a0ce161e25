"""Test of tiled decoding of LTX-2: the tile sizes of the model's authors, untiled decoding only if the GPU
kernels can address the largest tensor, and slices of time that are joined at the right frames.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from diffusers import AutoencoderKLLTX2Video
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from milimo_tui.engines.ltx2.decode.decoding import decode_in_slices
from milimo_tui.engines.ltx2.sizes import SIZES
from milimo_tui.engines.recipes.estimates import compute_tile_stride, count_tensor_elements
from milimo_tui.engines.recipes.ladder import ADDRESSED, list_all_combinations
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime.apply import tune_pipeline
from milimo_tui.tiny_models.ltx2 import build_video_vae
from tests.engines.recipes.published_requests import asked


def tilings(width: int, height: int, frames: int) -> set[str]:
    return {recipe.tiling for recipe in list_all_combinations(asked("ltx2", "ltx-2", width, height, frames))}


def test_tiles_equal_the_authors_tiles() -> None:
    """The large tiles are those of Lightricks (ltx-core, `tiling.py`): 768 pixels with 64 shared, 80 frames
    with 24 shared. The small tiles are those of diffusers.
    """
    request = asked("ltx2", "ltx-2", 1536, 1024, 241)
    found = {
        one.tiling: (one.tile, one.stride, one.slice, one.slice_stride)
        for one in list_all_combinations(request)
    }
    assert found == {
        "space": (768, 704, 0, 0),
        "space and time": (768, 704, 80, 56),
        "small": (512, 448, 16, 8),
    }


def test_tiles_are_undivided_only_below_the_kernel_limit() -> None:
    assert "none" in tilings(1536, 1024, 121)
    assert "none" not in tilings(1536, 1024, 241)
    assert tilings(768, 768, 481) == {"space and time", "small"}, "too long, and too small for tiles"


@given(st.integers(2, 120), st.integers(2, 68), st.integers(0, 180))
def test_there_is_always_an_addressable_tiling(wide: int, high: int, long: int) -> None:
    request = asked("ltx2", "ltx-2", 32 * wide, 32 * high, 8 * long + 1)
    tilings = {recipe.tiling for recipe in list_all_combinations(request)}
    assert tilings
    assert all(count_tensor_elements(request, way) < ADDRESSED for way in tilings)


@given(st.integers(2, 64), st.integers(2, 64))
def test_no_small_tile_is_a_single_latent(wide: int, high: int) -> None:
    step = compute_tile_stride(asked("ltx2", "ltx-2", 32 * wide, 32 * high, 121), "small") // 32
    assert 7 <= step <= 14
    for side in (wide, high):
        assert all(min(16, side - start) > 1 for start in range(0, side, step))


class Largest(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Record the element count of the largest tensor that is created while this mode is active."""

    elements = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        sizes = (one.numel() for one in tree_leaves(made) if isinstance(one, Tensor))
        self.elements = max([self.elements, *sizes])
        return made


def test_largest_tensor_is_counted() -> None:
    """The counted size of the largest tensor matches the published decoder. The meta device gives the shapes
    without allocating memory.
    """
    with torch.device("meta"), torch.no_grad():
        vae = AutoencoderKLLTX2Video(spatial_compression_ratio=32, temporal_compression_ratio=8)
        latents = torch.empty(1, 128, 16, 24, 32)
        with Largest() as largest:  # type: ignore[no-untyped-call]
            made = vae.decode(latents, None, return_dict=False)[0]
    pixels = made[0, 0].numel()
    assert pixels == 121 * 768 * 1024
    assert 0.9 * SIZES.work.elements <= largest.elements / pixels <= SIZES.work.elements


class Clock(torch.nn.Module):
    """A decoder that writes each frame's number into its pixels, so that wrongly joined slices are
    visible.
    """

    def forward(self, latents: Tensor, *_: Any, **__: Any) -> Tensor:
        numbers = torch.arange(-7.0, 1.0).repeat(latents.shape[2])
        shown = latents.repeat_interleave(8, dim=2) * 8 + numbers[:, None, None]
        return shown[:, :, 7:]


def clock(size: int, step: int) -> Any:
    vae = build_video_vae()
    vae.decoder = Clock()
    recipe = Recipe("ltx2", "", "float32", "none", "space and time", slice=size, slice_stride=step)
    tune_pipeline(SimpleNamespace(components={"vae": vae}), recipe)
    return vae


@pytest.mark.parametrize(("size", "step"), [(80, 56), (16, 8)])
@pytest.mark.parametrize("count", [2, 3, 11, 12, 18, 19, 31])
def test_slices_of_time_are_joined_at_their_frames(count: int, size: int, step: int) -> None:
    vae = clock(size, step)
    latents = torch.arange(float(count))[None, None, :, None, None].expand(1, 1, count, 2, 2)
    pieces = list(decode_in_slices(vae, latents, None))
    made = torch.cat(pieces, dim=2)[0, 0, :, 0, 0]
    assert torch.allclose(made, torch.arange(8.0 * (count - 1) + 1), atol=1e-4)
    assert len(pieces) == 1 or all(piece.shape[2] >= step for piece in pieces[:-1])
    assert vae.use_framewise_decoding


def test_slices_of_diffusers_are_a_frame_late() -> None:
    """The slices of diffusers are one frame late, the reason for Milimo's own slicing. If this test fails,
    diffusers has fixed the fault and the own slicing can be removed.
    """
    vae = clock(80, 56)
    latents = torch.arange(19.0)[None, None, :, None, None].expand(1, 1, 19, 2, 2)
    made = vae.decode(latents, return_dict=False)[0][0, 0, :, 0, 0]
    late = torch.arange(145.0) - made
    assert late[:56].abs().max() < 1e-4
    assert torch.allclose(late[82:110], torch.ones(28), atol=1e-4)
