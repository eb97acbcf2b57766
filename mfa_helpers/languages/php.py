"""The call for PHP and its cURL extension."""

from __future__ import annotations

from .literals import Syntax, braced, quoted
from .request import TIMEOUT, Request, Text


def program(request: Request) -> str:
    headers = [f"{_text(value, name + ': ')}," for name, value in request.headers.items()]
    if request.json is not None:
        headers.append('"content-type: application/json",')
    options = [f"CURLOPT_CUSTOMREQUEST => {_text(request.method)}"]
    options.append("CURLOPT_HTTPHEADER => [" + "".join(f"\n        {header}" for header in headers) + "\n    ]")
    if request.form is not None:  # cURL sends the type of a form by itself
        options.append(f"CURLOPT_POSTFIELDS => http_build_query({_PHP.write(dict(request.form), '    ')})")
    if request.json is not None:
        options.append(f"CURLOPT_POSTFIELDS => json_encode({_PHP.write(request.json, '    ')}, JSON_THROW_ON_ERROR)")
    options += ["CURLOPT_RETURNTRANSFER => true", f"CURLOPT_TIMEOUT => {TIMEOUT}"]
    lines = ["<?php", f"// {request.note('call.php', 'php call.php')}"]
    if request.names:
        lines += [_NEEDED.replace("NAMES", ", ".join(f'"{name}"' for name in request.names))]
    lines += [f"$call = curl_init({_text(request.url)});", "curl_setopt_array($call, ["]
    lines += [f"    {option}," for option in options]
    return "\n".join([*lines, _END])


def _text(value: Text, before: str = "") -> str:
    if isinstance(value, str):
        return quoted(before + value, braced, also="$")
    before += value.before
    return (quoted(before, braced, also="$") + " . " if before else "") + f'getenv("{value.name}")'


_PHP = Syntax(_text, mapping=("[", "]"), entry="{} => {}")

_NEEDED = """\
$missing = array_filter([NAMES], fn ($name) => getenv($name) === false);
if ($missing) {
    fwrite(STDERR, "Set " . implode(" and ", $missing) . " in the environment first.\\n");
    exit(1);
}
"""

_END = """\
]);
$body = curl_exec($call);
if ($body === false) {
    fwrite(STDERR, "No response: " . curl_error($call) . "\\n");
    exit(1);
}

$status = curl_getinfo($call, CURLINFO_RESPONSE_CODE);
echo "HTTP $status\\n";
$answer = json_decode($body ?: "{}", true);
if (!is_array($answer)) {
    fwrite(STDERR, "The response isn't JSON.\\n");
    exit(1);
}
if ($status >= 300) {
    fwrite(STDERR, ($answer["error"] ?? "?") . ": " . ($answer["error_description"] ?? "?") . "\\n");
    exit(1);
}
// After a success, only the names, because the values are secret. For a list, the IDs.
foreach (array_is_list($answer) ? array_column($answer, "id") : array_keys($answer) as $name) {
    echo "$name\\n";
}
"""
