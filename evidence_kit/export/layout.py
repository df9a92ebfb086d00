"""Where each artifact stands inside an exhibit's folder, and what keeps it from opening live by a double click.

Pure: the same manifest gives the same paths in every export. An allow-list decides which endings stay as they are;
whatever is not on it gets ``.txt`` (text) or ``.bin`` (anything else) behind its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from evidence_kit.canonical import JsonObject
from evidence_kit.errors import ExportError
from evidence_kit.language import _

SENSITIVE = "contenu-sensible"
TECHNICAL = "technique"
NEVER_LEAVES = frozenset({"wacz-confidential"})
MAX_PATH = 149

_FIXED = {
    "text": "text.txt",
    "capture-log": "capture-log.json",
    "thumbnail": "apercu-floute.jpg",
    "dom-html": f"{TECHNICAL}/dom.html.txt",
    "response-html": f"{TECHNICAL}/response.html.txt",
    "wacz": f"{TECHNICAL}/archive.wacz",
}
_PICTURES = {"png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff", "heic", "heif", "avif"}
_MEDIA = {"mp4", "m4v", "mov", "webm", "mkv", "avi", "3gp", "mp3", "m4a", "aac", "ogg", "oga", "opus", "wav", "flac"}
_QUIET = _PICTURES | _MEDIA | {"txt", "json", "pdf", "zip", "wacz", "bin"}
_STORED = _PICTURES | _MEDIA | {"pdf", "zip", "wacz"}
_TEXTUAL = {
    "csv",
    "htm",
    "html",
    "xhtml",
    "xht",
    "mht",
    "mhtml",
    "svg",
    "svgz",
    "xml",
    "xsl",
    "js",
    "mjs",
    "css",
    "eml",
    "vcf",
    "md",
}
_BY_TYPE = {
    "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif", "image/heic": "heic",
    "image/heif": "heif", "image/avif": "avif", "image/tiff": "tif", "image/bmp": "bmp",
    "application/pdf": "pdf", "video/mp4": "mp4", "video/webm": "webm", "video/quicktime": "mov", "audio/mpeg": "mp3",
    "audio/ogg": "ogg", "audio/mp4": "m4a", "text/plain": "txt", "text/csv": "csv", "application/json": "json",
    "application/zip": "zip",
}  # fmt: skip
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|\Z)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Placed:
    """An artifact of the manifest and where it stands, relative to the exhibit's folder; ``path`` None = withheld."""

    role: str
    name: str
    media_type: str
    size: int
    sha256: str
    path: str | None
    reason: str = ""


def exhibit_folder(number: int) -> str:
    """``data/exhibits/001`` for the first exhibit."""
    return f"data/exhibits/{number:03d}"


def safe_name(untrusted: str, media_type: str = "") -> str:
    """A neutral ASCII file name that no system opens as a program, script or page."""
    base = PurePosixPath(untrusted.replace("\\", "/")).name.strip("-. ")
    stem, dot, ending = base.rpartition(".")
    if not dot:
        stem, ending = base, _BY_TYPE.get(media_type, "")
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-. ")[:60].rstrip("-. ") or "file"
    ending = re.sub(r"[^a-z0-9]+", "", ending.lower())[:12]
    if _RESERVED.match(stem):
        stem = f"file-{stem}"
    if ending in _QUIET:
        return f"{stem}.{ending}"
    textual = ending in _TEXTUAL or media_type.startswith("text/") or media_type.endswith(("xml", "javascript"))
    shown = f"{stem}.{ending}" if ending else stem
    return f"{shown}.{'txt' if textual else 'bin'}"


def safe_authority(name: str) -> str:
    """An authority's name as it stands in file names: ASCII, no dot, so that ``X.<authority>.tsr`` splits one way."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:40] or "authority"


def token_path(path: str, authority: str, *, record: bool = False) -> str:
    """The reply about the file ``path``, or the evidence record that leads to one, stands beside it."""
    return f"{path}.{safe_authority(authority)}.{'ers' if record else 'tsr'}"


def digests_path(folder: str, algorithm: str) -> str:
    """The document of the files' digests by another hash."""
    return f"{folder}/digests-{algorithm}.json"


def is_stored(path: str) -> bool:
    """Whether the file is compressed already, so that deflating it would only cost time."""
    return path.rpartition(".")[2].lower() in _STORED


def _twin_free(path: str, taken: set[str]) -> str:
    folder, _slash, name = path.rpartition("/")
    stem, dot, ending = name.partition(".")
    candidate, number = path, 1
    while candidate.lower() in taken:  # two names that differ in case are one file on Windows and macOS
        number += 1
        candidate = f"{folder}{_slash}{stem}-{number}{dot}{ending}"
    taken.add(candidate.lower())
    return candidate


def place(manifest: JsonObject, *, withhold: str = "") -> list[Placed]:
    """Every artifact of the manifest with its path, in the manifest's order.

    ``withhold`` is the reason why none of them leaves (an exhibit withdrawn, a variant), or empty. Confidential
    artifacts never leave. Raises :class:`ExportError` where the manifest's list makes no sense.
    """
    placed: list[Placed] = []
    taken: set[str] = set()
    for item in manifest.get("artifacts", []):
        try:
            role, name, sha256 = str(item["role"]), str(item["name"]), str(item["sha256"])
            media_type, size = str(item["media_type"]), int(item["size"])
            confidential = bool(item["confidential"]) or role in NEVER_LEAVES
        except (KeyError, TypeError, ValueError) as exc:
            raise ExportError(_("A manifest in the vault lists a file in a way that cannot be understood.")) from exc
        reason = "confidential" if confidential else withhold
        path = None
        if not reason:
            path = _twin_free(_FIXED.get(role) or f"{SENSITIVE}/{safe_name(name, media_type)}", taken)
        placed.append(Placed(role, name, media_type, size, sha256, path, reason))
    return placed


def files_json(placed: list[Placed], pending: tuple[str, ...]) -> JsonObject:
    """The exhibit's ``files.json``: what stands where, what was left out and why, which token is awaited."""
    return {
        "format": "evidence-kit/files/1",
        "files": [
            {"role": p.role, "name": p.name, "path": p.path, "sha256": p.sha256} for p in placed if p.path is not None
        ],
        "withheld": [
            {"role": p.role, "name": p.name, "sha256": p.sha256, "reason": p.reason} for p in placed if p.path is None
        ],
        "pending": sorted(pending),
    }
