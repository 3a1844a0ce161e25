"""Convert between the frames of a take and the frames of the model, which have different rates. Pure.

A model is trained at one frame rate. If the film's rate differs by less than a twentieth, frames are used one
to one. The motion is then slightly faster or slower, as with a film on television. Otherwise the model makes
frames for the duration of the take, and each frame of the take shows the model's frame that is nearest in
time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.contract.fitting import round_frames_up
from milimo_tui.engines.wan.kinds import STEP, TITLE, WanKind

# If the film's rate differs from the model's rate by at most this share of the model's rate, each frame of
# the model is used as one frame of the take.
NEAR = Fraction(1, 20)
# If frames are used one to one, a difference of the rates above this share of the model's rate is reported to
# the user.
HEARD = Fraction(1, 200)


@dataclass(frozen=True, slots=True)
class WanLength:
    """The length of a take: `frames` is its number of frames, and `made` is the number of frames that the
    model makes for it.

    `pace` is the number of model frames for each frame of the take. `changes` are sentences on differences
    from the request.
    """

    frames: int
    made: int
    pace: Fraction
    changes: tuple[str, ...] = ()

    def find_nearest_model_frame(self, frame: int) -> int:
        """Return the number of the model's frame that is nearest in time to a frame of the take."""
        return min(self.made - 1, math.floor(frame * self.pace + Fraction(1, 2)))


def compute_wan_length(kind: WanKind, frames: int, rate: Fraction, last: int | None = None) -> WanLength:
    """Return the length of a take of `frames` frames at the film's frame rate `rate`. It includes the number
    of frames that the model has to make.

    If the take ends with a given picture, `last` is the first frame that shows this picture. All frames after
    it show the same picture. Raises BadInput if the model would have to make more frames than it can in one
    run.
    """
    share = Fraction(kind.rate) / rate
    near = abs(rate / kind.rate - 1) <= NEAR
    pace = Fraction(1) if near else share
    wanted = math.ceil((frames - 1 if last is None else last) * pace) + 1
    if wanted > kind.frames:
        most = math.floor((kind.frames - 1) / pace) + 1
        raise BadInput(
            f"{TITLE} makes at most {float(most / rate):.1f} s of a shot in one pass, not "
            f"{float(frames / rate):.1f} s",
            f"split the shot: milimo shot split, or milimo shot set --length {most}f",
        )
    made = round_frames_up(wanted, STEP)
    changes = _describe_rate_changes(kind, rate, near=near, made=made, wanted=wanted)
    if last is not None and last > 0:
        pace = Fraction(made - 1, last)
        changes += _describe_end_changes(frames, made, wanted, last)
    return WanLength(frames, made, pace, tuple(changes))


def _describe_end_changes(frames: int, made: int, wanted: int, last: int) -> list[str]:
    """Return sentences on how a given last picture changes the take. `wanted` is the number of model frames
    that the take needs, and `made` is the number that the model makes. `last` is the frame of the take that
    shows the picture.
    """
    changes = []
    if made != wanted:
        changes.append("it ends with its last picture: the motion is a little faster")
    if frames > last + 1:
        held_frames = frames - last - 1
        changes.append(
            f"after its last picture it holds for {held_frames} frame{'s' * (held_frames > 1)}: its handle"
        )
    return changes


def _describe_rate_changes(kind: WanKind, rate: Fraction, *, near: bool, made: int, wanted: int) -> list[str]:
    """Return sentences on how the take differs from the requested length and frame rate. `wanted` is the
    number of model frames that the take needs, and `made` is the number that the model makes. `near` is True
    if each model frame becomes exactly one frame of the take.
    """
    changes = []
    if not near:
        changes.append(
            f"made at {kind.rate} frames a second, which this model knows, and shown at {float(rate):g}: "
            "each frame is the nearest in time"
        )
    elif abs(rate / kind.rate - 1) > HEARD:
        off = float(abs(rate / kind.rate - 1) * 100)
        changes.append(
            f"it knows {kind.rate} frames a second, not {float(rate):g}: all of it runs {off:.0f} % "
            f"{'faster' if rate > kind.rate else 'slower'}"
        )
    if made != wanted:
        changes.append(f"{made} frames are made for {wanted}: {TITLE} makes {STEP} for each step, and one")
    return changes
