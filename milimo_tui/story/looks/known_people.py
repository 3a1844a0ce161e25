"""The looks of all people while a script is read, and the changes that scenes and acts make to them. Pure
functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.looks.clothes.garment_states import strip_fastening
from milimo_tui.story.looks.clothes.garments import find_garments, strip_article
from milimo_tui.story.looks.clothes.unworn_patterns import list_garments_put_away, list_unworn_garments
from milimo_tui.story.looks.descriptions import find_stranger_end
from milimo_tui.story.looks.known.appearance import DescribedLook
from milimo_tui.story.looks.look_draft import (
    BY_NAME,
    HANDED_OVER,
    LAID_DOWN,
    TIME_WENT_ON,
    UNCOVERED,
    LookDraft,
    LookRule,
)
from milimo_tui.story.looks.moved_garments import GarmentTransfer, RemovedGarment
from milimo_tui.story.looks.passage import Passage
from milimo_tui.story.looks.sentence_parts import list_described_people
from milimo_tui.story.looks.strangers import SceneStrangers
from milimo_tui.story.looks.worn_phrases import find_thing_words, fold_words, has_word, mentions_thing
from milimo_tui.story.reading.moment import ActionSentence, Mention, Moment, ReadScene
from milimo_tui.story.values.shot_words import Era
from milimo_tui.story.values.text import collapse_text

# Only this number of letters at the end of a carried thing's name is searched in a sentence. The mention
# “watch” then also finds a wristwatch.
_WORDS_END = 4


# Matches words for how a garment is worn. They are dropped when the garment is given away, because the
# receiver may wear it differently.
_SO_WORN = compile_lazily(
    r",? (?:(?:with (?:its|the|a) [\w-]+ )?(?:pushed|thrown|tilted|pulled|tipped|turned|pinned) (?:back"
    r"|up|low|down)"
    r"|still on|hanging open|over (?:(?:his|her) (?:arm|shoulder)|an? [\w ]+))(?!\w).*$",
    re.IGNORECASE,
)


class KnownPeople:
    """The known look of each person at the present position of the script. A person who is seen in several
    eras, such as the present and a flashback, has one look for each era.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, Era], DescribedLook] = {}
        self._last = ""  # The person described by the previous sentence of the paragraph.
        # The person who took something off last, and the first line of the paragraph with this act.
        self._bared = ("", 0)
        # The looks that people had in the era which the script has left.
        self._left: dict[str, DescribedLook | None] = {}
        self._left_era = Era.PRESENT
        self._seen = set[str]()  # The people who have been seen in this scene so far.
        self._strangers = SceneStrangers()
        self._seen_since: dict[
            tuple[str, Era], int
            # Maps a person and an era to the first line of the first scene in which the person is seen but
            # not
            # described yet.
        ] = {}
        self._told_at: dict[str, int] = {}  # Maps a person to the line of the person's last description.

    def _end_montage_item_for_all(self, era: Era) -> list[str]:
        """End one item of a montage for all people of the era, and remove the clothes that they put on in it.
        Return the names of the people whose look changed.
        """
        return [
            name
            for (name, look_era), looks in self._known.items()
            if look_era is era and looks.end_montage_item()
        ]

    def _draft_looks_after_item(
        self, names: Sequence[str], moment: Moment, scene: ReadScene
    ) -> Iterator[LookDraft]:
        """Yield the new looks of people whose clothes were removed at the end of a montage item, unless the
        next item describes these people.
        """
        for name in names:
            if self._told_at.get(name) != moment.beat.line:
                place = (moment.beat.line, moment.beat.end_line)
                ended = self._draft_known_look(name, scene, place, moment.text, moment.text[:80], False)
                yield replace(ended, rule=TIME_WENT_ON)

    def _return_to_present(self, moment: Moment, scene: ReadScene) -> Iterator[LookDraft]:
        """Restore the looks of the present when a scene of another era returns to it (BACK TO SCENE). Yield
        the restored looks.
        """
        for name in [name for name, era in self._known if era is Era.PRESENT]:
            self._left[name] = self._known.get((name, scene.era))
            self._known[name, scene.era] = self._known[name, Era.PRESENT]
            if any(self._known[name, scene.era].list_facts()):
                place = (moment.beat.line, moment.beat.end_line)
                again = self._draft_known_look(name, scene, place, moment.text, moment.text[:80], False)
                yield replace(again, rule=TIME_WENT_ON)

    def _resume_left_era(self, scene: ReadScene, era: Era) -> Iterator[LookDraft]:
        """Restore the looks that people had in an era before the script left it. Yield the restored looks."""
        for name, looks in self._left.items():
            if looks is None:
                del self._known[name, era]
                continue
            self._known[name, era] = looks
            if era is scene.era and any(looks.list_facts()):
                yield self._draft_known_look(name, scene, (scene.line, scene.line), "", scene.heading, False)
        self._left.clear()

    def _join_all_facts(self, era: Era) -> str:
        mine = (looks for (_, look_era), looks in self._known.items() if look_era is era)
        return " ".join(fact for looks in mine for fact in looks.list_facts())

    def _end_states_over_time(self, scene: ReadScene, *, still_wet: bool) -> Iterator[LookDraft]:
        """End states such as “soaked” because time has passed, and take off rainwear unless it still rains
        (`still_wet`). Yield the changed looks.
        """
        for (name, era), looks in self._known.items():
            if era is scene.era:
                ended = looks.end_passing_states()
                if not (ended or (not still_wet and looks.remove_rainwear())):
                    continue
                dry = self._draft_known_look(name, scene, (scene.line, scene.line), "", scene.heading, False)
                yield replace(dry, ended=ended, rule=TIME_WENT_ON)

    def _draft_laid_down_garments(self, at: Passage, subjects: Sequence[Mention]) -> Iterator[LookDraft]:
        """Update the looks of people whose things are put down in a sentence: remove garments that it puts
        somewhere, and held things that it mentions again. Yield the changed looks.

        Such a garment belongs to the acting person, or otherwise to the only person who wears such a garment.
        """
        changed: dict[str, None] = {}
        mine = [each for each in self._known if each[1] is at.era]
        sentence_words = fold_words(at.sentence)  # Folded once, because hundreds of people may be known.
        for name, era in mine:
            if self._told_at.get(name, at.line) != at.line and self._known[name, era].remove_handled_things(
                sentence_words
            ):
                changed[name] = None
        acts = subjects[0].name if subjects else self._last
        listed = bool(list_garments_put_away(at.sentence))
        for what in list_unworn_garments(at.sentence):
            wear = [name for name, era in mine if self._known[name, era].is_wearing(what, by_kind=False)]
            wear = wear or [name for name, era in mine if self._known[name, era].is_wearing(what)]
            if acts in wear:
                wear = [acts]
            elif len(wear) == 1 and self._belongs_to_another(at.action, what, wear[0]):
                continue
            if len(wear) == 1 and self._known[wear[0], at.era].remove_laid_down_garment(what):
                changed[wear[0]] = None
                self._last = wear[0] if listed and not subjects else self._last
            elif listed and changed and not at.action.mentions:
                self._known[next(iter(changed)), at.era].remove_laid_down_garment(what)
        for name in changed:
            if any(self._known[name, at.era].list_facts()):
                yield self._draft_look_at_passage(name, at, LAID_DOWN)

    def _belongs_to_another(self, action: ActionSentence, what: str, name: str) -> bool:
        """Return True if the sentence shows that a thing belongs to a person other than `name`: “his jacket”,
        if `name` is a woman.
        """
        for each in action.mentions:
            if each.owner and action.sentence[each.end :].lstrip().startswith(what):
                word = action.sentence[each.start : each.end].casefold()
                return each.name != name and not self._strangers.may_own(name, word)
        return False

    def _draft_removed_garments(
        self, removed: Sequence[RemovedGarment], wardrobes: Mapping[str, tuple[str, ...]], at: Passage
    ) -> Iterator[LookDraft]:
        """Update the looks of people who lose garments or things in a sentence (`removed`), and yield the
        changed looks.

        Only people who wore the thing before the sentence (`wardrobes`) and still wear it are considered.
        """
        actor = next((each.name for each in list_described_people(at.action)), "")
        acts = actor or self._last
        stranger = find_stranger_end(at.sentence)
        here = {*self._seen, *at.people_present}
        changed: dict[str, None] = {}
        for each in removed:
            owner = next((m.name for m in at.action.mentions if m.owner and m.start == each.start), "")
            wearers = [
                name
                for name in wardrobes
                if name in here and any(mentions_thing(one, each.words) for one in wardrobes[name])
            ]
            is_none = each.words.casefold().startswith(("no ", "without "))
            if is_none and (0 <= stranger < each.start or (actor and actor not in wearers)):
                # The missing garment belongs to an unnamed person: “A WOMAN in grey, no hat, sits there.”
                continue
            if each.taken:
                wearers = [name for name in wearers if not actor or actor not in (name, owner)]
            elif owner in wearers or (acts in wearers and not owner):
                wearers = [owner or acts]
            elif owner:  # “His” may mean another man than the named one, but never a woman.
                by = each.words.split()[0].casefold()
                wearers = [name for name in wearers if self._strangers.may_own(name, by)]
            # If several people wear such a garment, only the person whose garment matches all words counts: a
            # cap may be called “a hat”, but not “a straw hat”.
            if len(wearers) > 1:
                words = each.words.split()[1:]
                exact = [
                    one
                    for one in wearers
                    if any(all(has_word(w, word) for word in words) for w in wardrobes[one])
                ]
                wearers = exact if len(exact) == 1 else wearers
            if len(wearers) == 1:
                looks = self._known[wearers[0], at.era]
                still = [one for one in (*looks.wardrobe, *looks.about) if mentions_thing(one, each.words)]
                if still and all(
                    one in wardrobes[wearers[0]] or strip_fastening(one) in wardrobes[wearers[0]]
                    for one in still
                ):
                    looks.remove_named_thing(each.words)
                    changed[wearers[0]] = None
        for name in changed:
            if self._told_at.get(name):
                yield self._draft_look_at_passage(name, at, LAID_DOWN)

    def _note_undressed_person(self, wardrobes: Mapping[str, tuple[str, ...]], era: Era, line: int) -> None:
        """Record the person who takes something off in the sentence, if any. `wardrobes` has everybody's
        clothes before the sentence; they are compared with the present clothes.
        """
        for name, before in wardrobes.items():
            looks = self._known.get((name, era))
            if looks is not None and not set(before) <= {*looks.wardrobe, *looks.about}:
                self._bared = (name, line)

    def _draft_uncovered_garment(
        self, words: str, wardrobes: Mapping[str, tuple[str, ...]], at: Passage
    ) -> Iterator[LookDraft]:
        """Yield the look of the person who took something off last. The look now includes the garment under
        it, which `words` describe.
        """
        self._note_undressed_person(wardrobes, at.era, at.line)
        acts = next((each.name for each in list_described_people(at.action)), "") or self._last
        name = self._bared[0] if self._bared[1] == at.line else acts
        looks = self._known.get((name, at.era))
        if looks is None or looks.is_wearing(words, by_kind=False):
            return
        looks.put_on_over_clothes(strip_article(words))
        yield self._draft_look_at_passage(name, at, UNCOVERED)

    def _find_things_mentioned(self, sentence: str, era: Era, moment: Moment) -> set[str]:
        """Return the nouns for things that the people present carry, if the sentence may mention these
        things. Garments are found by other rules.
        """
        here = (self._known.get((name, era)) for name in {*self._seen, *moment.seen, *moment.near})
        about = [each for looks in here if looks is not None for each in looks.about]
        folded_sentence = sentence.casefold() if about else ""
        return {
            thing
            for each in about
            for thing in find_thing_words(each)
            if thing[-_WORDS_END:] in folded_sentence
        }

    def _collect_wardrobes(self, era: Era) -> dict[str, tuple[str, ...]]:
        """Return the current clothes and things of each person, keyed by name."""
        return {
            name: (*looks.wardrobe, *looks.about)
            for (name, look_era), looks in self._known.items()
            if look_era is era
        }

    def _is_person_wearing(self, name: str, era: Era, garment: str) -> bool:
        known = self._known.get((name, era))
        return known is not None and known.is_wearing(garment)

    def _find_worn_garments(self, key: tuple[str, Era]) -> set[str]:
        return find_garments(", ".join(self._known[key].wardrobe))

    def _draft_handed_over_garments(
        self, changes: Sequence[GarmentTransfer], at: Passage
    ) -> Iterator[LookDraft]:
        """Move garments from one person's look to another person's look, and yield both changed looks."""
        for change in changes:
            giver = self._known.get((change.giver, at.era))
            known = self._known.get((change.name, at.era))
            has_one = known is not None and known.is_wearing(change.garment, by_kind=False)
            is_own = change.own or (
                change.the and not has_one and giver is not None and giver.is_wearing_exactly(change.garment)
            )
            words = giver.take_off_named_garment(change.garment) if is_own and giver is not None else ""
            if is_own and giver is not None and not find_garments(change.garment):
                facts_before = giver.list_facts()
                # The transfer is of a thing other than a garment: a whistle, a badge.
                giver.remove_named_thing(change.garment)
                words = change.garment if giver.list_facts() != facts_before else ""
                if not words:
                    continue
            took_off = (
                giver.recall_removed_garment(change.garment) if change.gets and giver is not None else ""
            )
            changed_names = [change.name, *([change.giver] if words else [])]
            looks = self._known.setdefault((change.name, at.era), DescribedLook())
            if at.moment.beat.montage:
                for name in (change.name, change.giver):
                    described = self._known.get((name, at.era))
                    if described is not None and self._told_at.get(name, at.line) != at.line:
                        described.begin_montage_item()
            before = looks.list_facts()
            if change.gets:
                looks.put_on_over_clothes(_SO_WORN.sub("", words or took_off or change.garment))
            else:
                looks.take_off_named_garment(change.garment)
            if looks.list_facts() == before:
                continue
            for name in changed_names:
                if any(self._known[name, at.era].list_facts()):
                    opens = name == change.name and not any(before)
                    yield self._draft_look_at_passage(
                        name, at, HANDED_OVER, quote=at.moment.text[:80], opens=opens
                    )

    def _draft_look_at_passage(
        self,
        name: str,
        at: Passage,
        rule: LookRule = BY_NAME,
        *,
        quote: str | None = None,
        opens: bool = False,
    ) -> LookDraft:
        """Return the look that a person has after the passage `at`.

        `quote` has the words that describe the look, by default the complete sentence. `rule` is the rule
        that found them. `opens` is True for the person's first look.
        """
        words = at.sentence.strip(" ,") if quote is None else quote
        return replace(
            self._draft_known_look(name, at.scene, at.paragraph_lines, at.moment.text, words, opens),
            rule=rule,
        )

    def _draft_known_look(
        self, name: str, scene: ReadScene, lines: tuple[int, int], action: str, quote: str, opens: bool
    ) -> LookDraft:
        looks = self._known[name, scene.era]
        return LookDraft(
            name=name,
            line=lines[0],
            end_line=lines[1],
            scene_line=scene.line,
            action=action,
            quote=collapse_text(quote),
            opens=opens,
            era=scene.era,
            age=looks.age,
            wardrobe=", ".join(looks.wardrobe),
            hair=", ".join(filter(None, (looks.hair, looks.beard))),
            condition=", ".join(looks.condition),
            text=", ".join(filter(None, looks.list_facts())),
            since=self._seen_since.get((name, scene.era), 0) if opens else 0,
        )
