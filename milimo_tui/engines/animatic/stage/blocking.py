"""Decide which people are in the picture, and their positions, directions and actions."""

from __future__ import annotations

import hashlib
import random
import re
from dataclasses import replace

from milimo_tui.engines.animatic.draw.lens import PinholeLens
from milimo_tui.engines.animatic.draw.pens import BACK, FRONT, PROFILE, QUARTER
from milimo_tui.engines.animatic.figures.cast import describe_appearance
from milimo_tui.engines.animatic.figures.people import Actor
from milimo_tui.engines.animatic.places.place_table import INSIDE, PlaceEntry
from milimo_tui.engines.animatic.stage import crowds, script_words
from milimo_tui.engines.specs.spec_values import DescribedPerson, ShotFacts, SpokenLine

_SIDES = {"left": 0, "centre": 1, "right": 2}
_BODY = re.compile(
    r"\b(?:an?|the|another|one) (?:[\w-]+ ){0,2}?(body|corpse)\b"
    r"(?! (?:of|bag|heat|language|count)\b)",
    re.IGNORECASE,
)


def simplify_name(name: str) -> str:
    """Return a name in capitals, without a remark in brackets."""
    return re.sub(r"\s*\(.*?\)", "", name).strip().upper()


def make_seed(*parts: object) -> int:
    """Return a random seed that depends only on `parts`. Equal parts give the same seed on every machine."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def is_unseen(line: SpokenLine) -> bool:
    """Return True if the speaker of a line is not in the picture: a voice-over, or a line from off screen."""
    return re.search(r"\b(?:V\.?O|O\.?S|O\.?C)\b", line.extension.upper()) is not None


def find_people(facts: ShotFacts) -> tuple[str, list[DescribedPerson]]:
    """Return the person whose point of view the shot shows (or an empty string), and the people in the
    picture.

    The main person is first in the list.
    """
    heard_only = {simplify_name(line.character) for line in facts.lines if is_unseen(line)}
    present = [
        person
        for person in facts.characters
        if not crowds.is_group(person.name)
        and (
            simplify_name(person.name) not in heard_only
            or script_words.find_sentences(person.name, facts.action)
        )
    ]
    speaking = [
        simplify_name(line.character)
        for line in facts.lines
        if simplify_name(line.character) not in heard_only
    ]
    if speaking:
        present.sort(key=lambda person: 0 if simplify_name(person.name) == speaking[0] else 1)
    elif facts.action:
        present.sort(key=lambda person: _find_first_mention(person.name, facts.action))
    owner = ""
    if facts.function == "POV":
        match = re.search(
            r"\b([\w. ]+?)['’]s?\s+(?:POV|point of view)", f"{facts.action} {facts.heading}", re.IGNORECASE
        )
        named = simplify_name(match.group(1)).split()[-1] if match else ""
        for person in present:
            if named and named in simplify_name(person.name).split():
                owner = simplify_name(person.name)
        if not owner and present:
            owner = simplify_name(present[0].name)
        present = [person for person in present if simplify_name(person.name) != owner]
    present += _find_lying_body(present, facts.action)
    wanted = {"two-shot": 2, "OTS": 2, "three-shot": 3, "group": 4}.get(facts.function, 0)
    if facts.function == "group" and crowds.count_crowd(facts.action, 0)[0]:
        wanted = 0  # Add no people here: `crowds` places the unnamed people that the action mentions.
    while len(present) < wanted:
        present.append(DescribedPerson(name=f"SOMEONE {len(present) + 1} {facts.location}"))
    return owner, present


def _find_lying_body(present: list[DescribedPerson], action: str) -> list[DescribedPerson]:
    """Return a list with an unnamed person whom the action describes as lying. Empty if nobody lies, or a
    character does.
    """
    found = _BODY.search(action)
    if found is None:
        return []
    names = (found[1].upper(), *(simplify_name(person.name) for person in present))
    lies, *others = (
        script_words.find_pose(script_words.find_sentences(name, action)) == "lie" for name in names
    )
    if not lies or any(others):
        return []
    return [DescribedPerson(name=names[0])]


def _find_first_mention(name: str, action: str) -> int:
    found = re.search(rf"\b(?:{'|'.join(map(re.escape, name.split() or [name]))})\b", action, re.IGNORECASE)
    return found.start() if found else len(action) + 1


def block_shot(
    facts: ShotFacts,
    people: list[DescribedPerson],
    size: str,
    span: float,
    place: PlaceEntry,
    kind: str,
    luck: random.Random,
    *,
    overhead: bool,
) -> tuple[Actor, ...]:
    """Return the people as actors at their positions: side by side for a conversation, the main person
    nearest the centre.

    `span` is the height of the frame at the subject in metres.
    """
    close = size in ("ECU", "CU", "MCU")
    if facts.function in ("single", "reaction", "reverse", "insert") and close:
        people = people[:1]
    if facts.function == "OTS":
        people = people[:1]
    limit = {"two-shot": 2, "three-shot": 3}.get(facts.function, 5 if not close else 3)
    people = people[:limit]
    count = len(people)
    if not count:
        return ()
    gap = {"ECU": 0.2, "CU": 0.26, "MCU": 0.4, "MS": 0.66, "MLS": 0.78, "FS": 0.85}.get(size, 1.0)
    if kind == "car":
        gap = 0.76
    elif place.seated:
        gap = 0.6  # metres between seated people: the width of a seat
    gap *= max(1.0, 0.75 * max(describe_appearance(person).height for person in people) / 1.75)
    order = _order_across(facts, people)
    actors: list[Actor] = []
    for index, person in enumerate(people):
        rank = order.index(index)
        x = (rank - (count - 1) / 2) * gap
        z = 0.3 * (rank % 2) if count > 2 and not place.seated else 0.0
        actors.append(
            _make_actor(facts, person, index, count, rank, x, z, size, place, kind, luck, overhead=overhead)
        )
    if count > 1 and all(actor.pose in ("walk", "run") for actor in actors):
        # People who walk together face the same direction.
        facing = actors[0].facing
        actors = [replace(actor, facing=facing, view=actors[0].view) for actor in actors]
    if count == 1 and kind == "car":
        actors[0] = replace(actors[0], x=0.38)
    elif place.seated and kind != "car" and count % 2:
        actors = [replace(actor, x=actor.x + 0.3) for actor in actors]
    return _place_near_lying(actors)


def _order_across(facts: ShotFacts, people: list[DescribedPerson]) -> list[int]:
    """Return the indices of the people in the order in which they stand, from the left of the frame to the
    right.

    If the scene's floor plan contains all of them, the order follows the plan. Otherwise they are sorted by
    name. Two people therefore keep their sides from shot to shot.
    """
    sides = _read_sides(facts)
    names = [simplify_name(person.name) for person in people]
    if all(name in sides for name in names):
        return sorted(range(len(people)), key=lambda index: (sides[names[index]], names[index]))
    order = sorted(range(len(people)), key=lambda index: names[index])
    return order[::-1] if facts.function == "reverse" else order


def _read_sides(facts: ShotFacts) -> dict[str, int]:
    """Return the side of each person in the scene's floor plan, by name: 0 is left, 2 is right."""
    return {simplify_name(name): _SIDES[side] for name, side in facts.stands if side in _SIDES}


def _place_near_lying(actors: list[Actor]) -> tuple[Actor, ...]:
    """Return the actors with standing and seated people moved near the head of a person who lies, looking at
    that person.
    """
    lying = next((actor for actor in actors if actor.pose == "lie"), None)
    if lying is None or all(actor.pose == "lie" for actor in actors):
        return tuple(actors)
    out, rank = [], 0
    low = replace(lying, x=0.0)
    head, side = low.head[0], low.facing or 1
    for actor in actors:
        if actor is lying:
            out.append(low)
        elif actor.pose == "lie":
            out.append(replace(actor, x=0.0, z=1.3))
        else:
            x = head - side * (0.45 + 0.55 * rank)
            out.append(replace(actor, x=x, z=0.62, facing=side, view=QUARTER))
            rank += 1
    return tuple(out)


def _make_actor(
    facts: ShotFacts,
    person: DescribedPerson,
    index: int,
    count: int,
    rank: int,
    x: float,
    z: float,
    size: str,
    place: PlaceEntry,
    kind: str,
    luck: random.Random,
    *,
    overhead: bool,
) -> Actor:
    name = simplify_name(person.name)
    about = script_words.find_sentences(name, facts.action) or (facts.action if count == 1 else "")
    pose = script_words.find_pose(about)
    if kind == "underwater" and pose != "lie":
        pose = "swim"
    elif pose == "swim":
        pose = "stand"  # people on a shore or on a deck are not in the water
    rest = script_words.find_rest(pose, about, kind, inside=kind in INSIDE)
    if place.seated and (kind == "car" or pose not in ("walk", "lean", "bend", "run", "point", "raise")):
        pose, rest = "sit", ""
    in_hand = script_words.find_held_thing(about)
    side = _read_sides(facts).get(name, 1)
    facing = 1 if make_seed("side", name) % 2 else -1
    if side != 1:
        facing = 1 if side == 0 else -1  # a person on the left looks right
    elif facts.function == "reverse" and count == 1:
        facing = -facing
    view = QUARTER
    if count > 1:
        facing = 1 if rank < count / 2 else -1
        if count % 2 and rank == count // 2:
            view = FRONT
    elif facts.function == "POV" or (size in ("WS", "EWS", "LS") and pose == "stand" and luck.random() < 0.3):
        view = FRONT
    if pose in ("walk", "run") or facts.movement == "track":
        view = PROFILE if pose == "run" or luck.random() < 0.35 else QUARTER
    if facts.angle == "profile":
        view = PROFILE
    if script_words.shows_back(about) and size not in ("ECU", "CU") and facts.angle != "profile":
        view = BACK
    if facts.movement == "track" and pose == "stand":
        pose = "walk"
    if pose in ("lean", "bend", "swim", "lie", "kneel"):
        view = PROFILE if pose == "swim" and facts.angle == "profile" else QUARTER
    if kind == "car" and view != PROFILE:
        view = FRONT if count == 1 else QUARTER
    return Actor(
        appearance=describe_appearance(person),
        x=x,
        z=z,
        view=view,
        facing=facing,
        pose=pose,
        seat=not place.seated,
        in_hand="" if pose in ("swim", "lie") else in_hand,
        rest=rest,
        asleep=script_words.is_asleep(about),
        mood=script_words.find_mood(f"{about} {_collect_speech(facts, name)}"),
    )


def _collect_speech(facts: ShotFacts, name: str) -> str:
    return " ".join(line.text for line in facts.lines if simplify_name(line.character) == name)


def make_shoulder(
    people: list[DescribedPerson],
    lens: PinholeLens,
    distance: float,
    aspect: float,
    actors: tuple[Actor, ...],
) -> Actor:
    """Return the person over whose shoulder the camera looks, as a dark back near the frame's edge."""
    main = actors[0]
    other = people[1] if len(people) > 1 else DescribedPerson(name="SOMEONE")
    z = -distance * 0.42
    side = main.facing  # the side of the frame that the main person looks at
    # Choose x so that the head is near the edge of the frame.
    want = side * aspect * 0.33
    near = distance + z
    x = (want - lens.shift[0]) / lens.focal * near + lens.x
    appearance = describe_appearance(other)
    return Actor(
        # Give a very small or very tall person another height, so that the shoulder is in the frame.
        appearance=replace(
            appearance, height=min(lens.y + 0.35, max(1.62, lens.y - 0.05, appearance.height))
        ),
        x=x,
        z=z,
        view=BACK,
        facing=-side,
        near=True,
    )
