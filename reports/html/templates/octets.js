// Octets made visible: by the alphabet that the page brings along, so that it reads as the terminal does.
const POINT = { text: "▸", kind: "point", marked: true };
const leftOut = (number) => ({ text: `… ${count(number, "octet")} left out …`, kind: "left-out", marked: false });

// Pieces of one kind, cut where the marked span begins and ends; an empty span is a POINT.
function pieces(alphabet, { start, octets }, span, last) {
  const found = [];
  const inside = (at) => Boolean(span) && span[0] <= at && at < span[1];
  const point = span && span[0] >= span[1] ? span[0] : -1;
  let run = null;
  for (let i = 0; i < octets.length; i++) {
    const at = start + i;
    const crlf = (octets[i] === 13 && octets[i + 1] === 10) || (octets[i] === 10 && i > 0 && octets[i - 1] === 13);
    const [text, plainKind] = alphabet[octets[i]];
    const kind = crlf ? "line-end" : plainKind;
    const marked = inside(at);
    if (at === point) found.push(POINT);
    const joins = run && at !== point && run.kind === kind && run.marked === marked
      && kind !== "bare-line-end" && (kind !== "line-end" || octets[i] === 10);
    if (joins) run.text += text;
    else found.push(run = { text, kind, marked });
  }
  if (point >= 0 && last && point === start + octets.length) found.push(POINT);
  return found;
}

// All pieces, with what was left out between the parts.
function visible(alphabet, all, span) {
  const found = [];
  let at = 0;
  for (const part of all.parts) {
    if (part.start > at) found.push(leftOut(part.start - at));
    at = part.start + part.octets.length;
    found.push(...pieces(alphabet, part, span, at === all.total));
  }
  if (at < all.total) found.push(leftOut(all.total - at));
  return found;
}

const element = ({ text, kind, marked }) =>
  (kind === "plain" && !marked ? text : make(marked ? "mark" : "span", { class: `k-${kind}` }, text));

// As the wire has lines: a line ends with its line end, a bare LF too.
function asLines(alphabet, all, span) {
  const rows = [];
  let broken = true;
  for (const piece of visible(alphabet, all, span)) {
    if (broken || piece.kind === "left-out") rows.push([]);
    rows[rows.length - 1].push(piece);
    broken = piece.text.endsWith("\\n") || piece.kind === "left-out";
  }
  return rows.flatMap((row, number) => [...(number ? ["\n"] : []), ...row.map(element)]);
}

const asLiteral = (alphabet, all, span) => visible(alphabet, all, span).map(element);

const literal = (alphabet, all) => visible(alphabet, all).map((piece) => piece.text).join("");

function hexRow(octets, offset, from, to, span) {
  const cells = { hex: [], text: [] };
  for (let i = 0; i < 16; i++) {
    const at = offset + i;
    const known = at >= from && at < to;
    const octet = known ? octets[at - from] : 0;
    const marked = known && Boolean(span) && span[0] <= at && at < span[1];
    cells.hex.push([known ? octet.toString(16).padStart(2, "0") : "  ", marked]);
    cells.text.push([!known ? " " : octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : "·", marked]);
  }
  const joined = (list, between) => {
    const found = [];
    for (const [text, marked] of list) {
      const before = found[found.length - 1];
      if (before && before.marked === marked) before.text += between + text;
      else { if (before) before.text += between; found.push({ text, kind: "plain", marked }); }
    }
    return found.map(element);
  };
  return [make("span", { class: "offset" }, offset.toString(16).padStart(8, "0")), "  ",
    ...joined(cells.hex, " "), "  ", ...joined(cells.text, "")];
}

// Offset, hexadecimal, text: 16 octets a row.
function asHex(alphabet, all, span) {
  const rows = [];
  let at = 0;
  for (const { start, octets } of all.parts) {
    if (start > at) rows.push([element(leftOut(start - at))]);
    at = start + octets.length;
    for (let row = start - (start % 16); row < at; row += 16) rows.push(hexRow(octets, row, start, at, span));
  }
  if (at < all.total) rows.push([element(leftOut(all.total - at))]);
  return rows.flatMap((row, number) => [...(number ? ["\n"] : []), ...row]);
}

const VIEWS = [["Text", asLines], ["Escaped", asLiteral], ["Hex", asHex]];

// Octets in one view at a time, chosen by tabs; `cuts` are offsets at which text is parted by a line.
function octetBox(index, all, span, what, cuts = []) {
  const output = make("pre", { class: "octets", tabindex: "0", role: "tabpanel", "aria-label": what });
  const show = (view, chosen) => {
    output.classList.toggle("hex", view === asHex);
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
    }
    const edges = [0, ...(view === asHex ? [] : cuts), all.total];
    const parts = edges.slice(1).map((end, number) => slice({ ...all, total: end }, edges[number], end));
    if (!all.total) output.replaceChildren(make("span", { class: "nothing" }, "no octets"));
    else if (parts.length === 1) output.replaceChildren(...view(index.alphabet, all, span));
    else output.replaceChildren(...parts.map((part, number) => make("span", { class: "part" },
      ...view(index.alphabet, onlyFrom(part, edges[number]), spanWithin(span, edges[number], edges[number + 1])))));
  };
  const tabs = VIEWS.map(([name, view]) => {
    const tab = make("button", { type: "button", role: "tab" }, name);
    tab.addEventListener("click", () => show(view, tab));
    return tab;
  });
  const bar = make("div", { class: "tabs", role: "tablist", "aria-label": `Views of ${what}` }, tabs);
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.stopPropagation();
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
  });
  show(asLines, tabs[0]);
  return make("div", { class: "octet-box" },
    make("div", { class: "bar-line" }, bar, make("span", { class: "quiet" }, count(all.total, "octet")),
      copyButton(() => literal(index.alphabet, all), `${what}, escaped`)), output);
}

// Octets counted from `offset`, as if nothing stood before them.
const onlyFrom = (part, offset) => ({
  total: part.total - offset,
  parts: part.parts.map(({ start, octets }) => ({ start: start - offset, octets })),
});

// The part of a span that lies in [start, end), counted from start; a mark on all of it says nothing.
function spanWithin(span, start, end) {
  if (!span || span[1] < start || span[0] >= end || (span[1] > span[0] && start >= span[1])) return undefined;
  if (span[0] <= start && end <= span[1]) return undefined;
  return [Math.max(span[0], start) - start, Math.min(span[1], end) - start];
}
