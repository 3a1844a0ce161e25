"""Changes of hair, beard and skin: hair cut, dyed, let down or shaved off; skin dirty, hurt or clean again.
Pure functions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from milimo_tui.story.looks.body_words import AT_BODY, OF_HAIR
from milimo_tui.story.looks.clothes.garments import strip_article
from milimo_tui.story.looks.descriptions import INTO_WATER, is_act_clause
from milimo_tui.story.looks.hair_words import (
    BEARD_COLOURED,
    CUTS_OFF,
    DONE,
    GROWN,
    HAIR_COLOURED,
    HAIR_CUT,
    HAIR_DONE,
    HAIR_DYED,
    HAIR_FALLS,
    HAIR_FREE,
    HAIR_IS,
    HAIR_LOOSE,
    HAIR_SEEN,
    HAIR_UNDER,
    IN_HAIR,
    OVER_HAIR,
    SHAKEN_OUT,
    SHAVES,
)
from milimo_tui.story.looks.known.known_look import KnownLook
from milimo_tui.story.looks.stains import (
    BLOOD_RUNS,
    CLEANED,
    CLEANED_PART,
    DIRTIED,
    DRIED,
    HURT,
    HURT_PART,
    WET,
)
from milimo_tui.story.looks.worn_phrases import has_word


@dataclass(slots=True)
class HairAndSkinLook(KnownLook):
    """The known look of a person at one point of the script, with methods that apply acts on hair and skin to
    it.
    """

    def _apply_skin_changes(self, clause: str) -> str:
        """Apply dirt, wetness and injuries that begin or end in a clause. Return the rest of the clause."""
        if cleaned := CLEANED.search(clause):
            self.condition = [each for each in self.condition if cleaned[1].casefold() not in each.casefold()]
            return clause
        if INTO_WATER.search(clause):
            self._set_bodily_state("wet")
        if cleaned_part := CLEANED_PART.search(clause):
            of_it = cleaned_part[1]
            self.condition = [
                each for each in self.condition if not (DIRTIED.fullmatch(each) and has_word(each, of_it))
            ]
        if DRIED.search(clause):
            self.condition = [each for each in self.condition if not WET.search(each)]
        if part := HURT_PART.match(clause):
            self._set_bodily_state(clause[part.start(1) : part.end()].lower())
            return clause[part.end() :]
        if runs := BLOOD_RUNS.match(clause):
            self._set_bodily_state(f"{runs[1]} {runs[2]}".lower())
        for pattern in (DIRTIED, HURT):
            for found in pattern.finditer(clause):
                self._set_bodily_state(found[0].lower())
            clause = pattern.sub(" ", clause)
        return clause

    def _apply_hair_changes(self, clause: str) -> None:
        if self.beard and SHAVES.search(clause):
            self.beard = "clean-shaven"
        if coloured := BEARD_COLOURED.search(clause):
            self.beard = f"{coloured[2]} {coloured[1]}"
        if grown := GROWN.search(clause):
            self.beard = grown[1]
        if HAIR_FREE.search(clause):
            self._remove_garments(OVER_HAIR)
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
            pass  # `ChangingLook` has already set this hair.
        elif match := HAIR_SEEN.match(clause):
            self.hair = match[1]
        elif under := HAIR_UNDER.search(clause):
            self.hair = under[1]
        elif falls := HAIR_FALLS.search(clause):
            self.hair = falls[1]
        elif of_hair := OF_HAIR.fullmatch(clause.strip()):
            self._set_hair(of_hair[1])
        elif coloured := HAIR_COLOURED.search(clause):
            self.hair = f"{coloured[1] or coloured[2]} hair"
        elif (
            re.match(r"(?:(?:his|her|the) )?(?:(?!and\b)[\w-]+,? ){0,3}hair\b", clause, re.IGNORECASE)
            and not is_act_clause(clause)
            and not re.search(r"\bhair is (?:all )?(?:wet|soaked|dripping)", clause, re.IGNORECASE)
        ):
            self.hair = strip_article(clause)

    def _remove_thing_on_body(self, thing: str) -> None:
        """Remove a thing on the body that is not a garment: a flower in the hair, a net over a beard."""
        self.about = [each for each in self.about if not (AT_BODY.search(each) and has_word(each, thing))]
        if (where := IN_HAIR.search(self.hair)) and has_word(self.hair[: where.start()], thing):
            self.hair = where[1]
        if has_word(self.beard.split(" ")[-1], thing):
            self.beard = ""
