// One view at a time, named by the address: #matrix?level=MUST, #rule/ID, #case/TARGET/PLAN.
const title = document.title;
const views = all("main > .view");
const detail = document.getElementById("detail");
let turn = 0;

function address() {
  const [path, query] = location.hash.slice(1).split(/\?(.*)/s);
  try { return [decodeURIComponent(path), query || ""]; } catch { return ["", ""]; }
}

function show(view, name) {
  document.documentElement.classList.add("routed");
  for (const one of views) one.hidden = one !== view;
  document.documentElement.dataset.view = view.id;
  for (const each of all(".top nav a")) {
    if (each.hash === `#${name || view.id}`) each.setAttribute("aria-current", "page");
    else each.removeAttribute("aria-current");
  }
}

async function showDetail(work, moved) {
  const mine = (turn += 1);
  let told;
  try { told = await work; } catch (error) { told = missing(`This browser could not unfold it: ${error.message}`); }
  if (mine !== turn) return;
  const [name, ...children] = told;
  detail.replaceChildren(...children);
  show(detail, "matrix");
  document.title = `${name.replaceAll("`", "")} · wireproof`;
  scrollTo(0, 0);
  if (moved) detail.querySelector("h2").focus({ preventScroll: true });
}

async function route(moved) {
  const [path, query] = address();
  if (path.startsWith("rule/")) return showDetail(rulePage(path.slice(5)), moved);
  if (path.startsWith("case/")) return showDetail(casePage(path.slice(5), query), moved);
  turn += 1;
  const place = (path && document.getElementById(path)) || document.getElementById("overview");
  const view = place.closest(".view") || document.getElementById("overview");
  show(view);
  document.title = title;
  if (view.id === "matrix") {
    unfoldMatrix();
    await restore(query);
  }
  if (place.matches("details")) place.open = true;
  if (moved || place !== view) place.scrollIntoView();
  if (moved) (place === view ? view.querySelector("h1, h2") : place).focus({ preventScroll: true });
  return undefined;
}

function escape() {
  const field = document.activeElement;
  if (field && field.matches("#filter input[type=search]") && field.value) {
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (field && field.matches("#filter *")) field.blur();
  else if (!detail.hidden) {
    if (history.length > 1) history.back();
    else location.hash = "matrix";
  }
}

function keys(event) {
  if (event.key === "Escape") escape();
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.activeElement.matches("input, select, textarea") || !matrix.form) return;
  event.preventDefault();
  if (document.getElementById("matrix").hidden) {
    history.pushState(null, "", "#matrix");
    show(document.getElementById("matrix"));
    unfoldMatrix();
  }
  matrix.form.elements.q.focus();
}

function schemes() {
  const button = document.getElementById("scheme");
  button.hidden = false;
  button.addEventListener("click", () => {
    const dark = getComputedStyle(document.documentElement).colorScheme === "light dark"
      ? matchMedia("(prefers-color-scheme: dark)").matches : document.documentElement.dataset.scheme === "dark";
    document.documentElement.dataset.scheme = dark ? "light" : "dark";
  });
}

for (const part of all(".js")) part.hidden = false;
for (const button of all("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button, button.parentElement.querySelector("code").textContent));
}
filtering();
walking();
schemes();
document.addEventListener("keydown", keys);
addEventListener("hashchange", () => route(true));
route(false);
