"""Count the memory that models need in addition to their weights, from published shapes and without
allocating memory.

The figures in `sizes` of each engine come from this module. The check fails if an engine's figures are lower
than the counted values.
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
from result import print_report
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from milimo_tui.engines.flux2 import sizes as flux2
from milimo_tui.engines.ltx2 import sizes as ltx2

BF16 = torch.bfloat16
META = torch.device("meta")


class LiveTensorCounter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """A counter of the bytes of all live tensors and of their peak. Tensors on the meta device have sizes but
    no memory.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.bytes: int = 0
        self.most: int = 0
        self._known: dict[int, int] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        for leaf in tree_leaves(made):
            if isinstance(leaf, torch.Tensor):
                self._add_storage(leaf.untyped_storage())
        return made

    def _add_storage(self, storage: Any) -> None:
        key = storage._cdata
        if key in self._known:
            return
        self._known[key] = storage.nbytes()
        self.bytes += self._known[key]
        self.most = max(self.most, self.bytes)
        weakref.finalize(storage, self._remove_storage, key)

    def _remove_storage(self, key: int) -> None:
        self.bytes -= self._known.pop(key, 0)


def attend_like_gpu_kernel(query: Any, key: Any, value: Any, **_: Any) -> Any:
    """Replace `scaled_dot_product_attention`: return an empty tensor of the right shape. GPU kernels for
    attention allocate nothing except their output.
    """
    return torch.empty(*query.shape[:-1], value.shape[-1], dtype=query.dtype, device=query.device)


@contextmanager
def without_attention_square() -> Any:
    """Replace the attention function for the duration of the block. On the meta device it would allocate a
    square matrix that GPU kernels never store.
    """
    own = torch.nn.functional.scaled_dot_product_attention
    torch.nn.functional.scaled_dot_product_attention = attend_like_gpu_kernel  # type: ignore[assignment]
    try:
        yield
    finally:
        torch.nn.functional.scaled_dot_product_attention = own


def measure_peak_bytes(work: Callable[[], object]) -> int:
    """Run `work` and return the peak bytes of live tensors."""
    with torch.no_grad(), without_attention_square(), LiveTensorCounter() as living:
        work()
    counted: int = living.most
    return counted


def build_on_meta(make: Callable[[], Any]) -> Any:
    """Call `make` on the meta device and return the module in bfloat16."""
    with META:
        return make().to(BF16)


def make_meta_tensor(*shape: int, dtype: torch.dtype = BF16) -> torch.Tensor:
    """Return an empty tensor on the meta device."""
    return torch.empty(*shape, dtype=dtype, device=META)


def measure_growth(work: Callable[[int], object], small: int, large: int) -> float:
    """Return the bytes by which the peak grows for each unit between `small` and `large`. Weights cancel out,
    because they do not depend on the units.
    """
    return (measure_peak_bytes(lambda: work(large)) - measure_peak_bytes(lambda: work(small))) / (
        large - small
    )


def count_ltx2_token_bytes() -> float:
    """Return the bytes that LTX-2 needs for each token while denoising. Each token has its own timestep."""
    from diffusers import LTX2VideoTransformer3DModel

    model = build_on_meta(LTX2VideoTransformer3DModel)
    config = model.config

    def run(rows: int) -> object:
        frames, columns, sound = 16, 32, 126
        tokens = frames * rows * columns
        words = make_meta_tensor(1, 1024, config.caption_channels)
        return model(
            make_meta_tensor(1, tokens, config.in_channels),
            make_meta_tensor(1, sound, config.audio_in_channels),
            words,
            words.clone(),
            make_meta_tensor(1, tokens, dtype=torch.float32),
            audio_timestep=make_meta_tensor(1, sound, dtype=torch.float32),
            num_frames=frames,
            height=rows,
            width=columns,
            audio_num_frames=sound,
        )

    return measure_growth(run, 16, 32) / (16 * 32)


def count_ltx2_pixel_bytes() -> float:
    """Return the bytes that LTX-2's decoder needs for each pixel of the frames that it decodes together."""
    from diffusers import AutoencoderKLLTX2Video

    decoder = build_on_meta(
        lambda: AutoencoderKLLTX2Video(spatial_compression_ratio=32, temporal_compression_ratio=8)
    )
    return measure_growth(
        lambda rows: decoder.decode(make_meta_tensor(1, 128, 16, rows, 24), None), 16, 32
    ) / (32 * 24 * 32 * 121)


def count_flux2_token_bytes() -> float:
    """Return the bytes that the larger FLUX.2 klein needs for each token while denoising."""
    from diffusers import Flux2Transformer2DModel

    words = 12288
    model = build_on_meta(
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
            make_meta_tensor(1, tokens, 128),
            make_meta_tensor(1, 512, words),
            make_meta_tensor(1),
            make_meta_tensor(1, tokens, 4),
            make_meta_tensor(1, 512, 4),
            guidance=make_meta_tensor(1),
        )

    return measure_growth(run, 4096, 8192)


def count_flux2_pixel_bytes() -> float:
    """Return the bytes that the autoencoder of FLUX.2 needs for each decoded pixel."""
    from diffusers import AutoencoderKLFlux2

    decoder = build_on_meta(AutoencoderKLFlux2)
    return measure_growth(lambda rows: decoder.decode(make_meta_tensor(1, 32, rows, 128)), 64, 128) / (
        128 * 8 * 8
    )


def main() -> int:
    """Run the benchmark and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the last line only")
    parser.parse_args()
    figures = {
        "ltx2_bytes_a_token": count_ltx2_token_bytes(),
        "ltx2_bytes_a_pixel": count_ltx2_pixel_bytes(),
        "flux2_bytes_a_token": count_flux2_token_bytes(),
        "flux2_bytes_a_pixel": count_flux2_pixel_bytes(),
    }
    figures |= {f"{name}_billions": billions for name, billions in full_size.count_parameters().items()}
    bars = {
        f"{engine}_bytes_a_{unit}": value
        for engine, work in (("ltx2", ltx2.SIZES.work), ("flux2", flux2.SIZES.work))
        for unit, value in (("token", work.token), ("pixel", work.pixel))
    }
    return print_report("shapes", figures, {}, bars)


if __name__ == "__main__":
    sys.exit(main())
