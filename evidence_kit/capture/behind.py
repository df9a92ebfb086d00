"""Closed shadow roots that lie in the window, so that a consent wall in one is found and refused like any other.

No script finds such a root, not even ours; but what is drawn in it is hit as its host, and the browser tells of an
element what root it has. So only the few elements that are hit at points of the window are asked about.
"""

from __future__ import annotations

import asyncio

from evidence_kit.capture.page import LivePage, ScriptFailed, StepTimedOut
from evidence_kit.capture.wire import WireError

DEPTH = 3

HIT = """() => {
  const known = (globalThis.evidenceKitClosed || []).filter(r => r.host.isConnected), found = new Set();
  globalThis.evidenceKitClosed = known;
  const deep = (root, x, y) => {
    const e = root.elementFromPoint(x, y);
    if (!e || e.getRootNode() !== root) return null;
    const inner = e.shadowRoot || known.find(r => r.host === e);
    return inner ? deep(inner, x, y) : e;
  };
  const bears = /^(article|aside|blockquote|body|div|footer|h[1-6]|header|main|nav|p|section|span)$/;
  for (const x of [0.06, 0.27, 0.5, 0.73, 0.94]) for (const y of [0.04, 0.2, 0.35, 0.5, 0.65, 0.8, 0.96]) {
    const e = deep(document, innerWidth * x, innerHeight * y);
    if (e && (e.localName.includes("-") || bears.test(e.localName))) found.add(e);
  }
  return [...found].slice(0, 20);
}"""
"""Elements in the window that may bear a root which no script sees, as far as the roots known already lead."""

KEEP = "function(root) { (globalThis.evidenceKitClosed = globalThis.evidenceKitClosed || []).push(root); }"


async def look_behind(live: LivePage, *, seconds: float) -> bool:
    """Hand closed roots in the window to our own world, where the consent script looks; whether there were new ones.

    Raises PageGone.
    """
    found = False
    try:
        for _level in range(DEPTH):
            if not await live.gate.within(_level_found(live, seconds), seconds):
                break
            found = True
    except (StepTimedOut, WireError, ScriptFailed, KeyError):
        return found  # what scripts see is all there is
    return found


async def _level_found(live: LivePage, seconds: float) -> bool:
    """Whether another closed root was found behind those known."""
    wire, handle = live.wire, await live.handle(HIT, seconds=seconds)
    listed = await wire.send("Runtime.getProperties", objectId=handle, ownProperties=True)
    hit = [one["value"]["objectId"] for one in listed["result"] if str(one["name"]).isdigit()]
    told = await asyncio.gather(*(wire.send("DOM.describeNode", objectId=one, depth=0, pierce=True) for one in hit))
    roots = [root for one in told for root in one["node"].get("shadowRoots", []) if root["shadowRootType"] == "closed"]
    for root in roots:
        inside = [{"objectId": await live.resolved(int(root["backendNodeId"]), seconds=seconds)}]
        await wire.send("Runtime.callFunctionOn", functionDeclaration=KEEP, objectId=handle, arguments=inside)
    return bool(roots)
