"""The looks of all people while a script is read, and how scenes and acts change them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from milimo_tui.core.late_patterns import late
from milimo_tui.story.looks.clothes.garments import bare, garments_of
from milimo_tui.story.looks.clothes.how_worn import without_fastening
from milimo_tui.story.looks.clothes.lying_elsewhere import listed_away, lying_elsewhere
from milimo_tui.story.looks.descriptions import stranger_at
from milimo_tui.story.looks.known.appearance import Appearance
from milimo_tui.story.looks.look_draft import (
    BY_NAME,
    HANDED_OVER,
    LAID_DOWN,
    TIME_WENT_ON,
    UNCOVERED,
    LookDraft,
    Rule,
)
from milimo_tui.story.looks.passage import Passage
from milimo_tui.story.looks.sentence_parts import subjects_of
from milimo_tui.story.looks.strangers import Strangers
from milimo_tui.story.looks.taken_away import Change, Gone
from milimo_tui.story.looks.worn_phrases import has_thing, has_word, things_named, words_said
from milimo_tui.story.reading.moment import Mention, Moment, ReadScene, Told
from milimo_tui.story.values.film import Era
from milimo_tui.story.values.text import collapse

_WORDS_END = 4  # letters at the end of a word: “watch” may mean a wristwatch


# How the giver wore the garment; the receiver may wear it differently.
_SO_WORN = late(
    r",? (?:(?:with (?:its|the|a) [\w-]+ )?(?:pushed|thrown|tilted|pulled|tipped|turned|pinned) (?:back"
    r"|up|low|down)"
    r"|still on|hanging open|over (?:(?:his|her) (?:arm|shoulder)|an? [\w ]+))(?!\w).*$",
    re.IGNORECASE,
)


class KnownPeople:
    """The known look of each person, separately for each era in which the person is seen."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Era], Appearance] = {}
        self._last = ""  # the person described by the previous sentence of the paragraph
        self._bared = ("", 0)  # who took something off last, and in which line
        self._left: dict[str, Appearance | None] = {}  # the looks in the era that was left
        self._left_era = Era.PRESENT
        self._seen = set[str]()  # people seen in this scene so far
        self._strangers = Strangers()
        self._seen_since: dict[
            tuple[str, Era], int
        ] = {}  # the scene since which each person is seen without being described
        self._told_at: dict[str, int] = {}  # the line of the last description of each person

    def _end_item(self, era: Era) -> list[str]:
        """End an item of a montage, and with it the clothes put on in the item. Return the people whose look
        changed.
        """
        return [name for (name, its), looks in self._known.items() if its is era and looks.end_item()]

    def _after_item(self, names: Sequence[str], moment: Moment, scene: ReadScene) -> Iterator[LookDraft]:
        """Yield the looks of people whose clothes ended with an item, unless the next item describes them."""
        for name in names:
            if self._told_at.get(name) != moment.beat.line:
                place = (moment.beat.line, moment.beat.end_line)
                ended = self._draft(name, scene, place, moment.text, moment.text[:80], False)
                yield replace(ended, rule=TIME_WENT_ON)

    def _come_back(self, moment: Moment, scene: ReadScene) -> Iterator[LookDraft]:
        """Return to the present within a scene of another era: BACK TO SCENE."""
        for name in [name for name, era in self._known if era is Era.PRESENT]:
            self._left[name] = self._known.get((name, scene.era))
            self._known[name, scene.era] = self._known[name, Era.PRESENT]
            if any(self._known[name, scene.era].facts()):
                place = (moment.beat.line, moment.beat.end_line)
                again = self._draft(name, scene, place, moment.text, moment.text[:80], False)
                yield replace(again, rule=TIME_WENT_ON)

    def _go_back(self, scene: ReadScene, era: Era) -> Iterator[LookDraft]:
        """Return to the era that an earlier scene has left."""
        for name, looks in self._left.items():
            if looks is None:
                del self._known[name, era]
                continue
            self._known[name, era] = looks
            if era is scene.era and any(looks.facts()):
                yield self._draft(name, scene, (scene.line, scene.line), "", scene.heading, False)
        self._left.clear()

    def _worn_by_all(self, era: Era) -> str:
        mine = (looks for (_, its), looks in self._known.items() if its is era)
        return " ".join(fact for looks in mine for fact in looks.facts())

    def _dry(self, scene: ReadScene, *, still_wet: bool) -> Iterator[LookDraft]:
        """End states such as “soaked” where time has passed, and take off the clothes worn against the
        rain.
        """
        for (name, era), looks in self._known.items():
            if era is scene.era:
                ended = looks.pass_time()
                if not (ended or (not still_wet and looks.out_of_rain())):
                    continue
                dry = self._draft(name, scene, (scene.line, scene.line), "", scene.heading, False)
                yield replace(dry, ended=ended, rule=TIME_WENT_ON)

    def _laid_down(self, at: Passage, subjects: Sequence[Mention]) -> Iterator[LookDraft]:
        """Yield looks without garments that are now laid down or handled again.

        The garment belongs to the acting person, else to the only person who wears it.
        """
        changed: dict[str, None] = {}
        mine = [each for each in self._known if each[1] is at.era]
        said = words_said(at.sentence)  # Folded once, because hundreds of people may be known.
        for name, era in mine:
            if self._told_at.get(name, at.line) != at.line and self._known[name, era].handle(said):
                changed[name] = None
        acts = subjects[0].name if subjects else self._last
        listed = bool(listed_away(at.sentence))
        for what in lying_elsewhere(at.sentence):
            wear = [name for name, era in mine if self._known[name, era].wears(what, by_kind=False)]
            wear = wear or [name for name, era in mine if self._known[name, era].wears(what)]
            if acts in wear:
                wear = [acts]
            elif len(wear) == 1 and self._is_of_another(at.told, what, wear[0]):
                continue
            if len(wear) == 1 and self._known[wear[0], at.era].lay_down(what):
                changed[wear[0]] = None
                self._last = wear[0] if listed and not subjects else self._last
            elif listed and changed and not at.told.mentions:
                self._known[next(iter(changed)), at.era].lay_down(what)
        for name in changed:
            if any(self._known[name, at.era].facts()):
                yield self._look_at(name, at, LAID_DOWN)

    def _is_of_another(self, told: Told, what: str, name: str) -> bool:
        """Return True if the sentence gives a thing to another person: “his jacket”, where only a woman wears
        one.
        """
        for each in told.mentions:
            if each.owner and told.sentence[each.end :].lstrip().startswith(what):
                word = told.sentence[each.start : each.end].casefold()
                return each.name != name and not self._strangers.may_be(name, word)
        return False

    def _gone(
        self, gone: Sequence[Gone], worn: Mapping[str, tuple[str, ...]], at: Passage
    ) -> Iterator[LookDraft]:
        """Remove the things that a sentence takes away, from people who had them on before (`worn`) and still
        have them.
        """
        does = next((each.name for each in subjects_of(at.told)), "")
        acts = does or self._last
        stranger = stranger_at(at.sentence)
        here = {*self._seen, *at.there}
        changed: dict[str, None] = {}
        for each in gone:
            owner = next((m.name for m in at.told.mentions if m.owner and m.start == each.start), "")
            had = [
                name
                for name in worn
                if name in here and any(has_thing(one, each.words) for one in worn[name])
            ]
            is_none = each.words.casefold().startswith(("no ", "without "))
            if is_none and (0 <= stranger < each.start or (does and does not in had)):
                continue  # “A WOMAN in grey, no hat, sits there.”
            if each.taken:
                had = [name for name in had if not does or does not in (name, owner)]
            elif owner in had or (acts in had and not owner):
                had = [owner or acts]
            elif owner:  # “his” may mean another man, but never a woman.
                by = each.words.split()[0].casefold()
                had = [name for name in had if self._strangers.may_be(name, by)]
            if len(had) > 1:  # A cap may be called a hat, but not a straw hat.
                words = each.words.split()[1:]
                exact = [
                    one for one in had if any(all(has_word(w, word) for word in words) for w in worn[one])
                ]
                had = exact if len(exact) == 1 else had
            if len(had) == 1:
                looks = self._known[had[0], at.era]
                still = [one for one in (*looks.wardrobe, *looks.about) if has_thing(one, each.words)]
                if still and all(
                    one in worn[had[0]] or without_fastening(one) in worn[had[0]] for one in still
                ):
                    looks.part_with(each.words)
                    changed[had[0]] = None
        for name in changed:
            if self._told_at.get(name):
                yield self._look_at(name, at, LAID_DOWN)

    def _bare(self, worn: Mapping[str, tuple[str, ...]], era: Era, line: int) -> None:
        """Record the person who has taken something off."""
        for name, before in worn.items():
            looks = self._known.get((name, era))
            if looks is not None and not set(before) <= {*looks.wardrobe, *looks.about}:
                self._bared = (name, line)

    def _uncovered(self, words: str, worn: Mapping[str, tuple[str, ...]], at: Passage) -> Iterator[LookDraft]:
        """Yield the look with a garment that is seen underneath, on the person who took something off."""
        self._bare(worn, at.era, at.line)
        acts = next((each.name for each in subjects_of(at.told)), "") or self._last
        name = self._bared[0] if self._bared[1] == at.line else acts
        looks = self._known.get((name, at.era))
        if looks is None or looks.wears(words, by_kind=False):
            return
        looks.get(bare(words))
        yield self._look_at(name, at, UNCOVERED)

    def _things_said(self, sentence: str, era: Era, moment: Moment) -> set[str]:
        """Return the words for things, other than garments, that people present carry and that a sentence may
        mention.
        """
        here = (self._known.get((name, era)) for name in {*self._seen, *moment.seen, *moment.near})
        about = [each for looks in here if looks is not None for each in looks.about]
        said = sentence.casefold() if about else ""
        return {thing for each in about for thing in things_named(each) if thing[-_WORDS_END:] in said}

    def _wardrobes(self, era: Era) -> dict[str, tuple[str, ...]]:
        """Return the clothes and things of each person now."""
        return {
            name: (*looks.wardrobe, *looks.about) for (name, its), looks in self._known.items() if its is era
        }

    def _wears(self, name: str, era: Era, garment: str) -> bool:
        known = self._known.get((name, era))
        return known is not None and known.wears(garment)

    def _worn(self, key: tuple[str, Era]) -> set[str]:
        return garments_of(", ".join(self._known[key].wardrobe))

    def _between(self, changes: Sequence[Change], at: Passage) -> Iterator[LookDraft]:
        """Apply garments that pass from one person to another, and yield the changed looks."""
        for change in changes:
            giver = self._known.get((change.giver, at.era))
            known = self._known.get((change.name, at.era))
            has_one = known is not None and known.wears(change.garment, by_kind=False)
            is_own = change.own or (
                change.the and not has_one and giver is not None and giver.has_on(change.garment)
            )
            words = giver.lose(change.garment) if is_own and giver is not None else ""
            if is_own and giver is not None and not garments_of(change.garment):
                had = giver.facts()
                giver.part_with(change.garment)  # Things other than garments: a whistle, a badge.
                words = change.garment if giver.facts() != had else ""
                if not words:
                    continue
            took_off = giver.took_off(change.garment) if change.gets and giver is not None else ""
            who = [change.name, *([change.giver] if words else [])]
            looks = self._known.setdefault((change.name, at.era), Appearance())
            if at.moment.beat.montage:
                for name in {change.name, change.giver} - {""}:
                    if self._told_at.get(name, at.line) != at.line:
                        self._known[name, at.era].begin_item()
            before = looks.facts()
            if change.gets:
                looks.get(_SO_WORN.sub("", words or took_off or change.garment))
            else:
                looks.lose(change.garment)
            if looks.facts() == before:
                continue
            for name in who:
                if any(self._known[name, at.era].facts()):
                    opens = name == change.name and not any(before)
                    yield self._look_at(name, at, HANDED_OVER, quote=at.moment.text[:80], opens=opens)

    def _look_at(
        self, name: str, at: Passage, rule: Rule = BY_NAME, *, quote: str | None = None, opens: bool = False
    ) -> LookDraft:
        """Return the look of a person from a passage on. `quote` has the words that show it, by default the
        full sentence.
        """
        words = at.sentence.strip(" ,") if quote is None else quote
        return replace(self._draft(name, at.scene, at.lines, at.moment.text, words, opens), rule=rule)

    def _draft(
        self, name: str, scene: ReadScene, lines: tuple[int, int], action: str, quote: str, opens: bool
    ) -> LookDraft:
        looks = self._known[name, scene.era]
        return LookDraft(
            name=name,
            line=lines[0],
            end_line=lines[1],
            scene_line=scene.line,
            action=action,
            quote=collapse(quote),
            opens=opens,
            era=scene.era,
            age=looks.age,
            wardrobe=", ".join(looks.wardrobe),
            hair=", ".join(filter(None, (looks.hair, looks.beard))),
            condition=", ".join(looks.condition),
            text=", ".join(filter(None, looks.facts())),
            since=self._seen_since.get((name, scene.era), 0) if opens else 0,
        )
