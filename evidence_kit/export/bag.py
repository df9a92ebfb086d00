"""The texts that make a folder a BagIt bag (RFC 8493): written so that ``sha256sum -c`` reads the manifests as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
TAG_FILES = ("00-LISEZ-MOI.txt", "00-README.txt", "bag-info.txt", "bagit.txt", "manifest-sha256.txt", "verify.html")
"""What the tag manifest lists: everything at the top except itself, the seal and the seal's tokens."""


def encode_path(path: str) -> str:
    """A path as RFC 8493 section 2.1.3 writes it; ours never need it, but a reader relies on the rule."""
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def manifest_text(digests: Mapping[str, str]) -> bytes:
    """Lines of digest, two spaces, path; sorted by path, so that the same files give the same bytes."""
    return "".join(f"{digests[path]}  {encode_path(path)}\n" for path in sorted(digests)).encode()


def bag_info(
    *, software: str, day: str, payload_bytes: int, payload_files: int, extra: Iterable[tuple[str, str]] = ()
) -> bytes:
    """``bag-info.txt``. ``day`` is YYYY-MM-DD; nothing here may name the case or a person."""
    rows = [
        ("Bag-Software-Agent", software),
        ("Bagging-Date", day),
        ("Payload-Oxum", f"{payload_bytes}.{payload_files}"),
        *extra,
    ]
    return "".join(f"{label}: {' '.join(value.split())}\n" for label, value in rows if value).encode()
