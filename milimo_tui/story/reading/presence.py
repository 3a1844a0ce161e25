"""The people present while action is read, and the results of reading so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from milimo_tui.story.reading.moment import ActionSentence
from milimo_tui.story.values.doubts import Doubt


@dataclass(slots=True)
class ScenePresence:
    """The people present (latest last), the last actor, and the people of the last pictures.

    `recent` are the people seen in the film so far.
    """

    present: dict[str, None] = field(default_factory=dict)
    subject: str = ""
    last: tuple[str, ...] = ()
    together: tuple[str, ...] = ()  # the last picture of several people
    recent: dict[str, None] = field(default_factory=dict)
    coming: tuple[str, ...] = ()  # people named by the next paragraph
    ahead: tuple[str, ...] = ()  # people named by the next paragraphs, up to the next speech
    expected: tuple[str, ...] = ()  # people who are in this scene at any time
    away: frozenset[str] = frozenset()
    gone: set[str] = field(default_factory=set)
    outside: bool = False  # the scene is outdoors
    montage: bool = False  # the pictures are independent of each other
    # people who stayed at another spot of this place
    elsewhere: dict[str, None] = field(default_factory=dict)
    spot: str = ""  # current spot of this place; empty where the scene began
    at: dict[str, str] = field(default_factory=dict)  # person → the spot where the person was seen last
    crowd: bool = False  # there are too many people for “everybody” to mean the cast
    peeping: str = ""  # the person whose head alone has come in
    newcomer: str = ""  # the next new speaker whom no action ever names
    # noun of a stranger → people whom it does not mean
    others: dict[str, frozenset[str]] = field(default_factory=dict)
    left: str = ""  # the person who left in the previous picture

    def record_picture(self, names: Iterable[str]) -> None:
        """Record that these people were in the picture."""
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
class ActionMeaning:
    """The people in a piece of action; people in `near` are only named."""

    seen: dict[str, None] = field(default_factory=dict)
    near: dict[str, None] = field(default_factory=dict)
    leaving: dict[str, None] = field(default_factory=dict)
    subject: str = ""
    doubts: list[Doubt] = field(default_factory=list)
    alone: bool = False
    owner: str = ""  # owner of the first thing named: “One of Carla's phones buzzes.”
    ahead: tuple[str, ...] = ()  # people named anywhere in the text
    acted: bool = False  # the text has at least one name or pronoun
    strangers: set[str] = field(default_factory=set)  # genders of people in it who are no characters
    stranger: str | None = None  # gender of the stranger whom the previous sentence is about
    pictured: set[str] = field(default_factory=set)  # people who are only on a screen or in a photograph
    told: list[ActionSentence] = field(default_factory=list)
