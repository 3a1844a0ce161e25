"""A recorder of the call paths to some functions, installed as `sitecustomize` in every process of a run.

A path is the stack of product functions since the last entry, preceded by the stacks that started it: tasks,
callbacks and pieces of work in a thread remember where they were created. Paths are written as JSON lines
(`[seconds, names]`) to a file of the process. The module uses only the standard library and reads its
settings from the environment (`tools/walk.py` sets them).
"""

from __future__ import annotations

import asyncio
import atexit
import contextvars
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import CodeType, FrameType
from typing import Any

ROOT, FOLDER = "MILIMO_WALK_ROOT", "MILIMO_WALK_FOLDER"
ENTRIES, GOALS = "MILIMO_WALK_ENTRIES", "MILIMO_WALK_GOALS"
# Comprehensions count as part of the enclosing function.
INNER = (".<listcomp>", ".<genexpr>", ".<dictcomp>", ".<setcomp>")

_before: contextvars.ContextVar[tuple[str, ...]] = contextvars.ContextVar("before", default=())
_loop_step = asyncio.Handle._run.__code__  # the frame at which the event loop begins a stack


class FunctionNames:
    """The names of product functions: `module:Class.function`, without the package."""

    def __init__(self, root: str) -> None:
        self._folder = os.path.join(root, "milimo_tui") + os.sep
        self._known: dict[CodeType, str] = {}

    def find_name(self, code: CodeType) -> str:
        """Return the name of a function; empty for code outside the product and for the body of a module."""
        found = self._known.get(code)
        if found is None:
            found = self._known[code] = self._build_name(code)
        return found

    def _build_name(self, code: CodeType) -> str:
        if not code.co_filename.startswith(self._folder) or code.co_name == "<module>":
            return ""
        module = code.co_filename.removeprefix(self._folder).removesuffix(".py").replace(os.sep, ".")
        name = code.co_qualname
        for inner in INNER:
            name = name.replace(f".<locals>{inner}", "")
        return f"{module.removesuffix('.__init__')}:{name}"


class PathRecorder:
    """Records each call path from one of the entries to one of the goals."""

    def __init__(self, root: str, entries: list[str], goals: list[str], folder: str) -> None:
        self._names = FunctionNames(root)
        self._entries, self._goals = frozenset(entries), frozenset(goals)
        self._short = frozenset(goal.rsplit(".", 1)[-1].rsplit(":", 1)[-1] for goal in goals)
        self._path = os.path.join(folder, f"{os.getpid()}.jsonl")

    def find_path(self, frame: FrameType | None) -> tuple[str, ...]:
        """Return the product functions from the last entry to this frame, each once; empty if there was no
        entry.
        """
        stack = []
        while frame is not None and frame.f_code is not _loop_step:
            if name := self._names.find_name(frame.f_code):
                stack.append(name)
                if name in self._entries:
                    return tuple(dict.fromkeys(reversed(stack)))
            frame = frame.f_back
        before = _before.get()
        return tuple(dict.fromkeys((*before, *reversed(stack)))) if before else ()

    def profile_call(self, frame: FrameType, event: str, _argument: object) -> None:
        """Record the path to a goal. Called by `sys.setprofile` at each function call."""
        if event != "call" or frame.f_code.co_name not in self._short:
            return
        if self._names.find_name(frame.f_code) in self._goals:
            path = self.find_path(frame)
            if path:
                with open(self._path, "a", encoding="utf-8") as file:
                    file.write(json.dumps([time.time(), path]) + "\n")

    def start_recording(self) -> None:
        """Record every call from now on, in every thread, and follow work that is passed to tasks and
        threads.
        """
        self._follow_tasks()
        self._follow_threads()
        threading.setprofile(self.profile_call)
        sys.setprofile(self.profile_call)
        atexit.register(sys.setprofile, None)

    def _copy_context_with_path(self) -> contextvars.Context:
        """Return a context that stores the call path of the caller's caller."""
        path = self.find_path(sys._getframe(2))
        context = contextvars.copy_context()
        context.run(_before.set, path)
        return context

    def _follow_tasks(self) -> None:
        loop: Any = asyncio.BaseEventLoop
        create_task, call_soon, call_at = loop.create_task, loop.call_soon, loop.call_at
        threadsafe = loop.call_soon_threadsafe

        def new_task(self: Any, coro: Any, *, name: Any = None, context: Any = None) -> Any:
            return create_task(self, coro, name=name, context=context or trace._copy_context_with_path())

        def soon(self: Any, callback: Any, *args: Any, context: Any = None) -> Any:
            return call_soon(self, callback, *args, context=context or trace._copy_context_with_path())

        def soon_from_thread(self: Any, callback: Any, *args: Any, context: Any = None) -> Any:
            return threadsafe(self, callback, *args, context=context or trace._copy_context_with_path())

        def at(self: Any, when: float, callback: Any, *args: Any, context: Any = None) -> Any:
            return call_at(self, when, callback, *args, context=context or trace._copy_context_with_path())

        trace = self
        loop.create_task, loop.call_soon, loop.call_at = new_task, soon, at
        loop.call_soon_threadsafe = soon_from_thread

    def _follow_threads(self) -> None:
        submit, start = ThreadPoolExecutor.submit, threading.Thread.start
        trace = self

        def handed(pool: Any, work: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
            return submit(pool, trace._copy_context_with_path().run, work, *args, **named)

        def started(thread: Any) -> None:
            context, run = trace._copy_context_with_path(), thread.run
            thread.run = lambda: context.run(run)
            start(thread)

        class Line(queue.SimpleQueue[Any]):
            """A queue that remembers the call path of each piece of work put into it."""

            def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
                work, *more = item if isinstance(item, tuple) else (item,)
                if callable(work):
                    context, done = trace._copy_context_with_path(), work
                    work = lambda *args: context.run(done, *args)  # noqa: E731
                    item = (work, *more) if isinstance(item, tuple) else work
                super().put(item, block, timeout)

        ThreadPoolExecutor.submit = handed  # type: ignore[method-assign]
        threading.Thread.start = started  # type: ignore[method-assign, assignment]
        queue.SimpleQueue = Line  # type: ignore[misc]


if FOLDER in os.environ:
    entries, goals = (json.loads(os.environ[name]) for name in (ENTRIES, GOALS))
    PathRecorder(os.environ[ROOT], entries, goals, os.environ[FOLDER]).start_recording()
