"""Specs that extend a take, dub it, or use a voice sample: the part of them that the model is asked for.
Pure.
"""

from __future__ import annotations

from typing import Any

from milimo_tui.core.errors import Unavailable
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.engines.contract.fitting import frames_down
from milimo_tui.engines.ltx2.plan.generations import OVERLAP, TIME
from milimo_tui.engines.specs.video_specs import (
    NOTHING_FOLLOWED,
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
    **NOTHING_FOLLOWED, "pipeline": "auto",
    "beats": Beats(), "subjects": Subjects(),
}  # fmt: skip


def as_made(spec: MakeVideo) -> MakeVideo:
    """Return the spec as it is made: for an extension only the new frames, with the overlapping frames before
    and after them.
    """
    if spec.extension is None:
        return spec
    one = spec.extension
    begun, behind = handed_over(one), len_behind(one)
    ahead = one.into or (Clip(input=one.input) if one.before else None)
    followed = (Conditioning(input=ahead.input, start=ahead.start, frame=begun + one.made),) if ahead else ()
    whole = {"frames": begun + one.made + behind, "head": 0, "tail": 0, "sound": None}
    return spec.model_copy(update={**_PICTURES, **whole, "conditioning": followed})


def handed_over(one: Extension) -> int:
    """Return the number of frames of the take's end that the new frames start from; 0 if they come before the
    take.
    """
    return 0 if one.before else min(OVERLAP, frames_down(one.frames, TIME))


def len_behind(one: Extension) -> int:
    """Return the number of frames at the end of the new frames that show the following take."""
    if one.before:
        return min(OVERLAP, frames_down(one.frames, TIME))
    return OVERLAP if one.into is not None else 0


def told(spec: MakeVideo, takes_voices: bool) -> tuple[str, ...]:
    """Describe such a spec in sentences; `takes_voices` means that the LoRA for voice samples is
    installed.
    """
    sentences = []
    if spec.over is not None:
        what = "the sound of a range" if spec.over.is_range else "the sound alone"
        sentences.append(f"its pictures stay as they are: {what} is made")
    if spec.extension is not None:
        where = "in front of" if spec.extension.before else "behind"
        sentences.append(f"its frames stay as they are: {spec.extension.made} more are made {where} them")
    if spec.is_dubbed:
        sentences.append("new words in the mouths of a take (DubIt), unproved: no full weights have been run")
    elif spec.voice is not None and takes_voices:
        sentences.append(f"the voice of {spec.voice.who} goes along, {SAMPLE_SECONDS} s of its sample")
    elif spec.voice is not None:
        sentences.append(
            f"the voice of {spec.voice.who} does not go along: it takes an ID-LoRA ({_made_for(VOICE)})"
        )
    return tuple(sentences)


def require(spec: MakeVideo, kinds: frozenset[str], title: str) -> None:
    """Raise Unavailable if a take should be dubbed and no LoRA for it is installed that fits these
    weights.
    """
    if spec.is_dubbed and DUB not in kinds:
        raise Unavailable(f"lip sync needs the DubIt LoRA, which is not here for {title}", _made_for(DUB))


def _made_for(kind: str) -> str:
    row = next(each for each in MODELS if kind in each.control.split())
    return f"LTX-{row.generation} has one: milimo model download {row.id}"
