"""The bot as its users run it: a separate process with an environment, a working folder and an exit code."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, Self

from .descriptions import ROOT
from .recording import NoReply

SECRET_NAME = re.compile(r"TOKEN|SECRET|PASSWORD")


class Peer(Protocol):
    """A stand-in the bot is run against."""

    def env(self) -> dict[str, str]: ...
    def expect_new_session(self) -> None: ...
    def wait_ready(self, timeout: float = ...) -> None: ...


class BotProcess:
    """One command line, restartable in the same folder. The environment is minimal: PATH, HOME, locale,
    the repository on PYTHONPATH, and what `env` adds, so nothing of the developer's own settings leaks in."""

    def __init__(
        self, argv: Sequence[str], peers: Sequence[Peer], cwd: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self.argv, self.peers, self.cwd = list(argv), list(peers), cwd
        self.env = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(cwd),
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(ROOT),
            "no_proxy": "*",
        }
        for peer in peers:
            self.env |= peer.env()
        self.env |= env or {}
        self.log = cwd / "bot-output.log"
        self.expected: int | None = 0  # the exit code the end of the test will demand; None: any
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def of_bot(cls, peers: Sequence[Peer], cwd: Path, env: Mapping[str, str] | None, *args: str) -> Self:
        """The bot of this repository: `python -m bot ARGS`."""
        return cls([sys.executable, "-m", "bot", *args], peers, cwd, env)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "the bot was not started"
        return self._process

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def started(self) -> bool:
        return self._process is not None

    def start(self) -> None:
        assert not self.running, "the bot is already running"
        self.expected = 0
        for peer in self.peers:
            peer.expect_new_session()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.argv,
                env=self.env,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_ready(self, timeout: float = 20.0) -> None:
        """Until every stand-in says the bot is ready for its users; a bot that dies first is shown."""
        end = time.monotonic() + timeout
        for peer in self.peers:
            while True:
                if not self.running:
                    code = self.wait_exit()
                    raise NoReply(f"the bot ended with {code} before it was ready:\n{self.output()[-3000:]}")
                try:
                    peer.wait_ready(timeout=0.5)
                    break
                except NoReply as error:
                    if time.monotonic() > end:
                        raise NoReply(f"{error} in {timeout:g} s:\n{self.output()[-3000:]}") from None

    def output(self) -> str:
        """What the bot wrote so far, in all its runs."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def wait_output(self, text: str, timeout: float = 10.0) -> None:
        end = time.monotonic() + timeout
        while text not in self.output():
            if time.monotonic() > end:
                raise NoReply(f"the bot did not print {text!r} in {timeout:g} s:\n{self.output()[-3000:]}")
            time.sleep(0.02)

    def wait_exit(self, timeout: float = 20.0) -> int:
        """The exit code of a bot that is expected to end by itself."""
        self.expected = None
        return self.process.wait(timeout)

    def stop(self, expect: int | None = 0, timeout: float = 10.0) -> int:
        """Ask it to end (SIGTERM); checks the exit code unless `expect` is None. Killed if it will not."""
        if self.running:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"the bot ignored SIGTERM for {timeout:g} s:\n{self.output()[-3000:]}") from None
        code = self.process.returncode
        assert expect in (None, code), f"exit code {code}, expected {expect}:\n{self.output()[-3000:]}"
        self.expected = None
        return code

    def kill(self) -> None:
        """Crash it: SIGKILL to its process group, no chance to tidy up."""
        self.expected = None
        if self.running:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)

    def finish(self) -> None:
        """The end of a test: stopped in order (or as expected), and no secret left behind."""
        if self.started:
            self.stop(expect=self.expected)
            self.assert_no_leaks()

    def secrets(self) -> list[str]:
        return [value for name, value in self.env.items() if SECRET_NAME.search(name) and len(value) >= 8]

    def assert_no_leaks(self) -> None:
        """No token, whole or its secret half, in the output or in any file the bot wrote in its folder."""
        needles = {part for secret in self.secrets() for part in (secret, re.split(r"[:.]", secret)[-1])}
        for path in self.cwd.rglob("*"):
            if not path.is_file() or path.name == ".env":
                continue
            content = path.read_bytes()
            found = [needle for needle in needles if needle.encode() in content]
            assert not found, f"{path.name} contains the secret {found[0][:6]}..."
