"""Prompt Relay: limiting words of a prompt to certain seconds of a pass, by reducing the attention to these
words at other times.

After Chen, Huang and Liu, “Prompt Relay” (arXiv 2604.10030). A segment is a stretch of time with its words.
The attention of a query i to a token j of a segment's words is reduced, before the softmax, by C(i, j) =
max(0, |f(i) − m| − w)² / 2σ². Here f(i) is the latent frame of the query, m the middle of the segment, L half
its length, and w the distance from the middle within which nothing is reduced. σ is chosen such that exp(−C)
is ε at the ends of the segment, so σ² = (L − w)² / (2 ln 1/ε).

The authors take w = L − 2 and ε = 0.001. In their repository σ is 1 / ln(1/ε) in one place, and the square
root of the formula above in later code. All functions are pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log, sqrt

from milimo_tui.engines.ltx2.plan.chain import ChainChunk
from milimo_tui.engines.ltx2.plan.generations import TIME
from milimo_tui.engines.ltx2.plan.spoken_lines import find_quoted_lines
from milimo_tui.engines.specs.video_specs import Beats, MakeVideo

TAIL = 2.0  # number of latent frames before a segment's end over which the attention decreases (L − w)
EPSILON = 1e-3  # share of attention that is left at a segment's end (ε)


@dataclass(frozen=True, slots=True)
class PromptSegment:
    """A stretch of time in a chunk with the words of the prompt that describe it. The words are the
    characters [first, last) of the chunk's prompt, and they apply to the seconds [start, end) of the chunk.

    `is_first` means that no segment comes before, and `is_last` that none follows. On such a side, the
    attention to the words is not reduced.
    """

    first: int
    last: int
    start: Fraction
    end: Fraction
    is_first: bool = False
    is_last: bool = False

    def compute_decay(self, rate: Fraction) -> tuple[float, float, float]:
        """Return m, w and σ of the formula, in latent frames. `rate` is in frames per second."""
        begins, ends = (
            convert_frame_to_latent(float(self.start * rate)),
            convert_frame_to_latent(float(self.end * rate)),
        )
        half = (ends - begins) / 2
        free = max(0.0, half - TAIL)
        return (begins + ends) / 2, free, (half - free) / sqrt(2 * log(1 / EPSILON))


def convert_frame_to_latent(frame: float) -> float:
    """Convert a time in frames to a time in latent frames. Latent k > 0 covers the frames [8k − 7, 8k + 1),
    and the middle of these frames becomes k.
    """
    return (frame + TIME / 2 - 1) / TIME


def find_prompt_segments(beats: Beats, part: ChainChunk, rate: Fraction) -> tuple[PromptSegment, ...]:
    """Return the segments of a chunk in order: the beats during the chunk whose words are in the chunk's
    prompt. If a long speech is distributed over chunks, a segment has only the sentences in this chunk. Empty
    if one beat covers the complete chunk. `rate` is the frame rate in which the beats' frames are counted.
    """
    start, end = part.start, part.end
    found: list[PromptSegment] = []
    passed = 0
    for beat in beats.parts:
        from_here, to_here = max(beat.start, start), min(beat.end, end)
        letters = _find_beat_letters(beat.words, part.prompt, passed)
        if letters is None or to_here <= from_here:
            continue
        passed = letters.stop
        found.append(
            PromptSegment(
                letters.start,
                letters.stop,
                start=(from_here - start) / rate,
                end=(to_here - start) / rate,
                is_first=from_here == start,
                is_last=to_here == end,
            )
        )
    return () if len(found) == 1 and found[0].is_first and found[0].is_last else tuple(found)


def _find_beat_letters(words: str, prompt: str, passed: int) -> range | None:
    """Return the range of characters in `prompt` that contains the words of a beat. For a long speech, the
    range may contain only one sentence of these words. The search starts at character `passed`. Return None
    if nothing is found.
    """
    spoken = r"\s+".join(map(re.escape, words.split()))
    place = re.compile(spoken).search(prompt, passed) if spoken else None
    if place is not None:
        return range(place.start(), place.end())
    whole = " ".join(words.split())
    for line in find_quoted_lines(prompt):
        if line.start >= passed and len(find_quoted_lines(words)) == 1 and line.words[1:-1] in whole:
            return range(line.start, line.end)
    return None


def describe_beats(spec: MakeVideo, parts: Sequence[ChainChunk]) -> tuple[str, ...]:
    """Return a sentence for the user that says if the beats of the spec are limited to their own seconds or
    apply to the complete take. Empty if the spec has no beats.
    """
    if not spec.beats.parts:
        return ()
    rate = get_sampled_rate(spec)
    beats = convert_to_sampled_beats(spec, parts[-1].end)
    count = sum(len(find_prompt_segments(beats, part, rate)) for part in parts)
    if not count:
        alone = "the words of its beats can’t be separated: they apply to the complete take"
        # If the take has several chunks, the words of each beat are only in the prompt of one chunk anyway,
        # so there is nothing to tell the user.
        return (alone,) if len(parts) == 1 else ()
    return (f"{count} beats are limited to their own seconds (Prompt Relay)",)


def get_sampled_rate(spec: MakeVideo) -> Fraction:
    """Return the frame rate that the model samples: half the film's rate if the rate is doubled afterwards,
    otherwise the film's rate.
    """
    return spec.rate / 2 if spec.temporal_upscale else spec.rate


def convert_to_sampled_beats(spec: MakeVideo, frames: int) -> Beats:
    """Convert the times of the beats to sampled frames. `frames` is the number of sampled frames. A beat that
    ends with the take ends at `frames`.
    """
    share = get_sampled_rate(spec) / spec.rate
    moved = []
    for beat in spec.beats.parts:
        end = frames if beat.end >= spec.frames else round(beat.end * share)
        moved.append(beat.model_copy(update={"start": round(beat.start * share), "end": end}))
    return spec.beats.model_copy(update={"parts": tuple(moved)})
