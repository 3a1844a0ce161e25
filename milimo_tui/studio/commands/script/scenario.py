"""Commands that turn a story in prose into a scenario and then into a screenplay.

The user reviews the items of the scenario before the screenplay is made.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.story.scenario import scenario_edits
from milimo_tui.story.scenario.scenario import RULES, ItemKind, Scenario, ScenarioItem
from milimo_tui.story.scenario.scenario_script import format_as_fountain
from milimo_tui.studio.queue.waiting import check_job_done, wait_with_progress
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.writing import scenarios

MARK_ON, MARK_OFF, MARK_UNTOLD = "●", "○", "✕"
# Maximum number of characters that are shown of a quotation from the story. The rest is cut off.
MAX_QUOTE_LENGTH = 60
DEFAULT_STORY_NAME = "A Story"


class StoryTransformArgs(Args):
    story: str = arg(description="a file with prose, or - for standard input")
    engine: str = arg(RULES, description="reader of the text: rules, auto, local, ollama or openai")
    model: str = arg("", description="model of the engine (default: the selected one)")
    seed: int = arg(42, ge=0, le=2**32 - 1, description="seed; the same seed gives the same scenario")
    name: str = arg(
        "", description="the story's title (default: its file's name)", longest=200, one_line=True
    )
    detach: bool = arg(False, description="with an engine: queue the work and return at once")


def _transform_story(studio: Studio, args: StoryTransformArgs) -> Outcome:
    prose = scenarios.read_story_text(args.story)
    if args.name:
        prose = scenarios.StoryText(prose.text, args.name, prose.notes)
    if args.detach and not scenarios.is_text_engine(args.engine):
        raise BadInput(
            "the rules work immediately, so nothing is queued",
            "leave --detach out, or let an engine read the story: --engine",
        )
    if studio.project_or_none() is None:
        screenplays.create_project(studio, prose.name.title() or DEFAULT_STORY_NAME)
    if not scenarios.is_text_engine(args.engine):
        scenarios.save_scenario(studio.require_project(), scenarios.make_scenario_by_rules(prose))
        return _report_scenario(scenarios.load_scenario(studio.require_project()), prose.notes)
    request = scenarios.make_scenario_job(studio, prose, args.engine, args.model, args.seed)
    [job] = studio.require_client().submit_jobs([request])
    if args.detach:
        return Outcome(
            data={"job": job}, message=f"queued: {request.label}; milimo scenario show, once it is done"
        )
    check_job_done(wait_with_progress(studio, request.label, [job])[job])
    return _report_scenario(scenarios.load_scenario(studio.require_project()), prose.notes)


def _report_scenario(scenario: Scenario, messages: tuple[str, ...] = ()) -> Outcome:
    notes = "; ".join((*scenario.notes, *messages))
    lines = [
        *format_scenario_lines(scenario),
        "milimo scenario set changes an item, scenario accept writes the script",
    ]
    return Outcome(data=build_scenario_data(scenario), text="\n".join(lines), message=notes)


def build_scenario_data(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as data for `--json`."""
    return {
        "name": scenario.name,
        "language": scenario.language or None,
        "notes": list(scenario.notes),
        "left_out": list(scenario.left_out),
        "items": [
            {
                "key": item.key,
                "kind": item.kind.value,
                "text": item.text,
                "detail": item.detail or None,
                "words": item.words or None,
                "stands": item.stands,
                "at": item.at if item.stands else None,
                "on": item.is_on,
                "within": item.within or None,
                "by": item.by,
                "beats": [{"character": beat.speaker or None, "text": beat.text} for beat in item.beats],
            }
            for item in scenario.items
        ],
    }


def choose_item_mark(item: ScenarioItem) -> str:
    """Return the glyph that shows the state of an item: switched off, switched on, or switched on with a
    quotation that is not in the story.
    """
    return MARK_OFF if not item.is_on else MARK_ON if item.stands else MARK_UNTOLD


def format_scenario_lines(scenario: Scenario) -> list[str]:
    """Return a scenario as lines of text: each item, followed by the words of the story on which it is
    based.
    """
    lines: list[str] = []
    kind: ItemKind | None = None
    for item in scenario.items:
        if item.kind is not kind:
            kind = item.kind
            lines.append(kind.value)
        detail = f"   {item.detail}" if item.detail else ""
        beats = f"   {format_count(len(item.beats), 'beat')}" if item.beats else ""
        lines.append(f"  {choose_item_mark(item)} {item.key:<12} {item.text}{detail}{beats}")
        words = " ".join(item.words.split())
        shown = words if len(words) <= MAX_QUOTE_LENGTH else f"{words[:MAX_QUOTE_LENGTH].rstrip()}…"
        lines.append(f"      {describe_item_evidence(item, shown)}")
    if scenario.left_out:
        lines.append("left out of the script")
        for text, times in Counter(" ".join(text.split()) for text in scenario.left_out).items():
            lines.append(f"  “{text}”{f' × {times}' if times > 1 else ''}")
    return lines


def describe_item_evidence(item: ScenarioItem, shown: str) -> str:
    """Describe the evidence for an item: the quotation `shown` from the story, or a note that the words are
    not in the story.
    """
    if not item.words:
        return "no passage of the story is quoted"
    return f"“{shown}”" if item.stands else f"not in the story: “{shown}”"


def _show_scenario(studio: Studio, args: NoArgs) -> Outcome:
    return _report_scenario(scenarios.load_scenario(studio.require_project()))


def _show_scenario_script(studio: Studio, args: NoArgs) -> Outcome:
    text = format_as_fountain(scenarios.load_scenario(studio.require_project()))
    return Outcome(data={"text": text}, text=text.removesuffix("\n"))


class ScenarioItemArgs(Args):
    ONE_OF = ("to", "words")

    item: str = arg(description="an item of the scenario: “person 2”, or the words of the item", longest=400)
    to: Literal["on", "off"] | None = arg(
        None, description="on: the item becomes part of the script; off: it is left out"
    )
    words: str | None = arg(None, description="new words: a name, a heading, a title", longest=4000)


def _set_scenario_item(studio: Studio, args: ScenarioItemArgs) -> Outcome:
    file = studio.require_project()
    scenario = scenarios.load_scenario(file)
    item = scenario_edits.find_scenario_item(scenario, args.item)
    if args.to is None and args.words is None:
        raise BadInput("no change of the item is given", "give --to on, --to off or --words “…”")
    if args.words is not None:
        scenario = scenario_edits.reword_item(scenario, item, args.words)
        item = scenario_edits.find_scenario_item(scenario, item.key)
    if args.to is not None:
        scenario = scenario_edits.switch_item(scenario, item, on=args.to == "on")
        item = scenario_edits.find_scenario_item(scenario, item.key)
    scenarios.save_scenario(file, scenario)
    state = "on" if item.is_on else "off"
    return Outcome(
        data={"key": item.key, "text": item.text, "on": item.is_on},
        message=f"{item.key}: {item.text}, {state}",
    )


class ScenarioAcceptArgs(Args):
    replace: bool = arg(False, description="replace the screenplay of the film")
    append: bool = arg(False, description="append to the screenplay of the film")


def _accept_scenario(studio: Studio, args: ScenarioAcceptArgs) -> Outcome:
    message = scenarios.accept_scenario(studio, replace=args.replace, append=args.append)
    story = studio.take_snapshot().story
    return Outcome(
        data={"scenes": len(story.live_scenes()), "shots": len(story.live_shots())}, message=message
    )


def _drop_scenario(studio: Studio, args: NoArgs) -> Outcome:
    scenarios.load_scenario(studio.require_project())
    scenarios.delete_scenario(studio.require_project())
    return Outcome(data={}, message="the scenario is deleted; the story's file is unchanged")


TRANSFORM = Command(
    "script.transform",
    "Transform a story",
    "analyse a story in prose as a scenario",
    _transform_story,
    StoryTransformArgs,
    cli="script transform",
    positional=("story",),
)
COMMANDS = (
    Command(
        "scenario.show",
        "Show scenario",
        "show the items of the scenario, each with the story's words",
        _show_scenario,
        NoArgs,
        refuse_without_film,
        cli="scenario show",
    ),
    Command(
        "scenario.script",
        "Write as screenplay",
        "print the screenplay that the scenario would become",
        _show_scenario_script,
        NoArgs,
        refuse_without_film,
        cli="scenario script",
    ),
    Command(
        "scenario.set",
        "Change an item",
        "switch an item of the scenario on or off, or reword it",
        _set_scenario_item,
        ScenarioItemArgs,
        refuse_without_film,
        cli="scenario set",
        positional=("item",),
    ),
    Command(
        "scenario.accept",
        "Accept the scenario",
        "make the scenario the screenplay of the film, and commit it",
        _accept_scenario,
        ScenarioAcceptArgs,
        refuse_without_film,
        cli="scenario accept",
    ),
    Command(
        "scenario.drop",
        "Discard the scenario",
        "delete the scenario",
        _drop_scenario,
        NoArgs,
        refuse_without_film,
        cli="scenario drop",
    ),
)
