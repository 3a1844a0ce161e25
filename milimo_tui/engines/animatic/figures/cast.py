"""Choose each character's appearance from their description. Properties that the description does not mention
are those of a neutral figure; only the grey of the clothes and the voice depend on the name, to tell people
apart.

The same name and description give the same appearance in every shot.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from milimo_tui.engines.animatic.draw.colour import Colour, parse_colour
from milimo_tui.engines.animatic.figures import stature
from milimo_tui.engines.specs.spec_values import DescribedPerson
from milimo_tui.story.screenplay.people_words import BIRDS

_SKIN, _DARK_SKIN, _PALE_SKIN = map(parse_colour, ("#c9a183", "#7d4f35", "#f0c8a8"))
_HAIR, _OLD_HAIR = map(parse_colour, ("#3a302b", "#c9c5bd"))
# From dark to light, so that two people without described clothes can mostly be told apart.
_GREYS = tuple(
    map(
        parse_colour,
        ("#4b4e55", "#85888c", "#66615c", "#a9a7a0", "#8d8880", "#5f656c", "#b2b1ac", "#767a74"),
    )
)
_UNDER, _TROUSERS = map(parse_colour, ("#cfcfca", "#3d4148"))
_HAIRS = {
    "black": "#1d1a20",
    "dark": "#2c211d",
    "brown": "#553823",
    "blond": "#d0a659",
    "blonde": "#d0a659",
    "red": "#9c4527",
    "ginger": "#b5592a",
    "auburn": "#7a3a24",
    "grey": "#9b9a98",
    "gray": "#9b9a98",
    "silver": "#bcbcbc",
    "white": "#dedad2",
}
_CLOTH = {
    "red": "#b23a36",
    "crimson": "#96263a",
    "scarlet": "#c03a2c",
    "orange": "#cf7433",
    "yellow": "#d9ab3b",
    "mustard": "#c89a34",
    "gold": "#c79b3d",
    "green": "#3d7351",
    "olive": "#6d7440",
    "khaki": "#9a8a5c",
    "teal": "#2b7a78",
    "turquoise": "#3d9c98",
    "blue": "#37608f",
    "navy": "#2b3b63",
    "denim": "#47678c",
    "purple": "#654280",
    "violet": "#6b4a8c",
    "plum": "#6b3a5c",
    "pink": "#cc7890",
    "rose": "#b9606f",
    "brown": "#70503a",
    "tan": "#b08d62",
    "beige": "#c8b592",
    "camel": "#b98f5a",
    "cream": "#ddd0b4",
    "white": "#e6e3da",
    "ivory": "#e2dac4",
    "grey": "#7c8088",
    "gray": "#7c8088",
    "charcoal": "#3e424a",
    "black": "#25262c",
    "silver": "#a3a8ae",
}
_GARMENTS = {
    "white coat": r"doctor|nurse|scientist|surgeon|lab coat|scrubs|pharmacist",
    "coat": r"coat|overcoat|trench ?coat|rain ?coat|cloak|robe|poncho|mac",
    "jacket": r"jacket|blazer|leather|parka|bomber|cardigan|anorak|uniform|vest|waistcoat",
    "suit": (
        r"suit|tuxedo|tie|businessman|lawyer|banker|executive|agent|detective|professor|"
        r"politician|inspector"
    ),
    "dress": r"dress|gown|skirt|sari|kimono",
    "hoodie": r"hoodie|hooded|hood|sweatshirt|tracksuit",
    "apron": (
        r"apron|cook|chef|vendor|baker|butcher|waitress|waiter|barman|bartender|noodle seller|"
        r"fishmonger"
    ),
    "shirt": r"shirt|t-shirt|sweater|jumper|pullover|blouse|overalls|dungarees|tee",
}
_HATS = {
    "fedora": r"hat|fedora|trilby|stetson|bowler|homburg|brim\w*",
    "cap": (
        r"cap|baseball cap|flat cap|beret|peaked cap|police officer|cop|driver|conductor|"
        r"captain|soldier|guard|officer"
    ),
    "beanie": r"beanie|knit(?:ted)? hat|wool(?:len|ly)? hat|toque|bobble hat",
    "helmet": r"helmet|fire ?fighter|astronaut|diver",
    "scarf": r"headscarf|hijab|shawl|veil|nun|bandana",
}
_WOMAN = (
    r"she|her|woman|women|girl|lady|mother|mom|mum|daughter|sister|wife|aunt|grandmother|"
    r"granny|queen|waitress|actress|nun|widow|girlfriend|mrs|ms|miss|madam|female|queen|"
    r"princess"
)
_MAN = (
    r"he|his|him|man|men|boy|gentleman|father|dad|son|brother|husband|uncle|grandfather|"
    r"grandpa|king|waiter|actor|monk|widower|boyfriend|mr|sir|male|guy|fisherman|"
    r"policeman|barman|businessman|priest|prince|bearded?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CastLook:
    """A person's appearance in every shot. Heights are in metres. Colours are as seen in white light."""

    name: str
    woman: bool
    age: str  # `child`, `adult` or `old`
    height: float
    build: float  # width of the body relative to an average person, which is 1.0
    skin: Colour
    hair: Colour
    style: str  # hairstyle: short, crop, side, curly, bob, long, bun, tail or bald
    beard: str = ""  # `full`, `moustache` or `stubble`; empty for no beard
    hat: str = ""
    garment: str = "coat"
    coat: Colour = (128, 128, 128)
    under: Colour = (200, 190, 170)
    trousers: Colour = (60, 64, 74)
    glasses: bool = False
    scarf: Colour | None = None
    voice: int = 0
    animal: str = ""  # `bird` or `beast`; empty for a person


def _has_words(words: str, text: str) -> bool:
    return re.search(rf"\b(?:{words})\b", text) is not None


def _find_colour(noun: str, table: dict[str, str], text: str) -> Colour | None:
    """Return the colour of the thing that `noun` names in a description, as in “a long grey coat”. The colour
    word must be shortly before the noun. `table` maps colour words to colours. None if the text names no
    colour.
    """
    match = re.search(rf"\b({'|'.join(table)})\b(?:[\s-]+\w+){{0,2}}?[\s-]+(?:{noun})\b", text)
    return parse_colour(table[match.group(1)]) if match else None


def describe_appearance(person: DescribedPerson) -> CastLook:
    """Return a person's appearance. Everything that is not described is neutral."""
    name = re.sub(r"\s*\(.*?\)", "", person.name).strip().upper()
    digest = hashlib.sha256(f"look:{name}".encode()).digest()
    text = f"{name} {person.description}".lower()
    woman = _has_words(_WOMAN, text) or (not _has_words(_MAN, text) and person.gender == "she")
    years = stature.read_years(f"{person.name}, {person.description}")
    age = stature.choose_age(text, years)
    animal = _choose_animal(text) if person.kind == "animal" else ""
    height = stature.choose_height(text, years, age, woman=woman)
    is_wide = _has_words("fat|heavy|stout|burly|large|big|broad|huge|plump", text)
    is_narrow = _has_words("thin|slim|gaunt|skinny|lean|slender|wiry|frail", text)
    coat = _find_animal_colour(text) if animal else _find_coat_colour(text)
    scarf = _find_colour("scarf|neckerchief", _CLOTH, text)
    return CastLook(
        name=name,
        woman=woman,
        age=age,
        height=_choose_animal_height(text, animal) if animal else height,
        animal=animal,
        build=1.16 if is_wide else 0.9 if is_narrow else 1.0,
        skin=_find_skin(text),
        hair=_find_hair_colour(text, age),
        style=_choose_hair_style(text, woman, age),
        beard=_choose_beard(text),
        hat=next((hat for hat, words in _HATS.items() if _has_words(words, text)), ""),
        garment=next((garment for garment, words in _GARMENTS.items() if _has_words(words, text)), "shirt"),
        coat=coat or _GREYS[digest[0] % len(_GREYS)],
        under=_UNDER,
        trousers=_TROUSERS,
        glasses=_has_words("glasses|spectacles|bespectacled|sunglasses|goggles", text),
        scarf=scarf or (_GREYS[0] if _has_words("scarf", text) else None),
        voice=digest[1] % 64,
    )


def _find_hair_colour(text: str, age: str) -> Colour:
    nouns = "hair(?:ed)?|beard|bun|braids?|curls|bob|locks|ponytail|blonde?"
    if found := _find_colour(nouns, _HAIRS, text):
        return found
    for word, colour in (("blonde?", "blond"), ("redhead", "ginger")):
        if _has_words(word, text):
            return parse_colour(_HAIRS[colour])
    return _OLD_HAIR if age == "old" else _HAIR


def _choose_animal(text: str) -> str:
    return "bird" if BIRDS & set(re.findall(r"[a-z]+", text)) else "beast"


def _choose_animal_height(text: str, animal: str) -> float:
    """Return the height of an animal in metres: that of a horse, a cat, a bird, or otherwise a dog."""
    if _has_words("horse|mare|stallion|cow|bull|ox|camel|elephant|giraffe|bear|moose|elk|bison", text):
        return 1.5
    if _has_words("ostrich|stork|crane|heron|goose|swan|turkey|flamingo", text):
        return 0.8
    small = animal == "bird" or _has_words("cat|kitten|rat|mouse|rabbit|hare|ferret|hamster|puppy", text)
    return 0.35 if small else 0.65


def _find_animal_colour(text: str) -> Colour | None:
    match = re.search(rf"\b({'|'.join(_CLOTH)})\b", text)
    return parse_colour(_CLOTH[match[1]]) if match else None


def _find_skin(text: str) -> Colour:
    if _has_words("black (?:man|woman)|dark-skinned|african", text):
        return _DARK_SKIN
    return _PALE_SKIN if _has_words("pale|fair-skinned|freckled|pallid", text) else _SKIN


def _choose_hair_style(text: str, woman: bool, age: str) -> str:
    for style, words in (
        ("bald", "bald|shaven|shaved head|hairless"),
        ("bun", "bun|chignon|hair (?:tied|pinned|up)"),
        ("tail", "ponytail|pigtails?|braids?|plaits?"),
        ("bob", "bob|bobbed|short black hair|chin-length"),
        ("curly", "curly|curls|afro|frizzy|wild hair|tousled"),
        ("long", "long (?:\\w+ )?hair|flowing"),
        ("crop", "crew cut|buzz ?cut|cropped|crop"),
        ("side", "slick\\w*|combed|parting"),
    ):
        if _has_words(words, text):
            return style
    if woman:
        return "bun" if age == "old" else "bob"
    return "side" if age == "old" else "short"


def _choose_beard(text: str) -> str:
    if _has_words("moustache|mustache", text):
        return "moustache"
    if _has_words("beard|bearded", text):
        return "full"
    return "stubble" if _has_words("stubble|unshaven", text) else ""


def _find_coat_colour(text: str) -> Colour | None:
    for words in (*_GARMENTS.values(), "scarf|hat"):
        found = _find_colour(words, _CLOTH, text)
        if found is not None and words != "scarf|hat":
            return found
    match = re.search(rf"\b(?:in|wears?|wearing|dressed in)\s+(?:\w+\s+)?({'|'.join(_CLOTH)})\b", text)
    if match:
        return parse_colour(_CLOTH[match.group(1)])
    return parse_colour("#e4e6e4") if _has_words(_GARMENTS["white coat"], text) else None
