"""A sentence by the people it tells of: who they are, which of its words are about each. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from milimo_tui.core.late_patterns import any_of, late
from milimo_tui.story.looks.body_words import BUILDS
from milimo_tui.story.looks.clause_words import GROUP
from milimo_tui.story.looks.clothes.garments import GARMENT, bare, one_of
from milimo_tui.story.looks.descriptions import (
    NUMBER,
    OF_A_BODY,
    OF_AGE,
    ONES,
    SMALL_NUMBER,
    before_a_stranger,
    is_act,
    is_age,
    is_description,
    is_visible,
    told_before,
)
from milimo_tui.story.looks.hair_words import FALLS_OUT, HAIR
from milimo_tui.story.looks.known.appearance import BRACKET
from milimo_tui.story.looks.passage import Part
from milimo_tui.story.looks.stains import DIRTIED
from milimo_tui.story.reading.act_words import ACTS
from milimo_tui.story.reading.many_words import CROWD_ACTS
from milimo_tui.story.reading.moment import Mention, Told
from milimo_tui.story.screenplay.people_words import CREATURES

_SET_OFF = late(
    r"(?:\s*(?:--|[—–])|\s-(?=\s))\s*((?:(?!--|[—–]|\s-\s).){2,120}?)(?:\s*(?:--|[—–])|\s-(?=\s))"
)
# “Ruth, 26, pregnant, stands”: told as at first
_BESIDE = late(  # “Behind her, in a bearskin hat, STAN rings the bell.”
    r"(?:(?:right |just |close )?(?:behind|beside|next to|opposite|across from|in front of|facing|above"
    r"|below|near"
    r"|ahead of|after|alongside|to the (?:left|right) of)) (?:him|her|them|(?-i:[A-ZÀ-Þ][a-zß-ÿ]+)),",
    re.IGNORECASE,
)
_OWNED = late(r"(?:his|her|their)", re.IGNORECASE)
_AGED_AS = late(
    rf",\s*(?:(?:now |aged )?\d{{1,3}}|(?:past |nearly |now |over |about )?{NUMBER})\s*[,.]", re.IGNORECASE
)
_A_STRANGER_ACTS = late(
    rf"(?:an?|another|one of the) (?:[\w'’-]+ ){{0,3}}?(?:{ONES}) (?:in|with"
    rf"|wearing) (?:[\w'’-]+ ){{1,5}}?(?:{any_of(' '.join(ACTS))})(?!\w)",
    re.IGNORECASE,
)
_AGED_SO = rf"(?:\s?\(\d[^()]*\)|,\s(?:\d{{1,3}}s?|{NUMBER}|{SMALL_NUMBER}|[a-z-]+ties)(?=[\s,]),?)?"
_AGED_LAST = late(rf",\s(\d{{1,3}}s?|{NUMBER}|{SMALL_NUMBER}|[a-z-]+(?:teen|ties))(?=,|\s*$)", re.IGNORECASE)
_PLAINLY_JOINED = late(r"\s*(?:,|and|&|, and)\s*", re.IGNORECASE)  # “TOM and ANNA, forties, …”
_JOINED = late(
    rf"{_AGED_SO}\s*(?:,|and|&|, and|,? then)?\s*(?:(?:his|her|their|the) [a-z-]+ )?", re.IGNORECASE
)
# “Ada and Ben, both soaked, come in”
_BOTH = late(
    rf"{_AGED_SO},? (?:(?:both|all(?: (?:three|four))?|each)(?: (?:of them|are|now))*,? ((?:in |with"
    rf" )?[^,;.]+(?:, (?:in|with|wearing) [^,;.]+)*)"
    r"|(?:(?:are|stand|sit|wait|come in|walk in|enter|arrive|appear|dance),? )?(?:now |all |both"
    r" )?(?:dressed |clad )?"
    r"((?:in |wearing )?(?:matching|identical|the same) [^,;.]+|in (?!an?\b|the\b|his\b|her\b"
    r"|their\b)[^,;.]+))",
    re.IGNORECASE,
)
# “sits an old yellow dog, General, with his chin on the gearshift”
_APPOSED = late(
    rf"(?<!\w)an? ((?:[\w-]+,? ){{0,4}}(?:{ONES}|{'|'.join(CREATURES)}))(?: (?:called|named))?,?$",
    re.IGNORECASE,
)
# “an orderly, a kid of twenty with headphones on”
_IS_ALSO = late(rf",\san? (?:[\w-]+ ){{0,3}}(?:{ONES}) (?:of|in (?:his|her)) (?:\w+ )?[\w-]+", re.IGNORECASE)
# “Old LUND, the medic”, “gaunt, white-haired EZRA”
_BUILT = late(
    r"(?:^|[,.:;]\s|\b(?:is|as|and|by|at|him|her|sits|stands) )"
    rf"((?:(?:{any_of(BUILDS)}|little|bald|bearded|freckled|grizzled|pregnant|gaunt|haggard|wizened"
    r"|[a-z]+-(?:haired|bearded|faced|eyed|skinned|bearded))(?:, | and | ))+)$",
    re.IGNORECASE,
)
# “Wendell Pike (47, bolo tie) drives.”
_SURNAME = late(r"(?: [A-ZÀ-Þ][\w'’-]+){1,2}(?=\s*\(|,\s)")
_A_CLAUSE = late(
    r"(?<!\w)(?:is|are|has|have|hangs?|falls?|comes?|goes)(?!\w).*(?:;|,|,? (?:and|but))$", re.IGNORECASE
)
_DASHED = late(r"\s*(?:--|[—–])\s*")  # “two wool socks -- a cardigan -- and PEG”
_NOT_NAMED_YET = late(r"(?:^|[,.] )an? ((?:[a-z-]+ ){1,3}[a-z-]+)$", re.IGNORECASE)


def is_whose(told: Told) -> str:
    """Whose something is, as a sentence says last, in capitals."""
    last = told.mentions[-1] if told.mentions else None
    by = told.sentence[last.start : last.end] if last is not None else ""
    whole = told.sentence[last.start :].rstrip(" .!") if last is not None else ""
    is_last = whole.removesuffix("'s").removesuffix("’s") == by.removesuffix("'s").removesuffix("’s")
    return last.name if last is not None and last.owner and is_last and by[:-2].isupper() else ""


def description_before(ahead: Sequence[str]) -> str:
    """What stands before a name and tells of it: “A boot. A boiler suit, black to the elbows. TERRY”."""
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


def up_to(told: Told, at: int) -> Told:
    """A sentence as far as it tells of the one who acts."""
    return replace(
        told, sentence=told.sentence[:at], mentions=tuple(each for each in told.mentions if each.end <= at)
    )


def called_first(told: Told, subjects: Sequence[Mention], name: str) -> str:
    """What somebody is called who has no name yet: the old man of “An old man sits. This is HENRY.”"""
    end = next((each.end for each in subjects if each.name == name), 0)
    found = _NOT_NAMED_YET.search(told.sentence[:end])
    return found[1] if found else ""


def _is_kin(told: Told, each: Mention, after: Sequence[Mention]) -> bool:
    """Whether a word for somebody is put before the name in capitals: “Eileen's mother, NORA GARVEY”."""
    whose = told.sentence[: each.start].rstrip().endswith(("'s", "’s", " his", " her"))
    return whose and any(
        told.sentence[one.start : one.end].isupper() and told.sentence[each.end : one.start].strip() == ","
        for one in after
    )


def _is_listed(told: Told, each: Mention) -> bool:
    """Whether brackets behind a name in capitals list how somebody looks: “round TOM's (32, rangy)”."""
    by = told.sentence[each.start : each.end].removesuffix("'s").removesuffix("’s")
    return by.isupper() and BRACKET.match(told.sentence, each.end) is not None


def subjects_of(told: Told) -> list[Mention]:
    """Those of whom a sentence tells, each where it begins to; “her brother TOM” is Tom alone."""
    named = [each for each in told.mentions if not each.owner or _is_listed(told, each)]
    out: list[Mention] = []
    for at, each in enumerate(named):
        after = named[at + 1].start if at + 1 < len(named) else len(told.sentence)
        leads = after < len(told.sentence) and not told.sentence[each.end : after].strip()
        if at + 1 < len(named) and named[at + 1].name == each.name and not out:
            also = told.sentence[named[at + 1].start : named[at + 1].end]
            leads = leads or (also.isupper() and told.sentence[each.end : after].strip() == ",")
        leads = leads or _is_kin(told, each, named[at + 1 : at + 2])
        if not leads and not (out and out[-1].name == each.name):
            out.append(each)
    return out


def parts_of(told: Told, subjects: Sequence[Mention]) -> Iterator[Part]:
    """A sentence by the people it tells of: whom, the words about them, those to quote, and whether they are
    introduced by it.
    """
    if not subjects:
        whose = next((each.name for each in told.mentions if each.owner), "")
        if whose and (many := CROWD_ACTS.match(told.sentence)) and told.mentions[0].start >= many.end():
            return  # “Three boys in uniform block his way.”
        by_one = _A_STRANGER_ACTS.match(told.sentence)
        if whose and by_one and told.mentions[0].start >= by_one.end():
            return  # “A nurse in blue scrubs takes his pulse.”
        if whose:
            mine = before_a_stranger(told.sentence)
            by = next(told.sentence[each.start : each.end] for each in told.mentions if each.owner)
            his = mine.removeprefix("The ")
            his = f"his{his[len(by) :]}" if by.endswith(("'s", "’s")) and his.startswith(by) else mine
            begins = next(each.start for each in told.mentions if each.owner) == 0
            is_list = not begins and is_description(mine, by_itself=False)
            yield Part(whose, (", " if is_list else " ") + his, mine, is_list)
        return
    if (beside := _BESIDE.match(told.sentence)) and subjects[-1].start > beside.end():
        told_of = next(each for each in subjects if each.start > beside.end())
        of_others = [each for each in told.mentions if beside.end() <= each.start < told_of.start]
        pieces = re.split(r"\s*,\s*", told.sentence[beside.end() : told_of.start].rstrip())
        clad = [each for each in pieces if is_visible(each)]
        if clad and all(_OWNED.fullmatch(told.sentence, each.start, each.end) for each in of_others):
            yield Part(told_of.name, " " + ", ".join(clad), ", ".join(clad), False)
        subjects = subjects[subjects.index(told_of) :]
    head = told.sentence[: subjects[0].start].rstrip()
    in_head = [each for each in told.mentions if each.end <= len(head)]
    is_own = all(  # “Hat under his arm, TOM walks out.”
        each.owner
        and each.name in ("", subjects[0].name)
        and _OWNED.fullmatch(told.sentence, each.start, each.end)
        for each in in_head
    )
    if head.endswith(",") and is_own and not (in_head and beside):
        is_list = is_age(head.partition(",")[0]) or (
            head.count(",") > 1 and is_description(head, by_itself=False)
        )
        yield Part(subjects[0].name, (", " if is_list else " ") + head, head, is_list)
    elif whose := _of_whom(told, head):
        yield Part(whose, " " + head, head, False)
    both = _BOTH.match(told.sentence, subjects[-1].end) if len(subjects) > 1 else None
    joined = both is not None and all(
        _JOINED.fullmatch(told.sentence, one.end, other.start) for one, other in pairwise(subjects)
    )
    of_all_age = (
        _AGED_LAST.match(told.sentence, subjects[-1].end)
        if len(subjects) > 1
        and all(_PLAINLY_JOINED.fullmatch(told.sentence, a.end, b.start) for a, b in pairwise(subjects))
        else None
    )
    for at, each in enumerate(subjects):
        if of_all_age and at < len(subjects) - 1:
            yield Part(each.name, f", {of_all_age[1]},", of_all_age[0].strip(" ,"), True)
        if both is not None and joined and (of_all := _of_all(told, subjects, both)):
            yield Part(
                each.name, f", {of_all}", both[0].strip(), told.sentence[each.start : each.end].isupper()
            )
        end = subjects[at + 1].start if at + 1 < len(subjects) else len(told.sentence)
        if (again := _named_at_last(told, each, end)) is not None:
            yield Part(each.name, told.sentence[again.end : end], told.sentence[again.end : end], True)
            end = again.start
        by, rest = told.sentence[each.start : each.end], told.sentence[each.end : end]
        is_one = by.casefold() == "one"  # “one old and very big, one young”
        rest = f", {rest.strip()}" if is_one else rest
        is_short = by.endswith(("'s", "’s")) and not each.owner and by[:-2].isupper()  # “LOU's been up”
        by, rest = (by[:-2], f" is{rest}") if is_short else (by, rest)
        capitals = by.isupper() and len(by) > 1
        if capitals:
            rest = _behind_surname(rest)
        elif surname := _SURNAME.match(rest):
            rest = rest[surname.end() :]
        set_off = _SET_OFF.match(rest)  # “Gideon Marr -- 50, unshaven, tails -- comes in”
        if set_off and is_description(set_off[1], by_itself=False):
            rest = f", {set_off[1]}. {rest[set_off.end() :]}"
        else:
            set_off = None
        introduced = (
            capitals
            or is_one
            or rest.startswith(":")
            or _IS_ALSO.match(rest) is not None
            or bool(BRACKET.match(rest) or _AGED_AS.match(rest) or set_off or OF_AGE.match(rest.strip()))
        )
        built = _BUILT.search(told.sentence[: each.start]) if capitals else None
        if built is not None and not built[1].isupper():  # YOUNG MARA is called so
            rest = f", {built[1].lower()}{rest if rest.startswith((',', ' (', '(')) else ',' + rest}"
        if at == 0 and (apposed := _APPOSED.search(head)):
            rest, introduced = f", {apposed[1]}{rest}", True
        head = re.sub(r":\s*(?:the|an?)$", ":", head, flags=re.IGNORECASE)
        at_last = at == 0 and head.endswith(":") and each.name and not rest.strip(" .!")
        if at_last and all(one.owner for one in told.mentions if one.end <= len(head)):
            introduced = introduced or is_visible(head)  # “By the door, in a suit, his head shaved: Tom.”
        if at == 0 and head.endswith(":") and GROUP.search(head):
            pass
        elif (
            introduced
            and at == 0
            and head.endswith(":")
            and (len(subjects) == len(told.mentions) or (at_last and not by.isupper()))
        ):
            is_body = OF_A_BODY.match(head) is not None  # “Plump, fifty, pinafore: MEG runs this place.”
            before = ", ".join(told_before(head.rstrip(" :"), of_one=is_body))
            rest = f"{before}. {rest.strip()}" if is_act(rest.strip()) else rest.rstrip(" .") + before
        elif introduced and at == 0 and ":" in head and GARMENT.search(head):
            rest = rest.rstrip(" .") + ", ".join(told_before(head.partition(":")[0], of_one=True))
        elif (
            introduced
            and at == 0
            and _DASHED.search(head)
            and GARMENT.search(head)
            and not told.mentions[0].owner
        ):
            pieces = [each for each in map(bare, _DASHED.split(head)) if is_description(each, by_itself=True)]
            rest = f"{rest.rstrip(' .')}, {', '.join(pieces)}"
        if (
            at
            and not introduced
            and (one := _clause_of_another(told, subjects[:at], each.end, each.end + len(rest)))
        ):
            other, behind = one
            yield Part(other, told.sentence[behind:end], told.sentence[behind:end].strip(" ,"), False)
            rest = told.sentence[each.end : behind]
        text = rest if (each.name and not by.endswith(("'s", "’s"))) or _is_listed(told, each) else by + rest
        if by.casefold() in ("him", "her"):
            text = before_a_stranger(by + rest)[len(by) :] if text == rest else before_a_stranger(text)
        elif not introduced:
            text = before_a_stranger(text)
        yield Part(each.name, text, rest if introduced else by + rest, introduced)


def _of_all(told: Told, subjects: Sequence[Mention], both: re.Match[str]) -> str:
    """What several have on, as of one; nothing where it may be of the last alone."""
    if both[1]:
        first, *more = both[1].split(", ")
        return ", ".join([first, *(one_of(each) if each.startswith("in ") else each for each in more)])
    words = re.sub(r"^(?:wearing |in )?", "in ", both[2])
    if not GARMENT.search(words) or GARMENT.search(told.sentence, subjects[0].end, subjects[-1].start):
        return ""
    return one_of(words)


def _named_at_last(told: Told, one: Mention, end: int) -> Mention | None:
    """Where a sentence says in capitals who “he” is, and how he looks: “He lifts the visor: TOM, 30.”"""
    if told.sentence[one.start : one.end].casefold() not in ("he", "she", "they"):
        return None
    for each in told.mentions:
        if each.name == one.name and not each.owner and one.end < each.start < end:
            by = told.sentence[each.start : each.end]
            return each if by.isupper() and told.sentence[each.end : each.end + 2] in (", ", " (") else None
    return None


def _clause_of_another(told: Told, before: Sequence[Mention], start: int, end: int) -> tuple[str, int] | None:
    """Who acts first and is told of behind another, and where: “He leads her, tie over his shoulder.”"""
    names = {each.name for each in before}
    for owner in told.mentions:
        if owner.owner and owner.name in names and start < owner.start < end:
            begins = told.sentence.rfind(",", start, owner.start)
            if begins >= 0 and GARMENT.search(told.sentence, begins, end):
                return owner.name, begins
    return None


def _of_whom(told: Told, head: str) -> str:
    """Whose clothes or hair the words before the first who acts tell of: “His jacket is off; he runs.”"""
    owners = [each for each in told.mentions if each.owner and each.name and each.end <= len(head)]
    if len(owners) != 1 or not _A_CLAUSE.search(head) or (owners[0].start and not FALLS_OUT.match(head)):
        return ""
    return owners[0].name if GARMENT.search(head) or HAIR.search(head) else ""


def _behind_surname(rest: str) -> str:
    """What comes behind the capitals that go on with a name."""
    surname = re.match(
        r"(?:\s+(?:\([^\W\d_]+\)(?=\s[A-ZÀ-Þ]{2})|[^\W\d_]+(?:['’-][^\W\d_]+)*(?![\w’'])))+", rest
    )
    kept = 0
    for word in re.finditer(r"\s+(\S+)", surname[0] if surname else ""):
        if not word[1].strip(",").isupper() or len(word[1]) < 2:
            break
        kept = word.end()
    return rest[kept:]
