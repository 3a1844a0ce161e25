"""Reader of single sentences for looks: garments that change hands, and the description of each person. Pure.

If a sentence names nobody, the earlier sentences of its paragraph and scene decide whom it describes.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.looks.body_words import parse_rough_age
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
from milimo_tui.story.looks.clothes.dressing_patterns import HAS_BACK, INTO_IT
from milimo_tui.story.looks.clothes.garment_states import IS_SO
from milimo_tui.story.looks.clothes.garments import (
    BODYWEAR,
    GARMENT,
    OUTFIT,
    describe_each_wearer,
    find_garments,
)
from milimo_tui.story.looks.clothes.undressing_patterns import IS_OFF, LEFT, THING_IS_OFF
from milimo_tui.story.looks.clothes.unworn_patterns import blank_unworn_garments, list_garments_put_away
from milimo_tui.story.looks.clothes.wearing_patterns import BENEATH, UNDERNEATH, WHAT_IS_LEFT
from milimo_tui.story.looks.descriptions import (
    ANOTHERS,
    BESIDE_ONE,
    cut_before_stranger,
    describe_group_as_one,
    describe_stranger,
    describes_appearance,
    find_stranger_end,
    is_age_only,
    is_description,
    list_traits_before_name,
    parse_group_age,
)
from milimo_tui.story.looks.hair_words import BEARD_COLOURED, FACIAL, HAIR_IS, SHAVES
from milimo_tui.story.looks.known.appearance import DescribedLook, contradicts_known_age
from milimo_tui.story.looks.known_people import KnownPeople
from milimo_tui.story.looks.look_draft import HANDED_OVER, UNCOVERED, LookDraft, choose_look_rule
from milimo_tui.story.looks.moved_garments import find_borrowed_garment, find_garment_transfers
from milimo_tui.story.looks.passage import Passage, SentencePart, SentenceReading
from milimo_tui.story.looks.plain_words import (
    ANY_THING,
    blank_clothes_of_others,
    blank_garment_homonyms,
    blank_other_people,
    find_garment_taken_by_stranger,
    has_elided_subject,
    list_garment_phrases,
    replace_it_with_garment,
)
from milimo_tui.story.looks.sentence_parts import (
    cut_sentence_at,
    find_epithet_before_name,
    find_final_owner,
    join_description_before_name,
    list_described_people,
    split_by_people,
)
from milimo_tui.story.looks.stains import HURT_PART
from milimo_tui.story.looks.strangers import UniformGroups
from milimo_tui.story.looks.worn_phrases import has_word
from milimo_tui.story.reading.moment import ActionSentence, Mention
from milimo_tui.story.screenplay.people_words import GENERIC
from milimo_tui.story.values.number_words import parse_number_words
from milimo_tui.story.values.shot_words import Era
from milimo_tui.story.values.text import fold

_THE_ONE_CALLED = compile_lazily(r"the ([\w-]+)(?: [^,]+)?,", re.IGNORECASE)
_CHILD = "8"  # The assumed age in years of a boy, a girl or a child whose age is not given.
_CHILDREN = frozenset({"boy", "girl", "child"})


def describes_a_screen(text: str) -> bool:
    """Return True if a sentence describes something shown on a screen or in a picture."""
    return ON_A_SCREEN.search(text) is not None or A_PICTURE.match(text.strip()) is not None


class SentenceReader(KnownPeople):
    """A reader that finds changes of looks in sentences, in script order. What it remembers of earlier
    sentences is reset at the beginning of each paragraph or scene.
    """

    def __init__(self) -> None:
        super().__init__()
        self._on_screen = False
        # The words that described a person whose name is not known yet, such as “a man”. They are used as
        # soon as the name follows.
        self._stranger = ""
        self._of_stranger = ""  # The sentence that contains the description in `_stranger`.
        self._introduced = False  # True if the current paragraph introduced the last person.
        self._acted = ""  # The person who acted last in the current paragraph.
        self._ahead: list[str] = []  # The sentences of the paragraph that precede its first name.
        self._group = ""  # The clothes of a group whose members the next words list by name.
        self._group_left = 0  # The number of members of a counted group that are still to be named.
        self._alike = UniformGroups()
        self._paragraph = ""  # The sentences of the current paragraph that were read so far.
        self._said_before = ""  # The previous sentence of the same piece of action.
        # The people whose look comes only from a description that preceded their names.
        self._as_stranger: set[str] = set()
        self._thing = ""  # The garment named last in this scene.
        self._new_day = False  # True if the scene is at a different time of day than the previous scene.
        self._first_told: dict[tuple[str, Era], int] = {}

    def _read_sentence_looks(self, at: Passage) -> Iterator[LookDraft]:
        subjects = list_described_people(at.action)
        if VIEW.search(at.sentence) or self._describes_unnamed_other(at.action, subjects):
            return  # The viewer does not wear the clothes seen in a point-of-view shot.
        read = yield from self._apply_handovers(at, subjects)
        if read is None:
            return
        self._assign_thing_sentence(read)
        # The sentence ends with the name of an owner: “The thumb is GREER's.”
        if not read.subjects and (owner := find_final_owner(read.at.action)):
            self._last, self._introduced, self._ahead = owner, True, []
            return
        if fits := FITS.match(read.sentence.strip()):
            yield from self._draft_garment_fit(fits, read.at)
            return
        self._carry_paragraph_state(read)
        if (under := self._find_words_underneath(read)) is not None:
            yield from self._draft_revealed_clothes(under, read.at)
            return
        self._assign_to_last_person(read)
        self._assign_to_people_present(read)
        for part in read.parts:
            yield from self._read_part(read, part)

    def _describes_unnamed_other(self, action: ActionSentence, subjects: Sequence[Mention]) -> bool:
        """Return True if a sentence describes an unnamed person and none of the known people. The description
        is recorded, because the next sentences may give the person's name.
        """
        if not action.mentions and ANOTHERS.match(action.sentence):
            self._last, self._ahead = "", [action.sentence]
            return True
        if not subjects and BESIDE_ONE.match(action.sentence):
            self._last = ""  # The sentence is about a new person: “Opposite her, asleep, an enormous man.”
            self._ahead = [action.sentence[len(cut_before_stranger(action.sentence)) :] or action.sentence]
            return True
        return False

    def _apply_handovers(
        self, at: Passage, subjects: Sequence[Mention]
    ) -> Generator[LookDraft, None, SentenceReading | None]:
        """Apply the garments that a sentence hands over, lays down or lends, and yield the changed looks.
        Return a `SentenceReading`, in which the remaining words of the sentence are read, or None if no words
        remain.
        """
        head = at.sentence[: subjects[0].start] if subjects else at.sentence
        on_screen = self._on_screen or describes_a_screen(head)
        if subjects and (back := HAS_BACK.search(at.sentence)):
            yield from self._draft_return_of_garment(subjects[0].name, back[1], at)
        changes = find_garment_transfers(at.action, subjects)
        if changes:
            at = replace(at, action=cut_sentence_at(at.action, changes[0].at))
            subjects = list_described_people(at.action)
        yield from self._draft_handed_over_garments(changes, at)
        yield from self._draft_laid_down_garments(at, subjects)
        loser, garment = find_garment_taken_by_stranger(at.action, subjects)
        lender, lent = find_borrowed_garment(at.action, subjects)
        if (known := self._known.get((lender, at.era))) and known.is_wearing(lent, by_kind=False):
            yield from self._draft_loss(lender, lent, at)
        if garment and not loser:
            wearing = [each for each in self._seen if self._is_person_wearing(each, at.era, garment)]
            loser = wearing[0] if len(wearing) == 1 else ""
        if garment and self._is_person_wearing(loser, at.era, garment):
            yield from self._draft_loss(loser, garment, at)
        if (garment and not any(each.name for each in subjects)) or list_garments_put_away(at.sentence):
            return None
        remaining = replace(at.action, sentence=blank_garment_homonyms(blank_unworn_garments(at.sentence)))
        remaining = replace(remaining, sentence=blank_clothes_of_others(remaining, subjects))
        parts = list(split_by_people(remaining, subjects))
        return SentenceReading(replace(at, action=remaining), subjects, on_screen, parts)

    def _draft_loss(self, name: str, words: str, at: Passage) -> Iterator[LookDraft]:
        """Remove a garment from the look of the person `name`, because another person wears it now, and yield
        the changed look. `words` name the garment.
        """
        self._known[name, at.era].take_off_named_garment(words)
        if any(self._known[name, at.era].list_facts()):
            yield self._draft_look_at_passage(name, at, HANDED_OVER)

    def _draft_return_of_garment(self, name: str, words: str, at: Passage) -> Iterator[LookDraft]:
        """Put the garment that `words` name back on the person `name`, who wore it before, and remove it from
        everybody else: “She has her fur back.” Yield the changed looks.
        """
        former_wearers = [
            one
            for (one, era), looks in self._known.items()
            if era is at.era and looks.recall_former_garment(words)
        ]
        former_wearers = [one for one in former_wearers if one == name] or [
            one for one in former_wearers if one in at.people_present
        ]
        if len(former_wearers) != 1:
            return  # The former wearer is unclear: several people wore such a garment, or nobody did.
        name = former_wearers[0]
        self._known[name, at.era].put_back_on(words)
        losers = [
            other
            for (other, era), looks in self._known.items()
            if other != name
            and era is at.era
            and looks.is_wearing(words, by_kind=False)
            and looks.take_off_named_garment(words)
        ]
        for each in (name, *losers):
            yield self._draft_look_at_passage(each, at, HANDED_OVER)

    def _draft_garment_fit(self, fits: re.Match[str], at: Passage) -> Iterator[LookDraft]:
        """Apply a remark about the fit of the garment mentioned last, “It is too long in the arms.”, and
        yield the changed look.
        """
        owner = next((each.name for each in at.action.mentions if each.name), "")
        name = owner or self._last or self._acted
        looks = self._known.get((name, at.era))
        if looks is not None and looks.set_garment_fit(self._thing, fits["so"] or f"that {fits['does']}"):
            yield self._draft_look_at_passage(name, at)

    def _assign_thing_sentence(self, read: SentenceReading) -> None:
        """Find the wearer for a sentence that only describes a garment or a beard. If only one person has
        such a thing, the sentence is taken as a description of this person.
        """
        at, sentence = read.at, read.sentence
        if at.action.mentions:
            return
        if (left := LEFT.match(sentence)) and GARMENT.fullmatch(left[1]):
            removed = find_garments(left[1])
            wear = [
                each for each in self._known if each[1] is at.era and removed & self._find_worn_garments(each)
            ]
            if len(wear) == 1 and wear[0][0] in at.people_present:
                read.parts, self._last = [read.make_full_part(wear[0][0])], ""
        if off := THING_IS_OFF.match(sentence):  # A feature or garment is gone: “The braids are gone.”
            owners = [each for each in at.people_present if self._has_fact_with_word(each, at.era, off[1])]
            if len(owners) == 1:
                read.parts, read.whose_was = [read.make_full_part(owners[0])], owners[0]
        if SHAVES.search(sentence):  # A beard is removed: “The beard comes down in handfuls.”
            match = FACIAL.search(sentence)
            bearded = [
                each
                for each in at.people_present
                if match and self._has_beard_of_kind(each, at.era, match[0])
            ]
            if len(bearded) == 1:
                read.parts, self._last = [read.make_full_part(bearded[0])], ""

    def _has_fact_with_word(self, name: str, era: Era, word: str) -> bool:
        known = self._known.get((name, era))
        return known is not None and any(has_word(fact, word) for fact in known.list_facts())

    def _has_beard_of_kind(self, name: str, era: Era, word: str) -> bool:
        known = self._known.get((name, era))
        return known is not None and has_word(known.beard, word)

    def _carry_paragraph_state(self, read: SentenceReading) -> None:
        """Copy the earlier sentences of the paragraph to the reading, and add this sentence to the memory of
        the paragraph.
        """
        action, sentence, seen = read.at.action, read.sentence, read.at.moment.seen
        read.acted = self._acted or (seen[0] if len(seen) == 1 else "")
        self._acted = read.subjects[0].name if read.subjects else self._acted
        read.ahead, read.before_it = " ".join(self._ahead), join_description_before_name(self._ahead)
        stranger = sentence[len(cut_before_stranger(sentence)) :]
        self._ahead = [stranger] if stranger else [] if read.subjects else [*self._ahead, sentence]
        listed, colon, _ = sentence.partition(":")
        read.all_aged = parse_group_age(listed) if colon else ""
        if group := GROUP.search(f"{listed}:"):
            self._group = (
                describe_each_wearer(group[1])
                if GARMENT.search(group[1]) or OUTFIT.fullmatch(group[1])
                else ""
            )
            self._group_left = 0
        elif not action.mentions and (dressed := ALIKE.search(sentence)):
            self._group, self._group_left = (
                describe_each_wearer(f"in {dressed[2]}"),
                parse_number_words(dressed[1]),
            )
        is_of_last = all(each.name == self._last for each in action.mentions) or (
            self._introduced and _is_possessive_list(action)
        )
        begins_with_one = bool(read.subjects) and read.subjects[0].start == 0
        read.of_last = bool(self._last) and is_of_last and not begins_with_one

    def _find_words_underneath(self, read: SentenceReading) -> str | None:
        """Return the words about something seen under the clothes of the last person: the words after “Under
        it:”. Return None if the sentence does not begin in this manner.

        The result is empty if “it” is no garment: “He walks round the table. Under it: two clogs.”
        """
        head, *under = re.split(":" if read.at.action.mentions else "[:,]", read.sentence, maxsplit=1)
        if not (read.of_last and under and UNDERNEATH.match(head.strip()) and GARMENT.search(under[0])):
            return None
        return under[0] if GARMENT.search(f"{self._said_before} {head}") else ""

    def _draft_revealed_clothes(self, words: str, at: Passage) -> Iterator[LookDraft]:
        looks = self._known.get((self._last, at.era))
        if looks is None or not words:
            return
        before = looks.list_facts()
        looks.reveal_underneath(words)
        if looks.list_facts() != before:
            yield self._draft_look_at_passage(self._last, at, UNCOVERED)

    def _assign_to_last_person(self, read: SentenceReading) -> None:
        """Take a sentence that names nobody as a description of the person who was described last or acted
        last.
        """
        action, sentence, seen = read.at.action, read.sentence, read.at.moment.seen
        known = self._known.get((self._last, read.at.era))
        if known is not None and known.age and is_age_only(sentence):
            # If the age of the last person is known, a sentence that consists only of a number gives no age:
            # “Five. Ten.” are weights.
            read.of_last = False
        mine = cut_before_stranger(sentence)
        read.of_last = read.of_last and is_description(mine, by_itself=not self._introduced)
        if read.of_last:
            words = BENEATH_IT.sub("", IS_WEARING.sub("", mine))
            read.parts, self._ahead = [SentencePart(self._last, f", {words}", mine, False)], []
        if not action.mentions:
            if self._last and (IS_OFF.match(sentence) or IS_SO.match(sentence.rstrip(" .!"))):
                read.parts = [read.make_full_part(self._last)]
            if NO_GARMENT.match(sentence) and len(seen) == 1:
                read.parts, read.whose_was = [read.make_full_part(seen[0])], seen[0]
            if read.acted and not read.parts and _describes_elided_person(sentence):
                # The sentence has a verb without a subject: “Comes up filthy.”
                read.parts = [read.make_full_part(read.acted)]
        person = read.subjects[0].name if read.subjects else self._last
        if person and (left := WHAT_IS_LEFT.match(sentence)):
            if BENEATH.match(sentence) and (looks := self._known.get((person, read.at.era))):
                looks.reveal_underneath("")
            read.parts = [
                read.make_full_part(person, prefix=", ", text=sentence[left.end() :], introduced=True)
            ]

    def _assign_to_people_present(self, read: SentenceReading) -> None:
        """Take the description of a group (“They are soaked.”) as a description of everybody present. If
        somebody in the sentence looks at a person whom the sentence then describes, the description belongs
        to the person looked at.
        """
        there, sentence = read.at.moment.seen or read.at.moment.near, read.sentence
        read.several = (
            describe_group_as_one(sentence) if not read.at.action.mentions and len(there) > 1 else ""
        )
        if read.several:
            read.parts, read.of_last = [read.make_full_part(each, text=read.several) for each in there], False
        one = SEES_ONE.search(sentence)
        if one is not None and read.parts and describes_appearance(one[1]):
            others = [each for each in read.at.people_present if each != read.parts[0].name]
            read.parts = [each._replace(text=each.text.replace(one[0], "", 1)) for each in read.parts]
            if len(others) == 1:
                read.parts.append(read.make_full_part(others[0], prefix=", ", text=one[1]))

    def _read_part(self, read: SentenceReading, part: SentencePart) -> Iterator[LookDraft]:
        """Apply the words about one person to the person's look, and yield the look if it changed."""
        at = read.at
        part = part._replace(text=self._replace_pronouns_in_part(part.text, read.sentence))
        name, introduced = part.name, part.introduced
        if not name:
            self._stranger = part.text if part.text.startswith(" ") else f" {part.text}"
            self._of_stranger = read.sentence
            return
        self._introduced = introduced or (self._introduced and name == self._last)
        is_still = bool(at.action.mentions) and all(each.name == self._last for each in at.action.mentions)
        self._last = name if read.subjects or read.of_last or is_still else read.whose_was
        looks = self._get_look_before_part(read, part)
        before = looks.list_facts()
        opens = not any(before)
        is_first = opens or read.of_last or name in self._as_stranger
        told_at = self._told_at.get(name, at.line)
        in_new_paragraph = told_at != at.line
        looks.new_day = in_new_paragraph and self._new_day and told_at < at.scene.line
        looks.new_scene = in_new_paragraph and not at.scene.goes_on and told_at < at.scene.line
        if in_new_paragraph and at.moment.beat.montage:
            looks.begin_montage_item()
        of_one = introduced or self._introduced
        looks.read_description(
            part.text, introduced=introduced, first=is_first, in_new_paragraph=in_new_paragraph, of_one=of_one
        )
        if opens and not introduced and (called := find_epithet_before_name(at.action, read.subjects, name)):
            looks.add_epithet(describe_stranger(called))
        if introduced and self._stranger:
            self._merge_stranger_look(looks, read.sentence, opens=opens)
        if (words := self._get_earlier_description(read, part, opens=opens)) is not None:
            _read_as_introduction(looks, words)
        is_alone = len(read.subjects) == 1 and not self._strangers.get_last_stranger(at.line)
        if read.is_first_part and read.before_it and in_new_paragraph and not introduced and is_alone:
            looks.read_description(
                f", {read.before_it}", introduced=False, first=True, in_new_paragraph=True, of_one=False
            )
        if introduced:
            self._apply_group_clothes(looks, read, name, opens=opens)
        read.is_first_part = False
        if looks.list_facts() != before and any((*looks.list_facts(), *before)):
            yield self._store_look(looks, before, read, part, in_new_paragraph=in_new_paragraph)

    def _replace_pronouns_in_part(self, text: str, sentence: str) -> str:
        """Return the words about one person in which “it” is replaced by the garment it means, and the
        clothes of other people are blanked.
        """
        if into := INTO_IT.search(text):
            named_things = THING.findall(sentence) or ([self._thing] if self._thing else [])
            if named_things:
                text = f"{text[: into.start()]}puts on {named_things[-1]}{text[into.end() :]}"
        is_other = ANY_THING.search(self._said_before) and not list_garment_phrases(self._said_before)
        text = replace_it_with_garment(blank_other_people(text), "" if is_other else self._thing)
        self._thing = next(reversed(list_garment_phrases(text)), self._thing)
        return text

    def _get_look_before_part(self, read: SentenceReading, part: SentencePart) -> DescribedLook:
        """Return the known look of a person before the words `part` are applied. Return an empty look if
        these words give the person a different age than the known look has.
        """
        at, name = read.at, part.name
        looks = self._known.get((name, at.era)) or DescribedLook(on_screen=read.on_screen)
        if looks.on_screen and not read.on_screen:
            looks = DescribedLook(age=looks.age)
        by_now = IS_BY_NOW.match(read.sentence)
        has_aged = at.moment.beat.montage or (
            by_now is not None and (parse_rough_age(looks.age) or 0) < (parse_rough_age(by_now["age"]) or 0)
        )
        earlier = self._told_at.get(name, at.line) < (at.line if has_aged else at.scene.line)
        earlier = earlier and (has_aged or part.introduced or name not in self._seen)
        age_before = looks.age or (_CHILD if _CHILDREN & set(looks.about) else "")
        if earlier and contradicts_known_age(age_before, part.text, introduced=part.introduced):
            looks = DescribedLook(on_screen=read.on_screen)
        return looks

    def _merge_stranger_look(self, looks: DescribedLook, sentence: str, *, opens: bool) -> None:
        """Add the look of an unnamed person to the person whose name was given afterwards: “This is TOM.”"""
        looks.add_epithet(describe_stranger(self._stranger))
        looks.read_description(
            self._stranger, introduced=False, first=True, in_new_paragraph=False, of_one=False
        )
        if opens and THIS_IS.match(sentence):
            was = [each for each in list_traits_before_name(self._of_stranger) if fold(each) not in GENERIC]
            _read_as_introduction(looks, ", ".join(was))
        self._stranger = ""

    def _get_earlier_description(
        self, read: SentenceReading, part: SentencePart, *, opens: bool
    ) -> str | None:
        """Return the words that described a person before the name was given, or None."""
        subjects, introduced = read.subjects, part.introduced
        says_who = THIS_IS.match(read.sentence) is not None
        is_new_one = bool(subjects) and find_stranger_end(read.sentence[: subjects[0].start]) >= 0
        if read.ahead and not is_new_one:
            is_named_last = opens and introduced and NAMED_LAST.search(read.sentence)
            if is_named_last or (says_who and read.is_first_part):
                return ", ".join(list_traits_before_name(read.ahead))
        if not (introduced and opens):
            return None
        unnamed = self._find_unnamed_look(read, part.name)
        if unnamed is None and says_who:
            unnamed = self._find_last_actor_look(read, part.name)
        if unnamed is not None:
            return ", ".join(filter(None, unnamed.list_facts()))
        return (read.before_it or None) if read.is_first_part else None

    def _find_unnamed_look(self, read: SentenceReading, name: str) -> DescribedLook | None:
        """Return the look of a person who was known only by a noun, or None: the man of “The man, ABEL, 81,
        sits by the fire.”
        """
        begins = next((each.start for each in read.subjects if each.name == name), 0)
        one = _THE_ONE_CALLED.fullmatch(read.sentence[:begins].strip())
        called = fold(one[1]) if one else ""
        if called not in GENERIC:
            return None
        found = ((other, looks) for (other, era), looks in self._known.items() if era is read.at.era)
        return next((looks for other, looks in found if fold(other) == called), None)

    def _find_last_actor_look(self, read: SentenceReading, name: str) -> DescribedLook | None:
        """Return the look of the unnamed person who acted last and is named now, or None: “An OLD MAN in a
        dressing gown shuffles in. It's ELIAS.”
        """
        acted = read.acted
        is_he = acted != name and fold(acted.rpartition(" ")[2]) in GENERIC
        return (
            self._known.get((acted, read.at.era))
            if is_he and self._was_described_in_paragraph(acted, read.at)
            else None
        )

    def _was_described_in_paragraph(self, name: str, at: Passage) -> bool:
        """Return True if the current paragraph described the person."""
        return self._told_at.get(name) == at.line

    def _apply_group_clothes(
        self, looks: DescribedLook, read: SentenceReading, name: str, *, opens: bool
    ) -> None:
        """Add clothes of a group to the look of a person who is introduced: the clothes of the group to which
        the person belongs, or the clothes stated for a list of names that includes the person.
        """
        is_clad = any(OUTFIT.search(each) or BODYWEAR.search(each) for each in looks.wardrobe)
        if opens and not is_clad and (clothes := self._alike.find_group_clothes(name, self._paragraph)):
            looks.add_group_clothes(clothes)
        if self._group and not any(map(OUTFIT.search, looks.wardrobe)):
            looks.add_group_clothes(self._group)
            if self._group_left:
                self._group_left -= 1
                self._group = self._group if self._group_left else ""
        if read.all_aged and not looks.age:
            # Each listed person has the age given before the list: “two nine-year-olds: ANNA, in a red dress,
            # and TOM, in shorts”.
            looks.age = read.all_aged

    def _store_look(
        self,
        looks: DescribedLook,
        before: Sequence[str],
        read: SentenceReading,
        part: SentencePart,
        *,
        in_new_paragraph: bool,
    ) -> LookDraft:
        """Store the new look of a person, and return it as a draft. `before` are the facts of the look before
        the sentence. `in_new_paragraph` is True in a new paragraph.
        """
        at, name = read.at, part.name
        if in_new_paragraph:
            looks.remove_held_things()
        opens = (
            not any(before) and self._told_at.get(name, -1) < at.scene.line
        )  # Otherwise the person took everything off before.
        self._told_at[name] = at.line
        self._first_told.setdefault((name, at.era), at.line)
        self._as_stranger.discard(name)
        self._known[name, at.era] = looks
        is_new_here = not at.scene.goes_on and name not in self._seen and not at.moment.beat.montage
        comes = opens or (in_new_paragraph and is_new_here)
        added = len(set(looks.list_facts()) - set(before))
        rule = choose_look_rule(at.action, read.subjects, part.introduced, added, read.several)
        return self._draft_look_at_passage(name, at, rule, quote=part.quote.strip(" ,"), opens=comes)


def _read_as_introduction(looks: DescribedLook, words: str) -> None:
    """Apply `words` to a look as an introduction of the person."""
    looks.read_description(f", {words}", introduced=True, first=True, in_new_paragraph=False, of_one=True)


def _is_possessive_list(action: ActionSentence) -> bool:
    """Return True if a verbless sentence begins with an age or clothes, and mentions the person only by “his”
    or “her”.
    """
    all_possessive = all(
        each.owner and action.sentence[each.start : each.end].casefold() in ("his", "her")
        for each in action.mentions
    )
    return all_possessive and describes_appearance(re.split("[,;.]", action.sentence)[0].strip())


def _describes_elided_person(sentence: str) -> bool:
    """Return True if a sentence describes a person's look without mentioning the person."""
    bare = sentence.strip(" .")
    return bool(has_elided_subject(sentence)) or any(
        each.match(bare) for each in (HAIR_IS, BEARD_COLOURED, HURT_PART)
    )
