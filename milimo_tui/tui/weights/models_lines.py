"""The lines of the Weights screen, from rows of `model.list` and jobs of the queue. Pure: values in, lines
out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich.style import Style
from rich.text import Text

from milimo_tui.core.format import format_bytes
from milimo_tui.engines.catalog.model_catalog import TOKENS_PAGE
from milimo_tui.engines.registry import engine_registry
from milimo_tui.jobs.values.views import JobView
from milimo_tui.tui.terminal.theme import EMPTY, FAILED, PICKED, STALE, WAITING, WORKING, TextStyles
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import (
    add_link_style,
    fit_to_cells,
    join_line,
    split_progress_bar,
    wrap_words,
)

Model = Mapping[str, Any]

FAMILIES = tuple(
    (row.name, f"{row.makes} · {row.title.partition(':')[0]}") for row in engine_registry.ENGINES if row.makes
)
ADDITION_ROLES = (
    "lora",
    "ic_lora",
    "camera_lora",
    "distilled_lora",
    "detailing_lora",
    "upsampler",
    "temporal_upsampler",
    "parts",
)
WORKFLOWS = "comfyui"  # The family that contains the user's own ComfyUI workflows.
# Minimum width of the list, in cells, at which each row describes what its model does. A narrower list leaves
# the descriptions out.
WIDE = 92
NAME = 36  # Minimum width in cells of the column of names, if a description follows.
EVIDENCE = {
    "published": "as its authors say",
    "read": "listed by others",
    "listed": "listed by the hub",
    "guessed": "size guessed",
}
GATES = {
    "terms": "gated: accept the terms on its page, then enter your token ({model.token})",
    "approval": "gated: ask its authors on its page, then enter your token ({model.token})",
}


def attach_downloads(models: Sequence[Model], jobs: Sequence[JobView]) -> list[dict[str, Any]]:
    """Return copies of the rows of `model.list` with an added entry `live`: the job in the queue that
    downloads or verifies the row's weights, or None.
    """
    by_model = {
        job.label.rpartition(" ")[2]: job for job in jobs if job.kind in ("fetch_model", "verify_model")
    }
    return [{**model, "live": by_model.get(model["id"])} for model in models]


def draw_model_list(
    models: Sequence[Model],
    ready: Mapping[str, Model],
    ink: TextStyles,
    keys: Callable[[str], str],
    *,
    width: int,
    additions: bool,
) -> list[Row]:
    """Return the rows of the list, grouped by family. A heading names the family and the model that the
    family's jobs use at present (from `ready`, the rows of `model.ready`). The weights of the family follow,
    tiny test weights last.

    If `additions` is True, LoRAs and other additions that are not installed are listed too. `keys` replaces
    action ids in texts by keys.
    """
    rows: list[Row] = []
    for family, title in FAMILIES:
        mine = [model for model in models if model["family"] == family and not model["tiny"]]
        tiny = [
            model
            for model in models
            if model["family"] == family and model["tiny"] and model["role"] == "model"
        ]
        shown = [model for model in [*mine, *tiny] if additions or _is_listed(model)]
        hidden = len(mine) + len(tiny) - len(shown)
        rows.append(_draw_family_heading(title, ready.get(family), keys(_describe_more(family, hidden)), ink))
        rows += [_draw_model_row(model, ink, width) for model in shown]
        rows.append(Row("", Text()))
    return rows[:-1]


def _is_listed(model: Model) -> bool:
    """Return True if weights are listed even while additions are hidden. An addition, such as a LoRA, is then
    only listed if it is installed or being downloaded.
    """
    return model["role"] not in ADDITION_ROLES or model["state"] != "missing" or model["live"] is not None


def _describe_more(family: str, hidden: int) -> str:
    """Return the hint at the end of a family's heading. It says how to list the `hidden` additions of the
    family, such as LoRAs, which are not listed. For ComfyUI workflows, it says how to add a workflow from a
    file.
    """
    if family == WORKFLOWS:
        return "   {ui.add_workflow} adds one from a file"
    return f"   {hidden} LoRAs and additions: {{ui.additions}}" if hidden else ""


def _draw_family_heading(title: str, ready: Model | None, more: str, ink: TextStyles) -> Row:
    if ready is None or not ready["ready"]:
        runner = join_line(("no weights for it yet", ink.muted))
    elif ready["tiny"]:
        runner = join_line((f"{STALE} ", ink.stale), (f"{ready['model']}: makes noise", ink.muted))
    else:
        runner = join_line((f"{PICKED} ", ink.picked), (f"runs {ready['model']}", ink.text))
    return Row("", join_line((title, ink.strong), (more, ink.muted)), runner)


def _draw_model_row(model: Model, ink: TextStyles, width: int) -> Row:
    indent = "  " if model["role"] in ADDITION_ROLES else ""
    room = max(18, width - 28 - len(indent))
    title, advised = model["title"], "  recommended" if model["recommended"] else ""
    name, purpose = (fit_to_cells(title, room) if len(title) > room else title), ""
    if width >= WIDE:
        name, purpose = fit_to_cells(title, min(room, max(NAME, len(title)))), f"  {model['does']}"
    big = format_bytes(model["bytes"] or round(model["gb"] * 1e9))
    return Row(
        model["id"],
        join_line((indent, ink.muted), (name, ink.text), (advised, ink.picked), (purpose, ink.muted)),
        join_line((f"{big:>8}  ", ink.muted), draw_model_state(model, ink)),
        search=f"{model['id']} {model['title']} {model['does']} {model['family']}",
    )


def draw_model_state(model: Model, ink: TextStyles) -> Text:
    """Return the state of weights as a glyph and a word of fixed width, such as the progress of a
    download.
    """
    glyph, style, words = _describe_model_state(model, ink)
    return join_line(
        (f"{glyph} ", style), (fit_to_cells(words, 12), ink.text if glyph != EMPTY else ink.muted)
    )


def _describe_model_state(model: Model, ink: TextStyles) -> tuple[str, Style, str]:
    job: JobView | None = model["live"]
    if job is not None and job.state == "running":
        act = "" if job.kind == "fetch_model" else "checking "
        return WORKING, ink.working, f"{act}{float(job.progress or 0):.0%}"
    if job is not None and job.state in ("paused", "held", "queued", "waiting", "retrying"):
        return WAITING, ink.stale, job.state
    if model["problem"]:
        return FAILED, ink.failed, "damaged"
    if model["installed"]:
        words = model["state"].partition(",")[0]
        where = {"hub": "hub cache", "comfyui": "ComfyUI"}.get(model["form"], "")
        return PICKED, ink.picked, words if words == "in use" or not where else where
    if model["unfinished"]:
        return STALE, ink.stale, "unfinished"
    return EMPTY, ink.muted, "missing"


def draw_stack_rows(copies: str, ink: TextStyles) -> list[Row]:
    """Return the rows that say that the Python packages of the models, such as torch, are missing. `copies`
    is the key that copies the shell command which installs them.
    """
    return [
        Row(
            "stack",
            join_line(
                (f"{FAILED} ", ink.failed), ("Model stack", ink.strong), ("   torch, diffusers, …", ink.muted)
            ),
            join_line(("missing", ink.failed)),
        ),
        Row("", join_line((f"    {copies} copies the command that adds it: 6 GB of programs", ink.muted))),
        Row("", Text()),
    ]


def draw_detail_rows(
    model: Model | None, ink: TextStyles, width: int, keys: Callable[[str], str]
) -> list[Row]:
    """Return the rows with details about the weights `model`. If `model` is None, because no weights are
    under the cursor, the rows say that the studio works without weights. `keys` replaces action ids and
    commands in help by keys.
    """
    if model is None:
        return [
            Row("", join_line((words, ink.muted)))
            for words in (
                "The studio works fully without any weights:",
                "the animatic engine makes previs of every shot.",
            )
        ]
    rows = [Row("", join_line((model["title"], ink.strong), (f"   {model['id']}", ink.muted)))]
    rows += _draw_download_progress(model, ink, width)
    for name, words, style in _yield_details(model, ink, keys):
        for nth, piece in enumerate(wrap_words(words, max(20, width - 14)) or [""]):
            rows.append(Row("", join_line((fit_to_cells("" if nth else name, 9), ink.muted), (piece, style))))
    return rows


def draw_plan_rows(words: Sequence[str], ink: TextStyles, width: int) -> list[Row]:
    """Return the rows for a setup plan. `words` are the lines of the output of `model setup`. If successive
    lines have the same label, only the first row shows the label.
    """
    rows = [Row("", join_line((words[0], ink.strong)))]
    before = ""
    for one in words[1:]:
        name, text = one[2:10].strip(), one[10:]
        for nth, piece in enumerate(wrap_words(text, max(20, width - 14)) or [""]):
            shown = "" if nth or name == before else name
            rows.append(Row("", join_line((fit_to_cells(shown, 9), ink.muted), (piece, ink.text))))
        before = name
    return rows


def _draw_download_progress(model: Model, ink: TextStyles, width: int) -> list[Row]:
    job: JobView | None = model["live"]
    if job is None:
        return []
    done, rest = split_progress_bar(float(job.progress or 0), max(10, min(40, width - 14)))
    note = str(job.live.get("note") or job.stage or job.state)
    return [
        Row(
            "",
            join_line((done, ink.working), (rest, ink.muted), (f" {float(job.progress or 0):.0%}", ink.text)),
        ),
        Row("", join_line((note, ink.text))),
    ]


def _yield_details(
    model: Model, ink: TextStyles, keys: Callable[[str], str]
) -> Iterator[tuple[str, str, Style]]:
    """Yield the lines with details about weights, such as their size. Each line is a label, a text and a
    style. `keys` is only applied to help, because a folder or a licence may contain the same words.
    """
    if model["problem"]:
        yield "problem", keys(model["problem"]), ink.failed
    if model["recommended"]:
        yield "first", f"first choice: {model['recommended']}", ink.picked
    if model["unlocks"]:
        yield "unlocks", "; ".join(model["unlocks"]), ink.text
    evidence = EVIDENCE.get(model["evidence"], model["evidence"])
    big = format_bytes(model["bytes"] or round(model["gb"] * 1e9))
    card = f", best with {model['memory_gb']} GB on the card" if model["memory_gb"] else ""
    yield "size", f"{big}, {evidence}{card}", ink.text
    if model["unfinished"]:
        yield (
            "kept",
            f"{format_bytes(model['unfinished'])} of an unfinished download: {keys('{ui.get} resumes it')}",
            ink.stale,
        )
    terms = model["licence"] + ("" if model["commercial"] in (True, None) else ", not for commercial work")
    yield "licence", terms, ink.text if model["commercial"] in (True, None) else ink.stale
    if model["gate"] and not model["installed"]:
        yield "gate", keys(GATES[model["gate"]]), ink.stale
        yield "tokens", f"are made at {TOKENS_PAGE}", add_link_style(ink.muted, TOKENS_PAGE)
    if model["needs"]:
        yield "needs", ", ".join(model["needs"]), ink.text
    if model["page"]:
        yield "page", model["page"], add_link_style(ink.muted, model["page"])
    if model["path"]:
        yield "folder", model["path"], ink.muted
    if model["notes"]:
        yield "note", keys(model["notes"]), ink.muted


def make_next_command(model: Model) -> str:
    """Return a shell command that the user can copy, for the next step with these weights. Missing weights
    are downloaded, a running download is watched, and installed weights are used or shown.
    """
    if model["live"] is not None:
        return f"milimo job watch {model['live'].id}"
    if model["installed"]:
        return (
            f"milimo model use {model['id']}"
            if model["role"] == "model"
            else f"milimo model show {model['id']}"
        )
    return f"milimo model download {model['id']}"


def draw_hub_results(found: Sequence[Mapping[str, Any]], words: str, ink: TextStyles) -> list[Row]:
    """Return the rows for the results of a search on the Hugging Face hub. `words` is the search text."""
    if not words:
        return []
    rows = [Row("", Text()), Row("", join_line((f"On the hub: {words}", ink.strong)))]
    for one in found:
        known = f"{one['id']}: {one['state']}" if one["id"] else one["state"]
        gated = "  gated" if one["gated"] else ""
        rows.append(
            Row(
                f"hub:{one['hub']}",
                join_line((f"  {one['hub']}", ink.text), (f"{gated}   {known}", ink.muted)),
                join_line((f"{one['downloads']:,} ↓", ink.muted)),
            )
        )
    if not found:
        rows.append(Row("", join_line(("  nothing with that name", ink.muted))))
    return rows
