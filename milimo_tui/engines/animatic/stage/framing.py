"""Choose the lens and the camera's height, distance and shift for each shot size and angle."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from milimo_tui.engines.animatic.draw.lens import PinholeLens
from milimo_tui.engines.animatic.draw.pens import FRONT
from milimo_tui.engines.animatic.figures.people import Actor, measure_head
from milimo_tui.engines.specs.spec_values import ShotFacts
from milimo_tui.story.values.shot_words import Size


@dataclass(frozen=True, slots=True)
class SizeFraming:
    """The camera distances and margins that belong to a shot size, such as CU.

    - `span` is the height in metres of the area that the frame shows at the subject. `overhead` is the same
      for a view from above.
    - `focal` is a suitable focal length in frame heights.
    - `headroom` is the share of the frame above heads. It is used for sizes up to MLS.
    - `feet` is the distance of the feet below the centre of the frame, in frame heights. It is used for wider
      sizes.
    """

    span: float
    focal: float
    overhead: float
    headroom: float = 0.0
    feet: float = 0.0
    is_close: bool = False


FRAMINGS: Mapping[str, SizeFraming] = {
    Size.ECU: SizeFraming(0.235, 2.1, 1.3, headroom=-0.22, is_close=True),
    Size.CU: SizeFraming(0.42, 1.8, 1.6, headroom=0.07, is_close=True),
    Size.MCU: SizeFraming(0.66, 1.6, 2.2, headroom=0.09, is_close=True),
    Size.MS: SizeFraming(0.98, 1.45, 3.0, headroom=0.09, is_close=True),
    Size.MLS: SizeFraming(1.4, 1.35, 3.6, headroom=0.08),
    Size.FS: SizeFraming(2.12, 1.25, 4.4, feet=0.44),
    Size.LS: SizeFraming(3.0, 1.15, 5.8, feet=0.41),
    Size.WS: SizeFraming(4.4, 1.05, 8.0, feet=0.37),
    Size.EWS: SizeFraming(12.0, 1.0, 16.0, feet=0.3),
}


def find_needed_span(actors: tuple[Actor, ...], aspect: float, size: str) -> float:
    """Return the smallest height of the frame, in metres at the subject, that shows all actors and the
    objects they hold.
    """
    if not actors:
        return 0.0
    return max(_find_wide_span(actors, aspect, size), _find_tall_span(actors, size))


def _find_tall_span(actors: tuple[Actor, ...], size: str) -> float:
    """Return the height in metres of the area that the frame must show at the subject: every head in a close
    shot, and a complete giant in a wide shot.
    """
    top = max(actor.top for actor in actors)
    if FRAMINGS[size].feet:
        return top / (FRAMINGS[size].feet + 0.44)
    low = min(actor.top - 1.25 * measure_head(actor.appearance) for actor in actors)
    heads = (top - low) / (0.96 - FRAMINGS[size].headroom) if len(actors) > 1 else 0.0
    large = actors[0].unit if actors[0].unit > 1.25 else 0.0
    return max(heads, FRAMINGS[size].span * large)


def _find_wide_span(actors: tuple[Actor, ...], aspect: float, size: str) -> float:
    lying = [actor for actor in actors if actor.pose == "lie"]
    if lying and not FRAMINGS[size].is_close:
        return 2.3 * lying[0].unit / aspect
    room = (
        0.36
        if size == "CU" and len(actors) == 1
        else 0.2
        if size == "ECU" and len(actors) == 1
        else 0.42
        if len(actors) == 1
        else 0.62
    )
    wide = max(actor.x for actor in actors) - min(actor.x for actor in actors)
    return (wide + room) / aspect if len(actors) > 1 or aspect < 1 else 0.0


def choose_lens(
    facts: ShotFacts,
    size: str,
    span: float,
    actors: tuple[Actor, ...],
    aspect: float,
    luck: random.Random,
    *,
    inside: bool,
    overhead: bool,
) -> tuple[PinholeLens, float]:
    """Return the lens of a shot and its distance from the subject in metres."""
    focal = FRAMINGS[size].focal
    across = [a.head[0] if FRAMINGS[size].is_close else a.x for a in actors]
    middle_x = (min(across) + max(across)) / 2 if actors else 0.0
    if overhead:
        high = span * 1.25
        tilt = math.radians(84)
        lens = PinholeLens(
            x=middle_x,
            y=high,
            z=-high / math.tan(tilt) * 0.9,
            focal=1.25,
            pitch=-tilt,
            roll=math.radians(luck.choice((-7, 6, 9))),
        )
        return lens, high
    distance = focal * span
    main = actors[0] if actors else None
    top = max((actor.top for actor in actors), default=1.7)
    eyes = (main.top if main else 1.7) - 0.5 * (measure_head(main.appearance) if main else 0.24)
    close = FRAMINGS[size].is_close
    lying = close and all(actor.pose == "lie" for actor in actors) and main is not None
    if lying:
        eyes += 0.3 * span  # the camera is slightly above the eyes
    height = eyes if close else {"MLS": 1.4, "FS": 1.3, "LS": 1.45, "WS": 1.6, "EWS": 2.6}[size]
    if inside and size == "EWS":
        height = 1.8
    pitch = 0.0
    middle = top - 0.36 * span if close else span * 0.34
    if facts.angle == "low":
        # A wider lens closer to the subject exaggerates differences in height.
        focal, distance = focal * 0.8, distance * 0.8
        down = min(0.62 * distance, max(0.12, (eyes - 0.1) if close else 1.15))
        height = max(0.16, (eyes if close else 1.3) - down)
        pitch = math.atan2(middle - height, distance) * 0.85
    elif facts.angle == "high":
        height = middle + distance * math.tan(
            math.radians(30 if close else 32 if size in ("MLS", "FS") else 22)
        )
        pitch = -math.atan2(height - middle, distance) * 0.95
    roll = math.radians(8.5 if luck.random() < 0.5 else -8.5) if facts.angle == "dutch" else 0.0
    offset_x = (luck.random() - 0.5) * min(0.9, 0.16 * distance)
    lens = PinholeLens(x=middle_x + offset_x, y=height, z=-distance, focal=focal, pitch=pitch, roll=roll)
    # Shift the picture so that heads or feet are where this size needs them, and the subject is at a third of
    # the frame.
    if lying and main is not None:
        # Leave space for the lying body, which extends away from the face.
        reach = max(0.0, span * aspect / 2 - 0.3 * main.unit)
        middle_x -= (main.facing or 1) * min(0.7 * main.unit, reach)
        anchor, want_y = (middle_x, main.head[1], 0.0), 0.08
    elif close or size == "MLS":
        anchor, want_y = (middle_x, top, 0.0), -0.5 + FRAMINGS[size].headroom
    else:
        anchor, want_y = (middle_x, 0.0, 0.0), FRAMINGS[size].feet
    at = lens.project_point(anchor)
    want_x = 0.0
    if len(actors) == 1 and main is not None and main.view != FRONT and main.pose != "lie":
        want_x = -main.facing * aspect * (0.07 if close else 0.11)
    if facts.function == "OTS" and main is not None:
        want_x = -main.facing * aspect * 0.14
    elif not actors:
        want_x = 0.0
    return replace(lens, shift=(want_x - at[0], want_y - at[1])), distance
