"""Packages in which one thing is shown as another: to one reader as this, to the next as that."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib

from .build import TOP, Files, Workshop, assemble, canonical, pack, seal, sha256
from .hidden import REPORT
from .registry import ONE, PICTURE, remade_manifest, resealed, vector
from .shell import join, parts_of


@vector("altered", "artifact")
def picture_forged_beside_the_real_one_listed_twice(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        value = json.loads(files[ONE + "files.json"])
        (real,) = [one for one in value["files"] if one["role"] == "screenshot"]
        files[ONE + "technique/unused.bin"] = files[PICTURE]
        files[PICTURE] = files[PICTURE][:-1] + b"x"
        value["files"].append(real | {"path": "technique/unused.bin"})
        files[ONE + "files.json"] = canonical(value)

    return resealed(shop, bend)


@vector("altered", "artifact")
def stamp_listed_as_an_artifact(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        value = json.loads(files[ONE + "files.json"])
        value["files"][0]["path"] = "manifest.json.b.tsr"
        files[ONE + "files.json"] = canonical(value)

    return resealed(shop, bend)


@vector("altered", "token", "artifact")
def stamps_with_names_that_no_stamp_has(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        for name in ("police" * 11 + ".tsr", "Pharos (FR).tsr", "x/faux.png.ers"):
            files[f"{ONE}manifest.json.{name}"] = b"garbage"
        files["data/custody/heads/1.json.b+c.tsr"] = b"garbage"

    return resealed(shop, bend)


@vector("altered", "custody-head", "token")
def lower_bound_that_rests_on_no_stamp(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        files["data/custody/heads/1.json.zz zz.tsr"] = b"garbage"
        remade_manifest(shop, files, not_before=sha256(b"garbage"))

    return resealed(shop, bend)


@vector("incomplete", unchecked={"custody-chain"})
def log_that_tells_of_nothing_but_its_beginning(shop: Workshop) -> bytes:
    return resealed(shop, lambda _files: None, shop.plan(withheld=(1, 2, 3, 4, 5, 6)))


@vector("altered", "seal-signature")
def variant_that_does_not_exist(shop: Workshop) -> bytes:
    plan = shop.plan(variant="complet")
    return pack(seal(assemble(plan), plan))


@vector("altered", "manifest-form", unchecked={"artifact"})
def kind_that_is_a_list(shop: Workshop) -> bytes:
    return resealed(shop, lambda files: remade_manifest(shop, files, kind=[], outcome={}, subject=[]))


def with_attributes(shop: Workshop, unix: int, dos: int) -> bytes:
    """The good package, its report with these attributes in the directory of the ZIP."""
    entries, directory, count = parts_of(pack({p: d for p, d in shop.good.items() if p != REPORT}))
    name, data = f"{TOP}/{REPORT}".encode(), shop.good[REPORT]
    common = (20, 0, 0, 0, 0x21, zlib.crc32(data), len(data), len(data), len(name))
    head = struct.pack("<4s5H3L2H", b"PK\3\4", *common, 0) + name + data
    shown = unix << 16 | dos
    record = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, *common, 0, 0, 0, 0, shown, len(entries))
    return join(entries + head, directory + record + name, count + 1)


@vector("intact")
def good_with_the_mark_for_backups(shop: Workshop) -> bytes:
    return with_attributes(shop, 0o100644, 0x20)


@vector("altered", "container")
def file_that_calls_itself_a_folder(shop: Workshop) -> bytes:
    return with_attributes(shop, 0o040755, 0)


@vector("altered", "container")
def file_that_calls_itself_a_folder_to_windows(shop: Workshop) -> bytes:
    return with_attributes(shop, 0o100644, 0x10)


@vector("altered", "container")
def file_that_is_hidden_in_windows(shop: Workshop) -> bytes:
    return with_attributes(shop, 0o100644, 0x02)


@vector("altered", "bag")
def folder_of_another_name(shop: Workshop) -> bytes:
    return pack(shop.good, "SHE-LIES")


@vector("altered", "bag")
def without_its_folder(shop: Workshop) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in shop.good.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    return out.getvalue()
