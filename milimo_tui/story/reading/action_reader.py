"""Reads who is meant in a piece of action: names, nouns, pronouns, groups; who comes and who goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from milimo_tui.story.reading.act_words import ACTS, BASES, begins_with_act
from milimo_tui.story.reading.moment import Mention, Told
from milimo_tui.story.reading.people import WORD, People, key_of
from milimo_tui.story.screenplay.people_words import (
    BEASTS_PARTS,
    BIRDS,
    CREATURES,
    GENERIC,
    KIN,
    OLDER_KIN,
    ROLES,
    SYNONYMS,
    YOUNG,
    YOUNGER_KIN,
)
from milimo_tui.story.values.doubts import Doubt, DoubtKind
from milimo_tui.story.values.text import sentences

_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]")
_PRONOUNS = {
    "he": "he", "him": "he", "his": "he", "himself": "he",
    "she": "she", "her": "she", "hers": "she", "herself": "she",
}  # fmt: skip
_THEY = frozenset(
    {"they", "them", "their", "themselves", "both", "neither", "everyone", "everybody", "nobody"}
)
_ALL_OF = frozenset(
    ["the", "both", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "all"]
)
_WINGS = frozenset(["wing", "wings", "feather", "feathers", "beak", "bill", "crest", "talon", "talons"])
_LOOKS = frozenset(["says", "knows", "thinks", "growls", "barks", "whines", "sniffs", "pants", "licks"])
_BY_GENDER = frozenset(
    ["boy", "guy", "gentleman", "lad", "bloke", "fellow", "chap", "dude", "girl", "lady", "gal", "lass"]
)
_WHOLE = frozenset({"everyone", "everybody", "nobody"})
_THE = frozenset(
    {"the", "this", "that", "both", "other", "older", "younger", "young", "old", "little", "and"}
)
_BODY_WORDS = """hand hands finger fingers thumb palm fist arm arms wrist elbow shoulder shoulders face
eye eyes lip lips mouth chin cheek brow forehead head hair ear ears neck back chest knee knees leg
legs foot feet toe toes boot boots shoe shoes sleeve coat jacket collar hat cap glove gloves dress
apron smile voice body lap hip heart breath grin gaze"""
_BODY = frozenset(_BODY_WORDS.split())
_NO_THING_WORDS = """and or but as while when then to in on at with from by for of into over under out up
down off away back through across behind beside again too is was the a an who without before after
until like about around round"""
_PAIRS = "|".join(
    (
        "eyes|hands|fingers|arms|boots|shoes|feet|lips|legs|glasses|gloves",
        "spectacles|ears|knees|keys|papers|words",
    )
)
_NO_THINGS = frozenset(_NO_THING_WORDS.split())
_BESIDE = frozenset(["front", "ahead", "side", "back"])  # “in front of Chidi” shows him
_ONLY_SPOKEN_OF = frozenset(["about", "of", "remembers", "misses", "called", "named", "like"])
_LEAVES = re.compile(
    r"\b(?:(?:goes|walks|runs|storms|steps|slips|heads|strides|hurries|rushes|marches|stalks|crawls|shuffles|drives|rides)"
    r" (?:\w+ ){0,2}?(?:out|off|away)\b(?! (?:of )?(?:her|his|their|the) (?:hair|head|coat|hands?|step))"
    r"(?! (?:to|towards?) (?:him|her|them|(?-i:[A-Z])))"
    r"|(?:waits|stays|steps|goes|walks|runs) outside\b"
    r"|goes\b(?=\s*(?:[.;!]|$))"
    r"|exits\b|bolts\b(?! the)|vanishes\b|disappears\b|departs\b"
    r"|leaves\b(?! (?:it|them|him|her|an?\b|his|the (?:door|light|money|key))))",
    re.IGNORECASE,
)
_LEAVE = re.compile(
    r"\b(?:(?:go|walk|run|storm|step|slip|head|stride|hurry|rush|march|stalk|crawl|shuffle|drive|ride|file|troop"
    r"|move|drift|scatter|scurry|trot|creep|sneak|stumble) (?:\w+ ){0,2}?(?:out|off|away)\b"
    r"|exit\b|depart\b|disappear\b|vanish\b|disperse\b|leave\b(?! (?:it|them|him|her|an?|his|their|the)\b))",
    re.IGNORECASE,
)
_COME = re.compile(
    r"\b(?:come|file|walk|run|troop|march|burst|crowd|pour|step|return|enter|reappear|appear|arrive)\b"
    r"(?: (?:back|in|up|out)\b)?",
    re.IGNORECASE,
)
_THINGS_ACT = re.compile(rf"\bthe (?:\w+ )?[a-z]+s (?:{'|'.join(BASES)}|are|were|have)\b", re.IGNORECASE)
_MANY = "|".join(sorted({f"{word}s" for word in (*ROLES, *GENERIC)}, key=len, reverse=True))
_CROWD = re.compile(
    rf"\b(?:the|all|some|many|most|several|hundreds of|thousands of) (?:\w+ )?"
    rf"(?:{_MANY}|people|men|women|children"
    r"|police|crowd|onlookers|passers-by|bystanders|extras|fans|workers|players|dancers)\b",
    re.IGNORECASE,
)
_MASS = """people men women children kids boys girls crowd mob throng queue audience congregation band
orchestra choir procession parade marchers mourners spectators fans onlookers passers-by
bystanders shoppers commuters travellers travelers diners drinkers revellers revelers
protesters demonstrators protestors rioters villagers townsfolk townspeople police cops troops
soldiers jury jurors gang team crew squad regiment platoon class family families couples
strangers heads faces hands everybody"""
_CROWD_ACTS = re.compile(
    r"(?:(?:The|A|An|Some|All|Most|Many|Several|Other|More|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Twelve"
    r"|Twenty|Dozens|Hundreds|Thousands|Half|Part|One)\b(?: hundred| thousand| dozen)?(?: of)?(?: the)? )?"
    rf"(?:[a-z-]+ )?(?:{_MANY}|{'|'.join(_MASS.split())})\b(?!['’])",
    re.IGNORECASE,
)
_HOLDS = frozenset(
    ["takes", "grabs", "catches", "seizes", "squeezes", "pats", "kisses", "grips", "tugs", "clasps"]
)
_HELD = frozenset(
    ["arm", "hand", "elbow", "wrist", "shoulder", "sleeve", "cheek", "forehead", "hands", "shoulders"]
)
_OFF = re.compile(r"(?:Out|Off|Away|Gone)\b(?:[ ,]|\.$)(?! of (?:breath|nothing|nowhere|it)\b)")
_ALONE = re.compile(r"\balone\b", re.IGNORECASE)
_TWO_OR_THREE = re.compile(
    r"\b(?:two|three|four|all|both|neither|none|each) of them\b|\b(?:two|three|four) heads\b", re.IGNORECASE
)
_OTHERS = re.compile(
    r"\bthe other (?:two|three|four|one)\b|\bthe others\b"
    rf"|(?<!after )(?<!to )(?<!or )\bthe other(?=\s*(?:[.,;!?]|$)|\s(?:{'|'.join(sorted(ACTS))}|is|was"
    rf"|has)\b)",
    re.IGNORECASE,
)


_ONE_OF_A_PAIR = re.compile(
    rf"\bone (?:of (?:his|her|their) )?(?:\w+ )?(?:{'|'.join(sorted(_BODY))})\b.*\bthe other\b", re.IGNORECASE
)
_ALL_OTHERS = re.compile(r"\bthe others\b|\bthe other (?:two|three|four)\b", re.IGNORECASE)
_APPOSED = re.compile(r"(?:He|She)\b[^,.;]*, the ([\w-]+) (?:one|woman|man|girl|boy)\b")
_PEEPS = re.compile(
    r"\b(?:puts|pokes|sticks|pops|thrusts|shoves) (?:his|her|their|an?) (?:\w+ ){0,2}(?:head|face|nose) "
    r"(?:in|out|round|around|through|over)\b|\b(?:head|face) (?:appears|comes) (?:in|round|around|through"
    r"|at)\b",
    re.IGNORECASE,
)
_PEEPED = re.compile(
    r"\b(?:head|face) (?:is (?:withdrawn|gone)|withdraws|disappears|vanishes|goes|retreats|pulls back"
    r"|ducks out)\b"
    r"|\bthe (?:door|hatch|curtain|shutter) (?:shuts|closes|slams|falls)\b",
    re.IGNORECASE,
)
_SENDS = re.compile(
    r"\b(?:motions|waves|sends|ushers|shows|shoos|orders|throws|kicks|marches|drags|sees|hustles|escorts"
    r"|leads|takes|helps|carries|wheels|bundles|pushes|shoves|walks|chases|hauls|leads)\b"
    r" (?P<who>.*?)\b(?:out|away|off)\b(?! of (?:bed|breath|his|her))",
    re.IGNORECASE,
)


_BEHIND_IS = frozenset(
    ["already", "been", "gone", "got", "here", "not", "now", "still", "there", "the", "a", "an"]
)


def _is_verb_behind_is(word: str) -> bool:
    """Whether a word behind `’s` says that this stands for “is” or “has”."""
    stem = word.removesuffix("ing")
    return word in _BEHIND_IS or (stem != word and not ACTS.isdisjoint((f"{stem}s", f"{stem}es")))


@dataclass(slots=True)
class Presence:
    """Who is there (the latest last), who acted last, who was in the last pictures; `recent`: in the film."""

    present: dict[str, None] = field(default_factory=dict)
    subject: str = ""
    last: tuple[str, ...] = ()
    together: tuple[str, ...] = ()  # the last picture of more than one
    recent: dict[str, None] = field(default_factory=dict)
    expected: tuple[str, ...] = ()  # of this scene, at any time
    away: frozenset[str] = frozenset()
    gone: set[str] = field(default_factory=set)
    montage: bool = False  # each picture is of its own
    elsewhere: dict[str, None] = field(default_factory=dict)  # who stayed at another spot of this place
    peeping: str = ""  # whose head alone has come in

    def saw(self, names: Iterable[str]) -> None:
        """Keep that these were in the picture."""
        shown = tuple(dict.fromkeys(names))
        for name in shown:
            for held in (self.present, self.recent):
                held.pop(name, None)
                held[name] = None
            self.gone.discard(name)
        if shown:
            self.last = shown
        if len(shown) > 1:
            self.together = shown


@dataclass(slots=True)
class Meant:
    """Who is in a piece of action; `near` are only named."""

    seen: dict[str, None] = field(default_factory=dict)
    near: dict[str, None] = field(default_factory=dict)
    leaving: dict[str, None] = field(default_factory=dict)
    subject: str = ""
    doubts: list[Doubt] = field(default_factory=list)
    alone: bool = False
    owner: str = ""  # whose something was the first that is named: “One of Carla's phones buzzes.”
    ahead: tuple[str, ...] = ()  # whom the text names anywhere
    acted: bool = False  # a pronoun or a name was read at all
    told: list[Told] = field(default_factory=list)


def read_action(text: str, people: People, there: Presence) -> Meant:
    """Who is meant in an action, sentence by sentence."""
    out = Meant(ahead=tuple(named_in(text, people)))
    for sentence in sentences(_QUOTED.sub(" ", text)):
        _Sentence(sentence, people, there, out).read()
    return out


def named_in(text: str, people: People) -> dict[str, None]:
    """Everybody named in a text otherwise than as an owner."""
    tokens = WORD.findall(text)
    keys = [key_of(token) for token in tokens]
    out: dict[str, None] = {}
    for at, token in enumerate(tokens):
        if not token[0].isupper():
            continue
        for name_key, name in people.by_word.get(keys[at], ()):
            end = at + len(name_key)
            if tuple(keys[at:end]) == name_key:
                if not tokens[end - 1].casefold().endswith(("'s", "’s")):
                    out[name] = None
                break
    return out


@dataclass(slots=True)
class _Sentence:
    text: str
    people: People
    there: Presence
    out: Meant
    found: dict[str, None] = field(default_factory=dict)
    matches: list[re.Match[str]] = field(default_factory=list)
    strangers: set[str] = field(default_factory=set)  # genders of people in it who are not of the cast
    mentions: list[Mention] = field(default_factory=list)

    def read(self) -> None:
        self.matches = list(WORD.finditer(self.text))
        tokens = [match[0] for match in self.matches]
        keys = [key_of(token) for token in tokens]
        at = 0
        while at < len(tokens):
            at += self.word(tokens, keys, at)
        off = _OFF.match(self.text) is not None and not self.found
        if begins_with_act(keys) or off:
            self.goes_on()
        if off:
            self.out.leaving.update(dict.fromkeys(self.leavers(0)))
        if _OTHERS.search(self.text) and not _ONE_OF_A_PAIR.search(self.text):
            self.others()
        elif _TWO_OR_THREE.search(self.text):
            self.group(self.those_there())
        if self.found and (leaves := _LEAVES.search(self.text)):
            self.out.leaving.update(dict.fromkeys(self.leavers(leaves.start())))
        if not self.found and _CROWD_ACTS.match(self.text):
            self.out.acted = True  # “The dockers cheer.”: it is they who are seen
        self.sent_and_peeping()
        if self.found and _ALONE.search(self.text):
            self.out.alone = True
        if (self.found and not self.out.subject) or self.found:
            self.out.subject = next(iter(self.found))
        self.out.told.append(Told(self.text, tuple(self.mentions)))

    def sent_and_peeping(self) -> None:
        """Whoever is sent out goes; a head that came in goes again."""
        there = self.there
        if sent := _SENDS.search(self.text):
            inside = [
                each.name
                for each in self.mentions
                if sent.start("who") <= each.start < sent.end() and each.name
            ]
            self.out.leaving.update(
                dict.fromkeys(name for name in inside if name not in list(self.found)[:1])
            )
        if _PEEPS.search(self.text) and self.found:
            there.peeping = next(iter(self.found))
        elif there.peeping and _PEEPED.search(self.text):
            self.out.leaving[there.peeping] = None
            there.peeping = ""

    def others(self) -> None:
        """“The others”: all who are here but who acts; “the other” is one, of the same kind."""
        acts = next(iter(self.found), self.there.subject)
        rest = [name for name in self.those_there() if name not in self.found and name != self.there.subject]
        if _ALL_OTHERS.search(self.text):
            rest = rest if len(rest) > 1 else [n for n in self.there.present if n not in (*self.found, acts)]
        else:
            gender = self.people.by_name[acts].gender if acts in self.people.by_name else ""
            rest = [name for name in rest if gender and self.people.fits(name, gender)][-1:] or rest
        self.group(rest)

    def goes_on(self) -> None:
        """A sentence without a subject: whoever acted last goes on."""
        who = self.out.subject or self.there.subject
        self.out.acted = True
        if who and who not in self.there.away and who not in self.there.gone:
            self.found = {who: None, **self.found}
            self.see(who)

    def mention(self, name: str, first: int, end: int, *, owner: bool = False) -> None:
        """Keep by which words, from one up to before another, somebody is meant."""
        start, stop = self.matches[first].start(), self.matches[end - 1].end()
        self.mentions.append(Mention(name, start, stop, owner=owner))

    def leavers(self, at: int) -> list[str]:
        return list(self.found)[:1] if at >= 0 else []

    def word(self, tokens: Sequence[str], keys: Sequence[str], at: int) -> int:
        """Read one word, or a name of several; how many were read."""
        token, key = tokens[at], keys[at]
        if token[0].isupper():
            for name_key, name in self.people.by_word.get(key, ()):
                count = len(name_key)
                if tuple(keys[at : at + count]) == name_key:
                    count += self.has_surname(tokens, keys, at + count)
                    self.name(name, tokens, keys, at, at + count)
                    return count
            if at and keys[at - 1] in _ALL_OF and (family := self.people.families.get(key.removesuffix("s"))):
                self.group(family)  # “the Vanes”
                return 1
        after = keys[at + 1] if at + 1 < len(keys) else ""
        if key in ("his", "her", "their") and (after in KIN or (after in CREATURES)):
            return self.kin(key, after, at)
        if token.endswith(("'s", "’s")) and after in KIN:
            return 1
        if key in BEASTS_PARTS and not self.found and at and keys[at - 1] in _THE and (beast := self.beast()):
            if at < 3 and (key not in _WINGS or self.people.by_name[beast].nouns & BIRDS):
                self.see(beast)  # “The tail beats once.”
        elif (
            key == "it"
            and not at
            and (beast := self.beast())
            and beast in (self.out.subject, self.there.subject)
        ):
            if keys[1:2] and keys[1] in ACTS | _LOOKS:
                self.see(beast)  # “It says nothing.”
        elif key in _PRONOUNS:
            others = key == "him" or (key == "her" and not self.owns(at)) or self.is_held(keys, at)
            self.pronoun(key, token, others, at)
        elif key == "nobody" and at and not self.begins_clause(at):
            self.out.acted = True  # “something nobody hears” shows nobody
        elif key in _THEY and not (key in _WHOLE and token.casefold() != key):  # nobody's visor
            self.they(key)
        elif (
            key == "one" and at > 1 and keys[at - 2] == "the" and (who := self.people.with_word(keys[at - 1]))
        ):
            if who not in self.there.away:
                self.mention(who, at, at + 1)
                self.see(who)
        elif self.is_definite(keys, at) and (
            key in GENERIC or key in ROLES or key in CREATURES or key in KIN or key in self.people.group_nouns
        ):
            self.noun(key, keys, at)
        elif (
            at
            and keys[at - 1] in ("a", "an")
            and key == token.casefold()
            and (whose := self.people.called_just(key))
        ):
            if whose not in self.there.away:
                if whose not in self.there.present and whose not in self.out.seen:
                    self.doubt(f"{keys[at - 1]} {key}", whose, (), 0.7, "somebody is called just that")
                self.mention(whose, at, at + 1)
                self.see(whose)
        elif (at and keys[at - 1] in ("a", "an")) or (token.isupper() and len(token) > 1):
            if key in GENERIC or key in ROLES or key in KIN:
                self.strangers.add(KIN.get(key) or GENERIC.get(key, ""))
                if at < 3 and not self.found and not self.out.seen:
                    self.out.acted = True  # “A docker laughs.”: it is he who is seen
            if self.introduces(keys, at):
                self.mention("", at, at + 1)
        elif self.introduces(keys, at):
            self.mention("", at, at + 1)
        elif key.endswith("s") and key[:-1] in _BY_GENDER and at and keys[at - 1] in ("both", "two", "the"):
            gender = GENERIC[key[:-1]]
            self.group([name for name in self.there.present if self.people.fits(name, gender)])
        elif at and keys[at - 1] in _ALL_OF and (members := self.members(key)):
            self.all_of(members, counted=keys[at - 1] != "the")
        elif key in ("men", "women") and at and keys[at - 1] in ("both", "two", "the"):
            gender = "he" if key == "men" else "she"
            self.group([name for name in self.there.present if self.people.fits(name, gender)])
        return 1

    def has_surname(self, tokens: Sequence[str], keys: Sequence[str], at: int) -> bool:
        """Whether the next word is a surname that another has too: “Eileen Garvey” is no Nora Garvey."""
        if at >= len(tokens) or not tokens[at][0].isupper() or keys[at] not in self.people.by_word:
            return False
        return self.text[self.matches[at - 1].end() : self.matches[at].start()] == " "

    def members(self, plural: str) -> list[str]:
        """Who of the film are meant by the plural of what they are: the nuns, both captains."""
        forms = {plural.removesuffix("s"), plural.removesuffix("es"), plural.removesuffix("ies") + "y"} - {
            plural
        }
        known = [name for form in sorted(forms) for name in self.people.by_noun.get(form, ())]
        return [name for name in dict.fromkeys(known) if name not in self.people.group_of]

    def all_of(self, members: Sequence[str], *, counted: bool) -> None:
        """All of a kind: two of them by themselves, one of them among others who have no name."""
        there = self.there
        if _LEAVE.search(self.text):
            self.out.leaving.update(dict.fromkeys(members))
        elif _COME.search(self.text):
            for name in members:
                if name in there.gone:
                    there.gone.discard(name)
                    there.present[name] = None
        here = [name for name in members if name in self.those_there()]
        if counted and len(here) > 1:
            self.group(here)

    def begins_clause(self, at: int) -> bool:
        """Whether a word stands behind a comma, a dash or the like, or behind “and” or “but”."""
        before = self.text[: self.matches[at].start()].rstrip()
        return before[-1:] in tuple(",;:-–—") or self.matches[at - 1][0].casefold() in ("and", "but")

    def is_held(self, keys: Sequence[str], at: int) -> bool:
        """Whether a word stands for whom somebody else takes by the arm: “A nurse takes her elbow.”"""
        after = keys[at + 1] if at + 1 < len(keys) else ""
        return at > 0 and keys[at] in ("his", "her") and keys[at - 1] in _HOLDS and after in _HELD

    def owns(self, at: int) -> bool:
        """Whether “her” goes with the word behind it."""
        if at + 1 >= len(self.matches):
            return False
        between = self.text[self.matches[at].end() : self.matches[at + 1].start()]
        return between == " " and self.matches[at + 1][0].casefold() not in _NO_THINGS

    def introduces(self, keys: Sequence[str], at: int) -> bool:
        """Whether a noun is a stranger with whom a sentence begins, or goes on behind a colon."""
        article = next((place for place in (at - 1, at - 2) if place >= 0 and keys[place] in ("a", "an")), -1)
        if article < 0 or keys[at] not in GENERIC or self.matches[at][0].endswith(("'s", "’s")):
            return False
        return article == 0 or self.text[: self.matches[article].start()].rstrip().endswith(":")

    def is_definite(self, keys: Sequence[str], at: int) -> bool:
        return at == 0 or keys[at - 1] in _THE or (keys[at - 1] == "of" and keys[at] in GENERIC)

    def name(self, name: str, tokens: Sequence[str], keys: Sequence[str], at: int, end: int) -> None:
        possessive = (
            tokens[end - 1].endswith(("'s", "’s", "s'", "s’"))
            and key_of(tokens[end - 1]) != tokens[end - 1].casefold()
        )
        before = keys[at - 1] if at else ""
        self.out.acted = True
        if possessive:
            after = keys[end : end + 2]
            if after and _is_verb_behind_is(after[0]):
                possessive = False  # “Calvin's waiting in a clip-on tie.”
        if possessive:
            if after and after[0] in KIN:
                self.kin_of(name, after[0], end, end + 1)
            elif any(word in _BODY for word in after) and name not in self.there.away:
                self.see(name)
            elif self.stands_alone(end):
                self.see(name)  # “and slides it into Dot's.”
            elif not at and after and after[0] in ACTS:
                self.see(name)  # “Holm's comes down.”
            elif name in self.there.present:
                self.out.near[name] = None
            if not self.out.seen:
                self.out.owner = name
            self.mention(name, at, end, owner=True)
            return
        if name in self.there.away and at:
            return
        beside = before == "of" and at > 1 and keys[at - 2] in _BESIDE
        if name not in self.there.present and before in _ONLY_SPOKEN_OF and not beside:
            return
        self.mention(name, at, end)
        self.see(name)

    def stands_alone(self, end: int) -> bool:
        """Whether a possessive has nothing behind it that it could go with."""
        rest = self.text[self.matches[end - 1].end() :].lstrip()
        return not rest or rest[0] in ".,;!?"

    def see(self, name: str) -> None:
        self.found[name] = None
        self.out.seen[name] = None
        self.out.acted = True

    def group(self, names: Sequence[str]) -> None:
        for name in names:
            if name not in self.there.away:
                self.see(name)

    def beast(self) -> str:
        """The only beast that is here; empty for none or several."""
        here = [name for name in self.those_there() if self.people.by_name[name].nouns & CREATURES]
        return here[0] if len(here) == 1 else ""

    def those_there(self) -> list[str]:
        there = self.there
        if there.montage:
            return list(self.out.seen or dict.fromkeys(there.last))
        present = [*(name for name in there.present if name not in there.elsewhere), *self.out.seen]
        some = self.people.group_of  # of a group all are meant by its name, none by “everyone”
        return list(dict.fromkeys(name for name in present if name not in there.gone and name not in some))

    def they(self, key: str) -> None:
        self.out.acted = True
        acting = key == "they" and not self.out.seen and self.out.told
        if acting and any(_THINGS_ACT.search(told.sentence) for told in acting):
            return  # “The visors go up. They are all blue.”
        if len(self.found) > 1 or (len(self.out.seen) > 1 and key not in _WHOLE):
            self.group(list(self.out.seen)) if key not in ("them", "their") else None
            return
        if key in ("them", "their") and self.found and len(self.there.present) < 2:
            return
        if key in ("they", "them", "their", "both", "neither") and self.is_of_things(key):
            return
        if (
            key not in _WHOLE
            and not self.out.seen
            and any(_CROWD.search(told.sentence) for told in self.out.told)
        ):
            return  # “The dockers come on. They sing.”
        there = self.those_there()
        if key in _WHOLE and "but" in self.text:
            return
        if key not in _WHOLE and len(there) > 2:
            latest = list(dict.fromkeys((*self.there.last, *self.there.together)))
            pair = [name for name in latest if name in there]
            there = pair[:2] if len(pair) >= 2 else there[-2:]
            self.doubt(key, ", ".join(there), [name for name in self.those_there() if name not in there], 0.6)
        self.group(there)

    def is_of_things(self, key: str) -> bool:
        """Whether “them” are rather things that the text has just named: her eyes, both hands."""
        own = [] if key == "they" else [self.text]
        before = "".join([*(told.sentence for told in self.out.told[-1:]), *own])
        if key in ("both", "neither"):
            return (
                re.search(rf"\b{key} (?:of )?(?:his|her|the|its)?\s?(?:{_PAIRS})\b", self.text, re.I)
                is not None
            )
        return len(self.out.seen) < 2 and re.search(rf"\b(?:{_PAIRS})\b", before, re.IGNORECASE) is not None

    def pronoun(self, key: str, token: str, is_object: bool, at: int) -> None:
        gender = _PRONOUNS[key]
        self.out.acted = True
        candidates = self.candidates(gender, is_object)
        if (beast := self.beast()) and BEASTS_PARTS & {key_of(word[0]) for word in self.matches[at:]}:
            candidates = [beast]  # “He takes it in one claw.”
        if at == 0 and (apposed := _APPOSED.match(self.text)) and (one := self.people.with_word(apposed[1])):
            candidates = [one]  # “She sits down, the tall one, camel coat and all.”
        if not candidates or (
            candidates[0] not in self.found and self.strangers & {gender, ""} and key not in ("he", "she")
        ):
            return
        who = candidates[0]
        rivals = [name for name in candidates[1:] if name in self.there.present]
        if not self.people.fits(who, gender):
            self.doubt(token, who, rivals, 0.4, f"nothing says that {who} is {gender}")
        elif rivals and who not in self.found:
            sure = 0.8 if who == self.there.subject or who == self.out.subject else 0.6
            self.doubt(token, who, rivals, sure)
        elif who not in self.there.present and who not in self.out.seen:
            self.doubt(token, who, rivals, 0.7, "named in an earlier scene")
        if key not in ("him", "himself", "herself"):
            self.mention(who, at, at + 1, owner=key not in ("he", "she"))
        self.see(who)

    def candidates(self, gender: str, is_object: bool = False) -> list[str]:
        """Whom a pronoun can mean, the likeliest first."""
        there = self.there
        mine = list(self.found)
        some = self.people.group_of  # one of many is meant by a pronoun only while the picture is of them
        order = [
            *mine, self.out.subject, *reversed(self.out.seen), self.out.owner, there.subject, *there.last,
            *(name for name in (*there.together, *reversed(there.present)) if name not in some),
        ]  # fmt: skip
        known = dict.fromkeys(
            name for name in order if name and name not in there.away and name not in there.gone
        )
        sure = [name for name in known if self.people.fits(name, gender)]
        sure = [name for name in sure if name not in there.elsewhere or name == there.subject] or sure
        if is_object and mine and len(sure) > 1 and sure[0] == mine[0]:
            sure = [*sure[1:], sure[0]]  # who does it and to whom are two
        ahead = [name for name in self.out.ahead if self.people.fits(name, gender)]
        if sure:
            return sure
        if ahead:
            return ahead
        maybe = [name for name in known if self.people.may_fit(name, gender)]
        if maybe:
            return maybe
        fitting = [name for name in reversed(there.recent) if self.people.fits(name, gender)]
        later = [name for name in there.expected if self.people.fits(name, gender)]
        ordered = dict.fromkeys((*(n for n in fitting if n in later), *fitting, *later))
        return [name for name in ordered if name not in there.away]

    def noun(self, key: str, keys: Sequence[str], at: int) -> None:
        """“The girl”, “the old man”, “the vet”: somebody known by that word, who is here rather than not."""
        young = at and keys[at - 1] in ("younger", "young", "little")
        old = at and keys[at - 1] in ("old", "older")
        alike = (key, *SYNONYMS.get(key, ()))
        known = [n for word in alike for n in self.people.by_noun.get(word, ()) if n not in self.there.away]
        known = list(dict.fromkeys(known))
        if not known and key in GENERIC and key not in YOUNG:
            known = [name for name in self.those_there() if self.people.fits(name, GENERIC[key])]
        if not known and key in KIN:
            known = [name for name in self.those_there() if self.people.fits(name, KIN[key])]
            known = known or [n for n in self.there.expected if self.people.fits(n, KIN[key])]
            known = known or [n for n in self.there.expected if self.people.may_fit(n, KIN[key])]
        here = [name for name in known if name in self.there.present or name in self.out.seen]
        if (young or old) and (worded := [n for n in known if fold_has(n, keys[at - 1])]):
            here = [name for name in worded if name in self.there.recent]
        coming = [name for name in known if name in self.there.expected]
        met = [name for name in reversed(self.there.recent) if name in known][:1]
        found = here or coming or met or [name for name in known if key in CREATURES]
        if not found:
            self.strangers.add(KIN.get(key) or GENERIC.get(key, ""))
            return
        exact = [name for name in found if key_of(name) == key]
        if len(exact) == 1 and not (young or old):
            found = exact
        if (young or old) and len(found) > 1:
            ages = {name: self.people.by_name[name].age or 0 for name in found}
            worded = [n for n in found if fold_has(n, keys[at - 1])]
            found = worded or [(min if young else max)(found, key=lambda name: ages[name])]
        if len(found) > 1:
            self.doubt(f"the {key}", found[-1], found[:-1], 0.5)
            found = found[-1:]
        if found[0] not in self.there.away:
            owner = self.matches[at][0].endswith(("'s", "’s"))
            self.mention(found[0], at, at + 1, owner=owner)
            if owner and keys[at + 1 : at + 2] in (["face"], ["head"]) and found[0] not in self.there.present:
                self.there.peeping = found[0]  # “The boy's face, a hand.” at the glass
        self.group(found)

    def kin(self, owner: str, noun: str, at: int) -> int:
        """“His daughter”: of those here the one who fits, and is not he."""
        gender = "he" if owner == "his" else "she" if owner == "her" else ""
        possessors = self.candidates(gender) if gender else []
        whose = next((name for name in possessors if self.related(name, noun)), "")
        self.kin_of(whose or (possessors[0] if possessors else ""), noun, at, at + 2)
        return 2

    def related(self, owner: str, noun: str) -> list[str]:
        """Who of the same surname fits a word of kin and its age: her father."""
        age = self.people.by_name[owner].age if owner in self.people.by_name else None
        others = [each for names in self.people.families.values() if owner in names for each in names]
        found = []
        for name in dict.fromkeys(others):
            person = self.people.by_name[name]
            if name == owner or name in self.there.away or not self.people.fits(name, KIN.get(noun, "")):
                continue
            if age is not None and person.age is not None:
                wrong = person.age >= age if noun in YOUNGER_KIN else person.age <= age
                if wrong and noun in YOUNGER_KIN | OLDER_KIN:
                    continue
            found.append(name)
        return found

    def kin_of(self, owner: str, noun: str, first: int, end: int) -> None:
        self.out.acted = True
        wanted = KIN.get(noun, "")
        pool = dict.fromkeys((*self.those_there(), *self.there.expected, *self.people.by_noun.get(noun, ())))
        fitting = [n for n in pool if n != owner and n not in self.there.away and self.people.fits(n, wanted)]
        called = [name for name in fitting if noun in self.people.by_name[name].nouns]
        age = self.people.by_name[owner].age if owner in self.people.by_name else None
        if not called and age is not None:
            ages = {name: self.people.by_name[name].age for name in fitting}
            if noun in YOUNGER_KIN:
                fitting = [name for name in fitting if (ages[name] or 0) < age]
            elif noun in OLDER_KIN:
                fitting = [name for name in fitting if (ages[name] or 999) > age]
        surname = owner.split()[-1:] if owner else []
        family = [name for name in self.there.recent if name != owner and self.people.fits(name, wanted)]
        family = [name for name in family if name.split()[-1:] == surname]
        heard_only = [name for name in self.people.by_noun.get(noun, ()) if name in self.there.away]
        related = self.related(owner, noun)
        family = [name for name in related if name in self.there.recent] or family
        found = [n for n in called if n in related] or called or family or fitting or heard_only
        if found:
            if len(found) > 1:
                self.doubt(noun, found[0], found[1:], 0.6)
            owner_of = self.matches[end - 1][0].endswith(("'s", "’s"))  # “his bride's sister”
            self.mention(found[0], first, end, owner=owner_of)
            self.see(found[0])

    def doubt(self, words: str, guess: str, others: Sequence[str], sure: float, reason: str = "") -> None:
        reason = reason or "the last who fits"
        new = Doubt(DoubtKind.CAST, words, guess, tuple(dict.fromkeys(others))[:3], sure, reason)
        if all(
            known.words.casefold() != words.casefold() or known.guess != guess for known in self.out.doubts
        ):
            self.out.doubts.append(new)


def fold_has(name: str, word: str) -> bool:
    """Whether a name has a word."""
    return word in map(key_of, name.split())
