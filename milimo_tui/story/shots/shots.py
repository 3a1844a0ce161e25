"""Break a screenplay down into shots: each beat becomes one shot, or several if it is long.

The module is pure and deterministic. `story.reading` finds the meaning of a scene, and `story.plan` plans its
coverage. This module creates shot drafts from both, which `story.commit.merge` merges into a film.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType

from milimo_tui.story.breakdown.film_reading import (
    NO_READING,
    FilmReading,
    make_paragraph_divider,
    map_people_to_cast,
    rename_people,
)
from milimo_tui.story.breakdown.numbered_scene import number_scene
from milimo_tui.story.breakdown.scenes import SceneBreakdown
from milimo_tui.story.plan import shot_length
from milimo_tui.story.plan.scene_plan import PlannedShot, SceneFacts, plan_scene
from milimo_tui.story.plan.speech import estimate_speech_seconds
from milimo_tui.story.reading import weather_words
from milimo_tui.story.reading.beats import Beat
from milimo_tui.story.reading.eras import assign_eras
from milimo_tui.story.reading.moment import Moment, ReadScene
from milimo_tui.story.reading.people import build_people
from milimo_tui.story.reading.phone_calls import mark_phone_calls
from milimo_tui.story.reading.read_beats import apply_breakdown, find_scene_time, find_scene_weather
from milimo_tui.story.reading.resolved_headings import HeadingResolver, find_known_place
from milimo_tui.story.reading.scene_reader import Parts, ScriptFacts, read_scene
from milimo_tui.story.reading.spots import says_intercut
from milimo_tui.story.reading.unseen_words import is_sound_or_mood
from milimo_tui.story.screenplay.cast import FilmCast, build_cast
from milimo_tui.story.screenplay.line_grammar import MUCH_LATER, RELATIVE_TIME, find_next_time, is_later
from milimo_tui.story.screenplay.screenplay import (
    Screenplay,
    ScreenplayMode,
    ScriptElement,
    ScriptElementKind,
    ScriptScene,
)
from milimo_tui.story.screenplay.script_language import find_script_language
from milimo_tui.story.values.doubts import Doubt
from milimo_tui.story.values.film import Line
from milimo_tui.story.values.shot_words import (
    Angle,
    Continuing,
    Coverage,
    Era,
    Function,
    Movement,
    Rig,
    Setting,
    Size,
)
from milimo_tui.story.values.text import (
    collapse_text,
    compute_text_digest,
    count_words,
    split_clauses,
    split_sentences,
)
from milimo_tui.story.values.vocabulary import FramingReading

OPENING_SENTENCES = 2  # Number of sentences at the beginning of a scene in which its weather is searched.


@dataclass(frozen=True, slots=True, kw_only=True)
class ShotDraft:
    """A shot as it follows from the script, before it is merged into a film. `digest` identifies the text of
    the shot; the framing is not part of the digest.

    `characters` are the people in the picture, the main subject first. In a reaction shot the main subject is
    the listener.
    """

    action: str
    dialogue: tuple[Line, ...] = ()
    characters: tuple[str, ...] = ()
    size: Size = Size.MS
    angle: Angle = Angle.EYE
    movement: Movement = Movement.STATIC
    function: Function = Function.SINGLE
    rig: Rig = Rig.TRIPOD
    frames: int
    caption: str = ""
    line: int
    end_line: int
    digest: str
    written_framing: FramingReading = field(
        default_factory=FramingReading
    )  # The framing that the script's words for this shot demand, such as CLOSE ON.
    # True for a shot from a shot list (`story.shots.shot_list`). Its action is not the script's text.
    listed: bool = False
    focus: str = ""
    reason: str = ""
    doubts: tuple[Doubt, ...] = ()
    location: str = ""
    part: str = ""
    time_of_day: str = ""
    weather: str = ""
    stands: tuple[tuple[str, str], ...] = ()
    # How this shot uses the take of a performance: as a closer crop, or only its sound under another picture.
    # END means that the shot has its own take.
    within: Continuing = Continuing.END
    leader: str = ""  # Digest of the first shot of the performance, for a shot that shares its take.


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneDraft:
    """A scene with its shots. A CONTINUOUS or LATER scene has the `time_of_day` of the scene before it."""

    heading: str
    setting: Setting
    location: str
    time_of_day: str
    number: str
    text: str
    line: int
    shots: tuple[ShotDraft, ...]
    part: str = ""
    weather: str = ""
    era: Era = Era.PRESENT
    written_number: str = ""  # The number that the script gives the scene, or empty.
    as_read: ReadScene = field(
        default_factory=ReadScene
    )  # The beats of the scene before they were divided into shots.


def break_down_script(
    screenplay: Screenplay,
    rate: Fraction,
    coverages: Mapping[str, Coverage] = MappingProxyType({}),
    reading: FilmReading = NO_READING,
    kept: Container[str] = frozenset(),
    settled: Set[str] = frozenset(),
) -> tuple[SceneDraft, ...]:
    """Return every scene with its shots, in order. A scene without content has no shots. `rate` is frames per
    second.

    `coverages` maps scene numbers to coverages. The empty number is the default for scenes without their own
    coverage. A scene with a breakdown in `reading` shows the people of the breakdown. A sound or a mood alone
    becomes a part of the shot before; one whose digest is in `kept` stays a shot. A paragraph of action whose
    digest is in `settled` is a shot, even if it is a line of the format, such as a heading or a transition.
    """
    usual = coverages.get("", Coverage.CLASSICAL)
    cast = build_cast(screenplay)
    people = build_people(screenplay, cast)
    breakdowns = _find_breakdowns(screenplay, cast, reading)
    parts = make_paragraph_divider(reading, _split_action)
    headings = HeadingResolver(frozenset(people.by_word))
    scenes = [headings.resolve_heading(scene) for scene in screenplay.scenes]
    script = ScriptFacts(
        cast=cast,
        people=people,
        language=find_script_language(screenplay),
        known_places=[scene.slug.location for scene in scenes if scene.slug.location],
        is_separate=lambda beat: (
            screenplay.mode is ScreenplayMode.NUMBERED
            or any(digest in kept for digest in _list_beat_digests(beat, parts))
        ),
        is_settled=lambda beat: bool(settled) and not settled.isdisjoint(_list_beat_digests(beat, parts)),
    )
    before: ScriptScene | None = None
    times: dict[str, str] = {}  # Place → the last time of day at which a scene played there.
    out: list[SceneDraft] = []
    time_of_day = weather = ""
    # The last time of day, weather and scene of each era, to which the script returns after a flashback.
    eras: dict[Era, tuple[str, str, ScriptScene]] = {}
    era_before = Era.PRESENT
    for scene, era, breakdown in zip(scenes, assign_eras(scenes), breakdowns, strict=True):
        if era is not era_before and era in eras:
            time_of_day, weather, before = eras[era]
        era_before = era
        own_time = scene.slug.time_of_day
        goes_on = RELATIVE_TIME.match(own_time) is not None
        hardly_later = goes_on and MUCH_LATER.match(own_time) is None
        if goes_on and time_of_day:
            time_of_day = find_next_time(time_of_day) if is_later(own_time) else time_of_day
        else:
            time_of_day = own_time
        # A phone call is intercut between two places, which may have different times of day. A scene that
        # returns to one of the places gets that place's last time of day.
        if goes_on and before is not None and says_intercut(before.text):
            own_place = find_known_place(scene.slug.location, list(times)[::-1])
            time_of_day = times.get(own_place, time_of_day)
        setting, location = scene.slug.setting, scene.slug.location
        if breakdown is not None:
            read_time = find_scene_time(breakdown, script.language)
            if (goes_on or not own_time) and read_time and RELATIVE_TIME.match(read_time) is None:
                time_of_day = read_time
            opening = breakdown.find_circumstances(0)
            setting, location = setting or opening.setting, location or opening.place.text
        times[scene.slug.location] = time_of_day
        moments = read_scene(_restore_heading_action(scene, settled), script, parts, before, time_of_day)
        before = scene
        if breakdown is not None:
            moments = apply_breakdown(moments, breakdown, scene.span.line, script.language)
        moments = mark_phone_calls(moments)
        opened = weather_words.parse_heading_weather(scene.heading) or weather_words.find_opening_weather(
            _list_opening_sentences(moments)
        )
        if breakdown is not None:
            opened = find_scene_weather(breakdown, script.language) or opened
        weather = opened or (weather if hardly_later else "")
        scene_weather = weather
        weather = next((each.weather for each in reversed(moments) if each.weather), weather)
        eras[era] = time_of_day, weather, scene
        coverage = coverages.get(scene.number, usual)
        shots = tuple(_draft_scene_shots(scene, moments, rate, coverage))
        shots = _join_unseen_shots(shots, rate, script.language, kept)
        out.append(
            SceneDraft(
                heading=scene.heading,
                setting=setting,
                location=location,
                time_of_day=time_of_day,
                number=scene.number,
                text=scene.text,
                line=scene.span.line,
                shots=shots,
                weather=scene_weather,
                era=era,
                written_number=scene.slug.number,
                as_read=ReadScene(
                    scene.heading, scene.span.line, hardly_later, time_of_day, era, moments, breakdown
                ),
            )
        )
    return tuple(out)


def _list_beat_digests(beat: Beat, parts: Parts) -> Iterator[str]:
    """Yield the digests of the shots of a paragraph of action."""
    for index, text in enumerate(parts(beat.text)):
        yield compute_text_digest("action", beat.direction, text, "" if index else beat.caption)


def _restore_heading_action(scene: ScriptScene, settled: Set[str]) -> ScriptScene:
    """Return a scene with its heading as its first paragraph of action too, if the film has a settled shot of
    that line. An earlier version read the line as action.
    """
    if compute_text_digest("action", "", collapse_text(scene.heading), "") not in settled:
        return scene
    span = replace(scene.span, end_line=scene.span.line)
    heading = ScriptElement(kind=ScriptElementKind.ACTION, text=scene.heading, span=span)
    return replace(scene, elements=(heading, *scene.elements))


def _find_breakdowns(
    screenplay: Screenplay, cast: FilmCast, reading: FilmReading
) -> list[SceneBreakdown | None]:
    """Return the breakdown of each scene, or None for a scene without one about its present text. People have
    the names of the cast.
    """
    if not reading.scenes:
        return [None] * len(screenplay.scenes)
    names = map_people_to_cast(reading.named, cast)
    found = (reading.scenes.get(number_scene(scene, cast).digest) for scene in screenplay.scenes)
    return [each and replace(rename_people(each, names), is_outdated=False) for each in found]


def _list_opening_sentences(moments: Sequence[Moment]) -> Sequence[str]:
    """Return the first sentences of a scene's action. Return nothing if the scene begins with dialogue or a
    montage.
    """
    first = moments[0] if moments else None
    return (
        [action.sentence for action in first.actions[:OPENING_SENTENCES]]
        if first and not first.beat.montage
        else ()
    )


def compute_natural_frames(action: str, dialogue: Sequence[Line], caption: str, rate: Fraction) -> int:
    """Return the number of frames that a shot needs for its text: the time to speak its dialogue or to show
    its action and caption. `rate` is frames per second.

    If there is dialogue, its length decides. Speakers in dual dialogue speak at the same time, so only the
    longest speech counts.
    """
    if not dialogue:
        return shot_length.count_shot_frames(
            shot_length.estimate_shot_seconds(
                action=count_words(action), hold=shot_length.estimate_caption_seconds(caption)
            ),
            rate,
        )
    voices: dict[str, list[Line]] = {}
    for line in dialogue:
        voices.setdefault(line.character, []).append(line)
    return shot_length.count_shot_frames(
        max(map(estimate_speech_seconds, voices.values())) + shot_length.estimate_caption_seconds(caption),
        rate,
    )


def _draft_scene_shots(
    scene: ScriptScene, moments: Sequence[Moment], rate: Fraction, coverage: Coverage
) -> Iterator[ShotDraft]:
    facts = SceneFacts(scene.slug.setting, scene.slug.location, coverage)
    leader = ""
    for planned in plan_scene(moments, facts):
        draft = _draft_planned_shot(planned, rate)
        leader = leader if draft.within else draft.digest
        yield replace(draft, leader=leader) if draft.within else draft


def _join_unseen_shots(
    shots: Sequence[ShotDraft], rate: Fraction, language: str, kept: Container[str]
) -> tuple[ShotDraft, ...]:
    """Return the shots with each sound or mood alone joined to the shot before it, or to the first shot after
    it if there is none before.
    """
    out: list[ShotDraft] = []
    for shot in shots:
        before = out[-1] if out else None
        if before and _is_unseen(shot, language, kept) and not before.within:
            out[-1] = _join_drafts_of_shots(before, shot, before, rate)
        elif before and len(out) == 1 and _is_unseen(before, language, kept) and not shot.within:
            out[-1] = _join_drafts_of_shots(before, shot, shot, rate)
        else:
            out.append(shot)
    return tuple(out)


def _is_unseen(shot: ShotDraft, language: str, kept: Container[str]) -> bool:
    is_plain = not (shot.dialogue or shot.caption or shot.written_framing or shot.digest in kept)
    return is_plain and is_sound_or_mood(shot.action, language)


def _join_drafts_of_shots(first: ShotDraft, second: ShotDraft, shown: ShotDraft, rate: Fraction) -> ShotDraft:
    """Return the shot `shown` with the action and the lines of both shots."""
    action = f"{first.action} {second.action}".strip()
    frames = compute_natural_frames(action, shown.dialogue, shown.caption, rate)
    return replace(shown, action=action, line=first.line, end_line=second.end_line, frames=frames)


def _split_action(text: str) -> tuple[str, ...]:
    """Divide the text of an action into texts of shots. Each shot lasts at most ten seconds."""
    found = shot_length.distribute_over_shots(
        split_sentences(text) or [text],
        lambda units: shot_length.estimate_shot_seconds(action=count_words(" ".join(units))),
        count_words,
        (split_clauses, str.split),
    )
    return tuple(" ".join(part) for part in found)


def _draft_planned_shot(planned: PlannedShot, rate: Fraction) -> ShotDraft:
    moment, framing = planned.moment, planned.framing
    beat = moment.beat
    kind = "speech" if planned.dialogue else "card" if beat.card else "action"
    return ShotDraft(
        action=planned.action,
        dialogue=planned.dialogue,
        characters=planned.characters,
        size=framing.size,
        angle=framing.angle,
        movement=framing.movement,
        function=framing.function,
        rig=framing.rig,
        frames=compute_natural_frames(planned.action, planned.dialogue, planned.caption, rate),
        caption=planned.caption,
        line=beat.line,
        end_line=beat.end_line,
        digest=compute_text_digest(kind, beat.direction, planned.source, planned.caption),
        written_framing=replace(
            beat.written_framing, function=beat.written_framing.function or moment.function
        ),
        focus=planned.focus,
        reason=planned.reason,
        doubts=moment.doubts,
        location=moment.location,
        time_of_day=moment.time_of_day,
        weather=moment.weather,
        stands=planned.stands,
        within=planned.within,
    )
