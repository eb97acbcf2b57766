"""The file of `--seed`, in YAML or JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..tenant import seed
from ..tenant.seed import BadSeed, Seed


def read(path: Path) -> Seed:
    """The seed in that file. Raises `BadSeed`, whose message begins with the file and the place in it."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise BadSeed(f"{path}:", f"the seed cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        raise BadSeed(f"{path}:", f"the seed must be UTF-8, and byte {error.start + 1} of it is not.") from None
    try:
        return seed.read(_parsed(text, path))
    except BadSeed as error:
        raise BadSeed(f"{path}:", str(error)) from None
    except RecursionError:
        raise BadSeed(f"{path}:", "the seed is nested too deeply.") from None


def _parsed(text: str, path: Path) -> Any:
    if path.suffix.lower() == ".json":
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise BadSeed(f"line {error.lineno}, column {error.colno}", f"isn't valid JSON ({error.msg}).") from None
    import yaml  # takes 20 ms, and few tenants have a seed

    try:
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "It"
        raise BadSeed(place, f"isn't valid YAML ({error.problem}).") from None
    except yaml.YAMLError as error:  # a character that YAML forbids
        raise BadSeed("It", f"isn't valid YAML ({str(error).splitlines()[0]}).") from None
