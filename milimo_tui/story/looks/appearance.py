"""How somebody looks at a moment, as far as the script told, and how its words change that. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from enum import Enum, auto

from milimo_tui.story.looks.descriptions import (
    AGE,
    ALONE,
    GOES_ON,
    INTO_WATER,
    LIES_ON,
    NO_VERBS,
    NUMBER,
    OF_AGE,
    ONES,
    ROLLED,
    VERBS,
    WORD,
    is_act,
    is_phrase,
    is_visible,
)
from milimo_tui.story.looks.dressing import (
    AND_MORE,
    BARE_FEET,
    BARED,
    BODYWEAR,
    CARRIED_THING,
    CHANGES,
    COLOUR,
    DONE,
    DONE_OR_NOT,
    DONE_UP,
    FACIAL,
    FROM_BODY,
    GARMENT,
    GONE_FROM,
    HAIR,
    HAIR_COLOURED,
    HAIR_CUT,
    HAIR_DONE,
    HAIR_FALLS,
    HAIR_FREE,
    HAIR_IS,
    HAIR_LOOSE,
    HAIR_SEEN,
    HAIR_UNDER,
    HAS_IT_ON,
    HELD,
    HOOD_BACK,
    IS_COLOURED,
    IS_OFF,
    IS_ON_BODY,
    LACKS,
    LEFT,
    LOST,
    NIGHTWEAR,
    NO_CLOTHING,
    NOT_ON_YET,
    OFF_AGAIN,
    OFF_BEHIND,
    ON,
    ON_ANOTHER_WAY,
    OPENS,
    OUTER,
    OUTFIT,
    OVER_HAIR,
    OVER_HEAD,
    PART,
    PICKED_UP,
    PUT_AWAY,
    PUT_BY,
    PUT_ON,
    PUT_ROUND,
    RAINWEAR,
    SHIRTSLEEVES,
    STATE,
    STAYS_ON,
    STRIPS,
    TAKEN_OFF,
    TEARS,
    UNDONE,
    WORN_ROUND,
    any_of,
    bare,
    garments_of,
    is_one_of,
)
from milimo_tui.story.looks.stains import (
    BLOOD_RUNS,
    CLEANED,
    DIRTIED,
    DRIED,
    HURT,
    HURT_PART,
    LASTING,
    WET,
)
from milimo_tui.story.values.number_words import NUMBER_WORDS, number_of
from milimo_tui.story.values.text import fold

BRACKET = re.compile(r"\s*\(([^()]{1,80})\)")
# “She is thirty and has come by motorbike.”, “forty at most and quite pretty”
_IS_AGED = re.compile(
    rf"^(?:(?:he|she|[^\W\d_]+)(?:['’]s| is)|is) ({AGE.pattern[1:-1]})(?=\s+(?:and|but|or)\b|\s*$)",
    re.IGNORECASE,
)
_AGED_AND = re.compile(rf"^({AGE.pattern[1:-1]})\s+(?:and|but|or)\s", re.IGNORECASE)
_BUILDS = (
    "young old elderly youngish oldish middle-aged ageless tall short small tiny big huge large thin "
    "skinny slim "
    "slender slight lean lanky gangly wiry bony fat plump stout stocky heavy heavyset burly brawny "
    "beefy muscular "
    "athletic strong fit frail fragile hunched stooped bent broad broad-shouldered round portly tubby rotund "
    "petite willowy statuesque pretty beautiful handsome plain ugly good-looking striking elegant "
    "shabby scruffy "
    "dishevelled disheveled neat dapper rumpled weathered weather-beaten wrinkled craggy rugged "
    "baby-faced toothless "
    "one-eyed one-legged one-armed hairy blond blonde dark-haired red-haired fair dark brown tanned sunburnt "
    "black white asian latino latina rosy ruddy sallow pasty "
)
_BUILD = re.compile(
    rf"(?:(?:very|quite|rather|still|once|too|not|so|and|but|as)\s|(?:{any_of(_BUILDS)})(?:,?\s|$))+$"
    r"|(?:about |well |over )?(?:four|five|six|seven|\d) (?:foot|feet)(?: (?:\w+|tall|of (?:him|her)))?$",
    re.IGNORECASE,
)
_SOMEWHERE = re.compile(
    r"(?:in|on|at|by|of|for|from|behind|beside|under|with|near|against|inside|outside|between|among"
    r"|opposite)\s",
    re.I,
)
_NOW_AGED = re.compile(r"(?<!\w)(?:now|aged|is) (\d{1,3})(?!\w)", re.IGNORECASE)
_FELT = (
    "afraid alone amused angry anxious ashamed bored calm confused curious delighted desperate "
    "excited furious grateful happy hopeful horrified hurt lost moved nervous overjoyed overwhelmed "
    "panicked proud relieved sad scared serious shocked silent speechless still stunned surprised "
    "terrified thoughtful uneasy upset worried "
)
_FEELINGS = frozenset(_FELT.split())
_OF_HAIR = re.compile(  # “Lillo, bald, watches it go.”
    r"(?:now |still |quite |almost )?(?:bald|clean-shaven|unshaven|bearded|close-cropped)", re.IGNORECASE
)
_PLAINLY_WORN = re.compile(
    r"(?!(?:an?|the|his|her|their|no|one|two|both|and|or|out|of|with|without|for|like|as|by|than|from)\b)"
    rf"(?:[\w'’-]+ ){{0,3}}(?:{GARMENT.pattern})",
    re.IGNORECASE,
)
_HIS = re.compile(r"(?:in )?(?:his|her|their|the|same) ", re.IGNORECASE)
_SHORT = re.compile(r"(?:[\w-]+ )?[\w-]+")  # a thing and no more: “flat mailbag”
_FURS = frozenset({"fur", "leather", "wool", "with fur"})  # of a hood
_UNDRESSED = frozenset({"bare-chested", "naked", "shirtless"})
# “MISS PRENTICE, who has been sixty-seven for some years”, “DESMOND, her apprentice, is nineteen”
_IS_OF_AGE = re.compile(rf"^(?:who )?(?:is|has been) ({AGE.pattern[1:-1]})(?: for [\w ]+)?$", re.IGNORECASE)
# “He is the best man, 30, short and wide, in a bank uniform”: a list as behind a name
_IS_SOMEBODY = re.compile(
    r"\s*(?:(?:he|she|[^\W\d_]+)(?:['’]s| is)|is) (?:the|an?|his|her"
    r"|their) ((?:[\w'’-]+ ){0,3}[\w'’-]+)(?=,)",
    re.IGNORECASE,
)
_WEARS = re.compile(r"(?<!\w)(?:wears|wearing|dressed in|clad in|has on|have on|has got on)\s", re.IGNORECASE)
_HAS = re.compile(
    r"(?:(?:he|she|[^\W\d_]+)(?:['’]s got| has got| has)|has|has got|wears) (.+)", re.IGNORECASE
)
_BODY_IS = re.compile(
    r"(?:and )?(?:his|her|their) ((?:left |right |front )?(?:eyes?|ears?|teeth|tooth|nose|skin"
    r"|legs?|arms?) (?:is|are) (?:an? )?"
    r"(?:glass|false|gold|wooden|missing|blue|green|brown|grey|gray|black|white|yellow|bad|crooked|tattooed|freckled|milky|blind"
    r"|pale|dark|tin|steel|artificial|scarred|withered)(?: and [a-z-]+)?)$",
    re.IGNORECASE,
)
_AT_BODY = re.compile(
    r"(?:round|around|in|on|across|over|under|behind|from|through|down) (?:his|her|their|the|one"
    r"|each|both) (?:left |right )?"
    r"(?:neck|mouth|face|head|ears?|eyes?|cheeks?|chin|jaw|nose|lips?|hair|brow|forehead|shoulders?|chest|arms?|wrists?"
    r"|fingers?|belt|waist|hips?|throat|teeth)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"(?<!\w)(?:was|were|had)(?!\w)", re.IGNORECASE)
_RELATIVE = frozenset({"that", "who", "whose"})
_IS_ONE = re.compile(
    rf"(?<!\w)(?:is|['’]s) an? ((?:[\w-]+,? ){{0,4}}?(?:{ONES}))(?=\s(?:in|with|of|who|whose)\b|\s*$)",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    r"(?:(?:he|she|[^\W\d_]+)(?:['’]s| is)|is) ((?:[a-z-]+(?:,\s*|\s+and\s+)){0,3}[a-z-]+)"
    r"(?=\s*(?:$|[,.;]|\bin\b|\bwith\b))",
    re.IGNORECASE,
)
_LAST_OF = re.compile(rf",\s*|\s+and\s+(?=(?:\d+|{NUMBER})$)", re.IGNORECASE)
_GONE = re.compile(r"(?:[\w'’-]+ )?([\w-]+) (?:gone|missing|lost|nowhere)$", re.IGNORECASE)
_OVER = re.compile(r"(?<!\w)(?:over|under|on top of)(?!\w)", re.IGNORECASE)
_KNOWN_THING = re.compile(r"(?:the|his|her|their) [\w-]+$", re.IGNORECASE)
_THE_ONE = re.compile(r"the (?:[\w-]+ )?[\w-]+", re.IGNORECASE)  # “the man in the raincoat” says which man
_ON_AGAIN = re.compile(
    r"(?<!\w)(?:puts|slips|pulls|gets|throws|jams|drags|tugs) (?:it"
    r"|them) (?:back )?on(?: again)?(?! (?:the|an?|his|her|their|one)\b)(?!\w)",
    re.IGNORECASE,
)
_IS_CHANGED = re.compile(f"{BODYWEAR.pattern}|{OUTER.pattern}|{OUTFIT.pattern}", re.IGNORECASE)
_FASTENS = re.compile(
    r"(?:and )?(?:buttons|unbuttons|pins|buckles|belts|collars|caps|straps|laces|ties|zips|unzips|smooths"
    r"|straightens|adjusts|tugs|loosens|brushes) (?:up |down |at )?(?:the|an?|his|her|their)\b",
    re.IGNORECASE,
)
_ROUND_BODY = re.compile(r"\s(?:round|around|over|on|about|across) (?:his|her|their) [\w-]+$", re.IGNORECASE)
_KNOWN = re.compile(r"(?:this|that|these|those|such)\b", re.IGNORECASE)  # told of before
_LIKENED = re.compile(r"(?<!\w)(?:as if|as though|like)\s.*", re.IGNORECASE)


class _Mode(Enum):
    """What a list of garments goes on with: “takes off her coat, her hat”."""

    NONE = auto()
    ON = auto()
    OFF = auto()


@dataclass(slots=True)
class Appearance:
    """All that is known of somebody at a moment. `on_screen`: seen only in a picture so far, as on TV."""

    age: str = ""
    about: list[str] = field(default_factory=list)
    wardrobe: list[str] = field(default_factory=list)
    hair: str = ""
    beard: str = ""
    condition: list[str] = field(default_factory=list)
    on_screen: bool = False
    new_day: bool = False  # nothing was told of them yet since time has passed
    new_item: bool = False  # nor since an item of a montage began, each of which may be of another day
    _worn_before: tuple[str, ...] = ()  # that item
    _anew: bool = False
    _off: list[str] = field(default_factory=list)  # taken off last
    _put_on: str = ""  # put on last
    _picked: str = ""  # a garment taken up last and not put on yet
    _opened: set[str] = field(default_factory=set)  # a coat unbuttoned last
    _against_rain: set[str] = field(default_factory=set)  # what was told of in the rain
    _worn_once: dict[str, str] = field(default_factory=dict)  # a garment → how it was told of

    def call(self, words: str) -> None:
        """Keep what somebody was called before they had a name."""
        if words and words not in self.about:
            self.about.insert(0, words)

    def wear(self, words: str) -> None:
        """Put on what a whole group has on."""
        if words not in self.wardrobe:
            self.wardrobe.append(words)

    def get(self, words: str) -> None:
        """Put on, over what is worn, what another puts there."""
        self._anew = False
        self._wear(words)

    def lose(self, words: str) -> str:
        """Take off what is named. Return the words there were for it."""
        before = _piece_of(self.wardrobe, words)
        self._take_off(words)
        return before

    def took_off(self, words: str) -> str:
        """Return the words for what was taken off last, where it is named; else none."""
        return _piece_of(self._off, words)

    def uncover(self, text: str) -> None:
        """Take what is seen under a garment that was opened."""
        if self._opened:
            self._drop(self._opened)
        else:
            self.wardrobe = [
                each for each in self.wardrobe if not (OUTER.search(each) or NIGHTWEAR.search(each))
            ]
        for piece in re.split(r"[,;]", text):
            if _is_garment(bare(piece)) or STATE.search(piece):
                self._put(bare(piece))

    def in_rain(self) -> None:
        """Keep what is worn against the rain."""
        self._against_rain = {each for each in self.wardrobe if RAINWEAR.search(each)}

    def out_of_rain(self) -> bool:
        """Let go of what was worn against the rain. Return whether there was any."""
        worn = len(self.wardrobe)
        self.wardrobe = [each for each in self.wardrobe if each not in self._against_rain]
        self._against_rain = set()
        return len(self.wardrobe) < worn

    def begin_item(self) -> None:
        """Begin an item of a montage: what is worn as a whole in it takes the place of all that was."""
        self.new_item, self._worn_before = True, tuple(self.wardrobe)
        self.pass_time()

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

    def wears(self, words: str) -> bool:
        """Return whether a garment of that name is worn."""
        return any(_is_among(garments_of(words), each) for each in self.wardrobe)

    def handle(self, sentence: str) -> bool:
        """Let go of what was held and is handled again. Return whether there was any."""
        said = {fold(found[0]).removesuffix("s") for found in WORD.finditer(sentence)}
        before = self.facts()
        self.about = [each for each in self.about if not _is_handled(each, said)]
        self.wardrobe = [each for each in self.wardrobe if not _is_handled(each, said)]
        return self.facts() != before

    def facts(self) -> tuple[str, ...]:
        return (self.age, *self.about, *self.wardrobe, self.hair, self.beard, *self.condition)

    def read(self, text: str, *, introduced: bool, first: bool, anew: bool, of_one: bool) -> None:
        """Take what a text says of somebody's looks; `first`: nothing was told of them before.

        `anew`: in another paragraph than before, so that a whole outfit takes the place of what was worn.
        `of_one`: in the paragraph that introduces them.
        """
        self._anew = anew
        if anew:
            self._off, self._picked = [], ""
        if of_one and (predicate := _PREDICATE.match(text.strip())):
            for piece in _LAST_OF.split(predicate[1]):
                if AGE.match(piece) or (not is_act(piece) and piece.casefold() not in _FEELINGS):
                    self._put(piece)
        bracket = BRACKET.match(text)
        if (
            (of_one or first)
            and not bracket
            and (aged := _IS_AGED.match(re.split(r"[,;.]", text.strip())[0]))
        ):
            self.age = aged[1]
            behind = re.match(
                r"\s+(?:and|but) ([a-z-]+)\s*(?:,|$)", re.split(r"[;.]", text.strip())[0][aged.end() :]
            )
            if behind and _BUILD.match(behind[1]):
                self._put(behind[1])
        if bracket:
            for piece in re.split(r"[,;]", bracket[1]):
                self._put(piece.strip())
            text = text[bracket.end() :]
        is_list = False
        if of_one and (is_one := _IS_SOMEBODY.match(text)):
            is_list = True
            text = text[is_one.end() :]
        pieces = re.split(r"([,;:.!?–—]|\s--?\s)", text)
        clauses = pieces[::2]
        introduced = introduced or is_list
        lists, mode = introduced or first, _Mode.NONE
        if aged_of := OF_AGE.match(text.strip()):
            self.age = aged_of[1]
        for at, raw in enumerate(clauses):
            clause = raw.strip()
            if not clause:
                continue
            if (
                at
                and not introduced
                and pieces[2 * at - 1] == ":"
                and clauses[at - 1].strip()
                and not is_visible(clause)
            ):
                break  # “he hears: a bellows, wet”: of something else
            if introduced and at == 0 and AGE.match(clause):
                self.age = _now(clause)
                continue
            if (of_one or first) and (aged := _IS_OF_AGE.match(clause)):
                self.age = aged[1]
                continue
            goes_on = re.sub(r"^and ", "", clause)
            if mode is _Mode.ON and goes_on != clause and _is_garment(goes_on):
                self._wear(bare(goes_on))
                continue
            if mode is not _Mode.NONE and _is_garment(clause):
                (self._wear if mode is _Mode.ON else self._take_off)(bare(clause))
                continue
            if at > 1 and _KNOWN_THING.match(clauses[at - 1].strip()) and not is_visible(clause):
                continue  # “The collar, very white.”
            told = not clauses[0].strip() or aged_of is not None or ALONE.match(clause) or is_visible(clause)
            told = told or bool(_SOMEWHERE.match(clauses[0].strip()) and _BUILD.match(clause))
            if at and (aged := _AGED_AND.match(clause)) and _is_bodily(clauses[at - 1].strip()):
                self.age = aged[1]
            if at and lists and told and is_phrase(clause):
                if clause.casefold() in _FEELINGS:
                    continue
                if self._without(clause):
                    clause = re.sub(r"\s+(?:and|but)\s*$", "", GONE_FROM.sub("", clause).rstrip())
                    clause = clause if is_visible(clause) else ""
                self._put(bare(clause))
                continue
            if (has := _HAS.match(clause)) and (of_one or " got " in has[0]) and self._has_features(has[1]):
                continue
            if body := _BODY_IS.match(clause):
                self._put(body[1])
                continue
            if at and _PLAINLY_WORN.fullmatch(clause) and not GOES_ON.match(clause) and not is_act(clause):
                self._put(clause)
                continue
            if at and introduced and not GOES_ON.match(clause):
                lists = lists and not is_act(clause)
            mode = self._change(clause)

    def _has_features(self, text: str) -> bool:
        """Take what somebody has about the body: “a tape measure round her neck and pins in her mouth”."""
        found = [
            bare(piece)
            for piece in re.split(r"\s+and\s+(?=an?\b|[\w'’-]+ (?:in|on|round|over)\b)", text)
            if _AT_BODY.search(piece) and len(piece) <= 60
        ]
        for piece in found:
            self._put(piece)
        return bool(found)

    # -- what is known ---------------------------------------------------------------------------

    def _put(self, phrase: str) -> None:
        """Keep a phrase where it belongs."""
        if not phrase:
            return
        if AGE.match(phrase):
            self.age = _now(phrase)
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

    def _grow(self, phrase: str) -> None:
        """Have such hair, or such a beard beside it."""
        if FACIAL.search(phrase) and not re.search(r"\bhair\b", phrase):
            self.beard = phrase
        elif "hair" in self.hair and re.match(r"(?:cropped|cut|worn|tied|combed|parted)\b", phrase):
            self.hair = f"{self.hair}, {phrase}"
        else:
            self.hair = phrase
        if HAIR_FREE.search(phrase):
            self._drop(OVER_HAIR)

    def _wear(self, phrase: str) -> None:
        worn = garments_of(phrase)
        if SHIRTSLEEVES.search(phrase):
            self.wardrobe = [each for each in self.wardrobe if not OUTER.search(each)]
            phrase = "shirtsleeves"
        if gone := _GONE.match(phrase):
            self._lose(gone[1])
            self.about.append(phrase)
            return
        is_whole = bool(OUTFIT.search(phrase) or OUTER.search(phrase))
        of_an_item = self.new_item and not (_HIS.match(phrase) or _OVER.search(phrase))
        if (self.new_day and is_whole and phrase.startswith("in ")) or (
            of_an_item and (is_whole or BODYWEAR.search(phrase))
        ):
            self.wardrobe = [each for each in self.wardrobe if of_an_item and each not in self._worn_before]
            self.new_day = self.new_item = False
        if self._anew and OUTFIT.search(phrase) and not _OVER.search(phrase):
            self.wardrobe = [each for each in self.wardrobe if not BODYWEAR.search(each)]
        alone = fold(bare(re.sub(r"^in ", "", phrase))).removesuffix("s")
        if alone in worn:  # “in his coat” tells nothing new of the coat
            phrase = self._worn_once.get(alone, phrase)
            if phrase in self.wardrobe:
                return
        self._worn_once.update(dict.fromkeys(worn, phrase))
        phrase = self._changed_piece(phrase)
        instead = worn.union(*(place for place in BARED.values() if worn & place))  # one hat at a time
        self._drop(instead)
        self.wardrobe = [*(each for each in self.wardrobe if each != phrase), phrase]
        covered = {state for state, bared in BARED.items() if worn & bared}
        self.condition = [each for each in self.condition if each not in _UNDRESSED | covered]

    def _changed_piece(self, phrase: str) -> str:
        """A piece that is worn already with what is told of it now: a grey coat, torn at the shoulder."""
        phrase = re.sub(r"^(?:the|his|her|their) ", "", phrase)
        piece = GARMENT.match(phrase)
        if piece is None or len(piece[0]) == len(phrase):
            return phrase
        same = (each for each in self.wardrobe if garments_of(each) == garments_of(piece[0]))
        before = next((each for each in same if each.casefold().endswith(piece[0].casefold())), "")
        how = phrase[piece.end() :]
        if DONE_OR_NOT.match(how):
            before = re.sub(rf"{DONE_OR_NOT.pattern}.*", "", before)
        return before + how if before else phrase

    def _drop(self, gone: Set[str]) -> None:
        """Let go of garments; of “a striped jersey and a red cap” the other stays."""
        kept: list[str] = []
        with_it = False
        for each in self.wardrobe:
            with_it = with_it and bool(PART.search(each)) and not GARMENT.search(PART.sub("", each))
            if with_it:
                continue
            if not _is_among(gone, each):
                kept.append(each)
                continue
            with_it = True
            parts = re.split(r"\s+(?:and|over)\s+(?:the\s+)?", each)
            rest = [part for part in parts if garments_of(part) and not _is_among(gone, part)]
            kept += [" and ".join(rest)] if rest else []
        self.wardrobe = kept

    def _take_off(self, phrase: str) -> None:
        gone = garments_of(phrase)
        self._off = [each for each in self.wardrobe if _is_among(gone, each)]
        self._drop(gone)

    def _colour(self, named: Set[str], colour: str) -> None:
        """Have a garment of another colour."""
        self.wardrobe = [
            COLOUR.sub(colour, each) if COLOUR.search(each) and _is_among(named, each) else each
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

    def _become(self, state: str) -> None:
        self.condition = [*(each for each in self.condition if each != state), state]
        self._drop(BARED.get(state, frozenset()))

    def _lose(self, word: str) -> bool:
        """Let go of what is told by a word: a coat, the black. Returns whether there was any."""
        before = self.facts()
        self.about = [each for each in self.about if not _has(each, word)]
        self._drop(garments_of(word))
        self.wardrobe = [each for each in self.wardrobe if not _has(each, word)]
        self.hair = "" if _has(self.hair, word) else self.hair
        self.beard = "" if _has(self.beard, word) else self.beard
        return self.facts() != before

    # -- what changes it -------------------------------------------------------------------------

    def _without(self, clause: str) -> bool:
        """Whether a clause says that something is not there any more: no apron, without her coat."""
        gone = [self._lose(found[1]) for found in GONE_FROM.finditer(clause)]
        return bool(gone)

    def _change(self, clause: str) -> _Mode:
        """Take what an act changes: clothes put on and off, a state, a garment told of by the way."""
        mode = _Mode.NONE
        clause = _LIKENED.sub("", clause)
        aged = _NOW_AGED.search(clause)
        if aged:
            self.age = aged[1]
        if STRIPS.search(clause):
            self.wardrobe, mode = [], _Mode.OFF
        if self._without(clause):
            clause = GONE_FROM.sub(" ", clause).strip()
        left = LEFT.match(clause)
        if left and GARMENT.fullmatch(left[1]):
            self._lose(left[1])
            return mode
        for lost in LOST.finditer(clause):
            self._lose(lost[1])
        for torn in TEARS.finditer(clause):
            self._tear(torn[1])
        if there := IS_ON_BODY.search(clause):
            self._put(bare(there[1]))
        if picked := PICKED_UP.search(clause):
            self._picked = bare(picked[1])
        if coloured := IS_COLOURED.match(clause):
            self._colour(garments_of(coloured[1]), coloured[2])
            return mode
        if self._put_on and OFF_AGAIN.search(clause):
            self._take_off(self._put_on)
            self._put_on = ""
        if _ON_AGAIN.search(clause):
            if self._picked:
                self._wear(self._picked)
            else:
                self.wardrobe = [*self.wardrobe, *self._off]
            self._picked, self._off = "", []
        if self._off and (another := ON_ANOTHER_WAY.search(clause)):
            self._wear(f"{re.sub(r'^in ', '', self._off[0])} {another[1]}")
            return _Mode.NONE
        if has_on := HAS_IT_ON.match(clause):
            self._wear(bare(has_on[1]))
        if BARE_FEET.search(clause):
            self._become("barefoot")
        if (off := IS_OFF.match(clause)) and not clause.casefold().startswith(("a ", "an ")):
            self._take_off(off[1])
        if HOOD_BACK.search(clause):
            without = (
                re.sub(r"\s*(?:with )?(?:the |his |her |an? )?hood(?: up| on)?$", "", w)
                for w in self.wardrobe
            )
            self.wardrobe = [each for each in without if each and each.casefold() not in _FURS]
            self.about = [each for each in self.about if not each.casefold().startswith("hood")]
        if done := DONE_UP.search(clause):
            named = garments_of(done[1])
            self.wardrobe = [UNDONE.sub("", w) if _is_among(named, w) else w for w in self.wardrobe]
        if opens := OPENS.search(clause):
            self._opened = garments_of(opens[1])
        for lacks in LACKS.finditer(clause):
            self._lose(lacks[1])
        if (away := PUT_AWAY.search(clause)) and not STAYS_ON.match(clause, away.end()):
            self._drop(garments_of(away[1]))
        if CHANGES.search(clause):
            self.wardrobe = [each for each in self.wardrobe if not _IS_CHANGED.search(each)]
        for pattern in (FROM_BODY, TAKEN_OFF, OVER_HEAD, OFF_BEHIND, PUT_BY):
            off = pattern.search(clause)
            if off and garments_of(off[1]):
                self._take_off(off[1])
                clause, mode = clause[: off.start()] + " " + clause[off.end() :], _Mode.OFF
            elif off and (thing := WORD.findall(off[1])):
                self.about = [
                    each for each in self.about if not (_AT_BODY.search(each) and _has(each, thing[-1]))
                ]
        on = PUT_ON.search(clause)
        if on and garments_of(on[1]):
            named = garments_of(on[1])
            self.wardrobe = [NOT_ON_YET.sub("", w) if _is_among(named, w) else w for w in self.wardrobe]
            self._worn_once.update(
                {word: NOT_ON_YET.sub("", w) for word, w in self._worn_once.items() if word in named}
            )
            self._wear(bare(on[1]))
            self._put_on = bare(on[1])
            clause, mode = clause[: on.start()], _Mode.ON
        if (wears := _WEARS.search(clause)) and GARMENT.search(clause, wears.end()):
            mode = _Mode.ON
        self._change_hair(clause)
        if SHIRTSLEEVES.search(clause):
            self._wear("in shirtsleeves")
        if is_one := _IS_ONE.search(clause):
            self._put(is_one[1])
        for found in ON.finditer(clause):
            phrase = found[1]
            more = AND_MORE.match(clause, found.end())
            if more and GARMENT.search(phrase) and _goes_along(more[0]):
                phrase += more[0]
            if NO_CLOTHING.search(clause[: found.start()]):
                continue
            if _KNOWN.match(phrase) or _PAST.search(phrase) or _THE_ONE.fullmatch(phrase.strip()):
                continue
            if OUTFIT.fullmatch(f"in {phrase.strip()}"):
                self._wear(f"in {phrase.strip()}")  # in red, in mourning
            elif GARMENT.search(phrase) or HAIR.search(phrase):
                is_in = found[0][:3].casefold() == "in " and not HAIR.search(phrase)
                self._put(_without_verb(f"in {phrase.strip()}" if is_in else bare(phrase)))
        clause = self._change_skin(clause)
        for found in STATE.finditer(clause):
            self._become(found[0].lower())
        if put := PUT_ROUND.match(clause):
            clause = bare(clause[put.end() :])
            if _ROUND_BODY.search(clause) and GARMENT.search(clause):
                self._wear(clause)
            return mode
        if _FASTENS.match(clause):
            return mode
        if is_act(clause):
            return mode
        if worn := WORN_ROUND.match(clause):
            self._wear(bare(worn[0]))
        elif _is_worn(clause):
            self._put(bare(clause))
        return mode

    def _change_skin(self, clause: str) -> str:
        """Take dirt, wet and hurts that come and go; what is left of the clause."""
        if cleaned := CLEANED.search(clause):
            self.condition = [each for each in self.condition if cleaned[1].casefold() not in each.casefold()]
            return clause
        if INTO_WATER.search(clause):
            self._become("wet")
        if DRIED.search(clause):
            self.condition = [each for each in self.condition if not WET.search(each)]
        if part := HURT_PART.match(clause):
            self._become(f"{part[1]} {part[2]}".lower())
            return clause[part.end() :]
        if runs := BLOOD_RUNS.match(clause):
            self._become(f"{runs[1]} {runs[2]}".lower())
        for pattern in (DIRTIED, HURT):
            for found in pattern.finditer(clause):
                self._become(found[0].lower())
            clause = pattern.sub(" ", clause)
        return clause

    def pass_time(self) -> str:
        """Let go of what passes with an hour or a day: wet, dirt, sleep. Return its words."""
        ended = [each for each in self.condition if not LASTING.search(each)]
        self.condition = [each for each in self.condition if LASTING.search(each)]
        return ", ".join(ended)

    def _change_hair(self, clause: str) -> None:
        if HAIR_FREE.search(clause):
            self._drop(OVER_HAIR)
        if HAIR_LOOSE.search(clause):
            self.hair = "hair loose"
        elif done := HAIR_DONE.search(clause):
            how = re.sub(r"^into ", "in ", done[2] or done[3], flags=re.IGNORECASE)
            self.hair = f"hair {DONE[done[1].casefold()]} {how}"
        elif HAIR_CUT.search(clause):
            self.hair = "hair cut short"
        elif is_like := HAIR_IS.match(clause):
            self.hair = f"{is_like[1].strip(' ,')} hair"
        elif seen := HAIR_SEEN.match(clause):
            self.hair = seen[1]
        elif under := HAIR_UNDER.search(clause):
            self.hair = under[1]
        elif falls := HAIR_FALLS.search(clause):
            self.hair = falls[1]
        elif _OF_HAIR.fullmatch(clause.strip()):
            self._grow(bare(clause))
        elif coloured := HAIR_COLOURED.search(clause):
            self.hair = f"{coloured[1] or coloured[2]} hair"
        elif re.match(r"(?:\w+ )?hair\b", clause, re.IGNORECASE) and not re.search(
            r"\bhair is (?:all )?(?:wet|soaked|dripping)", clause, re.IGNORECASE
        ):
            self.hair = bare(clause)


def _piece_of(phrases: Sequence[str], words: str) -> str:
    """The words for a garment that is named: “straw hat” of “in a cardigan and a straw hat”."""
    named = garments_of(words)
    parts = (part for each in phrases for part in re.split(r"\s+and\s+", each))
    return next((bare(re.sub(r"^in ", "", part)) for part in parts if _is_among(named, part)), "")


def _is_handled(phrase: str, said: Set[str]) -> bool:
    """Whether a phrase tells of a thing that is held, and its word is said."""
    held = CARRIED_THING.match(phrase)
    if held is None or HAIR.search(held["thing"]):
        return False
    is_worn = GARMENT.fullmatch(held["thing"]) and not held["in_hand"]
    return not is_worn and fold(held["thing"]).removesuffix("s") in said


def _is_among(gone: Set[str], phrase: str) -> bool:
    """Whether a phrase names one of these garments, by any word for it."""
    return any(is_one_of(word, worn) for worn in garments_of(phrase) for word in gone)


def _torn(begins: re.Match[str]) -> str:
    return f"{begins[1] or ''}{'a ' if begins[2] else ''}torn "


def years_of(age: str) -> int | None:
    """Return the years of an exact age, in digits or words: “26”, “aged eight”; above twenty words guess."""
    words = re.sub(r"^(?:at|aged|now) |[ -]years[ -]old$", "", age.casefold())
    if words.isdigit():
        return int(words)
    years = number_of(words) if re.fullmatch(NUMBER_WORDS, words) else 0
    return years if 0 < years <= 20 else None


def _now(age: str) -> str:
    """An age without the word that sets it against another: “now 19”."""
    return re.sub(r"^now ", "", age, flags=re.IGNORECASE)


def _has(phrase: str, word: str) -> bool:
    wanted = fold(word).removesuffix("s")
    return any(fold(found[0]).removesuffix("s") == wanted for found in WORD.finditer(phrase))


def _without_verb(phrase: str) -> str:
    """A phrase up to its garment where a verb comes behind that: “the cane begins to laugh”."""
    worn = GARMENT.search(phrase)
    behind = phrase[worn.end() :].split() if worn else []
    is_verb = bool(behind) and is_act(behind[0]) and behind[0] not in _RELATIVE
    return phrase[: worn.end()] if worn and is_verb else phrase


def _goes_along(more: str) -> bool:
    """Whether what is behind an “and” is worn along with what is before it, rather than done."""
    tokens = [fold(word[0]) for word in WORD.finditer(more)][1:]
    return bool(tokens) and not any(word in VERBS and word not in NO_VERBS for word in tokens)


def _is_worn(clause: str) -> bool:
    """Whether a clause begins with a garment and tells of it, rather than of what becomes of it."""
    phrase = bare(clause)
    piece = GARMENT.match(phrase)
    is_known = clause.casefold().startswith("the ")
    if piece is not None and is_known and DONE_OR_NOT.match(phrase, piece.end()):
        return True  # “the jacket hanging open”
    if piece is None or is_known or LIES_ON.match(phrase, piece.end()):
        return False
    behind = phrase[piece.end() :].split()
    if behind[:1] in (["is"], ["are"]):
        return behind[1:2] not in (
            ["already"],
            ["out"],
            ["off"],
            ["gone"],
            ["on"],
            ["in"],
            ["there"],
            ["back"],
            ["up"],
        )
    return not behind or not (is_act(behind[0]) or behind[0] in VERBS)


def _is_bodily(clause: str) -> bool:
    return is_visible(clause) or bool(clause and _BUILD.match(clause))


def _is_garment(clause: str) -> bool:
    """Whether a clause is nothing but a garment: “a flat cap”, “wire spectacles mended with tape”."""
    return bool(GARMENT.search(clause)) and is_phrase(clause)
