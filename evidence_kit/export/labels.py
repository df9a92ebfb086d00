"""The words of the report for values that stand as short stable names in a manifest or in the custody log."""

from __future__ import annotations

from evidence_kit.export.material import Qualification
from evidence_kit.export.templates import Translate, visible
from evidence_kit.records import Kind, Outcome, Subject


def outcome(value: Outcome, t: Translate) -> str:
    """How the capture ended."""
    return {
        Outcome.COMPLETE: t("complete"),
        Outcome.PARTIAL: t("partial: something is missing"),
        Outcome.FAILED: t("failed: nothing could be loaded from this address"),
    }[value]


def refused(status: str, t: Translate) -> str:
    """The status of an answer that is not the page; nothing for the others. A 404 is kept whole, and says so."""
    if status in {"404", "410"}:
        return t("the site answered that this page does not exist ({status})", status=status)
    return t("the site answered with an error ({status})", status=status) if status >= "400" else ""


def kind(value: Kind, t: Translate) -> str:
    """Where the exhibit comes from."""
    return {Kind.CAPTURE: t("Capture of a page"), Kind.IMPORT: t("Imported file")}[value]


def subject(value: Subject, t: Translate) -> str:
    """What was answered to the question of age, before anything was loaded."""
    return {
        Subject.ADULT: t("adults only"),
        Subject.SELECTED: t("adults only; loaded without pictures or media, except those allowed one by one"),
        Subject.WAS_MINOR: t("a person who was under 18 then: written record only, no picture was loaded"),
        Subject.MINOR: t("a person under 18: written record only, no picture was loaded"),
        Subject.UNKNOWN: t("age unknown: written record only, no picture was loaded"),
    }[value]


def role(name: str, t: Translate, file: str = "") -> tuple[str, bool]:
    """What an artifact is, and whether it is derived from another one rather than received."""
    if (name, file) == ("screenshot-tile", "after-consent.png"):
        return t("Picture of the window after the cookie banner was refused"), False
    known = {
        "first-view": (t("Picture of the first view, before any action"), False),
        "screenshot": (t("Picture of the whole page"), False),
        "screenshot-tile": (t("Part of the picture of the page"), False),
        "response-html": (t("Page code as received"), False),
        "dom-html": (t("Page code after loading"), False),
        "pdf": (t("Page printed as PDF"), False),
        "wacz": (t("Web archive, personal values removed"), False),
        "wacz-confidential": (t("Web archive, complete and confidential"), False),
        "text": (t("Text of the page"), True),
        "media": (t("Picture or media of the page"), False),
        "capture-log": (t("Log of the capture"), False),
        "original": (t("File as received"), False),
        "thumbnail": (t("Blurred preview"), True),
    }
    return known.get(name, (visible(name, 60), False))


def reason(name: str, t: Translate) -> str:
    """Why an artifact is not in the package."""
    known = {
        "confidential": t("confidential: stays in the vault"),
        "withdrawn": t("withdrawn: only its digest is kept"),
        "variant": t("not part of this version of the package"),
    }
    return known.get(name, visible(name, 80))


def step(name: str, t: Translate) -> str:
    """A step of a capture."""
    known = {
        "lower-bound": t("Timestamp asked before the page was loaded"),
        "browser": t("Start of a new, empty browser profile"),
        "load": t("Loading of the address"),
        "first-view": t("Picture of the first view, before any action"),
        "settle": t("Waiting until the page came to rest"),
        "consent": t("Answer to the cookie banner"),
        "scroll": t("Scrolling through the page, so that it loads its whole content"),
        "response-html": t("Page code as received"),
        "screenshot": t("Picture of the whole page"),
        "dom-html": t("Page code after loading"),
        "text": t("Text of the page"),
        "still": t("Stopping what moves"),
        "views": t("Boxes that scroll inside the page"),
        "sources": t("Content that no answer of the site carried"),
        "identifiers": t("Reading of account and post numbers"),
        "wall": t("Look for what stood before the page"),
        "pdf": t("Page printed as PDF"),
        "media": t("Pictures and media of the page"),
        "wacz": t("Web archive"),
        "provenance": t("Record of the network and of the machine"),
        "thumbnail": t("Blurred preview"),
        "capture-log": t("Log of the capture"),
        "manifest": t("List of all files and digests"),
        "stamp": t("Timestamps asked"),
        "import": t("Import of the file"),
    }
    return known.get(name, visible(name, 60))


def result(value: str, t: Translate) -> str:
    """How a step ended."""
    known = {
        "ok": t("done"),
        "done": t("done"),
        "fine": t("done"),
        "complete": t("done"),
        "failed": t("failed"),
        "error": t("failed"),
        "timeout": t("time limit reached"),
        "timed-out": t("time limit reached"),
        "skipped": t("not done"),
        "partial": t("done in part"),
    }
    return known.get(value, visible(value, 80))


def event(name: str, t: Translate) -> str:
    """A type of entry in the custody log."""
    known = {
        "vault.created": t("Vault created"),
        "vault.unlocked": t("Vault opened"),
        "case.created": t("Case opened"),
        "case.closed": t("Case closed"),
        "consent.recorded": t("Mandate recorded"),
        "capture.started": t("Capture started"),
        "capture.completed": t("Capture ended"),
        "capture.failed": t("Capture failed"),
        "capture.cancelled": t("Capture stopped by the person"),
        "capture.partial": t("Capture ended, something is missing"),
        "capture.interrupted": t("Interrupted capture recovered"),
        "capture.abandoned": t("Interrupted capture given up"),
        "import.added": t("File imported"),
        "timestamp.obtained": t("Timestamp obtained"),
        "timestamp.renewed": t("Timestamp renewed"),
        "timestamp.failed": t("Timestamp not obtained"),
        "timestamp.refused": t("Timestamp refused"),
        "revocation.kept": t("Statement of an authority about its certificates kept"),
        "exhibit.viewed": t("Exhibit viewed"),
        "exhibit.withdrawn": t("Exhibit withdrawn"),
        "exhibit.extracted": t("File taken out of the vault"),
        "exhibit.minor-flagged": t("Exhibit locked: it may show a minor"),
        "clock.anomaly": t("The computer’s clock was changed"),
        "export.prepared": t("Export prepared"),
        "export.completed": t("Export made"),
        "handover.recorded": t("Package handed over"),
        "trusted-list.imported": t("Trusted list of the European Union imported"),
        "session.used": t("Page opened with a kept sign-in"),
        "session.renewed": t("Kept sign-in renewed by the site"),
        "session.ended": t("Kept sign-in seems to have ended at the site"),
        "vault.checked": t("Integrity check"),
        "vault.passphrase-changed": t("Passphrase changed"),
    }
    return known.get(name, visible(name, 60))


def qualified(found: Qualification | None, t: Translate) -> str:
    """Whether a token is shown to be a qualified one, by which list, or in short why not."""
    if found is None:
        return t("not shown to be qualified")
    if found.shown:
        return t(
            "shown to be qualified by the EU trusted list of {territory}, no. {number} of {date}",
            territory=visible(found.territory, 2),
            number=found.number,
            date=visible(found.date, 10),
        )
    why = {
        "no-statement": t("it does not say so of itself"),
        "no-list": t("it says so of itself, but no EU trusted list was there to compare"),
        "not-listed": t("it says so of itself, but the EU trusted list that was there does not confirm it"),
    }.get(found.why, "")
    return t("not shown to be qualified: {why}", why=why) if why else t("not shown to be qualified")


def key(name: str, t: Translate) -> str:
    """A field of the machine, the browser or the network; unknown ones are shown as they stand."""
    known = {
        "system": t("Operating system"),
        "release": t("System release"),
        "version": t("Version"),
        "architecture": t("Processor architecture"),
        "maker": t("Computer maker"),
        "model": t("Computer model"),
        "name": t("Name"),
        "program": t("Program"),
        "user_agent": t("Browser identification (User-Agent)"),
        "headless": t("Without a visible window"),
        "viewport": t("Size of the view"),
        "width": t("width"),
        "height": t("height"),
        "scale": t("Scale"),
        "locale": t("Language"),
        "zone": t("Time zone"),
        "extensions": t("Browser extensions"),
        "fresh_profile": t("New, empty profile"),
        "cookies_before": t("Cookies before loading"),
        "pages_before": t("Pages seen before loading"),
        "disk_cache": t("Cache on disk"),
        "off_the_record": t("Private browsing, nothing kept"),
        "javascript": t("JavaScript"),
        "machine": t("Computer"),
        "software": t("Program"),
        "python": t("Python version"),
        "environment": t("Environment variables"),
        "http_proxy": "http_proxy",
        "https_proxy": "https_proxy",
        "all_proxy": "all_proxy",
        "no_proxy": "no_proxy",
        "proxy": t("Proxy"),
        "address": t("Address"),
        "host": t("Site"),
        "host_shown": t("Site as shown"),
        "host_kind": t("Kind of address"),
        "kind": t("Kind of address"),
        "port": t("Port"),
        "response": t("Answer of the site"),
        "headers": t("Headers"),
        "error": t("Error"),
        "certificates": t("Certificate"),
        "certificate": t("Certificate"),
        "certificate_accepted": t("Accepted though not valid, at the person’s wish"),
        "cipher": t("Cipher"),
        "keyExchangeGroup": t("Key exchange"),
        "page": t("Page"),
        "sha256": "SHA-256",
        "named": t("Found"),
        "kept": t("Kept"),
        "not_kept": t("Could not be kept"),
        "films": t("Videos"),
        "held": t("Held"),
        "ended": t("Ended"),
        "top": t("From the top (pixels)"),
        "rung": t("Taken again in this way"),
        "why": t("Because"),
        "settled": t("Settled"),
        "content_expected": t("Elements that the page says are there"),
        "rules_sha256": t("SHA-256 of our rules"),
        "cover_sha256": t("SHA-256 of our covering script"),
        "banner": t("Cookie banner"),
        "clicks": t("Pressed"),
        "records": t("Answers"),
        "reason": t("Reason"),
        "stratum": t("Stratum"),
        "round_trip_us": t("Round trip (microseconds)"),
        "over_a_second": t("More than one second off"),
        "asked_at": t("Asked at"),
        "script_sha256": t("SHA-256 of our script"),
        "scripts_sha256": t("SHA-256 of everything of ours that acted in the page"),
        "tiles": t("Parts"),
        "end_of_page": t("End of the page reached"),
        "dropped": t("Entries that the page let go of"),
        "upwards": t("Followed upwards"),
        "grew": t("Grew by (pixels)"),
        "shadow_roots": t("Hidden parts of the document"),
        "views": t("Views"),
        "areas": t("Boxes that scroll inside the page"),
        "beyond_http": t("Content that came past the network record"),
        "web_sockets": "WebSocket",
        "web_rtc": "WebRTC",
        "indexed_db": "IndexedDB",
        "blobs": t("Content made by the page itself"),
        "bars": t("Bars that would have stood over every part"),
        "hidden": t("Hidden"),
        "retried": t("Taken again"),
        "retried_count": t("Times taken again"),
        "parts": t("Files"),
        "begun_anew": t("Begun anew"),
        "stilled": t("Movement stopped"),
        "page_height": t("Height of the page"),
        "page_width": t("Width of the page"),
        "way": t("Way of taking the picture"),
        "refused": t("Refused"),
        "led_to": t("Led to"),
        "scroll_locked": t("Scrolling is held by it"),
        "rule": t("Rule used"),
        "scripts": t("Scripts of the program"),
        "visible": t("Visible window"),
        "access": t("Access"),
        "used_before": t("Used before by the person"),
        "imported_session": t("With a kept sign-in"),
        "kept_session": t("Kept sign-in"),
        "kept_at": t("Kept on"),
        "started_at": t("Begun at"),
        "secrets_overwritten": t("What signs in, overwritten"),
        "reached": t("Reached"),
        "rounds": t("Rounds"),
        "stops": t("Stops"),
        "images": t("Pictures"),
        "dns": t("Name resolution"),
        "compared": t("Compared with the address that was reached"),
        "hosts_file": t("The computer’s own list of names (hosts file)"),
        "addresses": t("Addresses"),
        "tunnel": t("Tunnel"),
        "vpn": t("Tunnel (VPN)"),
        "tor": "Tor",
        "interface": t("Network interface"),
        "chain": t("Where the certificate leads"),
        "verdict": t("Finding"),
        "problems": t("Faults"),
        "root": t("Root certificate"),
        "public_list": t("Public list of roots"),
        "edition": t("Edition"),
        "roots": t("Root certificates"),
        "source": t("Source"),
        "intermediary": t("Intermediary"),
        "by": t("Known by"),
        "tls": t("Encrypted connection (TLS)"),
        "protocol": t("Protocol"),
        "issuer": t("Issuer"),
        "subject": t("Subject"),
        "not_before": t("Valid from"),
        "not_after": t("Valid until"),
        "status": t("Status"),
        "offset_us": t("Clock offset (microseconds)"),
        "servers": t("Server"),
        "server": t("Server"),
        "antivirus": t("Antivirus"),
        "file_name": t("File name"),
        "media_type": t("File type"),
        "size": t("Size"),
        "modified_at": t("Date of the file itself"),
        "declared_date": t("Date"),
        "declared_device": t("Device"),
        "declared_giver": t("Given by"),
    }
    return known.get(name, visible(name.replace("_", " ").replace("-", " "), 60))


def value(text: str, t: Translate) -> str:
    """A value that is one of a capture's own short words; anything else stays as it is."""
    known = {
        "none": t("none"),
        "off": t("off"),
        "verified": t("verified"),
        "unverified": t("not verified"),
        "not asked": t("not asked"),
        "asked separately": t("asked separately"),
        "switched off": t("switched off"),
        "not read": t("not read"),
        "browser default": t("the browser’s own"),
        "no time server answered": t("no time server answered"),
        "no time server answered in time": t("no time server answered in time"),
        "no answer in time": t("no answer in time"),
        "not asked: a proxy is set": t("not asked, because a proxy is set"),
        "not asked: the address or the proxy is one of Tor": t("not asked, because Tor is used"),
        "not asked: a tunnel (VPN) carries the connection": t("not asked, because a tunnel (VPN) is used"),
        "agree": t("the same"),
        "differ": t("another one"),
        "not compared": t("not compared"),
        "found": t("found"),
        "not found": t("not found"),
        "no entry": t("no entry for this site"),
        "entry": t("an entry for this site"),
        "does not apply": t("does not apply"),
        "not read to its end": t("not read to its end"),
        "public-root": t("to a root of the public list"),
        "local-root": t("to a root that is not on the public list"),
        "self-signed": t("to itself"),
        "incomplete": t("to no known root"),
        "unreadable": t("could not be read"),
        "expired": t("expired"),
        "not-yet-valid": t("not valid yet"),
        "wrong-name": t("for another name"),
        "not held for valid by the browser": t("not held for valid by the browser"),
        "blank": t("it was blank"),
        "gap": t("a part of it was blank"),
        "repeated": t("it was as the one above"),
        "short": t("it was of the wrong size"),
        "clip": t("cut out of the whole page"),
        "there": t("cut out after going there"),
        "window": t("window by window"),
        "patience": t("window by window, with time to draw"),
        "the address names no host to look up": t("the address names no site to look up"),
        "loopback": t("this computer itself"),
        "private": t("private network"),
        "public": t("public"),
        "name": t("name"),
        "loaded-again": t("loaded once more"),
        "as-it-stands": t("as it stood"),
        "opened by the person herself in a visible window": t("opened by the person in a visible window"),
        "refuse": t("refusal"),
        "downwards": t("downwards"),
        "sideways": t("sideways"),
        "downwards and sideways": t("downwards and sideways"),
        "frame": t("frame"),
        "slider": t("slider"),
    }
    return known.get(text, text)
