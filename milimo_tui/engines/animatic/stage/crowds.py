"""Count the unnamed people in a shot and place them in the background."""

from __future__ import annotations

import random
import re

from milimo_tui.engines.animatic.draw.lens import PinholeLens
from milimo_tui.engines.animatic.draw.pens import BACK, FRONT, QUARTER
from milimo_tui.engines.animatic.figures.cast import describe_appearance
from milimo_tui.engines.animatic.figures.people import Actor
from milimo_tui.engines.specs.spec_values import DescribedPerson

_MANY = (
    r"crowds?|crowded|mob|audience|throng\w*|hundreds|thousands|dozens|masses|army|armies|parade|protesters|"
    r"revell?ers|spectators|congregation|onlookers|multitude|bustl\w+|packed|horde|rally|marchers"
)
_SOME = (
    r"people|passers-?by|shoppers|customers|commuters|patrons|guests|soldiers|pedestrians|vendors|strangers|"
    r"dancers|passengers|mourners|diners|workers|students|children|kids|villagers|reporters|policemen|cops|"
    r"officers|guards|nuns|monks|sailors|nurses|doctors|tourists|fans|players|townsfolk|troops|gang|choir|"
    r"orchestra|jury|everyone|everybody|bystanders|extras|men|women|acrobats|clowns|pirates|prisoners|refugees"
)
_COUNTS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "a dozen": 12, "twenty": 20, "thirty": 30, "several": 5, "half a dozen": 6,
}  # fmt: skip
MANY, SOME = 36, 12
_PLAIN = r"people|everyone|everybody|strangers|extras|gang|bystanders|men|women"
_STEP = 0.62  # metres between two people in a row


def is_group(name: str) -> bool:
    """Return True if the name of a character means several people: CROWD, SOLDIERS, THE GUESTS."""
    plain = re.sub(r"\(.*?\)|\b(?:the|all|some|other|another)\b|[#\d]", " ", name, flags=re.IGNORECASE)
    words = plain.split()
    return bool(words) and re.fullmatch(rf"(?:{_MANY}|{_SOME})", words[-1], re.IGNORECASE) is not None


def count_crowd(text: str, named: int) -> tuple[int, str]:
    """Return the number of unnamed people that a text mentions, and the word for one of them, such as
    “soldier”. Return (0, "") if the text mentions no crowd.

    `named` is the number of named people in the shot. They are subtracted from a number in the text, because
    it may include them.
    """
    text = re.sub(
        r"\b(?:no|without|empty of|like|other) (?:people|crowds?|men|women|children)\b", " ", text, flags=re.I
    )
    match = re.search(
        rf"\b({'|'.join(_COUNTS)}|\d{{1,3}})(?: (?!{_SOME})[\w-]+){{0,2}}? ({_SOME})\b", text, re.IGNORECASE
    )
    if re.search(rf"\b(?:{_MANY})\b", text, re.IGNORECASE):
        several = re.search(rf"\b(?:{_SOME})\b", text, re.IGNORECASE)
        return MANY, _name_one(several[0]) if several else ""
    if match:
        word = match[1].casefold()
        number = int(word) if word.isdigit() else _COUNTS[word]
        return max(0, min(MANY, number) - named), _name_one(match[2])
    if found := re.search(rf"\b(?:{_SOME})\b", text, re.IGNORECASE):
        if re.fullmatch(r"men|women|children|kids", found[0], re.IGNORECASE) and named > 1:
            return 0, ""  # “men” means the named people here, not a crowd
        return SOME, _name_one(found[0])
    return 0, ""


def _name_one(word: str) -> str:
    """Return the word for one member of a group: “soldiers” → “soldier”."""
    word = word.casefold()
    if re.fullmatch(_PLAIN, word):
        return {"men": "man", "women": "woman"}.get(word, "")
    return {"children": "child"}.get(word, re.sub(r"s$", "", word.replace("men", "man")))


def place_crowd(
    count: int,
    one: str,
    where: str,
    lens: PinholeLens,
    aspect: float,
    actors: tuple[Actor, ...],
    deep: float,
    words: str,
) -> tuple[Actor, ...]:
    """Return `count` people of a crowd as actors, the farthest first, looking at the main person. There are
    fewer if they do not fit.

    `one` is the word for a member of the crowd. `where` names the place (the scene's heading): a crowd has
    the same people at the same positions in every shot of a place. `deep` is the depth of the crowd in
    metres, and `words` is the text that decides the poses.
    """
    if not count:
        return ()
    first = 0.75 if actors else 0.0
    aim = actors[0].x if actors else 0.0
    out: list[Actor] = []
    row = 0
    while len(out) < count and first + row * 0.8 <= deep:
        luck = random.Random(f"{where} row {row}")
        z = first + row * 0.8
        half = 0.5 * aspect * lens.measure_distance((0.0, 1.2, z)) / lens.focal * 1.05
        marks = [(index, (index + 0.5 * (row % 2)) * _STEP) for index in range(-14, 15)]
        chosen = sorted(marks, key=lambda mark: abs(mark[1] - lens.x))
        for index, x in chosen:
            jitter, ahead, pick = luck.uniform(-0.14, 0.14), luck.uniform(-0.15, 0.15), luck.random()
            x += jitter
            if abs(x - lens.x) > half or len(out) >= count:
                continue
            name = f"EXTRA {row}.{index} {where}"
            out.append(
                Actor(
                    appearance=describe_appearance(DescribedPerson(name=name, description=one)),
                    x=x,
                    z=max(first - 0.1, z + ahead),
                    view=FRONT if pick < 0.25 else BACK if pick > 0.93 else QUARTER,
                    facing=1 if x < aim else -1,
                    pose=_choose_pose(words, pick),
                )
            )
        row += 1
    return tuple(sorted(out, key=lambda actor: -actor.z))


def _choose_pose(words: str, pick: float) -> str:
    """Return the pose of a person in a crowd. In a cheering or dancing crowd, some people raise an arm."""
    if re.search(
        r"\b(?:cheer\w*|danc\w+|wav\w+|applaud\w*|protest\w*|shout\w*|roar\w*|rally)\b", words, re.I
    ):
        return "raise" if pick < 0.55 else "stand"
    if re.search(r"\b(?:march\w*|commut\w*|pedestrians|bustl\w*|shoppers|hurr\w+|stream\w*)\b", words, re.I):
        return "walk" if pick < 0.7 else "stand"
    return "stand"
