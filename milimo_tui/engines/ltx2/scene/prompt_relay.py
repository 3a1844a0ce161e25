"""Apply Prompt Relay to the transformer's calls: during the seconds of a beat, picture and sound attend to
the words of that beat. The formula and its source are in `plan.relay`.

diffusers converts a mask of (batch, tokens) to a mask that is added before the softmax, but uses a mask of
(batch, queries, tokens) unchanged. Imports torch; for workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from fractions import Fraction
from typing import Any

import torch
from torch import Tensor

from milimo_tui.engines.ltx2.plan.generations import TOKENS
from milimo_tui.engines.ltx2.plan.relay import PromptSegment, convert_frame_to_latent

NOT_READ = -10_000.0  # the value that diffusers adds for tokens that are masked out
Tokens = tuple[int, int]
# A function that takes a pipeline and returns a context. While the context is open, the calls of the
# pipeline's transformer are changed.
Around = Callable[[Any], AbstractContextManager[None]]


def find_segment_tokens(tokenizer: Any, prompt: str, found: Sequence[PromptSegment]) -> tuple[Tokens, ...]:
    """Return the range of tokens [first, last) of each segment's words. The model's connectors preserve the
    order of the prompt's tokens and add learned registers after them. A segment beyond the token limit gets
    the empty range (0, 0).
    """
    text = prompt.strip()
    shift = prompt.find(text)
    read = tokenizer(
        text, add_special_tokens=True, truncation=True, max_length=TOKENS, return_offsets_mapping=True
    )
    offsets = list(read["offset_mapping"])
    spans: list[Tokens] = []
    for one in found:
        first, last = one.first - shift, one.last - shift
        inside = [at for at, (start, end) in enumerate(offsets) if start < last and end > first]
        spans.append((inside[0], inside[-1] + 1) if inside else (0, 0))
    return tuple(spans)


def compute_attention_costs(
    found: Sequence[PromptSegment], spans: Sequence[Tokens], seconds: Tensor, keys: int, rate: Fraction
) -> Tensor:
    """Return the cost C of Prompt Relay for each query and prompt token, as (queries, keys).

    `seconds` are the times of the queries in the pass, `spans` are the token ranges of the segments, `keys`
    is the number of prompt tokens, and `rate` is the frame rate of the pass.
    """
    at = torch.as_tensor(convert_frame_to_latent(0.0) + seconds.double() * float(rate) / 8)
    lowered = torch.zeros((len(seconds), keys), dtype=torch.float32, device=seconds.device)
    for one, (first, last) in zip(found, spans, strict=True):
        middle, free, sigma = one.compute_decay(rate)
        away = (at - middle).abs() - free
        if one.is_first:
            away = torch.where(at < middle, torch.zeros_like(away), away)
        if one.is_last:
            away = torch.where(at > middle, torch.zeros_like(away), away)
        cost = away.clamp(min=0) ** 2 / (2 * sigma**2)
        lowered[:, first:last] = cost.float()[:, None]
    return lowered


def make_relay_hook(found: Sequence[PromptSegment], spans: Sequence[Tokens], rate: Fraction) -> Around:
    """Return a hook for a sampling pass with the frame rate `rate`. During the pass, the hook limits the
    effect of each segment's words to the segment's seconds. `spans` are the token ranges of the segments.

    A negative prompt has no segments. If a batch has two prompts, the second is the positive prompt.
    """

    @contextmanager
    def around(pipeline: Any) -> Iterator[None]:
        known: dict[tuple[Any, ...], Tensor] = {}

        def build_mask(mask: Tensor, coords: Tensor, like: Tensor, own: int, slots: Tensor | None) -> Tensor:
            batch, keys = mask.shape[0], mask.shape[-1]
            key = (batch, keys, coords.shape[2], like.dtype, like.device)
            if key not in known:
                middles = coords[0, 0].float().mean(dim=-1)
                cost = compute_attention_costs(found, spans, middles, keys, rate)
                is_input = torch.arange(len(middles), device=cost.device) >= own
                # Generated key frames count as tokens of the take, so they get costs too.
                if slots is not None:
                    is_input &= slots[0, :, 0] == 0
                cost[is_input] = 0  # The tokens of conditioning inputs attend to all words equally.
                followed = torch.arange(batch, device=cost.device) >= batch // 2
                known[key] = (-cost[None] * followed[:, None, None]).to(like.device, like.dtype)
            hidden = (1 - mask.to(like.dtype)) * NOT_READ
            return known[key] + hidden[:, None]

        def replace_masks(_: Any, args: Any, named: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
            picture, sound = named["hidden_states"], named["audio_hidden_states"]
            more = {
                "encoder_attention_mask": build_mask(
                    named["encoder_attention_mask"],
                    named["video_coords"],
                    picture,
                    _count_take_tokens(pipeline, named),
                    named.get("video_keyframes_mask"),
                ),
                "audio_encoder_attention_mask": build_mask(
                    named["audio_encoder_attention_mask"], named["audio_coords"], sound, sound.shape[1], None
                ),
            }
            return args, {**named, **more}

        transformer = pipeline.transformer
        hook = transformer.register_forward_pre_hook(replace_masks, with_kwargs=True)
        reading = [
            attention
            for block in transformer.transformer_blocks
            for attention in (block.attn2, block.audio_attn2)
        ]
        for attention in reading:
            attention.prepare_attention_mask = _share_mask_between_heads(attention.heads)
        try:
            yield
        finally:
            hook.remove()
            for attention in reading:
                del attention.prepare_attention_mask  # restores the class's own method

    return around


def _count_take_tokens(pipeline: Any, named: dict[str, Any]) -> int:
    """Return the number of tokens of the take itself, without those of references, in a call of the
    transformer. `named` are the keyword arguments of the call. A DFR pipeline passes no sizes in the call, so
    for DFR the number comes from the field `own` of the pipeline.
    """
    if "num_frames" not in named:
        return int(pipeline.own)
    return int(named["num_frames"] * named["height"] * named["width"])


def _share_mask_between_heads(heads: int) -> Any:
    """Return a replacement for diffusers' mask preparation that makes no copy of the mask for each attention
    head. For 24,576 tokens the copies would take 1.6 GB.
    """

    def prepare(mask: Tensor | None, *_: Any, **__: Any) -> Tensor | None:
        return None if mask is None else mask[:, None].expand(-1, heads, -1, -1)

    return prepare
