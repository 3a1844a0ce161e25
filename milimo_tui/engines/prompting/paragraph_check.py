"""Comparison of a prompt that a language model wrote with the facts of its shot. Pure functions.

The words of the script are searched for in the prompt. For a script in another language than English only
names, numbers, framing and speech are compared, because prompts are written in English.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.prompting.measures import OTHER_SIZES, SIZES, find_all_words
from milimo_tui.engines.prompting.model_talk import find_model_talk
from milimo_tui.engines.specs.text_specs import PromptFacts
from milimo_tui.story.breakdown.quotes import list_numbers
from milimo_tui.story.values.text import QUOTED, fold, fold_accents, has_phrase, split_sentences, split_words

# The largest number of words of a prompt, even if the guide of the model family allows more.
MOST_WORDS = 220
_MARKS = compile_lazily(
    r"\*\w|\w\*|\[|\]|\bINT\.|\bEXT\.|\((?:CONT['’]D|O\.?S\.?|V\.?O\.?)\)|^#|\bCUT TO\b", re.MULTILINE
)
_WE_SEE = compile_lazily(r"\bwe (?:can )?(?:see|hear)\b", re.IGNORECASE)
_STILL_CAMERA = compile_lazily(
    r"\b(?:static|locked(?:[- ]off)?|fixed|stationary|motionless|unmoving|still camera|hand-?held)\b"
    r"|\b(?:camera|frame|shot) (?:is|stays|holds|remains|keeps|stands) (?:completely |perfectly )?still\b"
    r"|\bcamera does not move\b",
    re.IGNORECASE,
)
_CAMERA_MOVES = compile_lazily(
    r"\bcamera (?:\w+ )?(?:pans?|tilts?|push\w*|pulls?|tracks?|cranes?|zooms?|arcs?|moves|follows|glides?"
    r"|doll(?:y|ies)|orbits?|circles|rises|sinks|drifts)\b",
    re.IGNORECASE,
)
# The verbs that name a movement of the camera, by the first word of the movement.
_MOVES = {
    "pan": r"pan(?:s|ning)?",
    "tilt": r"tilt(?:s|ing)?",
    "dolly in": r"(?:push|move|doll|glide|creep|close|come|go)\w*",
    "dolly out": r"(?:pull|move|doll|glide|draw|back|retreat)\w*",
    "dolly": r"(?:doll|slide|track|truck|move|glide)\w*",
    "track": r"(?:track|follow|alongside|keep)\w*",
    "crane": r"(?:cran|ris|lower|descend|lift|sink|boom)\w*",
    "zoom": r"zoom\w*",
    "arc": r"(?:arc|orbit|circl|move)\w*",
    "rack": r"(?:rack|focus)\w*",
}
_OPPOSITES = {"left": "right", "right": "left", "up": "down", "down": "up"}
_ANGLES = {
    "low": r"low[- ](?:angle|viewpoint|view)|from below|looking up",
    "high": r"high[- ](?:angle|viewpoint|view)|from (?:slightly )?above|looking down",
    "overhead": r"overhead|top[- ]down|from (?:directly |straight )?above|bird['’]s[- ]eye",
    "dutch": r"dutch|tilted|canted",
    "profile": r"in profile|from the (?:left |right )?side",
}
_OTHER_ANGLES = r"(?:low|high|dutch)[- ]angle|bird['’]s[- ]eye|top[- ]down|overhead (?:shot|view)"
# Words for a time of day, and words of other times that contradict it.
_TIMES = (
    (
        r"night|midnight|nuit|nacht|nachts|noche|notte|noite",
        r"night\w*|midnight|dark\w*|moon\w*",
        r"daylight|daytime|sunlight|sunlit|sunny|midday|noon|morning sun|afternoon",
    ),
    (
        r"dawn|sunrise|aube|alba|amanecer|morgengrauen",
        r"dawn|sunrise|early|first light|morning",
        r"dusk|sunset",
    ),
    (
        r"dusk|sunset|twilight|dämmerung|crépuscule",
        r"dusk|sunset|twilight|evening|setting sun",
        r"dawn|sunrise",
    ),
    (
        r"evening|abend|soir|tarde|sera",
        r"evening|dusk|sunset|twilight|night\w*|late",
        r"midday|noon|dawn|sunrise|morning",
    ),
    (
        r"day|tag|jour|día|dia|giorno|noon|midday|afternoon|morning|morgen|matin|mañana|manhã|mattina",
        r"day\w*|sun\w*|morning|midday|noon|afternoon|bright|overcast|light\w*",
        r"at night|night-?time|moon(?:light|lit)|midnight|night sky",
    ),
)
_STRANGERS = compile_lazily(
    r"\b(?:another|(?:a|the) second|(?:a|the) third|(?:an )?(?:unknown|unnamed))"
    r" (man|woman|person|boy|girl|figure|child|stranger)s?\b"
    r"|\b(passers?-?by|bystanders?|onlookers?|pedestrians?|crowds?|strangers?|commuters?|customers?|patrons?"
    r"|guests?|people|men|women|children|figures|silhouettes|someone|somebody)\b",
    re.IGNORECASE,
)
_SEVERAL = frozenset(("people", "men", "women", "children", "figures", "silhouettes"))
_SEQUENCE = compile_lazily(
    r"\b(?:then|afterwards|next|suddenly|slowly begins?|until|before (?:he|she|they|it)\b)", re.IGNORECASE
)
_NEGATED = compile_lazily(r"\b(?:no|not|without|never|nobody|nothing|none)\b|n['’]t\b", re.IGNORECASE)
# Words of a description that say too little to be searched for.
_WEAK = frozenset(
    ("with", "wearing", "woman", "person", "years", "their", "they", "from", "that", "this", "have", "into",
     "over", "under", "looks", "look", "about", "around", "some", "still", "only", "very")
)  # fmt: skip
_STEM = 4  # Letters of a word that are compared, so that its ending may differ.
_RUN, _MOST_RUNS = 5, 2  # A run of this number of words may occur this number of times.


def check_paragraph(text: str, facts: PromptFacts) -> tuple[str, ...]:
    """Return a sentence for each fact of the shot that a prompt leaves out, changes or adds. Empty if the
    prompt agrees with the facts.
    """
    words = text.split()
    if not words:
        return ("it is empty",)
    bare = _strip_quotations(text, facts)
    return tuple(
        dict.fromkeys(
            (
                *find_model_talk(bare),
                *_check_length(words, facts),
                *_check_repetition(bare),
                *_check_language(bare, facts),
                *_check_framing(bare, facts),
                *_check_people(bare, facts),
                *_check_words(bare, facts),
                *_check_still(bare, facts),
                *_check_speech(text, facts),
            )
        )
    )


def _strip_quotations(text: str, facts: PromptFacts) -> str:
    """Return a prompt without its spoken lines and other quoted words."""
    for line in facts.lines:
        text = text.replace(line, " ")
    return QUOTED.sub(" ", text)


def _check_length(words: Sequence[str], facts: PromptFacts) -> Iterator[str]:
    most = min(facts.most or MOST_WORDS, MOST_WORDS)
    if len(words) > most:
        yield f"it has {len(words)} words; at most {most} are allowed"


def _check_repetition(bare: str) -> Iterator[str]:
    sentences = Counter(fold(each) for each in split_sentences(bare) if len(each.split()) > 3)
    words = split_words(bare.casefold())
    runs = Counter(tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))
    if any(count > 1 for count in sentences.values()) or any(count > _MOST_RUNS for count in runs.values()):
        yield "it repeats itself"


def _check_language(bare: str, facts: PromptFacts) -> Iterator[str]:
    names = fold(" ".join(one.name for one in facts.people))
    letters = [letter for letter in bare if letter.isalpha() and letter.casefold() not in names]
    if sum(letter.isascii() for letter in letters) * 10 < len(letters) * 9:
        yield "it is not in English"


def _check_framing(bare: str, facts: PromptFacts) -> Iterator[str]:
    sizes = {re.sub(r"close[- ]?up", "close-up", each.lower()) for each in find_all_words(SIZES, bare)}
    sizes = {re.sub(r"wide[- ](?:view|angle|shot)", "wide shot", each) for each in sizes}
    if not sizes and not find_all_words(OTHER_SIZES, bare):
        yield f"it names no size; the shot is a {facts.size}"
    elif sizes != {facts.size} or find_all_words(OTHER_SIZES, bare):
        found = ", ".join(sorted(sizes | set(find_all_words(OTHER_SIZES, bare))))
        yield f"it is a {found}; the shot is a {facts.size}"
    if facts.angle in _ANGLES:
        if not find_all_words(_ANGLES[facts.angle], bare):
            yield f"it does not say that the camera looks from a {facts.angle} angle"
    elif facts.angle == "eye" and (found_angle := find_all_words(_OTHER_ANGLES, bare)):
        yield f"it has a {found_angle[0].lower()}; the camera is at eye level"
    if not facts.is_still and facts.movement:
        yield from _check_movement(bare, facts.movement)


def _check_movement(bare: str, movement: str) -> Iterator[str]:
    moves = _CAMERA_MOVES.search(bare)
    if movement == "static":
        if moves and not re.search(r"handheld|hand-held", bare, re.IGNORECASE):
            yield f"it says “{moves[0]}”; the camera is static"
        elif not moves and not _STILL_CAMERA.search(bare):
            yield "it does not say that the camera is static"
        return
    kind, _, direction = movement.partition(" ")
    verb = _MOVES.get(movement, _MOVES.get(kind, kind))
    # Generic verbs such as “move” count only in a clause about the camera.
    clauses = re.split(r"[.;!?]", re.sub(SIZES, " ", bare, flags=re.IGNORECASE))
    about = [each for each in clauses if "camera" in each.casefold()] or clauses
    named = [each for each in about if find_all_words(rf"(?:{verb})", each)]
    if not named:
        yield f"it does not name the camera movement ({movement})"
    elif direction in _OPPOSITES and not any(
        find_all_words(rf"{direction}(?:wards?)?", each) for each in named
    ):
        yield f"it does not name the direction of the camera movement ({movement})"


def _check_people(bare: str, facts: PromptFacts) -> Iterator[str]:
    for one in facts.people:
        if not _has_name(bare, one.name):
            yield f"{one.name} is missing"
        elif facts.is_english:
            for trait in one.look:
                if not _shares_stems(trait, bare):
                    yield f"it does not say of {one.name}: {trait}"
    action = fold(facts.action)
    present = [fold(name) for name in (*(one.name for one in facts.people), *facts.heard)]
    for name in facts.absent:
        known = has_phrase(action, fold(name)) or any(has_phrase(one, fold(name)) for one in present)
        if not known and name[:1].isupper() and _has_capitalized_name(bare, name):
            yield f"{name} is not in this shot"
    if not facts.is_english:
        return
    looks = [f"{one.name} {' '.join(one.look)}" for one in facts.people]
    told = list_content_stems(" ".join((facts.action, facts.place, *looks, *facts.user_words)))
    for match in _STRANGERS.finditer(bare):
        word = (match[1] or match[2]).casefold()
        if word[:_STEM] in told or (word in _SEVERAL and len(facts.people) > 1):
            continue
        # A second person with the same look is “another man in scrubs”.
        if match[0].casefold().startswith("another") and len(facts.people) > 1:
            continue
        yield f"it names “{match[0]}”, who is not in the facts"


def _check_words(bare: str, facts: PromptFacts) -> Iterator[str]:
    """Yield the faults of the place, the time, the action, the user's words and the numbers of a prompt."""
    if _MARKS.search(bare):
        yield "it has marks of the script"
    if _WE_SEE.search(bare):
        yield "it says “we see”"
    folded = fold(bare)
    for text in facts.user_words:
        if fold(text).strip(" .") not in folded:
            yield f"it leaves out words that the user set: {text}"
    extra = sorted(list_numbers(bare) - list_numbers(facts.known_text))
    if extra and facts.known_text:
        yield f"no fact has the number {extra[0]}"
    yield from _check_time(bare, facts)
    if not facts.is_english:
        return
    if facts.place and not _shares_stems(facts.place, bare, shortest=3):
        yield f"it does not name the place ({facts.place})"
    action, found = list_content_stems(facts.action), list_content_stems(bare)
    action -= {stem for one in facts.people for stem in list_content_stems(one.name)}
    if len(action) > 2 and len(action & found) * 4 < len(action):
        yield f"it does not describe the action: {facts.action}"


def _check_time(bare: str, facts: PromptFacts) -> Iterator[str]:
    time_of_day, action = facts.time_of_day, fold(facts.action)
    for time, words, others in _TIMES:
        if not find_all_words(time, time_of_day):
            continue
        # The action may have such a word: “the morning paper”.
        if found := [word for word in find_all_words(others, bare) if not has_phrase(action, fold(word))]:
            yield f"it says “{found[0]}”; the time is {time_of_day.lower()}"
        elif not find_all_words(words, bare):
            yield f"it does not name the time ({time_of_day.lower()})"
        return


def _check_still(bare: str, facts: PromptFacts) -> Iterator[str]:
    if not facts.is_still:
        return
    if _SEQUENCE.search(bare):
        yield "it describes one event after another; a still has one moment"
    if _CAMERA_MOVES.search(bare):
        yield "its camera moves; a still has no movement"
    told = fold(" ".join((facts.action, *(trait for one in facts.people for trait in one.look))))
    for negated in _NEGATED.finditer(bare):
        if not has_phrase(told, fold(negated[0])):
            yield f"it says “{negated[0]}”; models draw what is named"
            return


def _check_speech(text: str, facts: PromptFacts) -> Iterator[str]:
    """Yield a fault if the quoted words of a prompt are not the lines of the shot, letter for letter, each
    once and in their order. Words that are written in the picture may be quoted too.
    """
    rest = text
    at = 0
    for line in facts.lines:
        wanted = _keep_letters(line)
        if not wanted:
            continue
        found = text.find(line.strip(), at)
        if found >= 0:
            at = found + len(line.strip())
            rest = rest.replace(line.strip(), " ", 1)
            continue
        if not _is_spoken_in_pieces(text, wanted):
            yield f"it changes or leaves out the speech “{line}”"
            return
        rest = ""
    written = _keep_letters(" ".join((facts.caption, facts.action, *facts.user_words))).casefold()
    for quoted in QUOTED.findall(rest):
        letters = _keep_letters(quoted).casefold()
        if letters and letters not in written:
            yield f"it has words that nobody says: {quoted}"
            return


def _is_spoken_in_pieces(text: str, wanted: str) -> bool:
    """Return True if a speech is quoted in pieces: “It is late,” says Mara. “We leave.”"""
    return wanted in "".join(map(_keep_letters, QUOTED.findall(text)))


def _has_name(text: str, name: str) -> bool:
    return has_phrase(fold(text), fold(name))


def _has_capitalized_name(text: str, name: str) -> bool:
    """Return True if a text has a name as a name, so that “May” is not found in “she may go”."""
    return re.search(rf"\b{re.escape(name)}\b", text) is not None or (" " in name and _has_name(text, name))


def _shares_stems(phrase: str, text: str, shortest: int = _STEM) -> bool:
    """Return True if a text has the numbers of a phrase and at least half of its longer words."""
    wanted = list_content_stems(phrase, shortest)
    return list_numbers(phrase) <= list_numbers(text) and (
        2 * len(wanted & list_content_stems(text, shortest)) >= len(wanted)
    )


def list_content_stems(text: str, shortest: int = _STEM) -> set[str]:
    """Return the beginnings of the longer words of a text. Numbers are left out."""
    words = split_words(fold_accents(text))
    return {
        word[:_STEM]
        for word in words
        if len(word) >= shortest and word not in _WEAK and not list_numbers(word)
    }


def _keep_letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
