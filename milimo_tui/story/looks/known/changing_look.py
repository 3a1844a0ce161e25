"""Changes of a person's look that are caused by acts: clothes put on or taken off, a state, an age. Pure
functions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.looks.body_words import AT_BODY, IS_ONE, NOW_AGED
from milimo_tui.story.looks.clause_words import (
    COMES,
    FASTENS,
    FURS,
    KNOWN,
    LIKENED,
    OF_SOMEBODY,
    ON_AGAIN,
    PAST,
    ROUND_BODY,
    THE_ONE,
    WEARS,
    WHICH_ONE,
)
from milimo_tui.story.looks.clothes.dressing_patterns import (
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
from milimo_tui.story.looks.clothes.garment_states import (
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
    strip_fastening,
)
from milimo_tui.story.looks.clothes.garments import (
    CARRIED_GARMENT,
    GARMENT,
    HOODED,
    IN_CLOTH,
    OUTFIT,
    UNDRESSED,
    find_garments,
    strip_article,
)
from milimo_tui.story.looks.clothes.undressing_patterns import (
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
from milimo_tui.story.looks.clothes.unworn_patterns import ON_LAP, STANDS_UP
from milimo_tui.story.looks.clothes.wearing_patterns import (
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
    SHIRTSLEEVES,
    WORN_ROUND,
)
from milimo_tui.story.looks.descriptions import OF_AGE, ROLLED, WORD, is_act_clause
from milimo_tui.story.looks.hair_words import FACIAL, FALLS_OUT, HAIR, HAIR_IN, HAIR_IS, WEARS_HAIR
from milimo_tui.story.looks.known.hair_and_skin import HairAndSkinLook
from milimo_tui.story.looks.stains import ASLEEP, STATE, WAKES
from milimo_tui.story.looks.worn_phrases import (
    cut_phrase_after_garment,
    cut_worn_words_at_verb,
    describes_worn_garment,
    has_word,
    is_list_of_clothes,
    names_any_garment,
)

_HE_ACTS = compile_lazily(
    r"\s(?:he|she|they|it)\s(?!(?:has|had|wore|wears|owns|bought|found|stole|borrowed|is|was)\b)"
)
# Matches an act that is done with a thing: “With the tip of her stick she taps the pane.”
_OF_A_THING = compile_lazily(
    r"the (?:[\w-]+ )?(?:tip|end|edge|hem|brim|toe|heel|point|butt|sleeve|corner|cuff|folds|back|crook"
    r"|handle) of"
    r" (?:the|his|her|their)\b",
    re.IGNORECASE,
)
# Matches an act in the “-ing” form that accompanies another act: the “stamping snow off her boots” of “comes
# in stamping snow off her boots”.
_COMING = compile_lazily(
    r"(?!(?:matching|flowing|clinging|trailing|billowing|dripping|glittering|shining|sparkling|wedding"
    r"|evening|running"
    r"|riding|bathing|swimming|morning|dressing|mourning|fitting|dazzling|sagging|peeling|gleaming"
    r"|hunting|walking"
    r"|fishing|training|working|skiing|flying|diving|tap-dancing|dancing|nothing|contrasting|striking)\b)"
    r"\w+ing (?:[\w-]+ )*?(?:off|from|on|at|with|by|up|into|under|over|behind) ",
    re.IGNORECASE,
)
_HAIR_THERE = compile_lazily(
    r"(?:in|into|on) (?:his |her )?((?:(?!his |her )[\w-]+ )+(?:hair|curls))(?!\w)", re.I
)
_HOOD_DOWN = compile_lazily(r"hood (?:\w+ )?(?:back|down|off)", re.IGNORECASE)
_WITHIN = compile_lazily(r"(?<!\w)(?:inside|under|beneath|within|in) (?:the|an?) ", re.IGNORECASE)
_OVER_FACE = compile_lazily(r" (?:down )?over (?:his|her) (?:face|eyes|nose|mouth)$", re.IGNORECASE)
# Matches hair or a beard with its state, after a comma: “comes in, beard dripping”.
_HAIR_SO = compile_lazily(
    rf"(?:with )?(?:(?:his|her) )?(?:(?!his |her |the )[\w-]+ ){{0,2}}(?:{HAIR.pattern})"
    r"(?: (?:\w+ing|\w+ed|loose|down|up|wild|everywhere|on end|all over the place|in [\w-]+))?",
    re.IGNORECASE,
)


class GarmentListMode(Enum):
    """The act that continues through a list of garments. In “takes off her coat, her hat” the act also
    applies to the hat.
    """

    NONE = auto()
    ON = auto()
    OFF = auto()


@dataclass(slots=True)
class PendingClause:
    """A clause that is being applied to a look: the words that remain to be applied, and the list mode for
    the next clause.
    """

    clause: str
    mode: GarmentListMode = GarmentListMode.NONE
    is_over: bool = False  # True if the remaining words of the clause must not be applied.

    def finish_clause(self, mode: GarmentListMode | None = None) -> None:
        """Ignore the remaining words of the clause. `mode` is the act that also applies to garments listed in
        the next clause; None leaves it unchanged.
        """
        self.mode, self.is_over = self.mode if mode is None else mode, True

    def cut_clause_at(self, found: re.Match[str], mode: GarmentListMode | None = None) -> None:
        """Remove the match `found` and all words after it from the clause. `mode` is the act that also
        applies to garments listed in the next clause; None leaves it unchanged.
        """
        self.clause, self.mode = self.clause[: found.start()], self.mode if mode is None else mode


@dataclass(slots=True)
class ChangingLook(HairAndSkinLook):
    """The known look of a person at one point of the script, with methods that apply the person's acts to
    it.
    """

    _put_on: str = ""  # The garment that the person put on last.
    _picked: str = ""  # The garment that the person picked up last and has not put on yet.

    def _apply_act_clause(self, clause: str) -> GarmentListMode:
        """Apply an act to the look: clothes put on or off, a state, a garment mentioned in passing. Return
        the act that also applies to garments listed in the next clause.
        """
        if OF_SOMEBODY.match(clause):
            return GarmentListMode.NONE
        if HAIR_IN.match(clause):
            self.hair = strip_article(re.sub(r"^with ", "", clause))
            return GarmentListMode.NONE
        pending = PendingClause(DRESSING.sub(lambda found: AS_DONE[found[0].casefold()], clause))
        if each := HAS_EACH_SO.match(pending.clause):
            self._apply_act_clause(f"has {each['one']}")
            return self._apply_act_clause(f"has {each['other']}")
        for take in (
            self._apply_age_and_endings,
            self._apply_dressing,
            self._apply_losses,
            self._apply_hair_and_props,
            self._on_or_off_again,
            self._apply_hood_moves,
            self._apply_fastening,
            self._apply_putting_away,
            self._apply_clothes_change,
            self._apply_pulling_over,
            self._apply_taking_off,
            self._apply_putting_on,
            self._apply_dressed_state,
            self._apply_worn_things,
            self._apply_bodily_states,
            self._apply_garment_only_clause,
        ):
            take(pending)
            if pending.is_over:
                break
        return pending.mode

    def _apply_age_and_endings(self, pending: PendingClause) -> None:
        """Apply an age and a statement about hair. Also remove qualities that the clause ends, such as
        “asleep” when the person wakes.
        """
        pending.clause = SHORT_IS.sub(r"\1 ", pending.clause)
        if (off := THING_IS_OFF.match(pending.clause)) and not GARMENT.search(off[1]):
            self._remove_facts_with_word(off[1])
            pending.finish_clause()
            return
        if longer := NO_LONGER.search(pending.clause):
            self._end_quality(longer[1])
            pending.clause = pending.clause[: longer.start()] + pending.clause[longer.end() :]
        if is_like := HAIR_IS.match(pending.clause):
            self.hair = _format_hair_words(is_like[1].strip(" ,"))
        pending.clause = LIKENED.sub("", pending.clause)
        if aged := NOW_AGED.search(pending.clause):
            self.age = aged[1]
        if WAKES.search(pending.clause) and not ASLEEP.search(pending.clause):
            self.end_sleep()

    def _apply_dressing(self, pending: PendingClause) -> None:
        if STRIPS.search(pending.clause):
            self.wardrobe, pending.mode = [], GarmentListMode.OFF
        if DRESSES.search(pending.clause):
            self.wardrobe = [w for w in self.wardrobe if not UNDRESSED.search(w)]
            pending.mode = GarmentListMode.ON

    def _apply_losses(self, pending: PendingClause) -> None:
        """Remove things that are missing, left behind or pulled out, and mark torn garments."""
        if self._remove_missing_things(pending.clause):
            pending.clause = GONE_FROM.sub(" ", pending.clause).strip()
        if (left := LEFT.match(pending.clause)) and GARMENT.fullmatch(left[1]):
            self._remove_facts_with_word(left[1])
            pending.finish_clause()
            return
        for lost in LOST.finditer(pending.clause):
            self._remove_facts_with_word(lost[1])
        if under := COMES_FROM_UNDER.search(pending.clause):
            cover = under[1]
            self.about = [each for each in self.about if not has_word(each, cover)]
            self.wardrobe = [w for w in self.wardrobe if not (_WITHIN.search(w) and has_word(w, cover))]
        for drawn in DRAWN.finditer(pending.clause):
            self._remove_drawn_thing(drawn[1])
        for tear in TEARS.finditer(pending.clause):
            self._mark_garment_torn(tear[1])

    def _apply_hair_and_props(self, pending: PendingClause) -> None:
        """Apply the arrangement of hair, and things that a person leans on, has on the body or picks up."""
        if worn_so := WEARS_HAIR.search(pending.clause):
            self._set_hair(worn_so[1])
            along = pending.clause[worn_so.end() :]
            pending.clause = f"{pending.clause[: worn_so.start()]}{'wears' if along.strip() else ''}{along}"
        if leans := LEANS_ON.search(pending.clause):
            self._add_fact(strip_article(leans[1]))
        if match := IS_ON_BODY.search(pending.clause) or ON_PART.match(pending.clause):
            self._add_fact(strip_article(match[1]))
        if picked := PICKED_UP.search(pending.clause):
            self._picked = strip_article(picked[1])
        if (coloured := IS_COLOURED.match(pending.clause)) and self.is_wearing(coloured[1]):
            self._recolour_garment(find_garments(coloured[1]), coloured[2])
            pending.finish_clause()

    def _on_or_off_again(self, pending: PendingClause) -> None:
        """Apply acts on “it” or “them”, such as “takes it off”. The pronoun means the garment that the person
        put on last, took off before, or has just picked up.
        """
        clause = pending.clause
        if self._put_on and OFF_AGAIN.search(clause):
            self._take_off(self._put_on)
            self._put_on = ""
        if ON_AGAIN.search(clause):
            if self._picked:
                self._add_garment(self._picked)
            else:
                self.wardrobe = [*self.wardrobe, *self._off]
            self._picked, self._off = "", []
        if has_on := HAS_IT_ON.match(clause):
            self._add_garment(strip_article(has_on[1]))
        if BARE_FEET.search(clause):
            self._set_bodily_state("barefoot")
        if (off := IS_OFF.match(clause)) and not clause.casefold().startswith(("a ", "an ")):
            self._take_off(off[1])
        if STANDS_UP.match(clause):
            self.about = [each for each in self.about if not ON_LAP.search(each)]
            self.wardrobe = [each for each in self.wardrobe if not ON_LAP.search(each)]

    def _apply_hood_moves(self, pending: PendingClause) -> None:
        if hood_up := HOOD_UP.search(pending.clause):
            if not any(map(HOODED.search, self.wardrobe)):
                self.wardrobe += [once for once in self._worn_once.values() if HOODED.search(once)][-1:]
            over = re.match(r" over (?:one|both) \w+", pending.clause[hood_up.end() :])
            self._add_garment(f"hood up{over[0] if over else ''}")
            self.about = [each for each in self.about if not _HOOD_DOWN.match(each)]
            pending.clause = HOOD_UP.sub(" ", pending.clause)
        if HOOD_BACK.search(pending.clause):
            without = (
                re.sub(r"\s*(?:with )?(?:the |his |her |an? )?hood(?: up| on)?$", "", w)
                for w in self.wardrobe
            )
            self.wardrobe = [each for each in without if each and each.casefold() not in FURS]
            self.about = [each for each in self.about if not each.casefold().startswith("hood")]

    def _apply_fastening(self, pending: PendingClause) -> None:
        """Apply the state of worn garments: done up, loosened, lifted, open."""
        clause = pending.clause
        if done := DONE_UP.search(clause):
            named = find_garments(done[1])
            self.wardrobe = [strip_fastening(w) if names_any_garment(named, w) else w for w in self.wardrobe]
            self._worn_once.update(
                {word: strip_fastening(w) for word, w in self._worn_once.items() if word in named}
            )
        if teeth := TEETH_OUT.search(clause):
            self.condition = [each for each in self.condition if each != "teeth out"]
            if teeth["how"].casefold() == "out":
                self._set_bodily_state("teeth out")
        if (best := AT_BEST.search(clause)) and GARMENT.search(clause) is None:
            self.remove_for_change(whole=True)
            self.wardrobe.append(best[0])
        if is_so := IS_SO.match(clause):
            self._loosen_garment(is_so["what"], is_so["how"], own=not clause.casefold().startswith("the "))
            pending.finish_clause()
            return
        if (lifted := LIFTED.search(clause)) and self.is_wearing(lifted["what"]):
            named = find_garments(lifted["what"])
            self.wardrobe = [
                _OVER_FACE.sub("", w) if names_any_garment(named, w) else w for w in self.wardrobe
            ]
            self._loosen_garment(lifted["what"], "up" if lifted["up"] else "down")
        if loosened := LOOSENED.search(clause):
            how = loosened["how"] or LOOSE[loosened["does"].casefold()]
            self._loosen_garment(loosened["what"] or loosened["tie"], how)
        if opens := OPENS.search(clause):
            self._opened = find_garments(opens[1])

    def _apply_putting_away(self, pending: PendingClause) -> None:
        for match in LACKS.finditer(pending.clause):
            self._remove_facts_with_word(match[1])
        if (away := PUT_AWAY.search(pending.clause)) and not STAYS_ON.match(pending.clause, away.end()):
            self._remove_garments(find_garments(away[1]))

    def _apply_clothes_change(self, pending: PendingClause) -> None:
        """Apply a change of all clothes, or the exchange of a garment for another garment."""
        changes = CHANGES.search(pending.clause)
        if changes and not NO_CLOTHES_CHANGE.search(pending.clause[: changes.start()]):
            self.remove_for_change(whole=OUTFIT.search(pending.clause, changes.end()) is not None)
        if (swapped := SWAPPED.search(pending.clause)) and find_garments(swapped["off"]):
            self._take_off(swapped["off"])
            pending.finish_clause(self._apply_act_clause(f"wears {pending.clause[swapped.start('on') :]}"))

    def _apply_pulling_over(self, pending: PendingClause) -> None:
        if pulled := PULLED_OVER.search(pending.clause):
            self._add_garment(strip_article(pulled[1]))
            pending.cut_clause_at(pulled, GarmentListMode.ON)
        elif over := PUT_OVER.search(pending.clause):
            self._add_garment(re.sub(r" over (?:it|them)$", "", strip_article(over[1])))
            pending.cut_clause_at(over, GarmentListMode.ON)

    def _apply_taking_off(self, pending: PendingClause) -> None:
        for pattern in (FROM_BODY, TAKEN_OFF, OVER_HEAD, OFF_BEHIND, PUT_BY):
            off = pattern.search(pending.clause)
            if off and find_garments(off[1]):
                self._take_off(off[1])
                pending.clause = pending.clause[: off.start()] + " " + pending.clause[off.end() :]
                pending.mode = GarmentListMode.OFF
            elif off and FACIAL.search(off[1]):
                self.beard = ""
            elif off and (words := WORD.findall(off[1])):
                self._remove_thing_on_body(words[-1])
        if falls := FALLS_OUT.search(pending.clause):
            self._remove_thing_on_body(falls[1])
        if self._off and (another := ON_ANOTHER_WAY.search(pending.clause)):
            self._add_garment(f"{re.sub(r'^in ', '', self._off[0])} {another[1]}")
            pending.finish_clause(GarmentListMode.NONE)

    def _apply_putting_on(self, pending: PendingClause) -> None:
        on = PUT_ON.search(pending.clause) or ON_BEHIND.search(pending.clause)
        if on is None or not (named := find_garments(on[1])):
            return
        self.new_scene = False
        not_yet = next((NOT_ON_YET.search(w) for w in self.wardrobe if names_any_garment(named, w)), None)
        if not_yet and not self.hair and (bare_hair := _HAIR_THERE.search(not_yet[0])):
            self.hair = bare_hair[1]
        self.wardrobe = [NOT_ON_YET.sub("", w) if names_any_garment(named, w) else w for w in self.wardrobe]
        self._worn_once.update(
            {
                word: NOT_ON_YET.sub("", w)
                for word, w in self._worn_once.items()
                if names_any_garment(named, w)
            }
        )
        self._add_garment(strip_article(on[1]))
        self._put_on = strip_article(on[1])
        worn_too = AND_MORE.match(pending.clause, on.end())
        if worn_too and is_list_of_clothes(worn_too[0]) and find_garments(worn_too[0]):
            self._add_garment(strip_article(worn_too[0].strip().removeprefix("and ")))
        pending.cut_clause_at(on, GarmentListMode.ON)

    def _apply_dressed_state(self, pending: PendingClause) -> None:
        """Apply hair, rolled sleeves, a costume, and a noun that says what kind of person this is."""
        clause = pending.clause
        if (wears := WEARS.search(clause)) and GARMENT.search(clause, wears.end()):
            pending.mode = GarmentListMode.ON
        self._apply_hair_changes(clause)
        if dressed_as := DRESSED_AS.search(clause):
            self._add_fact(dressed_as[0])
        if ROLLED.fullmatch(clause):
            self._set_bodily_state(clause)
        if ROLLS_UP.search(clause):
            self._set_bodily_state("sleeves rolled up")
        if SHIRTSLEEVES.search(clause):
            self._add_garment("in shirtsleeves")
        if is_one := IS_ONE.search(clause):
            self._add_fact(is_one[1])
            if aged_of := OF_AGE.match(clause[is_one.start(1) :]):
                self.age = aged_of[1]

    def _apply_worn_things(self, pending: PendingClause) -> None:
        """Apply each thing that the clause describes as worn: in a coat, with a scar, wears glasses."""
        for found in ON.finditer(pending.clause):
            phrase, before = _HE_ACTS.split(found[1])[0], pending.clause[: found.start()]
            if _OF_A_THING.match(phrase):
                continue
            more = AND_MORE.match(pending.clause, found.end())
            if more and GARMENT.search(phrase):
                along = more[0] if is_list_of_clothes(more[0]) else cut_worn_words_at_verb(more[0])
                phrase += along if along == more[0] or GARMENT.search(along) else ""
            elif more and HAIR.search(phrase) and is_list_of_clothes(more[0]) and find_garments(more[0]):
                self._add_garment(
                    strip_article(more[0].strip().removeprefix("and "))
                )  # Splits two things that share a verb: “sports a moustache and a waistcoat”.
            is_none_on = NO_CLOTHING.search(before) or KNOWN.match(phrase)
            if is_none_on or PAST.search(WHICH_ONE.sub("", phrase)) or _COMING.match(phrase):
                continue
            is_told = WEARS.match(found[0]) or COMES.search(before)
            if THE_ONE.fullmatch(phrase.strip()) and not is_told:
                continue
            if OUTFIT.fullmatch(f"in {phrase.strip()}") or IN_CLOTH.fullmatch(f"in {phrase.strip()}"):
                # Clothes that are named only by colour or cloth: “in red”, “in mourning”.
                self._add_garment(f"in {phrase.strip()}")
            elif GARMENT.search(found[0]) or HAIR.search(phrase):
                is_in = found[0][:3].casefold() == "in " and not HAIR.search(phrase)
                self._add_fact(
                    cut_phrase_after_garment(f"in {phrase.strip()}" if is_in else strip_article(phrase))
                )

    def _apply_bodily_states(self, pending: PendingClause) -> None:
        pending.clause = self._apply_skin_changes(pending.clause)
        self._end_contrary_states(pending.clause)
        for found in STATE.finditer(pending.clause):
            self._set_bodily_state(found[0].lower())
        if implied := IMPLIES.search(pending.clause):
            touched = implied["what"] or implied["its"] or implied["does"]
            if not self.is_wearing(touched) and not CARRIED_GARMENT.search(touched):
                self._add_garment(strip_article(touched))

    def _apply_garment_only_clause(self, pending: PendingClause) -> None:
        """Apply a clause that names a worn thing and has no verb: “a shawl over her shoulders”."""
        clause = pending.clause
        if put := PUT_ROUND.match(clause):
            around = strip_article(re.split(r"\s+and\s+(?=[a-z]+s\s)", clause[put.end() :])[0])
            if ROUND_BODY.search(around) and GARMENT.search(around):
                self._add_garment(around)
        elif FASTENS.match(clause) or is_act_clause(re.sub(r"^(?:(?:and|then|but) )+", "", clause)):
            pass
        elif match := LAID_OVER.match(clause) or WORN_ROUND.match(clause):
            self._add_garment(strip_article(match[0]))
        elif describes_worn_garment(clause):
            self._add_fact(strip_article(clause))
        elif _HAIR_SO.fullmatch(clause):
            self._set_hair(strip_article(clause))

    def _remove_missing_things(self, clause: str) -> bool:
        """Remove the things that a clause describes as missing (no apron, without her coat). Return True if
        the clause mentions such things.
        """
        removed = [self._remove_facts_with_word(found[1]) for found in GONE_FROM.finditer(clause)]
        return bool(removed)

    def _remove_drawn_thing(self, thing: str) -> None:
        """Remove a thing that was stuck in a worn garment and is pulled out, such as a handkerchief in a
        sleeve.
        """
        stuck = re.compile(rf",? with [^,]*\b{re.escape(thing)}\b[^,]*$", re.IGNORECASE)
        self.wardrobe = [stuck.sub("", each) for each in self.wardrobe]
        self.about = [each for each in self.about if not (AT_BODY.search(each) and has_word(each, thing))]

    def _end_quality(self, word: str) -> None:
        """Remove a quality that no longer applies to the person. `word` names the quality, such as “wet”."""
        self._remove_facts_with_word(word)
        self.condition = [each for each in self.condition if not has_word(each, word)]


def _format_hair_words(words: str) -> str:
    return f"hair {words}" if " like " in words else f"{words} hair"
