"""The call for Go and its own net/http, laid out as gofmt does."""

from __future__ import annotations

from typing import Any

from .literals import Syntax, four_or_eight, quoted
from .request import TIMEOUT, Request, Text


def program(request: Request) -> str:
    packages = {"encoding/json", "fmt", "io", "net/http", "os", "time"}
    body, lines = "nil", []
    if request.form is not None:
        packages |= {"net/url", "strings"}
        body = "strings.NewReader(form.Encode())"
        lines += ["\tform := url.Values{}"]
        lines += [f"\tform.Set({_text(name)}, {_text(value)})" for name, value in request.form.items()]
    if request.json is not None:
        packages.add("bytes")
        body = "bytes.NewReader(sent)"
        lines += _marshaled(request.json)
    lines += [f"\trequest, err := http.NewRequest({_text(request.method)}, {_text(request.url)}, {body})", _IF_ERR]
    kind = "application/x-www-form-urlencoded" if request.form is not None else "application/json"
    headers = {**request.headers, **({"content-type": kind} if body != "nil" else {})}
    lines += [f"\trequest.Header.Set({_text(name)}, {_text(value)})" for name, value in headers.items()]
    needed = _NEEDED.replace("NAMES", ", ".join(f'"{name}"' for name in request.names)) if request.names else ""
    return "\n".join(
        [f"// {request.note('call.go', 'go run call.go')}", "package main", "", "import ("]
        + [f'\t"{package}"' for package in sorted(packages)]
        + [")", _MAIN, "func call() error {" + needed, *lines, _END.replace("TIMEOUT", str(TIMEOUT))]
    )


def _marshaled(value: Any) -> list[str]:
    if not isinstance(value, dict):
        return [f"\tsent, err := json.Marshal({_GO.write(value)})", _IF_ERR]
    # One assignment a field: gofmt would want the values of a literal in one column.
    lines = ["\tfields := map[string]any{}"]
    lines += [f"\tfields[{_text(name)}] = {_GO.write(inner)}" for name, inner in value.items()]
    return [*lines, "\tsent, err := json.Marshal(fields)", _IF_ERR]


class _OneLine(Syntax):
    def write(self, value: Any, indent: str = "") -> str:
        if isinstance(value, dict):
            fields = ", ".join(f"{_text(name)}: {self.write(inner)}" for name, inner in value.items())
            return f"map[string]any{{{fields}}}"
        return super().write(value, indent)


def _text(value: Text) -> str:
    if isinstance(value, str):
        return quoted(value, four_or_eight)
    return (quoted(value.before, four_or_eight) + "+" if value.before else "") + f'os.Getenv("{value.name}")'


_GO = _OneLine(_text, sequence=("[]any{", "}"), words=("nil", "true", "false"))

_IF_ERR = """\
	if err != nil {
		return err
	}"""

_MAIN = """
func main() {
	if err := call(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
"""

_NEEDED = """
	for _, name := range []string{NAMES} {
		if os.Getenv(name) == "" {
			return fmt.Errorf("set %s in the environment first", name)
		}
	}
"""

_END = """
	client := &http.Client{
		Timeout:       TIMEOUT * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("no response: %w", err)
	}
	defer response.Body.Close()
	fmt.Println("HTTP", response.StatusCode)
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("incomplete response: %w", err)
	}

	if response.StatusCode >= 300 {
		var refusal struct {
			Error       string `json:"error"`
			Description string `json:"error_description"`
		}
		if err := json.Unmarshal(body, &refusal); err != nil {
			return fmt.Errorf("no usable response: %w", err)
		}
		return fmt.Errorf("%s: %s", refusal.Error, refusal.Description)
	}
	if len(body) == 0 {
		return nil
	}
	// After a success, only the names, because the values are secret. For a list, the IDs.
	var answer any
	if err := json.Unmarshal(body, &answer); err != nil {
		return fmt.Errorf("no usable response: %w", err)
	}
	switch answer := answer.(type) {
	case map[string]any:
		for name := range answer {
			fmt.Println(name)
		}
	case []any:
		for _, row := range answer {
			if row, ok := row.(map[string]any); ok {
				fmt.Println(row["id"])
			}
		}
	}
	return nil
}
"""
