"""The table of places: for each kind what paints it, and the colour that tints its light indoors. Data only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from milimo_tui.engines.animatic.colour import Colour, rgb
from milimo_tui.engines.animatic.places import halls, homes, nature, town, works
from milimo_tui.engines.animatic.stage import Stage

Paint = Callable[[Stage], None]


@dataclass(frozen=True, slots=True)
class Place:
    """`far` is what parallax leaves behind, `around` the set, `front` what stands before the subject.

    `reach` is the greatest height of frame (metres at the subject) that the set fills well; `haze` how
    much distance pales; `tone` names the room tone of `sound`.
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


INSIDE: dict[str, Place] = {
    "apartment": Place(homes.apartment, front=homes.apartment_front, mood=rgb("#d8b48a"), reach=4.6),
    "bedroom": Place(homes.bedroom, mood=rgb("#a8a4c0"), reach=4.4),
    "kitchen": Place(homes.kitchen, front=homes.kitchen_front, mood=rgb("#d9c58c"), reach=4.2),
    "bathroom": Place(homes.bathroom, mood=rgb("#a9d0cc"), reach=3.4),
    "bar": Place(homes.bar, front=homes.bar_front, mood=rgb("#c8763c"), reach=4.6, tone="bar"),
    "cafe": Place(homes.cafe, front=homes.cafe_table, mood=rgb("#d09a58"), reach=4.4, tone="bar"),
    "office": Place(works.office, front=works.office_front, mood=rgb("#a4b4bc"), reach=4.4, tone="hum"),
    "classroom": Place(works.classroom, mood=rgb("#d0bd86"), reach=4.8),
    "library": Place(works.library, mood=rgb("#b5854e"), reach=4.8),
    "shop": Place(works.shop, mood=rgb("#d8d0a4"), reach=4.4, tone="hum"),
    "lab": Place(works.lab, mood=rgb("#86b4c4"), reach=4.6, tone="hum"),
    "hospital": Place(works.hospital, mood=rgb("#a9d2c4"), reach=4.4, tone="hum"),
    "cell": Place(works.cell, front=works.cell_bars, mood=rgb("#8f9a98"), reach=3.8),
    "warehouse": Place(
        works.warehouse, front=works.warehouse_crates, mood=rgb("#8fa0a8"), reach=9.0, tone="hall"
    ),
    "stage": Place(works.theatre, front=works.theatre_seats, mood=rgb("#a8484a"), reach=7.0, tone="hall"),
    "basement": Place(works.cellar, mood=rgb("#8a7a64"), reach=4.2),
    "corridor": Place(halls.corridor, mood=rgb("#b5b09c"), reach=3.6, tone="hum"),
    "church": Place(halls.church, front=halls.church_pew, mood=rgb("#b59a70"), reach=9.0, tone="hall"),
    "platform": Place(halls.platform_inside, mood=rgb("#b8c2bc"), reach=6.0, tone="hall"),
    "train": Place(halls.train, front=halls.train_front, mood=rgb("#c0b494"), reach=2.7, tone="train"),
    "car": Place(
        halls.car_inside, front=halls.car_frame, mood=rgb("#8c8474"), reach=1.9, tone="car", seated=True
    ),
    "room": Place(homes.plain_room, mood=rgb("#c4b393"), reach=4.4),
}
OUTSIDE: dict[str, Place] = {
    "street": Place(town.street, far=town.far_town, front=town.street_front, tone="street"),
    "market": Place(town.market, far=town.far_town, front=town.market_front, tone="bar"),
    "alley": Place(town.alley, far=town.far_town, haze=0.02, tone="street"),
    "roof": Place(town.roof, far=town.far_roof, front=town.roof_front, tone="street"),
    "cafe": Place(town.cafe_front, far=town.far_town, tone="street"),
    "church": Place(town.church_front, far=nature.far_hills, tone="wind"),
    "hospital": Place(town.hospital_front, far=town.far_town, tone="street"),
    "warehouse": Place(town.warehouse_front, far=town.far_town, tone="street"),
    "house": Place(town.house, far=nature.far_hills, tone="wind"),
    "platform": Place(halls.platform_outside, far=town.far_town, tone="street"),
    "bridge": Place(nature.bridge, far=nature.far_hills, tone="street"),
    "harbour": Place(nature.harbour, far=nature.far_hills, tone="sea"),
    "beach": Place(nature.beach, far=nature.far_sea, tone="sea", wild=True),
    "water": Place(nature.water, far=nature.far_hills, tone="sea", wild=True),
    "forest": Place(
        nature.forest, far=nature.far_hills, front=nature.forest_front, haze=0.022, tone="wind", wild=True
    ),
    "desert": Place(nature.desert, far=nature.far_mesas, haze=0.006, tone="wind", wild=True),
    "mountain": Place(nature.mountain, far=nature.far_peaks, haze=0.006, tone="wind", wild=True),
    "field": Place(nature.field, far=nature.far_hills, haze=0.006, tone="wind", wild=True),
    "park": Place(nature.park, far=town.far_town, tone="wind"),
    "road": Place(nature.road, far=nature.far_hills, haze=0.006, tone="street"),
    "open": Place(nature.open_land, far=nature.far_hills, haze=0.006, tone="wind", wild=True),
}


def find(kind: str, *, inside: bool) -> Place:
    """The place of that kind; the nameless room or land where none is."""
    return INSIDE.get(kind, INSIDE["room"]) if inside else OUTSIDE.get(kind, OUTSIDE["open"])
