"""Extraction of elements (characters, places and props) from a screenplay, and merging with the film's
existing elements. Extras are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from milimo_tui.story.elements.place_names_found import list_script_places
from milimo_tui.story.elements.place_tree import normalize_place_name
from milimo_tui.story.elements.things_found import extract_objects
from milimo_tui.story.elements.triggers import make_default_trigger, make_free_trigger
from milimo_tui.story.looks.earlier_looks import join_plain_words
from milimo_tui.story.looks.introductions import find_introduced_looks
from milimo_tui.story.reading.moment import ReadScene, list_people_of_present
from milimo_tui.story.reading.people import build_people
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.screenplay.extensions import is_voice_cue
from milimo_tui.story.screenplay.screenplay import Screenplay, ScriptElementKind
from milimo_tui.story.values.film import Element, ElementKind, Story
from milimo_tui.story.values.shot_words import Era
from milimo_tui.story.values.text import collapse_text, fold, make_display_name, split_words

NewId = Callable[[str], str]

# Words for people without an identity, such as roles and crowds. A person with such a name is an extra and
# gets no element.
_EXTRA_WORDS = """all audience bartender boy bystander clerk conductor cop crowd customer driver everybody
everyone extra fan girl guard guest kid male female man men nurse officer operator passenger passerby police
policeman reporter soldier student teller tv radio voice waiter waitress woman women worker announcer"""
_EXTRAS = frozenset(_EXTRA_WORDS.split())
_UNCOUNTED = frozenset(
    {"a", "an", "the", "first", "second", "third", "another", "other", "one", "two", "three"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementDraft:
    """An element (character, location or object) that was extracted from the screenplay and is not in the
    film yet. No other draft has the same trigger (the word, such as @Mara, that stands for the element in
    prompts).

    `description` is the script's introduction of a character, or empty if there is none.
    """

    kind: ElementKind
    name: str
    trigger: str
    description: str = ""
    aliases: tuple[str, ...] = ()
    gender: str = ""
    extra: bool = False
    quote: str = ""


def extract_elements(screenplay: Screenplay, read: Sequence[ReadScene]) -> tuple[ElementDraft, ...]:
    """Return the elements that a screenplay mentions, in order of first appearance: characters from the cues,
    locations from the headings, and objects from the action.

    Each element is returned once. `read` are the scenes in which the people and places meant by the words
    have already been found.
    """
    cast = build_cast(screenplay)
    known = build_people(screenplay, cast)
    aliases: dict[str, dict[str, None]] = {}
    for element in screenplay.elements:
        if (
            element.kind is ScriptElementKind.CUE
            and element.cue
            and len(speakers := cast.list_speakers(element.cue.name)) == 1
        ):
            aliases.setdefault(speakers[0], {})[make_display_name(element.cue.name)] = None
    for name, others in cast.aliases.items():
        aliases.setdefault(name, {}).update(dict.fromkeys(others))
    people = [(ElementKind.CHARACTER, name) for name in cast.names]
    places = [(ElementKind.LOCATION, name) for name in list_script_places(screenplay.scenes, read)]
    called = (*cast.names, *(name for names in aliases.values() for name in names))
    script_objects = {script_object.name: script_object for script_object in extract_objects(read, called)}
    objects = [(ElementKind.OBJECT, name) for name in script_objects]
    found: dict[tuple[ElementKind, str], str] = {}
    for kind, name in (*people, *places, *objects):
        if name:
            found.setdefault((kind, fold(name)), name)
    described: dict[str, str] = {}
    of_present = list_people_of_present(read)
    for look in find_introduced_looks(screenplay, cast, read):
        # A look in a flashback, such as a child's age, does not describe somebody of the present.
        if look.era is Era.PRESENT or look.name not in of_present:
            described.setdefault(look.name, look.text)
    taken: set[str] = set()
    out = []
    for (kind, _), name in found.items():
        trigger = make_free_trigger(name, taken)
        taken.add(fold(trigger))
        description = described.get(name, "") if kind is ElementKind.CHARACTER else ""
        script_object = script_objects[name] if kind is ElementKind.OBJECT else None
        is_person = kind is ElementKind.CHARACTER and name in known.genders
        out.append(
            ElementDraft(
                kind=kind,
                name=name,
                trigger=trigger,
                description=script_object.looks if script_object else description,
                aliases=script_object.aliases
                if script_object
                else tuple(other for other in aliases.get(name, ()) if is_person and other != name),
                quote=script_object.quote if script_object else "",
                gender=known.genders[name] if is_person else "",
                extra=is_person and is_extra_name(name),
            )
        )
    return tuple(out)


@dataclass(frozen=True, slots=True)
class ElementUses:
    """The elements that a film uses, and the words of its script before and after a commit. Takes show them,
    although the script's rules may no longer find an element or its description in the same words.
    """

    used: frozenset[str] = frozenset()
    words_before: str = ""
    words: str = ""

    def keeps_description(self, element: Element, description: str) -> bool:
        """Return True if an earlier commit has read the words of a new `description`, and the script still
        has those of the element's description.
        """
        if not self.words_before:
            return False
        was_read = all(join_plain_words(each) in self.words_before for each in description.split(","))
        known = [each for each in element.description.split(",") if each.strip()]
        return was_read and all(join_plain_words(each) in self.words for each in known)


NO_USES = ElementUses()


def find_element_uses(before: Story, after: Story) -> ElementUses:
    """Return the uses of elements in a film. Used are people whom shots show and whom the script still
    mentions, and objects whose passage a scene still has.
    """
    shown = {fold(name) for shot in after.live_shots() for name in shot.characters}
    texts = [collapse_text(scene.text) for scene in after.live_scenes()]
    words = {word.casefold() for text in texts for word in split_words(text)}
    used = (
        element.id
        for element in after.elements
        if (
            element.kind is ElementKind.CHARACTER
            and fold(element.name) in shown
            and not words.isdisjoint(word.casefold() for word in split_words(element.name))
        )
        or (
            element.kind is ElementKind.OBJECT
            and element.quote
            and any(element.quote in text for text in texts)
        )
    )
    before_text = " ".join(scene.text for scene in before.live_scenes())
    return ElementUses(frozenset(used), join_plain_words(before_text), join_plain_words(" ".join(texts)))


def merge_elements(
    existing: Sequence[Element],
    drafts: Sequence[ElementDraft],
    *,
    new_id: NewId,
    uses: ElementUses = NO_USES,
) -> tuple[Element, ...]:
    """Return the film's elements after a commit: existing elements stay as they are, and new elements are
    added at the end.

    An element that an earlier commit extracted and that is no longer in the script is removed only if the
    user has not edited it, and if the film does not use it any more (`uses`).
    """
    in_script = {(draft.kind, fold(draft.name)): draft for draft in drafts}
    out = [
        _update_from_script(element, in_script.get(_make_draft_key(element)), uses)
        for element in existing
        if _make_draft_key(element) in in_script
        or element.id in uses.used
        or not is_unedited_element(element)
    ]
    known = {_make_draft_key(element) for element in out}
    known |= {(element.kind, fold(name)) for element in out for name in (element.name, *element.aliases)}
    taken = {fold(element.trigger) for element in out}
    for draft in drafts:
        if (draft.kind, fold(draft.name)) in known:
            continue
        trigger = make_free_trigger(draft.name, taken)
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


def _make_draft_key(element: Element) -> tuple[ElementKind, str]:
    """Return the key by which an element is compared with drafts from the new script: its kind and
    case-folded name. Words for motion are removed, so “Car - Moving” has the name “Car”.
    """
    is_place = element.kind is ElementKind.LOCATION
    return element.kind, fold(normalize_place_name(element.name) if is_place else element.name)


def is_extra_name(name: str) -> bool:
    """Return True if a name belongs to an extra, such as a man, a voice, the crowd, a second waiter."""
    tokens = [word for word in split_words(fold(name)) if word not in _UNCOUNTED and not word.isdigit()]
    is_extra = bool(tokens) and all(word.removesuffix("s") in _EXTRAS for word in tokens)
    return is_extra or is_voice_cue(name)


def find_similar_names(elements: Iterable[Element]) -> tuple[tuple[Element, Element], ...]:
    """Return pairs of elements of the same kind whose names differ by one letter. One of them may be a
    misspelling of the other.
    """
    by_rest: dict[tuple[ElementKind, str], dict[str, Element]] = {}
    pairs: dict[tuple[str, str], tuple[Element, Element]] = {}
    for element in elements:
        name = fold(element.name)
        if element.dismissed or len(name) < 4:
            continue
        for rest in {name, *(name[:at] + name[at + 1 :] for at in range(len(name)))}:
            others = by_rest.setdefault((element.kind, rest), {})
            for other in others.values():
                if abs(len(fold(other.name)) - len(name)) <= 1 and _differ_by_one_letter(
                    fold(other.name), name
                ):
                    pairs[other.id, element.id] = (other, element)
            others[element.id] = element
    return tuple(pairs.values())


def _differ_by_one_letter(one: str, other: str) -> bool:
    """Return True if two texts differ by one letter that is added, missing or replaced. Digits do not
    count.
    """
    short, long = sorted((one, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    same = short[at + (len(short) == len(long)) :] == long[at + 1 :]
    return same and short != long and long[at].isalpha()


def _update_from_script(element: Element, draft: ElementDraft | None, uses: ElementUses) -> Element:
    """Return an element with its description, aliases, gender and quote updated from the script. A value that
    the script does not have stays unchanged.
    """
    if draft is None or not element.found:
        return element
    is_kept = element.kind is ElementKind.CHARACTER and uses.keeps_description(element, draft.description)
    return replace(
        element,
        description=element.description if is_kept else draft.description or element.description,
        aliases=tuple(dict.fromkeys((*element.aliases, *draft.aliases))),
        gender=element.gender or draft.gender,
        quote=draft.quote or element.quote,
    )


def is_unedited_element(element: Element) -> bool:
    """Return True if an element holds only values from the screenplay, so that its removal loses nothing."""
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
        breakdown="",
    )
    blank = Element(id=element.id, kind=element.kind, name=element.name, trigger="")
    return (
        element.found
        and bare == blank
        and fold(trigger) == fold(make_default_trigger(element.name).rstrip("0123456789"))
    )
