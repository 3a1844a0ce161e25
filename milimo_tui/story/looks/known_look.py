"""All that is known of how somebody looks at a moment, and what gives way as more is told. Pure."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, field

from milimo_tui.core.late_patterns import late
from milimo_tui.story.looks.body_words import age_now
from milimo_tui.story.looks.clause_words import IS_CHANGED
from milimo_tui.story.looks.clothes.garments import (
    AT_THROAT,
    BARED,
    BODYWEAR,
    COLOUR,
    GARMENT,
    NIGHTWEAR,
    OUTER,
    OUTFIT,
    PART,
    RAINWEAR,
    UNDRESSED,
    bare,
    garments_of,
    is_one_of,
)
from milimo_tui.story.looks.clothes.has_on import SHIRTSLEEVES
from milimo_tui.story.looks.clothes.how_worn import without_fastening
from milimo_tui.story.looks.clothes.lying_elsewhere import HELD, NOT_WORN
from milimo_tui.story.looks.clothes.taken_off import BARE_FEET
from milimo_tui.story.looks.descriptions import AGE, ROLLED
from milimo_tui.story.looks.hair_words import FACIAL, HAIR, HAIR_FREE, OVER_HAIR
from milimo_tui.story.looks.stains import ASLEEP, DIRTIED, HURT, LASTING, STATE, ended_by
from milimo_tui.story.looks.worn_phrases import (
    has_thing,
    has_word,
    is_among,
    is_garment,
    is_handled,
    piece_of,
)
from milimo_tui.story.values.text import fold

# “in jeans and a parka”: with such a thing somebody is dressed as a whole
_DRESSES = late(
    r"(?<!\w)(?:shirt|t-shirt|blouse|sweatshirt|polo|turtleneck|vest|singlet|undershirt|jeans|trousers"
    r"|skirt|shorts|slacks|chinos"
    r"|leggings|breeches|jodhpurs|shirtsleeves|coat and (?:[\w-]+ )?hat)(?!\w)",
    re.IGNORECASE,
)
_OFF_BODY = late(  # “his hat on his knee”
    r"(?<!\w)(?:under|in|over|on) (?:one|his|her|their|the other|each|either)"
    r" (?:arms?|hands?|fists?|lap|elbow|pocket|belt|knees?)(?!\w)",
    re.IGNORECASE,
)
# What is put on to go out: in a montage it holds in its item
_OUTDOORS = late(
    r"(?:in )?(?:an? )?(?:[\w'’-]+ ){0,3}(?:overcoat|parka|anorak|scarf|mittens?|gloves"
    r"|(?:over)?coat and (?:[\w'’-]+ ){0,3}hat)",
    re.IGNORECASE,
)
_TIME_WORD = late(
    "(?:LATER|DAY|NIGHT|DAWN|DUSK|MORNING|EVENING|NOON|AFTERNOON|SPRING|SUMMER|AUTUMN|FALL|WINTER|SUN"
    "|SNOW|RAIN|CONTINUOUS)"
)
_ON_ANOTHER = late(
    r"\s(?:on|to|at|from|in) (?:the|his|her"
    r"|their) [\w'’ -]+$",
    re.IGNORECASE,
)  # “goggles on the helmet”
_HIS = late(r"(?:in )?(?:his|her|their|the|same) ", re.IGNORECASE)
_HERS = late(r"(?:in )?(?:his|her|their) ", re.IGNORECASE)
_SHORT = late(r"(?:[\w-]+ )?[\w-]+")  # a thing and no more: “flat mailbag”
_TRAILING = late(r"\s+(?:and|with|but|now)$", re.IGNORECASE)
_BELOW_WAIST = late(  # who puts it on may still have nothing on above it
    r"(?<!\w)(?:jeans|trousers|pants|shorts|trunks|slacks|joggers|skirt|kilt|leggings|breeches|sarong|towel"
    r"|loincloth|boots?|shoes?|socks?|sandals?|slippers?|hat|cap|helmet|glasses|sunglasses|braces|belt)$",
    re.IGNORECASE,
)
_UNDRESSED = frozenset({"bare-chested", "naked", "shirtless"})
_GONE = late(r"(?:[\w'’-]+ )?([\w-]+) (?:gone|missing|lost|nowhere)$", re.IGNORECASE)
_OVER = late(r"(?<!\w)(?:over|under|on top of)(?!\w)", re.IGNORECASE)


_OF_BODY = late(f"{BODYWEAR.pattern}|{OUTER.pattern}|{OUTFIT.pattern}", re.IGNORECASE)


# What somebody has along for a while: “market basket with a turkey in it”
_BROUGHT = late(
    r"(?:with )?(?:an? )?(?:[\w'’-]+ ){0,3}?(?:basket|bag|suitcase|briefcase|tray|cup|mug|bottle|box|parcel"
    r"|bundle|bouquet|torch|flashlight|lantern|clipboard|newspaper|book|phone|telephone|umbrella|bucket"
    r"|pail|broom"
    r"|plate|bowl|knife|shovel|spade|letter|envelope|shopping|flowers)(?!['’\w-])",
    re.IGNORECASE,
)
_IS_OFF = late(  # “boots off and her feet up”
    r"(?:shoes?|boots?|socks?|hat|cap|coat|jacket|shirt|tie|helmet|gloves|one shoe) off(?!\w)", re.IGNORECASE
)
_OVER_ARM = late(r" (?:over|on) (?:one|his|her|their) (?:arm|shoulder|knees?|lap)$", re.IGNORECASE)
_FOR_A_WHILE = late(r"(?<!\w)(?:curlers|rollers|hairnet|towel|wet|loose)(?!\w)", re.IGNORECASE)
_FOR_NOW = late(
    r"(?:wrapped in |in )?(?:an? )?(?:[\w-]+ ){0,2}(?:towels?|blankets?|bibs?)(?: (?:round|around|over"
    r"|about|across|on)\b|$)",
    re.IGNORECASE,
)
_WET_HAIR = late(
    r"(?<!\w)(?:curlers|rollers|towel|wet|dripping|(?:stand|stick)(?:s|ing)|on end|plastered)(?!\w)",
    re.IGNORECASE,
)
_OF_TWO_PIECES = late(  # a suit that has a jacket
    r"(?P<in>in )?(?:an? |his |her )?(?P<how>(?:[\w'’-]+,? )*?)"
    r"(?<!boiler )(?<!bathing )(?<!swim )(?<!swimming )(?<!diving )(?<!wet )(?<!track )(?<!ski )(?<!snow"
    r" )(?<!space )"
    r"(?<!jump )(?<!hazmat )(?<!romper )(?<!shell )(?<!sun )(?<!rabbit )(?<!bear )(?<!gorilla )"
    r"(?:business |lounge |three-piece |two-piece |trouser |pant )?suit(?![\w-])",
    re.IGNORECASE,
)
_KEPT_IN = late(  # “a knife in his boot”: nothing new of the boot
    r"in (?:his|her|their|the) (?:own )?(?:left |right |other )?(?:belt|boot|shoe|sock|glove|hat|cap"
    r"|hood|sleeve|collar"
    r"|bra|apron|stocking|hatband|waistband)",
    re.IGNORECASE,
)
_FOR_THE_HOUSE = late(  # who goes out in a suit has them off
    r"(?<!\w)(?:slippers?|aprons?|(?:gardening|rubber|oven|washing-up) gloves|hairnet|oven mitts?"
    r"|towels?)(?!\w)",
    re.IGNORECASE,
)
_STUCK_IN = late(
    r"(?<!\w)(?:in|from|out of|at|on) (?:the|his|her|their) (?:[\w-]+ )?(?:pocket|buttonhole|lapel)s?(?!\w)",
    re.I,
)
_ALWAYS = late(  # who has it on has it every day
    r"(?<!\w)(?:glasses|spectacles|bifocals|pince-nez|monocle|ring|earring|wig|eyepatch|braces)s?(?!\w)", re.I
)


@dataclass(slots=True)
class KnownLook:
    """All that is known of somebody at a moment. `on_screen`: seen only in a picture so far, as on TV."""

    age: str = ""
    about: list[str] = field(default_factory=list)
    wardrobe: list[str] = field(default_factory=list)
    hair: str = ""
    beard: str = ""
    condition: list[str] = field(default_factory=list)
    on_screen: bool = False
    new_day: bool = False  # nothing was told of them yet since time has passed
    new_scene: bool = False  # nor since a scene began that does not go on with the one before
    new_item: bool = False  # nor since an item of a montage began, each of which may be of another day
    _worn_before: tuple[str, ...] = ()  # that item
    _before_items: tuple[str, ...] | None = None  # what was worn as a montage began
    _anew: bool = False
    _off: list[str] = field(default_factory=list)  # taken off last
    _opened: set[str] = field(default_factory=set)  # a coat unbuttoned last
    _against_rain: set[str] = field(default_factory=set)  # what was told of in the rain
    _worn_once: dict[str, str] = field(default_factory=dict)  # a garment → how it was told of

    def facts(self) -> tuple[str, ...]:
        """Return all that is told of how they look."""
        return (self.age, *self.about, *self.wardrobe, self.hair, self.beard, *self.condition)

    def call(self, words: str) -> None:
        """Keep what somebody was called before they had a name."""
        if words and words not in self.about:
            self.about.insert(0, words)

    def wear(self, words: str) -> None:
        """Put on what a whole group has on, unless that is told of already."""
        if words not in self.wardrobe and not any(garments_of(words) & garments_of(w) for w in self.wardrobe):
            self.wardrobe.append(words)

    def get(self, words: str) -> None:
        """Put on, over what is worn, what another puts there."""
        self._anew = False
        self._wear(words)

    def had_on(self, words: str) -> str:
        """Return what was worn once by a name, and is not worn now."""
        if self.wears(words, by_kind=False):
            return ""
        return next((self._worn_once[each] for each in garments_of(words) if each in self._worn_once), "")

    def get_back(self, words: str) -> None:
        """Have on again what was worn once; a coat goes over whatever is on that nobody goes out in."""
        once = self.had_on(words)
        if OUTER.search(once):
            self.wardrobe = [each for each in self.wardrobe if not UNDRESSED.search(each)]
        self._wear(once)

    def lose(self, words: str) -> str:
        """Take off what is named. Return the words there were for it."""
        before = piece_of(self.wardrobe, words)
        self._take_off(words)
        return before

    def part_with(self, words: str) -> None:
        """Let go of a garment, or of another thing that is told of."""
        if garments_of(words):
            self._take_off(words)
        else:
            parts = {each: re.split(r"\s+and\s+", each) for each in self.about}
            rest = {
                each: [
                    part
                    for part in pieces
                    if not (has_thing(part, words) or fold(part.split(" ")[-1]) == fold(words))
                ]
                for each, pieces in parts.items()
            }
            self.about = [" and ".join(rest[each]) for each in self.about if rest[each]]

    def took_off(self, words: str) -> str:
        """Return the words for what was taken off last, where it is named; else none."""
        known = [self._worn_once[each] for each in garments_of(words) if each in self._worn_once]
        return piece_of(self._off, words) or (piece_of(known, words) if not self.wears(words) else "")

    def wears(self, words: str, *, by_kind: bool = True) -> bool:
        """Return whether a garment of that name is worn, or, `by_kind`, one that may be called so."""
        gone = garments_of(words)
        return any(is_among(gone, each) if by_kind else garments_of(each) & gone for each in self.wardrobe)

    def has_on(self, words: str) -> bool:
        """Return whether a garment is worn to which all of these words go: the straw hat is no red one."""
        piece = piece_of(self.wardrobe, words)
        return bool(piece) and all(has_word(piece, word) for word in words.split())

    def uncover(self, text: str) -> None:
        """Take what is seen under a garment that was opened."""
        if self._opened:
            self._drop(self._opened)
        else:
            self.wardrobe = [
                each for each in self.wardrobe if not (OUTER.search(each) or NIGHTWEAR.search(each))
            ]
        for piece in re.split(r"[,;]", text):
            if is_garment(bare(piece)) or STATE.search(piece):
                self._put(bare(piece))

    def fit(self, thing: str, how: str) -> bool:
        """Have a garment fit so, by default the one told of last. Return whether there was any."""
        named = garments_of(thing)
        mine = [each for each in self.wardrobe if is_among(named, each)] or self.wardrobe
        if not mine or how in mine[-1]:
            return False
        fitting = f"{mine[-1]} {how}"
        self.wardrobe = [fitting if each == mine[-1] else each for each in self.wardrobe]
        self._worn_once.update(dict.fromkeys(garments_of(mine[-1]), fitting))
        return True

    def in_rain(self) -> None:
        """Keep what is worn against the rain."""
        self._against_rain = {each for each in self.wardrobe if RAINWEAR.search(each)}

    def out_of_rain(self) -> bool:
        """Let go of what was worn against the rain. Return whether there was any."""
        worn = len(self.wardrobe)
        self.wardrobe = [each for each in self.wardrobe if each not in self._against_rain]
        self._against_rain = set()
        return len(self.wardrobe) < worn

    def end_item(self) -> bool:
        """Let go of what was put on in an item of a montage. Return whether there was any."""
        if self._before_items is None:
            self._before_items = (*self.wardrobe, *self.condition)
            return False
        worn = len(self.wardrobe) + bool(self.hair) + len(self.condition)
        self.condition = [
            each for each in self.condition if each in self._before_items or not HURT.fullmatch(each)
        ]
        self.hair = "" if _FOR_A_WHILE.search(self.hair) else self.hair
        beneath = garments_of(" ".join(_OVER.split(w)[-1] for w in self.wardrobe if _OVER.search(w)))
        again = (w for w in self._before_items if garments_of(w) & beneath and not _OVER.search(w))
        self.wardrobe = [each for each in self.wardrobe if each in self._before_items or _ALWAYS.search(each)]
        self.wardrobe += [each for each in again if each not in self.wardrobe]
        return len(self.wardrobe) + bool(self.hair) + len(self.condition) < worn

    def end_items(self) -> None:
        """Let a montage end: what is worn now stays, but no hurt of one of its days."""
        if self._before_items is not None:
            before = self._before_items
            self.condition = [each for each in self.condition if each in before or not HURT.search(each)]
        self._before_items = None

    def change(self, *, whole: bool) -> None:
        """Take off what is changed for other clothes: for a whole outfit all but hats, glasses and rings."""
        self.wardrobe = [
            each
            for each in self.wardrobe
            if (
                _ALWAYS.search(each) or garments_of(each) & BARED["bareheaded"]
                if whole
                else not IS_CHANGED.search(each)
            )
        ]

    def begin_item(self) -> None:
        """Begin an item of a montage: what is worn as a whole in it takes the place of all that was."""
        self.wardrobe = [
            each
            for each in self.wardrobe
            if not (RAINWEAR.search(each) or _OUTDOORS.fullmatch(each) or _STUCK_IN.search(each))
        ]
        self.about = [each for each in self.about if not _STUCK_IN.search(each)]
        self.new_item, self._worn_before = True, tuple(self.wardrobe)
        self.pass_time()

    def pass_time(self) -> str:
        """Let go of what passes with an hour or a day: wet, dirt, sleep. Return its words."""
        ended = [each for each in self.condition if not LASTING.search(each)]
        self.condition = [each for each in self.condition if LASTING.search(each)]
        brought = [
            each for each in self.about if _BROUGHT.match(each) or _IS_OFF.match(each) or HELD.search(each)
        ]
        brought += [
            w
            for w in self.wardrobe
            if w == "shirtsleeves"
            or any(each.search(w) for each in (HELD, _OVER_ARM))
            or any(each.match(w) for each in (_FOR_NOW, _IS_OFF))
        ]
        self.about = [each for each in self.about if each not in brought]
        self.wardrobe = [each for each in self.wardrobe if each not in brought]
        ended += brought
        if _WET_HAIR.search(self.hair):
            ended.append(self.hair)
            self.hair = ""
        return ", ".join(ended)

    def wake(self) -> None:
        """Be asleep no more."""
        self.condition = [each for each in self.condition if not ASLEEP.search(each)]
        self.about = [each for each in self.about if not ASLEEP.search(each)]

    def lower(self) -> None:
        """Let go of what is only held, in a hand or under an arm."""
        self.about = [each for each in self.about if not HELD.search(each)]
        self.wardrobe = [each for each in self.wardrobe if not HELD.search(each)]

    def lay_down(self, words: str) -> bool:
        """Let go of a garment that is somewhere else now. Return whether it was worn."""
        before = self.facts()
        self._take_off(words)
        thing = words.split()[-1].casefold()
        self.about = [
            each for each in self.about if not (_SHORT.fullmatch(each) and each.casefold().endswith(thing))
        ]
        return self.facts() != before

    def handle(self, said: Set[str]) -> bool:
        """Let go of what was held and is handled again, of the words said. Return whether there was any."""
        before = self.facts()
        self.about = [each for each in self.about if not is_handled(each, said)]
        self.wardrobe = [each for each in self.wardrobe if not is_handled(each, said)]
        return self.facts() != before

    # -- phrases, put where they belong ------------------------------------------------------------------

    def _put(self, phrase: str) -> None:
        """Keep a phrase where it belongs."""
        phrase = _TRAILING.sub("", phrase)
        if not phrase or _TIME_WORD.fullmatch(phrase):
            return
        self._end(phrase)
        if AGE.match(phrase):
            self.age = age_now(phrase)
        elif DIRTIED.fullmatch(phrase) or HURT.fullmatch(phrase):
            self._become(phrase)
        elif GARMENT.search(phrase):
            self._wear(phrase)
        elif HAIR.search(phrase):
            self._grow(phrase)
        elif STATE.search(phrase) or ROLLED.fullmatch(phrase):
            self._become(phrase)
        elif phrase not in self.about:
            self.about.append(phrase)

    def _put_about(self, phrase: str) -> None:
        """Keep a phrase that names a garment nobody has on: “missing a shoe”."""
        if phrase not in self.about:
            self.about.append(phrase)

    def _grow(self, phrase: str) -> None:
        """Have such hair, or such a beard beside it."""
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
            self._drop(OVER_HAIR)

    def _wear(self, phrase: str) -> None:
        if NOT_WORN.search(phrase) or _KEPT_IN.fullmatch(phrase):
            return
        worn = garments_of(_ON_ANOTHER.sub("", phrase)) or garments_of(phrase)
        if SHIRTSLEEVES.search(phrase):
            self.wardrobe = [each for each in self.wardrobe if not OUTER.search(each)]
            phrase = "shirtsleeves"
        if gone := _GONE.match(phrase):
            self._lose(gone[1])
            self.about.append(phrase)
            return
        alone = fold(
            bare(re.sub(r"^(?:in )?(?:the )?(?:same |(?:(?:his|her|their) )?own )?", "", phrase))
        ).removesuffix("s")
        if alone in worn:  # “in his coat” tells nothing new of the coat
            once = (each for each in reversed(self._worn_once) if is_one_of(alone, each))
            phrase = self._worn_once.get(alone) or self._worn_once.get(next(once, ""), phrase)
            if any(phrase == each or (" and " in each and phrase in each) for each in self.wardrobe):
                return
        is_whole = bool(OUTFIT.search(phrase) or OUTER.search(phrase))
        if is_whole and self._anew and re.search(r"\btowel\b", self.hair):
            self.hair = ""
        if (
            self.new_scene
            and (is_whole or BODYWEAR.search(phrase))
            and not (_HIS.match(phrase) or _OVER.search(phrase))
        ):
            self.wardrobe = [
                each
                for each in self.wardrobe
                if not (_OF_BODY.search(each) or (is_whole and _FOR_THE_HOUSE.search(each)))
            ]
            self.new_scene = False
        elif (
            self.new_scene and BODYWEAR.search(phrase) and not (OUTER.search(phrase) or _OVER.search(phrase))
        ):
            self.wardrobe = [each for each in self.wardrobe if not NIGHTWEAR.search(each)]
        of_an_item = self.new_item and not (_HIS.match(phrase) or _OVER.search(phrase))
        if (self.new_day and is_whole and phrase.startswith("in ")) or (
            of_an_item and (is_whole or BODYWEAR.search(phrase))
        ):
            self.wardrobe = [each for each in self.wardrobe if of_an_item and each not in self._worn_before]
            self.new_day = self.new_item = False
        if self._anew and BODYWEAR.search(phrase) and not _HERS.match(phrase):
            self.condition = [
                each
                for each in self.condition
                if not (DIRTIED.fullmatch(each) and (OUTFIT.search(phrase) or BODYWEAR.search(each)))
            ]
        if self._anew and not _OVER.search(phrase):
            if OUTFIT.search(phrase):
                self.wardrobe = [each for each in self.wardrobe if not BODYWEAR.search(each)]
            elif phrase.startswith("in ") and _DRESSES.search(phrase) and not _HIS.match(phrase):
                self.wardrobe = [w for w in self.wardrobe if not (OUTFIT.search(w) or _DRESSES.search(w))]
        if not HELD.search(phrase):
            parts = re.split(r"\s+(?:over|under|beneath)\s+", phrase)
            parts = parts if all(map(GARMENT.search, parts)) else [phrase]
            several = len(parts) > 1 or " and " in phrase
            self._worn_once.update({one: (several and piece_of(parts, one)) or phrase for one in worn})
        if "suit" in worn or "suit" in garments_of(phrase):
            self.wardrobe = [each for each in self.wardrobe if each != _trousers_of(phrase)]
        phrase = self._changed_piece(phrase)
        instead = worn.union(*(place for place in BARED.values() if worn & place))  # one hat at a time
        self._drop(instead)
        self.wardrobe = [*(each for each in self.wardrobe if each != phrase), phrase]
        if worn & BARED["bareheaded"] and _WET_HAIR.search(self.hair):
            self.hair = ""  # it is under it
        if worn & BARED["barefoot"]:
            self.about = [each for each in self.about if not BARE_FEET.fullmatch(each)]
        self.about = [
            each
            for each in self.about
            if not ((each.startswith("no ") or each.endswith(" off")) and garments_of(each) & worn)
        ]
        covered = {state for state, bared in BARED.items() if worn & bared}
        undressed = set() if _BELOW_WAIST.search(phrase) else _UNDRESSED
        self.condition = [each for each in self.condition if each not in undressed | covered]

    def _changed_piece(self, phrase: str) -> str:
        """A piece that is worn already with what is told of it now: a grey coat, torn at the shoulder."""
        phrase = re.sub(r"^(?:the|his|her|their) ", "", phrase)
        piece = GARMENT.match(phrase)
        if piece is None or len(piece[0]) == len(phrase) or _OFF_BODY.search(phrase):
            return phrase
        same = (each for each in self.wardrobe if garments_of(each) >= garments_of(piece[0]))
        before = next((each for each in same if each.casefold().endswith(piece[0].casefold())), "")
        self.wardrobe = [each for each in self.wardrobe if each != before]
        return before + phrase[piece.end() :] if before else phrase

    def _without_jacket(self, gone: Set[str]) -> None:
        """Let go of the jacket of a suit, where nothing else is worn that may be meant by one."""
        if not gone & {"jacket", "suit jacket"} or any(is_among(gone, each) for each in self.wardrobe):
            return
        for at, each in enumerate(self.wardrobe):
            if (rest := _trousers_of(each)) != each:
                self.wardrobe[at] = rest
                self._worn_once["jacket"] = each
                return

    def _drop(self, gone: Set[str]) -> None:
        """Let go of garments; of “a striped jersey and a red cap” the other stays."""
        kept: list[str] = []
        with_it = False
        for each in self.wardrobe:
            with_it = with_it and bool(PART.search(each)) and not GARMENT.search(PART.sub("", each))
            if with_it:
                continue
            if not is_among(gone, each):
                kept.append(each)
                continue
            with_it = True
            parts = re.split(r"\s+(?:and|over|under)\s+(?:the\s+)?", each)
            before, _, shows = each.partition(" with ")
            if " and " not in shows and BODYWEAR.search(shows) and not PART.search(shows):
                parts = [before, shows]  # “a coat with pyjamas showing under it”
            rest = [part for part in parts if garments_of(part) - {"crown"} and not is_among(gone, part)]
            under = next((bare(part) for part in parts[1:] if HAIR.search(part) and part not in rest), "")
            self.hair = self.hair or under  # “headphones over a bald head”
            whole = each[each.index(rest[0]) :] if rest else ""
            kept += (
                [
                    whole
                    if len(rest) > 1 and whole.endswith(rest[-1]) and not is_among(gone, whole)
                    else " and ".join(rest)
                ]
                if rest
                else []
            )
        self.wardrobe = kept

    def _take_off(self, phrase: str) -> None:
        gone = garments_of(phrase)
        off = [each for each in self.wardrobe if is_among(gone, each)]
        self._off = [
            (re.search(r"\sunder\s", each) and piece_of(each.split(" under "), phrase)) or each
            for each in off
        ]
        if not off and OUTER.fullmatch(phrase.split(" ")[-1]) and "suit" not in ", ".join(self.wardrobe):
            # Who takes off a jacket that nobody knows of has no other coat on.
            self.wardrobe = [each for each in self.wardrobe if not RAINWEAR.search(each)]
        self._without_jacket(gone)
        self._drop(gone)

    def _colour(self, named: Set[str], colour: str) -> None:
        """Have a garment of another colour."""
        self.wardrobe = [
            COLOUR.sub(colour, each) if COLOUR.search(each) and is_among(named, each) else each
            for each in self.wardrobe
        ]

    def _loosen(self, words: str, how: str, *, own: bool = False) -> None:
        """Have a garment loosened or open that is worn; one's `own`, or a tie, also where it is new."""
        named = garments_of(words)
        if not any(is_among(named, each) for each in self.wardrobe):
            if own or AT_THROAT.fullmatch(words):
                self.wardrobe.append(f"{words} {how}")
            return
        self.wardrobe = [
            f"{without_fastening(each)} {how}"
            if is_among(named, each) and GARMENT.search(without_fastening(each).split()[-1])
            else each
            for each in self.wardrobe
        ]

    def _tear(self, words: str) -> None:
        """Have a garment torn that is worn already."""
        gone = garments_of(words)
        self.wardrobe = [
            re.sub(r"^(in )?(?:(an?) )?", _torn, each, flags=re.IGNORECASE)
            if gone & garments_of(each) and not re.search(r"\b(?:torn|ripped)\b", each)
            else each
            for each in self.wardrobe
        ]

    def _end(self, phrase: str) -> None:
        """Be no longer what a phrase says the other of: dry is wet no more."""
        ended = ended_by(phrase)
        if not ended:
            return
        over = {fold(each) for each in ended}
        self.condition = [e for e in self.condition if over.isdisjoint(map(fold, re.split(r"[\s-]+", e)))]
        self.about = [e for e in self.about if fold(e) not in over]
        self.hair = "" if fold(self.hair) in over else self.hair
        shaved = "unshaven" in ended and not re.search(r"\b(?:head|scalp|legs)\b", phrase, re.IGNORECASE)
        if self.beard and (shaved or fold(self.beard) in over):
            self.beard = "clean-shaven" if shaved else ""

    def _become(self, state: str) -> None:
        self.condition = [*(each for each in self.condition if each != state), state]
        self._drop(BARED.get(state, frozenset()))

    def _lose(self, word: str) -> bool:
        """Let go of what is told by a word: a coat, the black. Returns whether there was any."""
        before = self.facts()
        self.about = [each for each in self.about if not has_word(each, word)]
        self._without_jacket(garments_of(word))
        self._drop(garments_of(word))
        self.wardrobe = [each for each in self.wardrobe if not has_word(each, word)]
        self.condition = [each for each in self.condition if not has_word(each, word)]
        self.hair = "" if has_word(self.hair, word) else self.hair
        self.beard = "" if has_word(self.beard, word) else self.beard
        return self.facts() != before


def _trousers_of(phrase: str) -> str:
    """Return a phrase for a suit without its jacket: linen trousers and a tie, of a linen suit and a tie."""
    found = _OF_TWO_PIECES.match(phrase)
    return f"{found['in'] or ''}{found['how'] or ''}trousers{phrase[found.end() :]}" if found else phrase


def _torn(begins: re.Match[str]) -> str:
    return f"{begins[1] or ''}{'a ' if begins[2] else ''}torn "
