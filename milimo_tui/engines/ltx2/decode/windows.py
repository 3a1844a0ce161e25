"""Windowed attention as in LTX-2.5's diffusion decoder. Each token attends only to a window of tokens around
it, in time and in both directions of the picture.

diffusers implements this with a table of all pairs of tokens, which is too large for any card at film sizes,
or with kernels that are downloaded as code. This module instead processes the tokens block by block. Each
block attends to all tokens in the windows of its tokens, under a mask. Most blocks have the same mask.

Imports torch, so only workers use this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

# Side of a block in tokens if the window is larger than this. For smaller windows, blocks have half of this
# side.
LARGE = 8
# Maximum number of values in the attention keys that are copied at once, by type of device. The next constant
# is the limit for a graphics card.
COPIED = {"cpu": 2**23}
COPIED_ON_A_CARD = 2**27


class AxisBlock(NamedTuple):
    """A block of tokens along one axis. `own` are its tokens, and `seen` are all tokens in their windows.
    `begins` has the start of each token's window, counted from the start of `seen`.
    """

    own: slice
    seen: slice
    begins: tuple[int, ...]


class WindowAttention:
    """An attention processor for the diffusion decoder that needs no table of token pairs. Its result equals
    that of diffusers' own processors except for rounding.
    """

    def __call__(self, attn: Any, hidden_states: Tensor, block_mask: object = None) -> Tensor:
        # `project_qkv` has already scaled the query, so no scale is applied later.
        query, key, value = attn.project_qkv(hidden_states)
        seen = attend_in_windows(query, key, value, attn.kernel_size)
        return torch.as_tensor(attn.to_out[0](seen.flatten(-2)))


def attend_in_windows(query: Tensor, key: Tensor, value: Tensor, window: Sequence[int]) -> Tensor:
    """Return the attention of each token of (B, T, H, W, heads, channels) to the tokens in the window around
    it. `window` is the window's size in tokens along each axis. At the borders the window is shifted inwards,
    so that its size stays the same.
    """
    sides = query.shape[1:4]
    window_sides = [min(one, side) for one, side in zip(window, sides, strict=True)]
    axes = [tuple(_split_axis(side, one)) for side, one in zip(sides, window_sides, strict=True)]
    blocks_by_start: dict[tuple[object, ...], list[tuple[AxisBlock, AxisBlock, AxisBlock]]] = {}
    for where in product(axes[0], axes[1], axes[2]):
        blocks_by_start.setdefault(tuple(one.begins for one in where), []).append(where)
    out = torch.empty_like(value)
    most = COPIED.get(query.device.type, COPIED_ON_A_CARD)
    for blocks in blocks_by_start.values():
        mask = _make_window_mask(blocks[0], window_sides, query.device)
        each = key.shape[0] * mask.shape[1] * key.shape[4] * key.shape[5]
        many = max(1, most // each)
        for first in range(0, len(blocks), many):
            _attend_blocks(out, query, key, value, blocks[first : first + many], mask)
    return out


def _split_axis(side: int, window: int) -> Iterator[AxisBlock]:
    """Yield the blocks along an axis of `side` tokens with windows of `window` tokens."""
    size = LARGE if window > LARGE else LARGE // 2
    begins = [min(max(token - window // 2, 0), side - window) for token in range(side)]
    for start in range(0, side, size):
        end = min(start + size, side)
        first = begins[start]
        seen = slice(first, begins[end - 1] + window)
        yield AxisBlock(slice(start, end), seen, tuple(begin - first for begin in begins[start:end]))


def _make_window_mask(
    where: tuple[AxisBlock, AxisBlock, AxisBlock], window: Sequence[int], device: torch.device
) -> Tensor:
    """Return the attention mask (queries, keys) of a block. It is True if the key is in the window of the
    query's token.
    """
    inside = []
    for block, many in zip(where, window, strict=True):
        begins = torch.tensor(block.begins, device=device)[:, None]
        keys = torch.arange(block.seen.stop - block.seen.start, device=device)[None, :]
        inside.append((keys >= begins) & (keys < begins + many))
    time, high, wide = inside
    cube = (
        time[:, None, None, :, None, None]
        & high[None, :, None, None, :, None]
        & wide[None, None, :, None, None, :]
    )
    return cube.flatten(3).flatten(0, 2)


def _attend_blocks(
    out: Tensor,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    blocks: Sequence[tuple[AxisBlock, AxisBlock, AxisBlock]],
    mask: Tensor,
) -> None:
    """Compute the attention of several blocks that have the same mask, and write the result to `out`."""
    own = [(slice(None), *(axis.own for axis in where)) for where in blocks]
    seen = [(slice(None), *(axis.seen for axis in where)) for where in blocks]
    made = scaled_dot_product_attention(
        _stack_blocks(query, own),
        _stack_blocks(key, seen),
        _stack_blocks(value, seen),
        attn_mask=mask,
        scale=1.0,
    )
    batch, shape = query.shape[0], query[own[0]].shape
    for number, place in enumerate(own):
        part = made[number * batch : (number + 1) * batch]
        out[place] = part.transpose(1, 2).reshape(shape)


def _stack_blocks(tokens: Tensor, places: Sequence[tuple[slice, ...]]) -> Tensor:
    """Return the tokens of several blocks as one batch: (blocks · B, heads, tokens, channels)."""
    return torch.cat([tokens[place].flatten(1, 3) for place in places]).transpose(1, 2)
