"""Find jobs and batches by the word that the user typed: an id or its beginning, a label, or a shot number.

Only the queue's client is used. If several jobs have the same label, an unfinished job is chosen or, if all
are finished, the newest job.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from milimo_tui.core.errors import NotFound
from milimo_tui.core.safe_text import find_forbidden_character
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.values.states import ENDED, JobState
from milimo_tui.jobs.values.views import BatchView, JobView
from milimo_tui.studio.session.names import build_ambiguity_error

_WHOLE_JOB = re.compile(r"job_[0-9a-z]{18}")
_WHOLE_BATCH = re.compile(r"batch_[0-9a-z]{18}")
SHORTEST = 3  # The shortest beginning of an id that is accepted, in characters.
LONGEST = 200  # The longest word to search for, in characters.
# The number of newest ended jobs that are searched for a word. If the word is not found there, the queue
# itself searches all ended jobs.
PAST = 500

OPEN_STATES = tuple(state.value for state in JobState if state not in ENDED)


def resolve_job_ids(client: Client, words: Sequence[str], prefer: Collection[str] = ()) -> list[str]:
    """Return the ids of the jobs that the words mean, in order and without duplicates.

    If several jobs have the same label, a job in one of the states `prefer` is chosen first. Raises NotFound
    if a word means no job, and Ambiguous if it may mean several.
    """
    if all(_WHOLE_JOB.fullmatch(word) for word in words):
        return list(dict.fromkeys(words))
    still_open = client.list_jobs({"states": list(OPEN_STATES)})
    found = [_find_id_by_word(client, word, still_open, prefer) for word in words]
    return list(dict.fromkeys(found))


def resolve_job_id(client: Client, word: str, prefer: Collection[str] = ()) -> str:
    """Return the id of the job that a word means. Raises as `resolve_job_ids` does."""
    return resolve_job_ids(client, [word], prefer)[0]


def _find_id_by_word(
    client: Client, word: str, still_open: Sequence[JobView], prefer: Collection[str]
) -> str:
    if _WHOLE_JOB.fullmatch(word):
        return word
    past, _ = client.list_past_jobs(limit=PAST)
    rows = [*still_open, *past]
    named = [row for row in rows if is_labelled(row, word)]
    by_id = [row for row in rows if _has_id_beginning(row.id, "job_", word)]
    if not by_id and not named and _can_be_label(word):
        past, _ = client.list_past_jobs(limit=PAST, filters={"text": word})
        named = [row for row in past if is_labelled(row, word)]
    if not by_id and not named:
        older = client.list_past_jobs(limit=PAST, filters={"text": word})[0] if _can_be_label(word) else []
        by_id = [row for row in older if _has_id_beginning(row.id, "job_", word)]
    if by_id:
        return _require_single_id(_map_labels(by_id), word, "job")
    preferred = [row for row in named if row.state in prefer]
    chosen = preferred or [row for row in named if row.state not in ENDED]
    if chosen and not all(row.state in ENDED for row in chosen):
        return _require_single_id(_map_labels(chosen), word, "job")
    if chosen or named:
        return str(max(chosen or named, key=lambda row: (row.created, row.id)).id)
    raise NotFound(f"there is no job “{word}”", "milimo job list lists the jobs")


def _can_be_label(word: str) -> bool:
    """Return True if the word can occur in a job's label: it must be printable and not too long."""
    return 0 < len(word) <= LONGEST and not find_forbidden_character(word)


def is_labelled(row: JobView, word: str) -> bool:
    """Return True if the word is the label of a job, or the shot number at the beginning of the label (`3B`
    for `3B take`).
    """
    label, wanted = row.label.casefold(), word.casefold()
    return bool(label and wanted) and wanted in (label, label.split()[0] if label.split() else "", *row.shots)


def _has_id_beginning(id: str, prefix: str, word: str) -> bool:
    bare = word.removeprefix(prefix)
    return len(bare) >= SHORTEST and id.removeprefix(prefix).startswith(bare)


def _map_labels(rows: Iterable[JobView | BatchView]) -> dict[str, str]:
    return {row.id: row.label for row in rows}


def _require_single_id(labels: Mapping[str, str], word: str, what: str) -> str:
    """Return the only id in `labels`, which maps ids to labels. Raises Ambiguous if there are several.

    `what` is `job` or `batch`, for the message.
    """
    ids = list(labels)
    if len(ids) == 1:
        return ids[0]
    plural = {"job": "jobs", "batch": "batches"}[what]
    candidates = [(id, f"({labels[id]})" if labels[id] else "") for id in ids]
    raise build_ambiguity_error(word, f"“{word}” may mean {len(ids)} {plural}", candidates)


def find_batch_id(client: Client, word: str) -> str:
    """Return the id of the batch that an id, its beginning or a label means. Raises NotFound, Ambiguous."""
    return find_batch(client, word).id


def find_batch(client: Client, word: str) -> BatchView:
    """Return the batch that a word means, as the queue reports it. Raises NotFound, Ambiguous."""
    if _WHOLE_BATCH.fullmatch(word):
        exact = client.list_batches({"ids": [word]})
        if exact:
            return exact[0]
    every = client.list_batches()
    by_id = {row.id: row for row in every if row.id == word or _has_id_beginning(row.id, "batch_", word)}
    if word in by_id:
        return by_id[word]
    if by_id:
        return by_id[_require_single_id(_map_labels(by_id.values()), word, "batch")]
    named = [row for row in every if row.label.casefold() == word.casefold() != ""]
    still_open = {row.id: row for row in named if row.open}
    if still_open:
        return still_open[_require_single_id(_map_labels(still_open.values()), word, "batch")]
    if named:
        return max(named, key=lambda row: row.created)
    raise NotFound(f"there is no batch “{word}”", "milimo batch list lists the batches")
