"""Resolve pronouns (he, her, they, both) to the people present, the likeliest person first."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.many_words import (
    CROWD,
    PAIRS,
    THINGS_ACT,
    WHOLE,
)
from milimo_tui.story.reading.moment import Mention
from milimo_tui.story.reading.people import People, key_of
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
    """A sentence of action while it is read, with the people it has shown so far."""

    text: str
    people: People
    there: ScenePresence
    out: ActionMeaning
    found: dict[str, None] = field(default_factory=dict)
    matches: list[re.Match[str]] = field(default_factory=list)
    strangers: set[str] = field(default_factory=set)  # genders of people in it who are not in the cast
    mentions: list[Mention] = field(default_factory=list)
    before: frozenset[str] = frozenset()  # people shown by the sentences before
    stranger: str | None = None  # gender of the stranger whom the sentence is about

    def show_person(self, name: str) -> None:
        """Record that a person is seen in this sentence."""
        self.found[name] = None
        self.out.seen[name] = None
        self.out.acted = True

    def show_people(self, names: Sequence[str]) -> None:
        """Record that these people are seen, except people who are away."""
        for name in names:
            if name not in self.there.away:
                self.show_person(name)

    def record_mention(self, name: str, first: int, end: int, *, owner: bool = False) -> None:
        """Record that the words from index `first` up to but not including `end` mean a person."""
        start, stop = self.matches[first].start(), self.matches[end - 1].end()
        self.mentions.append(Mention(name, start, stop, owner=owner))

    def add_cast_doubt(
        self, words: str, guess: str, others: Sequence[str], sure: float, reason: str = ""
    ) -> None:
        """Record a doubt about the person whom words mean, once for each guess."""
        reason = reason or "the last who fits"
        new = Doubt(DoubtKind.CAST, words, guess, tuple(dict.fromkeys(others))[:3], sure, reason)
        if all(
            known.words.casefold() != words.casefold() or known.guess != guess for known in self.out.doubts
        ):
            self.out.doubts.append(new)

    def find_only_animal(self) -> str:
        """Return the only animal present, or an empty string if there is none or several."""
        here = [name for name in self.list_people_present() if self.people.by_name[name].nouns & CREATURES]
        return here[0] if len(here) == 1 else ""

    def list_people_present(self) -> list[str]:
        """Return the people whom group words can mean here; in a montage, those of the current item."""
        there = self.there
        if there.montage:
            return list(self.out.seen or dict.fromkeys(there.last))
        present = [*(name for name in there.present if name not in there.elsewhere), *self.out.seen]
        some = self.people.group_of  # A group is meant by its own name, never by “everyone”.
        return list(dict.fromkeys(name for name in present if name not in there.gone and name not in some))

    def list_pronoun_candidates(
        self, gender: str, is_object: bool = False, others: Collection[str] = ()
    ) -> list[str]:
        """Return the people whom a pronoun can mean, the likeliest first, without `others`."""
        there = self.there
        mine = list(self.found)
        # A pronoun means a member of a group only while the picture shows the group.
        some = self.people.group_of
        order = [
            *mine, self.out.subject, *reversed(self.out.seen), self.out.owner, there.subject, *there.last,
            *(name for name in (*there.together, *reversed(there.present)) if name not in some),
        ]  # fmt: skip
        known = dict.fromkeys(
            name for name in order if name and not {name} & {*there.away, *there.gone, *others}
        )
        sure = [name for name in known if self.people.has_gender(name, gender)]
        sure = [name for name in sure if name not in there.elsewhere or name == there.subject] or sure
        if (
            is_object
            and mine
            and len(sure) > 1
            and sure[0] == mine[0]
            and not (self.strangers or self.has_new_subject())
        ):
            sure = [*sure[1:], sure[0]]  # The actor and the object are two people.
        if len(mine) == 1 and not is_object and self.people.by_name[mine[0]].gender == "":
            sure = [mine[0], *sure]  # “The spice seller leaves his stall.”: the stall is the seller's.
        ahead = [n for n in self.out.ahead if n not in others and self.people.has_gender(n, gender)]
        if sure:
            return sure
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
        """Return True if another person than the first subject acts by now: “As she passes her son, he takes
        …”.
        """
        last = self.mentions[-1] if self.mentions else None
        subject = next(iter(self.found), "")
        return last is not None and last.name != subject and self.text[last.start : last.end] in ("he", "she")

    def resolve_pronoun(self, key: str, token: str, is_object: bool, at: int) -> None:
        """Show the likeliest person whom a singular pronoun means, and record a doubt if others fit."""
        gender = PRONOUNS[key]
        before = key_of(self.matches[at - 1][0]) if at else ""
        others = self.list_names_later_in_clause(at) if key in ("he", "she") else frozenset[str]()
        if GENERIC.get(before) == gender and gender in self.strangers:
            return  # “a barber and the man he's shaving”
        if not self.found and at and _EACH.search(self.text, 0, self.matches[at].start()):
            return  # “Every one of them is in a cardigan of her own making.”
        if key == "her" and self.belongs_to_ship(at):
            return  # “A trawler noses in. On her bow …”
        self.out.acted = True
        candidates = self.list_pronoun_candidates(gender, is_object, others)
        goes_on = key in ("he", "she") or self.stranger is not None
        if goes_on and not self.found and self.may_mean_stranger(gender):
            # “A man gets out of it. He puts a torch on the mud.”: people already present are not the new man.
            candidates = [n for n in candidates if n not in self.there.present and n not in self.out.seen]
            if not candidates:
                self.stranger = self.out.stranger
                return
        if (beast := self.find_only_animal()) and BEASTS_PARTS & {
            key_of(word[0]) for word in self.matches[at:]
        }:
            candidates = [beast]  # “He takes it in one claw.”
        if (
            at == 0
            and (apposed := _APPOSED.match(self.text))
            and (one := self.people.find_by_name_word(apposed[1]))
        ):
            candidates = [one]  # “She sits down, the tall one, camel coat and all.”
        strangers = self.strangers | self.out.strangers
        if (
            self.there.montage
            and candidates
            and candidates[0] not in self.out.seen
            and {gender, ""} & strangers
        ):
            return  # “She sees the BUTCHER. He bows.”
        if not candidates or (
            candidates[0] not in self.found and self.strangers & {gender, ""} and key not in ("he", "she")
        ):
            return
        who = candidates[0]
        rivals = [name for name in candidates[1:] if name in self.there.present]
        if not self.people.has_gender(who, gender):
            self.add_cast_doubt(token, who, rivals, 0.4, f"nothing says that {who} is {gender}")
        elif rivals and who not in self.found:
            sure = 0.8 if who == self.there.subject or who == self.out.subject else 0.6
            self.add_cast_doubt(token, who, rivals, sure)
        elif who not in self.there.present and who not in self.out.seen:
            self.add_cast_doubt(token, who, rivals, 0.7, "named in an earlier scene")
        if self.is_absent_owner(key, at, who):
            self.record_mention(who, at, at + 1, owner=True)
            return
        if key not in ("him", "himself", "herself"):
            self.record_mention(who, at, at + 1, owner=key not in ("he", "she"))
        self.show_person(who)

    def belongs_to_ship(self, at: int) -> bool:
        """Return True if a word precedes a part of a ship that the paragraph mentions."""
        part = key_of(self.matches[at + 1][0]) if at + 1 < len(self.matches) else ""
        told = self.out.told[-1].sentence if self.out.told else ""
        return part in _OF_A_SHIP and _SHIP.search(f"{told} {self.text}") is not None

    def is_absent_owner(self, key: str, at: int, who: str) -> bool:
        """Return True if the owner of “her shoes” is absent, so that another person holds them."""
        if key not in ("his", "her") or not self.found or at + 1 >= len(self.matches):
            return False
        there = self.there
        here = who in self.found or who in there.present or who in self.out.seen or who in self.out.ahead
        word = key_of(self.matches[at + 1][0])
        return not here and word not in BODY - CLOTHES and not there.montage

    def may_mean_stranger(self, gender: str) -> bool:
        """Return True if a pronoun can mean the previous stranger: not so in “A nurse passes. He stops
        her.”
        """
        if self.out.stranger != "":
            return self.out.stranger == gender
        return all(PRONOUNS.get(key_of(match[0]), gender) == gender for match in self.matches)

    def list_names_later_in_clause(self, at: int) -> frozenset[str]:
        """Return the people whom the rest of a clause names: the “He” of “He moves Tom aside.” is not Tom.

        A name never means the person whom the pronoun subject of its clause means (Reinhart 1983, condition
        C).
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
        """Show the people whom a plural pronoun means, unless it may mean things or a crowd."""
        self.out.acted = True
        acting = key == "they" and not self.out.seen and self.out.told
        if acting and any(THINGS_ACT.search(told.sentence) for told in acting):
            return  # “The visors go up. They are all blue.”
        if len(self.found) > 1 or (len(self.out.seen) > 1 and key not in WHOLE):
            self.show_people(list(self.out.seen)) if key not in ("them", "their") else None
            return
        if key in ("them", "their") and self.found and len(self.there.present) < 2:
            return
        if key in ("they", "them", "their", "both", "neither") and self.may_mean_things(key):
            return
        if (
            key not in WHOLE
            and not self.out.seen
            and any(CROWD.search(told.sentence) for told in self.out.told)
        ):
            return  # “The dockers come on. They sing.”
        there = self.list_people_present()
        if not there and key in ("they", "both", "neither") and not at and not self.out.told:
            there = self.list_last_pair()
        if key in WHOLE and (_BUT.search(self.text) or self.there.crowd):
            return
        if key not in WHOLE and len(there) > 2:
            latest = list(dict.fromkeys((*self.there.last, *self.there.together)))
            pair = [name for name in latest if name in there]
            there = pair[:2] if len(pair) >= 2 else there[-2:]
            self.add_cast_doubt(
                key, ", ".join(there), [name for name in self.list_people_present() if name not in there], 0.6
            )
        self.show_people(there)

    def list_last_pair(self) -> list[str]:
        """Return the people of “they” before anybody is seen in a scene: the last two people of the film who
        are in it.
        """
        if self.there.montage:
            return []
        found = [name for name in self.there.recent if name in self.there.expected][-2:]
        pair = list(self.there.recent)[-2:]
        goes_on = set(pair) & set(self.there.expected) or not self.there.expected
        return found if len(found) > 1 else pair if goes_on and len(pair) > 1 else []

    def list_people_of_count(self, count: int) -> list[str]:
        """Return a group of exactly this size: the people present, or, before anybody is seen, the people
        named next.
        """
        there = self.there
        here = self.list_people_present()
        pools = [here] if here else [there.coming, there.ahead, self.list_last_seen(count)]
        return next((list(pool) for pool in pools if len(pool) == count), [])

    def list_last_seen(self, count: int) -> list[str]:
        """Return the last people of the film of this number, if the scene continues with nobody else."""
        last = list(self.there.recent)[-count:]
        return last if set(self.there.expected) <= set(last) else []

    def may_mean_things(self, key: str) -> bool:
        """Return True if “them” rather means things that the text has just named: her eyes, both hands."""
        own = [] if key == "they" else [self.text]
        before = "".join([*(told.sentence for told in self.out.told[-1:]), *own])
        if key in ("both", "neither"):
            return (
                re.search(rf"\b{key} (?:of )?(?:his|her|the|its)?\s?(?:{PAIRS})\b", self.text, re.I)
                is not None
            )
        return len(self.out.seen) < 2 and re.search(rf"\b(?:{PAIRS})\b", before, re.IGNORECASE) is not None
