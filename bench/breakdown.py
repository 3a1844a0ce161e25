"""Measure the accuracy of the breakdown of scripts into shots, against marks made by people.

Usage: `python bench/breakdown.py [SCRIPT …] [--json] [--wrong N] [--of MEASURE] [--kept-apart]`. The marks of
a script are in a file next to the script (`bench/marks.py`). Without a script, the corpus in `bench/corpus`
is used. `bench/judging.py` defines which shots are right. The figures are percentages, except `reaction` and
`reason`, which are counts. Scenes that are kept apart have separate tables. `--wrong` lists their errors only
with `--kept-apart`, because nobody may tune the rules with them.

Prompts are the output of `milimo shot show --engine ltx2`. The prompting guide by Lightricks asks for exactly
one of six shot sizes, a movement, a viewpoint, and at most 220 words.
`engines/prompting/measures` searches the prompt for these elements and ignores speech. Only the number of
words includes speech.

If the program doubts a look, the doubt covers all shots of the same person up to the start of that person's
next look. A scene is everything under one heading.

Pages are counted as in a typed screenplay: 54 lines on a page, action 60 characters wide, dialogue 35
characters wide, and a blank line before each paragraph. The correlation is Pearson's correlation between the
minutes and the pages of the scenes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from judging import ReadShot, ShotJudge, ShotSpeech, Verdict
from marks import CORPUS, KINDS, Marks, read_script_marks

from milimo_tui.engines.prompting.measures import ASKED, fulfils_measure, has_one_size, strip_speech
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.screenplay import ScriptElementKind, ScriptScene
from milimo_tui.story.values.doubts import Doubt, DoubtKind
from milimo_tui.story.values.film import Line, Scene, Shot, Story
from milimo_tui.story.values.shot_words import Function
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio

ENGINE = "ltx2"
SHARES = ("cast", "moments", "look", "heard", "off screen", "place")
COUNTS = ("reaction", "reason")
ASKED_ABOUT, LED = "looks asked about a scene", "wrong looks led to"
PAGE = 54  # lines on a page of a typed screenplay
FEW = 6  # number of scenes below which a correlation between minutes and pages means nothing
# Line width of each kind of paragraph, in characters. All other kinds are 60 characters wide.
_WIDE = {ScriptElementKind.DIALOGUE: 35, ScriptElementKind.LYRIC: 35, ScriptElementKind.PARENTHETICAL: 20}
MOST_WORDS = 220  # largest number of words in a prompt
# Manner in which a speech is heard, with the beginnings of the cue's extension that mean this manner.
_HEARD = (
    ("voice-over", ("VO", "VOICEOVER", "PRELAP")),
    ("off screen", ("OS", "OC", "OFF")),
    ("phone", ("FILTER", "PHONE", "ONPHONE", "OVERPHONE", "RADIO", "ONRADIO", "OVERRADIO", "FROMRADIO")),
    ("on a screen", ("ONTV", "ONSCREEN", "FROMTV")),
)


@dataclass(frozen=True, slots=True)
class JudgedScript:
    """A script, the verdicts on its shots, and the minutes and pages of each scene.

    `asked` is the number of doubts about looks.
    """

    marks: Marks
    verdicts: tuple[Verdict, ...]
    lengths: tuple[tuple[float, float], ...]
    asked: int


def judge_script(studio: Studio, marks: Marks) -> JudgedScript:
    """Import a script as `milimo script import` does, and judge its shots."""
    script = marks.script
    registry.run_by_id(studio, "script.import", {"script": str(script.resolve()), "name": script.stem})
    story = studio.take_snapshot().story
    scenes = {scene.id: scene for scene in story.live_scenes()}
    shown = [
        (shot, registry.run_by_id(studio, "shot.show", {"id": shot.id, "engine": ENGINE}).data)
        for shot in story.live_shots()
    ]
    prompts = {shot.id: data["prompt"] for shot, data in shown}
    found = [read_shot(scenes[shot.scene], shot, data, prompts) for shot, data in shown]
    sent = [shot for shot, (_, data) in zip(found, shown, strict=True) if data["continues_as"] != "closer"]
    of_prompts = [verdict for shot in sent for verdict in judge_prompt(shot)]
    judged = tuple(ShotJudge(marks, found).judge_all())
    asked = [(place, doubt) for place, shot in enumerate(story.live_shots()) for doubt in shot.doubts]
    about_looks = [(place, doubt) for place, doubt in asked if doubt.kind is DoubtKind.LOOK]
    frames = Counter[int]()
    for shot, _ in shown:
        frames[scenes[shot.scene].line] += shot.frames
    lengths = tuple(
        (float(frames[scene.span.line] / story.project.rate / 60), count_typed_pages(scene))
        for scene in fountain.parse(script.read_bytes()).scenes
        if frames[scene.span.line]
    )
    verdicts = (*judged, *judge_look_doubts(story, about_looks, judged), *of_prompts)
    return JudgedScript(marks, verdicts, lengths, len(about_looks))


def judge_look_doubts(
    story: Story, asked: Sequence[tuple[int, Doubt]], judged: Sequence[Verdict]
) -> Iterator[Verdict]:
    """Yield a verdict for each wrong look.

    The verdict is right if the program had a doubt about that person's look and the shot is among the shots
    that the doubt covers. `asked` holds the doubts, each with the index of its shot.
    """
    shots = story.live_shots()
    places = {story.numbers[shot.id]: place for place, shot in enumerate(shots)}
    ids = {shot.id: place for place, shot in enumerate(shots)}
    names = {element.id: element.name for element in story.elements}
    begins = [(names[look.element], ids.get(look.begins, 0)) for look in story.looks]
    stretches = defaultdict[str, list[range]](list)
    for place, doubt in asked:
        for name in (name for name in names.values() if is_about(doubt, name)):
            ends = min((other for of, other in begins if of == name and other > place), default=len(shots))
            stretches[name].append(range(place, ends))
    for verdict in judged:
        if verdict.measure == "look" and not verdict.right:
            led = any(places[verdict.where] in stretch for stretch in stretches[verdict.who])
            yield Verdict(LED, led, verdict.where, f"no doubt covers {verdict.who}'s look")


def is_about(doubt: Doubt, name: str) -> bool:
    """Return True if a doubt about a look is about the named person: its words begin with the name."""
    return doubt.words == name or doubt.words.startswith((f"{name}: ", f"{name} "))


def read_shot(scene: Scene, shot: Shot, data: Mapping[str, Any], prompts: Mapping[str, str]) -> ReadShot:
    """Return a shot in the form that the judge uses. This is the only function to change when shots get more
    fields.

    A shot that shows a closer crop of another shot's take is judged by the prompt of that take. `prompts`
    maps shot ids to prompts.
    """
    under = "off screen" if data["continues_as"] == "under" else ""
    made_from = shot.continues if data["continues_as"] == "closer" else shot.id
    return ReadShot(
        number=data["number"],
        line=shot.line,
        end_line=shot.end_line,
        action=shot.action,
        spoken=tuple(
            ShotSpeech(line.character, line.text, line.heard or classify_cue_extension(line) or under)
            for line in shot.dialogue
        ),
        frame=shot.characters,
        insert=shot.function is Function.INSERT,
        location=shot.location or scene.location,
        time=shot.time_of_day or scene.time_of_day,
        prompt=prompts[made_from],
        reason=shot.reason,
    )


def classify_cue_extension(line: Line) -> str:
    """Return the manner in which a line is heard, according to the extension of its cue. The result is empty
    if the extension does not state it.
    """
    letters = "".join(filter(str.isalpha, line.extension)).upper()
    return next((how for how, starts in _HEARD if letters.startswith(starts)), "")


def count_typed_pages(scene: ScriptScene) -> float:
    """Return the length of a typed scene in pages."""
    lines = 2  # the heading and the blank line before it
    for element in scene.elements:
        if element.kind in (
            ScriptElementKind.NOTE,
            ScriptElementKind.BONEYARD,
            ScriptElementKind.SECTION,
            ScriptElementKind.SYNOPSIS,
            ScriptElementKind.PAGE_BREAK,
        ):
            continue
        rows = [textwrap.wrap(row, _WIDE.get(element.kind, 60)) or [""] for row in element.text.split("\n")]
        lines += sum(map(len, rows)) + (element.kind not in _WIDE)
    return lines / PAGE


def judge_prompt(shot: ReadShot) -> Iterator[Verdict]:
    """Yield a verdict for each element that a prompt for LTX-2 must have."""
    bare = strip_speech(shot.prompt)
    count = len(shot.prompt.split())
    said = {
        "one size": has_one_size(bare),
        **{name: fulfils_measure(name, bare) for name in ASKED},
        "at most 220 words": count <= MOST_WORDS,
    }
    said["all four"] = all(said.values())
    return (Verdict(name, right, shot.number, f"{count} words") for name, right in said.items())


PROMPT = ("one size", *ASKED, "at most 220 words", "all four")


def compute_breakdown_figures(found: Sequence[JudgedScript]) -> dict[str, float]:
    """Return the shares of right verdicts in %, the counts, the minutes per page, and their correlation."""
    right, of = Counter[str](), Counter[str]()
    for verdict in (verdict for broken in found for verdict in broken.verdicts):
        of[verdict.measure] += 1
        right[verdict.measure] += verdict.right
    out = {name: round(100 * right[name] / of[name], 1) for name in (*SHARES, *PROMPT) if of[name]}
    out |= {name: of[name] - right[name] for name in COUNTS} | {"shots": of["reason"]}
    if of[LED]:
        out[LED] = round(100 * right[LED] / of[LED], 1)
    if scenes := sum(len(broken.lengths) for broken in found):
        out[ASKED_ABOUT] = round(sum(broken.asked for broken in found) / scenes, 2)
    lengths = [length for broken in found for length in broken.lengths]
    if lengths:
        out["minutes a page"] = round(sum(row[0] for row in lengths) / sum(row[1] for row in lengths), 2)
    if len({row[1] for row in lengths}) >= FEW:
        out["correlation"] = round(statistics.correlation(*zip(*lengths, strict=True)), 2)
    return out


def group_figures_by_kind(found: Sequence[JudgedScript]) -> dict[str, dict[str, float]]:
    """Return the figures of each kind of script, and of all scripts."""
    groups = defaultdict[str, list[JudgedScript]](list)
    for broken in found:
        groups[broken.marks.kind].append(broken)
    return {
        **{kind: compute_breakdown_figures(groups[kind]) for kind in KINDS if groups[kind]},
        "all": compute_breakdown_figures(found),
    }


def print_breakdown_table(title: str, rows: Mapping[str, Mapping[str, float]], names: Sequence[str]) -> None:
    """Print a table of figures, one row for each kind of script."""
    print(f"\n{title:<28}" + "".join(f"{name:>{len(name) + 2}}" for name in names))
    for kind, row in rows.items():
        print(f"  {kind:<26}" + "".join(f"{row.get(name, ''):>{len(name) + 2}}" for name in names))


def print_wrong(found: Sequence[JudgedScript], most: int, measure: str) -> None:
    """Print at most `most` wrong verdicts, script by script.

    Only verdicts of `measure` are printed. If `measure` is empty, those of all measures except prompts and
    framing reasons are printed.
    """
    wanted = (measure,) if measure else (*SHARES, "reaction")
    wrong = [
        f"{broken.marks.script.stem} {verdict.where}  {verdict.measure}: {verdict.why}"
        for broken in found
        for verdict in broken.verdicts
        if verdict.measure in wanted and not verdict.right
    ]
    print("\n".join([*wrong[:most], f"{min(most, len(wrong))} of {len(wrong)} errors"]))


def main(words: Sequence[str] | None = None) -> int:
    """Judge the scripts, print the tables, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("script", nargs="*", type=Path, help="a script with marks; without it, the corpus")
    parser.add_argument("--json", action="store_true", help="print no tables, only the figures as JSON")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="print only the first N errors")
    parser.add_argument(
        "--of",
        default="",
        choices=(*SHARES, *COUNTS, *PROMPT),
        help="with --wrong: only errors of one measure",
    )
    parser.add_argument(
        "--kept-apart", action="store_true", help="with --wrong: also errors in scenes kept apart"
    )
    args = parser.parse_args(words)
    try:
        marked = [read_script_marks(script) for script in args.script or sorted(CORPUS.glob("*.fountain"))]
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio.open(home=folder, actor="bench")
        try:
            found = [judge_script(studio, marks) for marks in marked]
        finally:
            studio.close()
    sides = {
        "open": [broken for broken in found if not broken.marks.kept_apart],
        "kept apart": [broken for broken in found if broken.marks.kept_apart],
    }
    measured = {side: group_figures_by_kind(each) for side, each in sides.items() if each}
    if args.wrong:
        listed = found if args.kept_apart else sides["open"]
        print_wrong(listed, args.wrong, args.of)
        return 0
    if not args.json:
        for side, rows in measured.items():
            print_breakdown_table(
                f"{side}, % right", rows, ("shots", *SHARES, *COUNTS, "minutes a page", "correlation")
            )
        for side, rows in measured.items():
            print_breakdown_table(f"prompts, {side}, % right", rows, PROMPT)
        for side, rows in measured.items():
            every = rows["all"]
            print(
                f"\n{side}: {every.get(ASKED_ABOUT, 0)} doubts about looks for each scene heading. "
                f"They cover {every.get(LED, 100)} % of the wrong looks."
            )
    print(json.dumps({"name": "breakdown", "figures": measured, "ok": True}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
