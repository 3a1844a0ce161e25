"""Reader of a scene from its first line to its last. It finds the people who are in the picture or only
heard, and the place and time of each piece, as far as the format of the screenplay is certain about them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.action_names import (
    SceneCast,
    list_named_people,
    read_action_names,
)
from milimo_tui.story.reading.beats import Beat, split_into_beats
from milimo_tui.story.reading.moment import Moment
from milimo_tui.story.reading.people import People, key_of
from milimo_tui.story.reading.places import MomentPlace, PlaceReader
from milimo_tui.story.reading.spots import (
    HeadingMove,
    ShortHeading,
    is_intercut,
    parse_short_heading,
    says_intercut,
)
from milimo_tui.story.reading.voices import (
    classify_voice,
    is_loudspeaker_cue,
    is_spoken_into_device,
    is_spoken_to_nobody,
)
from milimo_tui.story.screenplay.cast import FilmCast
from milimo_tui.story.screenplay.line_grammar import parse_item_heading
from milimo_tui.story.screenplay.screenplay import ScriptElementKind, ScriptScene
from milimo_tui.story.values.shot_words import Function, VoicePosition
from milimo_tui.story.values.text import split_words

# A function that splits the text of an action into the texts of its shots.
Parts = Callable[[str], Sequence[str]]

_INSERT = compile_lazily(
    r"^(?:INSERT|CLOSE ON|CLOSE-UP ON|CU)\b[\s:–—-]*(?:(?:the|an?) )?(.*)", re.IGNORECASE
)
_LATE_INSERT = compile_lazily(
    r"[A-ZÀ-Þ]?[^A-Z]*[a-z][^.!?]*[.!?]\s.*?\bINSERT\b"
)  # Matches INSERT after a complete sentence of the same paragraph.
_RETURNS = compile_lazily(
    r"(?:BACK TO (?!BACK\b)[A-Z' ]+"
    r"|(?:(?:MOMENTS|MINUTES|HOURS|MUCH|A LITTLE|STILL) )?LATER(?: STILL)?)[.:]?$"
)
# A thing that shows a picture of another place.
_SHOWS_PICTURE = compile_lazily(
    r"\b(?:phone|mobile|screen|tv|television|monitor|photo(?:graph)?|picture|video|painting|laptop|tablet)$",
    re.IGNORECASE,
)
# The words before “'s point of view”, and those after “POV of”.
_VIEWER = compile_lazily(
    r"((?:[\w.-]+ ){0,2}[\w.-]+)['’]S? (?:P\.?O\.?V\b|POINT[- ]OF[- ]VIEW)"
    r"|\bP\.?O\.?V\.?(?: SHOT)?(?: OF| FROM|\s*[-–—:,])?\s+((?:[\w.-]+ ){0,2}[\w.-]+)",
    re.IGNORECASE,
)
_JOINED = compile_lazily(r"\s+(?:AND|&)\s+|\s*[/,]\s*")
_MOST_HEARERS = 2  # Number of people of the last picture over whom a voice-over is heard.


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptFacts:
    """The facts about the complete script that the reading of a scene needs. `homes` has the place in which
    each person was seen last, and is updated; `known_places` are the places of the film's headings.
    `is_separate` is True for a beat that must not be joined to another one, and `is_settled` for a paragraph
    of action whose shot must stay.
    """

    cast: FilmCast
    people: People
    language: str = "en"
    known_places: Sequence[str] = ()
    is_separate: Callable[[Beat], bool] = lambda _: False
    is_settled: Callable[[Beat], bool] = lambda _: False
    homes: dict[str, str] = field(default_factory=dict)


def read_scene(
    scene: ScriptScene, script: ScriptFacts, parts: Parts, before: ScriptScene | None = None, time: str = ""
) -> tuple[Moment, ...]:
    """Return the pieces of action and speeches of a scene in order. `parts` is a function that splits an
    action that is too long for one shot. `before` is the previous scene, and `time` the time of day at the
    beginning of the scene.
    """
    places = PlaceReader(
        scene.slug, before, script.homes, known=script.known_places, time=time or scene.slug.time_of_day
    )
    reader = _SceneReader(scene=scene, script=script, parts=parts, places=places)
    return tuple(reader.iterate_moments())


@dataclass(slots=True, kw_only=True)
class _SceneReader:
    """The state of reading one scene. `met` are the people seen so far, and `last` the people of the last
    picture.
    """

    scene: ScriptScene
    script: ScriptFacts
    parts: Parts
    places: PlaceReader
    intercut: bool = False
    view: bool = False  # True while the picture is a person's view or is on a screen.
    met: dict[str, None] = field(default_factory=dict)
    last: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()  # The visible speakers of the previous speech.
    item: tuple[str, ...] | None = None  # The people in the current montage item, or None outside a montage.
    item_place: MomentPlace = field(default_factory=MomentPlace)
    shown: frozenset[str] = frozenset()  # The people whom the action of the scene names.
    names: tuple[str, ...] = ()  # Everybody whom a pronoun of the scene can mean.
    unnamed: set[str] = field(default_factory=set)
    voiced: set[str] = field(default_factory=set)  # The people heard over the pictures of the montage.
    # The groups of people who were in a picture together.
    pictures: list[frozenset[str]] = field(default_factory=list)
    # Lines that return to the scene (BACK TO SCENE) or move on (LATER), with their numbers.
    returns: list[tuple[int, str]] = field(default_factory=list)
    # Maps the index of a beat to the next visible speaker after the beat.
    next_speakers: Mapping[int, str] = field(default_factory=dict)

    def iterate_moments(self) -> Iterator[Moment]:
        found = split_into_beats(
            self.scene, self.script.cast, self.script.is_separate, self.script.is_settled
        )
        self.places.prepare_places(self.scene)
        self._prepare_people(found)
        self.returns = [
            (element.span.line, element.text)
            for element in self.scene.elements
            if element.kind in (ScriptElementKind.ACTION, ScriptElementKind.TRANSITION)
            and _RETURNS.match(element.text)
        ]
        montage, outside = False, self.last
        for index, beat in enumerate(found):
            if montage and not beat.montage:
                self.places.return_from_montage()
                self.last, self.item, self.voiced = outside, None, set()
            if beat.montage and not montage:
                outside = self.last
                self.places.begin_montage_at_title(beat.title)
            montage = beat.montage
            if self.returns and self.returns[0][0] < beat.line:
                self._move_to_spot(
                    parse_short_heading(self.returns.pop(0)[1]) or ShortHeading(HeadingMove.BACK)
                )
            if self.intercut and not self.places.intercut and self._is_after_intercut(beat):
                self.places.begin_intercut()
            if beat.sides:
                yield self._read_speech_beat(beat, index)
            elif beat.card:
                yield Moment(beat=beat, caption=beat.caption)
            else:
                opens = index == 0 and not montage and (bool(self.scene.slug.location) or len(found) > 2)
                yield from self._read_action_beat(beat, opens, last=index == len(found) - 1)

    def _prepare_people(self, found: Sequence[Beat]) -> None:
        """Find the people whom a pronoun of the scene can mean, and the order of its visible speakers."""
        before = self.places.before
        self.intercut = is_intercut(self.scene)
        if before is not None and says_intercut(before.text.rstrip().rpartition("\n")[2]):
            self.intercut = True
        texts = [beat.text for beat in found if not beat.sides]
        people, language = self.script.people, self.script.language
        self.shown = frozenset(name for text in texts for name in list_named_people(text, people, language))
        names, after, next_speakers = dict.fromkeys(sorted(self.shown)), "", {}
        for index in range(len(found) - 1, -1, -1):
            next_speakers[index] = after
            if found[index].speakers and self._classify_voice(found[index]) is VoicePosition.SEEN:
                after = found[index].speakers[0]
                names.update(dict.fromkeys(found[index].speakers))
        self.names, self.next_speakers = tuple(names), next_speakers

    def _is_after_intercut(self, beat: Beat) -> bool:
        """Return True if a beat comes after a line with INTERCUT, or if the heading has INTERCUT."""
        if says_intercut(self.scene.heading) or self.scene.slug.is_intercut:
            return True
        lines = (each.span.line for each in self.scene.elements if says_intercut(each.text))
        return beat.line > next(lines, self.scene.span.line)

    def _classify_voice(self, beat: Beat) -> VoicePosition:
        lines = [line for side in beat.sides for line in side]
        is_shown = not self.shown.isdisjoint(beat.speakers)
        voice = classify_voice(beat.cue, lines)
        if voice is VoicePosition.PHONE and is_shown and lines[0].extension.casefold().startswith("on "):
            voice = VoicePosition.SEEN  # (ON PHONE) of a person whom the action shows: the person telephones.
        if voice is VoicePosition.SEEN and not (is_shown or self.intercut) and is_loudspeaker_cue(beat.cue):
            voice = VoicePosition.OFF_SCREEN
        if beat.montage and self.item is not None:  # In a montage, the voice continues over the next picture.
            is_over = self.voiced.issuperset(beat.speakers) and (
                beat.continued or self.voiced.isdisjoint(self.item)
            )
            if voice is VoicePosition.VOICE_OVER:
                self.voiced.update(beat.speakers)
            elif voice is VoicePosition.SEEN and is_over:
                return VoicePosition.VOICE_OVER
        return voice

    # -------------------------------------------------------------- action

    def _read_action_beat(self, beat: Beat, opens: bool, *, last: bool) -> Iterator[Moment]:
        insert = beat.written_framing.function is Function.INSERT and not _LATE_INSERT.match(beat.text)
        thing = ""
        if beat.direction and (match := _INSERT.match(beat.direction)):
            insert, thing = True, match[1].strip()
        picture = thing.upper() if insert and _SHOWS_PICTURE.search(thing) else ""
        if picture and self.returns:  # The picture lasts until the script returns to the scene.
            self.places.now = replace(self.places.now, location=picture)
        headed = None if beat.forced else parse_item_heading(beat.text)
        if headed and headed[1]:
            self.places.apply_item_heading(headed[0])
        for index, text in enumerate(self.parts(headed[1] if headed and headed[1] else beat.text)):
            first = index == 0
            spot = None if beat.forced and parse_item_heading(beat.text) else parse_short_heading(text)
            if spot is not None:
                self._move_to_spot(spot)
            has_moved = spot is not None and spot.where is not HeadingMove.SAME
            place = self.places.find_action_place(text, montage=beat.montage and headed is None)
            cast = SceneCast(
                people=self.script.people,
                names=self.names,
                unnamed=self.unnamed,
                language=self.script.language,
            )
            found = read_action_names(text, cast)
            is_view = beat.written_framing.function is Function.POV
            viewer = self._find_viewer(f"{beat.direction} {beat.text}") if is_view else ""
            seen = () if insert or has_moved else tuple(name for name in found.seen if name != viewer)
            if not beat.montage:
                place = replace(self.places.move_to_people(seen), doubts=place.doubts)
                seen = tuple(name for name in seen if not self.places.is_on_other_side(name))
            elif not place.location:
                self.places.record_peoples_places(seen)
            if beat.montage:
                self.item, self.item_place = seen, place
            turns = has_moved and not beat.written_framing
            yield Moment(
                beat=beat,
                text=text,
                caption=beat.caption if first else "",
                opens=opens and first,
                turns=turns
                and not (opens or last or beat.montage or beat.caption or self.script.is_settled(beat)),
                seen=seen,
                near=() if beat.montage else self._list_people_near((*seen, viewer)),
                focus=thing or next(iter(seen), self.scene.slug.location),
                thing=thing,
                doubts=(*(() if insert or has_moved else found.doubts), *place.doubts),
                actions=() if spot is not None else tuple(found.sentences),
                location=picture or place.location,
                time_of_day=place.time_of_day,
                weather=place.weather,
            )
            if not is_view and not self.view:
                self._record_picture(seen)

    def _find_viewer(self, text: str) -> str:
        """Return the person from whose point of view a picture is seen, who is not in the picture: POV -
        MARGUERITE, TOM'S POV. Empty if the script names nobody.
        """
        found = _VIEWER.search(text)
        words = next(filter(None, found.groups()), "").split() if found else []
        names = (self._find_person_by_name(" ".join(words[at:])) for at in range(len(words)))
        back = (self._find_person_by_name(" ".join(words[:at])) for at in range(len(words), 0, -1))
        return next(filter(None, (*names, *back)), "")

    def _record_picture(self, seen: Sequence[str]) -> None:
        for name in seen:
            self.met.pop(name, None)
            self.met[name] = None
        self.pictures.append(frozenset(seen))
        self.last = tuple(seen) or self.last

    def _list_people_near(self, seen: Sequence[str]) -> tuple[str, ...]:
        """Return the people of the scene so far who may be in the frame in addition to the people `seen`,
        the latest first. During an intercut they are in the same one of its two places.
        """
        return tuple(
            name for name in reversed(self.met) if name not in seen and not self.places.is_on_other_side(name)
        )

    def _move_to_spot(self, spot: ShortHeading) -> None:
        """Move to another spot of the place. ON JACK and BACK TO JACK move to the spot where Jack is."""
        if people := self._find_people_of_heading(spot):
            self.places.move_to_people(people)
            self.names = tuple(dict.fromkeys((*self.names, *people)))
            self.view, self.last = False, people
            return
        self.places.apply_short_heading(spot)
        if spot.ends_era and self.places.flashback:
            self.met = {}
        if spot.is_view or spot.where is not HeadingMove.SAME:
            self.view, self.last, self.speakers = spot.is_view, (), ()

    def _find_people_of_heading(self, spot: ShortHeading) -> tuple[str, ...]:
        """Return the people whom a short heading names in place of a spot: ON JACK, ON JACK AND MARY."""
        if spot.where is not HeadingMove.SPOT:
            return ()
        found = tuple(map(self._find_person_by_name, _JOINED.split(spot.name)))
        return found if all(found) else ()

    def _find_person_by_name(self, name: str) -> str:
        tokens = tuple(map(key_of, split_words(name)))
        rows = self.script.people.by_word.get(tokens[0], ()) if tokens else ()
        return next((person for key, person in rows if key == tokens), "")

    # -------------------------------------------------------------- speech

    def _read_speech_beat(self, beat: Beat, index: int) -> Moment:
        lines = [line for side in beat.sides for line in side]
        voice = self._classify_voice(beat)
        if voice is VoicePosition.SEEN:
            seen, listener = beat.speakers, self._find_listener(beat, index)
            place = self.places.move_to_people(seen)
            near = () if self.intercut or is_spoken_into_device(lines) else self._list_people_near(seen)
            if listener not in self.speakers and not any({*seen, listener} <= each for each in self.pictures):
                # A two-shot shows only people who were seen together before, or who speak to each other.
                near = tuple(name for name in near if name != listener)
            self._record_picture(seen)
            self.speakers = seen
        else:
            seen = self._list_hearers(beat, voice, index)
            listener = next(iter(seen), "")
            place = self.places.move_to_people(seen) if seen else self.places.now
            near = self._list_people_near((*seen, *beat.speakers))
        if beat.montage and self.item is not None:
            place, near = self.item_place, ()
        return Moment(
            beat=beat,
            sides=tuple(tuple(replace(line, heard=voice) for line in side) for side in beat.sides),
            caption=beat.caption,
            seen=seen,
            near=near,
            listener=listener,
            heard=voice,
            focus=next(iter(seen), self.scene.slug.location),
            location=place.location,
            time_of_day=place.time_of_day,
            weather=place.weather,
        )

    def _find_listener(self, beat: Beat, index: int) -> str:
        """Return the person to whom a speech is addressed: whom its parenthetical names, who spoke before or
        speaks next, or the only other person of the scene so far. Empty if there is none.
        """
        lines = [line for side in beat.sides for line in side]
        if self.intercut or is_spoken_into_device(lines) or is_spoken_to_nobody(lines):
            return ""
        if beat.montage and self.item is not None:
            return next((name for name in self.item if name not in beat.speakers), "")
        people, language = self.script.people, self.script.language
        named = [name for line in lines for name in list_named_people(line.parenthetical, people, language)]
        others = [name for name in self.met if name not in beat.speakers]
        seen_with = self.last if set(beat.speakers) & set(self.last) else ()
        candidates = (
            *named,
            *seen_with,
            *self.speakers,
            self.next_speakers.get(index, ""),
            *(others if len(others) == 1 else ()),
        )
        return next((name for name in candidates if name and name not in beat.speakers), "")

    def _list_hearers(self, beat: Beat, voice: VoicePosition, index: int) -> tuple[str, ...]:
        """Return the people in the picture while a voice comes from elsewhere: the people of the last picture
        for a voice-over, otherwise the person who spoke before, speaks next, or was seen last.
        """
        if voice is VoicePosition.VOICE_OVER:
            return (self.item if self.item is not None else self.last)[:_MOST_HEARERS]
        if beat.montage and self.item is not None:
            return tuple(name for name in self.item if name not in beat.speakers)[:_MOST_HEARERS]
        if voice is VoicePosition.ON_A_SCREEN and set(self.last) & set(beat.speakers):
            return beat.speakers  # The camera shows the screen, so the speakers are in the picture.
        here = self._list_people_near(beat.speakers)
        candidates = (*self.last, *self.speakers, self.next_speakers.get(index, ""), *here)
        return next(((name,) for name in candidates if name in here), ())
