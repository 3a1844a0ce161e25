"""Dramatic weight of each piece of action or speech in a scene, and the shot size that follows from the
weight.

Shots get closer as a scene proceeds, and are closest at its turning point: coverage from wide to close as
taught by Arijon, Grammar of the Film Language (1976), and Katz, Film Directing Shot by Shot (1991).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.moment import Moment
from milimo_tui.story.values.shot_words import Size

_SILENCE = compile_lazily(
    r"^(?:a (?:beat|pause|long (?:beat|pause|silence)|moment)|beat|pause|silence|nothing"
    r"|no answer)\b|says nothing|"
    r"\bdoesn['’]t (?:answer|speak|move)\b|\bstares?\b|\bfreezes\b|\bholds (?:his|her) (?:breath"
    r"|look|gaze)\b",
    re.IGNORECASE,
)
_REVEAL = compile_lazily(
    r"\b(?:reveals?|realis|realiz|recogni[sz]|truth|secret|dead|died|killed|love you|leaving"
    r"|never|it was (?:me|you))\w*",
    re.IGNORECASE,
)
# Features that make a piece of action or speech important. Each has a weight, and the phrase that names the
# feature where a screen explains the size of a shot.
WEIGHTS = {
    "late": (0.45, "the scene has gone on"),
    "cry": (0.25, "turn: an outcry"),
    "silence": (0.3, "turn: after the silence"),
    "reveal": (0.3, "turn: something comes out"),
    "short": (0.1, "a short answer"),
    "low": (0.2, "said low"),
}
CLOSE, NEAR = 0.72, 0.38  # The minimum weights for a close-up and for a medium close-up.
_LOW = compile_lazily(r"\b(?:low|quiet|whisper|under|soft|hushed|barely)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DramaticWeight:
    """The dramatic weight of a piece of action or speech, from 0 to 1. `reason` describes the feature that
    contributed most, such as a silence before a line.
    """

    weight: float
    reason: str


def weigh_moment(moments: Sequence[Moment], index: int) -> DramaticWeight:
    """Return the dramatic weight of the piece of action or speech at `index` in a scene, from 0 to 1, and its
    strongest feature. The weight depends on the position in the scene, on the words, and on the piece before.
    """
    moment = moments[index]
    words = " ".join(line.text for side in moment.sides for line in side) or moment.text
    tones = " ".join(line.parenthetical for side in moment.sides for line in side)
    before = moments[index - 1] if index else None
    found: list[str] = []
    if "!" in words:
        found.append("cry")
    if before is not None and not before.sides and _SILENCE.search(before.text):
        found.append("silence")
    if _REVEAL.search(words):
        found.append("reveal")
    if moment.sides and len(words.split()) <= 3 and index > 2:
        found.append("short")
    if _LOW.search(tones):
        found.append("low")
    late = index / max(1, len(moments) - 1) if len(moments) > 4 else 0.0
    weight = WEIGHTS["late"][0] * late + sum(WEIGHTS[name][0] for name in found)
    best = max(found, key=lambda name: WEIGHTS[name][0], default="late")
    return DramaticWeight(min(1.0, weight), WEIGHTS[best][1])


def choose_single_size(turn: DramaticWeight) -> Size:
    """Return the size, such as close-up, for a shot of one person at a point of the scene with the dramatic
    weight `turn`.
    """
    return Size.CU if turn.weight >= CLOSE else Size.MCU if turn.weight >= NEAR else Size.MS
