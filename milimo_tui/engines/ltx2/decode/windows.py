"""Windowed attention as in LTX-2.5's diffusion decoder: each token attends to the tokens around it, in time
and in both directions of the picture.

diffusers finds a window with a table of every token against every other, which fits on no card at film sizes,
or with kernels that are downloaded as code. Here tokens are processed block by block. Each block attends to
the tokens that all its windows cover, under a mask that most blocks share.

Imports torch; for workers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

# The side of a block in tokens if windows are larger than it, otherwise half of it is used.
LARGE = 8
COPIED = {"cpu": 2**23}  # maximum number of key values that are copied at once, by device
COPIED_ON_A_CARD = 2**27


class AxisBlock(NamedTuple):
    """A block along one axis: its tokens, the tokens that their windows cover, and the start of each window
    among these.
    """

    own: slice
    seen: slice
    begins: tuple[int, ...]


class WindowAttention:
    """A processor for the decoder's attention. It needs no table, and its result equals that of diffusers'
    own processors except for the last bits.
    """

    def __call__(self, attn: Any, hidden_states: Tensor, block_mask: object = None) -> Tensor:
        query, key, value = attn.project_qkv(hidden_states)  # The query is scaled already.
        seen = attend_in_windows(query, key, value, attn.kernel_size)
        return torch.as_tensor(attn.to_out[0](seen.flatten(-2)))


def attend_in_windows(query: Tensor, key: Tensor, value: Tensor, window: Sequence[int]) -> Tensor:
    """Compute attention of each token of (B, T, H, W, heads, channels) in a window of `window` tokens around
    it. At the borders the window is shifted inwards, so that it always has the same size.
    """
    sides = query.shape[1:4]
    held = [min(one, side) for one, side in zip(window, sides, strict=True)]
    axes = [tuple(_split_axis(side, one)) for side, one in zip(sides, held, strict=True)]
    alike: dict[tuple[object, ...], list[tuple[AxisBlock, AxisBlock, AxisBlock]]] = {}
    for where in product(axes[0], axes[1], axes[2]):
        alike.setdefault(tuple(one.begins for one in where), []).append(where)
    out = torch.empty_like(value)
    most = COPIED.get(query.device.type, COPIED_ON_A_CARD)
    for blocks in alike.values():
        mask = _make_window_mask(blocks[0], held, query.device)
        each = key.shape[0] * mask.shape[1] * key.shape[4] * key.shape[5]
        many = max(1, most // each)
        for first in range(0, len(blocks), many):
            _attend_blocks(out, query, key, value, blocks[first : first + many], mask)
    return out


def _split_axis(side: int, window: int) -> Iterator[AxisBlock]:
    """Yield the blocks of an axis of `side` tokens."""
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
    """Return the mask (queries, keys): True where a token of the block attends to a token that the block
    covers.
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
    """Compute the attention of blocks that share a mask, and write it to `out`."""
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
    """Stack blocks as one batch: (blocks · B, heads, tokens, channels)."""
    return torch.cat([tokens[place].flatten(1, 3) for place in places]).transpose(1, 2)
