"""Detection of the parts of an action line that describe people instead of narrating events: an age, clothes,
a person without a name. Pure functions.
"""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import compile_lazily, join_alternatives
from milimo_tui.story.looks.clothes.garments import GARMENT, describe_each_wearer, strip_article
from milimo_tui.story.looks.hair_words import HAIR
from milimo_tui.story.looks.stains import BLOOD_RUNS, DIRTIED, FEATURE, HURT, STATE
from milimo_tui.story.reading.act_words import ACTS, BASES
from milimo_tui.story.screenplay.people_words import CREATURES, GENERIC, KIN, ROLES, YOUNG
from milimo_tui.story.values.text import fold

_DECADE = "twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties"
NUMBER = (
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:odd|something|one|two|three|four"
    r"|five|six|seven|eight|nine))?"
    r"|ten|eleven|twelve|\w{3,5}teen"
)
SMALL_NUMBER = "three|four|five|six|seven|eight|nine"
AGE = compile_lazily(
    rf"^(?:(?:in |somewhere in )?(?:his |her |their )?(?:early |mid[- ]?|late "
    rf"|middle )?(?:to late )?(?:\d{{1,2}}s|{_DECADE})"
    rf"|(?:about |around |nearly |almost |barely |not yet |just |over |past |pushing |now |maybe |perhaps "
    r"|probably |approaching |well over |at least |not (?:a day|much|yet) (?:over )?|a (?:shade|hair"
    r"|touch) (?:over|under) "
    r"|somewhere (?:past|around|near|north of) |just (?:turned|shy of|past) |turning |well past "
    r"|rising |going on "
    r"|on the (?:wrong|right|far|other) side of |a (?:tired|young|hard|fit|lean|weary|youthful"
    r"|well-kept|rough|bad|good) "
    r")?(?:\d{1,3}"
    rf"|{NUMBER})"
    r"(?: years old| if (?:a day|\w+ was a day|(?:he|she)['’]s a day)| or so| at (?:most|least)|-odd"
    r"|-ish|ish)?"
    rf"|(?:at|aged) (?:\d{{1,3}}|{NUMBER}|{SMALL_NUMBER})"
    r"|(?:about |around |nearly |almost |barely |just |just turned |maybe |perhaps |now |not yet |only "
    rf"|all of |not more than |going on )?(?:{SMALL_NUMBER})(?: years old| or so| at (?:most|least))?"
    rf"|(?:about |somewhere between )?(?:\d{{1,2}}|{NUMBER}|{SMALL_NUMBER}) (?:or|to|and|going on) "
    rf"(?:\d{{1,2}}|{NUMBER}|{SMALL_NUMBER}|death)"
    r"|about (?:his|her) age|teens|a teenager)(?: now| by now| today)?$",
    re.IGNORECASE,
)
OF_AGE = compile_lazily(
    rf"^(?:[^\W\d_][\w'’-]* ){{0,3}}(?:of|in (?:his|her|their)) ((?:about |around |nearly |some |early "
    rf"|mid[- ]|late )?"
    rf"(?:\d0s|{_DECADE}|\d{{1,3}}|{NUMBER}|{SMALL_NUMBER}))\b",
    re.IGNORECASE,
)
_FINITE = compile_lazily(
    r"(?:[^\W\d_]+(?<![su])s|[^\W\d_]+ing|[a-z]+n['’]t|is|has|does|who|whose|that"
    r"|(?:he|she|they|it|there)(?:['’](?:s|re|ll|d|ve))?|not|never)"
)
# Words that end like verbs but are none, such as “glasses” or “greying”. They do not make a phrase an act.
_THINGS = (
    "always perhaps his hers its this glasses jeans boots eyes reading gloves shoes tails pearls braids "
    "spectacles scrubs clothes dressing wedding evening missing suspenders sneakers trousers overalls "
    "pyjamas pajamas curls hands arms shorts tights sunglasses goggles riding running bathing swimming "
    "morning sleeves cuffs legs greying graying balding thinning receding ageing aging sagging bulging "
    "peeling "
    "bristling drooping greenish waders shades fatigues dreads tattoos freckles dimples braces "
    "forearms shoulders eyebrows brows cheeks lips knuckles fingers nails ears teeth knees thighs ankles "
    "wrists "
    "cheekbones jowls lashes eyelashes whiskers bags rings wrinkles scars features crutches bruises "
    "piercings "
)
NO_VERBS = frozenset(_THINGS.split())
GOES_ON = compile_lazily(
    r"^(?:and|but|then|so|as|while|until|till|when|at|by|from|to|into|beside|behind|on|past|across|toward"
    r"|towards"
    r"|through|against|off|along|between|beneath|above|below|over (?!(?:it|his|her|their|the|an?)\b))\b",
    re.IGNORECASE,
)
# Matches “a” or “an” at the beginning of a clause. Such a clause can name a thing held or worn: “a corsage on
# her wrist”.
ALONE = compile_lazily(r"an? ", re.IGNORECASE)
_OTHER_VERBS = (
    "is are was were has have had will would can could it's there's do comes goes runs seems looks knows "
    "wears belongs flies falls drops lands slides hangs flaps blows rolls spins rises sinks drifts floats "
    "catches gets lies stays drips soaks seeps trickles pours steams jingles clinks rustles billows flutters "
    "droops bursts glints gleams sparkles "
)
_PLURAL_ACTS = frozenset(BASES) - {"hand", "head", "face", "back", "hold", "light", "dress", "smell", "run"}
VERBS = ACTS | frozenset(_OTHER_VERBS.split())
ONES = "|".join(
    sorted({*GENERIC, *KIN, *ROLES, "thing", "creature", "person", "figure"}, key=len, reverse=True)
)
_A_PERSON = compile_lazily(
    rf"(?:\b(?:an?|another|one of the)|^the(?! (?:[\w-]+ ){{0,3}}?(?:{ONES})s\b)) ((?:[\w-]+ ){{0,3}}?"
    rf"(?:(?:(?:{ONES})s?|{'|'.join(CREATURES)})(?![\w'’-])"
    # A noun before a garment describes the garment: “a camel coat”, “a sailor suit”.
    rf"(?! (?:{GARMENT.pattern}))"
    r"|one(?= (?:in|with|at|on|by)\b)))",
    re.IGNORECASE,
)
ADJECTIVES = compile_lazily(  # Matches adjectives before a noun for a person: “a short, stocky man”.
    rf"\b(?:an?|another) (?:[\w-]+, ){{1,2}}(?=(?:[\w-]+ ){{0,2}}?(?:{ONES})(?![\w'’-]))", re.IGNORECASE
)
_WITH = compile_lazily(  # Matches the attributes of a person after “with”, up to the first verb of action.
    rf"with (?:(?!(?:{'|'.join(sorted(ACTS, key=len, reverse=True))})(?!\w))[\w'’-]+ ?)+", re.IGNORECASE
)
# Matches an unnamed person whom a sentence mentions beside its subject: “Behind her two men in grey suits.”,
# “Behind her, not hurrying yet, a MAN in a raincoat”.
_A_STRANGER = compile_lazily(
    rf"\b(?:him|her)(?:, [^,.;:]{{1,40}},)?(?:,? (?:and|as|while|when|where))? (?P<one>{_A_PERSON.pattern}"
    rf"|(?<=(?:and|.as|ile|hen|ere) )(?:the|an?) (?:[\w-]+ ){{0,3}}?(?:{ONES})(?![\w'’-])"
    r"|(?:two|three|four|five|six|seven|several|some|a (?:pair|group|couple|row|line|crowd) of) "
    rf"(?:[\w-]+ ){{0,3}}?(?:men|women|people|children|others|(?:{ONES})s)(?!\w))",
    re.IGNORECASE,
)
_CLAD = compile_lazily(r"\bin (?:an?|the|his|her|their|[\w-]+)\b.*$", re.IGNORECASE)
_OTHERS = compile_lazily(
    r"(?:the|they|both|all|some|two|three|four|five|six|nobody|everybody)\b", re.IGNORECASE
)
_WATER = (
    r" (?:\w+ )?(?:in|into) (?:the |a |an )?(?:[\w-]+ )?(?:river|canal|water|sea|lake|fountain|pool|pond"
    r"|harbour|harbor|stream|surf|dock|ocean|moat|creek)(?!\w)(?! (?:house|side|bank|taxi|bus))"
)
_ONE_GOES = (
    "falls drops sinks hurtles slides stumbles rolls jumps dives plunges lands tumbles goes wades slips "
    "topples crashes splashes leaps"
)
_SEVERAL_GO = (
    "fall drop sink hurtle slide stumble roll jump dive plunge land tumble go wade slip topple crash "
    "splash leap"
)
INTO_WATER = compile_lazily(
    rf"(?<!\w)(?:{join_alternatives(_ONE_GOES)}|is thrown|is pushed){_WATER}", re.IGNORECASE
)
_GO_INTO_WATER = compile_lazily(
    rf"(?<!\w)(?:{join_alternatives(_SEVERAL_GO)}|are thrown|are pushed){_WATER}", re.IGNORECASE
)
# Matches a comparison, which describes nothing that the person wears: “a spade taller than she is”.
_COMPARED = compile_lazily(r"\s(?:than|as) [^,.;]*")
# Matches words that belong to the noun before them: “a cap that rests on his ears”, “a chain you could moor a
# boat with”, “Clerk of works”.
_RELATIVE = compile_lazily(
    r",?\s(?:that|which|who|you could|one could) [^,;.]*|(?<=\bof) works\b"
    r"|(?<=\s)(?:(?:he|she|they|somebody|someone|nobody) (?:has|had|is|was|can|could|will|must"
    r"|[a-z]+(?:s|ed)))\b[^,;.]*"
)
_IN_THE_ROOM = compile_lazily(
    r"(?:in|at|on|by|under|behind|over|through|from|inside|outside|above|below) (?:the|an?)\b", re.I
)
_NO_PLACE = compile_lazily(
    r"(?:below|above|ahead|outside|inside|there|here|upstairs|downstairs)$", re.IGNORECASE
)
_OF_NOBODY = compile_lazily(r"(?:it|they|there|we|you)\b", re.IGNORECASE)
_ASIDE = compile_lazily(
    r"(?:inside|between|behind|beside|among|opposite|next to|across from|in front of|facing|near) ",
    re.IGNORECASE,
)
_WITH_SOMEBODY = compile_lazily(
    r"(.*) with an? (?:man|woman|boy|girl|child|person)$",
    re.IGNORECASE,
    # Matches words with a person at their end, such as “a coat with a woman”. The part before “with” is
    # captured.
)
_LIES = compile_lazily(
    r"(?<!\w)(?:on|over|under|by|in|at|behind) (?:the|an?) (?!\w*(?:head|wrist|neck|second|moment|minute"
    r"|flash|collar|throat|waist|elbow|knee|cuff|sleeve|shoulder|hem|seam|hip|edge|toe|heel|temple|chest"
    r"|ear|nose"
    r"|brow|ankle|front|(?<!on the )back(?! of)))",
    re.I,
)
LIES_ON = compile_lazily(  # Matches a garment in a place other than on a person: “the helmet's on the table”.
    r"(?:['’]s| is| are| lies?| hangs?| stands?| waits?) (?:on|in|under|by|at|over|beside|behind|near) "
    r"(?:the|an?) (?!\w*(?:head|wrist|neck|face|finger))",
    re.IGNORECASE,
)
WORD = compile_lazily(r"[^\W_]+(?:['’-][^\W_]+)*")


BESIDE_ONE = compile_lazily(
    r"(?:opposite|beside|behind|next to|facing|across from|in front of|near|above|below) (?:him|her|them)\b",
    re.I,
)


# Matches a sentence about the face of an unnamed person: “A man's face, blue, a beard.”
ANOTHERS = compile_lazily(
    rf"an? (?:[\w-]+ ){{0,2}}?(?:{ONES})['’]s (?:[\w-]+ )?(?:face|head|hands?|fingers?|body|back|eyes?|arms?"
    r"|legs?|feet|foot|silhouette|shape|shadow|profile|voice)\b",
    re.I,
)


# Matches a description that begins with “it”: “It's no higher than a knee”, “and it wears a waistcoat”.
_IS_SO = compile_lazily(
    r"(?:and |but )?(?:it|s?he)(?:['’]s| is| has|(?P<worn>['’]s wearing| is wearing| wears| has on)) ",
    re.IGNORECASE,
)
_BRACKETS = compile_lazily(r"\s*\(([^()]*)\)")


def list_traits_before_name(head: str, *, of_one: bool = False) -> list[str]:
    """Return the traits of a person that are written before the name, such as “a small one in a cape, grey
    fringe”. `head` has the words before the name. The result is empty if they describe nobody.

    `of_one` is True if it is already known that `head` describes a person. Otherwise only words that clearly
    describe a person are returned.
    """
    out: list[str] = [""]
    somebody = of_one
    head = _BRACKETS.sub(r", \1,", head)
    head = ADJECTIVES.sub(lambda several: several[0].replace(",", ""), head)
    for piece in (each.strip(" .") for each in re.split(r"[,;]|[.:]\s", head)):
        if one := _A_PERSON.search(piece):
            somebody = True
            several = one[0].casefold().startswith("one of")
            out += [one[1].removesuffix("s") if several else one[1]] if not one[1].endswith("one") else []
            piece = piece[one.end() :].strip()
            if aged := OF_AGE.match(piece):
                out.append(aged[1])
                piece = piece[aged.end() :].strip()
        if _ASIDE.match(piece):
            continue
        if is_so := _IS_SO.match(piece):
            somebody, piece = True, piece[is_so.end() :].strip()
            if is_so["worn"] and GARMENT.search(piece):
                out.append(piece)
                continue
        if somebody and (match := _WITH.match(piece)):
            piece = match[0]
        if within := _WITH_SOMEBODY.match(piece):
            piece = within[1]
        clothes = _CLAD.search(piece)
        if clothes and GARMENT.search(clothes[0]):
            out.append(_cut_phrase_at_act(clothes[0].strip()))
        elif piece and not _IN_THE_ROOM.match(piece) and (somebody or describes_appearance(piece)):
            tokens = {fold(word[0]) for word in WORD.finditer(piece)}
            out += [piece] if is_descriptive_phrase(piece) and not tokens & (VERBS - NO_VERBS) else []
    return out if len(out) > 1 else []


_WHERE_TO = frozenset(("up", "out", "in", "into", "down", "off", "from", "across", "over", "past", "through"))


def _cut_phrase_at_act(phrase: str) -> str:
    """Return a phrase without the act that follows its garment: “in a good suit” for “in a good suit
    stands”.
    """
    for match in GARMENT.finditer(phrase):
        parts = phrase[match.end() :].split()
        is_act = len(parts) > 1 and parts[0].endswith("s") and fold(parts[1]) in _WHERE_TO
        if parts and (fold(parts[0]) in ACTS or is_act):
            return phrase[: match.end()]
    return phrase


def describe_stranger(text: str) -> str:
    """Return the noun phrase for an unnamed person (“big soft man”, “boy”) if it describes the person. A
    phrase does so if it has several words or implies a young age. Otherwise return an empty string.
    """
    one = _A_PERSON.match(f"a {text.strip()}")
    return one[1] if one and (" " in one[1] or fold(one[1]) in YOUNG) else ""


def cut_before_stranger(sentence: str) -> str:
    """Return a sentence up to the words about an unnamed person who is not its subject: “Behind her” for
    “Behind her a woman in scrubs.” A sentence without such words stays unchanged.
    """
    one = _A_STRANGER.search(sentence)
    return sentence[: one.start("one")] if one else sentence


_OF_SEVERAL = compile_lazily(
    r"(?:and )?(?:they|they['’]re|both|all (?:two|three|four|five)|the (?:two|three|four|five)(?= of them\b"
    r"| (?:are|stand"
    r"|lie|sit|walk|come|run|crawl|stagger|stumble)\b)|(?:[\w-]+ ){1,4}(?:in|on|across|down|all over)"
    r" their\b)(?: of (?:them|the (?:two|three)))?(?!\w)",
    re.IGNORECASE,
)
_ALL_CLAD = compile_lazily(
    r"(?:are|['’]re|are (?:now |all |both )?(?:dressed|clad)|now|dressed|clad)? ?(?:now |all |both )?in ",
    re.IGNORECASE,
)


# Matches an act of several people together with their clothes: “sit on the bench in towels”.
_ACT_CLAD = compile_lazily(
    r"(?:now )?(?:sit|stand|lie|wait|walk|come|eat|drink|dance|play|smoke|sprawl|lounge|queue|huddle"
    r"|kneel|lean)"
    r"(?: [^,;.]*?)?,? (?:now |both |wrapped |dressed )?in (?!the |an? |their |his |her )([^,;.]+)",
    re.IGNORECASE,
)
# Matches clothes that everybody wears: “They wear matching straw hats.”, “Both have on black.”
_ALL_WEAR = compile_lazily(
    r"(?:they|both(?: of them)?|all (?:of them|three|four|five)|the (?:two|three|four|five|others)"
    r"|everybody|everyone) "
    r"(?:all |both )?(?:wears?|are (?:now )?wearing|have on|sport) (?:matching |identical |the same"
    r" )?([^.;:]+)",
    re.IGNORECASE,
)


def describe_group_as_one(sentence: str) -> str:
    """Return the words by which a sentence describes everybody present, reworded for a single person: “wears
    a straw hat” for “They wear straw hats.” The result can be applied to each person.

    Empty if the sentence has no such description.
    """
    if wear := _ALL_WEAR.match(sentence):
        return f"wears {describe_each_wearer(f'in {wear[1]}').removeprefix('in ')}"
    found = _OF_SEVERAL.match(sentence)
    if found is None or _A_PERSON.search(sentence) or _COMPARED.search(sentence):
        return ""
    rest = sentence[found.end() :].strip()
    if (clothes := _ACT_CLAD.match(rest)) and GARMENT.search(clothes[1]):
        return f"are {describe_each_wearer(f'in {clothes[1]}')}"
    skin = any(words.search(sentence) for words in (STATE, DIRTIED, INTO_WATER, _GO_INTO_WATER))
    if not skin and not _ALL_CLAD.match(rest):
        return ""
    if GARMENT.search(sentence) and not _ALL_CLAD.match(rest) and not DIRTIED.search(sentence):
        return ""
    sentence = _GO_INTO_WATER.sub("falls into the water", sentence)
    return re.sub(r"\btheir\b", "the", sentence, flags=re.IGNORECASE)


def describes_stranger(sentence: str) -> bool:
    """Return True if a sentence describes the appearance of an unnamed person: “stands a man with a
    moustache”.
    """
    one = _A_PERSON.search(sentence)
    return one is not None and (
        one.start() == 0
        or describes_appearance(sentence)
        or " of " in sentence
        or FEATURE.search(sentence, one.end()) is not None
    )


def introduces_stranger(sentence: str) -> bool:
    """Return True if a sentence introduces a man or woman who was not mentioned before. The next sentences
    may then describe this new person.
    """
    one = _A_PERSON.search(sentence)
    return one is not None and fold(one[0]).startswith("another") and bool(get_stranger_pronoun(sentence))


OF_AGE_ANYWHERE = compile_lazily(
    rf"(?:(?<!\w)(?:of|is|aged) |['’]s |, )"
    rf"((?:about |around |nearly |some )?(?:\d{{1,3}}|{NUMBER}))(?=[\s,.;]|$)",
    re.IGNORECASE,
)


def find_stranger_end(sentence: str) -> int:
    """Return the offset of the end of the words about an unnamed person whom a sentence describes or
    introduces, or -1.
    """
    one = _A_PERSON.search(sentence)
    return one.end() if one and (describes_stranger(sentence) or introduces_stranger(sentence)) else -1


def get_stranger_pronoun(sentence: str) -> str:
    """Return “he” or “she” for the unnamed person of a sentence, or an empty string if the noun does not show
    the gender.
    """
    one = _A_PERSON.search(sentence)
    word = fold(one[1]).split()[-1] if one else ""
    word = word.removesuffix("s") if one and fold(one[0]).startswith("one of") else word
    return KIN.get(word) or GENERIC.get(word, "")


_AGE_OF_ALL = compile_lazily(
    rf"(?<!\w)(?:(?P<each>\d{{1,2}}|{NUMBER}|{SMALL_NUMBER})-year-olds"
    r"|(?:all|both|each)(?: of them)? (?:of them )?(?:about |around |nearly |now )?"
    rf"(?P<all>(?:in their )?(?:early |mid[- ]?|late )?(?:\d0s|{_DECADE})|\d{{1,2}}|{NUMBER}|{SMALL_NUMBER})"
    rf"(?P<more> or (?:\d{{1,2}}|{NUMBER}|{SMALL_NUMBER}))?(?= |[,.;:]|$))",
    re.IGNORECASE,
)


def parse_group_age(sentence: str) -> str:
    """Return the age that a sentence gives to several people (two fourteen-year-olds, all sixteen), or an
    empty string.
    """
    found = _AGE_OF_ALL.search(sentence)
    if found is None:
        return ""
    age = found["each"] or f"{found['all']}{found['more'] or ''}"
    return re.sub("^in their ", "", age, flags=re.IGNORECASE)


def is_age_only(sentence: str) -> bool:
    """Return True if a sentence consists only of an age: “Mid-fifties.”"""
    return AGE.match(sentence.strip(" .")) is not None


_SEVERAL_PEOPLE = compile_lazily(
    r"(?:two|three|four|five|six|seven|eight|nine|ten|a dozen|several|some|many|more|a (?:row|line|group"
    r"|crowd|pair"
    rf"|couple) of) (?:[\w-]+ ){{0,3}}?(?:(?:{ONES})s|men|women|children|people|(?-i:[A-Z]{{2,}}(?:S"
    r"|MEN)))(?![\w'’-])",
    re.IGNORECASE,
)
_NOT_SO = compile_lazily(r"(?:[\w'’-]+ ){1,3}\w+n['’]t[.!]?$", re.IGNORECASE)
# Matches an act that is done with a thing: “With the tip of her stick she taps the pane.”
_ACTS_WITH = compile_lazily(
    r"(?:with|in|on|at|from|under|over|by|through|into|out of|behind)\s[^,;:.]*\s(?:he|she|they"
    r"|it)\s+[a-z]+s\b",
    re.I,
)


def is_description(sentence: str, *, by_itself: bool) -> bool:
    """Return True if a sentence without a verb describes the appearance of a person: “Brown suit, brown
    shoes.”

    `by_itself` is True if no person was introduced before the sentence. Then a garment that is in a place,
    such as “A coat on a hook.”, must not be taken for worn clothes.
    """
    if _ACTS_WITH.match(sentence) or _NOT_SO.match(sentence):
        return False  # “The waders don't.” after “He comes.” describes no person.
    sentence = _RELATIVE.sub("", _COMPARED.sub("", sentence))
    tokens = [fold(word[0]) for word in WORD.finditer(sentence)]
    if any(word in VERBS and not _is_not_a_verb(word) for word in tokens):
        return False
    if BLOOD_RUNS.match(sentence):
        return False
    if "their" in tokens and not _PLURAL_ACTS.isdisjoint(tokens):
        # A sentence about acts of a group: “All together, sixty put down their trunks and sit on them.”
        return False
    clauses = [each.strip() for each in re.split(r"[,;:.!?–—]", sentence) if each.strip()]
    if not clauses or any(_IN_THE_ROOM.match(clause) for clause in clauses[:1]):
        return False
    if any(map(_NO_PLACE.match, clauses)):
        return False  # A garment with a position is not worn: “Shoes, below.”
    if _SEVERAL_PEOPLE.match(clauses[0]):
        return False  # An unnamed person with a possession: “Two NUNS with their shoes in their hands.”
    if sum(AGE.match(clause) is not None for clause in clauses) > 1:
        # A sentence with several numbers is counting and gives no age: “Forty-one, forty-two, forty-three.”
        return False
    if _OF_NOBODY.match(clauses[0]) or (_OTHERS.match(clauses[0]) and not describes_appearance(clauses[0])):
        return False
    if not by_itself:
        return any(map(describes_appearance, clauses)) or all(map(_describes_body, clauses))
    return (
        all(map(describes_appearance, clauses[:1]))
        and not ALONE.match(clauses[0])
        and not _LIES.search(sentence)
    )


# Matches words that only describe bodies, such as “Small, upright.” Words that also describe things are
# excluded, so that a wide street is not taken for a person.
OF_A_BODY = compile_lazily(
    r"(?:very |quite |rather |a little |still |always )?(?:tall|short|small|tiny|thin|skinny|slim"
    r"|slender|slight"
    r"|lean|lanky|gangly|gaunt|wiry|bony|fat|plump|stout|stocky|heavyset|burly|brawny|beefy|muscular|athletic"
    r"|frail|stooped|hunched|broad-shouldered|portly|tubby|rotund|petite|willowy|statuesque|handsome|pretty"
    r"|dapper|scruffy|weathered|wrinkled|craggy|rugged|baby-faced|toothless|freckled|tanned|blond|blonde"
    r"|dark-haired|red-haired|fair-haired|grey-haired|gray-haired|white-haired|long-haired|short-haired"
    r"|broad|upright|straight-backed|pigeon-toed|bow-legged|knock-kneed|round-faced|sharp-faced|hawk-nosed"
    r"|square-jawed|barrel-chested|thickset|spindly|chubby|olive-skinned|dark-skinned|pale-skinned)",
    re.IGNORECASE,
)


def _describes_body(clause: str) -> bool:
    return OF_A_BODY.fullmatch(clause) is not None or FEATURE.search(clause) is not None


def _is_not_a_verb(word: str) -> bool:
    return word in NO_VERBS or word.endswith("ing") or GARMENT.fullmatch(word) is not None


ROLLED = compile_lazily(
    r"(?<!\w)(?:sleeves?|cuffs?|legs) (?:rolled|turned|pushed|pulled|hitched)(?: (?:up|back|down))?(?!\w)",
    re.IGNORECASE,
)


def describes_appearance(clause: str) -> bool:
    """Return True if a clause has an age, or mentions clothes, hair or a state of the body."""
    seen = (GARMENT, HAIR, STATE, ROLLED, DIRTIED, HURT)
    return any(words.search(clause) for words in seen) or bool(AGE.match(clause))


_DONE_TO = compile_lazily(
    r"(?:scrubs|dresses|suits|studs|slings|hoods|cuffs|tops|trains|pants|polos|buttons|braces|belts|caps"
    r"|collars|pins|ties|towels|veils|robes|masks|crowns|shoes|boots|skirts"
    r"|rings|nails|shoulders|fingers|knees|elbows|bags|bruises|thumbs|eyes|heads|faces) "
    r"(?:up |down )?(?:his|her|their|the|an?|it|them|him)\b",
    re.IGNORECASE,
)


_IN_A_TRADE = compile_lazily(
    rf"[a-z]+ing (?!(?:an?|the|his|her|their)\b)(?:[a-z-]+ )?(?:{ONES})", re.IGNORECASE
)
# Matches a garment after other words without an article. The first of these words is no verb, because a verb
# would be followed by an article or a similar word; “wears coat” is not English.
_BARE_GARMENT = compile_lazily(
    r"(?:(?!(?:an?|the|his|her|their|its|on|off|in|into|up|out|over|under|with|of|to|from)\b)[\w'’-]+ ){1,3}"
    rf"(?:{GARMENT.pattern})",
    re.IGNORECASE,
)


# Matches an act of several people: “stand at the door”.
_THEY_ACT = compile_lazily(
    r"(?:stand|sit|wait|walk|run|come|go|lie|lean|kneel|look|stare|crouch|hurry|jog|ride|drive|emerge|enter"
    r"|arrive|huddle|squeeze|dance|march|climb|stroll|wander|watch|argue|whisper|talk|share|eat|drink|play) "
    r"(?:at|in|on|by|up|down|out|along|across|into|through|over|past|from|behind|beside|under|around|round"
    r"|together|side|hand|with|for|towards?|to|off|back|a|an|the)\b",
    re.IGNORECASE,
)


# Matches verbs that are words for garments or carried things in other sentences: “sticks out a thumb”.
_STICKS_OUT = compile_lazily(
    r"(?:sticks|heels|boots|socks|pipes|canes|caps|coats|masks|ties|belts|pins|hoods|cuffs|tops|slips)"
    r" (?:out|off|past|his|her|the|an?|at|up(?! to))(?!\w)",
    re.IGNORECASE,
)


def is_act_clause(clause: str) -> bool:
    """Return True if a clause begins with an act of a person."""
    if _THEY_ACT.match(clause) or _STICKS_OUT.match(clause):
        return True
    first = clause.split(" ")[0].lower()
    if _DONE_TO.match(clause):
        return True
    if _IN_A_TRADE.fullmatch(clause):
        return False  # “Pitching” in “pitching coach” is part of a noun.
    if first not in VERBS and _BARE_GARMENT.fullmatch(clause):
        return False  # “Parks” in “parks department anorak” is part of a noun.
    is_thing = first in NO_VERBS or GARMENT.fullmatch(first) or HAIR.fullmatch(first)
    if first == clause.lower() and not first.endswith("ing") and first not in VERBS:
        return False  # “Braces” alone between commas is a garment, not a verb.
    return bool(_FINITE.fullmatch(first)) and not is_thing and not AGE.match(first)


def is_descriptive_phrase(clause: str) -> bool:
    """Return True if a clause in the introduction of a person describes the person's nature or clothes, and
    False if it narrates an event.
    """
    piece = GARMENT.match(strip_article(clause))
    if piece is not None and LIES_ON.match(strip_article(clause), piece.end()):
        return False
    if AGE.match(clause):
        return True
    return len(clause) <= 80 and not (
        is_act_clause(clause) or GOES_ON.match(clause) or _NO_PLACE.match(clause)
    )
