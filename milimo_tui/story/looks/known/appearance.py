"""Reader of a person's look at a moment: it takes the text about the person clause by clause. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.core.late_patterns import late
from milimo_tui.story.looks.body_words import (
    AGED_AND,
    AT_AGE,
    AT_BODY,
    BODY_IS,
    BUILD,
    FEELINGS,
    GOING,
    HAS,
    HAS_BODY,
    IS_AGED,
    IS_MISSING,
    IS_OF_AGE,
    IS_SOMEBODY,
    LAST_OF,
    PREDICATE,
    YEARS_OLD,
    about_years,
    age_now,
    years_of,
)
from milimo_tui.story.looks.clause_words import (
    AGE_BEHIND_NAME,
    ANOTHER,
    APPEARS,
    KNOWN_THING,
    PLAINLY_WORN,
    SEEN,
    SOMEWHERE,
    WHOSE,
)
from milimo_tui.story.looks.clothes.garments import COLOUR, GARMENT, bare, garments_of
from milimo_tui.story.looks.clothes.has_on import REVEALED
from milimo_tui.story.looks.clothes.how_worn import HOOD_BACK, OPENS
from milimo_tui.story.looks.clothes.taken_off import (
    FROM_BODY,
    GONE_FROM,
    IS_OFF,
    LACKS,
    NO_LONGER,
    NONE_OF_IT,
    OFF_BEHIND,
    OVER_HEAD,
    TAKEN_OFF,
)
from milimo_tui.story.looks.descriptions import (
    ADJECTIVES,
    AGE,
    ALONE,
    GOES_ON,
    NO_VERBS,
    OF_AGE,
    WORD,
    adorned,
    is_act,
    is_phrase,
    is_visible,
)
from milimo_tui.story.looks.hair_words import HAIR, HAIR_LOOSE, WEARS_HAIR
from milimo_tui.story.looks.known.changing_look import ChangingLook, Mode
from milimo_tui.story.looks.stains import FEATURE
from milimo_tui.story.looks.worn_phrases import has_word, is_garment, piece_of

# “the helmet under her arm and her red hair on end”
_AND_HAIR = late(r"\s+and (?=(?:his|her|their) (?:[\w-]+ ){0,2}hair\b)", re.IGNORECASE)
# “She looks left: a towel.”
_SEES_IT = late(
    r"(?<!\w)(?:looks (?!at (?:him|her)sel|in the|into the (?:mirror|glass))|sees|finds|notices|spots"
    r"|discovers|opens"
    r"|holds (?:up|out)|pulls out|takes out|produces|unwraps|unpacks|reveals|hears|stares|points"
    r"|picks up|lifts out|reads)",
    re.IGNORECASE,
)
_AGE_IN_BRACKETS = late(rf"\s*\(({AGE.pattern[1:-1]})\)", re.IGNORECASE)
BRACKET = late(r"\s*\(([^()]{1,80})\)")


@dataclass(slots=True)
class _Told:
    """The position in a text about one person while its clauses are read in order."""

    pieces: Sequence[str]  # clauses and the punctuation between them, alternately
    introduced: bool
    first: bool  # the person was not described before
    anew: bool  # in a different paragraph than the previous text
    of_one: bool  # in the paragraph that introduces the person
    has_age: bool  # the text begins with an age
    is_aged_list: bool  # “60, weathered, cowboy hat”
    lists: bool  # the clauses list how the person looks
    mode: Mode = Mode.NONE  # the kind of list that the next clause continues
    at: int = 0
    clause: str = ""
    is_over: bool = False  # the remaining clauses describe something else

    @property
    def clauses(self) -> Sequence[str]:
        return self.pieces[::2]

    @property
    def begins(self) -> str:
        return self.clauses[0].strip()

    @property
    def before(self) -> str:
        """The clause before the current one."""
        return self.clauses[self.at - 1].strip()

    @property
    def mark_behind(self) -> str:
        return "".join(self.pieces[2 * self.at + 1 : 2 * self.at + 2])

    @property
    def is_last(self) -> bool:
        return not "".join(self.clauses[self.at + 1 :]).strip()

    @property
    def is_of_looks(self) -> bool:
        """True if the current clause may be a description, judged by the clauses before it or by its own
        words.
        """
        begins, clause = self.begins, self.clause
        return bool(
            not begins
            or self.has_age
            or ALONE.match(clause)
            or is_visible(clause)
            or self.is_aged_list
            or (self.introduced and FEATURE.search(clause))
            or (self.introduced and is_visible(begins) and not is_act(begins))
            or (SOMEWHERE.match(begins) and BUILD.match(clause))
        )


@dataclass(slots=True)
class Appearance(ChangingLook):
    """The known look of a person at a moment, updated from each text about that person."""

    def read(self, text: str, *, introduced: bool, first: bool, anew: bool, of_one: bool) -> None:
        """Apply a text about the person to the known look. `first` means that the person was not described
        before.

        `anew` means that the text is in a different paragraph than the previous one, so that a complete
        outfit replaces the clothes worn before. `of_one` means that the text is in the paragraph that
        introduces the person.
        """
        text = ADJECTIVES.sub(lambda several: several[0].replace(",", ""), _AND_HAIR.sub(", ", text))
        self._anew = anew
        if anew:
            self._off, self._picked = [], ""
        if (shown := REVEALED.search(text)) and any(
            off.search(text, 0, shown.start())
            for off in (TAKEN_OFF, OFF_BEHIND, FROM_BODY, OVER_HEAD, OPENS, HOOD_BACK)
        ):
            self.read(text[: shown.start()], introduced=introduced, first=first, anew=anew, of_one=of_one)
            self._reveal(shown["what"])
            text = text[shown.end() :]
        if of_one or first:
            self._be_as_said(text, of_one=of_one)
        bracket = BRACKET.match(text)
        if (of_one or first or not self.age) and not bracket:
            self._be_aged(text)
        is_aged_list = of_one and _AGED_LIST.match(text.strip()) is not None
        if bracket:
            self._be_as_in(bracket[1])
            text = text[bracket.end() :]
        text = _AGE_IN_BRACKETS.sub(r", \1,", text)
        is_one = IS_SOMEBODY.match(text) if of_one else None
        if is_one is not None:
            article = is_one[0].removesuffix(is_one[1]).split()[-1]
            if article.casefold() in ("a", "an") and (called := adorned(is_one[1])):
                self._put(called)
            text = text[is_one.end() :]
        if aged := OF_AGE.match(text.strip()) or AT_AGE.match(text.strip()):
            self.age = aged[1]
        introduced = introduced or is_aged_list or is_one is not None
        pieces = re.split(r"([,;:.!?–—]|\s--?\s)", text)
        lists = introduced or first or (anew and APPEARS.search(pieces[0]) is not None)
        self._take_clauses(
            _Told(pieces, introduced, first, anew, of_one, aged is not None, is_aged_list, lists)
        )

    def _reveal(self, words: str) -> None:
        """Add the garments and features that are seen under a garment that comes off."""
        self._anew = False
        for piece in re.split(r"\s+and\s+|,\s*", words):
            if is_visible(piece) and not is_act(piece):
                self._put(bare(piece))

    def _be_as_said(self, text: str, *, of_one: bool) -> None:
        """Add the adjectives that a text predicates of the person: “is tall and grey”."""
        if (predicate := PREDICATE.match(text.strip())) is None:
            return
        for piece in LAST_OF.split(predicate[1]):
            is_build = AGE.match(piece) or (not of_one and BUILD.match(piece))
            if is_build or (of_one and not is_act(piece) and piece.casefold() not in FEELINGS):
                self._put(piece)

    def _be_aged(self, text: str) -> None:
        """Take the age that a text states, and the adjective after the age: “is sixty and balding”."""
        head = re.split(r"[;.]", text.strip())[0]
        if (aged := IS_AGED.match(head.partition(",")[0])) is None:
            return
        self.age = age_now(aged[1])
        behind = re.match(
            rf"\s+(?:and|but) (?:already |now )?([a-z-]+|{GOING.pattern})\s*(?:,|$)", head[aged.end() :]
        )
        if behind and GOING.fullmatch(behind[1]):
            self._grow(behind[1])
        elif behind and BUILD.match(behind[1]):
            self._put(behind[1])

    def _be_as_in(self, brackets: str) -> None:
        for piece in re.split(r"[,;]", brackets):
            if not _EXTENSION.fullmatch(piece.strip()):
                self._put(piece.strip())

    def _take_clauses(self, told: _Told) -> None:
        """Read the clauses in order. The first matching clause reader takes a clause; otherwise the clause is
        an act.
        """
        ways = (
            self._ends_at_a_colon, self._is_an_age, self._goes_on, self._is_of_a_thing, self._is_of_theirs,
            self._is_of_years, self._ends_the_list, self._is_off, self._is_listed, self._is_had,
            self._is_worn_here, self._is_a_role,
        )  # fmt: skip
        for at, raw in enumerate(told.clauses):
            told.at, told.clause = at, re.sub(r"^both (?:of them )?", "", raw.strip())
            if not told.clause:
                continue
            is_taken = any(way(told) for way in ways)
            if told.is_over:
                return
            if is_taken:
                continue
            if told.at and told.introduced and not GOES_ON.match(told.clause):
                told.lists = told.lists and not is_act(told.clause)
            told.mode = self._change(told.clause)

    # Each clause reader returns True if it took the clause.

    def _ends_at_a_colon(self, told: _Told) -> bool:
        """End the reading at a colon if the rest describes something else: “he hears: a bellows, wet”."""
        is_behind_one = (
            told.at and not told.introduced and told.pieces[2 * told.at - 1] == ":" and told.before
        )
        if is_behind_one and (not is_visible(told.clause) or _SEES_IT.search(told.clauses[told.at - 1])):
            told.is_over = True
        return told.is_over

    def _is_an_age(self, told: _Told) -> bool:
        if told.introduced and told.at == 0 and AGE.match(told.clause):
            self.age = age_now(told.clause)
            return True
        if (told.of_one or told.first) and (aged := IS_OF_AGE.match(told.clause)):
            self.age, told.lists = aged[1], True
            return True
        if told.introduced and told.at and not self.age and (aged := IS_AGED.match(told.clause)):
            self.age = aged[1]  # “HANNAH, his daughter, is nineteen and wears a beret.”
        return False

    def _goes_on(self, told: _Told) -> bool:
        """Apply the same act to each further garment of a list: “takes off her coat, her hat and her
        gloves”.
        """
        if told.mode is Mode.NONE:
            return False
        take = self._wear if told.mode is Mode.ON else self._take_off
        goes_on = re.sub(r"^(?:and |then )+", "", told.clause)
        if goes_on != told.clause and is_garment(goes_on):
            take(bare(goes_on))
            return True
        if is_garment(told.clause):
            for piece in _TWO_THINGS.split(told.clause):
                (self._put if told.mode is Mode.ON else self._take_off)(bare(piece))
            return True
        return False

    def _is_of_a_thing(self, told: _Told) -> bool:
        """Return True if a clause describes a thing: “The collar, very white.”; not in “BIRITA, the keeper,
        very tall”.
        """
        is_apposed = told.introduced and told.at == 2 and not told.begins
        return bool(
            told.at > 1 and KNOWN_THING.match(told.before) and not (is_apposed or is_visible(told.clause))
        )

    def _is_of_theirs(self, told: _Told) -> bool:
        if (whose := WHOSE.match(told.clause)) is None or not is_visible(told.clause):
            return False
        told.mode = self._change(f"his {told.clause[whose.end() :]}")
        seen = [found[0] for found in SEEN.finditer(told.clause)]
        if not any(has_word(fact, word) for word in seen for fact in self.facts()):
            self._put(told.clause[whose.end() :])
        return True

    def _is_of_years(self, told: _Told) -> bool:
        if told.at and not self.age and (told.of_one or told.first) and YEARS_OLD.fullmatch(told.clause):
            self.age = told.clause
            return True
        if told.at and (aged := AGED_AND.match(told.clause)):
            is_theirs = _is_bodily(told.before) or (told.introduced and not told.before)
            self.age = aged[1] if is_theirs else self.age
        return False

    def _ends_the_list(self, told: _Told) -> bool:
        """End the reading at another person or at a final act.

        Examples are “denim skirt, a BOY pedalling after her” and “MARA, 62, a white suit, conducts.”
        """
        if told.at and told.lists:
            is_last_act = told.is_last and _LAST_ACT.fullmatch(told.clause) and not _is_thing(told.clause)
            told.is_over = bool(ANOTHER.match(told.clause) or is_last_act)
        return told.is_over

    def _is_off(self, told: _Told) -> bool:
        """Take a clause that says only that something is off or missing."""
        clause = told.clause
        if told.at and (off := IS_OFF.fullmatch(clause)) and (not told.introduced or self.wears(off[1])):
            self._take_off(off[1])
        elif told.at and (only := _NOTHING_BUT.fullmatch(clause)) and GARMENT.search(only[1]):
            self.wardrobe = [f"nothing but {only[1]}"]
        elif out_of := _OUT_OF.fullmatch(clause):
            self._lose(out_of[1])
        elif (lacks := LACKS.match(clause)) and (lacks.end() == len(clause) or clause.endswith(" now")):
            self._lose(lacks[1])
        else:
            return False
        return True

    def _is_listed(self, told: _Told) -> bool:
        """Take a phrase of a list: “62, a white suit, shirt off, no shoes”."""
        clause = told.clause
        if not (told.at and told.lists and told.is_of_looks and is_phrase(clause)):
            return False
        if clause.casefold() in FEELINGS:
            return True
        if longer := NO_LONGER.match(clause):
            self._be_no_longer(longer[1])
        elif NONE_OF_IT.fullmatch(clause) and not self._has_any(clause):
            # the text that takes the garment off reports its absence
            had = garments_of(clause) & {*self._worn_once}
            self.about += [] if had else [clause]
        elif IS_OFF.fullmatch(clause):
            self._put_about(clause)  # “KOLYA, 82, shirt off,”
        elif off := IS_OFF.match(clause.partition(" and ")[0]):
            if told.introduced and not self.wears(off[1]):
                self.about.append(off[0].strip())  # “shirt off, sleeves rolled”
            self._take_off(off[1])
        else:
            none = _AND_NONE.search(clause) if told.introduced else None
            if self._without(clause):
                self.about += [none[1]] if none is not None else []
                clause = re.sub(r"\s+(?:and|but)\s*$", "", GONE_FROM.sub("", clause).rstrip())
                clause = clause if is_visible(clause) else ""
            self._put(bare(clause))
        return True

    def _is_had(self, told: _Told) -> bool:
        """Take a clause about things on the body, missing things, or the state of the body."""
        has = HAS.match(told.clause)
        may_have = has and (told.of_one or " got " in has[0] or not _KNOWN_ONE.match(has[1]))
        if has and may_have and self._has_features(has[1]):
            told.mode = Mode.ON
        elif without := IS_MISSING.fullmatch(told.clause):
            self._put_about(without[1])
        elif body := BODY_IS.match(told.clause):
            self._put(body[1])
        else:
            return False
        return True

    def _is_worn_here(self, told: _Told) -> bool:
        """Take a garment that is mentioned without a verb."""
        clause = told.clause
        if told.at == 1 and told.anew and not told.begins and _A_GARMENT.fullmatch(clause):
            told.lists = True  # “Gwen, a bobble hat, a waxed coat, blows a whistle.”
            self._put(bare(clause))
            return True
        if told.at and not told.introduced and self._is_as_it_was(clause):
            return True
        if told.at and PLAINLY_WORN.fullmatch(clause) and not GOES_ON.match(clause) and not is_act(clause):
            self._put(clause)
            told.mode = Mode.ON
            return True
        return False

    def _is_a_role(self, told: _Told) -> bool:
        role = _IS_A.fullmatch(told.clause) if told.at and told.lists else None
        if role is not None and told.mark_behind == ":":
            self._put(role[1])  # “MAY, 16, is a goth: black lips”
        return role is not None

    def _is_as_it_was(self, clause: str) -> bool:
        """Take a passing remark about a worn garment or about hair: “rollers steaming”, “the hat white”."""
        if (by_the_way := _BY_THE_WAY.fullmatch(clause)) is None:
            return False
        thing = by_the_way["thing"]
        if HAIR.search(thing) and not GARMENT.search(thing):
            self.hair = self.hair or bare(thing)
            return not has_word(thing, "hair")
        named = garments_of(thing)
        once = next((self._worn_once[each] for each in named if each in self._worn_once), "")
        if self.wears(thing) and by_the_way["does"]:
            return True
        once = piece_of(self.wardrobe, thing) or once
        self._wear(f"{once or bare(thing)} {by_the_way['is'] or ''}".strip())
        return True

    def _has_features(self, text: str) -> bool:
        """Add the features and things on the body: “a tape measure round her neck and pins in her mouth”.
        True if any.
        """
        if HAIR_LOOSE.search(text) or WEARS_HAIR.search(f"wears {text}"):
            return False
        found = [
            bare(piece)
            for piece in re.split(r"\s+and\s+(?=an?\b|no\b|[\w'’-]+ (?:in|on|round|over)\b)", text)
            if len(piece) <= 60
            and not _A_LIMB.match(piece)
            and (
                AT_BODY.search(piece)
                or FEATURE.search(piece)
                or _HAS_HAIR.match(piece)
                or _HAS_GARMENT.match(piece)
                or HAS_BODY.match(piece)
            )
        ]
        for piece in found:
            self._put(piece)
        return bool(found)

    def _has_any(self, clause: str) -> bool:
        """Return True if the known look includes something that the clause says is not there."""
        return any(has_word(fact, word) for fact in self.facts() for word in WORD.findall(clause)[1:])


_HAS_HAIR = late(
    rf"(?:an? )?(?:(?!his |her |their |on |in |at )[\w'’-]+ ){{0,4}}?(?:{HAIR.pattern})"
    r"|an? (?:shaved|shaven|bald|close-cropped) (?:head|scalp|skull)\b",
    re.I,
)
_A_GARMENT = late(
    rf"an? (?:[\w'’-]+ ){{0,3}}?(?:{GARMENT.pattern})(?: (?:with|of|over|pulled|tied|buttoned) [^,]*)?",
    re.IGNORECASE,
)
_BY_THE_WAY = late(
    r"(?:and )?(?:(?:his|her|their|the) )?"
    rf"(?P<thing>(?:[\w'’-]+ ){{0,2}}?(?:{GARMENT.pattern}|{HAIR.pattern}))"
    r" (?:(?P<does>(?:flapping|flying|streaming|steaming|dripping|trailing|swinging|billowing|blowing"
    r"|clinging|shining|gleaming|glittering|bobbing|smoking|jingling)(?: .*)?)"
    rf"|(?P<is>{COLOUR.pattern}|soaked|wet|muddy|frozen|torn|askew|crooked|undone|loosened|unbuttoned|untied|unzipped))",
    re.IGNORECASE,
)
_A_LIMB = late(  # “has both hands on his face”
    r"(?:(?:both|one|an?|the|his|her|their) )?(?:left |right |free |other )?(?:hands?|arms?|fingers?|palms?"
    r"|elbows?|fists?|feet|foot|knees?|thumbs?|eyes?)"
    r" (?:on|in|at|to|over|round|around|under|against|behind)\b",
    re.IGNORECASE,
)
_AND_NONE = late(rf"\s(?:and|but|with) ({NONE_OF_IT.pattern})$", re.IGNORECASE)  # “jeans and no shirt”
_KNOWN_ONE = late(  # “has her coat over her arm”, “has cut off the braids”
    r"(?:[a-z]+ (?:(?:off|up|on|down|out|in) )?)?(?:the|his|her|their|this|that) "
    r"|[a-z]+(?:ed|wn|en|ut) (?:(?:off|up|on|down|out|in) )?an? ",
    re.IGNORECASE,
)
# “a bald head and half-moon spectacles”: two separate things.
_TWO_THINGS = late(
    rf"(?<=\w)\s+and\s+(?=(?:an?|his|her|their) |(?:[\w'’-]+ ){{1,2}}(?:{GARMENT.pattern})$)", re.IGNORECASE
)
_HAS_GARMENT = late(  # “She has a cardigan the colour of porridge.”
    rf"an? (?:(?!in |on |at |for |to |of )[\w'’-]+ ){{0,4}}?(?:{GARMENT.pattern})"
    r"(?: (?:the colou?r of|of|like|made of|with|over|under|that|held|tied|too"
    r"|(?:one|two|three|several|a) sizes? too) (?:(?! and )[^,])*)?$",
    re.IGNORECASE,
)
_AGED_LIST = late(  # “He's 60, weathered, cowboy hat.”
    r"(?:(?:he|she)(?:['’]s| is)|['’]s|is) (?:about |around |maybe |nearly |in (?:his|her) )*"
    r"(?:\d{1,3}s?|[a-z]+(?:-[a-z]+)?(?:ty|teen|ties)(?:-\w+)?), [^,]+, ",
    re.IGNORECASE,
)
_OUT_OF = late(  # “TAMMY, out of her feathers, jeans and a sweatshirt”
    r"(?:finally |now )?out of (?:(?:his|her|the) )?(?:[\w-]+ )?(uniform|costume|feathers|make-?up|suit"
    r"|gown|robes?"
    r"|armou?r|wig|habit|scrubs|overalls|dress|heels)(?: now)?",
    re.IGNORECASE,
)
_NOTHING_BUT = late(r"(?:with |wearing |in )?nothing (?:at all )?(?:on )?but (.+)", re.IGNORECASE)
_IS_A = late(r"is an? ((?:[\w'’-]+ ){0,2}[\w'’-]+)", re.IGNORECASE)
_EXTENSION = late(
    r"(?:O\.?\s?[SC]\.?|V\.?\s?O\.?|CONT['’]?D|OFF(?:[- ](?:SCREEN|CAMERA))?|PRE-?LAP)"
)  # “MAYA (O.S.)”
_LAST_ACT = late(r"[a-z]+(?<![su])s")


def _is_thing(word: str) -> bool:
    """Return True if a word that may be a verb is a visible thing that a person has: freckles, braces."""
    return is_visible(word) or word in NO_VERBS or FEATURE.search(word) is not None


def _is_bodily(clause: str) -> bool:
    return is_visible(clause) or bool(clause and BUILD.match(clause))


GUESSED_BY = 4  # years that two ages must differ by if one of them is a round number


def is_other_age(age: str, text: str, *, introduced: bool) -> bool:
    """Return True if a text gives a different age than the known one, so that the rest of the known look is
    void.
    """
    new = Appearance()
    if introduced:
        new.read(text, introduced=True, first=True, anew=False, of_one=False)
    now = new.age or (aged[1] if (aged := AGE_BEHIND_NAME.match(text)) else "")
    before, years = about_years(age), about_years(now)
    if None in (years_of(age), years_of(now)):  # A round age is a guess.
        return before is not None and years is not None and abs(before - years) > GUESSED_BY
    return before != years
