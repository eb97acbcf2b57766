"""The call for Java and the JDK's own HttpClient, as one file.

The JDK has no JSON: what is sent is written out (a secret without control
characters is taken for granted), and of the answer only names are looked for.
The source is ASCII, because a JDK before 18 reads it in the machine's own
encoding.
"""

from __future__ import annotations

from .literals import Syntax, quoted, units
from .request import TIMEOUT, Request, Text


def program(request: Request) -> str:
    imports = ["java.io.IOException", "java.net.URI", "java.net.http.*", "java.time.Duration"]
    imports += ["java.util.List", "java.util.regex.*"]
    headers = dict(request.headers)
    publisher, body, helper = f"{request.method}()", [], ""
    if request.form is not None:
        imports += ["java.net.URLEncoder", "java.nio.charset.StandardCharsets"]
        headers["content-type"] = "application/x-www-form-urlencoded"
        fields = [f"                field({_text(name)}, {_text(value)})" for name, value in request.form.items()]
        body = ['            var body = String.join("&",', ",\n".join(fields) + ");"]
        helper = _FIELD
    if request.json is not None:
        headers["content-type"] = "application/json"
        body, is_filled = _document(request)
        helper = _JSON if is_filled else ""
    if body:
        publisher = f"method({_text(request.method)}, HttpRequest.BodyPublishers.ofString(body))"
    elif request.method not in ("GET", "DELETE"):
        publisher = f"method({_text(request.method)}, HttpRequest.BodyPublishers.noBody())"
    needed = _NEEDED.replace("NAMES", ", ".join(f'"{name}"' for name in request.names)) if request.names else ""
    return "\n".join(
        [f"// {request.note('Main.java', 'java Main.java')}"]
        + [f"import {name};" for name in sorted(imports)]
        + ["", "public class Main {", "    public static void main(String[] args) {" + needed, "        try {", *body]
        + [f"            var request = HttpRequest.newBuilder(URI.create({_text(request.url)}))"]
        + [f"                .header({_text(name)}, {_text(value)})" for name, value in headers.items()]
        + [f"                .timeout(Duration.ofSeconds({TIMEOUT}))"]
        + [f"                .{publisher}", "                .build();"]
        + [_END.replace("TIMEOUT", str(TIMEOUT)) + helper + "}", ""]
    )


def _document(request: Request) -> tuple[list[str], bool]:
    filled: list[str] = []

    def text(value: Text) -> str:
        if isinstance(value, str):
            return quoted(value, units, ascii_only=True).replace("\\", "\\\\")
        filled.append(f'json(System.getenv("{value.name}"))')
        return "\0"  # in no JSON

    margin = "                "
    document = Syntax(text, last="", step="  ").write(request.json, margin)
    document = document.replace("%", "%%").replace("\0", "%s") if filled else document
    ending = f".formatted({', '.join(filled)});" if filled else ";"
    return ['            var body = """', margin + document, f'{margin}"""{ending}'], bool(filled)


def _text(value: Text) -> str:
    if isinstance(value, str):
        return quoted(value, units, ascii_only=True)
    before = quoted(value.before, units, ascii_only=True) + " + " if value.before else ""
    return f'{before}System.getenv("{value.name}")'


_NEEDED = """
        for (var name : List.of(NAMES)) {
            if (System.getenv(name) == null) {
                System.err.println("Set " + name + " in the environment first.");
                System.exit(1);
            }
        }
"""

_END = r"""
            var client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(TIMEOUT)).build();
            var response = client.send(request, HttpResponse.BodyHandlers.ofString());
            System.out.println("HTTP " + response.statusCode());
            if (response.statusCode() >= 300) {
                var words = "\"(?:error|error_description)\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)";
                find(words, response.body()).forEach(System.err::println);
                System.exit(1);
            }
            // After a success, only the names, because the values are secret. For a list, the IDs.
            var isList = response.body().startsWith("[");
            var pattern = isList ? "\"id\"\\s*:\\s*\"([^\"]*)" : "\"(\\w+)\"\\s*:";
            find(pattern, response.body()).forEach(System.out::println);
        } catch (IOException | InterruptedException | IllegalArgumentException fault) {
            // Not its message, because that may quote what was sent.
            System.err.println("No usable response: " + fault.getClass().getSimpleName());
            System.exit(1);
        }
    }

    // The JDK has no JSON parser: a real program would use a library.
    static List<String> find(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1)).toList();
    }
"""

_FIELD = """
    static String field(String name, String value) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8) + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
"""

_JSON = r"""
    static String json(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
"""
