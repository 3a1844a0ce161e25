"""Generate an invented screenplay of any size, always the same for one seed, to measure and to compare
parsers.
"""

from __future__ import annotations

import random

_PLACES = (
    "KITCHEN", "HARBOUR", "NIGHT TRAIN", "ROOF GARDEN", "COURT ROOM", "MARKET STREET", "HOSPITAL WARD",
    "ARCHIVE", "OLD MILL", "BUS STATION", "LIGHTHOUSE", "CHESS CLUB", "TUNNEL", "LABORATORY",
    "ORCHARD", "FERRY DECK",
)  # fmt: skip
_NAMES = ("MARA", "JUN", "OLD TAM", "DR. IVES", "O'BRIEN", "JEAN-LUC", "ZOË", "SGT. POLE", "3RD COP", "NADIA")
_TIMES = ("DAY", "NIGHT", "DAWN", "DUSK", "CONTINUOUS", "LATER")
_NOUNS = (
    "lantern", "ledger", "kettle", "letter", "engine", "mirror", "suitcase", "violin", "compass",
    "photograph", "staircase", "curtain", "telescope", "coat", "window", "drawer", "radio", "map",
    "candle", "garden",
)  # fmt: skip
_VERBS = (
    "crosses", "studies", "drops", "lifts", "hides", "repairs", "ignores", "opens", "measures", "burns",
    "folds", "counts", "polishes", "forgets", "carries", "watches", "turns", "closes", "finds", "breaks",
)  # fmt: skip
_ADVERBS = (
    "slowly",
    "twice",
    "without a word",
    "again",
    "by candlelight",
    "in the rain",
    "at last",
    "carefully",
)


def sentence(rng: random.Random) -> str:
    words = [rng.choice(("He", "She", "The boy", "Mara", "Jun", "Nobody")), rng.choice(_VERBS)]
    words += ["the", rng.choice(_NOUNS), rng.choice(_ADVERBS)]
    if rng.random() < 0.4:
        words += ["and", rng.choice(_VERBS), "a", rng.choice(_NOUNS), "near the", rng.choice(_NOUNS)]
    return " ".join(words) + "."


def paragraph(rng: random.Random) -> str:
    return " ".join(sentence(rng) for _ in range(rng.randint(1, 3)))


def speech(rng: random.Random) -> list[str]:
    name = rng.choice(_NAMES)
    lines = [name + rng.choice(("", "", "", " (V.O.)", " (O.S.)", " (CONT'D)"))]
    if rng.random() < 0.2:
        lines.append(rng.choice(("(beat)", "(quietly)", "(to himself)")))
    lines += [sentence(rng) for _ in range(rng.randint(1, 2))]
    return lines


def scene(rng: random.Random, size: int) -> list[str]:
    setting = rng.choice(("INT.", "EXT.", "INT./EXT."))
    lines = [f"{setting} {rng.choice(_PLACES)} - {rng.choice(_TIMES)}", ""]
    for _ in range(size):
        lines += [paragraph(rng)] if rng.random() < 0.5 else speech(rng)
        lines.append("")
    if rng.random() < 0.2:
        lines += ["CUT TO:", ""]
    return lines


def feature(seed: int = 1, scenes: int = 190, size: int = 10) -> str:
    """Return a screenplay of `scenes` scenes. At the default `size` a scene has about 25 lines, so that 190
    scenes are a feature film.
    """
    rng = random.Random(seed)
    head = ["Title: A Long Film", "Author: Nobody", "", "FADE IN:", ""]
    return "\n".join([*head, *(line for _ in range(scenes) for line in scene(rng, size))])
