"""The log: each line of a request has its id, in text or JSON, and none reveals what a visitor searched for."""

import json
import logging
import re
import sys
import time

import pytest

from reforms_site.logs import Json, Lines, discreet
from tests.project.serving import answer_to, serving

# A line feed with text like a log line, a terminal colour, and a Unicode line separator.
FORGED = "%0d%0aFORGED%1b%5B31m%C2%85FORGED%E2%80%A8FORGED%00"


@pytest.fixture(params=["line", "json"])
def written(request, tmp_path):
    """Request some pages from a server whose database has no tables; yield the log, its format, and the responses."""
    log = tmp_path / "log"
    with serving(tmp_path, log, LOG_FORMAT=request.param, LOG_LEVEL="INFO") as port:
        answers = [
            answer_to(port, "/healthz?q=secretword", X_Request_ID="chosen", User_Agent='A "browser"'),
            answer_to(port, "/preview/sealed-token/?q=secretword"),
            answer_to(port, f"/%D1%8F{FORGED}", User_Agent="\x85\x9b31m"),
            answer_to(port, "/quotes/?q=secretword"),
        ]
        for _ in range(100):
            if "/quotes/" in log.read_text().splitlines()[-1]:  # requests are logged after the response
                break
            time.sleep(0.1)
    return log, request.param, answers


def test_each_line_has_its_request_id_and_no_search_words(written):
    log, form, (fine, missing, _forged, fault) = written
    lines = log.read_text().splitlines()
    if form == "json":
        lines = [json.loads(line) for line in lines]
    assert [answer.status for answer in (fine, missing, fault)] == [200, 404, 503]
    ids = [answer.getheader("X-Request-ID") for answer in (fine, missing, fault)]
    assert len({*ids, "chosen"}) == 4
    assert ids[2] in fault.text
    text = log.read_text()
    for secret in ("secretword", "sealed-token", "chosen"):
        assert secret not in text
    # A request, a missing page, and an error with its traceback.
    assert [sum(number in str(line) for line in lines) for number in ids] == [1, 2, 2]
    assert "no such table" in text
    if form == "json":
        (line,) = [line for line in lines if line["request_id"] == ids[0]]
        known = {"level": "INFO", "logger": "gunicorn.access", "method": "GET", "path": "/healthz", "status": 200}
        assert known.items() <= line.items()
        assert (line["address"], line["bytes"]) == ("127.0.0.1", 3)
        assert line["browser"].replace("\\", "") == 'A "browser"'
        (trace,) = [line for line in lines if "trace" in line]
        assert (trace["request_id"], trace["message"]) == (ids[2], "Service Unavailable: /quotes/")
        assert "Starting gunicorn" in lines[0]["message"]
        assert lines[0]["request_id"] == "-"


def test_no_request_forges_lines_or_controls_a_terminal(written):
    log, form, (*_others, answer, _last) = written
    text = log.read_text()
    assert all(character.isprintable() or character == "\n" for character in text)
    forged = [line for line in text.split("\n") if "FORGED" in line]
    assert len(forged) == 2, "the page that is not there, and the request"
    number = answer.getheader("X-Request-ID")
    assert all(number in line and line.count("FORGED") == 3 for line in forged)
    if form == "json":
        (line,) = [line for line in map(json.loads, forged) if line["logger"] == "gunicorn.access"]
        assert line["path"] == r"/я\r\nFORGED\x1b[31m\x85FORGED\u2028FORGED\x00"
        assert line["browser"] == r"\x85\x9b31m"


@pytest.mark.parametrize("formatter", [Lines(), Json()])
def test_error_messages_forge_no_lines(formatter):
    try:
        raise ValueError("one\n2026-01-01 INFO site -: FORGED\x1b[2J\u2028")
    except ValueError:
        record = logging.LogRecord("site", logging.ERROR, __file__, 1, "Fault", (), sys.exc_info())
    first, *trace = formatter.format(record).split("\n")
    assert "FORGED" in "".join([first, *trace])
    assert all(line.startswith("    ") for line in trace)
    assert all(line.isprintable() for line in [first, *trace])


@pytest.mark.parametrize(
    ("text", "logged"),
    [
        ("GET /quotes/?q=law&theme=courts failed", "GET /quotes/?… failed"),
        ("<WSGIRequest: GET '/preview/to:ken/'>", "<WSGIRequest: GET '/preview/…'>"),
        ("Is it alive? Yes.", "Is it alive? Yes."),
        ("/admin/preview/", "/admin/preview/"),
        ("GET /admin/forgotten/MQ/abc-def/ failed", "GET /admin/forgotten/… failed"),
    ],
)
def test_logged_addresses_reveal_nothing(text, logged):
    assert discreet(text) == logged


def test_a_record_is_one_line_of_json_with_only_the_listed_fields():
    record = logging.LogRecord("site", logging.ERROR, __file__, 1, "Two\nlines: %s", ("яблоко",), None)
    record.request = "<WSGIRequest: GET '/quotes/?q=secretword'>"
    line = Json().format(record)
    assert "\n" not in line
    said = json.loads(line)
    assert said["message"] == r"Two\nlines: яблоко"
    assert said.keys() == {"time", "level", "logger", "process", "request_id", "message"}
    assert re.search(r" ERROR site [-0-9a-f]+: Two\\nlines: яблоко$", Lines().format(record))
