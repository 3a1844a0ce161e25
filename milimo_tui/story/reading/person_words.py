"""Words that mean people: roles with their gender and number, titles, names by gender. Tables alone."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_SHE = (
    "woman girl lady mother mom mum grandmother granny grandma aunt sister wife daughter granddaughter niece widow bride"
    " queen princess waitress actress hostess nun maid housemaid barmaid landlady schoolgirl duchess witch mistress"
    " stewardess saleswoman policewoman businesswoman goddess heroine niece godmother stepmother madam"
)
_HE = (
    "man boy gentleman father dad grandfather grandpa granddad uncle brother husband son grandson nephew widower groom"
    " king prince waiter actor butler monk priest schoolboy duke wizard landlord salesman policeman businessman fireman"
    " postman fisherman doorman guy fellow bloke lad monsieur foreman watchman stepfather godfather"
)
_EITHER = (
    "child kid baby toddler teenager teen infant youth student pupil teacher professor doctor surgeon nurse patient"
    " soldier officer sergeant captain general guard cop policeman detective inspector agent clerk cashier vendor"
    " shopkeeper seller barman bartender driver cabbie passenger conductor pilot sailor mechanic worker labourer miner"
    " farmer cook chef customer guest client visitor tourist traveller stranger neighbour neighbor friend partner boss"
    " manager secretary assistant apprentice receptionist reporter journalist photographer lawyer judge witness prisoner"
    " thief burglar robber killer victim witness singer dancer musician pianist violinist drummer clown acrobat juggler"
    " ringmaster referee coach player goalkeeper goalie keeper runner rider jockey cyclist biker hunter beggar tramp"
    " preacher minister rabbi imam bishop mayor president minister ambassador colleague cousin twin parent grandparent"
    " orphan hostage spy sniper gunman bodyguard bouncer dealer gambler newcomer figure person someone somebody"
    " commentator announcer narrator presenter host interviewer registrar vet veterinarian midwife paramedic undertaker"
    " caretaker janitor cleaner courier messenger watchmaker baker butcher tailor barber hairdresser carpenter gardener"
    " sleeper speaker caller fugitive deserter medic lieutenant colonel major corporal private admiral"
)
_MANY = (
    "men women boys girls ladies gentlemen children kids babies students soldiers officers guards cops police policemen"
    " people crowd mob audience fans spectators passengers guests customers workers dancers players twins couple family"
    " neighbours neighbors friends strangers tourists sailors prisoners nuns monks waiters nurses doctors reporters"
    " mourners protesters recruits extras villagers vendors pedestrians commuters shoppers choir band orchestra team"
    " patients bystanders onlookers diners drinkers regulars brothers sisters parents cousins others troops"
)
_CREATURES = (
    "dog cat horse pony donkey mule cow bull goat sheep lamb wolf fox bear lion tiger elephant monkey ape gorilla bird"
    " parrot raven crow owl eagle hawk falcon pigeon hen rooster duck goose swan rat mouse rabbit snake shark whale"
    " dolphin dragon monster creature robot android ghost puppy kitten"
)
_TITLES = {
    "mr": "he", "sir": "he", "lord": "he", "herr": "he", "don": "he", "señor": "he", "father": "he", "brother": "he",
    "mrs": "she", "ms": "she", "miss": "she", "lady": "she", "madame": "she", "mademoiselle": "she", "frau": "she",
    "dame": "she", "señora": "she", "sister": "she", "aunt": "she", "uncle": "he", "king": "he", "queen": "she",
}  # fmt: skip
AGES = frozenset(
    [
        "young",
        "old",
        "little",
        "older",
        "younger",
        "teenage",
        "teen",
        "adult",
        "child",
        "small",
        "elderly",
        "aged",
        "middle-aged",
    ]
)
YOUNG = frozenset(
    [
        "boy",
        "girl",
        "child",
        "kid",
        "baby",
        "toddler",
        "teenager",
        "teen",
        "infant",
        "youth",
        "lad",
        "schoolboy",
        "schoolgirl",
    ]
)
OLD = frozenset(["old", "elderly", "aged"])


@cache
def roles() -> Mapping[str, str]:
    """Role nouns in lower case: she, he, they (many), it (a creature), or empty where anybody may be meant."""
    found: dict[str, str] = {}
    for words, gender in ((_EITHER, ""), (_SHE, "she"), (_HE, "he"), (_MANY, "they"), (_CREATURES, "it")):
        found.update((word, gender) for word in words.split())
    return found


@cache
def _by_name() -> Mapping[str, str]:
    text = files(__package__).joinpath("names.toml").read_text("utf-8")
    return {name: gender for gender, names in tomllib.loads(text).items() for name in names.split()}


def gender_of(name: str) -> str:
    """The gender that a name alone says: by a role, a title or the first name; empty where it says nothing."""
    words = [word.strip(".").casefold() for word in name.split()]
    for word in reversed(words):
        if word in roles():
            return roles()[word]
    for word in words:
        if word in _TITLES:
            return _TITLES[word]
    return next((_by_name()[word] for word in words if word in _by_name()), "")
