"""The call for Ruby and its own net/http."""

from __future__ import annotations

from .literals import Syntax, braced, quoted
from .request import TIMEOUT, Request, Text


def program(request: Request) -> str:
    headers = dict(request.headers)
    if request.json is not None:
        headers["content-type"] = "application/json"
    method = request.method.capitalize()
    lines = [f"# {request.note('call.rb', 'ruby call.rb')}", 'require "json"', 'require "net/http"', ""]
    lines += ["begin", f"  uri = URI({_text(request.url)})"]
    lines += [f"  request = Net::HTTP::{method}.new(uri, {_RUBY.write(headers, '  ')})"]
    if request.form is not None:
        lines += [f"  request.set_form_data({_RUBY.write(dict(request.form), '  ')})"]
    if request.json is not None:
        lines += [f"  request.body = JSON.generate({_RUBY.write(request.json, '  ')})"]
    lines += [_SEND.replace("TIMEOUT", str(TIMEOUT))]
    if request.names:
        lines += ["rescue KeyError => missing", '  abort "Set #{missing.key} in the environment first."']
    return "\n".join([*lines, _END])


def _text(value: Text) -> str:
    if isinstance(value, str):
        return quoted(value, braced, also="#")
    return (quoted(value.before, braced, also="#") + " + " if value.before else "") + f'ENV.fetch("{value.name}")'


_RUBY = Syntax(_text, entry="{} => {}", words=("nil", "true", "false"), last="", step="  ")

_SEND = """\
  options = { use_ssl: uri.scheme == "https", open_timeout: TIMEOUT, read_timeout: TIMEOUT }
  response = Net::HTTP.start(uri.hostname, uri.port, **options) { |http| http.request(request) }
  puts "HTTP #{response.code}"
  answer = response.body.to_s.empty? ? {} : JSON.parse(response.body)"""

_END = """\
rescue StandardError => fault # its text may quote what was sent
  abort "No usable response: #{fault.class}"
end

abort "#{answer["error"]}: #{answer["error_description"]}" unless response.is_a?(Net::HTTPSuccess)
# After a success, only the names, because the values are secret. For a list, the IDs.
puts answer.is_a?(Array) ? answer.map { |row| row["id"] } : answer.keys
"""
