"""Unnamed people (“strangers”) whom a scene describes before it gives their names, and groups of people who
are dressed alike. Pure functions.

Examples are “A man gets out. Fifty. Green fleece.” and “eleven girls in yellow tracksuits”.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field, replace

from milimo_tui.core.late_patterns import compile_lazily, join_alternatives
from milimo_tui.story.looks.clothes.garment_words import COLOURS, FABRICS
from milimo_tui.story.looks.clothes.garments import GARMENT, describe_each_wearer
from milimo_tui.story.looks.descriptions import (
    describes_stranger,
    find_stranger_end,
    get_stranger_pronoun,
    introduces_stranger,
    is_age_only,
    is_description,
    parse_group_age,
)
from milimo_tui.story.reading.moment import ActionSentence, Moment
from milimo_tui.story.values.text import fold

_SAYS = compile_lazily(r"(he|she)(?:['’]s| is| has on| wears)\b", re.IGNORECASE)
_GENDERS = {"he": "he", "his": "he", "him": "he", "she": "she", "her": "she"}


@dataclass(frozen=True, slots=True)
class Stranger:
    """An unnamed person. `words` describe the person; `action` is the action text that contains them, from
    `line` to `end_line`.
    """

    words: str
    line: int
    end_line: int
    action: str


@dataclass(slots=True)
class SceneStrangers:
    """The unnamed people whom a scene has described so far, at most one for each pronoun (he, she). A name or
    speech that follows can be assigned to the unnamed person whose pronoun fits. The last pronoun used for
    each named person is recorded for this purpose.
    """

    # Maps a pronoun to the unnamed person described last. The key is empty if the noun shows no gender.
    _waiting: dict[str, Stranger] = field(default_factory=dict)
    # Maps a person to the pronoun that was last used for the person.
    _gender: dict[str, str] = field(default_factory=dict)

    def forget_scene_strangers(self) -> None:
        """Forget the strangers of the previous scene."""
        self._waiting.clear()

    def record_pronouns(self, action: ActionSentence) -> None:
        """Record the pronoun that a sentence uses for each person."""
        for each in action.mentions:
            by = _GENDERS.get(action.sentence[each.start : each.end].casefold(), "")
            if by and each.name:
                self._gender[each.name] = by

    def may_own(self, name: str, pronoun: str) -> bool:
        """Return True if “his” or “her” (`pronoun`) agrees with the pronoun that was used for this person
        before.
        """
        return name in self._gender and self._gender[name] == _GENDERS.get(pronoun)

    def record_stranger_name(self, one: Stranger, name: str) -> None:
        """Record that an unnamed person has this name, with the pronoun that the description implies."""
        if gender := get_stranger_pronoun(one.words):
            self._gender.setdefault(name, gender)

    def record_stranger_description(self, sentence: str, moment: Moment) -> None:
        """Record the description of a person who has no name yet."""
        if describes_stranger(sentence) or introduces_stranger(sentence):
            gender = get_stranger_pronoun(sentence)
            self._waiting.pop(gender, None)
            self._waiting[gender] = Stranger(sentence, moment.beat.line, moment.beat.end_line, moment.text)
            return
        last = self.get_last_stranger(moment.beat.line)
        if last is not None and (is_age_only(sentence) or is_description(sentence, by_itself=False)):
            gender = next(reversed(self._waiting))
            self._waiting[gender] = replace(last, words=f"{last.words.rstrip(' .')}, {sentence}")

    def extend_stranger_description(
        self, action: ActionSentence, moment: Moment, seen: Container[str]
    ) -> str:
        """Add a sentence such as “She is sixteen” to the description of the unnamed person described last.
        This is done only if the named person whom “she” seems to mean was already seen in the scene.

        Return the words that were added, or an empty string if the sentence is about somebody else.
        """
        last, match = self.get_last_stranger(moment.beat.line), _SAYS.match(action.sentence)
        if last is None or match is None or get_stranger_pronoun(last.words) != match[1].casefold():
            return ""
        if action.mentions[0].name not in seen:
            return ""
        words = action.sentence[match.end() :].strip()
        gender = next(reversed(self._waiting))
        self._waiting[gender] = replace(last, words=f"{last.words.rstrip(' .')}, {words}")
        return words

    def get_last_stranger(self, line: int) -> Stranger | None:
        """Return the unnamed person whom the paragraph at `line` described last, or None."""
        last = next(reversed(self._waiting.values()), None)
        return last if last is not None and last.line == line else None

    def forget_last_stranger(self) -> None:
        """Forget the unnamed person described last, because the script has now given the name."""
        self._waiting.popitem()

    def identify_speaker(self, name: str, line: int) -> Stranger | None:
        """Return the unnamed person who may be the speaker `name`, or None. Forget unnamed people who can't
        speak any more.

        A speaker who was named before the description (at `line`) is a different person.
        """
        gender = self._gender.get(name, "")
        mine = [
            key
            for key, each in self._waiting.items()
            if (not gender or key in ("", gender)) and each.line < line
        ]
        found = self._waiting.pop(mine[-1]) if mine else None
        for key in mine[:-1]:
            self._waiting.pop(key)
        return found


def is_pronoun_of_stranger(action: ActionSentence) -> bool:
    """Return True if all pronouns of a sentence refer to its unnamed person: “a man, his hat off”."""
    one = find_stranger_end(action.sentence)
    he = get_stranger_pronoun(action.sentence)
    return (
        one >= 0
        and bool(action.mentions)
        and all(
            each.start > one
            and (by := action.sentence[each.start : each.end].casefold()) in _GENDERS
            and (each.owner or _GENDERS[by] == he)
            for each in action.mentions
        )
    )


_MANY = compile_lazily(
    r"(?<!\w)(?:(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty"
    r"|sixty|several"
    r"|hundreds of|a (?:dozen|score|row|line|crowd|handful|group|couple) (?:of )?|\d+|some|the)[, -]+"
    r"(?:[\w'’-]+ ){0,3}?(?P<some>[^\W\d_]{3,}s|[^\W\d_]*men|children|people))(?!['’\w])"
    r"|(?<!\w)(?:the|an?|his|her|their) (?:[\w'’-]+ ){0,2}?(?P<body>choir|team|band|staff|crew|squad"
    r"|class|family|company"
    r"|platoon|orchestra|chorus|troupe|gang|party)(?!['’\w])"
    r"|(?<![\w'’])(?P<capitals>(?-i:[A-Z]{3,}(?:S|MEN)))(?!['’\w])",
    re.IGNORECASE,
)
_CLAD = compile_lazily(
    rf"(?<!\w)in (?!their\b|his\b|her\b|the\b)(?P<clad>[^,;:.]*?(?:{GARMENT.pattern})(?: and"
    rf" [^,;:.]*?(?:{GARMENT.pattern}))?"
    rf"|(?:(?!the\b)[\w-]+ )?(?:{join_alternatives(COLOURS + FABRICS)})(?=[,;:.]|$| "
    rf"(?:and|at|by|on|along|in|with"
    rf"|who|from|behind|around"
    r"|against|sit|stand|lie|wait|walk|run|come|go|carry|watch|march|lean|kneel|eat|play|dance|smoke"
    r"|talk|sing|queue"
    r"|file|line|move|hold|look|are|have|turn)\b))",
    re.IGNORECASE,
)
_LISTED = compile_lazily(rf",\s*(?P<clad>(?:[\w'’-]+ ){{1,3}}(?:{GARMENT.pattern}))(?!\w)", re.IGNORECASE)
_ONE_OF = compile_lazily(
    r"(?<!\w)(?:one of (?:them|the)|(?:like|than|of|unlike) the (?:rest|others)|among them"
    r"|the (?:leader|first|last|smallest|tallest|biggest|oldest|eldest"
    r"|youngest|loudest|nearest|foremost|tiniest|shortest|fattest|thinnest)(?:(?! (?:of|time|thing|day)\b)"
    r"| of (?:them|the (?:lot|bunch|pack|group))))"
    r"(?!\w)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class UniformGroups:
    """The groups of people dressed alike that a scene has mentioned so far. The word for one member (“girl”)
    is mapped to the clothes that each member wears.
    """

    _clothes: dict[str, str] = field(default_factory=dict)
    _ages: dict[str, str] = field(default_factory=dict)
    # Maps a person to the person's group, as known from any scene.
    _groups: dict[str, str] = field(default_factory=dict)

    def forget_scene_groups(self) -> None:
        """Forget the groups of the previous scene."""
        self._clothes.clear()
        self._ages.clear()

    def record_group_clothes(self, sentence: str) -> dict[str, str]:
        """Record the clothes that a sentence gives to a group. Return the new clothes of each known member,
        keyed by name.
        """
        before = dict(self._clothes)
        if match := _CLAD.search(sentence) or _LISTED.search(sentence):
            for many in _MANY.finditer(sentence):
                word = many["some"] or many["body"] or many["capitals"]
                if word.isupper() or not GARMENT.fullmatch(word):
                    self._clothes[_singularize_people_noun(word)] = describe_each_wearer(
                        f"in {match['clad']}"
                    )
                    self._ages[_singularize_people_noun(word)] = parse_group_age(sentence)
        new_clothes = {one: clothes for one, clothes in self._clothes.items() if before.get(one) != clothes}
        return {name: new_clothes[one] for name, one in self._groups.items() if one in new_clothes}

    def find_group_clothes(self, name: str, words: str) -> str:
        """Return the clothes of the group to which a person belongs by name or by the description `words`, or
        an empty string.
        """
        called = {fold(word) for word in re.findall(r"[^\W\d_]+", f"{name} {words}")}
        names = {fold(word) for word in name.split()}
        for one, clothes in reversed(self._clothes.items()):
            is_named = one in names or (len(names) > 1 and any(len(w) > 2 and one.endswith(w) for w in names))
            is_meant = one in {_singularize_people_noun(word) for word in called} or len(self._clothes) == 1
            if is_named or (is_meant and _ONE_OF.search(words)):
                self._groups[name] = one
                return clothes
        return ""

    def get_group_age(self, name: str) -> str:
        """Return the age of the group to which a person belongs, or an empty string."""
        return self._ages.get(self._groups.get(name, ""), "")


def _singularize_people_noun(word: str) -> str:
    """Return the singular of a noun for people."""
    folded = fold(word)
    return folded[:-3] + "man" if folded.endswith("men") else folded.removesuffix("s")
