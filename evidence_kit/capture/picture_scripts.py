"""The scripts that the tall picture needs inside a page, each in our own world and recorded by digest.

They look, scroll and wait. While the page is taken window by window they also hold bars that would stand over every
window; ``LET_GO`` undoes that. None changes what the page holds.
"""

from __future__ import annotations

_MOVED = """
  const state = n => {
    const s = getComputedStyle(n);
    return [s.clipPath, s.transform, s.translate, s.scale].join("|");
  };
  const flow = n => {  // where it lies by itself, without what moves it
    let top = 0;
    for (let e = n; e; e = e.offsetParent) top += e.offsetTop;
    return [top, top + n.offsetHeight];
  };
"""

FRAGILE = """async (most) => {/*moved*/
  if (!document.documentElement) return null;
  const drawn = [], faint = [], moved = [];
  const place = n => {
    const r = n.getBoundingClientRect(), top = r.top + scrollY, below = top + r.height > innerHeight;
    return r.width > 1 && r.height > 1 && below ? [Math.floor(top), Math.ceil(top + r.height)] : null;
  };
  const look = n => { const s = getComputedStyle(n); return s.opacity + s.visibility; };
  const MEDIA = "img, svg, video, canvas, picture";
  const holds = n => n.textContent.trim() || n.matches(MEDIA) || n.querySelector(MEDIA);
  const FLAT = /^(none|matrix\\(1, 0, 0, 1, 0, 0\\))\\|(none|0px)\\|(none|1)$/;
  const apart = n => !FLAT.test(state(n).split("|").slice(1).join("|"));
  const away = (n, style) => {  // cut off or moved by something that may move it back
    if (["clipPath", "transform", "translate", "scale"].every(k => style[k] === "none")) return false;
    const own = n.style && (n.style.transform || n.style.translate || n.style.scale);
    const turns = style.clipPath !== "none" || own || /[1-9]/.test(style.transitionDuration);
    return turns && n.offsetHeight > 1 && flow(n)[1] > innerHeight && style.position !== "fixed" && holds(n)
      && (style.clipPath !== "none" || apart(n));
  };
  const lies = n => {
    const [top, bottom] = flow(n), r = n.getBoundingClientRect();
    return r.height ? [Math.min(top, r.top + scrollY), Math.max(bottom, r.bottom + scrollY)] : [top, bottom];
  };
  const walkThrough = () => {
    drawn.length = faint.length = moved.length = 0;
    const walk = document.createTreeWalker(document.body || document.documentElement, NodeFilter.SHOW_ELEMENT);
    for (let n = walk.nextNode(), seen = 0; n && seen < 50000 && drawn.length < 1000; n = walk.nextNode(), seen++) {
      if (["IFRAME", "FRAME", "OBJECT", "EMBED", "FENCEDFRAME"].includes(n.tagName)) {
        let inner = null;
        try { inner = n.contentDocument; } catch (e) { inner = null; }
        if (inner) continue;
      } else {
        const style = getComputedStyle(n), last = faint[faint.length - 1];
        if (style.contentVisibility !== "auto") {
          const none = style.opacity < 0.05 || style.visibility === "hidden", before = moved[moved.length - 1];
          if (!none && moved.length < 300 && !(before && before.contains(n)) && away(n, style)) moved.push(n);
          if (!none || faint.length >= 1000 || last && last.contains(n)) continue;
          if (style.position !== "fixed" && place(n) && holds(n)) faint.push(n);
          continue;
        }
      }
      const found = place(n);
      if (found) drawn.push(found);
    }
  };
  walkThrough();
  const frame = () => new Promise(r => {
    const t = setTimeout(r, 120);
    requestAnimationFrame(() => { clearTimeout(t); setTimeout(r, 0); });
  });
  const windows = new Map();
  for (const n of faint) {
    const [top, bottom] = place(n), at = Math.floor((top + bottom) / 2 / innerHeight);
    windows.set(at, [...windows.get(at) || [], n]);
  }
  for (const n of moved) {
    const [top, bottom] = flow(n), at = Math.floor((top + bottom) / 2 / innerHeight);
    windows.set(at, windows.get(at) || []);
  }
  const rests = new Map(moved.map(n => [n, state(n)]));
  let follows = false;
  const comes = async at => {  // into its place and shape, for what moves with the scrolling alone has none
    const inside = moved.filter(n => {
      const [top, bottom] = flow(n), middle = (top + bottom) / 2 - at;
      return middle > 0 && middle < innerHeight;
    });
    for (const until = performance.now() + 1000; performance.now() < until; await frame()) {
      const turned = inside.filter(n => state(n) !== rests.get(n) || n.getAnimations().length > 0);
      if (!turned.length) return false;
      for (const a of turned.flatMap(n => n.getAnimations())) try { a.finish(); } catch (e) { continue; }
      if (turned.some(n => state(n) !== rests.get(n) && !apart(n))) return true;
    }
    follows = true;
    return false;
  };
  const tried = [...windows.keys()].sort((a, b) => a - b), every = Math.max(1, tried.length / most);
  const began = performance.now();
  let shows = false;
  for (let i = 0; i < tried.length && !shows && performance.now() - began < 2500; i += every) {
    const at = tried[Math.floor(i)], here = windows.get(at), before = here.map(look);
    window.scrollTo({left: 0, top: at * innerHeight, behavior: "instant"});
    for (let n = 0; n < 5 && !shows; n++) {
      await frame();
      shows = here.some((e, k) => look(e) !== before[k] || e.getAnimations().length > 0);
    }
    shows = shows || !follows && await comes(at * innerHeight);
  }
  if (tried.length) {
    window.scrollTo({left: 0, top: 0, behavior: "instant"});
    await frame();
    await frame();
  }
  if (shows) {  // what was in sight before may still be fading
    await new Promise(r => setTimeout(r, 700));
    walkThrough();
    if (follows) moved.length = 0;
  }
  globalThis.evidenceKitFaint = shows ? [...faint, ...moved] : [];
  globalThis.evidenceKitRests = new Map(shows ? moved.map(n => [n, state(n)]) : []);
  return {drawn, shown: shows ? [...faint.map(place).filter(p => p), ...moved.map(lies)] : []};
}""".replace("/*moved*/", _MOVED)
"""Top and bottom of what the browser draws only when it is seen, and of what the page shows only then.

Nobody knows the latter but by going there: at most ``most`` windows that hold something with words or pictures that
cannot be seen are looked at, until one shows it. Null where the page has no document any more.
"""

LONGEST_TEXT = """() => {
  let longest = 0;
  const walk = document.createTreeWalker(document.body || document.documentElement, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(), seen = 0; n && seen < 50000; n = walk.nextNode(), seen++)
    if (n.data.length > longest) longest = n.data.length;
  return longest;
}"""

PLAIN_TEXT = """() => {
  const one = document.body && document.body.firstElementChild;
  return document.contentType !== "text/html" && !!one && one.localName === "pre" && one.childNodes.length === 1;
}"""
"""Whether the browser shows a plain text, which looks the same in a window of any height."""

GO_TO = """async (top, inFlow) => {/*moved*/
  const frame = () => new Promise(r => {
    const t = setTimeout(r, 200);
    requestAnimationFrame(() => { clearTimeout(t); setTimeout(r, 0); });
  });
  const bars = globalThis.evidenceKitBars = globalThis.evidenceKitBars || {
    held: null, hidden: new Map(), styles: new Map(), vain: new Map(), fixed: null, cost: 0,
  };
  const change = (n, wanted) => {
    if (!bars.styles.has(n)) bars.styles.set(n, n.getAttribute("style"));
    const before = Object.keys(wanted).map(k => [k, n.style.getPropertyValue(k), n.style.getPropertyPriority(k)]);
    for (const k in wanted) n.style.setProperty(k, wanted[k], "important");
    return before;
  };
  const show = (n, before) => {
    for (const [k, value, priority] of before) {
      if (k === "transition") getComputedStyle(n).opacity;  // what stood there is there at once
      n.style.setProperty(k, value, priority);
    }
  };
  const standing = kind => {
    const found = [], roots = document.documentElement ? [document.documentElement] : [], began = performance.now();
    for (let r = 0, seen = 0; r < roots.length && seen < 50000; r++) {
      const walk = document.createTreeWalker(roots[r], NodeFilter.SHOW_ELEMENT);
      for (let n = walk.nextNode(); n && seen < 50000; n = walk.nextNode(), seen++) {
        if (n.shadowRoot) roots.push(n.shadowRoot);
        if (n.style && getComputedStyle(n).position === kind) found.push(n);
      }
    }
    bars.cost = performance.now() - began;
    return found;
  };
  const inBox = n => {
    for (let p = n.parentElement; p && p !== document.body && p !== document.documentElement; p = p.parentElement)
      if (/auto|scroll|hidden|overlay/.test(getComputedStyle(p).overflowY)) return true;
    return false;
  };
  const hide = n => bars.hidden.set(n, change(n, {visibility: "hidden", opacity: "0", transition: "none"}));
  const shown = n => [n, ...[...n.getElementsByTagName("*")].slice(0, 200)].map(e => {
    const r = e.getBoundingClientRect();
    return [r.left, r.top, r.width, r.height].map(Math.round) + e.className;
  }).join();  // of a page that moves by itself in a fixed box, this changes from window to window
  const inFront = n => {
    if (n.matches("canvas, video") || n.querySelector("canvas")) return false;  // what is drawn in it is not known
    const r = n.getBoundingClientRect(), at = [1 / 6, 1 / 2, 5 / 6];
    const hit = at.flatMap(x => at.map(y => document.elementFromPoint(r.left + r.width * x, r.top + r.height * y)));
    return hit.filter(e => e && n.contains(e)).length > 4;
  };
  if (!bars.held) {
    const found = standing("sticky").filter(n => !inBox(n));
    const places = found.map(n => [n.getBoundingClientRect(), getComputedStyle(n).zIndex]);
    bars.held = found.map((n, i) => [n, change(n, {
      position: "relative", top: "auto", right: "auto", bottom: "auto", left: "auto",
      "z-index": places[i][1] === "auto" ? "0" : places[i][1],
    })]);
    if (!inFlow) found.forEach((n, i) => {  // what was taken already shows it here
      const by = places[i][0].top - n.getBoundingClientRect().top;
      if (Math.abs(by) > 1) n.style.setProperty("top", by + "px", "important");
    });
  }
  if (!top) {
    for (const [n, before] of bars.hidden) show(n, before);
    bars.hidden.clear();
  }
  if (top && !bars.fixed) bars.fixed = standing("fixed");
  const places = new Map(top ? bars.fixed.map(n => [n, n.getBoundingClientRect().top]) : []), from = scrollY;
  const shape = new Map(top ? bars.fixed.map(n => [n, shown(n)]) : []);
  window.scrollTo({left: 0, top, behavior: "instant"});
  await frame();
  if (top && bars.cost < 15) bars.fixed = standing("fixed");  // some are fixed by a script, once they are scrolled to
  for (const n of top ? bars.fixed : []) {
    const r = n.getBoundingClientRect(), way = scrollY - from;
    if (bars.hidden.has(n) || r.width * r.height >= innerWidth * innerHeight * 0.4) continue;
    if (way && places.has(n) && Math.abs(places.get(n) - r.top - way) < 2) continue;  // it goes with the page
    hide(n);
  }
  for (let more = true; more;) {  // one may lie under another
    more = false;
    for (const n of top ? bars.fixed : []) {
      if (bars.hidden.has(n) || !shape.has(n) || shape.get(n) !== shown(n) || !inFront(n)) continue;
      hide(n);
      more = true;
    }
  }
  await frame();
  const end = () => {
    for (const a of document.getAnimations()) try {
      if (Number.isFinite(a.effect.getComputedTiming().endTime)) a.finish();
    } catch (e) { continue; }
  };
  end();
  const rests = globalThis.evidenceKitRests || new Map();
  const here = (globalThis.evidenceKitFaint || []).filter(n => {
    const r = n.getBoundingClientRect();
    const [first, end] = rests.has(n) ? flow(n).map(y => y - scrollY) : [r.top, r.bottom];
    return end > 0 && first < innerHeight && !(bars.vain.get(n) > 3);
  });
  const faint = n => { const s = getComputedStyle(n); return s.opacity + s.visibility; };
  const look = () => here.map(n => rests.has(n) ? state(n) : faint(n)), began = performance.now();
  const none = (l, i) => rests.has(here[i]) ? l === rests.get(here[i]) : l === "0visible" || l.endsWith("hidden");
  const since = () => performance.now() - began;
  for (let last = look(), changed = 0; here.length && since() < 1500;) {  // a script that fades it in takes its time
    await frame();
    end();
    const now = look();
    if (now.join() !== last.join()) changed = since();
    last = now;
    if (since() - changed > (now.some(none) ? 250 : 100)) break;
  }
  look().forEach((l, i) => bars.vain.set(here[i], none(l, i) ? (bars.vain.get(here[i]) || 0) + 1 : 0));
  return {held: bars.held.length, hidden: bars.hidden.size};
}""".replace("/*moved*/", _MOVED)
"""Go to a height. Sticky bars stand once, in the flow or where they stood before; fixed ones in the first window only.

Gives how many of each are held so.
"""

LET_GO = """() => {
  const bars = globalThis.evidenceKitBars;
  for (const [n, before] of bars ? [...bars.held || [], ...bars.hidden] : [])
    for (const [k, value, priority] of before) {
      if (k === "transition") getComputedStyle(n).opacity;
      n.style.setProperty(k, value, priority);
    }
  for (const [n, text] of bars ? bars.styles : []) {
    const now = n.getAttribute("style"), rules = n.style.length;
    if (text === null && !now) n.removeAttribute("style");
    if (text === null || text === now) continue;
    const same = document.createElement("i").style;
    same.cssText = text;
    const differs = k => ["getPropertyValue", "getPropertyPriority"].some(f => same[f](k) !== n.style[f](k));
    if (same.length !== rules || [...same].some(differs)) continue;  // the page wrote to it meanwhile
    n.setAttribute("style", text);
    if (n.style.length !== rules) n.style.cssText = text;  // a policy of the page's own is against attributes
  }
  globalThis.evidenceKitBars = null;
  window.scrollTo({left: 0, top: 0, behavior: "instant"});
}"""
"""Leave the page as it was before it was gone through."""

EXPECTED = """(top, bottom, colour) => {
  let found = 0;
  const inside = r => r.width && r.height && r.top + scrollY < bottom && r.bottom + scrollY > top;
  const same = text => {
    const m = /^rgba?\\((\\d+), (\\d+), (\\d+)(, 1)?\\)$/.exec(text);
    return m !== null && colour.length === 3 && colour.every((c, i) => Math.abs(c - m[i + 1]) <= 3);
  };
  const clips = new Map(), free = {top: -1e9, bottom: 1e9, left: -1e9, right: 1e9};
  const within = (n, depth) => {  // what an element, and the boxes around it, let be seen of what it holds
    if (!n || n === document.body || n === document.documentElement || depth > 500) return free;
    if (clips.has(n)) return clips.get(n);
    const style = getComputedStyle(n), made = {...around(n, style.position, depth)};
    if (style.overflowY !== "visible") {
      const r = n.getBoundingClientRect();
      for (const k of ["top", "left"]) made[k] = Math.max(made[k], r[k]);
      for (const k of ["bottom", "right"]) made[k] = Math.min(made[k], r[k]);
    }
    clips.set(n, made);
    return made;
  };
  const around = (n, position, depth) => position === "fixed"  // stands in the first window only
    ? {top: 0, bottom: scrollY ? 0 : innerHeight, left: 0, right: innerWidth}
    : within(position === "absolute" ? n.offsetParent : n.parentElement, depth + 1);
  const leaves = (clip, r) => {
    const up = Math.max(clip.top, r.top), down = Math.min(clip.bottom, r.bottom);
    return down - up >= 1 && Math.min(clip.right, r.right) - Math.max(clip.left, r.left) >= 1
      && inside({top: up, bottom: down, width: 1, height: 1});
  };
  const range = document.createRange(), clear = /^rgba\\(.*, 0\\)$/;
  const said = n => {
    range.selectNodeContents(n);
    const rects = Array.from(range.getClientRects()).slice(0, 500);
    return rects.some(r => inside(r) && leaves(within(n.parentElement, 0), r));
  };
  const walk = document.createTreeWalker(document.body || document.documentElement, NodeFilter.SHOW_ELEMENT);
  for (let n = walk.nextNode(), seen = 0; n && seen < 20000; n = walk.nextNode(), seen++) {
    const r = n.getBoundingClientRect();
    if (!inside(r)) continue;
    const media = /^(IMG|VIDEO|CANVAS|SVG|IFRAME|OBJECT|EMBED)$/i.test(n.tagName);
    if (!media && !Array.from(n.childNodes).some(c => c.nodeType === 3 && c.data.trim() && said(c))) {
      const style = getComputedStyle(n), wrapper = n === document.body || r.height > 2 * (bottom - top);
      const painted = !wrapper && !clear.test(style.backgroundColor) && !same(style.backgroundColor);
      if (!painted && style.backgroundImage === "none") continue;
      if (!leaves(around(n, style.position, 0), r)) continue;
    } else if (media && !leaves(around(n, getComputedStyle(n).position, 0), r)) continue;
    found += 1;
  }
  return found;
}"""
"""How many elements with words, pictures or a colour other than ``colour`` the page says lie between two heights."""
