"""The state of a person's look. Phrases are sorted into age, clothes, hair and condition, and a new phrase
replaces older phrases by rules. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, field

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.looks.body_words import strip_now_from_age
from milimo_tui.story.looks.clothes.garment_states import strip_fastening
from milimo_tui.story.looks.clothes.garments import (
    AT_THROAT,
    BARED,
    BODY_GARMENTS,
    BODYWEAR,
    COLOUR,
    GARMENT,
    NIGHTWEAR,
    OUTER,
    OUTFIT,
    PART,
    RAINWEAR,
    find_garments,
    may_mean_garment,
    strip_article,
)
from milimo_tui.story.looks.clothes.undressing_patterns import BARE_FEET
from milimo_tui.story.looks.clothes.unworn_patterns import HELD, NOT_WORN
from milimo_tui.story.looks.clothes.wearing_patterns import SHIRTSLEEVES
from milimo_tui.story.looks.descriptions import AGE, ROLLED
from milimo_tui.story.looks.hair_words import FACIAL, HAIR, HAIR_FREE, OVER_HAIR
from milimo_tui.story.looks.stains import DIRTIED, HURT, STATE, find_ended_states
from milimo_tui.story.looks.worn_phrases import (
    find_garment_part,
    has_word,
    names_any_garment,
)
from milimo_tui.story.values.text import fold

# Matches a garment that makes a complete outfit together with the other garments of its phrase: “in jeans and
# a parka”.
_DRESSES = compile_lazily(
    r"(?<!\w)(?:shirt|t-shirt|blouse|sweatshirt|polo|turtleneck|vest|singlet|undershirt|jeans|trousers"
    r"|skirt|shorts|slacks|chinos"
    r"|leggings|breeches|jodhpurs|shirtsleeves|coat and (?:[\w-]+ )?hat)(?!\w)",
    re.IGNORECASE,
)
# Matches a garment whose position shows that it is not worn: “his hat on his knee”.
_OFF_BODY = compile_lazily(
    r"(?<!\w)(?:under|in|over|on) (?:one|his|her|their|the other|each|either)"
    r" (?:arms?|hands?|fists?|lap|elbow|pocket|belt|knees?)(?!\w)",
    re.IGNORECASE,
)
_TIME_WORD = compile_lazily(
    "(?:LATER|DAY|NIGHT|DAWN|DUSK|MORNING|EVENING|NOON|AFTERNOON|SPRING|SUMMER|AUTUMN|FALL|WINTER|SUN"
    "|SNOW|RAIN|CONTINUOUS)"
)
_ON_ANOTHER = compile_lazily(
    r"\s(?:on|to|at|from|in) (?:the|his|her"
    r"|their) [\w'’ -]+$",
    re.IGNORECASE,
)  # Matches a garment on another garment: “goggles on the helmet”.
_HIS = compile_lazily(r"(?:in )?(?:his|her|their|the|same) ", re.IGNORECASE)
_HERS = compile_lazily(r"(?:in )?(?:his|her|their) ", re.IGNORECASE)
_TRAILING = compile_lazily(r"\s+(?:and|with|but|now)$", re.IGNORECASE)
# Matches garments below the waist. A person who puts these on may still be bare above the waist.
_BELOW_WAIST = compile_lazily(
    r"(?<!\w)(?:jeans|trousers|pants|shorts|trunks|slacks|joggers|skirt|kilt|leggings|breeches|sarong|towel"
    r"|loincloth|boots?|shoes?|socks?|sandals?|slippers?|hat|cap|helmet|glasses|sunglasses|braces|belt)$",
    re.IGNORECASE,
)
_UNDRESSED = frozenset({"bare-chested", "naked", "shirtless"})
_GONE = compile_lazily(r"(?:[\w'’-]+ )?([\w-]+) (?:gone|missing|lost|nowhere)$", re.IGNORECASE)
OVER = compile_lazily(r"(?<!\w)(?:over|under|on top of)(?!\w)", re.IGNORECASE)
WET_HAIR = compile_lazily(
    r"(?<!\w)(?:curlers|rollers|towel|wet|dripping|(?:stand|stick)(?:s|ing)|on end|plastered)(?!\w)",
    re.IGNORECASE,
)
_OF_TWO_PIECES = compile_lazily(  # Matches a suit that includes a jacket.
    r"(?P<in>in )?(?:an? |his |her )?(?P<how>(?:[\w'’-]+,? )*?)"
    r"(?<!boiler )(?<!bathing )(?<!swim )(?<!swimming )(?<!diving )(?<!wet )(?<!track )(?<!ski )(?<!snow"
    r" )(?<!space )"
    r"(?<!jump )(?<!hazmat )(?<!romper )(?<!shell )(?<!sun )(?<!rabbit )(?<!bear )(?<!gorilla )"
    r"(?:business |lounge |three-piece |two-piece |trouser |pant )?suit(?![\w-])",
    re.IGNORECASE,
)
# Matches a thing inside a garment. In “a knife in his boot” the boot only gives the position of the knife, so
# the words replace no earlier description of the boot.
_KEPT_IN = compile_lazily(
    r"in (?:his|her|their|the) (?:own )?(?:left |right |other )?(?:belt|boot|shoe|sock|glove|hat|cap"
    r"|hood|sleeve|collar"
    r"|bra|apron|stocking|hatband|waistband)",
    re.IGNORECASE,
)
# Matches clothes worn only at home. A person who goes out in a suit does not wear them any more.
_FOR_THE_HOUSE = compile_lazily(
    r"(?<!\w)(?:slippers?|aprons?|(?:gardening|rubber|oven|washing-up) gloves|hairnet|oven mitts?"
    r"|towels?)(?!\w)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class LookState:
    """The clothes and features of a person at one point of the script.

    `on_screen` is True if the person was only seen in a picture so far, for example on TV.
    """

    age: str = ""
    about: list[str] = field(default_factory=list)
    wardrobe: list[str] = field(default_factory=list)
    hair: str = ""
    beard: str = ""
    condition: list[str] = field(default_factory=list)
    on_screen: bool = False
    new_day: bool = False  # True if a new day began after the last description of the person.
    # True if a scene that does not continue the previous scene began after the last description of the
    # person.
    new_scene: bool = False
    # True if a montage item began after the last description of the person. Each item may be on another day.
    new_item: bool = False
    _worn_before: tuple[str, ...] = ()  # The clothes worn before the current montage item.
    _anew: bool = False
    _off: list[str] = field(default_factory=list)  # The garments that were taken off last.
    _opened: set[str] = field(default_factory=set)  # The coat that was unbuttoned last.
    # Maps a garment to the words that last described it.
    _worn_once: dict[str, str] = field(default_factory=dict)

    def list_facts(self) -> tuple[str, ...]:
        """Return all phrases that describe the look: age, features, clothes, hair, beard and condition. An
        unknown age, hair or beard gives an empty string.
        """
        return (self.age, *self.about, *self.wardrobe, self.hair, self.beard, *self.condition)

    def is_wearing(self, words: str, *, by_kind: bool = True) -> bool:
        """Return True if a garment of this name is worn. With `by_kind`, a worn garment that the name may
        mean also counts.
        """
        removed = find_garments(words)
        return any(
            names_any_garment(removed, each) if by_kind else find_garments(each) & removed
            for each in self.wardrobe
        )

    def _add_fact(self, phrase: str) -> None:
        """Add a phrase to the part of the look that it describes: age, clothes, hair, condition or other
        features.
        """
        phrase = _TRAILING.sub("", phrase)
        if not phrase or _TIME_WORD.fullmatch(phrase):
            return
        self._end_contrary_states(phrase)
        if AGE.match(phrase):
            self.age = strip_now_from_age(phrase)
        elif DIRTIED.fullmatch(phrase) or HURT.fullmatch(phrase):
            self._set_bodily_state(phrase)
        elif GARMENT.search(phrase):
            self._add_garment(phrase)
        elif HAIR.search(phrase):
            self._set_hair(phrase)
        elif STATE.search(phrase) or ROLLED.fullmatch(phrase):
            self._set_bodily_state(phrase)
        elif phrase not in self.about:
            self.about.append(phrase)

    def _add_about_phrase(self, phrase: str) -> None:
        """Add a phrase such as “missing a shoe” as a feature of the person. It names a garment, but the
        garment is not worn.
        """
        if phrase not in self.about:
            self.about.append(phrase)

    def _set_hair(self, phrase: str) -> None:
        """Set the hair, or the beard if the phrase describes facial hair."""
        if FACIAL.search(phrase) and not re.search(r"\bhair\b", phrase):
            self.beard = phrase
        elif "hair" in self.hair and re.match(
            r"(?:cropped|cut|worn|tied|combed|parted|gr[ea]ying|thinning|receding|balding|pinned|scraped"
            r"|swept|streaked)\b",
            phrase,
        ):
            self.hair = f"{self.hair}, {phrase}"
        elif (how := re.fullmatch(r"hair (\w+ing\b.*)", phrase)) and re.search(r"\w hair$", self.hair):
            self.hair = f"{self.hair} {how[1]}"
        else:
            self.hair = phrase
        if HAIR_FREE.search(phrase):
            self._remove_garments(OVER_HAIR)

    def _add_garment(self, phrase: str) -> None:
        """Put on the garments of a phrase, and remove the garments that they replace."""
        if NOT_WORN.search(phrase) or _KEPT_IN.fullmatch(phrase):
            return
        garments = find_garments(_ON_ANOTHER.sub("", phrase)) or find_garments(phrase)
        if SHIRTSLEEVES.search(phrase):
            self.wardrobe = [each for each in self.wardrobe if not OUTER.search(each)]
            phrase = "shirtsleeves"
        if match := _GONE.match(phrase):
            self._remove_facts_with_word(match[1])
            self.about.append(phrase)
            return
        phrase = self._recall_garment_words(phrase, garments)
        if not phrase:
            return
        is_whole = bool(OUTFIT.search(phrase) or OUTER.search(phrase))
        if is_whole and self._anew and re.search(r"\btowel\b", self.hair):
            self.hair = ""
        self._remove_outdated_clothes(phrase, is_whole=is_whole)
        if self._anew:
            self._remove_dirt_of_old_clothes(phrase)
            self._remove_replaced_outfit(phrase)
        self._remember_garment_words(phrase, garments)
        if "suit" in garments or "suit" in find_garments(phrase):
            self.wardrobe = [each for each in self.wardrobe if each != _strip_suit_jacket(phrase)]
        phrase = self._merge_with_worn_piece(phrase)
        # A person wears one hat at a time.
        instead = garments.union(*(place for place in BARED.values() if garments & place))
        self._remove_garments(instead)
        self.wardrobe = [*(each for each in self.wardrobe if each != phrase), phrase]
        self._end_bare_states(phrase, garments)

    def _recall_garment_words(self, phrase: str, garments: Set[str]) -> str:
        """Return the earlier description of a garment if `phrase` only names the garment, as “in his coat”
        does. Return `phrase` itself if it describes the garment, or if there is no earlier description.

        Empty if the person already wears the garment under this description.
        """
        named = strip_article(re.sub(r"^(?:in )?(?:the )?(?:same |(?:(?:his|her|their) )?own )?", "", phrase))
        alone = fold(named).removesuffix("s")
        if alone not in garments:
            return phrase
        once = (each for each in reversed(self._worn_once) if may_mean_garment(alone, each))
        phrase = self._worn_once.get(alone) or self._worn_once.get(next(once, ""), phrase)
        is_on = any(phrase == each or (" and " in each and phrase in each) for each in self.wardrobe)
        return "" if is_on else phrase

    def _remove_outdated_clothes(self, phrase: str, *, is_whole: bool) -> None:
        """Remove clothes that were worn on an earlier day, in an earlier scene or in an earlier montage item,
        if `phrase` describes new main clothes. `is_whole` is True if the phrase is a complete outfit.
        """
        is_over = OVER.search(phrase) is not None
        is_new = not (_HIS.match(phrase) or is_over)
        dresses = is_whole or BODYWEAR.search(phrase) is not None
        if self.new_scene and dresses and is_new:
            self.wardrobe = [
                each
                for each in self.wardrobe
                if not (BODY_GARMENTS.search(each) or (is_whole and _FOR_THE_HOUSE.search(each)))
            ]
            self.new_scene = False
        elif self.new_scene and BODYWEAR.search(phrase) and not (OUTER.search(phrase) or is_over):
            self.wardrobe = [each for each in self.wardrobe if not NIGHTWEAR.search(each)]
        of_an_item = self.new_item and is_new
        if (self.new_day and is_whole and phrase.startswith("in ")) or (of_an_item and dresses):
            self.wardrobe = [each for each in self.wardrobe if of_an_item and each not in self._worn_before]
            self.new_day = self.new_item = False

    def _remove_dirt_of_old_clothes(self, phrase: str) -> None:
        """Remove dirt that was on clothes which are now replaced."""
        if not BODYWEAR.search(phrase) or _HERS.match(phrase):
            return
        self.condition = [
            each
            for each in self.condition
            if not (DIRTIED.fullmatch(each) and (OUTFIT.search(phrase) or BODYWEAR.search(each)))
        ]

    def _remove_replaced_outfit(self, phrase: str) -> None:
        """Remove all clothes that a complete outfit replaces."""
        if OVER.search(phrase):
            return
        if OUTFIT.search(phrase):
            self.wardrobe = [each for each in self.wardrobe if not BODYWEAR.search(each)]
        elif phrase.startswith("in ") and _DRESSES.search(phrase) and not _HIS.match(phrase):
            self.wardrobe = [w for w in self.wardrobe if not (OUTFIT.search(w) or _DRESSES.search(w))]

    def _remember_garment_words(self, phrase: str, garments: Set[str]) -> None:
        """Save the description of each garment in a phrase, for later mentions that only name the garment."""
        if HELD.search(phrase):
            return
        parts = re.split(r"\s+(?:over|under|beneath)\s+", phrase)
        parts = parts if all(map(GARMENT.search, parts)) else [phrase]
        several = len(parts) > 1 or " and " in phrase
        self._worn_once.update(
            {one: (several and find_garment_part(parts, one)) or phrase for one in garments}
        )

    def _end_bare_states(self, phrase: str, garments: Set[str]) -> None:
        """Remove states such as “barefoot” or “bareheaded” if a garment in `garments` now covers that part of
        the body.
        """
        if garments & BARED["bareheaded"] and WET_HAIR.search(self.hair):
            self.hair = ""  # The hair is under the hat.
        if garments & BARED["barefoot"]:
            self.about = [each for each in self.about if not BARE_FEET.fullmatch(each)]
        self.about = [
            each
            for each in self.about
            if not ((each.startswith("no ") or each.endswith(" off")) and find_garments(each) & garments)
        ]
        covered = {state for state, bared in BARED.items() if garments & bared}
        undressed = set() if _BELOW_WAIST.search(phrase) else _UNDRESSED
        self.condition = [each for each in self.condition if each not in undressed | covered]

    def _merge_with_worn_piece(self, phrase: str) -> str:
        """Combine the description of a worn garment with a new phrase about this garment, and return the
        result: a grey coat that is now torn at the shoulder.
        """
        phrase = re.sub(r"^(?:the|his|her|their) ", "", phrase)
        piece = GARMENT.match(phrase)
        if piece is None or len(piece[0]) == len(phrase) or _OFF_BODY.search(phrase):
            return phrase
        same = (each for each in self.wardrobe if find_garments(each) >= find_garments(piece[0]))
        before = next((each for each in same if each.casefold().endswith(piece[0].casefold())), "")
        self.wardrobe = [each for each in self.wardrobe if each != before]
        return before + phrase[piece.end() :] if before else phrase

    def _remove_suit_jacket(self, removed: Set[str]) -> None:
        """Remove the jacket of a suit if “jacket” can't mean another worn garment."""
        if not removed & {"jacket", "suit jacket"} or any(
            names_any_garment(removed, each) for each in self.wardrobe
        ):
            return
        for at, each in enumerate(self.wardrobe):
            if (rest := _strip_suit_jacket(each)) != each:
                self.wardrobe[at] = rest
                self._worn_once["jacket"] = each
                return

    def _remove_garments(self, removed: Set[str]) -> None:
        """Take off the garments `removed`. If a phrase names several garments (“a striped jersey and a red
        cap”), the garments that are not in `removed` stay.
        """
        kept: list[str] = []
        with_it = False
        for each in self.wardrobe:
            with_it = with_it and bool(PART.search(each)) and not GARMENT.search(PART.sub("", each))
            if with_it:
                continue
            if not names_any_garment(removed, each):
                kept.append(each)
                continue
            with_it = True
            parts = re.split(r"\s+(?:and|over|under)\s+(?:the\s+)?", each)
            before, _, shows = each.partition(" with ")
            if " and " not in shows and BODYWEAR.search(shows) and not PART.search(shows):
                parts = [before, shows]  # Two garments in a phrase: “a coat with pyjamas showing under it”.
            rest = [
                part
                for part in parts
                if find_garments(part) - {"crown"} and not names_any_garment(removed, part)
            ]
            under = next(
                (strip_article(part) for part in parts[1:] if HAIR.search(part) and part not in rest), ""
            )
            # Hair that a removed thing covered: “headphones over a bald head”.
            self.hair = self.hair or under
            whole = each[each.index(rest[0]) :] if rest else ""
            kept += (
                [
                    whole
                    if len(rest) > 1 and whole.endswith(rest[-1]) and not names_any_garment(removed, whole)
                    else " and ".join(rest)
                ]
                if rest
                else []
            )
        self.wardrobe = kept

    def _take_off(self, phrase: str) -> None:
        removed = find_garments(phrase)
        off = [each for each in self.wardrobe if names_any_garment(removed, each)]
        self._off = [
            (re.search(r"\sunder\s", each) and find_garment_part(each.split(" under "), phrase)) or each
            for each in off
        ]
        if not off and OUTER.fullmatch(phrase.split(" ")[-1]) and "suit" not in ", ".join(self.wardrobe):
            # The removed jacket was never mentioned before, so the person wears no other coat over it.
            self.wardrobe = [each for each in self.wardrobe if not RAINWEAR.search(each)]
        self._remove_suit_jacket(removed)
        self._remove_garments(removed)

    def _recolour_garment(self, named: Set[str], colour: str) -> None:
        """Change the colour of a worn garment."""
        self.wardrobe = [
            COLOUR.sub(colour, each) if COLOUR.search(each) and names_any_garment(named, each) else each
            for each in self.wardrobe
        ]

    def _loosen_garment(self, words: str, how: str, *, own: bool = False) -> None:
        """Record that a worn garment is loosened or open, as described by `how`.

        A garment that was not mentioned before is added only if `own` is True or if it is worn at the throat,
        such as a tie.
        """
        named = find_garments(words)
        if not any(names_any_garment(named, each) for each in self.wardrobe):
            if own or AT_THROAT.fullmatch(words):
                self.wardrobe.append(f"{words} {how}")
            return
        self.wardrobe = [
            f"{strip_fastening(each)} {how}"
            if names_any_garment(named, each) and GARMENT.search(strip_fastening(each).split()[-1])
            else each
            for each in self.wardrobe
        ]

    def _mark_garment_torn(self, words: str) -> None:
        """Add “torn” to the description of a worn garment."""
        removed = find_garments(words)
        self.wardrobe = [
            re.sub(r"^(in )?(?:(an?) )?", _insert_torn, each, flags=re.IGNORECASE)
            if removed & find_garments(each) and not re.search(r"\b(?:torn|ripped)\b", each)
            else each
            for each in self.wardrobe
        ]

    def _end_contrary_states(self, phrase: str) -> None:
        """Remove states that a new phrase contradicts: a person who is dry is not wet any more."""
        ended = find_ended_states(phrase)
        if not ended:
            return
        over = {fold(each) for each in ended}
        self.condition = [e for e in self.condition if over.isdisjoint(map(fold, re.split(r"[\s-]+", e)))]
        self.about = [e for e in self.about if fold(e) not in over]
        self.hair = "" if fold(self.hair) in over else self.hair
        shaved = "unshaven" in ended and not re.search(r"\b(?:head|scalp|legs)\b", phrase, re.IGNORECASE)
        if self.beard and (shaved or fold(self.beard) in over):
            self.beard = "clean-shaven" if shaved else ""

    def _set_bodily_state(self, state: str) -> None:
        self.condition = [*(each for each in self.condition if each != state), state]
        self._remove_garments(BARED.get(state, frozenset()))

    def _remove_facts_with_word(self, word: str) -> bool:
        """Remove every phrase of the look that contains `word`, such as “coat” or “black”. Return True if
        there were any.
        """
        before = self.list_facts()
        self.about = [each for each in self.about if not has_word(each, word)]
        self._remove_suit_jacket(find_garments(word))
        self._remove_garments(find_garments(word))
        self.wardrobe = [each for each in self.wardrobe if not has_word(each, word)]
        self.condition = [each for each in self.condition if not has_word(each, word)]
        self.hair = "" if has_word(self.hair, word) else self.hair
        self.beard = "" if has_word(self.beard, word) else self.beard
        return self.list_facts() != before


def _strip_suit_jacket(phrase: str) -> str:
    """Return the words for a suit without its jacket: “linen trousers and a tie” for “a linen suit and a
    tie”.
    """
    found = _OF_TWO_PIECES.match(phrase)
    return f"{found['in'] or ''}{found['how'] or ''}trousers{phrase[found.end() :]}" if found else phrase


def _insert_torn(begins: re.Match[str]) -> str:
    return f"{begins[1] or ''}{'a ' if begins[2] else ''}torn "
