// Keeps a page of the status page up to date without losing focus, scroll or what is selected; all works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const POLL_MS = 15000;
  const RETRY_MS = 3000;

  const remembered = () => { try { return localStorage.getItem("theme") || ""; } catch { return ""; } };
  const remember = (theme) => { try { localStorage.setItem("theme", theme); } catch { /* no storage: until reload */ } };
  const wear = (theme) => { if (theme) root.dataset.theme = theme; else delete root.dataset.theme; };
  wear(remembered());  // before the page is painted

  // One stop for the keyboard in a timeline: the arrow keys go from run to run.
  const rove = (within) => {
    for (const strip of within.querySelectorAll(".strip")) {
      const cells = [...strip.querySelectorAll("a")];
      const key = document.activeElement?.closest(".strip li")?.dataset.key;
      const now = cells.find((cell) => key && cell.parentElement.dataset.key === key) || cells.at(-1);
      for (const cell of cells) cell.tabIndex = cell === now ? 0 : -1;
      strip.setAttribute("aria-description", "Left and right arrow keys go from run to run");
    }
  };
  const onArrow = (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    const cell = event.target.closest?.(".strip a");
    if (!cell || !(event.key in steps) || event.ctrlKey || event.metaKey || event.altKey) return;
    const cells = [...cell.closest(".strip").querySelectorAll("a")].filter((each) => each.offsetParent);
    const to = Math.min(cells.length - 1, Math.max(0, cells.indexOf(cell) + steps[event.key]));
    event.preventDefault();
    cell.tabIndex = -1;
    cells[to].tabIndex = 0;
    cells[to].focus();
  };

  // Turns one element into another by changing only what differs, so that what is kept keeps its focus.
  const keyOf = (node) => node.dataset?.key || node.id || "";
  const alike = (one, other) => one.nodeName === other.nodeName && keyOf(one) === keyOf(other);
  const become = (old, fresh) => {
    if (old.nodeType === Node.TEXT_NODE) {
      if (old.data !== fresh.data) old.data = fresh.data;
      return;
    }
    if (old.nodeType !== Node.ELEMENT_NODE || old.isEqualNode(fresh)) return;
    for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    const keyed = new Map([...old.children].filter(keyOf).map((child) => [keyOf(child), child]));
    const wanted = new Set([...fresh.children].map(keyOf));
    for (const [key, child] of keyed) if (!wanted.has(key)) child.remove();  // first: what stays need not be moved
    let place = old.firstChild;
    for (const child of [...fresh.childNodes]) {
      const known = keyOf(child) ? keyed.get(keyOf(child)) : place && !keyOf(place) ? place : null;
      if (known && alike(known, child)) {
        if (known === place) place = place.nextSibling;
        else old.insertBefore(known, place);
        become(known, child);
      } else old.insertBefore(document.importNode(child, true), place);
    }
    while (place) { const next = place.nextSibling; place.remove(); place = next; }
  };

  const start = () => {
    const main = document.getElementById("main");
    const live = document.getElementById("live");
    const said = document.getElementById("said");
    const theme = document.getElementById("theme");
    theme.value = remembered();
    theme.closest("label").hidden = false;
    theme.addEventListener("change", () => { wear(theme.value); remember(theme.value); });
    document.addEventListener("keydown", onArrow);
    rove(main);
    if (!main.dataset.live) return;

    let etag = "", busy = false, again = false, source = null, timer = 0, asOf = new Date();
    const tell = (words, lost) => { live.hidden = false; live.className = lost ? "live lost" : "live"; live.textContent = words; };
    const clock = () => asOf.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    const up = () => tell("Live", false);
    const lost = () => tell(`Not connected: as of ${clock()}`, true);

    const update = async () => {
      if (busy) { again = true; return; }
      busy = true;
      try {
        const asked = await fetch(location.href, { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });
        if (asked.ok) {
          etag = asked.headers.get("ETag") || "";
          show(new DOMParser().parseFromString(await asked.text(), "text/html"));
        } else if (asked.status !== 304) throw new Error(String(asked.status));
        asOf = new Date();
        up();
      } catch { lost(); }
      busy = false;
      if (again) { again = false; update(); }
    };
    const show = (page) => {
      const before = main.querySelector("[data-announce]")?.textContent.trim();
      const focused = document.activeElement;
      const strip = focused?.closest?.(".strip");
      const fresh = page.getElementById("main");
      rove(fresh);
      become(main, fresh);
      rove(main);
      document.title = page.title;
      const foot = page.querySelector("footer > p"), mine = document.querySelector("footer > p");
      if (foot && mine) become(mine, foot);
      if (strip?.isConnected && !focused.isConnected) strip.querySelector("a")?.focus({ preventScroll: true });
      const now = main.querySelector("[data-announce]")?.textContent.trim();
      if (now && now !== before) said.textContent = now;
    };

    const listen = () => {
      if (source || document.hidden) return;
      if (!window.EventSource) { timer ||= setInterval(() => { if (!document.hidden) update(); }, POLL_MS); return; }
      source = new EventSource(main.dataset.live);
      source.addEventListener("news", update);
      source.onopen = () => { clearInterval(timer); timer = 0; };
      source.onerror = () => {
        lost();
        timer ||= setInterval(() => { if (!document.hidden) update(); }, POLL_MS);
        if (source.readyState === EventSource.CLOSED) { source = null; setTimeout(listen, RETRY_MS); }
      };
    };
    const hush = () => { source?.close(); source = null; clearInterval(timer); timer = 0; };
    document.addEventListener("visibilitychange", () => { if (document.hidden) hush(); else { update(); listen(); } });
    addEventListener("pagehide", hush);
    addEventListener("pageshow", (event) => { if (event.persisted) { update(); listen(); } });
    listen();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
