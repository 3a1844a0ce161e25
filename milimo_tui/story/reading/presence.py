"""Who is there while action is read, and what was read of it so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from milimo_tui.story.reading.moment import Told
from milimo_tui.story.values.doubts import Doubt


@dataclass(slots=True)
class Presence:
    """Who is there (the latest last), who acted last, who was in the last pictures; `recent`: in the film."""

    present: dict[str, None] = field(default_factory=dict)
    subject: str = ""
    last: tuple[str, ...] = ()
    together: tuple[str, ...] = ()  # the last picture of more than one
    recent: dict[str, None] = field(default_factory=dict)
    coming: tuple[str, ...] = ()  # whom the paragraph behind this one names
    ahead: tuple[str, ...] = ()  # whom the paragraphs behind this one name, up to the next speech
    expected: tuple[str, ...] = ()  # of this scene, at any time
    away: frozenset[str] = frozenset()
    gone: set[str] = field(default_factory=set)
    outside: bool = False  # the scene plays before the house, not in it
    montage: bool = False  # each picture is of its own
    elsewhere: dict[str, None] = field(default_factory=dict)  # who stayed at another spot of this place
    spot: str = ""  # of this place where we are; empty where the scene began
    at: dict[str, str] = field(default_factory=dict)  # at which each was seen last
    crowd: bool = False  # there are so many that “everybody” is nobody's name
    peeping: str = ""  # whose head alone has come in
    newcomer: str = ""  # who speaks next for the first time, and no action ever names
    others: dict[str, frozenset[str]] = field(default_factory=dict)  # noun of a stranger → who it is not
    left: str = ""  # who went in the picture before

    def saw(self, names: Iterable[str]) -> None:
        """Keep that these were in the picture."""
        shown = tuple(dict.fromkeys(names))
        for name in shown:
            for held in (self.present, self.recent):
                held.pop(name, None)
                held[name] = None
            self.gone.discard(name)
            self.at[name] = self.spot
        if shown:
            self.last = shown
        if len(shown) > 1:
            self.together = shown


@dataclass(slots=True)
class Meant:
    """Who is in a piece of action; `near` are only named."""

    seen: dict[str, None] = field(default_factory=dict)
    near: dict[str, None] = field(default_factory=dict)
    leaving: dict[str, None] = field(default_factory=dict)
    subject: str = ""
    doubts: list[Doubt] = field(default_factory=list)
    alone: bool = False
    owner: str = ""  # whose something was the first that is named: “One of Carla's phones buzzes.”
    ahead: tuple[str, ...] = ()  # whom the text names anywhere
    acted: bool = False  # a pronoun or a name was read at all
    strangers: set[str] = field(default_factory=set)  # genders of people in it who have no part
    stranger: str | None = None  # the gender of somebody without a part of whom the sentence before is
    pictured: set[str] = field(default_factory=set)  # who is only on a screen or in a photograph
    told: list[Told] = field(default_factory=list)
