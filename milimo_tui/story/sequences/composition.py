"""Check the composition of a scene's shots: sizes, angles, rhythm of lengths, and screen direction.

The module changes nothing. Each finding names its shots, the reason, and a possible change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import groupby, pairwise
from statistics import mean, pstdev

from milimo_tui.story.plan.coverage import NEXT_CLOSER_SIZE
from milimo_tui.story.plan.floor_plan import find_line_crossings
from milimo_tui.story.values.film import Shot
from milimo_tui.story.values.shot_sizes import CLOSE_SIZES
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Size

# A scene with this many different shot sizes, or more, has a `variety` of 1 (storycore-engine).
FULL_VARIETY = 5
# A scene is fast if its shots are shorter than FAST seconds on average, and slow if they are longer than SLOW
# seconds on average (storycore-engine).
FAST, SLOW = 4.0, 6.0
MIN_SIZE_RUN = 3  # If at least this many consecutive shots have the same size, this is reported.
# If a scene has at least this many shots, it is reported when all of them have the same angle, or about the
# same length.
MIN_UNIFORM_SHOTS = 5
# The lengths of shots count as equal if their standard deviation is less than this share of their mean.
MIN_LENGTH_DEVIATION = 0.12
_WIDE = (Size.WS, Size.EWS, Size.LS)
_ACROSS = {
    Movement.PAN_LEFT: "left",
    Movement.DOLLY_LEFT: "left",
    Movement.PAN_RIGHT: "right",
    Movement.DOLLY_RIGHT: "right",
}
_OTHER_WAY = {
    Movement.PAN_LEFT: Movement.PAN_RIGHT,
    Movement.DOLLY_LEFT: Movement.DOLLY_RIGHT,
    Movement.PAN_RIGHT: Movement.PAN_LEFT,
    Movement.DOLLY_RIGHT: Movement.DOLLY_LEFT,
}
_WIDER = {closer: size for size, closer in NEXT_CLOSER_SIZE.items()}


class FindingSubject(StrEnum):
    """The aspect of a composition that a finding is about."""

    SIZE = "size"
    ANGLE = "angle"
    RHYTHM = "rhythm"
    DIRECTION = "direction"


@dataclass(frozen=True, slots=True)
class CompositionFinding:
    """A problem of a scene's composition: the ids of its shots, the reason, and advice.

    `change` is a field of the last shot and the value that would solve the problem. Both are empty if the
    user has to choose.
    """

    part: FindingSubject
    shots: tuple[str, ...]
    why: str
    advice: str
    change: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Composition:
    """The result of checking a scene's shots: figures and findings. `variety` is from 0 to 1, and is higher
    if the scene has more different shot sizes. `mean`, `shortest` and `longest` are lengths of shots in
    seconds.
    """

    sizes: tuple[tuple[str, int], ...]
    angles: tuple[tuple[str, int], ...]
    variety: float
    mean: float
    shortest: float
    longest: float
    pace: str
    findings: tuple[CompositionFinding, ...]


def analyze_composition(shots: Sequence[Shot], rate: Fraction) -> Composition:
    """Check the composition of a scene. `shots` are its shots in order and `rate` is frames per second. If
    `shots` is empty, the result has no findings.
    """
    lengths = [float(shot.frames / rate) for shot in shots]
    average = mean(lengths) if lengths else 0.0
    pace = "fast" if average < FAST else "slow" if average > SLOW else "even"
    sizes = _count_in_order([shot.size.value for shot in shots], [size.value for size in Size])
    return Composition(
        sizes=sizes,
        angles=_count_in_order([shot.angle.value for shot in shots], [angle.value for angle in Angle]),
        variety=min(1.0, len(sizes) / FULL_VARIETY),
        mean=average,
        shortest=min(lengths, default=0.0),
        longest=max(lengths, default=0.0),
        pace=pace if shots else "",
        findings=(
            *_check_sizes(shots),
            *_check_angles(shots),
            *_check_rhythm(shots, lengths),
            *_check_directions(shots),
        ),
    )


def _count_in_order(values: Sequence[str], order: Sequence[str]) -> tuple[tuple[str, int], ...]:
    return tuple((each, values.count(each)) for each in order if each in values)


def _check_sizes(shots: Sequence[Shot]) -> Iterator[CompositionFinding]:
    if len(shots) > 1 and not any(shot.size in _WIDE or _is_establishing(shot) for shot in shots):
        yield CompositionFinding(
            FindingSubject.SIZE,
            (shots[0].id,),
            "no shot shows the place",
            "open wide: WS",
            ("size", Size.WS.value),
        )
    people = [shot for shot in shots if shot.characters]
    if len(people) > MIN_SIZE_RUN and not any(shot.size in CLOSE_SIZES for shot in people):
        yield CompositionFinding(
            FindingSubject.SIZE,
            (people[-1].id,),
            "nobody is seen close",
            "come closer where it turns: CU",
            ("size", Size.CU.value),
        )
    for size, run in groupby(shots, key=lambda shot: shot.size):
        row = list(run)
        # Consecutive shots with dialogue are allowed to have the same size, because a conversation alternates
        # between equal shots.
        if len(row) >= MIN_SIZE_RUN and not all(shot.dialogue for shot in row):
            other = NEXT_CLOSER_SIZE.get(size) or _WIDER.get(size) or Size.MS
            yield CompositionFinding(
                FindingSubject.SIZE,
                tuple(shot.id for shot in row),
                f"{len(row)} in a row are {size.value}",
                f"make one {other.value}",
                ("size", other.value),
            )
    for one, two in pairwise(shots):
        same_framing = one.size is two.size and one.angle is two.angle and one.function is two.function
        if same_framing and one.characters and one.characters == two.characters and not two.continues_as:
            other = NEXT_CLOSER_SIZE.get(two.size) or _WIDER.get(two.size) or Size.MS
            yield CompositionFinding(
                FindingSubject.SIZE,
                (one.id, two.id),
                "the same picture twice: the cut jumps (30 degrees)",
                f"go to {other.value}, or another angle",
                ("size", other.value),
            )


def _is_establishing(shot: Shot) -> bool:
    return shot.function is Function.ESTABLISHING


def _check_angles(shots: Sequence[Shot]) -> Iterator[CompositionFinding]:
    angles = {shot.angle for shot in shots}
    if len(shots) >= MIN_UNIFORM_SHOTS and len(angles) == 1:
        [angle] = angles
        other = Angle.LOW if angle is Angle.EYE else Angle.EYE
        heavy = next((shot for shot in reversed(shots) if shot.size in CLOSE_SIZES), shots[-1])
        yield CompositionFinding(
            FindingSubject.ANGLE,
            (heavy.id,),
            f"all {len(shots)} are seen from {_describe_viewpoint(angle)}",
            f"see one from {_describe_viewpoint(other)}",
            ("angle", other.value),
        )


def _describe_viewpoint(angle: Angle) -> str:
    names = {Angle.EYE: "eye level", Angle.PROFILE: "the side", Angle.DUTCH: "a canted camera"}
    return names.get(angle, "straight above" if angle is Angle.OVERHEAD else f"a {angle.value} angle")


def _check_rhythm(shots: Sequence[Shot], lengths: Sequence[float]) -> Iterator[CompositionFinding]:
    silent = [shot for shot in shots if not shot.dialogue]
    if (
        len(silent) >= MIN_UNIFORM_SHOTS
        and len(silent) == len(shots)
        and pstdev(lengths) < MIN_LENGTH_DEVIATION * mean(lengths)
    ):
        closest = min(shots, key=lambda shot: list(Size).index(shot.size))
        half = max(1, closest.frames // 2)
        yield CompositionFinding(
            FindingSubject.RHYTHM,
            (closest.id,),
            "all lengths are alike",
            "shorten the closest to half",
            ("length", str(half)),
        )
    for shot, seconds in zip(shots, lengths, strict=True):
        if seconds > 3 * mean(lengths) and len(shots) > 2:
            yield CompositionFinding(
                FindingSubject.RHYTHM,
                (shot.id,),
                f"{seconds:.1f} s among shots of {mean(lengths):.1f} s",
                "split it, or shorten it",
            )


def _check_directions(shots: Sequence[Shot]) -> Iterator[CompositionFinding]:
    over = find_line_crossings(shots)
    yield from (
        CompositionFinding(
            FindingSubject.DIRECTION, (shot.id,), "it crosses the line", "turn the sides of its people round"
        )
        for shot in shots
        if shot.id in over
    )
    for one, two in pairwise(shots):
        directions = _ACROSS.get(one.movement), _ACROSS.get(two.movement)
        if all(directions) and directions[0] != directions[1]:
            yield CompositionFinding(
                FindingSubject.DIRECTION,
                (one.id, two.id),
                f"{directions[0]}, then {directions[1]}: one move takes the other back",
                f"move {directions[0]} again, or hold still",
                ("movement", _OTHER_WAY[two.movement].value),
            )


def format_composition_finding(numbers: Mapping[str, str], one: CompositionFinding) -> str:
    """Format a finding as a line: `direction 2C, 2D: left, then right …: hold still`. `numbers` maps shot ids
    to numbers.
    """
    names = [numbers.get(shot, shot) for shot in one.shots]
    text = ", ".join(names) if len(names) < 3 else f"{names[0]} to {names[-1]}"
    return f"{one.part.value:<10} {text}: {one.why}; {one.advice}"
