"""The action of a shot in the style of a caption: complete sentences, people by name, only visible facts.
Pure functions.

Scripts use fragments (“Her palm: a coin.”, “Jun.”) and pronouns that refer to the page before, while a model
receives one shot alone. The script's content is preserved and only put into sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.contract.meaning import MeantSubject, ShotMeaning
from milimo_tui.engines.prompting.feeling_words import replace_feelings
from milimo_tui.engines.prompting.figures import replace_figures
from milimo_tui.engines.prompting.framing_words import strip_framing_words
from milimo_tui.engines.prompting.one_moment import SENTENCE_BREAKS, reduce_to_one_moment
from milimo_tui.engines.prompting.person_words import get_pronouns
from milimo_tui.engines.prompting.place_names import phrase_place_and_part
from milimo_tui.engines.prompting.place_words import is_outside
from milimo_tui.engines.prompting.script_marks import (
    capitalize_sentences,
    make_sentence,
    strip_camera_opening,
    strip_script_marks,
)
from milimo_tui.story.looks.look_words import GARMENT

_DETERMINED = (
    r"(?:the|an?|his|her|their|its|this|that|one|two"
    r"|(?!(?:he|she|it|that|this|there|here|what|who)['’]s\b)[\w’']+['’]s)"
)
_PART = (
    r"(?:hands?|palms?|fists?|fingers?|knuckles|wrists?|arms?|foot|feet|boots?|shoes?|legs?|knees?|back|neck)"
)
_BODY_PART = compile_lazily(rf"^{_DETERMINED} (?:\w+ )?{_PART}(?!\w)", re.IGNORECASE)
_SCRAP = compile_lazily(
    rf"^{_DETERMINED}(?: [\w'’-]+){{0,1}} [\w'’-]*[^\W_s][.…]$|^{_DETERMINED} [\w'’-]+[.…]$", re.I
)
_COUNTED = compile_lazily(
    r"^(?=.*(?:,| and ))(?:(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|dozens of|a few"
    r"|some|many|rows of) (?:[\w'’-]+ ){0,2}[\w'’-]+(?:, (?:and )?|[.…]$| and ))+$",
    re.IGNORECASE,
)
_SHOWN = compile_lazily(rf"^({_DETERMINED}(?: [\w'’-]+){{1,3}}): (?=[a-z])", re.IGNORECASE)
_HOLDERS = compile_lazily(r"(?:palm|hand|fist|fingers)s?$", re.IGNORECASE)
_FALLING = {
    "rain": "falls",
    "snow": "falls",
    "dust": "hangs",
    "fog": "hangs",
    "mist": "hangs",
    "smoke": "drifts",
    "haze": "hangs",
    "steam": "rises",
    "light": "falls",
}
_HANGING = compile_lazily(
    rf"^({'|'.join(_FALLING)})(?: (?:falling|hanging|drifting|pouring|rising))?"
    r"(?:[.…]$| (over|on|in|under|against|at|through|behind|between|across)\b)",
    re.IGNORECASE,
)
_LIKE = compile_lazily(
    r"^(sun|sunlight|rain|wind|snow|heat|cold|light)(?: comes down)? like [^,.;]+\.$", re.IGNORECASE
)
_WEATHER = {
    "sun": "Harsh sunlight falls over everything.",
    "sunlight": "Harsh sunlight falls over everything.",
    "heat": "The air shimmers with heat.",
    "rain": "Rain falls hard.",
    "snow": "Snow falls thickly.",
    "wind": "A strong wind blows.",
    "cold": "Frost covers the surfaces.",
    "light": "Strong light falls over everything.",
}
_ALONE = compile_lazily(
    r"^((?:The|An?|[A-Z][\w’']+)(?: [\w'’-]+){0,2}?) (alone|still|empty|asleep|deserted)\b(?! \w+s\b)"
)
_LYING = compile_lazily(
    rf"^((?:across|on|in|under|behind|beside|over|above|around|at|between|inside|through) {_DETERMINED}"
    r"(?: [\w'’-]+){1,3}), ((?:an?|one|two|three|no|some|rows of|the) (?:[\w'’-]+ ){0,4}[\w'’-]+[.…])$",
    re.IGNORECASE,
)
_ACROSS = compile_lazily(r"^(?:pan(?:s|ning)?|track(?:s|ing)?) (?:across|along|over|past)\s+", re.IGNORECASE)
_REVEALS = compile_lazily(
    r"^(?:pull(?:s|ing)? (?:back|out)|pan|tilt)(?: \w+)? to reveal\s+([^.,;:]+)", re.IGNORECASE
)
_HEARD_ONLY = compile_lazily(
    r"\b(?:quiet|silence|hears?|heard|sounds?|noise|echoes|beeps|rings|ticks|hums)\b", re.IGNORECASE
)
_ON = compile_lazily(
    r"^(?:(?:close|angle|wide|tight|back)(?: up)? on|(?-i:ON|INSERT))\s*[:–—-]?\s+(?!.*:)", re.IGNORECASE
)
_INDEFINITE = compile_lazily(
    r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|some|many)\b", re.IGNORECASE
)
_SOUNDS = compile_lazily(
    r"\b(?:knock|sound|scream|voice|crash|bang|siren|bell|footsteps|thunder|laughter|music|shout|thud)s?$",
    re.IGNORECASE,
)
_BEAT = compile_lazily(
    r"^(?:an? |another |the |one |long |short |brief )*(?:beat|pause|moment)[.…]$", re.IGNORECASE
)
_THAT_IS = compile_lazily(r"^(?:that|this|it) (?:is|was)\b", re.IGNORECASE)
_POV = compile_lazily(r"^(?:[\w’']+ ){0,2}(?:pov|point of view)[.…]?$", re.IGNORECASE)
_AS_THEY = compile_lazily(r"^([\w’' ]+?),? as (?:he|she|they|it) ")
_GONE = compile_lazily(r"^No [\w'’]+(?: now| here| yet| more)?[.…]$", re.IGNORECASE)
_AT_ONE = compile_lazily(
    rf"^{_DETERMINED} [\w'’-]+ (?:in|on|under|at|behind|beside|over|above|of|with|between|inside)"
    r"(?: [\w'’-]+){1,3}[.…]$",
    re.IGNORECASE,
)
_SIGHTS = compile_lazily(
    r"^(?!(?:he|she|they|it|we|i|below|above|behind|outside|inside|beside|beneath|then|now|suddenly|here|there"
    r"|again|finally)\b)[\w'’-]+(?: [\w'’-]+)?(?<!s)(?<!ing)(?<!ed)"
    r"(?:, (?:the|an?|one|two|some) (?:(?:first|last|second|old|new|white|black|grey|low|distant|far|bare) )?"
    r"[\w'’-]+)+[.…]$",
    re.IGNORECASE,
)
_SPEAKS_TO = compile_lazily(r"^(.+?) speaks to (.+?)\.$")
_SPEAKS = compile_lazily(r"^(.+?) (?:speaks|speak at once|speaks on the screen)\.$")
_SILENT = compile_lazily(r"^(.+?)(?:, silent, lips closed| in silence)\.$")
_UNSEEING = compile_lazily(
    r"\beyes (?:are )?(?:shut|closed)\b|\b(?:closed|shut) eyes\b|\bblindfold", re.IGNORECASE
)
_STILL_PLACE = compile_lazily(r"^.+ lies before us\.$")
_LISTENS = compile_lazily(r"^(.+?) listens\.$")
_PRONOUN = compile_lazily(r"\b(he|she|him|his|her|hers)\b", re.IGNORECASE)
# “Her” before one of these words is an object (“hands her a coin”), not a possessive (“her coin”).
_AFTER_HER = compile_lazily(
    r"(?:$|[.,;:!?…—–]|(?:and|or|but|to|in|on|at|from|with|by|as|up|down|away|off|out|over|into|back|through"
    r"|again|then|for|while|until|before|after|the|a|an)\b)",
    re.IGNORECASE,
)


def describe_action(meaning: ShotMeaning, *, still: bool = False) -> str:
    """Return the action of a shot in prose. For a still, return the action of a single moment, without speech
    and without events that are only heard.
    """
    raw = strip_script_marks(meaning.action, (*meaning.names, *(one.name for one in meaning.people)))
    raw = _strip_introductions(raw, meaning.people)
    planned = _describe_planned_action(raw, meaning, still=still)
    if planned:
        return planned
    sentences = (_rewrite_sentence(each, meaning, still=still) for each in SENTENCE_BREAKS.split(raw))
    text = " ".join(filter(None, sentences))
    text = make_sentence(replace_feelings(_replace_unclear_pronouns(text, meaning.people)))
    text = capitalize_sentences(text)
    return reduce_to_one_moment(text, meaning.people) if still else text


def find_featured_body_part(meaning: ShotMeaning) -> str:
    """Return the body part that fills the frame, such as `hand`. Empty if the frame does not show only a body
    part.
    """
    if meaning.size not in ("CU", "ECU") and meaning.function != "insert":
        return ""
    text = strip_framing_words(strip_camera_opening(strip_script_marks(meaning.action)))
    found = _BODY_PART.match(text)
    return found[0].split()[-1].lower() if found else ""


def _describe_planned_action(text: str, meaning: ShotMeaning, *, still: bool) -> str:
    """Return the visible action for a short phrase that shot planning wrote, such as “Mara speaks”. Empty if
    the text comes from the script.
    """
    by_name = {one.name: one for one in meaning.people}
    if found := _SPEAKS_TO.match(text):
        return _describe_talk(found[1], found[2], by_name, still=still)
    if found := _SPEAKS.match(text):
        verb_phrase = "is in mid-sentence, lips parted" if still else "speaks"
        many = " and " in found[1]
        if many:
            verb_phrase = "are in mid-sentence, lips parted" if still else "speak at the same time"
        on_screen = ", on a screen in the room" if "on the screen" in text else ", looking a little aside"
        if _has_closed_eyes(found[1], by_name) and "on the screen" not in text:
            # The description of the person already says that the eyes are closed, so the sentence does not
            # say where the person looks.
            on_screen = ""
        return f"{found[1]} {verb_phrase}{'' if many else on_screen}."
    if found := _SILENT.match(text):
        many = " and " in found[1]
        if _has_closed_eyes(found[1], by_name):
            return f"{found[1]} is silent, lips closed."
        return (
            f"{found[1]} {'are' if many else 'is'} silent, lips closed, looking ahead."
            if not still
            else f"{found[1]} {'look' if many else 'looks'} ahead, lips closed."
        )
    if found := _LISTENS.match(text):
        one = by_name.get(found[1])
        head = get_pronouns(one)[2] if one else "their"
        return f"{found[1]} {'is still' if still else 'listens'}, {head} head tilted slightly, lips closed."
    if _STILL_PLACE.match(text):
        place = phrase_place_and_part(meaning.place, meaning.part, outside=is_outside(meaning))
        return make_sentence(f"{place or 'the place'} lies still")
    return ""


def _has_closed_eyes(name: str, people: dict[str, MeantSubject]) -> bool:
    """Return True if a person's description says that the eyes are closed or covered."""
    return name in people and _UNSEEING.search(people[name].visible) is not None


def _describe_talk(speaker: str, listener: str, people: dict[str, MeantSubject], *, still: bool) -> str:
    many = " and " in speaker
    verb = "are" if many else "is"
    if listener in people:
        face = "face" if many else "faces"
        return f"{speaker} {face} {listener}, {'lips parted in mid-sentence' if still else 'speaking'}."
    if _has_closed_eyes(speaker, people):
        return f"{speaker} {'is in mid-sentence, lips parted' if still else 'speaks'}."
    if still:
        return f"{speaker} {verb} in mid-sentence, lips parted, looking past the edge of the frame."
    return (
        f"{speaker} {'speak' if many else 'speaks'}, looking past the camera at {listener}, "
        "who is out of the frame."
    )


def _rewrite_sentence(text: str, meaning: ShotMeaning, *, still: bool) -> str:
    """Return a sentence of the script as a caption sentence. Empty if the sentence has no visible content."""
    looked_at = _ON.match(text) is not None
    text = strip_framing_words(strip_camera_opening(text)).strip()
    text = text[:1].upper() + text[1:]
    text = make_sentence(text)
    bare = text.rstrip(".…").casefold()
    names = {one.name.casefold() for one in meaning.people}
    place = {meaning.place.casefold(), meaning.part.casefold()} - {""}
    if not bare or bare in names or bare.removeprefix("the ") in place:
        return ""
    if _GONE.match(text) or _BEAT.match(text) or _POV.match(text):
        return ""
    if still and _SOUNDS.search(bare):
        return ""
    facts = replace_figures(
        _describe_camera_target(text, meaning) if looked_at else complete_fragment(text, meaning, still=still)
    )
    # A sound may be named in the script's sentence or only in the rewritten sentence: a monitor that “counts”
    # beeps.
    match = _HEARD_ONLY.search(text) or _HEARD_ONLY.search(facts)
    if still and match and not any(name in text.casefold() for name in names):
        return ""
    return make_sentence(facts)


def _describe_camera_target(text: str, meaning: ShotMeaning) -> str:
    """Return a sentence about the target of a camera instruction (CLOSE ON, WIDE ON): a thing that is in
    view, or a person with their action.
    """
    match = _AS_THEY.match(text)
    if match and any(one.name == match[1] for one in meaning.people):
        return f"{match[1]} {text[match.end() :]}"
    return _say_in_view(text.rstrip(".…"), meaning)


def _say_in_view(subject: str, meaning: ShotMeaning) -> str:
    noun = re.split(r",| (?:in|on|under|at|behind|that|who|which|of|with|as)\b", subject)[0]
    if _SOUNDS.search(noun):
        return f"{subject} {'are' if _is_plural_phrase(noun) else 'is'} heard."
    many = any(map(_is_plural_phrase, noun.split()[1:])) or _is_plural_phrase(noun)
    if meaning.size in ("CU", "ECU", "MCU"):
        return f"{subject} {'fill' if many else 'fills'} the frame."
    if not _INDEFINITE.match(subject):
        return f"{subject} {'are' if many else 'is'} in view."
    return f"There {'are' if many else 'is'} {subject[:1].lower()}{subject[1:]}."


def complete_fragment(text: str, meaning: ShotMeaning, *, still: bool) -> str:
    """Return a fragment of the script as a sentence, with the missing verb added. A complete sentence stays
    unchanged.
    """
    if found := _REVEALS.match(text):
        revealed = found[1].rstrip()
        many = _is_plural_phrase(revealed)
        verb = (
            ("are seen" if many else "is seen") if still else "come into view" if many else "comes into view"
        )
        return f"{revealed} {verb}{text[found.end() :]}"
    if found := _ACROSS.match(text):
        passed = _replace_last_comma(text[found.end() :].rstrip("."))
        return f"In the frame are {passed}." if still else f"The view passes {passed}."
    if found := _SHOWN.match(text):
        verb = "hold" if _HOLDERS.search(found[1]) else "show"
        return f"{found[1]} {verb}{'' if _is_plural_phrase(found[1]) else 's'} {text[found.end() :]}"
    if found := _HANGING.match(text):
        where = f" {text[found.start(2) :]}" if found[2] else "."
        return f"{found[1]} {_FALLING[found[1].lower()]}{where}"
    if found := _LIKE.match(text):
        return _WEATHER[found[1].lower()]
    if found := _LYING.match(text):
        return f"{found[1]} {'are' if _is_plural_phrase(found[2].rstrip('.…')) else 'is'} {found[2]}"
    if _COUNTED.match(text):
        return (
            f"There {'is' if re.match(r'(?:an?|one) ', text, re.I) else 'are'} "
            f"{_replace_last_comma(text.rstrip('.'))}."
        )
    if (_SCRAP.match(text) and not _THAT_IS.match(text)) or _AT_ONE.match(text):
        return _say_in_view(text.rstrip(".…"), meaning)
    if _SIGHTS.match(text):
        return f"In view are {_replace_last_comma(text.rstrip('.…'))}."
    if (found := _ALONE.match(text)) and not re.search(r"\b(?:is|are|was|were)$", found[1]):
        return f"{found[1]} {'are' if _is_plural_phrase(found[1]) else 'is'} {found[2]}{text[found.end() :]}"
    return text


def _is_plural_phrase(words: str) -> bool:
    last = words.split()[-1] if words else ""
    return (last.endswith("s") and not last.endswith(("ss", "us"))) or last in ("feet", "teeth", "people")


def _strip_introductions(text: str, people: Sequence[MeantSubject]) -> str:
    """Return a text without the descriptions that follow names (“Mara, grey braid, …”), because a prompt
    describes each person only once.
    """
    for one in people:
        known = set(re.findall(r"\w{2,}", one.visible.lower()))
        found = (
            re.search(rf"\b{re.escape(one.name)}\b(?: [A-Z]\w+)?((?:, [^,.;:!?]+)+)", text) if known else None
        )
        if found is None:
            continue
        pieces = found[1].removeprefix(", ").split(", ")
        kept = list(pieces)
        while kept and (_repeats_description(kept[0], known) or _is_clothing_only(kept[0])):
            kept.pop(0)
        if len(kept) < len(pieces):
            acts = kept and kept[0].split()[0].endswith("s")
            rest = f"{'' if acts else ','} {', '.join(kept)}" if kept else ""
            text = f"{text[: found.start(1)]}{rest}{text[found.end(1) :]}"
            text = re.sub(r",(?=[.;:!?])", "", text)
    return text


def _is_clothing_only(piece: str) -> bool:
    """Return True if a piece names only clothes, such as `gumboots`, and no action."""
    return len(piece.split()) < 3 and bool(GARMENT.search(piece.split()[-1]))


def _repeats_description(piece: str, known: set[str]) -> bool:
    words = set(re.findall(r"\w{2,}", piece.lower())) - {
        "the",
        "an",
        "his",
        "her",
        "years",
        "old",
        "and",
        "in",
    }
    return len(words & known) * 3 >= len(words) * 2


def _replace_last_comma(listed: str) -> str:
    """Return a list with `and` in place of its last comma: `eight stools and one lamp`."""
    head, comma, last = listed.rpartition(", ")
    text = f"{head} and {last.removeprefix('and ')}" if comma else listed
    return text[:1].lower() + text[1:]


def _replace_unclear_pronouns(text: str, people: Sequence[MeantSubject]) -> str:
    """Return a text in which the first pronoun is replaced by the name of the person, if no name comes before
    the pronoun. The pronoun stays if it could mean several people.
    """
    for gender in ("he", "she"):
        of_it = [one for one in people if one.gender == gender]
        if not of_it:
            continue
        # If there are two women, the pronoun means the woman whose name is not in the text: “She laughs. Ilse
        # looks away.”
        unnamed = [one for one in of_it if not re.search(rf"\b{re.escape(one.name)}\b", text)]
        chosen = of_it[0] if len(of_it) == 1 else unnamed[0] if len(unnamed) == 1 else None
        first = next((found for found in _PRONOUN.finditer(text) if _has_gender(found[1], gender)), None)
        if chosen is None or first is None:
            continue
        if any((at := text.find(one.name)) >= 0 and at < first.start() for one in of_it):
            continue
        if kin := re.match(rf" [a-z-]+(?: [a-z-]+)?, (?={re.escape(chosen.name)}\b)", text[first.end() :]):
            # In “His father, Don Eugenio, strops a razor.” the pronoun cannot mean Don Eugenio, so “His
            # father,” is removed.
            text = text[: first.start()] + text[first.end() + kin.end() :]
            continue
        text = _replace_pronoun(text, first, chosen.name)
    return text


def _has_gender(pronoun: str, gender: str) -> bool:
    return pronoun.lower() in (("he", "him", "his") if gender == "he" else ("she", "her", "hers"))


def _replace_pronoun(text: str, found: re.Match[str], name: str) -> str:
    word, rest = found[1].lower(), text[found.end() :].lstrip()
    owns = word in ("his", "hers") or (word == "her" and not _AFTER_HER.match(rest))
    return f"{text[: found.start()]}{name}{'’s' if owns else ''}{text[found.end() :]}"
