"""The row of an engine in the table of engines: what is known of it before anything of it is imported."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from milimo_tui.engines.contract.fitting import frames_up


@dataclass(frozen=True, slots=True)
class EngineRow:
    """`lane` is the worker lane: `gpu`, `cpu`, `render`, `quick`, `fetch` (downloads) or
    `quiet` (what nobody waits for). `else_lane` is where
    it runs on a machine that has no such lane (tiny weights on the CPU); empty: not at all.

    `rungs` names the ways to run it, from the best to the one that needs least memory; a job that ran out
    of it goes on one rung lower. `step_seconds` bounds the time between two steps: a worker that reports none
    for so long hangs. `load_seconds` bounds the time its `load` may take.
    `secrets` names the variables with tokens or keys that workers of its lane get; no others do.
    `one_frame` is the engine that makes a film's takes of a single frame, which are pictures. `pass_seconds`
    is how long a take its model makes in one go, `large_passes` how long of larger pictures: (pixels up to
    which, seconds), the last for all above; its frames are one more than a multiple of `frame_step`, where
    that is not 1. `most_frames` is the longest take that it makes at all.
    `references` is how many pictures it looks at beside a prompt, at the most. `times_beats` tells that words
    of a prompt can go to their own seconds, `subjects` how many pictures of who is in a take can go along,
    `cuts_scenes` that several shots can be made in one go, `changes_takes` that it makes a part of a take
    anew, or doubles one, `options` that values of its own go along with a shot. `by_weights`: each of its
    weights is an engine too, named with them (`diffusers:NAME`). `makes` is what its weights make, in one
    word: the heading of their list. `profile` is where it describes itself (`contract.profile.Profile`);
    empty: what the row says is all.
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

    def frames_in_one_go(self, width: int, height: int, rate: Fraction) -> int:
        """The longest take of pictures that large that the model makes in one go."""
        pixels = width * height
        larger = self.large_passes[-1][1] if self.large_passes else self.pass_seconds
        seconds = next((seconds for most, seconds in self.large_passes if pixels <= most), larger)
        return min(frames_up(math.ceil(Fraction(seconds) * rate), self.frame_step), self.most_frames)
