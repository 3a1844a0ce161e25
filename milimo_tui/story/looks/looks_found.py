"""Looks as the screenplay gives them: an introduction, clothes put on and taken off, a state, another age.

Pure, from what `story.reading` read of each sentence: of whom it tells. What is no description stays out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from milimo_tui.core.late_patterns import late
from milimo_tui.story.looks.appearance import Appearance, is_other_age
from milimo_tui.story.looks.body_words import about_years
from milimo_tui.story.looks.clause_words import (
    A_PICTURE,
    ALIKE,
    BENEATH_IT,
    FITS,
    GROUP,
    IS_BY_NOW,
    IS_WEARING,
    LISTS_ONE,
    NAME_ALONE,
    NAMED_AT_LAST,
    NAMED_LAST,
    NO_GARMENT,
    ON_A_SCREEN,
    ON_OR_OFF,
    RAIN,
    SEES_ONE,
    THING,
    THIS_IS,
    VIEW,
)
from milimo_tui.story.looks.clothes.garments import BODYWEAR, GARMENT, OUTFIT, garments_of, one_of
from milimo_tui.story.looks.clothes.has_on import BENEATH, UNDERNEATH, WHAT_IS_LEFT
from milimo_tui.story.looks.clothes.how_worn import IS_SO
from milimo_tui.story.looks.clothes.lying_elsewhere import listed_away, without_laid_down
from milimo_tui.story.looks.clothes.put_on import HAS_BACK, INTO_IT
from milimo_tui.story.looks.clothes.taken_off import IS_OFF, LEFT, THING_IS_OFF
from milimo_tui.story.looks.descriptions import (
    ANOTHERS,
    BESIDE_ONE,
    OF_AGE_ANYWHERE,
    adorned,
    age_of_all,
    before_a_stranger,
    is_age,
    is_description,
    is_visible,
    of_several,
    stranger_at,
    told_before,
)
from milimo_tui.story.looks.hair_words import BEARD_COLOURED, FACIAL, HAIR, HAIR_IS, SHAVES
from milimo_tui.story.looks.known_people import KnownPeople
from milimo_tui.story.looks.look_draft import (
    HANDED_OVER,
    OF_SEVERAL,
    PRONOUNS,
    STRANGER,
    UNCOVERED,
    LookDraft,
    LooksRead,
    Unread,
    rule_of,
)
from milimo_tui.story.looks.plain_words import (
    elided,
    named_last,
    taken_by_another,
    things_in,
    with_it_named,
    without_asides,
    without_homonyms,
    without_new_ones,
    without_others,
    without_their_clothes,
)
from milimo_tui.story.looks.sentence_parts import (
    called_first,
    description_before,
    is_whose,
    parts_of,
    subjects_of,
    up_to,
)
from milimo_tui.story.looks.stains import FEATURE, HURT_PART, STATE
from milimo_tui.story.looks.strangers import Alike, Stranger, is_only_his
from milimo_tui.story.looks.taken_away import borrowed, changes_of_others, taken_away, under_it
from milimo_tui.story.looks.worn_phrases import has_word, is_linked
from milimo_tui.story.reading.moment import Mention, Moment, ReadScene, Told
from milimo_tui.story.reading.people import key_of
from milimo_tui.story.screenplay.people_words import GENERIC
from milimo_tui.story.values.film import Era, VoicePosition
from milimo_tui.story.values.number_words import number_of
from milimo_tui.story.values.text import fold

_LATER = late(r"\b(?:LATER|CONTINUOUS|SAME TIME|MOMENTS?)\b")  # an item that goes on with the one before
_BACK_IN = late(r"BACK (?:IN|AT|ON|TO)\b.*\d{4}")  # BACK IN THE BOOTH (1999)
_A_NOUN_SAID = late(r"(?<!\w)(?:the|an?|his|her|their) [\w'’-]+", re.IGNORECASE)
_THE_ONE_CALLED = late(r"the ([\w-]+)(?: [^,]+)?,", re.IGNORECASE)
_DOES_IT = late(r"(?:he|she|[^\W\d_]+) [a-z]+s (?:it|them)\b", re.IGNORECASE)
_VISIBLE = (GARMENT, HAIR, STATE)


def is_on_a_screen(text: str) -> bool:
    """Whether a sentence tells of what a screen or a picture shows."""
    return ON_A_SCREEN.search(text) is not None or A_PICTURE.match(text.strip()) is not None


def _comes_back(moment: Moment) -> bool:
    """Whether a moment is of the present again, in a scene of another time."""
    return moment.beat.comes_back or (moment.turns and _BACK_IN.match(moment.text) is not None)


def named_in(told: Sequence[Told]) -> list[str]:
    """Return who is told of by more than a pronoun."""
    return [
        each.name
        for one in told
        for each in one.mentions
        if each.name and key_of(one.sentence[each.start : each.end]) not in (*PRONOUNS, "his", "their")
    ]


def _begins_with_he(told: Told) -> bool:
    acts = next(each for each in told.mentions if not each.owner)
    return key_of(told.sentence[acts.start : acts.end]) in PRONOUNS


def _is_a_list(told: Told) -> bool:
    """Whether a sentence without a verb begins with an age or clothes, and “his” or “her” is all it says."""
    whose = all(
        each.owner and told.sentence[each.start : each.end].casefold() in ("his", "her")
        for each in told.mentions
    )
    return whose and is_visible(re.split("[,;.]", told.sentence)[0].strip())


def looks_found(scenes: Sequence[ReadScene]) -> tuple[LookDraft, ...]:
    """Return the looks of people in the order of the script, by the names that the script has for them."""
    return looks_read(scenes).drafts


def looks_read(scenes: Sequence[ReadScene]) -> LooksRead:
    """Return the looks of people as `looks_found` does, with the words that may tell of one beside them."""
    reader = _Reader()
    drafts = tuple(reader.read(scenes))
    return LooksRead(drafts, tuple(reader.unread))


class _Reader(KnownPeople):
    def __init__(self) -> None:
        super().__init__()
        self._on_screen = False
        self._stranger = ""  # what was told of “a man” who was not named yet
        self._of_stranger = ""  # the sentence that told it
        self._introduced = False  # by that paragraph
        self._acted = ""  # who acted last in that paragraph
        self._ahead: list[str] = []  # sentences of a paragraph that name nobody yet
        self._group = ""  # how those are dressed whom a list is about to name
        self._group_left = 0  # of a group with a number: so many are still to be named
        self._alike = Alike()
        self._paragraph = ""  # its sentences so far
        self._said_before = ""  # the sentence before, of the same action
        self._as_stranger: set[str] = set()  # of whom nothing else was told since
        self._thing = ""  # a garment that was named last in this scene
        self._new_day = False  # the scene plays at another time of day than the one before
        self._seen_at: dict[
            str, int
        ] = {}  # the line that names each first in this scene, or where they first speak
        self._first_told: dict[tuple[str, Era], int] = {}
        self.unread: list[Unread] = []

    def read(self, scenes: Sequence[ReadScene]) -> Iterator[LookDraft]:
        time = ""
        for scene in scenes:
            self._new_day = not scene.goes_on and scene.time_of_day != time
            time = scene.time_of_day
            if self._left:
                yield from self._go_back(scene, self._left_era)
            wet = any(RAIN.search(moment.weather) or RAIN.match(moment.text) for moment in scene.moments)
            if not scene.goes_on:
                self._seen_since.clear()
                yield from self._dry(scene, still_wet=wet)
            self._on_screen = named_alone = False
            self._group, self._group_left = "", 0
            self._thing = ""
            self._strangers.begin_scene()
            self._alike.begin_scene()
            self._seen.clear()
            self._seen_at.clear()
            line = 0
            for moment in scene.moments:
                self._stranger, ended, self._said_before = "", list[str](), ""
                if moment.beat.line != line:
                    last = self._last if named_alone else ""
                    line, self._last, self._introduced = moment.beat.line, last, bool(last)
                    self._ahead, self._acted, self._paragraph = [], last, ""
                    if not self._group_left and not (moment.told and LISTS_ONE.match(moment.text)):
                        self._group = ""
                    if not (moment.sides or moment.beat.montage):
                        for looks in self._known.values():
                            looks.end_items()
                    elif not (moment.sides or _LATER.search(moment.text[:60])):
                        ended = self._end_item(scene.era)
                if scene.era is not Era.PRESENT and not self._left and _comes_back(moment):
                    self._left_era = scene.era
                    yield from self._come_back(moment, scene)
                if moment.beat.comes_back:
                    self._on_screen = False
                if moment.text.isupper():  # a heading of its own within the scene: ON THE SCREEN
                    self._on_screen = ON_A_SCREEN.match(moment.text) is not None
                if moment.sides:
                    yield from self._speaks(moment, scene)
                for told in (without_new_ones(without_asides(each), self._seen) for each in moment.told):
                    self._strangers.keep_genders(told)
                    is_his = is_only_his(told)
                    if is_his or not any(each.name for each in told.mentions):
                        self._strangers.tell(told.sentence, moment)
                    elif more := self._strangers.goes_on(told, moment, self._seen):
                        self._ahead.append(more)
                        continue
                    elif (one := self._strangers.last_in(line)) and not all(m.owner for m in told.mentions):
                        turned_out = list(self._turns_out(one, told, scene))
                        yield from turned_out
                        if turned_out or not _begins_with_he(told):
                            self._strangers.known_now()  # “This is TOM.”
                    yield from self._all_change(self._alike.tell(told.sentence), told, moment, scene)
                    if is_his:
                        continue
                    visible = [found[0] for each in _VISIBLE for found in each.finditer(told.sentence)]
                    known = self._worn_by_all(scene.era) if visible else ""
                    things = self._things_said(told.sentence, scene.era, moment)
                    it = named_last(self._said_before)
                    if not self._said_before and self._thing and _DOES_IT.match(told.sentence):
                        it = f"the {self._thing}"
                    worn = self._wardrobes(scene.era) if visible or things or it else {}
                    under = under_it(told.sentence) if visible else None
                    if under is not None and not under.start() and not GARMENT.search(self._said_before):
                        under = None  # “He walks round the table. Under it: two clogs.”
                    begun = up_to(told, under.start()) if under and under.start() else told
                    gone = taken_away(begun.sentence, things, it) if worn else []
                    self._paragraph = f"{self._paragraph} {told.sentence}"
                    yield from self._sentence(begun, moment, scene)
                    self._said_before = told.sentence
                    yield from self._gone(gone, worn, begun, moment, scene)
                    if under is not None:
                        yield from self._uncovered(under["worn"], worn, told, moment, scene)
                    elif visible:
                        self._bare(worn, scene.era, line)
                    if visible:
                        self._keep_unread(told, moment, scene, visible, known)
                yield from self._after_item(ended, moment, scene)
                yield from self._one_of_many(moment, scene)
                self._seen.update(moment.seen)
                for name in moment.seen:
                    if (name, scene.era) not in self._known:
                        self._seen_since.setdefault((name, scene.era), scene.line)
                for name in [*named_in(moment.told), *(moment.seen if moment.sides else ())]:
                    self._seen_at.setdefault(name, line)
                named_alone = NAME_ALONE.match(moment.text) is not None and len(moment.seen) == 1
                if named_alone:
                    self._last = moment.seen[0]
            for (_, era), looks in self._known.items():
                if wet and era is scene.era:
                    looks.in_rain()

    def _keep_unread(
        self, told: Told, moment: Moment, scene: ReadScene, visible: Sequence[str], known: str
    ) -> None:
        """Keep what tells of clothes, hair or a state that nobody has on, or had before it (`known`).

        Where it changed nothing, also what may tell that something comes on or off.
        """
        subjects = [each.name for each in told.mentions if each.name]
        who = subjects[0] if subjects else self._last or (moment.seen[0] if len(moment.seen) == 1 else "")
        now = self._worn_by_all(scene.era)
        facts = fold(f"{known} {now}")
        linked = [words for words in visible if is_linked(told.sentence, words)]
        untaken = [words for words in linked if fold(words) not in facts]
        moves = (
            now == known and ON_OR_OFF.search(told.sentence) and any(fold(words) in facts for words in linked)
        )
        many = untaken and (now == known or 2 * len(untaken) > len(linked))
        if who and (moves or many):
            self.unread.append(
                Unread(
                    name=who,
                    line=moment.beat.line,
                    end_line=moment.beat.end_line,
                    scene_line=scene.line,
                    action=moment.text,
                    quote=told.sentence.strip(),
                )
            )

    def _has_beard(self, name: str, era: Era, word: str) -> bool:
        known = self._known.get((name, era))
        return known is not None and has_word(known.beard, word)

    def _one_of_many(self, moment: Moment, scene: ReadScene) -> Iterator[LookDraft]:
        """“Four BRIDESMAIDS in mint green giggle.”: so does BRIDESMAID ONE look, of whom nothing is told."""
        for name in moment.seen:
            if (name, scene.era) in self._known or not (clothes := self._alike.clothes_of(name, "")):
                continue
            looks = self._known[name, scene.era] = Appearance()
            looks.wear(clothes)
            looks.age = self._alike.age_of(name)
            self._told_at[name] = moment.beat.line
            self._first_told.setdefault((name, scene.era), moment.beat.line)
            place = (moment.beat.line, moment.beat.end_line)
            alike = self._draft(name, scene, place, moment.text, moment.text[:80], True)
            yield replace(alike, rule=OF_SEVERAL)

    def _all_change(
        self, clothes: Mapping[str, str], told: Told, moment: Moment, scene: ReadScene
    ) -> Iterator[LookDraft]:
        """“Eleven girls in grey cardigans come out.”: so does each who is known to be one of them."""
        for name, words in clothes.items():
            looks = self._known.get((name, scene.era))
            if looks is None or looks.wears(words, by_kind=False):
                continue
            looks.change(whole=False)
            looks.wear(words)
            place = (moment.beat.line, moment.beat.end_line)
            alike = self._draft(name, scene, place, moment.text, told.sentence.strip(" ,"), False)
            yield replace(alike, rule=OF_SEVERAL)

    def _has(self, name: str, era: Era, word: str) -> bool:
        known = self._known.get((name, era))
        return known is not None and any(has_word(fact, word) for fact in known.facts())

    def _fits(self, fits: re.Match[str], told: Told, moment: Moment, scene: ReadScene) -> Iterator[LookDraft]:
        """“It is too long in the arms.”: so is what somebody has on who was told of last."""
        owner = next((each.name for each in told.mentions if each.name), "")
        name = owner or self._last or self._acted
        looks = self._known.get((name, scene.era))
        if looks is not None and looks.fit(self._thing, fits["so"] or f"that {fits['does']}"):
            place = (moment.beat.line, moment.beat.end_line)
            yield self._draft(name, scene, place, moment.text, told.sentence.strip(" ,"), False)

    def _unnamed(
        self, told: Told, subjects: Sequence[Mention], name: str, scene: ReadScene
    ) -> Appearance | None:
        """“The man, ABEL, 81, sits by the fire.”: how the man looked."""
        at = next((each.start for each in subjects if each.name == name), 0)
        one = _THE_ONE_CALLED.fullmatch(told.sentence[:at].strip())
        called = fold(one[1]) if one else ""
        if called not in GENERIC:
            return None
        found = ((key[0], looks) for key, looks in self._known.items() if key[1] is scene.era)
        return next((looks for who, looks in found if fold(who) == called), None)

    def _has_back(
        self, name: str, words: str, told: Told, moment: Moment, scene: ReadScene
    ) -> Iterator[LookDraft]:
        """“She has her fur back.”: nobody else has it on any more."""
        here = {*moment.seen, *moment.near}
        had = [one for (one, era), looks in self._known.items() if era is scene.era and looks.had_on(words)]
        had = [one for one in had if one == name] or [one for one in had if one in here]
        if len(had) != 1:
            return  # of two who had one on, or of nobody
        name = had[0]
        self._known[name, scene.era].get_back(words)
        losers = [
            other
            for (other, era), looks in self._known.items()
            if other != name and era is scene.era and looks.wears(words, by_kind=False) and looks.lose(words)
        ]
        place = (moment.beat.line, moment.beat.end_line)
        for each in (name, *losers):
            again = self._draft(each, scene, place, moment.text, told.sentence.strip(" ,"), False)
            yield replace(again, rule=HANDED_OVER)

    def _turns_out(self, one: Stranger, told: Told, scene: ReadScene) -> Iterator[LookDraft]:
        """“A woman gets out, in grey. She's forty.”: she is somebody whom we know, years later."""
        acts = next(each for each in told.mentions if not each.owner)
        is_named = NAMED_AT_LAST.match(told.sentence.strip()) and acts.name not in self._seen
        if is_named or key_of(told.sentence[acts.start : acts.end]) in PRONOUNS:
            yield from self._is(one, acts.name, scene, told.sentence)

    def _speaks(self, moment: Moment, scene: ReadScene) -> Iterator[LookDraft]:
        """“A man in a red coat sits there.”, and then somebody speaks of whom nothing was told: it is he."""
        seen = moment.heard is VoicePosition.SEEN and moment.seen
        if not seen or seen[0] != moment.sides[0][0].character:
            return
        if one := self._strangers.speaks(seen[0], self._seen_at.get(seen[0], moment.beat.line)):
            yield from self._is(one, seen[0], scene, "")

    def _is(self, one: Stranger, name: str, scene: ReadScene, more: str) -> Iterator[LookDraft]:
        """Look as a stranger did, unless something else is known; another age makes all of that past."""
        self._strangers.is_called(one, name)
        known = self._known.get((name, scene.era))
        aged = OF_AGE_ANYWHERE.search(f"{one.words} {more}")
        age = f", {aged[1]}," if aged is not None and name not in self._seen else ""
        is_new = known is None or self._first_told.get((name, scene.era), 0) > one.line
        if name and (is_new or is_other_age(known.age if known else "", age, introduced=True)):
            looks = known if known is not None and is_new else Appearance()
            pieces = told_before(one.words)
            if known is not None and is_new and any(map(is_age, pieces)):
                theirs = next(filter(is_age, pieces))
                if is_other_age(known.age, f", {theirs},", introduced=True):
                    return  # it is another one
            told = ", " + ", ".join(pieces)
            if not any(is_visible(each) or FEATURE.search(each) for each in pieces):
                return
            looks.read(told, introduced=True, first=True, anew=False, of_one=True)
            if any(looks.facts()):
                self._known[name, scene.era] = looks
                self._told_at[name] = one.line
                self._first_told.setdefault((name, scene.era), one.line)
                self._as_stranger.add(name)
                lines = (one.line, one.end_line)
                stranger = self._draft(name, scene, lines, one.action, one.words.strip(" ,"), True)
                yield replace(stranger, rule=STRANGER)

    def _sentence(self, told: Told, moment: Moment, scene: ReadScene) -> Iterator[LookDraft]:
        if VIEW.search(told.sentence):
            return  # what somebody sees is not on them
        subjects = subjects_of(told)
        if not told.mentions and ANOTHERS.match(told.sentence):
            self._last, self._ahead = "", [told.sentence]
            return
        if not subjects and BESIDE_ONE.match(told.sentence):
            self._last = ""  # “Opposite her, asleep, an enormous man.”
            self._ahead = [told.sentence[len(before_a_stranger(told.sentence)) :] or told.sentence]
            return
        head = told.sentence[: subjects[0].start] if subjects else told.sentence
        on_screen = self._on_screen or is_on_a_screen(head)
        line, told_at = moment.beat.line, self._told_at
        if subjects and (back := HAS_BACK.search(told.sentence)):
            yield from self._has_back(subjects[0].name, back[1], told, moment, scene)
        changes = changes_of_others(told, subjects)
        if changes:
            told = up_to(told, changes[0].at)
            subjects = subjects_of(told)
        yield from self._between(changes, moment, scene)
        yield from self._laid_down(told, subjects, moment, scene)
        loser, garment = taken_by_another(told, subjects)
        lender, lent = borrowed(told, subjects)
        if (known := self._known.get((lender, scene.era))) and known.wears(lent, by_kind=False):
            known.lose(lent)
            if any(known.facts()):
                place = (moment.beat.line, moment.beat.end_line)
                lost = self._draft(lender, scene, place, moment.text, told.sentence.strip(" ,"), False)
                yield replace(lost, rule=HANDED_OVER)
        if garment and not loser:
            wearing = [each for each in self._seen if self._wears(each, scene.era, garment)]
            loser = wearing[0] if len(wearing) == 1 else ""
        if (known := self._known.get((loser, scene.era))) and garment and known.wears(garment):
            known.lose(garment)
            if any(known.facts()):
                place = (moment.beat.line, moment.beat.end_line)
                lost = self._draft(loser, scene, place, moment.text, told.sentence.strip(" ,"), False)
                yield replace(lost, rule=HANDED_OVER)
        if garment and not any(each.name for each in subjects):
            return
        if listed_away(told.sentence):
            return
        told = replace(told, sentence=without_homonyms(without_laid_down(told.sentence)))
        told = replace(told, sentence=without_their_clothes(told, subjects))
        parts = list(parts_of(told, subjects))
        if not told.mentions and (left := LEFT.match(told.sentence)) and GARMENT.fullmatch(left[1]):
            gone = garments_of(left[1])
            wear = [each for each in self._known if each[1] is scene.era and gone & self._worn(each)]
            if len(wear) == 1 and wear[0][0] in moment.seen + moment.near:
                parts = [(wear[0][0], " " + told.sentence, told.sentence, False)]
                self._last = ""
        if not subjects and (owner := is_whose(told)):  # “The thumb is GREER's.”
            self._last, self._introduced, self._ahead = owner, True, []
            return
        whose_was = ""
        if not told.mentions and (off := THING_IS_OFF.match(told.sentence)):  # “The braids are gone.”
            had = [each for each in moment.seen + moment.near if self._has(each, scene.era, off[1])]
            if len(had) == 1:
                parts, whose_was = [(had[0], " " + told.sentence, told.sentence, False)], had[0]
        if not told.mentions and SHAVES.search(told.sentence):  # “The beard comes down in handfuls.”
            said = FACIAL.search(told.sentence)
            there = moment.seen + moment.near
            bearded = [each for each in there if said and self._has_beard(each, scene.era, said[0])]
            if len(bearded) == 1:
                parts, self._last = [(bearded[0], " " + told.sentence, told.sentence, False)], ""
        if fits := FITS.match(told.sentence.strip()):
            yield from self._fits(fits, told, moment, scene)
            return
        acted = self._acted or (moment.seen[0] if len(moment.seen) == 1 else "")
        self._acted = subjects[0].name if subjects else self._acted
        ahead = told_ahead = " ".join(self._ahead)
        before_it = description_before(self._ahead)
        stranger = told.sentence[len(before_a_stranger(told.sentence)) :]
        self._ahead = [stranger] if stranger else [] if subjects else [*self._ahead, told.sentence]
        listed, colon, _ = told.sentence.partition(":")
        all_aged = age_of_all(listed) if colon else ""
        if group := GROUP.search(told.sentence.partition(":")[0] + ":"):
            self._group = one_of(group[1]) if GARMENT.search(group[1]) or OUTFIT.fullmatch(group[1]) else ""
            self._group_left = 0
        elif not told.mentions and (dressed := ALIKE.search(told.sentence)):
            self._group, self._group_left = one_of(f"in {dressed[2]}"), number_of(dressed[1])
        of_last = self._last and (
            all(each.name == self._last for each in told.mentions) or (self._introduced and _is_a_list(told))
        )
        of_last = of_last and not (subjects and subjects[0].start == 0)
        under = re.split(":" if told.mentions else "[:,]", told.sentence, maxsplit=1)
        if of_last and len(under) > 1 and UNDERNEATH.match(under[0].strip()) and GARMENT.search(under[1]):
            if not GARMENT.search(f"{self._said_before} {under[0]}"):
                return  # “He walks round the table. Under it: two clogs.”
            looks = self._known.get((self._last, scene.era))
            if looks is not None:
                before = looks.facts()
                looks.uncover(under[1])
                if looks.facts() != before:
                    place = (moment.beat.line, moment.beat.end_line)
                    under_it = self._draft(
                        self._last, scene, place, moment.text, told.sentence.strip(" ,"), False
                    )
                    yield replace(under_it, rule=UNCOVERED)
            return
        if is_age(told.sentence) and of_last and (known := self._known.get((self._last, scene.era))):
            of_last = not known.age  # “Five. Ten.” are weights
        if of_last and is_description(
            mine := before_a_stranger(told.sentence), by_itself=not self._introduced
        ):
            parts = [(self._last, ", " + BENEATH_IT.sub("", IS_WEARING.sub("", mine)), mine, False)]
            self._ahead = []
        else:
            of_last = False
        if (
            self._last
            and not told.mentions
            and (IS_OFF.match(told.sentence) or IS_SO.match(told.sentence.rstrip(" .!")))
        ):
            parts = [(self._last, " " + told.sentence, told.sentence, False)]
        if not told.mentions and NO_GARMENT.match(told.sentence) and len(there := moment.seen) == 1:
            parts, whose_was = [(there[0], " " + told.sentence, told.sentence, False)], there[0]
        if (
            acted
            and not parts
            and not told.mentions
            and (
                elided(told.sentence)
                or any(each.match(told.sentence.strip(" .")) for each in (HAIR_IS, BEARD_COLOURED, HURT_PART))
            )
        ):
            parts = [(acted, " " + told.sentence, told.sentence, False)]  # “Comes up filthy.”
        whose = subjects[0].name if subjects else self._last
        if whose and (left := WHAT_IS_LEFT.match(told.sentence)):
            if BENEATH.match(told.sentence) and (known := self._known.get((whose, scene.era))):
                known.uncover("")
            parts = [(whose, ", " + told.sentence[left.end() :], told.sentence, True)]
        there = moment.seen or moment.near
        several = of_several(told.sentence) if not told.mentions and len(there) > 1 else ""
        if several:
            parts, of_last = [(each, " " + several, told.sentence, False) for each in there], False
        if (one := SEES_ONE.search(told.sentence)) and parts and is_visible(one[1]):
            others = [each for each in moment.seen + moment.near if each != parts[0][0]]
            parts = [(who, text.replace(one[0], "", 1), quote, new) for who, text, quote, new in parts]
            if len(others) == 1:
                parts.append((others[0], f", {one[1]}", told.sentence, False))
        for name, text, quote, introduced in parts:
            if into := INTO_IT.search(text):
                things = THING.findall(told.sentence) or ([self._thing] if self._thing else [])
                if things:
                    text = f"{text[: into.start()]}puts on {things[-1]}{text[into.end() :]}"
            is_other = _A_NOUN_SAID.search(self._said_before) and not things_in(self._said_before)
            text = with_it_named(without_others(text), "" if is_other else self._thing)
            self._thing = next(reversed(things_in(text)), self._thing)
            if not name:
                self._stranger = text if text.startswith(" ") else f" {text}"
                self._of_stranger = told.sentence
                continue
            self._introduced = introduced or (self._introduced and name == self._last)
            is_still = bool(told.mentions) and all(each.name == self._last for each in told.mentions)
            self._last = name if subjects or of_last or is_still else whose_was
            looks = self._known.get((name, scene.era)) or Appearance(on_screen=on_screen)
            if looks.on_screen and not on_screen:
                looks = Appearance(age=looks.age)
            by_now = IS_BY_NOW.match(told.sentence)
            anew_aged = moment.beat.montage or (
                by_now is not None and (about_years(looks.age) or 0) < (about_years(by_now["age"]) or 0)
            )
            earlier = told_at.get(name, line) < (line if anew_aged else scene.line)
            earlier = earlier and (anew_aged or introduced or name not in self._seen)
            age_before = looks.age or ("8" if {"boy", "girl", "child"} & set(looks.about) else "")
            if earlier and is_other_age(age_before, text, introduced=introduced):
                looks = Appearance(on_screen=on_screen)
            opens, before = not any(looks.facts()), looks.facts()
            is_first = opens or bool(of_last) or name in self._as_stranger
            anew = told_at.get(name, line) != line
            looks.new_day = anew and self._new_day and told_at[name] < scene.line
            looks.new_scene = anew and not scene.goes_on and told_at[name] < scene.line
            if anew and moment.beat.montage:
                looks.begin_item()
            of_one = introduced or self._introduced
            looks.read(text, introduced=introduced, first=is_first, anew=anew, of_one=of_one)
            if opens and not introduced and (called := called_first(told, subjects, name)):
                looks.call(adorned(called))
            if introduced and self._stranger:
                looks.call(adorned(self._stranger))
                looks.read(self._stranger, introduced=False, first=True, anew=False, of_one=False)
                if opens and THIS_IS.match(told.sentence):
                    was = [each for each in told_before(self._of_stranger) if fold(each) not in GENERIC]
                    looks.read(", " + ", ".join(was), introduced=True, first=True, anew=False, of_one=True)
                self._stranger = ""
            is_new_one = bool(subjects) and stranger_at(told.sentence[: subjects[0].start]) >= 0
            if ahead and opens and introduced and not is_new_one and NAMED_LAST.search(told.sentence):
                stranger_before = ", " + ", ".join(told_before(ahead))
                looks.read(stranger_before, introduced=True, first=True, anew=False, of_one=True)
            elif told_ahead and not is_new_one and THIS_IS.match(told.sentence):
                looks.read(
                    ", " + ", ".join(told_before(told_ahead)),
                    introduced=True,
                    first=True,
                    anew=False,
                    of_one=True,
                )
            elif introduced and opens and (unnamed := self._unnamed(told, subjects, name, scene)):
                before_it = ", ".join(filter(None, unnamed.facts()))
                looks.read(", " + before_it, introduced=True, first=True, anew=False, of_one=True)
            elif (
                introduced
                and opens
                and THIS_IS.match(told.sentence)
                and acted != name
                and fold(acted.rpartition(" ")[2]) in GENERIC
                and told_at.get(acted) == line
                and (unnamed := self._known.get((acted, scene.era)))
            ):  # “An OLD MAN in a dressing gown shuffles in. It's ELIAS.”
                before_it = ", ".join(filter(None, unnamed.facts()))
                looks.read(", " + before_it, introduced=True, first=True, anew=False, of_one=True)
            elif introduced and opens and before_it:
                looks.read(", " + before_it, introduced=True, first=True, anew=False, of_one=True)
            of_this_one = len(subjects) == 1 and not self._strangers.last_in(line)
            if before_it and anew and not introduced and of_this_one:
                looks.read(", " + before_it, introduced=False, first=True, anew=True, of_one=False)
            is_clad = any(OUTFIT.search(each) or BODYWEAR.search(each) for each in looks.wardrobe)
            if (
                introduced
                and opens
                and not is_clad
                and (alike := self._alike.clothes_of(name, self._paragraph))
            ):
                looks.wear(alike)
            if introduced and self._group and not any(map(OUTFIT.search, looks.wardrobe)):
                looks.wear(self._group)
                if self._group_left:
                    self._group_left -= 1
                    self._group = self._group if self._group_left else ""
            if introduced and all_aged and not looks.age:
                looks.age = all_aged  # “two nine-year-olds: ANNA, in a red dress, and TOM, in shorts”
            told_ahead = before_it = ""
            if looks.facts() != before and any((*looks.facts(), *before)):
                if anew:
                    looks.lower()
                opens = opens and told_at.get(name, -1) < scene.line  # else all was taken off before
                told_at[name] = line
                self._first_told.setdefault((name, scene.era), line)
                self._as_stranger.discard(name)
                self._known[name, scene.era] = looks
                place = (moment.beat.line, moment.beat.end_line)
                comes = opens or (
                    anew and not scene.goes_on and name not in self._seen and not moment.beat.montage
                )
                found = self._draft(name, scene, place, moment.text, quote.strip(" ,"), comes)
                added = len(set(looks.facts()) - set(before))
                yield replace(found, rule=rule_of(told, subjects, introduced, added, several))
