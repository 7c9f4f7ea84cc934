"use strict";
// Comfort only: without this script everything is still there to read.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

function reveal() {
  let id = "";
  try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
  const place = id && document.getElementById(id);
  if (!place) return;
  for (let box = place.closest("details"); box; box = box.parentElement.closest("details")) {
    box.open = true;
    box.hidden = false;
  }
  place.closest(".chapter")?.removeAttribute("hidden");
  place.scrollIntoView();
}

function copyButtons() {
  for (const button of all("button.copy")) {
    button.hidden = false;
    const label = [...button.childNodes];
    button.addEventListener("click", async () => {
      const code = button.parentElement.querySelector("code");
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code);
        button.textContent = "Selected: press Ctrl+C";
      }
      setTimeout(() => { button.replaceChildren(...label); }, 1500);
    });
  }
}

function filtering() {
  const form = document.getElementById("filter");
  if (!form) return;
  const details = new Map(all("details.rule[data-for]").map((box) => [box.dataset.for, box]));
  const lines = all("tr.line").map((line) => {
    const box = details.get(line.dataset.rule);
    const required = box ? all(".why, .requirements", box).map((part) => part.textContent).join(" ") : "";
    return {
      line, box,
      text: `${line.querySelector("th").textContent} ${required}`.toLowerCase(),
      standings: line.dataset.standing.split(" "),
      level: line.dataset.level,
    };
  });
  const wanted = (name) => all(`input[name=${name}]:checked`, form).map((input) => input.value);
  const apply = () => {
    const words = form.elements["words-wanted"].value.toLowerCase().split(/\s+/).filter(Boolean);
    const standings = wanted("standing");
    const levels = wanted("level");
    const differing = wanted("differing").length > 0;
    let shown = 0;
    for (const { line, box, text, standings: has, level } of lines) {
      const keep = words.every((word) => text.includes(word))
        && (!standings.length || standings.some((one) => has.includes(one)))
        && (!levels.length || levels.includes(level))
        && (!differing || has.length > 1);
      line.hidden = !keep;
      if (box) box.hidden = !keep;
      shown += keep;
    }
    for (const group of all(".matrix tbody")) group.hidden = !all("tr.line:not([hidden])", group).length;
    for (const group of all(".chapter")) group.hidden = !all("details.rule:not([hidden])", group).length;
    document.getElementById("count").textContent = shown === lines.length
      ? `${shown} rules` : `${shown} of ${lines.length} rules`;
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      form.elements["words-wanted"].focus();
    }
  });
  apply();
}

function tools() {
  const bar = document.getElementById("tools");
  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    const kind = event.target.dataset.open;
    if (kind === undefined) return;
    for (const box of all(kind ? `details.${kind}` : "#details details")) box.open = Boolean(kind);
  });
}

copyButtons();
filtering();
tools();
addEventListener("hashchange", reveal);
reveal();
