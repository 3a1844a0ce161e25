"""The rules for specs that extend a take, dub a take, or use a voice sample: the spec that the model
receives, and messages for users. All functions are pure.
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

# Kinds of control of IC-LoRAs that change the sound instead of following a control map
VOICE, DUB = "voice", "dub"
# Seconds of a voice sample that are used, the length of the samples with which the LoRA was trained
SAMPLE_SECONDS = 5
_PICTURES: dict[str, Any] = {
    **NO_FOLLOWED_FIELDS,
    "pipeline": "auto",
    "beats": Beats(),
    "subjects": Subjects(),
}


def resolve_extension(spec: MakeVideo) -> MakeVideo:
    """Return the spec that the model receives. For an extension, this spec covers the new frames and the
    overlaps: frames of the existing material before and after the new frames that the model generates again.
    Any other spec is returned unchanged.
    """
    if spec.extension is None:
        return spec
    one = spec.extension
    count, trailing = count_leading_overlap(one), count_trailing_overlap(one)
    ahead = one.into or (Clip(input=one.input) if one.before else None)
    followed = (Conditioning(input=ahead.input, start=ahead.start, frame=count + one.made),) if ahead else ()
    whole = {"frames": count + one.made + trailing, "head": 0, "tail": 0, "sound": None}
    return spec.model_copy(update={**_PICTURES, **whole, "conditioning": followed})


def count_leading_overlap(one: Extension) -> int:
    """Return the number of frames at the end of the existing take that the model also generates, so that the
    new frames continue the take smoothly. 0 if the new frames come before the take.
    """
    return 0 if one.before else min(OVERLAP, round_frames_down(one.frames, TIME))


def count_trailing_overlap(one: Extension) -> int:
    """Return the number of frames that the model generates after the new frames and that overlap the
    beginning of the take that follows. 0 if no take follows.
    """
    if one.before:
        return min(OVERLAP, round_frames_down(one.frames, TIME))
    return OVERLAP if one.into is not None else 0


def describe_sound_order(spec: MakeVideo, takes_voices: bool) -> tuple[str, ...]:
    """Return sentences about an extension, a dub or a voice sample. `takes_voices` is True if the LoRA for
    voice samples is installed.
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
    """Raise Unavailable if the spec dubs a take and no LoRA for dubbing is installed that fits the weights.
    `kinds` are the kinds of control of the installed IC-LoRAs, and `title` is the model's name.
    """
    if spec.is_dubbed and DUB not in kinds:
        raise Unavailable(
            f"lip sync needs the DubIt LoRA, which is not installed for {title}", _suggest_sound_lora(DUB)
        )


def _suggest_sound_lora(kind: str) -> str:
    row = next(each for each in MODELS if kind in each.control.split())
    return f"LTX-{row.generation} has one: milimo model download {row.id}"
