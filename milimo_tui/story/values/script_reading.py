"""Readings of the screenplay by a language model, and its answers. Neither changes the film: a reading is a
proposal until the user accepts it.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.story.values.suggestion import SuggestionState

# The kind and the label of the job in which a language model reads the screenplay.
READING_JOB = ("write", "reading the screenplay")
# The beginning of the labels of jobs that write the prompts of a film: `prompts for wan`.
PROMPTS_JOB = "prompts "
# The kind and the label of the job that writes the prompts of a reading.
READING_PROMPTS_JOB = ("write", f"{PROMPTS_JOB}of the reading")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptReading:
    """A reading of the screenplay, made by a job.

    `film` is a `story.breakdown.people.FilmBreakdown` as JSON. `scenes` is a JSON list: for each scene its
    number, its breakdown, the facts that the script does not confirm, and the reason if the scene could not
    be read. `prompts` is a JSON list of prompts for the shots that the film has if the reading is accepted
    (`story.commit.reading_prompts.ProposedPrompt`).
    """

    id: str
    job: str
    engine: str = ""
    reader: str = ""  # Name of the model.
    film: str = "{}"
    scenes: str = "[]"
    prompts: str = "[]"
    notes: tuple[str, ...] = ()
    state: SuggestionState = SuggestionState.OPEN
    created: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingAnswer:
    """The answer of a model to one question of a reading. `id` is a hash of everything that went into the
    question (`engines.llm.reading.questions.ReadingQuestion.compute_key`), so that the same question is not
    asked again.
    """

    id: str
    task: str
    scenes: tuple[str, ...] = ()
    text: str = ""
    created: float = 0.0
