"""Reader of a scene from its first line to its last. It finds the people who are present, meant by words, and
heard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.action_reader import list_names_in_text, read_action
from milimo_tui.story.reading.beats import Beat, split_into_beats
from milimo_tui.story.reading.hearing import SceneHearing
from milimo_tui.story.reading.moment import Moment
from milimo_tui.story.reading.people import People, key_of
from milimo_tui.story.reading.places import MomentPlace, PlaceReader
from milimo_tui.story.reading.presence import ActionMeaning, ScenePresence
from milimo_tui.story.reading.spots import (
    ENDS_ERA,
    HeadingMove,
    ShortHeading,
    is_fixture,
    is_hidden_spot,
    parse_short_heading,
    says_intercut,
)
from milimo_tui.story.reading.unseen import FAR, find_viewer
from milimo_tui.story.reading.voices import (
    classify_voice,
    classify_voice_by_device,
    classify_voice_by_trade,
    is_only_a_name,
    is_spoken_into_device,
)
from milimo_tui.story.screenplay.cast import FilmCast
from milimo_tui.story.screenplay.line_grammar import parse_item_heading
from milimo_tui.story.screenplay.screenplay import ScriptElementKind, ScriptScene
from milimo_tui.story.values.shot_words import Function, Setting, VoicePosition
from milimo_tui.story.values.text import split_words

# A function that splits the text of an action into the texts of its shots.
Parts = Callable[[str], Sequence[str]]

_INSERT = compile_lazily(
    r"^(?:INSERT|CLOSE ON|CLOSE-UP ON|CU)\b[\s:–—-]*(?:(?:the|an?) )?(.*)", re.IGNORECASE
)
_LATE_INSERT = compile_lazily(
    r"[A-ZÀ-Þ]?[^A-Z]*[a-z][^.!?]*[.!?]\s.*?\bINSERT\b"
)  # Matches INSERT after a complete sentence of the same paragraph.
_HANDLED = compile_lazily(
    r"\b(?:his|her|their|\w+['’]s)\s+(?:\w+\s+)?(?:hands?|fingers?|thumb|palm|toes?|foot|fist|wrist)\b",
    re.IGNORECASE,
)
_CROWD = compile_lazily(
    r"\b(?:crowds?|thousand people|hundreds|thousands|onlookers|passers-by|mob)\b", re.IGNORECASE
)
_MANY = compile_lazily(
    r"\b(?:the (?:whole )?(?:crowd|mob|audience|congregation|stadium|procession)|a crowd|onlookers"
    r"|(?:(?:two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty|sixty|a) )?"
    r"(?:hundreds?|thousands?)(?: of)? (?:people|men|women|children|heads|faces|fans|spectators|[a-z]+s))\b",
    re.IGNORECASE,
)
_RETURNS = compile_lazily(
    r"(?:BACK TO (?!BACK\b)[A-Z' ]+"
    r"|(?:(?:MOMENTS|MINUTES|HOURS|MUCH|A LITTLE|STILL) )?LATER(?: STILL)?)[.:]?$"
)
_NO_PICTURE = compile_lazily(
    r"(?:(?:Black|Blackness|Darkness|Total darkness|Pitch dark|Black screen)\b\s*[.!]|White[.!]$)"
)
# Number of later paragraphs that are searched for names, to find the people whom words such as “the two”
# mean.
_AHEAD = 6
# An action can describe the voice of the next speeches (“The radio crackles.”). It is taken into account for
# at most this number of speeches after it.
_ANSWERS = 2
_THING = compile_lazily(r"(?:^|[.!?]\s+)The (?:one |other |same )?([a-z]+) [a-z]+")


def read_scene(
    scene: ScriptScene,
    cast: FilmCast,
    parts: Parts,
    is_about_nobody: Callable[[str], bool],
    people: People,
    recent: dict[str, None],
    before: ScriptScene | None = None,
    homes: dict[str, str] | None = None,
    known: Sequence[str] = (),
) -> tuple[Moment, ...]:
    """Return the pieces of action and speeches of a scene in order. `parts` is a function that splits an
    action that is too long for one shot.

    `recent` has the people seen in the film so far, the latest last. `homes` has the place in which each
    person was seen last. Both are updated with this scene. `before` is the previous scene, and `known` are
    the film's places.
    """
    return tuple(
        _SceneReader(
            scene=scene,
            cast=cast,
            parts=parts,
            is_about_nobody=is_about_nobody,
            people=people,
            presence=ScenePresence(recent=recent, outside=scene.slug.setting is Setting.EXTERIOR),
            places=PlaceReader(
                scene.slug,
                before,
                {} if homes is None else homes,
                known=known,
                names=frozenset(people.by_word),
            ),
        ).iterate_moments()
    )


@dataclass(slots=True, kw_only=True)
class _SceneReader(SceneHearing):
    """The state of reading one scene: the people present and heard, the current place, and the voices of the
    scene.
    """

    scene: ScriptScene
    cast: FilmCast
    parts: Parts
    is_about_nobody: Callable[[str], bool]
    on_phone: bool = False
    on_line: set[str] = field(default_factory=set)  # The people heard over the telephone in this scene.
    loud: set[str] = field(default_factory=set)  # The people heard from a loudspeaker in this scene.
    shown: frozenset[str] = frozenset()  # The people named by the action of the scene.
    # The people whose voices are heard over the pictures of the montage.
    voiced: set[str] = field(default_factory=set)
    item_place: MomentPlace = field(default_factory=MomentPlace)
    # Maps the line of a speech to the action before the speech.
    sounds: dict[int, str] = field(default_factory=dict)
    # Maps a person to the index of the beat in which the person first speaks.
    begins: dict[str, int] = field(default_factory=dict)

    def iterate_moments(self) -> Iterator[Moment]:
        found = split_into_beats(self.scene, self.cast)
        self.prepare_people(found)
        self.places.prepare_places(self.scene)
        self.places.by_heading = bool(found) and found[0].montage
        montage, outside = False, (dict[str, None](), tuple[str, ...]())
        returns = [
            (
                element.span.line,
                ShortHeading(HeadingMove.BACK, ends_era=ENDS_ERA.match(element.text) is not None),
            )
            for element in self.scene.elements
            if element.kind in (ScriptElementKind.ACTION, ScriptElementKind.TRANSITION)
            and _RETURNS.match(element.text)
        ]
        for index, beat in enumerate(found):
            if montage and not beat.montage:
                self.places.return_from_montage()
                self.presence.present, self.presence.last = outside
            if beat.montage and not montage:
                self.places.begin_montage_at_title(beat.title)
                # The people who were present before the montage are present again after it.
                outside = dict(self.presence.present), self.presence.last
            montage = self.presence.montage = beat.montage
            if not montage:
                self.item, self.voiced = None, set()
            if returns and returns[0][0] < beat.line:
                self.move_to_spot(returns.pop(0)[1])
            if self.intercut and not self.places.intercut and self.is_after_intercut(beat):
                self.places.begin_intercut()
            if beat.sides:
                yield self.read_speech_beat(beat, index)
            elif beat.card:
                yield Moment(beat=beat, caption=beat.caption)
            else:
                after = found[index + 1] if index + 1 < len(found) else beat
                self.presence.coming = tuple(list_names_in_text(after.text, self.people)) or after.speakers
                self.presence.ahead = self.list_names_ahead(found[index + 1 : index + 1 + _AHEAD])
                self.presence.newcomer = self.find_next_new_speaker(index)
                opens = index == 0 and not beat.montage and (bool(self.scene.slug.location) or len(found) > 2)
                yield from self.read_action_beat(beat, opens, last=index == len(found) - 1)

    def prepare_people(self, found: Sequence[Beat]) -> None:
        """Find the people who come into the scene, and the people who are only heard."""
        before = self.places.before
        self.intercut = says_intercut(f"{self.scene.heading}\n{self.scene.text}")
        if before is not None and says_intercut(before.text.rstrip().rpartition("\n")[2]):
            self.intercut = True
        lines = [line for beat in found for side in beat.sides for line in side]
        self.on_phone = is_spoken_into_device(lines)
        named: dict[str, None] = {}
        for beat in found:
            if not beat.sides:
                named.update(list_names_in_text(beat.text, self.people))
        self.shown = frozenset(named)
        self.sounds = self.map_speeches_to_actions(found)
        self.begins = {}
        for index, beat in enumerate(found):
            if beat.sides and self.classify_beats_voice(beat) is VoicePosition.SEEN:
                for name in beat.speakers:
                    self.begins.setdefault(name, index)
        far: dict[str, None] = {}
        here: dict[str, None] = {}
        after = ""
        for index in range(len(found) - 1, -1, -1):
            beat = found[index]
            self.said_next[index] = after
            if beat.sides:
                how = self.classify_beats_voice(beat)
                for name in beat.speakers:
                    (here if how is VoicePosition.SEEN else far)[name] = None
                if how is VoicePosition.SEEN and beat.speakers:
                    after = beat.speakers[0]
        self.presence.crowd = any(_MANY.search(beat.text) for beat in found if not beat.sides)
        away = {name for name in far if name not in here and name not in named}
        self.presence.away = frozenset(away)
        self.presence.expected = tuple(
            name for name in dict.fromkeys((*reversed(here), *named)) if name not in away
        )

    def map_speeches_to_actions(self, found: Sequence[Beat]) -> dict[int, str]:
        """Return, for each speech, the last action before it, keyed by the line of the speech. The text is
        empty if at least two other speeches are between the action and the speech.
        """
        out: dict[int, str] = {}
        text, since = "", 0
        for beat in found:
            if not beat.sides:
                text, since = beat.text, 0
                continue
            out[beat.line] = text if since < _ANSWERS else ""
            since += 1
        return out

    def list_names_ahead(self, after: Sequence[Beat]) -> tuple[str, ...]:
        """Return the people whom the following paragraphs name, up to the next speech. `after` are the beats
        that follow.
        """
        texts = (beat.text for beat in takewhile(lambda beat: not beat.sides, after))
        return tuple(dict.fromkeys(name for text in texts for name in list_names_in_text(text, self.people)))

    def find_next_new_speaker(self, index: int) -> str:
        """Return the next person who speaks for the first time and whom no action ever named, or an empty
        string. `index` is the index of the beat.
        """
        there = self.presence
        after = sorted((first, name) for name, first in self.begins.items() if first > index)
        name = after[0][1] if after else ""
        known = name in self.shown or name in there.recent or name in there.present
        return "" if known or name not in self.people.by_name else name

    def is_after_intercut(self, beat: Beat) -> bool:
        """Return True if a beat comes after a line with INTERCUT, or if the heading has INTERCUT."""
        if says_intercut(self.scene.heading):
            return True
        line = next(
            (each.span.line for each in self.scene.elements if says_intercut(each.text)),
            self.scene.span.line,
        )
        return beat.line > line

    def classify_beats_voice(self, beat: Beat) -> VoicePosition:
        lines = [line for side in beat.sides for line in side]
        extension = lines[0].extension if lines else ""
        voice = classify_voice(extension, lines, self.on_phone)
        if voice is VoicePosition.SEEN and self.shown.isdisjoint(beat.speakers):
            voice = classify_voice_by_trade(lines[0].character if lines else "")
        if voice is VoicePosition.SEEN and beat.absent:
            return VoicePosition.OFF_SCREEN
        if self.item is not None and beat.montage:  # In a montage, the voice continues over the next picture.
            if voice is VoicePosition.VOICE_OVER:
                self.voiced.update(beat.speakers)
            elif (
                voice is VoicePosition.SEEN
                and self.voiced.issuperset(beat.speakers)
                and (beat.continued or not set(beat.speakers) & set(self.item))
            ):
                return VoicePosition.VOICE_OVER
        if voice is VoicePosition.VOICE_OVER and not beat.montage and self.shown.isdisjoint(beat.speakers):
            voice = classify_voice_by_device(self.sounds.get(beat.line, ""))
            if voice is VoicePosition.OFF_SCREEN:
                self.loud.update(beat.speakers)
            elif self.loud.issuperset(beat.speakers) and beat.speakers:
                voice = VoicePosition.OFF_SCREEN
        if voice is VoicePosition.PHONE:
            self.on_line.update(beat.speakers)
        elif voice is VoicePosition.VOICE_OVER and self.on_line.issuperset(beat.speakers):
            # A voice that was filtered once is heard over the telephone until the scene ends.
            return VoicePosition.PHONE
        return voice

    # -------------------------------------------------------------- action

    def read_action_beat(self, beat: Beat, opens: bool, *, last: bool) -> Iterator[Moment]:
        insert = beat.written_framing.function is Function.INSERT and not _LATE_INSERT.match(beat.text)
        shown_object = ""
        if beat.direction and (match := _INSERT.match(beat.direction)):
            insert, shown_object = True, match[1].strip()
        headed = parse_item_heading(beat.text)
        is_no_heading = beat.forced and headed is not None
        headed = None if is_no_heading else headed
        if headed and headed[1]:
            self.places.apply_item_heading(*headed)
        for index, text in enumerate(self.parts(headed[1] if headed and headed[1] else beat.text)):
            first = index == 0
            spot = parse_short_heading(text) if not is_no_heading else None
            if spot is not None:
                self.move_to_spot(spot)
            place = self.places.find_action_place(text, montage=beat.montage and headed is None)
            meaning = read_action(text, self.people, self.presence)
            looks = find_viewer(text, meaning.actions)
            seen = tuple(name for name in meaning.seen if name != looks)
            if (spot is not None and spot.where is not HeadingMove.SAME) or _NO_PICTURE.match(text):
                seen = ()
            elif insert:
                seen = seen if _HANDLED.search(text) else ()
            elif not seen and not meaning.acted and not opens and not looks and not FAR.match(text):
                goes_on = not (self.is_about_nobody(text) or (beat.montage and index == 0))
                seen = self.find_owner_of_thing(text) or (self.list_people_still_seen() if goes_on else ())
            if not beat.montage:
                place = replace(self.places.move_to_people(seen), doubts=place.doubts)
                seen = tuple(name for name in seen if not self.places.is_on_other_side(name))
            elif not place.location:
                self.places.record_peoples_places(seen)
            if self.view:
                named = list_names_in_text(text, self.people)
                seen = tuple(n for n in seen if n not in self.presence.elsewhere or n in named)
                self.on_screen.update(seen)
            if beat.montage:
                self.item, self.item_place = seen, place
            near = self.list_people_near(seen, meaning.near)
            turns = spot is not None and spot.where is not HeadingMove.SAME and not beat.written_framing
            yield Moment(
                beat=beat,
                text=text,
                caption=beat.caption if first else "",
                opens=opens and first,
                turns=turns and not (opens or last or beat.montage or beat.caption),
                seen=seen,
                near=() if beat.montage else near,
                focus=self.choose_focus(text, seen, shown_object),
                thing=shown_object,
                doubts=(*meaning.doubts, *place.doubts),
                actions=() if spot is not None else tuple(meaning.actions),
                location=place.location,
                time_of_day=place.time_of_day,
                weather=place.weather,
            )
            if beat.written_framing.function is not Function.POV:
                self.update_presence(meaning, seen)

    def list_people_still_seen(self) -> tuple[str, ...]:
        """Return the people who are still seen: the people of the last picture, or in an intercut the people
        present on the side that is shown.
        """
        there = self.presence
        last = tuple(name for name in there.last if name not in there.gone)
        here = tuple(name for name in last if not self.places.is_on_other_side(name))
        if here or not last:
            return here[:2]
        return tuple(
            n for n in reversed(there.present) if n not in there.gone and not self.places.is_on_other_side(n)
        )[:1]

    def find_owner_of_thing(self, text: str) -> tuple[str, ...]:
        """Return the person present who was introduced with the thing that a sentence is about: “The gum has
        stopped.” Empty if there is none.
        """
        for match in _THING.finditer(text):
            owner = self.people.by_thing.get(key_of(match[1]), "")
            if owner in self.presence.present and not is_fixture(match[1]):
                return (owner,)
        return ()

    def list_people_near(self, seen: Sequence[str], named: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the people who may be in the frame in addition to the people `seen`. These are the people at
        the same spot and, during an intercut, in the same one of its two places. `named` are people whom the
        action names.
        """
        return tuple(
            name
            for name in dict.fromkeys((*named, *reversed(self.presence.present)))
            if name not in seen
            and name not in self.presence.elsewhere
            # A member of a numbered group is only seen where the script means the group.
            and name not in self.people.group_of
            and not self.places.is_on_other_side(name)
        )

    def move_to_spot(self, spot: ShortHeading) -> None:
        """Move to another spot of the place. People at the previous spot stay there until the script brings
        them along.

        ON JACK and BACK TO JACK move to the spot where Jack is.
        """
        if person := self.find_person_of_heading(spot):
            if self.view:
                self.end_screen_view()
            self.places.move_to_people((person,))
            self.presence.elsewhere.pop(person, None)
            self.presence.last = (person,)
            return
        self.places.apply_short_heading(spot)
        there = self.presence
        if spot.ends_era and self.places.flashback and self.places.stayed:
            there.gone.update(name for name in there.present if name not in self.places.stayed)
            there.gone.difference_update(self.places.stayed)
            there.present, there.elsewhere = dict.fromkeys(self.places.stayed), {}
            there.last, self.speaker = (), ()
            return
        if spot.is_view:
            there.elsewhere = dict.fromkeys(name for name in there.present if name not in self.on_screen)
            there.present |= dict.fromkeys(self.on_screen)
            there.last, self.view = (), True
        elif spot.where is not HeadingMove.SAME:
            if self.view:
                self.end_screen_view()
            if spot.where is HeadingMove.BACK:
                # An empty spot is the place of the scene's own heading, to which the camera returns.
                self.return_to_spot("")
                there.elsewhere = dict.fromkeys(
                    name
                    for name in there.elsewhere
                    if is_hidden_spot(there.at.get(name, "").rpartition(" - ")[2]) and name != there.left
                )
                return
            # Somebody left just before the heading, so this person is at the new spot: “Mary goes out to the
            # porch.” THE PORCH.
            if there.left:
                there.gone.discard(there.left)
                there.subject = there.left
            follower = there.subject if spot.is_way and there.subject not in there.away else ""
            if is_fixture(spot.name) and not spot.is_way:
                there.elsewhere = {}
            else:
                self.return_to_spot(self.get_current_spot())
                there.elsewhere.pop(follower, None)
            there.last = (follower,) if follower else ()

    def get_current_spot(self) -> str:
        """Return the current spot in the scene's place. Empty at the spot where the scene began."""
        now = self.places.now.location
        return "" if now in (self.scene.slug.location, self.places.slug.location, self.places.home) else now

    def return_to_spot(self, spot: str) -> None:
        """Return to an earlier spot. The people who were seen there are present; all others are elsewhere."""
        there = self.presence
        there.spot = spot
        away = [name for name in there.present if there.at.get(name, "") != spot]
        there.present = dict.fromkeys((*away, *there.present))
        for name in [name for name in there.present if name not in away]:
            # Move them to the end, because people seen last are the likeliest.
            there.present[name] = there.present.pop(name)
        there.elsewhere = dict.fromkeys(away)
        there.last = ()
        if there.subject in away and there.subject != there.left:
            there.subject = ""

    def end_screen_view(self) -> None:
        """Return from a person's view, or from a picture on a screen, to the scene. The people of the scene
        are present again, and the people in the view are not.
        """
        there = self.presence
        for name in self.on_screen:
            if name not in there.elsewhere:
                there.present.pop(name, None)
        self.view, there.elsewhere = False, {}

    def find_person_of_heading(self, spot: ShortHeading) -> str:
        """Return the person whom a short heading names in place of a spot (ON JACK), or an empty string."""
        tokens = tuple(map(key_of, split_words(spot.name)))
        rows = self.people.by_word.get(tokens[0], ()) if tokens and spot.where is HeadingMove.SPOT else ()
        return next((name for key, name in rows if key == tokens), "")

    def choose_focus(self, text: str, seen: Sequence[str], shown_object: str) -> str:
        if shown_object:
            return shown_object
        if seen:
            return seen[0]
        return "crowd" if _CROWD.search(text) else self.scene.slug.location

    def update_presence(self, meaning: ActionMeaning, seen: Sequence[str]) -> None:
        there = self.presence
        if len(seen) > 1:
            self.pictures.add(frozenset(seen))
        pictured = [name for name in meaning.pictured if name not in there.present]
        there.record_picture(seen if self.view else meaning.seen or seen)
        for name in pictured:
            there.present.pop(name, None)
        for name in seen:
            self.presence.elsewhere.pop(name, None)
        if not self.view:
            for name in self.on_screen.difference(meaning.ahead):
                there.present.pop(name, None)  # The person is only on the screen.
        if meaning.subject or len(seen) == 1:
            there.subject = meaning.subject or seen[0]
        if meaning.alone and len(meaning.seen) == 1:
            there.present = dict.fromkeys(meaning.seen)
        there.left = next(reversed(meaning.leaving), "") if meaning.leaving or seen else there.left
        for name in meaning.leaving:
            there.present.pop(name, None)
            there.gone.add(name)
            there.last = tuple(other for other in there.last if other != name)

    # -------------------------------------------------------------- speech

    def read_speech_beat(self, beat: Beat, index: int) -> Moment:
        there = self.presence
        lines = [line for side in beat.sides for line in side]
        voice = self.classify_beats_voice(beat)
        if self.intercut and voice is VoicePosition.PHONE and not any(line.extension for line in lines):
            voice = VoicePosition.SEEN
        if voice is VoicePosition.SEEN:
            if self.view and not there.elsewhere.keys().isdisjoint(beat.speakers):
                self.end_screen_view()
            there.gone.difference_update(beat.speakers)
            is_new = bool(there.last) and not any(name in there.present for name in beat.speakers)
            for name in beat.speakers:
                there.present.setdefault(name)
            listener = self.find_listener(beat, lines, index)
            speakers = beat.speakers
            for name in speakers:
                self.presence.elsewhere.pop(name, None)
            placed = self.places.move_to_people(speakers)
            near = list(self.list_people_near(speakers))
            if self.places.is_on_other_side(listener) or listener in self.presence.elsewhere:
                listener = ""
            if self.intercut or (is_spoken_into_device(lines) and len(there.present) > 1):
                near = []
            if is_only_a_name(lines, self.people) and listener not in self.speaker:
                near = []
            if listener and (is_new or not self.were_seen_together(speakers, listener)):
                near = [name for name in near if name != listener]
            there.record_picture(speakers)
            there.subject = speakers[0] if speakers else there.subject
            if listener:
                there.together = (*speakers, listener)
            self.speaker = speakers
        else:
            hearers = self.list_visible_listeners(beat, voice, index)
            if voice is VoicePosition.ON_A_SCREEN and beat.speakers[0] in hearers:
                there.subject = beat.speakers[0]
                if self.view:
                    there.record_picture(beat.speakers)
            speakers, listener = hearers, hearers[0] if hearers else ""
            placed = self.places.move_to_people(speakers) if speakers else self.places.now
            near = list(self.list_people_near((*speakers, *beat.speakers)))
            if beat.montage and self.item is not None:
                placed, near = self.item_place, []
            if voice is VoicePosition.OFF_SCREEN:
                there.recent.update(dict.fromkeys(beat.speakers))
        sides = tuple(tuple(replace(line, heard=voice) for line in side) for side in beat.sides)
        return Moment(
            beat=beat,
            sides=sides,
            caption=beat.caption,
            seen=speakers,
            near=tuple(near),
            listener=listener,
            heard=voice,
            focus=speakers[0] if speakers else self.scene.slug.location,
            location=placed.location,
            time_of_day=placed.time_of_day,
            weather=placed.weather,
        )
