"""A fresh off-the-record context with one page, recorded from its first byte, and measures of its freshness."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser

from evidence_kit.canonical import JsonObject, safe_text
from evidence_kit.capture import provenance
from evidence_kit.capture.exchange import Exchange
from evidence_kit.capture.interception import Interception
from evidence_kit.capture.network import Recorder
from evidence_kit.capture.page import Gate, LivePage
from evidence_kit.capture.plan import CapturePlan
from evidence_kit.capture.steps import EXPECTED
from evidence_kit.capture.wire import Hub

CLOSE_PAGE_SECONDS = 4.0


@dataclass(slots=True)
class Engine:
    """A running browser, what watches over its responses, and who uses it."""

    browser: Browser
    interception: Interception
    process: int = 0
    """The number of its process; 0 where it does not say."""
    users: int = 0
    closing: list[asyncio.Future[None]] = field(default_factory=list)
    """Pages that are being closed."""

    async def stuck(self) -> bool:
        """Whether it cannot close its pages any more, after some patience. False while somebody uses it."""
        self.closing = [c for c in self.closing if not c.done()]
        if self.closing and not self.users:
            await asyncio.wait(self.closing, timeout=CLOSE_PAGE_SECONDS)
        return not self.users and any(not c.done() for c in self.closing)


async def open_page(
    engine: Engine, plan: CapturePlan, recorder: Recorder, gate: Gate, *, scripts: bool = True
) -> LivePage:
    """New context, new page, recording on. Raises PlaywrightError, WireError."""
    options: dict[str, Any] = {
        "viewport": {"width": plan.viewport_width, "height": plan.viewport_height},
        "device_scale_factor": plan.scale,
        "accept_downloads": False,
        "java_script_enabled": scripts,
        "permissions": [],
        "ignore_https_errors": plan.accept_certificate,
    }
    if plan.locale:
        options["locale"] = plan.locale
    if plan.sign_in:
        options["storage_state"] = plan.sign_in.state
    context = await engine.browser.new_context(**options)
    try:
        page = await context.new_page()
        hub = Hub(await context.new_cdp_session(page), recorder.handle, recorder.prepare)
        live = LivePage(context, page, hub, recorder, gate)
        info = await introduce(hub, recorder)
        engine.interception.join(str(info["browserContextId"]), recorder)
        await hub.start()
        if plan.scale != 1:  # a new session does not know the page's scale
            await hub.root.send(
                "Emulation.setDeviceMetricsOverride",
                width=plan.viewport_width,
                height=plan.viewport_height,
                deviceScaleFactor=plan.scale,
                mobile=False,
            )
    except BaseException:
        engine.interception.leave(recorder)
        await asyncio.shield(context.close())
        raise
    return live


async def introduce(hub: Hub, recorder: Recorder) -> JsonObject:
    """Tell the recorder its page; gives the page's own ``targetInfo``. Raises WireError."""
    tree, target = await asyncio.gather(hub.root.send("Page.getFrameTree"), hub.root.send("Target.getTargetInfo"))
    recorder.main_frame = str(tree["frameTree"]["frame"]["id"])
    recorder.page_wire = hub.root
    info: JsonObject = target["targetInfo"]
    return info


async def certificates(live: LivePage, document: Exchange, plan: CapturePlan) -> JsonObject:
    """The ``certificates`` that this browser saw for a document and where they lead; no ``chain`` for HTTP.

    ``certificate_accepted``: it was not held for valid, and the person let the site answer all the same. Of an answer
    that we judged before the page got it the browser does not say so: then the chain has to.
    """
    parts = urlsplit(document.url)
    if parts.scheme != "https":
        return {"certificates": []}
    try:
        answer = await live.cdp(3, "Network.getCertificate", origin=f"https://{parts.netloc}")
        untrusted_chain = [base64.b64decode(c) for c in answer.get("tableNames", [])[: provenance.MAX_CHAIN]]
    except (*EXPECTED, ValueError):
        untrusted_chain = []
    host, trusted = parts.hostname or "", not plan.accept_certificate or document.distrusted is False
    found = await asyncio.to_thread(provenance.tls_facts, untrusted_chain, host, accepted=trusted)
    unsaid = document.distrusted is None and found.get("chain", {}).get("verdict") not in {"public-root", "local-root"}
    faulty = plan.accept_certificate and (document.distrusted or unsaid)
    return found | ({"certificate_accepted": True} if faulty else {})


def browser_facts(browser: Browser, plan: CapturePlan, before: JsonObject) -> JsonObject:
    """Engine, version and settings (DOMAIN CAP-12, CAP-13): measured values, not claims."""
    return {
        "name": browser.browser_type.name,
        "version": browser.version,
        "user_agent": safe_text(str(before.get("user_agent", "")), 500),
        "headless": True,
        "viewport": {"width": plan.viewport_width, "height": plan.viewport_height},
        "scale": plan.scale,
        "locale": ", ".join(before.get("languages", [])) or "not read",
        "zone": before.get("zone") or "not read",
        "extensions": "none",
        "fresh_profile": {
            "cookies_before": int(before.get("cookies", -1)),
            "pages_before": int(before.get("pages", -1)),
            "disk_cache": "off",
            "off_the_record": True,
        },
    }
