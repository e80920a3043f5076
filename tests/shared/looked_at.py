"""Questions to a page in a browser: what of it cannot be read, and what has no name for a screen reader."""

from __future__ import annotations

CONTRASTS = """() => {
  const linear = (c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const parse = (text) => text.match(/[\\d.]+/g).map((n, i) => i < 3 ? n / 255 : +n).concat(1).slice(0, 4);
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (element) => {
    const all = [];
    for (let each = element; each; each = each.parentElement) all.push(parse(getComputedStyle(each).backgroundColor));
    return all.reverse().reduce((under, top) => over(top, under), [1, 1, 1, 1]);
  };
  const bad = [];
  for (const element of document.querySelectorAll("body *")) {
    const words = [...element.childNodes].map((n) => n.nodeType === 3 ? n.data.trim() : "").join(" ").trim();
    if (!words || !element.checkVisibility() || element.closest(".unseen, .skip, svg, option")) continue;
    const [darker, lighter] = [ground(element), over(parse(getComputedStyle(element).color), ground(element))]
      .map(light).sort((a, b) => a - b);
    const ratio = (lighter + 0.05) / (darker + 0.05);
    if (ratio < 4.5) bad.push(`${words}: ${ratio.toFixed(2)}`);
  }
  return bad;
}"""
"""Words on a page whose contrast is below 4.5 to 1 (WCAG 2.2, 1.4.3)."""
NAMELESS = """() => {
  const named = (e) => {
    const by = (e.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)?.innerText);
    const own = /^(A|BUTTON)$/.test(e.tagName) ? e.textContent.trim() : "";
    return e.getAttribute("aria-label") || by.join("") || own || e.labels?.[0]?.textContent.trim();
  };
  const all = document.querySelectorAll("a, button, input, select, [role=img], nav, table, section:not(.empty)");
  return [...all].filter((e) => !named(e)).map((e) => e.outerHTML.slice(0, 120));
}"""
"""What a screen reader could not call by a name (WCAG 2.2, 4.1.2)."""
