"""The scripts that find the boxes that scroll inside a document, and go through them.

Each runs in our own world, which remembers the boxes and where they stood between one call and the next. They scroll
and read; none changes what the page holds.
"""

from __future__ import annotations

AREAS = """(most, bound, framed) => {
  const ROOM = 24, found = [], above = document.documentElement, roots = [document], view = document.scrollingElement;
  const least = bound || innerWidth * innerHeight / 5;
  globalThis.evidenceKitHome = {left: scrollX, top: scrollY, behavior: "instant"};
  const scrolls = how => ["auto", "scroll", "overlay"].includes(how);
  const own = n => n !== above && (n !== document.body || getComputedStyle(above).overflowY !== "visible");
  for (let r = 0, seen = 0; r < roots.length && seen < 50000; r++) {
    const walk = document.createTreeWalker(roots[r], NodeFilter.SHOW_ELEMENT);
    for (let n = walk.nextNode(); n && seen < 50000; n = walk.nextNode(), seen++) {
      if (n.shadowRoot) roots.push(n.shadowRoot);
      if (n.scrollHeight - n.clientHeight < ROOM || !own(n) || !scrolls(getComputedStyle(n).overflowY)) continue;
      if (!n.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
      const r = n.getBoundingClientRect();
      if (r.width * r.height >= least) found.push([r.width * r.height, n]);
    }
  }
  let small = 0;
  if (framed && view && view.scrollHeight - view.clientHeight >= ROOM) {
    const hows = [above, document.body].map(n => n ? getComputedStyle(n).overflowY : "visible");
    const how = hows[0] === "visible" ? hows[1] : hows[0], size = innerWidth * innerHeight;
    if (how !== "hidden" && how !== "clip") {
      if (size >= least) found.push([size, view]); else small = 1;
    }
  }
  found.sort((a, b) => b[0] - a[0]);
  const stood = n => {
    const style = getComputedStyle(n), top = n.scrollTop, room = n.scrollHeight - n.clientHeight;
    let below = top < 0 || (style.flexDirection === "column-reverse" && style.display.includes("flex"));
    if (!top && !below) {
      n.scrollTo({top: -2, behavior: "instant"});
      below = n.scrollTop < 0;
      n.scrollTo({top, behavior: "instant"});
    }
    const rest = (below ? 0 : room) - top;
    return {n, top, left: n.scrollLeft, below, rest, ways: rest <= 8 ? [-1] : rest >= room - 8 ? [1] : [-1, 1]};
  };
  globalThis.evidenceKitAreas = found.slice(0, most).map(f => stood(f[1]));
  return {
    more: Math.max(0, found.length - most), least, small,
    areas: globalThis.evidenceKitAreas.map(({n, ways}) => ({
      width: n.clientWidth, height: n.clientHeight, whole: n.scrollHeight, ways,
      part: n === view ? "frame" : n === document.body ? "body" : "box",
    })),
  };
}"""
"""The largest boxes first. ``ways``: up (-1) from its end, down (1) from its beginning, else both from where it stands.

A box that is filled from its end (``column-reverse``) stands at 0 and scrolls to negative heights. The body counts
where it scrolls by itself; mostly the window takes its scrolling over. ``framed`` documents have no picture of their
whole height, so they count themselves, or as ``small`` where their window is smaller than ``bound``, in square pixels.
"""

AREA_STEP = """async (index, way, direction, rows, maxText) => {
  const n = globalThis.evidenceKitAreas[index].n, sleep = ms => new Promise(r => setTimeout(r, ms));
  const view = n === document.scrollingElement, sight = {top: 0, bottom: innerHeight, left: 0, right: innerWidth};
  const place = () => view ? sight : n.getBoundingClientRect(), beyond = n.getBoundingClientRect().height > innerHeight;
  const block = !beyond ? "center" : way < 0 ? "start" : "end";
  if (direction === 0 && !view) n.scrollIntoView({block, behavior: "instant"});
  const before = n.scrollTop, tall = n.scrollHeight, seen = Math.min(n.clientHeight, innerHeight, rows);
  const go = by => n.scrollTo({top: before + direction * Math.max(40, by), behavior: "instant"});
  if (direction) go(seen - 60);
  if (Math.abs(n.scrollTop - before) > seen) {
    go(seen / 2);
    if (Math.abs(n.scrollTop - before) < 2) go(seen - 60);
  }
  const until = performance.now() + 1200;
  await sleep(60);
  while (direction && Math.abs(n.scrollTop - before) < 2 && n.scrollHeight === tall && performance.now() < until)
    await sleep(40);
  await new Promise(r => { const t = setTimeout(r, 120); requestAnimationFrame(() => { clearTimeout(t); r(); }); });
  const box = place(), found = [], range = document.createRange();
  const walk = document.createTreeWalker(n, NodeFilter.SHOW_TEXT);
  for (let t = walk.nextNode(), seen = 0; t && seen < 20000; t = walk.nextNode(), seen++) {
    if (!t.data.trim() || ["STYLE", "SCRIPT"].includes(t.parentElement.tagName)) continue;
    range.selectNodeContents(t);
    const r = range.getBoundingClientRect();
    if (!r.width || r.bottom <= box.top || r.top >= box.bottom) continue;
    found.push([Math.round(r.top / 4), r.left, t.data.trim().replace(/\\s+/g, " ")]);
  }
  found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let text = "", last = null;
  for (const [y, , words] of found) { text += (last === null ? "" : y === last ? " " : "\\n") + words; last = y; }
  return {moved: Math.abs(n.scrollTop - before) >= 2 || n.scrollHeight !== tall, text: text.slice(0, maxText)};
}"""
"""Go one step on the way, or with ``direction`` 0 bring the box into the window; and the text that is in sight.

Of a box that is higher than the window, that edge is shown at which it changes; the page's picture has the rest of what
it showed at first. Boxes that snap are not let jump past a part that was not seen.
"""

AREA_BACK = """(index) => {
  const {n, top, left, below, rest, ways} = globalThis.evidenceKitAreas[index];
  if (n !== document.scrollingElement) scrollTo(globalThis.evidenceKitHome);
  const high = below ? 0 : n.scrollHeight - n.clientHeight;
  n.scrollTo({top: ways[0] < 0 ? high - rest : top, left, behavior: "instant"});
}"""
"""Back to where it stood; counted from its end where older parts may have come in above."""

HOME = "() => { if (globalThis.evidenceKitHome) scrollTo(globalThis.evidenceKitHome); }"
"""The document back to where it stood, after it was scrolled to show what is inside it."""
