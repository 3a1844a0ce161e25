"""The breakdown of a scene: its place, time, weather and light, the changes of looks, and its beats."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.story.breakdown.facts import UNKNOWN, Fact
from milimo_tui.story.values.shot_words import Function, Setting, VoicePosition

# Labels of the subjects that are names of fields and no nouns.
_SUBJECT_LABELS = {"features": "face and hair", "holds": "thing in the hand", "looks at": "gaze"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonState:
    """The state of a person at the start or the end of a scene."""

    name: str
    clothes: Fact = UNKNOWN
    features: Fact = UNKNOWN
    condition: Fact = UNKNOWN
    posture: Fact = UNKNOWN
    holds: Fact = UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class VisiblePerson:
    """A person in the picture of a beat. `holds` describes the things in the hands, and `looks_at` the
    thing or person that the person looks at.

    A value that is not known in this beat is carried on from the beats before it.
    """

    name: str
    posture: Fact = UNKNOWN
    position: Fact = UNKNOWN
    holds: Fact = UNKNOWN
    looks_at: Fact = UNKNOWN


@dataclass(frozen=True, slots=True)
class HeardVoice:
    """A person who is heard in a beat and not in the picture, and where the voice comes from."""

    name: str
    position: VoicePosition = VoicePosition.OFF_SCREEN


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneBeat:
    """A thing to show in a scene: a paragraph of action, a part of a paragraph, or a speech.

    Lines count from the heading of the scene, which is line 0. `text` is the part of a paragraph that the
    beat shows, letter for letter; it is empty for the complete paragraph and for a speech. `function` is the
    framing that the reading names, such as an insert; None leaves it to the plan of the scene.
    """

    line: int
    end_line: int
    text: str = ""
    visible: tuple[VisiblePerson, ...] = ()
    heard: tuple[HeardVoice, ...] = ()
    speaker: str = ""
    function: Function | None = None

    @property
    def visible_names(self) -> tuple[str, ...]:
        """The names of the people in the picture."""
        return tuple(each.name for each in self.visible)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """The place, time of day, weather and light from a line of a scene on. A value that is not known stays as
    it was before.
    """

    line: int = 0
    place: Fact = UNKNOWN
    setting: Setting = Setting.NONE
    time_of_day: Fact = UNKNOWN
    weather: Fact = UNKNOWN
    light: Fact = UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class LookChange:
    """A change of a person's look from a line of a scene on. A value that is not known stays as it was. A
    person at another age, as in a flashback, has an `age`.
    """

    name: str
    line: int
    age: Fact = UNKNOWN
    clothes: Fact = UNKNOWN
    features: Fact = UNKNOWN
    condition: Fact = UNKNOWN


@dataclass(frozen=True, slots=True)
class RejectedFact:
    """A statement of a model that the script does not confirm. `subject` is the field and the person, such as
    “clothes of Oda”; `line` is the line of the scene to which the statement belongs.
    """

    subject: str
    text: str
    reason: str
    line: int
    quote: str = ""

    @property
    def subject_label(self) -> str:
        """The subject in words for the user, such as “gaze of Oda”."""
        kind, of, name = self.subject.partition(" of ")
        return f"{_SUBJECT_LABELS.get(kind, kind)}{of}{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneBreakdown:
    """The breakdown of a scene.

    `digest` identifies the text of the scene (`numbered_scene.NumberedScene.digest`); a breakdown is used
    only while the scene has this text. `reader` is the name of the model that read the scene, or empty.
    `rejected` are the statements that the script does not confirm; they become questions. `is_outdated` is
    True if the text of the scene has changed since; the breakdown is then not used.
    """

    digest: str = ""
    reader: str = ""
    circumstances: tuple[Circumstances, ...] = ()  # In the order of their lines.
    begins: tuple[PersonState, ...] = ()
    ends: tuple[PersonState, ...] = ()
    changes: tuple[LookChange, ...] = ()
    beats: tuple[SceneBeat, ...] = ()
    rejected: tuple[RejectedFact, ...] = ()
    is_outdated: bool = False

    def find_circumstances(self, line: int) -> Circumstances:
        """Return the place, time, weather and light that apply at a line of the scene. The light of a place
        does not apply at another place.
        """
        found = Circumstances(line=line)
        for each in self.circumstances:
            if each.line <= line:
                before = found.place.text.casefold()
                is_elsewhere = bool(before and each.place) and each.place.text.casefold() != before
                found = Circumstances(
                    line=line,
                    place=each.place or found.place,
                    setting=each.setting or found.setting,
                    time_of_day=each.time_of_day or found.time_of_day,
                    weather=each.weather or found.weather,
                    light=each.light or (UNKNOWN if is_elsewhere else found.light),
                )
        return found
