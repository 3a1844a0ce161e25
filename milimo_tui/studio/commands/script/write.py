"""Commands that ask a language model about the film or one of its characters, or insert its answers into the
script.
"""

from __future__ import annotations

from typing import Any, Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.story.values.film import Element, Story
from milimo_tui.story.values.talk import Talk
from milimo_tui.studio.commands.element.lookup import find_element
from milimo_tui.studio.project import undo_scope
from milimo_tui.studio.queue.waiting import check_job_done, wait_with_progress
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.writing import film_questions
from milimo_tui.studio.writing.film_questions import FilmQuestion, QuestionJob

ANSWER_COLUMNS = ("number", "about", "question", "text", "model", "tokens")


class ModelAskArgs(Args):
    question: str = arg(description="the question", longest=4000)
    about: str = arg("", description="an element that the question is about (id, trigger or name)")
    as_: str = arg("", description="a character who answers in the first person")
    engine: str = arg("", description="engine: auto, local, ollama, openai (default: from the settings)")
    model: str = arg("", description="model of the engine (default: from the settings)")
    seed: int | None = arg(
        None, ge=0, le=2**32 - 1, description="seed; the same seed gives the same words (default: a new one)"
    )
    tokens: int = arg(1024, ge=16, le=32768, description="maximum number of tokens of the answer")
    plan: bool = arg(False, description="only show the request and about how many tokens it has")
    detach: bool = arg(False, description="queue the work and return at once")


def _ask_about_film(studio: Studio, args: ModelAskArgs) -> Outcome:
    question = film_questions.make_question_job(studio, _build_model_question(studio, args))
    if args.plan:
        return Outcome(
            data=_build_ask_plan(question), message=_format_ask_plan(question), text=question.context.text
        )
    [job] = studio.require_client().submit_jobs([question.request])
    if args.detach:
        return Outcome(
            data={"job": job, **_build_ask_plan(question)}, message=f"asked: {_format_ask_plan(question)}"
        )
    check_job_done(wait_with_progress(studio, question.request.label, [job])[job])
    talk = next(talk for talk in studio.require_project().facts.list_talks() if talk.job == job)
    row = build_answer_row(studio.take_snapshot().story, talk)
    return Outcome(
        data=row,
        text="\n".join((talk.text, "", _format_answer_cost(talk), *_format_left_out_parts(talk.left_out))),
    )


def _build_model_question(studio: Studio, args: ModelAskArgs) -> FilmQuestion:
    if args.about and args.as_:
        raise BadInput("a question is about a character or answered by one, not both", "give --about or --as")
    named: Element | None = find_element(studio, args.as_ or args.about) if args.as_ or args.about else None
    return FilmQuestion(
        text=args.question,
        about=named,
        voiced=bool(args.as_),
        engine=args.engine,
        model=args.model,
        seed=args.seed,
        tokens=args.tokens,
    )


def _build_ask_plan(question: QuestionJob) -> dict[str, Any]:
    return {
        "price": film_questions.format_talk_price(
            question.model, question.context.token_estimate, question.most
        )
        or None,
        "engine": question.engine,
        "told": question.context.token_estimate,
        "most": question.most,
        "left_out": list(question.context.left_out),
    }


def _format_ask_plan(question: QuestionJob) -> str:
    """Describe a question before it is sent: its cost in tokens and money, and the parts of the film that are
    left out.

    The text begins like `about 2,100 tokens sent, 1,024 answered at most`.
    """
    words = f"about {question.context.token_estimate:,} tokens sent, {question.most:,} answered at most"
    if price := film_questions.format_talk_price(
        question.model, question.context.token_estimate, question.most
    ):
        words += f", price {price} at most"
    return "; ".join((words, *_format_left_out_parts(question.context.left_out)))


def _format_left_out_parts(pieces: tuple[str, ...]) -> list[str]:
    return [f"does not fit into the prompt: {', '.join(pieces)}"] if pieces else []


def _format_answer_cost(talk: Talk) -> str:
    """Return the number of tokens and the price of an answer as text."""
    price = f", price {talk.price}" if talk.price else ""
    return f"{talk.model}: {talk.told:,} tokens sent, {talk.answered:,} answered{price}"


def build_answer_row(story: Story, talk: Talk, number: int = 0) -> dict[str, Any]:
    """Return an answer of a language model as data for `--json`. `number` is its position in the list of
    answers.
    """
    about = next((each.trigger for each in story.elements if each.id == talk.about), talk.about)
    return {
        "id": talk.id,
        "number": number,
        "question": talk.question,
        "text": talk.text,
        "about": about or None,
        "voiced": talk.voiced,
        "engine": talk.engine,
        "model": talk.model,
        "seed": talk.seed,
        "told": talk.told,
        "answered": talk.answered,
        "tokens": talk.told + talk.answered,
        "price": talk.price or None,
        "left_out": list(talk.left_out),
        "notes": list(talk.notes),
        "created": talk.created,
    }


class AnswerListArgs(Args):
    about: str = arg("", description="only answers about an element (id, trigger or name)")


def _list_answers(studio: Studio, args: AnswerListArgs) -> Outcome:
    wanted = find_element(studio, args.about).id if args.about else ""
    story = studio.take_snapshot().story
    numbered = enumerate(studio.require_project().facts.list_talks(), 1)
    rows = [build_answer_row(story, talk, at) for at, talk in numbered if not wanted or talk.about == wanted]
    return Outcome(data=rows, columns=ANSWER_COLUMNS)


class AnswerTakeArgs(Args):
    answer: str = arg("", description="an answer by its number or id (default: the newest)")
    how: Literal["note", "line"] = arg(
        "note", description="insert a note in brackets, a spoken line or an action line"
    )
    at: int = arg(
        0, ge=0, description="number of the line after which the answer is inserted (default: the last)"
    )


def _insert_answer(studio: Studio, args: AnswerTakeArgs) -> Outcome:
    talk = film_questions.find_talk(studio, args.answer)
    line = film_questions.insert_answer(studio, talk, how=args.how, line=args.at)
    message = f"in line {line} of the screenplay; {undo_scope.get_undo_hint(studio)} reverts it"
    return Outcome(data={"id": talk.id, "line": line, "how": args.how}, message=message)


COMMANDS = (
    Command(
        "write.ask",
        "Ask a model",
        "ask a language model about the film, or a character",
        _ask_about_film,
        ModelAskArgs,
        refuse_without_film,
        cli="write ask",
        positional=("question",),
    ),
    Command(
        "write.list",
        "List answers",
        "list the questions to language models and their answers",
        _list_answers,
        AnswerListArgs,
        refuse_without_film,
        cli="write list",
    ),
    Command(
        "write.take",
        "Insert the answer",
        "insert an answer into the screenplay, as a note or a line",
        _insert_answer,
        AnswerTakeArgs,
        refuse_without_film,
        cli="write take",
        positional=("answer",),
    ),
)
