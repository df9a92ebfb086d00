"""Pictures that a page carries out in its own requests or its title reach neither the archive nor the PDF."""

from __future__ import annotations

import base64
import io
import random
import zipfile

from PIL import Image

from evidence_kit.records import Subject
from tests.kit.site import Site, page


def coded() -> str:
    out = io.BytesIO()
    Image.frombytes("RGB", (24, 24), random.Random(7).randbytes(24 * 24 * 3)).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def everything(sink) -> bytes:
    """All that is kept, archives unpacked."""
    found = []
    for name, blob in sink.data.items():
        found.append(blob)
        if name.endswith(".wacz"):
            with zipfile.ZipFile(io.BytesIO(blob)) as archive:
                for one in archive.namelist():
                    inner = archive.read(one)
                    found.append(inner)
                    if one.endswith(".gz"):
                        import gzip

                        found.append(gzip.decompress(inner))
    return b"\n".join(found)


def pieces(code: str) -> list[bytes]:
    """Parts of the coded picture as they stand plainly and in addresses."""
    safe = code.replace("+", "-").replace("/", "_")
    return [text[at : at + 24].encode() for text in (code, safe) for at in (60, 400, 900)]


SENT = """<!doctype html><title>t</title><p>Des mots</p><script>
const code = 'CODE', uri = 'data:image/png;base64,' + code, safe = code.replaceAll('+', '-').replaceAll('/', '_');
fetch('/r?d=' + encodeURIComponent(uri), {headers: {'X-I': code}});
fetch('/path/' + safe);
fetch('/post', {method: 'POST', body: JSON.stringify({uri})});
history.pushState(1, '', '/x?i=' + safe);
fetch('/after');
</script>"""


def test_picture_that_the_page_sends_is_in_no_archive(take) -> None:
    code = coded()
    with Site({"/": page(SENT.replace("CODE", "QUJD")), "/after": page("x")}) as site:
        take(site.url + "/", Subject.SELECTED)
    with Site({"/": page(SENT.replace("CODE", code)), "/after": page("x")}) as site:
        _seen, plain = take(site.url + "/")
        result, sink = take(site.url + "/", Subject.SELECTED)
        asked = list(site.asked)
    assert any(path.startswith("/path/") for path in asked)
    assert any(piece in everything(plain) for piece in pieces(code))  # it is there where pictures may be
    kept = everything(sink)
    assert [piece for piece in pieces(code) if piece in kept] == []
    assert b"/after" in kept
    assert result.outcome == "complete", (result.missing, result.steps)


def test_picture_in_the_title_is_not_in_the_pdf(take) -> None:
    code = coded()
    html = (
        f"<!doctype html><title>t</title><p>Des mots</p><script>document.title='data:image/png;base64,{code}'</script>"
    )
    with Site({"/": page(html)}) as site:
        result, sink = take(site.url + "/", Subject.SELECTED)
    assert "page.pdf" in sink.data
    kept = everything(sink)
    assert [piece for piece in pieces(code) if piece in kept] == []
    assert code[60:84].encode("utf-16-be") not in kept
    assert b"/Title (Evidence Kit)" in sink.data["page.pdf"]
    assert result.missing == ()


def test_title_that_comes_back_at_once_costs_the_pdf_not_the_rule(take) -> None:
    html = """<!doctype html><title>t</title><p>Des mots</p><script>const back = () => { if (!document.title)
      document.title = 'back'; }; new MutationObserver(back).observe(document.head, {childList: true, subtree: true,
      characterData: true}); setInterval(back, 1)</script>"""
    with Site({"/": page(html)}) as site:
        result, sink = take(site.url + "/", Subject.SELECTED)
    assert ("page.pdf" in sink.data) == ("pdf" not in result.missing)
    if "page.pdf" in sink.data:
        assert b"(back)" not in sink.data["page.pdf"]
