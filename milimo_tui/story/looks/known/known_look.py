"""The complete known look of a person at one point of the script, and the parts of a look that end as time
passes. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, field

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.looks.clothes.garments import (
    BARED,
    BODY_GARMENTS,
    NIGHTWEAR,
    OUTER,
    RAINWEAR,
    UNDRESSED,
    find_garments,
    strip_article,
)
from milimo_tui.story.looks.clothes.unworn_patterns import HELD
from milimo_tui.story.looks.known.look_state import OVER, WET_HAIR, LookState
from milimo_tui.story.looks.stains import ASLEEP, HURT, LASTING, STATE
from milimo_tui.story.looks.worn_phrases import (
    find_garment_part,
    has_word,
    is_garment_phrase,
    is_held_thing_mentioned,
    mentions_thing,
    names_any_garment,
)
from milimo_tui.story.values.text import fold

# Matches clothes for going out. If a montage item mentions them, the person does not wear them in the other
# items.
_OUTDOORS = compile_lazily(
    r"(?:in )?(?:an? )?(?:[\w'’-]+ ){0,3}(?:overcoat|parka|anorak|scarf|mittens?|gloves"
    r"|(?:over)?coat and (?:[\w'’-]+ ){0,3}hat)",
    re.IGNORECASE,
)
# Matches a thing that is described by at most two words: “flat mailbag”.
_SHORT = compile_lazily(r"(?:[\w-]+ )?[\w-]+")
# Matches things that a person carries only for a while: “market basket with a turkey in it”.
_BROUGHT = compile_lazily(
    r"(?:with )?(?:an? )?(?:[\w'’-]+ ){0,3}?(?:basket|bag|suitcase|briefcase|tray|cup|mug|bottle|box|parcel"
    r"|bundle|bouquet|torch|flashlight|lantern|clipboard|newspaper|book|phone|telephone|umbrella|bucket"
    r"|pail|broom"
    r"|plate|bowl|knife|shovel|spade|letter|envelope|shopping|flowers)(?!['’\w-])",
    re.IGNORECASE,
)
_IS_OFF = compile_lazily(  # Matches garments that are off: “boots off and her feet up”.
    r"(?:shoes?|boots?|socks?|hat|cap|coat|jacket|shirt|tie|helmet|gloves|one shoe) off(?!\w)", re.IGNORECASE
)
_OVER_ARM = compile_lazily(r" (?:over|on) (?:one|his|her|their) (?:arm|shoulder|knees?|lap)$", re.IGNORECASE)
_FOR_A_WHILE = compile_lazily(r"(?<!\w)(?:curlers|rollers|hairnet|towel|wet|loose)(?!\w)", re.IGNORECASE)
_FOR_NOW = compile_lazily(
    r"(?:wrapped in |in )?(?:an? )?(?:[\w-]+ ){0,2}(?:towels?|blankets?|bibs?)(?: (?:round|around|over"
    r"|about|across|on)\b|$)",
    re.IGNORECASE,
)
_STUCK_IN = compile_lazily(
    r"(?<!\w)(?:in|from|out of|at|on) (?:the|his|her|their) (?:[\w-]+ )?(?:pocket|buttonhole|lapel)s?(?!\w)",
    re.I,
)
# Matches things that a person wears every day, such as glasses. They stay on after a montage item.
_ALWAYS = compile_lazily(
    r"(?<!\w)(?:glasses|spectacles|bifocals|pince-nez|monocle|ring|earring|wig|eyepatch|braces)s?(?!\w)", re.I
)


@dataclass(slots=True)
class KnownLook(LookState):
    """The known look of a person at one point of the script, with methods that apply the effects of time and
    of other people to it.
    """

    # Clothes and states at the beginning of a montage, or None outside a montage.
    _before_items: tuple[str, ...] | None = None
    _against_rain: set[str] = field(default_factory=set)  # Rainwear that was worn in a scene with rain.

    def add_epithet(self, words: str) -> None:
        """Record the words that the script used for the person before giving a name, such as “old man”."""
        if words and words not in self.about:
            self.about.insert(0, words)

    def add_group_clothes(self, words: str) -> None:
        """Put on the clothes that all members of a group wear, unless the person is already known to wear
        such garments.
        """
        if words not in self.wardrobe and not any(
            find_garments(words) & find_garments(w) for w in self.wardrobe
        ):
            self.wardrobe.append(words)

    def put_on_over_clothes(self, words: str) -> None:
        """Put on a garment that another person gives, over the current clothes."""
        self._anew = False
        self._add_garment(words)

    def recall_former_garment(self, words: str) -> str:
        """Return the earlier description of a garment that the person wore before and does not wear now.
        `words` name the garment. Return an empty string if there is none.
        """
        if self.is_wearing(words, by_kind=False):
            return ""
        return next((self._worn_once[each] for each in find_garments(words) if each in self._worn_once), "")

    def put_back_on(self, words: str) -> None:
        """Put on again a garment that was worn before. A coat also replaces clothes that nobody wears
        outdoors.
        """
        once = self.recall_former_garment(words)
        if OUTER.search(once):
            self.wardrobe = [each for each in self.wardrobe if not UNDRESSED.search(each)]
        self._add_garment(once)

    def take_off_named_garment(self, words: str) -> str:
        """Take off the garment that `words` name, and return its description (empty if it was not worn)."""
        before = find_garment_part(self.wardrobe, words)
        self._take_off(words)
        return before

    def remove_named_thing(self, words: str) -> None:
        """Remove a garment or another thing from the look."""
        if find_garments(words):
            self._take_off(words)
        else:
            parts = {each: re.split(r"\s+and\s+", each) for each in self.about}
            rest = {
                each: [
                    part
                    for part in pieces
                    if not (mentions_thing(part, words) or fold(part.split(" ")[-1]) == fold(words))
                ]
                for each, pieces in parts.items()
            }
            self.about = [" and ".join(rest[each]) for each in self.about if rest[each]]

    def recall_removed_garment(self, words: str) -> str:
        """Return the words that described the garment taken off last, if `words` name this garment. Otherwise
        return an empty string.
        """
        known = [self._worn_once[each] for each in find_garments(words) if each in self._worn_once]
        return find_garment_part(self._off, words) or (
            find_garment_part(known, words) if not self.is_wearing(words) else ""
        )

    def is_wearing_exactly(self, words: str) -> bool:
        """Return True if a single worn garment is described by all of these words. If the person wears a
        straw hat, the result for “a red hat” is False.
        """
        piece = find_garment_part(self.wardrobe, words)
        return bool(piece) and all(has_word(piece, word) for word in words.split())

    def reveal_underneath(self, text: str) -> None:
        """Remove the garment that was opened, and add the clothes and states that `text` describes under
        it.
        """
        if self._opened:
            self._remove_garments(self._opened)
        else:
            self.wardrobe = [
                each for each in self.wardrobe if not (OUTER.search(each) or NIGHTWEAR.search(each))
            ]
        for piece in re.split(r"[,;]", text):
            if is_garment_phrase(strip_article(piece)) or STATE.search(piece):
                self._add_fact(strip_article(piece))

    def set_garment_fit(self, thing: str, how: str) -> bool:
        """Record how a garment fits: `how` are words such as “too long in the arms”. The garment is `thing`
        or, if `thing` is not worn, the garment mentioned last. Return True if the look changed.
        """
        named = find_garments(thing)
        mine = [each for each in self.wardrobe if names_any_garment(named, each)] or self.wardrobe
        if not mine or how in mine[-1]:
            return False
        fitting = f"{mine[-1]} {how}"
        self.wardrobe = [fitting if each == mine[-1] else each for each in self.wardrobe]
        self._worn_once.update(dict.fromkeys(find_garments(mine[-1]), fitting))
        return True

    def mark_rainwear(self) -> None:
        """Record the rainwear that is worn now, so that it can be removed when the rain has ended."""
        self._against_rain = {each for each in self.wardrobe if RAINWEAR.search(each)}

    def remove_rainwear(self) -> bool:
        """Remove the recorded rainwear. Return True if there was any."""
        count = len(self.wardrobe)
        self.wardrobe = [each for each in self.wardrobe if each not in self._against_rain]
        self._against_rain = set()
        return len(self.wardrobe) < count

    def end_montage_item(self) -> bool:
        """End one item of a montage. The clothes that were put on in the item are removed, and the earlier
        clothes that they covered are restored. Return True if anything was removed.

        The first call in a montage only records the current clothes and states.
        """
        if self._before_items is None:
            self._before_items = (*self.wardrobe, *self.condition)
            return False
        count_before = len(self.wardrobe) + bool(self.hair) + len(self.condition)
        self.condition = [
            each for each in self.condition if each in self._before_items or not HURT.fullmatch(each)
        ]
        self.hair = "" if _FOR_A_WHILE.search(self.hair) else self.hair
        beneath = find_garments(" ".join(OVER.split(w)[-1] for w in self.wardrobe if OVER.search(w)))
        again = (w for w in self._before_items if find_garments(w) & beneath and not OVER.search(w))
        self.wardrobe = [each for each in self.wardrobe if each in self._before_items or _ALWAYS.search(each)]
        self.wardrobe += [each for each in again if each not in self.wardrobe]
        return len(self.wardrobe) + bool(self.hair) + len(self.condition) < count_before

    def end_montage_looks(self) -> None:
        """End a montage. The current clothes stay. An injury that began during the montage is removed,
        because each item may be on another day.
        """
        if self._before_items is not None:
            before = self._before_items
            self.condition = [each for each in self.condition if each in before or not HURT.search(each)]
        self._before_items = None

    def remove_for_change(self, *, whole: bool) -> None:
        """Take off the clothes that are changed for other clothes. If `whole` is True, everything is taken
        off except hats, glasses and rings.
        """
        self.wardrobe = [
            each
            for each in self.wardrobe
            if (
                _ALWAYS.search(each) or find_garments(each) & BARED["bareheaded"]
                if whole
                else not BODY_GARMENTS.search(each)
            )
        ]

    def begin_montage_item(self) -> None:
        """Begin an item of a montage, in which a complete outfit replaces all clothes worn before."""
        self.wardrobe = [
            each
            for each in self.wardrobe
            if not (RAINWEAR.search(each) or _OUTDOORS.fullmatch(each) or _STUCK_IN.search(each))
        ]
        self.about = [each for each in self.about if not _STUCK_IN.search(each)]
        self.new_item, self._worn_before = True, tuple(self.wardrobe)
        self.end_passing_states()

    def end_passing_states(self) -> str:
        """Remove states that end within an hour or a day (wetness, dirt, sleep), and things that are only
        held for a while. Return the words that described them.
        """
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
        if WET_HAIR.search(self.hair):
            ended.append(self.hair)
            self.hair = ""
        return ", ".join(ended)

    def end_sleep(self) -> None:
        """Remove the state of being asleep."""
        self.condition = [each for each in self.condition if not ASLEEP.search(each)]
        self.about = [each for each in self.about if not ASLEEP.search(each)]

    def remove_held_things(self) -> None:
        """Remove things that are only held in a hand or under an arm."""
        self.about = [each for each in self.about if not HELD.search(each)]
        self.wardrobe = [each for each in self.wardrobe if not HELD.search(each)]

    def remove_laid_down_garment(self, words: str) -> bool:
        """Remove a garment that is no longer on the person but lies somewhere else. Return True if the look
        changed.
        """
        before = self.list_facts()
        self._take_off(words)
        last_word = words.split()[-1].casefold()
        self.about = [
            each
            for each in self.about
            if not (_SHORT.fullmatch(each) and each.casefold().endswith(last_word))
        ]
        return self.list_facts() != before

    def remove_handled_things(self, sentence_words: Set[str]) -> bool:
        """Remove the held things that a new sentence mentions again. `sentence_words` are the case-folded
        words of this sentence. Return True if anything was removed.
        """
        before = self.list_facts()
        self.about = [each for each in self.about if not is_held_thing_mentioned(each, sentence_words)]
        self.wardrobe = [each for each in self.wardrobe if not is_held_thing_mentioned(each, sentence_words)]
        return self.list_facts() != before
