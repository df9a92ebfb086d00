"""XML that is meant to harm whoever reads it is refused soon, with a clear sentence, and fetches nothing."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_kit.errors import TrustedListRefused
from evidence_kit.timestamp import safe_xml
from evidence_kit.timestamp.trusted_list_import import MAX_BYTES, read_list
from tests.kit import trusted_lists as kit

SIGNER = kit.holder("List of Nowhere")
LIST = kit.national(kit.service([kit.holder("Stamps issuer").der]))
SIGNED = kit.sign(LIST, SIGNER)


def refused(untrusted: bytes, expected: str) -> None:
    with pytest.raises(TrustedListRefused) as caught:
        read_list(untrusted, signers=[SIGNER.der])
    assert expected in caught.value.message


def attributes(count: int) -> str:
    return f"<a {' '.join(f'b{n}=%s' for n in range(count))}/>".replace("%s", "''")


@pytest.fixture
def listener() -> Iterator[Callable[[], int]]:
    """A port of this machine, and how many have knocked at it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        server_port.append(server.getsockname()[1])

        def knocks() -> int:
            count = 0
            while True:
                try:
                    server.accept()[0].close()
                except BlockingIOError:
                    return count
                count += 1

        yield knocks
        server_port.clear()


server_port: list[int] = []
BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 100}">' for n in range(10))


@pytest.mark.parametrize(
    "declared",
    [
        f"<!DOCTYPE x [{BOMB}]>",
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:{port}/x.dtd">',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:{port}/">]>',
        '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:{port}/"> %a;]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ATTLIST TrustServiceStatusList Id CDATA "other">]>',
        "<!DOCTYPE TrustServiceStatusList>",
    ],
)
def test_document_type_is_refused_and_nothing_is_fetched(declared: str, listener: Callable[[], int]) -> None:
    head = declared.replace("{port}", str(server_port[0]))
    for text in (LIST, LIST.replace(">XX<", ">&a;<"), LIST.replace(">XX<", ">&e9;<")):
        start = time.monotonic()
        refused(text.replace("?>\n", f"?>\n{head}", 1).encode(), "declares a document type of its own")
        assert time.monotonic() - start < 2
    assert listener() == 0


def test_schema_location_and_stylesheet_fetch_nothing(listener: Callable[[], int]) -> None:
    address = f"http://127.0.0.1:{server_port[0]}/"
    located = LIST.replace(
        "<TrustServiceStatusList ",
        f'<?xml-stylesheet href="{address}" type="text/xsl"?><TrustServiceStatusList '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="{kit.TL} {address}" ',
    ).replace("</TrustS", f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{address}"/></TrustS')
    refused(located.encode(), "The list is not signed.")
    read_list(
        kit.sign(located.replace(f'<?xml-stylesheet href="{address}" type="text/xsl"?>', ""), SIGNER),
        signers=[SIGNER.der],
    )
    assert listener() == 0


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-7", "cp037"])
def test_document_type_hidden_by_an_encoding_is_refused(encoding: str) -> None:
    hidden = LIST.replace("?>\n", f"?>\n<!DOCTYPE x [{BOMB}]>").replace("UTF-8", encoding.upper())
    with pytest.raises(TrustedListRefused):
        read_list(hidden.encode(encoding), signers=[SIGNER.der])


def test_declared_encoding_is_not_believed() -> None:
    """Read as UTF-7 the file would hold a document type."""
    told = LIST.replace("UTF-8", "UTF-7").replace("?>\n", "?>\n<!--+ADwAIQ-DOCTYPE x+AD4-->", 1)
    refused(told.encode(), "The list is not signed.")


@pytest.mark.parametrize(
    "inside",
    [
        "<a>" * 100 + "</a>" * 100,
        "<a/>" * (safe_xml.MAX_ELEMENTS + 1),
        attributes(safe_xml.MAX_ATTRIBUTES + 1),
        attributes(30) * (safe_xml.MAX_ELEMENTS // 30 + 1),
        "".join(f'<a xmlns:p{n}="urn:{n}" xmlns:q{n}="urn:{n}" xmlns:r{n}="urn:{n}">' for n in range(50)) + "</a>" * 50,
    ],
    ids=["deep", "elements", "attributes", "all attributes", "namespaces"],
)
def test_more_than_a_list_can_hold_is_refused_soon(inside: str) -> None:
    start = time.monotonic()
    refused(kit.document(inside).encode(), "holds more than a trusted list can hold")
    assert time.monotonic() - start < 10


def test_file_that_is_too_large_is_refused_unread() -> None:
    refused(b" " * (MAX_BYTES + 1), "The file is larger than 32 MB.")


def test_text_of_many_megabytes_is_refused_without_a_crash() -> None:
    refused(kit.document(f"<a>{'x' * (20 << 20)}</a>").encode(), "not XML that can be read")


def test_reading_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_xml, "MAX_SECONDS", -1)
    refused(SIGNED, "takes too long")


@pytest.mark.parametrize(
    "rubbish", [b"", b"\0", b"<", b"<a>", b"<a/><b/>", b"\xff\xfe<a/>", b"<a>\xe9</a>", b"%PDF-1.7"]
)
def test_what_is_no_xml_is_refused(rubbish: bytes) -> None:
    refused(rubbish, "not XML that can be read")


@settings(max_examples=200, database=None)
@given(untrusted=st.binary(max_size=300))
def test_any_bytes_are_refused_and_never_crash(untrusted: bytes) -> None:
    with pytest.raises(TrustedListRefused):
        read_list(untrusted, signers=[SIGNER.der])
