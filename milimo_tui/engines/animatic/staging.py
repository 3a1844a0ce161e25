"""Staging: from a shot's facts to a set, a lens and people placed before it. Pure values; nothing is drawn."""

from __future__ import annotations

import hashlib
import math
import random
import re
from dataclasses import dataclass, replace

from milimo_tui.engines.animatic import words
from milimo_tui.engines.animatic.cast import look_of
from milimo_tui.engines.animatic.figures import Actor, head_height
from milimo_tui.engines.animatic.heads import BACK, FRONT, PROFILE, QUARTER
from milimo_tui.engines.animatic.lens import Lens
from milimo_tui.engines.animatic.palette import Palette, indoors, outdoors
from milimo_tui.engines.animatic.places.table import Place, find
from milimo_tui.engines.specs import Person, ShotFacts

# Metres of height the frame shows at the subject, and the lens (in frame heights) that suits it.
_SPAN = {
    "ECU": 0.235,
    "CU": 0.42,
    "MCU": 0.66,
    "MS": 0.98,
    "MLS": 1.4,
    "FS": 2.12,
    "LS": 3.0,
    "WS": 4.4,
    "EWS": 12.0,
}
_FOCAL = {
    "ECU": 2.1,
    "CU": 1.8,
    "MCU": 1.6,
    "MS": 1.45,
    "MLS": 1.35,
    "FS": 1.25,
    "LS": 1.15,
    "WS": 1.05,
    "EWS": 1.0,
}
_HEADROOM = {"ECU": -0.22, "CU": 0.07, "MCU": 0.09, "MS": 0.09, "MLS": 0.08}
_FEET = {"FS": 0.44, "LS": 0.41, "WS": 0.37, "EWS": 0.3}
_OVERHEAD = {
    "ECU": 1.3,
    "CU": 1.6,
    "MCU": 2.2,
    "MS": 3.0,
    "MLS": 3.6,
    "FS": 4.4,
    "LS": 5.8,
    "WS": 8.0,
    "EWS": 16.0,
}
SIZES = tuple(_SPAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staging:
    """Everything the painter needs. `span` is metres of frame height at the subject, `distance` to it."""

    facts: ShotFacts
    aspect: float
    kind: str
    place: Place
    inside: bool
    palette: Palette
    air: tuple[str, ...]
    lens: Lens
    span: float
    distance: float
    actors: tuple[Actor, ...] = ()
    owner: str = ""  # whose eyes a POV is
    thing: str = ""  # what an insert shows
    overhead: bool = False
    light_left: bool = True
    crowd: bool = False
    nod: float = 0.0
    scene_seed: int = 0
    shot_seed: int = 0
    blur: float = 0.0  # of what lies behind, in frame heights

    def speaker(self, character: str) -> int | None:
        """The index of the actor who speaks as that character."""
        wanted = _plain(character)
        for index, actor in enumerate(self.actors):
            if actor.look.name == wanted and not actor.near:
                return index
        return None


def seed_of(*parts: object) -> int:
    """A seed from words: the same on every machine and in every run."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def stage_shot(facts: ShotFacts, aspect: float, seed: int) -> Staging:
    """Read the facts and put people, set and lens in place. `aspect` is width by height."""
    inside = _is_inside(facts)
    text = f"{facts.heading} {facts.location} {facts.action}".lower()
    kind = words.place_of(facts.location, facts.heading, facts.action, inside=inside)
    if facts.setting == "INT/EXT" and words.place_of(facts.location, facts.heading, "", inside=True) == "car":
        inside, kind = True, "car"
    place = find(kind, inside=inside)
    hour = words.hour_of(facts.time_of_day, facts.heading, facts.action)
    palette = indoors(hour, place.mood) if inside else outdoors(hour, wild=place.wild)
    scene_seed = seed_of("scene", facts.heading or facts.location)
    shot_seed = seed_of("shot", seed, facts.number, facts.action, facts.size, facts.function)
    luck = random.Random(shot_seed)
    function = facts.function
    thing = ""
    if function in ("insert", "cutaway"):
        thing = words.thing_of(facts.action, "hand" if function == "insert" else "")
    overhead = facts.angle == "overhead" and not thing
    owner, people = _people(facts)
    if thing:
        people = []
    size = facts.size if facts.size in _SPAN else "MS"
    if function == "establishing" and size not in ("LS", "WS", "EWS"):
        size = "WS"
    if function == "OTS" and size in ("ECU", "CU"):
        size = "MCU"
    span = _SPAN[size] if not overhead else _OVERHEAD[size]
    if inside and not overhead:
        span = min(span * 0.8 if size in ("LS", "WS") else span, place.reach)
    actors = _block(facts, people, size, span, place, kind, luck, overhead=overhead)
    span = max(span, _needed(actors, aspect, size))
    lens, distance = _lens(facts, size, span, actors, aspect, luck, inside=inside, overhead=overhead)
    if function == "OTS":
        actors = (*actors, _shoulder(facts, people, lens, distance, aspect, actors))
    return Staging(
        facts=facts,
        aspect=aspect,
        kind=kind,
        place=place,
        inside=inside,
        palette=palette,
        air=words.air_of((facts.action, facts.heading, facts.time_of_day)),
        lens=lens,
        span=span,
        distance=distance,
        actors=actors,
        owner=owner,
        thing=thing,
        overhead=overhead,
        light_left=scene_seed % 2 == 0,
        crowd=words.names_crowd(text) or function == "group",
        nod={"low": 0.045, "high": -0.05}.get(facts.angle, 0.0),
        scene_seed=scene_seed,
        shot_seed=shot_seed,
        blur={"ECU": 0.012, "CU": 0.0075, "MCU": 0.0042, "MS": 0.0018}.get(size, 0.0)
        if actors and not overhead
        else 0.0,
    )


def _is_inside(facts: ShotFacts) -> bool:
    setting = facts.setting or facts.heading[:8].upper()
    return setting.upper().startswith(("INT", "I/E")) and "EXT" not in setting.upper()


def _plain(name: str) -> str:
    return re.sub(r"\s*\(.*?\)", "", name).strip().upper()


def _people(facts: ShotFacts) -> tuple[str, list[Person]]:
    """Whose eyes these are (POV), and who is in the picture, the one it is about first."""
    heard_only = {
        _plain(line.character)
        for line in facts.lines
        if re.search(r"\b(?:V\.?O|O\.?S|O\.?C)\b", line.extension.upper())
    }
    present = [
        person
        for person in facts.characters
        if _plain(person.name) not in heard_only or words.sentences_about(person.name, facts.action)
    ]
    speaking = [_plain(line.character) for line in facts.lines if _plain(line.character) not in heard_only]
    if speaking:
        present.sort(key=lambda person: 0 if _plain(person.name) == speaking[0] else 1)
    elif facts.action:
        present.sort(key=lambda person: _first_named(person.name, facts.action))
    owner = ""
    if facts.function == "POV":
        match = re.search(
            r"\b([\w. ]+?)['’]s?\s+(?:POV|point of view)", f"{facts.action} {facts.heading}", re.IGNORECASE
        )
        named = _plain(match.group(1)).split()[-1] if match else ""
        for person in present:
            if named and named in _plain(person.name).split():
                owner = _plain(person.name)
        if not owner and present:
            owner = _plain(present[0].name)
        present = [person for person in present if _plain(person.name) != owner]
    wanted = {"two-shot": 2, "OTS": 2, "three-shot": 3, "group": 4}.get(facts.function, 0)
    while len(present) < wanted:
        present.append(Person(name=f"SOMEONE {len(present) + 1} {facts.location}"))
    return owner, present


def _first_named(name: str, action: str) -> int:
    found = re.search(rf"\b(?:{'|'.join(map(re.escape, name.split() or [name]))})\b", action, re.IGNORECASE)
    return found.start() if found else len(action) + 1


def _block(
    facts: ShotFacts,
    people: list[Person],
    size: str,
    span: float,
    place: Place,
    kind: str,
    luck: random.Random,
    *,
    overhead: bool,
) -> tuple[Actor, ...]:
    """Put people on their marks: side by side for talk, the one it is about nearest the middle."""
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
    # Sides are by name, so that two people keep theirs from shot to shot.
    order = sorted(range(count), key=lambda index: _plain(people[index].name))
    if facts.function == "reverse":
        order.reverse()
    actors: list[Actor] = []
    for index, person in enumerate(people):
        rank = order.index(index)
        x = (rank - (count - 1) / 2) * gap
        z = 0.3 * (rank % 2) if count > 2 and kind != "car" else 0.0
        actors.append(
            _actor(facts, person, index, count, rank, x, z, size, place, kind, luck, overhead=overhead)
        )
    if count == 1 and kind == "car":
        actors[0] = replace(actors[0], x=0.38)
    return tuple(actors)


def _actor(
    facts: ShotFacts,
    person: Person,
    index: int,
    count: int,
    rank: int,
    x: float,
    z: float,
    size: str,
    place: Place,
    kind: str,
    luck: random.Random,
    *,
    overhead: bool,
) -> Actor:
    name = _plain(person.name)
    about = words.sentences_about(name, facts.action) or (facts.action if count == 1 else "")
    pose = words.pose_of(about)
    if place.seated:
        pose = "sit"
    if pose == "lie" and size in ("ECU", "CU", "MCU"):
        pose = "stand"
    held = words.held_in(about)
    facing = 1 if seed_of("side", name) % 2 else -1
    if facts.function == "reverse" and count == 1:
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
    if words.shows_back(about) and size not in ("ECU", "CU") and facts.angle != "profile":
        view = BACK
    if facts.movement == "track" and pose == "stand":
        pose = "walk"
    if kind == "car" and view != PROFILE:
        view = FRONT if count == 1 else QUARTER
    return Actor(
        look=look_of(person),
        x=x,
        z=z,
        view=view,
        facing=facing,
        pose=pose,
        seat=not place.seated,
        held=held,
        mood=words.mood_of(f"{about} {_said(facts, name)}"),
    )


def _said(facts: ShotFacts, name: str) -> str:
    return " ".join(line.text for line in facts.lines if _plain(line.character) == name)


def _needed(actors: tuple[Actor, ...], aspect: float, size: str) -> float:
    """The least span that holds everyone side by side, with something held out."""
    if not actors:
        return 0.0
    room = 0.22 if size in ("ECU", "CU") and len(actors) == 1 else 0.42 if len(actors) == 1 else 0.62
    wide = max(actor.x for actor in actors) - min(actor.x for actor in actors)
    return (wide + room) / aspect if len(actors) > 1 or aspect < 1 else 0.0


def _lens(
    facts: ShotFacts,
    size: str,
    span: float,
    actors: tuple[Actor, ...],
    aspect: float,
    luck: random.Random,
    *,
    inside: bool,
    overhead: bool,
) -> tuple[Lens, float]:
    focal = _FOCAL[size]
    middle_x = (min(a.x for a in actors) + max(a.x for a in actors)) / 2 if actors else 0.0
    if overhead:
        high = span * 1.25
        tilt = math.radians(84)
        lens = Lens(
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
    eyes = (main.top if main else 1.7) - 0.5 * (head_height(main.look) if main else 0.24)
    close = size in ("ECU", "CU", "MCU", "MS")
    height = eyes if close else {"MLS": 1.4, "FS": 1.3, "LS": 1.45, "WS": 1.6, "EWS": 2.6}[size]
    if inside and size == "EWS":
        height = 1.8
    pitch = 0.0
    middle = top - 0.36 * span if close else span * 0.34
    if facts.angle == "low":
        # Nearer with a wider lens: heights tower.
        focal, distance = focal * 0.8, distance * 0.8
        down = min(0.62 * distance, max(0.12, (eyes - 0.1) if close else 1.15))
        height = max(0.16, (eyes if close else 1.3) - down)
        pitch = math.atan2(middle - height, distance) * 0.85
    elif facts.angle == "high":
        height = middle + distance * math.tan(math.radians(30 if close else 35))
        pitch = -math.atan2(height - middle, distance) * 0.95
    roll = math.radians(8.5 if luck.random() < 0.5 else -8.5) if facts.angle == "dutch" else 0.0
    aside = (luck.random() - 0.5) * min(0.9, 0.16 * distance)
    lens = Lens(x=middle_x + aside, y=height, z=-distance, focal=focal, pitch=pitch, roll=roll)
    # Slide the film so that heads or feet sit where this size wants them, and the subject on its third.
    if close or size == "MLS":
        anchor, want_y = (middle_x, top, 0.0), -0.5 + _HEADROOM[size]
    else:
        anchor, want_y = (middle_x, 0.0, 0.0), _FEET[size]
    at = lens.point(anchor)
    want_x = 0.0
    if len(actors) == 1 and main is not None and main.view != FRONT:
        want_x = -main.facing * aspect * (0.07 if close else 0.11)
    if facts.function == "OTS" and main is not None:
        want_x = -main.facing * aspect * 0.14
    elif not actors:
        want_x = 0.0
    return replace(lens, shift=(want_x - at[0], want_y - at[1])), distance


def _shoulder(
    facts: ShotFacts,
    people: list[Person],
    lens: Lens,
    distance: float,
    aspect: float,
    actors: tuple[Actor, ...],
) -> Actor:
    """The dark back of the one over whose shoulder we look."""
    main = actors[0]
    other = people[1] if len(people) > 1 else Person(name="SOMEONE")
    z = -distance * 0.42
    side = main.facing  # they stand where the other looks
    # Solve for x so that the head falls near the frame's edge.
    want = side * aspect * 0.33
    near = distance + z
    x = (want - lens.shift[0]) / lens.focal * near + lens.x
    look = look_of(other)
    return Actor(
        look=replace(look, height=max(1.62, look.height)), x=x, z=z, view=BACK, facing=-side, near=True
    )
