# ruff: noqa: E501 - a script reads better in whole lines
"""The script that hides what a page draws itself and puts a box with a few words where a picture would stand.

It runs in our own world, in every document from its beginning, and again before each picture that we take. It changes
how elements are shown, never what the page holds; the boxes stand in one closed element of ours, outside the body.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from evidence_kit.capture.cover_styles import STYLES
from evidence_kit.capture.made_pictures import PART

MAX_ITEMS = 400

_COVER = """(allowed, most, whole) => {
  if (globalThis.evidenceKitCover) return globalThis.evidenceKitCover();
  const open = new Set(allowed), items = new Map(), known = new WeakSet();
  const PICTURES = "img,input[type=image i],svg,canvas,video,object,embed,fencedframe";
  const RULES = {opacity: "0", "clip-path": "inset(100%)", filter: "none", transition: "none", animation: "none",
                 "background-image": "none", "border-image-source": "none", "mask": "none",
                 "-webkit-mask-box-image-source": "none"};
/*styles*/  const address = u => { try { const a = new URL(u, document.baseURI); a.hash = ""; return a.href; } catch (e) { return ""; } };
  const source = n => {
    if (n.localName === "img") return n.currentSrc || n.src || (n.srcset || "").trim().split(/\\s/)[0] || n.dataset.src || "";
    if (n.localName === "video") {
      const s = n.querySelector("source");
      return n.srcObject ? "" : n.currentSrc || n.src || (s ? s.src : "") || n.poster || "";
    }
    if (n.localName === "object") return n.data || "";
    if (n.localName === "input" || n.localName === "embed") return n.src || "";
    return "";
  };
  const free = n => {
    if (!["img", "video", "object", "embed", "input"].includes(n.localName) || n.srcObject) return false;
    const u = source(n);
    return !!u && open.has(address(u));
  };
  const words = n => {
    const title = n.localName === "svg" ? n.querySelector("title") : null;
    const label = n.getAttribute("alt") || n.getAttribute("aria-label") || n.getAttribute("title") || "";
    return (label || (title ? title.textContent : "") || "").trim().replace(/\\s+/g, " ").slice(0, 300);
  };
  const covered = new WeakMap(), closed = new Set();
  let news = 0;
  const CUT = /path\\(|shape\\(|url\\(|polygon\\((?:[^,)]*,){12}/, FEW = 4, DRAWN = /gradient\\(|paint\\(|element\\(|cross-fade\\(|image\\(/;
  const painted = look => ["background-image", "border-image-source", "list-style-image", "mask-image", "-webkit-mask-box-image-source", "content"]
    .filter(k => DRAWN.test(look.getPropertyValue(k)) || (k === "mask-image" && look.getPropertyValue(k).includes('url("#')))
    .concat(["filter", "backdrop-filter"].filter(k => look.getPropertyValue(k).includes("url(")))
    .concat(["clip-path"].filter(k => CUT.test(look.getPropertyValue(k))))
    .concat(["box-shadow", "text-shadow"].filter(k => look.getPropertyValue(k).split(/,(?![^(]*\\))/).length > FEW));
  const flat = n => {
    if (n === host || !n.style) return;
    const own = getComputedStyle(n), off = painted(own);
    const beside = ["::before", "::after"].some(p => {
      const look = getComputedStyle(n, p);
      return look.content !== "none" && painted(look).length;
    });
    changing(n);
    if (inParts(n, own)) news++;
    if (!off.length && !beside) return;
    const times = (covered.get(n) || 0) + 1;
    covered.set(n, times);
    news++;
    if (times > 200) { n.remove(); return; }
    for (const k of off) n.style.setProperty(k, k === "content" ? "normal" : "none", "important");
    if (beside) n.setAttribute("data-evidence-kit-flat", "");
  };
  const dress = n => {
    for (const [k, v] of Object.entries(RULES))
      if (n.style.getPropertyValue(k) === "" || n.style.getPropertyPriority(k) !== "important"
          || (k === "opacity" && n.style.getPropertyValue(k) !== "0"))
        n.style.setProperty(k, v, "important");
  };
  const undress = n => { for (const k of Object.keys(RULES)) n.style.removeProperty(k); };
  const one = n => {
    if (n === host || !n.style) return;
    if (n.localName === "svg" && n.ownerSVGElement) return;
    if (free(n)) { if (items.delete(n)) undress(n); return; }
    if (still(n)) return;
    const times = (covered.get(n) || 0) + 1;
    covered.set(n, times);
    if (times > 200) { n.remove(); items.delete(n); return; }
    dress(n);
    if (!items.has(n)) {
      news++;
      items.set(n, items.size + 1);
      if (n.localName === "img" && getComputedStyle(n).display === "inline")
        n.style.setProperty("display", "inline-block", "important");
      const r = n.getBoundingClientRect();
      if (n.localName === "img" && r.width < 24 && r.height < 24 && !n.hasAttribute("width") && !n.hasAttribute("height")
          && getComputedStyle(n).display !== "none" && source(n)) {
        n.style.setProperty("display", "inline-block", "important");
        n.style.setProperty("min-width", "96px", "important");
        n.style.setProperty("min-height", "64px", "important");
      }
    }
  };
  const seen = root => {
    if (!known.has(root)) {
      known.add(root);
      try { foremost(root); } catch (e) { }
      watch.observe(root, {childList: true, subtree: true, attributes: true,
        attributeFilter: ["style", "src", "srcset", "poster", "data", "type", "class"]});
    }
    roots.add(root);
    for (const n of root.querySelectorAll(PICTURES)) one(n);
    let walked = 0;
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT);
    for (let n = walk.nextNode(); n && walked < 100000; n = walk.nextNode(), walked++) {
      flat(n);
      if (n.shadowRoot) seen(n.shadowRoot);
    }
  };
  const tree = n => {
    if (n.nodeType !== 1) return;
    if (n.matches(PICTURES)) one(n);
    flat(n);
    for (const m of n.querySelectorAll(PICTURES)) one(m);
    if (n.shadowRoot) seen(n.shadowRoot);
    for (const m of n.querySelectorAll("*")) { flat(m); if (m.shadowRoot) seen(m.shadowRoot); }
  };
  const watch = new MutationObserver(list => {
    for (const m of list) {
      if (m.type === "attributes") {
        const n = m.target;
        if (n.matches(PICTURES) && (m.attributeName !== "style" || n.style.getPropertyValue("opacity") !== "0"
            || n.style.getPropertyPriority("opacity") !== "important")) one(n);
        if (m.attributeName === "style" || m.attributeName === "class") flat(n);
      } else for (const n of m.addedNodes) tree(n);
    }
    later();
  });
  const host = document.createElement("evidence-kit-places");
  const shadow = host.attachShadow({mode: "closed"});
  const style = "position:absolute;overflow:hidden;box-sizing:border-box;border:1px solid #667;background:#eef0f3;"
    + "color:#223;font:12px/15px sans-serif;padding:2px 4px;text-align:left;white-space:normal;word-break:break-word;"
    + "direction:ltr;pointer-events:none;margin:0;";
  const draw = () => {
    const root = document.documentElement;
    if (!root) return;
    if (host.parentNode !== root) root.appendChild(host);
    for (const [k, v] of Object.entries({all: "initial", position: "absolute", top: "0", left: "0", width: "0", height: "0",
         display: "block", opacity: "1", visibility: "visible", "z-index": "2147483647", "pointer-events": "none"}))
      if (host.style.getPropertyPriority(k) !== "important") host.style.setProperty(k, v, "important");
    const base = host.getBoundingClientRect(), boxes = [];
    for (const [n, number] of items) {
      if (boxes.length >= most) break;
      if (!n.isConnected) continue;
      const r = n.getBoundingClientRect();
      if (r.width < 16 || r.height < 12) continue;
      const look = getComputedStyle(n);
      if (look.visibility === "hidden" || look.display === "none" || (shown.has(n) && !shown.get(n).picture)) continue;
      const u = source(n);
      let from = "";
      try { from = u ? new URL(u, document.baseURI).host : ""; } catch (e) { from = ""; }
      const box = document.createElement("div");
      box.style.cssText = style + "left:" + (r.left - base.left) + "px;top:" + (r.top - base.top) + "px;width:" + r.width
        + "px;height:" + r.height + "px";
      box.textContent = (whole ? "[" + number + "] " : "") + [words(n), from || n.localName].filter(x => x).join(" \\u00b7 ");
      if (shown.has(n)) { box.textContent = ""; pictured(n, box); }
      boxes.push(box);
    }
    shadow.replaceChildren(...boxes);
  };
/*made*/  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; draw(); });
  };
  const report = () => {
    const list = [];
    for (const [n, number] of items) {
      if (list.length >= most) break;
      if (!n.isConnected || shown.has(n)) continue;
      const r = n.getBoundingClientRect(), u = source(n);
      list.push({number, kind: n.localName, url: u.startsWith("data:") ? "data:" : u ? address(u).slice(0, 2000) : "", alt: words(n),
        width: Math.round(r.width) || Number(n.getAttribute("width")) || 0,
        height: Math.round(r.height) || Number(n.getAttribute("height")) || 0});
    }
    return list;
  };
  addEventListener("scroll", later, {capture: true, passive: true});
  addEventListener("resize", later, {passive: true});
  addEventListener("load", later, {capture: true});
  seen(document);
  globalThis.evidenceKitCoverClosed = within => {
    news = 0;
    for (const r of new Set(within.map(n => n.getRootNode()))) if (r !== shadow && r instanceof ShadowRoot) { closed.add(r); seen(r); }
    return news;
  };
  globalThis.evidenceKitCover = () => {
    news = 0;
    unchanged();
    fonts();
    for (const set of [closed, roots]) for (const r of set) if (!r.isConnected) set.delete(r);
    for (const r of roots) foremost(r);
    for (const r of [document, ...closed]) seen(r);
    draw();
    return {items: report(), news};
  };
  const before = news;
  if (!document.documentElement) return {items: [], news: 0};
  const first = globalThis.evidenceKitCover();
  return {items: first.items, news: before + first.news};
}""".replace("/*styles*/", STYLES).replace("/*made*/", PART)


def cover(allowed: Iterable[str], *, main: bool = True) -> str:
    """The text of a function without arguments; it gives what is hidden at that moment, at most MAX_ITEMS.

    Its ``news`` counts what was in sight until this call, since nothing had told the script of it.
    """
    return f"() => ({_COVER})({json.dumps(list(allowed))}, {MAX_ITEMS}, {json.dumps(main)})"


def cover_closed(allowed: Iterable[str], *, main: bool = True) -> str:
    """The text of a function that is given nodes in closed shadow roots, which no script finds, and covers all in these.

    It gives how much in them was in sight until this call.
    """
    return (
        f"(...within) => {{ return ({cover(allowed, main=main)})().news + globalThis.evidenceKitCoverClosed(within); }}"
    )
