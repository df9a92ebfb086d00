"""Headers as the browser tells them, as pairs: in the order and the bytes in which they came, where it says so."""

from __future__ import annotations

from evidence_kit.capture.exchange import Headers


def header_list(raw: object) -> Headers:
    """DevTools headers, as a list of pairs or as an object with repeated values on lines, as pairs."""
    if isinstance(raw, list):
        return [(str(h.get("name", "")), str(h.get("value", ""))) for h in raw if isinstance(h, dict)]
    if isinstance(raw, dict):
        return [(str(k), line) for k, v in raw.items() for line in str(v).split("\n")]
    return []


def as_sent(raw: object, wire_text: str) -> Headers:
    """Headers of the wire: in the order and number in which they came, each value as the bytes that came, in Latin-1.

    The browser gives the values decoded from Windows-1252, and the order in a text that leaves some bytes out.
    """
    values: dict[str, list[str]] = {}
    for name, value in header_list(raw):
        values.setdefault(name, []).append(_bytes_sent(value).decode("latin-1"))
    found: Headers = []
    for line in wire_text.split("\r\n")[1:]:
        name = line.partition(":")[0].strip()
        if values.get(name):
            found.append((name, values[name].pop(0)))
    return found + [(name, value) for name, left in values.items() for value in left]


def _bytes_sent(value: str) -> bytes:
    try:
        return b"".join(ch.encode("latin-1" if ch < "\u0100" else "cp1252") for ch in value)
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace")
