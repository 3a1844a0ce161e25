"""The other box (another machine with Milimo): its name for ssh, the program that runs there, and a
conversation with that program.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from milimo_tui.core.errors import BadInput, Failed, MilimoError, Newer, Unavailable
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.studio.travel.box_messages import build_message, parse_message, raise_far_error
from milimo_tui.studio.travel.frames import Frames

FAR_SIDE = "far-side"  # The command of `milimo` that runs on the other box and answers requests.
# Exit codes: 255 is ssh without a connection, 127 a shell that does not find the program, 2 a `milimo` that
# does not know the command.
_NO_CONNECTION, _NO_PROGRAM, _NO_SUCH_COMMAND = 255, 127, 2
_LEAVING_SECONDS = 5.0
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class RemoteBox:
    """The address of another box (a machine with Milimo). `host` is the name under which ssh finds the box.
    `home` is the path of the studio home on the box; empty means the default home.
    """

    host: str
    home: str = ""
    ssh: str = "ssh"  # the command that starts ssh
    program: str = "milimo"  # the command that starts milimo on the box

    @property
    def name(self) -> str:
        """A name that identifies the box and the home on it."""
        return f"{self.host}:{self.home}"

    def build_ssh_command(self, *, may_ask: bool) -> list[str]:
        """Return the command that starts the answering program on the box through ssh. If `may_ask` is False,
        ssh fails when it would have to ask for a password. Raises BadInput if the setting `ssh` is empty.
        """
        ssh = shlex.split(self.ssh)
        if not ssh:
            raise BadInput("the setting ssh is empty", "milimo config unset ssh restores the default")
        quiet = [] if may_ask else ["-o", "BatchMode=yes"]
        home = ["--home", self.home] if self.home else []
        command = f"{self.program} {shlex.join([*home, FAR_SIDE])}"
        return [*ssh, "-T", *quiet, "--", self.host, command]


def parse_box(text: str, ssh: str, program: str) -> RemoteBox:
    """Parse `BOX` or `BOX:HOME`. Raises BadInput for an empty name, or a name that ssh would read as an
    option.
    """
    head, bracket, rest = text.partition("]") if text.startswith("[") else ("", "", text)
    host, _, home = rest.partition(":")
    host = f"{head[1:]}{host}" if bracket else host
    if not host or host.startswith("-") or any(letter.isspace() for letter in host):
        raise BadInput(
            f"“{text[:60]}” is not an address of a machine",
            "write it as for ssh: BOX, you@BOX, BOX:/its/home",
        )
    try:
        shlex.split(ssh)
    except ValueError:
        raise BadInput(
            "the setting ssh has an unclosed quotation mark", "milimo config unset ssh restores the default"
        ) from None
    return RemoteBox(host, home, ssh, program.strip() or "milimo")


class Conversation:
    """A conversation with the program on the other box: a sequence of requests, each answered before the next
    is sent.
    """

    def __init__(self, box: RemoteBox, process: subprocess.Popen[bytes], errors: Any) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.box = box
        self.frames = Frames(process.stdout, process.stdin)
        self._process = process
        self._errors = errors

    def ask_far_side(self, question: Any, answer: type[A], word: str = "") -> A:
        """Send a request, and return the answer as a value of the class `answer`. `word` is the name of the
        request; it is only needed if the class of `question` does not determine the name.

        Raises the error that the other box reports, and Failed if the program there has ended.
        """
        self.send_question(question, word)
        return self.receive_answer(answer)

    def send_question(self, question: Any, word: str = "") -> None:
        """Send a request without waiting for the answer. If the program on the other box has ended, raise the
        error that it reported last.
        """
        try:
            self.frames.send_message(build_message(question, word))
        except BrokenPipeError:
            with suppress(MilimoError):
                self.receive_answer(dict)
            raise self.make_end_error() from None

    def receive_answer(self, kind: type[A]) -> A:
        """Wait for the answer to the last request, and return it as a value of the class `kind`. Raises the
        error that the other box reports. If the program on the other box has ended, raises an error that says
        why.
        """
        message = self.frames.wait_for_message()
        if message is None:
            raise self.make_end_error()
        raise_far_error(message, self.box.host)
        return parse_message(kind, message)

    def make_end_error(self) -> MilimoError:
        """Return an error that explains why the program on the other box ended."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_LEAVING_SECONDS)
        self._errors.seek(0)
        lines = self._errors.read()[-4000:].decode(errors="replace").strip().splitlines()
        last_line = clean_one_line(lines[-1], 160) if lines else ""
        host, code = self.box.host, self._process.returncode
        if code == _NO_CONNECTION:
            reason = f": {last_line}" if last_line else ""
            return Unavailable(
                f"no connection to {host}{reason}",
                f"set up SSH so that this command asks for no password: ssh {host} true",
            )
        if code == _NO_PROGRAM:
            return Unavailable(f"ssh finds no milimo on {host}", "give its path: --program .local/bin/milimo")
        if code == _NO_SUCH_COMMAND:
            older = any(FAR_SIDE in line for line in lines)
            return Newer(
                f"{host} has another Milimo, which can't transfer films: {last_line}"
                if older
                else f"{host}: {last_line}",
                "install the same version on both machines: milimo --version" if older else "",
            )
        return Failed(
            f"{host} closed the connection too early{f': {last_line}' if last_line else ''}",
            "run the command again; files that have arrived are not sent again",
        )


@contextmanager
def open_conversation(box: RemoteBox, *, may_ask: bool = False) -> Iterator[Conversation]:
    """Start the answering program on the other box, and end it when the block ends. Raises Unavailable if ssh
    can't be started.
    """
    may_ask = may_ask and sys.stdin is not None and sys.stdin.isatty()
    with tempfile.TemporaryFile() as errors:
        words = box.build_ssh_command(may_ask=may_ask)
        try:
            process = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=not may_ask,
            )
        except OSError as error:
            raise Unavailable(
                f"{words[0]} can't be started: {error.strerror}",
                "install an SSH client, or set the setting ssh",
            ) from error
        try:
            yield Conversation(box, process, errors)
        finally:
            with suppress(OSError):
                process.stdin.close()  # type: ignore[union-attr]
            try:
                process.wait(_LEAVING_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()  # type: ignore[union-attr]
