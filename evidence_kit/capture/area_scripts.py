"""The scripts that find the boxes that scroll inside a document, and go through them.

Each runs in our own world, which remembers the boxes and where they stood between one call and the next. They scroll
and read; none changes what the page holds.
"""

from __future__ import annotations

PICTURES = """
  const view = document.scrollingElement, sight = {top: 0, bottom: innerHeight, left: 0, right: innerWidth};
  const sleep = ms => new Promise(r => setTimeout(r, ms)), place = n => n === view ? sight : n.getBoundingClientRect();
  const meet = (a, b) => a.right > b.left && a.left < b.right && a.bottom > b.top && a.top < b.bottom;
  const pending = n => [...n.querySelectorAll("img")].slice(0, 2000).some(i =>
    !i.complete && (i.currentSrc || i.getAttribute("src")) && meet(i.getBoundingClientRect(), place(n)));
  const pictures = async list => {
    const until = performance.now() + 2000;
    while (list.some(pending) && performance.now() < until) await sleep(40);
  };
  const words = n => {
    if (n.tagName === "TEXTAREA") return n.value;
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
    for (const [y, , words] of found) {
      text += (last === null ? "" : y === last ? " " : "\\n") + words;
      last = y;
    }
    return text.slice(0, maxText);
  };
"""

AREAS = """(most, mostSmall, bound, framed) => {
  const ROOM = 16, TINY = 6000, found = [], small = [], above = document.documentElement, roots = [document];
  const view = document.scrollingElement, MEDIA = "img, svg, video, canvas, picture, iframe";
  const least = bound || innerWidth * innerHeight / 5;
  globalThis.evidenceKitHome = {left: scrollX, top: scrollY, behavior: "instant"};
  const scrolls = how => ["auto", "scroll", "overlay"].includes(how);
  const own = n => n !== above && (n !== document.body || getComputedStyle(above).overflowY !== "visible");
  const painted = e => getComputedStyle(e).backgroundImage !== "none";
  const holds = n => (n.value || n.textContent || "").trim() || n.querySelector(MEDIA)
    || [...n.querySelectorAll("*")].slice(0, 200).some(painted);
  let tiny = 0, tinyFrame = 0;
  for (let r = 0, seen = 0; r < roots.length && seen < 50000; r++) {
    const walk = document.createTreeWalker(roots[r], NodeFilter.SHOW_ELEMENT);
    for (let n = walk.nextNode(); n && seen < 50000; n = walk.nextNode(), seen++) {
      if (n.shadowRoot) roots.push(n.shadowRoot);
      const down = n.scrollHeight - n.clientHeight >= ROOM, right = n.scrollWidth - n.clientWidth >= ROOM;
      if (!(down || right) || !own(n)) continue;
      const style = getComputedStyle(n), x = right && scrolls(style.overflowX), y = down && scrolls(style.overflowY);
      if (!(x || y) || !n.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
      const r = n.getBoundingClientRect();
      if (y && r.width * r.height >= least) { found.push([r.width * r.height, n, x]); continue; }
      const outside = r.right <= 0 || r.bottom + scrollY <= 0 || r.left >= Math.max(innerWidth, above.scrollWidth);
      if (outside || !(x && n.clientWidth >= 80) && !holds(n)) continue;
      if (n.clientWidth >= 40 && n.clientHeight >= 16) small.push({n, x, y});
      else if (n.clientWidth >= 8 && n.clientHeight >= 8) tiny += 1;
    }
  }
  if (framed && view) {
    const open = axis => {
      const hows = [above, document.body].map(n => n ? getComputedStyle(n)[axis] : "visible");
      return !["hidden", "clip"].includes(hows[0] === "visible" ? hows[1] : hows[0]);
    };
    const y = view.scrollHeight - view.clientHeight >= ROOM && open("overflowY");
    const x = view.scrollWidth - view.clientWidth >= ROOM && open("overflowX"), size = innerWidth * innerHeight;
    if (y && size >= least) found.push([size, view, x]);
    else if (y && size < TINY) tinyFrame = 1;
    else if (x || y) small.push({n: view, x, y});
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
  const areas = found.slice(0, most).map(f => ({...stood(f[1]), x: f[2], y: true})), rows = [];
  const kept = small.slice(0, mostSmall).map(({n, x, y}) => ({...stood(n), x, y}));
  const all = globalThis.evidenceKitAreas = [...areas, ...kept];
  const part = n => n === view ? "frame" : n === document.body ? "body" : "box";
  const lies = kept.map(({n}, i) => {
    const r = n.getBoundingClientRect();
    const free = n !== view && !all.some(a => a.n !== n && a.n !== view && a.n.contains(n));
    return {i, free, top: r.top + scrollY, bottom: r.bottom + scrollY};
  });
  for (const {i, free, top, bottom} of lies.sort((a, b) => a.top - b.top)) {
    const row = rows.at(-1), {n, x, y} = kept[i], size = {width: n.clientWidth, height: n.clientHeight};
    if (row && free && row.free && Math.max(bottom, row.bottom) - row.top < innerHeight * 0.8) {
      row.bottom = Math.max(bottom, row.bottom);
      row.inside.push([n.scrollWidth, n.scrollHeight, x, y]);
      row.boxes.push(areas.length + i);
    } else
      rows.push({...size, boxes: [areas.length + i], free, top, bottom, part: part(n),
        inside: [[n.scrollWidth, n.scrollHeight, x, y]]});
  }
  return {
    more: Math.max(0, found.length - most), moreSmall: small.length - kept.length, least, tiny, tinyFrame,
    rows: rows.map(({boxes, width, height, part, inside}) => {
      const x = inside.some(b => b[2]), y = inside.some(b => b[3]);
      const whole = Math.max(...inside.map(b => y ? b[1] : b[0]));
      const both = boxes.filter((b, k) => inside[k][2] && inside[k][3]);
      return {boxes, width, height, whole, part, x, y, both};
    }),
    areas: areas.map(({n, ways, x}) => ({
      far: x, width: n.clientWidth, height: n.clientHeight, whole: n.scrollHeight, ways, part: part(n),
    })),
  };
}"""
"""The largest boxes first. ``ways``: up (-1) from its end, down (1) from its beginning, else both from where it stands.

A box that is filled from its end (``column-reverse``) stands at 0 and scrolls to negative heights. The body counts
where it scrolls by itself; mostly the window takes its scrolling over. ``framed`` documents have no picture of their
whole height, so they count themselves, or as ``tinyFrame`` where their window is tiny. ``bound``: how large a box has
to be in a framed document, in square pixels.

``far``: such a box scrolls sideways too. ``rows``: those that are smaller, or scroll sideways only (``x``, ``y``: which
way, ``both``: those that do both); the ones that can stand in one window are taken together. ``tiny``: too small to be
read, yet with more in them than they show.
"""

AREA_STEP = """async (index, way, direction, rows, patience, maxText) => {/*pictures*/
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
  const begun = performance.now(), until = begun + patience;
  await sleep(60);
  while (direction && Math.abs(n.scrollTop - before) < 2 && n.scrollHeight === tall && performance.now() < until)
    await sleep(40);
  const waited = performance.now() - begun > 150;
  await new Promise(r => { const t = setTimeout(r, 120); requestAnimationFrame(() => { clearTimeout(t); r(); }); });
  if (direction === 0) await pictures([n]);
  const {below} = globalThis.evidenceKitAreas[index], gone = Math.abs(n.scrollTop);
  const rest = (way < 0) === !!below ? n.scrollHeight - n.clientHeight - gone : gone;
  const moved = Math.abs(n.scrollTop - before) >= 2 || n.scrollHeight !== tall;
  return {moved, late: moved && waited, text: words(n), end: rest <= 16 + n.clientHeight / 10};
}""".replace("/*pictures*/", PICTURES)
"""Go one step on the way, or with ``direction`` 0 bring the box into the window; and the text that is in sight.

Of a box that is higher than the window, that edge is shown at which it changes; the page's picture has the rest of what
it showed at first. Boxes that snap are not let jump past a part that was not seen.

``patience``: milliseconds that it may take to grow at its end; ``late`` says that it did so.
"""

ROW_STEP = """async (boxes, how, placed, sideways, patience, maxText) => {/*pictures*/
  const all = boxes.map(i => globalThis.evidenceKitAreas[i]), list = all.map(a => a.n);
  const middle = list[Math.floor(list.length / 2)];
  if (placed && middle !== view) {
    const lies = list.map(n => n.getBoundingClientRect());
    const top = Math.min(...lies.map(r => r.top)), bottom = Math.max(...lies.map(r => r.bottom));
    if (list.length > 1) scrollBy({top: (top + bottom - innerHeight) / 2, behavior: "instant"});
    const r = middle.getBoundingClientRect();
    if (list.length === 1 || r.top < 0 || r.bottom > innerHeight)
      middle.scrollIntoView({block: "center", inline: "nearest", behavior: "instant"});
  }
  const at = n => [n.scrollLeft, n.scrollTop], whole = n => n.scrollWidth + "x" + n.scrollHeight;
  const before = list.map(at), sizes = list.map(whole);
  list.forEach((n, i) => {
    const {x, y, below, left} = all[i];
    if (how === "back") { n.scrollTo({left, behavior: "instant"}); return; }
    if (sideways ? !x : !(x || y)) return;
    const along = !sideways && y, now = before[i][along ? 1 : 0], style = getComputedStyle(n);
    const seen = along ? Math.min(n.clientHeight, innerHeight) : Math.min(n.clientWidth, innerWidth);
    const turned = style.flexDirection === "row-reverse" && style.display.includes("flex");
    const sign = along ? below ? -1 : 1 : (style.direction === "rtl") !== turned ? -1 : 1;
    const to = v => n.scrollTo({[along ? "top" : "left"]: v, behavior: "instant"});
    const here = () => at(n)[along ? 1 : 0], go = by => to(now + sign * Math.max(16, by));
    if (how === "begin") to(0);
    else {
      go(seen - Math.min(60, seen / 4));
      if (Math.abs(here() - now) > seen) {
        go(seen / 2);
        if (Math.abs(here() - now) < 2) go(seen - Math.min(60, seen / 4));
      }
    }
  });
  const grew = () => list.some((n, i) => whole(n) !== sizes[i]);
  const moved = () => grew() || list.some((n, i) => at(n).some((v, k) => Math.abs(v - before[i][k]) >= 2));
  if (how === "back") return null;
  const until = performance.now() + patience, went = moved();
  if (went || how === "on") await sleep(Math.min(60, went ? 60 : patience));
  while (how === "on" && !moved() && performance.now() < until) await sleep(30);
  if (moved()) await pictures(list);
  const end = list.every((n, i) => {
    const {x, y} = all[i], [left, top] = at(n).map(Math.abs);
    if (!sideways && y) return n.scrollHeight - n.clientHeight - top <= 16 + n.clientHeight / 10;
    return !x || n.scrollWidth - n.clientWidth - left <= 16 + n.clientWidth / 10;
  });
  return {moved: moved(), grew: grew(), end, texts: sideways ? [] : all.map(a => a.y ? words(a.n) : "")};
}""".replace("/*pictures*/", PICTURES)
"""Boxes that stand in one window: to their beginning, one step on, or back to where they stood.

Those that scroll down go down, the others, or with ``sideways`` all that do, go aside. Where it is read from the right,
or filled from its end, a box begins at 0 and scrolls to negative places. Gives whether one of them moved, whether one
has grown, and the text that is in sight in those that go down.
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
