"""Elements: found in the screenplay, matched to shots, and put into prompts by their trigger words.

Everything matches at word bounds, without case, in canonical Unicode; a trigger is always the longest that
fits, and nothing that was put in is searched again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from unicodedata import normalize

from milimo_tui.core.errors import BadInput
from milimo_tui.story.elements.introductions import introductions
from milimo_tui.story.elements.place_names_found import places_of
from milimo_tui.story.elements.place_tree import named, place_in, upwards, where
from milimo_tui.story.elements.things_found import things_found
from milimo_tui.story.reading.moment import ReadScene
from milimo_tui.story.reading.people import people_of
from milimo_tui.story.screenplay.cast import cast_of
from milimo_tui.story.screenplay.screenplay import Kind, Screenplay
from milimo_tui.story.values.film import Element, ElementKind, Scene, Shot
from milimo_tui.story.values.text import display_name, fold, words

NewId = Callable[[str], str]

MIN_CONFIDENCE = 0.4
IN_ITS_PLACE = 0.8  # of a place in which a shot plays, whatever its heading says
_LETTERS = re.compile(r"[^\W_]+")
_TRIGGER = re.compile(r"@[\w-]{1,60}")
# Words too common to say that a description and a shot speak of the same thing.
_COMMON = frozenset(
    {
        "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "has", "have", "he", "her", "his",
        "in", "into", "is", "it", "its", "of", "on", "or", "she", "that", "the", "their", "them", "they",
        "this", "to", "was", "with", "who", "whose", "very", "old", "young", "one", "two",
    }
)  # fmt: skip
# Names of parts that anybody could play.
_EXTRAS = frozenset(
    [
        "all",
        "audience",
        "bartender",
        "boy",
        "bystander",
        "clerk",
        "conductor",
        "cop",
        "crowd",
        "customer",
        "driver",
        "everybody",
        "everyone",
        "extra",
        "fan",
        "girl",
        "guard",
        "guest",
        "kid",
        "male",
        "female",
        "man",
        "men",
        "nurse",
        "officer",
        "operator",
        "passenger",
        "passerby",
        "police",
        "policeman",
        "reporter",
        "soldier",
        "student",
        "teller",
        "tv",
        "radio",
        "voice",
        "waiter",
        "waitress",
        "woman",
        "women",
        "worker",
        "announcer",
    ]
)
_UNCOUNTED = frozenset(
    {"a", "an", "the", "first", "second", "third", "another", "other", "one", "two", "three"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementDraft:
    """A character or a location as the screenplay has it, with a trigger that is unique among the drafts.

    `description` is how the script introduces a character, empty when it does not.
    """

    kind: ElementKind
    name: str
    trigger: str
    description: str = ""
    aliases: tuple[str, ...] = ()
    gender: str = ""
    extra: bool = False
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """An element that a shot is about: confidence from 0.4 to 1, and the signal that gave it."""

    element: Element
    confidence: float
    source: str


# ------------------------------------------------------------------ finding


def find(screenplay: Screenplay, read: Sequence[ReadScene]) -> tuple[ElementDraft, ...]:
    """Characters from cues, locations from headings, objects from the action, each once, in order of
    appearance; `read` are the scenes as they were read.
    """
    cast = cast_of(screenplay)
    known = people_of(screenplay, cast)
    aliases: dict[str, dict[str, None]] = {}
    for element in screenplay.elements:
        if element.kind is Kind.CUE and element.cue and len(whose := cast.speakers(element.cue.name)) == 1:
            aliases.setdefault(whose[0], {})[display_name(element.cue.name)] = None
    for name, others in cast.aliases.items():
        aliases.setdefault(name, {}).update(dict.fromkeys(others))
    people = [(ElementKind.CHARACTER, name) for name in cast.names]
    places = [(ElementKind.LOCATION, name) for name in places_of(screenplay.scenes, read)]
    called = (*cast.names, *(name for names in aliases.values() for name in names))
    things = {thing.name: thing for thing in things_found(read, called)}
    objects = [(ElementKind.OBJECT, name) for name in things]
    found: dict[tuple[ElementKind, str], str] = {}
    for kind, name in (*people, *places, *objects):
        if name:
            found.setdefault((kind, fold(name)), name)
    described = introductions(screenplay, (name for _, name in people))
    taken: set[str] = set()
    out = []
    for (kind, _), name in found.items():
        trigger = free_trigger(name, taken)
        taken.add(fold(trigger))
        description = described.get(name, "") if kind is ElementKind.CHARACTER else ""
        thing = things[name] if kind is ElementKind.OBJECT else None
        person = known.by_name.get(name) if kind is ElementKind.CHARACTER else None
        out.append(
            ElementDraft(
                kind=kind,
                name=name,
                trigger=trigger,
                description=thing.looks if thing else description,
                aliases=thing.aliases
                if thing
                else tuple(other for other in aliases.get(name, ()) if person and other != name),
                quote=thing.quote if thing else "",
                gender=person.gender if person else "",
                extra=person is not None and is_extra(name),
            )
        )
    return tuple(out)


def default_trigger(name: str) -> str:
    """`@` and the name's letters and digits, each word raised: Noodle Bar → @NoodleBar, O'Brien → @OBrien."""
    parts = _LETTERS.findall(normalize("NFC", name))
    return "@" + "".join(part[0].upper() + part[1:] for part in parts)


def free_trigger(name: str, taken: Collection[str]) -> str:
    """A trigger for a name that is none of those taken (folded)."""
    base = default_trigger(name)
    base = base if base != "@" else "@Element"
    trigger, count = base, 1
    while fold(trigger) in taken:
        count += 1
        trigger = f"{base}{count}"
    return trigger


def check_trigger(trigger: str, elements: Iterable[Element], own_id: str) -> str:
    """The trigger as it is kept: one `@`, then letters, digits, `_` or `-`.

    Raises BadInput when nothing is left, when other characters are in it, or when another element has it.
    """
    text = "@" + normalize("NFC", trigger).strip().lstrip("@").strip()
    if text == "@":
        raise BadInput("a trigger word can't be empty", "write @ and a word, such as @Mara")
    if not _TRIGGER.fullmatch(text):
        raise BadInput(f"“{text}” can't be a trigger word", "use up to 60 letters, digits, _ and -")
    for element in elements:
        if element.id != own_id and fold(element.trigger) == fold(text):
            raise BadInput(f"{text} is the trigger word of {element.name} already", "give it another @word")
    return text


def merge_elements(
    existing: Sequence[Element], drafts: Sequence[ElementDraft], *, new_id: NewId
) -> tuple[Element, ...]:
    """The elements after a commit: those there are stay as they are, found ones that are new come last.

    One that was found before, and is in the script no more, goes only if nobody has put anything into it.
    """
    in_script = {(draft.kind, fold(draft.name)): draft for draft in drafts}
    out = [
        _described_anew(element, in_script.get(_known_as(element)))
        for element in existing
        if _known_as(element) in in_script or not is_untouched(element)
    ]
    known = {_known_as(element) for element in out}
    known |= {(element.kind, fold(name)) for element in out for name in (element.name, *element.aliases)}
    taken = {fold(element.trigger) for element in out}
    for draft in drafts:
        if (draft.kind, fold(draft.name)) in known:
            continue
        trigger = free_trigger(draft.name, taken)
        taken.add(fold(trigger))
        element = Element(
            id=new_id("element"),
            kind=draft.kind,
            name=draft.name,
            trigger=trigger,
            description=draft.description,
            found=True,
            aliases=draft.aliases,
            gender=draft.gender,
            extra=draft.extra,
            quote=draft.quote,
        )
        out.append(element)
    return tuple(out)


def _known_as(element: Element) -> tuple[ElementKind, str]:
    """An element as drafts have it: Car - Moving is the car."""
    is_place = element.kind is ElementKind.LOCATION
    return element.kind, fold(named(element.name) if is_place else element.name)


def is_extra(name: str) -> bool:
    """Whether a name is nobody's: a man, a voice, the crowd, a second waiter."""
    tokens = [word for word in words(fold(name)) if word not in _UNCOUNTED and not word.isdigit()]
    return bool(tokens) and all(word.removesuffix("s") in _EXTRAS for word in tokens)


def near_names(elements: Iterable[Element]) -> tuple[tuple[Element, Element], ...]:
    """Elements of a kind whose names differ by one letter: perhaps one that was typed in two ways."""
    by_rest: dict[tuple[ElementKind, str], dict[str, Element]] = {}
    pairs: dict[tuple[str, str], tuple[Element, Element]] = {}
    for element in elements:
        name = fold(element.name)
        if element.dismissed or len(name) < 4:
            continue
        for rest in {name, *(name[:at] + name[at + 1 :] for at in range(len(name)))}:
            others = by_rest.setdefault((element.kind, rest), {})
            for other in others.values():
                if abs(len(fold(other.name)) - len(name)) <= 1 and _differ_by_one(fold(other.name), name):
                    pairs[other.id, element.id] = (other, element)
            others[element.id] = element
    return tuple(pairs.values())


def _differ_by_one(one: str, other: str) -> bool:
    """Whether one letter more, less or other makes a text of another; figures count for numbers."""
    short, long = sorted((one, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    same = short[at + (len(short) == len(long)) :] == long[at + 1 :]
    return same and short != long and long[at].isalpha()


def _described_anew(element: Element, draft: ElementDraft | None) -> Element:
    """An element that nobody touched is described as the script introduces it now."""
    if draft is None or not element.found:
        return element
    return replace(
        element,
        description=draft.description or element.description,
        aliases=tuple(dict.fromkeys((*element.aliases, *draft.aliases))),
        gender=element.gender or draft.gender,
        quote=draft.quote or element.quote,
    )


def is_untouched(element: Element) -> bool:
    """Whether all of an element is as the screenplay gave it, so that nothing goes with it."""
    trigger = element.trigger.rstrip("0123456789")
    bare = replace(
        element,
        trigger="",
        description="",
        found=False,
        aliases=(),
        gender="",
        extra=False,
        parent="",
        layers=(),
        quote="",
    )
    blank = Element(id=element.id, kind=element.kind, name=element.name, trigger="")
    return (
        element.found
        and bare == blank
        and fold(trigger) == fold(default_trigger(element.name).rstrip("0123456789"))
    )


# ------------------------------------------------------------------ matching


def match(
    elements: Sequence[Element], scene: Scene, shot: Shot, known: Sequence[Element] = ()
) -> tuple[Match, ...]:
    """Elements a shot is about, the surest first; for each its best signal, from 0.4 up.

    `known` are all of the film's, where these are not: its place is found among them.
    """
    fields = _Fields(scene, shot)
    all_of_them = known or elements
    place = place_in(all_of_them, scene, shot)
    here = {each.id for each in upwards(all_of_them, place)} if place is not None else frozenset[str]()
    found = []
    for element in elements:
        if element.dismissed:
            continue
        confidence, source = fields.best(element)
        if element.id in here and confidence < IN_ITS_PLACE:
            confidence, source = IN_ITS_PLACE, "place_of_the_shot"
        if confidence >= MIN_CONFIDENCE:
            found.append(Match(element, round(confidence, 2), source))
    return tuple(sorted(found, key=lambda row: (-row.confidence, fold(row.element.name))))


_folded = lru_cache(maxsize=8192)(fold)  # names of elements: a film asks about the same ones shot by shot


class _Fields:
    """A shot's texts, folded and cut into words once for all elements."""

    def __init__(self, scene: Scene, shot: Shot) -> None:
        names = [*shot.characters, *(line.character for line in shot.dialogue)]
        self.names = {fold(name) for name in names}
        self.name_words = {word for name in names for word in words(fold(name))}
        action = shot.action if shot.prompt is None else f"{shot.action} {shot.prompt}"
        self.action = fold(action)
        self.action_words = set(words(self.action))
        self.speech = fold(" ".join(line.text for line in shot.dialogue))
        location, part = where(scene, shot)
        in_scene = "" if shot.location else scene.heading
        self.heading = fold(f"{in_scene} {location} {part}")

    def best(self, element: Element) -> tuple[float, str]:
        """The strongest signal for an element, (0, "") for none."""
        name, trigger = _folded(element.name), _folded(element.trigger).lstrip("@")
        tokens = words(name)
        signals: list[tuple[float, str]] = [(0.0, "")]
        if name:
            signals += self._by_name(element, name, tokens)
        if trigger:
            if trigger in self.names or f"@{trigger}" in self.names:
                signals.append((0.95, "character_field_trigger"))
            if has_phrase(self.action, f"@{trigger}"):
                signals.append((0.95, "action_trigger_word_prefixed"))
            elif has_phrase(self.action, trigger):
                signals.append((0.95, "action_trigger_word"))
        signals.append(self._by_description(element.description))
        return max(signals, key=lambda signal: signal[0])

    def _by_name(self, element: Element, name: str, tokens: list[str]) -> Iterable[tuple[float, str]]:
        if name in self.names or not self.names.isdisjoint(map(_folded, element.aliases)):
            yield 1.0, "character_field_exact"
        if tokens and all(token in self.name_words for token in tokens):
            yield 0.8, "character_field_partial"
        if element.kind is ElementKind.LOCATION and has_phrase(self.heading, name):
            yield 0.85, "scene_heading"
        if any(has_phrase(self.action, _folded(each)) for each in (element.name, *element.aliases)):
            yield 0.75, "action_name_mention"
        elif len(tokens) > 1 and all(token in self.action_words for token in tokens):
            yield 0.75, "action_name_tokens"
        if has_phrase(self.speech, name):
            yield 0.7, "dialogue_mention"

    def _by_description(self, description: str) -> tuple[float, str]:
        """Three telling words in common are enough; more of them, up to all, make it surer."""
        if not description:
            return 0.0, ""
        words_found = {word for word in words(fold(description)) if word not in _COMMON and len(word) > 2}
        shared = words_found & (self.action_words | set(words(self.speech)))
        if len(shared) < 3:
            return 0.0, ""
        return 0.4 + 0.2 * len(shared) / len(words_found), "description_keywords"


def has_phrase(text: str, phrase: str) -> bool:
    """Whether a folded text has a folded phrase that no letter, digit or hyphened word touches."""
    if not phrase or phrase not in text:
        return False
    return re.search(rf"(?<![\w@])(?<!\w-){re.escape(phrase)}(?!\w|-\w)", text) is not None


# ------------------------------------------------------------------ expanding


def expand(text: str, elements: Iterable[Element], already: Collection[str] = ()) -> str:
    """The text with each trigger as `Name (Description)`, or `Name` where there is none.

    Elements whose id is in `already` were described before and give their name alone.
    """
    return _each_trigger(text, elements, lambda element, trigger: _described(element, already))


def retriggered(text: str, elements: Iterable[Element], id: str, trigger: str) -> str:
    """The text with another trigger wherever it calls the element of that id; all else as it stands."""

    def put(element: Element, written: str) -> str:
        return trigger if element.id == id else written

    changed = _each_trigger(text, elements, put)
    return changed if changed != normalize("NFC", text) else text


def _each_trigger(text: str, elements: Iterable[Element], put: Callable[[Element, str], str]) -> str:
    """The text with what `put` makes of each trigger in it and of its element, as the text is canonically."""
    by_trigger = {fold(element.trigger): element for element in elements if fold(element.trigger).strip("@")}
    if not by_trigger or "@" not in text:
        return text

    def found_one(found: re.Match[str]) -> str:
        # What follows @ may hold a trigger and more: the longest one that ends at a word's end counts.
        whole = found[0]
        for end in range(len(whole), 1, -1):
            if end < len(whole) and whole[end] != "-":
                continue
            element = by_trigger.get(fold(whole[:end]))
            if element:
                return put(element, whole[:end]) + whole[end:]
        return whole

    return re.sub(r"(?<![\w@])@[\w-]{1,80}", found_one, normalize("NFC", text))


def described(element: Element) -> str:
    return _described(element, ())


def _described(element: Element, already: Collection[str]) -> str:
    description = element.description.strip().rstrip(".")
    return element.name if not description or element.id in already else f"{element.name} ({description})"
