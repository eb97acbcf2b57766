"""Roslyn behind a line of JSON each way. Runs in the environment of `dotnet.py`; its first argument is that folder."""

import json
import sys
from pathlib import Path

FOLDER = Path(sys.argv[1])
RUNTIME = FOLDER / "runtime"
FRAMEWORK = next((RUNTIME / "shared" / "Microsoft.NETCore.App").iterdir())
CONFIGURATION = FOLDER / "runtimeconfig.json"
WANTED = {"name": "Microsoft.NETCore.App", "version": "8.0.0"}
CONFIGURATION.write_text(json.dumps({"runtimeOptions": {"tfm": "net8.0", "framework": WANTED}}))

import pythonnet  # noqa: E402

pythonnet.load("coreclr", runtime_config=str(CONFIGURATION), dotnet_root=str(RUNTIME))
import clr  # noqa: E402

for name in ("Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp"):
    clr.AddReference(str(FOLDER / "compiler" / f"{name}.dll"))
from Microsoft.CodeAnalysis import (  # noqa: E402
    DiagnosticSeverity,
    MetadataReference,
    NullableContextOptions,
    OutputKind,
    SyntaxTree,
)
from Microsoft.CodeAnalysis.CSharp import (  # noqa: E402
    CSharpCompilation,
    CSharpCompilationOptions,
    CSharpSyntaxTree,
)
from System import Array  # noqa: E402
from System.IO import File  # noqa: E402

REFERENCES = Array[MetadataReference](
    [MetadataReference.CreateFromFile(str(file)) for file in sorted(FRAMEWORK.glob("System.*.dll"))]
)
#: As `dotnet new console` sets a project up, where it matters: nullable types are checked.
OPTIONS = CSharpCompilationOptions(OutputKind.ConsoleApplication)
OPTIONS = OPTIONS.WithNullableContextOptions(NullableContextOptions.Enable)


def compiled(source: str, target: str) -> list[str]:
    """Compile a program to `target`; the compiler's errors and warnings."""
    trees = Array[SyntaxTree]([CSharpSyntaxTree.ParseText(source)])
    output = File.Create(target)
    try:
        result = CSharpCompilation.Create("program", trees, REFERENCES, OPTIONS).Emit(output)
    finally:
        output.Close()
    return [found.ToString() for found in result.Diagnostics if found.Severity != DiagnosticSeverity.Hidden]


for line in sys.stdin:
    asked = json.loads(line)
    said = compiled(asked["source"], asked["target"])
    print(json.dumps({"step": asked["step"], "result": {"said": said}}), flush=True)
