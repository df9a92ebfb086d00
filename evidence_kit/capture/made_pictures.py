# ruff: noqa: E501 - a script reads better in whole lines
"""Pictures that a page made itself, where she chooses picture by picture: each has a name made from its content.

They have no address that could be allowed. So a name is the digest of what is drawn, and only a picture whose content
has just that digest is shown: what else the page draws in its place stays covered. Pictures that bring others in
(``use``, ``image``), canvases that hold another site's pixels, SVG files in an address, video and what is in frames
have no name and cannot be shown.
"""

from __future__ import annotations

import re

from evidence_kit.digest import sha256_hex

PREFIX = "made:"
MADE_SECONDS = 5.0
_NAME = re.compile(r"made:[0-9a-f]{64}\Z")

CONTENTS = "() => globalThis.evidenceKitMade()"
"""Gives ``[number, content]`` of what is covered and has a name."""
SHOW = "(number, content) => globalThis.evidenceKitShow(number, content)"
"""Shows one of them if it still is what it was; says whether it did."""

PART = """
  const MOST = 4e6, ALL = 24e6, shown = new Map();
  const still = n => {
    const was = shown.get(n);
    return !!was && (was.picture ? source(n) === was.source : drawn(n) === was.content);
  };
  const drawn = n => {
    try {
      if (n.localName === "canvas") return n.width * n.height <= MOST ? "canvas " + n.toDataURL() : "";
      if (n.localName !== "svg" || n.innerHTML.length > MOST || /<(use|image|foreignobject|style|filter|fe\\w+)\\b|url\\(/i.test(n.innerHTML)) return "";
      return ["svg", ...["viewBox", "width", "height", "preserveAspectRatio"].map(k => n.getAttribute(k)), n.innerHTML].join(" ");
    } catch (e) { return ""; }
  };
  const content = async n => {
    if (n.localName !== "img") return drawn(n);
    const u = source(n);
    if (u.startsWith("data:")) return u.length <= MOST && /^data:image\\/(?!svg)[\\w.+-]+;base64,/i.test(u) ? "data " + u : "";
    if (!u.startsWith("blob:")) return "";
    try {
      const b = await (await fetch(u)).blob();
      if (b.size > MOST / 2 || /svg/i.test(b.type)) return "";
      const r = new FileReader();
      return await new Promise(f => { r.onload = () => f("blob " + r.result); r.onerror = () => f(""); r.readAsDataURL(b); });
    } catch (e) { return ""; }
  };
  globalThis.evidenceKitMade = async () => {
    const list = [];
    let all = 0;
    for (const [n, number] of [...items]) {
      if (list.length >= most || all > ALL) break;
      if (!n.isConnected || n.ownerDocument !== document) continue;
      const text = await content(n);
      if (text) { list.push([number, text]); all += text.length; }
    }
    return list;
  };
  globalThis.evidenceKitShow = async (number, text) => {
    for (const [n, one] of [...items]) {
      if (one !== number || !n.isConnected || await content(n) !== text) continue;
      if (n.localName === "img") {
        const bytes = Uint8Array.from(atob(text.slice(text.indexOf(",") + 1)), c => c.charCodeAt(0));
        try { shown.set(n, {picture: await createImageBitmap(new Blob([bytes])), source: source(n)}); } catch (e) { return false; }
      } else {
        shown.set(n, {content: text});
        for (const [k, v] of Object.entries({opacity: "1", "clip-path": "none"})) n.style.setProperty(k, v, "important");
      }
      draw();
      return true;
    }
    return false;
  };
  const unchanged = () => {
    for (const n of [...shown.keys()]) if (!still(n)) { shown.delete(n); news++; if (items.has(n)) dress(n); }
  };
  const pictured = (n, box) => {
    const c = document.createElement("canvas"), p = shown.get(n).picture;
    c.width = p.width; c.height = p.height;
    c.getContext("2d").drawImage(p, 0, 0);
    c.style.cssText = "display:block;width:100%;height:100%";
    box.style.padding = "0";
    box.append(c);
  };
"""
"""Goes into the covering script (:mod:`evidence_kit.capture.covers`), whose names it uses."""


def is_name(text: str) -> bool:
    """Whether ``text`` is such a name, and nothing but one."""
    return bool(_NAME.match(text))


def name_of(content: str) -> str:
    """The name of a made picture with this content.

    >>> name_of("svg x")[:21]
    'made:ead41ddf011da045'
    """
    return PREFIX + sha256_hex(content.encode("utf-8", "replace"))
