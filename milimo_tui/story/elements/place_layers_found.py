"""Attributes of places and scenes (“layers”), extracted from the script. An attribute is a sentence, word for
word, that mentions no person.

Function, culture and reputation belong to the place, whichever scene has the sentence. The opening of the
first scene in a place is the detail of the place; the opening of a later scene there is the detail of that
scene. Constraints belong to a scene, such as “the power is out tonight”. Only few sentences that are easy to
interpret are used; the user adds the rest. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.elements.place_tree import normalize_place_name
from milimo_tui.story.reading.act_words import ACTS
from milimo_tui.story.reading.moment import ReadScene
from milimo_tui.story.reading.place_words import names_a_place
from milimo_tui.story.reading.weather_words import names_weather
from milimo_tui.story.screenplay.screenplay import ScriptScene
from milimo_tui.story.screenplay.script_language import find_language_of_scenes
from milimo_tui.story.values.place_layers import MAX_LAYER_LENGTH, Layers, replace_layer
from milimo_tui.story.values.text import fold, split_words
from milimo_tui.story.values.vocabulary import parse_framing as framing_in

_PEOPLE = compile_lazily(
    r"\b(?:he|she|they|him|her|hers|his|them|their|we|us|our|you|your|i|my|who|man|woman|men|women|boy|girl"
    r"|people|somebody|someone|everyone|everybody)\b",
    re.IGNORECASE,
)
_WANT = (
    "power|electricity|light|lights|heat|heating|water|air|food|signal|phone line|fuel|roof|windows?|way out"
)
_CONSTRAINTS = compile_lazily(
    rf"^(?:there (?:is|are) )?no (?:{_WANT})\b(?! (?:in|on|for) (?:his|her|their))"
    rf"|\b(?:power|electricity|lights?|heating|water|line|lift|elevator) (?:is|are|has been|have been)"
    r" (?:out|off|cut|dead|gone|down|failing)\b"
    r"|\b(?:flooded|half-collapsed|collapsed|condemned|under siege|besieged|snowed in|snowbound|cut off"
    r"|barricaded|boarded up|burned out|burnt out|gutted|mined|quarantined|evacuated|overcrowded|overrun"
    r"|shelled|bombed out|freezing|bitterly cold|below zero|stifling|airless)\b",
    re.IGNORECASE,
)
_FUNCTION = compile_lazily(
    r"\b(?:once an? |formerly|used to be|(?:now )?(?:serves|serving|doubles|doubling|used|functions) as"
    r"|(?:is|are|was|were|now) used (?:for|to|as)|converted (?:in)?to|turned into an?)\b",
    re.IGNORECASE,
)
_CULTURE = compile_lazily(
    r"\b(?:crucifix(?:es)?|icons?|shrines?|altars?|prayer (?:flags?|mats?|beads)|menorah|mezuzah|incense"
    r"|rosary|rosaries|flags?|banners?|pennants?|portraits? of|murals?|graffiti|bunting|tapestr(?:y|ies)"
    r"|totems?|(?:wedding|family|team|school) photographs?|trophies|medals|pennants)\b",
    re.IGNORECASE,
)
_REPUTATION = compile_lazily(
    r"\b(?:known (?:for|as|to)|famous|infamous|notorious|legendary|haunted|cursed|feared|(?:they|people) say"
    r"|said to (?:be|have)|no ?body comes here|no one comes here"
    r"|the (?:best|worst|roughest|oldest|cheapest|last|only) [\w ]{2,30} in (?:town|the (?:city|country"
    r"|county|village|valley|world|district)))\b",
    re.IGNORECASE,
)
# Matches a sentence about something that is shown on a screen or in a picture.
_ON_A_SCREEN = compile_lazily(
    r"\b(?:on|in) (?:the |an? |his |her |their )?(?:\w+ )?(?:screens?|tv|television|monitor|photo(?:graph)?"
    r"|picture|poster|newsreel|video)\b",
    re.IGNORECASE,
)
_A_PICTURE = compile_lazily(
    r"(?:an?|the|another) (?:[\w-]+ ){0,2}(?:photo(?:graph)?|snapshot|polaroid|portrait|poster"
    r"|picture)(?: of\b|:)",
    re.IGNORECASE,
)
_OF_ITS_OWN = compile_lazily(r"^(?:it|this|the place|here|what)\b", re.IGNORECASE)
_THERE_IS = compile_lazily(r"^there(?:['’]s| is| are)\b", re.IGNORECASE)
_FINITE = compile_lazily(
    r"\b(?:is|are|was|were|has|have|had|be|been|can|can['’]t|will|would|must|goes|does|do|did|isn['’]t|aren['’]t"
    r"|that['’]s|it['’]s)\b",
    re.IGNORECASE,
)
_SAID = compile_lazily(r"[“\"]|\b(?:too|which|if|than|now|then)\b|\b[A-ZÀ-Þ]{2,}\b")
_UNTOLD = """no only nothing not still again later closed dawn day morning noon midday afternoon dusk evening
night midnight silence darkness"""
_NO_DETAIL = frozenset(_UNTOLD.split())
_PLAIN = """two three four five six seven eight nine ten twelve twenty thirty fifty hundred the a an some few
many several bare empty old new red white black blue green grey brown yellow wooden broken cheap low"""
_COUNTED = frozenset(_PLAIN.split())
_PLACING = "on in at over from to through against by with into onto under along across round"
_AFTER = frozenset(_PLACING.split())
_FEWEST_WORDS = 12  # A script with fewer words counts as English.
LEAST, MOST = 2, 30  # A sentence with fewer or more words than these limits is not taken for an attribute.


@dataclass(frozen=True, slots=True)
class ScriptLayers:
    """The attributes that the script gives to places, keyed by name, and to scenes, keyed by the line of the
    scene's heading.
    """

    places: Mapping[str, Layers] = field(default_factory=dict)
    scenes: Mapping[int, Layers] = field(default_factory=dict)


def extract_place_layers(scenes: Sequence[ScriptScene], read: Sequence[ReadScene]) -> ScriptLayers:
    """Return the attributes that the script gives to its places and scenes. A script in another language than
    English gives none, because the words that tell a description from an event are English.
    """
    words = sum(len(split_words(scene.text)) for scene in scenes)
    if words >= _FEWEST_WORDS and find_language_of_scenes(scenes) != "en":
        return ScriptLayers()
    places: dict[str, Layers] = {}
    of_scenes: dict[int, Layers] = {}
    for scene, as_read in zip(scenes, read, strict=True):
        name = normalize_place_name(scene.slug.location)
        first, mine = name not in places, places.get(name, ())
        scene_layers: Layers = ()
        for layer, text in _list_layer_sentences(as_read, name):
            if layer == "constraints" or (layer == "detail" and not first):
                scene_layers = replace_layer(scene_layers, layer, text)
            elif layer not in dict(mine):
                mine = replace_layer(mine, layer, text)
        places[name] = mine
        if scene_layers:
            of_scenes[scene.span.line] = scene_layers
    return ScriptLayers({name: layers for name, layers in places.items() if name and layers}, of_scenes)


def _list_layer_sentences(read: ReadScene, place: str) -> Iterator[tuple[str, str]]:
    """Yield the attributes that one scene gives to its place, as pairs of the attribute's name and a sentence
    of the script. If several sentences belong to the attribute `detail` (the look of the place), they are
    joined.
    """
    details: list[str] = []
    its_words = set(split_words(fold(place)))
    for at, moment in enumerate(read.moments):
        if moment.beat.montage or moment.beat.card or not moment.text or moment.text.isupper():
            continue
        opens = at == 0
        for action in moment.actions:
            text = action.sentence.strip()
            tokens = split_words(fold(text))
            if action.names or _PEOPLE.search(text):
                opens = False  # What is seen after somebody appears may be something of this person.
                continue
            if not LEAST <= len(tokens) <= MOST or text.isupper():
                continue
            if _ON_A_SCREEN.search(text) or _A_PICTURE.match(text) or framing_in(text):
                continue
            about = opens or bool(_OF_ITS_OWN.match(text)) or bool(its_words & set(tokens[:4]))
            layer = _classify_layer(text, tokens, about=about or names_a_place(tokens[:4]), opens=opens)
            if layer == "detail":
                details.append(text)
            elif layer:
                yield layer, text[:MAX_LAYER_LENGTH]
    if details:
        yield "detail", " ".join(details)[:MAX_LAYER_LENGTH]


def _classify_layer(text: str, tokens: Sequence[str], *, about: bool, opens: bool) -> str:
    if about and _FUNCTION.search(text):
        return "function"
    if about and _REPUTATION.search(text):
        return "reputation"
    if (opens or about) and _CONSTRAINTS.search(text):
        return "constraints"
    if opens and _CULTURE.search(text):
        return "culture"
    return "detail" if opens and _is_static_description(text, tokens) else ""


def _is_static_description(text: str, tokens: Sequence[str]) -> bool:
    """Return True if a sentence names objects and no events, such as “Eight stools, red light, steam.”"""
    if any(map(names_weather, tokens)) or text[-1:] not in ".!…" or _SAID.search(text):
        return False
    if tokens[0] in _NO_DETAIL or (tokens[0] in _COUNTED and tokens[1] in _AFTER):
        return False
    if _THERE_IS.match(text):
        return True
    if _FINITE.search(text) or any(token in ACTS and at for at, token in enumerate(tokens)):
        return False
    return all(_has_only_nouns(split_words(piece)) for piece in fold(text).split(","))


def _has_only_nouns(tokens: Sequence[str]) -> bool:
    """Return True if no word of a phrase can be a verb. A final `s` in the phrase then always marks a plural
    noun.
    """
    for at, token in enumerate(tokens[:-1]):
        if not token.endswith("s") or token.endswith("ss") or len(token) < 4:
            continue
        after = tokens[at + 1]
        if after not in _AFTER and after not in ("of", "and", "or", "like"):
            return False
        if after in _AFTER and at and tokens[at - 1] not in _COUNTED:
            return False
    return True
