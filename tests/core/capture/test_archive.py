from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from surt import surt as reference_surt

from evidence_kit.capture.exchange import Body, Budget, Exchange
from evidence_kit.capture.wacz import PageFacts, surt, write_archives
from tests.kit.sinks import MemorySink

BIN = Path(sys.executable).parent
STARTED = 1_772_400_903_120


def exchange(url: str, body: bytes = b"", **more) -> Exchange:
    made = Exchange(request_id="1", url=url, method="GET", body=Body(BUDGET), started_ms=STARTED)
    made.body.write(body)
    made.decoded = len(body)
    made.status, made.state, made.address = 200, "finished", "127.0.0.1"
    for key, value in more.items():
        setattr(made, key, value)
    return made


BUDGET = Budget(1000, 1 << 20, MemorySink().spool)


def exchanges() -> list[Exchange]:
    return [
        exchange("https://example.org/", b"", status=302, state="redirect", response_headers=[("Location", "/a")]),
        exchange(
            "https://example.org/a",
            "Un fil — 한국어".encode(),
            media_type="text/html",
            response_headers=[
                ("Content-Type", "text/html"),
                ("Content-Encoding", "br"),
                ("Content-Length", "7"),
                ("Set-Cookie", "sid=TOPSECRET1"),
                ("X-CSRF-Token", "TOPSECRET2"),
                ("X-Bad", "a\r\nInjected: yes"),
            ],
            request_headers=[("Cookie", "sid=TOPSECRET3"), ("Authorization", "TOPSECRET4"), (":path", "/a")],
        ),
        exchange("https://example.org/post", b"ok", method="POST", request_body=b"TOPSECRET5"),
        exchange("https://example.org/big.bin", b"z" * 5000, media_type="image/png"),
        exchange("https://example.org/cut", b"half", state="failed", decoded=9),
        exchange("https://example.org/none", status=0, state="failed", error="net::ERR_FAILED"),
        exchange("https://example.org/cached", b"same", from_cache=True),
    ]


def build(tmp_path: Path) -> tuple[Path, Path]:
    shared, secret = tmp_path / "a.wacz", tmp_path / "b.wacz"
    with shared.open("wb") as one, secret.open("wb") as two:
        write_archives(exchanges(), PageFacts("https://example.org/a", "Un fil", STARTED), one.write, two.write)
    return shared, secret


def test_wacz_valid_by_public_tools(tmp_path: Path) -> None:
    for number, path in enumerate(build(tmp_path)):
        subprocess.run([BIN / "wacz", "validate", "-f", path], check=True, capture_output=True)
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            assert all(i.compress_type == zipfile.ZIP_STORED for i in archive.infolist())
            warc = tmp_path / f"{number}.warc.gz"
            warc.write_bytes(archive.read("archive/data.warc.gz"))
        done = subprocess.run([BIN / "warcio", "check", "-v", warc], check=True, capture_output=True, text=True)
        assert done.stdout.count("digest pass") >= 11
        assert "fail" not in done.stdout


def test_index_points_at_records(tmp_path: Path) -> None:
    import gzip

    from warcio.archiveiterator import ArchiveIterator

    shared, _secret = build(tmp_path)
    with zipfile.ZipFile(shared) as archive:
        warc = archive.read("archive/data.warc.gz")
        lines = gzip.decompress(archive.read("indexes/index.cdx.gz")).decode().splitlines()
        meta, block = archive.read("indexes/index.idx").decode().splitlines()
        assert json.loads(meta.split(" ", 2)[2])["format"] == "cdxj-gzip-1.0"
        assert json.loads("{" + block.split(" {", 1)[1])["offset"] == 0
    assert lines == sorted(lines)
    assert len(lines) == 5
    for line in lines:
        fields = json.loads(line.split(" ", 2)[2])
        at, length = int(fields["offset"]), int(fields["length"])
        record = next(iter(ArchiveIterator(io.BytesIO(warc[at : at + length]))))
        assert record.rec_headers["WARC-Target-URI"] == fields["url"]
        assert record.rec_headers["WARC-Payload-Digest"] == fields["digest"]
        assert record.http_headers.get_statuscode() == fields["status"]


def test_secrets_stay_in_the_confidential_one(tmp_path: Path) -> None:
    import gzip

    texts = []
    for path in build(tmp_path):
        with zipfile.ZipFile(path) as archive:
            texts.append(gzip.decompress(archive.read("archive/data.warc.gz")))
    assert b"TOPSECRET" not in texts[0]
    assert all(b"TOPSECRET%d" % i in texts[1] for i in range(1, 6))
    assert b"X-Archive-Orig-Content-Encoding: br" in texts[0]
    assert b"\r\nInjected:" not in texts[0]
    assert b"WARC-Truncated: disconnect" in texts[0]
    assert b"net::ERR_FAILED" in texts[0]


@pytest.mark.parametrize(
    "url",
    [
        "https://www.Example.org/A?b=2&a=1", "http://127.0.0.1:8080/x", "https://example.org", "https://sub.ex.co.uk/a/b.html",
        "http://example.org:80/", "https://example.org:8443/x?y", "https://www2.example.org/",
    ],
)  # fmt: skip
def test_surt_as_the_reference_gives_it(url: str) -> None:
    assert surt(url) == reference_surt(url)


def test_bodies_beyond_the_budget_go_to_the_scratch() -> None:
    sink = MemorySink()
    body = Body(Budget(10, 100, sink.spool))
    for _ in range(30):
        body.write(b"12345")
    assert body.size == 100
    assert body.cut
    assert sink.spooled == 90
    assert b"".join(body.chunks()) == b"12345" * 20
