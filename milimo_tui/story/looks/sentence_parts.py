"""Splitting of a sentence by the people it describes, to find the words about each person. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from milimo_tui.core.late_patterns import compile_lazily, join_alternatives
from milimo_tui.story.looks.body_words import BUILDS
from milimo_tui.story.looks.clause_words import GROUP
from milimo_tui.story.looks.clothes.garments import GARMENT, describe_each_wearer, strip_article
from milimo_tui.story.looks.descriptions import (
    NUMBER,
    OF_A_BODY,
    OF_AGE,
    ONES,
    SMALL_NUMBER,
    cut_before_stranger,
    describes_appearance,
    is_act_clause,
    is_age_only,
    is_description,
    list_traits_before_name,
)
from milimo_tui.story.looks.hair_words import FALLS_OUT, HAIR
from milimo_tui.story.looks.known.appearance import BRACKET
from milimo_tui.story.looks.passage import SentencePart
from milimo_tui.story.looks.stains import DIRTIED
from milimo_tui.story.reading.act_words import ACTS
from milimo_tui.story.reading.moment import ActionSentence, Mention
from milimo_tui.story.reading.plural_words import CROWD_ACTS
from milimo_tui.story.screenplay.people_words import CREATURES

_SET_OFF = compile_lazily(
    r"(?:\s*(?:--|[—–])|\s-(?=\s))\s*((?:(?!--|[—–]|\s-\s).){2,120}?)(?:\s*(?:--|[—–])|\s-(?=\s))"
)
# Matches a position next to a person, before the clothes of the next person.
_BESIDE = compile_lazily(  # “Behind her, in a bearskin hat, STAN rings the bell.”
    r"(?:(?:right |just |close )?(?:behind|beside|next to|opposite|across from|in front of|facing|above"
    r"|below|near"
    r"|ahead of|after|alongside|to the (?:left|right) of)) (?:him|her|them|(?-i:[A-ZÀ-Þ][a-zß-ÿ]+)),",
    re.IGNORECASE,
)
_OWNED = compile_lazily(r"(?:his|her|their)", re.IGNORECASE)
_AGED_AS = compile_lazily(
    rf",\s*(?:(?:now |aged )?\d{{1,3}}|(?:past |nearly |now |over |about )?{NUMBER})\s*[,.]", re.IGNORECASE
)
_A_STRANGER_ACTS = compile_lazily(
    rf"(?:an?|another|one of the) (?:[\w'’-]+ ){{0,3}}?(?:{ONES}) (?:in|with"
    rf"|wearing) (?:[\w'’-]+ ){{1,5}}?(?:{join_alternatives(' '.join(ACTS))})(?!\w)",
    re.IGNORECASE,
)
_AGED_SO = rf"(?:\s?\(\d[^()]*\)|,\s(?:\d{{1,3}}s?|{NUMBER}|{SMALL_NUMBER}|[a-z-]+ties)(?=[\s,]),?)?"
_AGED_LAST = compile_lazily(
    rf",\s(\d{{1,3}}s?|{NUMBER}|{SMALL_NUMBER}|[a-z-]+(?:teen|ties))(?=,|\s*$)", re.IGNORECASE
)
# Matches the words between two names that are listed together: “TOM and ANNA, forties, …”.
_PLAINLY_JOINED = compile_lazily(r"\s*(?:,|and|&|, and)\s*", re.IGNORECASE)
_JOINED = compile_lazily(
    rf"{_AGED_SO}\s*(?:,|and|&|, and|,? then)?\s*(?:(?:his|her|their|the) [a-z-]+ )?", re.IGNORECASE
)
# Matches a description that applies to two people: “Ada and Ben, both soaked, come in”.
_BOTH = compile_lazily(
    rf"{_AGED_SO},? (?:(?:both|all(?: (?:three|four))?|each)(?: (?:of them|are|now))*,? ((?:in |with"
    rf" )?[^,;.]+(?:, (?:in|with|wearing) [^,;.]+)*)"
    r"|(?:(?:are|stand|sit|wait|come in|walk in|enter|arrive|appear|dance),? )?(?:now |all |both"
    r" )?(?:dressed |clad )?"
    r"((?:in |wearing )?(?:matching|identical|the same) [^,;.]+|in (?!an?\b|the\b|his\b|her\b"
    r"|their\b)[^,;.]+))",
    re.IGNORECASE,
)
# Matches the words before a name that belong to it: “an old yellow dog” in “sits an old yellow dog, General,
# with his chin on the gearshift”.
_APPOSED = compile_lazily(
    rf"(?<!\w)an? ((?:[\w-]+,? ){{0,4}}(?:{ONES}|{'|'.join(CREATURES)}))(?: (?:called|named))?,?$",
    re.IGNORECASE,
)
# Matches a second noun for the same person: “an orderly, a kid of twenty with headphones on”.
_IS_ALSO = compile_lazily(
    rf",\san? (?:[\w-]+ ){{0,3}}(?:{ONES}) (?:of|in (?:his|her)) (?:\w+ )?[\w-]+", re.IGNORECASE
)
# Matches adjectives before a name: “Old LUND, the medic”, “gaunt, white-haired EZRA”.
_BUILT = compile_lazily(
    r"(?:^|[,.:;]\s|\b(?:is|as|and|by|at|him|her|sits|stands) )"
    rf"((?:(?:{join_alternatives(BUILDS)}|little|bald|bearded|freckled|grizzled|pregnant|gaunt|haggard|wizened"
    r"|[a-z]+-(?:haired|bearded|faced|eyed|skinned|bearded))(?:, | and | ))+)$",
    re.IGNORECASE,
)
# Matches the rest of a full name before a description: “Wendell Pike (47, bolo tie) drives.”
_SURNAME = compile_lazily(r"(?: [A-ZÀ-Þ][\w'’-]+){1,2}(?=\s*\(|,\s)")
_A_CLAUSE = compile_lazily(
    r"(?<!\w)(?:is|are|has|have|hangs?|falls?|comes?|goes)(?!\w).*(?:;|,|,? (?:and|but))$", re.IGNORECASE
)
# Matches the dashes that separate phrases: “two wool socks -- a cardigan -- and PEG”.
_DASHED = compile_lazily(r"\s*(?:--|[—–])\s*")
_NOT_NAMED_YET = compile_lazily(r"(?:^|[,.] )an? ((?:[a-z-]+ ){1,3}[a-z-]+)$", re.IGNORECASE)


def find_final_owner(action: ActionSentence) -> str:
    """Return the owner in capitals that a sentence names last, or an empty string: GREER, for “The thumb is
    GREER's.”
    """
    last = action.mentions[-1] if action.mentions else None
    by = action.sentence[last.start : last.end] if last is not None else ""
    whole = action.sentence[last.start :].rstrip(" .!") if last is not None else ""
    is_last = whole.removesuffix("'s").removesuffix("’s") == by.removesuffix("'s").removesuffix("’s")
    return last.name if last is not None and last.owner and is_last and by[:-2].isupper() else ""


def join_description_before_name(ahead: Sequence[str]) -> str:
    """Return the descriptive sentences that precede a name, joined: “A boot. A boiler suit, black to the
    elbows. TERRY”.
    """
    whole = " ".join(sentence for sentence in ahead if is_description(sentence, by_itself=False))
    is_dressed = GARMENT.search(whole) or HAIR.search(whole) or not DIRTIED.search(whole)
    if whole and is_dressed and "(" not in whole and is_description(whole, by_itself=True):
        return whole
    tail: list[str] = []
    for sentence in reversed(ahead):
        if (
            "(" in sentence
            or not is_description(sentence, by_itself=False)
            or not (GARMENT.search(sentence) or HAIR.search(sentence))
        ):
            break
        tail.insert(0, sentence.strip(" ."))
    return ", ".join(tail) if len(tail) < len(ahead) or len(tail) > 1 else ""


def cut_sentence_at(action: ActionSentence, at: int) -> ActionSentence:
    """Return the part of a sentence before offset `at`, with the mentions of people in this part."""
    return replace(
        action,
        sentence=action.sentence[:at],
        mentions=tuple(each for each in action.mentions if each.end <= at),
    )


def find_epithet_before_name(action: ActionSentence, subjects: Sequence[Mention], name: str) -> str:
    """Return the words, such as “old man”, by which a text calls a person before it gives the name `name`:
    “An old man sits. This is HENRY.” Empty if there are none.
    """
    end = next((each.end for each in subjects if each.name == name), 0)
    found = _NOT_NAMED_YET.search(action.sentence[:end])
    return found[1] if found else ""


def _is_relation_before_name(action: ActionSentence, each: Mention, after: Sequence[Mention]) -> bool:
    """Return True if words for a family relation precede a name in capitals: “Eileen's mother, NORA
    GARVEY”.
    """
    follows_owner = action.sentence[: each.start].rstrip().endswith(("'s", "’s", " his", " her"))
    return follows_owner and any(
        action.sentence[one.start : one.end].isupper()
        and action.sentence[each.end : one.start].strip() == ","
        for one in after
    )


def _has_listed_brackets(action: ActionSentence, each: Mention) -> bool:
    """Return True if a name in capitals is followed by brackets that list the person's features: “round TOM's
    (32, rangy)”.
    """
    by = action.sentence[each.start : each.end].removesuffix("'s").removesuffix("’s")
    return by.isupper() and BRACKET.match(action.sentence, each.end) is not None


def list_described_people(action: ActionSentence) -> list[Mention]:
    """Return the first mention of each person whom a sentence describes. “Her brother TOM” gives only Tom,
    not the woman meant by “her”.
    """
    named = [each for each in action.mentions if not each.owner or _has_listed_brackets(action, each)]
    out: list[Mention] = []
    for at, each in enumerate(named):
        after = named[at + 1].start if at + 1 < len(named) else len(action.sentence)
        leads = after < len(action.sentence) and not action.sentence[each.end : after].strip()
        if at + 1 < len(named) and named[at + 1].name == each.name and not out:
            next_words = action.sentence[named[at + 1].start : named[at + 1].end]
            leads = leads or (next_words.isupper() and action.sentence[each.end : after].strip() == ",")
        leads = leads or _is_relation_before_name(action, each, named[at + 1 : at + 2])
        if not leads and not (out and out[-1].name == each.name):
            out.append(each)
    return out


def split_by_people(action: ActionSentence, subjects: Sequence[Mention]) -> Iterator[SentencePart]:
    """Yield the parts of a sentence: for each person whom the sentence describes, the words about this
    person. If nobody is described (`subjects` is empty), yield the words about people who own something.
    """
    if not subjects:
        yield from _split_owner_sentence(action)
        return
    match = _BESIDE.match(action.sentence)
    if match is not None and subjects[-1].start > match.end():
        told_of = next(each for each in subjects if each.start > match.end())
        yield from _split_clothes_before_name(action, match.end(), told_of)
        subjects = subjects[subjects.index(told_of) :]
    head = action.sentence[: subjects[0].start].rstrip()
    yield from _split_words_before_first(action, subjects[0], head, is_beside=match is not None)
    aged, shared_clothes = (
        _AGED_LAST.match(action.sentence, subjects[-1].end),
        _BOTH.match(action.sentence, subjects[-1].end),
    )
    aged = aged if _are_people_joined(action, subjects, _PLAINLY_JOINED) else None
    of_all = (
        _describe_joined_people(action, subjects, shared_clothes)
        if shared_clothes and _are_people_joined(action, subjects, _JOINED)
        else ""
    )
    for at, each in enumerate(subjects):
        if aged is not None and at < len(subjects) - 1:
            yield SentencePart(each.name, f", {aged[1]},", aged[0].strip(" ,"), True)
        if shared_clothes is not None and of_all:
            is_in_capitals = action.sentence[each.start : each.end].isupper()
            yield SentencePart(each.name, f", {of_all}", shared_clothes[0].strip(), is_in_capitals)
        yield from _split_words_after_name(action, subjects, at, head)


def _split_owner_sentence(action: ActionSentence) -> Iterator[SentencePart]:
    """Yield the words of a sentence about something that belongs to a person: “His coat is torn.”"""
    owner = next((each for each in action.mentions if each.owner), None)
    if owner is None or not owner.name:
        return
    for others_act in (CROWD_ACTS, _A_STRANGER_ACTS):
        acts = others_act.match(action.sentence)
        if acts is not None and action.mentions[0].start >= acts.end():
            # An unnamed person acts on the owner: “Three boys in uniform block his way.”, “A nurse in blue
            # scrubs takes his pulse.”
            return
    mine = cut_before_stranger(action.sentence)
    by = action.sentence[owner.start : owner.end]
    his = mine.removeprefix("The ")
    his = f"his{his[len(by) :]}" if by.endswith(("'s", "’s")) and his.startswith(by) else mine
    is_list = owner.start > 0 and is_description(mine, by_itself=False)
    yield SentencePart(owner.name, (", " if is_list else " ") + his, mine, is_list)


def _split_clothes_before_name(
    action: ActionSentence, start: int, told_of: Mention
) -> Iterator[SentencePart]:
    """Yield clothes that precede a name as worn by the named person: “Behind her, in a bearskin hat, STAN
    rings the bell.”
    """
    of_others = [each for each in action.mentions if start <= each.start < told_of.start]
    pieces = re.split(r"\s*,\s*", action.sentence[start : told_of.start].rstrip())
    clothes = ", ".join(each for each in pieces if describes_appearance(each))
    if clothes and all(_OWNED.fullmatch(action.sentence, each.start, each.end) for each in of_others):
        yield SentencePart(told_of.name, f" {clothes}", clothes, False)


def _split_words_before_first(
    action: ActionSentence, first: Mention, head: str, *, is_beside: bool
) -> Iterator[SentencePart]:
    """Yield the words before the first named person as words about this person: “Hat under his arm, TOM walks
    out.” `head` has these words, and `first` is the mention of the person.
    """
    in_head = [each for each in action.mentions if each.end <= len(head)]
    is_own = all(
        each.owner
        and each.name in ("", first.name)
        and _OWNED.fullmatch(action.sentence, each.start, each.end)
        for each in in_head
    )
    if head.endswith(",") and is_own and not (in_head and is_beside):
        is_list = is_age_only(head.partition(",")[0]) or (
            head.count(",") > 1 and is_description(head, by_itself=False)
        )
        yield SentencePart(first.name, (", " if is_list else " ") + head, head, is_list)
    elif owner := _find_owner_in_head(action, head):
        yield SentencePart(owner, f" {head}", head, False)


def _are_people_joined(action: ActionSentence, subjects: Sequence[Mention], joined: re.Pattern[str]) -> bool:
    """Return True if several people are named together as a list: “ANNA, TOM and LEE”. `joined` matches the
    words that are allowed between the names.
    """
    return len(subjects) > 1 and all(
        joined.fullmatch(action.sentence, one.end, other.start) for one, other in pairwise(subjects)
    )


def _split_words_after_name(
    action: ActionSentence, subjects: Sequence[Mention], at: int, head: str
) -> Iterator[SentencePart]:
    """Yield the words after the person at index `at` of `subjects`, up to the next person. `head` has the
    words before the first person.
    """
    each = subjects[at]
    end = subjects[at + 1].start if at + 1 < len(subjects) else len(action.sentence)
    if (again := _find_name_for_pronoun(action, each, end)) is not None:
        yield SentencePart(
            each.name, action.sentence[again.end : end], action.sentence[again.end : end], True
        )
        end = again.start
    by, rest, introduced = _read_words_after_name(action, each, end)
    if at == 0:
        rest, introduced = _merge_words_before_name(action, subjects, head, (by, rest, introduced))
    elif not introduced:
        other = _find_clause_of_first_actor(action, subjects[:at], each.end, each.end + len(rest))
        if other is not None:
            name, start = other
            yield SentencePart(
                name, action.sentence[start:end], action.sentence[start:end].strip(" ,"), False
            )
            rest = action.sentence[each.end : start]
    text = (
        rest
        if (each.name and not by.endswith(("'s", "’s"))) or _has_listed_brackets(action, each)
        else by + rest
    )
    if by.casefold() in ("him", "her"):
        text = cut_before_stranger(by + rest)[len(by) :] if text == rest else cut_before_stranger(text)
    elif not introduced:
        text = cut_before_stranger(text)
    yield SentencePart(each.name, text, rest if introduced else by + rest, introduced)


def _read_words_after_name(action: ActionSentence, each: Mention, end: int) -> tuple[str, str, bool]:
    """Return three values about the person whom `each` mentions: the word or name used in the sentence, the
    words after it, and True if these words introduce the person.
    """
    by, rest = action.sentence[each.start : each.end], action.sentence[each.end : end]
    is_one = by.casefold() == "one"  # “One” can mean a person: “one old and very big, one young”.
    rest = f", {rest.strip()}" if is_one else rest
    # “LOU's” in “LOU's been up” means “LOU has”, so it is no possessive.
    is_short = by.endswith(("'s", "’s")) and not each.owner and by[:-2].isupper()
    by, rest = (by[:-2], f" is{rest}") if is_short else (by, rest)
    capitals = by.isupper() and len(by) > 1
    if capitals:
        rest = _skip_surname(rest)
    elif surname := _SURNAME.match(rest):
        rest = rest[surname.end() :]
    # A description between dashes: “Gideon Marr -- 50, unshaven, tails -- comes in”.
    set_off = _SET_OFF.match(rest)
    is_set_off = set_off is not None and is_description(set_off[1], by_itself=False)
    if set_off is not None and is_set_off:
        rest = f", {set_off[1]}. {rest[set_off.end() :]}"
    introduced = (
        capitals
        or is_one
        or is_set_off
        or rest.startswith(":")
        or any(each.match(rest) for each in (_IS_ALSO, BRACKET, _AGED_AS))
        or OF_AGE.match(rest.strip()) is not None
    )
    built = _BUILT.search(action.sentence[: each.start]) if capitals else None
    # An adjective in capitals belongs to the name: “YOUNG MARA”.
    if built is not None and not built[1].isupper():
        rest = f", {built[1].lower()}{rest if rest.startswith((',', ' (', '(')) else ',' + rest}"
    return by, rest, introduced


def _merge_words_before_name(
    action: ActionSentence, subjects: Sequence[Mention], head: str, after_name: tuple[str, str, bool]
) -> tuple[str, bool]:
    """Join the words before the first person, `head`, with the words after the first person, `after_name`, if
    both describe this person. Return the joined words, and whether they introduce the person.

    An example is “By the door, in a suit, his head shaved: Tom.”
    """
    by, rest, introduced = after_name
    if apposed := _APPOSED.search(head):
        rest, introduced = f", {apposed[1]}{rest}", True
    head = re.sub(r":\s*(?:the|an?)$", ":", head, flags=re.IGNORECASE)
    has_colon = head.endswith(":")
    at_last = has_colon and subjects[0].name and not rest.strip(" .!")
    if at_last and all(one.owner for one in action.mentions if one.end <= len(head)):
        introduced = introduced or describes_appearance(head)
    if not introduced or (has_colon and GROUP.search(head)):
        return rest, introduced
    if has_colon and (len(subjects) == len(action.mentions) or (at_last and not by.isupper())):
        # The words before the name describe a body: “Plump, fifty, pinafore: MEG runs this place.”
        is_body = OF_A_BODY.match(head) is not None
        before = ", ".join(list_traits_before_name(head.rstrip(" :"), of_one=is_body))
        rest = f"{before}. {rest.strip()}" if is_act_clause(rest.strip()) else rest.rstrip(" .") + before
    elif ":" in head and GARMENT.search(head):
        rest = rest.rstrip(" .") + ", ".join(list_traits_before_name(head.partition(":")[0], of_one=True))
    elif _DASHED.search(head) and GARMENT.search(head) and not action.mentions[0].owner:
        pieces = [
            each for each in map(strip_article, _DASHED.split(head)) if is_description(each, by_itself=True)
        ]
        rest = f"{rest.rstrip(' .')}, {', '.join(pieces)}"
    return rest, introduced


def _describe_joined_people(action: ActionSentence, subjects: Sequence[Mention], both: re.Match[str]) -> str:
    """Return the clothes that a sentence gives to several people, reworded for each single person. Empty if
    perhaps only the last person wears them.
    """
    if both[1]:
        first, *more = both[1].split(", ")
        return ", ".join(
            [first, *(describe_each_wearer(each) if each.startswith("in ") else each for each in more)]
        )
    words = re.sub(r"^(?:wearing |in )?", "in ", both[2])
    if not GARMENT.search(words) or GARMENT.search(action.sentence, subjects[0].end, subjects[-1].start):
        return ""
    return describe_each_wearer(words)


def _find_name_for_pronoun(action: ActionSentence, one: Mention, end: int) -> Mention | None:
    """Return the later mention in capitals that gives the name of “he”, if a description follows the name:
    “He lifts the visor: TOM, 30.” Return None if there is no such mention.
    """
    if action.sentence[one.start : one.end].casefold() not in ("he", "she", "they"):
        return None
    for each in action.mentions:
        if each.name == one.name and not each.owner and one.end < each.start < end:
            by = action.sentence[each.start : each.end]
            return each if by.isupper() and action.sentence[each.end : each.end + 2] in (", ", " (") else None
    return None


def _find_clause_of_first_actor(
    action: ActionSentence, before: Sequence[Mention], start: int, end: int
) -> tuple[str, int] | None:
    """Return the name of an earlier person of the sentence, and the offset of a later clause about this
    person's clothes: “He leads her, tie over his shoulder.” Return None if there is no such clause between
    `start` and `end`.
    """
    names = {each.name for each in before}
    for owner in action.mentions:
        if owner.owner and owner.name in names and start < owner.start < end:
            begins = action.sentence.rfind(",", start, owner.start)
            if begins >= 0 and GARMENT.search(action.sentence, begins, end):
                return owner.name, begins
    return None


def _find_owner_in_head(action: ActionSentence, head: str) -> str:
    """Return the owner of the clothes or hair that are mentioned before the first acting person: “His jacket
    is off; he runs.”
    """
    owners = [each for each in action.mentions if each.owner and each.name and each.end <= len(head)]
    if len(owners) != 1 or not _A_CLAUSE.search(head) or (owners[0].start and not FALLS_OUT.match(head)):
        return ""
    return owners[0].name if GARMENT.search(head) or HAIR.search(head) else ""


def _skip_surname(rest: str) -> str:
    """Return `rest` without the words in capitals at its beginning, which continue a name."""
    surname = re.match(
        r"(?:\s+(?:\([^\W\d_]+\)(?=\s[A-ZÀ-Þ]{2})|[^\W\d_]+(?:['’-][^\W\d_]+)*(?![\w’'])))+", rest
    )
    kept = 0
    for word in re.finditer(r"\s+(\S+)", surname[0] if surname else ""):
        if not word[1].strip(",").isupper() or len(word[1]) < 2:
            break
        kept = word.end()
    return rest[kept:]
