"""Resolution of pronouns (he, her, they, both) to the people present, the likeliest person first."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.moment import Mention
from milimo_tui.story.reading.people import People, key_of
from milimo_tui.story.reading.plural_words import (
    CROWD,
    PAIRS,
    THINGS_ACT,
    WHOLE,
)
from milimo_tui.story.reading.presence import ActionMeaning, ScenePresence
from milimo_tui.story.screenplay.people_words import (
    BEASTS_PARTS,
    BODY,
    CLOTHES,
    CREATURES,
    GENERIC,
)
from milimo_tui.story.values.doubts import Doubt, DoubtKind

PRONOUNS = {
    "he": "he", "him": "he", "his": "he", "himself": "he",
    "she": "she", "her": "she", "hers": "she", "herself": "she",
}  # fmt: skip
_CLAUSES = frozenset(
    ["and", "as", "but", "while", "when", "until", "before", "after", "because", "where", "who", "that"]
)
_SHIP_WORDS = """bow bows stern deck decks hull mast masts sails funnel funnels keel prow rigging engines hold
bridge gunwale gunwales lights rail wake crew"""
_OF_A_SHIP = frozenset(_SHIP_WORDS.split())
_SHIP = compile_lazily(
    r"\b(?:ship|boat|trawler|ferry|steamer|tug|tugboat|barge|schooner|yacht|liner|freighter|tanker|lifeboat"
    r"|dinghy|launch|smack|ketch|sloop|frigate|destroyer|submarine|vessel|cutter|brig|galleon)\b",
    re.IGNORECASE,
)
_BUT = compile_lazily(r"\b(?:but|except|save)\b")
_EACH = compile_lazily(r"^(?:Every|All|None|Most|Some|Half|Many)\b|\beach\b(?! other)", re.IGNORECASE)
_APPOSED = compile_lazily(r"(?:He|She)\b[^,.;]*, the ([\w-]+) (?:one|woman|man|girl|boy)\b")


@dataclass(slots=True)
class PronounResolver:
    """A sentence of action that is being read, with methods that find the people meant by its pronouns.
    `found` are the people whom the sentence has shown so far.
    """

    text: str
    people: People
    presence: ScenePresence
    out: ActionMeaning
    found: dict[str, None] = field(default_factory=dict)
    matches: list[re.Match[str]] = field(default_factory=list)
    # The genders of people in the sentence who are not in the cast.
    strangers: set[str] = field(default_factory=set)
    mentions: list[Mention] = field(default_factory=list)
    before: frozenset[str] = frozenset()  # The people shown by earlier sentences of the same action.
    stranger: str | None = None  # The gender of the stranger who is the subject of the sentence, or None.

    def show_person(self, name: str) -> None:
        """Record that a person is seen in this sentence."""
        self.found[name] = None
        self.out.seen[name] = None
        self.out.acted = True

    def show_people(self, names: Sequence[str]) -> None:
        """Record that these people are seen, except people who are away from the scene."""
        for name in names:
            if name not in self.presence.away:
                self.show_person(name)

    def record_mention(self, name: str, first: int, end: int, *, owner: bool = False) -> None:
        """Record that the words from index `first` up to but not including `end` mean a person. `owner` is
        True if the person is only named as an owner.
        """
        start, stop = self.matches[first].start(), self.matches[end - 1].end()
        self.mentions.append(Mention(name, start, stop, owner=owner))

    def add_cast_doubt(
        self, words: str, guess: str, others: Sequence[str], probability: float, reason: str = ""
    ) -> None:
        """Record a doubt about the person whom `words` mean, once for each guess. `probability` is the
        probability of `guess`, from 0 to 1, and `others` are the alternatives.
        """
        reason = reason or "the last who fits"
        new = Doubt(DoubtKind.CAST, words, guess, tuple(dict.fromkeys(others))[:3], probability, reason)
        if all(
            known.words.casefold() != words.casefold() or known.guess != guess for known in self.out.doubts
        ):
            self.out.doubts.append(new)

    def find_only_animal(self) -> str:
        """Return the only animal that is present. Return an empty string if there is none, or if there are
        several.
        """
        here = [name for name in self.list_people_present() if self.people.by_name[name].nouns & CREATURES]
        return here[0] if len(here) == 1 else ""

    def list_people_present(self) -> list[str]:
        """Return the people whom group words such as “everyone” can mean: the people present, or in a montage
        the people of the current item.
        """
        there = self.presence
        if there.montage:
            return list(self.out.seen or dict.fromkeys(there.last))
        present = [*(name for name in there.present if name not in there.elsewhere), *self.out.seen]
        # Members of a numbered group (FIRST GUARD, SECOND GUARD) are left out, because scripts mean them by
        # “the guards”, never by “everyone”.
        some = self.people.group_of
        return list(dict.fromkeys(name for name in present if name not in there.gone and name not in some))

    def list_pronoun_candidates(
        self, gender: str, is_object: bool = False, others: Collection[str] = ()
    ) -> list[str]:
        """Return the people whom a pronoun of this gender can mean, the likeliest first, without `others`.
        `is_object` is True if the pronoun is the object of a verb.
        """
        there = self.presence
        mine = list(self.found)
        # Members of a numbered group (FIRST GUARD, SECOND GUARD) are possible only if the last picture shows
        # the group.
        some = self.people.group_of
        order = [
            *mine, self.out.subject, *reversed(self.out.seen), self.out.owner, there.subject, *there.last,
            *(name for name in (*there.together, *reversed(there.present)) if name not in some),
        ]  # fmt: skip
        known = dict.fromkeys(
            name for name in order if name and not {name} & {*there.away, *there.gone, *others}
        )
        certain = [name for name in known if self.people.has_gender(name, gender)]
        certain = [
            name for name in certain if name not in there.elsewhere or name == there.subject
        ] or certain
        if (
            is_object
            and mine
            and len(certain) > 1
            and certain[0] == mine[0]
            and not (self.strangers or self.has_new_subject())
        ):
            # The acting person and the object of the act are two different people.
            certain = [*certain[1:], certain[0]]
        if len(mine) == 1 and not is_object and self.people.by_name[mine[0]].gender == "":
            # “His” means the subject, even if the subject's gender is unknown: “The spice seller leaves his
            # stall.”
            certain = [mine[0], *certain]
        ahead = [n for n in self.out.ahead if n not in others and self.people.has_gender(n, gender)]
        if certain:
            return certain
        if ahead:
            return ahead
        maybe = [name for name in known if self.people.may_have_gender(name, gender)]
        if maybe:
            return maybe
        fitting = [name for name in reversed(there.recent) if self.people.has_gender(name, gender)]
        later = [name for name in there.expected if self.people.has_gender(name, gender)]
        ordered = dict.fromkeys((*(n for n in fitting if n in later), *fitting, *later))
        return [name for name in ordered if name not in there.away and name not in others]

    def has_new_subject(self) -> bool:
        """Return True if the sentence has changed from its first subject to another acting person: “As she
        passes her son, he takes …”.
        """
        last = self.mentions[-1] if self.mentions else None
        subject = next(iter(self.found), "")
        return last is not None and last.name != subject and self.text[last.start : last.end] in ("he", "she")

    def resolve_pronoun(self, key: str, token: str, is_object: bool, at: int) -> None:
        """Show the likeliest person whom a singular pronoun means, and record a doubt if the pronoun also
        fits other people.
        """
        gender = PRONOUNS[key]
        before = key_of(self.matches[at - 1][0]) if at else ""
        others = self.list_names_later_in_clause(at) if key in ("he", "she") else frozenset[str]()
        if GENERIC.get(before) == gender and gender in self.strangers:
            return  # The pronoun means the unnamed person: “a barber and the man he's shaving”.
        if not self.found and at and _EACH.search(self.text, 0, self.matches[at].start()):
            # The pronoun means each member of a group: “Every one of them is in a cardigan of her own
            # making.”
            return
        if key == "her" and self.belongs_to_ship(at):
            return  # The pronoun means a ship: “A trawler noses in. On her bow …”
        self.out.acted = True
        candidates = self.list_pronoun_candidates(gender, is_object, others)
        goes_on = key in ("he", "she") or self.stranger is not None
        if goes_on and not self.found and self.may_mean_stranger(gender):
            # The people already present are not the new man: “A man gets out of it. He puts a torch on the
            # mud.”
            candidates = [n for n in candidates if n not in self.presence.present and n not in self.out.seen]
            if not candidates:
                self.stranger = self.out.stranger
                return
        if (beast := self.find_only_animal()) and BEASTS_PARTS & {
            key_of(word[0]) for word in self.matches[at:]
        }:
            candidates = [beast]  # A body part shows that the animal is meant: “He takes it in one claw.”
        if (
            at == 0
            and (apposed := _APPOSED.match(self.text))
            and (one := self.people.find_by_name_word(apposed[1]))
        ):
            # A description after a comma shows who “she” is: “She sits down, the tall one, camel coat and
            # all.”
            candidates = [one]
        strangers = self.strangers | self.out.strangers
        if (
            self.presence.montage
            and candidates
            and candidates[0] not in self.out.seen
            and {gender, ""} & strangers
        ):
            return  # The pronoun may mean a person who is not in the cast: “She sees the BUTCHER. He bows.”
        if not candidates or (
            candidates[0] not in self.found and self.strangers & {gender, ""} and key not in ("he", "she")
        ):
            return
        person = candidates[0]
        rivals = [name for name in candidates[1:] if name in self.presence.present]
        if not self.people.has_gender(person, gender):
            self.add_cast_doubt(token, person, rivals, 0.4, f"nothing says that {person} is {gender}")
        elif rivals and person not in self.found:
            probability = 0.8 if person == self.presence.subject or person == self.out.subject else 0.6
            self.add_cast_doubt(token, person, rivals, probability)
        elif person not in self.presence.present and person not in self.out.seen:
            self.add_cast_doubt(token, person, rivals, 0.7, "named in an earlier scene")
        if self.is_absent_owner(key, at, person):
            self.record_mention(person, at, at + 1, owner=True)
            return
        if key not in ("him", "himself", "herself"):
            self.record_mention(person, at, at + 1, owner=key not in ("he", "she"))
        self.show_person(person)

    def belongs_to_ship(self, at: int) -> bool:
        """Return True if a possessive at index `at` belongs to a ship: a part of a ship follows, and the text
        mentions a ship.
        """
        part = key_of(self.matches[at + 1][0]) if at + 1 < len(self.matches) else ""
        sentence = self.out.actions[-1].sentence if self.out.actions else ""
        return part in _OF_A_SHIP and _SHIP.search(f"{sentence} {self.text}") is not None

    def is_absent_owner(self, key: str, at: int, owner: str) -> bool:
        """Return True if “his” or “her” before a thing, as in “her shoes”, means an owner who is absent while
        another person handles the thing. `owner` is the owner's name.
        """
        if key not in ("his", "her") or not self.found or at + 1 >= len(self.matches):
            return False
        there = self.presence
        here = (
            owner in self.found or owner in there.present or owner in self.out.seen or owner in self.out.ahead
        )
        word = key_of(self.matches[at + 1][0])
        return not here and word not in BODY - CLOTHES and not there.montage

    def may_mean_stranger(self, gender: str) -> bool:
        """Return True if a pronoun can mean the stranger of the previous sentence. In “A nurse passes. He
        stops her.” the word “He” cannot.
        """
        if self.out.stranger != "":
            return self.out.stranger == gender
        return all(PRONOUNS.get(key_of(match[0]), gender) == gender for match in self.matches)

    def list_names_later_in_clause(self, at: int) -> frozenset[str]:
        """Return the people named later in the same clause. A subject pronoun at index `at` cannot mean them:
        the “He” of “He moves Tom aside.” is not Tom.

        A name never means the same person as the pronoun subject of its clause (Reinhart 1983, condition C).
        """
        found: list[str] = []
        for before, match in pairwise(self.matches[at:]):
            between = self.text[before.end() : match.start()]
            if between.strip() or match[0].casefold() in _CLAUSES:
                break
            if match[0][0].isupper() and (rows := self.people.by_word.get(key_of(match[0]))):
                found.extend(name for key, name in rows if len(key) == 1)
        return frozenset(found)

    def resolve_plural_pronoun(self, key: str, at: int) -> None:
        """Show the people whom a plural pronoun means, unless the pronoun may mean things or a crowd."""
        self.out.acted = True
        acting = key == "they" and not self.out.seen and self.out.actions
        if acting and any(THINGS_ACT.search(action.sentence) for action in acting):
            return  # The pronoun means things: “The visors go up. They are all blue.”
        if len(self.found) > 1 or (len(self.out.seen) > 1 and key not in WHOLE):
            self.show_people(list(self.out.seen)) if key not in ("them", "their") else None
            return
        if key in ("them", "their") and self.found and len(self.presence.present) < 2:
            return
        if key in ("they", "them", "their", "both", "neither") and self.may_mean_things(key):
            return
        if (
            key not in WHOLE
            and not self.out.seen
            and any(CROWD.search(action.sentence) for action in self.out.actions)
        ):
            return  # The pronoun means a crowd: “The dockers come on. They sing.”
        there = self.list_people_present()
        if not there and key in ("they", "both", "neither") and not at and not self.out.actions:
            there = self.list_last_pair()
        if key in WHOLE and (_BUT.search(self.text) or self.presence.crowd):
            return
        if key not in WHOLE and len(there) > 2:
            latest = list(dict.fromkeys((*self.presence.last, *self.presence.together)))
            pair = [name for name in latest if name in there]
            there = pair[:2] if len(pair) >= 2 else there[-2:]
            self.add_cast_doubt(
                key, ", ".join(there), [name for name in self.list_people_present() if name not in there], 0.6
            )
        self.show_people(there)

    def list_last_pair(self) -> list[str]:
        """Return the two people whom “they” means at the beginning of a scene, before anybody is seen in it.
        These are the last two people seen in the film so far who also appear in this scene.
        """
        if self.presence.montage:
            return []
        found = [name for name in self.presence.recent if name in self.presence.expected][-2:]
        pair = list(self.presence.recent)[-2:]
        goes_on = set(pair) & set(self.presence.expected) or not self.presence.expected
        return found if len(found) > 1 else pair if goes_on and len(pair) > 1 else []

    def list_people_of_count(self, count: int) -> list[str]:
        """Return a group of exactly `count` people whom words such as “the three” can mean. These are the
        people present, or, if nobody was seen in the scene yet, the people named next or seen last.
        """
        there = self.presence
        here = self.list_people_present()
        pools = [here] if here else [there.coming, there.ahead, self.list_last_seen(count)]
        return next((list(pool) for pool in pools if len(pool) == count), [])

    def list_last_seen(self, count: int) -> list[str]:
        """Return the last `count` people seen in the film. Return an empty list if other people appear in the
        present scene.
        """
        last = list(self.presence.recent)[-count:]
        return last if set(self.presence.expected) <= set(last) else []

    def may_mean_things(self, key: str) -> bool:
        """Return True if a plural pronoun such as “them” probably means things that the text has just named,
        such as “her eyes” or “both hands”, and not people.
        """
        own = [] if key == "they" else [self.text]
        before = "".join([*(action.sentence for action in self.out.actions[-1:]), *own])
        if key in ("both", "neither"):
            return (
                re.search(rf"\b{key} (?:of )?(?:his|her|the|its)?\s?(?:{PAIRS})\b", self.text, re.I)
                is not None
            )
        return len(self.out.seen) < 2 and re.search(rf"\b(?:{PAIRS})\b", before, re.IGNORECASE) is not None
