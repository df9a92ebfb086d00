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

SCROLL = """async (from, seconds, maxHeight, maxText, dwell) => {
  const started = performance.now(), left = () => seconds * 1000 - (performance.now() - started);
  const sleep = ms => new Promise(r => setTimeout(r, ms));
  const frame = () => new Promise(r => {
    const t = setTimeout(r, 120);
    requestAnimationFrame(() => { clearTimeout(t); setTimeout(r, 0); });
  });
  const tall = e => e ? e.scrollHeight : 0;
  const height = () => Math.max(tall(document.documentElement), tall(document.body));
  let changed = 0, dropped = 0, kept = 0;
  const words = [];
  const watch = new MutationObserver(list => {
    changed += list.length;
    for (const m of list) for (const n of m.removedNodes) {
      const text = n.nodeType === 1 && !n.isConnected ? (n.textContent || "").trim() : "";
      if (!text) continue;
      dropped += 1;
      if (kept < maxText) { words.push(text.slice(0, maxText - kept)); kept += text.length; }
    }
  });
  watch.observe(document, {childList: true, subtree: true, attributes: true, attributeFilter: ["src", "srcset"]});
  const named = /^(https?:)?\\/\\/|^\\/.|\\.(jpe?g|png|webp|gif|avif|mp4)([?#]|$)/i;
  const lazy = !dwell ? [] : [...document.querySelectorAll("*")].slice(0, 50000).filter(n =>
    n.dataset && Object.values(n.dataset).some(v => v.length < 4096 && named.test(v)));
  const last = n => (n.src || "") + (n.srcset || "") + (n.style ? n.style.backgroundImage : "");
  const first = new Map(lazy.map(n => [n, last(n)]));
  const unfilled = () => lazy.some(n => {
    if (last(n) !== first.get(n)) return false;
    const r = n.getBoundingClientRect();
    return r.bottom > 0 && r.top < innerHeight;
  });
  let patience = dwell ? 6 : 0;
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
    if (patience && unfilled()) {
      const until = performance.now() + Math.min(dwell, left());
      while (unfilled() && performance.now() < until) await sleep(25);
      patience = unfilled() ? patience - 1 : 6;
    }
    if (y + innerHeight >= height() - 1) {
      const now = height();
      if (changed !== before || from > 0) await sleep(100);
      if (height() <= now) break;
    }
    y += step;
  }
  watch.disconnect();
  if (dropped && document.body) words.push(document.body.innerText.slice(0, maxText));
  return {stops, end, height: height(), reached: Math.min(y, height()), changes: changed, dropped, words};
}"""

STANDS_AT = "() => Math.round(scrollX + scrollY)"

UP = """async (seconds) => {
  const height = () => document.documentElement ? document.documentElement.scrollHeight : 0;
  const frame = () => new Promise(r => {
    const t = setTimeout(r, 120);
    requestAnimationFrame(() => { clearTimeout(t); setTimeout(r, 0); });
  });
  const before = height(), start = scrollY, until = performance.now() + seconds * 1000;
  window.scrollTo({left: 0, top: 1, behavior: "instant"});
  window.scrollTo({left: 0, top: 0, behavior: "instant"});
  for (let i = 0; i < 2 && height() <= before; i++) await frame();
  while (height() <= before && performance.now() < until) await new Promise(r => setTimeout(r, 30));
  return {before, start, after: height()};
}"""

TALLER = """async (before, seconds) => {
  const height = () => document.documentElement ? document.documentElement.scrollHeight : 0;
  const until = performance.now() + seconds * 1000;
  while (height() <= before && performance.now() < until) await new Promise(r => setTimeout(r, 30));
  return height();
}"""

BLOBS = """(most) => {
  const found = new Set();
  const add = u => { if (typeof u === "string" && u.startsWith("blob:") && found.size < most) found.add(u); };
  add(location.href);
  const roots = [document];
  for (let r = 0, seen = 0; r < roots.length && seen < 200000; r++) {
    const walk = document.createTreeWalker(roots[r], NodeFilter.SHOW_ELEMENT);
    for (let n = walk.nextNode(); n && seen < 200000; n = walk.nextNode(), seen++) {
      if (n.shadowRoot) roots.push(n.shadowRoot);
      for (const name of ["src", "currentSrc", "href", "data", "poster"]) add(n[name]);
      const style = n.getAttribute("style");
      for (const m of style ? style.matchAll(/blob:[^"')\\s]+/g) : []) add(m[0]);
    }
  }
  return [...found];
}"""

BLOB = """async (url) => {
  const answer = await fetch(url);
  return answer.blob();
}"""

BLOB_SIZES = """function(most) {
  const sizes = [];
  for (let i = 0; i < Math.min(this.length, most); i++) sizes.push(this[i].size);
  return sizes;
}"""
"""The lengths of the page's own Blobs, from which one is told that a script made of an answer."""

SOURCES = """async () => {
  let stores = 0, caches_ = 0;
  try { stores = (await indexedDB.databases()).length; } catch (e) { stores = 0; }
  try { caches_ = (await caches.keys()).length; } catch (e) { caches_ = 0; }
  return {indexed_db: stores, caches: caches_};
}"""

TO_TOP = "() => { window.scrollTo({left: 0, top: 0, behavior: 'instant'}); }"

IMAGES = """async (seconds) => {
  const end = performance.now() + seconds * 1000;
  const waiting = () => Array.from(document.images).filter(i => !i.complete && (i.currentSrc || i.getAttribute("src")));
  let list = waiting();
  while (list.length && performance.now() < end) { await new Promise(r => setTimeout(r, 25)); list = waiting(); }
  return {images: document.images.length, unfinished: list.length};
}"""

WITHOUT_EVENT = """() => document.readyState === "complete"
  && performance.getEntriesByType("navigation").every(n => !n.loadEventStart)"""
"""Whether the document is complete although its load event never began, as after ``window.stop()``."""

LOADING = """async (seconds) => {
  const until = performance.now() + seconds * 1000;
  const says = /(^|[^\\p{L}])(loading|chargement|patientez|please wait|un instant|laden|cargando|caricamento)/iu;
  const asian = /로딩|불러오는 중|加载中|载入中|載入中|讀取中/u;
  const waits = () => {
    const text = document.body ? document.body.innerText.trim() : "";
    return text.length < 400 && (says.test(text) || asian.test(text))
      || [...document.querySelectorAll("[aria-busy=true]")].some(e => e.getBoundingClientRect().height > 100);
  };
  while (waits() && performance.now() < until) await new Promise(r => setTimeout(r, 50));
  return waits();
}"""

SETTLE = """async (seconds, scripted, grace) => {
  const end = performance.now() + seconds * 1000;
  const [born] = performance.getEntriesByType("navigation");
  if (born && born.loadEventEnd && (scripted || document.scripts.length)) {
    const late = born.loadEventEnd + grace * 1000 - performance.now();
    if (late > 0) await new Promise(r => setTimeout(r, Math.min(late, seconds * 500)));
  }
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
  const most = n => {  // how much of it can be seen
    const r = n.getBoundingClientRect(), wide = Math.min(r.right, innerWidth) - Math.max(r.left, 0);
    return Math.max(0, wide) * r.height * getComputedStyle(n).opacity;
  };
  for (const root of roots) for (const a of root.getAnimations()) {
    try {
      if (globalThis.ViewTimeline && a.timeline instanceof ViewTimeline) {  // as it is shown when it is looked at
        a.pause();
        let best = a.currentTime, seen = most(a.effect.target);
        for (const time of [CSS.percent(100), CSS.percent(50)]) {
          a.currentTime = time;
          const now = most(a.effect.target);
          if (now > seen * 1.01 + 1) { best = time; seen = now; }
        }
        a.currentTime = best;
        found.held += 1;
        continue;
      }
      const ends = a.effect && Number.isFinite(a.effect.getComputedTiming().endTime);
      if (ends) { a.finish(); found.ended += 1; } else { a.pause(); found.held += 1; }
    } catch (e) { a.pause(); found.held += 1; }
  }
  return found;
}"""

DOM = """(limit) => {
  const type = document.doctype ? new XMLSerializer().serializeToString(document.doctype) + "\\n" : "";
  const all = document.documentElement, shadows = [], roots = all ? [all] : [];
  for (let r = 0, seen = 0; r < roots.length && seen < 200000; r++) {
    const walk = document.createTreeWalker(roots[r], NodeFilter.SHOW_ELEMENT);
    for (let n = walk.currentNode; n && seen < 200000; n = walk.nextNode(), seen++)
      if (n.shadowRoot) { shadows.push(n.shadowRoot); roots.push(n.shadowRoot); }
  }
  let text = type;
  if (all && shadows.length && all.getHTML) {
    const shell = all.cloneNode(false).outerHTML, at = shell.lastIndexOf("</");
    text += shell.slice(0, at) + all.getHTML({shadowRoots: shadows}) + shell.slice(at);
  } else if (all) text += all.outerHTML;
  return {text: text.slice(0, limit), cut: text.length > limit, shadows: shadows.length};
}"""

TEXT = """(limit) => {
  const parts = [], silent = ["STYLE", "SCRIPT", "TEMPLATE", "LINK", "META", "NOSCRIPT"];
  const add = text => { if (text && text.trim()) parts.push(text); };
  add(document.body ? document.body.innerText : document.documentElement ? document.documentElement.textContent : "");
  const roots = document.documentElement ? [document.documentElement] : [];
  for (let r = 0, seen = 0; r < roots.length && seen < 200000; r++) {
    const walk = document.createTreeWalker(roots[r], NodeFilter.SHOW_ELEMENT);
    for (let n = walk.currentNode; n && seen < 200000; n = walk.nextNode(), seen++) {
      if (!n.shadowRoot) continue;
      roots.push(n.shadowRoot);
      for (const child of n.shadowRoot.children) if (!silent.includes(child.tagName)) add(child.innerText);
    }
  }
  return parts.join("\\n\\n").slice(0, limit);
}"""

SETTINGS = """() => ({languages: [...navigator.languages],
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone})"""
"""The languages and the zone that sites are told."""
