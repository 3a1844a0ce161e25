"""The division of a long take into overlapping chunks that the model can make in one pass each. All functions
are pure.

A chunk receives the last 25 frames of the chunk before it. The first of these is passed as a picture and the
others as the original latents (3 latents of 8 frames each), so nothing is decoded and encoded again. In the
finished take, the overlapping frames of the later chunk are dropped, and its sound is cut at the start by the
same duration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.engines.contract.fitting import round_frames_up
from milimo_tui.engines.ltx2.plan.generations import CHUNK, OVERLAP, TIME
from milimo_tui.engines.ltx2.plan.spoken_lines import distribute_prompt, find_quoted_lines
from milimo_tui.engines.specs.video_specs import Beat, Chunk

# Added to the negative prompt of every chunk but the first, against pictures that stand still
STILLNESS = "static, frozen, still image, loop"
# Added to the prompt of a chunk without dialogue, because the model otherwise invents speech for visible
# people.
SILENCE = "Nobody says a word."


@dataclass(frozen=True, slots=True)
class ChainChunk:
    """A chunk of a take: its frames [start, start + frames). The first `overlap` frames also belong to the
    chunk before it.
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
        """Number of frames that the chunk adds to the take: all except the overlap."""
        return self.frames - self.overlap

    @property
    def end(self) -> int:
        """The end of the chunk: the number of the first frame after it, counted in the complete take."""
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
    """Split a take of `frames` frames (8k + 1) into chunks of at most `longest` frames. If the overlapping
    frames are counted once, the chunks have exactly `frames` frames together.

    The seed of a chunk is the shot's `seed` plus the chunk's index. A prompt or seed that the user set for a
    chunk in `own` takes precedence. Each quoted line of the prompt is given to only one chunk, because
    otherwise it would be spoken again. `beats` say in which frames a line is spoken or an action happens.
    `led` means that the take follows a recording, which already contains the speech.
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
        written = chunks_written[index]
        chosen = (seed + index) % 2**32 if written.seed is None else written.seed
        against = ", ".join(filter(None, (negative.rstrip(" ."), STILLNESS))) if index else negative
        text = words[index]
        if is_spoken and not written.prompt and not find_quoted_lines(text) and text[-1:] in ".!?…":
            text = f"{text} {SILENCE}"
        found.append(ChainChunk(index, start, length, overlap, chosen, text, against))
    return tuple(found)


def compute_even_chunk_length(frames: int, most: int, least: int = 1) -> int:
    """Return the number of frames of each chunk if a take of `frames` frames is divided into chunks of equal
    length. The take gets as few chunks as possible, each of at most `most` frames, but at least `least`
    chunks.
    """
    count = max(least, -(-(frames - OVERLAP) // (most - OVERLAP)) if frames > most else 1)
    return round_frames_up(-(-(frames + (count - 1) * OVERLAP) // count), TIME)


def locate_handover(part: ChainChunk, before: ChainChunk) -> tuple[int, int]:
    """Return which material of the chunk `before` is passed to the next chunk `part`: the number of one frame
    and the number of one latent, both counted in `before`. The frame is passed as a picture. The latents from
    that number to the end of `before` are passed unchanged.
    """
    frame = part.start - before.start
    return frame, (frame + TIME - 1) // TIME + 1


@dataclass(frozen=True, slots=True)
class FollowedSpan:
    """The position at which a chunk begins to follow an input (a picture or a clip). `at` is the frame of the
    chunk from which the input is followed. The first `skipped` frames of the input are not used.
    """

    at: int
    skipped: int


def locate_in_chunk(frame: int, length: int, part: ChainChunk, frames: int) -> FollowedSpan | None:
    """Return the position at which the chunk `part` follows an input, or None if it does not follow the
    input. The chunk has `frames` frames, and the input has `length` frames. The input begins at frame `frame`
    of the complete take.

    The frames that a chunk copies from the chunk before it follow no input. A clip that began in an earlier
    chunk therefore continues after these frames. None is returned if the input overlaps only these frames or
    does not overlap the chunk at all.
    """
    begins = frame - part.start
    at = max(begins, part.overlap)
    if at >= min(begins + length, frames):
        return None
    return FollowedSpan(at, at - begins)
