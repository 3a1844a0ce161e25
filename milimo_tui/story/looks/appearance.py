"""Reads how somebody looks at a moment from what is told of them, clause by clause. Pure."""

from __future__ import annotations

import re
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
from milimo_tui.story.looks.changing_look import ChangingLook, Mode
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
class Appearance(ChangingLook):
    """What is known of somebody at a moment, read from sentence after sentence that tells of them."""

    def read(self, text: str, *, introduced: bool, first: bool, anew: bool, of_one: bool) -> None:
        """Take what a text says of somebody's looks; `first`: nothing was told of them before.

        `anew`: in another paragraph than before, so that a whole outfit takes the place of what was worn.
        `of_one`: in the paragraph that introduces them.
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
            self._anew = False
            for piece in re.split(r"\s+and\s+|,\s*", shown["what"]):
                if is_visible(piece) and not is_act(piece):
                    self._put(bare(piece))
            text = text[shown.end() :]
        if (of_one or first) and (predicate := PREDICATE.match(text.strip())):
            for piece in LAST_OF.split(predicate[1]):
                if (
                    AGE.match(piece)
                    or (not of_one and BUILD.match(piece))
                    or (of_one and not is_act(piece) and piece.casefold() not in FEELINGS)
                ):
                    self._put(piece)
        bracket = BRACKET.match(text)
        if (
            (of_one or first or not self.age)
            and not bracket
            and (aged := IS_AGED.match(re.split(r"[,;.]", text.strip())[0]))
        ):
            self.age = age_now(aged[1])
            behind = re.match(
                rf"\s+(?:and|but) (?:already |now )?([a-z-]+|{GOING.pattern})\s*(?:,|$)",
                re.split(r"[;.]", text.strip())[0][aged.end() :],
            )
            if behind and GOING.fullmatch(behind[1]):
                self._grow(behind[1])
            elif behind and BUILD.match(behind[1]):
                self._put(behind[1])
        aged_list = of_one and _AGED_LIST.match(text.strip()) is not None
        introduced = introduced or aged_list
        if bracket:
            for piece in re.split(r"[,;]", bracket[1]):
                if not _EXTENSION.fullmatch(piece.strip()):
                    self._put(piece.strip())
            text = text[bracket.end() :]
        text = _AGE_IN_BRACKETS.sub(r", \1,", text)
        is_list = False
        if of_one and (is_one := IS_SOMEBODY.match(text)):
            is_list = True
            article = is_one[0].removesuffix(is_one[1]).split()[-1]
            if article.casefold() in ("a", "an") and (called := adorned(is_one[1])):
                self._put(called)
            text = text[is_one.end() :]
        pieces = re.split(r"([,;:.!?–—]|\s--?\s)", text)
        clauses = pieces[::2]
        introduced = introduced or is_list
        lists = introduced or first or (anew and APPEARS.search(clauses[0]) is not None)
        mode = Mode.NONE
        if aged_of := OF_AGE.match(text.strip()) or AT_AGE.match(text.strip()):
            self.age = aged_of[1]
        for at, raw in enumerate(clauses):
            clause = re.sub(r"^both (?:of them )?", "", raw.strip())
            if not clause:
                continue
            if (
                at
                and not introduced
                and pieces[2 * at - 1] == ":"
                and clauses[at - 1].strip()
                and (not is_visible(clause) or _SEES_IT.search(clauses[at - 1]))
            ):
                break  # “he hears: a bellows, wet”: of something else
            if introduced and at == 0 and AGE.match(clause):
                self.age = age_now(clause)
                continue
            if (of_one or first) and (aged := IS_OF_AGE.match(clause)):
                self.age, lists = aged[1], True
                continue
            if introduced and at and not self.age and (aged := IS_AGED.match(clause)):
                self.age = aged[1]  # “HANNAH, his daughter, is nineteen and wears a beret.”
            goes_on = re.sub(r"^(?:and |then )+", "", clause)
            if mode is Mode.ON and goes_on != clause and is_garment(goes_on):
                self._wear(bare(goes_on))
                continue
            if mode is Mode.OFF and goes_on != clause and is_garment(goes_on):
                self._take_off(bare(goes_on))
                continue
            if mode is not Mode.NONE and is_garment(clause):
                for piece in _TWO_THINGS.split(clause):
                    (self._put if mode is Mode.ON else self._take_off)(bare(piece))
                continue
            is_apposed = introduced and at == 2 and not clauses[0].strip()  # “BIRITA, the keeper, very tall”
            if (
                at > 1
                and KNOWN_THING.match(clauses[at - 1].strip())
                and not (is_apposed or is_visible(clause))
            ):
                continue  # “The collar, very white.”
            if (whose := WHOSE.match(clause)) and is_visible(clause):
                mode = self._change(f"his {clause[whose.end() :]}")
                if not any(
                    has_word(fact, found[0]) for found in SEEN.finditer(clause) for fact in self.facts()
                ):
                    self._put(clause[whose.end() :])
                continue
            told = not clauses[0].strip() or aged_of is not None or ALONE.match(clause) or is_visible(clause)
            begins = clauses[0].strip()
            told = told or aged_list or bool(introduced and FEATURE.search(clause))
            told = told or (introduced and is_visible(begins) and not is_act(begins))
            told = told or bool(SOMEWHERE.match(begins) and BUILD.match(clause))
            if at and not self.age and (of_one or first) and YEARS_OLD.fullmatch(clause):
                self.age = clause
                continue
            if at and (aged := AGED_AND.match(clause)):
                before = clauses[at - 1].strip()
                self.age = aged[1] if _is_bodily(before) or (introduced and not before) else self.age
            if at and lists and ANOTHER.match(clause):
                break  # “denim skirt, a BOY pedalling after her”
            if (
                at
                and lists
                and not "".join(clauses[at + 1 :]).strip()
                and _LAST_ACT.fullmatch(clause)
                and not _is_thing(clause)
            ):
                break  # “MARA, 62, a white suit, conducts.”
            if at and (off := IS_OFF.fullmatch(clause)) and (not introduced or self.wears(off[1])):
                self._take_off(off[1])
                continue
            if at and (only := _NOTHING_BUT.fullmatch(clause)) and GARMENT.search(only[1]):
                self.wardrobe = [f"nothing but {only[1]}"]
                continue
            if out_of := _OUT_OF.fullmatch(clause):
                self._lose(out_of[1])
                continue
            if (lacks := LACKS.match(clause)) and (lacks.end() == len(clause) or clause.endswith(" now")):
                self._lose(lacks[1])
                continue
            if at and lists and told and is_phrase(clause):
                if clause.casefold() in FEELINGS:
                    continue
                if longer := NO_LONGER.match(clause):
                    self._be_no_longer(longer[1])
                    continue
                if NONE_OF_IT.fullmatch(clause) and not self._has_any(clause):
                    had = garments_of(clause) & {*self._worn_once}  # of that it is told when it comes off
                    self.about += [] if had else [clause]
                    continue
                if IS_OFF.fullmatch(clause):
                    self._put_about(clause)  # “KOLYA, 82, shirt off,”
                    continue
                if off := IS_OFF.match(clause.partition(" and ")[0]):
                    if introduced and not self.wears(off[1]):
                        self.about.append(off[0].strip())  # “shirt off, sleeves rolled”
                    self._take_off(off[1])
                    continue
                none = _AND_NONE.search(clause) if introduced else None
                if self._without(clause):
                    self.about += [none[1]] if none is not None else []
                    clause = re.sub(r"\s+(?:and|but)\s*$", "", GONE_FROM.sub("", clause).rstrip())
                    clause = clause if is_visible(clause) else ""
                self._put(bare(clause))
                continue
            if (
                (has := HAS.match(clause))
                and (of_one or " got " in has[0] or not _KNOWN_ONE.match(has[1]))
                and self._has_features(has[1])
            ):
                mode = Mode.ON
                continue
            if without := IS_MISSING.fullmatch(clause):
                self._put_about(without[1])
                continue
            if body := BODY_IS.match(clause):
                self._put(body[1])
                continue
            if at == 1 and anew and not begins and _A_GARMENT.fullmatch(clause):
                lists = True  # “Gwen, a bobble hat, a waxed coat, blows a whistle.”
                self._put(bare(clause))
                continue
            if at and not introduced and self._is_as_it_was(clause):
                continue
            if at and PLAINLY_WORN.fullmatch(clause) and not GOES_ON.match(clause) and not is_act(clause):
                self._put(clause)
                mode = Mode.ON
                continue
            if at and lists and (role := _IS_A.fullmatch(clause)):
                if "".join(pieces[2 * at + 1 : 2 * at + 2]) == ":":
                    self._put(role[1])  # “MAY, 16, is a goth: black lips”
                continue
            if at and introduced and not GOES_ON.match(clause):
                lists = lists and not is_act(clause)
            mode = self._change(clause)

    def _is_as_it_was(self, clause: str) -> bool:
        """Take what is told by the way of something worn or of hair: “rollers steaming”, “the hat white”."""
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
        """Take what somebody has about the body: “a tape measure round her neck and pins in her mouth”."""
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
        """Whether something is known of what a clause says is not there."""
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
# “a bald head and half-moon spectacles”: each goes by itself
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
    """Whether a word that may be a verb is something that somebody has: freckles, braces."""
    return is_visible(word) or word in NO_VERBS or FEATURE.search(word) is not None


def _is_bodily(clause: str) -> bool:
    return is_visible(clause) or bool(clause and BUILD.match(clause))


GUESSED_BY = 4  # years: so far apart are two ages of which one is in round numbers


def is_other_age(age: str, text: str, *, introduced: bool) -> bool:
    """Return whether a text gives another age than the one known: nothing else then holds any more."""
    new = Appearance()
    if introduced:
        new.read(text, introduced=True, first=True, anew=False, of_one=False)
    now = new.age or (aged[1] if (aged := AGE_BEHIND_NAME.match(text)) else "")
    before, years = about_years(age), about_years(now)
    if None in (years_of(age), years_of(now)):  # a round age is a guess
        return before is not None and years is not None and abs(before - years) > GUESSED_BY
    return before != years
