"""An engine's row in the table of engines: everything that is known about the engine before its module is
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

    Where the engine runs:

    - `lane` is the worker lane: `gpu`, `cpu`, `render`, `quick`, `fetch` (downloads) or `quiet` (jobs that
      nobody waits for).
    - `else_lane` is the lane on a machine that lacks `lane`, such as tiny weights on the CPU. If it is empty,
      the engine does not run on such a machine.
    - `step_seconds` is the maximum time between two reported steps. A worker that takes longer counts as
      hung.
    - `load_seconds` is the maximum duration of `load`.
    - `secrets` names the environment variables with tokens or keys. Only workers of this engine's lane
      receive them.
    - `rungs` names the engine's recipes, from the best to the recipe that needs the least memory. A job that
      ran out of memory continues one level lower.

    Takes that the engine makes:

    - `previs` means that the takes are drawn, not generated. Such takes are marked and get the handles of
      drawings.
    - `one_frame` names the engine that makes single-frame takes, which are pictures, for films that use this
      engine.
    - `pass_seconds` is the longest take, in seconds, that the model makes in one pass.
    - `large_passes` has the same limit for larger pictures, as pairs of (maximum number of pixels, seconds).
      The last pair applies to all pictures that are larger still.
    - `frame_step`: frame counts are a multiple of this number plus one, unless it is 1.
    - `most_frames` is the maximum number of frames of a take, in any number of passes.

    Abilities:

    - `references` is the maximum number of reference pictures that accompany a prompt.
    - `subjects` is the maximum number of pictures of subjects.
    - `times_beats` means that words of a prompt can be assigned to a time range of the take.
    - `cuts_scenes` means that several shots can be made in one pass.
    - `changes_takes` means that the engine can generate a part of a take again, or double a take in size or
      frame rate.
    - `options` means that a shot can have values that only this engine uses.

    Description:

    - `by_weights` means that each set of installed weights appears as an engine of its own, named
      `diffusers:NAME`.
    - `makes` is one word for the results of these weights and is the heading of their list.
    - `text_order` is the position at which the automatic choice of a text engine tries this engine; 0 means
      never.
    - `aliases` are earlier names of the engine, which settings and jobs may still contain.
    - `profile` is the class in which the engine describes itself (`contract.profile.Profile`). If it is
      empty, this row is the complete description.
    """

    name: str
    title: str
    lane: str
    kinds: tuple[str, ...]
    factory: str  # import path of the class, as `module:Class`
    needs: str = ""  # a sentence that names what the engine needs on the machine; empty if it needs nothing
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
    text_order: int = 0
    aliases: tuple[str, ...] = ()
    profile: str = ""  # import path of the profile class, as `module:Class`

    def is_called(self, name: str) -> bool:
        """Return True if `name` is the engine's name or one of its earlier names."""
        return name == self.name or name in self.aliases

    def count_single_pass_frames(self, width: int, height: int, rate: Fraction) -> int:
        """Return the number of frames of the longest take that the model makes in one pass at this picture
        size.
        """
        pixels = width * height
        larger = self.large_passes[-1][1] if self.large_passes else self.pass_seconds
        seconds = next((seconds for most, seconds in self.large_passes if pixels <= most), larger)
        return min(round_frames_up(math.ceil(Fraction(seconds) * rate), self.frame_step), self.most_frames)
