"""Prompt Relay: the letters of a prompt that apply to certain seconds of a pass, and the reduction of
attention elsewhere.

After Chen, Huang and Liu, “Prompt Relay” (arXiv 2604.10030): attention of a query i to a token j of a
segment's words is reduced, before the softmax, by C(i, j) = max(0, |f(i) − m| − w)² / 2σ², where f(i) is the
latent frame of the query, m the middle of the segment and L half its length. Within w of the middle nothing
is reduced; σ is such that at the segment's ends exp(−C) is ε, so its square is (L − w)² / (2 ln 1/ε). The
authors take w = L − 2 and ε = 0.001 (in their repository, σ is 1 / ln(1/ε) in one place, and the derived
square root in its later code). Pure.
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

TAIL = 2.0  # latent frames before a segment's end over which attention falls
EPSILON = 1e-3  # share of attention that is left at the end


@dataclass(frozen=True, slots=True)
class PromptSegment:
    """Letters [first, last) of a chunk's prompt, which apply to seconds [start, end) of the chunk. No segment
    precedes one that `is_first` or follows one that `is_last`, so attention is not reduced there.
    """

    first: int
    last: int
    start: Fraction
    end: Fraction
    is_first: bool = False
    is_last: bool = False

    def compute_decay(self, rate: Fraction) -> tuple[float, float, float]:
        """Return m, w and σ in latent frames, at `rate` frames per second."""
        begins, ends = (
            convert_frame_to_latent(float(self.start * rate)),
            convert_frame_to_latent(float(self.end * rate)),
        )
        half = (ends - begins) / 2
        free = max(0.0, half - TAIL)
        return (begins + ends) / 2, free, (half - free) / sqrt(2 * log(1 / EPSILON))


def convert_frame_to_latent(frame: float) -> float:
    """Convert a time in frames to latents: latent k > 0 covers frames [8k − 7, 8k + 1), and its middle is
    k.
    """
    return (frame + TIME / 2 - 1) / TIME


def find_prompt_segments(beats: Beats, part: ChainChunk, rate: Fraction) -> tuple[PromptSegment, ...]:
    """Return the segments of a chunk: the beats in it whose words are in its prompt, in order; of a long
    speech that is distributed, the sentences that are in it. Empty if one beat covers the complete chunk.
    `rate` is that of the beats' frames.
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
    """Return the letters of a prompt, after `passed`, that contain a beat's words or sentences of its
    speech.
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
    """Describe the use of the beats in a sentence."""
    if not spec.beats.parts:
        return ()
    rate = get_sampled_rate(spec)
    beats = convert_to_sampled_beats(spec, parts[-1].end)
    count = sum(len(find_prompt_segments(beats, part, rate)) for part in parts)
    if not count:
        alone = "the words of its beats can’t be separated: they apply to the complete take"
        return (alone,) if len(parts) == 1 else ()  # With several chunks, each beat has a chunk to itself.
    return (f"{count} beats are limited to their own seconds (Prompt Relay)",)


def get_sampled_rate(spec: MakeVideo) -> Fraction:
    """Return the frames per second that are sampled: half the film's rate if time is doubled afterwards."""
    return spec.rate / 2 if spec.temporal_upscale else spec.rate


def convert_to_sampled_beats(spec: MakeVideo, frames: int) -> Beats:
    """Return the beats in sampled frames; a beat that ends with the take ends with the last of `frames`."""
    share = get_sampled_rate(spec) / spec.rate
    moved = []
    for beat in spec.beats.parts:
        end = frames if beat.end >= spec.frames else round(beat.end * share)
        moved.append(beat.model_copy(update={"start": round(beat.start * share), "end": end}))
    return spec.beats.model_copy(update={"parts": tuple(moved)})
