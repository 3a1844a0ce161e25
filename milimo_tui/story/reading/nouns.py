"""Resolution of nouns to the people whom they mean: the girl, the old man, his daughter, both captains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.exits_and_entrances import COME, LEAVE
from milimo_tui.story.reading.people import key_of
from milimo_tui.story.reading.plural_words import COUNTS
from milimo_tui.story.reading.pronouns import PronounResolver
from milimo_tui.story.screenplay.people_words import (
    BABIES,
    BODY,
    CREATURES,
    GENERIC,
    KIN,
    NOUN_SYNONYMS,
    OLDER_KIN,
    ROLES,
    YOUNG,
    YOUNGER_KIN,
)

_NO_THING_WORDS = """and or but as while when then to in on at with from by for of into over under out up
down off away back through across behind beside again too is was the a an who without before after
until like about around round"""
NO_THINGS = frozenset(_NO_THING_WORDS.split())
_ANYBODY_WORDS = """man woman boy girl lady gentleman lad lass guy gal fellow chap bloke dude child kid
toddler teenager teen youngster adult stranger newcomer"""
_ANYBODY = frozenset(_ANYBODY_WORDS.split())  # Nouns that may mean any person who enters.
_TOLD_OF = compile_lazily(r"(?: of [a-z]+)?, (?:(?:the|an?) [a-z -]{3,40}, )?([A-ZÀ-Þ][\w'’-]+)")
_GOES_WITH_WORDS = """monitor carriage seat bottle food clothes shower powder collar lead leash bowl basket
box kennel flap cage trough show track blanket bed doll shoes things bag chair car station room house costume
mask suit uniform van phone number"""
# Words that turn the noun before them into the name of a thing, so that no person is meant: “baby monitor”.
_GOES_WITH = frozenset(_GOES_WITH_WORDS.split())
_SAYS_WHAT = frozenset(
    ["to", "at", "is", "was", "like", "as", "than", "not", "be", "of", "for", "'s", "that's", "it's"]
)
_SHAPES = frozenset(
    ["shape", "shadow", "figure", "silhouette", "outline", "reflection", "image", "ghost", "gaze"]
)
_NOT_OLD = 40  # A person younger than this, in years, is never meant by “old man” or “old woman”.
_INDEFINITE = frozenset(["a", "an", "another"])
_BEFORE_AN_OBJECT = frozenset(
    ["like", "of", "with", "as", "than", "for", "to", "at", "from", "by", "into", "about", "past", "without"]
)
_NO_ADJECTIVES = NO_THINGS | {"his", "her", "their", "its", "my", "your", "our"}


@dataclass(slots=True)
class NounResolver(PronounResolver):
    """A sentence of action that is being read, with methods that find the people meant by its nouns."""

    def resolve_noun(self, key: str, keys: Sequence[str], at: int) -> None:
        """Show the person meant by the noun at index `at`: “the girl”, “the old man”, “the vet”. People who
        are present are preferred.
        """
        if self.is_followed_by_own_name(at) or (keys[at + 1 : at + 2] and keys[at + 1] in _GOES_WITH):
            # The noun is followed by its name, or is part of the name of a thing: “the groom, PARESH”, “the
            # baby monitor”.
            return
        young = at and keys[at - 1] in ("younger", "young", "little")
        old = at and keys[at - 1] in ("old", "older")
        synonyms = (key, *NOUN_SYNONYMS.get(key, ()))
        known = [
            n for word in synonyms for n in self.people.by_noun.get(word, ()) if n not in self.presence.away
        ]
        gender = KIN.get(key) or GENERIC.get(key, "")
        known = [n for n in dict.fromkeys(known) if not gender or self.people.may_have_gender(n, gender)]
        known = [n for n in known if n not in self.presence.others.get(key, ())]
        if at and keys[at - 1] in ("old", "elderly") and key in GENERIC and key not in YOUNG:
            known = [
                name for name in known if not self.is_known_to_be_young(name)
            ] or self.list_only_old_person(gender)
        if not known and key in GENERIC and key not in (*YOUNG, *self.presence.others):
            known = [
                name for name in self.list_people_present() if self.people.has_gender(name, GENERIC[key])
            ]
        if (
            not known
            and key in YOUNG - BABIES
            and len(young_ones := self.list_possibly_young_people(gender)) == 1
        ):
            known = young_ones
            self.add_cast_doubt(f"the {key}", known[0], (), 0.7, "the only one who may be as young")
        if not known and key in KIN:
            known = [name for name in self.list_people_present() if self.people.has_gender(name, KIN[key])]
            known = known or [n for n in self.presence.expected if self.people.has_gender(n, KIN[key])]
            known = known or [n for n in self.presence.expected if self.people.may_have_gender(n, KIN[key])]
        if at and keys[at - 1] in ("old", "elderly") and key in GENERIC and key not in YOUNG:
            known = [name for name in known if not self.is_known_to_be_young(name)]
        here = [name for name in known if name in self.presence.present or name in self.out.seen]
        if (young or old) and (worded := [n for n in known if _name_contains_word(n, keys[at - 1])]):
            here = [name for name in worded if name in self.presence.recent]
        coming = [name for name in known if name in self.presence.expected]
        recent = [name for name in reversed(self.presence.recent) if name in known][:1]
        found = here or coming or recent or [name for name in known if key in CREATURES]
        if not found:
            self.strangers.add(KIN.get(key) or GENERIC.get(key, ""))
            if (
                at in (1, 2)
                and key in GENERIC
                and not self.found
                and not self.matches[at][0].endswith(("'s", "’s"))
            ):
                # An unknown person acts: “The man with the rifle comes down.”
                self.show_acting_stranger(key, GENERIC[key], at)
            return
        exact = [name for name in found if key_of(name) == key]
        if len(exact) == 1 and not (young or old):
            found = exact
        if (young or old) and len(found) > 1:
            ages = {name: self.people.by_name[name].age or 0 for name in found}
            worded = [n for n in found if _name_contains_word(n, keys[at - 1])]
            found = worded or [(min if young else max)(found, key=lambda name: ages[name])]
        if len(found) > 1:
            self.add_cast_doubt(f"the {key}", found[-1], found[:-1], 0.5)
            found = found[-1:]
        if found[0] not in self.presence.away:
            owner = self.matches[at][0].endswith(("'s", "’s"))
            self.record_mention(found[0], at, at + 1, owner=owner)
            if (
                owner
                and keys[at + 1 : at + 2] in (["face"], ["head"])
                and found[0] not in self.presence.present
            ):
                # A head or face of a person who was not present, such as “The boy's face, a hand.”: only the
                # head is visible, for example at a window.
                self.presence.peeping = found[0]
            elif owner and not here and (BODY | _SHAPES).isdisjoint(keys[at + 1 : at + 3]):
                return  # The owner is not shown: “He sits down in the old woman's chair.”
        self.show_people(found)

    def is_known_to_be_young(self, name: str) -> bool:
        """Return True if the known age of a person is too low for “old man” or “old woman”."""
        person = self.people.by_name.get(name)
        return (
            person is not None
            and person.age is not None
            and person.age < _NOT_OLD
            and not _name_contains_word(name, "old")
        )

    def list_only_old_person(self, gender: str) -> list[str]:
        """Return the only person of this scene who can be the old man or woman. Return an empty list if there
        is none or several.
        """
        pool = dict.fromkeys((*self.list_people_present(), *self.presence.expected))
        fitting = [
            name
            for name in pool
            if self.people.has_gender(name, gender) and not self.is_known_to_be_young(name)
        ]
        return fitting if len(fitting) == 1 else []

    def list_possibly_young_people(self, gender: str) -> list[str]:
        """Return the people present who fit a pronoun and whose age is unknown, except the person who acted
        last.

        A person who continues to act is called by a pronoun, so a noun means another person (Grosz, Joshi and
        Weinstein 1995, on centering).
        """
        fitting = [
            name for name in self.list_people_present() if not gender or self.people.has_gender(name, gender)
        ]
        known = {name: self.people.by_name[name] for name in fitting if name in self.people.by_name}
        return [
            name
            for name, one in known.items()
            if name not in (self.out.subject, *self.found) and one.age is None and not one.nouns & {*ROLES}
        ]

    def resolve_possessive_kin(self, owner: str, noun: str, at: int) -> int:
        """Show the person present who fits “his daughter”. In “His father, DON ROJAS” the name follows, so
        nobody is shown yet. Return the number of words read.
        """
        named = self.matches[at + 2][0] if at + 2 < len(self.matches) else ""
        between = self.text[self.matches[at + 1].end() : self.matches[at + 2].start()] if named else ""
        if between in (" ", ", ") and named[0].isupper() and key_of(named) in self.people.by_word:
            return 2
        if self.is_followed_by_own_name(at + 1) or (
            at and key_of(self.matches[at - 1][0]) in ("than", "like", "as")
        ):
            return 2
        gender = "he" if owner == "his" else "she" if owner == "her" else ""
        possessors = self.list_pronoun_candidates(gender) if gender else []
        possessor = next((name for name in possessors if self.list_relatives(name, noun)), "")
        self.show_relative(possessor or (possessors[0] if possessors else ""), noun, at, at + 2)
        return 2

    def is_followed_by_own_name(self, at: int) -> bool:
        """Return True if the name of the person follows the noun at index `at`: “her sister, the maid of
        honour, ROSE”.
        """
        match = _TOLD_OF.match(self.text, self.matches[at].end())
        return match is not None and key_of(match[1]) in self.people.by_word

    def list_relatives(self, owner: str, noun: str) -> list[str]:
        """Return the people with the owner's surname who fit the gender and age of a noun for a relative: her
        father.
        """
        age = self.people.by_name[owner].age if owner in self.people.by_name else None
        others = [each for names in self.people.families.values() if owner in names for each in names]
        found = []
        for name in dict.fromkeys(others):
            person = self.people.by_name[name]
            if (
                name == owner
                or name in self.presence.away
                or not self.people.has_gender(name, KIN.get(noun, ""))
            ):
                continue
            if age is not None and person.age is not None:
                wrong = person.age >= age if noun in YOUNGER_KIN else person.age <= age
                if wrong and noun in YOUNGER_KIN | OLDER_KIN:
                    continue
            found.append(name)
        return found

    def show_relative(self, owner: str, noun: str, first: int, end: int) -> None:
        """Show the relative of `owner` whom a noun such as “father” means. The words are those from index
        `first` up to but not including `end`.
        """
        self.out.acted = True
        wanted = KIN.get(noun, "")
        pool = dict.fromkeys(
            (*self.list_people_present(), *self.presence.expected, *self.people.by_noun.get(noun, ()))
        )
        fitting = [
            n
            for n in pool
            if n != owner and n not in self.presence.away and self.people.has_gender(n, wanted)
        ]
        called = [name for name in fitting if noun in self.people.by_name[name].nouns]
        if noun not in OLDER_KIN:  # “Sister” does not mean a mother.
            fitting = [name for name in fitting if not self.people.by_name[name].nouns & OLDER_KIN] or fitting
        age = self.people.by_name[owner].age if owner in self.people.by_name else None
        if not called and age is not None:
            ages = {name: self.people.by_name[name].age for name in fitting}
            if noun in YOUNGER_KIN:
                fitting = [name for name in fitting if (ages[name] or 0) < age]
            elif noun in OLDER_KIN:
                fitting = [name for name in fitting if (ages[name] or 999) > age]
        surname = owner.split()[-1:] if owner else []
        family = [
            name for name in self.presence.recent if name != owner and self.people.has_gender(name, wanted)
        ]
        family = [name for name in family if name.split()[-1:] == surname]
        heard_only = [name for name in self.people.by_noun.get(noun, ()) if name in self.presence.away]
        related = self.list_relatives(owner, noun)
        family = [name for name in related if name in self.presence.recent] or family
        found = [n for n in called if n in related] or called or family or fitting or heard_only
        if found:
            if len(found) > 1:
                self.add_cast_doubt(noun, found[0], found[1:], 0.6)
            # True if the noun for the relative is itself a possessive: in “his bride's sister” the bride is
            # the owner.
            owner_of = self.matches[end - 1][0].endswith(("'s", "’s"))
            self.record_mention(found[0], first, end, owner=owner_of)
            after = self.matches[end : end + 2]
            if not owner_of or any(key_of(word[0]) in BODY for word in after):
                # A relative who is only an owner is not shown: “his father's coat” shows no father.
                self.show_person(found[0])

    def list_people_of_kind(self, plural: str) -> list[str]:
        """Return the people meant by the plural of a noun for them: the nuns, both captains."""
        forms = {plural.removesuffix("s"), plural.removesuffix("es"), plural.removesuffix("ies") + "y"} - {
            plural
        }
        known = [name for form in sorted(forms) for name in self.people.by_noun.get(form, ())]
        return [name for name in dict.fromkeys(known) if name not in self.people.group_of]

    def show_people_of_kind(self, members: Sequence[str], *, counted: bool) -> None:
        """Show those of the people `members` who are present, if the script counts them (`counted`: “both
        captains”) and at least two are present. If the sentence says that they leave or come, record this.
        """
        there = self.presence
        if LEAVE.search(self.text):
            self.out.leaving.update(dict.fromkeys(members))
        elif COME.search(self.text):
            for name in members:
                if name in there.gone:
                    there.gone.discard(name)
                    there.present[name] = None
        here = [name for name in members if name in self.list_people_present()]
        if counted and len(here) > 1:
            self.show_people(here)

    def find_indefinite_article(self, keys: Sequence[str], at: int) -> int:
        """Return the index of the indefinite article of the noun at index `at`, or -1. Adjectives may be in
        between.
        """
        for place in range(at - 1, max(-1, at - 4), -1):
            if keys[place] in _INDEFINITE:
                return place
            if keys[place] in _NO_ADJECTIVES or self.matches[place][0].endswith(("'s", "’s")):
                break
        return -1

    def is_sentence_subject(self, keys: Sequence[str], article: int) -> bool:
        """Return True if the noun of an unknown person is the topic of the sentence. It is not in “like a
        man” or “with a woman”.
        """
        return article == 0 or keys[article - 1] not in _BEFORE_AN_OBJECT

    def exclude_people_present(self, noun: str, keys: Sequence[str], article: int) -> None:
        """Record the people whom later uses of a noun cannot mean. If “A man” is introduced, “the man” in
        later sentences is none of the people who were present at that point.
        """
        before = self.text[: self.matches[article].start()].rstrip()
        if not before.endswith(",") and not (article and keys[article - 1] in _SAYS_WHAT):
            self.presence.others[noun] = frozenset(self.presence.present)

    def show_acting_stranger(self, noun: str, gender: str, at: int) -> None:
        """Show an unnamed person who acts (“A docker laughs.”). If the noun fits the next new speaker, whom
        no action names, this speaker is shown, with a doubt.
        """
        newcomer = self.presence.newcomer
        is_anybody = noun in _ANYBODY
        if (
            newcomer
            and self.people.may_have_gender(newcomer, gender)
            and is_anybody
            and not self.presence.montage
        ):
            self.presence.newcomer = ""
            if not self.introduces_unknown_person([key_of(match[0]) for match in self.matches], at):
                # Otherwise no mention is recorded here. The code that reads looks then finds out by itself
                # who the unnamed person is.
                self.record_mention(
                    newcomer,
                    at,
                    at + 1,
                )
            self.show_person(newcomer)
            self.add_cast_doubt(f"a {noun}", newcomer, (), 0.6, "who speaks next has not been seen yet")
            return
        self.stranger = gender
        if not self.out.seen:
            self.out.acted = True

    def list_counted_people(self, key: str, after: str) -> list[str]:
        """Return the people whom words for a number of people mean: “both women” or “neither man” if exactly
        two people fit, or “all four” if exactly four people are present. Otherwise return an empty list.
        """
        here = self.list_people_present()
        if key == "all":
            return here if COUNTS.get(after) == len(here) else []
        gender = {"man": "he", "men": "he", "woman": "she", "women": "she"}.get(after, "")
        fitting = [name for name in here if gender and self.people.has_gender(name, gender)]
        return fitting if len(fitting) == 2 else []

    def introduces_unknown_person(self, keys: Sequence[str], at: int) -> bool:
        """Return True if the noun at index `at` introduces an unknown person: it begins the sentence or
        follows a colon, with an indefinite article.
        """
        article = next((place for place in (at - 1, at - 2) if place >= 0 and keys[place] in ("a", "an")), -1)
        if article < 0 or keys[at] not in GENERIC or self.matches[at][0].endswith(("'s", "’s")):
            return False
        return article == 0 or self.text[: self.matches[article].start()].rstrip().endswith(":")


def _name_contains_word(name: str, word: str) -> bool:
    return word in map(key_of, name.split())
