"""The scripts that find the boxes that scroll inside a document, and go through them.

Each runs in our own world, which remembers the boxes and where they stood between one call and the next. They scroll
and read; none changes what the page holds.
"""

from __future__ import annotations

_PICTURES = """
  const view = document.scrollingElement, sight = {top: 0, bottom: innerHeight, left: 0, right: innerWidth};
  const sleep = ms => new Promise(r => setTimeout(r, ms)), place = n => n === view ? sight : n.getBoundingClientRect();
  const meet = (a, b) => a.right > b.left && a.left < b.right && a.bottom > b.top && a.top < b.bottom;
  const pending = n => [...n.querySelectorAll("img")].slice(0, 2000).some(i =>
    !i.complete && (i.currentSrc || i.getAttribute("src")) && meet(i.getBoundingClientRect(), place(n)));
  const pictures = async list => {
    const until = performance.now() + 2000;
    while (list.some(pending) && performance.now() < until) await sleep(40);
  };
"""

AREAS = """(most, mostAside, bound, framed) => {
  const ROOM = 24, TINY = 6000, found = [], aside = [], above = document.documentElement, roots = [document];
  const view = document.scrollingElement;
  const least = bound || innerWidth * innerHeight / 5;
  globalThis.evidenceKitHome = {left: scrollX, top: scrollY, behavior: "instant"};
  const scrolls = how => ["auto", "scroll", "overlay"].includes(how);
  const own = n => n !== above && (n !== document.body || getComputedStyle(above).overflowY !== "visible");
  for (let r = 0, seen = 0; r < roots.length && seen < 50000; r++) {
    const walk = document.createTreeWalker(roots[r], NodeFilter.SHOW_ELEMENT);
    for (let n = walk.nextNode(); n && seen < 50000; n = walk.nextNode(), seen++) {
      if (n.shadowRoot) roots.push(n.shadowRoot);
      const down = n.scrollHeight - n.clientHeight >= ROOM, right = n.scrollWidth - n.clientWidth >= ROOM;
      if (!(down || right) || !own(n)) continue;
      const style = getComputedStyle(n), far = right && scrolls(style.overflowX);
      if (!(far || down && scrolls(style.overflowY))) continue;
      if (!n.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
      const r = n.getBoundingClientRect();
      if (down && scrolls(style.overflowY) && r.width * r.height >= least) found.push([r.width * r.height, n, far]);
      else if (far && n.clientWidth >= 80 && n.clientHeight >= 16) aside.push(n);
    }
  }
  let small = 0;
  if (framed && view) {
    const open = axis => {
      const hows = [above, document.body].map(n => n ? getComputedStyle(n)[axis] : "visible");
      return !["hidden", "clip"].includes(hows[0] === "visible" ? hows[1] : hows[0]);
    };
    const down = view.scrollHeight - view.clientHeight >= ROOM && open("overflowY");
    const far = view.scrollWidth - view.clientWidth >= ROOM && open("overflowX"), size = innerWidth * innerHeight;
    if (down && size >= TINY) found.push([size, view, far]);
    else if (down) small = 1;
    else if (far) aside.push(view);
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
  const areas = found.slice(0, most).map(f => ({...stood(f[1]), far: f[2]}));
  const rows = [], kept = aside.slice(0, mostAside);
  globalThis.evidenceKitAreas = [...areas, ...kept.map(n => ({n, top: n.scrollTop, left: n.scrollLeft, ways: [1]}))];
  kept.forEach((n, i) => {
    const r = n.getBoundingClientRect(), row = rows.at(-1), top = r.top + scrollY, bottom = r.bottom + scrollY;
    const free = n !== view && !globalThis.evidenceKitAreas.some(a => a.n !== n && a.n !== view && a.n.contains(n));
    if (row && free && row.free && top >= row.top && bottom - row.top < innerHeight * 0.45) {
      row.boxes.push(areas.length + i);
      row.whole = Math.max(row.whole, n.scrollWidth);
    } else rows.push({
      boxes: [areas.length + i], free, top, width: n.clientWidth, height: n.clientHeight, whole: n.scrollWidth,
      part: n === view ? "frame" : n === document.body ? "body" : "box",
    });
  });
  return {
    more: Math.max(0, found.length - most), moreAside: aside.length - kept.length, least, small, aside: rows,
    areas: areas.map(({n, ways, far}) => ({
      far, width: n.clientWidth, height: n.clientHeight, whole: n.scrollHeight, ways,
      part: n === view ? "frame" : n === document.body ? "body" : "box",
    })),
  };
}"""
"""The largest boxes first. ``ways``: up (-1) from its end, down (1) from its beginning, else both from where it stands.

A box that is filled from its end (``column-reverse``) stands at 0 and scrolls to negative heights. The body counts
where it scrolls by itself; mostly the window takes its scrolling over. ``framed`` documents have no picture of their
whole height, so they count themselves, or as ``small`` where their window is tiny. ``bound``: how large a box has to be
in a framed document, in square pixels.

``far``: such a box scrolls sideways too. ``aside``: those that scroll sideways only, or are small; they are taken
together where all of them stand in one window.
"""

AREA_STEP = """async (index, way, direction, rows, maxText) => {/*pictures*/
  const n = globalThis.evidenceKitAreas[index].n, beyond = n.getBoundingClientRect().height > innerHeight;
  const block = !beyond ? "center" : way < 0 ? "start" : "end";
  if (direction === 0 && n !== view) n.scrollIntoView({block, behavior: "instant"});
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
  if (direction === 0) await pictures([n]);
  const box = place(n), found = [], range = document.createRange();
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
}""".replace("/*pictures*/", _PICTURES)
"""Go one step on the way, or with ``direction`` 0 bring the box into the window; and the text that is in sight.

Of a box that is higher than the window, that edge is shown at which it changes; the page's picture has the rest of what
it showed at first. Boxes that snap are not let jump past a part that was not seen.
"""

ASIDE_STEP = """async (boxes, how, placed) => {/*pictures*/
  const all = boxes.map(i => globalThis.evidenceKitAreas[i]), list = all.map(a => a.n);
  const middle = list[Math.floor(list.length / 2)], to = (n, left) => n.scrollTo({left, behavior: "instant"});
  if (placed && middle !== view) middle.scrollIntoView({block: "center", inline: "nearest", behavior: "instant"});
  const before = list.map(n => n.scrollLeft), whole = list.map(n => n.scrollWidth);
  list.forEach((n, i) => {
    const style = getComputedStyle(n), seen = Math.min(n.clientWidth, innerWidth), at = before[i];
    const turned = style.flexDirection === "row-reverse" && style.display.includes("flex");
    const sign = (style.direction === "rtl") !== turned ? -1 : 1;
    const go = by => to(n, at + sign * Math.max(16, by));
    if (how === "back") to(n, all[i].left);
    else if (how === "begin") to(n, 0);
    else {
      go(seen - Math.min(60, seen / 4));
      if (Math.abs(n.scrollLeft - at) > seen) {
        go(seen / 2);
        if (Math.abs(n.scrollLeft - at) < 2) go(seen - Math.min(60, seen / 4));
      }
    }
  });
  const moved = () => list.some((n, i) => Math.abs(n.scrollLeft - before[i]) >= 2 || n.scrollWidth !== whole[i]);
  const until = performance.now() + 400;
  await sleep(60);
  while (how === "on" && !moved() && performance.now() < until) await sleep(40);
  if (how !== "back") await pictures(list);
  return moved();
}""".replace("/*pictures*/", _PICTURES)
"""Boxes that scroll sideways: to their beginning, one step on, or back to where they stood; whether one of them moved.

Where it is read from the right, or filled from there, a box begins at 0 and scrolls to negative widths.
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
