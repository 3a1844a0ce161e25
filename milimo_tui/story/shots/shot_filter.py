"""Shot filters: `@Mara place:kitchen time:night size:close unsure stale #wet "the door"`. Pure functions.

`parse_shot_filter` returns a `ShotFilter`; its method `is_match` tests a `FilteredShot`. Of several places,
times, sizes or scenes one must match; all other conditions must match together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.spelling import closest_names
from milimo_tui.story.elements.place_tree import place_in, upwards, where
from milimo_tui.story.values import vocabulary
from milimo_tui.story.values.film import Element, ElementKind, Function, Scene, Shot, Size, Story, framed_as
from milimo_tui.story.values.text import fold, has_phrase, words

FIELDS = ("place", "time", "weather", "size", "scene")
STATES = ("unsure", "stale", "missing", "picked")
KNOWN = f'@who #tag {" ".join(f"{name}:" for name in FIELDS)} {" ".join(STATES)} "text"'
# Words that stand for several sizes.
GROUPS: Mapping[str, tuple[Size, ...]] = {
    "close": (Size.ECU, Size.CU, Size.MCU),
    "medium": (Size.MCU, Size.MS, Size.MLS),
    "full": (Size.FS,),
    "long": (Size.MLS, Size.LS),
    "wide": (Size.LS, Size.WS, Size.EWS),
}
_FRAMINGS = (*GROUPS, *map(fold, Size), *map(fold, Function))
_BETWEEN = " | "  # Separates the names of a place, so that no match extends into the next name.
_MOST_NAMED = 6
_TERM = re.compile(r'(?:"[^"]*"?|[^\s"])+')
_QUOTES = str.maketrans("“”„", '"""')


class _Term(NamedTuple):
    """A word of a filter: its kind (`@`, `#`, `"`, a field or `state`), value, position, and written form."""

    kind: str
    value: str
    start: int
    written: str


@dataclass(frozen=True, slots=True)
class Called:
    """The meaning of an `@name`, each folded: people, words of places, words for objects."""

    people: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    things: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Subject:
    """The values of a shot that a filter tests, folded."""

    people: frozenset[str]
    place: str  # With the names of all places that contain it.
    time: str
    weather: str
    scene: str
    framings: frozenset[str]
    tags: frozenset[str]
    states: frozenset[str]
    text: str


@dataclass(frozen=True, slots=True)
class FilmNames:
    """The names of a film that a filter can contain: folded form → written form."""

    called: Mapping[str, tuple[str, Called]]
    places: Mapping[str, str]
    times: Mapping[str, str]
    weathers: Mapping[str, str]
    tags: Mapping[str, str]
    scenes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ShotFilter:
    """Conditions that select shots. A filter without conditions matches every shot."""

    called: tuple[Called, ...] = ()
    places: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    weathers: tuple[str, ...] = ()
    scenes: tuple[str, ...] = ()
    framings: tuple[frozenset[str], ...] = ()
    tags: tuple[frozenset[str], ...] = ()
    states: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()

    def keeps(self, shot: Subject) -> bool:
        """Return True if a shot matches the filter."""
        return (
            self.states <= shot.states
            and (not self.scenes or shot.scene in self.scenes)
            and (not self.framings or any(not one.isdisjoint(shot.framings) for one in self.framings))
            and (not self.places or any(_begins_a_word(one, shot.place) for one in self.places))
            and (not self.times or any(_begins_a_word(one, shot.time) for one in self.times))
            and (not self.weathers or any(_begins_a_word(one, shot.weather) for one in self.weathers))
            and not any(one.isdisjoint(shot.tags) for one in self.tags)
            and all(one in shot.text for one in self.texts)
            and all(_is_there(one, shot) for one in self.called)
        )


def subject_of(
    shot: Shot, scene: Scene, elements: Sequence[Element], *, picked: bool, stale: bool
) -> Subject:
    """Return the values of a shot for a filter: people seen or heard, place, time, weather, framing, and
    text.

    A place of `elements` counts with all places that contain it, under each of their names.
    """
    groups = (name for name, sizes in GROUPS.items() if shot.size in sizes)
    named = (shot.size, shot.function, framed_as(shot.size, shot.function), *groups)
    said = (spoken.text for spoken in shot.dialogue)
    states = {"unsure": bool(shot.doubts), "stale": stale, "missing": not picked, "picked": picked}
    return Subject(
        people=frozenset(map(fold, (*shot.characters, *(spoken.character for spoken in shot.dialogue)))),
        place=_BETWEEN.join(map(_words, (" ".join(where(scene, shot)), *_around(shot, scene, elements)))),
        time=_words(shot.time_of_day or scene.time_of_day),
        weather=_words(shot.weather or scene.weather),
        scene=_key(scene.number),
        framings=frozenset(map(fold, named)),
        tags=frozenset(map(_key, shot.tags)),
        states=frozenset(name for name, holds in states.items() if holds),
        text=fold(" | ".join((shot.action, shot.caption, *said, shot.note, shot.prompt or ""))),
    )


def names_of(story: Story) -> FilmNames:
    """Return the names of a film that a filter can contain."""
    called: dict[str, tuple[str, Called]] = {}
    scenes = {scene.id: scene for scene in story.live_scenes()}
    live = story.live_shots()
    for element in story.elements:
        if not element.dismissed:
            names = (element.trigger.lstrip("@"), element.name, *element.aliases)
            for name in filter(None, map(_key, names)):
                called.setdefault(name, (element.trigger, _called(element)))
    for name in (name for shot in live for name in shot.characters):
        called.setdefault(_key(name), (f"@{_joined(name)}", Called(people=frozenset({fold(name)}))))
    places = [
        name
        for shot in live
        for scene in (scenes[shot.scene],)
        for name in (*where(scene, shot), *_around(shot, scene, story.elements))
    ]
    weathers = [shot.weather or scenes[shot.scene].weather for shot in live]
    times = [shot.time_of_day or scenes[shot.scene].time_of_day for shot in live]
    return FilmNames(
        called=called,
        places=_by_words(places),
        times=_by_words(times),
        weathers=_by_words(weathers),
        tags={_key(tag): tag for shot in live for tag in shot.tags},
        scenes={_key(scene.number): scene.number for scene in scenes.values()},
    )


def read_filter(text: str, names: FilmNames, *, typing: bool = False) -> ShotFilter:
    """Return the filter that a text describes. Raises BadInput, and NotFound for a name that is not in the
    film.

    With `typing`, the last word may be incomplete and is then ignored.
    """
    found: dict[str, list[str]] = {kind: [] for kind in ("@", "#", '"', "state", *FIELDS)}
    for term in _terms(text):
        if typing and term.start + len(term.written) == len(text) and _is_begun(term):
            continue
        if term.kind == "state" and term.value not in STATES:
            raise BadInput(f"a filter knows no “{term.written}”", KNOWN)
        if not term.value:
            raise BadInput(f"“{term.written}” asks for nothing", KNOWN)
        found[term.kind].append(term.value)
    return ShotFilter(
        called=tuple(_who(name, names) for name in found["@"]),
        places=tuple(_known("place", name, names.places) for name in found["place"]),
        times=tuple(_known("time", name, names.times) for name in found["time"]),
        weathers=tuple(_known("weather", name, names.weathers) for name in found["weather"]),
        scenes=tuple(_scene(name, names) for name in found["scene"]),
        framings=tuple(_framing(name) for name in found["size"]),
        tags=tuple(_tags(name, names) for name in found["#"]),
        states=frozenset(found["state"]),
        texts=tuple(map(fold, found['"'])),
    )


def completions(typed: str, names: FilmNames) -> Sequence[str]:
    """Return the texts that can complete the last word of a filter, by the names of the film."""
    last = next((term for term in _terms(typed) if term.start + len(term.written) == len(typed)), None)
    start = last.start if last else len(typed)
    before, begun = typed[:start], fold(typed[start:])
    shown = _as_quoted if '"' in begun else _joined
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
        offered = (*STATES, *(f"{name}:" for name in FIELDS), "@", *(["#"] if names.tags else []))
    else:
        offered = ()
    return [before + one for one in dict.fromkeys(offered) if fold(one).startswith(begun)]


# ------------------------------------------------------------------ parsing


def _terms(text: str) -> list[_Term]:
    plain = text.translate(_QUOTES)
    return [
        _term(found[0], text[found.start() : found.end()], found.start()) for found in _TERM.finditer(plain)
    ]


def _term(word: str, written: str, start: int) -> _Term:
    bare = word.replace('"', "").strip()
    name, colon, value = bare.partition(":")
    if word.startswith('"'):
        return _Term('"', bare, start, written)
    if bare[:1] in ("@", "#"):
        return _Term(bare[:1], bare[1:].strip(), start, written)
    if colon and fold(name) in FIELDS:
        return _Term(fold(name), value.strip(), start, written)
    return _Term("state", fold(bare), start, written)


def _is_begun(term: _Term) -> bool:
    """Return True if a word may be the beginning of a word that a filter knows."""
    if term.kind == "state":
        return term.value not in STATES and any(
            known.startswith(term.value) for known in (*STATES, *(f"{name}:" for name in FIELDS))
        )
    return not term.value


def _who(name: str, names: FilmNames) -> Called:
    """Return the meaning of a name: an exact match, or otherwise all names that begin with the text."""
    wanted = _key(name)
    if wanted in names.called:
        return names.called[wanted][1]
    some = [one for known, (_, one) in names.called.items() if known.startswith(wanted)]
    if not some:
        raise NotFound(f"nobody in this film is called @{name}", _nearest(wanted, names.called))
    return Called(
        people=frozenset().union(*(one.people for one in some)),
        places=frozenset().union(*(one.places for one in some)),
        things=frozenset().union(*(one.things for one in some)),
    )


def _known(field: str, name: str, known: Mapping[str, str]) -> str:
    """Return a place or a time in its compared form. Raises NotFound if no shot has that value."""
    wanted = _words(name)
    if not wanted or not any(_begins_a_word(wanted, one) for one in known):
        hint = _named(f"{field}s", known.values())
        raise NotFound(f"no shot has the {field} “{name}”", hint)
    return wanted


def _scene(name: str, names: FilmNames) -> str:
    if _key(name) not in names.scenes:
        raise NotFound(f"there is no scene “{name}”", _named("scenes", names.scenes.values()))
    return _key(name)


def _tags(name: str, names: FilmNames) -> frozenset[str]:
    """Return the tags that a word selects: the tag itself, or otherwise all tags that begin with the word."""
    wanted = _key(name)
    found = {wanted} & names.tags.keys() or {tag for tag in names.tags if tag.startswith(wanted)}
    if not found:
        hint = (
            _named("tags", names.tags.values()) if names.tags else "milimo shot set 3B --tags wet gives one"
        )
        raise NotFound(f"no shot has the tag #{name}", hint)
    return frozenset(found)


def _framing(name: str) -> frozenset[str]:
    """Return the framings that a word selects: a name used here, a name used in screenplays, or a
    beginning.
    """
    wanted = _key(name)
    if wanted in _FRAMINGS:
        return frozenset({wanted})
    said = vocabulary.read(name) or vocabulary.read(name.upper())
    if said.size or said.function:
        return frozenset({fold(said.size or said.function or "")})
    begun = frozenset(known for known in _FRAMINGS if known.startswith(wanted))
    if not begun:
        raise NotFound(
            f"no shot can have the size “{name}”", f"{', '.join(GROUPS)}, ECU, CU, MS, insert, OTS, …"
        )
    return begun


def _named(what: str, known: Iterable[str]) -> str:
    """Return `places: Bar, Street, …`, for the hint of an error."""
    every = list(dict.fromkeys(known))
    more = ", …" if len(every) > _MOST_NAMED else ""
    return f"{what}: {', '.join(every[:_MOST_NAMED])}{more}" if every else f"the film has no {what} yet"


def _nearest(wanted: str, known: Mapping[str, tuple[str, Called]]) -> str:
    near = closest_names(wanted, list(known))
    named = dict.fromkeys(known[name][0] for name in near.split(", ") if name in known)
    return f"nearest: {', '.join(named)}" if named else _named("known", (one for one, _ in known.values()))


# ------------------------------------------------------------------ comparing


def _called(element: Element) -> Called:
    names = frozenset(filter(None, map(fold, (element.name, element.trigger.lstrip("@"), *element.aliases))))
    if element.kind is ElementKind.CHARACTER:
        return Called(people=names | {fold(element.trigger)})
    if element.kind is ElementKind.LOCATION:
        return Called(places=frozenset(map(_words, (element.name, *element.aliases))))
    return Called(things=names)


def _is_there(called: Called, shot: Subject) -> bool:
    return (
        not called.people.isdisjoint(shot.people)
        or any(_begins_a_word(place, shot.place) for place in called.places)
        or any(has_phrase(shot.text, thing) for thing in called.things)
    )


def _around(shot: Shot, scene: Scene, elements: Sequence[Element]) -> tuple[str, ...]:
    """Return the names of the place that a shot plays in, and of all places that contain it."""
    place = place_in(elements, scene, shot)
    around = upwards(elements, place) if place is not None else ()
    return tuple(name for each in around for name in (each.name, *each.aliases))


def _words(text: str) -> str:
    """Return a text as places and times are compared: its words, folded."""
    return " ".join(words(_key(text)))


def _by_words(texts: Iterable[str]) -> dict[str, str]:
    return {compared: " ".join(text.split()) for text in texts if (compared := _words(text))}


def _begins_a_word(wanted: str, text: str) -> bool:
    return f" {wanted}" in f" {text}"


def _key(text: str) -> str:
    """Return a name as it is compared; `_` stands for a space."""
    return fold(text.replace("_", " "))


def _joined(name: str) -> str:
    return "_".join(name.split())


def _as_quoted(name: str) -> str:
    return f'"{name}"'
