"""Sentences for users about a plan: differences from the request, and settings that have no effect. All
functions are pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from textwrap import shorten

from milimo_tui.core.errors import Refused
from milimo_tui.engines.catalog import model_lookup
from milimo_tui.engines.catalog.prompt_tokens import TruncatedPrompt
from milimo_tui.engines.catalog.rows import ltx2_changes
from milimo_tui.engines.contract import predicted_steps
from milimo_tui.engines.ltx2.plan.chain import SILENCE, STILLNESS, ChainChunk
from milimo_tui.engines.ltx2.plan.generations import (
    TIME,
    Generation,
    count_longest_pass_frames,
    get_longest_pass_seconds,
)
from milimo_tui.engines.ltx2.plan.guidance import Guidance
from milimo_tui.engines.ltx2.plan.pipeline_rule import resolve_frame
from milimo_tui.engines.ltx2.plan.schedules import Schedule
from milimo_tui.engines.ltx2.plan.spoken_lines import find_quoted_lines
from milimo_tui.engines.specs.video_specs import Chunk, Conditioning, MakeVideo

USUAL_RATE = 24  # lowest frame rate, in frames per second, of the clips with which the model was trained
_SOURCES = {"hand": "picture set by the user", "board": "board", "continuity": "end of the shot before"}


def describe_guidance(spec: MakeVideo, schedule: Schedule, used: Guidance) -> tuple[str, ...]:
    """Return sentences about guidance settings that have no effect, and about the additional time that
    guidance costs with distilled weights.
    """
    sentences = []
    if spec.negative and not used.uses_negative_prompt:
        sentences.append("the negative prompt has no effect: text guidance is off in the distilled schedule")
    values = spec.guidance_parts.model_dump()
    if spec.sound is not None and any(
        values[name] is not None for name in values if name.startswith("audio_")
    ):
        sentences.append("guidance of the sound has no effect: the take follows a recording")
    if schedule == "distilled" and used.passes > 1:
        sentences.append(f"guidance with distilled weights, set in the shot: {used.passes} passes a step")
    return tuple(sentences)


def list_active_controls(spec: MakeVideo) -> frozenset[str]:
    """Return the kinds of control that the shot's registered LoRAs follow. LoRAs that were trained for
    another generation of the model are included.
    """
    rows = (model_lookup.find_model_row(lora.id) for lora in spec.loras)
    return frozenset(kind for row in rows if row is not None for kind in row.control.split())


def describe_control_prompts(spec: MakeVideo) -> tuple[str, ...]:
    """Return advice about prompts for controls that change a clip. In Lightricks' examples, the prompt for
    such a LoRA begins with certain words. Return a sentence for each control of the shot whose words are
    missing in the shot's prompt.
    """
    kinds = dict.fromkeys(one.kind for one in spec.control)
    return tuple(
        f"prompts that the LoRA for {kind} knows begin with {begins}: milimo shot set --prompt"
        for kind in kinds
        if (begins := ltx2_changes.BEGINS.get(kind)) and begins not in spec.prompt
    )


def describe_foreign_loras(spec: MakeVideo, generation: Generation) -> tuple[str, ...]:
    """Return sentences that name the shot's registered LoRAs that were trained for another generation."""
    rows = (model_lookup.find_model_row(lora.id) for lora in spec.loras)
    return tuple(
        f"{row.id} is made for LTX-{row.generation}: unproved with {generation.title}"
        for row in rows
        if row is not None and row.generation not in ("", generation.id)
    )


def describe_unread_prompts(spec: MakeVideo, unread: Mapping[str, TruncatedPrompt]) -> tuple[str, ...]:
    """Return a sentence for each prompt that is too long for the model. The sentence names the prompt and
    quotes the first words that the model does not read.
    """
    sentences = []
    for text, left in unread.items():
        prompt_name = "the negative prompt" if text == spec.negative else "the prompt"
        begins = shorten(left.rest, 40, placeholder="…")
        sentences.append(
            f"{prompt_name} is {left.tokens} tokens long, of which the model reads {left.most}: "
            f"“{begins}” and what follows is not read"
        )
    return tuple(sentences)


def describe_chain(
    spec: MakeVideo, parts: Sequence[ChainChunk], used: Guidance, chunk_limit: int
) -> tuple[str, ...]:
    """Return sentences for the user about the division of a take into chunks and its reason, and about the
    doubling of the frame rate. `parts` are the chunks, and `used` is the guidance of the take. `chunk_limit`
    is the maximum number of frames of a chunk that memory allows; 0 means no limit.
    """
    sentences = []
    doubled, rate = spec.temporal_upscale, spec.rate
    if len(parts) > 1:
        lengths = " + ".join(str(part.fresh) for part in parts)
        sentences.append(
            f"{len(parts)} parts that continue each other ({lengths} frames): "
            f"{_explain_chunking(spec, chunk_limit)}"
        )
    if len(parts) > 1 and find_quoted_lines(spec.prompt):
        sentences.append("each quoted line is sent to only one part")
    if any(part.prompt.endswith(SILENCE) for part in parts) and SILENCE not in spec.prompt:
        sentences.append(f"the prompt of parts without a line gets “{SILENCE}”")
    if len(parts) > 1 and used.uses_negative_prompt:
        sentences.append(f"the negative prompts of all parts but the first end with “{STILLNESS}”")
    if doubled:
        sentences.append(
            f"{parts[0].frames} frames are sampled and doubled in time to {2 * parts[0].frames - 1}"
        )
    if doubled and rate / 2 < USUAL_RATE:
        sentences.append(
            f"sampled at {float(rate / 2):g} frames a second: the model was trained with {USUAL_RATE} or "
            "more, motion may be coarse"
        )
    return tuple(sentences)


def _explain_chunking(spec: MakeVideo, chunk_limit: int) -> str:
    if any(one != Chunk() for one in spec.chunks):
        return "its parts have their own prompts"
    seconds = get_longest_pass_seconds(spec.width, spec.height)
    if 0 < chunk_limit < count_longest_pass_frames(spec.rate, seconds):
        return "there is too little memory for a longer pass"
    return f"one pass of the model is at most {seconds} s at {spec.width}×{spec.height}"


def describe_conditioning_conflicts(
    spec: MakeVideo, conditions: Sequence[Conditioning], frames: int
) -> tuple[str, ...]:
    """Return sentences about conditioning inputs that have no effect. An input has no effect if another input
    is used for the same frame, or if the frame of another input is so near that the model cannot distinguish
    both. `conditions` are the inputs that are used.
    """
    yielded = tuple(
        f"the {_SOURCES[one.source]} at frame {one.frame} is not followed: another comes first"
        for one in spec.conditioning
        if one not in conditions
    )
    at = sorted(resolve_frame(one.frame, frames) for one in conditions)
    together = (list(group) for _, group in groupby(at, lambda frame: (frame + TIME - 1) // TIME))
    near = tuple(
        f"frames {', '.join(map(str, group))} are followed within one latent (eight frames): what changes "
        "between them may blur"
        for group in together
        if len(group) > 1
    )
    return yielded + near


def describe_ignored_references(spec: MakeVideo) -> tuple[str, ...]:
    """Return a sentence that LTX-2 ignores reference pictures. Empty if the spec has none."""
    if not spec.references:
        return ()
    return ("LTX-2 uses no reference pictures: pictures of its elements are used as subjects",)


def describe_cache_effect(spec: MakeVideo, passes: Sequence[int]) -> tuple[str, ...]:
    """Return sentences about the effect of a step cache. `passes` holds the number of steps of each pass.
    Raises Refused for a cache that diffusers does not support for LTX-2.
    """
    if spec.cache == "mag":
        raise Refused(
            "MagCache does not support LTX-2",
            "milimo shot set --cache taylorseer, or --cache off",
        )
    return predicted_steps.notes(spec.cache, passes)


def describe_pieces(spec: MakeVideo) -> tuple[str, ...]:
    """Return sentences about a one-go scene, in which several shots are made in one take. Empty for other
    specs.
    """
    if not spec.pieces:
        return ()
    return (f"{len(spec.pieces)} shots in one go, divided at the cuts that are detected: unproved",)
