// The matrix: filters, whose state stands in the address, search, and walking through cells by keyboard.
const CELLS_AT_ONCE = 1500;
const matrix = { form: null, parts: all("#matrix .part"), lines: [], words: null };
matrix.total = matrix.parts.reduce((sum, part) => sum + Number(part.dataset.rows), 0);

// A part of the matrix waits as text: markup of this very page, which only now is parsed.
function unfold(part) {
  const waiting = part.querySelector("noscript");
  if (!waiting) return 0;
  const parsed = new DOMParser().parseFromString(waiting.textContent, "text/html");
  part.replaceChildren(...parsed.body.children);
  part.querySelector("table").setAttribute("role", "grid");
  const lines = all("tr[data-rule]", part);
  if (!matrix.lines.length) lines[0].cells[1].tabIndex = 0;
  for (const line of lines) {
    matrix.lines.push({
      line, part, text: line.cells[0].textContent.toLowerCase(), number: Number(line.dataset.rule),
      outcomes: line.dataset.outcome.split(" "), ...line.dataset,
    });
  }
  return lines.length * lines[0].cells.length;
}

const unfoldAll = () => matrix.parts.forEach(unfold);

// Nothing else is to be done; some browsers cannot tell, and go on in a moment.
const idle = () => new Promise((done) => {
  if (window.requestIdleCallback) requestIdleCallback(done, { timeout: 500 });
  else setTimeout(done, 50);
});

// What is seen first at once, the rest bit by bit.
async function unfoldMatrix() {
  let cells = 0;
  for (const part of matrix.parts) {
    cells += unfold(part);
    if (cells > CELLS_AT_ONCE) {
      await idle();
      cells = 0;
    }
  }
}

function filtering() {
  const form = document.getElementById("filter");
  if (!form) return;
  matrix.form = form;
  form.hidden = false;
  form.addEventListener("input", () => { applyFilter(); remember(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { applyFilter(); remember(); }));
  form.elements.q.addEventListener("focus", searchWords, { once: true });
  addEventListener("beforeprint", unfoldAll);
}

// The search looks into requirements and titles of cases too, once they are unfolded.
async function searchWords() {
  matrix.words = await json("words");
  if (matrix.form.elements.q.value) applyFilter();
}

const wanted = (name) => all(`input[name=${name}]:checked`, matrix.form).map((input) => input.value);
const chosen = (name) => (matrix.form.elements[name] ? matrix.form.elements[name].value : "");

function applyFilter() {
  const words = chosen("q").toLowerCase().split(/\s+/).filter(Boolean);
  const [outcomes, levels, baseline] = [wanted("outcome"), wanted("level"), wanted("baseline")];
  const [area, security] = [chosen("area"), chosen("security")];
  const differing = wanted("differing").length > 0;
  const filtered = filterState() !== "";
  if (filtered) unfoldAll();
  let shown = 0;
  for (const one of matrix.lines) {
    const text = matrix.words ? `${one.text} ${matrix.words[one.number]}` : one.text;
    const keep = words.every((word) => text.includes(word))
      && (!outcomes.length || outcomes.some((outcome) => one.outcomes.includes(outcome)))
      && (!levels.length || levels.includes(one.level))
      && (!area || one.area === area)
      && (!security || (security === "any" ? one.security !== "none" : one.security === security))
      && (!differing || one.outcomes.length > 1)
      && (!baseline.length || baseline.some((mark) => (one.baseline || "").split(" ").includes(mark)));
    if (one.line.hidden === keep) one.line.hidden = !keep;
    shown += keep;
  }
  const kept = new Set(matrix.lines.filter((one) => !one.line.hidden).map((one) => one.part));
  for (const part of matrix.parts) part.hidden = filtered && !kept.has(part);
  document.getElementById("count").textContent = !filtered || shown === matrix.total
    ? count(matrix.total, "rule") : `${shown.toLocaleString("en")} of ${count(matrix.total, "rule")}`;
}

// The state of the filter as the address has it, and back.
function filterState() {
  const state = new URLSearchParams();
  for (const [name, value] of new FormData(matrix.form)) {
    if (value) state.set(name, state.has(name) ? `${state.get(name)},${value}` : value);
  }
  return state.toString().replaceAll("%2C", ",");
}

function remember() {
  const state = filterState();
  history.replaceState(null, "", `#matrix${state ? `?${state}` : ""}`);
}

async function restore(query) {
  if (!matrix.form) return;
  const state = new URLSearchParams(query);
  const values = (name) => (state.get(name) || "").split(",");
  for (const field of matrix.form.elements) {
    if (field.type === "checkbox") field.checked = values(field.name).includes(field.value);
    else if (field.name) field.value = state.get(field.name) || "";
  }
  if (state.get("q")) await searchWords();
  applyFilter();
}

// --- Keyboard -------------------------------------------------------------------------------------------

function walking() {
  const box = document.querySelector("#matrix .matrix");
  if (!box) return;
  box.addEventListener("keydown", walk);
  box.addEventListener("focusin", (event) => { if (event.target.matches("tbody td")) land(event.target); });
  box.addEventListener("click", (event) => {
    const cell = event.target.closest("tbody td");
    if (cell && getSelection().isCollapsed) openCell(cell);
  });
}

function land(cell) {
  for (const other of all("#matrix td[tabindex='0']")) if (other !== cell) other.tabIndex = -1;
  cell.tabIndex = 0;
}

const shownLines = () => matrix.lines.map((one) => one.line).filter((line) => !line.hidden);

function walk(event) {
  if (event.target === event.currentTarget && event.key.startsWith("Arrow")) return;
  const cell = event.target.closest("tbody td, tbody th");
  if (!cell) return;
  unfoldAll();
  const lines = shownLines();
  const row = lines.indexOf(cell.parentElement);
  const moves = {
    ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], PageUp: [-10, 0], PageDown: [10, 0],
    Home: [0, -Infinity], End: [0, Infinity],
  };
  if (event.key === "Enter" && cell.matches("td")) { openCell(cell); return; }
  const move = moves[event.key];
  if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const line = lines[Math.max(0, Math.min(lines.length - 1, row + move[0]))];
  const column = Math.max(0, Math.min(line.cells.length - 1, cell.cellIndex + move[1]));
  const next = line.cells[column];
  if (next.matches("th")) next.querySelector("a").focus();
  else { land(next); next.focus(); }
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// A cell leads to the case that decided it; without one, to its rule.
async function openCell(cell) {
  const number = Number(cell.parentElement.dataset.rule);
  const index = await theIndex();
  const told = (await item("rules", index.ruleBlocks, number)).cells[cell.cellIndex - 1];
  location.hash = told.case >= 0 ? casePlace(index, told.case) : `rule/${index.rules[number][0]}`;
}
