"""The people and places of a film as a breakdown describes them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from milimo_tui.story.breakdown.facts import UNKNOWN, Fact
from milimo_tui.story.breakdown.scenes import RejectedFact


class PersonKind(StrEnum):
    """The kind of a person. A voice is only heard and never in the frame."""

    PERSON = "person"
    ANIMAL = "animal"
    GROUP = "group"
    VOICE = "voice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person of the film. `other_names` are further names in the script, such as other cues or “the older
    guard”.

    `scene` is the scene, counted from 0, that introduces the person; the lines of the facts are lines of that
    scene. `role` is the trade, the office or the relation that the script names, such as “the nurse”.
    `clothes` are those of the first appearance; later changes are look changes of a scene.

    `possibly_same` are the names of other people who may be the same person. `rejected` are the statements
    about the person that the script does not confirm. Both become questions.
    """

    name: str
    kind: PersonKind = PersonKind.PERSON
    other_names: tuple[str, ...] = ()
    gender: str = ""  # she, he, they or it; empty if not known.
    scene: int = 0
    role: Fact = UNKNOWN
    age: Fact = UNKNOWN
    build: Fact = UNKNOWN
    features: Fact = UNKNOWN  # Face and hair.
    clothes: Fact = UNKNOWN
    possibly_same: tuple[str, ...] = ()
    rejected: tuple[RejectedFact, ...] = ()

    def is_called(self, name: str) -> bool:
        """Return True if a name, in upper or lower case, is a name of this person."""
        wanted = name.casefold().strip()
        return bool(wanted) and wanted in (each.casefold() for each in (self.name, *self.other_names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of the film. `inside_of` is the name of the larger place that contains it, or empty.

    `scene` is the scene, counted from 0, with the quotation of the description. Each scene has the setting
    (inside or outside) of its place (`Circumstances`), because a place may have both.
    """

    name: str
    scene: int = 0
    description: Fact = UNKNOWN
    inside_of: str = ""


@dataclass(frozen=True, slots=True)
class FilmBreakdown:
    """The people and places of a complete film."""

    people: tuple[Person, ...] = ()
    places: tuple[Place, ...] = ()

    def find_person(self, name: str) -> Person | None:
        """Return the person with a name, or None."""
        return next((each for each in self.people if each.is_called(name)), None)
