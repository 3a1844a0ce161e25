"""Reads how somebody looks at a moment from what is told of them: clothes on and off, skin, hair. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

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
    IS_ONE,
    IS_SOMEBODY,
    LAST_OF,
    NOW_AGED,
    OF_HAIR,
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
    COMES,
    FASTENS,
    FURS,
    KNOWN,
    KNOWN_THING,
    LIKENED,
    OF_SOMEBODY,
    ON_AGAIN,
    PAST,
    PLAINLY_WORN,
    ROUND_BODY,
    SEEN,
    SOMEWHERE,
    THE_ONE,
    WEARS,
    WHICH_ONE,
    WHOSE,
)
from milimo_tui.story.looks.clothes.garments import (
    CARRIED_GARMENT,
    COLOUR,
    GARMENT,
    HOODED,
    IN_CLOTH,
    OUTFIT,
    UNDRESSED,
    bare,
    garments_of,
)
from milimo_tui.story.looks.clothes.has_on import (
    AND_MORE,
    AT_BEST,
    DRESSED_AS,
    HAS_IT_ON,
    IMPLIES,
    IS_ON_BODY,
    LAID_OVER,
    LEANS_ON,
    NO_CLOTHING,
    ON,
    ON_PART,
    REVEALED,
    SHIRTSLEEVES,
    WORN_ROUND,
)
from milimo_tui.story.looks.clothes.how_worn import (
    DONE_UP,
    HAS_EACH_SO,
    HOOD_BACK,
    HOOD_UP,
    IS_COLOURED,
    IS_SO,
    LIFTED,
    LOOSE,
    LOOSENED,
    OPENS,
    ROLLS_UP,
    SHORT_IS,
    TEARS,
    TEETH_OUT,
    without_fastening,
)
from milimo_tui.story.looks.clothes.lying_elsewhere import ON_LAP, STANDS_UP
from milimo_tui.story.looks.clothes.put_on import (
    AS_DONE,
    CHANGES,
    DRESSES,
    DRESSING,
    NO_CLOTHES_CHANGE,
    NOT_ON_YET,
    ON_ANOTHER_WAY,
    ON_BEHIND,
    PICKED_UP,
    PULLED_OVER,
    PUT_ON,
    PUT_OVER,
    PUT_ROUND,
    SWAPPED,
)
from milimo_tui.story.looks.clothes.taken_off import (
    BARE_FEET,
    COMES_FROM_UNDER,
    DRAWN,
    FROM_BODY,
    GONE_FROM,
    IS_OFF,
    LACKS,
    LEFT,
    LOST,
    NO_LONGER,
    NONE_OF_IT,
    OFF_AGAIN,
    OFF_BEHIND,
    OVER_HEAD,
    PUT_AWAY,
    PUT_BY,
    STAYS_ON,
    STRIPS,
    TAKEN_OFF,
    THING_IS_OFF,
)
from milimo_tui.story.looks.descriptions import (
    ADJECTIVES,
    AGE,
    ALONE,
    GOES_ON,
    INTO_WATER,
    NO_VERBS,
    OF_AGE,
    ROLLED,
    WORD,
    adorned,
    is_act,
    is_phrase,
    is_visible,
)
from milimo_tui.story.looks.hair_words import (
    BEARD_COLOURED,
    CUTS_OFF,
    DONE,
    FACIAL,
    FALLS_OUT,
    GROWN,
    HAIR,
    HAIR_COLOURED,
    HAIR_CUT,
    HAIR_DONE,
    HAIR_DYED,
    HAIR_FALLS,
    HAIR_FREE,
    HAIR_IN,
    HAIR_IS,
    HAIR_LOOSE,
    HAIR_SEEN,
    HAIR_UNDER,
    IN_HAIR,
    OVER_HAIR,
    SHAKEN_OUT,
    SHAVES,
    WEARS_HAIR,
)
from milimo_tui.story.looks.known_look import KnownLook
from milimo_tui.story.looks.stains import (
    ASLEEP,
    BLOOD_RUNS,
    CLEANED,
    CLEANED_PART,
    DIRTIED,
    DRIED,
    FEATURE,
    HURT,
    HURT_PART,
    STATE,
    WAKES,
    WET,
)
from milimo_tui.story.looks.worn_phrases import (
    goes_along,
    has_word,
    is_among,
    is_garment,
    is_worn,
    piece_of,
    up_to_verb,
    without_verb,
)

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
_HE_ACTS = late(r"\s(?:he|she|they|it)\s(?!(?:has|had|wore|wears|owns|bought|found|stole|borrowed|is|was)\b)")
# “With the tip of her stick she taps the pane.”
_OF_A_THING = late(
    r"the (?:[\w-]+ )?(?:tip|end|edge|hem|brim|toe|heel|point|butt|sleeve|corner|cuff|folds|back|crook"
    r"|handle) of"
    r" (?:the|his|her|their)\b",
    re.IGNORECASE,
)
_AGE_IN_BRACKETS = late(rf"\s*\(({AGE.pattern[1:-1]})\)", re.IGNORECASE)
BRACKET = late(r"\s*\(([^()]{1,80})\)")


class _Mode(Enum):
    """What a list of garments goes on with: “takes off her coat, her hat”."""

    NONE = auto()
    ON = auto()
    OFF = auto()


@dataclass(slots=True)
class Appearance(KnownLook):
    """What is known of somebody at a moment, read from sentence after sentence that tells of them."""

    _put_on: str = ""  # put on last
    _picked: str = ""  # a garment taken up last and not put on yet

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
        mode = _Mode.NONE
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
            if mode is _Mode.ON and goes_on != clause and is_garment(goes_on):
                self._wear(bare(goes_on))
                continue
            if mode is _Mode.OFF and goes_on != clause and is_garment(goes_on):
                self._take_off(bare(goes_on))
                continue
            if mode is not _Mode.NONE and is_garment(clause):
                for piece in _TWO_THINGS.split(clause):
                    (self._put if mode is _Mode.ON else self._take_off)(bare(piece))
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
                mode = _Mode.ON
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
                mode = _Mode.ON
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

    # -- what changes it -------------------------------------------------------------------------

    def _without(self, clause: str) -> bool:
        """Whether a clause says that something is not there any more: no apron, without her coat."""
        gone = [self._lose(found[1]) for found in GONE_FROM.finditer(clause)]
        return bool(gone)

    def _draw(self, thing: str) -> None:
        """Let go of what was stuck in a garment: a cardigan with a handkerchief up the sleeve."""
        stuck = re.compile(rf",? with [^,]*\b{re.escape(thing)}\b[^,]*$", re.IGNORECASE)
        self.wardrobe = [stuck.sub("", each) for each in self.wardrobe]
        self.about = [each for each in self.about if not (AT_BODY.search(each) and has_word(each, thing))]

    def _lose_from_body(self, thing: str) -> None:
        """Let go of what is no garment and is on the body: a flower in the hair, a net over a beard."""
        self.about = [each for each in self.about if not (AT_BODY.search(each) and has_word(each, thing))]
        if (where := IN_HAIR.search(self.hair)) and has_word(self.hair[: where.start()], thing):
            self.hair = where[1]
        if has_word(self.beard.split(" ")[-1], thing):
            self.beard = ""

    def _be_no_longer(self, word: str) -> None:
        """Let go of what somebody is not any more."""
        self._lose(word)
        self.condition = [each for each in self.condition if not has_word(each, word)]

    def _has_any(self, clause: str) -> bool:
        """Whether something is known of what a clause says is not there."""
        return any(has_word(fact, word) for fact in self.facts() for word in WORD.findall(clause)[1:])

    def _change(self, clause: str) -> _Mode:
        """Take what an act changes: clothes put on and off, a state, a garment told of by the way."""
        mode = _Mode.NONE
        if OF_SOMEBODY.match(clause):
            return mode
        if HAIR_IN.match(clause):
            self.hair = bare(re.sub(r"^with ", "", clause))
            return mode
        clause = DRESSING.sub(lambda found: AS_DONE[found[0].casefold()], clause)
        if each := HAS_EACH_SO.match(clause):
            self._change(f"has {each['one']}")
            return self._change(f"has {each['other']}")
        clause = SHORT_IS.sub(r"\1 ", clause)
        if (off := THING_IS_OFF.match(clause)) and not GARMENT.search(off[1]):
            self._lose(off[1])
            return mode
        if longer := NO_LONGER.search(clause):
            self._be_no_longer(longer[1])
            clause = clause[: longer.start()] + clause[longer.end() :]
        if is_like := HAIR_IS.match(clause):
            self.hair = _hair_as(is_like[1].strip(" ,"))
        clause = LIKENED.sub("", clause)
        aged = NOW_AGED.search(clause)
        if aged:
            self.age = aged[1]
        if WAKES.search(clause) and not ASLEEP.search(clause):
            self.wake()
        if STRIPS.search(clause):
            self.wardrobe, mode = [], _Mode.OFF
        if DRESSES.search(clause):
            self.wardrobe, mode = [w for w in self.wardrobe if not UNDRESSED.search(w)], _Mode.ON
        if self._without(clause):
            clause = GONE_FROM.sub(" ", clause).strip()
        left = LEFT.match(clause)
        if left and GARMENT.fullmatch(left[1]):
            self._lose(left[1])
            return mode
        for lost in LOST.finditer(clause):
            self._lose(lost[1])
        if under := COMES_FROM_UNDER.search(clause):
            cover = under[1]
            self.about = [each for each in self.about if not has_word(each, cover)]
            self.wardrobe = [w for w in self.wardrobe if not (_WITHIN.search(w) and has_word(w, cover))]
        for drawn in DRAWN.finditer(clause):
            self._draw(drawn[1])
        for torn in TEARS.finditer(clause):
            self._tear(torn[1])
        if worn_so := WEARS_HAIR.search(clause):
            self._grow(worn_so[1])
            along = clause[worn_so.end() :]
            clause = f"{clause[: worn_so.start()]}{'wears' if along.strip() else ''}{along}"
        if leans := LEANS_ON.search(clause):
            self._put(bare(leans[1]))
        if there := IS_ON_BODY.search(clause) or ON_PART.match(clause):
            self._put(bare(there[1]))
        if picked := PICKED_UP.search(clause):
            self._picked = bare(picked[1])
        if (coloured := IS_COLOURED.match(clause)) and self.wears(coloured[1]):
            self._colour(garments_of(coloured[1]), coloured[2])
            return mode
        if self._put_on and OFF_AGAIN.search(clause):
            self._take_off(self._put_on)
            self._put_on = ""
        if ON_AGAIN.search(clause):
            if self._picked:
                self._wear(self._picked)
            else:
                self.wardrobe = [*self.wardrobe, *self._off]
            self._picked, self._off = "", []
        if has_on := HAS_IT_ON.match(clause):
            self._wear(bare(has_on[1]))
        if BARE_FEET.search(clause):
            self._become("barefoot")
        if (off := IS_OFF.match(clause)) and not clause.casefold().startswith(("a ", "an ")):
            self._take_off(off[1])
        if STANDS_UP.match(clause):
            self.about = [each for each in self.about if not ON_LAP.search(each)]
            self.wardrobe = [each for each in self.wardrobe if not ON_LAP.search(each)]
        if hood_up := HOOD_UP.search(clause):
            if not any(map(HOODED.search, self.wardrobe)):
                self.wardrobe += [once for once in self._worn_once.values() if HOODED.search(once)][-1:]
            over = re.match(r" over (?:one|both) \w+", clause[hood_up.end() :])
            self._wear(f"hood up{over[0] if over else ''}")
            self.about = [each for each in self.about if not _HOOD_DOWN.match(each)]
            clause = HOOD_UP.sub(" ", clause)
        if HOOD_BACK.search(clause):
            without = (
                re.sub(r"\s*(?:with )?(?:the |his |her |an? )?hood(?: up| on)?$", "", w)
                for w in self.wardrobe
            )
            self.wardrobe = [each for each in without if each and each.casefold() not in FURS]
            self.about = [each for each in self.about if not each.casefold().startswith("hood")]
        if done := DONE_UP.search(clause):
            named = garments_of(done[1])
            self.wardrobe = [without_fastening(w) if is_among(named, w) else w for w in self.wardrobe]
            self._worn_once.update(
                {word: without_fastening(w) for word, w in self._worn_once.items() if word in named}
            )
        if teeth := TEETH_OUT.search(clause):
            self.condition = [each for each in self.condition if each != "teeth out"]
            if teeth["how"].casefold() == "out":
                self._become("teeth out")
        if (best := AT_BEST.search(clause)) and GARMENT.search(clause) is None:
            self.change(whole=True)
            self.wardrobe.append(best[0])
        if is_so := IS_SO.match(clause):
            self._loosen(is_so["what"], is_so["how"], own=not clause.casefold().startswith("the "))
            return mode
        if (lifted := LIFTED.search(clause)) and self.wears(lifted["what"]):
            named = garments_of(lifted["what"])
            self.wardrobe = [_OVER_FACE.sub("", w) if is_among(named, w) else w for w in self.wardrobe]
            self._loosen(lifted["what"], "up" if lifted["up"] else "down")
        if loosened := LOOSENED.search(clause):
            how = loosened["how"] or LOOSE[loosened["does"].casefold()]
            self._loosen(loosened["what"] or loosened["tie"], how)
        if opens := OPENS.search(clause):
            self._opened = garments_of(opens[1])
        for lacks in LACKS.finditer(clause):
            self._lose(lacks[1])
        if (away := PUT_AWAY.search(clause)) and not STAYS_ON.match(clause, away.end()):
            self._drop(garments_of(away[1]))
        if (changes := CHANGES.search(clause)) and not NO_CLOTHES_CHANGE.search(clause[: changes.start()]):
            self.change(whole=OUTFIT.search(clause, changes.end()) is not None)
        if (swapped := SWAPPED.search(clause)) and garments_of(swapped["off"]):
            self._take_off(swapped["off"])
            return self._change(f"wears {clause[swapped.start('on') :]}")
        if pulled := PULLED_OVER.search(clause):
            self._wear(bare(pulled[1]))
            clause, mode = clause[: pulled.start()], _Mode.ON
        elif over := PUT_OVER.search(clause):
            self._wear(re.sub(r" over (?:it|them)$", "", bare(over[1])))
            clause, mode = clause[: over.start()], _Mode.ON
        for pattern in (FROM_BODY, TAKEN_OFF, OVER_HEAD, OFF_BEHIND, PUT_BY):
            off = pattern.search(clause)
            if off and garments_of(off[1]):
                self._take_off(off[1])
                clause, mode = clause[: off.start()] + " " + clause[off.end() :], _Mode.OFF
            elif off and FACIAL.search(off[1]):
                self.beard = ""
            elif off and (thing := WORD.findall(off[1])):
                self._lose_from_body(thing[-1])
        if falls := FALLS_OUT.search(clause):
            self._lose_from_body(falls[1])
        if self._off and (another := ON_ANOTHER_WAY.search(clause)):
            self._wear(f"{re.sub(r'^in ', '', self._off[0])} {another[1]}")
            return _Mode.NONE
        on = PUT_ON.search(clause) or ON_BEHIND.search(clause)
        if on and garments_of(on[1]):
            self.new_scene = False
            named = garments_of(on[1])
            not_yet = next((NOT_ON_YET.search(w) for w in self.wardrobe if is_among(named, w)), None)
            if not_yet and not self.hair and (bare_hair := _HAIR_THERE.search(not_yet[0])):
                self.hair = bare_hair[1]
            self.wardrobe = [NOT_ON_YET.sub("", w) if is_among(named, w) else w for w in self.wardrobe]
            self._worn_once.update(
                {word: NOT_ON_YET.sub("", w) for word, w in self._worn_once.items() if is_among(named, w)}
            )
            self._wear(bare(on[1]))
            self._put_on = bare(on[1])
            worn_too = AND_MORE.match(clause, on.end())
            if worn_too and goes_along(worn_too[0]) and garments_of(worn_too[0]):
                self._wear(bare(worn_too[0].strip().removeprefix("and ")))
            clause, mode = clause[: on.start()], _Mode.ON
        if (wears := WEARS.search(clause)) and GARMENT.search(clause, wears.end()):
            mode = _Mode.ON
        self._change_hair(clause)
        if dressed_as := DRESSED_AS.search(clause):
            self._put(dressed_as[0])
        if ROLLED.fullmatch(clause):
            self._become(clause)
        if ROLLS_UP.search(clause):
            self._become("sleeves rolled up")
        if SHIRTSLEEVES.search(clause):
            self._wear("in shirtsleeves")
        if is_one := IS_ONE.search(clause):
            self._put(is_one[1])
            if aged_of := OF_AGE.match(clause[is_one.start(1) :]):
                self.age = aged_of[1]
        for found in ON.finditer(clause):
            phrase = _HE_ACTS.split(found[1])[0]
            if _OF_A_THING.match(phrase):
                continue
            more = AND_MORE.match(clause, found.end())
            if more and GARMENT.search(phrase):
                along = more[0] if goes_along(more[0]) else up_to_verb(more[0])
                phrase += along if along == more[0] or GARMENT.search(along) else ""
            elif more and HAIR.search(phrase) and goes_along(more[0]) and garments_of(more[0]):
                self._wear(bare(more[0].strip().removeprefix("and ")))  # “sports a moustache and a waistcoat”
            if NO_CLOTHING.search(clause[: found.start()]):
                continue
            if KNOWN.match(phrase) or PAST.search(WHICH_ONE.sub("", phrase)) or _COMING.match(phrase):
                continue
            is_told = WEARS.match(found[0]) or COMES.search(clause[: found.start()])
            if THE_ONE.fullmatch(phrase.strip()) and not is_told:
                continue
            if OUTFIT.fullmatch(f"in {phrase.strip()}") or IN_CLOTH.fullmatch(f"in {phrase.strip()}"):
                self._wear(f"in {phrase.strip()}")  # in red, in mourning
            elif GARMENT.search(found[0]) or HAIR.search(phrase):
                is_in = found[0][:3].casefold() == "in " and not HAIR.search(phrase)
                self._put(without_verb(f"in {phrase.strip()}" if is_in else bare(phrase)))
        clause = self._change_skin(clause)
        self._end(clause)
        for found in STATE.finditer(clause):
            self._become(found[0].lower())
        if (
            (implied := IMPLIES.search(clause))
            and not self.wears(touched := implied["what"] or implied["its"] or implied["does"])
            and not CARRIED_GARMENT.search(touched)
        ):
            self._wear(bare(touched))
        if put := PUT_ROUND.match(clause):
            clause = bare(re.split(r"\s+and\s+(?=[a-z]+s\s)", clause[put.end() :])[0])
            if ROUND_BODY.search(clause) and GARMENT.search(clause):
                self._wear(clause)
            return mode
        if FASTENS.match(clause):
            return mode
        if is_act(re.sub(r"^(?:(?:and|then|but) )+", "", clause)):
            return mode
        if worn := LAID_OVER.match(clause) or WORN_ROUND.match(clause):
            self._wear(bare(worn[0]))
        elif is_worn(clause):
            self._put(bare(clause))
        elif _HAIR_SO.fullmatch(clause):
            self._grow(bare(clause))
        return mode

    def _change_skin(self, clause: str) -> str:
        """Take dirt, wet and hurts that come and go; what is left of the clause."""
        if cleaned := CLEANED.search(clause):
            self.condition = [each for each in self.condition if cleaned[1].casefold() not in each.casefold()]
            return clause
        if INTO_WATER.search(clause):
            self._become("wet")
        if cleaned_part := CLEANED_PART.search(clause):
            of_it = cleaned_part[1]
            self.condition = [
                each for each in self.condition if not (DIRTIED.fullmatch(each) and has_word(each, of_it))
            ]
        if DRIED.search(clause):
            self.condition = [each for each in self.condition if not WET.search(each)]
        if part := HURT_PART.match(clause):
            self._become(clause[part.start(1) : part.end()].lower())
            return clause[part.end() :]
        if runs := BLOOD_RUNS.match(clause):
            self._become(f"{runs[1]} {runs[2]}".lower())
        for pattern in (DIRTIED, HURT):
            for found in pattern.finditer(clause):
                self._become(found[0].lower())
            clause = pattern.sub(" ", clause)
        return clause

    def _change_hair(self, clause: str) -> None:
        if self.beard and SHAVES.search(clause):
            self.beard = "clean-shaven"
        if coloured := BEARD_COLOURED.search(clause):
            self.beard = f"{coloured[2]} {coloured[1]}"
        if grown := GROWN.search(clause):
            self.beard = grown[1]
        if HAIR_FREE.search(clause):
            self._drop(OVER_HAIR)
        if HAIR_LOOSE.search(clause):
            self.hair = "hair loose"
            self.about = [each for each in self.about if not re.search(r"\bhair\b", each)]
        elif done := HAIR_DONE.search(clause):
            how = re.sub(r"^into ", "in ", done[2] or done[3], flags=re.IGNORECASE)
            self.hair = f"hair {DONE[done[1].casefold()]} {how}"
        elif dyed := HAIR_DYED.search(clause):
            self.hair = f"{dyed[2] or 'bleached'} hair"
        elif HAIR_CUT.search(clause) or (
            (cut := CUTS_OFF.search(clause)) and has_word(self.hair, cut[1] or cut[2])
        ):
            self.hair = "hair cut short"
        elif shaken := SHAKEN_OUT.search(clause):
            self.hair = shaken[1]
        elif HAIR_IS.match(clause):
            pass  # as it was told before what it is like
        elif seen := HAIR_SEEN.match(clause):
            self.hair = seen[1]
        elif under := HAIR_UNDER.search(clause):
            self.hair = under[1]
        elif falls := HAIR_FALLS.search(clause):
            self.hair = falls[1]
        elif of_hair := OF_HAIR.fullmatch(clause.strip()):
            self._grow(of_hair[1])
        elif coloured := HAIR_COLOURED.search(clause):
            self.hair = f"{coloured[1] or coloured[2]} hair"
        elif (
            re.match(r"(?:(?:his|her|the) )?(?:(?!and\b)[\w-]+,? ){0,3}hair\b", clause, re.IGNORECASE)
            and not is_act(clause)
            and not re.search(r"\bhair is (?:all )?(?:wet|soaked|dripping)", clause, re.IGNORECASE)
        ):
            self.hair = bare(clause)


# “comes in stamping snow off her boots”
_COMING = late(
    r"(?!(?:matching|flowing|clinging|trailing|billowing|dripping|glittering|shining|sparkling|wedding"
    r"|evening|running"
    r"|riding|bathing|swimming|morning|dressing|mourning|fitting|dazzling|sagging|peeling|gleaming"
    r"|hunting|walking"
    r"|fishing|training|working|skiing|flying|diving|tap-dancing|dancing|nothing|contrasting|striking)\b)"
    r"\w+ing (?:[\w-]+ )*?(?:off|from|on|at|with|by|up|into|under|over|behind) ",
    re.IGNORECASE,
)
_HAIR_THERE = late(r"(?:in|into|on) (?:his |her )?((?:(?!his |her )[\w-]+ )+(?:hair|curls))(?!\w)", re.I)
_HAS_HAIR = late(
    rf"(?:an? )?(?:(?!his |her |their |on |in |at )[\w'’-]+ ){{0,4}}?(?:{HAIR.pattern})"
    r"|an? (?:shaved|shaven|bald|close-cropped) (?:head|scalp|skull)\b",
    re.I,
)
_A_GARMENT = late(
    rf"an? (?:[\w'’-]+ ){{0,3}}?(?:{GARMENT.pattern})(?: (?:with|of|over|pulled|tied|buttoned) [^,]*)?",
    re.IGNORECASE,
)
_HOOD_DOWN = late(r"hood (?:\w+ )?(?:back|down|off)", re.IGNORECASE)
_WITHIN = late(r"(?<!\w)(?:inside|under|beneath|within|in) (?:the|an?) ", re.IGNORECASE)
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
_OVER_FACE = late(r" (?:down )?over (?:his|her) (?:face|eyes|nose|mouth)$", re.IGNORECASE)
_OUT_OF = late(  # “TAMMY, out of her feathers, jeans and a sweatshirt”
    r"(?:finally |now )?out of (?:(?:his|her|the) )?(?:[\w-]+ )?(uniform|costume|feathers|make-?up|suit"
    r"|gown|robes?"
    r"|armou?r|wig|habit|scrubs|overalls|dress|heels)(?: now)?",
    re.IGNORECASE,
)
_HAIR_SO = late(  # “comes in, beard dripping”
    rf"(?:with )?(?:(?:his|her) )?(?:(?!his |her |the )[\w-]+ ){{0,2}}(?:{HAIR.pattern})"
    r"(?: (?:\w+ing|\w+ed|loose|down|up|wild|everywhere|on end|all over the place|in [\w-]+))?",
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


def _hair_as(words: str) -> str:
    return f"hair {words}" if " like " in words else f"{words} hair"


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
