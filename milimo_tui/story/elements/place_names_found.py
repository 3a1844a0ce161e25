"""Extraction of places from the headings of a screenplay, with the place that contains each place.

“HOUSE - KITCHEN” is a sub-location of “HOUSE”. A room alone (“KITCHEN”) belongs to the building of the
previous scene, unless the same room also follows another building in the script. A room that is named inside
a scene belongs to the place of the scene. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.elements.place_tree import BETWEEN, normalize_place_name
from milimo_tui.story.reading.moment import ReadScene
from milimo_tui.story.reading.place_words import BUILDINGS, ROOMS
from milimo_tui.story.screenplay.screenplay import ScriptScene
from milimo_tui.story.values.shot_words import Setting
from milimo_tui.story.values.text import fold, split_words

_TWO = compile_lazily(r"\s*/\s*|\bINTERCUT\b|\bMONTAGE\b", re.IGNORECASE)
Parents = dict[str, str]  # Maps a place to the place that contains it ("" for none), in order of appearance.


def list_script_places(scenes: Sequence[ScriptScene], read: Sequence[ReadScene]) -> Parents:
    """Return every place of the script by name, with the name of the place that contains it ("" for none)."""
    out: Parents = {}
    # Maps a room whose heading names no building (KITCHEN) to the buildings after which it appears. If there
    # is only one such building, the room belongs to it.
    followed: dict[str, dict[str, None]] = {}
    building = ""
    for scene, as_read in zip(scenes, read, strict=True):
        location = scene.slug.location
        if not location:
            continue
        if _TWO.search(location):
            out.setdefault(normalize_place_name(location), "")
            building = ""
            continue
        whole = _add_place(out, location)
        if is_bare_room_name(location) and scene.slug.setting is not Setting.EXTERIOR:
            followed.setdefault(normalize_place_name(location), {})[building] = None
        else:
            building = whole if _is_building_name(whole) else ""
        for spot in _list_named_rooms(as_read, location):
            _add_place(out, spot)
    for room, after in followed.items():
        if len(after) == 1 and not out[room]:
            out[room] = next(iter(after))
    return out


def is_bare_room_name(location: str) -> bool:
    """Return True if a name is only a room, such as KITCHEN or UPSTAIRS HALL. MARA'S KITCHEN is not only a
    room.
    """
    tokens = split_words(fold(location))
    if BETWEEN in location or not tokens or len(tokens) > 2:
        return False
    return _is_room_name(location) and all(token in ROOMS or token in _PLAIN for token in tokens)


_PLAIN_WORDS = """upstairs downstairs back front main living dining waiting the guest spare"""
_PLAIN = frozenset(_PLAIN_WORDS.split())


def _add_place(out: Parents, location: str) -> str:
    """Add a place and the places that contain it to `out`, and return the name of the outermost place."""
    pieces = normalize_place_name(location).split(BETWEEN)
    first, comma, _ = pieces[0].partition(", ")
    if (
        len(pieces) == 2
        and _is_room_name(pieces[0])
        and _is_building_name(pieces[1])
        and not _is_room_name(pieces[1])
    ):
        first = pieces[1]  # “BEDROOM - MARA'S HOUSE” names the room first.
    elif not comma or not (first in out or (_is_room_name(pieces[0]) and _is_building_name(first))):
        above = ""
        for at in range(1, len(pieces) + 1):
            name = BETWEEN.join(pieces[:at])
            out.setdefault(name, above)
            above = name
        return pieces[0]
    out.setdefault(first, "")
    out.setdefault(normalize_place_name(location), first)
    return first


def _list_named_rooms(read: ReadScene, location: str) -> Iterator[str]:
    """Yield the rooms that short headings inside a scene, such as KITCHEN, name as sub-locations of the
    scene's place.
    """
    whole = location.partition(BETWEEN)[0]
    for moment in read.moments:
        first, between, part = moment.location.partition(BETWEEN)
        if between and not moment.beat.montage and fold(first) == fold(whole) and _is_room_name(part):
            yield moment.location


def _is_room_name(name: str) -> bool:
    last = split_words(fold(name))[-1:]
    pair = "-".join(split_words(fold(name))[-2:])
    return bool(last) and (last[0] in ROOMS or last[0].removesuffix("s") in ROOMS or pair in ROOMS)


def _is_building_name(name: str) -> bool:
    return any(word in BUILDINGS or word.removesuffix("s") in BUILDINGS for word in split_words(fold(name)))
