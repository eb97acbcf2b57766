"""Drivers: small programs around one SDK each, in processes of their own, told what to do line by line.

A line of JSON goes in (`{"step": …, …}`), a line comes out. What the SDK returned stays over there;
the answer describes it: kinds, lengths and claims, never a token or a code.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
from pathlib import Path
from typing import Any

_DEADLINE = 30  # seconds for one step; usually it takes some milliseconds
#: Of this process's environment a driver gets these only. What is left out on purpose: proxies, and
#: the variables by which a machine may already trust some authorities (`SSL_CERT_FILE` and its kin).
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "TEMP", "SYSTEMROOT")


class Refused(AssertionError):
    """A step that was expected to succeed did not. The text is the driver's description of the SDK's error."""


class Driver:
    """One running driver."""

    def __init__(self, command: list[str], log: Path, **trust: str) -> None:
        """`trust` is the one environment variable by which this SDK is told which authority to trust."""
        self._log = log
        self._errors = log.open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            command,
            env={name: os.environ[name] for name in _KEPT if name in os.environ} | trust,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
        )

    def do(self, step: str, **values: Any) -> dict[str, Any]:
        """Carry out a step that succeeds; what it brought."""
        __tracebackhide__ = True  # the values may be secret, and pytest would print them
        answer = self._ask(step, values)
        if "error" in answer:
            raise Refused(json.dumps(answer["error"], indent=1))
        result: dict[str, Any] = answer["result"]
        return result

    def fail(self, step: str, **values: Any) -> dict[str, Any]:
        """Carry out a step that fails; the SDK's error."""
        __tracebackhide__ = True
        answer = self._ask(step, values)
        assert "error" in answer, f"{step} succeeded: {answer['result']}"
        error: dict[str, Any] = answer["error"]
        return error

    def close(self) -> None:
        try:
            self._process.communicate(timeout=120)  # the end of its input is the end of a driver
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        self._errors.close()

    def _ask(self, step: str, values: dict[str, Any]) -> dict[str, Any]:
        __tracebackhide__ = True
        assert self._process.stdin is not None and self._process.stdout is not None
        watchdog = threading.Timer(_DEADLINE, self._process.kill)
        watchdog.start()
        try:
            self._process.stdin.write(json.dumps({"step": step, **values}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            watchdog.cancel()
        if not line:
            raise AssertionError(f"The driver ended at {step}:\n{self._log.read_text('utf-8')}")
        answer: dict[str, Any] = json.loads(line)
        assert answer["step"] == step
        return answer
