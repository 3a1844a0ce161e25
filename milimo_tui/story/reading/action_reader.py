"""Reader of action. It finds the people meant by names, nouns, pronouns and group words, and the people who
arrive and leave.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.act_words import ACTS, WAS, begins_with_act
from milimo_tui.story.reading.exits_and_entrances import (
    GOES_IN,
    GOES_OUT,
    LEAVES,
    OFF,
    OUT_OF_ROOM,
    PEEPED,
    PEEPS,
    SENDS,
)
from milimo_tui.story.reading.moment import ActionSentence
from milimo_tui.story.reading.nouns import NO_THINGS, NounResolver
from milimo_tui.story.reading.people import WORD, People, key_of
from milimo_tui.story.reading.plural_words import (
    ALL_OF,
    ALL_OTHERS,
    CROWD_ACTS,
    OTHERS,
    THEY,
    TWO_OR_THREE,
    WHOLE,
    count_unnamed_people,
)
from milimo_tui.story.reading.presence import ActionMeaning, ScenePresence
from milimo_tui.story.reading.pronouns import PRONOUNS
from milimo_tui.story.reading.unseen import (
    ALL_BUT,
    DENIED,
    ELSEWHERE,
    IS_GONE,
    ONCE_GONE,
    PICTURED,
    UNAWARE,
    is_absent_object,
    is_lettering,
    is_only_thought_of,
    is_searched_for,
)
from milimo_tui.story.screenplay.people_words import (
    BEASTS_PARTS,
    BIRDS,
    BODY,
    CLOTHES,
    CREATURES,
    GENERIC,
    KIN,
    ROLES,
)
from milimo_tui.story.values.text import QUOTED, split_sentences

_WINGS = frozenset(["wing", "wings", "feather", "feathers", "beak", "bill", "crest", "talon", "talons"])
_LOOKS = frozenset(["says", "knows", "thinks", "growls", "barks", "whines", "sniffs", "pants", "licks"])
_BY_GENDER = frozenset(
    ["boy", "guy", "gentleman", "lad", "bloke", "fellow", "chap", "dude", "girl", "lady", "gal", "lass"]
)
_THE = frozenset(
    {"the", "this", "that", "both", "other", "older", "younger", "young", "old", "little", "and"}
)
_AGES = _THE - {"the", "this", "that", "both", "and"}
# Matches an age after a name, which introduces the person: “round the wrist of INES (29)”.
_IS_INTRODUCED = compile_lazily(r"\s*(?:\(|,\s)\d{1,2}s?\b")
# Nouns for a position next to a person. A person named after such a noun and “of” is in the picture: “in
# front of Chidi” shows Chidi.
_BESIDE = frozenset(["front", "ahead", "side", "back"])
_ONLY_SPOKEN_OF = frozenset(["about", "of", "remembers", "misses", "called", "named", "like"])
# Nouns before “of” and a name that show a person who is present: “the rest of SUNDAY is inside”, “the back of
# Mara's head”.
_PART_OF = frozenset(
    ["rest", "back", "top", "half", "sight", "face", "figure", "shape", "outline", "silhouette", "all"]
)
_LIKENESS = frozenset(
    ["chin", "eyes", "nose", "jaw", "mouth", "smile", "hair", "face", "ears", "brow", "forehead"]
)
_HOLDS = frozenset(
    ["takes", "grabs", "catches", "seizes", "squeezes", "pats", "kisses", "grips", "tugs", "clasps"]
)
_HELD = frozenset(
    ["arm", "hand", "elbow", "wrist", "shoulder", "sleeve", "cheek", "forehead", "hands", "shoulders"]
)
_PART_ALONE = compile_lazily(
    rf"An? (?:[a-z-]+,? ){{0,2}}?(?:{'|'.join(sorted(BODY - CLOTHES))}|silhouette|shape|figure)\b(?!['’-])"
)
_OF_ONE_FAMILY = {"brothers": "he", "sisters": "she", "siblings": "", "twins": "", "lovers": ""}
_ALONE = compile_lazily(r"\balone\b", re.IGNORECASE)
_ONE_OF_A_PAIR = compile_lazily(
    rf"\bone (?:of (?:his|her|their) )?(?:\w+ )?(?:{'|'.join(sorted(BODY))})\b.*\bthe other\b", re.IGNORECASE
)
_BEHIND_IS = frozenset(
    ["already", "been", "gone", "got", "here", "not", "now", "still", "there", "the", "a", "an"]
)


def _shows_contracted_verb(word: str) -> bool:
    """Return True if a word after `’s` shows that the contraction means “is” or “has”."""
    stem = word.removesuffix("ing")
    return word in _BEHIND_IS or (stem != word and not ACTS.isdisjoint((f"{stem}s", f"{stem}es")))


def read_action(text: str, people: People, presence: ScenePresence) -> ActionMeaning:
    """Return the people whom a piece of action means. The text is read sentence by sentence. `people` are all
    people of the film, and `presence` has the people present in the scene.
    """
    out = ActionMeaning(ahead=tuple(list_names_in_text(text, people)))
    for sentence in split_sentences(QUOTED.sub(" ", text)):
        _ActionSentenceReader(sentence, people, presence, out).read_sentence_words()
    return out


def list_names_in_text(text: str, people: People) -> dict[str, None]:
    """Return everybody whom a text names, except people who are only named as owners."""
    tokens = WORD.findall(text)
    keys = [key_of(token) for token in tokens]
    out: dict[str, None] = {}
    for at, token in enumerate(tokens):
        if not token[0].isupper():
            continue
        for name_key, name in people.by_word.get(keys[at], ()):
            end = at + len(name_key)
            if tuple(keys[at:end]) == name_key:
                if not tokens[end - 1].casefold().endswith(("'s", "’s")):
                    out[name] = None
                break
    return out


@dataclass(slots=True)
class _ActionSentenceReader(NounResolver):
    """A sentence of action that is being read word by word, with the people found so far."""

    def read_sentence_words(self) -> None:
        """Read the sentence word by word, and record the people whom it means."""
        self.matches = list(WORD.finditer(self.text))
        self.before = frozenset(self.out.seen)
        tokens = [match[0] for match in self.matches]
        keys = [key_of(token) for token in tokens]
        at = 0
        while at < len(tokens):
            at += self.read_word(tokens, keys, at)
        off = OFF.match(self.text) is not None and not self.found
        if unaware := UNAWARE.search(self.text):
            self.move_unaware_people(unaware)
        if begins_with_act(keys) or off:
            self.continue_last_subject()
        if off:
            self.out.leaving.update(dict.fromkeys(self.list_leavers(0)))
        if OTHERS.search(self.text) and not _ONE_OF_A_PAIR.search(self.text):
            self.show_the_others()
        elif TWO_OR_THREE.search(self.text):
            self.show_people(
                self.list_people_present() or (self.list_last_pair() if not self.out.actions else [])
            )
        if rest := ALL_BUT.search(self.text):
            self.show_all_except(rest)
        if not self.found and (count := count_unnamed_people(self.text)):
            self.show_people(self.list_people_of_count(count))
        if pictured := PICTURED.search(self.text):
            self.out.pictured.update(
                each.name for each in self.mentions if each.start > pictured.start() and each.name
            )
        if self.found and (leaves := self.match_leaving_words()):
            self.out.leaving.update(dict.fromkeys(self.list_leavers(leaves.start())))
        if not self.found and (part := _PART_ALONE.match(self.text)):
            self.apply_lone_body_part(part)
        if not self.found and CROWD_ACTS.match(self.text):
            self.out.acted = True  # A crowd acts, so the sentence shows somebody: “The dockers cheer.”
        self.apply_sending_and_peeping()
        if ELSEWHERE.match(self.text):
            self.hide_people_elsewhere()
        if departed := ONCE_GONE.search(self.text) or IS_GONE.fullmatch(self.text.strip()):
            self.hide_departed_people(departed)
        if self.found and _ALONE.search(self.text):
            self.out.alone = True
        if (self.found and not self.out.subject) or self.found:
            self.out.subject = next(iter(self.found))
        self.out.stranger = None if self.found else self.stranger
        self.out.strangers |= self.strangers
        self.out.actions.append(ActionSentence(self.text, tuple(self.mentions)))

    def apply_sending_and_peeping(self) -> None:
        """Record that people who are sent out of the scene leave. Also record that a person who only looked
        in leaves when the sentence says that the head is withdrawn.
        """
        there = self.presence
        if sent := SENDS.search(self.text):
            inside = [
                each.name
                for each in self.mentions
                if sent.start("who") <= each.start < sent.end() and each.name
            ]
            others = [name for name in inside if name not in list(self.found)[:1]]
            self.out.leaving.update(dict.fromkeys(others))
            if others and sent["with"]:
                # The person who takes another person along also leaves: “leads him away”.
                self.out.leaving.update(dict.fromkeys(self.list_leavers(sent.start())))
        if PEEPS.search(self.text) and self.found:
            there.peeping = next(iter(self.found))
        elif there.peeping and PEEPED.search(self.text):
            self.out.leaving[there.peeping] = None
            there.peeping = ""

    def apply_lone_body_part(self, part: re.Match[str]) -> None:
        """Take a body part without an owner as a part of the next new speaker, and record a doubt: “The door
        opens. An eye.” If there is no such speaker, nobody is shown. `part` is the match of the words.
        """
        newcomer = self.presence.newcomer
        self.out.acted = True
        if newcomer and not self.presence.montage:
            self.presence.newcomer = ""
            self.show_person(newcomer)
            self.add_cast_doubt(part[0], newcomer, (), 0.6, "who speaks next has not been seen yet")

    def hide_people_elsewhere(self) -> None:
        """Remove people from the picture if they left the scene before and the sentence takes place
        elsewhere: “Upstairs, Tom plays.” They are only heard.
        """
        for name in [name for name in self.found if name in self.presence.gone]:
            del self.found[name]
            self.out.seen.pop(name, None)

    def hide_departed_people(self, match: re.Match[str]) -> None:
        """Remove people from the picture whom the sentence describes as having left: “When they have gone he
        sits.” The person meant by “he” stays.
        """
        inside = [each.name for each in self.mentions if match.start("who") <= each.start < match.end("who")]
        if match["who"].strip().casefold() == "they":
            rest = [e.name for e in self.mentions if e.start >= match.end() and e.name]
            inside = [
                name for name in dict.fromkeys((*self.found, *self.presence.present)) if name not in rest
            ]
        for name in filter(None, inside):
            self.found.pop(name, None)
            self.out.seen.pop(name, None)
            self.out.leaving[name] = None

    def move_unaware_people(self, match: re.Match[str]) -> None:
        """Record that people who do not notice an act are near, but not seen: “Where their mother can't see”.
        `match` is the match of these words.
        """
        start, end = next(match.span(group) for group in ("by", "hidden", "who") if match[group])
        inside = [each.name for each in self.mentions if start <= each.start < end and not each.owner]
        outside = [each.name for each in self.mentions if not start <= each.start < end]
        if set(self.found) <= set(inside):
            return
        for name in inside:
            if name and name not in outside and name in self.found:
                del self.found[name]
                if name not in self.before:
                    self.out.seen.pop(name, None)
                self.out.near[name] = None

    def show_all_except(self, match: re.Match[str]) -> None:
        """Show everybody present except the named person. `match` is the match of the words: “Everybody but
        Mags stands up.”
        """
        first = next((each for each in self.mentions if each.start >= match.start("who")), None)
        if first is None or WORD.search(self.text, match.start("who"), first.start):
            return
        rest = [
            name
            for name in self.list_people_present()
            if name != first.name and name not in self.presence.elsewhere
        ]
        if not rest or self.presence.crowd:
            return
        self.found.pop(first.name, None)
        if first.name not in self.before:
            self.out.seen.pop(first.name, None)
        self.show_people(rest)

    def show_the_others(self) -> None:
        """Show the people meant by “the others” or “the other”. “The others” are everybody present except the
        acting person; “the other” is one person of the same gender.
        """
        acts = next(iter(self.found), self.presence.subject)
        apart = "" if self.presence.left and not self.found else self.presence.subject
        rest = [name for name in self.list_people_present() if name not in self.found and name != apart]
        if ALL_OTHERS.search(self.text):
            rest = (
                rest if len(rest) > 1 else [n for n in self.presence.present if n not in (*self.found, acts)]
            )
        else:
            gender = self.people.by_name[acts].gender if acts in self.people.by_name else ""
            rest = [name for name in rest if gender and self.people.has_gender(name, gender)][-1:] or rest
        self.show_people(rest)

    def continue_last_subject(self) -> None:
        """Show the person who acted last, if a sentence has no subject."""
        subject = self.out.subject or self.presence.subject
        self.out.acted = True
        if subject and subject not in self.presence.away and subject not in self.presence.gone:
            self.found = {subject: None, **self.found}
            self.show_person(subject)

    def match_leaving_words(self) -> re.Match[str] | None:
        """Return the match of words with which a person leaves the picture, or None. In an outdoor scene,
        people leave by going in; in an indoor scene, by going out.
        """
        if not self.presence.outside:
            return LEAVES.search(self.text) or GOES_OUT.search(self.text)
        comes_out = OUT_OF_ROOM.search(self.text)
        return GOES_IN.search(self.text) or (None if comes_out else LEAVES.search(self.text))

    def list_leavers(self, at: int) -> list[str]:
        """Return the people who leave by the verb at offset `at`: the person named before the verb, or
        otherwise the acting person if nobody else acts.
        """
        before = [each.name for each in self.mentions if each.start < at and not each.owner and each.name]
        starts_with_act = begins_with_act([key_of(match[0]) for match in self.matches[:2]]) or at == 0
        return before[:1] or list(self.found)[:1] * (starts_with_act or not self.mentions)

    def read_word(self, tokens: Sequence[str], keys: Sequence[str], at: int) -> int:
        """Read the word at index `at`, or a name of several words that begins there. Return the number of
        words read.
        """
        if count := self.read_name(tokens, keys, at):
            return count
        token, key = tokens[at], keys[at]
        after = keys[at + 1] if at + 1 < len(keys) else ""
        if at and keys[at - 1] == "where" and after in WAS and key in PRONOUNS:
            return 1  # The person is not present: “at where he was”.
        if key in ("his", "her", "their") and (after in KIN or after in CREATURES):
            return self.resolve_possessive_kin(key, after, at)
        if token.endswith(("'s", "’s")) and after in KIN:
            return 1
        readers = (
            self.read_animal,
            self.read_pronoun_or_one,
            self.read_group_word,
            self.read_person_noun,
            self.read_stranger,
        )
        if not any(read(tokens, keys, at) for read in readers):
            self.read_plural_noun(keys, at)
        return 1

    def read_name(self, tokens: Sequence[str], keys: Sequence[str], at: int) -> int:
        """Read the name that begins at index `at`. Return its number of words, or 0 if there is no name."""
        token, key, before = tokens[at], keys[at], keys[at - 1] if at else ""
        is_name = token[0].isupper() and not (key in PRONOUNS and self.means_last_subject(key))
        if is_name:
            fewest = 1
        elif before in ("the", "this", "that"):
            fewest = 2  # A name such as “the spice seller” needs at least two matching words.
        elif before in ("a", "an"):
            fewest = 3  # A name such as “a woman in a visor” needs at least three matching words.
        else:
            return 0
        for name_key, name in self.people.by_word.get(key, ()):
            count = len(name_key)
            if count < fewest or tuple(keys[at : at + count]) != name_key:
                continue
            if is_name and count == 1 and self.is_ordinary_word(tokens, keys, at):
                continue
            count += self.is_followed_by_surname(tokens, keys, at + count) if is_name else 0
            self.apply_name(name, tokens, keys, at, at + count)
            return count
        if is_name and before in ALL_OF and (family := self.people.families.get(key.removesuffix("s"))):
            self.show_people(family)  # A surname in the plural means the family: “the Vanes”.
            return 1
        return 0

    # Each of these methods returns True if it recognized and read the word.

    def read_animal(self, tokens: Sequence[str], keys: Sequence[str], at: int) -> bool:
        """Read a body part of the only animal present (“the tail”), or “it” if it means this animal. Return
        True if the word at index `at` is read here.
        """
        key, before = keys[at], keys[at - 1] if at else ""
        if key in BEASTS_PARTS and not self.found and before in _THE and (beast := self.find_only_animal()):
            if at < 3 and (key not in _WINGS or self.people.by_name[beast].nouns & BIRDS):
                self.show_person(beast)  # A body part of the animal: “The tail beats once.”
            return True
        if key != "it" or at:
            return False
        beast = self.find_only_animal()
        if not beast or beast not in (self.out.subject, self.presence.subject):
            return False
        if keys[1:2] and keys[1] in ACTS | _LOOKS:
            self.show_person(beast)  # “It” is the animal: “It says nothing.”
        return True

    def read_pronoun_or_one(self, tokens: Sequence[str], keys: Sequence[str], at: int) -> bool:
        """Read a pronoun at index `at`. Also read “one” before an adjective that identifies a person, as in
        “one old and very big, one young”. Return True if the word was read here.
        """
        key, after = keys[at], keys[at + 1] if at + 1 < len(keys) else ""
        if (
            key == "one"
            and after
            and (person := self.people.find_called_one(after))
            and person not in self.presence.away
        ):
            self.record_mention(person, at, at + 1)
            self.show_person(person)
        elif key in PRONOUNS:
            others = (
                key == "him"
                or (key == "her" and not self.is_possessive_her(at))
                or self.is_held_by_another(keys, at)
            )
            self.resolve_pronoun(key, tokens[at], others, at)
        elif key == "nobody" and at and not self.begins_clause(at):
            # “Nobody” that does not begin a clause shows nobody, but the sentence mentions people: “something
            # nobody hears”.
            self.out.acted = True
        else:
            return False
        return True

    def read_group_word(self, tokens: Sequence[str], keys: Sequence[str], at: int) -> bool:
        """Read a word for several people who are present, or for one of them: “both”, “they”, “the tall one”.
        Return True if the word at index `at` is of this kind.
        """
        token, key, before = tokens[at], keys[at], keys[at - 1] if at else ""
        after = keys[at + 1] if at + 1 < len(keys) else ""
        if key in ("both", "neither", "all") and after and (some := self.list_counted_people(key, after)):
            self.out.acted = True
            self.show_people(some)
        elif key == "one" and before == "no" and (at == 1 or self.begins_clause(at - 1)):
            # “No one” refers to the people present: “No one speaks.”
            self.resolve_plural_pronoun("nobody", at - 1)
        elif key in ("couple", "pair") and before == "the" and len(self.list_people_present()) == 2:
            self.show_people(self.list_people_present())
        elif key in THEY and not (key in WHOLE and token.casefold() != key):
            # A possessive such as “Nobody's visor” is excluded, because it refers to no person.
            self.resolve_plural_pronoun(key, at)
        elif (
            key == "one"
            and at > 1
            and keys[at - 2] == "the"
            and (person := self.people.find_by_name_word(before))
        ):
            if person not in self.presence.away:
                self.record_mention(person, at, at + 1)
                self.show_person(person)
        else:
            return False
        return True

    def read_person_noun(self, tokens: Sequence[str], keys: Sequence[str], at: int) -> bool:
        """Read a noun for a person: “an old man”, “the nurse”, or a noun that is a character's name. Return
        True if the word at index `at` is of this kind.
        """
        key = keys[at]
        if key in GENERIC and at > 1 and keys[at - 1] in _AGES and keys[at - 2] in ("a", "an"):
            self.strangers.add(GENERIC[key])  # “An old man” is a stranger until a name is found.
            if not self.found and self.is_sentence_subject(keys, at - 2):
                self.show_acting_stranger(key, GENERIC[key], at)
        elif self.is_definite(keys, at) and any(
            key in nouns for nouns in (GENERIC, ROLES, CREATURES, KIN, self.people.group_nouns)
        ):
            self.resolve_noun(key, keys, at)
        elif key == tokens[at].casefold() and (person := self.find_person_called_by_noun(key, keys, at)):
            if person not in self.presence.away:
                if person not in self.presence.present and person not in self.out.seen:
                    self.add_cast_doubt(
                        f"{keys[at - 1]} {key}", person, (), 0.7, "somebody is called just that"
                    )
                self.record_mention(person, at, at + 1)
                self.show_person(person)
        else:
            return False
        return True

    def read_stranger(self, tokens: Sequence[str], keys: Sequence[str], at: int) -> bool:
        """Read words that introduce a person without a known name: “a nurse”, “A MAN”. Return True if the
        word at index `at` is of this kind.
        """
        token, key, article = tokens[at], keys[at], self.find_indefinite_article(keys, at)
        is_brought = article >= 0 or (token.isupper() and len(token) > 1)
        if is_brought and (key in GENERIC or key in ROLES or key in KIN):
            gender, is_owner = KIN.get(key) or GENERIC.get(key, ""), token.endswith(("'s", "’s"))
            self.strangers.add(gender)
            if article >= 0 and not is_owner:
                self.exclude_people_present(key, keys, article)
            shown = self.is_sentence_subject(keys, article) if article >= 0 else at < 4
            if shown and not self.found and not is_owner:
                self.show_acting_stranger(key, gender, at)
        introduces = self.introduces_unknown_person(keys, at)
        if introduces:
            self.record_mention("", at, at + 1)
        return is_brought or introduces

    def read_plural_noun(self, keys: Sequence[str], at: int) -> None:
        """Read a plural noun for people: “both girls”, “the soldiers”, “the sisters”."""
        key, before = keys[at], keys[at - 1] if at else ""
        is_of_two = before in ("both", "two", "the")
        if key.endswith("s") and key[:-1] in _BY_GENDER and is_of_two:
            self.show_all_of_gender(GENERIC[key[:-1]])
        elif before in ALL_OF and (members := self.list_people_of_kind(key)):
            self.show_people_of_kind(members, counted=before != "the")
        elif key in _OF_ONE_FAMILY and is_of_two:
            gender = _OF_ONE_FAMILY[key]
            some = [
                name
                for name in self.list_people_present()
                if not gender or self.people.has_gender(name, gender)
            ]
            self.show_people(some if len(some) == 2 else [])
        elif key in ("men", "women") and is_of_two:
            self.show_all_of_gender("he" if key == "men" else "she")

    def show_all_of_gender(self, gender: str) -> None:
        self.show_people([name for name in self.presence.present if self.people.has_gender(name, gender)])

    def is_ordinary_word(self, tokens: Sequence[str], keys: Sequence[str], at: int) -> bool:
        """Return True if a word that is part of a character's name has its ordinary meaning here: “It's
        German.”, in a film with a GERMAN SOLDIER.
        """
        if keys[at] not in self.people.telling or (tokens[at].isupper() and len(tokens[at]) > 1):
            return False
        return not at or keys[at - 1] not in ("the", "this", "that")

    def means_last_subject(self, pronoun: str) -> bool:
        """Return True if “he” or “she” means the person who acted last. Some scripts also have a character
        named HE or SHE; in this case the pronoun does not mean that character.
        """
        subject = self.out.subject
        return self.people.has_gender(subject, PRONOUNS[pronoun]) and key_of(subject) != pronoun

    def find_person_called_by_noun(self, noun: str, keys: Sequence[str], at: int) -> str:
        """Return the character whose only name is this noun, if the noun is used with an indefinite article:
        “a MAN”, “a woman, thirty”. Otherwise return an empty string.
        """
        before = [keys[place] for place in range(max(0, at - 3), at)]
        last = next((place for place, word in enumerate(reversed(before)) if word in ("a", "an")), -1)
        if last < 0 or self.matches[at][0].endswith(("'s", "’s")):
            return ""
        person = self.people.find_called_by_noun(noun)
        is_new = person not in self.presence.recent and person not in self.out.seen
        in_capitals = self.matches[at][0].isupper() or key_of(person) in PRONOUNS
        if last and not (is_new and in_capitals and not {*before[-last:]} & (NO_THINGS | ACTS)):
            return ""
        return person if is_new or key_of(person) not in PRONOUNS else ""

    def is_followed_by_surname(self, tokens: Sequence[str], keys: Sequence[str], at: int) -> bool:
        """Return True if the word at index `at` is a known name that directly follows another name, as its
        surname. It is then skipped, so that the “Garvey” of “Eileen Garvey” is not taken for Nora Garvey.
        """
        if at >= len(tokens) or not tokens[at][0].isupper() or keys[at] not in self.people.by_word:
            return False
        if tokens[at - 1].endswith(("'s", "’s")):
            return False  # The next word is a noun for a relative, not a surname: “Samira's MOTHER”.
        return self.text[self.matches[at - 1].end() : self.matches[at].start()] == " "

    def begins_clause(self, at: int) -> bool:
        """Return True if the word at index `at` follows a comma, a dash or a similar mark, or “and” or
        “but”.
        """
        before = self.text[: self.matches[at].start()].rstrip()
        return before[-1:] in tuple(",;:-–—") or self.matches[at - 1][0].casefold() in ("and", "but")

    def is_held_by_another(self, keys: Sequence[str], at: int) -> bool:
        """Return True if “his” or “her” means a person whom somebody else holds by a part of the body: “A
        nurse takes her elbow.” The pronoun then does not mean the person who acts.
        """
        after = keys[at + 1] if at + 1 < len(keys) else ""
        return at > 0 and keys[at] in ("his", "her") and keys[at - 1] in _HOLDS and after in _HELD

    def is_possessive_her(self, at: int) -> bool:
        """Return True if “her” at index `at` is possessive: the next word is a noun that belongs to her."""
        if at + 1 >= len(self.matches):
            return False
        between = self.text[self.matches[at].end() : self.matches[at + 1].start()]
        return between == " " and self.matches[at + 1][0].casefold() not in NO_THINGS

    def is_definite(self, keys: Sequence[str], at: int) -> bool:
        return at == 0 or keys[at - 1] in _THE or (keys[at - 1] == "of" and keys[at] in GENERIC)

    def apply_name(self, name: str, tokens: Sequence[str], keys: Sequence[str], at: int, end: int) -> None:
        possessive = (
            tokens[end - 1].endswith(("'s", "’s", "s'", "s’"))
            and key_of(tokens[end - 1]) != tokens[end - 1].casefold()
        )
        before = keys[at - 1] if at else ""
        self.out.acted = True
        if DENIED.search(self.text, 0, self.matches[at].start()):
            return
        if possessive:
            after = keys[end : end + 2]
            if after and _shows_contracted_verb(after[0]):
                # The apostrophe is a contracted “is”: “Calvin's waiting in a clip-on tie.”
                possessive = False
        if possessive:
            if after and after[0] in KIN:
                self.show_relative(name, after[0], end, end + 1)
            elif before == "with" and after and after[0] in _LIKENESS:
                pass  # Only a likeness is meant, so nobody is recorded: “a girl of six with Miriam's chin”.
            elif name in self.presence.gone and not CLOTHES.isdisjoint(after):
                self.out.near[name] = None  # The owner may be absent: “Anna's coat still hangs by the door.”
            elif any(word in BODY for word in after) and name not in self.presence.away:
                self.show_person(name)
            elif self.is_possessive_without_noun(end):
                # A possessive without a noun shows its owner: “and slides it into Dot's.”
                self.show_person(name)
            elif not at and after and after[0] in ACTS:
                self.show_person(name)  # A possessive as subject shows its owner: “Holm's comes down.”
            elif name in self.presence.present:
                self.out.near[name] = None
            if not self.out.seen:
                self.out.owner = name
            self.record_mention(name, at, end, owner=True)
            return
        if name in self.presence.away and at:
            return
        is_there = before == "of" and at > 1 and keys[at - 2] in _BESIDE | _PART_OF | BODY
        is_there = is_there or (
            before == "of" and _IS_INTRODUCED.match(self.text, self.matches[end - 1].end()) is not None
        )
        if name not in self.presence.present and before in _ONLY_SPOKEN_OF and not is_there:
            return
        if name in self.presence.gone and is_absent_object(keys, at, end):
            return
        if is_lettering(tokens, at) or is_searched_for(keys, at):
            return
        if self.found and is_only_thought_of(keys, at):
            self.out.near[name] = None
            return
        self.record_mention(name, at, end)
        self.show_person(name)

    def is_possessive_without_noun(self, end: int) -> bool:
        """Return True if no noun follows a possessive that ends at index `end`: “into Dot's.”"""
        rest = self.text[self.matches[end - 1].end() :].lstrip()
        return not rest or rest[0] in ".,;!?"
