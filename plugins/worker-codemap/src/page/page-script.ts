/**
 * The script of the page, as text: it runs in a browser, where nothing of this package exists.
 *
 * It reads the JSON of the page and puts every name on the page as text (`textContent`), so it adds
 * no way for a name to become markup. Without it the drawings and lists are still there.
 */
export const pageScript: string = String.raw`
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const modules = data.modules;
modules.forEach((m, index) => { m.at = index; m.out = m.i.concat(m.t); m.in = []; });
modules.forEach((m) => m.out.forEach((to) => { if (to !== m.at) modules[to].in.push(m.at); }));
const typed = modules.map((m) => new Set(m.t));
const byPath = new Map(modules.map((m) => [m.p, m.at]));
const page = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const count = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, "\u202F");
const plural = (n, word) => count(n) + " " + word + (n === 1 ? "" : "s");
const base = (path) => path.slice(path.lastIndexOf("/") + 1);
const short = (text, max) => (text.length > max ? text.slice(0, max - 1) + "…" : text);

function make(tag, attributes, ...children) {
  const svg = ["svg", "path", "g", "text", "circle"].includes(tag);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

function moduleButton(index) {
  const path = modules[index].p;
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  return make("button", { class: "module", "data-m": index }, make("span", { class: "path" }, folder), make("span", { class: "name" }, base(path)));
}

function list(title, indexes, note) {
  if (indexes.length === 0) return [];
  const items = indexes.slice(0, 80).map((index) => make("li", {}, moduleButton(index), note && note(index) ? make("small", { class: "path" }, " " + note(index)) : undefined));
  if (indexes.length > 80) items.push(make("li", { class: "path" }, "and " + count(indexes.length - 80) + " more"));
  return [make("h3", {}, title + " (" + count(indexes.length) + ")"), make("ul", {}, ...items)];
}

/* The neighbours of one module: importers to the left, imports to the right. */
function neighbours(m) {
  const sides = [m.in, m.out.filter((to) => to !== m.at)].map((side) => side.toSorted((a, b) => modules[b].in.length - modules[a].in.length));
  if (sides[0].length + sides[1].length === 0) return undefined;
  const rows = Math.max(...sides.map((side) => Math.min(side.length, 11)));
  const height = Math.max(44, rows * 17 + 16);
  const svg = make("svg", { class: "near", viewBox: "0 0 330 " + height });
  sides.forEach((side, right) => {
    const shown = side.length > 11 ? side.slice(0, 10) : side;
    const lines = shown.length + (side.length > shown.length ? 1 : 0);
    const top = height / 2 - (lines - 1) * 8.5;
    shown.forEach((index, row) => {
      const y = top + row * 17;
      const d = right ? "M169 " + height / 2 + "C190 " + height / 2 + " 185 " + y + " 204 " + y : "M126 " + y + "C145 " + y + " 140 " + height / 2 + " 161 " + height / 2;
      const label = make("text", { x: right ? 208 : 122, y, class: right ? "" : "end" }, short(base(modules[index].p), 19));
      svg.append(make("path", { class: right ? "out" : "in", d }), make("g", { "data-m": index }, label));
    });
    if (lines > shown.length) svg.append(make("text", { x: right ? 208 : 122, y: top + shown.length * 17, class: (right ? "" : "end ") + "more" }, "+ " + (side.length - shown.length) + " more"));
  });
  svg.append(make("circle", { class: "self", cx: 165, cy: height / 2, r: 5 }));
  return svg;
}

function moduleDetail(m) {
  const exported = m.x.slice(0, 120).map(([name, kind]) => make("li", {}, name, make("small", {}, kind)));
  if (m.x.length > 120) exported.push(make("li", {}, "and " + count(m.x.length - 120) + " more"));
  const outside = m.o.map((from) => make("li", {}, from));
  return [
    make("p", { class: "over" }, m.p.slice(0, Math.max(0, m.p.lastIndexOf("/"))) || "(root)"),
    make("h2", {}, base(m.p)),
    make("p", { class: "note" }, plural(m.l, "line") + ", " + plural(m.b, "byte") + (m.c ? ", part of an import cycle" : "")),
    m.e ? make("p", { class: "error" }, "Did not parse. " + m.e) : undefined,
    neighbours(m),
    ...(exported.length ? [make("h3", {}, "Exports (" + count(m.x.length) + ")"), make("ul", { class: "chips" }, ...exported)] : []),
    ...list("Imports", m.out, (to) => (typed[m.at].has(to) ? "types" : "")),
    ...(outside.length ? [make("h3", {}, "From packages (" + count(outside.length) + ")"), make("ul", { class: "chips" }, ...outside)] : []),
    ...list("Imported by", m.in, (from) => (typed[from].has(m.at) ? "types" : "")),
  ];
}

function mark(chosen) {
  const m = modules[chosen];
  const out = new Set(m ? m.out : []), into = new Set(m ? m.in : []);
  all(".tile,.spoke[data-m],tbody tr").forEach((element) => {
    const at = Number(element.dataset.m);
    element.classList.toggle("is-selected", at === chosen);
    element.classList.toggle("is-import", out.has(at) && at !== chosen);
    element.classList.toggle("is-importer", into.has(at) && !out.has(at));
  });
}

function show(...content) {
  page("aside").replaceChildren(...content.filter((one) => one !== undefined));
  page("aside").scrollTop = 0;
}

let selected = -1;
function select(index, quiet) {
  const m = modules[index];
  if (!m) return;
  selected = index;
  show(...moduleDetail(m));
  if (!quiet || location.hash) mark(index);
  rest();
  if (!quiet) history.replaceState(null, "", "#m=" + encodeURIComponent(m.p));
}

function selectGroup(g) {
  const members = modules.filter((m) => m.g === g);
  const other = (field) => {
    const counts = new Map();
    members.forEach((m) => m[field].forEach((at) => { const h = modules[at].g; if (h !== g) counts.set(h, (counts.get(h) || 0) + 1); }));
    return [...counts].sort((a, b) => b[1] - a[1]).map(([h, n]) => make("li", {}, make("button", { class: "module", "data-g": h }, make("span", { class: "name" }, data.groups[h])), make("small", { class: "path" }, " " + count(n))));
  };
  const out = other("out"), into = other("in");
  show(
    make("p", { class: "over" }, "folder"), make("h2", {}, data.groups[g]),
    make("p", { class: "note" }, plural(members.length, "module") + ", " + plural(members.reduce((sum, m) => sum + m.l, 0), "line")),
    ...(out.length ? [make("h3", {}, "Imports from"), make("ul", {}, ...out)] : []),
    ...(into.length ? [make("h3", {}, "Imported by"), make("ul", {}, ...into)] : []),
    ...list("Modules", members.map((m) => m.at)));
}

function selectPair(from, to) {
  const pairs = modules.filter((m) => m.g === from).flatMap((m) => m.out.filter((at) => modules[at].g === to).map((at) => [m.at, at]));
  const items = pairs.slice(0, 150).map(([a, b]) => make("li", {}, moduleButton(a), make("span", { class: "path" }, " → "), moduleButton(b)));
  if (pairs.length > items.length) items.push(make("li", { class: "path" }, "and " + count(pairs.length - items.length) + " more"));
  show(make("p", { class: "over" }, "imports from folder to folder"), make("h2", {}, data.groups[from] + " → " + data.groups[to]), make("p", { class: "note" }, plural(pairs.length, "import")), make("ul", { class: "pairs" }, ...items));
}

/* The wheel lights up what is under the pointer, and what is selected otherwise. */
const wheel = page(".wheel");
const ofModules = wheel && wheel.dataset.of === "module";
function light(index) {
  if (!wheel) return;
  const on = new Set([index]);
  wheel.classList.toggle("lit", index >= 0);
  wheel.querySelectorAll(".link").forEach((link) => {
    const a = Number(link.dataset.a), b = Number(link.dataset.b);
    link.classList.toggle("out", a === index);
    link.classList.toggle("in", b === index && a !== index);
    if (a === index) on.add(b);
    if (b === index) on.add(a);
  });
  wheel.querySelectorAll(".spoke").forEach((spoke) => spoke.classList.toggle("on", on.has(Number(ofModules ? spoke.dataset.m : spoke.dataset.g))));
}
let lit = -1;
function rest() { lit = ofModules ? selected : -1; light(-1); }

const tip = page("#tip");
function tipOf(element) {
  const { m, g, from, to } = element.dataset;
  if (m !== undefined) {
    const one = modules[m];
    return [one.p, plural(one.l, "line") + ", " + plural(one.x.length, "export") + ", imports " + count(one.out.length) + ", imported by " + count(one.in.length)];
  }
  if (from !== undefined) {
    const n = modules.reduce((sum, one) => sum + (one.g === Number(from) ? one.out.filter((at) => modules[at].g === Number(to)).length : 0), 0);
    return [data.groups[from] + " → " + data.groups[to], plural(n, "import")];
  }
  const members = modules.filter((one) => one.g === Number(g));
  return [data.groups[g], plural(members.length, "module") + ", " + plural(members.reduce((sum, one) => sum + one.l, 0), "line")];
}
const target = (event) => event.target.closest && event.target.closest("[data-m],[data-g],[data-from]");
document.addEventListener("pointerover", (event) => {
  const element = target(event);
  const drawn = element && element.closest("svg");
  tip.hidden = !drawn;
  if (drawn) { const [head, text] = tipOf(element); tip.replaceChildren(make("b", {}, head), text); }
  const over = element && element.closest(".wheel") ? Number(ofModules ? element.dataset.m : element.dataset.g) : -1;
  if (over !== lit) { lit = over; light(over); }
});
document.addEventListener("pointermove", (event) => {
  if (tip.hidden) return;
  tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8)) + "px";
  tip.style.top = (event.clientY + 20 + tip.offsetHeight > innerHeight ? event.clientY - tip.offsetHeight - 10 : event.clientY + 18) + "px";
});
document.addEventListener("click", (event) => {
  const element = target(event);
  if (!element) return;
  const { m, g, from, to } = element.dataset;
  if (m !== undefined) select(Number(m));
  else if (from !== undefined) selectPair(Number(from), Number(to));
  else selectGroup(Number(g));
  if (innerWidth <= 1080 && !element.closest("aside")) page("aside").scrollIntoView({ behavior: "smooth" });
});

/* The table of all modules. */
const columns = [["Module", (m) => m.p], ["Lines", (m) => m.l], ["Bytes", (m) => m.b], ["Exports", (m) => m.x.length], ["Imports", (m) => m.out.length], ["Imported by", (m) => m.in.length]];
const table = { column: 5, down: true, shown: 40 };
page("thead tr").append(...columns.map(([title], index) => {
  const button = make("button", {}, title);
  button.addEventListener("click", () => { table.down = table.column === index ? !table.down : index > 0; table.column = index; rows(); });
  return make("th", { scope: "col" }, button);
}));
function rows() {
  const words = page("#filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const value = columns[table.column][1];
  const hits = modules.filter((m) => { const text = (m.p + " " + m.x.map(([name]) => name).join(" ")).toLowerCase(); return words.every((word) => text.includes(word)); });
  hits.sort((a, b) => { const [x, y] = [value(a), value(b)]; return (x < y ? -1 : x > y ? 1 : 0) * (table.down ? -1 : 1) || a.at - b.at; });
  page("tbody").replaceChildren(...hits.slice(0, table.shown).map((m) => {
    const numbers = columns.slice(1).map(([, field]) => make("td", m.e ? { class: "warn" } : {}, count(field(m))));
    return make("tr", { "data-m": m.at, class: m.at === selected ? "is-selected" : "" }, make("td", {}, moduleButton(m.at)), ...numbers);
  }));
  all("th").forEach((head, index) => head.setAttribute("aria-sort", index !== table.column ? "none" : table.down ? "descending" : "ascending"));
  page("#found").textContent = plural(hits.length, "module") + (hits.length > table.shown ? ", " + table.shown + " shown" : "");
  page("#more").hidden = hits.length <= table.shown;
}
page("#filter").addEventListener("input", () => { table.shown = 40; rows(); });
page("#more").addEventListener("click", () => { table.shown = Infinity; rows(); });

page("#theme").addEventListener("click", () => {
  const dark = (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  document.documentElement.dataset.theme = dark ? "light" : "dark";
});
function selectFromAddress() {
  let path = "";
  try { path = decodeURIComponent(location.hash.replace(/^#m=/, "")); } catch {}
  const index = byPath.get(path);
  if (index !== undefined) select(index, true);
  return index !== undefined;
}
addEventListener("hashchange", selectFromAddress);
rows();
if (!selectFromAddress() && modules.length) select(modules.reduce((best, m) => (m.in.length > modules[best].in.length ? m.at : best), 0), true);
`
