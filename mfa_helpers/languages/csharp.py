"""The call for C# and .NET's own HttpClient, with top-level statements."""

from __future__ import annotations

from .literals import Syntax, four_or_eight, quoted
from .request import TIMEOUT, Request, Text


def program(request: Request) -> str:
    spaces = ["System", "System.Collections.Generic", "System.Linq", "System.Net.Http", "System.Text.Json"]
    method, lines = request.method.capitalize(), []
    if request.form is not None:
        fields = _csharp("string?").write(dict(request.form), "    ")
        lines += [f"    request.Content = new FormUrlEncodedContent({fields});"]
    if request.json is not None:
        spaces.append("System.Text")
        fields = _csharp("object?").write(request.json, "    ")
        lines += [f"    var fields = JsonSerializer.Serialize({fields});"]
        lines += ['    request.Content = new StringContent(fields, Encoding.UTF8, "application/json");']
    needed = _NEEDED.replace("NAMES", ", ".join(f'"{name}"' for name in request.names)) if request.names else ""
    return "\n".join(
        [f"// {request.note('Program.cs of a console project', 'dotnet run')}"]
        + [f"using {space};" for space in sorted(spaces)]
        + [needed, "using var handler = new HttpClientHandler { AllowAutoRedirect = false };"]
        + [f"using var client = new HttpClient(handler) {{ Timeout = TimeSpan.FromSeconds({TIMEOUT}) }};", "try", "{"]
        + [f"    using var request = new HttpRequestMessage(HttpMethod.{method}, {_text(request.url)});"]
        + [f"    request.Headers.Add({_text(name)}, {_text(value)});" for name, value in request.headers.items()]
        + [*lines, _END]
    )


def _text(value: Text) -> str:
    if isinstance(value, str):
        return quoted(value, four_or_eight)
    before = quoted(value.before, four_or_eight) + " + " if value.before else ""
    return f'{before}Environment.GetEnvironmentVariable("{value.name}")'


def _csharp(kind: str) -> Syntax:
    return Syntax(_text, (f"new Dictionary<string, {kind}> {{", "}"), "[{}] = {}", ("new object?[] { ", " }"))


_NEEDED = """
foreach (var name in new[] { NAMES })
{
    if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
    {
        Console.Error.WriteLine($"Set {name} in the environment first.");
        return 1;
    }
}
"""

_END = """
    using var response = await client.SendAsync(request);
    Console.WriteLine($"HTTP {(int)response.StatusCode}");
    var body = await response.Content.ReadAsStringAsync();
    using var document = JsonDocument.Parse(body == "" ? "{}" : body);
    var answer = document.RootElement;
    if (!response.IsSuccessStatusCode)
    {
        answer.TryGetProperty("error", out var error);
        answer.TryGetProperty("error_description", out var description);
        Console.Error.WriteLine($"{error}: {description}");
        return 1;
    }
    // After a success, only the names, because the values are secret. For a list, the IDs.
    var names = answer.ValueKind == JsonValueKind.Array
        ? answer.EnumerateArray().Select(row => row.GetProperty("id").ToString())
        : answer.EnumerateObject().Select(field => field.Name);
    foreach (var name in names) Console.WriteLine(name);
    return 0;
}
catch (Exception fault)
{
    // Not its message, because that may quote what was sent.
    Console.Error.WriteLine($"No usable response: {fault.GetBaseException().GetType().Name}");
    return 1;
}
"""
