"""The memory that models take in addition to their weights, counted from published shapes without allocating
any.

The figures of each engine's `sizes` come from this module. A bar is missed if they are lower than the counted
values.
"""

from __future__ import annotations

import argparse
import sys
import weakref
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import full_size
import torch
from result import report
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from milimo_tui.engines.flux2 import sizes as flux2
from milimo_tui.engines.ltx2 import sizes as ltx2

BF16 = torch.bfloat16
META = torch.device("meta")


class Living(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """The bytes of all live tensors, and their peak. On the meta device no tensor has memory."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.bytes: int = 0
        self.most: int = 0
        self._known: dict[int, int] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        for leaf in tree_leaves(made):
            if isinstance(leaf, torch.Tensor):
                self._note(leaf.untyped_storage())
        return made

    def _note(self, storage: Any) -> None:
        key = storage._cdata
        if key in self._known:
            return
        self._known[key] = storage.nbytes()
        self.bytes += self._known[key]
        self.most = max(self.most, self.bytes)
        weakref.finalize(storage, self._gone, key)

    def _gone(self, key: int) -> None:
        self.bytes -= self._known.pop(key, 0)


def attention(query: Any, key: Any, value: Any, **_: Any) -> Any:
    """Return an empty result of attention, as GPU kernels hold nothing except the output."""
    return torch.empty(*query.shape[:-1], value.shape[-1], dtype=query.dtype, device=query.device)


@contextmanager
def like_a_card() -> Any:
    """Replace attention while open, so that its square matrix, which the meta device would count, is left
    out.
    """
    own = torch.nn.functional.scaled_dot_product_attention
    torch.nn.functional.scaled_dot_product_attention = attention  # type: ignore[assignment]
    try:
        yield
    finally:
        torch.nn.functional.scaled_dot_product_attention = own


def most(work: Callable[[], object]) -> int:
    """Return the peak bytes of live tensors during some work."""
    with torch.no_grad(), like_a_card(), Living() as living:
        work()
    counted: int = living.most
    return counted


def meta(make: Callable[[], Any]) -> Any:
    """Build a module on the meta device in bfloat16."""
    with META:
        return make().to(BF16)


def empty(*shape: int, dtype: torch.dtype = BF16) -> torch.Tensor:
    """Return an empty tensor on the meta device."""
    return torch.empty(*shape, dtype=dtype, device=META)


def grows(work: Callable[[int], object], small: int, large: int) -> float:
    """Return the additional bytes for each additional unit. Weights do not grow, so they are left out."""
    return (most(lambda: work(large)) - most(lambda: work(small))) / (large - small)


def ltx2_token() -> float:
    """Return the bytes of a token of LTX-2 while denoising, each token with its own timestep."""
    from diffusers import LTX2VideoTransformer3DModel

    model = meta(LTX2VideoTransformer3DModel)
    config = model.config

    def run(rows: int) -> object:
        frames, columns, sound = 16, 32, 126
        tokens = frames * rows * columns
        words = empty(1, 1024, config.caption_channels)
        return model(
            empty(1, tokens, config.in_channels),
            empty(1, sound, config.audio_in_channels),
            words,
            words.clone(),
            empty(1, tokens, dtype=torch.float32),
            audio_timestep=empty(1, sound, dtype=torch.float32),
            num_frames=frames,
            height=rows,
            width=columns,
            audio_num_frames=sound,
        )

    return grows(run, 16, 32) / (16 * 32)


def ltx2_pixel() -> float:
    """Return the bytes of a pixel of every frame that is decoded together."""
    from diffusers import AutoencoderKLLTX2Video

    decoder = meta(lambda: AutoencoderKLLTX2Video(spatial_compression_ratio=32, temporal_compression_ratio=8))
    return grows(lambda rows: decoder.decode(empty(1, 128, 16, rows, 24), None), 16, 32) / (
        32 * 24 * 32 * 121
    )


def flux2_token() -> float:
    """Return the bytes of a token of the larger klein while denoising."""
    from diffusers import Flux2Transformer2DModel

    words = 12288
    model = meta(
        lambda: Flux2Transformer2DModel(
            num_layers=8,
            num_single_layers=24,
            attention_head_dim=128,
            num_attention_heads=32,
            joint_attention_dim=words,
        )
    )

    def run(tokens: int) -> object:
        return model(
            empty(1, tokens, 128),
            empty(1, 512, words),
            empty(1),
            empty(1, tokens, 4),
            empty(1, 512, 4),
            guidance=empty(1),
        )

    return grows(run, 4096, 8192)


def flux2_pixel() -> float:
    """Return the bytes of a pixel that FLUX.2's autoencoder decodes."""
    from diffusers import AutoencoderKLFlux2

    decoder = meta(AutoencoderKLFlux2)
    return grows(lambda rows: decoder.decode(empty(1, 32, rows, 128)), 64, 128) / (128 * 8 * 8)


def main() -> int:
    """Run the benchmark and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the last line only")
    parser.parse_args()
    figures = {
        "ltx2_bytes_a_token": ltx2_token(),
        "ltx2_bytes_a_pixel": ltx2_pixel(),
        "flux2_bytes_a_token": flux2_token(),
        "flux2_bytes_a_pixel": flux2_pixel(),
    }
    figures |= {f"{name}_billions": billions for name, billions in full_size.count().items()}
    bars = {
        f"{engine}_bytes_a_{unit}": value
        for engine, work in (("ltx2", ltx2.SIZES.work), ("flux2", flux2.SIZES.work))
        for unit, value in (("token", work.token), ("pixel", work.pixel))
    }
    return report("shapes", figures, {}, bars)


if __name__ == "__main__":
    sys.exit(main())
