"""Test of the windowed attention of LTX-2.5's diffusion decoder: compared with a mask over all token pairs,
and the decoder with it compared with the decoder of diffusers.
"""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from milimo_tui.engines.ltx2.decode.windows import WindowAttention, attend_in_windows


def by_pairs(query: Tensor, key: Tensor, value: Tensor, window: tuple[int, int, int]) -> Tensor:
    """Compute windowed attention from a mask over all pairs of tokens, as a reference."""
    sides = query.shape[1:4]
    places = torch.stack(torch.meshgrid(*map(torch.arange, sides), indexing="ij"), -1).reshape(-1, 3)
    held = torch.tensor([min(one, side) for one, side in zip(window, sides, strict=True)])
    begins = torch.minimum((places - held // 2).clamp(min=0), torch.tensor(sides) - held)
    inside = (places[None] >= begins[:, None]) & (places[None] < (begins + held)[:, None])
    asks, keys, values = (one.flatten(1, 3).transpose(1, 2) for one in (query, key, value))
    seen = scaled_dot_product_attention(asks, keys, values, attn_mask=inside.all(-1), scale=1.0)
    return seen.transpose(1, 2).reshape(query.shape)


@settings(max_examples=25)
@given(
    st.tuples(st.integers(1, 11), st.integers(1, 14), st.integers(1, 13)),
    st.tuples(st.sampled_from((1, 3, 11)), st.sampled_from((1, 5, 11)), st.sampled_from((2, 7, 11))),
    st.integers(1, 2),
)
def test_each_token_sees_its_window(
    sides: tuple[int, int, int], window: tuple[int, int, int], batch: int
) -> None:
    dice = torch.Generator().manual_seed(3)
    query, key, value = (torch.randn((batch, *sides, 2, 4), generator=dice) for _ in range(3))
    made = attend_in_windows(query, key, value, window)
    assert torch.allclose(made, by_pairs(query, key, value, window), atol=1e-5)


@pytest.mark.long("models")
@pytest.mark.filterwarnings("ignore:flex_attention called without torch.compile")
def test_decoder_equals_diffusers() -> None:
    from diffusers import LTX2VideoDiffusionDecoderModel

    torch.manual_seed(0)
    decoder = LTX2VideoDiffusionDecoderModel(
        latent_channels=8,
        decoder_head_dim=8,
        decoder_stage_channels=(64, 32, 16, 16, 8),
        decoder_stage_depths=(1, 1, 1, 1, 2),
        decoder_stage_kernels=((3, 1, 1), (3, 3, 3), (3, 3, 3), (3, 5, 5)),
        decoder_stage5_kernel=(5, 11, 11),
        decoder_t_emb_dim=16,
    ).eval()
    latents = torch.randn(1, 8, 2, 2, 3)
    made = {}
    for name, processor in (("diffusers", None), ("here", WindowAttention())):
        if processor is not None:
            decoder.set_attn_processor(processor)
        with torch.no_grad():
            dice = torch.Generator().manual_seed(1)
            made[name] = decoder.decode(latents, generator=dice, return_dict=False)[0]
    assert made["here"].shape == (1, 3, 9, 64, 96)
    assert torch.allclose(made["here"], made["diffusers"], atol=1e-5)
