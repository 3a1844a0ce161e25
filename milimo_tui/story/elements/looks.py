"""How an element looks at a shot: which of its looks holds there, and what of it is visible. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from milimo_tui.story.values.film import Element, Era, Look, Shot, Story


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks of a film by element, with where in it each shot stands; built once for many shots."""

    by_element: dict[str, tuple[Look, ...]]
    place: dict[str, int]  # shot id → its place in the film
    eras: dict[str, Era]  # scene id → when it plays
    last: int

    @classmethod
    def of(cls, story: Story) -> Looks:
        by_element: dict[str, list[Look]] = {}
        for look in story.looks:
            by_element.setdefault(look.element, []).append(look)
        live = story.live_shots() if story.looks else ()
        return cls(
            {id: tuple(looks) for id, looks in by_element.items()},
            {shot.id: index for index, shot in enumerate(live)},
            {scene.id: scene.era for scene in story.scenes},
            max(0, len(live) - 1),
        )

    def at(self, shot: Shot, element: Element) -> Look | None:
        """The look that holds: set by hand for the shot, else the narrowest one, of equal ones the later.

        A look of another time than the scene's does not hold, nor one whose shot is gone.
        """
        looks = self.by_element.get(element.id)
        if not looks:
            return None
        by_hand = dict(shot.looks).get(element.id)
        chosen = next((look for look in looks if look.id == by_hand), None)
        if chosen is not None:
            return chosen
        here, era = self.place.get(shot.id), self.eras.get(shot.scene, Era.PRESENT)
        if here is None:
            return None
        best: tuple[int, int] | None = None
        for index, look in enumerate(looks):
            spans = self.span(look)
            if spans is None or look.era is not era or not spans[0] <= here <= spans[1]:
                continue
            rank = (spans[0] - spans[1], index)
            if best is None or rank > best:
                best, chosen = rank, look
        return chosen

    def span(self, look: Look) -> tuple[int, int] | None:
        """The places of its first and last shot; None where one of them is gone."""
        first = self.place.get(look.begins) if look.begins else 0
        last = self.place.get(look.ends) if look.ends else self.last
        return None if first is None or last is None else (first, last)

    def homeless(self) -> tuple[Look, ...]:
        """Those whose shot is gone: they hold nowhere until they are given a place."""
        return tuple(look for looks in self.by_element.values() for look in looks if self.span(look) is None)


def visible(element: Element, look: Look | None) -> str:
    """What is visible of an element in a look: its words, else age, wardrobe, hair and condition in turn."""
    if look is None:
        return element.description
    return look.text or ", ".join(filter(None, (look.age, look.wardrobe, look.hair, look.condition)))


def dressed(looks: Looks, shot: Shot, elements: Sequence[Element]) -> tuple[Element, ...]:
    """The elements as they look at a shot: described by the look that holds there, with what hangs on it."""
    if not looks.by_element:
        return tuple(elements)
    out: list[Element] = []
    for element in elements:
        look = looks.at(shot, element)
        if look is None and element.id in looks.by_element:
            element = replace(element, description="")  # of another time than this
        elif look is not None:
            element = replace(
                element,
                description=visible(element, look),
                references=look.references or element.references,
                loras=look.loras or element.loras,
            )
        out.append(element)
    return tuple(out)
