"""Specs that extend a take, dub it, or use a voice sample: the part of them that the model is asked for.
Pure.
"""

from __future__ import annotations

from typing import Any

from milimo_tui.core.errors import Unavailable
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.engines.contract.fitting import round_frames_down
from milimo_tui.engines.ltx2.plan.generations import OVERLAP, TIME
from milimo_tui.engines.specs.video_specs import (
    NO_FOLLOWED_FIELDS,
    Beats,
    Clip,
    Conditioning,
    Extension,
    MakeVideo,
    Subjects,
)

VOICE, DUB = "voice", "dub"  # uses of an IC-LoRA apart from controls of the picture
SAMPLE_SECONDS = 5  # length of the voice sample that is used: that of the LoRA's training samples
_PICTURES: dict[str, Any] = {
    **NO_FOLLOWED_FIELDS,
    "pipeline": "auto",
    "beats": Beats(),
    "subjects": Subjects(),
}


def resolve_extension(spec: MakeVideo) -> MakeVideo:
    """Return the spec as it is made: for an extension only the new frames, with the overlapping frames before
    and after them.
    """
    if spec.extension is None:
        return spec
    one = spec.extension
    begun, behind = count_leading_overlap(one), count_trailing_overlap(one)
    ahead = one.into or (Clip(input=one.input) if one.before else None)
    followed = (Conditioning(input=ahead.input, start=ahead.start, frame=begun + one.made),) if ahead else ()
    whole = {"frames": begun + one.made + behind, "head": 0, "tail": 0, "sound": None}
    return spec.model_copy(update={**_PICTURES, **whole, "conditioning": followed})


def count_leading_overlap(one: Extension) -> int:
    """Return the number of frames of the take's end that the new frames start from; 0 if they come before the
    take.
    """
    return 0 if one.before else min(OVERLAP, round_frames_down(one.frames, TIME))


def count_trailing_overlap(one: Extension) -> int:
    """Return the number of frames at the end of the new frames that show the following take."""
    if one.before:
        return min(OVERLAP, round_frames_down(one.frames, TIME))
    return OVERLAP if one.into is not None else 0


def describe_sound_order(spec: MakeVideo, takes_voices: bool) -> tuple[str, ...]:
    """Describe such a spec in sentences; `takes_voices` means that the LoRA for voice samples is
    installed.
    """
    sentences = []
    if spec.over is not None:
        what = "the sound of a range" if spec.over.is_range else "the sound alone"
        sentences.append(f"its pictures stay as they are: {what} is made")
    if spec.extension is not None:
        where = "before" if spec.extension.before else "after"
        sentences.append(f"its frames stay as they are: {spec.extension.made} more are made {where} them")
    if spec.is_dubbed:
        sentences.append("lip sync with DubIt is unproved: it was not run with full weights")
    elif spec.voice is not None and takes_voices:
        sentences.append(f"the voice of {spec.voice.who} is used: {SAMPLE_SECONDS} s of its sample")
    elif spec.voice is not None:
        sentences.append(
            f"the voice of {spec.voice.who} is not used: it needs an ID-LoRA ({_suggest_sound_lora(VOICE)})"
        )
    return tuple(sentences)


def require_dub_lora(spec: MakeVideo, kinds: frozenset[str], title: str) -> None:
    """Raise Unavailable if a take should be dubbed and no LoRA for it is installed that fits these
    weights.
    """
    if spec.is_dubbed and DUB not in kinds:
        raise Unavailable(
            f"lip sync needs the DubIt LoRA, which is not installed for {title}", _suggest_sound_lora(DUB)
        )


def _suggest_sound_lora(kind: str) -> str:
    row = next(each for each in MODELS if kind in each.control.split())
    return f"LTX-{row.generation} has one: milimo model download {row.id}"
