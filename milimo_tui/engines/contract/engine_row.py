"""The row of an engine in the table of engines: everything that is known about an engine before it is
imported.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from milimo_tui.engines.contract.fitting import round_frames_up


@dataclass(frozen=True, slots=True)
class EngineRow:
    """The static description of an engine.

    `lane` is the worker lane: `gpu`, `cpu`, `render`, `quick`, `fetch` (downloads) or `quiet` (jobs that
    nobody waits for). `else_lane` is the lane on a machine that lacks `lane` (tiny weights on the CPU);
    empty: the engine does not run there. `previs` means that its takes are drawn and not generated; they are
    marked, and get the handles of drawings.

    `rungs` names the engine's recipes, from the best to the recipe with the smallest memory need; a job that
    ran out of memory continues one level lower. `step_seconds` limits the time between two steps: a worker
    that reports no step for longer counts as hung. `load_seconds` limits the time that `load` may take.
    `secrets` names the variables with tokens or keys that the workers of its lane get; no other workers get
    them.

    `one_frame` is the engine that makes a film's takes of a single frame, which are pictures. `pass_seconds`
    is the length of a take that its model makes in one pass, and `large_passes` the length for larger
    pictures: (maximum number of pixels, seconds), the last entry for everything above. Its frame counts are
    one more than a multiple of `frame_step`, unless that is 1. `most_frames` is the longest take that it
    makes at all.

    `references` is the maximum number of reference pictures next to a prompt. `times_beats` means that words
    of a prompt can be assigned to their own seconds. `subjects` is the maximum number of subject pictures.
    `cuts_scenes` means that several shots can be made in one pass, `changes_takes` that the engine can remake
    a part of a take or double a take, `options` that a shot can carry engine-specific values. `by_weights`:
    each of its weights is an engine too and is named after them (`diffusers:NAME`). `makes` is one word for
    the results of its weights: the heading of their list. `profile` is the class in which the engine
    describes itself (`contract.profile.Profile`); empty: the row is the complete description.
    """

    name: str
    title: str
    lane: str
    kinds: tuple[str, ...]
    factory: str  # module:Class
    needs: str = ""  # a sentence, empty when it needs nothing
    previs: bool = False
    rungs: tuple[str, ...] = ()
    step_seconds: float = 300.0
    load_seconds: float = 1800.0
    secrets: tuple[str, ...] = ()
    else_lane: str = ""
    one_frame: str = ""
    pass_seconds: float = 0.0
    large_passes: tuple[tuple[int, float], ...] = ()
    frame_step: int = 1
    most_frames: int = 0
    references: int = 0
    changes_takes: bool = False
    times_beats: bool = False
    subjects: int = 0
    cuts_scenes: bool = False
    options: bool = False
    by_weights: bool = False
    makes: str = ""
    profile: str = ""  # module:Class

    def count_single_pass_frames(self, width: int, height: int, rate: Fraction) -> int:
        """Return the number of frames of the longest take that the model makes in one pass at this picture
        size.
        """
        pixels = width * height
        larger = self.large_passes[-1][1] if self.large_passes else self.pass_seconds
        seconds = next((seconds for most, seconds in self.large_passes if pixels <= most), larger)
        return min(round_frames_up(math.ceil(Fraction(seconds) * rate), self.frame_step), self.most_frames)
