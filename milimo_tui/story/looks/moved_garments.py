"""Detection of garments that a sentence takes from their wearers or puts on another person. Pure functions.

A named garment (“the hat”, “her coat”) counts as removed in three cases: the words say that it is off, it is
the object of a verb of giving or dropping, or it is in a place that is no part of a body. A garment that is
only touched, caught or seen in a place stays on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.looks.clothes.garments import GARMENT, NAMED, split_distinct_words
from milimo_tui.story.reading.moment import ActionSentence, Mention
from milimo_tui.story.values.text import fold

_TOKEN = compile_lazily(r"[^\W_]+(?:['’-][^\W_]+)*|--|[,;:.!?–—()]")
_DETERMINERS = split_distinct_words("the his her their its both that this")
_BARE_BEFORE = split_distinct_words("no without")
_ENDS = split_distinct_words(", ; : . ! ? ( ) -- – —")
_PREPOSITIONS = split_distinct_words(
    "in on at by into onto over under beside behind beneath against between across near inside among "
    "atop from to through around round above below beyond with "
)
_PLACES = split_distinct_words(
    "in on at by into onto over under beside behind beneath against between across near inside among "
    "atop to through around round "
)
_BODY = split_distinct_words(
    "neck shoulder shoulders head heads waist hip hips wrist wrists ear ears chest forehead brow face "
    "eyes eye back feet foot chin nose mouth throat ankle ankles knee hair temple temples ribs body "
    "belly stomach elbow "
)
_HOLDS = split_distinct_words("hand hands fist fists finger fingers teeth arm arms lap palm palms grip knees")
_NO_PLACES = split_distinct_words(
    "wind rain snow sun light dark cold air breeze draught mirror glass window moonlight sunlight storm "
    "heat moment time last way now all same dust shade doorway front sides side top bottom middle "
    "throat "
)
_AWAY = split_distinct_words("off away aside")
_GONE = split_distinct_words(
    "gone off flying away missing lost nowhere overboard forgotten discarded abandoned"
)
_LINKS = split_distinct_words(
    "is are was were 's ’s now all already still has have been just both too again lies lie hangs hang "
    "sits sit rests rest waits goes comes falls fall drops drop lands land slides flies fly sails rolls "
    "fallen slipped blown landed rolled drip drips swings swing dangles dangle dries dry drying steams "
    "smashed broken crushed shattered trampled ruined floats sinks fly come go tumble roll slide stand "
    "stands left hung thrown laid folded draped tossed "
    "dropped placed lying hanging "
    "put tucked piled crumpled stuffed pushed knocked blown swept whipped "
)
_UNDER = split_distinct_words("under underneath beneath")
_LETS_GO = split_distinct_words(
    "removes sheds unpins unhooks unbuckles unclasps unwinds unstraps unslings discards doffs drops "
    "abandons pockets packs surrenders trades swaps ditches dumps burns sells loses lost "
)
_GIVES = split_distinct_words("hands gives passes lends offers throws tosses flings presents returns slips")
_TAKES = split_distinct_words(
    "takes snatches grabs steals whips lifts knocks plucks tears rips yanks pulls sweeps wins blows "
    "carries unhooks unpins unties unwinds removes has "
)
_KEEPS = split_distinct_words(  # Verbs for acts on a garment that the wearer keeps on.
    "wears wearing catches snags brushes wipes dries rubs drags bangs tears rips scrapes knocks smooths "
    "straightens adjusts buttons zips tightens touches presses strokes pats grips clutches tucks turns "
    "lifts raises hitches hugs gathers draws pulls tugs settles wraps winds ties knots jams crams claps "
    "has have sees watches finds buys wants sews puts slips shrugs gets tries sets spreads fastens pins "
    "clips dusts shakes looks warms hides hooks straps buckles tips raises doffs shows points nods bows "
)
_NOT_OFF = split_distinct_words("brushes dusts wipes shows shakes rinses brush dust wipe show shake drips")
_PUTS = split_distinct_words(
    "puts lays sets hangs throws tosses flings drops drapes stuffs shoves folds leaves dumps slings "
    "places packs stows hurls piles spreads kicks chucks buries hides shuts locks slips tucks holds "
)
_TITLE = compile_lazily(r"\b(Mr|Mrs|Ms|Dr|St)\.")
# Matches something that is seen under a garment: “and under them there's a navy suit”, “Under it a yellow
# jersey, darned at both elbows”.
_THERE = (
    r"(?: (?:there(?:['’]s| is| are)|is|are|was|(?:s?he|they)(?:['’]s| is| are| wears| wear| has| have| had)"
    r"(?: on)?(?: all \w+)?:?))"
)
_UNDER_IT = compile_lazily(
    r"(?:^|[,;:.]|(?<=\w))\s*(?:and |but )?(?:"
    rf"(?:under(?:neath)?|beneath) (?:it|them|that|this|all (?:it|that|this))"
    rf"(?::|,(?= (?:s?he|they|an?)\b))?{_THERE}?"
    rf"|(?:under|beneath) (?:the|his|her) [\w-]+{_THERE}"
    rf"|what(?: is|['’]s| was) (?:under(?:neath)?|beneath)(?: (?:it|them|that))?(?: all this time)?{_THERE}"
    rf"|underneath[,:]?{_THERE}?)\s(?:in |only |just |nothing but )*(?:(?:an?|the|his|her) )?"
    rf"(?P<worn>(?:[\w'’-]+,? ){{0,4}}?(?:{GARMENT.pattern})"
    r"(?:,? (?:and|with|in|of|darned|patched|buttoned|open)\b[^,;:.]*)?)",
    re.IGNORECASE,
)
_A_VERB = compile_lazily(r"(?<!\w)(?:is|has|was|are|he|she|it|they)(?!\w)", re.IGNORECASE)
_SEEKS = split_distinct_words(
    "gropes feels searches looks hunts fumbles scrabbles rummages reaches goes comes asks gropes groping "
    "feeling "
    "searching looking hunting fumbling scrabbling reaching"
)
_RELIEVES = split_distinct_words("relieves strips divests relieve rids")
_ON_AGAIN = compile_lazily(
    r"(?<!\w)(?:it|them) (?:back )?on(?! (?:the|an?|top|one|[\w'’]+['’]s)\b)(?!\w)", re.I
)
_WITHOUT_IS = compile_lazily(r"['’]s$")


@dataclass(frozen=True, slots=True)
class RemovedGarment:
    """A garment that a sentence removes from its wearer. It has the words for the garment and their offset in
    the sentence. `taken` is True if the acting person takes the garment.
    """

    words: str
    start: int
    taken: bool = False


def find_removed_garments(
    sentence: str, thing_words: Set[str] = frozenset(), it: str = ""
) -> list[RemovedGarment]:
    """Return the garments, and other things whose words are in `thing_words`, that a sentence removes and
    does not put on again.

    `it` is the last garment named by the previous sentence; “it” may mean this garment.
    """
    return [
        each
        for each in _iterate_removed_garments(sentence, thing_words, it)
        if not _ON_AGAIN.search(sentence, each.start)
    ]


def find_words_under_garment(sentence: str) -> re.Match[str] | None:
    """Return the match of words for something seen under a removed garment, or None. The group `worn` has
    these words.
    """
    found = _UNDER_IT.search(sentence)
    return found if found and _A_VERB.search(found["worn"]) is None else None


def _iterate_removed_garments(sentence: str, thing_words: Set[str], it: str) -> Iterator[RemovedGarment]:
    tokens = list(_TOKEN.finditer(_TITLE.sub(r"\1 ", sentence)))
    words = [fold(each[0]) for each in tokens]
    words = [
        _WITHOUT_IS.sub("", word) if _has_contracted_is(words, at) else word for at, word in enumerate(words)
    ]
    heads = {
        place
        for place, word in enumerate(words)
        if GARMENT.fullmatch(word) or _is_known_thing(word, thing_words)
    }
    if not heads and not it:
        return
    last = RemovedGarment(it, 0) if it else None
    relieved = False
    for at, word in enumerate(words):
        if word in _RELIEVES and "of" in words[at + 2 : at + 5]:
            relieved = True
        elif word in _UNDER:
            relieved = False
        if word in ("it", "them") and last is not None:
            is_sure = words[at - 1] in _PUTS | _LETS_GO | _GIVES or words[at - 1] in _AWAY
            if (last.words != it or is_sure) and _is_removed_by_verb(words, at, at):
                yield last
            continue
        if last is not None and last.words == it and word in _DETERMINERS | {"a", "an"}:
            last = None  # The sentence names another thing, so “it” no longer means the last garment.
        if at not in heads or at + 1 in heads:
            continue
        first = _find_phrase_start(words, at)
        if first is None:
            continue
        phrase = sentence[tokens[first].start() : tokens[at].end()]
        removed = RemovedGarment(phrase, tokens[first].start())
        before = words[first - 1] if first else ""
        is_sought = before == "for" and not _SEEKS.isdisjoint(words[max(0, first - 6) : first])
        if is_sought and words[first] in _DETERMINERS:
            yield removed
            continue
        if before == "with" and first > 1 and words[first - 2] in ("off", "away"):
            # The subject runs away with a garment: “A dog runs off with the scarf.”
            yield RemovedGarment(phrase, removed.start, taken=True)
            continue
        named = words[first] in _DETERMINERS or words[first].endswith(("'s", "’s", "s'", "s’"))
        if words[first] in _BARE_BEFORE or before in _BARE_BEFORE:
            yield removed
        elif not named:
            after = words[at + 1] if at + 1 < len(words) else ""
            if (not before or before in _ENDS or before == "and") and after in _GONE:
                yield removed
            elif not first and _is_followed_by_place(words[at + 1 : at + 7]):
                yield removed  # A verbless sentence with a place: “Yellow boots in a row by the door.”
        elif relieved or before not in ("in", "wearing", "of"):
            last = removed
            if _is_removed_by_verb(words, first, at) or _is_described_elsewhere(words, first, at):
                yield removed
            elif before in _TAKES or relieved:
                yield RemovedGarment(phrase, removed.start, taken=True)


def _is_known_thing(word: str, thing_words: Set[str]) -> bool:
    return word in thing_words or (len(word) > 3 and any(each.endswith(word) for each in thing_words))


def _has_contracted_is(words: list[str], at: int) -> bool:
    """Return True if the word at index `at` ends in a contracted “is” before a place: “the hat's on a
    hook”.
    """
    after = words[at + 1] if at + 1 < len(words) else ""
    return _WITHOUT_IS.search(words[at]) is not None and (
        after in _GONE or after in _PLACES or after in _LINKS
    )


def _find_phrase_start(words: list[str], at: int) -> int | None:
    """Return the index of the article or possessive that begins the words for the garment at index `at`. None
    if the garment is new (“a hat”).
    """
    for first in range(at - 1, max(-1, at - 6), -1):
        word = words[first]
        if word in _DETERMINERS or word in _BARE_BEFORE or word.endswith(("'s", "’s")):
            return first
        if word in ("a", "an", "another", "some", "two"):
            return None
        if word in _ENDS or word in _PREPOSITIONS or word == "and":
            return first + 1
    return 0 if at < 6 else None


def _is_removed_by_verb(words: list[str], first: int, last: int) -> bool:
    """Return True if the verb before the words from index `first` to `last` takes this garment off or moves
    it away.
    """
    clause = first
    while clause and words[clause - 1] not in _ENDS:
        clause -= 1
    before = words[clause:first]
    verb = before[-1] if before else ""
    after = words[last + 1 : last + 6]
    if verb in _AWAY and len(before) > 1:
        return before[-2] not in _NOT_OFF
    if verb == "of" and len(before) > 1 and before[-2] == "out":
        return True
    if (
        verb in ("down", "up")
        and len(before) > 1
        and before[-2] in ("puts", "lays", "sets", "throws", "hangs")
    ):
        return verb == "down" or before[-2] == "hangs"
    if verb in _LETS_GO:
        return True
    if verb == "fall" or (verb in ("him", "her", "them") and len(before) > 1 and before[-2] in _GIVES):
        return True
    if before and after[:1] and verb not in _PREPOSITIONS:
        if after[0] in _AWAY and verb not in _NOT_OFF:
            return after[1:2] not in (["again"],) or True
        if after[0] == "from" and _classify_place(after) in ("body", "one"):
            return True
        if after[0] == "over" and after[2:3] in (["head"], ["heads"]) and verb not in ("puts", "ties", "has"):
            return verb in ("pulls", "lifts", "draws", "hauls", "gets", "drags", "tugs")
        if after[0] in _PLACES and (where := _classify_place(after)) in ("held", "place", "one"):
            if where == "held":
                return True
            if where == "one":
                return verb in _GIVES and after[0] == "to"
            return verb in _PUTS or (verb not in _KEEPS and verb.endswith("s"))
        if after[0] in ("fall", "drop", "go") and "lets" in before:
            return True
        if after[0] in ("down", "by") and verb in _PUTS:
            return after[1:2] != ["over"]
    return False


def _is_described_elsewhere(words: list[str], first: int, last: int) -> bool:
    """Return True if a sentence about the garment itself says that it is gone or is in some place. The words
    from index `first` to `last` name the garment.
    """
    at = last + 1
    linked = False
    while at < len(words) and words[at] in _LINKS:
        linked = linked or words[at] not in ("now", "all", "already", "still", "too", "both")
        at += 1
    after = words[at : at + 6]
    if not after:
        return False
    if words[at - 1] in ("comes", "goes", "come", "go") and after[0] in ("around", "round", "through", "by"):
        return False  # The garment stands for its wearer: “The fur hat comes round the door.”
    if after[0] in _GONE:
        if after[0] == "gone" and after[1:2] and after[1] not in _ENDS and after[1] not in _PREPOSITIONS:
            return False  # “Gone” can mean a change: “has gone white”.
        return not (after[0] in _AWAY and after[1:2] in (["the"], ["his"], ["her"], ["a"]) and not linked)
    if after[0] in _PLACES:
        where = (
            "place"
            if after[0] in ("under", "beneath") and after[1:2] in (["him"], ["her"])
            else _classify_place(after)
        )
        verb = words[first - 1] if first else ""
        if where == "held":
            return True
        return where == "place" and (linked or not first or verb in _ENDS or verb in ("with", "and"))
    return False


def _is_followed_by_place(after: list[str]) -> bool:
    """Return True if a sentence that begins with a garment gives its place without a verb: “Hat on the
    table.” `after` has the words after the garment.
    """
    row = after[:3] in (["in", "a", "row"], ["in", "a", "heap"], ["in", "a", "pile"], ["in", "a", "puddle"])
    after = after[3:] if row and len(after) > 3 else after
    is_placed = (
        bool(after) and after[0] in _PLACES - {"with", "to", "in"} and _classify_place(after) == "place"
    )
    return row or is_placed


def _classify_place(after: list[str]) -> str:
    """Return the kind of place that the words in `after` name. `after` begins with a preposition.

    The result is `body` (a part of a body), `held` (in a hand), `one` (a person), `place` (any other place),
    or empty if no place is named.
    """
    rest = after[1:]
    if not rest:
        return ""
    if rest[0] in ("him", "her", "them") and (len(rest) == 1 or rest[1] in _ENDS or rest[1] in ("and", "in")):
        return "one"
    if rest[0] in ("me", "it", "himself", "herself", "themselves", "each", "and"):
        return ""
    if rest[1:3] == ["back", "of"] and rest[3:4] and rest[3] in ("the", "a", "an"):
        return "place"  # A part of a thing: “on the back of a chair”.
    if after[0] in ("under", "beneath", "behind") and rest[0].endswith(("'s", "’s")):
        return "place"  # A place at another person, such as under that person's head.
    noun = next((word for word in rest if word in _BODY or word in _HOLDS), "")
    end = next(
        (at for at, word in enumerate(rest) if word in _ENDS or word in _PREPOSITIONS or word == "and"), 9
    )
    if noun and rest.index(noun) < end:
        if noun in _HOLDS or (noun in ("elbow", "knee") and after[0] in ("over", "under", "on")):
            return (
                "held" if after[0] in ("in", "under", "over", "between", "on", "across", "into") else "body"
            )
        return "body"
    if any(word in _NO_PLACES for word in rest[:end]):
        return ""
    if after[0] == "over" and any(GARMENT.fullmatch(word) for word in rest[:end]):
        return ""  # Both garments are worn: a veil over the hat.
    if rest[0] in ("the", "a", "an") or rest[0].endswith(("'s", "’s")):
        return "place"
    if rest[0] in ("his", "her", "their", "its") and end > 1:
        return "place" if not any(GARMENT.fullmatch(word) for word in rest[:end]) else ""
    return ""


_THING = rf"(?:the|an?|his|her|their) ({NAMED})"
_PULLED_FROM = compile_lazily(
    r"(?<!\w)(?:takes|drags|pulls|peels|tears|whips|gets|has|rips|yanks|tugs|knocks|flicks|snatches"
    r"|sweeps|lifts"
    rf"|plucks|strips|slides|wrenches|slaps|grabs|unwinds|slips|eases|blows) {_THING} (?:off|from|out of"
    rf"|from round|(?:off|up) over) (?:the )?$",
    re.IGNORECASE,
)
_TAKEN = compile_lazily(
    r"(?<!\w)(?:snatches|steals|takes|removes|has taken|(?:rips|tears|pulls|knocks|yanks|whips|peels"
    r"|lifts|takes) (?:off|away)"
    r"|unties|unclasps|wins|confiscates|pockets) $",
    re.IGNORECASE,
)
_LAID_ON = compile_lazily(
    r"(?<!\w)(?:puts|drapes|wraps|lays|hangs|throws|drops|sets|places|jams|claps|slips|ties|winds|pulls"
    r"|settles|pops|spreads)"
    rf" (?:{_THING}|it) (?:(?:back|down|up|gently) )?"
    r"(?:round|around|over|on|about|across|onto|on to) (?:the )?$",
    re.IGNORECASE,
)
# Matches a thing that is handed over together with a garment: “badge and all”.
_AND_ALL = compile_lazily(r",\s(?:the |his |her )?([\w-]+) and all(?!\w)", re.IGNORECASE)
_BOUND = compile_lazily(
    r"\s?(?:\w+ )?(?:hands?|wrists?|ankles?|fingers?|knees?|wounds?)(?!\w)", re.IGNORECASE
)
_PUT_THERE = compile_lazily(rf"(?<!\w)(?:puts|lays|hangs|drapes|wraps) {_THING} there(?!\w)", re.IGNORECASE)
_CLADS = compile_lazily(
    r"(?<!\w)(?:wraps|bundles|dresses|swaddles|rolls|helps|eases|gets|zips|buttons) $", re.IGNORECASE
)
_CLAD_IN = compile_lazily(rf"\s(?:up )?(?:in|into) {_THING}", re.IGNORECASE)
_OUT_OF = compile_lazily(rf"\s(?:out of|off with) {_THING}", re.IGNORECASE)
_HANDS_ONE = compile_lazily(r"(?<!\w)(?:gives|hands|lends|throws|tosses) $", re.IGNORECASE)
_GIVEN = compile_lazily(rf"\s(?:his|her|their) ({NAMED})(?!\w)", re.IGNORECASE)
_ITS = compile_lazily(
    rf"\s({NAMED})(?! (?:by|in place|between|tighter?|straight))(?:$|[\s,.;:!?])", re.IGNORECASE
)


_BORROWS = compile_lazily(
    r"(?:(?<!\w)|['’])(?:wearing|wears|has|has on|s in|is in|comes in|stands in|sits in|into|dons|borrows"
    r"|puts on|pulls on|steals|s got|s wearing)\s*$",
    re.IGNORECASE,
)


def find_borrowed_garment(action: ActionSentence, subjects: Sequence[Mention]) -> tuple[str, str]:
    """Return the owner of a garment that another person wears, and the garment: “ANNA is wearing TOM's coat.”
    Both results are empty if there is none.
    """
    for each in action.mentions:
        acts = [one for one in subjects if one.end <= each.start and one.name]
        if each.owner and each.name and acts and acts[-1].name != each.name:
            owned = _ITS.match(action.sentence, each.end)
            if owned and _BORROWS.search(action.sentence[: each.start]):
                return each.name, owned[1]
    return "", ""


@dataclass(frozen=True, slots=True)
class GarmentTransfer:
    """A garment that passes from one person to another. `name` is the person whose look changes: this person
    gets the garment if `gets` is True, and loses it otherwise. `giver` is the acting person of the sentence.

    `own` is True if the garment belonged to the acting person. `at` is the offset of the words in the
    sentence.
    """

    name: str
    garment: str
    gets: bool
    giver: str
    own: bool
    at: int
    # True if the sentence uses “the” (“the scarf”), so that the garment may belong to the giver.
    the: bool = False


def find_garment_transfers(
    action: ActionSentence, subjects: Sequence[Mention]
) -> tuple[GarmentTransfer, ...]:
    """Return the garments that pass between the acting person of a sentence and another person, in either
    direction.
    """
    if not subjects:
        return ()
    found = (
        _find_transfer(action.sentence, one, each)
        for each in action.mentions
        for one in _find_actor(each, subjects)
        if each.start > one.end
    )
    changes = [change for change in found if change is not None]
    if changes and changes[-1].gets and (along := _AND_ALL.search(action.sentence, changes[-1].at)):
        changes.append(replace(changes[-1], garment=along[1], own=True))
    if changes and (match := _PUT_THERE.search(action.sentence, changes[-1].at)):
        changes.append(replace(changes[-1], garment=match[1], gets=True, own=False))
    return tuple(changes)


def _find_actor(other: Mention, subjects: Sequence[Mention]) -> Sequence[Mention]:
    """Return the person who acts on the person `other`, as a sequence of one mention, or an empty sequence.
    This is the first person of the sentence. If that is `other`, it is the last different person before the
    mention `other`.
    """
    before = [each for each in subjects if each.end < other.start]
    others = [each for each in before if each.name and each.name != other.name]
    return before[:1] if before[:1] and before[0].name != other.name else others[-1:]


def _find_transfer(sentence: str, one: Mention, other: Mention) -> GarmentTransfer | None:
    if not other.name or other.name == one.name or not one.name:
        return None
    before, after = sentence[one.end : other.start], sentence[other.end :]

    def make_transfer(
        found: re.Match[str], garment: str, *, gets: bool, receiver: str = ""
    ) -> GarmentTransfer:
        own = re.search(r"\b(?:his|her|their) ", found[0], re.IGNORECASE) is not None
        the = gets and re.search(r"\bthe ", found[0], re.IGNORECASE) is not None
        return GarmentTransfer(
            receiver or other.name, garment, gets, one.name, own and gets, one.end + found.start(), the
        )

    if pulled := _PULLED_FROM.search(before):
        return make_transfer(pulled, pulled[1], gets=False)
    if laid_match := _LAID_ON.search(before):
        named = re.findall(rf"(?<!\w){_THING}", before[: laid_match.start()], re.IGNORECASE)
        if (thing := laid_match[1] or (named[-1] if named else "")) and not _BOUND.match(after):
            laid_on = make_transfer(laid_match, thing, gets=True)
            return replace(laid_on, own=laid_on.own or not laid_match[1])
    if other.owner and (match := _TAKEN.search(before)) and (owned := _ITS.match(after)):
        return make_transfer(match, owned[1], gets=False)
    if clads := _CLADS.search(before):
        if out_of := _OUT_OF.match(after):
            return make_transfer(clads, out_of[1], gets=False)
        if new_clothes := _CLAD_IN.match(after):
            return make_transfer(clads, new_clothes[1], gets=True)
    if (gift := _HANDS_ONE.search(before)) and (given := _GIVEN.match(after)):
        return make_transfer(gift, given[1], gets=False, receiver=one.name)
    return None
