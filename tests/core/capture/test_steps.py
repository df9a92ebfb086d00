from __future__ import annotations

import asyncio

import pytest

from evidence_kit.capture import host as host_module
from evidence_kit.capture.bodies import encoded_again, held_whole, shown_as_page
from evidence_kit.capture.exchange import Body, Budget, Exchange
from evidence_kit.capture.host import BrowserHost
from evidence_kit.capture.steps import Steps
from evidence_kit.errors import BrowserMissing
from evidence_kit.jobs import CancelToken, no_progress
from tests.kit.sinks import MemorySink


async def _journal() -> None:
    pass


def test_step_without_time_left_is_recorded_and_raises_nothing() -> None:
    steps = Steps(no_progress, CancelToken(), 0, _journal)

    async def go() -> None:
        async with steps.step("scroll", 10) as step:
            assert step.left() <= 0
        await steps.skip("pdf", "no time was left")

    asyncio.run(go())
    assert [(s["name"], s["result"], s["detail"]) for s in steps.done] == [
        ("scroll", "done", ""),
        ("pdf", "skipped", "no time was left"),
    ]


def test_driver_that_will_not_start_is_named_with_its_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        async def start(self) -> None:
            raise Exception("node: error while loading shared libraries: libatomic.so.1")  # noqa: TRY002

    monkeypatch.setattr(host_module, "async_playwright", Broken)
    with BrowserHost() as host, pytest.raises(BrowserMissing) as caught:
        host.about()
    assert "libatomic1" in caught.value.hint


@pytest.mark.parametrize(
    ("kind", "headers", "held"),
    [
        ("Document", {"Content-Length": "60000"}, True),
        ("Document", {"Content-Length": "9000000"}, False),
        ("Document", {}, False),
        ("Fetch", {"Content-Length": "9000000"}, True),
        ("Fetch", {"Content-Length": "900000000"}, False),
        ("Fetch", {"Content-Length": "0"}, False),
        ("Fetch", {"Content-Length": "-1", "Content-Type": "text/plain"}, False),
        ("Fetch", {"Content-Length": "50", "Content-Type": "text/event-stream"}, False),
        ("Fetch", {"Content-Type": "image/webp"}, True),
        ("Fetch", {"Content-Type": "application/x-ndjson"}, False),
        ("XHR", {"Content-Length": "50"}, False),
        ("Image", {"Content-Length": "50"}, False),
    ],
)
def test_held_whole_only_where_a_stream_would_miss_and_an_end_is_sure(kind: str, headers: dict, held: bool) -> None:
    assert held_whole(kind, list(headers.items())) is held


def test_text_encoded_again_is_exact_only_with_the_counted_length() -> None:
    assert encoded_again("é", "text/html; charset=iso-8859-1", 1) == (b"\xe9", True)
    assert encoded_again("é", "text/html", 2) == ("é".encode(), True)
    assert encoded_again("é\ufffd", "text/html", 5)[1] is False
    assert encoded_again("é", "text/html; charset=nonsense", 99)[1] is False


def test_attachment_is_no_page() -> None:
    assert shown_as_page("text/html; charset=utf-8", "")
    assert shown_as_page("", "")
    assert not shown_as_page("text/html", "attachment; filename=x")
    assert not shown_as_page("application/zip", "")


def test_shortcomings_named() -> None:
    def exchange(body: bytes = b"", **more) -> Exchange:
        made = Exchange(
            request_id="1", url="https://a/", method="GET", body=Body(Budget(99, 99, MemorySink().spool)), started_ms=0
        )
        made.body.write(body)
        made.status, made.state, made.protocol = 200, "finished", "http/1.1"
        for key, value in more.items():
            setattr(made, key, value)
        return made

    assert exchange(b"x").shortcoming == ""
    assert exchange(transferred=5).shortcoming == ""
    assert "none of them" in exchange(transferred=400).shortcoming
    assert exchange(transferred=400, response_headers=[("content-length", "0")]).shortcoming == ""
    assert "byte for byte" in exchange(b"x", exact=False).shortcoming
    assert "bound" in exchange(b"x" * 200).shortcoming
    assert "as far as it came" in exchange(b"x", state="open").shortcoming
    assert exchange(state="failed", status=0).shortcoming == ""
