"""What the packages of an environment weigh."""

from __future__ import annotations

#: For `python -c`: bytes of each distribution's files, bytecode and all, as pip has written them.
WEIGH = """
import json
from importlib import metadata

print(json.dumps({
    one.name.lower().replace("_", "-"): sum(
        path.stat().st_size for path in map(one.locate_file, one.files or ()) if path.is_file()
    )
    for one in metadata.distributions()
}))
"""
#: What a fresh environment has anyway.
MADE_WITH = ("pip", "setuptools")
