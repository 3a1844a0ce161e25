"""Comparison of a prompt that a language model wrote with the facts of its shot. Pure functions.

The words of the script are searched for in the prompt. For a script in another language than English only
names, numbers, framing and speech are compared, because prompts are written in English.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from milimo_tui.core.format import add_indefinite_article
from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.prompting.measures import (
    OTHER_SIZES,
    SIZES,
    find_all_words,
    list_content_stems,
    shares_half_of_words,
)
from milimo_tui.engines.prompting.model_talk import find_model_talk
from milimo_tui.engines.prompting.paragraph_people import check_people
from milimo_tui.engines.prompting.paragraph_speech import compare_speech
from milimo_tui.engines.specs.text_specs import PromptFacts
from milimo_tui.story.breakdown.quotes import list_numbers
from milimo_tui.story.values.text import fold, has_phrase, split_sentences, split_words

# The largest number of words of a prompt, even if the guide of the model family allows more.
MOST_WORDS = 220
_MARKS = compile_lazily(
    r"\*\w|\w\*|`|\[|\]|\b(?:INT|EXT)\.|^#|\b(?:CUT TO|FADE (?:IN|OUT)|SMASH CUT)\b"
    r"|\((?:CONT['’]D|O\.?S\.?|V\.?O\.?|(?i:beat|pause|silence|continuing|sotto|aside|off[- ]?screen|\w+ly"
    r"|(?:in)?to (?:the |him|her)?\w*))\)",
    re.MULTILINE,
)
_LIST = compile_lazily(r"^\s*(?:-|\d+[.)])\s|(?:^|\s)[*•]\s", re.MULTILINE)
_WE_SEE = compile_lazily(
    r"\bwe (?:can )?(?:see|hear|pan|tilt|open|cut|move|push|pull|follow|find|notice)\b", re.IGNORECASE
)
_STILL_CAMERA = compile_lazily(
    r"\b(?:static|locked(?:[- ]off)?|fixed|stationary|motionless|unmoving|still camera|hand-?held)\b"
    r"|\b(?:camera|frame|shot) (?:is|stays|holds|remains|keeps|stands) (?:completely |perfectly )?still\b"
    r"|\bcamera does not move\b",
    re.IGNORECASE,
)
# A movement that follows a camera at rest: “the camera is static, then it pans left”.
_LATER_MOVES = compile_lazily(
    r"\bcamera\b[^.;!?]{0,80}\b(?:then|and|but|before)(?: then)?(?: it)?(?: slowly| gently| suddenly)?"
    r" (?:pans?|panning|tilts? (?:up|down)|zooms?|zooming|dollies|cranes|push(?:es)? in|pulls? (?:back|out)"
    r"|moves (?:in|back|closer|left|right|up|down|towards?))\b",
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
    "crane": r"(?:cran|ris|ros|lower|descend|lift|sink|boom)\w*",
    "zoom": r"zoom\w*",
    "arc": r"(?:arc|orbit|circl|move)\w*",
    "rack": r"(?:rack|focus)\w*",
}
# Verbs that name a direction without an adverb: the camera rises.
_DIRECTED = {"up": r"(?:ris|ros|lift|ascend|climb)\w*", "down": r"(?:descend|lower|sink|drop)\w*"}
_OPPOSITES = {"left": "right", "right": "left", "up": "down", "down": "up"}
_CONTRARY = _OPPOSITES | {"in": "(?:out|back|away)", "out": "(?:in|closer)"}
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
_SEQUENCE = compile_lazily(
    r"\b(?:then|afterwards|next|suddenly|slowly begins?|until|before (?:he|she|they|it)\b)", re.IGNORECASE
)
_NEGATED = compile_lazily(r"\b(?:no|not|without|never|nobody|nothing|none)\b|n['’]t\b", re.IGNORECASE)
# The most frequent English words. A seventh of the words of a longer English text is among them.
_ENGLISH = frozenset(
    ("the", "a", "an", "of", "in", "and", "with", "at", "on", "is", "to", "as", "his", "her", "by", "from",
     "he", "she", "it", "are", "while", "for", "who", "up", "out")
)  # fmt: skip
_FEW_WORDS = 20
_RUN, _MOST_RUNS = 5, 2  # A run of this number of words may occur this number of times.


def check_paragraph(text: str, facts: PromptFacts) -> tuple[str, ...]:
    """Return a sentence for each fact of the shot that a prompt leaves out, changes or adds. Empty if the
    prompt agrees with the facts.
    """
    words = text.split()
    if not words:
        return ("it is empty",)
    written = " ".join((facts.caption, facts.action, *facts.user_words))
    speech = compare_speech(text, facts.lines, written)
    bare = speech.bare
    return tuple(
        dict.fromkeys(
            (
                *find_model_talk(bare),
                *_check_length(words, facts),
                *_check_repetition(bare),
                *_check_language(bare, facts),
                *_check_framing(bare, facts),
                *check_people(bare, text, facts),
                *_check_words(bare, facts),
                *_check_still(bare, facts),
                *speech.faults,
            )
        )
    )


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
    words = split_words(bare.casefold())
    english = sum(word in _ENGLISH for word in words)
    if sum(letter.isascii() for letter in letters) * 10 < len(letters) * 9 or (
        len(words) > _FEW_WORDS and english * 7 < len(words)
    ):
        yield "it is not in English"


def _check_framing(bare: str, facts: PromptFacts) -> Iterator[str]:
    sizes = set(map(_name_size, find_all_words(SIZES, bare)))
    if not sizes and not find_all_words(OTHER_SIZES, bare):
        yield f"it names no size; the shot is {add_indefinite_article(facts.size)}"
    elif sizes != {facts.size} or find_all_words(OTHER_SIZES, bare):
        found = ", ".join(sorted(sizes | set(find_all_words(OTHER_SIZES, bare))))
        yield (f"it is {add_indefinite_article(found)}; the shot is {add_indefinite_article(facts.size)}")
    if facts.angle in _ANGLES:
        if not find_all_words(_ANGLES[facts.angle], bare):
            angle = add_indefinite_article(facts.angle)
            yield f"it does not say that the camera looks from {angle} angle"
    elif facts.angle == "eye" and (found_angle := find_all_words(_OTHER_ANGLES, bare)):
        yield f"it has {add_indefinite_article(found_angle[0].lower())}; the camera is at eye level"
    if not facts.is_still and facts.movement:
        yield from _check_movement(bare, facts.movement)


def _name_size(words: str) -> str:
    """Return the size that words such as `Wide view` or `mid-shot` name, as captions write it."""
    name = re.sub(r"close[- ]?up", "close-up", words.lower())
    name = re.sub(r"wide[- ](?:view|angle|shot)", "wide shot", name)
    name = re.sub(r"mid(?:dle)?[- ]?shot|medium[- ]?shot", "medium shot", name)
    return re.sub(r"^(extreme|medium)-", r"\1 ", name)


def _check_movement(bare: str, movement: str) -> Iterator[str]:
    moves = _CAMERA_MOVES.search(bare) or _LATER_MOVES.search(bare)
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
    elif direction in _CONTRARY and any(
        find_all_words(rf"(?:{verb})\W+(?:\w+ly\W+)?(?:to the )?{_CONTRARY[direction]}", each)
        for each in named
    ):
        yield f"it changes the direction of the camera movement ({movement})"
    elif direction in _OPPOSITES and not any(
        find_all_words(rf"{direction}(?:wards?)?|{_DIRECTED.get(direction, direction)}", each)
        for each in named
    ):
        yield f"it does not name the direction of the camera movement ({movement})"


def _check_words(bare: str, facts: PromptFacts) -> Iterator[str]:
    """Yield the faults of the place, the time, the action, the user's words and the numbers of a prompt."""
    if _MARKS.search(bare):
        yield "it has marks of the script"
    if _LIST.search(bare):
        yield "it is a list and not a paragraph"
    if _WE_SEE.search(bare):
        yield "it says “we see” or “we pan”"
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
    if facts.place and not shares_half_of_words(facts.place, bare, shortest=3):
        yield f"it does not name the place ({facts.place})"
    yield from _check_action(bare, facts)


def _check_action(bare: str, facts: PromptFacts) -> Iterator[str]:
    """Yield a fault if a prompt has too few words of its action, or most words of another shot's action."""
    names = {stem for one in facts.people for stem in list_content_stems(one.name)}
    action, found = list_content_stems(facts.action) - names, list_content_stems(bare)
    if len(action) > 2 and len(action & found) * 3 < len(action):
        yield f"it does not describe the action: {facts.action}"
    known = list_content_stems(" ".join((*facts.user_words, facts.caption, facts.place, *_list_looks(facts))))
    for other in facts.other_actions:
        # A small model repeats the prompt of a neighbouring shot.
        alone = list_content_stems(other) - names - action - known
        if len(alone) > 2 and len(alone & found) * 3 > len(alone) * 2:
            yield f"it describes the action of another shot: {other}"
            return


def _list_looks(facts: PromptFacts) -> Iterator[str]:
    for one in facts.people:
        yield from one.look


def _check_time(bare: str, facts: PromptFacts) -> Iterator[str]:
    # Without an addition such as (FLASHBACK).
    time_of_day, action = facts.time_of_day.partition(" (")[0], fold(facts.action)
    for time, words, others in _TIMES:
        if not find_all_words(time, time_of_day):
            continue
        # The action may have such a word: “the morning paper”.
        if found := [word for word in find_all_words(others, bare) if not has_phrase(action, fold(word))]:
            yield f"it says “{found[0]}”; the time is {time_of_day.lower()}"
        elif not find_all_words(words, bare):
            yield f"it does not name the time: {time_of_day.lower()}"
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
