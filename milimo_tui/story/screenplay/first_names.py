"""A table of first names, each with the pronoun (he or she) of the people who usually have this name.

The names come from population counts (`first_names.txt`); accents are ignored. Some names are also ordinary
words (Grace, Hunter). Such a name may show the gender of a known person. A word in capitals is not taken for
a person only because it is such a name.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from milimo_tui.story.values.text import fold_accents

# Names that are also ordinary words, but that mean a person far more often in scripts.
_PEOPLE_FIRST = """alma anna ben bill bob carol clara cole daisy dan dick dora dot eve faith frank gina
gloria grace gus hazel henry holly iris ivy jack jake jean jenny jerry jill jim joe john joy june kate lara
lily lola marc maria mark martin mary matt maya mia mike nick nora nina olga olive otto pam paul pearl pedro
peggy penny peter ray rita rob robin rose ruby ruth sally sam sonia stella tara ted tess tina tom tony vera
victor viola violet will basil bertram blanca carlos chad clem cliff clint clyde colleen crystal dale debby
derrick dexter dolly don drew dudley ester fay francisca gene geneva ginger glen herb ida ilia jasper jed
jess jo josh josie kay ken kim kirk kit kitty larry laurel leah lena lila lina lionel lori lulu luna mabel
mack madeline marge mavis mel merle mick mina minnie moira molly morgan myron myrtle nan ned nelson nora pat
perry pia rex rufus russel sabina sabine salma sammy sandy shirl sid sylvester tabby tammy tania tiffany
tilly toby trey troy tyrone wade wally walt willie xenia al alec alf alfonso amadou ambrose amin amir anil
barney benny beryl bo burt cal camilla carlin cass chester chuck colin corinne dirk duke eddy elle erika
francis franklin garth goran hakim hamza hasan jenna jordan kai kali karri konstantin lea lev levy mali pete
malik manny masha maxim mollie nat nazim paolo piper reg rhea rohan ross sabina serge spencer sonny tanner
therese travis vinny zac zain zed abbey abigail alan alannah alexia alison allan amelia amy ana angelica
angeline angelique ann annet arietta aurelia ava barry benedict benjamin beth betty billy bobby brad brent
bret brett carl carlie caroline catalina celeste celestine clement conner cyrus dian dom donna doria elain
elaine elysia emma eric eria ethel filippo gabby gabi gemma gilbert graham hakeem hanna hank harry heather
hector homer ilka iva jane jann jasmine jeff jimmy jina jing johannes joey julio kelly kelvin kent kerry
kyle laura lenard lewis lucy luke lupe mae marcel marceline marcella marcello marguerite mona morris nancy
neal nicky nicolo noel norma oliva olena pablo paddy patrice patty penni petronella phoebe pilar quinton
rainer ralph randle randy rick rickey riley rodney roger rory rosella roxy samson sander seraphina seth
sibyl sophia sophy stephane stephanos sue tamara timothy tommy valerian vincent walter"""
_BY_HAND = {"petr": "he", "jean-luc": "he", "anne-marie": "she", "theo": "he", "jan": "he", "milan": "he",
            "noel": "he", "ali": "he", "akira": "he", "rudi": "he"}  # fmt: skip


@cache
def _load_name_pronouns() -> dict[str, str]:
    """Return every name with its pronoun. The pronoun is empty if both men and women have the name."""
    names = _load_counted_names()
    pronouns = {"either": "", "he": "he", "she": "she"}
    return {name: pronoun for section, pronoun in pronouns.items() for name in names[section]} | _BY_HAND


@cache
def _load_names_that_are_words() -> frozenset[str]:
    return frozenset(_load_counted_names()["words"]) - frozenset(_PEOPLE_FIRST.split())


@cache
def _load_counted_names() -> dict[str, list[str]]:
    """Return the names of each section of `first_names.txt`, which `tools.first_names_table` generates.

    At least 80 % of the people with a name of section `he` or `she` have that gender. `either` has all other
    names, and `words` has the names that are also English words.
    """
    _, *sections = files(__package__).joinpath("first_names.txt").read_text("utf-8").split("\n\n")
    return {title: names.split() for title, _, names in (each.partition("\n") for each in sections)}


def get_first_name_pronoun(name: str) -> str:
    """Return the pronoun (he or she) for a first name. Return an empty string if the word is no first name,
    or if both men and women have it.
    """
    return _load_name_pronouns().get(fold_accents(name), "")


def is_first_name(word: str) -> bool:
    """Return True if a word in capitals is a first name and not also an ordinary word."""
    bare = fold_accents(word)
    return bare in _load_name_pronouns() and bare not in _load_names_that_are_words()


def may_be_first_name(word: str) -> bool:
    """Return True if a word can be a first name, even if it is an ordinary word too: Hunter, May."""
    return fold_accents(word) in _load_name_pronouns()
