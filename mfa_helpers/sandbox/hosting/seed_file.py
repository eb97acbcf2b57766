"""The file of `--seed`, in YAML or JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from ..tenant import seed
from ..tenant.seed import BadSeed, Seed

_TWICE = "one object has the same name twice"
_NO_VALUE = "has an impossible number or date. If it's text, put it in quotes."


def read(path: Path) -> Seed:
    """The seed in that file. Raises `BadSeed`, whose message begins with the file and the place in it."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise BadSeed(f"{path}:", f"the seed can't be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        raise BadSeed(f"{path}:", f"the seed must be UTF-8, but byte {error.start + 1} isn't.") from None
    try:
        return seed.read(_parsed(text, path))
    except BadSeed as error:
        raise BadSeed(f"{path}:", str(error)) from None
    except RecursionError:
        raise BadSeed(f"{path}:", "the seed is nested too deeply.") from None


def _parsed(text: str, path: Path) -> Any:
    if path.suffix.lower() == ".json":
        try:
            return json.loads(text, object_pairs_hook=_different)
        except json.JSONDecodeError as error:
            raise BadSeed(f"line {error.lineno}, column {error.colno}", f"isn't valid JSON ({error.msg}).") from None
        except BadSeed:
            raise
        except ValueError:
            raise BadSeed("It", _NO_VALUE) from None
    import yaml  # takes 20 ms, and few tenants have a seed

    class Loader(yaml.SafeLoader):
        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Any:
            found = set()
            for name in (name for name, _ in node.value if isinstance(name, yaml.ScalarNode)):
                if name.value in found:
                    raise yaml.MarkedYAMLError(problem=_TWICE, problem_mark=name.start_mark)
                found.add(name.value)
            return super().construct_mapping(node, deep)

    try:
        return yaml.load(text, Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "It"
        # An alias or a tag may be the beginning of a password without quotes.
        problem = re.sub(r"\b(alias|anchor|tag|tag handle) '.*'", r"\1", str(error.problem))
        raise BadSeed(place, f"isn't valid YAML ({problem}).") from None
    except yaml.YAMLError as error:  # a character that YAML forbids
        raise BadSeed("It", f"isn't valid YAML ({str(error).splitlines()[0]}).") from None
    except (ValueError, AttributeError):  # what the library lets through of a value that isn't of its kind
        raise BadSeed("It", _NO_VALUE) from None


def _different(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. Raises `BadSeed` for a name that is in it twice: what it stood for first would be lost."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise BadSeed(name[:40], f"isn't valid JSON ({_TWICE}).")
        found[name] = value
    return found
