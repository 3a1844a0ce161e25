"""Stage a shot: choose the set, the lens and the positions of people from the shot's facts."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from milimo_tui.engines.animatic.draw.lens import PinholeLens
from milimo_tui.engines.animatic.draw.palette import LightPalette, make_indoor_palette, make_outdoor_palette
from milimo_tui.engines.animatic.figures.people import Actor
from milimo_tui.engines.animatic.places.place_table import PlaceEntry, find_place
from milimo_tui.engines.animatic.stage import crowds, script_words
from milimo_tui.engines.animatic.stage.blocking import (
    block_shot,
    find_people,
    make_seed,
    make_shoulder,
    simplify_name,
)
from milimo_tui.engines.animatic.stage.framing import FRAMINGS, choose_lens, find_needed_span
from milimo_tui.engines.specs.spec_values import ShotFacts

_AUDIENCE = re.compile(
    r"\b(?:audience|spectators|congregation)\b", re.IGNORECASE
)  # on a stage, no crowd is drawn for these words: the audience sits in front of it


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedShot:
    """A staged shot, ready to be drawn. `span` is the height of the frame at the subject, `distance` the
    camera's distance from it, both in metres.
    """

    facts: ShotFacts
    aspect: float
    kind: str
    place: PlaceEntry
    inside: bool
    palette: LightPalette
    air: tuple[str, ...]
    lens: PinholeLens
    span: float
    distance: float
    actors: tuple[Actor, ...] = ()
    extras: tuple[Actor, ...] = ()  # people of a crowd in the background, the farthest first
    # Name of a place or prop that has no drawing, so that a neutral one is drawn; empty otherwise
    unknown: str = ""
    owner: str = ""  # name of the person whose point of view the shot shows; empty otherwise
    thing: str = ""  # object that an insert shows; empty for other shots
    overhead: bool = False
    light_left: bool = True
    crowd: bool = False
    nod: float = 0.0
    scene_seed: int = 0
    shot_seed: int = 0
    blur: float = 0.0  # blur of the background as a share of the frame's height

    def find_speaker(self, character: str) -> int | None:
        """Return the index of the actor who plays a character. None if the character is not in the
        picture.
        """
        wanted = simplify_name(character)
        for index, actor in enumerate(self.actors):
            if actor.appearance.name == wanted and not actor.near:
                return index
        return None


def stage_shot(facts: ShotFacts, aspect: float, seed: int) -> StagedShot:
    """Place the people, the set and the lens of a shot for its drawing, and return the staged shot. `facts`
    are what is known about the shot. `aspect` is the picture's width divided by its height.
    """
    inside = _is_interior(facts)
    kind = script_words.find_place_kind(facts.location, facts.heading, facts.action, inside=inside)
    if (
        facts.setting == "INT/EXT"
        and script_words.find_place_kind(facts.location, facts.heading, "", inside=True) == "car"
    ):
        inside, kind = True, "car"
    close = facts.size in ("ECU", "CU", "MCU", "MS")
    if (
        not inside
        and kind in ("road", "street", "bridge")
        and close
        and script_words.is_driving(facts.action)
    ):
        inside, kind = True, "car"
    away = script_words.find_elsewhere(facts.action) if inside and facts.function == "cutaway" else ""
    if away:
        inside, kind = False, away
    if facts.rig == "underwater":
        kind = "underwater"
    unknown = "" if kind else facts.location.strip() or _read_place_name(facts.heading)
    if not kind:
        kind = "neutral" if unknown else "room" if inside else "open"
    place = find_place(kind, inside=inside)
    hour = script_words.find_hour(facts.time_of_day, facts.heading, facts.action)
    palette = make_indoor_palette(hour, place.mood) if inside else make_outdoor_palette(hour, wild=place.wild)
    scene_seed = make_seed("scene", facts.heading or facts.location)
    shot_seed = make_seed("shot", seed, facts.number, facts.action, facts.size, facts.function)
    luck = random.Random(shot_seed)
    function = facts.function
    thing = ""
    if function in ("insert", "cutaway"):
        thing = script_words.find_thing(facts.action, "")
        if not thing and function == "insert":
            thing, unknown = "unknown", script_words.read_named_thing(facts.action)
    elif function in ("single", "reaction") and facts.size in ("ECU", "CU"):
        thing = script_words.find_close_subject(facts.action)
    overhead = facts.angle == "overhead" and not thing
    owner, people = find_people(facts)
    if thing:
        people = []
    size = facts.size if facts.size in FRAMINGS else "MS"
    if function == "establishing" and size not in ("LS", "WS", "EWS"):
        size = "WS"
    if function == "OTS" and size in ("ECU", "CU"):
        size = "MCU"
    span = FRAMINGS[size].overhead if overhead else FRAMINGS[size].span
    if inside and not overhead:
        span = min(span * 0.8 if size in ("LS", "WS") else span, place.reach)
    actors = block_shot(facts, people, size, span, place, kind, luck, overhead=overhead)
    span = max(span, find_needed_span(actors, aspect, size))
    lens, distance = choose_lens(facts, size, span, actors, aspect, luck, inside=inside, overhead=overhead)
    many, one = crowds.count_crowd(f"{_list_groups(facts)} {facts.action} {facts.heading}", len(actors))
    if function == "OTS":
        actors = (*actors, make_shoulder(people, lens, distance, aspect, actors))
    return StagedShot(
        facts=facts,
        aspect=aspect,
        kind=kind,
        place=place,
        inside=inside,
        palette=palette,
        air=script_words.find_weather((facts.action, facts.heading, facts.time_of_day)),
        lens=lens,
        span=span,
        distance=distance,
        actors=actors,
        extras=()
        if thing or place.seated or (kind == "stage" and _AUDIENCE.search(facts.action))
        else crowds.place_crowd(
            many,
            one,
            facts.heading or facts.location,
            lens,
            aspect,
            tuple(actor for actor in actors if not actor.near),
            place.deep,
            facts.action,
        ),
        unknown=unknown,
        owner=owner,
        thing=thing,
        overhead=overhead,
        light_left=scene_seed % 2 == 0,
        crowd=many > 3 or function == "group",
        nod={"low": 0.045, "high": -0.05}.get(facts.angle, 0.0),
        scene_seed=scene_seed,
        shot_seed=shot_seed,
        blur={"ECU": 0.012, "CU": 0.0075, "MCU": 0.0042, "MS": 0.0018}.get(size, 0.0)
        if actors and not overhead
        else 0.0,
    )


def _list_groups(facts: ShotFacts) -> str:
    """Return the names of characters that mean several people, such as CROWD or SOLDIERS, as one text."""
    return " ".join(person.name for person in facts.characters if crowds.is_group(person.name))


def _read_place_name(heading: str) -> str:
    """Return the name of the place in a scene heading: LANTERN ROOM for “INT. LANTERN ROOM - NIGHT”."""
    bare = re.sub(r"^\s*(?:INT|EXT|I/E|EST)[./ EXTIN]*\s+", "", heading, flags=re.IGNORECASE)
    return re.split(r"\s+[-–—]\s+", bare)[0].strip()


def _is_interior(facts: ShotFacts) -> bool:
    setting = facts.setting or facts.heading[:8].upper()
    return setting.upper().startswith(("INT", "I/E")) and "EXT" not in setting.upper()
