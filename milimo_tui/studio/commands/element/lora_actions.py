"""Commands on LoRA stacks: the same four commands for a shot, an element and the film."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.story.values.film import LoraUse
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.weights import lora_stacks
from milimo_tui.studio.weights.lora_stacks import Stack


class FilmListArgs(Args):
    pass


class FilmAddArgs(Args):
    lora: str = arg(description="an installed LoRA, or a .safetensors file")
    strength: float = arg(1.0, description="1 is as trained")


class FilmSetArgs(Args):
    lora: str = arg(description="a LoRA of the stack: id, file name or place")
    strength: float = arg(description="1 is as trained")


class FilmRemoveArgs(Args):
    lora: str = arg(description="a LoRA of the stack: id, file name or place")


class ListArgs(Args):
    id: str = arg(description="whose stack")


class AddArgs(Args):
    id: str = arg(description="whose stack")
    lora: str = arg(description="an installed LoRA, or a .safetensors file")
    strength: float = arg(1.0, description="1 is as trained")


class SetArgs(Args):
    id: str = arg(description="whose stack")
    lora: str = arg(description="a LoRA of the stack: id, file name or place")
    strength: float = arg(description="1 is as trained")


class RemoveArgs(Args):
    id: str = arg(description="whose stack")
    lora: str = arg(description="a LoRA of the stack: id, file name or place")


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner of a LoRA stack: shots, elements or the film.

    `read` returns the owner's name and its stack; `write` saves another stack as an edit with the given
    label. Both take the id that the user typed, which is empty for the film.
    """

    group: str
    what: str
    read: Callable[[Studio, str], tuple[str, Stack]]
    write: Callable[[Studio, str, Stack, str], None]
    named: bool = True


def lora_rows(stack: Stack) -> list[dict[str, Any]]:
    """Return a stack as rows of a table."""
    return [
        {"id": use.id, "name": Path(use.id).name, "strength": use.strength, "family": use.family}
        for use in stack
    ]


def commands(owner: Owner) -> tuple[Command, ...]:
    """Return the commands `shot lora list|add|set|remove`, and the same for other owners."""

    def of(args: Any) -> str:
        return str(args.id) if owner.named else ""

    def told(name: str, stack: Stack, message: str = "") -> Outcome:
        rows = lora_rows(stack)
        return Outcome(data=rows, columns=("id", "strength", "family"), message=message or f"{name}")

    def listed(studio: Studio, args: Any) -> Outcome:
        name, stack = owner.read(studio, of(args))
        return told(name, stack, "" if stack else f"no LoRA on {name}")

    def kept(studio: Studio, args: Any, stack: Stack, doing: str) -> Outcome:
        name, before = owner.read(studio, of(args))
        if stack != before:
            owner.write(studio, of(args), stack, f"{doing} {name}")
        return told(name, stack, f"{name}: {', '.join(map(lora_stacks.shown, stack)) or 'no LoRA'}")

    def add(studio: Studio, args: Any) -> Outcome:
        use: LoraUse = lora_stacks.lora_of(ModelStore(studio.home.models), args.lora)
        _, stack = owner.read(studio, of(args))
        return kept(studio, args, lora_stacks.with_lora(stack, use, args.strength), "put a LoRA on")

    def change(studio: Studio, args: Any) -> Outcome:
        _, stack = owner.read(studio, of(args))
        return kept(studio, args, lora_stacks.at_strength(stack, args.lora, args.strength), "set a LoRA of")

    def remove(studio: Studio, args: Any) -> Outcome:
        _, stack = owner.read(studio, of(args))
        return kept(studio, args, lora_stacks.without(stack, args.lora), "take a LoRA off")

    first = ("id",) if owner.named else ()
    acts: tuple[tuple[str, str, str, Callable[[Studio, Any], Outcome], type[Args], tuple[str, ...]], ...] = (
        ("list", "LoRAs", "the LoRA stack of", listed, ListArgs if owner.named else FilmListArgs, ()),
        ("add", "Add LoRA", "put a LoRA on", add, AddArgs if owner.named else FilmAddArgs, ("lora",)),
        ("set", "LoRA strength", "a LoRA's strength on", change, SetArgs if owner.named else FilmSetArgs,
         ("lora", "strength")),
        ("remove", "Remove LoRA", "take a LoRA off", remove, RemoveArgs if owner.named else FilmRemoveArgs,
         ("lora",)),
    )  # fmt: skip
    return tuple(
        Command(
            f"{owner.group}.lora.{act}",
            title,
            f"{help} {owner.what}",
            run,
            args,
            needs_project,
            cli=f"{owner.group} lora {act}",
            positional=(*first, *positional),
        )
        for act, title, help, run, args, positional in acts
    )
