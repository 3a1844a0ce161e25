"""Takes beyond the model's length: chunks that overlap, and where each begins. Pure.

A chunk is handed over the last 25 frames of the one before: the first as a picture, the rest as the very
latents (3 of 8 frames each), so nothing is decoded and encoded again. Overlapping frames are dropped from the
later chunk, its sound is cut by as much at its start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.engines.contract.fitting import frames_up
from milimo_tui.engines.ltx2.plan.generations import CHUNK, OVERLAP, TIME
from milimo_tui.engines.ltx2.plan.spoken_lines import lines_of, shared_out
from milimo_tui.engines.specs.video_specs import Beat, Chunk

STILLNESS = "static, frozen, still image, loop"  # what a continued chunk is kept from
SILENCE = (
    "Nobody says a word."  # told a chunk that no line falls into: a model gives words to who has a mouth
)


@dataclass(frozen=True, slots=True)
class Part:
    """Frames [start, start + frames) of the take; the first `overlap` are those of the part before."""

    index: int
    start: int
    frames: int
    overlap: int
    seed: int
    prompt: str
    negative: str

    @property
    def fresh(self) -> int:
        """Frames that it adds."""
        return self.frames - self.overlap

    @property
    def end(self) -> int:
        return self.start + self.frames


def parts(
    frames: int,
    seed: int,
    prompt: str,
    negative: str,
    own: Sequence[Chunk] = (),
    longest: int = CHUNK,
    beats: Sequence[Beat] = (),
    *,
    led: bool = False,
) -> tuple[Part, ...]:
    """`frames` (8k + 1) as parts of at most `longest`; together exactly so many.

    Seeds count up from the shot's; a chunk's own prompt and seed win. A quoted line of the prompt is in that
    of one part alone: it would be spoken again. `beats` tell in which frames what is spoken, and what
    happens. `led`: a recording says what is said.
    """
    spans = [(0, min(frames, longest), 0)]
    while spans[-1][0] + spans[-1][1] < frames:
        start = spans[-1][0] + spans[-1][1] - OVERLAP
        spans.append((start, min(longest, frames - start), OVERLAP))
    chunks_written = [own[index] if index < len(own) else Chunk() for index in range(len(spans))]
    words = shared_out(
        prompt,
        [one.prompt for one in chunks_written],
        [length - overlap for _, length, overlap in spans],
        beats,
    )
    is_spoken = bool(lines_of(prompt)) and not led and len(spans) > 1
    found = []
    for index, (start, length, overlap) in enumerate(spans):
        asked = chunks_written[index]
        chosen = (seed + index) % 2**32 if asked.seed is None else asked.seed
        against = ", ".join(filter(None, (negative.rstrip(" ."), STILLNESS))) if index else negative
        told = words[index]
        if is_spoken and not asked.prompt and not lines_of(told) and told[-1:] in ".!?…":
            told = f"{told} {SILENCE}"
        found.append(Part(index, start, length, overlap, chosen, told, against))
    return tuple(found)


def evenly(frames: int, most: int, least: int = 1) -> int:
    """Frames of a part, where so many are made in as few as can be of at most `most`, all about as long; in
    `least` parts at the least.
    """
    count = max(least, -(-(frames - OVERLAP) // (most - OVERLAP)) if frames > most else 1)
    return frames_up(-(-(frames + (count - 1) * OVERLAP) // count), TIME)


def handed_over(part: Part, before: Part) -> tuple[int, int]:
    """Of the part before: the frame that becomes the first picture, and the latent its tail begins at."""
    frame = part.start - before.start
    return frame, (frame + TIME - 1) // TIME + 1


@dataclass(frozen=True, slots=True)
class Within:
    """Where in a part something is followed (`at`), after how many of its own frames (`skipped`)."""

    at: int
    skipped: int


def within(frame: int, length: int, part: Part, frames: int) -> Within | None:
    """What of `length` frames followed from `frame` of the take on falls into a part of so many frames.

    None where nothing does, or where all of it lies in the overlap, which the part before decides. A clip
    that began in a part before goes on behind the overlap.
    """
    begins = frame - part.start
    at = max(begins, part.overlap)
    if at >= min(begins + length, frames):
        return None
    return Within(at, at - begins)
