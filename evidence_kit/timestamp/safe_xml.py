"""Reading XML from outside: no DTD, no entities, nothing fetched, and bounds that end every document in time.

lxml cannot be stopped once it works, so a first pass with expat, which can, counts what would make it slow or
large: bytes, elements, depth, attributes, namespaces. Both parsers are told that the bytes are UTF-8, whatever the
document says of itself, so that they read the same (ETSI TS 119 612, 5.1.4 asks for UTF-8).
"""

from __future__ import annotations

import codecs
import time
from typing import Any
from xml.parsers import expat

from lxml import etree

from evidence_kit.language import _

MAX_BYTES = 32 << 20
"""National lists have a few MB."""
MAX_ELEMENTS = 300_000
"""And as many attributes; a list of 10 MB has about 120,000."""
MAX_DEPTH = 64
MAX_ATTRIBUTES = 32
"""Of one element, namespace declarations included."""
MAX_NAMESPACES = 128
"""In scope at one place."""
MAX_SECONDS = 30
"""For the first pass, which is the slowest one."""
_CHUNK = 1 << 16


class BadXml(ValueError):
    """The bytes are not XML that is read here; the message says why, for a person."""


class _FirstPass:
    def __init__(self) -> None:
        self.elements = 0
        self.attributes = 0
        self.namespaces: list[int] = [0]
        self.parser = expat.ParserCreate("utf-8")
        self.parser.ordered_attributes = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _doctype(self, *_about: object) -> None:
        raise BadXml(_("The file declares a document type of its own, which a trusted list never does."))

    def _start(self, _name: str, attributes: list[str]) -> None:
        self.elements += 1
        self.attributes += len(attributes) // 2
        declared = sum(1 for name in attributes[::2] if name.startswith("xmlns"))
        self.namespaces.append(self.namespaces[-1] + declared)
        if (
            max(self.elements, self.attributes) > MAX_ELEMENTS
            or len(self.namespaces) > MAX_DEPTH + 1
            or len(attributes) > 2 * MAX_ATTRIBUTES
            or self.namespaces[-1] > MAX_NAMESPACES
        ):
            raise BadXml(_("The file holds more than a trusted list can hold."))

    def _end(self, _name: str) -> None:
        self.namespaces.pop()

    def read(self, untrusted: bytes) -> None:
        end = time.monotonic() + MAX_SECONDS
        for start in range(0, len(untrusted), _CHUNK):
            self.parser.Parse(untrusted[start : start + _CHUNK], False)
            if time.monotonic() > end:
                raise BadXml(_("Reading the file takes too long."))
        self.parser.Parse(b"", True)


def parser() -> etree.XMLParser:
    """A parser that expands, fetches and recovers nothing; one for each use, since they are not shared by threads."""
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        collect_ids=False,
    )


def plain(untrusted: bytes) -> bytes:
    """The bytes without a byte order mark. Raises :class:`BadXml` where they are too many or not UTF-8."""
    if len(untrusted) > MAX_BYTES:
        raise BadXml(_("The file is larger than {limit} MB.", limit=MAX_BYTES >> 20))
    untrusted = untrusted.removeprefix(codecs.BOM_UTF8)
    try:
        untrusted.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise BadXml(_("The file is not XML that can be read.")) from exc
    return untrusted


def read(untrusted: bytes) -> Any:
    """The root element of the document. Raises :class:`BadXml` for whatever is not well-formed, safe and bounded."""
    untrusted = plain(untrusted)
    try:
        _FirstPass().read(untrusted)
        root = etree.fromstring(untrusted, parser())
    except BadXml:
        raise
    except (expat.ExpatError, etree.LxmlError, ValueError, LookupError) as exc:
        raise BadXml(_("The file is not XML that can be read.")) from exc
    about = root.getroottree().docinfo  # what one parser lets through, the other must not have seen either
    if about.internalDTD is not None or about.externalDTD is not None:
        raise BadXml(_("The file declares a document type of its own, which a trusted list never does."))
    return root
