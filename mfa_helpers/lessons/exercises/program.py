"""A learner's function: found, run, and its errors told in a short sentence with their line."""

from __future__ import annotations

import inspect
import json
import linecache
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from types import CodeType, FunctionType
from typing import Any

from ...show.printing import Lines, printed
from ...show.text import missing_name
from ...storage import browser
from . import results

_FILE = "<your program>"
LONGEST = 30.0  # seconds that a function may run
_GRACE = 1.0  # seconds for it to end once it's told to; what still waits is left alone
_UNTIRING = 60.0  # seconds in which it's told so again and again: it may catch what ends it


def was_stopped(exception: str) -> bool:
    """Whether the name of this exception, which ended a run, is that of one that stops it. It may go on all the same."""
    return exception in (_TooLong.__name__, KeyboardInterrupt.__name__)


class Unusable(Exception):
    """There is no function that could be run. The message says why, and what to do."""


class _Untold(Exception):
    """It ended with an error that can't be put into words, because that fails itself."""


class _TooLong(BaseException):
    """It ran too long. A program's own `except Exception` does not catch it."""


@dataclass(frozen=True)
class Outcome:
    """What came of one call: what it returned, or a sentence about the error that ended it, and what it printed.

    Any of them may hold a secret.
    """

    returned: Any = field(default=None, repr=False)
    trouble: str = field(default="", repr=False)
    exception: str = ""
    printed: str = field(default="", repr=False)


def from_source(source: str, name: str) -> Callable[..., Any]:
    """The function `name` of a program. Raises `Unusable` if that is not Python."""
    linecache.cache[_FILE] = (len(source), None, source.splitlines(keepends=True), _FILE)
    namespace: dict[str, Any] = {"__name__": "__exercise__"}
    exec(_compiled(source), namespace)
    found: Callable[..., Any] = namespace[name]
    return found


def _compiled(source: str) -> CodeType:
    """Raises `Unusable` if it is not Python."""
    try:
        return compile(source, _FILE, "exec")
    except (MemoryError, RecursionError):
        raise Unusable("A line of the program is too long or too deeply nested for Python.") from None
    except (SyntaxError, ValueError) as error:  # the second for a zero byte, which has no line
        number = getattr(error, "lineno", None)
        line = "".join(source.splitlines()[number - 1 : number]).strip() if number else ""
        where = f"This line isn't valid Python: {line}." if line else "The program isn't valid Python."
        why = " Check how far each line is indented." if isinstance(error, IndentationError) else ""
        raise Unusable(where + why) from None


#: The texts of the notebook's cells that have changed since they ran, as its page told last.
changed_cells: list[str] = []


def from_notebook(name: str) -> Callable[..., Any]:
    """The function that the notebook's cell has defined.

    Raises `Unusable` if there is none, if the cell isn't valid Python, or if it has changed since it ran.
    """
    main = vars(sys.modules["__main__"])
    found: Any = main.get(name)
    ran = next((text for text in reversed(main.get("In", [])) if re.search(rf"\bdef {name}\b", text)), "")
    try:
        _compiled(ran)
    except Unusable as error:
        raise Unusable(f"The cell above isn't valid Python yet. {error} Correct it, and run that cell.") from None
    if not callable(found):
        raise Unusable(f"There's no function {name} yet. Write it in the cell above and run that cell.")
    if any(re.search(rf"^def {name}\b", text, re.M) for text in changed_cells):
        raise Unusable("The cell above has changed since it ran. Run that cell, and then check it again.")
    function: Callable[..., Any] = found
    return function


def _names(function: Any, seen: tuple[Any, ...] = ()) -> set[str]:
    """The global names that a function uses, and the functions that it calls."""
    if type(function) is not FunctionType or function in seen:
        return set()
    names = {name for code in _codes(function.__code__) for name in code.co_names}
    for name in list(names):
        names |= _names(function.__globals__.get(name), (*seen, function))
    return names


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def check(function: Callable[..., Any], name: str, arguments: str) -> None:
    """Raises `Unusable` unless the function `name` can be called with `arguments`, names with commas between."""
    write = f"Write def {name}({arguments}), and leave out decorators."
    if type(function) is not FunctionType:
        raise Unusable(f"{name} is {results.words(function)}, not a function that was written with def. {write}")
    if inspect.iscoroutinefunction(function):
        raise Unusable(f"{name} is an async function. Write def instead of async def.")
    if inspect.isgeneratorfunction(function):
        raise Unusable(f"{name} has a yield, so a call doesn't run it. Write return instead of yield.")
    used = _names(function)
    if "lab" in used:
        raise Unusable(
            f"{name} uses lab, which belongs to this notebook. Use the function's arguments, which are plain strings, "
            "because the form runs it with a practice tenant."
        )
    if "input" in used:
        instead = "Call read_code()" if "read_code" in arguments else "Use the function's arguments"
        raise Unusable(f"{name} calls input(), but nobody can type while the form runs it. {instead} instead.")
    names = [one.strip() for one in arguments.split(",")]
    try:
        signature = inspect.signature(function)
    except Exception:  # something of its own is in the place of its signature
        raise Unusable(f"Python can't tell which arguments {name} takes. {write}") from None
    try:
        signature.bind(*names)
    except TypeError:
        plain = [one.replace(annotation=one.empty, default=one.empty) for one in signature.parameters.values()]
        mine = str(inspect.Signature(plain))[1:-1] or "no arguments"
        raise Unusable(f"The form calls your function with ({arguments}), but it takes ({mine}).") from None


def run(function: Callable[..., Any], arguments: Sequence[Any], longest: float = LONGEST) -> Outcome:
    """Call it. Whatever it raises becomes a sentence, and so does running longer than `longest` seconds."""
    outcomes: list[Outcome] = []
    lines = Lines()
    is_over = threading.Event()  # `Thread.join` that is interrupted takes the thread for one that has ended

    def call() -> None:
        with suppress(BaseException):  # what stops it can come a little after its end
            outcomes.append(_called(function, arguments, lines))
        is_over.set()

    if browser.IS_HERE:  # there are no threads in a page
        with _traced(longest, _own(function)):
            call()
        return replace(outcomes[0] if outcomes else _failed(_Untold(), function), printed=lines.getvalue())
    reason: type[BaseException] = _TooLong
    thread = threading.Thread(target=call, daemon=True)
    try:
        thread.start()
        is_over.wait(longest)
    except KeyboardInterrupt as error:
        reason = type(error)
    if not is_over.is_set():
        threading.Thread(target=_stop, args=(thread, reason, is_over), daemon=True).start()
        is_over.wait(_GRACE)
    elif not outcomes:
        reason = _Untold
    return replace(outcomes[0] if outcomes else _failed(reason(), function), printed=lines.getvalue())


def _called(function: Callable[..., Any], arguments: Sequence[Any], lines: Lines) -> Outcome:
    with printed(lines):
        try:
            outcome = Outcome(results.read(function(*arguments)))
        except BaseException as error:
            outcome = _failed(error, function)
            error.__traceback__ = None  # its frames hold the arguments
    return outcome


def _failed(error: BaseException, function: Callable[..., Any]) -> Outcome:
    return Outcome(trouble=sentence(error, function), exception=results.class_name(error))


def _own(function: Callable[..., Any]) -> dict[str, Any]:
    """By its globals, the learner's own code is told from that of libraries."""
    return getattr(function, "__globals__", None) or vars(sys.modules["__main__"])


def _stop(thread: threading.Thread, reason: type[BaseException], is_over: threading.Event) -> None:
    """Raise `reason` in the thread until it is over: a bare `except:` catches it, and a call that waits lets it wait."""
    import ctypes  # a page needs none

    end = time.monotonic() + _UNTIRING
    while not is_over.is_set() and time.monotonic() < end:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(reason))
        is_over.wait(0.05)


@contextmanager
def _traced(seconds: float, own: dict[str, Any]) -> Iterator[None]:
    """Raises `_TooLong` in the learner's own code, once: Python then stops tracing."""
    end, before = time.monotonic() + seconds, sys.gettrace()

    def trace(frame: Any, event: str, arg: Any) -> Any:
        if frame.f_globals is not own:
            return None
        frame.f_trace_opcodes = True  # a loop that does nothing begins no new line
        if time.monotonic() > end:
            raise _TooLong
        return trace

    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def sentence(error: BaseException, function: Callable[..., Any]) -> str:
    """The line of a learner's own code that `error` came from, and what is wrong. It may hold a secret."""
    own = _own(function)
    place, trace = "", error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals is own:
            file = trace.tb_frame.f_code.co_filename
            text = linecache.getline(file, trace.tb_lineno).strip()
            place = f"Line {trace.tb_lineno} ({text})" if text else f"Line {trace.tb_lineno}"
            if file == _FILE:  # the form numbers its lines otherwise, or not at all
                place = f"The line {text}"
        trace = trace.tb_next
    return f"{f'{place} stopped the function' if place else 'Your function stopped'}: {_words(error)}"


def _words(error: BaseException) -> str:
    """What is wrong, from "there's …" to the full stop."""
    try:
        return _meaning(error)
    except Exception:  # of its own: its text can't be made
        return f"{results.class_name(error)}."
    except SystemExit:
        return _meaning(_Untold())


def _meaning(error: BaseException) -> str:
    kind, text = results.class_name(error), " ".join(str(error).split())
    status = getattr(getattr(error, "response", None), "status_code", None) or getattr(error, "code", None)
    if kind == "NoMessage":
        return "read_code() found no email, because none has been sent yet. Request a code first."
    if isinstance(error, KeyError):
        return f"there's no key {error.args[0]!r} in it." if error.args else "there's no such key."
    if isinstance(error, NameError):
        return missing_name(error)
    if isinstance(error, AttributeError) and error.name == "reveal":
        return "the arguments are plain strings. Leave out .reveal()."
    if isinstance(error, AttributeError) and error.name:
        return f"{results.words(error.obj)} has no {error.name}."
    if kind in ("HTTPError", "HTTPStatusError") and status:
        return f"the response has status {status}, which was raised as an error."
    if isinstance(error, json.JSONDecodeError) or kind == "JSONDecodeError":
        return "the response's body isn't JSON."
    if kind in ("MissingSchema", "InvalidURL", "InvalidSchema", "UnsupportedProtocol"):
        return "that isn't a complete URL. Begin it with tenant.base_url."
    if kind in ("ConnectionError", "ConnectError", "URLError", "ProxyError", "SSLError"):
        return "nothing responds at that address. Begin it with tenant.base_url."
    if kind in ("Timeout", "ReadTimeout", "ConnectTimeout", "TimeoutError"):
        return "the response took too long."
    if isinstance(error, StopIteration):
        return "next() found no match."
    if isinstance(error, IndexError):
        return "the list has fewer entries than you expected."
    if isinstance(error, _TooLong):
        return f"it ran for more than {LONGEST:g} seconds. Look for a loop that never ends."
    if isinstance(error, KeyboardInterrupt):
        return "you interrupted it."
    if isinstance(error, TypeError) and "indices must be" in text:
        return "a string or a list was used like a dictionary. Print it to see what the response contains."
    if isinstance(error, _Untold):
        return "it raised an error that can't be shown."
    if isinstance(error, SystemExit):
        return "it ended the program. Write return instead of exit()."
    return f"{': '.join(filter(None, (kind, text.rstrip('.'))))}."
