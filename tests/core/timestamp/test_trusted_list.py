"""What a trusted list answers about a timestamp: only a status granted at that very time makes it a qualified one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from asn1crypto import core, tsp

from evidence_kit import clock, language
from evidence_kit.errors import TrustedListRefused
from evidence_kit.timestamp.trusted_list import Finding, TrustedList, check_replaces, qualified
from evidence_kit.timestamp.trusted_list_import import read_list, read_lotl, stored_list, stored_lotl
from evidence_kit.timestamp.verify import Judgement, judge
from tests.kit import trusted_lists as kit
from tests.kit.authority import Maker, der_of

SIGNER = kit.holder("List of Nowhere")
ROOT = kit.holder("Stamps root")
ISSUER = kit.holder("Stamps issuer", issuer=ROOT)
STAMPER = kit.holder("Stamps unit 1", issuer=ISSUER)
PATH = (STAMPER.der, ISSUER.der, ROOT.der)
DATA = b"what was on the screen\n"


def at(text: str) -> dt.datetime:
    return clock.parse(text if "T" in text else f"{text}T12:00:00Z")


def listed(*services: str, **more: object) -> TrustedList:
    return read_list(kit.sign(kit.national(*services, **more), SIGNER), signers=[SIGNER.der])


def asked(services: str | list[str], moment: str, path: tuple[bytes, ...] = PATH, **more: object) -> Finding:
    clock.set_source(lambda: at("2026-02-01"))
    return listed(*([services] if isinstance(services, str) else services), **more).qualified_at(path, at(moment))


def test_head_of_the_list_is_read() -> None:
    found = listed(kit.service([ISSUER.der]), sequence=12, territory="DE")
    assert (found.territory, found.sequence) == ("DE", 12)
    assert (found.issued, found.next_update) == (at("2026-01-01T00:00:00Z"), at("2026-06-01T00:00:00Z"))
    assert found.lotl_sha256 is None
    assert "List of Nowhere" in found.signer_subject
    (service,) = found.services
    assert (service.provider, service.name) == ("Trust Nowhere", "Stamps of Nowhere")


@pytest.mark.parametrize("holder", [STAMPER, ISSUER, ROOT])
def test_granted_for_the_signer_or_one_behind_it_is_qualified(holder: kit.Holder) -> None:
    found = asked(kit.service([holder.der]), "2025-05-05")
    assert found.qualified
    assert found.reason == (
        "The EU trusted list of XX (number 7) names this service of Trust Nowhere as one for qualified timestamps,"
        " granted since 2016-06-30."
    )
    assert (found.listed, found.provider, found.since) == (True, "Trust Nowhere", at("2016-06-30T22:00:00Z"))


def test_another_certificate_of_the_same_key_and_name_is_the_service() -> None:
    assert asked(kit.service([ISSUER.again(ROOT).der]), "2025-05-05").qualified


def test_same_name_with_another_key_is_not_the_service() -> None:
    found = asked(kit.service([kit.holder("Stamps issuer", issuer=ROOT).der]), "2025-05-05")
    assert (found.qualified, found.listed) == (False, False)
    assert "Neither the authority’s certificate" in found.reason


def test_same_key_with_another_name_is_not_the_service() -> None:
    assert not asked(kit.service([kit.holder("Somebody", key=ISSUER.key).der]), "2025-05-05").qualified


def test_identity_without_certificate_is_not_enough() -> None:
    bare = kit.service([]).replace(kit.identity(), kit.identity(key_ids=[kit.ski(ISSUER)]))
    assert not asked(bare, "2025-05-05").qualified


@pytest.mark.parametrize("kind", [kit.TSA, kit.CA_QC, f"{kit.QTST}/other", kit.QTST.lower()])
def test_another_kind_of_service_is_not_qualified(kind: str) -> None:
    found = asked(kit.service([ISSUER.der], kind=kind), "2025-05-05")
    assert (found.qualified, found.listed) == (False, True)
    assert "but not as a service for qualified timestamps" in found.reason


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2016-06-30T21:59:59Z", "Before 1 July 2016"),
        ("2017-01-01", "only since 2018-01-01"),
        ("2017-12-31T23:59:59Z", "only since 2018-01-01"),
        ("2018-01-01T00:00:00Z", ""),
        ("2019-12-31T23:59:59.999Z", ""),
        ("2020-01-01T00:00:00Z", "withdrawn on 2020-01-01"),
        ("2021-06-01", "withdrawn on 2020-01-01"),
        ("2022-01-01T00:00:00Z", ""),
        ("2026-05-31", ""),
        ("2026-06-01T00:00:01Z", "says nothing about 2026-06-01"),
    ],
)
def test_history_decides_by_the_time_of_the_timestamp(moment: str, expected: str) -> None:
    history = [
        kit.past([], "2020-01-01T00:00:00Z", kit.WITHDRAWN, key_ids=[kit.ski(ISSUER)]),
        kit.past([ISSUER.der], "2018-01-01T00:00:00Z"),
    ]
    for order in (history, history[::-1]):
        found = asked(kit.service([ISSUER.der], "2022-01-01T00:00:00Z", history=order), moment)
        assert found.qualified == (expected == "")
        assert expected in found.reason


def test_withdrawn_after_the_timestamp_changes_nothing() -> None:
    told = kit.service(
        [ISSUER.der], "2025-01-01T00:00:00Z", kit.WITHDRAWN, history=[kit.past([], "2017-01-01T00:00:00Z")]
    )
    assert asked(told, "2024-12-31").qualified
    assert not asked(told, "2025-01-02").qualified


@pytest.mark.parametrize("value", [kit.ACCREDITED, f"{kit.URI}TrustedList/Svcstatus/undersupervision", "", "granted"])
def test_no_other_status_is_enough(value: str) -> None:
    for moment in ("2016-06-01", "2018-01-01"):
        assert not asked(kit.service([ISSUER.der], "2014-01-01T00:00:00Z", value), moment).qualified


def test_granted_before_the_regulation_applied_is_not_qualified() -> None:
    found = asked(kit.service([ISSUER.der], "2014-01-01T00:00:00Z"), "2016-06-30")
    assert not found.qualified
    assert asked(kit.service([ISSUER.der], "2014-01-01T00:00:00Z"), "2016-07-01").qualified


def test_service_that_was_of_another_kind_then_is_not_qualified() -> None:
    told = kit.service(
        [ISSUER.der], "2020-01-01T00:00:00Z", history=[kit.past([], "2017-01-01T00:00:00Z", kind=kit.TSA)]
    )
    assert not asked(told, "2018-01-01").qualified
    assert asked(told, "2020-01-02").qualified


def test_past_entry_of_another_key_does_not_count() -> None:
    """The key identifier of the past entry is not that of today's certificate."""
    told = [kit.past([], "2017-01-01T00:00:00Z", key_ids=[kit.ski(ROOT)])]
    assert not asked(kit.service([ISSUER.der], "2020-01-01T00:00:00Z", history=told), "2018-01-01").qualified


def test_signer_that_is_withdrawn_is_not_saved_by_its_issuer() -> None:
    gone = kit.service([STAMPER.der], "2020-01-01T00:00:00Z", kit.WITHDRAWN)
    for services in ([gone, kit.service([ISSUER.der])], [kit.service([ISSUER.der]), gone]):
        assert not asked(services, "2021-01-01").qualified
        assert asked(services, "2019-01-01").qualified


def test_service_that_another_provider_took_over_is_qualified() -> None:
    services = [
        kit.service([ISSUER.der], "2020-01-01T00:00:00Z", kit.WITHDRAWN),
        kit.service([ISSUER.der], "2020-01-01T00:00:00Z"),
    ]
    assert asked(services, "2021-01-01").qualified
    assert asked(services[::-1], "2021-01-01").qualified


@pytest.mark.parametrize(
    ("content", "critical", "expected"),
    [
        ("<AdditionalServiceInformation><URI>urn:x</URI></AdditionalServiceInformation>", True, True),
        ('<more:TakenOverBy><URI xml:lang="en">urn:x</URI></more:TakenOverBy>', True, True),
        ('<x:Odd xmlns:x="urn:x"/>', False, True),
        ('<x:Odd xmlns:x="urn:x"/>', True, False),
        ("only text", True, False),
    ],
)
def test_critical_extension_that_is_not_understood_forbids_relying_on_it(
    content: str, critical: bool, expected: bool
) -> None:
    found = asked(kit.service([ISSUER.der], more=kit.extension(content, critical=critical)), "2025-05-05")
    assert found.qualified == expected
    assert expected or "cannot be understood" in found.reason


@pytest.mark.parametrize("since", ["yesterday", "2017-01-01T00:00:00", "2017-13-01T00:00:00Z", ""])
def test_entry_without_a_time_that_can_be_read_counts_for_nothing(since: str) -> None:
    assert not asked(kit.service([ISSUER.der], since), "2025-05-05").qualified
    told = kit.service([ISSUER.der], "2017-01-01T00:00:00Z", history=[kit.past([], since)])
    assert not asked(told, "2025-05-05").qualified
    assert not asked([told, kit.service([ROOT.der])], "2025-05-05").qualified


def test_list_that_is_out_of_date_is_told_and_still_counts_for_the_past() -> None:
    found = listed(kit.service([ISSUER.der]))
    clock.set_source(lambda: at("2026-05-01"))
    assert not found.overdue
    clock.set_source(lambda: at("2031-01-01"))
    assert found.overdue
    finding = found.qualified_at(PATH, at("2025-05-05"))
    assert finding.qualified
    assert "This list is old: a newer one had to replace it by 2026-06-01." in finding.reason
    later = found.qualified_at(PATH, at("2030-01-01"))
    assert not later.qualified
    assert "Import that one." in later.reason


def test_closed_list_says_nothing_after_its_issue() -> None:
    services = kit.service([ISSUER.der])
    assert asked(services, "2025-12-31", next_update=None).qualified
    assert not asked(services, "2026-01-02", next_update=None).qualified


def test_certificates_that_cannot_be_read_harm_nobody() -> None:
    assert asked(kit.service([b"\x30\x03abc", ISSUER.der]), "2025-05-05").qualified
    assert not asked(kit.service([b"\x30\x03abc"]), "2025-05-05", path=(b"\x30\x03abd",)).qualified


def test_names_from_the_list_are_made_harmless() -> None:
    found = asked(kit.service([ISSUER.der]), "2025-05-05", provider="A\u202egnp &lt;b&gt;" + "x" * 500)
    assert "\u202e" not in found.reason
    assert len(found.provider) < 300


def test_reason_is_in_the_language_of_the_person() -> None:
    language.choose("fr")
    found = asked(kit.service([ISSUER.der]), "2025-05-05")
    assert found.reason.startswith("La liste de confiance européenne de XX")


# --- the timestamp itself ---


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    return Maker(tmp_path_factory.mktemp("maker"), "Stamps", "P-256")


@pytest.fixture(scope="module")
def stamped(maker: Maker) -> Callable[..., Judgement]:
    def sequence(inside: bytes) -> bytes:
        return b"\x30" + bytes([len(inside)]) + inside

    def made(statement: str = "0.4.0.19422.1.1", roots: list[bytes] | None = None, ahead: int = 0) -> Judgement:
        plain = tsp.ContentInfo.load(maker.stamp(DATA, token=True))["content"]["encap_content_info"]["content"]
        info = tsp.TSTInfo.load(bytes(plain))
        kept = {name: info[name] for name in ("version", "policy", "message_imprint", "serial_number", "gen_time")}
        said = sequence(sequence(core.ObjectIdentifier(statement).dump()))
        one = sequence(core.ObjectIdentifier("1.3.6.1.5.5.7.1.3").dump() + core.OctetString(said).dump())
        if ahead:
            later = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(days=ahead)
            kept["gen_time"] = core.GeneralizedTime(later)
        token = tsp.TSTInfo({**kept, "extensions": tsp.Extensions.load(sequence(one))}).dump()
        signed = maker.sign_info(token, "-cades")
        return judge(signed, data=DATA, roots=[der_of(maker.root)] if roots is None else roots)

    return made


def _lists(maker: Maker, value: str = kit.GRANTED, **more: object) -> TrustedList:
    now = dt.datetime.now(dt.UTC)
    times = {"issued": clock.rfc3339(now), "next_update": clock.rfc3339(now + dt.timedelta(days=900))}
    return listed(kit.service([der_of(maker.root)], value=value), **{**times, **more})


def test_real_token_is_qualified_with_statement_and_list(maker: Maker, stamped: Callable[..., Judgement]) -> None:
    shown, reason = qualified(stamped(), [_lists(maker)])
    assert shown
    assert "granted since 2016-06-30" in reason


def test_token_without_statement_is_not_shown_as_qualified(maker: Maker, stamped: Callable[..., Judgement]) -> None:
    shown, reason = qualified(stamped("0.4.0.1862.1.1"), [_lists(maker)])
    assert not shown
    assert reason == "The timestamp does not say of itself that it is a qualified one."


def test_statement_without_list_is_not_shown_as_qualified(maker: Maker, stamped: Callable[..., Judgement]) -> None:
    shown, reason = qualified(stamped(), [])
    assert not shown
    assert "no EU trusted list is kept here" in reason


def test_token_that_no_root_vouches_for_is_not_shown_as_qualified(
    maker: Maker, stamped: Callable[..., Judgement]
) -> None:
    lists = [_lists(maker)]
    untrusted = stamped(roots=[ROOT.der])
    assert untrusted.verdict == "untrusted"
    assert not qualified(untrusted, lists)[0]
    assert not qualified(replace(stamped(), verdict="invalid"), lists)[0]
    assert not qualified(replace(stamped(), path=()), lists)[0]


def test_token_from_the_future_is_not_shown_as_qualified(maker: Maker, stamped: Callable[..., Judgement]) -> None:
    ahead = stamped(ahead=300)
    assert ahead.verdict == "valid"
    shown, reason = qualified(ahead, [_lists(maker)])
    assert not shown
    assert "makes no sense" in reason


def test_one_list_of_several_is_enough_and_the_newest_of_a_territory_counts(
    maker: Maker, stamped: Callable[..., Judgement]
) -> None:
    token = stamped()
    other = _lists(maker, territory="YY", sequence=1)
    elsewhere = listed(kit.service([ISSUER.der]), territory="ZZ")
    assert qualified(token, [elsewhere, other])[0]
    gone = _lists(maker, kit.WITHDRAWN, territory="YY", sequence=2)
    for lists in ([other, gone], [gone, other]):
        shown, reason = qualified(token, lists)
        assert not shown
        assert "withdrawn" in reason


def test_the_most_telling_reason_is_given(maker: Maker, stamped: Callable[..., Judgement]) -> None:
    gone = _lists(maker, kit.WITHDRAWN, territory="YY")
    for lists in ([listed(kit.service([ISSUER.der])), gone], [gone, listed(kit.service([ISSUER.der]))]):
        assert "withdrawn" in qualified(stamped(), lists)[1]


# --- keeping lists ---


def test_list_read_again_from_its_record_is_the_same() -> None:
    lotl = read_lotl(kit.sign(kit.of_lists({"XX": [SIGNER.der]}), ROOT), signers=[ROOT.der])
    xml = kit.sign(kit.national(kit.service([ISSUER.der])), SIGNER)
    found = read_list(xml, lotl=lotl)
    assert found.lotl_sha256 == lotl.sha256
    assert stored_list(xml, found.to_json()) == found


def test_list_of_lists_read_again_from_its_record_is_the_same() -> None:
    xml = kit.sign(kit.of_lists({"XX": [SIGNER.der]}), ROOT)
    found = read_lotl(xml, signers=[ROOT.der])
    assert stored_lotl(xml, found.to_json()) == found


@pytest.mark.parametrize(
    "change",
    [
        {"format": "else"},
        {"sha256": "0" * 64},
        {"signer_sha256": "0" * 64},
        {"signer_sha256": None},
        {"signer_sha256": ["0"]},
        {"sha256": None},
    ],
)
def test_record_that_does_not_belong_to_the_list_is_refused(change: dict[str, object]) -> None:
    xml = kit.sign(kit.national(kit.service([ISSUER.der])), SIGNER)
    record = read_list(xml, signers=[SIGNER.der]).to_json()
    with pytest.raises(TrustedListRefused):
        stored_list(xml, {**record, **change})
    with pytest.raises(TrustedListRefused):
        stored_list(xml + b"\n", record)


def test_only_a_higher_number_replaces_a_list() -> None:
    kept = listed(kit.service([ISSUER.der]), sequence=8)
    check_replaces(kept, None)
    check_replaces(listed(kit.service([ISSUER.der]), sequence=9), kept)
    with pytest.raises(TrustedListRefused, match="is kept here already"):
        check_replaces(kept, kept)
    for number in (7, 8):
        with pytest.raises(TrustedListRefused, match="not newer than the one that is kept here") as caught:
            check_replaces(listed(kit.service([ISSUER.der]), sequence=number), kept)
        assert caught.value.hint


def test_lists_of_different_territories_never_replace_each_other() -> None:
    with pytest.raises(ValueError, match="different territories"):
        check_replaces(listed(territory="YY", sequence=9), listed(sequence=8))
