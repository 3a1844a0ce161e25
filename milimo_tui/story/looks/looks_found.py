"""Extraction of looks from the screenplay: introductions, clothes put on and taken off, states, changed ages.
Pure functions.

The input is each sentence with the people it mentions, as resolved by `story.reading`. Sentences that
describe nobody are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.looks.clause_words import (
    LISTS_ONE,
    NAME_ALONE,
    NAMED_AT_LAST,
    ON_A_SCREEN,
    ON_OR_OFF,
    RAIN,
)
from milimo_tui.story.looks.clothes.garments import GARMENT
from milimo_tui.story.looks.descriptions import (
    OF_AGE_ANYWHERE,
    describes_appearance,
    is_age_only,
    list_traits_before_name,
)
from milimo_tui.story.looks.hair_words import HAIR
from milimo_tui.story.looks.known.appearance import DescribedLook, contradicts_known_age
from milimo_tui.story.looks.look_draft import (
    OF_SEVERAL,
    PRONOUNS,
    STRANGER,
    LookDraft,
    LooksRead,
    UnreadLookSentence,
)
from milimo_tui.story.looks.moved_garments import find_removed_garments, find_words_under_garment
from milimo_tui.story.looks.passage import Passage
from milimo_tui.story.looks.plain_words import drop_new_strangers, find_last_garment, strip_asides
from milimo_tui.story.looks.sentence_parts import cut_sentence_at
from milimo_tui.story.looks.sentence_reader import SentenceReader
from milimo_tui.story.looks.stains import FEATURE, STATE
from milimo_tui.story.looks.strangers import Stranger, is_pronoun_of_stranger
from milimo_tui.story.looks.worn_phrases import is_linked_to_person
from milimo_tui.story.reading.moment import ActionSentence, Moment, ReadScene
from milimo_tui.story.reading.people import key_of
from milimo_tui.story.values.shot_words import Era, VoicePosition
from milimo_tui.story.values.text import fold

_LATER = compile_lazily(
    r"\b(?:LATER|CONTINUOUS|SAME TIME|MOMENTS?)\b"
    # Matches words in a montage item which say that the item continues the item before it. The clothes of the
    # earlier item are then not removed.
)
# Number of characters at the beginning of a montage item that are searched for words such as LATER.
_HEAD = 60
# Matches a heading that returns to an earlier place and gives its year: BACK IN THE BOOTH (1999).
_BACK_IN = compile_lazily(r"BACK (?:IN|AT|ON|TO)\b.*\d{4}")
_DOES_IT = compile_lazily(r"(?:he|she|[^\W\d_]+) [a-z]+s (?:it|them)\b", re.IGNORECASE)
_VISIBLE = (GARMENT, HAIR, STATE)
_QUOTED = 80  # Number of characters of a paragraph that are quoted for a member of a group.


def find_looks(scenes: Sequence[ReadScene]) -> tuple[LookDraft, ...]:
    """Return the looks of people in the order of the script, under the names that the script uses."""
    return read_looks(scenes).drafts


def read_looks(scenes: Sequence[ReadScene]) -> LooksRead:
    """Read the looks of people from the scenes. The result has the looks in the order of the script, and the
    sentences that may describe a look but could not be interpreted.
    """
    reader = _LooksReader()
    drafts = tuple(reader.read_scenes(scenes))
    return LooksRead(drafts, tuple(reader.unread))


class _LooksReader(SentenceReader):
    def __init__(self) -> None:
        super().__init__()
        self._time = ""  # The time of day of the previous scene.
        self._line = 0  # The first line of the current paragraph.
        self._is_name_alone = False  # True if the previous action consisted only of a name: “Mara.”
        # Maps a person to the line of this scene that first names the person, or in which the person first
        # speaks.
        self._seen_at: dict[str, int] = {}
        self.unread: list[UnreadLookSentence] = []

    def read_scenes(self, scenes: Sequence[ReadScene]) -> Iterator[LookDraft]:
        for scene in scenes:
            wet = any(RAIN.search(moment.weather) or RAIN.match(moment.text) for moment in scene.moments)
            yield from self._begin_scene(scene, still_wet=wet)
            for moment in scene.moments:
                yield from self._read_moment(moment, scene)
            for (_, era), looks in self._known.items():
                if wet and era is scene.era:
                    looks.mark_rainwear()

    def _begin_scene(self, scene: ReadScene, *, still_wet: bool) -> Iterator[LookDraft]:
        self._new_day = not scene.goes_on and scene.time_of_day != self._time
        self._time = scene.time_of_day
        if self._left:
            yield from self._resume_left_era(scene, self._left_era)
        if not scene.goes_on:
            self._seen_since.clear()
            yield from self._end_states_over_time(scene, still_wet=still_wet)
        self._on_screen = self._is_name_alone = False
        self._group, self._group_left = "", 0
        self._thing = ""
        self._strangers.forget_scene_strangers()
        self._alike.forget_scene_groups()
        self._seen.clear()
        self._seen_at.clear()
        self._line = 0

    def _read_moment(self, moment: Moment, scene: ReadScene) -> Iterator[LookDraft]:
        self._stranger = self._said_before = ""
        ended = self._begin_paragraph(moment, scene) if moment.beat.line != self._line else []
        if scene.era is not Era.PRESENT and not self._left and _returns_to_present(moment):
            self._left_era = scene.era
            yield from self._return_to_present(moment, scene)
        if moment.beat.comes_back:
            self._on_screen = False
        if moment.text.isupper():  # A heading within the scene: ON THE SCREEN.
            self._on_screen = ON_A_SCREEN.match(moment.text) is not None
        if moment.sides:
            yield from self._identify_speaking_stranger(moment, scene)
        for action in moment.actions:
            plain = drop_new_strangers(strip_asides(action), self._seen)
            yield from self._read_passage(Passage(plain, moment, scene))
        yield from self._draft_looks_after_item(ended, moment, scene)
        yield from self._draft_group_members(moment, scene)
        self._end_moment(moment, scene)

    def _begin_paragraph(self, moment: Moment, scene: ReadScene) -> list[str]:
        """Reset what was remembered about the previous paragraph, except a name that was a paragraph by
        itself. If a montage item ends here, remove the clothes of its people. Return the names of these
        people.
        """
        last = self._last if self._is_name_alone else ""
        self._line, self._last, self._introduced = moment.beat.line, last, bool(last)
        self._ahead, self._acted, self._paragraph = [], last, ""
        if not self._group_left and not (moment.actions and LISTS_ONE.match(moment.text)):
            self._group = ""
        if not (moment.sides or moment.beat.montage):
            for looks in self._known.values():
                looks.end_montage_looks()
        elif not (moment.sides or _LATER.search(moment.text[:_HEAD])):
            return self._end_montage_item_for_all(scene.era)
        return []

    def _end_moment(self, moment: Moment, scene: ReadScene) -> None:
        """Record the people seen so far, and the line that first named each of them. This is called after
        each piece of action or speech.
        """
        self._seen.update(moment.seen)
        for name in moment.seen:
            if (name, scene.era) not in self._known:
                self._seen_since.setdefault((name, scene.era), scene.line)
        for name in [*_list_people_by_noun(moment.actions), *(moment.seen if moment.sides else ())]:
            self._seen_at.setdefault(name, self._line)
        self._is_name_alone = NAME_ALONE.match(moment.text) is not None and len(moment.seen) == 1
        if self._is_name_alone:
            self._last = moment.seen[0]

    def _read_passage(self, at: Passage) -> Iterator[LookDraft]:
        """Read one sentence. It describes an unnamed person, or the people whom it names; it may also take
        garments away from people. Yield the changed looks.
        """
        action, sentence = at.action, at.sentence
        self._strangers.record_pronouns(action)
        is_his = is_pronoun_of_stranger(action)
        if is_his or not any(each.name for each in action.mentions):
            self._strangers.record_stranger_description(sentence, at.moment)
        elif more := self._strangers.extend_stranger_description(action, at.moment, self._seen):
            self._ahead.append(more)
            return
        elif (one := self._strangers.get_last_stranger(at.line)) and not all(
            each.owner for each in action.mentions
        ):
            turned_out = list(self._identify_named_stranger(one, action, at.scene))
            yield from turned_out
            if turned_out or not _begins_with_pronoun(action):
                # The sentence gives the name of the unnamed person described last: “This is TOM.”
                self._strangers.forget_last_stranger()
        yield from self._draft_group_change(self._alike.record_group_clothes(sentence), at)
        if not is_his:
            yield from self._read_named_people(at)

    def _read_named_people(self, at: Passage) -> Iterator[LookDraft]:
        sentence = at.sentence
        visible = [found[0] for each in _VISIBLE for found in each.finditer(sentence)]
        known = self._join_all_facts(at.era) if visible else ""
        mentioned_things = self._find_things_mentioned(sentence, at.era, at.moment)
        it = find_last_garment(self._said_before)
        if not self._said_before and self._thing and _DOES_IT.match(sentence):
            it = f"the {self._thing}"
        wardrobes = self._collect_wardrobes(at.era) if visible or mentioned_things or it else {}
        under = find_words_under_garment(sentence) if visible else None
        if under is not None and not under.start() and not GARMENT.search(self._said_before):
            under = None  # “It” is a thing, not a garment: “He walks round the table. Under it: two clogs.”
        first_part = (
            replace(at, action=cut_sentence_at(at.action, under.start())) if under and under.start() else at
        )
        removed = find_removed_garments(first_part.sentence, mentioned_things, it) if wardrobes else []
        self._paragraph = f"{self._paragraph} {sentence}"
        yield from self._read_sentence_looks(first_part)
        self._said_before = sentence
        yield from self._draft_removed_garments(removed, wardrobes, first_part)
        if under is not None:
            yield from self._draft_uncovered_garment(under["worn"], wardrobes, at)
        elif visible:
            self._note_undressed_person(wardrobes, at.era, at.line)
        if visible:
            self._record_unread_sentence(at, visible, known)

    def _record_unread_sentence(self, at: Passage, visible: Sequence[str], known: str) -> None:
        """Record a sentence that may describe a look but was not understood. This is a sentence with many
        words for clothes, hair or a state that are in nobody's look, neither now nor before the sentence.

        `known` are the facts before the sentence. A sentence that changed nothing is also recorded if it may
        say that a worn garment is put on or taken off.
        """
        subjects, seen = [each.name for each in at.action.mentions if each.name], at.moment.seen
        person = subjects[0] if subjects else self._last or (seen[0] if len(seen) == 1 else "")
        now = self._join_all_facts(at.era)
        facts = fold(f"{known} {now}")
        linked = [words for words in visible if is_linked_to_person(at.sentence, words)]
        untaken = [words for words in linked if fold(words) not in facts]
        is_worn = any(fold(words) in facts for words in linked)
        moves = now == known and is_worn and ON_OR_OFF.search(at.sentence)
        many = untaken and (now == known or 2 * len(untaken) > len(linked))
        if person and (moves or many):
            self.unread.append(
                UnreadLookSentence(
                    name=person,
                    line=at.paragraph_lines[0],
                    end_line=at.paragraph_lines[1],
                    scene_line=at.scene.line,
                    action=at.moment.text,
                    quote=at.sentence.strip(),
                )
            )

    def _draft_group_members(self, moment: Moment, scene: ReadScene) -> Iterator[LookDraft]:
        """Give the look of a group to its members who are not described yet: “Four BRIDESMAIDS in mint green
        giggle.” describes BRIDESMAID ONE. Yield the changed looks.
        """
        for name in moment.seen:
            if (name, scene.era) in self._known or not (clothes := self._alike.find_group_clothes(name, "")):
                continue
            looks = self._known[name, scene.era] = DescribedLook()
            looks.add_group_clothes(clothes)
            looks.age = self._alike.get_group_age(name)
            self._told_at[name] = moment.beat.line
            self._first_told.setdefault((name, scene.era), moment.beat.line)
            place = (moment.beat.line, moment.beat.end_line)
            draft = self._draft_known_look(name, scene, place, moment.text, moment.text[:_QUOTED], True)
            yield replace(draft, rule=OF_SEVERAL)

    def _draft_group_change(self, clothes: Mapping[str, str], at: Passage) -> Iterator[LookDraft]:
        """Give new clothes of a group to each known member: “Eleven girls in grey cardigans come out.” Yield
        the changed looks.
        """
        for name, words in clothes.items():
            looks = self._known.get((name, at.era))
            if looks is None or looks.is_wearing(words, by_kind=False):
                continue
            looks.remove_for_change(whole=False)
            looks.add_group_clothes(words)
            yield self._draft_look_at_passage(name, at, OF_SEVERAL)

    def _identify_named_stranger(
        self, one: Stranger, action: ActionSentence, scene: ReadScene
    ) -> Iterator[LookDraft]:
        """Give the look of an unnamed person to a known person if the next words identify the two: “A woman
        gets out, in grey. She's forty.” Yield the changed look.
        """
        acts = next(each for each in action.mentions if not each.owner)
        is_named = NAMED_AT_LAST.match(action.sentence.strip()) and acts.name not in self._seen
        if is_named or key_of(action.sentence[acts.start : acts.end]) in PRONOUNS:
            yield from self._apply_stranger_look(one, acts.name, scene, action.sentence)

    def _identify_speaking_stranger(self, moment: Moment, scene: ReadScene) -> Iterator[LookDraft]:
        """Give the look of an unnamed person to the next speaker, if this speaker was not described yet.
        Yield the changed look.

        For example, “A man in a red coat sits there.” is followed by a speech.
        """
        seen = moment.heard is VoicePosition.SEEN and moment.seen
        if not seen or seen[0] != moment.sides[0][0].character:
            return
        if one := self._strangers.identify_speaker(seen[0], self._seen_at.get(seen[0], moment.beat.line)):
            yield from self._apply_stranger_look(one, seen[0], scene, "")

    def _apply_stranger_look(
        self, one: Stranger, name: str, scene: ReadScene, more: str
    ) -> Iterator[LookDraft]:
        """Use the look of the unnamed person `one` as the look of the person `name`, and yield it. If that
        person already has a look, the look stays unchanged, unless the age of the unnamed person contradicts
        it.
        """
        self._strangers.record_stranger_name(one, name)
        known = self._known.get((name, scene.era))
        aged = OF_AGE_ANYWHERE.search(f"{one.words} {more}")
        age = f", {aged[1]}," if aged is not None and name not in self._seen else ""
        is_new = known is None or self._first_told.get((name, scene.era), 0) > one.line
        is_older = contradicts_known_age(known.age if known else "", age, introduced=True)
        if not name or not (is_new or is_older):
            return
        looks = known if known is not None and is_new else DescribedLook()
        pieces = list_traits_before_name(one.words)
        theirs = next(filter(is_age_only, pieces), "") if known is not None and is_new else ""
        if theirs and contradicts_known_age(looks.age, f", {theirs},", introduced=True):
            return  # The stranger is a different person.
        if not any(describes_appearance(each) or FEATURE.search(each) for each in pieces):
            return
        looks.read_description(
            f", {', '.join(pieces)}", introduced=True, first=True, in_new_paragraph=False, of_one=True
        )
        if any(looks.list_facts()):
            self._known[name, scene.era] = looks
            self._told_at[name] = one.line
            self._first_told.setdefault((name, scene.era), one.line)
            self._as_stranger.add(name)
            lines = (one.line, one.end_line)
            stranger = self._draft_known_look(name, scene, lines, one.action, one.words.strip(" ,"), True)
            yield replace(stranger, rule=STRANGER)


def _returns_to_present(moment: Moment) -> bool:
    """Return True if an action or speech in a scene of another era plays in the present again."""
    return moment.beat.comes_back or (moment.turns and _BACK_IN.match(moment.text) is not None)


def _list_people_by_noun(actions: Sequence[ActionSentence]) -> list[str]:
    """Return the people whom sentences mention by a name or a noun, not only by a pronoun."""
    return [
        each.name
        for one in actions
        for each in one.mentions
        if each.name and key_of(one.sentence[each.start : each.end]) not in (*PRONOUNS, "his", "their")
    ]


def _begins_with_pronoun(action: ActionSentence) -> bool:
    acts = next(each for each in action.mentions if not each.owner)
    return key_of(action.sentence[acts.start : acts.end]) in PRONOUNS
