"""Shot filters such as `@Mara place:kitchen time:night size:close unsure stale #wet "the door"`. Pure
functions.

`parse_shot_filter` returns a `ShotFilter`; its method `is_match` tests a `FilteredShot`. If a filter has
several places, times, sizes or scenes, one of them must match. All other conditions must match together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.spelling import find_closest_names
from milimo_tui.story.breakdown.shot_facts import get_shot_value
from milimo_tui.story.elements.place_tree import find_shot_place, get_shot_location, list_containing_places
from milimo_tui.story.values import vocabulary
from milimo_tui.story.values.film import Element, ElementKind, Scene, Shot, Story
from milimo_tui.story.values.shot_sizes import CLOSE_SIZES
from milimo_tui.story.values.shot_words import Function, Size, name_framing
from milimo_tui.story.values.text import fold, has_phrase, split_words

FILTER_FIELDS = ("place", "time", "weather", "size", "scene")
FILTER_STATES = ("unsure", "stale", "missing", "picked")
FILTER_SYNTAX = f'@who #tag {" ".join(f"{name}:" for name in FILTER_FIELDS)} {" ".join(FILTER_STATES)} "text"'
# Filter words that select a group of shot sizes.
SIZE_GROUPS: Mapping[str, tuple[Size, ...]] = {
    "close": CLOSE_SIZES,
    "medium": (Size.MCU, Size.MS, Size.MLS),
    "full": (Size.FS,),
    "long": (Size.MLS, Size.LS),
    "wide": (Size.LS, Size.WS, Size.EWS),
}
_FRAMINGS = (*SIZE_GROUPS, *map(fold, Size), *map(fold, Function))
# Separator between the names of a place. With it, searched words cannot match across two names.
_BETWEEN = " | "
_MAX_NAMES_IN_HINT = 6
_TERM = re.compile(r'(?:"[^"]*"?|[^\s"])+')
_QUOTES = str.maketrans("“”„", '"""')


class _FilterTerm(NamedTuple):
    """A condition of a filter: its kind (`@`, `#`, `"`, the name of a field, or `state`), its value, its
    offset, and its text as typed.
    """

    kind: str
    value: str
    start: int
    written: str


@dataclass(frozen=True, slots=True)
class FilterName:
    """The names that an `@name` in a filter selects: people, places and objects. All names are case-folded,
    for comparison.
    """

    people: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    things: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FilteredShot:
    """The values of one shot that a filter tests. All texts are case-folded, for comparison."""

    people: frozenset[str]
    place: str  # Includes the names of all places that contain the shot's place.
    time: str
    weather: str
    scene: str
    framings: frozenset[str]
    tags: frozenset[str]
    states: frozenset[str]
    text: str


@dataclass(frozen=True, slots=True)
class FilterNames:
    """The names that a filter for this film can contain. Each dictionary maps a folded name to the name as
    written.
    """

    called: Mapping[str, tuple[str, FilterName]]
    places: Mapping[str, str]
    times: Mapping[str, str]
    weathers: Mapping[str, str]
    tags: Mapping[str, str]
    scenes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ShotFilter:
    """A parsed filter: conditions that select shots. A filter without conditions matches every shot."""

    called: tuple[FilterName, ...] = ()
    places: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    weathers: tuple[str, ...] = ()
    scenes: tuple[str, ...] = ()
    framings: tuple[frozenset[str], ...] = ()
    tags: tuple[frozenset[str], ...] = ()
    states: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()

    def is_match(self, shot: FilteredShot) -> bool:
        """Return True if a shot matches the filter."""
        return (
            self.states <= shot.states
            and (not self.scenes or shot.scene in self.scenes)
            and (not self.framings or any(not one.isdisjoint(shot.framings) for one in self.framings))
            and (not self.places or any(_has_word_beginning(one, shot.place) for one in self.places))
            and (not self.times or any(_has_word_beginning(one, shot.time) for one in self.times))
            and (not self.weathers or any(_has_word_beginning(one, shot.weather) for one in self.weathers))
            and not any(one.isdisjoint(shot.tags) for one in self.tags)
            and all(one in shot.text for one in self.texts)
            and all(_is_name_in_shot(one, shot) for one in self.called)
        )


def make_filtered_shot(
    shot: Shot, scene: Scene, elements: Sequence[Element], *, picked: bool, stale: bool
) -> FilteredShot:
    """Return the values of a shot that filters test: people seen or heard, place, time, weather, framing, and
    text.

    The place includes all places in `elements` that contain it, each with all its names. `picked` is True if
    the shot has a picked take, and `stale` is True if that take is stale.
    """
    groups = (name for name, sizes in SIZE_GROUPS.items() if shot.size in sizes)
    named = (shot.size, shot.function, name_framing(shot.size, shot.function), *groups)
    spoken_texts = (spoken.text for spoken in shot.dialogue)
    states = {"unsure": bool(shot.doubts), "stale": stale, "missing": not picked, "picked": picked}
    return FilteredShot(
        people=frozenset(map(fold, (*shot.characters, *(spoken.character for spoken in shot.dialogue)))),
        place=_BETWEEN.join(
            map(
                _normalize_words,
                (
                    " ".join(get_shot_location(scene, shot)),
                    *_list_containing_place_names(shot, scene, elements),
                ),
            )
        ),
        time=_normalize_words(get_shot_value(scene, shot, "time_of_day")),
        weather=_normalize_words(get_shot_value(scene, shot, "weather")),
        scene=_normalize_name(scene.number),
        framings=frozenset(map(fold, named)),
        tags=frozenset(map(_normalize_name, shot.tags)),
        states=frozenset(name for name, holds in states.items() if holds),
        text=fold(" | ".join((shot.action, shot.caption, *spoken_texts, shot.note, shot.prompt or ""))),
    )


def collect_filter_names(story: Story) -> FilterNames:
    """Return the names of a film that filters can contain."""
    called: dict[str, tuple[str, FilterName]] = {}
    scenes = {scene.id: scene for scene in story.live_scenes()}
    live = story.live_shots()
    for element in story.elements:
        if not element.dismissed:
            names = (element.trigger.lstrip("@"), element.name, *element.aliases)
            for name in filter(None, map(_normalize_name, names)):
                called.setdefault(name, (element.trigger, _make_filter_name(element)))
    for name in (name for shot in live for name in shot.characters):
        called.setdefault(
            _normalize_name(name),
            (f"@{_join_with_underscores(name)}", FilterName(people=frozenset({fold(name)}))),
        )
    places = [
        name
        for shot in live
        for scene in (scenes[shot.scene],)
        for name in (
            *get_shot_location(scene, shot),
            *_list_containing_place_names(shot, scene, story.elements),
        )
    ]
    weathers = [get_shot_value(scenes[shot.scene], shot, "weather") for shot in live]
    times = [get_shot_value(scenes[shot.scene], shot, "time_of_day") for shot in live]
    return FilterNames(
        called=called,
        places=_index_by_words(places),
        times=_index_by_words(times),
        weathers=_index_by_words(weathers),
        tags={_normalize_name(tag): tag for shot in live for tag in shot.tags},
        scenes={_normalize_name(scene.number): scene.number for scene in scenes.values()},
    )


def parse_shot_filter(text: str, names: FilterNames, *, typing: bool = False) -> ShotFilter:
    """Parse a filter. Raises BadInput, and NotFound for a name that is not in the film.

    With `typing`, an incomplete last word is ignored, because the user is still typing it.
    """
    found: dict[str, list[str]] = {kind: [] for kind in ("@", "#", '"', "state", *FILTER_FIELDS)}
    for term in _split_filter_terms(text):
        if typing and term.start + len(term.written) == len(text) and _is_incomplete_term(term):
            continue
        if term.kind == "state" and term.value not in FILTER_STATES:
            raise BadInput(f"a filter can't contain “{term.written}”", FILTER_SYNTAX)
        if not term.value:
            raise BadInput(f"“{term.written}” has no value", FILTER_SYNTAX)
        found[term.kind].append(term.value)
    return ShotFilter(
        called=tuple(_resolve_filter_name(name, names) for name in found["@"]),
        places=tuple(_resolve_known_value("place", name, names.places) for name in found["place"]),
        times=tuple(_resolve_known_value("time", name, names.times) for name in found["time"]),
        weathers=tuple(_resolve_known_value("weather", name, names.weathers) for name in found["weather"]),
        scenes=tuple(_resolve_scene_number(name, names) for name in found["scene"]),
        framings=tuple(_resolve_framings(name) for name in found["size"]),
        tags=tuple(_resolve_tags(name, names) for name in found["#"]),
        states=frozenset(found["state"]),
        texts=tuple(map(fold, found['"'])),
    )


def complete_filter(typed: str, names: FilterNames) -> Sequence[str]:
    """Return completed filters for the text `typed`. Each result is `typed` with its last word completed to a
    name of the film.
    """
    last = next(
        (term for term in _split_filter_terms(typed) if term.start + len(term.written) == len(typed)), None
    )
    start = last.start if last else len(typed)
    before, prefix = typed[:start], fold(typed[start:])
    shown = _quote_name if '"' in prefix else _join_with_underscores
    fields = {
        "place": names.places.values(),
        "time": names.times.values(),
        "weather": names.weathers.values(),
        "scene": names.scenes.values(),
        "size": _FRAMINGS,
    }
    kind = last.kind if last else ""
    if kind in fields:
        offered: Iterable[str] = (f"{kind}:{shown(value)}" for value in fields[kind])
    elif kind == "@":
        offered = (written for written, _ in names.called.values())
    elif kind == "#":
        offered = (f"#{shown(tag)}" for tag in names.tags.values())
    elif kind in ("", "state"):
        offered = (
            *FILTER_STATES,
            *(f"{name}:" for name in FILTER_FIELDS),
            "@",
            *(["#"] if names.tags else []),
        )
    else:
        offered = ()
    return [before + one for one in dict.fromkeys(offered) if fold(one).startswith(prefix)]


# ------------------------------------------------------------------ parsing


def _split_filter_terms(text: str) -> list[_FilterTerm]:
    plain = text.translate(_QUOTES)
    return [
        _parse_filter_term(found[0], text[found.start() : found.end()], found.start())
        for found in _TERM.finditer(plain)
    ]


def _parse_filter_term(word: str, written: str, start: int) -> _FilterTerm:
    bare = word.replace('"', "").strip()
    name, colon, value = bare.partition(":")
    if word.startswith('"'):
        return _FilterTerm('"', bare, start, written)
    if bare[:1] in ("@", "#"):
        return _FilterTerm(bare[:1], bare[1:].strip(), start, written)
    if colon and fold(name) in FILTER_FIELDS:
        return _FilterTerm(fold(name), value.strip(), start, written)
    return _FilterTerm("state", fold(bare), start, written)


def _is_incomplete_term(term: _FilterTerm) -> bool:
    """Return True if a condition may be the beginning of a known word, so that the user is probably still
    typing.
    """
    if term.kind == "state":
        return term.value not in FILTER_STATES and any(
            known.startswith(term.value)
            for known in (*FILTER_STATES, *(f"{name}:" for name in FILTER_FIELDS))
        )
    return not term.value


def _resolve_filter_name(name: str, names: FilterNames) -> FilterName:
    """Return the people, places and objects that `@name` selects.

    An exact match takes precedence; otherwise all names that begin with the text are selected. Raises
    NotFound.
    """
    wanted = _normalize_name(name)
    if wanted in names.called:
        return names.called[wanted][1]
    some = [one for known, (_, one) in names.called.items() if known.startswith(wanted)]
    if not some:
        raise NotFound(
            f"no character of this film is called @{name}", _suggest_nearest_names(wanted, names.called)
        )
    return FilterName(
        people=frozenset().union(*(one.people for one in some)),
        places=frozenset().union(*(one.places for one in some)),
        things=frozenset().union(*(one.things for one in some)),
    )


def _resolve_known_value(field: str, name: str, known: Mapping[str, str]) -> str:
    """Return the place, time or weather that `name` stands for in a filter, normalized for comparison.
    `field` is the field of the filter, and `known` are its values in the film. Raises NotFound if no shot has
    that value.
    """
    wanted = _normalize_words(name)
    if not wanted or not any(_has_word_beginning(wanted, one) for one in known):
        hint = _format_known_names(f"{field}s", known.values())
        raise NotFound(f"no shot has the {field} “{name}”", hint)
    return wanted


def _resolve_scene_number(name: str, names: FilterNames) -> str:
    if _normalize_name(name) not in names.scenes:
        raise NotFound(f"there is no scene “{name}”", _format_known_names("scenes", names.scenes.values()))
    return _normalize_name(name)


def _resolve_tags(name: str, names: FilterNames) -> frozenset[str]:
    """Return the tags that a word selects: the tag of that name, or otherwise all tags that begin with the
    word. Raises NotFound.
    """
    wanted = _normalize_name(name)
    found = {wanted} & names.tags.keys() or {tag for tag in names.tags if tag.startswith(wanted)}
    if not found:
        hint = (
            _format_known_names("tags", names.tags.values())
            if names.tags
            else "milimo shot set 3B --tags wet gives one"
        )
        raise NotFound(f"no shot has the tag #{name}", hint)
    return frozenset(found)


def _resolve_framings(name: str) -> frozenset[str]:
    """Return the framings that a word selects.

    The word may be a name used by this program, a name used in screenplays, or the beginning of a name.
    Raises NotFound.
    """
    wanted = _normalize_name(name)
    if wanted in _FRAMINGS:
        return frozenset({wanted})
    framing = vocabulary.parse_framing(name) or vocabulary.parse_framing(name.upper())
    if framing.size or framing.function:
        return frozenset({fold(framing.size or framing.function or "")})
    matching = frozenset(known for known in _FRAMINGS if known.startswith(wanted))
    if not matching:
        raise NotFound(
            f"there is no shot size “{name}”", f"sizes: {', '.join(SIZE_GROUPS)}, ECU, CU, MS, insert, OTS, …"
        )
    return matching


def _format_known_names(what: str, known: Iterable[str]) -> str:
    """Format known names for the hint of an error: `places: Bar, Street, …`."""
    every = list(dict.fromkeys(known))
    more = ", …" if len(every) > _MAX_NAMES_IN_HINT else ""
    return (
        f"{what}: {', '.join(every[:_MAX_NAMES_IN_HINT])}{more}" if every else f"the film has no {what} yet"
    )


def _suggest_nearest_names(wanted: str, known: Mapping[str, tuple[str, FilterName]]) -> str:
    near = find_closest_names(wanted, list(known))
    named = dict.fromkeys(known[name][0] for name in near.split(", ") if name in known)
    return (
        f"nearest: {', '.join(named)}"
        if named
        else _format_known_names("known", (one for one, _ in known.values()))
    )


# ------------------------------------------------------------------ comparing


def _make_filter_name(element: Element) -> FilterName:
    names = frozenset(filter(None, map(fold, (element.name, element.trigger.lstrip("@"), *element.aliases))))
    if element.kind is ElementKind.CHARACTER:
        return FilterName(people=names | {fold(element.trigger)})
    if element.kind is ElementKind.LOCATION:
        return FilterName(places=frozenset(map(_normalize_words, (element.name, *element.aliases))))
    return FilterName(things=names)


def _is_name_in_shot(called: FilterName, shot: FilteredShot) -> bool:
    return (
        not called.people.isdisjoint(shot.people)
        or any(_has_word_beginning(place, shot.place) for place in called.places)
        or any(has_phrase(shot.text, thing) for thing in called.things)
    )


def _list_containing_place_names(shot: Shot, scene: Scene, elements: Sequence[Element]) -> tuple[str, ...]:
    """Return all names of the place where a shot plays, and of the places that contain this place."""
    place = find_shot_place(elements, scene, shot)
    around = list_containing_places(elements, place) if place is not None else ()
    return tuple(name for each in around for name in (each.name, *each.aliases))


def _normalize_words(text: str) -> str:
    """Return a place or time normalized for comparison: folded, and with only its words."""
    return " ".join(split_words(_normalize_name(text)))


def _index_by_words(texts: Iterable[str]) -> dict[str, str]:
    return {compared: " ".join(text.split()) for text in texts if (compared := _normalize_words(text))}


def _has_word_beginning(wanted: str, text: str) -> bool:
    return f" {wanted}" in f" {text}"


def _normalize_name(text: str) -> str:
    """Return a name normalized for comparison: folded, with `_` read as a space."""
    return fold(text.replace("_", " "))


def _join_with_underscores(name: str) -> str:
    return "_".join(name.split())


def _quote_name(name: str) -> str:
    return f'"{name}"'
