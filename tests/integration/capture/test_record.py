"""What the record of the network keeps, and what of it may leave."""

from __future__ import annotations

import gzip
import io
import zipfile

from tests.integration.capture.test_pages import warc
from tests.kit.site import Reply, Site, data, page, png


def test_tokens_in_addresses_are_in_the_confidential_archive_only(take) -> None:
    secret = [f"TOPSECRET{i}abc" for i in range(6)]
    inside = f"<!doctype html><h1>In</h1><img src='/p.png?sid={secret[2]}'><script src=/s.js></script>"
    script = f"fetch('/d?jwt={secret[3]}', {{referrer: '/login?auth={secret[4]}', referrerPolicy: 'unsafe-url'}})"
    pages = {
        "/": Reply(status=302, headers={"Location": f"/cb?code={secret[0]}&lang=fr"}),
        "/cb": Reply(status=302, headers={"Location": f"/in?access_token={secret[1]}"}),
        "/in": page(inside, Link=f"</feed?api_key={secret[5]}>; rel=alternate"),
        "/p.png": data(png(9, 9, (1, 2, 3)), "image/png"),
        "/s.js": data(script.encode(), "text/javascript"),
        "/d": data(b"{}", "application/json"),
    }
    with Site(pages) as site:
        result, sink = take(site.url + "/")
    assert result.outcome == "complete"
    exported = warc(sink).replace(inside.encode(), b"").replace(script.encode(), b"")  # bodies are as they came
    assert b"TOPSECRET" not in exported
    assert all(one.encode() in warc(sink, "archive-confidential.wacz") for one in secret)
    with zipfile.ZipFile(io.BytesIO(sink.data["archive.wacz"])) as archive:
        names = [n for n in archive.namelist() if not n.startswith("archive/")]
        described = {n: gzip.decompress(archive.read(n)) if n.endswith(".gz") else archive.read(n) for n in names}
    assert not [n for n, content in described.items() if b"TOPSECRET" in content]
    assert result.url_final == f"{site.url}/in?access_token={'x' * 13}"
    assert result.redirects[0]["location"] == f"/cb?code={'x' * 13}&lang=fr"
    told = [result.redirects, result.navigation, result.network, result.steps, sink.data["capture-log.json"].decode()]
    assert "TOPSECRET" not in str(told)
