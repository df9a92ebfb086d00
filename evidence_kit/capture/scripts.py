"""The scripts that we run inside a page, each in our own world and recorded by digest.

They read, scroll and wait; none changes what the page holds.
"""

from __future__ import annotations

METRICS = """() => {
  const d = document.documentElement, b = document.body;
  return {
    width: Math.max(d ? d.scrollWidth : 0, b ? b.scrollWidth : 0),
    height: Math.max(d ? d.scrollHeight : 0, b ? b.scrollHeight : 0),
    title: document.title || "",
  };
}"""

SCROLL = """async (from, seconds, maxHeight) => {
  const started = performance.now(), left = () => seconds * 1000 - (performance.now() - started);
  const sleep = ms => new Promise(r => setTimeout(r, ms));
  const frame = () => new Promise(r => {
    const t = setTimeout(r, 120);
    requestAnimationFrame(() => { clearTimeout(t); setTimeout(r, 0); });
  });
  const tall = e => e ? e.scrollHeight : 0;
  const height = () => Math.max(tall(document.documentElement), tall(document.body));
  let changed = 0;
  const watch = new MutationObserver(list => { changed += list.length; });
  watch.observe(document, {childList: true, subtree: true, attributes: true, attributeFilter: ["src", "srcset"]});
  const step = Math.max(100, innerHeight - 40);
  let y = from, stops = 0, end = "bottom";
  while (true) {
    if (left() <= 0) { end = "time"; break; }
    if (y > maxHeight) { end = "height"; break; }
    const before = changed;
    window.scrollTo({left: 0, top: y, behavior: "instant"});
    stops += 1;
    await frame();
    if (changed !== before) await sleep(30);
    if (y + innerHeight >= height() - 1) {
      const now = height();
      if (changed !== before || from > 0) await sleep(100);
      if (height() <= now) break;
    }
    y += step;
  }
  watch.disconnect();
  return {stops, end, height: height(), reached: Math.min(y, height()), changes: changed};
}"""

SCROLL_TO = """async (top) => {
  window.scrollTo({left: 0, top, behavior: "instant"});
  await new Promise(r => {
    const t = setTimeout(r, 120);
    requestAnimationFrame(() => { clearTimeout(t); setTimeout(r, 0); });
  });
}"""

TO_TOP = "() => { window.scrollTo({left: 0, top: 0, behavior: 'instant'}); }"

IMAGES = """async (seconds) => {
  const end = performance.now() + seconds * 1000;
  const waiting = () => Array.from(document.images).filter(i => !i.complete && (i.currentSrc || i.getAttribute("src")));
  let list = waiting();
  while (list.length && performance.now() < end) { await new Promise(r => setTimeout(r, 25)); list = waiting(); }
  return {images: document.images.length, unfinished: list.length};
}"""

SETTLE = """async (seconds) => {
  const end = performance.now() + seconds * 1000;
  const frame = () => new Promise(r => {
    const t = setTimeout(r, 120);
    requestAnimationFrame(() => { clearTimeout(t); setTimeout(r, 0); });
  });
  if (document.fonts && document.fonts.status !== "loaded")
    await Promise.race([document.fonts.ready, new Promise(r => setTimeout(r, seconds * 500))]);
  const d = () => document.documentElement;
  const shape = () => d() ? d().scrollWidth + "x" + d().scrollHeight + "@" + scrollY : "";
  let last = shape(), same = 0;
  while (same < 2 && performance.now() < end) {
    await frame();
    const now = shape();
    same = now === last ? same + 1 : 0;
    last = now;
  }
  return {stable: same >= 2, shape: last};
}"""

STILL = """() => {
  const roots = [document], found = {ended: 0, held: 0, films: 0};
  for (let r = 0, seen = 0; r < roots.length && seen < 200000; r++) {
    const walk = document.createTreeWalker(roots[r], NodeFilter.SHOW_ELEMENT);
    for (let n = walk.nextNode(); n && seen < 200000; n = walk.nextNode(), seen++) {
      if (n.shadowRoot) roots.push(n.shadowRoot);
      if (n.tagName === "VIDEO" && !n.paused) { n.pause(); found.films += 1; }
    }
  }
  for (const root of roots) for (const a of root.getAnimations()) {
    try {
      const ends = a.effect && Number.isFinite(a.effect.getComputedTiming().endTime);
      if (ends) { a.finish(); found.ended += 1; } else { a.pause(); found.held += 1; }
    } catch (e) { a.pause(); found.held += 1; }
  }
  return found;
}"""

EXPECTED = """(top, bottom) => {
  let found = 0;
  const walk = document.createTreeWalker(document.body || document.documentElement, NodeFilter.SHOW_ELEMENT);
  for (let n = walk.nextNode(), seen = 0; n && seen < 20000; n = walk.nextNode(), seen++) {
    const media = ["IMG", "VIDEO", "CANVAS", "SVG"].includes(n.tagName.toUpperCase());
    const words = Array.from(n.childNodes).some(c => c.nodeType === 3 && c.data.trim());
    const r = n.getBoundingClientRect(), y = r.top + scrollY;
    if (!r.width || !r.height || y >= bottom || y + r.height <= top) continue;
    if (!media && !words) {
      const style = getComputedStyle(n), wrapper = n === document.body || r.height > 2 * (bottom - top);
      const painted = !wrapper && style.backgroundColor !== "rgba(0, 0, 0, 0)";
      if (!painted && style.backgroundImage === "none") continue;
    }
    found += 1;
  }
  return found;
}"""

DOM = """(limit) => {
  const type = document.doctype ? new XMLSerializer().serializeToString(document.doctype) + "\\n" : "";
  const text = type + (document.documentElement ? document.documentElement.outerHTML : "");
  return {text: text.slice(0, limit), cut: text.length > limit};
}"""

TEXT = """(limit) => {
  const parts = [];
  const read = (doc, depth) => {
    if (!doc || depth > 4) return;
    const text = doc.body ? doc.body.innerText : doc.documentElement ? doc.documentElement.textContent : "";
    if (text && text.trim()) parts.push(text);
    for (const f of doc.querySelectorAll("iframe, frame")) {
      let inner = null;
      try { inner = f.contentDocument; } catch (e) { inner = null; }
      read(inner, depth + 1);
    }
  };
  read(document, 0);
  return parts.join("\\n\\n").slice(0, limit);
}"""

SETTINGS = """() => ({languages: [...navigator.languages],
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone})"""
"""The languages and the zone that sites are told."""
