"""Reader of single sentences for looks: garments that change hands, and the description of each person. Pure.

If a sentence names nobody, the earlier sentences of its paragraph and scene decide whom it describes.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from milimo_tui.core.late_patterns import late
from milimo_tui.story.looks.body_words import about_years
from milimo_tui.story.looks.clause_words import (
    A_PICTURE,
    ALIKE,
    BENEATH_IT,
    FITS,
    GROUP,
    IS_BY_NOW,
    IS_WEARING,
    NAMED_LAST,
    NO_GARMENT,
    ON_A_SCREEN,
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
from milimo_tui.story.looks.hair_words import BEARD_COLOURED, FACIAL, HAIR_IS, SHAVES
from milimo_tui.story.looks.known.appearance import Appearance, is_other_age
from milimo_tui.story.looks.known_people import KnownPeople
from milimo_tui.story.looks.look_draft import HANDED_OVER, UNCOVERED, LookDraft, rule_of
from milimo_tui.story.looks.passage import Part, Passage, Reading
from milimo_tui.story.looks.plain_words import (
    elided,
    taken_by_another,
    things_in,
    with_it_named,
    without_homonyms,
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
from milimo_tui.story.looks.stains import HURT_PART
from milimo_tui.story.looks.strangers import Alike
from milimo_tui.story.looks.taken_away import borrowed, changes_of_others
from milimo_tui.story.looks.worn_phrases import has_word
from milimo_tui.story.reading.moment import Mention, Told
from milimo_tui.story.screenplay.people_words import GENERIC
from milimo_tui.story.values.film import Era
from milimo_tui.story.values.number_words import number_of
from milimo_tui.story.values.text import fold

_A_NOUN_SAID = late(r"(?<!\w)(?:the|an?|his|her|their) [\w'’-]+", re.IGNORECASE)
_THE_ONE_CALLED = late(r"the ([\w-]+)(?: [^,]+)?,", re.IGNORECASE)
_CHILD = "8"  # the assumed age in years of a boy, a girl or a child
_CHILDREN = frozenset({"boy", "girl", "child"})


def is_on_a_screen(text: str) -> bool:
    """Return True if a sentence describes something shown on a screen or in a picture."""
    return ON_A_SCREEN.search(text) is not None or A_PICTURE.match(text.strip()) is not None


class SentenceReader(KnownPeople):
    """Reader of sentences in order. Its memory between sentences is reset at each paragraph or scene."""

    def __init__(self) -> None:
        super().__init__()
        self._on_screen = False
        self._stranger = ""  # the description of “a man” who has no name yet
        self._of_stranger = ""  # the sentence with this description
        self._introduced = False  # the current paragraph introduced the last person
        self._acted = ""  # the person who acted last in the current paragraph
        self._ahead: list[str] = []  # sentences of the paragraph before any name
        self._group = ""  # the clothes of the people whom a list is about to name
        self._group_left = 0  # members of a numbered group that are still to be named
        self._alike = Alike()
        self._paragraph = ""  # sentences of the paragraph so far
        self._said_before = ""  # the previous sentence of the same action
        self._as_stranger: set[str] = set()  # people known only from their description as strangers
        self._thing = ""  # the garment named last in this scene
        self._new_day = False  # the scene is at a different time of day than the previous scene
        self._first_told: dict[tuple[str, Era], int] = {}

    def _sentence(self, at: Passage) -> Iterator[LookDraft]:
        subjects = subjects_of(at.told)
        if VIEW.search(at.sentence) or self._is_of_others(at.told, subjects):
            return  # The viewer does not wear the clothes seen in a point-of-view shot.
        read = yield from self._change_hands(at, subjects)
        if read is None:
            return
        self._take_as_of_a_thing(read)
        if not read.subjects and (owner := is_whose(read.at.told)):  # “The thumb is GREER's.”
            self._last, self._introduced, self._ahead = owner, True, []
            return
        if fits := FITS.match(read.sentence.strip()):
            yield from self._fits(fits, read.at)
            return
        self._go_on(read)
        if (under := self._under_it(read)) is not None:
            yield from self._show_under(under, read.at)
            return
        self._take_as_of_the_last(read)
        self._take_as_of_those_there(read)
        for part in read.parts:
            yield from self._part(read, part)

    # -- what it tells of ------------------------------------------------------------------------------

    def _is_of_others(self, told: Told, subjects: Sequence[Mention]) -> bool:
        """Return True if a sentence describes another person without a name; the next sentences may name this
        person.
        """
        if not told.mentions and ANOTHERS.match(told.sentence):
            self._last, self._ahead = "", [told.sentence]
            return True
        if not subjects and BESIDE_ONE.match(told.sentence):
            self._last = ""  # “Opposite her, asleep, an enormous man.”
            self._ahead = [told.sentence[len(before_a_stranger(told.sentence)) :] or told.sentence]
            return True
        return False

    def _change_hands(
        self, at: Passage, subjects: Sequence[Mention]
    ) -> Generator[LookDraft, None, Reading | None]:
        """Apply garments that are handed over, laid down and lent; return the rest of the sentence, or None
        if nothing is left.
        """
        head = at.sentence[: subjects[0].start] if subjects else at.sentence
        on_screen = self._on_screen or is_on_a_screen(head)
        if subjects and (back := HAS_BACK.search(at.sentence)):
            yield from self._has_back(subjects[0].name, back[1], at)
        changes = changes_of_others(at.told, subjects)
        if changes:
            at = replace(at, told=up_to(at.told, changes[0].at))
            subjects = subjects_of(at.told)
        yield from self._between(changes, at)
        yield from self._laid_down(at, subjects)
        loser, garment = taken_by_another(at.told, subjects)
        lender, lent = borrowed(at.told, subjects)
        if (known := self._known.get((lender, at.era))) and known.wears(lent, by_kind=False):
            yield from self._lose(lender, lent, at)
        if garment and not loser:
            wearing = [each for each in self._seen if self._wears(each, at.era, garment)]
            loser = wearing[0] if len(wearing) == 1 else ""
        if garment and self._wears(loser, at.era, garment):
            yield from self._lose(loser, garment, at)
        if (garment and not any(each.name for each in subjects)) or listed_away(at.sentence):
            return None
        told = replace(at.told, sentence=without_homonyms(without_laid_down(at.sentence)))
        told = replace(told, sentence=without_their_clothes(told, subjects))
        parts = list(parts_of(told, subjects))
        return Reading(replace(at, told=told), subjects, on_screen, parts)

    def _lose(self, name: str, words: str, at: Passage) -> Iterator[LookDraft]:
        """Remove a garment that another person wears now, and yield the changed look."""
        self._known[name, at.era].lose(words)
        if any(self._known[name, at.era].facts()):
            yield self._look_at(name, at, HANDED_OVER)

    def _has_back(self, name: str, words: str, at: Passage) -> Iterator[LookDraft]:
        """Put a garment back on its former wearer and take it off everybody else: “She has her fur back.”"""
        had = [one for (one, era), looks in self._known.items() if era is at.era and looks.had_on(words)]
        had = [one for one in had if one == name] or [one for one in had if one in at.there]
        if len(had) != 1:
            return  # Several people had worn such a garment, or nobody.
        name = had[0]
        self._known[name, at.era].get_back(words)
        losers = [
            other
            for (other, era), looks in self._known.items()
            if other != name and era is at.era and looks.wears(words, by_kind=False) and looks.lose(words)
        ]
        for each in (name, *losers):
            yield self._look_at(each, at, HANDED_OVER)

    def _fits(self, fits: re.Match[str], at: Passage) -> Iterator[LookDraft]:
        """Apply a remark about the fit of the garment mentioned last: “It is too long in the arms.”"""
        owner = next((each.name for each in at.told.mentions if each.name), "")
        name = owner or self._last or self._acted
        looks = self._known.get((name, at.era))
        if looks is not None and looks.fit(self._thing, fits["so"] or f"that {fits['does']}"):
            yield self._look_at(name, at)

    def _take_as_of_a_thing(self, read: Reading) -> None:
        """Assign a sentence about a garment or a beard alone to the only person who has it."""
        at, sentence = read.at, read.sentence
        if at.told.mentions:
            return
        if (left := LEFT.match(sentence)) and GARMENT.fullmatch(left[1]):
            gone = garments_of(left[1])
            wear = [each for each in self._known if each[1] is at.era and gone & self._worn(each)]
            if len(wear) == 1 and wear[0][0] in at.there:
                read.parts, self._last = [read.whole(wear[0][0])], ""
        if off := THING_IS_OFF.match(sentence):  # “The braids are gone.”
            had = [each for each in at.there if self._has(each, at.era, off[1])]
            if len(had) == 1:
                read.parts, read.whose_was = [read.whole(had[0])], had[0]
        if SHAVES.search(sentence):  # “The beard comes down in handfuls.”
            said = FACIAL.search(sentence)
            bearded = [each for each in at.there if said and self._has_beard(each, at.era, said[0])]
            if len(bearded) == 1:
                read.parts, self._last = [read.whole(bearded[0])], ""

    def _has(self, name: str, era: Era, word: str) -> bool:
        known = self._known.get((name, era))
        return known is not None and any(has_word(fact, word) for fact in known.facts())

    def _has_beard(self, name: str, era: Era, word: str) -> bool:
        known = self._known.get((name, era))
        return known is not None and has_word(known.beard, word)

    def _go_on(self, read: Reading) -> None:
        """Pass the paragraph's earlier sentences to the reading, and record what this sentence adds to
        them.
        """
        told, sentence, seen = read.at.told, read.sentence, read.at.moment.seen
        read.acted = self._acted or (seen[0] if len(seen) == 1 else "")
        self._acted = read.subjects[0].name if read.subjects else self._acted
        read.ahead, read.before_it = " ".join(self._ahead), description_before(self._ahead)
        stranger = sentence[len(before_a_stranger(sentence)) :]
        self._ahead = [stranger] if stranger else [] if read.subjects else [*self._ahead, sentence]
        listed, colon, _ = sentence.partition(":")
        read.all_aged = age_of_all(listed) if colon else ""
        if group := GROUP.search(f"{listed}:"):
            self._group = one_of(group[1]) if GARMENT.search(group[1]) or OUTFIT.fullmatch(group[1]) else ""
            self._group_left = 0
        elif not told.mentions and (dressed := ALIKE.search(sentence)):
            self._group, self._group_left = one_of(f"in {dressed[2]}"), number_of(dressed[1])
        is_of_last = all(each.name == self._last for each in told.mentions) or (
            self._introduced and _is_a_list(told)
        )
        begins_with_one = bool(read.subjects) and read.subjects[0].start == 0
        read.of_last = bool(self._last) and is_of_last and not begins_with_one

    def _under_it(self, read: Reading) -> str | None:
        """Return what is seen under the clothes of the last person, or None if the sentence has no such
        words.

        The result is empty if nobody wears anything over it: “He walks round the table. Under it: two clogs.”
        """
        head, *under = re.split(":" if read.at.told.mentions else "[:,]", read.sentence, maxsplit=1)
        if not (read.of_last and under and UNDERNEATH.match(head.strip()) and GARMENT.search(under[0])):
            return None
        return under[0] if GARMENT.search(f"{self._said_before} {head}") else ""

    def _show_under(self, words: str, at: Passage) -> Iterator[LookDraft]:
        looks = self._known.get((self._last, at.era))
        if looks is None or not words:
            return
        before = looks.facts()
        looks.uncover(words)
        if looks.facts() != before:
            yield self._look_at(self._last, at, UNCOVERED)

    def _take_as_of_the_last(self, read: Reading) -> None:
        """Assign a sentence that names nobody to the person described last, or who acted last."""
        told, sentence, seen = read.at.told, read.sentence, read.at.moment.seen
        known = self._known.get((self._last, read.at.era))
        if known is not None and known.age and is_age(sentence):
            read.of_last = False  # “Five. Ten.” are weights
        mine = before_a_stranger(sentence)
        read.of_last = read.of_last and is_description(mine, by_itself=not self._introduced)
        if read.of_last:
            words = BENEATH_IT.sub("", IS_WEARING.sub("", mine))
            read.parts, self._ahead = [Part(self._last, f", {words}", mine, False)], []
        if not told.mentions:
            if self._last and (IS_OFF.match(sentence) or IS_SO.match(sentence.rstrip(" .!"))):
                read.parts = [read.whole(self._last)]
            if NO_GARMENT.match(sentence) and len(seen) == 1:
                read.parts, read.whose_was = [read.whole(seen[0])], seen[0]
            if read.acted and not read.parts and _is_of_a_body(sentence):
                read.parts = [read.whole(read.acted)]  # “Comes up filthy.”
        whose = read.subjects[0].name if read.subjects else self._last
        if whose and (left := WHAT_IS_LEFT.match(sentence)):
            if BENEATH.match(sentence) and (looks := self._known.get((whose, read.at.era))):
                looks.uncover("")
            read.parts = [read.whole(whose, lead=", ", text=sentence[left.end() :], introduced=True)]

    def _take_as_of_those_there(self, read: Reading) -> None:
        """Assign a sentence to everybody present, or its words to the one person whom somebody sees in it."""
        there, sentence = read.at.moment.seen or read.at.moment.near, read.sentence
        read.several = of_several(sentence) if not read.at.told.mentions and len(there) > 1 else ""
        if read.several:
            read.parts, read.of_last = [read.whole(each, text=read.several) for each in there], False
        one = SEES_ONE.search(sentence)
        if one is not None and read.parts and is_visible(one[1]):
            others = [each for each in read.at.there if each != read.parts[0].name]
            read.parts = [each._replace(text=each.text.replace(one[0], "", 1)) for each in read.parts]
            if len(others) == 1:
                read.parts.append(read.whole(others[0], lead=", ", text=one[1]))

    # -- what it tells of each -------------------------------------------------------------------------

    def _part(self, read: Reading, part: Part) -> Iterator[LookDraft]:
        """Read the words about one person, and yield the look if it changed."""
        at = read.at
        part = part._replace(text=self._with_things_named(part.text, read.sentence))
        name, introduced = part.name, part.introduced
        if not name:
            self._stranger = part.text if part.text.startswith(" ") else f" {part.text}"
            self._of_stranger = read.sentence
            return
        self._introduced = introduced or (self._introduced and name == self._last)
        is_still = bool(at.told.mentions) and all(each.name == self._last for each in at.told.mentions)
        self._last = name if read.subjects or read.of_last or is_still else read.whose_was
        looks = self._looks_so_far(read, part)
        before = looks.facts()
        opens = not any(before)
        is_first = opens or read.of_last or name in self._as_stranger
        told_at = self._told_at.get(name, at.line)
        anew = told_at != at.line
        looks.new_day = anew and self._new_day and told_at < at.scene.line
        looks.new_scene = anew and not at.scene.goes_on and told_at < at.scene.line
        if anew and at.moment.beat.montage:
            looks.begin_item()
        of_one = introduced or self._introduced
        looks.read(part.text, introduced=introduced, first=is_first, anew=anew, of_one=of_one)
        if opens and not introduced and (called := called_first(at.told, read.subjects, name)):
            looks.call(adorned(called))
        if introduced and self._stranger:
            self._name_stranger(looks, read.sentence, opens=opens)
        if (words := self._told_before(read, part, opens=opens)) is not None:
            _introduce(looks, words)
        is_alone = len(read.subjects) == 1 and not self._strangers.last_in(at.line)
        if read.is_first_part and read.before_it and anew and not introduced and is_alone:
            looks.read(f", {read.before_it}", introduced=False, first=True, anew=True, of_one=False)
        if introduced:
            self._dress_as_listed(looks, read, name, opens=opens)
        read.is_first_part = False
        if looks.facts() != before and any((*looks.facts(), *before)):
            yield self._keep(looks, before, read, part, anew=anew)

    def _with_things_named(self, text: str, sentence: str) -> str:
        """Return the words about one person with the garment that “it” means, and without the clothes of
        others.
        """
        if into := INTO_IT.search(text):
            things = THING.findall(sentence) or ([self._thing] if self._thing else [])
            if things:
                text = f"{text[: into.start()]}puts on {things[-1]}{text[into.end() :]}"
        is_other = _A_NOUN_SAID.search(self._said_before) and not things_in(self._said_before)
        text = with_it_named(without_others(text), "" if is_other else self._thing)
        self._thing = next(reversed(things_in(text)), self._thing)
        return text

    def _looks_so_far(self, read: Reading, part: Part) -> Appearance:
        """Return the person's look before a part is read; an empty look if the person has a different age
        there.
        """
        at, name = read.at, part.name
        looks = self._known.get((name, at.era)) or Appearance(on_screen=read.on_screen)
        if looks.on_screen and not read.on_screen:
            looks = Appearance(age=looks.age)
        by_now = IS_BY_NOW.match(read.sentence)
        has_aged = at.moment.beat.montage or (
            by_now is not None and (about_years(looks.age) or 0) < (about_years(by_now["age"]) or 0)
        )
        earlier = self._told_at.get(name, at.line) < (at.line if has_aged else at.scene.line)
        earlier = earlier and (has_aged or part.introduced or name not in self._seen)
        age_before = looks.age or (_CHILD if _CHILDREN & set(looks.about) else "")
        if earlier and is_other_age(age_before, part.text, introduced=part.introduced):
            looks = Appearance(on_screen=read.on_screen)
        return looks

    def _name_stranger(self, looks: Appearance, sentence: str, *, opens: bool) -> None:
        """Add the look of a stranger to the person whom the stranger turns out to be: “This is TOM.”"""
        looks.call(adorned(self._stranger))
        looks.read(self._stranger, introduced=False, first=True, anew=False, of_one=False)
        if opens and THIS_IS.match(sentence):
            was = [each for each in told_before(self._of_stranger) if fold(each) not in GENERIC]
            _introduce(looks, ", ".join(was))
        self._stranger = ""

    def _told_before(self, read: Reading, part: Part, *, opens: bool) -> str | None:
        """Return the description of a person before the name was given, or None."""
        subjects, introduced = read.subjects, part.introduced
        says_who = THIS_IS.match(read.sentence) is not None
        is_new_one = bool(subjects) and stranger_at(read.sentence[: subjects[0].start]) >= 0
        if read.ahead and not is_new_one:
            is_named_last = opens and introduced and NAMED_LAST.search(read.sentence)
            if is_named_last or (says_who and read.is_first_part):
                return ", ".join(told_before(read.ahead))
        if not (introduced and opens):
            return None
        unnamed = self._unnamed(read, part.name)
        if unnamed is None and says_who:
            unnamed = self._who_acted(read, part.name)
        if unnamed is not None:
            return ", ".join(filter(None, unnamed.facts()))
        return (read.before_it or None) if read.is_first_part else None

    def _unnamed(self, read: Reading, name: str) -> Appearance | None:
        """Return the look of a person known only by a noun: the man of “The man, ABEL, 81, sits by the
        fire.”
        """
        begins = next((each.start for each in read.subjects if each.name == name), 0)
        one = _THE_ONE_CALLED.fullmatch(read.sentence[:begins].strip())
        called = fold(one[1]) if one else ""
        if called not in GENERIC:
            return None
        found = ((who, looks) for (who, era), looks in self._known.items() if era is read.at.era)
        return next((looks for who, looks in found if fold(who) == called), None)

    def _who_acted(self, read: Reading, name: str) -> Appearance | None:
        """Return the look of the unnamed last actor: “An OLD MAN in a dressing gown shuffles in. It's
        ELIAS.”
        """
        acted = read.acted
        is_he = acted != name and fold(acted.rpartition(" ")[2]) in GENERIC
        return self._known.get((acted, read.at.era)) if is_he and self._is_of_this(acted, read.at) else None

    def _is_of_this(self, name: str, at: Passage) -> bool:
        """Return True if the current paragraph described the person."""
        return self._told_at.get(name) == at.line

    def _dress_as_listed(self, looks: Appearance, read: Reading, name: str, *, opens: bool) -> None:
        """Give an introduced person the clothes of the group, or of the list that names the person."""
        is_clad = any(OUTFIT.search(each) or BODYWEAR.search(each) for each in looks.wardrobe)
        if opens and not is_clad and (alike := self._alike.clothes_of(name, self._paragraph)):
            looks.wear(alike)
        if self._group and not any(map(OUTFIT.search, looks.wardrobe)):
            looks.wear(self._group)
            if self._group_left:
                self._group_left -= 1
                self._group = self._group if self._group_left else ""
        if read.all_aged and not looks.age:
            looks.age = read.all_aged  # “two nine-year-olds: ANNA, in a red dress, and TOM, in shorts”

    def _keep(
        self, looks: Appearance, before: Sequence[str], read: Reading, part: Part, *, anew: bool
    ) -> LookDraft:
        """Store the person's look and return it as a draft."""
        at, name = read.at, part.name
        if anew:
            looks.lower()
        opens = (
            not any(before) and self._told_at.get(name, -1) < at.scene.line
        )  # otherwise the person took everything off before
        self._told_at[name] = at.line
        self._first_told.setdefault((name, at.era), at.line)
        self._as_stranger.discard(name)
        self._known[name, at.era] = looks
        is_new_here = not at.scene.goes_on and name not in self._seen and not at.moment.beat.montage
        comes = opens or (anew and is_new_here)
        added = len(set(looks.facts()) - set(before))
        rule = rule_of(at.told, read.subjects, part.introduced, added, read.several)
        return self._look_at(name, at, rule, quote=part.quote.strip(" ,"), opens=comes)


def _introduce(looks: Appearance, words: str) -> None:
    """Read words as an introduction of a person."""
    looks.read(f", {words}", introduced=True, first=True, anew=False, of_one=True)


def _is_a_list(told: Told) -> bool:
    """Return True if a verbless sentence begins with an age or clothes, and only “his” or “her” refers to the
    person.
    """
    whose = all(
        each.owner and told.sentence[each.start : each.end].casefold() in ("his", "her")
        for each in told.mentions
    )
    return whose and is_visible(re.split("[,;.]", told.sentence)[0].strip())


def _is_of_a_body(sentence: str) -> bool:
    """Return True if a sentence describes a person's look without mentioning the person."""
    bare = sentence.strip(" .")
    return bool(elided(sentence)) or any(each.match(bare) for each in (HAIR_IS, BEARD_COLOURED, HURT_PART))
