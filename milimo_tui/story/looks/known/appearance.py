"""Reader of a person's look at one point of the script. It reads a text about the person clause by clause and
updates the known look. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.core.late_patterns import compile_lazily
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
    parse_exact_age,
    parse_rough_age,
    strip_now_from_age,
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
from milimo_tui.story.looks.clothes.garment_states import HOOD_BACK, OPENS
from milimo_tui.story.looks.clothes.garments import COLOUR, GARMENT, find_garments, strip_article
from milimo_tui.story.looks.clothes.undressing_patterns import (
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
from milimo_tui.story.looks.clothes.wearing_patterns import REVEALED
from milimo_tui.story.looks.descriptions import (
    ADJECTIVES,
    AGE,
    ALONE,
    GOES_ON,
    NO_VERBS,
    OF_AGE,
    WORD,
    describe_stranger,
    describes_appearance,
    is_act_clause,
    is_descriptive_phrase,
)
from milimo_tui.story.looks.hair_words import HAIR, HAIR_LOOSE, WEARS_HAIR
from milimo_tui.story.looks.known.changing_look import ChangingLook, GarmentListMode
from milimo_tui.story.looks.stains import FEATURE
from milimo_tui.story.looks.worn_phrases import find_garment_part, has_word, is_garment_phrase

# Matches the “and” between a garment and hair: “the helmet under her arm and her red hair on end”.
_AND_HAIR = compile_lazily(r"\s+and (?=(?:his|her|their) (?:[\w-]+ ){0,2}hair\b)", re.IGNORECASE)
# Matches an act of looking that is followed by the thing seen, which the person does not wear: “She looks
# left: a towel.”
_SEES_IT = compile_lazily(
    r"(?<!\w)(?:looks (?!at (?:him|her)sel|in the|into the (?:mirror|glass))|sees|finds|notices|spots"
    r"|discovers|opens"
    r"|holds (?:up|out)|pulls out|takes out|produces|unwraps|unpacks|reveals|hears|stares|points"
    r"|picks up|lifts out|reads)",
    re.IGNORECASE,
)
_AGE_IN_BRACKETS = compile_lazily(rf"\s*\(({AGE.pattern[1:-1]})\)", re.IGNORECASE)
BRACKET = compile_lazily(r"\s*\(([^()]{1,80})\)")


@dataclass(slots=True)
class _ClauseCursor:
    """The position in a text about one person. The clauses of the text are read in order, and this object
    records how far they are read and what is known about the text.
    """

    pieces: Sequence[str]  # Clauses and the punctuation marks between them, alternately.
    introduced: bool
    first: bool  # True if the person was not described before this text.
    anew: bool  # True if this text is in a different paragraph than the previous text about the person.
    of_one: bool  # True if the text is in the paragraph that introduces the person.
    has_age: bool  # True if the text begins with an age.
    is_aged_list: bool  # True for a list that begins with an age: “60, weathered, cowboy hat”.
    lists: bool  # True while the clauses list features of the person.
    # The act (putting on, taking off, or none) that also applies to the next clause if this clause only names
    # a garment.
    mode: GarmentListMode = GarmentListMode.NONE
    at: int = 0
    clause: str = ""
    is_over: bool = False  # True if the remaining clauses describe something other than the person.

    @property
    def all_clauses(self) -> Sequence[str]:
        return self.pieces[::2]

    @property
    def first_clause(self) -> str:
        return self.all_clauses[0].strip()

    @property
    def previous_clause(self) -> str:
        """The clause before the current one."""
        return self.all_clauses[self.at - 1].strip()

    @property
    def mark_after_clause(self) -> str:
        return "".join(self.pieces[2 * self.at + 1 : 2 * self.at + 2])

    @property
    def is_last_clause(self) -> bool:
        return not "".join(self.all_clauses[self.at + 1 :]).strip()

    @property
    def may_be_description(self) -> bool:
        """True if the current clause may describe the person. This is decided by the clauses before it, or by
        its own words.
        """
        begins, clause = self.first_clause, self.clause
        return bool(
            not begins
            or self.has_age
            or ALONE.match(clause)
            or describes_appearance(clause)
            or self.is_aged_list
            or (self.introduced and FEATURE.search(clause))
            or (self.introduced and describes_appearance(begins) and not is_act_clause(begins))
            or (SOMEWHERE.match(begins) and BUILD.match(clause))
        )


@dataclass(slots=True)
class DescribedLook(ChangingLook):
    """The known look of a person at one point of the script, updated from each text about the person."""

    def read_description(
        self, text: str, *, introduced: bool, first: bool, in_new_paragraph: bool, of_one: bool
    ) -> None:
        """Update the known look from a text about the person. `introduced` is True if the text introduces the
        person. `first` is True if the person was not described before.

        `in_new_paragraph` is True if the previous text about the person was in another paragraph; then a
        complete outfit replaces the clothes worn before. `of_one` is True if the text is in the paragraph
        that introduces the person.
        """
        text = ADJECTIVES.sub(lambda several: several[0].replace(",", ""), _AND_HAIR.sub(", ", text))
        self._anew = in_new_paragraph
        if in_new_paragraph:
            self._off, self._picked = [], ""
        if (match := REVEALED.search(text)) and any(
            off.search(text, 0, match.start())
            for off in (TAKEN_OFF, OFF_BEHIND, FROM_BODY, OVER_HEAD, OPENS, HOOD_BACK)
        ):
            self.read_description(
                text[: match.start()],
                introduced=introduced,
                first=first,
                in_new_paragraph=in_new_paragraph,
                of_one=of_one,
            )
            self._add_revealed_looks(match["what"])
            text = text[match.end() :]
        if of_one or first:
            self._read_predicate(text, of_one=of_one)
        bracket = BRACKET.match(text)
        if (of_one or first or not self.age) and not bracket:
            self._read_age_statement(text)
        is_aged_list = of_one and _AGED_LIST.match(text.strip()) is not None
        if bracket:
            self._read_brackets(bracket[1])
            text = text[bracket.end() :]
        text = _AGE_IN_BRACKETS.sub(r", \1,", text)
        is_one = IS_SOMEBODY.match(text) if of_one else None
        if is_one is not None:
            article = is_one[0].removesuffix(is_one[1]).split()[-1]
            if article.casefold() in ("a", "an") and (called := describe_stranger(is_one[1])):
                self._add_fact(called)
            text = text[is_one.end() :]
        if aged := OF_AGE.match(text.strip()) or AT_AGE.match(text.strip()):
            self.age = aged[1]
        introduced = introduced or is_aged_list or is_one is not None
        pieces = re.split(r"([,;:.!?–—]|\s--?\s)", text)
        lists = introduced or first or (in_new_paragraph and APPEARS.search(pieces[0]) is not None)
        self._read_clauses(
            _ClauseCursor(
                pieces, introduced, first, in_new_paragraph, of_one, aged is not None, is_aged_list, lists
            )
        )

    def _add_revealed_looks(self, words: str) -> None:
        """Add the garments and features that `words` describe as visible, because the garment that covered
        them was taken off.
        """
        self._anew = False
        for piece in re.split(r"\s+and\s+|,\s*", words):
            if describes_appearance(piece) and not is_act_clause(piece):
                self._add_fact(strip_article(piece))

    def _read_predicate(self, text: str, *, of_one: bool) -> None:
        """Add the adjectives that follow a form of “to be” in a text about the person: “is tall and grey”."""
        if (predicate := PREDICATE.match(text.strip())) is None:
            return
        for piece in LAST_OF.split(predicate[1]):
            is_build = AGE.match(piece) or (not of_one and BUILD.match(piece))
            if is_build or (of_one and not is_act_clause(piece) and piece.casefold() not in FEELINGS):
                self._add_fact(piece)

    def _read_age_statement(self, text: str) -> None:
        """Read the age that a text states, and the adjective after the age: “is sixty and balding”."""
        head = re.split(r"[;.]", text.strip())[0]
        if (aged := IS_AGED.match(head.partition(",")[0])) is None:
            return
        self.age = strip_now_from_age(aged[1])
        match = re.match(
            rf"\s+(?:and|but) (?:already |now )?([a-z-]+|{GOING.pattern})\s*(?:,|$)", head[aged.end() :]
        )
        if match and GOING.fullmatch(match[1]):
            self._set_hair(match[1])
        elif match and BUILD.match(match[1]):
            self._add_fact(match[1])

    def _read_brackets(self, brackets: str) -> None:
        for piece in re.split(r"[,;]", brackets):
            if not _EXTENSION.fullmatch(piece.strip()):
                self._add_fact(piece.strip())

    def _read_clauses(self, cursor: _ClauseCursor) -> None:
        """Apply the clauses of a text in order.

        Each clause is offered to the clause readers in turn and is applied by the first reader that
        recognizes it. A clause that no reader recognizes is applied as an act.
        """
        readers = (
            self._read_end_at_colon,
            self._read_age_clause,
            self._read_list_continuation,
            self._is_clause_about_thing,
            self._read_whose_clause,
            self._read_years_clause,
            self._read_end_of_list,
            self._read_removal_clause,
            self._read_list_item,
            self._read_feature_clause,
            self._read_garment_clause,
            self._read_role_clause,
        )
        for at, raw in enumerate(cursor.all_clauses):
            cursor.at, cursor.clause = at, re.sub(r"^both (?:of them )?", "", raw.strip())
            if not cursor.clause:
                continue
            is_taken = any(reader(cursor) for reader in readers)
            if cursor.is_over:
                return
            if is_taken:
                continue
            if cursor.at and cursor.introduced and not GOES_ON.match(cursor.clause):
                cursor.lists = cursor.lists and not is_act_clause(cursor.clause)
            cursor.mode = self._apply_act_clause(cursor.clause)

    # Each clause reader returns True if it recognized and applied the clause.

    def _read_end_at_colon(self, cursor: _ClauseCursor) -> bool:
        """Stop reading at a colon if the words after it do not describe the person: “he hears: a bellows,
        wet”. Return True if reading stops here.
        """
        is_behind_one = (
            cursor.at
            and not cursor.introduced
            and cursor.pieces[2 * cursor.at - 1] == ":"
            and cursor.previous_clause
        )
        if is_behind_one and (
            not describes_appearance(cursor.clause) or _SEES_IT.search(cursor.all_clauses[cursor.at - 1])
        ):
            cursor.is_over = True
        return cursor.is_over

    def _read_age_clause(self, cursor: _ClauseCursor) -> bool:
        if cursor.introduced and cursor.at == 0 and AGE.match(cursor.clause):
            self.age = strip_now_from_age(cursor.clause)
            return True
        if (cursor.of_one or cursor.first) and (aged := IS_OF_AGE.match(cursor.clause)):
            self.age, cursor.lists = aged[1], True
            return True
        if cursor.introduced and cursor.at and not self.age and (aged := IS_AGED.match(cursor.clause)):
            # An age stated before clothes: “HANNAH, his daughter, is nineteen and wears a beret.”
            self.age = aged[1]
        return False

    def _read_list_continuation(self, cursor: _ClauseCursor) -> bool:
        """Apply the act of a list to its next garment: in “takes off her coat, her hat and her gloves” all
        three are taken off.

        Return True if the clause continues such a list.
        """
        if cursor.mode is GarmentListMode.NONE:
            return False
        take = self._add_garment if cursor.mode is GarmentListMode.ON else self._take_off
        goes_on = re.sub(r"^(?:and |then )+", "", cursor.clause)
        if goes_on != cursor.clause and is_garment_phrase(goes_on):
            take(strip_article(goes_on))
            return True
        if is_garment_phrase(cursor.clause):
            for piece in _TWO_THINGS.split(cursor.clause):
                (self._add_fact if cursor.mode is GarmentListMode.ON else self._take_off)(
                    strip_article(piece)
                )
            return True
        return False

    def _is_clause_about_thing(self, cursor: _ClauseCursor) -> bool:
        """Return True if a clause describes a thing, such as “The collar, very white.” Return False if it
        describes the person, such as “BIRITA, the keeper, very tall”.
        """
        is_apposed = cursor.introduced and cursor.at == 2 and not cursor.first_clause
        return bool(
            cursor.at > 1
            and KNOWN_THING.match(cursor.previous_clause)
            and not (is_apposed or describes_appearance(cursor.clause))
        )

    def _read_whose_clause(self, cursor: _ClauseCursor) -> bool:
        if (match := WHOSE.match(cursor.clause)) is None or not describes_appearance(cursor.clause):
            return False
        cursor.mode = self._apply_act_clause(f"his {cursor.clause[match.end() :]}")
        seen = [found[0] for found in SEEN.finditer(cursor.clause)]
        if not any(has_word(fact, word) for word in seen for fact in self.list_facts()):
            self._add_fact(cursor.clause[match.end() :])
        return True

    def _read_years_clause(self, cursor: _ClauseCursor) -> bool:
        if (
            cursor.at
            and not self.age
            and (cursor.of_one or cursor.first)
            and YEARS_OLD.fullmatch(cursor.clause)
        ):
            self.age = cursor.clause
            return True
        if cursor.at and (aged := AGED_AND.match(cursor.clause)):
            is_theirs = _describes_looks_or_build(cursor.previous_clause) or (
                cursor.introduced and not cursor.previous_clause
            )
            self.age = aged[1] if is_theirs else self.age
        return False

    def _read_end_of_list(self, cursor: _ClauseCursor) -> bool:
        """Stop reading a list of features at another person or at an act that ends the list. Return True if
        the list ends here.

        Examples are “denim skirt, a BOY pedalling after her” and “MARA, 62, a white suit, conducts.”
        """
        if cursor.at and cursor.lists:
            is_last_act = (
                cursor.is_last_clause
                and _LAST_ACT.fullmatch(cursor.clause)
                and not _is_visible_noun(cursor.clause)
            )
            cursor.is_over = bool(ANOTHER.match(cursor.clause) or is_last_act)
        return cursor.is_over

    def _read_removal_clause(self, cursor: _ClauseCursor) -> bool:
        """Apply a clause that only says that something is off or missing. Return True if the clause is of
        this kind.
        """
        clause = cursor.clause
        if (
            cursor.at
            and (off := IS_OFF.fullmatch(clause))
            and (not cursor.introduced or self.is_wearing(off[1]))
        ):
            self._take_off(off[1])
        elif cursor.at and (only := _NOTHING_BUT.fullmatch(clause)) and GARMENT.search(only[1]):
            self.wardrobe = [f"nothing but {only[1]}"]
        elif out_of := _OUT_OF.fullmatch(clause):
            self._remove_facts_with_word(out_of[1])
        elif (match := LACKS.match(clause)) and (match.end() == len(clause) or clause.endswith(" now")):
            self._remove_facts_with_word(match[1])
        else:
            return False
        return True

    def _read_list_item(self, cursor: _ClauseCursor) -> bool:
        """Apply a phrase that belongs to a list of features, such as “62, a white suit, shirt off, no shoes”.
        Return True if the current clause is such a phrase.
        """
        clause = cursor.clause
        if not (cursor.at and cursor.lists and cursor.may_be_description and is_descriptive_phrase(clause)):
            return False
        if clause.casefold() in FEELINGS:
            return True
        if longer := NO_LONGER.match(clause):
            self._end_quality(longer[1])
        elif NONE_OF_IT.fullmatch(clause) and not self._has_any_of_clause(clause):
            # A garment that was worn before is left out here, because the text that took it off has already
            # recorded that the person does not wear it.
            worn_before = find_garments(clause) & {*self._worn_once}
            self.about += [] if worn_before else [clause]
        elif IS_OFF.fullmatch(clause):
            # A garment that is off is a feature of the person: “KOLYA, 82, shirt off,”.
            self._add_about_phrase(clause)
        elif off := IS_OFF.match(clause.partition(" and ")[0]):
            if cursor.introduced and not self.is_wearing(off[1]):
                # Only the words that say “off” are a feature here: “shirt off, sleeves rolled”.
                self.about.append(off[0].strip())
            self._take_off(off[1])
        else:
            none = _AND_NONE.search(clause) if cursor.introduced else None
            if self._remove_missing_things(clause):
                self.about += [none[1]] if none is not None else []
                clause = re.sub(r"\s+(?:and|but)\s*$", "", GONE_FROM.sub("", clause).rstrip())
                clause = clause if describes_appearance(clause) else ""
            self._add_fact(strip_article(clause))
        return True

    def _read_feature_clause(self, cursor: _ClauseCursor) -> bool:
        """Apply a clause about things on the body, missing things, or the state of the body. Return True if
        the clause is of this kind.
        """
        has = HAS.match(cursor.clause)
        may_have = has and (cursor.of_one or " got " in has[0] or not _KNOWN_ONE.match(has[1]))
        if has and may_have and self._add_body_features(has[1]):
            cursor.mode = GarmentListMode.ON
        elif without := IS_MISSING.fullmatch(cursor.clause):
            self._add_about_phrase(without[1])
        elif body := BODY_IS.match(cursor.clause):
            self._add_fact(body[1])
        else:
            return False
        return True

    def _read_garment_clause(self, cursor: _ClauseCursor) -> bool:
        """Apply a clause that names a garment without a verb. Return True if the clause is of this kind."""
        clause = cursor.clause
        if cursor.at == 1 and cursor.anew and not cursor.first_clause and _A_GARMENT.fullmatch(clause):
            # Further garments may follow as a list: “Gwen, a bobble hat, a waxed coat, blows a whistle.”
            cursor.lists = True
            self._add_fact(strip_article(clause))
            return True
        if cursor.at and not cursor.introduced and self._read_passing_mention(clause):
            return True
        if (
            cursor.at
            and PLAINLY_WORN.fullmatch(clause)
            and not GOES_ON.match(clause)
            and not is_act_clause(clause)
        ):
            self._add_fact(clause)
            cursor.mode = GarmentListMode.ON
            return True
        return False

    def _read_role_clause(self, cursor: _ClauseCursor) -> bool:
        role = _IS_A.fullmatch(cursor.clause) if cursor.at and cursor.lists else None
        if role is not None and cursor.mark_after_clause == ":":
            # A kind of person, with features after a colon: “MAY, 16, is a goth: black lips”.
            self._add_fact(role[1])
        return role is not None

    def _read_passing_mention(self, clause: str) -> bool:
        """Apply a clause that mentions a worn garment or hair together with a short remark: “rollers
        steaming”, “the hat white”. Return True if the clause is of this kind.
        """
        if (by_the_way := _BY_THE_WAY.fullmatch(clause)) is None:
            return False
        thing = by_the_way["thing"]
        if HAIR.search(thing) and not GARMENT.search(thing):
            self.hair = self.hair or strip_article(thing)
            return not has_word(thing, "hair")
        named = find_garments(thing)
        once = next((self._worn_once[each] for each in named if each in self._worn_once), "")
        if self.is_wearing(thing) and by_the_way["does"]:
            return True
        once = find_garment_part(self.wardrobe, thing) or once
        self._add_garment(f"{once or strip_article(thing)} {by_the_way['is'] or ''}".strip())
        return True

    def _add_body_features(self, text: str) -> bool:
        """Add the features of the body and the things on it: “a tape measure round her neck and pins in her
        mouth”. Return True if the text has any.
        """
        if HAIR_LOOSE.search(text) or WEARS_HAIR.search(f"wears {text}"):
            return False
        found = [
            strip_article(piece)
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
            self._add_fact(piece)
        return bool(found)

    def _has_any_of_clause(self, clause: str) -> bool:
        """Return True if a clause denies something that the known look still includes, such as “no hat” for a
        person who wears a hat.
        """
        return any(has_word(fact, word) for fact in self.list_facts() for word in WORD.findall(clause)[1:])


_HAS_HAIR = compile_lazily(
    rf"(?:an? )?(?:(?!his |her |their |on |in |at )[\w'’-]+ ){{0,4}}?(?:{HAIR.pattern})"
    r"|an? (?:shaved|shaven|bald|close-cropped) (?:head|scalp|skull)\b",
    re.I,
)
_A_GARMENT = compile_lazily(
    rf"an? (?:[\w'’-]+ ){{0,3}}?(?:{GARMENT.pattern})(?: (?:with|of|over|pulled|tied|buttoned) [^,]*)?",
    re.IGNORECASE,
)
_BY_THE_WAY = compile_lazily(
    r"(?:and )?(?:(?:his|her|their|the) )?"
    rf"(?P<thing>(?:[\w'’-]+ ){{0,2}}?(?:{GARMENT.pattern}|{HAIR.pattern}))"
    r" (?:(?P<does>(?:flapping|flying|streaming|steaming|dripping|trailing|swinging|billowing|blowing"
    r"|clinging|shining|gleaming|glittering|bobbing|smoking|jingling)(?: .*)?)"
    rf"|(?P<is>{COLOUR.pattern}|soaked|wet|muddy|frozen|torn|askew|crooked|undone|loosened|unbuttoned|untied|unzipped))",
    re.IGNORECASE,
)
# Matches a body part with its position. The words “both hands on his face” describe what the person does, so
# they are no feature of the look.
_A_LIMB = compile_lazily(
    r"(?:(?:both|one|an?|the|his|her|their) )?(?:left |right |free |other )?(?:hands?|arms?|fingers?|palms?"
    r"|elbows?|fists?|feet|foot|knees?|thumbs?|eyes?)"
    r" (?:on|in|at|to|over|round|around|under|against|behind)\b",
    re.IGNORECASE,
)
_AND_NONE = compile_lazily(
    rf"\s(?:and|but|with) ({NONE_OF_IT.pattern})$", re.IGNORECASE
)  # Matches an absent garment at the end of a phrase: “jeans and no shirt”.
# Matches the words after “has” that mean a thing already known: “(has) her coat over her arm”, “(has) cut off
# the braids”.
_KNOWN_ONE = compile_lazily(
    r"(?:[a-z]+ (?:(?:off|up|on|down|out|in) )?)?(?:the|his|her|their|this|that) "
    r"|[a-z]+(?:ed|wn|en|ut) (?:(?:off|up|on|down|out|in) )?an? ",
    re.IGNORECASE,
)
# Splits two separate things that are joined by “and”: “a bald head and half-moon spectacles”.
_TWO_THINGS = compile_lazily(
    rf"(?<=\w)\s+and\s+(?=(?:an?|his|her|their) |(?:[\w'’-]+ ){{1,2}}(?:{GARMENT.pattern})$)", re.IGNORECASE
)
# Matches a new garment with its description after “has”: “She has a cardigan the colour of porridge.”
_HAS_GARMENT = compile_lazily(
    rf"an? (?:(?!in |on |at |for |to |of )[\w'’-]+ ){{0,4}}?(?:{GARMENT.pattern})"
    r"(?: (?:the colou?r of|of|like|made of|with|over|under|that|held|tied|too"
    r"|(?:one|two|three|several|a) sizes? too) (?:(?! and )[^,])*)?$",
    re.IGNORECASE,
)
# Matches the beginning of a list of features that begins with an age: “He's 60, weathered, cowboy hat.”
_AGED_LIST = compile_lazily(
    r"(?:(?:he|she)(?:['’]s| is)|['’]s|is) (?:about |around |maybe |nearly |in (?:his|her) )*"
    r"(?:\d{1,3}s?|[a-z]+(?:-[a-z]+)?(?:ty|teen|ties)(?:-\w+)?), [^,]+, ",
    re.IGNORECASE,
)
# Matches clothes that a person has changed out of, before the new clothes: “TAMMY, out of her feathers, jeans
# and a sweatshirt”.
_OUT_OF = compile_lazily(
    r"(?:finally |now )?out of (?:(?:his|her|the) )?(?:[\w-]+ )?(uniform|costume|feathers|make-?up|suit"
    r"|gown|robes?"
    r"|armou?r|wig|habit|scrubs|overalls|dress|heels)(?: now)?",
    re.IGNORECASE,
)
_NOTHING_BUT = compile_lazily(r"(?:with |wearing |in )?nothing (?:at all )?(?:on )?but (.+)", re.IGNORECASE)
_IS_A = compile_lazily(r"is an? ((?:[\w'’-]+ ){0,2}[\w'’-]+)", re.IGNORECASE)
_EXTENSION = compile_lazily(
    r"(?:O\.?\s?[SC]\.?|V\.?\s?O\.?|CONT['’]?D|OFF(?:[- ](?:SCREEN|CAMERA))?|PRE-?LAP)"
)  # Matches the position of a voice after a name: “MAYA (O.S.)”.
_LAST_ACT = compile_lazily(r"[a-z]+(?<![su])s")


def _is_visible_noun(word: str) -> bool:
    """Return True if a word looks like a verb but names a visible feature of a person: freckles, braces."""
    return describes_appearance(word) or word in NO_VERBS or FEATURE.search(word) is not None


def _describes_looks_or_build(clause: str) -> bool:
    return describes_appearance(clause) or bool(clause and BUILD.match(clause))


# Two ages of which at least one is only an estimate contradict each other if they differ by more than this
# number of years.
GUESSED_BY = 4


def contradicts_known_age(age: str, text: str, *, introduced: bool) -> bool:
    """Return True if a text gives the person a different age than `age`, the known age. The rest of the known
    look is then no longer valid.
    """
    new = DescribedLook()
    if introduced:
        new.read_description(text, introduced=True, first=True, in_new_paragraph=False, of_one=False)
    now = new.age or (aged[1] if (aged := AGE_BEHIND_NAME.match(text)) else "")
    before, years = parse_rough_age(age), parse_rough_age(now)
    if None in (parse_exact_age(age), parse_exact_age(now)):  # At least one of the two ages is an estimate.
        return before is not None and years is not None and abs(before - years) > GUESSED_BY
    return before != years
