"""Subject pictures of a take: pictures of people, things and a place that a multi-subject LoRA uses together
with the prompt. This module decides when they are used and counts their latents. All functions are pure.

LiconStudio published two kinds of such LoRAs, whose methods differ (their ComfyUI nodes, 2026):

- `clip`, for LTX-2.3 (ComfyUI-Licon-MSR): the pictures form a clip of 41 frames, one after the other with the
  place last. The take follows this clip as context from its first frame on.
- `slots`, for LTX-2.5 (ComfyUI-LTX2.5-MSR): each picture is a clip of 33 equal frames, which is encoded
  separately. A learned mark of the picture's number is added to its latents. Picture n of N is positioned N −
  n + 1 frames before the take.

The example prompts of ComfyUI-Licon-MSR begin with a line for each picture, in order: “Figure 1: A young man
in a cyan robe.” The prompts made here do the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from milimo_tui.core.errors import Unavailable
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.engines.contract.fitting import round_frames_down
from milimo_tui.engines.ltx2.plan.generations import TIME, Generation
from milimo_tui.engines.specs.video_specs import MakeVideo, Subject

KIND = "subjects"  # kind of control that the catalog gives to IC-LoRAs for subject pictures
CLIP, SLOT = 41, 33  # frames of the clip of all pictures, and frames of one picture in a slot
Layout = Literal["clip", "slots"]
_HEADED = re.compile(r"\b(?:figure|image|picture) 1\b", re.IGNORECASE)


def choose_sent_subjects(
    spec: MakeVideo, row: Generation, controls: Collection[str], downscales: Mapping[str, int]
) -> tuple[Subject, ...]:
    """Return the subjects whose pictures are sent to the model. `controls` are the kinds of control of the
    installed IC-LoRAs, and `downscales` says by which factor each kind needs a smaller reference than the
    take.

    No subjects are used if no LoRA for subject pictures is installed, or if a control of the shot needs a
    reference of another size than the subject pictures. If the user insists on pictures, the size does not
    matter, and a missing LoRA raises Unavailable.
    """
    subjects = spec.subjects
    if subjects.by == "off" or not subjects.parts or spec.over is not None or spec.stages == "dfr":
        return ()
    if KIND not in controls:
        if subjects.by == "on":
            raise Unavailable(
                f"reference pictures need a LoRA of {row.title}, which is not installed",
                _suggest_subject_lora(row),
            )
        return ()
    own = downscales.get(KIND, 1)
    others = {downscales.get(control.kind, 1) for control in spec.control}
    return subjects.parts if subjects.by == "on" or others <= {own} else ()


def add_figure_lines(prompt: str, subjects_sent: Sequence[Subject]) -> str:
    """Return the prompt with a “Figure” line before it for each picture in `subjects_sent`, the subjects
    whose pictures are sent. A prompt that already has such lines is returned unchanged.
    """
    if not subjects_sent or _HEADED.search(prompt):
        return prompt
    return "\n".join(
        (*(f"Figure {at}: {_format_subject_words(one)}." for at, one in enumerate(subjects_sent, 1)), prompt)
    )


def _format_subject_words(one: Subject) -> str:
    """Return a short description of a subject, such as `Mara, a woman of 38 in blue scrubs`."""
    return ", ".join(filter(None, (one.name, one.words)))


def describe_subject_pictures(
    spec: MakeVideo, row: Generation, subjects_sent: tuple[Subject, ...]
) -> tuple[str, ...]:
    """Return sentences that say which subject pictures are used (`subjects_sent`), or why none are."""
    names = ", ".join(one.name for one in spec.subjects.parts)
    if subjects_sent:
        return (
            f"reference pictures: {names} (unproved)",
            f"the prompt begins with a line for each: Figure 1: {_format_subject_words(subjects_sent[0])}.",
        )
    if not names or spec.over is not None:
        return ()
    if not _list_subject_loras(row):
        return (f"pictures of {names} reach {row.title} only through the board or the prompt",)
    if spec.stages == "dfr":
        return (f"pictures of {names} are not used: DFR follows its own first pass",)
    if spec.control:
        return (f"pictures of {names} are not used: the control is followed at another size",)
    return (f"pictures of {names} are not used; to use them: {_suggest_subject_lora(row)}",)


def count_reference_frames(layout: Layout, frames: int) -> int:
    """Return the number of frames in a clip of subject pictures (layout `clip`), or of each picture (layout
    `slots`), for a chunk of `frames` frames.
    """
    return round_frames_down(min(CLIP if layout == "clip" else SLOT, frames), TIME)


def count_subject_latents(count: int, frames: int) -> int:
    """Return the maximum number of latent frames that `count` subject pictures add to a chunk of `frames`
    frames.
    """
    return count * ((count_reference_frames("slots", frames) - 1) // TIME + 1) if count else 0


def share_out_clip_latents(subjects: int, latents: int) -> list[int]:
    """Distribute the latents of the clip of subject pictures. Return, for each picture except that of the
    place, the number of latents for which the clip shows it.

    Each picture gets one latent. The remaining latents are given out one at a time: to the first picture, to
    each of the others, to the first again, then to all in turn.
    """
    found = [1] * subjects
    turns = [0, *range(1, subjects), 0]
    turns += [at % subjects for at in range(max(0, latents - subjects))]
    for at in turns[: max(0, latents - subjects)]:
        found[at] += 1
    return found


def _list_subject_loras(row: Generation) -> list[str]:
    return [each.id for each in MODELS if each.generation == row.id and KIND in each.control.split()]


def _suggest_subject_lora(row: Generation) -> str:
    ids = _list_subject_loras(row)
    return f"milimo model download {ids[0]}" if ids else "milimo shot set --subjects auto"
