"""Write the action of a planned shot: the sentence of its purpose, with people, place and objects filled
in.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.story.sequences.brief import SequenceBrief
from milimo_tui.story.sequences.variations import Variation
from milimo_tui.story.values.shot_words import Function

# Weather → details to show in close shots. The empty key is for a brief without weather.
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
# Maximum number of people in a shot that shows the place. Of a larger group, only the first people are in the
# frame.
MAX_PEOPLE_IN_PLACE_SHOT = 3


def list_weather_details(brief: SequenceBrief) -> tuple[str, ...]:
    """Return the details that close shots of the brief's weather can show, such as drops on glass for
    rain.
    """
    return _THINGS.get(brief.weather, _THINGS[""])


@dataclass(frozen=True, slots=True)
class SequenceCast:
    """The people, the place and the objects of a sequence."""

    people: tuple[str, ...]
    place: str
    things: tuple[str, ...]

    def pick_person(self, at: int) -> str:
        """Return the person with the index `at`; indexes beyond the last person begin again at 0. Return an
        empty string if there are no people.
        """
        return self.people[at % len(self.people)] if self.people else ""

    def list_people_in_frame(self, one: Variation) -> tuple[str, ...]:
        """Return the people in the frame of a shot, the main subject first."""
        purpose, at = one.purpose, one.person
        if not self.people or not purpose.is_seen:
            return ()
        if purpose.people == 0:
            if not purpose.peopled:
                return ()
            alone = "{People}" not in purpose.peopled
            return (self.pick_person(at),) if alone else self.people[:MAX_PEOPLE_IN_PLACE_SHOT]
        if "{Last}" in purpose.action:
            return (self.pick_person(at + len(self.people) - 1),)
        both = (self.pick_person(at), self.pick_person(at + 1))
        if purpose.people > 1:
            return both[::-1] if purpose.action.startswith("{Other}") else both
        return both[:1]

    def describe_focus(self, one: Variation) -> str:
        """Return the part of a person that an insert shows (`the hands of Mara`), or an empty string for any
        other shot.
        """
        if one.purpose.name == "detail":
            return ""
        return (
            f"the {one.purpose.name} of {self.pick_person(one.person)}" if self._is_body_detail(one) else ""
        )

    def _is_body_detail(self, one: Variation) -> bool:
        return (
            bool(self.people) and one.purpose.framing.function is Function.INSERT and one.purpose.people > 0
        )


def action_of(one: Variation, cast: SequenceCast) -> str:
    """Return the sentence of a shot with the names of people, place and object filled in."""
    purpose = one.purpose
    words = purpose.peopled if purpose.peopled and cast.people else purpose.action
    place = _add_place_article(cast.place) if cast.place else "the place"
    person, other = cast.pick_person(one.person), cast.pick_person(one.person + 1)
    last = cast.pick_person(one.person + max(0, len(cast.people) - 1))
    people = cast.people[:MAX_PEOPLE_IN_PLACE_SHOT]
    named = f"{', '.join(people[:-1])} and {people[-1]}" if len(people) > 1 else "".join(people)
    filled = {
        "place": place, "person": person, "other": other, "last": last, "people": named,
        "thing": cast.things[one.thing % len(cast.things)],
    }  # fmt: skip
    capitals = {name.capitalize(): words[:1].upper() + words[1:] for name, words in filled.items()}
    sentence = words.format(**filled, **capitals)
    return f"{sentence.removesuffix('.')}, {one.viewpoint_words}." if one.viewpoint_words else sentence


def _add_place_article(place: str) -> str:
    """Return a place for use in a sentence: “the market”. A proper name stays without an article."""
    return place if place[:1].isupper() else f"the {place}"
