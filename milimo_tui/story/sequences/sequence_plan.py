"""Plan a sequence of distinct shots from a brief. Each value of a shot is stored together with the rule that
set it.

Each kind of sequence lists its shots by importance. The planner chooses as many of them as the brief asks
for, and sorts them by their stage in the scene. If the brief asks for more shots than are listed, shots are
repeated with another person or viewpoint. The same brief always gives the same plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count

from milimo_tui.story.plan.coverage import apply_coverage
from milimo_tui.story.plan.framing import Framing
from milimo_tui.story.plan.sides import ScreenSides
from milimo_tui.story.sequences import tables, variations
from milimo_tui.story.sequences.brief import BRIEF_PACES, SequenceBrief
from milimo_tui.story.sequences.sequence_words import SequenceCast, action_of, list_weather_details
from milimo_tui.story.sequences.tables import FilmingStyle, Mood, SequenceKind, ShotPurpose
from milimo_tui.story.sequences.unused_words import find_unused_words
from milimo_tui.story.values.shot_words import Angle, Coverage, Function, Setting

PLAIN = "plain"  # Mood of a brief that names none. The mood also decides the kind of sequence.
PACES = {"slow": Fraction(7, 5), "quick": Fraction(7, 10)}
# Minimum and maximum length of a shot in a sequence, in seconds.
SHORTEST, LONGEST = Fraction(1), Fraction(10)
_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class RuledValue:
    """A value that the planner chose for a shot or a sequence. It has the name of the field, and `why` is the
    rule that set the value.
    """

    field: str
    value: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceShot:
    """A planned shot. `seconds` is its exact length; `rules` explain each value."""

    purpose: str
    framing: Framing
    action: str
    characters: tuple[str, ...]
    stands: tuple[tuple[str, str], ...]
    focus: str
    seconds: Fraction
    lens: str
    rules: tuple[RuledValue, ...]

    @property
    def reason(self) -> str:
        """The rules of the shot on one line: `closer as it turns; a close-up: 85 mm at f/1.8; 4 s: …`."""
        return "; ".join(
            dict.fromkeys(one.rule for one in self.rules if one.field in ("shot", "lens", "length"))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SequencePlan:
    """A planned sequence: the values that apply to all its shots, and the shots. `unused` are words of the
    brief that the plan does not use.
    """

    brief: SequenceBrief
    mood: str
    kind: str
    coverage: Coverage
    light: str
    palette: str
    style: str
    rules: tuple[RuledValue, ...]
    shots: tuple[SequenceShot, ...]
    unused: tuple[str, ...] = ()

    @property
    def total_seconds(self) -> Fraction:
        """The length of the sequence in seconds."""
        return sum((shot.seconds for shot in self.shots), Fraction(0))


def plan_sequence(brief: SequenceBrief) -> SequencePlan:
    """Return the planned sequence for a brief."""
    return _SequencePlanner(brief).build_plan()


class _SequencePlanner:
    """The planner for one brief. `plan_sequence` creates it. It remembers the chosen shots, so that no two
    shots are equal.
    """

    def __init__(self, brief: SequenceBrief) -> None:
        self.brief = brief
        self.mood: Mood = tables.read_moods()[brief.mood or PLAIN]
        self.kind: SequenceKind = tables.read_sequence_kinds()[brief.kind or self.mood.kind]
        self.style: FilmingStyle | None = tables.read_styles().get(brief.style)
        self.cast = SequenceCast(brief.people, brief.place, list_weather_details(brief))
        # Framing and action of each shot that has been planned so far.
        self.taken: set[tuple[Framing, str]] = set()
        self.by_style = f"the style {brief.style}" if self.style else ""
        self.by_mood = f"the mood {self.mood.name}"

    def build_plan(self) -> SequencePlan:
        light, palette = self._choose_light_or_palette("light"), self._choose_light_or_palette("palette")
        coverage = (self.style.coverage if self.style else Coverage.INHERITED) or self.mood.coverage
        coverage_source = self.by_style if self.style and self.style.coverage else self.by_mood
        rules = [
            RuledValue(
                "shots",
                str(self.brief.count),
                "the brief" if self.brief.is_counted else "if the brief has none: 5",
            ),
            RuledValue("mood", self.mood.name, "the brief" if self.brief.mood else "if the brief has none"),
            RuledValue(
                "kind",
                self.kind.name,
                self.kind.why if self.brief.kind else f"{self.by_mood}; {self.kind.why}",
            ),
            RuledValue("coverage", coverage.value, coverage_source),
            light,
            palette,
        ]
        if self.brief.style_words:
            rules.append(
                RuledValue("style", self.brief.style_words, self.by_style or "the words of the style")
            )
        chosen = list(self._choose_variations(coverage))
        # The sort is stable, so shots of the same stage stay in order of importance.
        chosen.sort(key=lambda one: one.purpose.stage)
        sides = ScreenSides()
        shots = tuple(self._plan_sequence_shot(one, at, len(chosen), sides) for at, one in enumerate(chosen))
        unused = self._find_unused_words(shots)
        rules.append(RuledValue("not used", ", ".join(unused), "no rule uses these words of the brief"))
        return SequencePlan(
            brief=self.brief,
            mood=self.mood.name,
            kind=self.kind.name,
            coverage=coverage,
            light=light.value,
            palette=palette.value,
            style=self.brief.style_words,
            rules=tuple(one for one in rules if one.value),
            shots=shots,
            unused=unused,
        )

    def _find_unused_words(self, shots: Sequence[SequenceShot]) -> tuple[str, ...]:
        brief, style = self.brief, self.style
        used = (brief.scene_heading, brief.weather, brief.style_words, brief.count_words, *brief.people)
        named = [row.words for row in (self.mood, self.kind, style) if row is not None]
        if brief.pace:
            named.append("|".join(word for word, pace in BRIEF_PACES.items() if pace == brief.pace))
        return find_unused_words(brief, (*used, *(shot.action for shot in shots)), named)

    def _choose_light_or_palette(self, field: str) -> RuledValue:
        """Return the value of `field`, which is the light or the palette. The value comes from the style of
        the brief or, if the style gives none, from its mood.
        """
        if self.style and (own := getattr(self.style, field)):
            return RuledValue(field, own, self.by_style)
        return RuledValue(field, getattr(self.mood, field), self.by_mood)

    def _choose_variations(self, coverage: Coverage) -> Iterator[variations.Variation]:
        """Yield as many shots as the brief asks for, the most important first. No two have the same framing
        and action.
        """
        able = [
            purpose
            for name in self.kind.purposes
            if self._is_possible(purpose := tables.read_purposes()[name])
        ]
        every = [one for one in tables.read_purposes().values() if one not in able and self._is_possible(one)]
        angles = self._list_angles()
        left = self.brief.count
        for turn in count():
            for purpose in able if not turn else (*able, *every):
                for one in variations.list_variations(purpose, turn, len(self.brief.people), angles):
                    one = replace(
                        one, framing=apply_coverage(one.framing, coverage, has_own_rig=purpose.carried)
                    )
                    key = (one.framing, action_of(one, self.cast))
                    if key in self.taken:
                        continue
                    self.taken.add(key)
                    yield one
                    left -= 1
                    break
                if not left:
                    return

    def _is_possible(self, purpose: ShotPurpose) -> bool:
        if purpose.outside and self.brief.setting is Setting.INTERIOR:
            return False
        return len(self.brief.people) >= purpose.people

    def _list_angles(self) -> tuple[Angle, ...]:
        """Return the camera angles that repeated shots may use, in the order in which they are used. The
        angles of the style, or otherwise of the mood, come first. All other angles except eye level follow.
        """
        own = (self.style.angles if self.style else ()) or self.mood.angles
        return tuple(dict.fromkeys((*own, Angle.LOW, Angle.HIGH, Angle.PROFILE, Angle.OVERHEAD, Angle.DUTCH)))

    def _plan_sequence_shot(
        self, one: variations.Variation, at: int, of: int, sides: ScreenSides
    ) -> SequenceShot:
        purpose, framing = one.purpose, self._apply_mood_angle(one, at, of)
        people = self.cast.list_people_in_frame(one)
        stands = sides.assign_sides(people) if len(people) > 1 else ()
        length = self._choose_length(purpose, at, of)
        lens = self._choose_lens(framing)
        rules = (
            RuledValue("shot", purpose.name, f"{purpose.why}{one.repeat_words}"),
            RuledValue("framing", _format_framing(framing), self._explain_framing(one, framing)),
            lens,
            length,
        )
        return SequenceShot(
            purpose=purpose.name,
            framing=framing,
            action=action_of(one, self.cast),
            characters=people,
            stands=stands,
            focus=people[0]
            if people and framing.function is not Function.INSERT
            else self.cast.describe_focus(one),
            seconds=_parse_seconds_value(length.value),
            lens=lens.value,
            rules=rules,
        )

    def _apply_mood_angle(self, one: variations.Variation, at: int, of: int) -> Framing:
        """Return the framing of shot number `at` of `of` shots, with an angle of the style or mood where it
        applies.

        Only shots in the second half of the sequence get such an angle, and only if their purpose sets none.
        """
        own = (self.style.angles if self.style else ()) or self.mood.angles
        framing = one.framing
        if not own or one.turn or framing.angle is not Angle.EYE or 2 * at < of:
            return framing
        if framing.function in (Function.OTS, Function.POV, Function.ESTABLISHING):
            return framing
        angled = replace(framing, angle=own[at % len(own)])
        key = (angled, action_of(one, self.cast))
        if key in self.taken:  # Another shot has this framing and action already, so the angle is not used.
            return framing
        self.taken.add(key)
        return angled

    def _explain_framing(self, one: variations.Variation, framing: Framing) -> str:
        if framing.angle is not one.framing.angle:
            return f"{self.by_style or self.by_mood}: {framing.angle.value}"
        if one.framing != one.purpose.framing and not one.turn:
            return "how the scene is covered"
        return one.purpose.why if not one.turn else "the same again, from elsewhere"

    def _choose_lens(self, framing: Framing) -> RuledValue:
        """Return the lens for a framing. If the style or mood asks for a longer or wider lens, the result is
        the next longer or wider lens of the table.
        """
        lens = tables.choose_lens_for_framing(framing)
        by_style = self.style.lens if self.style else ""
        step = {"longer": 1, "wider": -1}.get(by_style or self.mood.lens, 0)
        row = tables.read_lenses()
        place = min(max(row.index(lens) + step, 0), len(row) - 1)
        if not step or row[place] is lens:
            return RuledValue("lens", lens.lens_words, lens.why)
        lens_source = self.by_style if by_style else self.by_mood
        return RuledValue(
            "lens", row[place].lens_words, f"{lens.why}; {lens_source}: one {by_style or self.mood.lens}"
        )

    def _choose_length(self, purpose: ShotPurpose, at: int, of: int) -> RuledValue:
        """Return the length in seconds of shot number `at` of `of` shots.

        The length is between the mood's limits. Its position between them depends on the purpose of the shot
        and on the rhythm of the mood.
        """
        mood = self.mood
        progress = Fraction(at, max(1, of - 1))
        course = {
            "shorter": 1 - progress,
            "longer": progress,
            "broken": Fraction(at * 2 % 3, 2),
            "even": _HALF,
        }[mood.rhythm]
        seconds = mood.least + (mood.most - mood.least) * (purpose.share + course) / 2
        pace = PACES.get(self.brief.pace, Fraction(1))
        seconds = min(LONGEST, max(SHORTEST, seconds * pace))
        seconds = Fraction(round(seconds * 10), 10)
        text = (
            f"{_format_seconds_value(mood.least)} to {_format_seconds_value(mood.most)} s, "
            f"{self.by_mood}, {mood.rhythm}"
        )
        text += f", {self.brief.pace}" if self.brief.pace else ""
        return RuledValue("length", f"{_format_seconds_value(seconds)} s", text)


def _parse_seconds_value(value: str) -> Fraction:
    return Fraction(value.removesuffix(" s"))


def _format_seconds_value(seconds: Fraction) -> str:
    """Format seconds with as few digits as needed: `4` or `4.8`."""
    return f"{float(seconds):g}"


def _format_framing(framing: Framing) -> str:
    words = (
        framing.size.value,
        framing.function.value,
        framing.angle.value,
        framing.movement.value,
        framing.rig.value,
    )
    return ", ".join(words)
