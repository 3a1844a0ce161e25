"""Subject pictures of a take, which a multi-subject LoRA uses together with the prompt: when they are used,
and their latents. Pure.

Two kinds of such LoRAs exist, by LiconStudio, with different methods (their ComfyUI nodes, 2026). `clip`, for
LTX-2.3 (ComfyUI-Licon-MSR): the pictures one after the other as a clip of 41 frames, the place last, which
the take follows in context from its first frame on. `slots`, for LTX-2.5 (ComfyUI-LTX2.5-MSR): each picture
is a clip of 33 equal frames, encoded separately, with a learned mark of its number added to its latents, the
n-th of N at N − n + 1 frames before the take.

Their own prompts (the example workflow of ComfyUI-Licon-MSR) begin with a line for each picture, in their
order: “Figure 1: A young man in a cyan robe.” The prompts made here do the same.
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

KIND = "subjects"  # the catalog's kind of control for IC-LoRAs of subjects
CLIP, SLOT = 41, 33  # frames of the clip with all pictures, and of one picture's slot
Layout = Literal["clip", "slots"]
_HEADED = re.compile(r"\b(?:figure|image|picture) 1\b", re.IGNORECASE)


def choose_sent_subjects(
    spec: MakeVideo, row: Generation, controls: Collection[str], downscales: Mapping[str, int]
) -> tuple[Subject, ...]:
    """Return the subject pictures that are used: none if the LoRA is not installed, or if a control's
    reference is smaller than theirs, unless the user insists. Raises Unavailable.
    """
    asked = spec.subjects
    if asked.by == "off" or not asked.parts or spec.over is not None or spec.stages == "dfr":
        return ()
    if KIND not in controls:
        if asked.by == "on":
            raise Unavailable(
                f"reference pictures need a LoRA of {row.title}, which is not installed",
                _suggest_subject_lora(row),
            )
        return ()
    own = downscales.get(KIND, 1)
    others = {downscales.get(control.kind, 1) for control in spec.control}
    return asked.parts if asked.by == "on" or others <= {own} else ()


def add_figure_lines(prompt: str, going: Sequence[Subject]) -> str:
    """Return the prompt preceded by a line for each used picture; a prompt that already has such lines is
    unchanged.
    """
    if not going or _HEADED.search(prompt):
        return prompt
    return "\n".join(
        (*(f"Figure {at}: {_format_subject_words(one)}." for at, one in enumerate(going, 1)), prompt)
    )


def _format_subject_words(one: Subject) -> str:
    """Return the words for a subject: `Mara, a woman of 38 in blue scrubs`."""
    return ", ".join(filter(None, (one.name, one.words)))


def describe_subject_pictures(
    spec: MakeVideo, row: Generation, going: tuple[Subject, ...]
) -> tuple[str, ...]:
    """Describe in sentences which pictures are used, or why not."""
    names = ", ".join(one.name for one in spec.subjects.parts)
    if going:
        return (
            f"reference pictures: {names} (unproved)",
            f"the prompt begins with a line for each: Figure 1: {_format_subject_words(going[0])}.",
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
    """Return the number of frames of a reference in a chunk of `frames` frames."""
    return round_frames_down(min(CLIP if layout == "clip" else SLOT, frames), TIME)


def count_subject_latents(count: int, frames: int) -> int:
    """Return the maximum number of latent frames of `count` pictures in a chunk of `frames` frames."""
    return count * ((count_reference_frames("slots", frames) - 1) // TIME + 1) if count else 0


def share_out_clip_latents(subjects: int, latents: int) -> list[int]:
    """Return the number of the clip's latents for each picture except the place's: one each; of the rest the
    first gets one, then each other, then the first again, then all in turn.
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
