"""Make the jobs that ask a language model about the film or let a character of the film answer, and read the
saved answers.

An answer does not change the film. The user can insert it into the screenplay as a note, as dialogue or as
action, in one edit.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.host import HOST, read_settings
from milimo_tui.core.ids import new_id
from milimo_tui.engines.contract import text_usage
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.specs.text_specs import Write
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.elements.sheet import list_sheet_lines
from milimo_tui.story.values.film import Element, ElementKind, Story
from milimo_tui.story.values.talk import Talk
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.writing import suggestions
from milimo_tui.studio.writing.film_context import FilmContext, build_film_context, estimate_tokens
from milimo_tui.studio.writing.text_engine_choice import choose_text_engine

TALK_TASKS = ("ask", "check")
CHECK_TOKENS = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmQuestion:
    """A question that the user asks about the film.

    `about` is the element that the question is about. If `voiced` is True, this element must be a character,
    and the model answers in the character's voice. If `engine` is empty, the engine from the settings is
    used.
    """

    text: str
    about: Element | None = None
    voiced: bool = False
    engine: str = ""
    model: str = ""
    seed: int | None = None
    tokens: int = 1024


@dataclass(frozen=True, slots=True)
class QuestionJob:
    """A job that asks a language model a question, and the text about the film that the model gets with
    it.
    """

    request: JobRequest
    context: FilmContext
    engine: str
    most: int  # The model writes at most this number of tokens.
    model: str  # The name of the model for the user's price table; empty for a model on this machine.


def make_question_job(studio: Studio, question: FilmQuestion) -> QuestionJob:
    """Return the job that asks a question. Raises BadInput for an empty question or a question that no
    character can answer, and Unavailable if the engine can't run here.
    """
    if not question.text.strip():
        raise BadInput("no question is given", "write one: milimo write ask 'Who is Mara to Jun?'")
    if question.voiced and (question.about is None or question.about.kind is not ElementKind.CHARACTER):
        raise BadInput(
            "only a character can answer in the first person", "name a character, for example --as MARA"
        )
    story = studio.take_snapshot().story
    about = question.about.id if question.about else ""
    talks = studio.require_project().facts.list_talks()
    before = [
        (talk.question, talk.text) for talk in talks if talk.about == about and talk.voiced == question.voiced
    ]
    context = build_film_context(
        story, question.text, studio.settings.text_context, question.about, before, voiced=question.voiced
    )
    system = _make_character_prompt(story, question.about) if question.voiced and question.about else ""
    writer = choose_text_engine(studio, question.engine, question.model)
    spec = Write(
        engine=writer.engine,
        task="ask",
        text=question.text.strip(),
        system=system,
        background=context.text,
        left_out=context.left_out,
        about=about,
        voiced=question.voiced,
        model=writer.model,
        tokens=question.tokens,
        seed=shot_spec.draw_random_seed() if question.seed is None else question.seed,
    )
    addressee = f" {question.about.name}" if question.about else ""
    return _make_talk_job(studio, spec, context, f"asking{addressee}")


def make_check_job(studio: Studio, engine: str = "", model: str = "") -> QuestionJob:
    """Return the job in which a model checks the screenplay for mistakes. Raises NotFound without a
    screenplay.
    """
    story = studio.take_snapshot().story
    script = story.project.script
    if not script.strip():
        raise NotFound("the film has no screenplay to check", "milimo script import FILE imports one")
    most = studio.settings.text_context
    text = script if len(script) <= most else script[: script.rfind("\n", 0, most) + 1]
    lines = script.count("\n") - text.count("\n")
    left_out = (f"the last {lines} lines of the screenplay",) if text != script else ()
    people = [each for each in story.elements if each.kind is ElementKind.CHARACTER and not each.dismissed]
    sheets = [
        f"{each.name}: " + "; ".join(": ".join(row) for row in list_sheet_lines(people, each))
        for each in people
    ]
    context = FilmContext("\n".join(sheets), left_out)
    writer = choose_text_engine(studio, engine, model)
    spec = Write(
        engine=writer.engine,
        task="check",
        text=text,
        background=context.text,
        left_out=left_out,
        model=writer.model,
        tokens=CHECK_TOKENS,
        temperature=0.2,
    )
    whole = FilmContext(f"{context.text}\n{text}", left_out)
    return _make_talk_job(studio, spec, whole, "checking the screenplay")


def _make_talk_job(studio: Studio, spec: Write, context: FilmContext, label: str) -> QuestionJob:
    request = JobRequest(
        spec=spec.model_dump(mode="json"), label=label, project=str(studio.require_project().paths.root)
    )
    # If the engine is an online service, its default model is in the settings.
    usual = str(getattr(studio.settings, f"{spec.engine}_model", ""))
    return QuestionJob(request, context, spec.engine, spec.tokens, spec.model or usual)


def _make_character_prompt(story: Story, element: Element) -> str:
    """Return the system prompt for an answer in the voice of a character."""
    sheet = "\n".join(f"{name}: {words}" for name, words in list_sheet_lines(story.elements, element))
    return (
        f"You are {element.name}, a character of a film, and speak as {element.name} does. You know what "
        f"{element.name} has seen and heard in the scenes you are given, and nothing else; of the making of "
        "the film you know nothing. Answer in the first person, in the language of the question, as "
        f"{element.name} would say it, without stage directions.\n{sheet}"
    ).strip()


def save_talk_answer(project: ProjectFile, job: DetailedJob, spec: Write, result: Result) -> None:
    """Save the answer of a job in the film. Saving the same job again changes nothing. Raises Damaged if the
    file with the answer is missing.
    """
    path = Path(next(output.path for output in result.outputs if output.role == "text"))
    answer = suggestions.read_writing_answer(path)
    marks = [json.dumps(one, ensure_ascii=False) for one in answer["marks"]]
    characters = len(answer["text"]) + sum(map(len, marks))
    counted_told, counted_answered = answer["counted"]
    sent_tokens = estimate_tokens(answer["told"]) if counted_told is None else counted_told
    received_tokens = estimate_tokens(characters) if counted_answered is None else counted_answered
    project.facts.add_talk(
        Talk(
            id=new_id("talk"),
            job=job.id,
            question=spec.text if spec.task == "ask" else "",
            task=spec.task,
            text=answer["text"],
            about=spec.about,
            voiced=spec.voiced,
            engine=spec.engine,
            model=answer["model"],
            seed=spec.seed,
            told=sent_tokens,
            answered=received_tokens,
            price=format_talk_price(answer["model"], sent_tokens, received_tokens),
            left_out=spec.left_out,
            notes=tuple(marks if spec.task == "check" else answer["notes"]),
            created=HOST.now(),
        )
    )


def format_talk_price(model: str, sent_tokens: int, received_tokens: int) -> str:
    """Return the price of an answer by the user's price table (the setting `text_prices`), such as `0.0042`.
    Return an empty text if the table does not name the model.

    `sent_tokens` is the number of tokens sent, and `received_tokens` the number of tokens received.
    """
    settings, _ = read_settings()
    table = text_usage.parse_token_prices(settings.text_prices)
    price = next((price for name, price in table.items() if fnmatchcase(model, name)), None)
    if price is None:
        return ""
    return f"{(sent_tokens * price[0] + received_tokens * price[1]) / text_usage.MILLION:.4g}"


def find_talk(studio: Studio, name: str) -> Talk:
    """Return a saved answer by its id or number (1 is the oldest). Return the newest answer if `name` is
    empty. Raises NotFound.
    """
    talks = studio.require_project().facts.list_talks()
    if not talks:
        raise NotFound("this film has no questions yet", "milimo write ask QUESTION asks one")
    if not name:
        return talks[-1]
    for number, talk in enumerate(talks, 1):
        if name in (talk.id, str(number)):
            return talk
    raise NotFound(f"there is no answer “{name}”", "milimo write list lists the answers")


def insert_answer(studio: Studio, talk: Talk, *, how: str, line: int = 0) -> int:
    """Insert an answer into the screenplay, as an edit. Return the number of the line at which the answer
    begins.

    `how` says if it becomes a note, dialogue or action. It is inserted after the paragraph that contains line
    `line` (counted from 1; 0 means the end of the screenplay). Raises BadInput if the line does not exist.
    """
    story = studio.take_snapshot().story
    script = story.project.script
    lines = script.split("\n")
    if not 0 <= line <= len(lines):
        raise BadInput(
            f"the screenplay has {len(lines)} lines", "give --at LINE, or leave it out for the end"
        )
    at = line or len(lines)
    while at < len(lines) and lines[at].strip():
        at += 1
    while not line and at and not lines[at - 1].strip():
        at -= 1
    words = _answer_as_fountain(story, talk, how)
    before = [""] if at and lines[at - 1].strip() else []
    after = [""] if at >= len(lines) or lines[at].strip() else []
    changed = "\n".join((*lines[:at], *before, *words, *after, *lines[at:]))
    screenplays.save_script(studio, changed)
    return at + len(before) + 1


def _answer_as_fountain(story: Story, talk: Talk, how: str) -> list[str]:
    """Return the lines of an answer as Fountain: a note in double brackets, dialogue of the character, or
    action. Blank lines are removed.
    """
    lines = [line.strip() for line in talk.text.split("\n") if line.strip()]
    if how == "note":
        text = " ".join(lines).replace("[[", "[").replace("]]", "]")
        return [f"[[{text}]]"]
    speaker = next((each for each in story.elements if each.id == talk.about), None)
    if talk.voiced and speaker is not None:
        return [f"@{speaker.name.upper()}", *lines]
    return [f"!{line}" for line in lines]
