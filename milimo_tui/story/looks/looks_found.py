"""Looks as the screenplay gives them: introductions, clothes put on and taken off, states, changed ages.
Pure.

The input is each sentence with the people it mentions, as `story.reading` reads them. Sentences that describe
nobody are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from milimo_tui.core.late_patterns import late
from milimo_tui.story.looks.clause_words import (
    LISTS_ONE,
    NAME_ALONE,
    NAMED_AT_LAST,
    ON_A_SCREEN,
    ON_OR_OFF,
    RAIN,
)
from milimo_tui.story.looks.clothes.garments import GARMENT
from milimo_tui.story.looks.descriptions import OF_AGE_ANYWHERE, is_age, is_visible, told_before
from milimo_tui.story.looks.hair_words import HAIR
from milimo_tui.story.looks.known.appearance import Appearance, is_other_age
from milimo_tui.story.looks.look_draft import (
    OF_SEVERAL,
    PRONOUNS,
    STRANGER,
    LookDraft,
    LooksRead,
    Unread,
)
from milimo_tui.story.looks.passage import Passage
from milimo_tui.story.looks.plain_words import named_last, without_asides, without_new_ones
from milimo_tui.story.looks.sentence_parts import up_to
from milimo_tui.story.looks.sentence_reader import SentenceReader
from milimo_tui.story.looks.stains import FEATURE, STATE
from milimo_tui.story.looks.strangers import Stranger, is_only_his
from milimo_tui.story.looks.taken_away import taken_away, under_it
from milimo_tui.story.looks.worn_phrases import is_linked
from milimo_tui.story.reading.moment import Moment, ReadScene, Told
from milimo_tui.story.reading.people import key_of
from milimo_tui.story.values.film import Era, VoicePosition
from milimo_tui.story.values.text import fold

_LATER = late(r"\b(?:LATER|CONTINUOUS|SAME TIME|MOMENTS?)\b")  # an item that continues the previous item
_HEAD = 60  # characters at the beginning of an item that are searched for these words
_BACK_IN = late(r"BACK (?:IN|AT|ON|TO)\b.*\d{4}")  # BACK IN THE BOOTH (1999)
_DOES_IT = late(r"(?:he|she|[^\W\d_]+) [a-z]+s (?:it|them)\b", re.IGNORECASE)
_VISIBLE = (GARMENT, HAIR, STATE)
_QUOTED = 80  # characters of a paragraph that are quoted for a person in a group


def looks_found(scenes: Sequence[ReadScene]) -> tuple[LookDraft, ...]:
    """Return the looks of people in the order of the script, under the names that the script uses."""
    return looks_read(scenes).drafts


def looks_read(scenes: Sequence[ReadScene]) -> LooksRead:
    """Return the looks of people like `find_looks`, and the sentences that may describe a look but were not
    read.
    """
    reader = _Reader()
    drafts = tuple(reader.read(scenes))
    return LooksRead(drafts, tuple(reader.unread))


class _Reader(SentenceReader):
    def __init__(self) -> None:
        super().__init__()
        self._time = ""  # time of day of the previous scene
        self._line = 0  # line of the current paragraph
        self._is_name_alone = False  # the previous moment was only a name: “Mara.”
        # person → the line of this scene that first names the person, or in which the person first speaks
        self._seen_at: dict[str, int] = {}
        self.unread: list[Unread] = []

    def read(self, scenes: Sequence[ReadScene]) -> Iterator[LookDraft]:
        for scene in scenes:
            wet = any(RAIN.search(moment.weather) or RAIN.match(moment.text) for moment in scene.moments)
            yield from self._begin_scene(scene, still_wet=wet)
            for moment in scene.moments:
                yield from self._moment(moment, scene)
            for (_, era), looks in self._known.items():
                if wet and era is scene.era:
                    looks.in_rain()

    def _begin_scene(self, scene: ReadScene, *, still_wet: bool) -> Iterator[LookDraft]:
        self._new_day = not scene.goes_on and scene.time_of_day != self._time
        self._time = scene.time_of_day
        if self._left:
            yield from self._go_back(scene, self._left_era)
        if not scene.goes_on:
            self._seen_since.clear()
            yield from self._dry(scene, still_wet=still_wet)
        self._on_screen = self._is_name_alone = False
        self._group, self._group_left = "", 0
        self._thing = ""
        self._strangers.begin_scene()
        self._alike.begin_scene()
        self._seen.clear()
        self._seen_at.clear()
        self._line = 0

    def _moment(self, moment: Moment, scene: ReadScene) -> Iterator[LookDraft]:
        self._stranger = self._said_before = ""
        ended = self._begin_paragraph(moment, scene) if moment.beat.line != self._line else []
        if scene.era is not Era.PRESENT and not self._left and _comes_back(moment):
            self._left_era = scene.era
            yield from self._come_back(moment, scene)
        if moment.beat.comes_back:
            self._on_screen = False
        if moment.text.isupper():  # A heading within the scene: ON THE SCREEN.
            self._on_screen = ON_A_SCREEN.match(moment.text) is not None
        if moment.sides:
            yield from self._speaks(moment, scene)
        for told in moment.told:
            plain = without_new_ones(without_asides(told), self._seen)
            yield from self._passage(Passage(plain, moment, scene))
        yield from self._after_item(ended, moment, scene)
        yield from self._one_of_many(moment, scene)
        self._end_moment(moment, scene)

    def _begin_paragraph(self, moment: Moment, scene: ReadScene) -> list[str]:
        """Forget the previous paragraph, except a name that stood alone; return the people whose montage
        clothes end here.
        """
        last = self._last if self._is_name_alone else ""
        self._line, self._last, self._introduced = moment.beat.line, last, bool(last)
        self._ahead, self._acted, self._paragraph = [], last, ""
        if not self._group_left and not (moment.told and LISTS_ONE.match(moment.text)):
            self._group = ""
        if not (moment.sides or moment.beat.montage):
            for looks in self._known.values():
                looks.end_items()
        elif not (moment.sides or _LATER.search(moment.text[:_HEAD])):
            return self._end_item(scene.era)
        return []

    def _end_moment(self, moment: Moment, scene: ReadScene) -> None:
        """Record the people seen so far, and the line that first named each of them."""
        self._seen.update(moment.seen)
        for name in moment.seen:
            if (name, scene.era) not in self._known:
                self._seen_since.setdefault((name, scene.era), scene.line)
        for name in [*_named_in(moment.told), *(moment.seen if moment.sides else ())]:
            self._seen_at.setdefault(name, self._line)
        self._is_name_alone = NAME_ALONE.match(moment.text) is not None and len(moment.seen) == 1
        if self._is_name_alone:
            self._last = moment.seen[0]

    def _passage(self, at: Passage) -> Iterator[LookDraft]:
        """Read a sentence about a stranger or about the people it names, and then the garments that it takes
        away.
        """
        told, sentence = at.told, at.sentence
        self._strangers.keep_genders(told)
        is_his = is_only_his(told)
        if is_his or not any(each.name for each in told.mentions):
            self._strangers.tell(sentence, at.moment)
        elif more := self._strangers.goes_on(told, at.moment, self._seen):
            self._ahead.append(more)
            return
        elif (one := self._strangers.last_in(at.line)) and not all(each.owner for each in told.mentions):
            turned_out = list(self._turns_out(one, told, at.scene))
            yield from turned_out
            if turned_out or not _begins_with_he(told):
                self._strangers.known_now()  # “This is TOM.”
        yield from self._all_change(self._alike.tell(sentence), at)
        if not is_his:
            yield from self._of_those_named(at)

    def _of_those_named(self, at: Passage) -> Iterator[LookDraft]:
        sentence = at.sentence
        visible = [found[0] for each in _VISIBLE for found in each.finditer(sentence)]
        known = self._worn_by_all(at.era) if visible else ""
        things = self._things_said(sentence, at.era, at.moment)
        it = named_last(self._said_before)
        if not self._said_before and self._thing and _DOES_IT.match(sentence):
            it = f"the {self._thing}"
        worn = self._wardrobes(at.era) if visible or things or it else {}
        under = under_it(sentence) if visible else None
        if under is not None and not under.start() and not GARMENT.search(self._said_before):
            under = None  # “He walks round the table. Under it: two clogs.”
        begun = replace(at, told=up_to(at.told, under.start())) if under and under.start() else at
        gone = taken_away(begun.sentence, things, it) if worn else []
        self._paragraph = f"{self._paragraph} {sentence}"
        yield from self._sentence(begun)
        self._said_before = sentence
        yield from self._gone(gone, worn, begun)
        if under is not None:
            yield from self._uncovered(under["worn"], worn, at)
        elif visible:
            self._bare(worn, at.era, at.line)
        if visible:
            self._keep_unread(at, visible, known)

    def _keep_unread(self, at: Passage, visible: Sequence[str], known: str) -> None:
        """Record a sentence with words for clothes, hair or a state that nobody has now or had before
        (`known`).

        If the sentence changed nothing, it is also recorded if it may say that a garment comes on or off.
        """
        subjects, seen = [each.name for each in at.told.mentions if each.name], at.moment.seen
        who = subjects[0] if subjects else self._last or (seen[0] if len(seen) == 1 else "")
        now = self._worn_by_all(at.era)
        facts = fold(f"{known} {now}")
        linked = [words for words in visible if is_linked(at.sentence, words)]
        untaken = [words for words in linked if fold(words) not in facts]
        is_worn = any(fold(words) in facts for words in linked)
        moves = now == known and is_worn and ON_OR_OFF.search(at.sentence)
        many = untaken and (now == known or 2 * len(untaken) > len(linked))
        if who and (moves or many):
            self.unread.append(
                Unread(
                    name=who,
                    line=at.lines[0],
                    end_line=at.lines[1],
                    scene_line=at.scene.line,
                    action=at.moment.text,
                    quote=at.sentence.strip(),
                )
            )

    def _one_of_many(self, moment: Moment, scene: ReadScene) -> Iterator[LookDraft]:
        """Give undescribed members of a group its look: “Four BRIDESMAIDS in mint green giggle.” describes
        BRIDESMAID ONE.
        """
        for name in moment.seen:
            if (name, scene.era) in self._known or not (clothes := self._alike.clothes_of(name, "")):
                continue
            looks = self._known[name, scene.era] = Appearance()
            looks.wear(clothes)
            looks.age = self._alike.age_of(name)
            self._told_at[name] = moment.beat.line
            self._first_told.setdefault((name, scene.era), moment.beat.line)
            place = (moment.beat.line, moment.beat.end_line)
            alike = self._draft(name, scene, place, moment.text, moment.text[:_QUOTED], True)
            yield replace(alike, rule=OF_SEVERAL)

    def _all_change(self, clothes: Mapping[str, str], at: Passage) -> Iterator[LookDraft]:
        """Apply new clothes of a group to each known member: “Eleven girls in grey cardigans come out.”"""
        for name, words in clothes.items():
            looks = self._known.get((name, at.era))
            if looks is None or looks.wears(words, by_kind=False):
                continue
            looks.change(whole=False)
            looks.wear(words)
            yield self._look_at(name, at, OF_SEVERAL)

    def _turns_out(self, one: Stranger, told: Told, scene: ReadScene) -> Iterator[LookDraft]:
        """Identify a stranger with a known person, years later: “A woman gets out, in grey. She's forty.”"""
        acts = next(each for each in told.mentions if not each.owner)
        is_named = NAMED_AT_LAST.match(told.sentence.strip()) and acts.name not in self._seen
        if is_named or key_of(told.sentence[acts.start : acts.end]) in PRONOUNS:
            yield from self._is(one, acts.name, scene, told.sentence)

    def _speaks(self, moment: Moment, scene: ReadScene) -> Iterator[LookDraft]:
        """Identify a described stranger with a person who speaks next and was not described yet.

        For example, “A man in a red coat sits there.” is followed by a speech.
        """
        seen = moment.heard is VoicePosition.SEEN and moment.seen
        if not seen or seen[0] != moment.sides[0][0].character:
            return
        if one := self._strangers.speaks(seen[0], self._seen_at.get(seen[0], moment.beat.line)):
            yield from self._is(one, seen[0], scene, "")

    def _is(self, one: Stranger, name: str, scene: ReadScene, more: str) -> Iterator[LookDraft]:
        """Give a person the look of a stranger, unless another look is known. A different age voids the known
        look.
        """
        self._strangers.is_called(one, name)
        known = self._known.get((name, scene.era))
        aged = OF_AGE_ANYWHERE.search(f"{one.words} {more}")
        age = f", {aged[1]}," if aged is not None and name not in self._seen else ""
        is_new = known is None or self._first_told.get((name, scene.era), 0) > one.line
        is_older = is_other_age(known.age if known else "", age, introduced=True)
        if not name or not (is_new or is_older):
            return
        looks = known if known is not None and is_new else Appearance()
        pieces = told_before(one.words)
        theirs = next(filter(is_age, pieces), "") if known is not None and is_new else ""
        if theirs and is_other_age(looks.age, f", {theirs},", introduced=True):
            return  # The stranger is a different person.
        if not any(is_visible(each) or FEATURE.search(each) for each in pieces):
            return
        looks.read(f", {', '.join(pieces)}", introduced=True, first=True, anew=False, of_one=True)
        if any(looks.facts()):
            self._known[name, scene.era] = looks
            self._told_at[name] = one.line
            self._first_told.setdefault((name, scene.era), one.line)
            self._as_stranger.add(name)
            lines = (one.line, one.end_line)
            stranger = self._draft(name, scene, lines, one.action, one.words.strip(" ,"), True)
            yield replace(stranger, rule=STRANGER)


def _comes_back(moment: Moment) -> bool:
    """Return True if a moment of a scene in another era is in the present again."""
    return moment.beat.comes_back or (moment.turns and _BACK_IN.match(moment.text) is not None)


def _named_in(told: Sequence[Told]) -> list[str]:
    """Return the people that sentences mention by more than a pronoun."""
    return [
        each.name
        for one in told
        for each in one.mentions
        if each.name and key_of(one.sentence[each.start : each.end]) not in (*PRONOUNS, "his", "their")
    ]


def _begins_with_he(told: Told) -> bool:
    acts = next(each for each in told.mentions if not each.owner)
    return key_of(told.sentence[acts.start : acts.end]) in PRONOUNS
