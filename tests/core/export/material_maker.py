"""A small case made by hand: one capture, one import, one written record; real tokens, no vault and no browser."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageDraw

from evidence_kit.canonical import to_canonical
from evidence_kit.clock import rfc3339
from evidence_kit.export import AuthorityFacts, ExportExhibit, ExportMaterial, HeadFile, build_package
from evidence_kit.records import Case, Exhibit, ExhibitState, Kind, Mandate, Outcome, Subject
from tests.kit.authority import Maker

SECRET = "annex-" + "7" * 40
VERIFY_PAGE = b"<!doctype html><title>verify</title>"
KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"the vault").digest())
PUBLIC = KEY.public_key().public_bytes_raw()
VAULT_KEY = hashlib.sha256(PUBLIC).hexdigest()
NASTY_TITLE = '=HYPERLINK("http://x") <script>alert(1)</script> {{ 7*7 }} 한국어 中文 عربي 😀 \u202egnp.exe'


BROWSER = {
    "name": "chromium", "version": "147.0", "headless": True, "extensions": "none",
    "viewport": {"width": 1280, "height": 800},
    "fresh_profile": {"cookies_before": 0, "pages_before": 0, "disk_cache": "off", "off_the_record": True},
}  # fmt: skip
ENVIRONMENT = {
    "machine": {"maker": "LENOVO", "model": "20XW", "architecture": "x86_64"},
    "system": {"name": "Linux", "release": "6.1", "version": "Debian GNU/Linux 12"},
    "zone": "CET +01:00", "antivirus": "not read",
}  # fmt: skip
NETWORK = {
    "address": {"host": "forum.example", "host_shown": "forum.example", "host_kind": "name"},
    "proxy": {"environment": {"http_proxy": False, "https_proxy": False}, "system": {}, "limit": "x"},
    "servers": [
        {"host": "forum.example", "address": "203.0.113.7", "port": 443, "kind": "public", "protocol": "h2",
         "tls": {"protocol": "TLS 1.3"}},
    ],
    "certificates": [
        {"sha256": "c" * 64, "subject": "CN=forum.example", "issuer": "CN=CA", "not_before": "2026-01-01T00:00:00.000Z",
         "pem": "-----BEGIN"},
    ],
    "dns": {"status": "not asked", "reason": "not asked: a proxy is set"},
    "response": {"status": 200, "headers": [{"name": "server", "value": "nginx"}, {"name": "date", "value": "today"}]},
    "error": "",
}  # fmt: skip


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def png(width: int, height: int) -> bytes:
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    for y in range(0, height, 40):
        draw.text((10, y), f"row {y} " * 8, fill=(30, 30, 30))
        draw.rectangle((width - 40, y, width - 5, y + 20), fill=(y % 255, 120, 200))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def blurred() -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((120, 160)).save(out, "JPEG")
    return out.getvalue()


def fake_pdf(html: str) -> bytes:
    return b"%PDF-1.4\n" + sha(html.encode()).encode() + b"\n%%EOF\n"


@dataclass
class Shop:
    """Blobs, authorities and what has been made from them."""

    a: Maker
    b: Maker
    blobs: dict[str, bytes] = field(default_factory=dict)

    def artifact(self, role: str, name: str, media_type: str, data: bytes, *, confidential: bool = False) -> dict:
        self.blobs[sha(data)] = data
        return {
            "role": role, "name": name, "media_type": media_type, "size": len(data), "sha256": sha(data),
            "confidential": confidential,
        }  # fmt: skip

    def open_blob(self, digest: str):
        data = self.blobs[digest]
        for at in range(0, len(data), 1000):
            yield data[at : at + 1000]

    def exhibit(self, number: int, kind: Kind, artifacts: list[dict], *, stamped: bool = True, **more) -> ExportExhibit:
        subject = more.pop("subject", Subject.ADULT)
        state = more.pop("state", ExhibitState.NORMAL)
        url = more.pop("url", "https://forum.example/fil/" + "long-" * 30 + "?q=%F0%9F%98%80")
        if kind is Kind.IMPORT:
            url = ""
        title = more.pop("title", "Un fil de discussion")
        outcome = more.pop("outcome", Outcome.COMPLETE)
        manifest = to_canonical(
            {
                "format": "evidence-kit/manifest/1",
                "exhibit_id": f"exhibit-{number}",
                "case_id": "case-1",
                "kind": kind.value,
                "vault_key": VAULT_KEY,
                "url_requested": url and "https://forum.example/moved",
                "url_final": url,
                "redirects": [{"status": 302, "url": url}] if url else [],
                "title": title,
                "started_at": "2026-03-01T22:15:03.120Z",
                "finished_at": "2026-03-01T22:15:44.002Z",
                "monotonic_ms": 40882,
                "clock": {"status": "verified", "offset_us": 1200, "over_a_second": False,
                          "servers": [{"server": "ntp.example", "offset_us": 1200, "stratum": 2}]},
                "software": {"name": "Evidence Kit", "version": "0.1.0"},
                "browser": BROWSER if url else {},
                "environment": ENVIRONMENT,
                "network": more.get("network", NETWORK if url else {}),
                "navigation": [],
                "subject": subject.value,
                "outcome": outcome.value,
                "missing": more.get("missing", []),
                "steps": [
                    {"name": "browser", "at": "2026-03-01T22:15:03.120Z", "ms": 400, "result": "done"},
                    {"name": "load", "at": "2026-03-01T22:15:04.120Z", "ms": 1400, "result": "done"},
                    {"name": "scroll", "at": "2026-03-01T22:15:06.120Z", "ms": 900, "result": "timed-out", "detail": "",
                     "script_sha256": "0" * 64, "reached": {"height": 3000}},
                ],
                "artifacts": artifacts,
                "custody": {"chain": "case-1", "seq": 1, "head": sha(b"head")},
                "not_before": more.get("not_before"),
                "annex_sha256": sha(SECRET.encode()),
                **{name: more[name] for name in ("source", "identifiers") if name in more},
            }
        )  # fmt: skip
        return ExportExhibit(
            exhibit=Exhibit(
                id=f"exhibit-{number}",
                case_id="case-1",
                number=number,
                kind=kind,
                subject=subject,
                outcome=outcome,
                missing=tuple(more.get("missing", ())),
                url_requested=url and "https://forum.example/moved",
                url_final=url,
                title=title,
                started_at="2026-03-01T22:15:03.120Z",
                finished_at="2026-03-01T22:15:44.002Z",
                manifest_sha256=sha(manifest),
                annex_sha256=sha(SECRET.encode()),
                state=state,
                state_reason="a reason" if state is not ExhibitState.NORMAL else "",
            ),
            manifest=manifest,
            tokens=(("a", self.a.stamp(manifest)), ("b", self.b.stamp(manifest))) if stamped else (),
            pending=() if stamped else ("b",),
            annex=SECRET.encode(),
        )

    def capture(self, number: int = 1, height: int = 3000, **more) -> ExportExhibit:
        art = self.artifact
        return self.exhibit(
            number,
            Kind.CAPTURE,
            [
                art("first-view", "first-view.png", "image/png", png(1280, 800)),
                art("screenshot", "screenshot.png", "image/png", png(1280, height)),
                art("response-html", "response.html", "text/html", b"<script>alert(1)</script>"),
                art("dom-html", "dom.html", "text/html", b"<html onload=alert(1)>"),
                art("pdf", "page.pdf", "application/pdf", b"%PDF-1.4 page"),
                art("wacz", "archive.wacz", "application/wacz+zip", b"PK wacz"),
                art("wacz-confidential", "full.wacz", "application/wacz+zip", b"PK secret cookies", confidential=True),
                art("text", "text.txt", "text/plain", b"the text"),
                art("capture-log", "capture-log.json", "application/json", b"{}"),
                art("media", "media-001.svg", "image/svg+xml", b"<svg onload='alert(1)'/>"),
                art("thumbnail", "thumbnail.jpg", "image/jpeg", blurred()),
            ],
            **more,
        )

    def imported(self, number: int = 2, name: str = "original-001.jpg", **more) -> ExportExhibit:
        out = io.BytesIO()
        Image.effect_noise((1080, 2400), 60).convert("RGB").save(out, "JPEG", quality=60)
        media_type = more.pop("media_type", "image/jpeg")
        source = {
            "provenance": "imported", "file_name": "IMG_0042.jpg", "modified_at": "2026-02-27T10:00:00.000Z",
            "declared_date": "27 février", "declared_device": "téléphone de Léa", "declared_giver": "Léa",
        }  # fmt: skip
        data = more.pop("data", out.getvalue())
        return self.exhibit(
            number, Kind.IMPORT, [self.artifact("original", name, media_type, data)], source=source,
            title="IMG_0042.jpg", **more,
        )  # fmt: skip

    def written(self, number: int = 3) -> ExportExhibit:
        return self.exhibit(
            number,
            Kind.CAPTURE,
            [
                self.artifact("text", "text.txt", "text/plain", b"what was seen"),
                self.artifact("capture-log", "capture-log.json", "application/json", b'{"a":1}'),
            ],
            subject=Subject.MINOR,
            stamped=False,
        )

    def head(self) -> HeadFile:
        data = to_canonical({"format": "evidence-kit/head/1", "chain": "case-1", "seq": 1, "head": sha(b"head")})
        return HeadFile(seq=1, data=data, tokens=(("a", self.a.stamp(data)),))

    def material(self, exhibits: list[ExportExhibit] | None = None, **more) -> ExportMaterial:
        head = more.pop("head", None) or self.head()
        if exhibits is None:
            exhibits = [
                self.capture(title=NASTY_TITLE, not_before=sha(head.tokens[0][1])),
                self.imported(),
                self.written(),
            ]
        entry = {
            "chain": "case-1", "seq": 0, "type": "case.created", "at": "2026-03-01T22:00:00.000Z", "actor": "Mina",
            "subject": "case-1",
        }  # fmt: skip
        second = entry | {"seq": 1, "type": "capture.started", "subject": "exhibit-1"}
        log = [
            to_canonical({"seq": 0, "entry": entry}),
            to_canonical({"seq": 1, "entry": second}),
            to_canonical({"seq": 2, "digest": sha(b"x")}),
            to_canonical({"seq": 2, "head": sha(b"head")}),
        ]
        given = {
            "name": "dossier-2026-11-22-ab12",
            "case": Case(
                id="case-1",
                name="Dossier A",
                created_at="2026-03-01T22:00:00.000Z",
                for_someone_else=True,
                mandate=Mandate(person="M. D.", scope="forum", dated="2026-02-28"),
            ),
            "exhibits": tuple(exhibits),
            "custody": b"\n".join(log) + b"\n",
            "heads": (head,),
            "roots": (("a", self.a.root.read_bytes()), ("b", self.b.root.read_bytes())),
            "authorities": (AuthorityFacts(name="a", operator="Test A", url="http://tsa.example/a"),),
            "seal_authorities": ("a", "b"),
            "actor": "Mina",
            "software": "Evidence Kit 0.1.0",
            "language": "fr",
            "created_at": rfc3339(datetime.now(UTC)),
            "public_key": PUBLIC,
            "vault_key": VAULT_KEY,
        }
        return ExportMaterial(**(given | more))

    def build(self, material: ExportMaterial | None = None, **more) -> tuple[bytes, object]:
        out = more.pop("out", None) or io.BytesIO()
        given = {
            "open_blob": self.open_blob,
            "sign": KEY.sign,
            "stamp": lambda data: [("a", self.a.stamp(data)), ("b", self.b.stamp(data))],
            "render_pdf": fake_pdf,
            "verify_page": VERIFY_PAGE,
        }
        record = build_package(out, material or self.material(), **(given | more))
        return (out.getvalue() if isinstance(out, io.BytesIO) else b""), record


def make_shop(folder: Path) -> Shop:
    return Shop(Maker(folder / "a", "a"), Maker(folder / "b", "b", "P-256"))
