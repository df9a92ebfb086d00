"""The package as a stranger meets it: public tools judge it."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import subprocess
import zipfile

import bagit
import pytest

from evidence_kit.errors import (
    Cancelled,
    DestinationUnwritable,
    ExhibitMissing,
    ExportError,
    StorageFull,
    UsageError,
    VaultCorrupt,
)
from evidence_kit.jobs import CancelToken
from evidence_kit.records import ExhibitState
from tests.core.export.material_maker import KEY, NASTY_TITLE, SECRET, VAULT_KEY, sha


def run(top, command: str):
    return subprocess.run(["bash", "-c", command], cwd=top, capture_output=True, text=True, timeout=60)


def names(data: bytes) -> set[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {n.partition("/")[2] for n in archive.namelist()}


def test_package_is_a_valid_bag(built):
    _zip, top, _record = built
    assert bagit.Bag(str(top)).validate()


@pytest.mark.parametrize("listing", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_accepts_every_listed_file(built, listing):
    assert run(built[1], f"sha256sum -c --quiet {listing}").returncode == 0
    if shutil.which("shasum"):
        assert run(built[1], f"shasum -a 256 -c {listing}").returncode == 0


def test_top_level_is_closed(built):
    tagged = {line.split("  ")[1] for line in (built[1] / "tagmanifest-sha256.txt").read_text().splitlines()}
    assert {p.name for p in built[1].iterdir()} - {"data"} == tagged | {
        "tagmanifest-sha256.txt", "seal.json", "tagmanifest-sha256.txt.a.tsr", "tagmanifest-sha256.txt.b.tsr",
    }  # fmt: skip
    assert tagged == {
        "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "00-LISEZ-MOI.txt", "00-README.txt", "verify.html",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["00-LISEZ-MOI.txt", "00-README.txt"])
def test_printed_openssl_lines_hold_as_they_stand(built, text):
    _zip, top, _record = built
    lines = [line for line in (top / text).read_text().splitlines() if line.startswith("openssl ts -verify")]
    tokens = {str(p.relative_to(top)) for p in top.rglob("*.tsr")}
    assert {re.search(r"-in (\S+)", line)[1] for line in lines} == tokens
    assert len(tokens) == 2 * 2 + 1 + 2
    for line in lines:
        done = run(top, line)
        assert done.returncode == 0, (line, done.stderr)
        assert "Verification: OK" in done.stdout + done.stderr


@pytest.mark.parametrize("text", ["00-LISEZ-MOI.txt", "00-README.txt"])
def test_printed_signature_lines_hold_as_they_stand(built, text):
    _zip, top, _record = built
    lines = (top / text).read_text().splitlines()
    check = next(line for line in lines if line.startswith("openssl pkeyutl"))
    assert "Signature Verified Successfully" in run(top, check).stdout
    assert VAULT_KEY in run(top, next(line for line in lines if line.startswith("openssl pkey "))).stdout
    assert VAULT_KEY in lines


def test_printed_signature_line_refuses_another_signature(built, tmp_path):
    top = tmp_path / "copy"
    shutil.copytree(built[1], top)
    seal = json.loads((top / "seal.json").read_bytes())
    seal["signature"] = base64.b64encode(KEY.sign(b"something else")).decode()
    (top / "seal.json").write_text(json.dumps(seal, separators=(",", ":"), sort_keys=True))
    line = next(x for x in (top / "00-README.txt").read_text().splitlines() if x.startswith("openssl pkeyutl"))
    assert run(top, line).returncode != 0


def test_seal_has_its_form_and_bag_info_repeats_it(built):
    _zip, top, record = built
    seal = json.loads((top / "seal.json").read_bytes())
    assert set(seal) == {
        "format", "vault_key", "public_key", "signature", "tagmanifest_sha256", "created_at", "expected_tokens",
        "variant",
    }  # fmt: skip
    assert seal["tagmanifest_sha256"] == sha((top / "tagmanifest-sha256.txt").read_bytes()) == sha(record.tagmanifest)
    info = dict(line.split(": ", 1) for line in (top / "bag-info.txt").read_text().splitlines())
    assert info["Evidence-Kit-Sealed-At"] == seal["created_at"]
    assert info["Evidence-Kit-Variant"] == seal["variant"] == "full"
    assert info["Evidence-Kit-Authorities"].split(", ") == seal["expected_tokens"] == ["a", "b"]


def test_every_artifact_stands_where_files_json_says(built, shop):
    top = built[1]
    for folder in (top / "data/exhibits").iterdir():
        listed = json.loads((folder / "files.json").read_bytes())
        manifest = json.loads((folder / "manifest.json").read_bytes())
        keys = {(x["role"], x["name"], x["sha256"]) for x in listed["files"] + listed["withheld"]}
        assert keys == {(x["role"], x["name"], x["sha256"]) for x in manifest["artifacts"]}
        for item in listed["files"]:
            assert sha((folder / item["path"]).read_bytes()) == item["sha256"]
        on_disk = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
        extra = on_disk - {x["path"] for x in listed["files"]} - {"files.json", "manifest.json"}
        assert all(re.fullmatch(r"manifest\.json\.[ab]\.tsr", x) for x in extra)


def test_confidential_bytes_never_leave(built):
    everything = b"".join(p.read_bytes() for p in built[1].rglob("*") if p.is_file())
    assert SECRET.encode() not in everything
    assert b"secret cookies" not in everything
    listed = json.loads((built[1] / "data/exhibits/001/files.json").read_bytes())
    assert [x["reason"] for x in listed["withheld"]] == ["confidential"]
    assert built[2].withheld == 1


def test_pending_tokens_are_named(built):
    assert json.loads((built[1] / "data/exhibits/003/files.json").read_bytes())["pending"] == ["b"]


def test_nothing_opens_live_by_a_double_click(built):
    endings = {p.suffix for p in (built[1] / "data/exhibits").rglob("*") if p.is_file()}
    assert endings <= {".json", ".tsr", ".txt", ".png", ".jpg", ".pdf", ".wacz"}


def test_entries_carry_no_dates_and_no_folders(built):
    with zipfile.ZipFile(built[0]) as archive:
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert not info.is_dir()
            assert len(info.filename) < 150
            assert info.filename.isascii()
            assert info.compress_type == (
                zipfile.ZIP_STORED
                if info.filename.endswith((".png", ".jpg", ".pdf", ".wacz"))
                else zipfile.ZIP_DEFLATED
            )


def test_two_exports_differ_only_in_what_tells_of_the_export(shop):
    exhibits = [shop.capture(), shop.imported()]
    first, _ = shop.build(shop.material(exhibits))
    second, _ = shop.build(shop.material(exhibits, created_at="2026-12-24T00:00:00.000Z", custody=b'{"seq":-1}\n'))
    with zipfile.ZipFile(io.BytesIO(first)) as a, zipfile.ZipFile(io.BytesIO(second)) as b:
        assert a.namelist() == b.namelist()
        differ = {n.partition("/")[2] for n in a.namelist() if a.read(n) != b.read(n)}
    told = ("00-", "data/report.", "data/bordereau.pdf", "data/custody/", "bag-info", "manifest", "tagmanifest", "seal")
    assert {d for d in differ if not d.startswith(told)} == set()


def test_package_streams_to_what_cannot_seek(shop, built):
    class Pipe(io.RawIOBase):
        def __init__(self):
            self.data = bytearray()

        def writable(self):
            return True

        def write(self, data):
            self.data += data
            return len(data)

    pipe = Pipe()
    shop.build(out=pipe)
    assert zipfile.ZipFile(io.BytesIO(bytes(pipe.data))).testzip() is None


def test_blob_that_differs_stops_the_export(shop):
    exhibit = shop.capture()
    digest = json.loads(exhibit.manifest)["artifacts"][1]["sha256"]

    def bent(wanted):
        data = shop.blobs[wanted]
        yield data[:-1] + b"?" if wanted == digest else data

    with pytest.raises(VaultCorrupt, match="different from what was recorded"):
        shop.build(shop.material([shop.imported(1)]), open_blob=lambda _d: iter([b"longer than before" * 10**6]))
    with pytest.raises((VaultCorrupt, ExportError)):
        shop.build(shop.material([exhibit]), open_blob=bent)


def test_manifest_that_is_not_the_stamped_one_stops_the_export(shop):
    from dataclasses import replace

    exhibit = replace(shop.written(), manifest=b"{}")
    with pytest.raises(VaultCorrupt):
        shop.build(shop.material([exhibit]))


def test_locked_exhibit_is_refused(shop):
    with pytest.raises(ExportError, match="locked"):
        shop.build(shop.material([shop.capture(state=ExhibitState.LOCKED)]))


def test_withdrawn_exhibit_leaves_only_its_manifest(shop):
    data, record = shop.build(shop.material([shop.capture(state=ExhibitState.WITHDRAWN)]))
    left = {n for n in names(data) if n.startswith("data/exhibits/001/")}
    assert left == {f"data/exhibits/001/{n}" for n in
                    ("manifest.json", "manifest.json.a.tsr", "manifest.json.b.tsr", "files.json")}  # fmt: skip
    assert record.withheld == 11


def test_signature_that_does_not_hold_stops_the_export(shop):
    with pytest.raises(ExportError, match="does not fit"):
        shop.build(shop.material([shop.written()]), sign=lambda _d: bytes(64))


@pytest.mark.parametrize("name", ["Dossier de Léa", "../x", "a/b", "", "x" * 60])
def test_name_that_is_not_neutral_is_refused(shop, name):
    with pytest.raises(UsageError):
        shop.build(shop.material([shop.written()], name=name))


def test_unknown_variant_and_empty_case_are_refused(shop):
    with pytest.raises(UsageError):
        shop.build(variant="lawyer-ish")
    with pytest.raises(ExhibitMissing):
        shop.build(shop.material([]))


def test_full_disk_is_said_as_such_and_leaves_no_directory(shop):
    class Full(io.BytesIO):
        def write(self, data):
            if self.tell() > 20_000:
                raise OSError(28, "No space left on device")
            return super().write(data)

    out = Full()
    with pytest.raises(StorageFull):
        shop.build(out=out)
    assert not zipfile.is_zipfile(io.BytesIO(out.getvalue()))

    class Gone(io.BytesIO):
        def write(self, data):
            raise OSError(5, "gone")

    with pytest.raises(DestinationUnwritable):
        shop.build(out=Gone())


def test_cancel_ends_the_export_without_a_usable_file(shop):
    cancel = CancelToken()
    out = io.BytesIO()
    with pytest.raises(Cancelled):
        shop.build(out=out, cancel=cancel, progress=lambda p: cancel.cancel() if p.step == "export" else None)
    assert not zipfile.is_zipfile(io.BytesIO(out.getvalue()))


def test_seal_without_any_answer_is_still_a_package(shop):
    data, record = shop.build(shop.material([shop.written()]), stamp=lambda _d: [])
    assert "seal.json" in names(data)
    assert not any(n.startswith("tagmanifest-sha256.txt.") for n in names(data))
    assert record.seal_tokens == ()


def test_material_without_roots_prints_no_line_that_cannot_work(shop):
    data, _ = shop.build(shop.material([shop.capture()], roots=()))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read("dossier-2026-11-22-ab12/00-README.txt").decode()
    assert "openssl ts -verify" not in text
    assert "to be checked with the authority's own:\na, b" in text


def test_hostile_title_stays_inert(built):
    report = (built[1] / "data/report.html").read_text()
    assert "<script" not in report
    assert "&lt;script&gt;" in report
    assert "{{ 7*7 }}" in report
    assert "\u202e" not in report
    assert "⟨U+202E⟩" in report
    urls = (built[1] / "data/urls.csv").read_bytes()
    assert urls.startswith(b"\xef\xbb\xbf")
    assert "\"'=HYPERLINK(" in urls.decode("utf-8-sig")
    assert NASTY_TITLE.startswith("=")


def test_public_verify_reads_our_zip_structure(built):
    from evidence_kit.verify.zipform import read_shape

    with built[0].open("rb") as handle:
        shape = read_shape(handle, built[0].stat().st_size)
    assert shape.problems == []


def test_only_roots_of_authorities_that_stamp_here_are_in_the_package(shop):
    roots = (*shop.material([shop.written()]).roots, ("stranger", shop.a.root.read_bytes()))
    data, _ = shop.build(shop.material([shop.written()], roots=roots))
    pems = {n.rpartition("/")[2] for n in names(data) if n.startswith("data/authorities/")}
    assert pems == {"a.pem", "b.pem", "a-chain.pem", "vault-public-key.pem"}
