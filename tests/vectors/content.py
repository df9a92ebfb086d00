"""Packages whose content was bent: exhibits, log, stamps, seal, bag."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

from .build import TOP, Files, Signer, Workshop, assemble, canonical, entry, lists, log_lines, pack, seal, sha256
from .registry import ALL_AFTER_SHELL, LOG, ONE, PICTURE, change, flip, remade_manifest, resealed, vector

# good ones


@vector("intact")
def good(shop: Workshop) -> bytes:
    return pack(shop.good)


@vector("intact")
def good_one_stamp_pending(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        del files[ONE + "manifest.json.b.tsr"]
        value = json.loads(files[ONE + "files.json"]) | {"pending": ["b"]}
        files[ONE + "files.json"] = canonical(value)

    return resealed(shop, bend)


@vector("intact")
def good_manifest_withheld(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        digest = sha256(files[ONE + "manifest.json"])
        for path in [p for p in files if p.startswith(ONE) and not p.endswith(".tsr")]:
            del files[path]
        files[ONE + "withheld.json"] = canonical(
            {"format": "evidence-kit/withheld/1", "manifest_sha256": digest, "reason": "variant"}
        )

    return resealed(shop, bend, shop.plan(variant="urls"))


@vector("intact")
def good_streamed_with_data_descriptors(shop: Workshop) -> bytes:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.parts: list[bytes] = []

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.parts.append(bytes(data))  # type: ignore[call-overload]
            return len(self.parts[-1])

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:  # type: ignore[arg-type]
        for path, data in shop.good.items():
            with archive.open(zipfile.ZipInfo(f"{TOP}/{path}"), "w", force_zip64=True) as target:
                target.write(data)
    return b"".join(pipe.parts)


# something required is not there, and nothing is bent


@vector("incomplete", unchecked={"seal-token"})
def seal_without_stamp(shop: Workshop) -> bytes:
    return pack({p: d for p, d in shop.good.items() if not p.startswith("tagmanifest-sha256.txt.")})


@vector("incomplete", unchecked={"token"})
def exhibit_without_stamp(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        for name in "ab":
            del files[f"{ONE}manifest.json.{name}.tsr"]
        value = json.loads(files[ONE + "files.json"]) | {"pending": ["a", "b"]}
        files[ONE + "files.json"] = canonical(value)

    return resealed(shop, bend)


@vector("incomplete", unchecked={"authority-trusted"})
def whole_package_by_an_invented_authority(shop: Workshop) -> bytes:
    other = Signer.from_seed("invented")
    plan = shop.plan(signer=other, authorities=[shop.stranger], seal_authorities=[shop.stranger])
    return pack(seal(assemble(plan), plan))


@vector("incomplete", unchecked={"seal-signature", "seal-key", "seal-token"})
def seal_taken_off(shop: Workshop) -> bytes:
    return pack(
        {p: d for p, d in shop.good.items() if p != "seal.json" and not p.startswith("tagmanifest-sha256.txt.")}
    )


@vector("incomplete", unchecked=ALL_AFTER_SHELL - {"bag", "payload", "extra-file"})
def bag_of_somebody_else(_shop: Workshop) -> bytes:
    return pack(lists({"data/photo.txt": b"hello"}), "bag")


# bytes changed


@vector("altered", "payload", "artifact")
def picture_byte(shop: Workshop) -> bytes:
    return change(shop, PICTURE, flip(shop.good[PICTURE], -20))


@vector("altered", "payload")
def report_byte(shop: Workshop) -> bytes:
    return change(shop, "data/report.html", flip(shop.good["data/report.html"], -1))


@vector("altered", "container", "payload", "artifact")
def picture_byte_in_the_zip(shop: Workshop) -> bytes:
    data = pack(shop.good)
    return flip(data, data.index(shop.good[PICTURE]) + 60)


@vector("altered", "bag", "artifact", "seal-signature", "seal-token")
def picture_byte_with_lists_made_anew(shop: Workshop) -> bytes:
    files = lists({**shop.good, PICTURE: flip(shop.good[PICTURE], -20)})
    files["bag-info.txt"] = shop.good["bag-info.txt"] + b"X: y\n"
    return pack(files)


@vector("altered", "artifact", "seal-signature", "seal-token", "token")
def manifest_byte_with_lists_made_anew(shop: Workshop) -> bytes:
    path = ONE + "manifest.json"
    old = sha256(shop.good[PICTURE]).encode()
    return change(shop, path, shop.good[path].replace(old, flip(old, 0)), relist=True)


@vector("altered", "manifest-form", "token", unchecked={"artifact"})
def manifest_not_canonical(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        files[ONE + "manifest.json"] = json.dumps(json.loads(files[ONE + "manifest.json"]), indent=1).encode()

    return resealed(shop, bend)


@vector("altered", "manifest-form", unchecked={"artifact"})
def manifest_not_canonical_but_stamped(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        text = json.dumps(json.loads(files[ONE + "manifest.json"]), indent=1).encode()
        files[ONE + "manifest.json"] = text
        for authority in shop.known:
            files[f"{ONE}manifest.json.{authority.name}.tsr"] = authority.stamp(text)

    return resealed(shop, bend)


@vector("altered", "manifest-form", unchecked={"artifact"})
def manifest_without_custody(shop: Workshop) -> bytes:
    return resealed(shop, lambda files: remade_manifest(shop, files, custody=None))


@vector("altered", "manifest-form")
def exhibit_twice(shop: Workshop) -> bytes:
    return resealed(shop, lambda files: remade_manifest(shop, files, exhibit_id="exhibit-2"))


@vector("altered", "artifact")
def artifact_missing_without_a_word(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        del files[PICTURE]
        value = json.loads(files[ONE + "files.json"])
        value["files"] = [f for f in value["files"] if f["role"] != "screenshot"]
        files[ONE + "files.json"] = canonical(value)

    return resealed(shop, bend)


@vector("altered", "artifact")
def artifact_unknown_to_the_manifest(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        files[ONE + "contenu-sensible/more.png"] = b"posing"
        value = json.loads(files[ONE + "files.json"])
        value["files"].append(
            {"role": "media", "name": "more", "path": "contenu-sensible/more.png", "sha256": sha256(b"posing")}
        )
        files[ONE + "files.json"] = canonical(value)

    return resealed(shop, bend)


@vector("altered", "artifact")
def picture_beside_the_listed_ones(shop: Workshop) -> bytes:
    return resealed(shop, lambda files: files.update({ONE + "contenu-sensible/more.png": b"posing"}))


@vector("altered", "artifact")
def list_of_files_not_canonical(shop: Workshop) -> bytes:
    return resealed(shop, lambda files: files.update({ONE + "files.json": files[ONE + "files.json"] + b"\n"}))


# the log


def bent_log(shop: Workshop, lines: Callable[[list[bytes]], list[bytes]]) -> bytes:
    def bend(files: Files) -> None:
        files[LOG] = b"".join(line + b"\n" for line in lines(files[LOG].splitlines()))

    return resealed(shop, bend)


@vector("altered", "custody-chain", "custody-head")
def log_entry_removed(shop: Workshop) -> bytes:
    return bent_log(shop, lambda lines: lines[:3] + lines[4:])


@vector("altered", "custody-head")
def log_cut_at_its_end(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        files[LOG] = b"".join(line + b"\n" for line in log_lines(shop.plan().entries[:5], (2,)))

    return resealed(shop, bend)


@vector("altered", "custody-chain")
def log_last_line_removed(shop: Workshop) -> bytes:
    return bent_log(shop, lambda lines: lines[:-1])


@vector("altered", "custody-chain", "custody-head")
def log_entry_altered(shop: Workshop) -> bytes:
    return bent_log(shop, lambda lines: [*lines[:3], lines[3].replace(b'"actor":"A"', b'"actor":"B"'), *lines[4:]])


@vector("altered", "custody-chain")
def log_last_entry_altered(shop: Workshop) -> bytes:
    return bent_log(shop, lambda lines: [*lines[:-2], lines[-2].replace(b'"actor":"A"', b'"actor":"B"'), lines[-1]])


@vector("altered", "custody-chain", "custody-head")
def log_digest_line_altered(shop: Workshop) -> bytes:
    return bent_log(shop, lambda lines: [*lines[:2], canonical({"seq": 2, "digest": sha256(b"x")}), *lines[3:]])


@vector("altered", "custody-head")
def log_made_anew(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        plan = shop.plan()
        entries = [plan.entries[0] | {"purpose": "another"}, *plan.entries[1:]]
        files[LOG] = b"".join(line + b"\n" for line in log_lines(entries, (2,)))

    return resealed(shop, bend)


@vector("altered", "custody-chain")
def log_with_spaces(shop: Workshop) -> bytes:
    return bent_log(shop, lambda lines: [*lines[:-1], lines[-1].replace(b":", b": ")])


@vector("altered", "custody-head")
def head_changed(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        path = "data/custody/heads/1.json"
        files[path] = canonical(json.loads(files[path]) | {"head": sha256(b"another")})
        reply = shop.a.stamp(files[path])
        files[f"{path}.a.tsr"] = reply
        remade_manifest(shop, files, not_before=sha256(reply))

    return resealed(shop, bend)


@vector("altered", "custody-head")
def head_beyond_the_log(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        head = canonical({"format": "evidence-kit/head/1", "chain": "case-1", "seq": 40, "head": sha256(b"x")})
        files["data/custody/heads/40.json"] = head
        files["data/custody/heads/40.json.a.tsr"] = shop.a.stamp(head)

    return resealed(shop, bend)


@vector("altered", "custody-head")
def not_before_unknown(shop: Workshop) -> bytes:
    return resealed(shop, lambda files: remade_manifest(shop, files, not_before=sha256(b"unknown")))


@vector("altered", "custody-head")
def not_before_covers_what_came_after(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        remade_manifest(shop, files, not_before=sha256(files["data/custody/heads/4.json.b.tsr"]))

    return resealed(shop, bend)


# stamps


@vector("altered", "token")
def token_of_another_exhibit(shop: Workshop) -> bytes:
    path = "manifest.json.a.tsr"
    return resealed(shop, lambda files: files.update({ONE + path: files["data/exhibits/002/" + path]}))


@vector("altered", "token")
def token_byte_flipped(shop: Workshop) -> bytes:
    path = ONE + "manifest.json.a.tsr"
    return resealed(shop, lambda files: files.update({path: flip(files[path], -3)}))


@vector("altered", "token")
def token_with_bytes_behind_it(shop: Workshop) -> bytes:
    path = ONE + "manifest.json.a.tsr"
    return resealed(shop, lambda files: files.update({path: files[path] + b"more"}))


@vector("altered", "seal-token")
def seal_token_byte_flipped(shop: Workshop) -> bytes:
    path = "tagmanifest-sha256.txt.a.tsr"
    return change(shop, path, flip(shop.good[path], -3))


@vector("incomplete", unchecked={"authority-trusted"})
def one_token_by_a_stranger(shop: Workshop) -> bytes:
    def bend(files: Files) -> None:
        files[ONE + "manifest.json.stranger.tsr"] = shop.stranger.stamp(files[ONE + "manifest.json"])
        files["data/authorities/stranger.pem"] = shop.stranger.root_pem

    return resealed(shop, bend)


# the seal


@vector("altered", "seal-key")
def sealed_anew_with_another_key(shop: Workshop) -> bytes:
    plan = shop.plan(signer=Signer.from_seed("another"))
    return pack(seal(assemble(shop.plan()), plan))


@vector("altered", "seal-key")
def manifest_names_another_key(shop: Workshop) -> bytes:
    return resealed(shop, lambda files: remade_manifest(shop, files, vault_key=Signer.from_seed("x").vault_key))


@vector("altered", "seal-key")
def log_names_another_key(shop: Workshop) -> bytes:
    other = Signer.from_seed("x").vault_key
    plan = shop.plan()
    plan.entries[0] = entry("case-1", 0, "case.created", other)
    return pack(seal(assemble(plan), plan))


@vector("altered", "seal-signature")
def seal_signature_flipped(shop: Workshop) -> bytes:
    value = json.loads(shop.good["seal.json"])
    signature = value["signature"]
    value["signature"] = ("A" if signature[0] != "A" else "B") + signature[1:]
    return change(shop, "seal.json", canonical(value))


@vector("altered", "seal-signature")
def seal_date_changed(shop: Workshop) -> bytes:
    return change(shop, "seal.json", shop.good["seal.json"].replace(b"2026-03-02", b"2025-03-02"))


@vector("altered", "seal-signature", unchecked={"seal-key"})
def seal_with_more_in_it(shop: Workshop) -> bytes:
    value = json.loads(shop.good["seal.json"]) | {"note": "certified"}
    return change(shop, "seal.json", canonical(value))


# the bag


@vector("altered", "extra-file")
def extra_file_at_the_top(shop: Workshop) -> bytes:
    return change(shop, "IMPORTANT.txt", b"read me first")


@vector("altered", "bag", "extra-file")
def extra_file_in_data(shop: Workshop) -> bytes:
    return change(shop, "data/exhibits/more.txt", b"unlisted")


@vector("altered", "extra-file")
def fetch_list(shop: Workshop) -> bytes:
    return change(shop, "fetch.txt", b"https://example.org/x - data/report.html\n")


@vector("altered", "bag", "payload", "artifact")
def payload_file_missing(shop: Workshop) -> bytes:
    return change(shop, PICTURE, None)


@vector("altered", "bag")
def bag_declaration_missing(shop: Workshop) -> bytes:
    return change(shop, "bagit.txt", None)


@vector("altered", "bag")
def read_me_changed(shop: Workshop) -> bytes:
    return change(shop, "00-README.txt", b"All is well.\n")
