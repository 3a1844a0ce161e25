"""The action text of a planned shot: the sentence of its purpose with people, place and objects filled in."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.story.sequences.brief import Brief
from milimo_tui.story.sequences.variations import Variation
from milimo_tui.story.values.film import Function

# Details to show in close shots, by weather; "" is for no weather.
_THINGS = {
    "rain": (
        "Rain runs down a wall",
        "Drops hang from an edge and fall",
        "A puddle shakes under the rain",
        "Wet cloth drips",
    ),
    "snow": ("Snow lies along an edge", "A footprint fills with snow", "Flakes melt on warm metal"),
    "fog": ("Fog moves along the ground", "A lamp is a pale ring in the fog"),
    "mist": ("Mist moves along the ground", "A lamp is a pale ring in the mist"),
    "storm": ("A loose shutter beats", "Leaves are driven along the ground"),
    "wind": ("A loose cloth beats in the wind", "Dust runs along the ground"),
    "": (
        "Light falls across the ground",
        "A door stands open by a hand's breadth",
        "Dust hangs in the light",
    ),
}
MOST_SEEN = 3  # People in a shot of the place.


def listed_things(brief: Brief) -> tuple[str, ...]:
    """Return the details to show in close shots at the place of a brief."""
    return _THINGS.get(brief.weather, _THINGS[""])


@dataclass(frozen=True, slots=True)
class Cast:
    """The people, the place and the objects of a sequence."""

    people: tuple[str, ...]
    place: str
    things: tuple[str, ...]

    def person(self, at: int) -> str:
        """Return a person by index, beginning again after the last; empty if there is nobody."""
        return self.people[at % len(self.people)] if self.people else ""

    def seen_in(self, one: Variation) -> tuple[str, ...]:
        """Return the people in the frame, the subject first."""
        purpose, at = one.purpose, one.person
        if not self.people or not purpose.is_seen:
            return ()
        if purpose.people == 0:
            if not purpose.peopled:
                return ()
            alone = "{People}" not in purpose.peopled
            return (self.person(at),) if alone else self.people[:MOST_SEEN]
        if "{Last}" in purpose.action:
            return (self.person(at + len(self.people) - 1),)
        both = (self.person(at), self.person(at + 1))
        if purpose.people > 1:
            return both[::-1] if purpose.action.startswith("{Other}") else both
        return both[:1]

    def focus_of(self, one: Variation) -> str:
        """Return the subject of the camera if it is not a face."""
        if one.purpose.name == "detail":
            return ""
        return f"the {one.purpose.name} of {self.person(one.person)}" if self._is_part(one) else ""

    def _is_part(self, one: Variation) -> bool:
        return (
            bool(self.people) and one.purpose.framing.function is Function.INSERT and one.purpose.people > 0
        )


def action_of(one: Variation, cast: Cast) -> str:
    """Return the sentence of a shot with all names filled in."""
    purpose = one.purpose
    words = purpose.peopled if purpose.peopled and cast.people else purpose.action
    place = _with_article(cast.place) if cast.place else "the place"
    person, other = cast.person(one.person), cast.person(one.person + 1)
    last = cast.person(one.person + max(0, len(cast.people) - 1))
    people = cast.people[:MOST_SEEN]
    named = f"{', '.join(people[:-1])} and {people[-1]}" if len(people) > 1 else "".join(people)
    filled = {
        "place": place, "person": person, "other": other, "last": last, "people": named,
        "thing": cast.things[one.thing % len(cast.things)],
    }  # fmt: skip
    capitals = {name.capitalize(): words[:1].upper() + words[1:] for name, words in filled.items()}
    sentence = words.format(**filled, **capitals)
    return f"{sentence.removesuffix('.')}, {one.seen}." if one.seen else sentence


def _with_article(place: str) -> str:
    """Return a place for use in a sentence: a name as it is, anything else with its article."""
    return place if place[:1].isupper() else f"the {place}"
