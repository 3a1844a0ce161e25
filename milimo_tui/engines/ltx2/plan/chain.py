"""The chain of overlapping chunks for takes longer than the model's limit. Pure.

A chunk gets the last 25 frames of the chunk before: the first as a picture, the rest as the original latents
(3 of 8 frames each), so nothing is decoded and encoded again. Overlapping frames are dropped from the later
chunk, and its sound is cut by the same duration at its start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.engines.contract.fitting import round_frames_up
from milimo_tui.engines.ltx2.plan.generations import CHUNK, OVERLAP, TIME
from milimo_tui.engines.ltx2.plan.spoken_lines import distribute_prompt, find_quoted_lines
from milimo_tui.engines.specs.video_specs import Beat, Chunk

STILLNESS = "static, frozen, still image, loop"  # negative prompt of a continued chunk
SILENCE = (
    # added to a chunk without dialogue: the model invents speech for visible people otherwise
    "Nobody says a word."
)


@dataclass(frozen=True, slots=True)
class ChainChunk:
    """A chunk: frames [start, start + frames) of the take, of which the first `overlap` belong to the chunk
    before.
    """

    index: int
    start: int
    frames: int
    overlap: int
    seed: int
    prompt: str
    negative: str

    @property
    def fresh(self) -> int:
        """Number of frames that the chunk adds."""
        return self.frames - self.overlap

    @property
    def end(self) -> int:
        """The frame after the chunk's last frame."""
        return self.start + self.frames


def split_into_chunks(
    frames: int,
    seed: int,
    prompt: str,
    negative: str,
    own: Sequence[Chunk] = (),
    longest: int = CHUNK,
    beats: Sequence[Beat] = (),
    *,
    led: bool = False,
) -> tuple[ChainChunk, ...]:
    """Split `frames` (8k + 1) into chunks of at most `longest` frames; without overlaps they have exactly
    `frames` together.

    Seeds count up from the shot's seed; a chunk's own prompt and seed take precedence. A quoted line of the
    prompt is in one chunk's prompt only, because otherwise it would be spoken again. `beats` say in which
    frames a line is spoken or an action happens. `led`: a recording already contains the speech.
    """
    spans = [(0, min(frames, longest), 0)]
    while spans[-1][0] + spans[-1][1] < frames:
        start = spans[-1][0] + spans[-1][1] - OVERLAP
        spans.append((start, min(longest, frames - start), OVERLAP))
    chunks_written = [own[index] if index < len(own) else Chunk() for index in range(len(spans))]
    words = distribute_prompt(
        prompt,
        [one.prompt for one in chunks_written],
        [length - overlap for _, length, overlap in spans],
        beats,
    )
    is_spoken = bool(find_quoted_lines(prompt)) and not led and len(spans) > 1
    found = []
    for index, (start, length, overlap) in enumerate(spans):
        asked = chunks_written[index]
        chosen = (seed + index) % 2**32 if asked.seed is None else asked.seed
        against = ", ".join(filter(None, (negative.rstrip(" ."), STILLNESS))) if index else negative
        told = words[index]
        if is_spoken and not asked.prompt and not find_quoted_lines(told) and told[-1:] in ".!?…":
            told = f"{told} {SILENCE}"
        found.append(ChainChunk(index, start, length, overlap, chosen, told, against))
    return tuple(found)


def compute_even_chunk_length(frames: int, most: int, least: int = 1) -> int:
    """Return the number of frames per chunk if `frames` are made in as few chunks of at most `most` frames as
    possible, all of about the same length; in at least `least` chunks.
    """
    count = max(least, -(-(frames - OVERLAP) // (most - OVERLAP)) if frames > most else 1)
    return round_frames_up(-(-(frames + (count - 1) * OVERLAP) // count), TIME)


def locate_handover(part: ChainChunk, before: ChainChunk) -> tuple[int, int]:
    """Return, in the chunk before, the frame that becomes the first picture, and the first latent of the
    handed-over tail.
    """
    frame = part.start - before.start
    return frame, (frame + TIME - 1) // TIME + 1


@dataclass(frozen=True, slots=True)
class FollowedSpan:
    """The place in a chunk where an input is followed (`at`), after `skipped` frames of the input."""

    at: int
    skipped: int


def locate_in_chunk(frame: int, length: int, part: ChainChunk, frames: int) -> FollowedSpan | None:
    """Locate an input of `length` frames, followed from `frame` of the take on, in a chunk of `frames`
    frames.

    Returns None if no part of it is in the chunk, or only in the overlap, which the chunk before determines.
    A clip that began in an earlier chunk continues after the overlap.
    """
    begins = frame - part.start
    at = max(begins, part.overlap)
    if at >= min(begins + length, frames):
        return None
    return FollowedSpan(at, at - begins)
