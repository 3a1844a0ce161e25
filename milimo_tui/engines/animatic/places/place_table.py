"""The table of places: what paints each kind, and the colour that tints its light. Data only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from milimo_tui.engines.animatic.draw.colour import Colour, rgb
from milimo_tui.engines.animatic.places import (
    circus,
    dining_rooms,
    facades,
    homes,
    institutions,
    land,
    large_rooms,
    long_rooms,
    neutral,
    plane,
    shore,
    streets,
    transit,
    underwater,
    wild,
    workplaces,
)
from milimo_tui.engines.animatic.scenery.flats import Stage

Paint = Callable[[Stage], None]


@dataclass(frozen=True, slots=True)
class Place:
    """`far` is what parallax leaves behind, `around` the set, `front` what stands before the subject.

    `reach` is the greatest height of frame (metres at the subject) that the set fills well; `haze` how
    much distance pales; `tone` names the room tone of `scratch_sound`.
    """

    around: Paint
    far: Paint | None = None
    front: Paint | None = None
    mood: Colour | None = None
    reach: float = 30.0
    haze: float = 0.012
    tone: str = "interior"
    seated: bool = False
    wild: bool = False  # no lamps at night
    deep: float = 2.0  # metres behind the subject in which a crowd has room


INSIDE: dict[str, Place] = {
    "apartment": Place(homes.apartment, front=homes.apartment_front, mood=rgb("#d8b48a"), reach=4.6),
    "bedroom": Place(homes.bedroom, mood=rgb("#a8a4c0"), reach=4.4),
    "kitchen": Place(dining_rooms.kitchen, front=dining_rooms.kitchen_front, mood=rgb("#d9c58c"), reach=4.2),
    "bathroom": Place(homes.bathroom, mood=rgb("#a9d0cc"), reach=3.4),
    "bar": Place(dining_rooms.bar, front=dining_rooms.bar_front, mood=rgb("#c8763c"), reach=4.6, tone="bar"),
    "cafe": Place(
        dining_rooms.cafe, front=dining_rooms.cafe_table, mood=rgb("#d09a58"), reach=4.4, tone="bar"
    ),
    "office": Place(
        workplaces.office, front=workplaces.office_front, mood=rgb("#a4b4bc"), reach=4.4, tone="hum"
    ),
    "classroom": Place(workplaces.classroom, mood=rgb("#d0bd86"), reach=4.8, deep=2.6),
    "library": Place(workplaces.library, mood=rgb("#b5854e"), reach=4.8),
    "shop": Place(workplaces.shop, mood=rgb("#d8d0a4"), reach=4.4, tone="hum"),
    "lab": Place(institutions.lab, mood=rgb("#86b4c4"), reach=4.6, tone="hum"),
    "hospital": Place(institutions.hospital, mood=rgb("#a9d2c4"), reach=4.4, tone="hum"),
    "cell": Place(institutions.cell, front=institutions.cell_bars, mood=rgb("#8f9a98"), reach=3.8),
    "hall": Place(large_rooms.great_hall, mood=rgb("#c9b48c"), reach=8.0, tone="hall", deep=6.0),
    "warehouse": Place(
        large_rooms.warehouse,
        front=large_rooms.warehouse_crates,
        mood=rgb("#8fa0a8"),
        reach=9.0,
        tone="hall",
        deep=8.0,
    ),
    "stage": Place(
        large_rooms.theatre,
        front=large_rooms.theatre_seats,
        mood=rgb("#a8484a"),
        reach=7.0,
        tone="hall",
        deep=2.6,
    ),
    "basement": Place(large_rooms.cellar, mood=rgb("#8a7a64"), reach=4.2),
    "corridor": Place(long_rooms.corridor, mood=rgb("#b5b09c"), reach=3.6, tone="hum"),
    "church": Place(
        long_rooms.church, front=long_rooms.church_pew, mood=rgb("#b59a70"), reach=9.0, tone="hall", deep=8.0
    ),
    "platform": Place(transit.platform_inside, mood=rgb("#b8c2bc"), reach=6.0, tone="hall", deep=7.0),
    "train": Place(transit.train, front=transit.train_front, mood=rgb("#c0b494"), reach=2.7, tone="train"),
    "car": Place(
        transit.car_inside, front=transit.car_frame, mood=rgb("#8c8474"), reach=1.9, tone="car", seated=True
    ),
    "plane": Place(plane.cabin, mood=rgb("#b4bcc4"), reach=2.0, tone="hum", seated=True),
    "circus": Place(circus.tent, mood=rgb("#c8643c"), reach=9.0, tone="hall", deep=4.0),
    "underwater": Place(underwater.seabed, mood=rgb("#2f7f96"), reach=9.0, tone="sea", deep=6.0),
    "neutral": Place(neutral.room, reach=6.0),
    "room": Place(homes.plain_room, mood=rgb("#c4b393"), reach=4.4),
}
OUTSIDE: dict[str, Place] = {
    "street": Place(streets.street, far=streets.far_town, front=streets.street_front, tone="street"),
    "market": Place(streets.market, far=streets.far_town, front=streets.market_front, tone="bar"),
    "alley": Place(streets.alley, far=streets.far_town, haze=0.02, tone="street"),
    "roof": Place(streets.roof, far=streets.far_roof, front=streets.roof_front, tone="street"),
    "cafe": Place(facades.cafe_front, far=streets.far_town, tone="street"),
    "church": Place(facades.church_front, far=wild.far_hills, tone="wind"),
    "hospital": Place(facades.hospital_front, far=streets.far_town, tone="street"),
    "warehouse": Place(facades.warehouse_front, far=streets.far_town, tone="street"),
    "house": Place(facades.house, far=wild.far_hills, tone="wind"),
    "platform": Place(transit.platform_outside, far=streets.far_town, tone="street"),
    "bridge": Place(shore.bridge, far=wild.far_hills, tone="street"),
    "harbour": Place(shore.harbour, far=wild.far_hills, tone="sea"),
    "beach": Place(shore.beach, far=shore.far_sea, tone="sea", wild=True),
    "water": Place(shore.water, far=wild.far_hills, tone="sea", wild=True),
    "forest": Place(
        wild.forest, far=wild.far_hills, front=wild.forest_front, haze=0.022, tone="wind", wild=True
    ),
    "desert": Place(wild.desert, far=wild.far_mesas, haze=0.006, tone="wind", wild=True),
    "mountain": Place(wild.mountain, far=wild.far_peaks, haze=0.006, tone="wind", wild=True),
    "field": Place(land.field, far=wild.far_hills, haze=0.006, tone="wind", wild=True),
    "park": Place(land.park, far=streets.far_town, tone="wind"),
    "road": Place(land.road, far=wild.far_hills, haze=0.006, tone="street"),
    "circus": Place(circus.tents, far=wild.far_hills, tone="bar"),
    "underwater": Place(underwater.seabed, tone="sea", wild=True),
    "neutral": Place(neutral.land, tone="wind"),
    "open": Place(land.open_land, far=wild.far_hills, haze=0.006, tone="wind", wild=True),
}


_OPEN_AIR = 9.0  # metres in which a crowd has room under the sky


def find(kind: str, *, inside: bool) -> Place:
    """The place of that kind; the nameless room or land where none is."""
    if inside:
        return INSIDE.get(kind, INSIDE["room"])
    return replace(OUTSIDE.get(kind, OUTSIDE["open"]), deep=_OPEN_AIR)
