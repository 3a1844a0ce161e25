"""The people present in a scene while its action is read, and the people found in a piece of action."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from milimo_tui.story.reading.moment import ActionSentence
from milimo_tui.story.values.doubts import Doubt


@dataclass(slots=True)
class ScenePresence:
    """The people present in a scene, the person who acted last, and the people of the last pictures. In
    `present`, the person seen last comes last.

    `recent` are the people seen in the film so far.
    """

    present: dict[str, None] = field(default_factory=dict)
    subject: str = ""
    last: tuple[str, ...] = ()
    together: tuple[str, ...] = ()  # The people in the last picture of more than one person.
    recent: dict[str, None] = field(default_factory=dict)
    coming: tuple[str, ...] = ()  # The people named by the next paragraph.
    ahead: tuple[str, ...] = ()  # The people named by the paragraphs up to the next speech.
    expected: tuple[str, ...] = ()  # All people who appear in this scene at any time.
    away: frozenset[str] = frozenset()
    gone: set[str] = field(default_factory=set)
    outside: bool = False  # True if the scene is outdoors.
    montage: bool = False  # True in a montage, where pictures are independent of each other.
    # The people who stayed at another spot of this place.
    elsewhere: dict[str, None] = field(default_factory=dict)
    spot: str = ""  # The current spot in this place; empty where the scene began.
    # Maps a person to the spot where the person was seen last.
    at: dict[str, str] = field(default_factory=dict)
    crowd: bool = False  # True if a crowd is present, so that “everybody” does not mean the cast.
    peeping: str = ""  # The person who has only put the head in, for example round a door.
    newcomer: str = ""  # The next person who speaks for the first time and whom no action ever names.
    # Maps a noun to the people whom it cannot mean, because they were already present when the noun
    # introduced an unnamed person (“a man”).
    others: dict[str, frozenset[str]] = field(default_factory=dict)
    left: str = ""  # The person who left in the previous picture.

    def record_picture(self, names: Iterable[str]) -> None:
        """Record that these people were in a picture together."""
        shown = tuple(dict.fromkeys(names))
        for name in shown:
            for record in (self.present, self.recent):
                record.pop(name, None)
                record[name] = None
            self.gone.discard(name)
            self.at[name] = self.spot
        if shown:
            self.last = shown
        if len(shown) > 1:
            self.together = shown


@dataclass(slots=True)
class ActionMeaning:
    """The people that were found in a piece of action. `seen` are visible in the picture; `near` are only
    named.
    """

    seen: dict[str, None] = field(default_factory=dict)
    near: dict[str, None] = field(default_factory=dict)
    leaving: dict[str, None] = field(default_factory=dict)
    subject: str = ""
    doubts: list[Doubt] = field(default_factory=list)
    alone: bool = False
    owner: str = ""  # The owner of the first thing that the text names: “One of Carla's phones buzzes.”
    ahead: tuple[str, ...] = ()  # The people whom the text names anywhere, also after the current sentence.
    acted: bool = False  # True if the text mentions anybody: a name, a pronoun, a crowd or an unnamed person.
    # The genders of people in the text who are not in the cast.
    strangers: set[str] = field(default_factory=set)
    # The gender of the stranger who was the subject of the previous sentence, or None.
    stranger: str | None = None
    pictured: set[str] = field(default_factory=set)  # The people who are only on a screen or in a photograph.
    actions: list[ActionSentence] = field(default_factory=list)
